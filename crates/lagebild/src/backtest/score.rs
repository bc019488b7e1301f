//! Alarms per year, hit rate, accuracy and delay of a replay.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use lagebild_domain::{Hotspot, HotspotKind, LatLng, german};
use lagebild_situation::Observation;
use serde::{Deserialize, Serialize};

use crate::detection::{Examiner, Profile, Replay};

const DAYS_PER_YEAR: f64 = 365.25;
/// Days of the past that say what is usual at a place.
const USUAL_DAYS: i64 = 365;

/// A spot that is known to have been laid into the data.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Planted {
    pub(crate) id: String,
    pub(crate) kind: HotspotKind,
    pub(crate) lat: f64,
    pub(crate) lng: f64,
    pub(crate) radius_m: f64,
    pub(crate) from: jiff::Timestamp,
    pub(crate) to: jiff::Timestamp,
}

/// What the scores are reckoned with.
#[derive(Debug)]
pub(crate) struct Scoring<'a> {
    pub(crate) examiner: &'a Examiner,
    pub(crate) all: &'a [Observation],
    /// First and last day that was looked at.
    pub(crate) from: Date,
    pub(crate) to: Date,
    /// Days after a look in which its hotspots should hold reports.
    pub(crate) horizon_days: i64,
    pub(crate) planted: &'a [Planted],
}

/// A hotspot when it was first seen.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Alarm {
    pub(crate) day: Date,
    pub(crate) place: String,
    pub(crate) lat: f64,
    pub(crate) lng: f64,
    pub(crate) radius_m: f64,
    pub(crate) observed: f64,
    pub(crate) expected: f64,
    /// Days from the start of the excess to the alarm.
    pub(crate) delay_days: i64,
    /// Reports of the profile's streams in the place in the days after, and what would be usual there.
    pub(crate) after: u64,
    pub(crate) usual: f64,
    /// True when the excess went on: more than usual after it, beyond chance (Poisson, 5 %); none when the data end
    /// before the horizon does.
    pub(crate) went_on: Option<bool>,
    /// The planted spot that it stands for.
    pub(crate) planted: Option<String>,
    pub(crate) sentence: String,
}

/// When a planted spot was first seen.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Catch {
    pub(crate) id: String,
    pub(crate) kind: HotspotKind,
    /// First day of the first planted report.
    pub(crate) begins: Date,
    /// Days from there to the first alarm of the profile at it; none when it was never seen.
    pub(crate) delay_days: Option<i64>,
}

/// How a profile did.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ProfileScore {
    pub(crate) profile: String,
    pub(crate) kind: HotspotKind,
    pub(crate) refused: Option<String>,
    pub(crate) looks: usize,
    pub(crate) alarms: Vec<Alarm>,
    /// New hotspots a year. A hotspot that is found again within 28 days is no new one.
    pub(crate) alarms_per_year: f64,
    /// What chance alone may give by the setting.
    pub(crate) false_alarms_per_year_allowed: Option<f64>,
    /// Share of the alarms after which the excess went on, of those whose horizon lies in the data.
    pub(crate) hit_rate: Option<f64>,
    /// Prediction accuracy index: share of the next days' reports in the hotspots over their share of the area.
    pub(crate) pai: Option<f64>,
    /// Prediction efficiency index: those reports over the most that as many cells could have held.
    pub(crate) pei: Option<f64>,
    /// Median days from the start of the excess to the alarm.
    pub(crate) median_delay_days: Option<f64>,
    pub(crate) planted: Vec<Catch>,
    /// Alarms a year at none of the planted spots.
    pub(crate) unplanted_per_year: Option<f64>,
}

