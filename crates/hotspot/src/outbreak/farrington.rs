//! Farrington's rule.

use super::{
    InvalidRule, RareCases, Watch, as_numbers, checked_alpha,
    glm::{Robust, robust},
    quantile::{normal_quantile, student_p},
};

/// Checked parameters of [`farrington`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FarringtonParams {
    period: usize,
    years_back: usize,
    half_window: usize,
    alpha: f64,
    reweight: bool,
    trend: bool,
    power: PowerTransform,
    rare: RareCases,
}

/// Scale on which the bound is symmetric about the expected count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PowerTransform {
    /// Powers of 2/3, which take the skewness out of Poisson counts.
    #[default]
    TwoThirds,
    /// Square roots, which even out the variance.
    Half,
    /// The counts themselves.
    None,
}

impl FarringtonParams {
    /// `period`: steps of a year (52); `years_back` b; `half_window` w: steps about the same time of those years;
    /// `alpha`: level, of both sides together.
    ///
    /// # Errors
    /// When a number is 0 or the windows of two years overlap, or alpha is not in (0, 1).
    pub fn new(
        period: usize,
        years_back: usize,
        half_window: usize,
        alpha: f64,
    ) -> Result<Self, InvalidRule> {
        check_windows(period, years_back, half_window)?;
        let alpha = checked_alpha(alpha)?;
        Ok(Self {
            period,
            years_back,
            half_window,
            alpha,
            reweight: true,
            trend: true,
            power: PowerTransform::default(),
            rare: RareCases::default(),
        })
    }

    /// Without less weight for past outbreaks.
    #[must_use]
    pub fn without_reweighting(mut self) -> Self {
        self.reweight = false;
        self
    }

    /// Without a trend.
    #[must_use]
    pub fn without_trend(mut self) -> Self {
        self.trend = false;
        self
    }

    /// Scale of the bound.
    #[must_use]
    pub fn with_power(mut self, power: PowerTransform) -> Self {
        self.power = power;
        self
    }

    /// When there are too few cases to alarm.
    #[must_use]
    pub fn with_rare(mut self, rare: RareCases) -> Self {
        self.rare = rare;
        self
    }
}

pub(super) fn check_windows(period: usize, years_back: usize, half_window: usize) -> Result<(), InvalidRule> {
    if years_back == 0 || years_back > 100 || !(1..=100_000).contains(&period) {
        return Err(InvalidRule::Misfit(
            "years must be 1 to 100 and a year have 1 to 100000 steps",
        ));
    }
    if 2 * half_window.min(100_000) + 1 > period {
        return Err(InvalidRule::Misfit("the windows of two years overlap"));
    }
    Ok(())
}

/// Farrington's rule of 1996: the same weeks of past years give the bound, past outbreaks weighing less.
///
/// # Paper
/// Farrington, Andrews, Beale, Catchpole 1996, A statistical algorithm for the early detection of outbreaks of
/// infectious disease, Journal of the Royal Statistical Society A 159, <https://doi.org/10.2307/2983331>.
///
/// # Parameters
/// * `counts`: one a step, the oldest first.
/// * `params`: steps of a year, years back, half width of the windows, level.
///
/// # Returns
/// One answer for each step, `None` until there are enough years.
///
/// # Algorithm
/// 1. Base: the steps within `half_window` of the same time in each of the `years_back` years.
/// 2. Quasi-Poisson regression on a trend; large Anscombe residuals get weights 1/s²; again. The trend stays only if its
///    p is below 0.05, there are three years, and the prediction is not above the largest of the base.
/// 3. Upper bound on the scale of powers of 2/3:
///    (μ^⅔ + z(1 − alpha/2) √(4/9 μ^⅓ (φ + Var μ̂ / μ)))^{3/2}; on that of roots (√μ + z √(1/4 (φ + Var μ̂ / μ)))²;
///    plain μ + z √(μ (φ + Var μ̂ / μ)).
/// 4. With fewer than 5 cases in the last 4 steps there is no alarm, and the bound is 0.
///
/// # Where it misleads
/// Holidays that move, and a change of recording, are alarms. Many series at once give many false alarms. With few cases
/// the bound is poor; see [`farrington_flexible`](super::farrington_flexible).
///
/// # Checked against
/// R surveillance 1.20.3 (`outbreak_salmonella.agona`).
pub fn farrington(counts: &[u32], params: FarringtonParams) -> Vec<Option<Watch>> {
    let values = as_numbers(counts);
    (0..values.len()).map(|step| at(&values, step, params)).collect()
}

