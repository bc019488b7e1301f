//! What the replicates say about a ratio.

use std::f64::consts::PI;

use super::PValue;

/// Largest log-likelihood ratios of the replicates, ascending.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NullDistribution {
    sorted: Vec<f64>,
}

impl NullDistribution {
    pub(crate) fn new(mut ratios: Vec<f64>) -> Self {
        ratios.sort_by(f64::total_cmp);
        Self { sorted: ratios }
    }

    /// The ratios, ascending.
    pub fn ratios(&self) -> &[f64] {
        &self.sorted
    }

    /// The quantile of a probability in [0, 1], by linear interpolation between order statistics; 0 without replicates.
    pub fn quantile(&self, probability: f64) -> f64 {
        let Some(last) = self.sorted.len().checked_sub(1) else {
            return 0.0;
        };
        let place = probability.clamp(0.0, 1.0) * last as f64;
        let below = (place.floor() as usize).min(last);
        let above = (below + 1).min(last);
        self.sorted[below] + (place - below as f64) * (self.sorted[above] - self.sorted[below])
    }

    /// Share of the replicates, the data counted as one, whose ratio is at least `ratio`: (b + 1) / (R + 1).
    pub fn monte_carlo_p(&self, ratio: f64) -> f64 {
        let smaller = self.sorted.partition_point(|&r| r < ratio);
        let at_least = self.sorted.len() - smaller;
        (at_least + 1) as f64 / (self.sorted.len() + 1) as f64
    }

    /// Tail probability under a Gumbel distribution fitted by moments (Abrams, Kulldorff and Kleinman 2010,
    /// <https://doi.org/10.1186/1476-072X-9-61>).
    ///
    /// It is the Monte Carlo p when there are fewer than two replicates or they are all alike.
    pub fn gumbel_p(&self, ratio: f64) -> f64 {
        const EULER: f64 = 0.577_215_664_901_532_9;
        let n = self.sorted.len() as f64;
        let mean = self.sorted.iter().sum::<f64>() / n;
        let variance = self.sorted.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (n - 1.0);
        // Not greater also when there is no number at all.
        if variance.is_nan() || variance <= 0.0 {
            return self.monte_carlo_p(ratio);
        }
        let scale = (6.0 * variance).sqrt() / PI;
        let location = mean - EULER * scale;
        let exceed = -(-(-(ratio - location) / scale).exp()).exp_m1();
        exceed.clamp(f64::MIN_POSITIVE, 1.0)
    }

    pub(crate) fn p(&self, ratio: f64, how: PValue) -> f64 {
        match how {
            PValue::MonteCarlo => self.monte_carlo_p(ratio),
            PValue::Gumbel => self.gumbel_p(ratio),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_with_the_data_count_against_it() {
        let null = NullDistribution::new(vec![3.0, 1.0, 2.0]);
        assert!((null.monte_carlo_p(2.0) - 0.75).abs() < 1e-15);
        assert!((null.monte_carlo_p(3.5) - 0.25).abs() < 1e-15);
        assert!((null.quantile(0.5) - 2.0).abs() < 1e-15);
    }

    #[test]
    fn without_replicates_every_p_is_one() {
        let null = NullDistribution::new(vec![]);
        assert!((null.monte_carlo_p(9.0) - 1.0).abs() < 1e-15);
        assert!((null.gumbel_p(9.0) - 1.0).abs() < 1e-15);
        assert!(null.quantile(0.5).abs() < 1e-15);
    }
}
