//! From a budget of false alarms to a threshold, on a city's own past.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::{AlarmLog, Case, Ground, Lookout, LookoutParams};
use crate::{random::Generator, scan::ScanError};

/// Floors that the walks are tried with, until enough alarms lie above one.
const FLOORS: [f64; 4] = [7.0, 5.0, 3.0, 1.0];
/// Alarms whose height above a level says how fast the rate falls beyond it.
const TAIL: f64 = 20.0;
/// Width of the steps of the threshold, and how many there are.
const STEP: f64 = 0.05;
const STEPS: usize = 400;
/// How fast a rate can fall with the threshold: evidence of chance falls at least with the first power.
const FALLS: (f64, f64) = (0.5, 4.0);

/// Walks through a past in which chance alone is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walks {
    /// How often the times are dealt anew.
    pub walks: u32,
    /// First and last step looked at; what lies before the first is past to it.
    pub first: i64,
    /// See `first`.
    pub last: i64,
    /// Steps from look to look.
    pub every: u32,
    /// Steps after which an alarm at the same place is a new one.
    pub memory: u32,
    /// Seed of the deals.
    pub seed: u64,
}

impl Walks {
    /// For daily looks whose windows are weeks long: eight pasts, every other day of them, where few alarms come and go between
    /// two looks; an alarm is a new one after four weeks.
    pub fn of_days(first: i64, last: i64, seed: u64) -> Self {
        Self {
            walks: 8,
            first,
            last,
            every: 2,
            memory: 28,
            seed,
        }
    }

    fn steps(&self) -> f64 {
        f64::from(self.walks) * (self.last - self.first + 1).max(0) as f64
    }
}

/// How often chance alone brings a lookout's score above a threshold.
///
/// The times of each stream are dealt anew among its cases of a stratum (and of a phase of the cycle), so that every place
/// and every day of a stratum keeps its number, and nothing is left of what places and days have to do with each other.
/// Each such past is walked through look by look; what scores high there is a false alarm.
///
/// # Where it misleads
/// * Dealing parts what belongs together: doubles, series, repeat reporters. That such counts vary more than chance explains is left
///   to [`LookoutParams::with_dispersion`].
/// * Real hotspots of the past stay in the numbers of their places; they make the threshold a little too high.
/// * Rates below one alarm in all walks are carried on with the fall of the highest alarms, not seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Steps walked.
    steps: f64,
    floor: f64,
    /// New alarms in all walks at each threshold, from the floor up.
    alarms: Vec<f64>,
    tail: Tail,
}

/// Beyond a level the alarms fall exponentially.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Tail {
    level: f64,
    alarms: f64,
    falls: f64,
}

/// A sighting of a walk.
struct Mark {
    step: i64,
    score: f64,
    center: [f64; 2],
    radius_m: f64,
}

impl Calibration {
    /// Deals the cases of each stream anew and walks through them; the same seed gives the same calibration, whatever the number of
    /// threads.
    ///
    /// `alarms_per_step` is the largest budget that will be asked for.
    ///
    /// # Errors
    /// As [`Lookout::add`].
    pub fn new(
        ground: &Arc<Ground>,
        params: &LookoutParams,
        streams: &[&[Case]],
        walks: Walks,
        alarms_per_step: f64,
    ) -> Result<Self, ScanError> {
        let steps = walks.steps();
        let wanted = TAIL.max(alarms_per_step * steps);
        let mut calibration = Self::of_marks(&[], FLOORS[0], walks);
        for floor in FLOORS {
            let marks: Vec<Vec<Mark>> = (0..walks.walks)
                .into_par_iter()
                .map(|walk| marks(ground, params, streams, walks, walk, floor))
                .collect::<Result<_, ScanError>>()?;
            calibration = Self::of_marks(&marks, floor, walks);
            if calibration.alarms[0] >= wanted {
                break;
            }
        }
        Ok(calibration)
    }

