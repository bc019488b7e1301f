//! The E-test of two Poisson means.

use super::{EvaluationError, positive};

/// Standard deviations on each side of the mean that are summed over.
const REACH: f64 = 12.0;

/// Difference of two rates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ETest {
    /// First rate less the second.
    pub difference: f64,
    /// Two-sided p of equal rates.
    pub p: f64,
}

/// E-test: are two Poisson counts from equal rates?
///
/// # Paper
/// Krishnamoorthy and Thomson 2004, A more powerful test for comparing two Poisson means, Journal of Statistical Planning
/// and Inference 119, <https://doi.org/10.1016/S0378-3758(02)00408-1>.
///
/// # Parameters
/// * `counts`: the two counts; `exposures`: time or population of each, any unit.
///
/// # Algorithm
/// 1. T = |k₁/n₁ − k₂/n₂| / √(k₁/n₁² + k₂/n₂²), 0 when both counts are 0.
/// 2. With one rate for both, (k₁ + k₂)/(n₁ + n₂), p is the probability of all pairs of counts with T at least the
///    observed, summed over twelve standard deviations about the means.
///
/// # Where it misleads
/// It takes counts for Poisson: clustered crimes give too small a p. Memory and time grow with the root of the counts.
///
/// # Checked against
/// R ptools (`evaluation_published`); `SciPy`'s `poisson_means_test` (`tests/peers/same_values.py`).
///
/// # Errors
/// When an exposure is not positive.
pub fn poisson_e_test(counts: [u32; 2], exposures: [f64; 2]) -> Result<ETest, EvaluationError> {
    let [n1, n2] = [
        positive(exposures[0], "first exposure")?,
        positive(exposures[1], "second exposure")?,
    ];
    let [k1, k2] = counts.map(f64::from);
    let statistic = |k1: f64, k2: f64| {
        let variance = k1 / (n1 * n1) + k2 / (n2 * n2);
        if variance > 0.0 {
            (k1 / n1 - k2 / n2).abs() / variance.sqrt()
        } else {
            0.0
        }
    };
    let observed = statistic(k1, k2) * (1.0 - 1e-12);
    let rate = (k1 + k2) / (n1 + n2);
    let first = probabilities(rate * n1);
    let second = probabilities(rate * n2);
    // Along the second count T falls to 0 where the rates are equal, and rises from there.
    let (upward, downward) = (sums(second.iter()), sums(second.iter().rev()));
    let tail = |&(x1, p1): &(f64, f64)| {
        let equal = second.partition_point(|&(x2, _)| x2 * n1 < x1 * n2);
        let below = second[..equal].partition_point(|&(x2, _)| statistic(x1, x2) >= observed);
        let above = second[equal..].partition_point(|&(x2, _)| statistic(x1, x2) < observed);
        p1 * (upward[below] + downward[second.len() - equal - above])
    };
    let p: f64 = first.iter().map(tail).sum();
    Ok(ETest {
        difference: k1 / n1 - k2 / n2,
        p: p.min(1.0),
    })
}

/// Sums of the first so many probabilities.
fn sums<'a>(probabilities: impl Iterator<Item = &'a (f64, f64)>) -> Vec<f64> {
    let mut sum = 0.0;
    let after = probabilities.map(|&(_, p)| {
        sum += p;
        sum
    });
    std::iter::once(0.0).chain(after).collect()
}

/// Counts about the mean with their Poisson probabilities.
fn probabilities(mean: f64) -> Vec<(f64, f64)> {
    if mean <= 0.0 {
        return vec![(0.0, 1.0)];
    }
    let half = REACH * mean.sqrt() + 40.0;
    let (low, high) = ((mean - half).max(0.0).floor() as u64, (mean + half).ceil() as u64);
    let log_mean = mean.ln();
    let log_p = |x: f64| x * log_mean - mean - libm::lgamma(x + 1.0);
    (low..=high).map(|x| (x as f64, log_p(x as f64).exp())).collect()
}