fn at(values: &[f64], step: usize, params: FarringtonParams) -> Option<Watch> {
    let mut base = Vec::new();
    for year in (1..=params.years_back).rev() {
        let centre = step.checked_sub(params.period * year)?;
        base.extend(centre.checked_sub(params.half_window)?..=centre + params.half_window);
    }
    let response: Vec<f64> = base.iter().map(|&i| values[i]).collect();
    let threshold = params.reweight.then_some(1.0);
    let clock = Clock::new(&base);
    let no_factors = vec![Vec::new(); base.len()];
    let trend = Trend {
        is_wanted: params.trend,
        p: 0.05,
        years: params.years_back,
        is_relative: false,
    };
    let (expected, variance, phi) = fit(
        &base,
        &response,
        &no_factors,
        (step, &[]),
        clock,
        threshold,
        trend,
    )
    .unwrap_or((0.0, 0.0, 1.0));
    let is_enough = params.rare.is_enough(values, step);
    let bound = power_bound(
        params.power,
        expected,
        phi + expected * variance,
        normal_quantile(1.0 - params.alpha / 2.0),
    );
    let alarm = is_enough && values[step] > bound;
    Some(Watch {
        upper_bound: if is_enough { bound } else { 0.0 },
        alarm,
        expected,
    })
}

/// Upper bound on a scale; `tau` is the variance of count and fit over the expected count.
pub(super) fn power_bound(power: PowerTransform, expected: f64, tau: f64, z: f64) -> f64 {
    let (exponent, variance) = match power {
        PowerTransform::TwoThirds => (2.0 / 3.0, 4.0 / 9.0 * expected.cbrt() * tau),
        PowerTransform::Half => (0.5, 0.25 * tau),
        PowerTransform::None => (1.0, expected * tau),
    };
    let bound = expected.powf(exponent) + z * variance.sqrt();
    bound.max(0.0).powf(1.0 / exponent)
}

/// Steps brought to −1 … 1, for a well-conditioned regression.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    middle: f64,
    half: f64,
}

impl Clock {
    pub(super) fn new(base: &[usize]) -> Self {
        let (first, last) = (
            base.iter().min().copied().unwrap_or(0),
            base.iter().max().copied().unwrap_or(0),
        );
        let half = ((last - first) as f64 / 2.0).max(0.5);
        Self {
            middle: f64::midpoint(first as f64, last as f64),
            half,
        }
    }

    fn at(self, step: usize) -> f64 {
        (step as f64 - self.middle) / self.half
    }
}

/// When a trend stays in the model.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trend {
    pub(super) is_wanted: bool,
    pub(super) p: f64,
    pub(super) years: usize,
    /// Whether errors are those of R surveillance's flexible form; see [`Robust`].
    pub(super) is_relative: bool,
}

/// Expected count at a step, variance of its logarithm with the dispersion, and the dispersion.
pub(super) fn fit(
    base: &[usize],
    response: &[f64],
    factors: &[Vec<f64>],
    now: (usize, &[f64]),
    clock: Clock,
    threshold: Option<f64>,
    trend: Trend,
) -> Option<(f64, f64, f64)> {
    let row = |step: usize, factors: &[f64], with_trend: bool| {
        let mut row = vec![1.0];
        row.extend(with_trend.then(|| clock.at(step)));
        row.extend_from_slice(factors);
        row
    };
    let model = |with_trend: bool| {
        let design: Vec<Vec<f64>> = base
            .iter()
            .zip(factors)
            .map(|(&step, f)| row(step, f, with_trend))
            .collect();
        robust(&design, response, threshold)
    };
    let predict = |model: &Robust, with_trend: bool| {
        let (expected, variance) = model.fit.predict(&row(now.0, now.1, with_trend));
        let dispersion = if trend.is_relative {
            model.relative_dispersion
        } else {
            model.phi
        };
        (expected, variance * dispersion, model.phi)
    };
    if trend.is_wanted
        && let Some(with) = model(true)
    {
        let prediction = predict(&with, true);
        let dispersion = if trend.is_relative {
            with.relative_dispersion
        } else {
            with.fit.dispersion
        };
        let error = (dispersion * with.fit.unscaled[1][1]).sqrt();
        let p = student_p(with.fit.coefficients[1] / error, with.fit.degrees);
        let largest = response.iter().copied().fold(0.0, f64::max);
        if trend.years >= 3 && p < trend.p && prediction.0 <= largest {
            return Some(prediction);
        }
    }
    model(false).map(|model| predict(&model, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_on_each_scale_is_the_formula_worked_by_hand() {
        // μ 64, τ 2.25, z 2: (16 + 2 √(4/9 · 4 · 2.25))^{3/2} = 20^{3/2}; (8 + 2 · 0.75)²; 64 + 2 · 12.
        let at = |power| power_bound(power, 64.0, 2.25, 2.0);
        assert!((at(PowerTransform::TwoThirds) - 20.0_f64.powf(1.5)).abs() < 1e-9);
        assert!((at(PowerTransform::Half) - 90.25).abs() < 1e-9);
        assert!((at(PowerTransform::None) - 88.0).abs() < 1e-9);
    }

    #[test]
    fn few_cases_are_no_alarm_unless_so_wished() {
        // Two steps a year, always 0, then 3: below five in four steps.
        let counts: Vec<u32> = (0..12).map(|i| if i == 11 { 3 } else { 0 }).collect();
        let params = FarringtonParams::new(2, 3, 0, 0.05).unwrap();
        let last = |params| farrington(&counts, params)[11].unwrap();
        assert!(!last(params).alarm);
        assert!(last(params.with_rare(RareCases::new(3, 1).unwrap())).alarm);
        assert!(RareCases::new(5, 0).is_err());
    }
}
