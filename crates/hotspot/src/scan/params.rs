//! What a scan is asked to do, checked once.

use thiserror::Error;

/// Checked parameters of a scan.
///
/// [`ScanParams::new`] gives a prospective scan with the defaults below; the `with_` methods change one each.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanParams {
    max_radius_m: f64,
    max_steps: u32,
    max_share: f64,
    min_cases: u32,
    replicates: u32,
    end: Option<i64>,
    cycle: Option<u32>,
    retrospective: bool,
    p_value: PValue,
}

/// How a p-value is read from the replicates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PValue {
    /// Rank among the replicates, (b + 1) / (R + 1): valid, never below 1 / (R + 1).
    #[default]
    MonteCarlo,
    /// Tail of a Gumbel distribution fitted to the replicates by moments: a fit, so smaller than the rank can show.
    Gumbel,
}

/// Why numbers are not [`ScanParams`].
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum InvalidScanParams {
    /// The radius is negative or not a number.
    #[error("maximum radius must be at least 0 m, not {0}")]
    Radius(f64),
    /// The longest window has no step, or more than 65 536.
    #[error("longest window must be 1 to 65536 steps, not {0}")]
    Steps(u32),
    /// The share is not in (0, 1].
    #[error("maximum share of cases must be above 0 and at most 1, not {0}")]
    Share(f64),
    /// The smallest cluster would have no case.
    #[error("minimum number of cases must be at least 1")]
    MinCases,
    /// More replicates than memory is kept for.
    #[error("at most 1000000 replicates, not {0}")]
    Replicates(u32),
    /// A cycle of time strata has fewer than two steps, or more than 366.
    #[error("a cycle of time strata must have 2 to 366 steps, not {0}")]
    Cycle(u32),
}

impl ScanParams {
    /// A prospective scan with radii up to `max_radius_m` metres (infinity: only the share caps) and windows up to
    /// `max_steps` time steps.
    ///
    /// Defaults: `max_share` 0.5, `min_cases` 2, `replicates` 999, end at the last case, Monte Carlo p, no strata.
    ///
    /// # Errors
    /// When the radius is negative or not a number, or the number of steps is not 1 to 65 536.
    pub fn new(max_radius_m: f64, max_steps: u32) -> Result<Self, InvalidScanParams> {
        if max_radius_m.is_nan() || max_radius_m < 0.0 {
            return Err(InvalidScanParams::Radius(max_radius_m));
        }
        if !(1..=65_536).contains(&max_steps) {
            return Err(InvalidScanParams::Steps(max_steps));
        }
        Ok(Self {
            max_radius_m,
            max_steps,
            max_share: 0.5,
            min_cases: 2,
            replicates: 999,
            end: None,
            cycle: None,
            retrospective: false,
            p_value: PValue::MonteCarlo,
        })
    }

    /// Largest share of all cases (or of the population at risk) in a circle, over all time.
    ///
    /// # Errors
    /// When it is not above 0 and at most 1.
    pub fn with_max_share(mut self, max_share: f64) -> Result<Self, InvalidScanParams> {
        if max_share > 0.0 && max_share <= 1.0 {
            self.max_share = max_share;
            return Ok(self);
        }
        Err(InvalidScanParams::Share(max_share))
    }

    /// Fewest cases that make a cluster.
    ///
    /// # Errors
    /// When it is 0.
    pub fn with_min_cases(mut self, min_cases: u32) -> Result<Self, InvalidScanParams> {
        if min_cases == 0 {
            return Err(InvalidScanParams::MinCases);
        }
        self.min_cases = min_cases;
        Ok(self)
    }

    /// Number of random replicates; with 0 every Monte Carlo p is 1.
    ///
    /// # Errors
    /// When it is above one million.
    pub fn with_replicates(mut self, replicates: u32) -> Result<Self, InvalidScanParams> {
        if replicates > 1_000_000 {
            return Err(InvalidScanParams::Replicates(replicates));
        }
        self.replicates = replicates;
        Ok(self)
    }

    /// Last time step of the study; cases after it are not looked at. Without it, the step of the last case.
    #[must_use]
    pub fn with_end(mut self, end: i64) -> Self {
        self.end = Some(end);
        self
    }

    /// Permute only between steps of the same phase of a cycle: 7 with daily steps compares Saturdays with Saturdays.
    ///
    /// # Errors
    /// When the cycle has not 2 to 366 steps.
    pub fn with_cycle(mut self, steps: u32) -> Result<Self, InvalidScanParams> {
        if !(2..=366).contains(&steps) {
            return Err(InvalidScanParams::Cycle(steps));
        }
        self.cycle = Some(steps);
        Ok(self)
    }

    /// Look at windows that end at any step, not only at the last.
    #[must_use]
    pub fn retrospective(mut self) -> Self {
        self.retrospective = true;
        self
    }

    /// How p-values are read from the replicates.
    #[must_use]
    pub fn with_p_value(mut self, p_value: PValue) -> Self {
        self.p_value = p_value;
        self
    }

    /// Largest radius, metres.
    pub fn max_radius_m(&self) -> f64 {
        self.max_radius_m
    }

    /// Longest window, time steps.
    pub fn max_steps(&self) -> u32 {
        self.max_steps
    }

    /// Largest share of all cases in a circle.
    pub fn max_share(&self) -> f64 {
        self.max_share
    }

    /// Fewest cases that make a cluster.
    pub fn min_cases(&self) -> u32 {
        self.min_cases
    }

    /// Number of random replicates.
    pub fn replicates(&self) -> u32 {
        self.replicates
    }

    /// Last time step of the study, if set.
    pub fn end(&self) -> Option<i64> {
        self.end
    }

    /// Length of the cycle of time strata, if set.
    pub fn cycle(&self) -> Option<u32> {
        self.cycle
    }

    /// Whether windows may end at any step.
    pub fn is_retrospective(&self) -> bool {
        self.retrospective
    }

    /// How p-values are read from the replicates.
    pub fn p_value(&self) -> PValue {
        self.p_value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_range_are_refused_and_zero_radius_is_not() {
        assert!(ScanParams::new(0.0, 1).is_ok());
        assert!(ScanParams::new(f64::INFINITY, 1).is_ok());
        assert!(ScanParams::new(f64::NAN, 1).is_err());
        assert_eq!(ScanParams::new(-1.0, 1), Err(InvalidScanParams::Radius(-1.0)));
        assert_eq!(ScanParams::new(1.0, 0), Err(InvalidScanParams::Steps(0)));
        let params = ScanParams::new(1.0, 1).unwrap();
        assert!(params.clone().with_max_share(f64::NAN).is_err());
        assert!(params.clone().with_max_share(1.01).is_err());
        assert!(params.clone().with_min_cases(0).is_err());
        assert!(params.clone().with_cycle(1).is_err());
        assert!(params.with_replicates(1_000_001).is_err());
    }
}
