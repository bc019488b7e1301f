//! Anselin's local Moran.

use rayon::prelude::*;

use super::{
    LisaError, Weights, check,
    conditional::{Draws, two_sided},
    getis_ord::two_sided_normal,
    squares,
};
use crate::Neighbours;

/// Which way a unit and its neighbours differ from the mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quadrant {
    /// High among high: a hot spot.
    HighHigh,
    /// Low among high.
    LowHigh,
    /// Low among low: a cold spot.
    LowLow,
    /// High among low: an outlier.
    HighLow,
}

/// What local Moran says of a unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LocalMoran {
    /// Local Moran's I: above 0 the unit is like its neighbours. `None` without neighbours or variance.
    pub i: Option<f64>,
    /// Expectation of I when the other values are permuted.
    pub expected: f64,
    /// Variance of I when the other values are permuted.
    pub variance: f64,
    /// (I − expectation) / √variance; `None` when the variance is 0.
    pub z: Option<f64>,
    /// Two-sided p of `z` under the normal distribution; 1 when there is none.
    pub p_normal: f64,
    /// Two-sided p by conditional permutation, twice the smaller tail; 1 without permutations or neighbours.
    pub p_sim: f64,
    /// Share of the permutations, with the data, whose I is at least the observed.
    pub p_greater: f64,
    /// Share of the permutations, with the data, whose I is at most the observed.
    pub p_less: f64,
    /// Unit and neighbours against the mean; a value equal to the mean counts as low.
    pub quadrant: Quadrant,
}

/// Local Moran's I: clusters of like values, and outliers among unlike ones.
///
/// # Papers
/// Anselin 1995, Local indicators of spatial association, Geographical Analysis 27(2),
/// <https://doi.org/10.1111/j.1538-4632.1995.tb00338.x>; moments: Sokal, Oden and Thomson 1998, Local spatial
/// autocorrelation in a biological model, Geographical Analysis 30(4),
/// <https://doi.org/10.1111/j.1538-4632.1998.tb00406.x>.
///
/// # Parameters
/// * `values`: one of each unit.
/// * `neighbours`: of each unit, without itself.
/// * `weights`: sum or mean of the neighbours.
/// * `permutations`, `seed`: of the conditional permutation; 0 for none.
///
/// # Returns
/// One answer for each unit, in the order given.
///
/// # Algorithm
/// 1. z = x − x̄. I = (n − 1) zᵢ Σ w z / Σ z².
/// 2. Expectation and variance of I with the unit's own value fixed, by Sokal, Oden and Thomson.
/// 3. Conditional permutation as in [`getis_ord`](super::getis_ord): I rises with the neighbours' sum when zᵢ > 0
///    and falls with it when zᵢ < 0.
///
/// # Where it misleads
/// As [`getis_ord`](super::getis_ord). R's spdep has n in place of n − 1. A quadrant without a significant p means
/// nothing.
///
/// # Checked against
/// `PySAL` esda 2.9.0 (`lisa_stl_HR7984`, `lisa_esda_doc6`).
///
/// # Errors
/// When numbers of values and units differ, a value is not finite, or there are fewer than three.
pub fn local_moran(
    values: &[f64],
    neighbours: &Neighbours,
    weights: Weights,
    permutations: u32,
    seed: u64,
) -> Result<Vec<LocalMoran>, LisaError> {
    check(values, neighbours)?;
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let all_squares = squares(values, mean);
    let centred: Vec<f64> = values
        .iter()
        .map(|v| if all_squares > 0.0 { v - mean } else { 0.0 })
        .collect();
    let draws = Draws::new(&centred, neighbours, permutations, seed)?;
    let unit = |unit: usize| {
        let near = neighbours.of(unit);
        let sum: f64 = near.iter().map(|&j| centred[j as usize]).sum();
        let own = centred[unit];
        let weight = match weights {
            Weights::Binary => 1.0,
            Weights::Row => 1.0 / near.len().max(1) as f64,
        };
        let is_defined = !near.is_empty() && all_squares > 0.0;
        let i = is_defined.then(|| (n - 1.0) * own * weight * sum / all_squares);
        let (expected, variance) = moments(n, own, all_squares, weight, near.len() as f64);
        let z = i
            .filter(|_| variance > 0.0)
            .map(|i| (i - expected) / variance.sqrt());
        let counts = draws.counts(unit, near.len(), sum);
        let (p_greater, p_less) = if own > 0.0 {
            (counts.p_greater(), counts.p_less())
        } else if own < 0.0 {
            (counts.p_less(), counts.p_greater())
        } else {
            (1.0, 1.0)
        };
        let quadrant = match (own > 0.0, sum > 0.0) {
            (true, true) => Quadrant::HighHigh,
            (false, true) => Quadrant::LowHigh,
            (false, false) => Quadrant::LowLow,
            (true, false) => Quadrant::HighLow,
        };
        let p_normal = z.map_or(1.0, two_sided_normal);
        let p_sim = two_sided(p_greater, p_less);
        LocalMoran {
            i,
            expected,
            variance,
            z,
            p_normal,
            p_sim,
            p_greater,
            p_less,
            quadrant,
        }
    };
    Ok((0..values.len()).into_par_iter().map(unit).collect())
}

fn moments(n: f64, own: f64, squares: f64, weight: f64, number: f64) -> (f64, f64) {
    if squares <= 0.0 {
        return (0.0, 0.0);
    }
    let m2 = squares / n;
    let (sum, sum_of_squares) = (weight * number, weight * weight * number);
    let share = own * own / m2;
    let expected = -share * sum / (n - 1.0);
    let variance = share * n / (n - 2.0)
        * (sum_of_squares - sum * sum / (n - 1.0))
        * (1.0 - own * own / ((n - 1.0) * m2));
    (expected, variance.max(0.0))
}
