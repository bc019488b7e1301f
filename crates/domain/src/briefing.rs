//! Which briefings there are, and the periods they speak of.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::filter::start_of_day;
use crate::german;
use crate::report::word;
use crate::week::Week;

word!(
    /// What a briefing is for.
    BriefingKind {
        /// The picture of one day, on one page.
        Daily = "daily",
        /// A week and its hotspots.
        Weekly = "weekly",
        /// A month or half a year, for the Lenkungsgruppe.
        Monthly = "monthly",
        /// One hotspot with its evidence.
        Dossier = "dossier",
        /// One project.
        Project = "project",
        /// A year of what was done and achieved.
        Controlling = "controlling",
        /// What both press offices say together.
        Public = "public",
    }
);

word!(
    /// Where an ordered briefing stands.
    BriefingStatus {
        /// Nobody has taken it up yet.
        Queued = "queued",
        /// It is being written.
        Writing = "writing",
        /// It is issued.
        Ready = "ready",
        /// It cannot be written.
        Refused = "refused",
    }
);

impl BriefingKind {
    /// The document's name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Daily => "Tageslage",
            Self::Weekly => "Wochenlage",
            Self::Monthly => "Lagebericht",
            Self::Dossier => "Hotspot-Dossier",
            Self::Project => "Projektbericht",
            Self::Controlling => "Controlling-Bericht",
            Self::Public => "Text für die Öffentlichkeit",
        }
    }

    /// True when such a document may speak of such a period.
    pub fn takes(self, period: Period) -> bool {
        match self {
            Self::Daily => matches!(period, Period::Day(_)),
            Self::Weekly => matches!(period, Period::Week(_)),
            Self::Monthly => matches!(period, Period::Month { .. } | Period::HalfYear { .. }),
            Self::Controlling => matches!(period, Period::Year(_)),
            Self::Dossier | Self::Project | Self::Public => !matches!(period, Period::Day(_)),
        }
    }

    /// The newest period of its sort that is over on `today`.
    pub fn last_closed(self, today: Date) -> Option<Period> {
        let period = match self {
            Self::Daily => Period::Day(today),
            Self::Weekly | Self::Dossier | Self::Project => Period::Week(Week::of(today)?),
            Self::Monthly | Self::Public => Period::Month {
                year: today.year(),
                month: today.month(),
            },
            Self::Controlling => Period::Year(today.year()),
        };
        period.previous()
    }

    /// How its periods are written, for messages.
    pub fn periods(self) -> &'static str {
        match self {
            Self::Daily => "a day such as 2026-11-14",
            Self::Weekly => "a week such as 2026-W46",
            Self::Monthly => "a month such as 2026-10 or half a year such as 2026-H1",
            Self::Controlling => "a year such as 2025",
            Self::Dossier | Self::Project | Self::Public => {
                "a week, month, half-year or year such as 2026-W46, 2026-10, 2026-H1, 2025"
            }
        }
    }
}

/// A stretch of whole days in Berlin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Period {
    /// One day.
    Day(Date),
    /// One week of ISO 8601.
    Week(Week),
    /// One month.
    Month {
        /// Its year.
        year: i16,
        /// 1 to 12.
        month: i8,
    },
    /// January to June or July to December.
    HalfYear {
        /// Its year.
        year: i16,
        /// 1 or 2.
        half: i8,
    },
    /// One year.
    Year(i16),
}

/// A period that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a period; write 2026-11-14, 2026-W46, 2026-10, 2026-H1 or 2025")]
pub struct InvalidPeriod(String);

impl Period {
    /// Its first day.
    pub fn first(self) -> Date {
        match self {
            Self::Day(day) => day,
            Self::Week(week) => week.monday(),
            // Months and halves are checked when they are read.
            Self::Month { year, month } => day_of(year, month),
            Self::HalfYear { year, half } => day_of(year, half * 6 - 5),
            Self::Year(year) => day_of(year, 1),
        }
    }

    /// The day after its last.
    pub fn end(self) -> Date {
        let span = match self {
            Self::Day(_) => 1.day(),
            Self::Week(_) => 7.days(),
            Self::Month { .. } => 1.month(),
            Self::HalfYear { .. } => 6.months(),
            Self::Year(_) => 1.year(),
        };
        self.first().saturating_add(span)
    }

    /// Its last day.
    pub fn last(self) -> Date {
        self.end().saturating_sub(1.day())
    }

    /// Midnight before its first day and after its last, in Berlin.
    pub fn window(self) -> Option<(Timestamp, Timestamp)> {
        let zone = german::zone();
        Some((
            start_of_day(self.first(), &zone)?,
            start_of_day(self.end(), &zone)?,
        ))
    }

    /// The period of its sort just before; `None` before the calendar begins.
    pub fn previous(self) -> Option<Self> {
        let day = self.first().checked_sub(1.day()).ok()?;
        self.holding(day)
    }

    /// The period of its sort that the day lies in.
    fn holding(self, day: Date) -> Option<Self> {
        Some(match self {
            Self::Day(_) => Self::Day(day),
            Self::Week(_) => Self::Week(Week::of(day)?),
            Self::Month { .. } => Self::Month {
                year: day.year(),
                month: day.month(),
            },
            Self::HalfYear { .. } => Self::HalfYear {
                year: day.year(),
                half: if day.month() <= 6 { 1 } else { 2 },
            },
            Self::Year(_) => Self::Year(day.year()),
        })
    }

