//! The seeded dice behind everything invented here.

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Random draws that depend on the seed alone.
#[derive(Debug, Clone)]
pub(crate) struct Dice(Xoshiro256PlusPlus);

impl Dice {
    /// Dice for one subject: the same seed gives unrelated draws to different subjects.
    pub(crate) fn new(seed: u64, subject: &str) -> Self {
        let salted = subject
            .bytes()
            .fold(mix(seed), |hash, byte| mix(hash ^ u64::from(byte)));
        Self(Xoshiro256PlusPlus::seed_from_u64(salted))
    }

    /// Uniform in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        // 53 bits: every value is exact in an f64.
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A seed for other dice.
    pub(crate) fn seed(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Poisson with the given mean (Knuth; fit for means of some hundreds at most).
    pub(crate) fn poisson(&mut self, mean: f64) -> u32 {
        let mut left = -mean;
        let mut count = 0;
        loop {
            left -= (1.0 - self.unit()).ln();
            if left >= 0.0 {
                return count;
            }
            count += 1;
        }
    }

    /// A number below `count`; `count` must not be zero.
    pub(crate) fn index(&mut self, count: usize) -> usize {
        ((self.unit() * count as f64) as usize).min(count - 1)
    }

    /// A day of so many, from 0; `days` must not be zero.
    pub(crate) fn day(&mut self, days: i64) -> i64 {
        ((self.unit() * days as f64) as i64).min(days - 1)
    }

    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.index(items.len())]
    }

    /// Standard normal (Box and Muller).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Exponential with the given mean.
    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }

    /// Log-normal with the given median.
    pub(crate) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * (sigma * self.normal()).exp()
    }
}

/// `SplitMix64`'s finalizer: scatters the bits of a number.
pub(crate) fn mix(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// A table of weights from which indices are drawn in proportion.
#[derive(Debug, Clone)]
pub(crate) struct Weighted {
    cumulative: Vec<f64>,
}

impl Weighted {
    pub(crate) fn new(weights: impl IntoIterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        let cumulative = weights
            .into_iter()
            .map(|weight| {
                sum += weight;
                sum
            })
            .collect();
        Self { cumulative }
    }

    pub(crate) fn total(&self) -> f64 {
        self.cumulative.last().copied().unwrap_or(0.0)
    }

    pub(crate) fn draw(&self, dice: &mut Dice) -> usize {
        let at = dice.unit() * self.total();
        self.cumulative
            .partition_point(|&sum| sum <= at)
            .min(self.cumulative.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_numbers() {
        let draw = |seed| Dice::new(seed, "x").unit().to_bits();
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn weights_of_zero_are_never_drawn() {
        let table = Weighted::new([0.0, 1.0, 0.0, 3.0]);
        let mut dice = Dice::new(1, "weights");
        let mut counts = [0; 4];
        for _ in 0..4000 {
            counts[table.draw(&mut dice)] += 1;
        }
        assert_eq!((counts[0], counts[2]), (0, 0));
        assert!((900..1100).contains(&counts[1]), "{counts:?}");
    }
}
