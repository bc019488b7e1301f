//! Counts by day of the area, its surroundings and every cell of the city.

use std::collections::{BTreeMap, BTreeSet};

use h3o::{CellIndex, Resolution};
use lagebild_domain::{Filter, LatLng, RecordScope};
use lagebild_hotspot::evaluation::BeforeAfter;

use super::controls::ControlPlace;
use super::{BLOCK_DAYS, EffectQuestion, EffectWeek, midnight};
use crate::calendar::{DayNumber, date_of};
use crate::situation::Situation;

/// Weeks that are shown before the measure and after its end.
const WEEKS_BEFORE: i32 = 26;
const WEEKS_BEHIND: i32 = 8;
/// Resolutions that a place can be compared at, finest first.
const RESOLUTIONS: [Resolution; 4] = [
    Resolution::Ten,
    Resolution::Nine,
    Resolution::Eight,
    Resolution::Seven,
];

/// Which days there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days {
    /// First day of the measure.
    pub(super) begin: DayNumber,
    /// Days that it has lasted.
    pub(super) length: i32,
    /// Blocks of days before it that likeness goes by.
    pub(super) blocks: i32,
    /// The first day that the data do not hold whole.
    pub(super) behind_data: DayNumber,
}

impl Days {
    /// First day that anything is counted of.
    pub(super) fn first(&self) -> DayNumber {
        self.begin - (self.blocks * BLOCK_DAYS).max(self.length)
    }

    fn behind(&self) -> DayNumber {
        (self.begin + self.length + 7 * WEEKS_BEHIND).min(self.behind_data)
    }
}

/// Reports of a place by day.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Track {
    days: Days,
    by_day: BTreeMap<DayNumber, u32>,
}

impl Track {
    fn new(days: &Days) -> Self {
        Self {
            days: *days,
            by_day: BTreeMap::new(),
        }
    }

    fn add(&mut self, day: DayNumber) {
        *self.by_day.entry(day).or_default() += 1;
    }

    fn between(&self, first: DayNumber, behind: DayNumber) -> u32 {
        if first >= behind {
            return 0;
        }
        self.by_day.range(first..behind).map(|(_, count)| count).sum()
    }

    /// While the measure lasted, and as many days just before.
    pub(super) fn before_after(&self) -> BeforeAfter {
        let Days { begin, length, .. } = self.days;
        BeforeAfter {
            before: self.between(begin - length, begin),
            after: self.between(begin, begin + length),
        }
    }

    /// Counts of the blocks before the measure, the newest first.
    fn blocks(&self) -> impl Iterator<Item = u32> {
        let Days { begin, blocks, .. } = self.days;
        (0..blocks).map(move |block| {
            let behind = begin - block * BLOCK_DAYS;
            self.between(behind - BLOCK_DAYS, behind)
        })
    }

    /// How unlike another place it was before the measure: the root mean square of the differences between the square roots
    /// of the counts of each block. Roots of counts vary by about a half, whatever their size.
    pub(super) fn unlikeness(&self, other: &Self) -> f64 {
        let squares = self.blocks().zip(other.blocks()).map(|(one, two)| {
            let difference = f64::from(one).sqrt() - f64::from(two).sqrt();
            difference * difference
        });
        let (count, sum) = squares.fold((0, 0.0), |(count, sum), square| (count + 1, sum + square));
        (sum / f64::from(count.max(1))).sqrt()
    }

    /// Reports just before the measure over those that as many days had earlier on; `None` where less than four weeks are
    /// known of that, or nothing was.
    pub(super) fn peak_before(&self) -> Option<f64> {
        let Days {
            begin,
            length,
            blocks,
            ..
        } = self.days;
        let days = blocks * BLOCK_DAYS - length;
        if days < BLOCK_DAYS {
            return None;
        }
        let earlier = f64::from(self.between(begin - length - days, begin - length));
        let usual = earlier / f64::from(days) * f64::from(length);
        (usual > 0.0).then(|| f64::from(self.before_after().before) / usual)
    }

