//! The rules of the Early Aberration Reporting System.

use super::{InvalidRule, Watch, as_numbers, checked_alpha, quantile::normal_quantile};

/// Checked parameters of the EARS rules.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EarsParams {
    baseline: usize,
    alpha: f64,
    least_deviation: f64,
}

impl EarsParams {
    /// `baseline`: number of past steps looked at (7 is usual); `alpha`: level (0.001 for C1 and C2, 0.025 for C3).
    ///
    /// # Errors
    /// When the baseline is shorter than two steps or alpha not in (0, 1).
    pub fn new(baseline: usize, alpha: f64) -> Result<Self, InvalidRule> {
        if baseline < 2 {
            return Err(InvalidRule::Misfit("the baseline must have at least two steps"));
        }
        Ok(Self {
            baseline,
            alpha: checked_alpha(alpha)?,
            least_deviation: 0.0,
        })
    }

    /// C1 and C2: a standard deviation below it counts as this much (R surveillance's `minSigma`; 0.5 or 1 for rare
    /// events, so that one case after zeros is no alarm).
    ///
    /// # Errors
    /// When it is negative or not finite.
    pub fn with_least_deviation(mut self, deviation: f64) -> Result<Self, InvalidRule> {
        if !(deviation.is_finite() && deviation >= 0.0) {
            return Err(InvalidRule::Misfit(
                "the least standard deviation must be 0 or more and finite",
            ));
        }
        self.least_deviation = deviation;
        Ok(self)
    }
}

/// EARS C1: the steps right before are the baseline.
///
/// # Papers
/// Hutwagner, Thompson, Seeman, Treadwell 2003, The bioterrorism preparedness and response Early Aberration Reporting
/// System, Journal of Urban Health 80, <https://doi.org/10.1007/PL00022319>; as in Salmon, Schumacher, Höhle 2016,
/// Monitoring count time series in R, Journal of Statistical Software 70, <https://doi.org/10.18637/jss.v070.i10>.
///
/// # Parameters
/// * `counts`: one a step, the oldest first.
/// * `params`: length of the baseline in steps, level.
///
/// # Returns
/// One answer for each step, `None` until the baseline is long enough.
///
/// # Algorithm
/// 1. Mean and standard deviation (n − 1) of the `baseline` counts before the step.
/// 2. Upper bound = mean + z(1 − alpha) × standard deviation; a count above it is an alarm.
///
/// # Where it misleads
/// Seven counts give a rough deviation: with zeros only, one case is an alarm. Weekdays are not looked at. A slow rise
/// lifts its own baseline. Counts are not normal, so alpha is not the rate of false alarms.
///
/// # Checked against
/// R surveillance 1.20.3 (`outbreak_salmonella.agona`).
pub fn ears_c1(counts: &[u32], params: EarsParams) -> Vec<Option<Watch>> {
    shifted(counts, params, 0)
}

/// EARS C2: as [`ears_c1`], with a gap of two steps before the baseline ends, so that a rise does not lift it at once.
pub fn ears_c2(counts: &[u32], params: EarsParams) -> Vec<Option<Watch>> {
    shifted(counts, params, 2)
}

fn shifted(counts: &[u32], params: EarsParams, gap: usize) -> Vec<Option<Watch>> {
    let values = as_numbers(counts);
    let z = normal_quantile(1.0 - params.alpha);
    let watch = |step: usize| {
        let (mean, deviation) = baseline(&values, step, params.baseline, gap)?;
        let deviation = deviation.max(params.least_deviation);
        Some(watch(values[step], mean + z * deviation, mean))
    };
    (0..values.len()).map(watch).collect()
}

/// EARS C3: the excess of the two steps before lowers the bound of the step.
///
/// Papers, parameters, returns and caveats as of [`ears_c1`]; alpha is usually 0.025.
///
/// # Algorithm
/// 1. C2 of a step is (count − mean) / deviation over the baseline that ends two steps before it.
/// 2. Upper bound = count + deviation × (z(1 − alpha) − Σ max(0, C2 − 1) over the two steps before), at least 0.
///
/// # Where it misleads
/// This is the bound of R surveillance. It moves with the count itself, so the alarm rests on the two steps before alone:
/// it comes a step late, and after a very large count even with a count of 1. Use it beside C1 and C2, not instead. A
/// baseline without variance has no C2: such a step adds nothing to the next ones.
pub fn ears_c3(counts: &[u32], params: EarsParams) -> Vec<Option<Watch>> {
    let values = as_numbers(counts);
    let z = normal_quantile(1.0 - params.alpha);
    let excess = |step: usize| -> Option<f64> {
        let (mean, deviation) = baseline(&values, step, params.baseline, 2)?;
        Some(if deviation > 0.0 {
            ((values[step] - mean) / deviation - 1.0).max(0.0)
        } else {
            0.0
        })
    };
    let of_step = |step: usize| {
        let (mean, deviation) = baseline(&values, step, params.baseline, 2)?;
        let before = excess(step.checked_sub(1)?)? + excess(step.checked_sub(2)?)?;
        Some(watch(
            values[step],
            (values[step] + deviation * (z - before)).max(0.0),
            mean,
        ))
    };
    (0..values.len()).map(of_step).collect()
}

fn watch(count: f64, upper_bound: f64, expected: f64) -> Watch {
    Watch {
        upper_bound,
        alarm: count > upper_bound,
        expected,
    }
}

/// Mean and standard deviation of the baseline that ends `gap` steps before the step before.
fn baseline(values: &[f64], step: usize, length: usize, gap: usize) -> Option<(f64, f64)> {
    let end = step.checked_sub(gap)?;
    let past = &values[end.checked_sub(length)?..end];
    let mean = past.iter().sum::<f64>() / length as f64;
    let variance = past.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (length as f64 - 1.0);
    Some((mean, variance.sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_is_the_formula_worked_by_hand() {
        // Mean 2, deviation 1 of 1, 2, 3; z of 0.5 is 0.
        let params = EarsParams::new(3, 0.5).unwrap();
        let found = ears_c1(&[1, 2, 3, 2, 9], params);
        assert_eq!(found[2], None);
        assert_eq!(
            found[3],
            Some(Watch {
                upper_bound: 2.0,
                alarm: false,
                expected: 2.0
            })
        );
        assert!(found[4].is_some_and(|w| w.alarm));
        // With a least deviation of 4 and z(0.977 25) = 2 the bound is 2 + 2 · 4.
        let rare = EarsParams::new(3, 0.022_750_131_948_179_2)
            .and_then(|params| params.with_least_deviation(4.0))
            .unwrap();
        let bound = ears_c1(&[1, 2, 3, 9], rare)[3].unwrap().upper_bound;
        assert!((bound - 10.0).abs() < 1e-9);
        assert!(params.with_least_deviation(f64::NAN).is_err());
        assert!(ears_c3(&[], params).is_empty());
        assert!(EarsParams::new(1, 0.5).is_err() && EarsParams::new(7, 0.0).is_err());
    }
}
