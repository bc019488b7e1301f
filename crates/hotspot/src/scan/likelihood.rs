//! Log-likelihood ratios of the scan statistics.

/// Log-likelihood ratio of `observed` cases where `expected` were, of `total` in all (Poisson and permutation models).
///
/// c ln(c/μ) + (C − c) ln((C − c)/(C − μ)) when c > μ, else 0. It falls as μ grows towards c.
pub fn log_likelihood_ratio(observed: u64, expected: f64, total: u64) -> f64 {
    let (c, all) = (observed as f64, total as f64);
    if c <= expected || expected <= 0.0 || observed > total {
        return 0.0;
    }
    let outside = all - c;
    let inside_term = c * (c / expected).ln();
    if observed == total {
        return inside_term;
    }
    (inside_term + outside * (outside / (all - expected)).ln()).max(0.0)
}

/// Log-likelihood ratio of `cases` among `population` persons in a window, of `total_cases` among `total_population`
/// (Bernoulli model), when the rate inside is above the rate outside, else 0.
pub fn bernoulli_log_likelihood_ratio(
    cases: u64,
    population: u64,
    total_cases: u64,
    total_population: u64,
) -> f64 {
    let outside_cases = total_cases.saturating_sub(cases);
    let outside_population = total_population.saturating_sub(population);
    // c/n > (C − c)/(N − n), without division.
    if u128::from(cases) * u128::from(outside_population)
        <= u128::from(outside_cases) * u128::from(population)
    {
        return 0.0;
    }
    let ratio = deviance(cases, population) + deviance(outside_cases, outside_population)
        - deviance(total_cases, total_population);
    ratio.max(0.0)
}

/// c ln(c/n) + (n − c) ln((n − c)/n), with 0 ln 0 = 0.
fn deviance(cases: u64, population: u64) -> f64 {
    let term = |part: u64| {
        if part == 0 {
            0.0
        } else {
            part as f64 * (part as f64 / population as f64).ln()
        }
    };
    term(cases) + term(population.saturating_sub(cases))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_the_formula_worked_by_hand() {
        // c = 2, mu = 1, C = 4: 2 ln 2 + 2 ln(2/3).
        let expected = 2.0 * 2_f64.ln() + 2.0 * (2.0_f64 / 3.0).ln();
        assert!((log_likelihood_ratio(2, 1.0, 4) - expected).abs() < 1e-15);
        // All cases inside: 4 ln(4/2), and no term of the outside.
        assert!((log_likelihood_ratio(4, 2.0, 4) - 4.0 * 2_f64.ln()).abs() < 1e-15);
    }

    #[test]
    fn no_excess_gives_nothing() {
        assert!(log_likelihood_ratio(2, 2.0, 4).abs() < f64::EPSILON);
        assert!(log_likelihood_ratio(0, 0.0, 4).abs() < f64::EPSILON);
        assert!(bernoulli_log_likelihood_ratio(0, 3, 5, 10).abs() < f64::EPSILON);
    }

    #[test]
    fn the_bernoulli_ratio_is_the_formula_worked_by_hand() {
        // 2 of 2 inside, 0 of 2 outside, 2 of 4 in all: 0 + 0 - 4 ln(1/2).
        assert!((bernoulli_log_likelihood_ratio(2, 2, 2, 4) - 4.0 * 2_f64.ln()).abs() < 1e-15);
    }
}
