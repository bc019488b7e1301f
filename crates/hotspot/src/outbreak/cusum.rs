//! The cumulative sum rule.

use super::{InvalidRule, Watch, as_numbers};

/// Checked parameters of [`cusum`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CusumParams {
    start: usize,
    reference: f64,
    decision: f64,
    mean: Option<f64>,
    transformation: Transformation,
    reset: bool,
}

/// How counts are made into numbers that vary like a normal variable: R surveillance's `trans`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Transformation {
    /// (x − m) / √m.
    #[default]
    Standard,
    /// Rossi's mean of two: (x − 3m + 2√(xm)) / (2√m), better for small m.
    Rossi,
    /// Anscombe residuals of a Poisson variate: 3/2 (x^⅔ − m^⅔) / m^⅙.
    Anscombe,
    /// The same with the expectation of x^⅔ to second order: m^⅔ − m^−⅓ / 9.
    Anscombe2nd,
    /// Pearson residuals of a negative binomial variate, variance m + alpha m².
    PearsonNegBin {
        /// Dispersion, 0 or more.
        alpha: f64,
    },
    /// The counts as they are; k and h are then counts.
    None,
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
            transformation: Transformation::default(),
            reset: false,
        })
    }

    /// How counts are standardised.
    ///
    /// # Errors
    /// When the dispersion of a negative binomial variate is negative or not finite.
    pub fn with_transformation(mut self, transformation: Transformation) -> Result<Self, InvalidRule> {
        if let Transformation::PearsonNegBin { alpha } = transformation
            && !(alpha.is_finite() && alpha >= 0.0)
        {
            return Err(InvalidRule::Misfit("the dispersion alpha must be 0 or more"));
        }
        self.transformation = transformation;
        Ok(self)
    }

    /// Begins again from 0 after each alarm.
    #[must_use]
    pub fn with_reset(mut self) -> Self {
        self.reset = true;
        self
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
/// in Medicine 18, and R surveillance's `algo.cusum`.
///
/// # Parameters
/// * `counts`: one a step, the oldest first.
/// * `params`: first step watched, k and h in standard deviations, a known mean, transformation, reset.
///
/// # Returns
/// One answer for each step, `None` before the first one watched.
///
/// # Algorithm
/// 1. x is the count, [transformed](Transformation) with m, the mean.
/// 2. S = max(0, S + x − k), from 0. An alarm is S ≥ h; the sum goes on, or begins again from 0 with a reset.
/// 3. Upper bound: the count from which on the step alarms, the transformation turned back: √m (h + k − S before) + m as it
///    stands, rounded up to a whole one. At least 0, and 0 where it cannot be turned back. Two bounds are R's own: that of
///    `anscombe2nd` has m^⅓ where the transformation has m^−⅓, and that of `none` is what the sum lacks, h − S.
///
/// # Where it misleads
/// Without a reset alarms go on long after the excess has ended, until the sum has run down. Season and trend are not looked
/// at. A mean of 0 is taken for one case in twice the time before.
///
/// # Checked against
/// R surveillance 1.20.3 (`outbreak_salmonella.agona`) for the standard transformation; the others by hand from the formulas
/// of its `algo.cusum`. Its `anscombeNegBin`, a table of a hypergeometric function, is left out.
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
    let mut sum = 0.0_f64;
    let mut answers = vec![None; before.len()];
    for &value in &values[before.len()..] {
        let needed = params.decision + params.reference - sum;
        sum = (sum + params.transformation.of(value, mean) - params.reference).max(0.0);
        let bound = match params.transformation {
            Transformation::None => params.decision - sum,
            transformation => transformation.turned_back(needed, mean),
        };
        let alarm = sum >= params.decision;
        answers.push(Some(Watch {
            // The larger of a number and NaN is the number.
            upper_bound: bound.max(0.0),
            alarm,
            expected: mean,
        }));
        if alarm && params.reset {
            sum = 0.0;
        }
    }
    answers
}

impl Transformation {
    fn of(self, x: f64, m: f64) -> f64 {
        match self {
            Self::Standard => (x - m) / m.sqrt(),
            Self::Rossi => (x - 3.0 * m + 2.0 * (x * m).sqrt()) / (2.0 * m.sqrt()),
            Self::Anscombe => 1.5 * (two_thirds(x) - two_thirds(m)) / sixth(m),
            Self::Anscombe2nd => 1.5 * (two_thirds(x) - (two_thirds(m) - 1.0 / (9.0 * m.cbrt()))) / sixth(m),
            Self::PearsonNegBin { alpha } => (x - m) / (m + alpha * m * m).sqrt(),
            Self::None => x,
        }
    }