/// The scores of a profile.
///
/// Chainey, Tompson, Uhlig 2008 (PAI) and Hunt 2016 (PEI); area is counted in H3 cells of resolution 10 that have ever
/// had a report, so that woods and fields do not flatter. Sums run over looks a horizon apart: no day counts twice.
pub(crate) fn score(scoring: &Scoring, profile: &Profile, replay: &Replay) -> ProfileScore {
    let years =
        f64::from(scoring.from.until(scoring.to).map_or(0, |span| span.get_days()) + 1) / DAYS_PER_YEAR;
    let reports = Reports::of(scoring, profile);
    let alarms: Vec<Alarm> = replay
        .hotspots
        .iter()
        .filter(|hotspot| hotspot.story.came_from.is_none())
        .filter_map(|hotspot| {
            let first = replay.history(&hotspot.id).next()?;
            Some(alarm(scoring, &reports, &first.hotspot))
        })
        .collect();
    let judged: Vec<bool> = alarms.iter().filter_map(|alarm| alarm.went_on).collect();
    let hits = judged.iter().filter(|went_on| **went_on).count();
    let (pai, pei) = accuracy(scoring, &reports, replay);
    let mut delays: Vec<i64> = alarms.iter().map(|alarm| alarm.delay_days).collect();
    delays.sort_unstable();
    let median = (!delays.is_empty()).then(|| {
        let (low, high) = (delays[(delays.len() - 1) / 2], delays[delays.len() / 2]);
        (low + high) as f64 / 2.0
    });
    let unplanted = alarms.iter().filter(|alarm| alarm.planted.is_none()).count();
    ProfileScore {
        profile: profile.id.clone(),
        kind: profile.kind,
        refused: replay.refused.clone(),
        looks: replay.looks.len(),
        alarms_per_year: alarms.len() as f64 / years,
        false_alarms_per_year_allowed: profile.has_chance().then_some(profile.false_alarms_per_year),
        hit_rate: (!judged.is_empty()).then(|| hits as f64 / judged.len() as f64),
        pai,
        pei,
        median_delay_days: median,
        planted: catches(scoring, profile, &alarms),
        unplanted_per_year: (!scoring.planted.is_empty()).then(|| unplanted as f64 / years),
        alarms,
    }
}

/// The reports of a profile's streams, by day and cell.
#[derive(Debug)]
struct Reports {
    by_day: BTreeMap<Date, Vec<(u64, LatLng)>>,
    cells: BTreeSet<u64>,
    newest: Option<Date>,
}

impl Reports {
    fn of(scoring: &Scoring, profile: &Profile) -> Self {
        let known = scoring
            .examiner
            .known(scoring.all, Examiner::last_day(scoring.all));
        let mut by_day: BTreeMap<Date, Vec<(u64, LatLng)>> = BTreeMap::new();
        for observation in scoring.examiner.of_profile(profile, &known) {
            by_day
                .entry(crate::detection::day_of(&observation))
                .or_default()
                .push((observation.cell, observation.point));
        }
        Self {
            cells: by_day.values().flatten().map(|(cell, _)| *cell).collect(),
            newest: by_day.keys().next_back().copied(),
            by_day,
        }
    }

    /// Reports of the days after `day`, the first `days` of them.
    fn after(&self, day: Date, days: i64) -> impl Iterator<Item = (u64, LatLng)> {
        let end = day.saturating_add(jiff::Span::new().days(days));
        self.between(day, end)
    }

    /// Reports after the first day up to and with the second.
    fn between(&self, first: Date, last: Date) -> impl Iterator<Item = (u64, LatLng)> {
        use std::ops::Bound::{Excluded, Included};
        let range = (first < last).then(|| self.by_day.range((Excluded(first), Included(last))));
        range
            .into_iter()
            .flatten()
            .flat_map(|(_, reports)| reports.iter().copied())
    }
}

fn alarm(scoring: &Scoring, reports: &Reports, hotspot: &Hotspot) -> Alarm {
    let finding = &hotspot.finding;
    let day = german::day_of(hotspot.first_seen)
        .yesterday()
        .unwrap_or(Date::MIN);
    let begins = german::day_of(finding.window.from());
    let days_between = |a: Date, b: Date| a.until(b).map_or(0, |span| i64::from(span.get_days()));
    // A cell's points lie at most 76 m from its middle.
    let reach_m = finding.radius_m.max(75.0);
    let is_inside = |(_, point): &(u64, LatLng)| point.distance_m(finding.center) <= reach_m;
    let after = reports.after(day, scoring.horizon_days).filter(is_inside).count() as u64;
    let before_window = begins.yesterday().unwrap_or(begins);
    let past = before_window.saturating_sub(jiff::Span::new().days(USUAL_DAYS));
    let oldest = reports.by_day.keys().next().copied().unwrap_or(past).max(past);
    let span = days_between(oldest, before_window).max(1);
    let usual = reports.between(oldest, before_window).filter(is_inside).count() as f64 / span as f64
        * scoring.horizon_days as f64;
    let is_complete = reports
        .newest
        .is_some_and(|newest| days_between(day, newest) >= scoring.horizon_days);
    let planted = scoring
        .planted
        .iter()
        .find(|planted| stands_for(hotspot, planted, day));
    Alarm {
        day,
        place: finding.place.clone(),
        lat: finding.center.lat_degrees(),
        lng: finding.center.lng_degrees(),
        radius_m: finding.radius_m,
        observed: finding.observed,
        expected: finding.expected,
        delay_days: days_between(begins, day),
        after,
        usual,
        went_on: is_complete.then(|| poisson_tail(after, usual) < 0.05),
        planted: planted.map(|planted| planted.id.clone()),
        sentence: lagebild_domain::explanation::sentence(
            finding,
            scoring.examiner.situation.vocabulary().taxonomy(),
        ),
    }
}

