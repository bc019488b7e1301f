//! How often, how soon and how well each detector finds what was planted.

use std::collections::BTreeMap;

use serde::Serialize;

use super::detector::{Detector, Hit, Mark};
use super::injection::Cell;
use super::ledger::Job;
use super::run::{Outcome, Said};
use super::thresholds::{Alarms, Estimate, bootstrap, new_alarms, realised, resample, wilson};
use super::world::{LOOKS, Null};
use crate::dice::Dice;

/// Weeks after the end of a surge in which it may still be reported.
const RISE_WEEKS: i64 = 1;

/// A detector of the tables: one that runs, or two with half the budget each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Contestant {
    One(Detector),
    /// Complaints and police, each with half the budget.
    Bonferroni,
}

impl Contestant {
    pub(crate) const ALL: [Self; 9] = [
        Self::One(Detector::Complaints),
        Self::One(Detector::Police),
        Self::Bonferroni,
        Self::One(Detector::Pooled),
        Self::One(Detector::Sum),
        Self::One(Detector::Joint),
        Self::One(Detector::JointComplaints),
        Self::One(Detector::JointPolice),
        Self::One(Detector::Plain),
    ];

    fn parts(self) -> &'static [Detector] {
        match self {
            Self::Bonferroni => &[Detector::Complaints, Detector::Police],
            Self::One(Detector::Complaints) => &[Detector::Complaints],
            Self::One(Detector::Police) => &[Detector::Police],
            Self::One(Detector::Pooled) => &[Detector::Pooled],
            Self::One(Detector::Sum) => &[Detector::Sum],
            Self::One(Detector::Joint) => &[Detector::Joint],
            Self::One(Detector::JointComplaints) => &[Detector::JointComplaints],
            Self::One(Detector::JointPolice) => &[Detector::JointPolice],
            Self::One(Detector::Plain) => &[Detector::Plain],
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::One(Detector::Complaints) => "complaints",
            Self::One(Detector::Police) => "police",
            Self::Bonferroni => "bonferroni",
            Self::One(Detector::Pooled) => "pooled",
            Self::One(Detector::Sum) => "sum",
            Self::One(Detector::Joint) => "joint",
            Self::One(Detector::JointComplaints) => "joint-complaints",
            Self::One(Detector::JointPolice) => "joint-police",
            Self::One(Detector::Plain) => "plain",
        }
    }
}

/// A detector in the null worlds under a budget.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct FalseAlarms {
    pub(crate) contestant: &'static str,
    pub(crate) budget: f64,
    /// Of each detector that takes part.
    pub(crate) thresholds: Vec<f64>,
    /// Alarms a year by null world.
    pub(crate) realised: BTreeMap<String, Estimate>,
}

/// A detector in a cell under a budget.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Power {
    pub(crate) cell: String,
    pub(crate) contestant: &'static str,
    pub(crate) budget: f64,
    pub(crate) worlds: usize,
    /// Share found by day 7, 14, 28 and the last.
    pub(crate) found_by: BTreeMap<i64, Estimate>,
    /// Days until found, a miss counting 60.
    pub(crate) delay_days: Estimate,
    /// Means over the worlds in which it was found, at the moment of finding.
    pub(crate) fit: Option<Fit>,
}

/// How well what was found fits what was planted.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Fit {
    pub(crate) event_precision: f64,
    pub(crate) event_recall: f64,
    pub(crate) event_f1: f64,
    pub(crate) area_precision: f64,
    pub(crate) area_recall: f64,
    pub(crate) area_f1: f64,
    pub(crate) center_error_m: f64,
}

/// All outcomes, ready for questions.
pub(crate) struct Scores<'a> {
    outcomes: &'a BTreeMap<Job, Outcome>,
    calibration: BTreeMap<Detector, Alarms>,
    nulls: BTreeMap<(Null, Detector), Alarms>,
    seed: u64,
}

impl<'a> Scores<'a> {
    pub(crate) fn new(outcomes: &'a BTreeMap<Job, Outcome>, seed: u64) -> Self {
        let mut calibration: BTreeMap<Detector, Vec<&[Mark]>> = BTreeMap::new();
        let mut nulls: BTreeMap<(Null, Detector), Vec<&[Mark]>> = BTreeMap::new();
        for (job, outcome) in outcomes {
            for said in &outcome.detectors {
                match job {
                    Job::Calibration(_) => calibration.entry(said.detector).or_default().push(&said.marks),
                    Job::Null(null, _) => nulls.entry((*null, said.detector)).or_default().push(&said.marks),
                    Job::Cell(..) => {}
                }
            }
        }
        Self {
            outcomes,
            calibration: (calibration.into_iter())
                .map(|(detector, years)| (detector, Alarms::new(detector, years.into_iter())))
                .collect(),
            nulls: (nulls.into_iter())
                .map(|(of, years)| (of, Alarms::new(of.1, years.into_iter())))
                .collect(),
            seed,
        }
    }

