//! The cumulative sum rule.

use super::{InvalidRule, Watch, as_numbers};

/// Checked parameters of [`cusum`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CusumParams {
    start: usize,
    reference: f64,
    decision: f64,
    mean: Option<f64>,
}

impl CusumParams {
    /// `start`: first step watched (from 0), those before it give the mean; `reference` k and `decision` h in standard
    /// deviations (1.04 and 2.26 are usual).
    ///
    /// # Errors
    /// When no step lies before the first, or k or h is not positive.
    pub fn new(start: usize, reference: f64, decision: f64) -> Result<Self, InvalidRule> {
        if start == 0 {
            return Err(InvalidRule::Misfit(
                "at least one step must lie before the first one watched",
            ));
        }
        for (name, value) in [("reference", reference), ("decision", decision)] {
            if !(value.is_finite() && value > 0.0) {
                return Err(InvalidRule::NotPositive(name));
            }
        }
        Ok(Self {
            start,
            reference,
            decision,
            mean: None,
        })
    }

    /// A known mean instead of that of the steps before.
    ///
    /// # Errors
    /// When it is not positive and finite.
    pub fn with_mean(mut self, mean: f64) -> Result<Self, InvalidRule> {
        if !(mean.is_finite() && mean > 0.0) {
            return Err(InvalidRule::NotPositive("mean"));
        }
        self.mean = Some(mean);
        Ok(self)
    }
}

/// CUSUM for Poisson counts: sums up small excesses until they are too large together.
///
/// # Papers
/// Page 1954, Continuous inspection schemes, Biometrika 41, <https://doi.org/10.1093/biomet/41.1-2.100>; standardised
/// as in Rossi, Lampugnani, Marchi 1999, An approximate CUSUM procedure for surveillance of health events, Statistics
/// in Medicine 18, and R surveillance's `algo.cusum` with `trans = "standard"`.
///
/// # Parameters
/// * `counts`: one a step, the oldest first.
/// * `params`: first step watched, k and h in standard deviations, or a known mean.
///
/// # Returns
/// One answer for each step, `None` before the first one watched.
///
/// # Algorithm
/// 1. x = (count − m) / √m with m the mean.
/// 2. S = max(0, S + x − k), from 0. An alarm is S ≥ h; the sum is not reset.
/// 3. Upper bound: the count, rounded up to a whole one, from which on the step alarms: √m (h + k − S before) + m, at
///    least 0.
///
/// # Where it misleads
/// Alarms go on long after the excess has ended, until the sum has run down. Season and trend are not looked at. A mean
/// of 0 is taken for one case in twice the time before.
///
/// # Checked against
/// R surveillance 1.20.3 (`outbreak_salmonella.agona`).
pub fn cusum(counts: &[u32], params: CusumParams) -> Vec<Option<Watch>> {
    let values = as_numbers(counts);
    let before = &values[..params.start.min(values.len())];
    let observed_mean = before.iter().sum::<f64>() / before.len().max(1) as f64;
    let unseen = 0.5 / before.len().max(1) as f64;
    let mean = params.mean.unwrap_or(if observed_mean > 0.0 {
        observed_mean
    } else {
        unseen
    });
    let deviation = mean.sqrt();
    let mut sum = 0.0_f64;
    let mut answers = vec![None; before.len()];
    for &value in &values[before.len()..] {
        let bound = (deviation * (params.decision + params.reference - sum) + mean)
            .ceil()
            .max(0.0);
        sum = (sum + (value - mean) / deviation - params.reference).max(0.0);
        answers.push(Some(Watch {
            upper_bound: bound,
            alarm: sum >= params.decision,
            expected: mean,
        }));
    }
    answers
}
