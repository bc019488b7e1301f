//! Circles that grow, windows that reach back, and the score of each cylinder.

use super::{Ground, LookoutParams, expectation::Rates, record::Record};
use crate::scan::{
    StreamShare,
    by_site::{BySite, LOOK},
    likelihood::log_likelihood_ratio,
    reach::Reach,
    windows::{Held, Windows},
};

/// The best cylinder of a centre.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) centre: u32,
    pub(super) radius_m: f64,
    pub(super) age: usize,
    pub(super) score: f64,
    pub(super) streams: Vec<StreamShare>,
}

/// All that a look reads.
pub(super) struct Kernel<'a> {
    ground: &'a Ground,
    params: &'a LookoutParams,
    rates: &'a [Rates],
    dispersions: &'a [f64],
    windows: Windows<'a>,
    totals: Vec<u64>,
    /// Past cases by site, stream and phase: whole numbers, exact in 32 bits.
    past: Vec<f32>,
    recent: BySite,
}

/// What the circle that grows holds.
struct Circle {
    /// Cases by age and stream.
    counts: Vec<u32>,
    /// Past cases by touched stratum, stream and phase.
    past: Vec<f32>,
    touched: Vec<usize>,
    held: Held,
    ratios: Vec<f64>,
    best: Best,
}

/// The best cylinder so far.
struct Best {
    score: f64,
    site: u32,
    age: Option<usize>,
    shares: Vec<(u32, f64)>,
}

impl<'a> Kernel<'a> {
    pub(super) fn new(
        ground: &'a Ground,
        params: &'a LookoutParams,
        records: &[Record],
        rates: &'a [Rates],
        (dispersions, reaches): (&'a [f64], &'a [Reach]),
        end: i64,
    ) -> Self {
        let (sites, phases) = (ground.sites().len(), params.cycle() as usize);
        let width = records.len() * phases;
        let mut past = vec![0.0; sites * width];
        for (stream, record) in records.iter().enumerate() {
            for (site, past) in past.chunks_exact_mut(width).enumerate() {
                past[stream * phases..(stream + 1) * phases].copy_from_slice(record.site(site));
            }
        }
        let windows = Windows::new(reaches, params.max_steps() as usize, params.min_cases());
        // A case's slot is its age and stream.
        let mut recent_sites = Vec::new();
        let mut slots = Vec::new();
        for (stream, record) in records.iter().enumerate() {
            for (step, sites) in record.between(end - i64::from(params.max_steps()) + 1, end) {
                let slot = end.abs_diff(step) as usize * records.len() + stream;
                recent_sites.extend_from_slice(sites);
                slots.extend(std::iter::repeat_n(slot as u32, sites.len()));
            }
        }
        let mut recent = BySite::new(sites, slots.len());
        recent.fill(&recent_sites, &slots, windows.costs());
        Self {
            ground,
            params,
            rates,
            dispersions,
            windows,
            totals: records.iter().map(|record| record.total() as u64).collect(),
            past,
            recent,
        }
    }

    /// The best cylinder above `floor` of each centre that had a recent case and is one of those wanted.
    pub(super) fn scan(&self, floor: f64, is_wanted: impl Fn(u32) -> bool) -> Vec<Found> {
        let streams = self.totals.len();
        let mut circle = Circle {
            counts: vec![0; self.params.max_steps() as usize * streams],
            past: Vec::new(),
            touched: Vec::new(),
            held: Held::new(streams),
            ratios: vec![0.0; streams],
            best: Best {
                score: floor,
                site: 0,
                age: None,
                shares: vec![(0, 0.0); streams],
            },
        };
        (0..self.ground.circles().centres())
            .filter(|&centre| self.recent.cost(centre) != 0 && is_wanted(centre))
            .filter_map(|centre| self.grow(centre, &mut circle, floor))
            .collect()
    }

