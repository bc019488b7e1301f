//! The evidence for a rise about each centre, averaged over circles, beginnings and strengths.

use super::{
    Ground, LookoutParams,
    courses::{Courses, STRENGTHS},
    expectation::Rates,
    kernel::Found,
    record::Record,
};
use crate::scan::{StreamShare, likelihood::log_likelihood_ratio};

/// Radii that are averaged over, as shares of the largest.
pub(super) const RADII: [f64; 6] = [0.0, 0.2, 0.35, 0.5, 0.7, 1.0];
/// Past cases that a circle is taken to have had beyond its own: one that never had any may have some.
const UNSEEN: f64 = 1.0;
/// How likely each stream is to rise, if something does.
const RISES: f64 = 0.6;
/// The evidence of a stream counts the more the quieter it is beside the loudest, up to this: it has fewer chances to err.
const MOST_QUIET: f64 = 5.0;
/// Keeps circles that expect next to nothing from weighing nothing.
const FEW: f64 = 0.1;

/// All that a look reads.
pub(super) struct Averages<'a> {
    ground: &'a Ground,
    params: &'a LookoutParams,
    records: &'a [Record],
    windows: &'a [Rates],
    dispersions: &'a [f64],
    courses: &'a Courses,
    end: i64,
    /// By stream: expected excess for each past case, stratum by stratum, phase by phase, course by course.
    rates: Vec<Vec<f64>>,
    /// By stream: how much its evidence counts.
    quietness: Vec<f64>,
    /// By stream: cases of the longest window for each case of the past.
    paces: Vec<f64>,
    /// Where the recent cases of each site lie in `gains`; none for a site without.
    recent: Vec<Option<u32>>,
    /// For each site with recent cases, stream by stream: what they say for each course.
    gains: Vec<f64>,
    /// Recent cases of those sites, all streams.
    counts: Vec<u32>,
}

/// What the circle that grows holds.
struct Circle {
    /// Stream by stream, course by course.
    gains: Vec<f64>,
    /// Past cases by touched stratum, stream and phase.
    past: Vec<f64>,
    touched: Vec<usize>,
    cases: u32,
    /// What each beginning says, all streams together.
    by_begin: Vec<f64>,
    costs: Vec<f64>,
}

impl<'a> Averages<'a> {
    pub(super) fn new(
        ground: &'a Ground,
        params: &'a LookoutParams,
        (records, windows): (&'a [Record], &'a [Rates]),
        dispersions: &'a [f64],
        courses: &'a Courses,
        end: i64,
    ) -> Self {
        let first = end - i64::from(params.max_steps()) + 1;
        let (streams, number) = (records.len(), courses.len());
        let mut recent = vec![None; ground.sites().len()];
        let (mut gains, mut counts) = (Vec::new(), Vec::new());
        for (stream, record) in records.iter().enumerate() {
            for (step, sites) in record.between(first, end) {
                let logs = courses.logs(end.abs_diff(step) as usize);
                for &site in sites {
                    let place = *recent[site as usize].get_or_insert_with(|| {
                        gains.resize(gains.len() + streams * number, 0.0);
                        counts.push(0);
                        counts.len() as u32 - 1
                    }) as usize;
                    counts[place] += 1;
                    let begin = (place * streams + stream) * number;
                    for (gain, log) in gains[begin..begin + number].iter_mut().zip(logs) {
                        *gain += log;
                    }
                }
            }
        }
        let loudest = records.iter().map(Record::total).fold(1.0, f64::max);
        let pace = |record: &Record| {
            let received: usize = record.between(first, end).map(|(_, sites)| sites.len()).sum();
            received as f64 / record.total().max(1.0)
        };
        Self {
            rates: (windows.iter())
                .map(|rates| courses.rates(rates, ground.strata(), params.cycle() as usize))
                .collect(),
            quietness: (records.iter())
                .map(|record| (loudest / record.total().max(1.0)).min(MOST_QUIET))
                .collect(),
            paces: records.iter().map(pace).collect(),
            ground,
            params,
            records,
            windows,
            dispersions,
            courses,
            end,
            recent,
            gains,
            counts,
        }
    }

