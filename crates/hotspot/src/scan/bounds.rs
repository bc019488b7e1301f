//! How many cases a cylinder needs to beat a ratio.

use super::likelihood::log_likelihood_ratio;

/// Steps of the table within a doubling of the expected cases, as a power of two.
const FINENESS: u32 = 3;

/// For ranges of expected cases, the fewest cases whose ratio is above a given one.
///
/// A range is known by the leading bits of a 32-bit float: exponent and three bits of the mantissa.
#[derive(Debug, Clone)]
pub(crate) struct Bounds {
    total: u64,
    fewest: u32,
    base: u32,
    needed: Vec<u32>,
    ratio: f64,
}

impl Bounds {
    /// Bounds for expected cases from `least` to `most`, of `total` in all; a cylinder has at least `fewest` cases.
    pub(crate) fn new(least: f64, most: f64, total: u64, fewest: u32) -> Self {
        // A little wider, for the rounding of 32-bit floats.
        let (first, last) = (key((least * 0.999) as f32), key((most * 1.001) as f32));
        let needed = vec![fewest; (last.saturating_sub(first) + 1) as usize];
        Self {
            total,
            fewest,
            base: first,
            needed,
            ratio: 0.0,
        }
    }

    /// The ratio to beat.
    pub(crate) fn ratio(&self) -> f64 {
        self.ratio
    }

    /// Sets the ratio to beat.
    pub(crate) fn set(&mut self, ratio: f64) {
        self.ratio = ratio;
        let total = self.total as u32;
        let mut cases = self.fewest.max(1);
        for (index, needed) in self.needed.iter_mut().enumerate() {
            let expected = f64::from(edge(self.base + index as u32));
            let beats = |c: u32| log_likelihood_ratio(u64::from(c), expected, self.total) > ratio;
            // Needed cases rise with the expected: gallop on from those of the range before, then halve.
            let mut low = cases;
            let mut step = 1;
            while low < total && !beats(low.saturating_add(step).min(total)) {
                low = low.saturating_add(step).min(total);
                step *= 2;
            }
            if !beats(low) {
                let mut high = low.saturating_add(step).min(total);
                while high - low > 1 {
                    let middle = low + (high - low) / 2;
                    if beats(middle) {
                        high = middle;
                    } else {
                        low = middle;
                    }
                }
                // When even all cases do not beat it, none do.
                low = if beats(high) { high } else { u32::MAX / 2 };
            }
            *needed = low;
            if low < total {
                cases = low;
            }
        }
    }

    /// Cases below this number do not beat the ratio with at least `expected` expected.
    pub(crate) fn needed(&self, expected: f32) -> u32 {
        let index = key(expected).saturating_sub(self.base) as usize;
        self.needed[index.min(self.needed.len() - 1)]
    }
}

fn key(expected: f32) -> u32 {
    expected.max(f32::MIN_POSITIVE).to_bits() >> (23 - FINENESS)
}

/// The smallest number of a range.
fn edge(key: u32) -> f32 {
    f32::from_bits(key << (23 - FINENESS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_cases_than_needed_never_beat_the_ratio() {
        let mut bounds = Bounds::new(0.001, 60.0, 500, 2);
        for ratio in [0.0, 0.5, 3.0, 9.0, 40.0, 5000.0] {
            bounds.set(ratio);
            for i in 0..200 {
                let expected = 0.001 * 60_000_f64.powf(f64::from(i) / 199.0);
                let needed = bounds.needed((expected * (1.0 - 1e-6)) as f32);
                for cases in 2..needed.min(501) {
                    assert!(log_likelihood_ratio(u64::from(cases), expected, 500) <= ratio);
                }
                // And not far too low: an eighth of a doubling.
                if needed > 2 && needed < 500 {
                    assert!(log_likelihood_ratio(u64::from(needed), expected / 1.13, 500) > ratio);
                }
            }
        }
    }
}
