//! The kernel of one stream without strata: whole numbers only until the last step.

use super::{
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
    recent: Recent,
    ages: Ages,
    /// For each number of cases, the smallest product of margins of a cylinder that holds it.
    smallest: Vec<u64>,
}

/// One stream and its circles.
#[derive(Debug)]
pub(crate) struct Kernel<'a> {
    pub(crate) discs: &'a Discs,
    pub(crate) group: &'a Group,
    pub(crate) sites: usize,
    pub(crate) min_cases: u32,
}

impl Kernel<'_> {
    pub(crate) fn workspace(&self) -> Workspace {
        let recent = self.group.ages.len();
        Workspace {
            event_sites: self.group.event_sites.clone(),
            swaps: Vec::with_capacity(recent),
            recent: Recent::new(self.sites, recent),
            ages: Ages::new(self.group.window_cases.len()),
            smallest: vec![u64::MAX; recent + 1],
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
    /// For a given number of cases the ratio falls as the product of margins grows, so the smallest product for each
    /// number is enough, and logarithms are taken once per number instead of once per cylinder.
    pub(crate) fn replicate(&self, workspace: &mut Workspace, seed: u64, number: u64) -> f64 {
        let mut generator = Generator::new(seed, number);
        self.group
            .draw(&mut workspace.event_sites, &mut workspace.swaps, &mut generator);
        workspace
            .recent
            .fill(&workspace.event_sites[..self.group.ages.len()]);
        undo(&mut workspace.event_sites, &workspace.swaps);
        workspace.smallest.fill(u64::MAX);
        let Workspace {
            recent,
            ages,
            smallest,
            ..
        } = workspace;
        for centre in 0..self.discs.centres() {
            self.grow(centre, recent, ages, |cylinder| {
                let least = &mut smallest[cylinder.count as usize];
                *least = (*least).min(cylinder.product);
            });
        }
        let counts = smallest.iter().enumerate().skip(self.min_cases as usize);
        counts
            .filter(|&(_, &product)| product != u64::MAX)
            .map(|(count, &product)| self.ratio(count as u32, product))
            .fold(0.0, f64::max)
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
