//! Quantiles of the distributions that the rules use.

use statrs::{
    distribution::{ContinuousCDF, Normal, StudentsT},
    function::{beta::checked_beta_reg, gamma::checked_gamma_ur},
};

/// Largest count whose probability is asked for.
const LARGEST: u64 = 1 << 50;

/// The standard normal quantile, polished by one step of Halley's method.
pub(crate) fn normal_quantile(probability: f64) -> f64 {
    let x = Normal::standard().inverse_cdf(probability);
    if !x.is_finite() {
        return x;
    }
    // In the tail where the probability is small, so that nothing cancels.
    let tail = |x: f64| libm::erfc(x / std::f64::consts::SQRT_2) / 2.0;
    let error = if probability < 0.5 {
        tail(-x) - probability
    } else {
        (1.0 - probability) - tail(x)
    };
    let density = (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let step = error / density;
    x - step / (1.0 + x * step / 2.0)
}

/// Two-sided p of Student's t; 1 without degrees of freedom.
pub(crate) fn student_p(t: f64, degrees: f64) -> f64 {
    StudentsT::new(0.0, 1.0, degrees).map_or(1.0, |student| (2.0 * student.sf(t.abs())).min(1.0))
}

/// Smallest count whose cumulative Poisson probability reaches `probability`.
pub(crate) fn poisson_quantile(mean: f64, probability: f64) -> u64 {
    smallest(probability, |count| {
        checked_gamma_ur(count as f64 + 1.0, mean).unwrap_or(1.0)
    })
}

/// The same of a negative binomial distribution with variance mean + mean² / size.
pub(crate) fn negative_binomial_quantile(mean: f64, size: f64, probability: f64) -> u64 {
    let success = size / (size + mean);
    smallest(probability, |count| {
        checked_beta_reg(size, count as f64 + 1.0, success).unwrap_or(1.0)
    })
}

fn smallest(probability: f64, cumulative: impl Fn(u64) -> f64) -> u64 {
    // R allows for rounding in the same way.
    let target = probability * (1.0 - 64.0 * f64::EPSILON);
    let mut high = 1;
    while high < LARGEST && cumulative(high) < target {
        high *= 2;
    }
    let mut low = 0;
    while low < high {
        let middle = u64::midpoint(low, high);
        if cumulative(middle) >= target {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_agree_with_published_tables() {
        // Abramowitz and Stegun, table 26.5.
        assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-13);
        assert!((normal_quantile(0.999) - 3.090_232_306_167_813).abs() < 1e-12);
        // Poisson with mean 2: P(X ≤ 4) = 0.947, P(X ≤ 5) = 0.983.
        assert_eq!(
            (poisson_quantile(2.0, 0.947), poisson_quantile(2.0, 0.948)),
            (4, 5)
        );
        // Size 1 is geometric: P(X ≤ k) = 1 − (2/3)^(k + 1) with mean 2.
        assert_eq!(
            (
                negative_binomial_quantile(2.0, 1.0, 0.555),
                negative_binomial_quantile(2.0, 1.0, 0.556)
            ),
            (1, 2)
        );
        // t with one degree is Cauchy: P(|t| > 1) = 1/2.
        assert!((student_p(1.0, 1.0) - 0.5).abs() < 1e-12);
    }
}
