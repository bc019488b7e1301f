//! Local indicators of spatial association: which units stand out together with their neighbours.

mod conditional;
mod getis_ord;
mod local_moran;

use thiserror::Error;

use crate::Neighbours;

pub(crate) use getis_ord::two_sided_normal;
pub use getis_ord::{GetisOrd, getis_ord};
pub use local_moran::{LocalMoran, Quadrant, local_moran};

/// Weights of the neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weights {
    /// 1 each: the sum of the neighbours.
    #[default]
    Binary,
    /// 1 / number each: their mean.
    Row,
}

/// Why values cannot be analysed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LisaError {
    /// Number of values and of units differ.
    #[error("{values} values for {units} units")]
    Length {
        /// Values given.
        values: usize,
        /// Units of the neighbours.
        units: usize,
    },
    /// A value is not a finite number of usual size.
    #[error("value {0} is not a finite number below 1e150")]
    Value(usize),
    /// Too few units: the variance of a sum needs three.
    #[error("{0} units are too few, at least 3 are needed")]
    TooFew(usize),
    /// More permutations than memory is kept for.
    #[error("{permutations} permutations of {neighbours} neighbours are more than memory is kept for")]
    TooLarge {
        /// Permutations asked for.
        permutations: u32,
        /// Largest number of neighbours.
        neighbours: usize,
    },
}

fn check(values: &[f64], neighbours: &Neighbours) -> Result<(), LisaError> {
    if values.len() != neighbours.units() {
        return Err(LisaError::Length {
            values: values.len(),
            units: neighbours.units(),
        });
    }
    if values.len() < 3 {
        return Err(LisaError::TooFew(values.len()));
    }
    // Squares must stay finite.
    match values.iter().position(|v| v.is_nan() || v.abs() >= 1e150) {
        Some(index) => Err(LisaError::Value(index)),
        None => Ok(()),
    }
}

/// Sum of squared differences from the mean, with 0 for what is only rounding.
pub(crate) fn squares(values: &[f64], mean: f64) -> f64 {
    let sum: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    let scale = values.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    let rounding = (scale * f64::EPSILON * 4.0).powi(2) * values.len() as f64;
    if sum <= rounding { 0.0 } else { sum }
}
