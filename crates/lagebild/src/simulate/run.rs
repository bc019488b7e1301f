//! One world from first to last day: every detector's word, ready to be written down.

use lagebild_hotspot::outbreak::{FlexibleParams, Watch, farrington_flexible};
use serde::{Deserialize, Serialize};

use super::detector::{Detector, Grounds, Hit, Mark, Watcher, hit, own_thresholds};
use super::world::{Kind, WARM_UP, World};
use crate::failure::Failure;

/// What came of a world.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) detectors: Vec<Said>,
    /// Weeks (from the first day looked at) in which the city's total was above Farrington's bound.
    pub(crate) rises: Vec<i64>,
    /// First and last day of the surge, if there was one.
    pub(crate) surge: Option<(i64, i64)>,
}

/// What one detector said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Said {
    pub(crate) detector: Detector,
    /// In a world without a planted hotspot: all sightings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) marks: Vec<Mark>,
    /// In one with: each hit that scores above all before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) hits: Vec<Hit>,
    /// In a world without a planted hotspot: budgets, and the thresholds that the product would set for them on the city's
    /// own past.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) own: Vec<(f64, f64)>,
    /// Seconds a look.
    pub(crate) look_s: f64,
}

pub(crate) fn run(kind: Kind, seed: u64, number: u64, detectors: &[Detector]) -> Result<Outcome, Failure> {
    let world = World::new(kind, seed, number);
    let grounds = Grounds::new(&world)?;
    let detectors = detectors
        .iter()
        .map(|&detector| watch(detector, &world, &grounds))
        .collect::<Result<_, _>>()?;
    Ok(Outcome {
        detectors,
        rises: rises(&world)?,
        surge: world.surge,
    })
}

fn watch(detector: Detector, world: &World, grounds: &Grounds) -> Result<Said, Failure> {
    let mut watcher = Watcher::new(detector, grounds)?;
    let mut said = Said {
        detector,
        marks: Vec::new(),
        hits: Vec::new(),
        own: Vec::new(),
        look_s: 0.0,
    };
    let mut known = 0;
    if world.injection.is_none() {
        let before = world
            .reports
            .partition_point(|report| report.received < world.start);
        said.own = own_thresholds(detector, grounds, &world.reports[..before], world.start - 1)?;
    }
    for day in world.start..=world.end {
        let news = world.reports.partition_point(|report| report.received <= day);
        watcher.learn(&world.reports[known..news])?;
        known = news;
        let sightings = watcher.look(day, world.injection.as_ref());
        let Some(injection) = &world.injection else {
            said.marks.extend(sightings.iter().map(|sighting| Mark {
                day,
                score: rounded(sighting.score),
                center: sighting.center_point.map(f64::round),
                radius_m: sighting.radius_m.round(),
            }));
            continue;
        };
        let best = sightings
            .iter()
            .filter_map(|sighting| hit(detector, sighting, injection, &world.reports[..known]))
            .max_by(|a, b| a.score.total_cmp(&b.score));
        if let Some(best) = best
            && said.hits.last().is_none_or(|last| best.score > last.score)
        {
            said.hits.push(best);
        }
    }
    said.look_s = watcher.looking_s / (world.end - world.start + 1) as f64;
    Ok(said)
}

fn rounded(score: f64) -> f64 {
    (score * 1e4).round() / 1e4
}

/// Weeks in which the reports received in the whole city are above what Farrington's flexible rule expects.
///
/// They are counted by receipt, so that late reports do not thin out the last week.
fn rises(world: &World) -> Result<Vec<i64>, Failure> {
    let params = FlexibleParams::noufaily(52, 1, 3, 0.002)
        .map_err(Failure::failed)?
        .with_past_not_included(8);
    let past = WARM_UP / 7;
    let weeks = ((world.end + 1) / 7 + past) as usize;
    let mut counts = vec![0_u32; weeks];
    for report in &world.reports {
        let week = report.received.div_euclid(7) + past;
        if let Some(count) = usize::try_from(week).ok().and_then(|week| counts.get_mut(week)) {
            *count += 1;
        }
    }
    let watched = farrington_flexible(&counts, params);
    let is_alarm = |watch: &Option<Watch>| watch.is_some_and(|watch| watch.alarm);
    let dated = (-past..).zip(&watched);
    Ok(dated
        .filter(|(week, watch)| *week >= 0 && is_alarm(watch))
        .map(|(week, _)| week)
        .collect())
}
