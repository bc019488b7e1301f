//! Time in whole steps of days or months, and which of them a report counts in.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use lagebild_domain::german;
use lagebild_situation::Observation;

use super::profile::{Clock, Profile, TimeUnit};

const SECONDS_PER_DAY: i64 = 86_400;

impl TimeUnit {
    /// Number of the step that a day lies in.
    pub(super) fn step(self, day: Date) -> i64 {
        match self {
            Self::Day => i64::from(
                day.since(Date::constant(1970, 1, 1))
                    .map_or(0, |span| span.get_days()),
            ),
            Self::Month => i64::from(day.year()) * 12 + i64::from(day.month()) - 1,
        }
    }

    /// Number of the last step that is over at the end of a day: of a month that has only begun nothing is said.
    pub(super) fn last_whole_step(self, day: Date) -> i64 {
        self.step(day.tomorrow().unwrap_or(day)) - 1
    }

    /// First day of a step.
    pub(super) fn first_day(self, step: i64) -> Date {
        let origin = Date::constant(1970, 1, 1);
        match self {
            Self::Day => origin.checked_add(step.days()).unwrap_or(origin),
            Self::Month => {
                let year = i16::try_from(step.div_euclid(12)).unwrap_or(1970);
                let month = i8::try_from(step.rem_euclid(12) + 1).unwrap_or(1);
                Date::new(year, month, 1).unwrap_or(origin)
            }
        }
    }

    /// Longest time that a report may be known to and still count in a step.
    pub(super) fn longest_seconds(self) -> i64 {
        match self {
            // A night that a burglary lies in belongs to the day of its middle; a weekend does not.
            Self::Day => SECONDS_PER_DAY * 3 / 2,
            Self::Month => SECONDS_PER_DAY * 32,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
        }
    }
}

/// First and last step of an observation's time span by the clock of a profile.
pub(super) fn steps(profile: &Profile, observation: &Observation) -> (i64, i64) {
    let (unit, clock) = (profile.time_unit, profile.clock);
    match clock {
        Clock::Reported => {
            let step = unit.step(counted_day(observation, clock));
            (step, step)
        }
        Clock::Occurred => (
            unit.step(german::day_of(observation.occurred.from())),
            unit.step(last_day_of(observation)),
        ),
    }
}

/// Midnight in Berlin at the start of a day.
pub(super) fn midnight_of(day: Date) -> Timestamp {
    day.to_zoned(german::zone())
        .map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

/// The day that an observation counts on by the clock of a profile.
pub(super) fn counted_day(observation: &Observation, clock: Clock) -> Date {
    match clock {
        Clock::Occurred => day_of(observation),
        Clock::Reported => german::day_of(observation.told_at),
    }
}

/// The last day in Berlin of an observation's time span.
pub(super) fn last_day_of(observation: &Observation) -> Date {
    let occurred = observation.occurred;
    // The end of a span is no longer part of it.
    let last = (occurred.to().as_microsecond() - 1).max(occurred.from().as_microsecond());
    german::day_of(Timestamp::from_microsecond(last).unwrap_or(occurred.from()))
}

/// The day in Berlin that an observation happened on: that of the middle of its span.
pub(crate) fn day_of(observation: &Observation) -> Date {
    let occurred = observation.occurred;
    let middle = i64::midpoint(occurred.from().as_microsecond(), occurred.to().as_microsecond());
    german::day_of(Timestamp::from_microsecond(middle).unwrap_or(occurred.from()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn steps_go_there_and_back() {
        for day in [date(1970, 1, 1), date(2018, 10, 1), date(2026, 11, 22)] {
            assert_eq!(TimeUnit::Day.first_day(TimeUnit::Day.step(day)), day);
        }
        assert_eq!(TimeUnit::Day.step(date(1970, 2, 1)), 31);
        assert_eq!(
            TimeUnit::Month.first_day(TimeUnit::Month.step(date(2019, 2, 28))),
            date(2019, 2, 1)
        );
        assert_eq!(TimeUnit::Day.last_whole_step(date(1970, 2, 1)), 31);
        let months_begun = [date(2019, 2, 27), date(2019, 2, 28), date(2019, 3, 1)].map(|day| {
            let step = TimeUnit::Month.last_whole_step(day);
            TimeUnit::Month.first_day(step)
        });
        assert_eq!(
            months_begun,
            [date(2019, 1, 1), date(2019, 2, 1), date(2019, 2, 1)]
        );
        assert_eq!(
            TimeUnit::Month.step(date(2019, 1, 1)) - TimeUnit::Month.step(date(2018, 12, 31)),
            1
        );
    }
}