    /// Grows the circle ring by ring. A look at its windows says how many cases each quarter of them lacks at least, and
    /// the circle is left alone until it has gained as many: what it expects only rises.
    fn grow(&self, centre: u32, circle: &mut Circle, floor: f64) -> Option<Found> {
        let width = self.totals.len() * self.params.cycle() as usize;
        circle.counts.fill(0);
        circle.touched.clear();
        circle.past.clear();
        (circle.best.score, circle.best.age) = (floor, None);
        let (mut stratum, mut slot) = (usize::MAX, 0);
        let mut slack = self.windows.slack();
        let mut ring = Vec::new();
        for (site, ring_ends) in self.ground.circles().neighbours(centre) {
            if self.ground.stratum(site) != stratum {
                stratum = self.ground.stratum(site);
                slot = circle.slot(stratum, width);
            }
            let past = &self.past[site as usize * width..(site as usize + 1) * width];
            for (sum, cases) in circle.past[slot * width..(slot + 1) * width].iter_mut().zip(past) {
                *sum += cases;
            }
            let cost = self.recent.cost(site);
            if cost != 0 {
                slack = slack.wrapping_sub(cost);
                ring.push(site);
            }
            if ring_ends && slack & LOOK != 0 {
                self.recent.add(&ring, &mut circle.counts);
                ring.clear();
                slack = self.look(site, circle);
            }
        }
        let age = circle.best.age?;
        let share = |(&(observed, expected), &total): (&(u32, f64), &u64)| StreamShare {
            observed: u64::from(observed),
            expected,
            llr: log_likelihood_ratio(u64::from(observed), expected, total),
        };
        Some(Found {
            centre,
            radius_m: self.ground.sites().distance_m(centre, circle.best.site),
            age,
            score: circle.best.score,
            streams: circle.best.shares.iter().zip(&self.totals).map(share).collect(),
        })
    }

    /// Scores the windows that may beat the best, and says how many cases each quarter lacks.
    fn look(&self, site: u32, circle: &mut Circle) -> u64 {
        let Circle {
            counts,
            past,
            touched,
            held,
            ratios,
            best,
        } = circle;
        let so_far = best.score;
        let expect = |age: usize, expected: &mut [f64]| self.expect(age, past, touched, expected);
        let score = |age: usize, held: &Held| {
            for (stream, ratio) in ratios.iter_mut().enumerate() {
                let (observed, expected) = (u64::from(held.observed[stream]), held.expected[stream]);
                *ratio =
                    log_likelihood_ratio(observed, expected, self.totals[stream]) / self.dispersions[stream];
            }
            let score: f64 = ratios.iter().sum();
            if score > best.score {
                let shares = held.observed.iter().copied().zip(held.expected.iter().copied());
                best.shares.clear();
                best.shares.extend(shares);
                (best.score, best.site, best.age) = (score, site, Some(age));
            }
            best.score
        };
        self.windows.look(counts, held, so_far, expect, score)
    }

    fn expect(&self, age: usize, past: &[f32], touched: &[usize], expected: &mut [f64]) {
        let (phases, steps) = (self.params.cycle() as usize, self.params.max_steps() as usize);
        let width = self.totals.len() * phases;
        for (stream, expected) in expected.iter_mut().enumerate() {
            *expected = 0.0;
            for (slot, &stratum) in touched.iter().enumerate() {
                let begin = slot * width + stream * phases;
                let rates = self.rates[stream].of_stratum(stratum);
                for (phase, past) in past[begin..begin + phases].iter().enumerate() {
                    *expected += f64::from(*past) * rates[phase * steps + age];
                }
            }
        }
    }
}

impl Circle {
    /// Where the past of a stratum is summed.
    fn slot(&mut self, stratum: usize, width: usize) -> usize {
        self.touched
            .iter()
            .position(|&t| t == stratum)
            .unwrap_or_else(|| {
                self.touched.push(stratum);
                self.past.resize(self.touched.len() * width, 0.0);
                self.touched.len() - 1
            })
    }
}