    /// The best circle of each centre that had a recent case, is one of those wanted and scores above `floor`.
    pub(super) fn scan(&self, floor: f64, is_wanted: impl Fn(u32) -> bool) -> Vec<Found> {
        let number = self.courses.len();
        let mut circle = Circle {
            gains: vec![0.0; self.records.len() * number],
            past: Vec::new(),
            touched: Vec::new(),
            cases: 0,
            by_begin: vec![0.0; self.courses.begins().len()],
            costs: vec![0.0; number],
        };
        (0..self.ground.circles().centres())
            .filter(|&centre| self.recent[centre as usize].is_some() && is_wanted(centre))
            .filter_map(|centre| self.grow(centre, &mut circle, floor))
            .collect()
    }

    /// Grows the circle radius by radius; its score is the mean over them, its place the radius that says most.
    fn grow(&self, centre: u32, circle: &mut Circle, floor: f64) -> Option<Found> {
        let (mut most, mut here) = (0.0, 0.0);
        self.each_radius(centre, circle, |circle, _, has_grown| {
            if has_grown {
                here = self.most(circle);
            }
            most += here;
        });
        let number = RADII.len() as f64;
        // Rounding may not drop what lies on the floor.
        if most * (1.0 + 1e-9) <= number * floor.exp() {
            return None;
        }
        let (mut sum, mut here, mut best) = (0.0, 0.0, (0.0, 0.0, 0));
        self.each_radius(centre, circle, |circle, radius_m, has_grown| {
            if has_grown {
                here = self.weigh(circle);
                if here > best.0 {
                    best = (here, radius_m, self.likeliest(circle));
                }
            }
            sum += here;
        });
        let score = (sum / number).ln();
        let (weight, radius_m, age) = best;
        (score > floor && weight > 0.0)
            .then(|| self.found(centre, radius_m, age, score))
            .filter(|found| {
                let observed: u64 = found.streams.iter().map(|stream| stream.observed).sum();
                observed >= u64::from(self.params.min_cases())
            })
    }

    /// Lets the circle grow, and tells at each radius whether it holds more than at the one before.
    fn each_radius(&self, centre: u32, circle: &mut Circle, mut at: impl FnMut(&mut Circle, f64, bool)) {
        circle.gains.fill(0.0);
        circle.past.clear();
        circle.touched.clear();
        circle.cases = 0;
        let mut neighbours = self.ground.circles().neighbours(centre);
        let mut inside = 0;
        for (share, &number) in RADII.iter().zip(self.ground.within_shares(centre)) {
            let number = number as usize;
            for (site, _) in neighbours.by_ref().take(number - inside) {
                self.take_in(site, circle);
            }
            at(circle, share * self.ground.max_radius_m(), number > inside);
            inside = number;
        }
    }

    fn take_in(&self, site: u32, circle: &mut Circle) {
        let phases = self.params.cycle() as usize;
        let width = self.records.len() * phases;
        let stratum = self.ground.stratum(site);
        let slot = (circle.touched.iter().position(|&t| t == stratum)).unwrap_or_else(|| {
            circle.touched.push(stratum);
            circle.past.resize(circle.touched.len() * width, 0.0);
            circle.touched.len() - 1
        });
        for (stream, record) in self.records.iter().enumerate() {
            let past = &mut circle.past[slot * width + stream * phases..][..phases];
            for (sum, &cases) in past.iter_mut().zip(record.site(site as usize)) {
                *sum += f64::from(cases);
            }
        }
        if let Some(place) = self.recent[site as usize] {
            let length = circle.gains.len();
            let gains = &self.gains[place as usize * length..][..length];
            for (sum, gain) in circle.gains.iter_mut().zip(gains) {
                *sum += gain;
            }
            circle.cases += self.counts[place as usize];
        }
    }

    /// The evidence that something rises in the circle, averaged over beginnings and strengths, times what it expects: quiet
    /// circles are many, and each would have its chance to err.
    fn weigh(&self, circle: &mut Circle) -> f64 {
        circle.by_begin.fill(1.0);
        if circle.cases < self.params.min_cases() {
            circle.by_begin.fill(0.0);
            return 0.0;
        }
        let number = self.courses.len();
        let mut busy = FEW;
        for stream in 0..self.records.len() {
            busy += self.cost(stream, circle);
            let gains = &circle.gains[stream * number..][..number];
            let strengths = gains
                .chunks_exact(STRENGTHS.len())
                .zip(circle.costs.chunks_exact(STRENGTHS.len()));
            for (by_begin, (gains, costs)) in circle.by_begin.iter_mut().zip(strengths) {
                let ratios = (gains.iter().zip(costs))
                    .map(|(gain, cost)| ((gain - cost) / self.dispersions[stream]).exp());
                let evidence = self.quietness[stream] * ratios.sum::<f64>() / STRENGTHS.len() as f64;
                *by_begin *= 1.0 - RISES + RISES * evidence;
            }
        }
        let mut sum = 0.0;
        for (by_begin, weight) in circle.by_begin.iter_mut().zip(self.courses.weights()) {
            *by_begin *= weight * busy;
            sum += *by_begin;
        }
        sum
    }

