//! Calendar weeks.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use crate::german;

/// A week of ISO 8601: Monday to Sunday, in Berlin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Date", into = "Date")]
pub struct Week(Date);

/// A date that no week starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a Monday; a week starts on one")]
pub struct NotAMonday(pub Date);

impl TryFrom<Date> for Week {
    type Error = NotAMonday;
    fn try_from(monday: Date) -> Result<Self, NotAMonday> {
        if monday.weekday() == Weekday::Monday {
            Ok(Self(monday))
        } else {
            Err(NotAMonday(monday))
        }
    }
}

impl From<Week> for Date {
    fn from(week: Week) -> Self {
        week.0
    }
}

impl Week {
    /// The week that a day lies in; `None` for the first days of the calendar's first year.
    pub fn of(day: Date) -> Option<Self> {
        let since_monday = i64::from(day.weekday().to_monday_zero_offset());
        day.checked_sub(jiff::Span::new().days(since_monday))
            .ok()
            .map(Self)
    }

    /// Its Monday.
    pub fn monday(self) -> Date {
        self.0
    }

    /// The week that a moment lies in, in Berlin; `None` at the edge of the calendar.
    pub fn at(moment: Timestamp) -> Option<Self> {
        Self::of(german::day_of(moment))
    }

    /// The moment at which it starts in Berlin; `None` at the edge of the calendar.
    pub fn start(self) -> Option<Timestamp> {
        crate::filter::start_of_day(self.0, &german::zone())
    }

    /// The same week of the year before, 52 weeks back; `None` at the start of the calendar.
    pub fn year_before(self) -> Option<Self> {
        self.0.checked_sub(jiff::Span::new().weeks(52)).ok().map(Self)
    }

    /// The week after; `None` at the end of the calendar.
    pub fn next(self) -> Option<Self> {
        self.0.checked_add(jiff::Span::new().days(7)).ok().map(Self)
    }
}

impl fmt::Display for Week {
    /// The week as people write it, `2026-W46`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let iso = self.0.iso_week_date();
        write!(f, "{}-W{:02}", iso.year(), iso.week())
    }
}

impl FromStr for Week {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let problem = || {
            format!(
                "{:?} is not a week such as 2026-W46",
                text.chars().take(20).collect::<String>()
            )
        };
        let (year, week) = text.split_once("-W").ok_or_else(problem)?;
        let year = year.parse().map_err(|_| problem())?;
        let week = week.parse().map_err(|_| problem())?;
        jiff::civil::ISOWeekDate::new(year, week, Weekday::Monday)
            .map(|day| Self(day.date()))
            .map_err(|_| problem())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ISO 8601: 29 December 2025 is the Monday of 2026-W01.
    #[test]
    fn a_week_belongs_to_the_year_of_its_thursday() {
        let week = Week::of("2025-12-31".parse().unwrap()).unwrap();
        assert_eq!(week.to_string(), "2026-W01");
        assert_eq!(week.monday().to_string(), "2025-12-29");
        assert_eq!("2026-W01".parse::<Week>().unwrap(), week);
        assert_eq!(week.next().unwrap().to_string(), "2026-W02");
        for bad in ["2026-W54", "2026-46", "", "2026-W", "x-W01"] {
            assert!(bad.parse::<Week>().is_err(), "{bad}");
        }
        assert!(Week::try_from("2025-12-30".parse::<Date>().unwrap()).is_err());
    }
}
