//! What one stream has received, counted as the days go by.

use std::collections::BTreeMap;

use super::{Case, Ground, LookoutParams};

/// Cases of one stream by step, and their numbers by site over the history.
#[derive(Debug, Clone)]
pub(super) struct Record {
    history: i64,
    cycle: i64,
    phases: usize,
    /// Site of each case, by step.
    steps: BTreeMap<i64, Vec<u32>>,
    /// First and last step that the numbers below count.
    counted: Option<(i64, i64)>,
    /// For each site and phase.
    site_cases: Vec<f32>,
    /// For each stratum and phase.
    stratum_cases: Vec<f64>,
}

impl Record {
    pub(super) fn new(ground: &Ground, params: &LookoutParams) -> Self {
        let phases = params.cycle() as usize;
        Self {
            history: i64::from(params.history()),
            cycle: i64::from(params.cycle()),
            phases,
            steps: BTreeMap::new(),
            counted: None,
            site_cases: vec![0.0; ground.sites().len() * phases],
            stratum_cases: vec![0.0; ground.strata() * phases],
        }
    }

    pub(super) fn add(&mut self, ground: &Ground, case: Case) {
        let site = ground.sites().of_location(case.location);
        let listed = self.steps.entry(case.time).or_default();
        listed.extend(std::iter::repeat_n(site, case.count as usize));
        if self
            .counted
            .is_some_and(|(first, last)| (first..=last).contains(&case.time))
        {
            self.count(ground, case.time, site, case.count as f32);
        }
    }

    fn count(&mut self, ground: &Ground, step: i64, site: u32, cases: f32) {
        let phase = self.phase(step);
        self.site_cases[site as usize * self.phases + phase] += cases;
        self.stratum_cases[ground.stratum(site) * self.phases + phase] += f64::from(cases);
    }

    /// Counts the history up to and with `end`.
    pub(super) fn advance(&mut self, ground: &Ground, end: i64) {
        let first = end - self.history + 1;
        let (was_first, was_last) = match self.counted {
            Some((was_first, was_last)) if was_last <= end => (was_first, was_last),
            _ => {
                self.site_cases.fill(0.0);
                self.stratum_cases.fill(0.0);
                (first, first - 1)
            }
        };
        for (cases, from, to) in [
            (-1.0, was_first, was_last.min(first - 1)),
            (1.0, first.max(was_last + 1), end),
        ] {
            let moved: Vec<(i64, Vec<u32>)> = self
                .between(from, to)
                .map(|(step, sites)| (step, sites.to_vec()))
                .collect();
            for (step, sites) in moved {
                for site in sites {
                    self.count(ground, step, site, cases);
                }
            }
        }
        self.counted = Some((first, end));
    }

    pub(super) fn phases(&self) -> usize {
        self.phases
    }

    pub(super) fn phase(&self, step: i64) -> usize {
        (step.rem_euclid(self.cycle)) as usize
    }

    /// First step of the history.
    pub(super) fn first(&self) -> i64 {
        self.counted.map_or(0, |c| c.0)
    }

    /// Cases of a site in the history, by phase.
    pub(super) fn site(&self, site: usize) -> &[f32] {
        &self.site_cases[site * self.phases..(site + 1) * self.phases]
    }

    /// Cases of a stratum in the history, by phase.
    pub(super) fn stratum(&self, stratum: usize) -> &[f64] {
        &self.stratum_cases[stratum * self.phases..(stratum + 1) * self.phases]
    }

    /// All cases of the history.
    pub(super) fn total(&self) -> f64 {
        self.stratum_cases.iter().sum()
    }

    /// Step and sites of the cases from one step to another.
    pub(super) fn between(&self, first: i64, last: i64) -> impl Iterator<Item = (i64, &[u32])> {
        let range = first..=last.max(first);
        (self
            .steps
            .range(range)
            .take_while(move |(step, _)| **step <= last))
        .map(|(step, sites)| (*step, sites.as_slice()))
    }
}
