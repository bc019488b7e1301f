//! Emerging hot spot analysis.

mod mann_kendall;
mod pattern;
mod space_time_gi_star;

use thiserror::Error;

use crate::{
    Neighbours,
    false_discovery::{FalseDiscovery, cutoff},
    lisa::two_sided_normal,
};

pub use mann_kendall::{MannKendall, mann_kendall};
pub use pattern::{History, Pattern, Temperature};
pub use space_time_gi_star::{Cube, InvalidCube, Standardise};

/// Checked parameters of [`emerging_hot_spots`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EmergingParams {
    lag: usize,
    standardise: Standardise,
    alpha: f64,
    false_discovery: FalseDiscovery,
}

/// Most slices before a slice that belong to its neighbourhood: a year of days.
const LONGEST_LAG: usize = 366;

/// Why numbers are not [`EmergingParams`].
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum InvalidEmergingParams {
    /// A level of significance that is not in (0, 1).
    #[error("alpha must lie between 0 and 1, not {0}")]
    Alpha(f64),
    /// More slices than a year has days.
    #[error("lag must be at most {LONGEST_LAG} slices, not {0}")]
    Lag(usize),
}

impl EmergingParams {
    /// `lag`: how many slices before a slice belong to its neighbourhood; `alpha`: level of significance, of scores and
    /// trends.
    ///
    /// # Errors
    /// When alpha is not in (0, 1), or the lag is above 366.
    pub fn new(lag: usize, standardise: Standardise, alpha: f64) -> Result<Self, InvalidEmergingParams> {
        if lag > LONGEST_LAG {
            return Err(InvalidEmergingParams::Lag(lag));
        }
        if !(alpha > 0.0 && alpha < 1.0) {
            return Err(InvalidEmergingParams::Alpha(alpha));
        }
        Ok(Self {
            lag,
            standardise,
            alpha,
            false_discovery: FalseDiscovery::None,
        })
    }

    /// Reckons with the many scores of all units and slices; without it each score is taken on its own. `ArcGIS` takes
    /// Benjamini and Hochberg's.
    #[must_use]
    pub fn with_false_discovery(mut self, method: FalseDiscovery) -> Self {
        self.false_discovery = method;
        self
    }
}

impl Default for EmergingParams {
    /// One slice before, standardised by slice, 0.05.
    fn default() -> Self {
        Self {
            lag: 1,
            standardise: Standardise::Slice,
            alpha: 0.05,
            false_discovery: FalseDiscovery::None,
        }
    }
}

/// What a place did over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Emerging {
    /// Space-time Gi* of each slice; `None` where a slice has no variance.
    pub gi_star: Vec<Option<f64>>,
    /// Trend of the scores.
    pub mann_kendall: MannKendall,
    /// The pattern.
    pub pattern: Pattern,
}

/// Emerging hot spot analysis: where high values gather, since when, and whether more and more.
///
/// # Papers
/// Gi*: Ord and Getis 1995, <https://doi.org/10.1111/j.1538-4632.1995.tb00912.x>. Patterns: Esri, How Emerging Hot Spot
/// Analysis works, documentation of `ArcGIS` Pro 3.2,
/// <https://pro.arcgis.com/en/pro-app/3.2/tool-reference/space-time-pattern-mining/learnmoreemerging.htm>.
///
/// # Parameters
/// * `cube`: values of all units in slices of equal length; a unit without records has 0.
/// * `neighbours`: of the units, without themselves.
/// * `params`: lag in slices, standardisation, level of significance.
///
/// # Returns
/// One answer for each unit, in the order of the units.
///
/// # Algorithm
/// 1. Gi* of each unit and slice over the unit, its neighbours, and the same in the `lag` slices before (fewer at the
///    beginning), against mean and variance of the slice or of the cube:
///    z = (Σx − k x̄) / (s √(k (n − k)/(n − 1))) with k members of n.
/// 2. Mann–Kendall test of the scores of a unit.
/// 3. A slice is hot or cold when its two-sided p is at most alpha, or the cutoff of the false discovery rate over all
///    units and slices; the definitions of [`History`] are tried in order.
///
/// # Where it misleads
/// * Scores are many and overlap: at 0.05 one in twenty quiet slices is significant. Use a smaller alpha or a false
///   discovery rate, or read only patterns that rest on many slices.
/// * With standardisation by slice a rise of the whole city does not show.
/// * Neighbouring slices share values, so the trend's p is too small.
/// * Borders of the slices matter: a week that begins on another day may give other words.
///
/// # Checked against
/// R sfdep 0.2.5 and Kendall 2.2.1 (`ehsa_seed11`): scores and trends. Its words are not `ArcGIS`'s.
///
/// # Errors
/// When the neighbours are of another number of units.
pub fn emerging_hot_spots(
    cube: &Cube,
    neighbours: &Neighbours,
    params: EmergingParams,
) -> Result<Vec<Emerging>, InvalidCube> {
    let scores = space_time_gi_star::space_time_gi_star(cube, neighbours, params.lag, params.standardise)?;
    let sign_of = |z: f64, p: f64, limit: f64| {
        if p > limit {
            0
        } else {
            i8::from(z > 0.0) - i8::from(z < 0.0)
        }
    };
    let limit = match params.false_discovery {
        FalseDiscovery::None => params.alpha,
        method => {
            let p: Vec<f64> = scores.iter().flatten().map(|&z| two_sided_normal(z)).collect();
            // Below every p when none is significant.
            cutoff(&p, params.alpha, method).unwrap_or(-1.0)
        }
    };
    let unit = |unit: usize| {
        let gi_star: Vec<Option<f64>> = scores.iter().skip(unit).step_by(cube.units()).copied().collect();
        let known: Vec<f64> = gi_star.iter().copied().flatten().collect();
        let trend = mann_kendall(&known);
        let significant: Vec<i8> = gi_star
            .iter()
            .map(|z| z.map_or(0, |z| sign_of(z, two_sided_normal(z), limit)))
            .collect();
        let pattern = pattern::pattern(&significant, sign_of(trend.z, trend.p, params.alpha));
        Emerging {
            gi_star,
            mann_kendall: trend,
            pattern,
        }
    };
    Ok((0..cube.units()).map(unit).collect())
}
