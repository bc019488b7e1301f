//! How many more cases a cylinder of several streams needs to beat a ratio.

use super::likelihood::log_likelihood_ratio;

/// Steps of the table within a doubling of the expected cases, as a power of two.
const FINENESS: u32 = 3;
/// Expected cases from which a closed form bounds the ratio well enough.
const MANY: f64 = 8.0;
/// Fewest expected cases that the table tells apart.
const FEW: f64 = 1.0 / 65_536.0;
/// Cases of a row; above, the closed form or no bound.
const ROW: usize = 48;

/// Bounds of one stream's ratio, divided by its dispersion.
#[derive(Debug, Clone)]
pub(crate) struct Reach {
    total: f64,
    dispersion: f64,
    /// For ranges of expected cases, the largest ratio of each number of cases.
    rows: Vec<f32>,
}

impl Reach {
    /// For a stream of `total` cases or more: the ratio falls with the total.
    pub(crate) fn new(total: u64, dispersion: f64) -> Self {
        let mut rows = Vec::new();
        for range in key(FEW)..=key(MANY) {
            let expected = f64::from(f32::from_bits(range << (23 - FINENESS)));
            rows.extend((0..ROW as u64).map(|cases| {
                // A stream that has grown may hold more cases in one cylinder than it had in all.
                let ratio = log_likelihood_ratio(cases, expected, total.max(cases)) / dispersion;
                // Up, for the rounding to 32 bits here and of what it is compared with.
                (ratio * (1.0 + 1e-6) + 1e-6) as f32
            }));
        }
        Self {
            total: total as f64,
            dispersion,
            rows,
        }
    }

    /// Cases of the stream.
    pub(crate) fn total(&self) -> u64 {
        self.total as u64
    }

    fn row(&self, expected: f64) -> Option<&[f32]> {
        let row = (key(expected) - key(FEW)) as usize * ROW;
        self.rows.get(row..row + ROW)
    }

    /// What the ratio of a cylinder is not above.
    pub(crate) fn bound(&self, cases: u32, expected: f64) -> f64 {
        let excess = f64::from(cases) - expected;
        if excess <= 0.0 {
            return 0.0;
        }
        if expected >= MANY {
            return excess * excess * self.curvature(expected);
        }
        if expected < FEW {
            return f64::INFINITY;
        }
        let bound = self.row(expected).and_then(|row| row.get(cases as usize));
        bound.map_or(f64::INFINITY, |&bound| f64::from(bound))
    }

    /// How many cases must be added, `most` at most, before the ratio can be above `ratio`.
    pub(crate) fn missing(&self, cases: u32, expected: f64, ratio: f64, most: u32) -> u32 {
        if expected >= MANY {
            let needed = expected + (ratio.max(0.0) / self.curvature(expected)).sqrt();
            return ((needed - f64::from(cases)).max(0.0).floor() as u32).min(most);
        }
        if expected < FEW {
            return 0;
        }
        let Some(row) = self.row(expected).and_then(|row| row.get(cases as usize..)) else {
            return 0;
        };
        // Mostly the answer is "more than asked for": one look at the row.
        let ratio = ratio as f32;
        if most > 0 && row.get(most as usize - 1).is_some_and(|&bound| bound < ratio) {
            return most;
        }
        let short = row.iter().take(most as usize).take_while(|&&bound| bound < ratio);
        short.count() as u32
    }

    /// (1 + u) ln(1 + u) − u is at most u²/2 for u above 0, and at most u² below.
    fn curvature(&self, expected: f64) -> f64 {
        (0.5 / expected + 1.0 / (self.total - expected).max(f64::MIN_POSITIVE)) * (1.0 + 1e-9)
            / self.dispersion
    }
}

fn key(expected: f64) -> u32 {
    (expected as f32).to_bits() >> (23 - FINENESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_ratio_is_above_its_bound_and_no_case_fewer_would_do() {
        // Now as many cases as the bounds were made for, now more.
        for (bounded, total, dispersion) in [
            (900, 900, 1.0),
            (20_000, 20_000, 1.3),
            (0, 3, 1.0),
            (2, 4, 1.0),
            (20, 90, 1.1),
        ] {
            let reach = Reach::new(bounded, dispersion);
            for step in 0_i32..160 {
                let expected = 1e-5 * 1.1_f64.powi(step);
                if expected >= total as f64 {
                    continue;
                }
                let ratio = |cases: u32| log_likelihood_ratio(u64::from(cases), expected, total) / dispersion;
                let most = u32::try_from(total).unwrap();
                for cases in 0..60.min(most + 1) {
                    assert!(ratio(cases) <= reach.bound(cases, expected));
                    for wanted in [0.5, 6.0, 11.0] {
                        let missing = reach.missing(cases, expected, wanted, 1000.min(most + 1 - cases));
                        for added in 0..missing {
                            assert!(ratio(cases + added) <= wanted, "{cases}+{added} {expected}");
                        }
                    }
                }
            }
        }
    }
}
