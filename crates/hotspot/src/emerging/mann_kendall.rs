//! The Mann–Kendall test for a trend.

use crate::lisa::two_sided_normal;

/// Whether a series rises or falls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannKendall {
    /// Pairs that rise less pairs that fall.
    pub s: i64,
    /// Variance of `s` without a trend, corrected for ties.
    pub var_s: f64,
    /// Kendall's tau-b, −1 to 1; 0 when all values are alike.
    pub tau: f64,
    /// Standard score of `s` with continuity correction.
    pub z: f64,
    /// Two-sided p under the normal distribution.
    pub p: f64,
}

/// Mann–Kendall test, corrected for ties.
///
/// # Papers
/// Mann 1945, Nonparametric tests against trend, Econometrica 13, <https://doi.org/10.2307/1907187>; Kendall 1975, Rank
/// Correlation Methods, Griffin.
///
/// # Parameters
/// * `series`: values in order of time; those that are not numbers are left out.
///
/// # Algorithm
/// 1. S is the sum of the signs of all differences, later less earlier.
/// 2. Var S = (n(n−1)(2n+5) − Σ t(t−1)(2t+5)) / 18 over groups of t equal values.
/// 3. z = (S ∓ 1) / √Var S, 0 when S is 0. tau = S / √((N − T) N) with N = n(n−1)/2, T = Σ t(t−1)/2.
///
/// # Where it misleads
/// Values that depend on their forerunners, as those of overlapping windows do, make p too small. A rise and a fall of
/// the same size is no trend.
///
/// # Checked against
/// R Kendall 2.2.1 (`ehsa_seed11`); pymannkendall (`tests/peers/same_values.py`).
pub fn mann_kendall(series: &[f64]) -> MannKendall {
    let values: Vec<f64> = series.iter().copied().filter(|v| !v.is_nan()).collect();
    // Adding zero makes −0 and 0 one value.
    let mut sorted: Vec<f64> = values.iter().map(|v| v + 0.0).collect();
    sorted.sort_by(f64::total_cmp);
    let s = rises_less_falls(&values, &sorted);
    let n = sorted.len() as f64;
    let (mut tie_variance, mut tie_pairs) = (0.0, 0.0);
    for group in sorted.chunk_by(|a, b| a.total_cmp(b).is_eq()) {
        let t = group.len() as f64;
        tie_variance += t * (t - 1.0) * (2.0 * t + 5.0);
        tie_pairs += t * (t - 1.0) / 2.0;
    }
    let var_s = ((n * (n - 1.0) * (2.0 * n + 5.0) - tie_variance) / 18.0).max(0.0);
    let pairs = n * (n - 1.0) / 2.0;
    let scale = ((pairs - tie_pairs) * pairs).max(0.0).sqrt();
    let z = if var_s > 0.0 && s != 0 {
        (s - s.signum()) as f64 / var_s.sqrt()
    } else {
        0.0
    };
    let tau = if scale > 0.0 { s as f64 / scale } else { 0.0 };
    MannKendall {
        s,
        var_s,
        tau,
        z,
        p: two_sided_normal(z).min(1.0),
    }
}

/// Pairs of a series that rise less those that fall, counted with a binary indexed tree of the values before (Fenwick 1994,
/// <https://doi.org/10.1002/spe.4380240306>), so that a long series does not take the square of its length.
fn rises_less_falls(values: &[f64], sorted: &[f64]) -> i64 {
    let mut before = vec![0_i64; sorted.len() + 1];
    let up_to = |before: &[i64], rank: usize| {
        let (mut rank, mut sum) = (rank, 0);
        while rank > 0 {
            sum += before[rank];
            rank &= rank - 1;
        }
        sum
    };
    let mut s = 0;
    for (seen, &value) in (0_i64..).zip(values) {
        let smaller = sorted.partition_point(|&other| other < value);
        let not_larger = sorted.partition_point(|&other| other <= value);
        s += up_to(&before, smaller) - (seen - up_to(&before, not_larger));
        let mut rank = smaller + 1;
        while rank < before.len() {
            before[rank] += 1;
            rank += rank & rank.wrapping_neg();
        }
    }
    s
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_of_four_by_hand() {
        // 1 2 2 3: five rising pairs, one tie; 4·3·13/18 − 2·1·9/18 = 23/3.
        let found = mann_kendall(&[1.0, 2.0, f64::NAN, 2.0, 3.0]);
        assert_eq!(found.s, 5);
        assert!((found.var_s - 23.0 / 3.0).abs() < 1e-12);
        assert!((found.tau - 5.0 / 30.0_f64.sqrt()).abs() < 1e-12);
        assert!((found.z - 4.0 / (23.0_f64 / 3.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn rises_and_falls_are_those_of_all_pairs() {
        let mut generator = crate::random::Generator::new(1, 0);
        for length in 0..60 {
            let series: Vec<f64> = (0..length).map(|_| f64::from(generator.below(9)) - 4.0).collect();
            let pairs = (0..length).flat_map(|i| (i + 1..length).map(move |j| (i, j)));
            let s: i64 = pairs
                .map(|(i, j)| i64::from(series[j] > series[i]) - i64::from(series[j] < series[i]))
                .sum();
            assert_eq!(mann_kendall(&series).s, s, "{series:?}");
        }
    }

    #[test]
    fn equal_values_and_short_series_have_no_trend() {
        for series in [&[][..], &[1.0], &[2.0, 2.0, 2.0]] {
            let found = mann_kendall(series);
            assert_eq!((found.s, found.z, found.tau, found.p), (0, 0.0, 0.0, 1.0));
        }
    }
}