/// The chance of at least `count` when `mean` are usual.
fn poisson_tail(count: u64, mean: f64) -> f64 {
    let mut term = (-mean).exp();
    let mut below = 0.0;
    for k in 0..count {
        below += term;
        term *= mean / (k + 1) as f64;
    }
    (1.0 - below).max(0.0)
}

/// An alarm stands for a planted spot when its middle lies in the spot or the spot's in it, while the spot lasts or in the
/// four weeks after.
fn stands_for(hotspot: &Hotspot, planted: &Planted, day: Date) -> bool {
    const AFTERMATH_DAYS: i64 = 28;
    let Ok(middle) = LatLng::new(planted.lat, planted.lng) else {
        return false;
    };
    let finding = &hotspot.finding;
    let ends = german::day_of(planted.to).saturating_add(jiff::Span::new().days(AFTERMATH_DAYS));
    middle.distance_m(finding.center) <= planted.radius_m.max(finding.radius_m)
        && (german::day_of(planted.from)..=ends).contains(&day)
}

fn catches(scoring: &Scoring, profile: &Profile, alarms: &[Alarm]) -> Vec<Catch> {
    scoring
        .planted
        .iter()
        .filter(|planted| planted.kind == profile.kind)
        .filter(|planted| {
            let begins = german::day_of(planted.from);
            (scoring.from..=scoring.to).contains(&begins)
        })
        .map(|planted| {
            let begins = german::day_of(planted.from);
            let first = alarms
                .iter()
                .filter(|alarm| alarm.planted.as_ref() == Some(&planted.id))
                .map(|alarm| alarm.day)
                .min();
            Catch {
                id: planted.id.clone(),
                kind: planted.kind,
                begins,
                delay_days: first
                    .map(|first| begins.until(first).map_or(0, |span| i64::from(span.get_days()))),
            }
        })
        .collect()
}

fn accuracy(scoring: &Scoring, reports: &Reports, replay: &Replay) -> (Option<f64>, Option<f64>) {
    let (mut inside, mut total, mut most, mut cells, mut area) = (0_u64, 0_u64, 0_u64, 0_usize, 0_usize);
    let mut next = scoring.from;
    for look in &replay.looks {
        if look.as_of < next || reports.newest.is_none_or(|newest| newest <= look.as_of) {
            continue;
        }
        next = look
            .as_of
            .saturating_add(jiff::Span::new().days(scoring.horizon_days));
        let flagged: BTreeSet<u64> = reports
            .by_day
            .values()
            .flatten()
            .filter(|(_, point)| {
                let lies_in =
                    |h: &Hotspot| point.distance_m(h.finding.center) <= h.finding.radius_m.max(75.0);
                look.found.iter().any(lies_in)
            })
            .map(|(cell, _)| *cell)
            .collect();
        if flagged.is_empty() {
            continue;
        }
        let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
        for (cell, _) in reports.after(look.as_of, scoring.horizon_days) {
            *counts.entry(cell).or_default() += 1;
        }
        inside += flagged.iter().filter_map(|cell| counts.get(cell)).sum::<u64>();
        total += counts.values().sum::<u64>();
        let mut ranked: Vec<u64> = counts.into_values().collect();
        ranked.sort_unstable_by(|a, b| b.cmp(a));
        most += ranked.iter().take(flagged.len()).sum::<u64>();
        cells += flagged.len();
        area += reports.cells.len();
    }
    let pai = (total > 0 && cells > 0).then(|| (inside as f64 / total as f64) / (cells as f64 / area as f64));
    let pei = (most > 0).then(|| inside as f64 / most as f64);
    (pai, pei)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P(X ≥ 3) for a mean of 1: 1 − e⁻¹(1 + 1 + 1/2) = 0.0803.
    #[test]
    fn the_tail_of_a_poisson_count() {
        assert!((poisson_tail(3, 1.0) - 0.080_301).abs() < 1e-6);
        assert!((poisson_tail(0, 5.0) - 1.0).abs() < 1e-12);
        assert!(poisson_tail(2, 0.0).abs() < 1e-12);
    }
}
