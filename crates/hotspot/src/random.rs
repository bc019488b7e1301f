//! A small counter-based generator: each replicate has its own sequence, so the answer does not depend on threads.

/// xoshiro256++ (Blackman and Vigna 2021, <https://doi.org/10.1145/3460772>), seeded by `SplitMix64` from a seed
/// and a counter.
///
/// It is kept here, and not taken from a library, because a seed must give the same answer after an upgrade.
#[derive(Debug, Clone)]
pub(crate) struct Generator {
    state: [u64; 4],
}

impl Generator {
    /// The generator of one counter (a replicate, a cell) under a seed.
    pub(crate) fn new(seed: u64, counter: u64) -> Self {
        let mut z = split_mix(seed ^ split_mix(counter.wrapping_add(0x6a09_e667_f3bc_c909)));
        let mut state = [0; 4];
        for word in &mut state {
            z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
            *word = finalise(z);
        }
        Self { state }
    }

    /// The next 64 random bits.
    pub(crate) fn next(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A uniform integer in `0..bound`; 0 when the bound is 0 or 1.
    ///
    /// Lemire 2019, <https://doi.org/10.1145/3230636>, with rejection, so without bias.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        if bound <= 1 {
            return 0;
        }
        loop {
            let product = (self.next() >> 32) * u64::from(bound);
            let low = product as u32;
            if low >= bound || low >= bound.wrapping_neg() % bound {
                return (product >> 32) as u32;
            }
        }
    }

    /// Shuffles the slice (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            let j = self.below(i as u32 + 1) as usize;
            items.swap(i, j);
        }
    }

    /// A uniform number in `[0, 1)`.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn split_mix(value: u64) -> u64 {
    finalise(value.wrapping_add(0x9e37_79b9_7f4a_7c15))
}

fn finalise(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounded_draws_are_uniform_by_a_chi_squared_check() {
        let mut generator = Generator::new(1, 2);
        let mut bins = [0_u32; 10];
        for _ in 0..100_000 {
            bins[generator.below(10) as usize] += 1;
        }
        let chi: f64 = bins.iter().map(|&b| (f64::from(b) - 1e4).powi(2) / 1e4).sum();
        assert!(
            chi < 27.88,
            "chi squared with 9 degrees of freedom at 0.001: {chi}"
        );
    }

    #[test]
    fn counters_give_different_sequences_and_the_same_counter_the_same() {
        let first = Generator::new(7, 0).next();
        assert_ne!(first, Generator::new(7, 1).next());
        assert_ne!(first, Generator::new(8, 0).next());
        assert_eq!(first, Generator::new(7, 0).next());
    }
}
