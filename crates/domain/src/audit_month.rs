//! Closed months of the audit log: sealed on their own, so that their entries can be deleted and the chain goes on.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::audit::{Seal, Sealer};
use crate::german;

/// A calendar month, in Berlin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(Date);

impl Month {
    /// The month that a day lies in.
    pub fn of(day: Date) -> Self {
        Self(day.first_of_month())
    }

    /// The month that a moment lies in.
    pub fn at(moment: Timestamp) -> Self {
        Self::of(german::day_of(moment))
    }

    /// Its first day.
    pub fn first_day(self) -> Date {
        self.0
    }

    /// The one after; itself at the end of the calendar.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.checked_add(1.month()).unwrap_or(self.0))
    }

    /// When it begins; `None` at the edge of the calendar.
    pub fn start(self) -> Option<Timestamp> {
        crate::filter::start_of_day(self.0, &german::zone())
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.strftime("%Y-%m"))
    }
}

/// How long entries of the log are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AuditDeadline {
    /// To the end of the year after that in which they were made, as § 76 (4) BDSG has it for logs of the police.
    #[default]
    NextYear,
    /// So many whole months after the one in which they were made.
    Months(u32),
}

impl AuditDeadline {
    /// Whether the entries of a month have reached it.
    ///
    /// ```
    /// use lagebild_domain::audit_month::{AuditDeadline, Month};
    /// let of = |text: &str| text.parse().unwrap();
    /// let january = Month::of(of("2025-01-31"));
    /// assert!(!AuditDeadline::NextYear.is_reached(january, of("2026-12-31")));
    /// assert!(AuditDeadline::NextYear.is_reached(january, of("2027-01-01")));
    /// assert!(!AuditDeadline::Months(1).is_reached(january, of("2025-02-28")));
    /// assert!(AuditDeadline::Months(1).is_reached(january, of("2025-03-01")));
    /// ```
    pub fn is_reached(self, month: Month, today: Date) -> bool {
        match self {
            Self::NextYear => today.year() > month.0.year() + 1,
            Self::Months(months) => month
                .next()
                .0
                .checked_add(i64::from(months).months())
                .is_ok_and(|end| today >= end),
        }
    }
}

/// A month of the log that nothing comes to any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClosedMonth {
    /// Which.
    pub month: Month,
    /// Number of its first entry.
    pub first: u64,
    /// Number of its last entry.
    pub last: u64,
    /// Seal of its last entry: the next month's first entry is sealed over it.
    pub end: Seal,
}

impl Sealer {
    /// The seal of a closed month: without the installation's key nobody can make a month up whose entries would be missed.
    pub fn seal_month(&self, month: &ClosedMonth) -> Seal {
        let mut hasher = self.hasher();
        hasher.update(b"month");
        hasher.update(month.month.to_string().as_bytes());
        hasher.update(&month.first.to_le_bytes());
        hasher.update(&month.last.to_le_bytes());
        hasher.update(&month.end.0);
        Seal(*hasher.finalize().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_closed_month_is_under_its_seal() {
        let month = ClosedMonth {
            month: Month::of("2026-10-31".parse().unwrap()),
            first: 3,
            last: 9,
            end: Seal([7; 32]),
        };
        let sealer = Sealer::new(&[9; 32]);
        let seal = sealer.seal_month(&month);
        let changes: [fn(&mut ClosedMonth); 4] = [
            |month| month.month = month.month.next(),
            |month| month.first = 2,
            |month| month.last = 10,
            |month| month.end = Seal([8; 32]),
        ];
        for change in changes {
            let mut other = month;
            change(&mut other);
            assert_ne!(sealer.seal_month(&other), seal, "{other:?}");
        }
        assert_ne!(Sealer::new(&[8; 32]).seal_month(&month), seal);
    }

    /// In Berlin, November 2026 begins at 23:00 UTC of 31 October.
    #[test]
    fn a_month_begins_at_midnight_in_berlin() {
        let october = Month::at("2026-10-31T22:59:59Z".parse().unwrap());
        assert_eq!(october.to_string(), "2026-10");
        assert_eq!(october.next(), Month::at("2026-10-31T23:00:00Z".parse().unwrap()));
        assert_eq!(
            october.next().start().unwrap().to_string(),
            "2026-10-31T23:00:00Z"
        );
        assert_eq!(
            Month::of("2026-12-05".parse().unwrap()).next().to_string(),
            "2027-01"
        );
    }
}
