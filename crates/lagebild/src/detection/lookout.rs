//! The lookout: evidence of all streams against a threshold that the city's own past sets.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::civil::Date;
use lagebild_domain::Areas;
use lagebild_hotspot::scan::{Calibration, Case, Ground, Lookout, LookoutParams, Sighting, Walks};
use lagebild_situation::Observation;
use serde_json::json;

use super::cylinder::{Chance, Cylinder};
use super::input::Input;
use super::places::Places;
use super::profile::{DAYS_PER_YEAR, Profile};
use super::steps::{counted_day, midnight_of};

/// Name of the method, in the field's words.
pub(super) const METHOD: &str =
    "lookout (averaged likelihood ratios of all streams, calibrated on the own past)";
/// Cases that the city's pace weighs against a district's own.
const STRATUM_PRIOR: f64 = 20.0;
/// Most and fewest days of the past that are walked through.
const WALKED_DAYS: i64 = 365;
const LEAST_WALKED_DAYS: i64 = 28;
/// Longest time that a threshold holds: a quarter of a year.
const HOLDS_DAYS: i64 = 92;

/// Parameters of the lookout for a profile.
pub(super) fn params(profile: &Profile) -> Result<LookoutParams, String> {
    let params = LookoutParams::new(profile.max_window, profile.history)
        .and_then(|params| params.with_min_cases(profile.min_reports))
        .and_then(|params| params.with_stratum_prior(STRATUM_PRIOR))
        .map(|params| params.with_dispersion().with_average());
    let params = if profile.weekday_strata {
        params.and_then(|params| params.with_cycle(7))
    } else {
        params
    };
    params.map_err(|error| error.to_string())
}

/// Days of the past without which there is no threshold.
pub(super) fn past_needed(profile: &Profile) -> i64 {
    2 * i64::from(profile.max_window) + LEAST_WALKED_DAYS
}

/// The calibrations of the profiles, each kept as long as it holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Calibrations {
    /// By profile and last day of the past that it rests on, with what that past was.
    kept: Arc<Mutex<Kept>>,
}

type Kept = HashMap<(String, i64), (u64, Arc<Calibration>)>;

/// Looks at the streams at the end of the step `end`; gives what is above the threshold.
///
/// # Errors
/// When there is too little past to set a threshold on.
pub(super) fn look(
    profile: &Profile,
    input: &Input,
    areas: &Areas,
    calibrations: &Calibrations,
    end: i64,
) -> Result<Vec<Cylinder>, String> {
    let Some((places, ground, cases)) = prepared(profile, &input.streams, areas)? else {
        return Ok(Vec::new());
    };
    let calibration = calibrations.of(profile, input, areas, end)?;
    let threshold = calibration.threshold(profile.false_alarms_per_year / DAYS_PER_YEAR);
    let mut lookout = Lookout::new(Arc::clone(&ground), cases.len(), params(profile)?);
    for (stream, cases) in cases.iter().enumerate() {
        lookout.add(stream, cases).map_err(|error| error.to_string())?;
    }
    let total = cases.iter().map(Vec::len).sum::<usize>() as f64;
    Ok((lookout.look(end, threshold).into_iter())
        .map(|sighting| cylinder(&places, &ground, &calibration, threshold, total, sighting))
        .collect())
}

type Prepared = (Places, Arc<Ground>, Vec<Vec<Case>>);

/// Places, with their districts as strata, and cases; none where there are no observations.
fn prepared(
    profile: &Profile,
    streams: &[Vec<Observation>],
    areas: &Areas,
) -> Result<Option<Prepared>, String> {
    let Some(places) = Places::of(streams)? else {
        return Ok(None);
    };
    let district = |point| areas.district_index(point).map_or(0, |index| index as u32 + 1);
    let strata: Vec<u32> = places.points.iter().map(|&point| district(point)).collect();
    let ground = Ground::new(places.locations.clone(), &strata, profile.max_radius_m)
        .map_err(|error| error.to_string())?;
    let cases = places.cases(profile, streams);
    Ok(Some((places, Arc::new(ground), cases)))
}

fn cylinder(
    places: &Places,
    ground: &Ground,
    calibration: &Calibration,
    threshold: f64,
    total: f64,
    sighting: Sighting,
) -> Cylinder {
    let (observed, expected) = (sighting.observed() as f64, sighting.expected());
    let outside = total - observed;
    let relative_risk = (observed / expected) / (outside / (total - expected));
    let longest = calibration.steps();
    let recurrence_days = 1.0 / calibration.alarms_per_step(sighting.score);
    Cylinder {
        plane: places.plane,
        center: sighting.center_point,
        radius_m: sighting.radius_m,
        cells: (sighting.locations.iter())
            .map(|&place| places.cells[place])
            .collect(),
        start: sighting.start,
        end: sighting.end,
        expected,
        relative_risk: (outside > 0.0 && relative_risk.is_finite()).then_some(relative_risk),
        polygon: ground.outline(&sighting),
        chance: Chance {
            p_value: None,
            recurrence_days: recurrence_days.min(longest),
            is_at_limit: recurrence_days >= longest,
            parameters: json!({"score": sighting.score, "threshold": threshold, "calibrated_on_days": longest}),
        },
        streams: sighting.streams,
    }
}

