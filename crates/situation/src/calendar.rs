//! Days and hours in Berlin, reckoned once per event.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use lagebild_domain::{Interval, german};

/// Days since 1970-01-01 in Berlin.
pub(crate) type DayNumber = i32;

/// When an event happened, in Berlin's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LocalSpan {
    /// First day it touches.
    pub(crate) day: DayNumber,
    /// Number of days it touches, at least 1.
    pub(crate) days: u16,
    /// Minutes of its first day before it starts.
    pub(crate) start_minute: u16,
    /// Minutes of its last day until it ends, 1 to 1440.
    pub(crate) end_minute: u16,
    /// Hour of the week it starts in, 0 = Monday 0:00 to 1:00.
    pub(crate) hour_of_week: u8,
    /// Number of hours it touches; 0 when it is longer than a day and so says nothing about the hour.
    pub(crate) hours: u8,
}

/// The calendar of one zone.
#[derive(Debug, Clone)]
pub(crate) struct Calendar {
    zone: TimeZone,
}

impl Calendar {
    pub(crate) fn berlin() -> Self {
        Self { zone: german::zone() }
    }

    pub(crate) fn local_span(&self, interval: Interval) -> LocalSpan {
        let first = interval.from().to_zoned(self.zone.clone());
        let day = day_number(first.date());
        let weekday = first.date().weekday().to_monday_zero_offset();
        let hour_of_week = weekday.cast_unsigned() * 24 + first.hour().cast_unsigned();
        let seconds = interval.length_seconds();
        let start_minute = minute_of_day(&first);
        if seconds == 0 {
            return LocalSpan {
                day,
                days: 1,
                start_minute,
                end_minute: start_minute + 1,
                hour_of_week,
                hours: 1,
            };
        }
        // The end is exclusive: what ends at midnight does not touch the next day.
        let last_moment =
            Timestamp::from_microsecond(interval.to().as_microsecond() - 1).unwrap_or(interval.from());
        let last = last_moment.to_zoned(self.zone.clone());
        let days = (day_number(last.date()) - day + 1).clamp(1, i32::from(u16::MAX)) as u16;
        let hours = if seconds <= 86_400 {
            let past_the_hour = i64::from(first.minute()) * 60 + i64::from(first.second());
            ((past_the_hour + seconds + 3_599) / 3_600).clamp(1, 24) as u8
        } else {
            0
        };
        LocalSpan {
            day,
            days,
            start_minute,
            end_minute: minute_of_day(&last) + 1,
            hour_of_week,
            hours,
        }
    }

    /// Digest of the zone's rules in the years that reports are about: laws on summer time change.
    pub(crate) fn fingerprint(&self) -> blake3::Hash {
        const YEARS: std::ops::Range<i64> = 1900..2100;
        let mut hasher = blake3::Hasher::new();
        let second = |year: i64| (year - 1970) * 31_556_952;
        let first = Timestamp::from_second(second(YEARS.start)).unwrap_or(Timestamp::MIN);
        let transitions = self.zone.following(first);
        for transition in transitions.take_while(|t| t.timestamp().as_second() < second(YEARS.end)) {
            hasher.update(&transition.timestamp().as_second().to_le_bytes());
            hasher.update(&transition.offset().seconds().to_le_bytes());
        }
        hasher.finalize()
    }

    pub(crate) fn day_of(&self, at: Timestamp) -> DayNumber {
        day_number(at.to_zoned(self.zone.clone()).date())
    }
}

fn minute_of_day(at: &jiff::Zoned) -> u16 {
    u16::from(at.hour().unsigned_abs()) * 60 + u16::from(at.minute().unsigned_abs())
}

pub(crate) fn day_number(day: Date) -> DayNumber {
    day.since(Date::constant(1970, 1, 1))
        .map_or(0, |span| span.get_days())
}

pub(crate) fn date_of(day: DayNumber) -> Date {
    Date::constant(1970, 1, 1)
        .checked_add(jiff::Span::new().days(day))
        .unwrap_or(Date::constant(1970, 1, 1))
}

