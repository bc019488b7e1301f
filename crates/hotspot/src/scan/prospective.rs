//! The kernel of one stream without strata: whole numbers only until the last step.

use super::{
    bounds::Bounds,
    by_site::{BySite, LANES, LOOK, MOST_SLACK, lane_costs, lane_ends},
    discs::Discs,
    likelihood::log_likelihood_ratio,
    study::{Group, undo},
};
use crate::random::Generator;

/// No further case at a site.
const NONE: u32 = u32::MAX;

/// A cylinder: cases in it, its product of margins (cases of the circle × cases of the window), where its circle ends
/// among the neighbours, and its age in steps (0: the last step only).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cylinder {
    pub(crate) count: u32,
    pub(crate) product: u64,
    pub(crate) position: usize,
    pub(crate) age: usize,
}

/// Recent cases strung together by site.
#[derive(Debug, Clone)]
pub(crate) struct Recent {
    head: Vec<u32>,
    next: Vec<u32>,
}

impl Recent {
    pub(crate) fn new(sites: usize, recent: usize) -> Self {
        Self {
            head: vec![NONE; sites],
            next: vec![NONE; recent],
        }
    }

    /// Strings up the sites of the recent cases.
    pub(crate) fn fill(&mut self, recent_sites: &[u32]) {
        self.head.fill(NONE);
        for (slot, &site) in recent_sites.iter().enumerate() {
            self.next[slot] = self.head[site as usize];
            self.head[site as usize] = slot as u32;
        }
    }
}

/// Cases by age within the circle that grows.
#[derive(Debug, Clone)]
struct Ages {
    counts: Vec<u32>,
    /// Which ages have cases, one bit each, 64 to a word.
    present: Vec<u64>,
    youngest_new: usize,
}

impl Ages {
    fn new(steps: usize) -> Self {
        Self {
            counts: vec![0; steps],
            present: vec![0; steps.div_ceil(64)],
            youngest_new: usize::MAX,
        }
    }

    fn clear(&mut self) {
        for (word, bits) in self.present.iter_mut().enumerate() {
            while *bits != 0 {
                self.counts[word * 64 + bits.trailing_zeros() as usize] = 0;
                *bits &= *bits - 1;
            }
        }
        self.youngest_new = usize::MAX;
    }

    fn add(&mut self, age: usize) {
        self.counts[age] += 1;
        self.present[age / 64] |= 1 << (age % 64);
        self.youngest_new = self.youngest_new.min(age);
    }

    /// Visits each window that reaches back to a case and holds a new one: any other window has a twin that is
    /// smaller in space or time with the same cases, hence with a larger ratio.
    fn windows(&mut self, mut visit: impl FnMut(usize, u32)) {
        let mut count = 0;
        for (word, &all) in self.present.iter().enumerate() {
            let mut bits = all;
            while bits != 0 {
                let age = word * 64 + bits.trailing_zeros() as usize;
                count += self.counts[age];
                if age >= self.youngest_new {
                    visit(age, count);
                }
                bits &= bits - 1;
            }
        }
        self.youngest_new = usize::MAX;
    }
}

/// Buffers that a thread reuses from replicate to replicate.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    event_sites: Vec<u32>,
    swaps: Vec<u32>,
    by_site: BySite,
    counts: Vec<u32>,
    bounds: Bounds,
    /// Bounds of a ratio somewhat below the smallest result so far: where the next replicate starts to prune.
    start: Bounds,
    smallest: f64,
}

/// One stream and its circles.
#[derive(Debug)]
pub(crate) struct Kernel<'a> {
    discs: &'a Discs,
    group: &'a Group,
    sites: usize,
    min_cases: u32,
    /// Share of all cases in each window, rounded down.
    shares: Vec<f32>,
    /// Last age of each quarter of the windows.
    lane_ends: [usize; LANES],
    /// What a case of each age takes from the slack of the quarters.
    costs: Vec<u64>,
    most_circle: u32,
}

impl<'a> Kernel<'a> {
    pub(crate) fn new(discs: &'a Discs, group: &'a Group, sites: usize, min_cases: u32) -> Self {
        let total = (group.total() as f64).max(1.0);
        let steps = group.window_cases.len();
        let shares: Vec<f32> = group
            .window_cases
            .iter()
            .map(|&c| (c as f64 / total * (1.0 - 1e-6)) as f32)
            .collect();
        let lane_ends = lane_ends(steps);
        let costs = lane_costs(&lane_ends, steps, 1);
        let largest = (0..discs.centres())
            .filter_map(|c| discs.range(c).last())
            .map(|p| discs.cases[p])
            .max();
        Self {
            discs,
            group,
            sites,
            min_cases,
            shares,
            lane_ends,
            costs,
            most_circle: largest.unwrap_or(1),
        }
    }