impl Calibrations {
    /// The calibration that holds at the end of the step `end`: that of the quarter's first day, so that it does not
    /// depend on when else somebody looked; while the past is too short for that, one of the day itself.
    fn of(
        &self,
        profile: &Profile,
        input: &Input,
        areas: &Areas,
        end: i64,
    ) -> Result<Arc<Calibration>, String> {
        let history = i64::from(profile.history);
        let quarter = last_before_quarter(profile, end);
        let longest = [
            (quarter - (history - HOLDS_DAYS).max(history / 2) + 1)..=quarter,
            (end - history + 1)..=end,
        ];
        let mut longest_walk = 0;
        for span in longest {
            let past = told_by(profile, input, &span);
            let first_day = oldest(profile, &past)
                .map_or(*span.end(), |oldest| oldest + 2 * i64::from(profile.max_window));
            let walk = first_day.max(span.end() - WALKED_DAYS + 1)..=*span.end();
            longest_walk = longest_walk.max(walk.end() - walk.start() + 1);
            if walk.end() - walk.start() + 1 >= LEAST_WALKED_DAYS {
                return self.kept_or_made(profile, &past, areas, walk);
            }
        }
        let needed = past_needed(profile);
        Err(format!(
            "profile \"{}\" sets its threshold on its own past and needs {needed} days of it; {} are still to come: until \
             then, set method = \"scan\"",
            profile.id,
            (LEAST_WALKED_DAYS - longest_walk).min(needed)
        ))
    }

    fn kept_or_made(
        &self,
        profile: &Profile,
        past: &[Vec<Observation>],
        areas: &Areas,
        walk: RangeInclusive<i64>,
    ) -> Result<Arc<Calibration>, String> {
        let key = (profile.id.clone(), *walk.end());
        let print = fingerprint(past);
        if let Some((of, calibration)) = self.kept().get(&key)
            && *of == print
        {
            return Ok(Arc::clone(calibration));
        }
        let Some((_, ground, cases)) = prepared(profile, past, areas)? else {
            return Err(format!(
                "profile \"{}\" has no past to set its threshold on",
                profile.id
            ));
        };
        let streams: Vec<&[Case]> = cases.iter().map(Vec::as_slice).collect();
        let walks = Walks::of_days(*walk.start(), *walk.end(), profile.seed);
        let budget = profile.false_alarms_per_year / DAYS_PER_YEAR;
        let calibration = Calibration::new(&ground, &params(profile)?, &streams, walks, budget)
            .map_err(|error| error.to_string())?;
        let calibration = Arc::new(calibration);
        self.kept().insert(key, (print, Arc::clone(&calibration)));
        Ok(calibration)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The last step before the quarter that a step lies in.
fn last_before_quarter(profile: &Profile, step: i64) -> i64 {
    let day = profile.time_unit.first_day(step);
    let month = (day.month() - 1) / 3 * 3 + 1;
    let first = Date::new(day.year(), month, 1).unwrap_or(day);
    profile.time_unit.step(first) - 1
}

/// What of the input lies in a span and was told by its end.
fn told_by(profile: &Profile, input: &Input, span: &RangeInclusive<i64>) -> Vec<Vec<Observation>> {
    let unit = profile.time_unit;
    let until = midnight_of(unit.first_day(span.end() + 1));
    let is_known =
        |o: &&Observation| o.told_at <= until && span.contains(&unit.step(counted_day(o, profile.clock)));
    (input.streams.iter())
        .map(|stream| stream.iter().filter(is_known).copied().collect())
        .collect()
}

fn oldest(profile: &Profile, past: &[Vec<Observation>]) -> Option<i64> {
    let step = |o: &Observation| profile.time_unit.step(counted_day(o, profile.clock));
    past.iter().flatten().map(step).min()
}

fn fingerprint(past: &[Vec<Observation>]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for stream in past {
        stream.len().hash(&mut hasher);
        for o in stream {
            (o.id.0, o.cell, o.told_at).hash(&mut hasher);
            (o.occurred.from(), o.occurred.to()).hash(&mut hasher);
        }
    }
    hasher.finish()
}
