//! The kernel of several streams, or of strata of time.

use super::{
    discs::Discs,
    likelihood::log_likelihood_ratio,
    study::{Study, undo},
};
use crate::random::Generator;

const NONE: u32 = u32::MAX;

/// A cylinder of the joint scan with what each stream holds.
#[derive(Debug, Clone)]
pub(crate) struct JointCylinder {
    pub(crate) position: usize,
    pub(crate) age: usize,
    pub(crate) ratio: f64,
    pub(crate) observed: Vec<u32>,
    pub(crate) expected: Vec<f64>,
}

/// Buffers that a thread reuses.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    event_sites: Vec<Vec<u32>>,
    swaps: Vec<u32>,
    head: Vec<u32>,
    next: Vec<u32>,
    counts: Vec<u32>,
    running: Vec<u32>,
    expected: Vec<f64>,
    log_circle: Vec<f64>,
}

/// All groups and the circles.
#[derive(Debug)]
pub(crate) struct Kernel<'a> {
    pub(crate) discs: &'a Discs,
    pub(crate) study: &'a Study<'a>,
    pub(crate) min_cases: u32,
    /// Stream and age of each recent case, group after group.
    slots: Vec<(u32, u32)>,
    /// For each age and group, the share of the group's cases that the window holds.
    window_shares: Vec<f64>,
    /// Its logarithm for each age and stream, when no stream has strata.
    log_shares: Option<Vec<f64>>,
    /// Logarithms of the numbers of cases that a window can hold.
    logs: Vec<f64>,
}

impl<'a> Kernel<'a> {
    pub(crate) fn new(discs: &'a Discs, study: &'a Study<'a>, min_cases: u32) -> Self {
        let slots = study
            .groups
            .iter()
            .flat_map(|g| g.ages.iter().map(|&age| (g.stream as u32, age)))
            .collect();
        let share =
            |age: usize, g: &super::study::Group| g.window_cases[age] as f64 / (g.total() as f64).max(1.0);
        let window_shares: Vec<f64> = (0..study.steps)
            .flat_map(|age| study.groups.iter().map(move |g| share(age, g)))
            .collect();
        let has_strata = study.groups.len() > study.stream_totals.len();
        let log_shares = (!has_strata).then(|| window_shares.iter().map(|share| share.ln()).collect());
        let most = study.groups.iter().map(|g| g.ages.len()).max().unwrap_or(0);
        let logs = (0..=most).map(|count| (count as f64).ln()).collect();
        Self {
            discs,
            study,
            min_cases,
            slots,
            window_shares,
            log_shares,
            logs,
        }
    }

    pub(crate) fn workspace(&self) -> Workspace {
        let streams = self.study.stream_totals.len();
        Workspace {
            event_sites: self.study.groups.iter().map(|g| g.event_sites.clone()).collect(),
            swaps: Vec::new(),
            head: vec![NONE; self.study.sites.len()],
            next: vec![NONE; self.slots.len()],
            counts: vec![0; self.study.steps * streams],
            running: vec![0; streams],
            expected: vec![0.0; streams],
            log_circle: vec![0.0; streams],
        }
    }

    /// The largest ratio of one random permutation, each group permuted on its own.
    pub(crate) fn replicate(&self, workspace: &mut Workspace, seed: u64, number: u64) -> f64 {
        let mut generator = Generator::new(seed, number);
        workspace.head.fill(NONE);
        let mut slot = 0;
        for (g, group) in self.study.groups.iter().enumerate() {
            let event_sites = &mut workspace.event_sites[g];
            group.draw(event_sites, &mut workspace.swaps, &mut generator);
            for &site in &event_sites[..group.ages.len()] {
                workspace.next[slot] = workspace.head[site as usize];
                workspace.head[site as usize] = slot as u32;
                slot += 1;
            }
            undo(event_sites, &workspace.swaps);
        }
        let mut largest = 0.0_f64;
        for centre in 0..self.discs.centres() {
            largest = self.grow(centre, workspace, largest, |_, _, _, _, _| {});
        }
        largest
    }