    pub(crate) fn workspace(&self) -> Workspace {
        let recent = self.group.ages.len();
        let bounds = Bounds::new(&self.shares, self.most_circle, self.group.total(), self.min_cases);
        Workspace {
            event_sites: self.group.event_sites.clone(),
            swaps: Vec::with_capacity(recent),
            by_site: BySite::new(self.sites, recent),
            counts: vec![0; self.group.window_cases.len()],
            start: bounds.clone(),
            bounds,
            smallest: f64::NAN,
        }
    }

    /// Ratio of a cylinder with these cases and this product of margins.
    pub(crate) fn ratio(&self, count: u32, product: u64) -> f64 {
        log_likelihood_ratio(u64::from(count), self.expected(product), self.group.total())
    }

    /// Expected cases of a cylinder.
    pub(crate) fn expected(&self, product: u64) -> f64 {
        product as f64 / self.group.total() as f64
    }

    /// The largest ratio of one random permutation.
    ///
    /// Most cylinders are never scored. For the largest ratio so far a table says how many cases a cylinder with so many
    /// expected needs to beat it. As a circle grows, the expected only rise, so a circle whose windows all lack some
    /// cases is left alone until it has gained as many. What is pruned cannot beat the ratio, so the result is exact.
    pub(crate) fn replicate(&self, workspace: &mut Workspace, seed: u64, number: u64) -> f64 {
        let mut generator = Generator::new(seed, number);
        self.group
            .draw(&mut workspace.event_sites, &mut workspace.swaps, &mut generator);
        workspace.by_site.fill(
            &workspace.event_sites[..self.group.ages.len()],
            &self.group.ages,
            &self.costs,
        );
        undo(&mut workspace.event_sites, &workspace.swaps);
        // The start only decides how much is pruned. If nothing beats it, it was too high.
        let largest = self.largest(workspace).or_else(|| {
            workspace.start.set(0.0);
            self.largest(workspace)
        });
        let largest = largest.unwrap_or(0.0);
        if workspace.smallest.is_nan() || largest < workspace.smallest {
            workspace.smallest = largest;
            workspace.start.set(largest * 0.9);
        }
        largest
    }

    /// The largest ratio above that of the start, if any.
    fn largest(&self, workspace: &mut Workspace) -> Option<f64> {
        let Workspace {
            by_site,
            counts,
            bounds,
            start,
            ..
        } = workspace;
        bounds.clone_from(start);
        let mut largest = start.ratio();
        for centre in 0..self.discs.centres() {
            self.beat(centre, by_site, counts, bounds, &mut largest);
        }
        (largest > start.ratio()).then_some(largest)
    }

    fn beat(
        &self,
        centre: u32,
        by_site: &BySite,
        counts: &mut [u32],
        bounds: &mut Bounds,
        largest: &mut f64,
    ) {
        counts.fill(0);
        let range = self.discs.range(centre);
        let sites = &self.discs.sites[range.clone()];
        let cases = &self.discs.cases[range];
        // A slack of nothing: the first case calls for a look.
        let mut slack = 0_u64;
        let mut counted = 0;
        let mut position = 0;
        while let Some(&site) = sites.get(position) {
            slack = slack.wrapping_sub(by_site.cost(site));
            if slack & LOOK == 0 {
                position += 1;
                continue;
            }
            // All sites of a ring come in before it is scored.
            let ring_cases = cases[position];
            while cases.get(position + 1).is_some_and(|&c| c == ring_cases) {
                position += 1;
            }
            position += 1;
            by_site.add(&sites[counted..position], counts);
            counted = position;
            slack = self.look(ring_cases, counts, bounds, largest);
        }
    }

    /// Scores the windows that may beat the largest ratio, and says how many cases the others lack.
    fn look(&self, ring_cases: u32, counts: &[u32], bounds: &mut Bounds, largest: &mut f64) -> u64 {
        let needed = bounds.of_circle(ring_cases);
        let mut count = 0;
        let mut begin = 0;
        let mut slack = 0;
        for (lane, &end) in self.lane_ends.iter().enumerate() {
            let mut least = MOST_SLACK;
            let quarter = begin.min(end + 1)..end + 1;
            for (age, (&cases, &needed)) in quarter
                .clone()
                .zip(counts[quarter.clone()].iter().zip(&needed[quarter]))
            {
                count += cases;
                if count < u32::from(needed) {
                    least = least.min(u32::from(needed) - count);
                    continue;
                }
                least = 1;
                let ratio = self.ratio(count, u64::from(ring_cases) * self.group.window_cases[age]);
                if count >= self.min_cases && ratio > *largest {
                    *largest = ratio;
                }
            }
            begin = begin.max(end + 1);
            slack |= u64::from(least - 1) << (16 * lane);
        }
        // The table is worth its price only when the ratio has grown.
        if *largest > bounds.ratio() * 1.04 + 0.02 {
            bounds.set(*largest);
        }
        slack
    }

