//! Farrington's rule in the flexible form.

use super::{
    InvalidRule, PowerTransform, RareCases, Watch, as_numbers, checked_alpha,
    farrington::{Clock, Trend, check_windows, fit, power_bound},
    quantile::{negative_binomial_quantile, normal_quantile, poisson_quantile},
};

/// Checked parameters of [`farrington_flexible`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FlexibleParams {
    period: usize,
    years_back: usize,
    half_window: usize,
    alpha: f64,
    periods: usize,
    weights_threshold: f64,
    past_not_included: usize,
    trend_p: f64,
    method: ThresholdMethod,
    power: PowerTransform,
    rare: RareCases,
}

/// How the bound follows from the fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThresholdMethod {
    /// Quantile 1 − alpha of the negative binomial distribution with the fitted mean and dispersion.
    #[default]
    NegativeBinomial,
    /// Farrington's powers of 2/3, with z(1 − alpha).
    Delta,
}

impl FlexibleParams {
    /// Noufaily's choice: ten seasons, residuals above 2.58 weigh less, the last half year is left out, a trend always
    /// stays in (p below 1), negative binomial bound.
    ///
    /// `period`: steps of a year (52); `years_back` b; `half_window` w; `alpha`: level of the upper side.
    ///
    /// # Errors
    /// When a number is 0 or the windows of two years overlap, or alpha is not in (0, 1).
    pub fn noufaily(
        period: usize,
        years_back: usize,
        half_window: usize,
        alpha: f64,
    ) -> Result<Self, InvalidRule> {
        check_windows(period, years_back, half_window)?;
        let between = period - 2 * half_window - 1;
        Ok(Self {
            period,
            years_back,
            half_window,
            alpha: checked_alpha(alpha)?,
            periods: between.min(9) + 1,
            weights_threshold: 2.58,
            past_not_included: period / 2,
            trend_p: 1.0,
            method: ThresholdMethod::NegativeBinomial,
            power: PowerTransform::default(),
            rare: RareCases::default(),
        })
    }

    /// Farrington's choice: one season, residuals above 1 weigh less, the last three steps are left out, a trend stays
    /// when its p is below 0.05, bound on powers of 2/3.
    ///
    /// # Errors
    /// As [`FlexibleParams::noufaily`].
    pub fn classic(
        period: usize,
        years_back: usize,
        half_window: usize,
        alpha: f64,
    ) -> Result<Self, InvalidRule> {
        let params = Self::noufaily(period, years_back, half_window, alpha)?;
        Ok(Self {
            periods: 1,
            weights_threshold: 1.0,
            past_not_included: 3,
            trend_p: 0.05,
            method: ThresholdMethod::Delta,
            ..params
        })
    }

    /// Number of seasons of the year; 1 looks only at the same weeks of past years.
    ///
    /// # Errors
    /// When there are none, or more than steps between two windows and one.
    pub fn with_periods(mut self, periods: usize) -> Result<Self, InvalidRule> {
        if periods == 0 || periods > self.period - 2 * self.half_window {
            return Err(InvalidRule::Misfit(
                "seasons must be one to the number of steps between two windows",
            ));
        }
        self.periods = periods;
        Ok(self)
    }

    /// Residuals above it weigh less.
    ///
    /// # Errors
    /// When it is not positive and finite.
    pub fn with_weights_threshold(mut self, threshold: f64) -> Result<Self, InvalidRule> {
        if !(threshold.is_finite() && threshold > 0.0) {
            return Err(InvalidRule::NotPositive("threshold of the weights"));
        }
        self.weights_threshold = threshold;
        Ok(self)
    }

    /// How many of the last steps are left out of the base.
    #[must_use]
    pub fn with_past_not_included(mut self, steps: usize) -> Self {
        self.past_not_included = steps;
        self
    }

    /// A trend stays when its p is below this; 0 never, above 1 whenever it does not extrapolate beyond the base.
    ///
    /// # Errors
    /// When it is negative or not a number.
    pub fn with_trend_p(mut self, p: f64) -> Result<Self, InvalidRule> {
        if p.is_nan() || p < 0.0 {
            return Err(InvalidRule::Alpha(p));
        }
        self.trend_p = p;
        Ok(self)
    }

    /// Scale of the bound of [`ThresholdMethod::Delta`].
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

    /// How the bound follows from the fit.
    #[must_use]
    pub fn with_method(mut self, method: ThresholdMethod) -> Self {
        self.method = method;
        self
    }
}

