//! Rules that watch one series of counts: is the present count higher than the past explains?

mod cusum;
mod ears;
mod farrington;
mod farrington_flexible;
mod glm;
mod quantile;
mod rare;

use thiserror::Error;

pub(crate) use quantile::normal_quantile;

pub use cusum::{CusumParams, Transformation, cusum};
pub use ears::{EarsParams, ears_c1, ears_c2, ears_c3};
pub use farrington::{FarringtonParams, PowerTransform, farrington};
pub use farrington_flexible::{FlexibleParams, ThresholdMethod, farrington_flexible};
pub use rare::RareCases;

/// What a rule says of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Watch {
    /// Counts above it are an alarm.
    pub upper_bound: f64,
    /// Whether there is one.
    pub alarm: bool,
    /// What was expected.
    pub expected: f64,
}

/// Why numbers are not parameters of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum InvalidRule {
    /// The level is not in (0, 1).
    #[error("alpha must lie between 0 and 1, not {0}")]
    Alpha(f64),
    /// A number that must be positive is not, or is not finite.
    #[error("{0} must be positive and finite")]
    NotPositive(&'static str),
    /// Two numbers do not fit each other.
    #[error("{0}")]
    Misfit(&'static str),
}

fn checked_alpha(alpha: f64) -> Result<f64, InvalidRule> {
    if alpha > 0.0 && alpha < 1.0 {
        Ok(alpha)
    } else {
        Err(InvalidRule::Alpha(alpha))
    }
}

fn as_numbers(counts: &[u32]) -> Vec<f64> {
    counts.iter().map(|&count| f64::from(count)).collect()
}
