//! When there are too few cases to alarm.

use super::InvalidRule;

/// Fewer than `cases` in the last `steps` steps, the present one included, are no alarm: 5 in 4 in Farrington's paper and
/// R surveillance's `limit54`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RareCases {
    cases: u32,
    steps: usize,
}

impl Default for RareCases {
    fn default() -> Self {
        Self { cases: 5, steps: 4 }
    }
}

impl RareCases {
    /// With 0 cases every step can alarm.
    ///
    /// # Errors
    /// When there is no step.
    pub fn new(cases: u32, steps: usize) -> Result<Self, InvalidRule> {
        if steps == 0 {
            return Err(InvalidRule::Misfit(
                "cases must be counted over at least one step",
            ));
        }
        Ok(Self { cases, steps })
    }

    pub(super) fn is_enough(self, values: &[f64], step: usize) -> bool {
        let recent: f64 = values[(step + 1).saturating_sub(self.steps)..=step].iter().sum();
        recent >= f64::from(self.cases)
    }
}
