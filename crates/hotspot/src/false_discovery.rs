//! False discovery rate: which of many p-values to heed.

/// How the rate is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FalseDiscovery {
    /// Benjamini and Hochberg: tests independent or positively dependent, as overlapping neighbourhoods are.
    #[default]
    BenjaminiHochberg,
    /// Benjamini and Yekutieli: any dependence, at a cost of power.
    BenjaminiYekutieli,
    /// Each p-value on its own: with many units, many are significant by chance.
    None,
}

/// The largest p-value that is significant at `rate`, or `None` when none is.
///
/// # Papers
/// Benjamini and Hochberg 1995, Controlling the false discovery rate, Journal of the Royal Statistical Society B 57,
/// <https://doi.org/10.1111/j.2517-6161.1995.tb02031.x>; Benjamini and Yekutieli 2001, The control of the false
/// discovery rate in multiple testing under dependency, Annals of Statistics 29,
/// <https://doi.org/10.1214/aos/1013699998>.
///
/// # Algorithm
/// 1. Sort the m p-values. 2. Take the largest k with p₍ₖ₎ ≤ k/m · rate, where the rate is divided by
///    1 + 1/2 + … + 1/m for Benjamini and Yekutieli. 3. All p-values up to p₍ₖ₎ are significant.
///
/// # Where it misleads
/// The rate is the expected share of false ones among those found, not the chance of any false one. Simulated p-values
/// have a floor of 1/(R + 1): with more units than replicates none may pass.
///
/// # Checked against
/// `PySAL` esda 2.9.0 (`lisa_stl_HR7984`, `lisa_esda_doc6`).
pub fn cutoff(p_values: &[f64], rate: f64, method: FalseDiscovery) -> Option<f64> {
    let mut sorted: Vec<f64> = p_values.iter().copied().filter(|p| !p.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    let m = sorted.len() as f64;
    let rate = match method {
        FalseDiscovery::BenjaminiHochberg => rate,
        FalseDiscovery::BenjaminiYekutieli => rate / (1..=sorted.len()).map(|k| 1.0 / k as f64).sum::<f64>(),
        FalseDiscovery::None => return sorted.into_iter().rfind(|&p| p <= rate),
    };
    let is_small = |&(k, &p): &(usize, &f64)| p <= (k + 1) as f64 / m * rate;
    sorted.iter().enumerate().rfind(is_small).map(|(_, &p)| p)
}

/// For each p-value whether it is significant at `rate`; see [`cutoff`].
pub fn significant(p_values: &[f64], rate: f64, method: FalseDiscovery) -> Vec<bool> {
    let limit = cutoff(p_values, rate, method);
    p_values
        .iter()
        .map(|&p| limit.is_some_and(|limit| p <= limit))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_benjamini_and_hochberg_1995_rejects_four() {
        // Table of section 3.2 of the paper: fifteen p-values, at 0.05 the first four are rejected.
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
            0.6528, 0.7590, 1.000,
        ];
        assert_eq!(cutoff(&p, 0.05, FalseDiscovery::BenjaminiHochberg), Some(0.0095));
        // Divided by 3.3182: 3/15 · 0.01507 = 0.0030 ≥ 0.0019, 4/15 · 0.01507 = 0.0040 < 0.0095.
        assert_eq!(cutoff(&p, 0.05, FalseDiscovery::BenjaminiYekutieli), Some(0.0019));
        assert_eq!(cutoff(&p, 0.05, FalseDiscovery::None), Some(0.0459));
        assert_eq!(cutoff(&[], 0.05, FalseDiscovery::None), None);
    }
}
