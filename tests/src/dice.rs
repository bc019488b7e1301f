//! Chance that is the same every time, so that a failure can be repeated.

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// A random number for a seed (`SplitMix64`).
pub fn random(seed: u64) -> u64 {
    let mixed = seed.wrapping_add(STEP);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Throws one after the other.
#[derive(Debug)]
pub struct Dice(pub u64);

impl Dice {
    /// A number below `sides`.
    pub fn throw(&mut self, sides: u64) -> u64 {
        let thrown = random(self.0) % sides;
        self.0 = self.0.wrapping_add(STEP);
        thrown
    }

    /// One of some.
    pub fn of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[usize::try_from(self.throw(choices.len() as u64)).expect("a small number")]
    }
}