    fn of_marks(marks: &[Vec<Mark>], floor: f64, walks: Walks) -> Self {
        let at = |threshold: f64| {
            let new_in = |marks: &Vec<Mark>| {
                let mut log = AlarmLog::new(walks.memory);
                let above = marks.iter().filter(|mark| mark.score >= threshold);
                above
                    .filter(|mark| log.is_new(mark.step, mark.center, mark.radius_m))
                    .count()
            };
            marks.iter().map(new_in).sum::<usize>() as f64
        };
        let mut alarms: Vec<f64> = (0..STEPS).map(|step| at(floor + STEP * step as f64)).collect();
        // A lower threshold may join two alarms to one; the rate is not to rise for it.
        for step in (1..STEPS).rev() {
            alarms[step - 1] = alarms[step - 1].max(alarms[step]);
        }
        let begin = alarms
            .iter()
            .position(|&alarms| alarms <= TAIL)
            .unwrap_or(STEPS - 1);
        // The alarms' mean height above a level is the area under their number over that number.
        let area = STEP * (alarms[begin..].iter().sum::<f64>() - alarms[begin] / 2.0);
        let tail = Tail {
            level: floor + STEP * begin as f64,
            alarms: alarms[begin],
            falls: (alarms[begin] / area.max(f64::MIN_POSITIVE)).clamp(FALLS.0, FALLS.1),
        };
        Self {
            steps: walks.steps(),
            floor,
            alarms,
            tail,
        }
    }

    /// The score that chance alone exceeds so often a step.
    ///
    /// Never below the lowest floor of the walks: a budget that chance does not use up there stays unused.
    pub fn threshold(&self, alarms_per_step: f64) -> f64 {
        let wanted = alarms_per_step * self.steps;
        if wanted <= self.tail.alarms {
            return self.tail.level + (self.tail.alarms / wanted).ln() / self.tail.falls;
        }
        let Some(above) = self.alarms.iter().position(|&alarms| alarms <= wanted) else {
            return self.tail.level;
        };
        let Some(below) = above.checked_sub(1) else {
            return self.floor;
        };
        let part = (self.alarms[below] - wanted) / (self.alarms[below] - self.alarms[above]);
        self.floor + STEP * (below as f64 + part)
    }

    /// New alarms a step that chance alone gives at a threshold.
    pub fn alarms_per_step(&self, threshold: f64) -> f64 {
        let alarms = if threshold >= self.tail.level {
            self.tail.alarms * (-self.tail.falls * (threshold - self.tail.level)).exp()
        } else {
            let place = ((threshold - self.floor) / STEP).clamp(0.0, (STEPS - 1) as f64);
            let (below, part) = (place.floor() as usize, place.fract());
            let above = (below + 1).min(STEPS - 1);
            self.alarms[below] * (1.0 - part) + self.alarms[above] * part
        };
        alarms / self.steps.max(1.0)
    }

    /// Steps walked in all: what chance gives more rarely than once in them is carried on, not seen.
    pub fn steps(&self) -> f64 {
        self.steps
    }
}

/// Everything above the floor in one walk.
fn marks(
    ground: &Arc<Ground>,
    params: &LookoutParams,
    streams: &[&[Case]],
    walks: Walks,
    walk: u32,
    floor: f64,
) -> Result<Vec<Mark>, ScanError> {
    let mut lookout = Lookout::new(Arc::clone(ground), streams.len(), params.clone());
    let mut dice = Generator::new(walks.seed, u64::from(walk));
    for (stream, cases) in streams.iter().enumerate() {
        let dealt = dealt(cases, ground, params, &mut dice);
        lookout.add(stream, &dealt)?;
    }
    let days = (walks.first..=walks.last).step_by(walks.every.max(1) as usize);
    Ok(days
        .flat_map(|step| {
            lookout.look(step, floor).into_iter().map(move |sighting| Mark {
                step,
                score: sighting.score,
                center: sighting.center_point,
                radius_m: sighting.radius_m,
            })
        })
        .collect())
}

