//! The windows of a circle that grows, over several streams: which of them may beat a ratio, and when to look again.

use super::{
    by_site::{LANES, MOST_SLACK, lane_costs, lane_ends},
    reach::Reach,
};

/// What the windows of all circles have in common.
#[derive(Debug)]
pub(crate) struct Windows<'a> {
    reaches: &'a [Reach],
    min_cases: u32,
    /// Last age of each quarter of the windows.
    lane_ends: [usize; LANES],
    /// What a case of each age and stream takes from the slack of the quarters.
    costs: Vec<u64>,
}

/// What the window at hand holds, by stream.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) observed: Vec<u32>,
    pub(crate) expected: Vec<f64>,
    bounds: Vec<f64>,
}

impl Held {
    pub(crate) fn new(streams: usize) -> Self {
        Self {
            observed: vec![0; streams],
            expected: vec![0.0; streams],
            bounds: vec![0.0; streams],
        }
    }
}

impl<'a> Windows<'a> {
    pub(crate) fn new(reaches: &'a [Reach], steps: usize, min_cases: u32) -> Self {
        let lane_ends = lane_ends(steps);
        Self {
            reaches,
            min_cases,
            costs: lane_costs(&lane_ends, steps, reaches.len()),
            lane_ends,
        }
    }

    pub(crate) fn costs(&self) -> &[u64] {
        &self.costs
    }

    /// The slack of a circle without cases: any cylinder needs the fewest that make one.
    pub(crate) fn slack(&self) -> u64 {
        let fewest = self.min_cases.clamp(1, MOST_SLACK) - 1;
        (0..LANES).map(|lane| u64::from(fewest) << (16 * lane)).sum()
    }

    /// Scores the windows that may beat the best score, and says how many cases each quarter of them lacks at least.
    ///
    /// As the circle grows its windows only expect more, so it can be left alone until it has gained as many.
    ///
    /// `counts`: cases by age and stream. `expect` fills in what the streams expect in the window of an age; `score` gives
    /// the best score after a window was looked at.
    pub(crate) fn look(
        &self,
        counts: &[u32],
        held: &mut Held,
        mut best: f64,
        mut expect: impl FnMut(usize, &mut [f64]),
        mut score: impl FnMut(usize, &Held) -> f64,
    ) -> u64 {
        held.observed.fill(0);
        let streams = held.observed.len();
        let (mut cases, mut begin, mut slack) = (0, 0, 0);
        let mut before = self.min_cases;
        for (lane, &end) in self.lane_ends.iter().enumerate() {
            // A window without cases of its own lacks no less than the one before: it expects more.
            let mut least = if begin > end {
                MOST_SLACK
            } else {
                before.clamp(1, MOST_SLACK)
            };
            for age in begin..=end {
                let own = &counts[age * streams..(age + 1) * streams];
                let new: u32 = own.iter().sum();
                if new == 0 {
                    continue;
                }
                for (sum, count) in held.observed.iter_mut().zip(own) {
                    *sum += count;
                }
                cases += new;
                let few = self.min_cases.saturating_sub(cases);
                if few >= least && age != begin {
                    before = few;
                    continue;
                }
                expect(age, &mut held.expected);
                let most = if age == begin { MOST_SLACK } else { least };
                let missing = self.missing(held, best, most).max(few);
                least = if age == begin {
                    missing.max(1)
                } else {
                    least.min(missing.max(1))
                };
                before = missing;
                if missing == 0 {
                    best = score(age, held);
                }
            }
            begin = begin.max(end + 1);
            slack |= u64::from(least - 1) << (16 * lane);
        }
        slack
    }

    /// How many cases must be added to the window, `most` at most, before the sum of its ratios can be above `best`.
    fn missing(&self, held: &mut Held, best: f64, most: u32) -> u32 {
        let mut sum = 0.0;
        for (stream, reach) in self.reaches.iter().enumerate() {
            held.bounds[stream] = reach.bound(held.observed[stream], held.expected[stream]);
            sum += held.bounds[stream];
        }
        if sum > best {
            return 0;
        }
        // The ratios are convex in the cases: the sum grows fastest when one stream gets all.
        (self.reaches.iter().enumerate()).fold(most, |least, (stream, reach)| {
            let ratio = best - (sum - held.bounds[stream]);
            least.min(reach.missing(held.observed[stream], held.expected[stream], ratio, least))
        })
    }
}