/// Farrington's rule, flexible: the whole of past years in seasons, fewer false alarms than in 1996.
///
/// # Paper
/// Noufaily, Enki, Farrington, Garthwaite, Andrews, Charlett 2013, An improved algorithm for outbreak detection in
/// multiple surveillance systems, Statistics in Medicine 32, <https://doi.org/10.1002/sim.5595>; blocks as in Salmon,
/// Schumacher, Höhle 2016, <https://doi.org/10.18637/jss.v070.i10>.
///
/// # Parameters
/// * `counts`: one a step, the oldest first.
/// * `params`: see [`FlexibleParams`].
///
/// # Returns
/// One answer for each step, `None` until there are enough years.
///
/// # Algorithm
/// 1. Windows of ± `half_window` about the same time of each year back are one season; the steps between them are shared
///    evenly among the others. The last `past_not_included` steps and the present are left out.
/// 2. Quasi-Poisson regression on trend and seasons, with weights and conditions as in
///    [`farrington`](super::farrington).
/// 3. The bound is the quantile 1 − alpha of a negative binomial distribution with mean μ and variance φμ (Poisson when
///    φ is 1), or Farrington's.
/// 4. With fewer than 5 cases in the last 4 steps there is no alarm.
///
/// # Where it misleads
/// As [`farrington`](super::farrington); the plugged-in bound leaves the error of the fit out. As in R surveillance, the
/// p-value of the trend and the error of the fit rest on relative residuals, Σ w ((y − μ)/μ)², which are smaller than
/// Pearson's when counts are above 1: more trends stay in than in 1996's form.
///
/// # Checked against
/// R surveillance 1.20.3 (`outbreak_salmonella.agona`).
pub fn farrington_flexible(counts: &[u32], params: FlexibleParams) -> Vec<Option<Watch>> {
    let values = as_numbers(counts);
    (0..values.len()).map(|step| at(&values, step, params)).collect()
}

fn at(values: &[f64], step: usize, params: FlexibleParams) -> Option<Watch> {
    let seasons = seasons(step, params)?;
    let latest = step.checked_sub(params.past_not_included + 1)?;
    let listed: Vec<(usize, usize)> = seasons.into_iter().filter(|&(i, _)| i <= latest).collect();
    let base: Vec<usize> = listed.iter().map(|s| s.0).collect();
    let response: Vec<f64> = base.iter().map(|&i| values[i]).collect();
    // The season of the windows is the reference; the others have a column each if they occur.
    let others: Vec<usize> = (1..params.periods)
        .filter(|&p| listed.iter().any(|s| s.1 == p))
        .collect();
    let dummies = |season: usize| {
        others
            .iter()
            .map(|&o| f64::from(u8::from(o == season)))
            .collect::<Vec<f64>>()
    };
    let factors: Vec<Vec<f64>> = listed.iter().map(|s| dummies(s.1)).collect();
    let now = dummies(params.periods);
    let trend = Trend {
        is_wanted: params.trend_p > 0.0,
        p: params.trend_p,
        years: params.years_back,
        is_relative: true,
    };
    let clock = Clock::new(&base);
    let threshold = Some(params.weights_threshold);
    let (expected, variance, phi) =
        fit(&base, &response, &factors, (step, &now), clock, threshold, trend).unwrap_or((0.0, 0.0, 1.0));
    let upper_bound = match params.method {
        ThresholdMethod::NegativeBinomial if phi > 1.0 => {
            negative_binomial_quantile(expected, expected / (phi - 1.0), 1.0 - params.alpha) as f64
        }
        ThresholdMethod::NegativeBinomial => poisson_quantile(expected, 1.0 - params.alpha) as f64,
        ThresholdMethod::Delta => power_bound(
            params.power,
            expected,
            phi + expected * variance,
            normal_quantile(1.0 - params.alpha),
        ),
    };
    let alarm = params.rare.is_enough(values, step) && values[step] > upper_bound;
    Some(Watch {
        upper_bound,
        alarm,
        expected,
    })
}

/// Step and season of the base: the windows are season `periods`, what lies between them 1 to `periods` − 1.
fn seasons(step: usize, params: FlexibleParams) -> Option<Vec<(usize, usize)>> {
    let w = params.half_window;
    let mut seasons = Vec::new();
    for year in (1..=params.years_back).rev() {
        let centre = step.checked_sub(params.period * year)?;
        seasons.extend((centre.checked_sub(w)?..=centre + w).map(|i| (i, params.periods)));
        if params.periods == 1 {
            continue;
        }
        let between = params.period - 2 * w - 1;
        let (length, rest) = (between / (params.periods - 1), between % (params.periods - 1));
        let mut start = centre + w + 1;
        for season in 1..params.periods {
            let end = start + length + usize::from(season <= rest);
            seasons.extend((start..end).map(|i| (i, season)));
            start = end;
        }
    }
    seasons.extend((step.saturating_sub(w)..=step).map(|i| (i, params.periods)));
    Some(seasons)
}
