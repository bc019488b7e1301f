//! The kernel of several streams, or of strata of time.

use super::{
    by_site::{BySite, LOOK},
    discs::Discs,
    likelihood::log_likelihood_ratio,
    reach::Reach,
    study::{Study, undo},
    windows::{Held, Windows},
};
use crate::random::Generator;

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
    recent_sites: Vec<u32>,
    by_site: BySite,
    counts: Vec<u32>,
    held: Held,
    /// The smallest result so far.
    smallest: f64,
}

/// All groups and the circles.
#[derive(Debug)]
pub(crate) struct Kernel<'a> {
    discs: &'a Discs,
    study: &'a Study<'a>,
    windows: Windows<'a>,
    /// Age and stream of each recent case, group after group, as one number.
    slots: Vec<u32>,
    /// For each age and group, the share of the group's cases that the window holds.
    window_shares: Vec<f64>,
}

/// Bounds of the ratios of each stream.
pub(crate) fn reaches(study: &Study) -> Vec<Reach> {
    study
        .stream_totals
        .iter()
        .map(|&total| Reach::new(total, 1.0))
        .collect()
}

impl<'a> Kernel<'a> {
    pub(crate) fn new(discs: &'a Discs, study: &'a Study<'a>, reaches: &'a [Reach], min_cases: u32) -> Self {
        let streams = study.stream_totals.len();
        let slots = (study.groups.iter())
            .flat_map(|g| g.ages.iter().map(|&age| age * streams as u32 + g.stream as u32))
            .collect();
        let share =
            |age: usize, g: &super::study::Group| g.window_cases[age] as f64 / (g.total() as f64).max(1.0);
        let window_shares: Vec<f64> = (0..study.steps)
            .flat_map(|age| study.groups.iter().map(move |g| share(age, g)))
            .collect();
        Self {
            discs,
            study,
            windows: Windows::new(reaches, study.steps, min_cases),
            slots,
            window_shares,
        }
    }

    pub(crate) fn workspace(&self) -> Workspace {
        let streams = self.study.stream_totals.len();
        Workspace {
            event_sites: self.study.groups.iter().map(|g| g.event_sites.clone()).collect(),
            swaps: Vec::new(),
            recent_sites: Vec::with_capacity(self.slots.len()),
            by_site: BySite::new(self.study.sites.len(), self.slots.len()),
            counts: vec![0; self.study.steps * streams],
            held: Held::new(streams),
            smallest: f64::NAN,
        }
    }

    /// The largest ratio of one random permutation, each group permuted on its own.
    pub(crate) fn replicate(&self, workspace: &mut Workspace, seed: u64, number: u64) -> f64 {
        let mut generator = Generator::new(seed, number);
        workspace.recent_sites.clear();
        for (g, group) in self.study.groups.iter().enumerate() {
            let event_sites = &mut workspace.event_sites[g];
            group.draw(event_sites, &mut workspace.swaps, &mut generator);
            workspace
                .recent_sites
                .extend_from_slice(&event_sites[..group.ages.len()]);
            undo(event_sites, &workspace.swaps);
        }
        self.sort(workspace);
        // Where to start only decides how much is pruned. If nothing beats it, it was too high.
        let start = if workspace.smallest.is_nan() {
            0.0
        } else {
            0.9 * workspace.smallest
        };
        let mut largest = self.largest(workspace, start);
        if largest <= start {
            largest = self.largest(workspace, 0.0);
        }
        workspace.smallest = workspace.smallest.min(largest);
        largest
    }

    fn sort(&self, workspace: &mut Workspace) {
        workspace
            .by_site
            .fill(&workspace.recent_sites, &self.slots, self.windows.costs());
    }

    fn largest(&self, workspace: &mut Workspace, start: f64) -> f64 {
        (0..self.discs.centres()).fold(start, |largest, centre| {
            self.grow(centre, workspace, largest, |_, _, _, _| {})
        })
    }

    /// The best cylinder of each centre in the data as they are.
    pub(crate) fn observed(&self) -> Vec<(u32, JointCylinder)> {
        let mut workspace = self.workspace();
        for group in &self.study.groups {
            workspace
                .recent_sites
                .extend_from_slice(&group.event_sites[..group.ages.len()]);
        }
        self.sort(&mut workspace);
        let mut found = Vec::new();
        for centre in 0..self.discs.centres() {
            let mut best: Option<JointCylinder> = None;
            self.grow(centre, &mut workspace, 0.0, |position, age, ratio, held| {
                best = Some(JointCylinder {
                    position,
                    age,
                    ratio,
                    observed: held.observed.clone(),
                    expected: held.expected.clone(),
                });
            });
            found.extend(best.map(|cylinder| (centre, cylinder)));
        }
        found
    }

    /// Grows the circle of a centre, visits each cylinder that beats `floor` and all before it, and returns the best
    /// ratio. What is passed over cannot beat it, so the result is exact.
    fn grow(
        &self,
        centre: u32,
        workspace: &mut Workspace,
        floor: f64,
        mut visit: impl FnMut(usize, usize, f64, &Held),
    ) -> f64 {
        let Workspace {
            by_site,
            counts,
            held,
            ..
        } = workspace;
        counts.fill(0);
        let mut best = floor;
        let range = self.discs.range(centre);
        let (mut position, mut counted) = (range.start, range.start);
        let mut slack = self.windows.slack();
        while position < range.end {
            slack = slack.wrapping_sub(by_site.cost(self.discs.sites[position]));
            if slack & LOOK == 0 {
                position += 1;
                continue;
            }
            // All sites of a ring come in before it is scored; a further ring has more cases.
            let circle = self.discs.cases_to(position);
            while position + 1 < range.end && self.discs.cases_to(position + 1) == circle {
                position += 1;
            }
            by_site.add(&self.discs.sites[counted..=position], counts);
            // A ring of several sites ends at the last, whose distance is its radius.
            let last = position;
            position += 1;
            counted = position;
            let expect = |age: usize, expected: &mut [f64]| self.expect(age, circle, expected);
            let so_far = best;
            slack = self.windows.look(counts, held, so_far, expect, |age, held| {
                let ratio = self.ratio(held);
                if ratio > best {
                    best = ratio;
                    visit(last, age, ratio, held);
                }
                best
            });
        }
        best
    }

    fn expect(&self, age: usize, circle: &[u32], expected: &mut [f64]) {
        expected.fill(0.0);
        let shares = &self.window_shares[age * circle.len()..(age + 1) * circle.len()];
        for ((group, &cases), share) in self.study.groups.iter().zip(circle).zip(shares) {
            expected[group.stream] += f64::from(cases) * share;
        }
    }

    fn ratio(&self, held: &Held) -> f64 {
        (held
            .observed
            .iter()
            .zip(&held.expected)
            .zip(&self.study.stream_totals))
        .map(|((&observed, &expected), &total)| log_likelihood_ratio(u64::from(observed), expected, total))
        .sum()
    }
}
