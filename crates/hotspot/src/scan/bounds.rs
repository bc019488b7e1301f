//! How many cases a cylinder needs to beat a ratio.

use super::likelihood::log_likelihood_ratio;

/// Steps of the table within a doubling of the expected cases, as a power of two.
const FINENESS: u32 = 4;

/// For ranges of expected cases, the fewest cases whose ratio is above a given one.
///
/// A range is known by the leading bits of a 32-bit float: exponent and four bits of the mantissa.
#[derive(Debug, Clone)]
pub(crate) struct Bounds {
    total: u64,
    fewest: u32,
    base: u32,
    needed: Vec<u32>,
    ratio: f64,
    /// For each range of cases in a circle, the fewest cases of each window.
    rows: Vec<u16>,
    shares: Vec<f32>,
}

impl Bounds {
    /// Bounds for circles of up to `most_circle` cases of `total`, and windows with these shares of all cases; a cylinder
    /// has at least `fewest` cases.
    pub(crate) fn new(shares: &[f32], most_circle: u32, total: u64, fewest: u32) -> Self {
        let smallest = shares.iter().copied().find(|&s| s > 0.0).unwrap_or(1.0);
        let largest = shares.last().copied().unwrap_or(1.0);
        // A little wider, for the rounding of 32-bit floats.
        let first = key(smallest * 0.999);
        let last = key((most_circle.max(1) as f32 * largest).max(smallest) * 1.001);
        let ranges = (key(most_circle.max(1) as f32) - key(1.0) + 1) as usize;
        Self {
            total,
            fewest,
            base: first,
            needed: vec![fewest; (last.saturating_sub(first) + 1) as usize],
            ratio: 0.0,
            rows: vec![0; ranges * shares.len()],
            shares: shares.to_vec(),
        }
    }

    /// For each window, the number of cases below which a circle with `circle` cases over all time cannot beat the ratio.
    pub(crate) fn of_circle(&self, circle: u32) -> &[u16] {
        let range = (key(circle as f32) - key(1.0)) as usize;
        let windows = self.shares.len();
        &self.rows[range * windows..(range + 1) * windows]
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
        if cases > total {
            // No cylinder can hold as many.
            self.rows.fill(u16::MAX);
            return;
        }
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
        let windows = self.shares.len();
        for range in 0..self.rows.len() / windows {
            let circle = edge(key(1.0) + range as u32);
            for window in 0..windows {
                let needed = self.needed(circle * self.shares[window]);
                self.rows[range * windows + window] = needed.min(u32::from(u16::MAX)) as u16;
            }
        }
    }

    /// Cases below this number do not beat the ratio with at least `expected` expected.
    fn needed(&self, expected: f32) -> u32 {
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
        let shares: Vec<f32> = (0..20).map(|i| 0.0001 * 1.4_f32.powi(i)).collect();
        let mut bounds = Bounds::new(&shares, 400, 500, 2);
        for ratio in [0.0, 0.5, 3.0, 9.0, 40.0, 5000.0] {
            bounds.set(ratio);
            for circle in 1..=400 {
                for (&share, &needed) in shares.iter().zip(bounds.of_circle(circle)) {
                    let expected = f64::from(circle) * f64::from(share);
                    for cases in 2..u64::from(needed).min(501) {
                        assert!(log_likelihood_ratio(cases, expected, 500) <= ratio);
                    }
                    // And not far too low: two sixteenths of a doubling.
                    if needed > 2 && needed < 500 && expected < 400.0 {
                        assert!(log_likelihood_ratio(u64::from(needed), expected / 1.14, 500) > ratio);
                    }
                }
            }
        }
    }
}
