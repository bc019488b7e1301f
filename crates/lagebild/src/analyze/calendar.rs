//! Days and the steps that a method counts in.

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, ToSpan};
use serde::Serialize;

/// Zone of times that are written with an offset.
const ZONE: &str = "Europe/Berlin";

const EPOCH: Date = Date::constant(1970, 1, 1);

/// What the times of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    /// Days since 1970-01-01.
    Dates,
    /// Whole numbers as written.
    Steps,
}

/// A time as it is printed: an ISO date, or the number of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Moment {
    Date(String),
    Step(i64),
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Date(date) => f.pad(date),
            Self::Step(step) => f.pad(&step.to_string()),
        }
    }
}

impl Clock {
    pub(super) fn moment(self, time: i64) -> Moment {
        match self {
            Self::Dates => Moment::Date(date(time)),
            Self::Steps => Moment::Step(time),
        }
    }

    /// A time as an option gives it.
    pub(super) fn parse(self, text: &str) -> Result<i64, String> {
        match self {
            Self::Dates => day(text),
            Self::Steps => text
                .parse()
                .map_err(|_| format!("is not a whole number, as the file has in column t: \"{text}\"")),
        }
    }
}

/// How times are gathered into steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Equal lengths, the last of which ends at `end`.
    Length { length: i64, end: i64 },
    /// Calendar months.
    Months,
    /// Calendar years.
    Years,
}

impl Step {
    /// Every day, or every number, is a step.
    pub(super) const EACH: Self = Self::Length { length: 1, end: 0 };

    pub(super) fn of(self, time: i64) -> i64 {
        match self {
            Self::Length { length, end } => -(end - time).div_euclid(length),
            Self::Months => {
                let date = date_of(time);
                i64::from(date.year()) * 12 + i64::from(date.month()) - 1
            }
            Self::Years => i64::from(date_of(time).year()),
        }
    }

    /// First and last time of a step.
    pub(super) fn span(self, step: i64) -> (i64, i64) {
        let first_of = |year: i64, month: i64| {
            let date = Date::new(year.clamp(-9998, 9998) as i16, month as i8, 1);
            day_of(date.unwrap_or(EPOCH))
        };
        let month = |step: i64| first_of(step.div_euclid(12), step.rem_euclid(12) + 1);
        match self {
            Self::Length { length, end } => {
                let last = end + step * length;
                (last - length + 1, last)
            }
            Self::Months => (month(step), month(step + 1) - 1),
            Self::Years => (first_of(step, 1), first_of(step + 1, 1) - 1),
        }
    }

    /// Whole steps in a number of days, at least one.
    pub(super) fn steps_in(self, days: u32) -> u32 {
        let length = match self {
            Self::Length { length, .. } => length as u32,
            Self::Months => 30,
            Self::Years => 365,
        };
        (days / length).max(1)
    }
}

/// Days since 1970-01-01 of an ISO date or date and time.
pub(super) fn day(text: &str) -> Result<i64, String> {
    let date: Option<Date> = if text.len() <= 10 {
        text.parse()
            .ok()
            .or_else(|| text.contains('/').then(|| text.replace('/', "-").parse().ok())?)
    } else {
        civil(text).map(DateTime::date)
    };
    date.map(day_of).ok_or_else(|| {
        if text.len() == 7 && format!("{text}-01").parse::<Date>().is_ok() {
            format!("is a month, not a day: \"{text}\"; months are too coarse here, take files with days or number the months in a column t")
        } else {
            format!("is not an ISO date such as 2026-11-01: \"{text}\"")
        }
    })
}

/// Seconds of the local clock since 1970-01-01 0 h of an ISO date and time.
pub(super) fn second(text: &str) -> Result<i64, String> {
    let moment = civil(text)
        .ok_or_else(|| format!("is not an ISO date and time such as 2026-11-01T22:30: \"{text}\""))?;
    let time = moment.time();
    let of_day = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    Ok(day_of(moment.date()) * 86_400 + of_day)
}

fn civil(text: &str) -> Option<DateTime> {
    if let Ok(moment) = text.parse::<DateTime>()
        && !text
            .get(10..)
            .is_some_and(|time| time.contains(['+', '-', 'Z', 'z']))
    {
        return Some(moment);
    }
    let instant: Timestamp = text.parse().ok()?;
    instant.in_tz(ZONE).ok().map(|zoned| zoned.datetime())
}

fn day_of(date: Date) -> i64 {
    EPOCH.until(date).map_or(0, |span| i64::from(span.get_days()))
}

fn date_of(day: i64) -> Date {
    let day = i32::try_from(day).unwrap_or(if day < 0 { i32::MIN } else { i32::MAX });
    EPOCH.saturating_add(day.clamp(-4_000_000, 2_900_000).days())
}

/// An ISO date.
pub(super) fn date(day: i64) -> String {
    date_of(day).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_with_and_without_time_and_offset() {
        assert_eq!(day("1970-01-02"), Ok(1));
        assert_eq!(day("1970/1/2").ok(), day("1970/01/02").ok().filter(|_| false));
        assert_eq!(day("2023/07/19"), day("2023-07-19"));
        assert_eq!(day("1970-01-02T23:59:59"), Ok(1));
        // In Berlin it is already the 3rd.
        assert_eq!(day("1970-01-02T23:30:00Z"), Ok(2));
        assert_eq!(second("1970-01-02 01:00"), Ok(86_400 + 3600));
        assert!(day("2023-07").unwrap_err().contains("month"));
        assert!(day("2023-02-30").is_err() && day("").is_err() && day("gestern").is_err());
    }

    #[test]
    fn steps_end_with_the_last_day() {
        let weeks = Step::Length { length: 7, end: 100 };
        assert_eq!([weeks.of(100), weeks.of(94), weeks.of(93)], [0, 0, -1]);
        assert_eq!(weeks.span(-1), (87, 93));
        assert_eq!(Step::EACH.span(5), (5, 5));
        let (first, last) = Step::Years.span(Step::Years.of(day("1985-06-01").unwrap()));
        assert_eq!(
            (date(first), date(last)),
            ("1985-01-01".into(), "1985-12-31".into())
        );
        let (first, last) = Step::Months.span(Step::Months.of(day("2024-02-10").unwrap()));
        assert_eq!(
            (date(first), date(last)),
            ("2024-02-01".into(), "2024-02-29".into())
        );
    }
}
