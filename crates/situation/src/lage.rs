//! The figures of the picture for one filter.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use lagebild_domain::{Kind, german};

use crate::calendar::{Calendar, date_of};
use crate::event::{Event, NO_AREA};
use crate::vocabulary::Vocabulary;

/// A half-open span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Start.
    pub from: Timestamp,
    /// End, exclusive.
    pub to: Timestamp,
}

impl Window {
    /// The window of the same length just before.
    pub(crate) fn previous(self) -> Self {
        Self {
            from: self
                .from
                .checked_sub(self.to.duration_since(self.from))
                .unwrap_or(Timestamp::MIN),
            to: self.from,
        }
    }

    /// The same days a year before, in Berlin.
    pub(crate) fn year_before(self) -> Option<Self> {
        let back = |at: Timestamp| {
            let zoned = at.to_zoned(german::zone());
            zoned.checked_sub(1.year()).ok().map(|zoned| zoned.timestamp())
        };
        Some(Self {
            from: back(self.from)?,
            to: back(self.to)?,
        })
    }
}

/// Most days that `by_day` has; of a longer window it shows the last.
const MAX_DAYS: i32 = 20 * 366;

/// A word and how many reports have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Id of the kind, theme or area; `None` for reports outside all areas.
    pub id: Option<String>,
    /// Number of reports.
    pub count: u64,
}

/// Reports of a day by kind, in the order of [`Kind::ALL`].
///
/// A report whose time span touches several days counts on each by the time that it shares with it (aoristic weights), so
/// these are not whole numbers; they add up to the total.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    /// The day in Berlin.
    pub day: Date,
    /// Weight by kind.
    pub by_kind: [f64; 3],
}

/// The figures for one filter.
#[derive(Debug, Clone, PartialEq)]
pub struct Lage {
    /// The window they speak of.
    pub window: Window,
    /// Reports in it.
    pub total: u64,
    /// Reports in the window of the same length just before.
    pub previous_total: u64,
    /// Reports in the same days a year before; `None` when the data do not reach back that far.
    pub year_before_total: Option<u64>,
    /// By kind.
    pub by_kind: Vec<Count>,
    /// By theme.
    pub by_theme: Vec<Count>,
    /// By district, most first.
    pub by_area: Vec<Count>,
    /// Each day of the window.
    pub by_day: Vec<Day>,
    /// Weight by hour of the week, Monday 0:00 first; reports longer than a day are left out.
    pub by_hour_of_week: Vec<f64>,
    /// Reports that say nothing about the hour.
    pub hours_unknown: u64,
}

/// Adds up events that a sieve has admitted.
pub(crate) struct Tally<'a> {
    vocabulary: &'a Vocabulary,
    first_day: i32,
    days: Vec<[f64; 3]>,
    by_kind: [u64; 3],
    by_category: Vec<u64>,
    by_area: BTreeMap<u16, u64>,
    by_hour_of_week: Vec<f64>,
    hours_unknown: u64,
    total: u64,
}

impl<'a> Tally<'a> {
    pub(crate) fn new(window: Window, vocabulary: &'a Vocabulary, calendar: &Calendar) -> Self {
        let last_moment = Timestamp::from_microsecond(window.to.as_microsecond() - 1).unwrap_or(window.from);
        let last_day = calendar.day_of(last_moment);
        let first_day = calendar
            .day_of(window.from)
            .clamp(last_day - MAX_DAYS + 1, last_day);
        let days = last_day - first_day + 1;
        Self {
            vocabulary,
            first_day,
            days: vec![[0.0; 3]; days as usize],
            by_kind: [0; 3],
            by_category: vec![0; vocabulary.taxonomy.categories().len()],
            by_area: BTreeMap::new(),
            by_hour_of_week: vec![0.0; 7 * 24],
            hours_unknown: 0,
            total: 0,
        }
    }

    pub(crate) fn add(&mut self, event: &Event) {
        let kind = event.kind as usize;
        self.total += 1;
        self.by_kind[kind] += 1;
        self.by_category[usize::from(event.category)] += 1;
        *self.by_area.entry(event.area).or_default() += 1;
        self.add_days(event, kind);
        let local = event.local;
        if local.hours == 0 {
            self.hours_unknown += 1;
        } else {
            let part = 1.0 / f64::from(local.hours);
            for hour in 0..usize::from(local.hours) {
                self.by_hour_of_week[(usize::from(local.hour_of_week) + hour) % (7 * 24)] += part;
            }
        }
    }

    /// The event's weight goes to those of its days that lie in the window, by the time that it shares with each.
    fn add_days(&mut self, event: &Event, kind: usize) {
        let local = event.local;
        let shared: Vec<(usize, f64)> = (0..local.days)
            .filter_map(|days_after| {
                let day = usize::try_from(local.day + i32::from(days_after) - self.first_day).ok()?;
                (day < self.days.len()).then(|| (day, f64::from(local.minutes_on(days_after))))
            })
            .collect();
        let minutes: f64 = shared.iter().map(|(_, minutes)| minutes).sum();
        for (day, part) in shared {
            self.days[day][kind] += part / minutes;
        }
    }

    pub(crate) fn into_lage(
        self,
        window: Window,
        previous_total: u64,
        year_before_total: Option<u64>,
    ) -> Lage {
        let taxonomy = &self.vocabulary.taxonomy;
        let by_theme = taxonomy.themes().iter().map(|theme| {
            let of_theme = taxonomy.categories().iter().zip(&self.by_category);
            let count = of_theme
                .filter(|(c, _)| c.theme == theme.id)
                .map(|(_, count)| count)
                .sum();
            (Some(theme.id.to_string()), count)
        });
        let by_kind = Kind::ALL
            .iter()
            .map(|kind| (Some(kind.to_string()), self.by_kind[*kind as usize]));
        let areas = self.vocabulary.areas.all();
        let by_area = self.by_area.iter().map(|(number, count)| {
            let area = (*number != NO_AREA)
                .then(|| areas.get(usize::from(*number)))
                .flatten();
            (area.map(|area| area.id.to_string()), *count)
        });
        Lage {
            window,
            total: self.total,
            previous_total,
            year_before_total,
            by_kind: counts(by_kind),
            by_theme: counts(by_theme),
            by_area: counts(by_area),
            by_day: (self.first_day..)
                .zip(self.days)
                .map(|(day, by_kind)| Day {
                    day: date_of(day),
                    by_kind,
                })
                .collect(),
            by_hour_of_week: self.by_hour_of_week,
            hours_unknown: self.hours_unknown,
        }
    }
}

/// The counts above zero, most first.
fn counts(pairs: impl Iterator<Item = (Option<String>, u64)>) -> Vec<Count> {
    let mut counts: Vec<Count> = pairs
        .filter(|(_, count)| *count > 0)
        .map(|(id, count)| Count { id, count })
        .collect();
    counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.id.cmp(&b.id)));
    counts
}