    /// The best cylinder of each centre in the data as they are.
    pub(crate) fn observed(&self) -> Vec<(u32, JointCylinder)> {
        let mut workspace = self.workspace();
        let mut slot = 0;
        for group in &self.study.groups {
            for &site in &group.event_sites[..group.ages.len()] {
                workspace.next[slot] = workspace.head[site as usize];
                workspace.head[site as usize] = slot as u32;
                slot += 1;
            }
        }
        let mut found = Vec::new();
        for centre in 0..self.discs.centres() {
            let mut best: Option<JointCylinder> = None;
            self.grow(
                centre,
                &mut workspace,
                0.0,
                |position, age, ratio, observed, expected| {
                    let (observed, expected) = (observed.to_vec(), expected.to_vec());
                    best = Some(JointCylinder {
                        position,
                        age,
                        ratio,
                        observed,
                        expected,
                    });
                },
            );
            found.extend(best.map(|cylinder| (centre, cylinder)));
        }
        found
    }

    /// Grows the circle of a centre, visits each cylinder that beats `floor` and all before it, and returns the best
    /// ratio.
    fn grow(
        &self,
        centre: u32,
        workspace: &mut Workspace,
        floor: f64,
        mut visit: impl FnMut(usize, usize, f64, &[u32], &[f64]),
    ) -> f64 {
        let streams = self.study.stream_totals.len();
        workspace.counts.fill(0);
        let mut best = floor;
        let mut youngest = usize::MAX;
        let mut last = usize::MAX;
        for position in self.discs.range(centre) {
            let mut slot = workspace.head[self.discs.sites[position] as usize];
            if slot == NONE {
                continue;
            }
            if last != usize::MAX && self.discs.cases_to(position) != self.discs.cases_to(last) {
                best = self.score(last, youngest, workspace, best, &mut visit);
                youngest = usize::MAX;
            }
            last = position;
            while slot != NONE {
                let (stream, age) = self.slots[slot as usize];
                workspace.counts[age as usize * streams + stream as usize] += 1;
                youngest = youngest.min(age as usize);
                slot = workspace.next[slot as usize];
            }
        }
        if last != usize::MAX {
            best = self.score(last, youngest, workspace, best, &mut visit);
        }
        best
    }

    fn score(
        &self,
        position: usize,
        youngest: usize,
        workspace: &mut Workspace,
        mut best: f64,
        visit: &mut impl FnMut(usize, usize, f64, &[u32], &[f64]),
    ) -> f64 {
        let Workspace {
            counts,
            running,
            expected,
            log_circle,
            ..
        } = workspace;
        let streams = running.len();
        let circle = self.discs.cases_to(position);
        let totals = &self.study.stream_totals;
        if self.log_shares.is_some() {
            for (log, &cases) in log_circle.iter_mut().zip(circle) {
                *log = f64::from(cases).ln();
            }
        }
        running.fill(0);
        for (age, counts) in counts.chunks_exact(streams).enumerate() {
            if counts.iter().all(|&c| c == 0) {
                continue;
            }
            for (sum, count) in running.iter_mut().zip(counts) {
                *sum += count;
            }
            if age < youngest || running.iter().sum::<u32>() < self.min_cases {
                continue;
            }
            expected.fill(0.0);
            let shares = &self.window_shares[age * circle.len()..(age + 1) * circle.len()];
            for ((group, &cases), share) in self.study.groups.iter().zip(circle).zip(shares) {
                expected[group.stream] += f64::from(cases) * share;
            }
            if let Some(log_shares) = &self.log_shares {
                let log_shares = &log_shares[age * streams..(age + 1) * streams];
                let bound: f64 = (0..streams)
                    .map(|s| self.bound(running[s], expected[s], log_circle[s] + log_shares[s], totals[s]))
                    .sum();
                // A margin far above the rounding of the bound.
                if bound <= best - 1e-9 * (1.0 + best) {
                    continue;
                }
            }
            let ratio = (0..streams)
                .map(|s| log_likelihood_ratio(u64::from(running[s]), expected[s], totals[s]))
                .sum();
            if ratio > best {
                best = ratio;
                visit(position, age, ratio, running, expected);
            }
        }
        best
    }

    /// A bound of a stream's ratio without logarithms: its second term is at most −(c − μ)(C − c)/(C − μ), since
    /// ln x ≤ x − 1.
    fn bound(&self, cases: u32, expected: f64, log_expected: f64, total: u64) -> f64 {
        let (c, all) = (f64::from(cases), total as f64);
        if c <= expected {
            return 0.0;
        }
        let inside = c * (self.logs[cases as usize] - log_expected);
        inside - (c - expected) * (all - c) / (all - expected)
    }
}