/// The cases with their times dealt anew, within strata and phases; one of the unknown place stays as it is.
fn dealt(cases: &[Case], ground: &Ground, params: &LookoutParams, dice: &mut Generator) -> Vec<Case> {
    let mut single: Vec<Case> = (cases.iter())
        .flat_map(|&case| std::iter::repeat_n(Case { count: 1, ..case }, case.count as usize))
        .collect();
    let mut hands: BTreeMap<(usize, i64), Vec<usize>> = BTreeMap::new();
    for (index, case) in single.iter().enumerate() {
        if case.location < ground.locations().len() {
            let stratum = ground.stratum(ground.sites().of_location(case.location));
            let phase = case.time.rem_euclid(i64::from(params.cycle()));
            hands.entry((stratum, phase)).or_default().push(index);
        }
    }
    for hand in hands.into_values() {
        let mut times: Vec<i64> = hand.iter().map(|&index| single[index].time).collect();
        dice.shuffle(&mut times);
        for (index, time) in hand.into_iter().zip(times) {
            single[index].time = time;
        }
    }
    single
}

#[cfg(test)]
mod tests {
    use super::*;

    const WALKS: Walks = Walks {
        walks: 2,
        first: 1,
        last: 50,
        every: 1,
        memory: 28,
        seed: 1,
    };

    /// Alarms far apart in space.
    fn of_scores(scores: &[f64]) -> Calibration {
        let marks = (scores.iter().enumerate())
            .map(|(place, &score)| Mark {
                step: 1,
                score,
                center: [place as f64 * 1000.0, 0.0],
                radius_m: 0.0,
            })
            .collect();
        Calibration::of_marks(&[marks], 1.0, WALKS)
    }

    /// 40 alarms at 1.05, 1.10, … 3.00 in 100 steps: of 30 a hundred steps, a threshold between 1.50 (31) and 1.55 (30).
    /// From 2.05 up there are 20, on average 0.5 above that (half a step more than to the last): they fall with e⁻² a unit.
    #[test]
    fn thresholds_are_read_off_the_alarms_and_carried_on_beyond_them() {
        let calibration = of_scores(
            &(1..=40)
                .map(|i| 1.0 + 0.05 * f64::from(i) + 1e-9)
                .collect::<Vec<_>>(),
        );
        assert!(
            (calibration.threshold(0.30) - 1.55).abs() < 0.01,
            "{}",
            calibration.threshold(0.30)
        );
        assert!((calibration.alarms_per_step(1.55) - 0.30).abs() < 0.01);
        let carried_on = 2.05 + 10.0_f64.ln() / 2.0;
        assert!(
            (calibration.threshold(0.02) - carried_on).abs() < 0.01,
            "{}",
            calibration.threshold(0.02)
        );
        assert!((calibration.alarms_per_step(carried_on) - 0.02).abs() < 1e-3);
        // More than chance gives at the floor.
        assert!((calibration.threshold(0.5) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn where_chance_gives_nothing_the_floor_is_the_threshold() {
        let none = of_scores(&[]);
        assert!(none.threshold(1.0 / 365.0) <= 1.0);
        assert!(none.alarms_per_step(2.0) <= 0.0);
    }

    #[test]
    fn dealing_keeps_the_numbers_of_places_and_of_days_in_each_stratum() {
        let points = (0..4).map(|i| [f64::from(i) * 1000.0, 0.0]).collect();
        let ground = Ground::new(crate::Locations::plane(points).unwrap(), &[0, 0, 1, 1], 500.0).unwrap();
        let cases: Vec<Case> = (0..60)
            .map(|i| Case {
                location: (i % 4) as usize,
                time: i * i % 37,
                count: 1 + (i % 2) as u32,
            })
            .collect();
        let params = LookoutParams::new(7, 30).unwrap();
        let dealt = dealt(&cases, &ground, &params, &mut Generator::new(3, 0));
        let count = |cases: &[Case], is_counted: &dyn Fn(&Case) -> bool| {
            cases
                .iter()
                .filter(|case| is_counted(case))
                .map(|case| case.count)
                .sum::<u32>()
        };
        for location in 0..4 {
            let at = |case: &Case| case.location == location;
            assert_eq!(count(&dealt, &at), count(&cases, &at));
        }
        for (stratum, time) in (0..2).flat_map(|stratum| (0..37).map(move |time| (stratum, time))) {
            let at = |case: &Case| case.location / 2 == stratum && case.time == time;
            assert_eq!(count(&dealt, &at), count(&cases, &at));
        }
        assert_ne!(
            dealt.iter().map(|c| c.time).collect::<Vec<_>>(),
            cases.iter().map(|c| c.time).collect::<Vec<_>>()
        );
    }
}