    /// Those whose threshold is set.
    pub(crate) fn contestants(&self) -> Vec<Contestant> {
        let is_set = |detector: &Detector| self.calibration.contains_key(detector);
        (Contestant::ALL.into_iter())
            .filter(|c| c.parts().iter().all(is_set))
            .collect()
    }

    /// Years that thresholds were set on.
    pub(crate) fn calibration_years(&self) -> usize {
        self.calibration.values().map(Alarms::years).max().unwrap_or(0)
    }

    /// Fresh years of a null world.
    pub(crate) fn null_years(&self, null: Null) -> usize {
        (self.outcomes.keys())
            .filter(|job| matches!(job, Job::Null(n, _) if *n == null))
            .count()
    }

    pub(crate) fn thresholds(&self, contestant: Contestant, budget: f64) -> Vec<f64> {
        let parts = contestant.parts();
        let threshold = |detector| {
            let alarms: &Alarms = &self.calibration[detector];
            alarms.threshold(budget / parts.len() as f64)
        };
        parts.iter().map(threshold).collect()
    }

    pub(crate) fn false_alarms(&self, contestant: Contestant, budget: f64) -> FalseAlarms {
        let nulls = [
            Null::Separable,
            Null::Seasons,
            Null::Surge,
            Null::NearRepeat,
            Null::Portal,
        ];
        let mut rates = BTreeMap::new();
        for null in nulls {
            let parts: Option<Vec<(&Alarms, &Alarms)>> = (contestant.parts().iter())
                .map(|d| Some((self.calibration.get(d)?, self.nulls.get(&(null, *d))?)))
                .collect();
            if let Some(parts) = parts {
                rates.insert(null.name(), realised(&parts, budget, self.seed));
            }
        }
        FalseAlarms {
            contestant: contestant.name(),
            budget,
            thresholds: self.thresholds(contestant, budget),
            realised: rates,
        }
    }

    /// Alarms in fresh years of the null worlds at thresholds that each city's own past sets, as in the product.
    pub(crate) fn own_false_alarms(&self, detector: Detector, budget: f64) -> BTreeMap<String, Estimate> {
        let mut years: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for (job, outcome) in self.outcomes {
            let Job::Null(null, _) = job else { continue };
            for said in outcome.detectors.iter().filter(|said| said.detector == detector) {
                if let Some((_, threshold)) = said.own.iter().find(|own| (own.0 - budget).abs() < 1e-9) {
                    let alarms = new_alarms(&said.marks, *threshold);
                    years.entry(null.name()).or_default().push(alarms);
                }
            }
        }
        let mut dice = Dice::new(self.seed, "own");
        (years.into_iter())
            .map(|(null, years)| {
                let rate = bootstrap(mean(&years), || {
                    let chosen = resample(years.len(), &mut dice);
                    mean(&chosen.into_iter().map(|year| years[year]).collect::<Vec<_>>())
                });
                (null, rate)
            })
            .collect()
    }

    /// First hit of each world of a cell, in the order of the worlds.
    pub(crate) fn first_hits(&self, cell: Cell, contestant: Contestant, budget: f64) -> Vec<Option<Hit>> {
        let thresholds = self.thresholds(contestant, budget);
        let first =
            |said: &Said, threshold: f64| said.hits.iter().find(|hit| hit.score >= threshold).copied();
        (self.outcomes.iter())
            .filter(|(job, _)| matches!(job, Job::Cell(c, _) if *c == cell))
            .map(|(_, outcome)| {
                (contestant.parts().iter().zip(&thresholds))
                    .filter_map(|(part, &threshold)| {
                        let said = outcome.detectors.iter().find(|said| said.detector == *part)?;
                        first(said, threshold)
                    })
                    .min_by_key(|hit| hit.day)
            })
            .collect()
    }

    pub(crate) fn power(&self, cell: Cell, contestant: Contestant, budget: f64) -> Power {
        let hits = self.first_hits(cell, contestant, budget);
        let delays: Vec<f64> = hits.iter().map(|hit| delay(hit.as_ref())).collect();
        let by = |day: i64| hits.iter().flatten().filter(|hit| hit.day <= day).count();
        let mut dice = Dice::new(self.seed, "delay");
        Power {
            cell: cell.name(),
            contestant: contestant.name(),
            budget,
            worlds: hits.len(),
            found_by: [7, 14, 28, LOOKS]
                .into_iter()
                .map(|day| (day, wilson(by(day), hits.len())))
                .collect(),
            delay_days: bootstrap(mean(&delays), || {
                mean(
                    &resample(delays.len(), &mut dice)
                        .into_iter()
                        .map(|i| delays[i])
                        .collect::<Vec<_>>(),
                )
            }),
            fit: fit(&hits),
        }
    }