    /// No less than what [`weigh`](Self::weigh) gives, for one exponential a stream instead of one a course.
    fn most(&self, circle: &mut Circle) -> f64 {
        if circle.cases < self.params.min_cases() {
            return 0.0;
        }
        let number = self.courses.len();
        let (mut busy, mut evidence) = (FEW, self.courses.weights().iter().sum::<f64>());
        for stream in 0..self.records.len() {
            busy += self.cost(stream, circle);
            let gains = &circle.gains[stream * number..][..number];
            let ratios = gains.iter().zip(&circle.costs).map(|(gain, cost)| gain - cost);
            let largest = (ratios.fold(f64::NEG_INFINITY, f64::max) / self.dispersions[stream]).exp();
            evidence *= 1.0 - RISES + RISES * self.quietness[stream] * largest;
        }
        evidence * busy
    }

    /// What each course of a stream costs in the circle; gives how many cases the stream expects there.
    fn cost(&self, stream: usize, circle: &mut Circle) -> f64 {
        let (phases, number) = (self.params.cycle() as usize, self.courses.len());
        let width = self.records.len() * phases;
        let unseen = UNSEEN / (circle.touched.len() * phases) as f64;
        let mut expected = 0.0;
        circle.costs.fill(0.0);
        for (slot, &stratum) in circle.touched.iter().enumerate() {
            let past = &circle.past[slot * width + stream * phases..][..phases];
            for (phase, past) in past.iter().enumerate() {
                expected += past * self.paces[stream];
                let rates = &self.rates[stream][(stratum * phases + phase) * number..][..number];
                for (cost, rate) in circle.costs.iter_mut().zip(rates) {
                    *cost += (past + unseen) * rate;
                }
            }
        }
        expected
    }

    /// Age of the first step of the beginning that says most.
    fn likeliest(&self, circle: &Circle) -> usize {
        let pairs = circle.by_begin.iter().zip(self.courses.begins());
        (pairs.max_by(|a, b| a.0.total_cmp(b.0))).map_or(0, |(_, &begin)| begin - 1)
    }

    /// What the circle and the window hold, and what they would hold without a rise.
    fn found(&self, centre: u32, radius_m: f64, age: usize, score: f64) -> Found {
        let members = (self.ground.sites()).within(centre, radius_m, |_| true);
        let first = self.end.saturating_sub_unsigned(age as u64);
        let mut inside: Vec<u32> = members.iter().map(|&(_, site)| site).collect();
        inside.sort_unstable();
        let streams = (self.records.iter().enumerate())
            .map(|(stream, record)| {
                let is_member = |site: &&u32| inside.binary_search(site).is_ok();
                let observed: usize = (record.between(first, self.end))
                    .map(|(_, sites)| sites.iter().filter(is_member).count())
                    .sum();
                let expected = (members.iter())
                    .map(|&(_, site)| self.usual(stream, site, age))
                    .sum();
                StreamShare {
                    observed: observed as u64,
                    expected,
                    llr: log_likelihood_ratio(observed as u64, expected, record.total() as u64),
                }
            })
            .collect();
        Found {
            centre,
            radius_m: members.last().map_or(0.0, |&(distance_m, _)| distance_m),
            age,
            score,
            streams,
        }
    }

    /// What a stream expects at a site in the window of an age.
    fn usual(&self, stream: usize, site: u32, age: usize) -> f64 {
        let steps = self.params.max_steps() as usize;
        let windows = self.windows[stream].of_stratum(self.ground.stratum(site));
        (self.records[stream].site(site as usize).iter().enumerate())
            .map(|(phase, &past)| f64::from(past) * windows[phase * steps + age])
            .sum()
    }
}