    /// The published weeks that stand for it: those whose Thursday lies in it, so that each week belongs to one month and
    /// one year; first week, and first after the last. `None` for a day, of which no week speaks.
    pub fn weeks(self) -> Option<(Week, Week)> {
        if matches!(self, Self::Day(_)) {
            return None;
        }
        let week_from = |day: Date| {
            let week = Week::of(day)?;
            let thursday = week.monday().saturating_add(3.days());
            if thursday < day { week.next() } else { Some(week) }
        };
        Some((week_from(self.first())?, week_from(self.end())?))
    }

    /// It in German words.
    pub fn label(self) -> String {
        const MONTHS: [&str; 12] = [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ];
        match self {
            Self::Day(day) => german::date(day),
            Self::Week(week) => {
                let iso = week.monday().iso_week_date();
                format!(
                    "{}. Woche {} ({})",
                    iso.week(),
                    iso.year(),
                    german::date_span(self.first(), self.last())
                )
            }
            Self::Month { year, month } => {
                let name = usize::try_from(month - 1).ok().and_then(|at| MONTHS.get(at));
                format!("{} {year}", name.unwrap_or(&""))
            }
            Self::HalfYear { year, half } => format!("{half}. Halbjahr {year}"),
            Self::Year(year) => format!("Jahr {year}"),
        }
    }
}

fn day_of(year: i16, month: i8) -> Date {
    Date::new(year, month, 1).unwrap_or(Date::MAX)
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{day}"),
            Self::Week(week) => write!(f, "{week}"),
            Self::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Self::HalfYear { year, half } => write!(f, "{year:04}-H{half}"),
            Self::Year(year) => write!(f, "{year:04}"),
        }
    }
}

impl FromStr for Period {
    type Err = InvalidPeriod;

    fn from_str(text: &str) -> Result<Self, InvalidPeriod> {
        let invalid = || InvalidPeriod(text.chars().take(20).collect());
        if let Ok(week) = text.parse() {
            return Ok(Self::Week(week));
        }
        if !text
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'H'))
        {
            return Err(invalid());
        }
        let year = text.get(..4).and_then(|year| year.parse::<i16>().ok());
        let year = year.filter(|year| *year > 0).ok_or_else(invalid)?;
        let period = match (text.len(), text.get(4..).unwrap_or_default()) {
            (4, _) => Some(Self::Year(year)),
            (7, "-H1") => Some(Self::HalfYear { year, half: 1 }),
            (7, "-H2") => Some(Self::HalfYear { year, half: 2 }),
            (7, rest) => rest
                .strip_prefix('-')
                .and_then(|month| month.parse().ok())
                .filter(|month| (1..=12).contains(month))
                .map(|month| Self::Month { year, month }),
            (10, _) => text.parse().ok().map(Self::Day),
            _ => None,
        };
        period.ok_or_else(invalid)
    }
}

impl TryFrom<String> for Period {
    type Error = InvalidPeriod;

    fn try_from(text: String) -> Result<Self, InvalidPeriod> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn period(text: &str) -> Period {
        text.parse().unwrap()
    }

    #[test]
    fn periods_are_read_and_written_alike() {
        for text in ["2026-11-14", "2026-W46", "2026-02", "2026-H2", "2025"] {
            assert_eq!(period(text).to_string(), text);
        }
        for text in [
            "",
            "26",
            "2026-13",
            "2026-00",
            "2026-H3",
            "2026-W54",
            "2026-02-30",
            "0000",
            "2026-+1",
            "gestern",
        ] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_days_of_each_sort() {
        let days = |text: &str| (period(text).first(), period(text).last());
        assert_eq!(days("2026-W46"), (date(2026, 11, 9), date(2026, 11, 15)));
        assert_eq!(days("2024-02"), (date(2024, 2, 1), date(2024, 2, 29)));
        assert_eq!(days("2026-H2"), (date(2026, 7, 1), date(2026, 12, 31)));
        assert_eq!(days("2025"), (date(2025, 1, 1), date(2025, 12, 31)));
        assert_eq!(period("2026-01").previous(), Some(period("2025-12")));
        assert_eq!(period("2026-H1").previous(), Some(period("2025-H2")));
        assert_eq!(period("2026-W01").previous(), Some(period("2025-W52")));
    }

    #[test]
    fn each_week_belongs_to_the_month_of_its_thursday() {
        let weeks = |text: &str| {
            let (from, to) = period(text).weeks().unwrap();
            (from.to_string(), to.to_string())
        };
        // 1 October 2026 is a Thursday; 1 November a Sunday, so its week still belongs to October.
        assert_eq!(weeks("2026-10"), ("2026-W40".to_owned(), "2026-W45".to_owned()));
        assert_eq!(weeks("2026-11"), ("2026-W45".to_owned(), "2026-W49".to_owned()));
        // ISO 8601 counts the weeks of a year just so: 2026 has 53.
        assert_eq!(weeks("2026"), ("2026-W01".to_owned(), "2027-W01".to_owned()));
        assert_eq!(period("2026-11-14").weeks(), None);
    }

    #[test]
    fn the_last_closed_period_is_over() {
        let today = date(2026, 11, 22);
        let last = |kind: BriefingKind| kind.last_closed(today).unwrap().to_string();
        assert_eq!(last(BriefingKind::Daily), "2026-11-21");
        assert_eq!(last(BriefingKind::Weekly), "2026-W46");
        assert_eq!(last(BriefingKind::Monthly), "2026-10");
        assert_eq!(last(BriefingKind::Controlling), "2025");
    }
}
