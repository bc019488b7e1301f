//! What a cylinder is measured by: the cases that its margins, its population or its cases and controls make expected.

use super::likelihood::{bernoulli_log_likelihood_ratio, log_likelihood_ratio};

/// One group of cases of which both margins are kept: a stream, or one phase of the cycle in it.
#[derive(Debug, Clone)]
pub(crate) struct Margin {
    /// Cases of each site.
    pub(crate) site_cases: Vec<u32>,
    /// Cases before each step; one longer than the steps.
    pub(crate) before: Vec<f64>,
    /// All cases.
    pub(crate) total: f64,
}

/// A measure of cylinders that grows with them.
#[derive(Debug, Clone)]
pub(crate) enum Measure {
    /// Product of margins, summed over groups.
    Margins(Vec<Margin>),
    /// A value for each site and step, listed by site.
    Cells {
        /// Where each site's list begins; one longer than the sites.
        offsets: Vec<usize>,
        /// Step and value.
        values: Vec<(u32, f64)>,
    },
}

/// A measure summed over a circle.
#[derive(Debug, Clone)]
pub(crate) struct Sum {
    circle: Vec<f64>,
    before: Vec<f64>,
}

impl Measure {
    /// An empty circle over this many steps.
    pub(crate) fn empty(&self, steps: usize) -> Sum {
        match self {
            Self::Margins(margins) => Sum {
                circle: vec![0.0; margins.len()],
                before: Vec::new(),
            },
            Self::Cells { .. } => Sum {
                circle: vec![0.0; steps],
                before: vec![0.0; steps + 1],
            },
        }
    }

    /// Takes a site into the circle.
    pub(crate) fn add(&self, sum: &mut Sum, site: u32) {
        match self {
            Self::Margins(margins) => {
                for (cases, margin) in sum.circle.iter_mut().zip(margins) {
                    *cases += f64::from(margin.site_cases[site as usize]);
                }
            }
            Self::Cells { offsets, values } => {
                for &(step, value) in &values[offsets[site as usize]..offsets[site as usize + 1]] {
                    sum.circle[step as usize] += value;
                }
            }
        }
    }

    /// Makes the sum ready for [`Measure::of_window`].
    pub(crate) fn settle(&self, sum: &mut Sum) {
        if let Self::Cells { .. } = self {
            let mut running = 0.0;
            for (before, value) in sum.before[1..].iter_mut().zip(&sum.circle) {
                running += value;
                *before = running;
            }
        }
    }

    /// The measure of the circle in the steps from `start` to `end`, both in it.
    pub(crate) fn of_window(&self, sum: &Sum, start: usize, end: usize) -> f64 {
        match self {
            Self::Margins(margins) => {
                let window = |margin: &Margin| margin.before[end + 1] - margin.before[start];
                let parts = margins.iter().zip(&sum.circle);
                parts
                    .map(|(margin, cases)| cases * window(margin) / margin.total)
                    .sum()
            }
            Self::Cells { .. } => sum.before[end + 1] - sum.before[start],
        }
    }
}

impl Sum {
    pub(crate) fn clear(&mut self) {
        self.circle.fill(0.0);
    }
}

/// How cases and measure become a ratio.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Model {
    /// The measure is the expected number of cases.
    Poisson { total: u64 },
    /// The measure is the number of cases and controls.
    Bernoulli { total: u64, population: u64 },
}

impl Model {
    /// The log-likelihood ratio; it falls as the measure grows.
    pub(crate) fn ratio(self, cases: u32, measure: f64) -> f64 {
        match self {
            Self::Poisson { total } => log_likelihood_ratio(u64::from(cases), measure, total),
            Self::Bernoulli { total, population } => {
                bernoulli_log_likelihood_ratio(u64::from(cases), measure.round() as u64, total, population)
            }
        }
    }

    /// Expected cases.
    pub(crate) fn expected(self, measure: f64) -> f64 {
        match self {
            Self::Poisson { .. } => measure,
            Self::Bernoulli { total, population } => measure * total as f64 / (population as f64).max(1.0),
        }
    }

    /// All cases.
    pub(crate) fn total(self) -> u64 {
        match self {
            Self::Poisson { total } | Self::Bernoulli { total, .. } => total,
        }
    }
}
