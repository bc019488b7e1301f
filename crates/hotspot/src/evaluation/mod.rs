//! Did a measure work, and did a forecast?

mod e_test;
mod poisson_ratio;
mod prediction;
mod wdd;
mod wdq;

use thiserror::Error;

pub use e_test::{ETest, poisson_e_test};
pub use poisson_ratio::{PoissonRatio, poisson_ratio};
pub use prediction::{Area, PredictionRow, prediction_table};
pub use wdd::{Wdd, WddInput, weighted_displacement_difference};
pub use wdq::{Wdq, weighted_displacement_quotient};

/// Counts of an area before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BeforeAfter {
    /// Before the measure.
    pub before: u32,
    /// After it began.
    pub after: u32,
}

/// Why numbers cannot be evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum EvaluationError {
    /// A weight, an exposure, an area or a forecast is not finite, or too small.
    #[error("{0} must be finite and positive")]
    NotPositive(&'static str),
    /// The level is not in (0, 1).
    #[error("alpha must lie between 0 and 1, not {0}")]
    Alpha(f64),
    /// A count is 0 where a quotient needs it.
    #[error("the quotient is not defined: {0} is zero")]
    ZeroCount(&'static str),
    /// The treated area did not fall relative to the control, so that there is nothing to displace.
    #[error("the treated area did not fall relative to the control: displacement has no meaning")]
    NoSuccess,
    /// There are no areas.
    #[error("no areas given")]
    Empty,
}

fn positive(value: f64, name: &'static str) -> Result<f64, EvaluationError> {
    if value.is_finite() && value > 0.0 {
        Ok(value)
    } else {
        Err(EvaluationError::NotPositive(name))
    }
}

fn checked_alpha(alpha: f64) -> Result<f64, EvaluationError> {
    if alpha > 0.0 && alpha < 1.0 {
        Ok(alpha)
    } else {
        Err(EvaluationError::Alpha(alpha))
    }
}
