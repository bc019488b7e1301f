//! Getis and Ord's local Gi and Gi*.

use rayon::prelude::*;

use super::{
    LisaError, Weights, check,
    conditional::{Draws, two_sided},
    squares,
};
use crate::Neighbours;

/// What Gi or Gi* says of a unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GetisOrd {
    /// Standard score: above 0 high values gather here, below 0 low ones. `None` when nothing can be said: no
    /// neighbours, all other values alike, or all of them neighbours.
    pub z: Option<f64>,
    /// Two-sided p of the standard score under the normal distribution; 1 when there is none.
    pub p_normal: f64,
    /// Two-sided p by conditional permutation, twice the smaller tail; 1 without permutations or neighbours.
    pub p_sim: f64,
    /// Share of the permutations, with the data, whose sum is at least the observed.
    pub p_greater: f64,
    /// Share of the permutations, with the data, whose sum is at most the observed.
    pub p_less: f64,
}

/// Local Gi (the unit's own value left out) or Gi* (`with_self`): where high or low values gather.
///
/// # Papers
/// Getis and Ord 1992, The analysis of spatial association by use of distance statistics, Geographical Analysis 24(3),
/// <https://doi.org/10.1111/j.1538-4632.1992.tb00261.x>; Ord and Getis 1995, Local spatial autocorrelation statistics,
/// Geographical Analysis 27(4), <https://doi.org/10.1111/j.1538-4632.1995.tb00912.x>.
///
/// # Parameters
/// * `values`: one of each unit, any unit of measure.
/// * `neighbours`: of each unit, without itself; Gi* adds the unit.
/// * `weights`: sum or mean of the neighbours (Gi*: the unit is one of them).
/// * `permutations`, `seed`: of the conditional permutation; 0 for none.
///
/// # Returns
/// One answer for each unit, in the order given.
///
/// # Algorithm
/// 1. Gi: x̄ and s² = Σx²/(n−1) − x̄² over the other n − 1 units, W = Σw;
///    z = (Σwx − W x̄) / (s √(W (n − 1 − W)/(n−2))).
/// 2. Gi*: the same over all n units, the unit included with a weight, and n for n − 1, n − 1 for n − 2.
/// 3. Conditional permutation: the unit stays, the others are put in random order, R times; p = (b + 1)/(R + 1) for each
///    tail, the smaller one doubled. The orders are shared by all units. An order holds several neighbourhoods; b adds
///    up the share of them that is as extreme, ties included, which has the expectation of one but a smaller error.
///
/// # Where it misleads
/// * Neighbourhoods overlap and units are many: read p-values with a [false discovery rate](crate::false_discovery).
/// * The normal p is poor with few neighbours or rare counts. Simulated p-values have a floor of 2/(R + 1).
/// * Counts follow people: divide by a population or the result is a map of where people are.
/// * With row weights the variance is that of a single neighbour, as in 1992's formula and in esda, not that of a mean
///   of several: z is nearer to 0 than with binary weights. Prefer binary weights, or the simulated p, which does not
///   depend on it.
/// * Other programs use a variance over n − 1, or a one-sided simulated p; esda's default leaves ties out in one tail.
///
/// # Checked against
/// `PySAL` esda 2.9.0 (`lisa_stl_HR7984`, `lisa_esda_doc6`).
///
/// # Errors
/// When numbers of values and units differ, a value is not finite, or there are fewer than three.
pub fn getis_ord(
    values: &[f64],
    neighbours: &Neighbours,
    with_self: bool,
    weights: Weights,
    permutations: u32,
    seed: u64,
) -> Result<Vec<GetisOrd>, LisaError> {
    check(values, neighbours)?;
    let draws = Draws::new(values, neighbours, permutations, seed)?;
    let moments = Moments::new(values);
    let unit = |unit: usize| {
        let near = neighbours.of(unit);
        let sum: f64 = near.iter().map(|&j| values[j as usize]).sum();
        let z = moments.z(unit, sum, near.len(), with_self, weights);
        let counts = draws.counts(unit, near.len(), sum);
        let (p_greater, p_less) = (counts.p_greater(), counts.p_less());
        let p_normal = z.map_or(1.0, two_sided_normal);
        GetisOrd {
            z,
            p_normal,
            p_sim: two_sided(p_greater, p_less),
            p_greater,
            p_less,
        }
    };
    Ok((0..values.len()).into_par_iter().map(unit).collect())
}

/// Two-sided p of a standard score.
pub(crate) fn two_sided_normal(z: f64) -> f64 {
    libm::erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// Mean and squares of all units, from which those without one unit follow.
#[derive(Debug)]
struct Moments<'a> {
    values: &'a [f64],
    mean: f64,
    squares: f64,
}

impl<'a> Moments<'a> {
    fn new(values: &'a [f64]) -> Self {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        Self {
            values,
            mean,
            squares: squares(values, mean),
        }
    }

    /// Number, mean and sum of squares of all units but one.
    fn without(&self, unit: usize) -> (f64, f64, f64) {
        let n = self.values.len() as f64 - 1.0;
        let own = self.values[unit] - self.mean;
        // n/(n + 1) of the square of the difference between the unit and the others is its share.
        let rest = self.squares - own * own * (n + 1.0) / n;
        if self.squares <= 0.0 || rest > 1e-3 * self.squares {
            return (n, self.mean - own / n, rest);
        }
        // One value outweighs all others: the difference would be rounding, so they are summed anew.
        let others: Vec<f64> = self
            .values
            .iter()
            .enumerate()
            .filter(|(i, _)| *i != unit)
            .map(|(_, v)| *v)
            .collect();
        let mean = others.iter().sum::<f64>() / n;
        (n, mean, squares(&others, mean))
    }

    fn z(&self, unit: usize, sum: f64, number: usize, with_self: bool, weights: Weights) -> Option<f64> {
        let (k, sum, (n, mean, squares)) = if with_self {
            let all = (self.values.len() as f64, self.mean, self.squares);
            (number as f64 + 1.0, sum + self.values[unit], all)
        } else {
            (number as f64, sum, self.without(unit))
        };
        // Nothing to sum, no variance, or everything summed.
        if k == 0.0 || squares <= 0.0 || n <= k {
            return None;
        }
        let weight = match weights {
            Weights::Binary => 1.0,
            Weights::Row => 1.0 / k,
        };
        let total_weight = weight * k;
        let variance = squares / n * total_weight * (n - total_weight) / (n - 1.0);
        Some(weight * (sum - k * mean) / variance.sqrt()).filter(|z| z.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_without_neighbours_or_variance_have_no_score_and_p_one() {
        let islands = Neighbours::from_pairs(3, &[(0, 1), (1, 0)]).unwrap();
        let found = getis_ord(&[1.0, 2.0, 4.0], &islands, false, Weights::Row, 99, 1).unwrap();
        assert_eq!((found[2].z, found[2].p_sim), (None, 1.0));
        let flat = getis_ord(&[0.1; 3], &islands, true, Weights::Binary, 99, 1).unwrap();
        assert!(flat.iter().all(|unit| unit.z.is_none() && unit.p_sim > 0.999));
        assert_eq!(
            getis_ord(&[1.0], &islands, true, Weights::Row, 9, 1),
            Err(LisaError::Length { values: 1, units: 3 })
        );
        assert_eq!(
            getis_ord(&[1.0, f64::NAN, 2.0], &islands, true, Weights::Row, 9, 1),
            Err(LisaError::Value(1))
        );
    }
}
