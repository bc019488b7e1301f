//! The weighted displacement difference.

use super::{BeforeAfter, EvaluationError, checked_alpha, positive};
use crate::{lisa::two_sided_normal, outbreak::normal_quantile};

/// Counts and weights of [`weighted_displacement_difference`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WddInput {
    control: BeforeAfter,
    treated: BeforeAfter,
    control_displacement: BeforeAfter,
    treated_displacement: BeforeAfter,
    time_weights: [f64; 2],
    area_weights: [f64; 4],
    alpha: f64,
}

impl WddInput {
    /// Counts of a control and a treated area; no displacement areas, equal weights, alpha 0.1.
    pub fn new(control: BeforeAfter, treated: BeforeAfter) -> Self {
        Self {
            control,
            treated,
            control_displacement: BeforeAfter::default(),
            treated_displacement: BeforeAfter::default(),
            time_weights: [1.0; 2],
            area_weights: [1.0; 4],
            alpha: 0.1,
        }
    }

    /// Counts of the areas that a displacement would show in.
    #[must_use]
    pub fn with_displacement(mut self, control: BeforeAfter, treated: BeforeAfter) -> Self {
        (self.control_displacement, self.treated_displacement) = (control, treated);
        self
    }

    /// Lengths of the times before and after, in the same unit.
    ///
    /// # Errors
    /// When one is not positive.
    pub fn with_time_weights(mut self, before: f64, after: f64) -> Result<Self, EvaluationError> {
        self.time_weights = [
            positive(before, "length before")?,
            positive(after, "length after")?,
        ];
        Ok(self)
    }

    /// Sizes of the areas, in the same unit: control, treated, control displacement, treated displacement.
    ///
    /// # Errors
    /// When one is not positive.
    pub fn with_area_weights(mut self, sizes: [f64; 4]) -> Result<Self, EvaluationError> {
        for size in sizes {
            positive(size, "size of an area")?;
        }
        self.area_weights = sizes;
        Ok(self)
    }

    /// 1 − level of the interval.
    ///
    /// # Errors
    /// When it is not in (0, 1).
    pub fn with_alpha(mut self, alpha: f64) -> Result<Self, EvaluationError> {
        self.alpha = checked_alpha(alpha)?;
        Ok(self)
    }
}

/// Change of the treated area beyond that of the control, in crimes (per unit of weight).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wdd {
    /// In the treated area.
    pub local: f64,
    /// Standard error of it.
    pub local_error: f64,
    /// In the displacement area.
    pub displacement: f64,
    /// Standard error of it.
    pub displacement_error: f64,
    /// Both together: below 0, crimes were averted.
    pub total: f64,
    /// Standard error of it.
    pub total_error: f64,
    /// `total` over its error; 0 when all counts are 0.
    pub z: f64,
    /// Two-sided p of `z`.
    pub p: f64,
    /// Interval of the level asked for.
    pub interval: [f64; 2],
}

/// Weighted displacement difference: how many crimes a measure averted, displacement and diffusion counted in.
///
/// # Paper
/// Wheeler and Ratcliffe 2018, A simple weighted displacement difference test to evaluate place based crime
/// interventions, Crime Science 7:11, <https://doi.org/10.1186/s40163-018-0085-5>.
///
/// # Parameters
/// See [`WddInput`]: counts of four areas before and after, lengths, sizes.
///
/// # Algorithm
/// 1. Each count is divided by its length and size, its variance (the count) by their squares.
/// 2. Local = (treated after − before) − (control after − before); displacement the same of its areas; total their sum.
/// 3. Standard errors are the roots of the summed variances; interval = total ± z(1 − alpha/2) × error.
///
/// # Where it misleads
/// Counts that vary more than Poisson make the error too small. The control must have moved as the treated area would
/// have. An area chosen because it was at its height falls by itself.
///
/// # Checked against
/// R ptools (`evaluation_published`).
pub fn weighted_displacement_difference(input: &WddInput) -> Wdd {
    let change = |counts: BeforeAfter, size: f64| -> (f64, f64) {
        let [before, after] = input.time_weights.map(|length| length * size);
        let (b, a) = (f64::from(counts.before), f64::from(counts.after));
        (a / after - b / before, a / after.powi(2) + b / before.powi(2))
    };
    let difference =
        |control: (f64, f64), treated: (f64, f64)| (treated.0 - control.0, treated.1 + control.1);
    let [control, treated, control_displacement, treated_displacement] = input.area_weights;
    let (local, local_variance) = difference(change(input.control, control), change(input.treated, treated));
    let (displacement, displacement_variance) = difference(
        change(input.control_displacement, control_displacement),
        change(input.treated_displacement, treated_displacement),
    );
    let total = local + displacement;
    let total_error = (local_variance + displacement_variance).sqrt();
    let z = if total_error > 0.0 {
        total / total_error
    } else {
        0.0
    };
    let half = normal_quantile(1.0 - input.alpha / 2.0) * total_error;
    Wdd {
        local,
        local_error: local_variance.sqrt(),
        displacement,
        displacement_error: displacement_variance.sqrt(),
        total,
        total_error,
        z,
        p: two_sided_normal(z),
        interval: [total - half, total + half],
    }
}

impl Wdd {
    /// The result in a sentence.
    pub fn in_words(&self) -> String {
        let [low, high] = self.interval;
        let verdict = if high < 0.0 {
            "fewer crimes than the control lets expect"
        } else if low > 0.0 {
            "more crimes than the control lets expect"
        } else {
            "no change that chance does not explain"
        };
        format!("{verdict}: {:.1} (from {low:.1} to {high:.1})", self.total)
    }
}
