//! From a budget of false alarms a year to a threshold, and from a threshold to what it really costs.

use lagebild_hotspot::scan::AlarmLog;

use super::detector::{Detector, Mark};
use crate::dice::Dice;

/// Days after which an alarm at the same place is a new one.
const MEMORY_DAYS: u32 = 28;
const STEP: f64 = 0.1;
const STEPS: usize = 160;

/// New alarms among the marks of a year at a threshold.
pub(crate) fn new_alarms(marks: &[Mark], threshold: f64) -> f64 {
    let mut log = AlarmLog::new(MEMORY_DAYS);
    let above = marks.iter().filter(|mark| mark.score >= threshold);
    above
        .filter(|mark| log.is_new(mark.day, mark.center, mark.radius_m))
        .count() as f64
}

/// New alarms of each year at each of many thresholds.
#[derive(Debug, Clone)]
pub(crate) struct Alarms {
    floor: f64,
    /// Year by year, threshold by threshold.
    counts: Vec<Vec<f64>>,
}

impl Alarms {
    /// From the marks of each year.
    pub(crate) fn new<'a>(detector: Detector, years: impl Iterator<Item = &'a [Mark]>) -> Self {
        let floor = detector.floor();
        Self {
            floor,
            counts: years
                .map(|marks| {
                    (0..STEPS)
                        .map(|step| new_alarms(marks, floor + STEP * step as f64))
                        .collect()
                })
                .collect(),
        }
    }

    pub(crate) fn years(&self) -> usize {
        self.counts.len()
    }

    fn mean(&self, years: &[usize], step: usize) -> f64 {
        years.iter().map(|&year| self.counts[year][step]).sum::<f64>() / years.len().max(1) as f64
    }

    /// The threshold at which chance gives `budget` alarms a year, in a choice of the years.
    fn threshold_of(&self, years: &[usize], budget: f64) -> f64 {
        let mut before = self.mean(years, 0);
        if before <= budget {
            return self.floor;
        }
        for step in 1..STEPS {
            let here = self.mean(years, step);
            if here <= budget {
                // Between two steps the rate falls as a straight line.
                let part = (before - budget) / (before - here).max(f64::MIN_POSITIVE);
                return self.floor + STEP * (step as f64 - 1.0 + part);
            }
            before = here;
        }
        self.floor + STEP * STEPS as f64
    }

    /// The threshold at which chance gives `budget` alarms a year.
    pub(crate) fn threshold(&self, budget: f64) -> f64 {
        self.threshold_of(&self.all(), budget)
    }

    fn all(&self) -> Vec<usize> {
        (0..self.years()).collect()
    }

    fn rate_of(&self, years: &[usize], threshold: f64) -> f64 {
        let place = ((threshold - self.floor) / STEP).clamp(0.0, (STEPS - 1) as f64);
        let (below, part) = (place.floor() as usize, place.fract());
        let above = (below + 1).min(STEPS - 1);
        self.mean(years, below) * (1.0 - part) + self.mean(years, above) * part
    }

    /// Alarms a year at a threshold.
    pub(crate) fn rate(&self, threshold: f64) -> f64 {
        self.rate_of(&self.all(), threshold)
    }
}

/// An estimate with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub(crate) struct Estimate {
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// Resamples of a bootstrap.
const RESAMPLES: usize = 1000;

/// Realised alarms a year of one or more detectors (Bonferroni: two with half the budget each), the years of calibration
/// and the fresh years both resampled, so that the interval holds the error of the calibration.
pub(crate) fn realised(parts: &[(&Alarms, &Alarms)], budget: f64, seed: u64) -> Estimate {
    let of_part = budget / parts.len() as f64;
    let value = (parts.iter())
        .map(|(calibration, fresh)| fresh.rate(calibration.threshold(of_part)))
        .sum();
    let mut dice = Dice::new(seed, "realised");
    bootstrap(value, || {
        let mut chosen = |years: usize| resample(years, &mut dice);
        let Some((calibration, fresh)) = parts.first() else {
            return 0.0;
        };
        let (calibrating, fresh_years) = (chosen(calibration.years()), chosen(fresh.years()));
        (parts.iter())
            .map(|(calibration, fresh)| {
                fresh.rate_of(&fresh_years, calibration.threshold_of(&calibrating, of_part))
            })
            .sum()
    })
}

/// As many numbers below `count`, with replacement.
pub(crate) fn resample(count: usize, dice: &mut Dice) -> Vec<usize> {
    (0..count).map(|_| dice.index(count)).collect()
}

/// A value with the middle 95 % of what `draw` gives.
pub(crate) fn bootstrap(value: f64, mut draw: impl FnMut() -> f64) -> Estimate {
    let mut drawn: Vec<f64> = (0..RESAMPLES).map(|_| draw()).filter(|v| v.is_finite()).collect();
    drawn.sort_by(f64::total_cmp);
    let quantile = |part: f64| {
        let index = (part * drawn.len().saturating_sub(1) as f64).round() as usize;
        drawn.get(index).copied().unwrap_or(value)
    };
    Estimate {
        value,
        low: quantile(0.025),
        high: quantile(0.975),
    }
}

/// A share with Wilson's 95 % interval (Wilson 1927, <https://doi.org/10.1080/01621459.1927.10502953>).
pub(crate) fn wilson(hits: usize, of: usize) -> Estimate {
    const Z: f64 = 1.959_963_984_540_054;
    let n = of.max(1) as f64;
    let share = hits as f64 / n;
    let middle = (share + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    Estimate {
        value: share,
        low: (middle - half).max(0.0),
        high: (middle + half).min(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wilson's interval of 8 in 10 by hand: (0.8 + 0.19207) / 1.38415 ± 0.22665.
    #[test]
    fn the_interval_of_a_share_is_wilsons() {
        let share = wilson(8, 10);
        assert!(
            (share.low - 0.4902).abs() < 1e-4 && (share.high - 0.9433).abs() < 1e-4,
            "{share:?}"
        );
    }

    #[test]
    fn the_threshold_keeps_the_budget_on_the_years_it_was_set_on() {
        let mark = |day: i64, score| Mark {
            day,
            score,
            center: [day as f64 * 2000.0, 0.0],
            radius_m: 100.0,
        };
        let years: Vec<Vec<Mark>> = (0..10)
            .map(|year| {
                (0..20)
                    .map(|i| mark(i, 7.0 + f64::from((i * 7 + year) as i32 % 40) / 10.0))
                    .collect()
            })
            .collect();
        let alarms = Alarms::new(Detector::Police, years.iter().map(Vec::as_slice));
        for budget in [1.0, 4.0] {
            let rate = alarms.rate(alarms.threshold(budget));
            assert!((rate - budget).abs() < 0.3, "{budget} {rate}");
        }
    }
}
