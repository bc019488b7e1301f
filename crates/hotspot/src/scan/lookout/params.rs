//! Checked settings of a lookout.

use thiserror::Error;

/// Longest window: the windows with cases are one bit each of a word.
const MOST_STEPS: u32 = 64;

/// Checked settings of a [`Lookout`](super::Lookout).
#[derive(Debug, Clone, PartialEq)]
pub struct LookoutParams {
    max_steps: u32,
    history: u32,
    min_cases: u32,
    cycle: u32,
    stratum_prior: f64,
    averages: bool,
    measures_dispersion: bool,
}

/// Why numbers are not [`LookoutParams`].
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum InvalidLookoutParams {
    /// The longest window has not 1 to 64 steps.
    #[error("the longest window must have 1 to 64 steps, not {0}")]
    Steps(u32),
    /// The history is not longer than the longest window.
    #[error("the history must be longer than the longest window, not {0} steps")]
    History(u32),
    /// Fewer than one case makes no cluster.
    #[error("a cluster has at least 1 case")]
    MinCases,
    /// The cycle has not 2 to 366 steps.
    #[error("a cycle has 2 to 366 steps, not {0}")]
    Cycle(u32),
    /// A prior is negative or not finite.
    #[error("{0} must be 0 or more, and finite")]
    Negative(&'static str),
}

impl LookoutParams {
    /// Windows of the last 1 to `max_steps` steps, held against the last `history` steps, windows included; at least 5
    /// cases, no cycle, strata alone, the largest ratio, no dispersion.
    ///
    /// # Errors
    /// When the window has not 1 to 64 steps, or the history is not longer.
    pub fn new(max_steps: u32, history: u32) -> Result<Self, InvalidLookoutParams> {
        if !(1..=MOST_STEPS).contains(&max_steps) {
            return Err(InvalidLookoutParams::Steps(max_steps));
        }
        if history <= max_steps {
            return Err(InvalidLookoutParams::History(history));
        }
        Ok(Self {
            max_steps,
            history,
            min_cases: 5,
            cycle: 1,
            stratum_prior: 0.0,
            averages: false,
            measures_dispersion: false,
        })
    }

    /// Fewest cases that make a sighting, over all streams.
    ///
    /// # Errors
    /// When it is 0.
    pub fn with_min_cases(mut self, min_cases: u32) -> Result<Self, InvalidLookoutParams> {
        if min_cases == 0 {
            return Err(InvalidLookoutParams::MinCases);
        }
        self.min_cases = min_cases;
        Ok(self)
    }

    /// Compare only steps of the same phase of a cycle: 7 with daily steps holds Saturdays against Saturdays, for places
    /// that are busy on other weekdays than the rest.
    ///
    /// # Errors
    /// When the cycle has not 2 to 366 steps.
    pub fn with_cycle(mut self, steps: u32) -> Result<Self, InvalidLookoutParams> {
        if !(2..=366).contains(&steps) {
            return Err(InvalidLookoutParams::Cycle(steps));
        }
        self.cycle = steps;
        Ok(self)
    }

    /// Cases that the city's pace weighs against those that a stratum received in the window: 0 trusts the stratum alone,
    /// and a rise of the whole stratum is then never a sighting; with many, strata mean nothing.
    ///
    /// # Errors
    /// When it is negative or not finite.
    pub fn with_stratum_prior(mut self, cases: f64) -> Result<Self, InvalidLookoutParams> {
        self.stratum_prior = not_negative(cases, "the prior of the strata")?;
        Ok(self)
    }

    /// Score circles by the evidence averaged over radii, beginnings and strengths of a rise that grows, the streams
    /// weighed together and one by one, instead of by the largest sum of ratios.
    ///
    /// Give it a window twice as long as a rise takes to its full height.
    #[must_use]
    pub fn with_average(mut self) -> Self {
        self.averages = true;
        self
    }

    /// Divide each stream's ratio by its dispersion, measured in its own past.
    #[must_use]
    pub fn with_dispersion(mut self) -> Self {
        self.measures_dispersion = true;
        self
    }

    /// Longest window, steps.
    pub fn max_steps(&self) -> u32 {
        self.max_steps
    }

    /// Steps of the past that a window is held against, itself included.
    pub fn history(&self) -> u32 {
        self.history
    }

    /// Fewest cases of a sighting.
    pub fn min_cases(&self) -> u32 {
        self.min_cases
    }

    /// Phases of the cycle; 1 without one.
    pub fn cycle(&self) -> u32 {
        self.cycle
    }

    /// Cases that the city's pace weighs.
    pub fn stratum_prior(&self) -> f64 {
        self.stratum_prior
    }

    /// Whether evidence is averaged.
    pub fn averages(&self) -> bool {
        self.averages
    }

    /// Whether ratios are divided by the dispersion.
    pub fn measures_dispersion(&self) -> bool {
        self.measures_dispersion
    }
}

fn not_negative(value: f64, name: &'static str) -> Result<f64, InvalidLookoutParams> {
    if value.is_finite() && value >= 0.0 {
        Ok(value)
    } else {
        Err(InvalidLookoutParams::Negative(name))
    }
}