impl LocalSpan {
    /// True when the numbers are such as a calendar gives.
    pub(crate) fn is_sound(self) -> bool {
        const DAYS_OF_10_000_YEARS: i32 = 3_652_500;
        (-DAYS_OF_10_000_YEARS..DAYS_OF_10_000_YEARS).contains(&self.day)
            && self.days > 0
            && self.start_minute < 24 * 60
            && (1..=24 * 60).contains(&self.end_minute)
            && self.hour_of_week < 7 * 24
            && self.hours <= 24
    }

    /// Minutes that it shares with the day so many days after its first: its weight there. A day counts 1440 minutes.
    pub(crate) fn minutes_on(self, days_after: u16) -> u16 {
        let start = if days_after == 0 { self.start_minute } else { 0 };
        let end = if days_after + 1 == self.days {
            self.end_minute
        } else {
            24 * 60
        };
        end.saturating_sub(start).max(1)
    }

    /// The hours of the day it touches, a bit each; all of them when it says nothing about the hour.
    pub(crate) fn hours_touched(self) -> u32 {
        const ALL: u32 = 0x00ff_ffff;
        if self.hours == 0 || self.hours >= 24 {
            return ALL;
        }
        let hour = u32::from(self.hour_of_week % 24);
        let run = (1_u32 << self.hours) - 1;
        (run << hour | run >> (24 - hour)) & ALL
    }

    /// The weekdays it touches, bit 1 = Monday to bit 7 = Sunday.
    pub(crate) fn weekdays_touched(self) -> u32 {
        const ALL: u32 = 0b1111_1110;
        if self.days >= 7 {
            return ALL;
        }
        let weekday = u32::from(self.hour_of_week / 24);
        let run = (1_u32 << self.days) - 1;
        ((run << weekday | run << weekday >> 7) & 0x7f) << 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: &str, to: &str) -> LocalSpan {
        Calendar::berlin().local_span(Interval::new(from.parse().unwrap(), to.parse().unwrap()).unwrap())
    }

    /// Saturday 31 October 2026, 22:00 in Berlin (UTC+1 again since the 25th), to Sunday 6:00.
    #[test]
    fn a_night_touches_two_days_and_eight_hours() {
        let night = span("2026-10-31T21:00:00Z", "2026-11-01T05:00:00Z");
        assert_eq!(date_of(night.day), Date::constant(2026, 10, 31));
        assert_eq!((night.days, night.hour_of_week, night.hours), (2, 5 * 24 + 22, 8));
        assert_eq!((night.minutes_on(0), night.minutes_on(1)), (2 * 60, 6 * 60));
        let hours: Vec<u32> = (0..24).filter(|h| night.hours_touched() >> h & 1 == 1).collect();
        assert_eq!(hours, [0, 1, 2, 3, 4, 5, 22, 23]);
        let weekdays: Vec<u32> = (1..=7)
            .filter(|d| night.weekdays_touched() >> d & 1 == 1)
            .collect();
        assert_eq!(weekdays, [6, 7]);
    }

    #[test]
    fn a_week_that_turns_on_sunday() {
        // Sunday 1 to Monday 2 November 2026.
        let night = span("2026-11-01T21:00:00Z", "2026-11-02T05:00:00Z");
        let weekdays: Vec<u32> = (1..=7)
            .filter(|d| night.weekdays_touched() >> d & 1 == 1)
            .collect();
        assert_eq!(weekdays, [1, 7]);
    }

    /// A month of another zone ends an hour into the next month in Berlin, and weighs an hour there, not a day.
    #[test]
    fn a_month_in_london_weighs_an_hour_on_the_first_of_the_next_in_berlin() {
        let november = span("2018-11-01T00:00:00Z", "2018-12-01T00:00:00Z");
        assert_eq!((november.days, november.minutes_on(0)), (31, 23 * 60));
        assert_eq!((november.minutes_on(1), november.minutes_on(30)), (24 * 60, 60));
    }

    #[test]
    fn a_month_says_nothing_about_the_hour() {
        let month = span("2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z");
        assert_eq!((month.days, month.hours), (30, 0));
        assert_eq!(month.hours_touched(), 0x00ff_ffff);
    }
}