    /// The best cylinder of each centre in the data as they are.
    pub(crate) fn observed(&self) -> Vec<(u32, Cylinder, f64)> {
        let mut recent = Recent::new(self.sites, self.group.ages.len());
        recent.fill(&self.group.event_sites[..self.group.ages.len()]);
        let mut ages = Ages::new(self.group.window_cases.len());
        let mut found = Vec::new();
        for centre in 0..self.discs.centres() {
            let mut best: Option<(Cylinder, f64)> = None;
            self.grow(centre, &recent, &mut ages, |cylinder| {
                if cylinder.count < self.min_cases {
                    return;
                }
                let ratio = self.ratio(cylinder.count, cylinder.product);
                if ratio > best.map_or(0.0, |b| b.1) {
                    best = Some((cylinder, ratio));
                }
            });
            found.extend(best.map(|(cylinder, ratio)| (centre, cylinder, ratio)));
        }
        found
    }

    /// Grows the circle of a centre ring by ring and visits the cylinders that gain a case.
    fn grow(&self, centre: u32, recent: &Recent, ages: &mut Ages, mut visit: impl FnMut(Cylinder)) {
        ages.clear();
        let windows = &self.group.window_cases;
        let mut ring_cases = 0;
        let mut last = 0;
        let mut score = |ages: &mut Ages, ring_cases: u32, position: usize| {
            ages.windows(|age, count| {
                let product = u64::from(ring_cases) * windows[age];
                visit(Cylinder {
                    count,
                    product,
                    position,
                    age,
                });
            });
        };
        let range = self.discs.range(centre);
        let start = range.start;
        for (offset, &site) in self.discs.sites[range].iter().enumerate() {
            let mut slot = recent.head[site as usize];
            if slot == NONE {
                continue;
            }
            // Sites with cases at one distance share one sum, and a further ring has a larger one.
            let cases = self.discs.cases[start + offset];
            if cases != ring_cases && ring_cases != 0 {
                score(ages, ring_cases, last);
            }
            ring_cases = cases;
            last = start + offset;
            while slot != NONE {
                ages.add(self.group.ages[slot as usize] as usize);
                slot = recent.next[slot as usize];
            }
        }
        if ring_cases != 0 {
            score(ages, ring_cases, last);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Locations,
        scan::{Case, ScanParams, circles::Circles, study::Study},
    };

    /// Scores every cylinder that gains a case.
    fn unpruned(kernel: &Kernel, workspace: &mut Workspace, seed: u64, number: u64) -> f64 {
        let group = kernel.group;
        group.draw(
            &mut workspace.event_sites,
            &mut workspace.swaps,
            &mut Generator::new(seed, number),
        );
        let mut recent = Recent::new(kernel.sites, group.ages.len());
        recent.fill(&workspace.event_sites[..group.ages.len()]);
        undo(&mut workspace.event_sites, &workspace.swaps);
        let mut ages = Ages::new(group.window_cases.len());
        let mut largest = 0.0_f64;
        for centre in 0..kernel.discs.centres() {
            kernel.grow(centre, &recent, &mut ages, |cylinder| {
                if cylinder.count >= kernel.min_cases {
                    largest = largest.max(kernel.ratio(cylinder.count, cylinder.product));
                }
            });
        }
        largest
    }

    #[test]
    fn pruning_changes_no_result() {
        let mut generator = Generator::new(5, 0);
        for (places, events, days, steps, min_cases) in [
            (1, 30, 9, 9, 1),
            (40, 400, 60, 28, 2),
            (9, 2000, 90, 28, 2),
            (60, 300, 30, 1, 2),
            (30, 900, 200, 150, 3),
        ] {
            let mut below = |bound: u32| f64::from(generator.below(bound));
            let points = (0..places)
                .map(|_| [below(30) * 100.0, below(30) * 100.0])
                .collect();
            let cases: Vec<Case> = (0..events)
                .map(|_| Case {
                    location: below(places) as usize,
                    time: below(days) as i64,
                    count: 1,
                })
                .collect();
            let params = ScanParams::new(900.0, steps)
                .unwrap()
                .with_min_cases(min_cases)
                .unwrap();
            let locations = Locations::plane(points).unwrap();
            let sites = crate::sites::Sites::new(&locations, 900.0);
            let circles = Circles::over_all(&sites, 900.0).unwrap();
            let study = Study::new(&locations, &sites, &[&cases], &params).unwrap();
            let discs = Discs::new(&circles, &study.site_cases, 1, study.total(), &params).unwrap();
            let kernel = Kernel::new(&discs, &study.groups[0], study.sites.len(), min_cases);
            let (mut first, mut second) = (kernel.workspace(), kernel.workspace());
            for number in 0..50 {
                let exact = unpruned(&kernel, &mut first, 3, number);
                let pruned = kernel.replicate(&mut second, 3, number);
                assert!(
                    (exact - pruned).abs() < 1e-15,
                    "{places} {number}: {exact} {pruned}"
                );
            }
        }
    }
}
