//! What a measure did: its place before and while it lasted, beside places that were like it, and its surroundings.
//!
//! The figures come through the same filter and scope as the map's; the estimates are [`lagebild_hotspot`]'s.

mod controls;
mod outage;
mod tracks;
mod verdict;

use jiff::civil::Date;
use lagebild_domain::filter::start_of_day;
use lagebild_domain::{Filter, ProjectArea, RecordScope, german};
use lagebild_hotspot::evaluation::{
    EvaluationError, PoissonRatio, WddInput, Wdq, poisson_ratio, weighted_displacement_difference,
    weighted_displacement_quotient,
};

use crate::calendar::{DayNumber, date_of, day_number};
use crate::situation::Situation;

pub use controls::{ControlPlace, InvalidControl};
pub use lagebild_hotspot::evaluation::{BeforeAfter, Wdd};
pub use outage::Silence;
use tracks::{Days, Track, Tracks};

/// A place is compared with so many others that were like it.
pub const CONTROLS: usize = 5;
/// Fewer places to compare with say nothing.
const FEWEST_CONTROLS: usize = 3;
/// A shorter measure says nothing.
const SHORTEST_DAYS: i32 = 28;
/// Fewer reports before say nothing: the standard errors hold for counts that are about normal.
const FEWEST_BEFORE: u32 = 10;
/// Days of the past that likeness goes by, in blocks of four weeks.
const BLOCK_DAYS: i32 = 28;
const MOST_BLOCKS: i32 = 13;
const FEWEST_BLOCKS: i32 = 3;
/// 1 − level of all intervals.
pub const ALPHA: f64 = 0.05;

/// Which measure is asked about, and how.
#[derive(Debug)]
pub struct EffectQuestion<'a> {
    /// Where it was.
    pub area: &'a ProjectArea,
    /// Its first day.
    pub first_day: Date,
    /// Its last day.
    pub last_day: Date,
    /// Which reports count; its window and places are not used.
    pub filter: &'a Filter,
    /// Width of the surroundings in metres, that a displacement would show in.
    pub ring_m: f64,
    /// H3 indices of the places to compare with; those most like it where none are named.
    pub controls: &'a [String],
    /// The same for its surroundings.
    pub ring_controls: &'a [String],
}

/// Days from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
}

/// Reports of a week.
#[derive(Debug, Clone, PartialEq)]
pub struct EffectWeek {
    /// Its first day.
    pub from: Date,
    /// In the area.
    pub treated: u32,
    /// In the places compared with, on average.
    pub control: f64,
    /// In the surroundings.
    pub ring: u32,
}

/// What is known of a measure's effect.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// Days while it lasted, as far as the data reach.
    pub after: Span,
    /// As many days just before.
    pub before: Span,
    /// H3 resolution of the places compared with.
    pub resolution: u8,
    /// Reports in the area.
    pub treated: BeforeAfter,
    /// In its surroundings.
    pub ring: BeforeAfter,
    /// Places like the area.
    pub controls: Vec<ControlPlace>,
    /// Places like its surroundings.
    pub ring_controls: Vec<ControlPlace>,
    /// Week by week; weeks begin on the weekday on which the measure began.
    pub weeks: Vec<EffectWeek>,
    /// How many times the usual of the time before that there was in the area just before; none where that time is too short.
    pub peak: Option<f64>,
    /// The estimates, or why there are none.
    pub estimates: Result<Estimates, Unfit>,
}

/// The estimates; all intervals hold 95 %.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimates {
    /// In the area beside the places like it: how many reports more, or fewer.
    pub local: Wdd,
    /// In the surroundings beside the places like them.
    pub displacement: Wdd,
    /// Both together.
    pub total: Wdd,
    /// Change of the area over that of the places like it.
    pub ratio: Result<PoissonRatio, EvaluationError>,
    /// Displacement over gain.
    pub wdq: Result<Wdq, EvaluationError>,
    /// Variance over mean of the weekly counts before; above 1 the intervals are too narrow.
    pub dispersion: f64,
}

/// Why the data carry no verdict.
#[derive(Debug, Clone, PartialEq)]
pub enum Unfit {
    /// It lasts too short, or has just begun, or lies in the future.
    TooShort(i32),
    /// The data do not reach back far enough.
    NoPast,
    /// There were too few reports in the area before.
    TooFew(u32),
    /// There were too few in the places compared with.
    TooFewControls(u32),
    /// There are not enough places like it.
    NoControls(usize),
    /// A source was silent in the meantime.
    Outage(Silence),
}