    /// Variance over mean of the weekly counts before the measure; 1 where there are too few to say.
    pub(super) fn dispersion_before(&self) -> f64 {
        let Days { begin, blocks, .. } = self.days;
        let weeks: Vec<f64> = (1..=blocks * 4)
            .map(|week| f64::from(self.between(begin - week * 7, begin - (week - 1) * 7)))
            .collect();
        let mean = weeks.iter().sum::<f64>() / weeks.len().max(1) as f64;
        if weeks.len() < 8 || mean <= 0.0 {
            return 1.0;
        }
        let squares: f64 = weeks.iter().map(|count| (count - mean).powi(2)).sum();
        squares / (weeks.len() - 1) as f64 / mean
    }
}

/// Tracks of all places.
#[derive(Debug)]
pub(super) struct Tracks {
    pub(super) treated: Track,
    pub(super) ring: Track,
    /// Cells that touch neither.
    pub(super) elsewhere: BTreeMap<CellIndex, Track>,
    pub(super) resolution: Resolution,
    /// Positions in the vocabulary of the sources whose reports are counted.
    pub(super) sources: BTreeSet<usize>,
    days: Days,
}

impl Tracks {
    pub(super) fn of(
        situation: &Situation,
        scope: &RecordScope,
        question: &EffectQuestion<'_>,
        days: &Days,
    ) -> Self {
        let filter = Filter {
            from: midnight(days.first().min(days.begin - 7 * WEEKS_BEFORE)),
            to: midnight(days.behind()),
            bbox: None,
            areas: Vec::new(),
            ..question.filter.clone()
        };
        let reach = question.area.reach();
        let resolution = resolution_of(question.area.size_km2());
        let mut treated = Track::new(days);
        let mut ring = Track::new(days);
        let mut cells: BTreeMap<CellIndex, Track> = BTreeMap::new();
        let mut sources = BTreeSet::new();
        situation.each_observation(scope, &filter, |observation| {
            let day = situation.calendar.day_of(observation.occurred.middle());
            sources.insert(observation.source);
            let distance_m = reach.distance_m(observation.point);
            if distance_m <= 0.0 {
                treated.add(day);
            } else if distance_m <= question.ring_m {
                ring.add(day);
            }
            let cell = CellIndex::try_from(observation.cell)
                .ok()
                .and_then(|cell| cell.parent(resolution));
            if let Some(cell) = cell {
                cells.entry(cell).or_insert_with(|| Track::new(days)).add(day);
            }
        });
        // A cell's corners lie an edge from its middle.
        let clear_m = question.ring_m + resolution.edge_length_m();
        cells.retain(|cell, _| center_of(*cell).is_some_and(|center| reach.distance_m(center) > clear_m));
        Self {
            treated,
            ring,
            elsewhere: cells,
            resolution,
            sources,
            days: *days,
        }
    }

    /// Whole weeks, counted from the measure's first day.
    pub(super) fn weeks(&self, controls: &[(ControlPlace, &Track)]) -> Vec<EffectWeek> {
        let days = &self.days;
        let before = (days.blocks * 4).min(WEEKS_BEFORE.max(days.length / 7 + 1));
        let behind = (days.behind() - days.begin) / 7;
        let many = controls.len().max(1) as f64;
        (-before..behind)
            .map(|week| {
                let first = days.begin + week * 7;
                let of = |track: &Track| track.between(first, first + 7);
                EffectWeek {
                    from: date_of(first),
                    treated: of(&self.treated),
                    control: f64::from(controls.iter().map(|(_, track)| of(track)).sum::<u32>()) / many,
                    ring: of(&self.ring),
                }
            })
            .collect()
    }
}

pub(super) fn center_of(cell: CellIndex) -> Option<LatLng> {
    let center = h3o::LatLng::from(cell);
    LatLng::new(center.lat(), center.lng()).ok()
}

/// The resolution whose cells are as large as the area, as nearly as there is one.
fn resolution_of(size_km2: f64) -> Resolution {
    let unlike = |resolution: Resolution| (resolution.area_km2() / size_km2).ln().abs();
    RESOLUTIONS
        .into_iter()
        .min_by(|a, b| unlike(*a).total_cmp(&unlike(*b)))
        .unwrap_or(Resolution::Nine)
}