    /// Power by day 28 of one contestant less that of another, in the same worlds.
    pub(crate) fn power_gain(&self, cell: Cell, one: Contestant, other: Contestant, budget: f64) -> Estimate {
        let found = |contestant| -> Vec<f64> {
            let hits = self.first_hits(cell, contestant, budget);
            hits.iter()
                .map(|hit| f64::from(u8::from(hit.is_some_and(|hit| hit.day <= 28))))
                .collect()
        };
        let (one, other) = (found(one), found(other));
        let mut dice = Dice::new(self.seed, "gain");
        let gain = |worlds: &[usize]| mean(&worlds.iter().map(|&i| one[i] - other[i]).collect::<Vec<_>>());
        let all: Vec<usize> = (0..one.len()).collect();
        bootstrap(gain(&all), || gain(&resample(one.len(), &mut dice)))
    }

    /// The share by which one contestant's mean delay is shorter than another's, in the same worlds.
    pub(crate) fn delay_gain(&self, cell: Cell, one: Contestant, other: Contestant, budget: f64) -> Estimate {
        let delays = |contestant| -> Vec<f64> {
            self.first_hits(cell, contestant, budget)
                .iter()
                .map(|hit| delay(hit.as_ref()))
                .collect()
        };
        let (one, other) = (delays(one), delays(other));
        let mut dice = Dice::new(self.seed, "delay gain");
        let gain = |worlds: &[usize]| {
            let sum = |delays: &[f64]| worlds.iter().map(|&i| delays[i]).sum::<f64>();
            1.0 - sum(&one) / sum(&other)
        };
        let all: Vec<usize> = (0..one.len()).collect();
        bootstrap(gain(&all), || gain(&resample(one.len(), &mut dice)))
    }

    /// Share of the surges that were reported as a rise of the whole city.
    pub(crate) fn surges_reported(&self) -> Estimate {
        let surges: Vec<bool> = (self.outcomes.iter())
            .filter(|(job, _)| matches!(job, Job::Null(Null::Surge, _)))
            .filter_map(|(_, outcome)| {
                let (first, last) = outcome.surge?;
                let weeks = first.div_euclid(7)..=last.div_euclid(7) + RISE_WEEKS;
                Some(outcome.rises.iter().any(|week| weeks.contains(week)))
            })
            .collect();
        wilson(surges.iter().filter(|reported| **reported).count(), surges.len())
    }

    /// Rises of the whole city that were reported in a separable year.
    pub(crate) fn false_rises(&self) -> f64 {
        let years: Vec<f64> = (self.outcomes.iter())
            .filter(|(job, _)| matches!(job, Job::Null(Null::Separable, _)))
            .map(|(_, outcome)| outcome.rises.len() as f64)
            .collect();
        mean(&years)
    }

    /// Seconds a look at the whole city took on average.
    pub(crate) fn look_s(&self, detector: Detector) -> f64 {
        let looks: Vec<f64> = (self.outcomes.iter())
            .filter(|(job, _)| !matches!(job, Job::Cell(..)))
            .flat_map(|(_, outcome)| &outcome.detectors)
            .filter(|said| said.detector == detector)
            .map(|said| said.look_s)
            .collect();
        mean(&looks)
    }
}

fn delay(hit: Option<&Hit>) -> f64 {
    hit.map_or(LOOKS as f64, |hit| hit.day as f64)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn fit(hits: &[Option<Hit>]) -> Option<Fit> {
    let found: Vec<&Hit> = hits.iter().flatten().collect();
    if found.is_empty() {
        return None;
    }
    let of = |value: &dyn Fn(&Hit) -> f64| mean(&found.iter().map(|hit| value(hit)).collect::<Vec<_>>());
    let f1 = |precision: f64, recall: f64| 2.0 * precision * recall / (precision + recall).max(1e-9);
    let (event_precision, event_recall) = (of(&|h| h.events.precision), of(&|h| h.events.recall));
    let (area_precision, area_recall) = (of(&|h| h.area.precision), of(&|h| h.area.recall));
    Some(Fit {
        event_precision,
        event_recall,
        event_f1: f1(event_precision, event_recall),
        area_precision,
        area_recall,
        area_f1: f1(area_precision, area_recall),
        center_error_m: of(&|h| h.center_error_m),
    })
}