impl Situation {
    /// What a measure did; `Ok(None)` when there are no reports at all.
    ///
    /// # Errors
    /// [`InvalidControl`] when a place to compare with is named that cannot be one.
    pub fn effect(
        &self,
        scope: &RecordScope,
        question: &EffectQuestion<'_>,
    ) -> Result<Option<Effect>, InvalidControl> {
        let Some((span, newest)) = self.span(scope).zip(self.newest_told(scope)) else {
            return Ok(None);
        };
        let begin = day_number(question.first_day);
        // The day of the newest report is not over.
        let behind_data = self.calendar.day_of(newest);
        let end = (day_number(question.last_day) + 1).min(behind_data);
        let length = end - begin;
        let known_from = self.calendar.day_of(span.from) + 1;
        let blocks = ((begin - known_from) / BLOCK_DAYS).clamp(0, MOST_BLOCKS);
        let days = Days {
            begin,
            length: length.max(0),
            blocks,
            behind_data,
        };
        let tracks = Tracks::of(self, scope, question, &days);
        let controls = tracks.controls(&tracks.treated, question.controls, &[])?;
        let ring_controls = tracks.controls(&tracks.ring, question.ring_controls, &controls)?;
        let unfit = if length < SHORTEST_DAYS {
            Some(Unfit::TooShort(length))
        } else if begin - length < known_from || blocks < FEWEST_BLOCKS {
            Some(Unfit::NoPast)
        } else {
            self.silence(scope, &tracks.sources, &days).map(Unfit::Outage)
        };
        let treated = tracks.treated.before_after();
        let ring = tracks.ring.before_after();
        let control = sum(&controls);
        let unfit = unfit.or_else(|| {
            if treated.before < FEWEST_BEFORE {
                Some(Unfit::TooFew(treated.before))
            } else if controls.len().min(ring_controls.len()) < FEWEST_CONTROLS {
                Some(Unfit::NoControls(controls.len().min(ring_controls.len())))
            } else if control.before < FEWEST_BEFORE {
                Some(Unfit::TooFewControls(control.before))
            } else {
                None
            }
        });
        let estimates = unfit.map_or_else(
            || {
                Ok(estimates(
                    treated,
                    ring,
                    &controls,
                    &ring_controls,
                    &tracks.treated,
                ))
            },
            Err,
        );
        let span = |first: DayNumber, behind: DayNumber| Span {
            first: date_of(first),
            last: date_of((behind - 1).max(first)),
        };
        Ok(Some(Effect {
            after: span(begin, end),
            before: span(begin - days.length, begin),
            resolution: tracks.resolution as u8,
            treated,
            ring,
            peak: tracks.treated.peak_before(),
            weeks: tracks.weeks(&controls),
            controls: controls.into_iter().map(|(place, _)| place).collect(),
            ring_controls: ring_controls.into_iter().map(|(place, _)| place).collect(),
            estimates,
        }))
    }
}

fn sum(places: &[(ControlPlace, &Track)]) -> BeforeAfter {
    BeforeAfter {
        before: places.iter().map(|(place, _)| place.before).sum(),
        after: places.iter().map(|(place, _)| place.after).sum(),
    }
}

/// Each place compared with counts as much as the area itself: their sum is divided by their number.
fn estimates(
    treated: BeforeAfter,
    ring: BeforeAfter,
    controls: &[(ControlPlace, &Track)],
    ring_controls: &[(ControlPlace, &Track)],
    of_area: &Track,
) -> Estimates {
    let (control, ring_control) = (sum(controls), sum(ring_controls));
    let [many, ring_many] = [controls, ring_controls].map(|places| places.len().max(1) as f64);
    let difference = |input: WddInput, sizes: [f64; 4]| {
        // Sizes and level are positive and in range by what they are made of.
        let weighted = input.with_area_weights(sizes).unwrap_or(input);
        weighted_displacement_difference(&weighted.with_alpha(ALPHA).unwrap_or(weighted))
    };
    Estimates {
        local: difference(WddInput::new(control, treated), [many, 1.0, 1.0, 1.0]),
        displacement: difference(WddInput::new(ring_control, ring), [ring_many, 1.0, 1.0, 1.0]),
        total: difference(
            WddInput::new(control, treated).with_displacement(ring_control, ring),
            [many, 1.0, ring_many, 1.0],
        ),
        ratio: poisson_ratio(treated, control, ALPHA),
        wdq: weighted_displacement_quotient(treated, ring, control),
        dispersion: of_area.dispersion_before(),
    }
}

/// The start of a day in Berlin, for a filter.
fn midnight(day: DayNumber) -> Option<jiff::Timestamp> {
    start_of_day(date_of(day), &german::zone())
}
