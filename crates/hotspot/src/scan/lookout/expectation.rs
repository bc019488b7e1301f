//! What a case of the past makes a place expect in each window.

use super::{Ground, LookoutParams, record::Record};

/// Expected cases for each case of the past, by stratum, phase and window.
#[derive(Debug, Clone)]
pub(super) struct Rates {
    phases: usize,
    steps: usize,
    /// Stratum by stratum, phase by phase, window by window (0: the last step only).
    values: Vec<f64>,
    /// The same for the whole city, phase by phase, window by window.
    paces: Vec<f64>,
}

impl Rates {
    pub(super) fn new(record: &Record, ground: &Ground, params: &LookoutParams, end: i64) -> Self {
        let (phases, steps, strata) = (record.phases(), params.max_steps() as usize, ground.strata());
        // Cases of each stratum and of the city (the last row) by age, then summed up to each age.
        let mut received = vec![0.0; (strata + 1) * phases * steps];
        let place = |row: usize, phase: usize, age: usize| (row * phases + phase) * steps + age;
        for (step, sites) in record.between(end - i64::from(params.max_steps()) + 1, end) {
            let (phase, age) = (record.phase(step), (end - step) as usize);
            for &site in sites {
                received[place(ground.stratum(site), phase, age)] += 1.0;
            }
            received[place(strata, phase, age)] += sites.len() as f64;
        }
        for window in received.chunks_exact_mut(steps) {
            for age in 1..steps {
                window[age] += window[age - 1];
            }
        }
        let city: Vec<f64> = (0..phases)
            .map(|phase| (0..strata).map(|stratum| record.stratum(stratum)[phase]).sum())
            .collect();
        let pace_of = |phase: usize, age: usize| {
            if city[phase] > 0.0 {
                received[place(strata, phase, age)] / city[phase]
            } else {
                0.0
            }
        };
        let prior = params.stratum_prior();
        let mut values = vec![0.0; strata * phases * steps];
        for stratum in 0..strata {
            for phase in 0..phases {
                let past = record.stratum(stratum)[phase];
                for age in 0..steps {
                    let pace = pace_of(phase, age);
                    let own = received[place(stratum, phase, age)];
                    let drawn = (own + prior) / (past * pace + prior);
                    // 0/0 where nothing was received and no prior helps.
                    values[place(stratum, phase, age)] = if drawn.is_finite() { pace * drawn } else { pace };
                }
            }
        }
        Self {
            phases,
            steps,
            values,
            paces: (0..phases)
                .flat_map(|phase| (0..steps).map(move |age| (phase, age)))
                .map(|(phase, age)| pace_of(phase, age))
                .collect(),
        }
    }

    /// Of the whole city, by window.
    pub(super) fn pace(&self, phase: usize) -> &[f64] {
        &self.paces[phase * self.steps..(phase + 1) * self.steps]
    }

    /// By phase and window.
    pub(super) fn of_stratum(&self, stratum: usize) -> &[f64] {
        let length = self.phases * self.steps;
        &self.values[stratum * length..(stratum + 1) * length]
    }
}