    /// The count that is transformed into a number.
    fn turned_back(self, number: f64, m: f64) -> f64 {
        match self {
            Self::Standard => (m.sqrt() * number + m).ceil(),
            // √x = √(4m + 2√m z) − √m solves the transformation for z.
            Self::Rossi => {
                let scaled = 2.0 * m.sqrt() * number;
                scaled + 5.0 * m - 2.0 * (m * (4.0 * m + scaled)).sqrt()
            }
            Self::Anscombe => (sixth(m) * number / 1.5 + two_thirds(m)).max(0.0).powf(1.5),
            Self::Anscombe2nd => (sixth(m) * number / 1.5 + two_thirds(m) - m.cbrt() / 9.0)
                .max(0.0)
                .powf(1.5),
            Self::PearsonNegBin { alpha } => (m + alpha * m * m).sqrt() * number + m,
            Self::None => number,
        }
    }
}

fn two_thirds(x: f64) -> f64 {
    x.cbrt().powi(2)
}

fn sixth(x: f64) -> f64 {
    x.cbrt().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four steps with mean 4, then 9, 9 and 4 cases, k 1 and h 2.
    fn watched(transformation: Transformation, reset: bool) -> Vec<Watch> {
        let params = CusumParams::new(4, 1.0, 2.0).unwrap();
        let params = params.with_transformation(transformation).unwrap();
        let params = if reset { params.with_reset() } else { params };
        cusum(&[3, 5, 4, 4, 9, 9, 4], params)
            .into_iter()
            .flatten()
            .collect()
    }

    fn assert_bounds(transformation: Transformation, expected: [f64; 3], alarms: [bool; 3]) {
        for (watch, (bound, alarm)) in watched(transformation, false)
            .iter()
            .zip(expected.into_iter().zip(alarms))
        {
            assert!(
                (watch.upper_bound - bound).abs() < 5e-4,
                "{transformation:?} {watch:?} {bound}"
            );
            assert_eq!(watch.alarm, alarm, "{transformation:?} {watch:?}");
        }
    }

    #[test]
    fn sums_and_bounds_are_those_worked_by_hand() {
        // z of 9 is (9 − 4) / 2 = 2.5: S 1.5, 3, 2; bounds 2 (3 − S before) + 4.
        assert_bounds(Transformation::Standard, [10.0, 7.0, 4.0], [false, true, true]);
        // z of 9 is (9 − 12 + 12) / 4 = 2.25: S 1.25, 2.5, 1.5; bounds 4 (3 − S) + 20 − 2 √(64 + 16 (3 − S)).
        let bound = |s: f64| 4.0 * (3.0 - s) + 20.0 - 2.0 * (64.0 + 16.0 * (3.0 - s)).sqrt();
        assert_bounds(
            Transformation::Rossi,
            [bound(0.0), bound(1.25), bound(2.5)],
            [false, true, false],
        );
        // 9^⅔ = 4.32675, 4^⅔ = 2.51984, 4^⅙ = 1.25992: z of 9 is 2.15122; S 1.15122, 2.30243, 1.30243.
        assert_bounds(
            Transformation::Anscombe,
            [11.3137, 8.2191, 5.4733],
            [false, true, false],
        );
        // With alpha 1 the deviation is √20 = 4.47214: z of 9 is 1.11803; S 0.11803, 0.23607, 0.
        let alpha = Transformation::PearsonNegBin { alpha: 1.0 };
        assert_bounds(alpha, [17.4164, 16.8886, 16.3607], [false; 3]);
        // Counts as they are: S 8, 16, 19; the bound is what the sum lacks.
        assert_bounds(Transformation::None, [0.0; 3], [true; 3]);
    }

    #[test]
    fn a_reset_begins_again_after_an_alarm() {
        let bounds = |reset| -> Vec<f64> {
            watched(Transformation::Standard, reset)
                .iter()
                .map(|w| w.upper_bound)
                .collect()
        };
        assert_eq!(bounds(false), [10.0, 7.0, 4.0]);
        assert_eq!(bounds(true), [10.0, 7.0, 10.0]);
    }

    #[test]
    fn a_bound_that_cannot_be_turned_back_is_0() {
        // Many cases: the sum is so high that no count would bring it below h, the root of Rossi's bound negative.
        let params = CusumParams::new(1, 1.0, 2.0).unwrap();
        for transformation in [
            Transformation::Rossi,
            Transformation::Anscombe,
            Transformation::Anscombe2nd,
        ] {
            let params = params.with_transformation(transformation).unwrap();
            let watched = cusum(&[1, 900, 1], params);
            assert_eq!(
                watched[2].map(|w| (w.upper_bound, w.alarm)),
                Some((0.0, true)),
                "{transformation:?}"
            );
        }
    }
}
