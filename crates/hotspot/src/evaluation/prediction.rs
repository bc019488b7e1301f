//! How well a forecast of places found the crimes.

use super::{EvaluationError, positive};

/// A place with what was forecast and what came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Forecast: any number that ranks places, not negative.
    pub predicted: f64,
    /// Crimes that came.
    pub observed: u32,
    /// Size, any unit.
    pub size: f64,
}

/// A row for each place, in falling order of forecast per size: the row of k says how the best k did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PredictionRow {
    /// Index of the place.
    pub area: usize,
    /// Crimes so far.
    pub cumulative_observed: u64,
    /// Forecast so far.
    pub cumulative_predicted: f64,
    /// Share of all crimes so far; 0 without any.
    pub share_observed: f64,
    /// Share of the size so far.
    pub share_size: f64,
    /// Prediction accuracy index: share of crimes over share of size; 1 is chance.
    pub pai: f64,
    /// Prediction efficiency index: crimes so far over the most that the same size could have held; `None` when that is 0.
    pub pei: Option<f64>,
    /// Recapture rate index: forecast so far over crimes so far; `None` without crimes.
    pub rri: Option<f64>,
}

/// Prediction accuracy, efficiency and recapture rate, for every number of places.
///
/// # Papers
/// Chainey, Tompson, Uhlig 2008, The utility of hotspot mapping for predicting spatial patterns of crime, Security
/// Journal 21, <https://doi.org/10.1057/palgrave.sj.8350066>; Hunt 2016 (efficiency), dissertation, Rutgers; Levine 2008,
/// The "hottest" part of a hotspot, Security Journal 21, <https://doi.org/10.1057/palgrave.sj.8350067>.
///
/// # Algorithm
/// 1. Places are sorted by forecast / size, falling; among equal ones the place with fewer crimes comes first, so that
///    a tie never flatters.
/// 2. PAI = share of crimes / share of size. PEI = crimes / most crimes in the same size, places taken by crimes / size.
///    RRI = forecast / crimes.
///
/// # Where it misleads
/// PAI rewards tiny areas: choose the size to be patrolled first, and compare at that row. One period is one throw of
/// the dice.
///
/// # Checked against
/// R ptools (`evaluation_published`).
///
/// # Errors
/// When there are no places, a size is not positive, or a forecast is negative or not finite.
pub fn prediction_table(areas: &[Area]) -> Result<Vec<PredictionRow>, EvaluationError> {
    if areas.is_empty() {
        return Err(EvaluationError::Empty);
    }
    for area in areas {
        positive(area.size, "size of an area")?;
        if !(area.predicted.is_finite() && area.predicted >= 0.0) {
            return Err(EvaluationError::NotPositive("forecast"));
        }
    }
    let density = |i: usize| areas[i].predicted / areas[i].size;
    let observed = |i: usize| f64::from(areas[i].observed) / areas[i].size;
    let mut by_forecast: Vec<usize> = (0..areas.len()).collect();
    by_forecast.sort_by(|&a, &b| {
        density(b)
            .total_cmp(&density(a))
            .then(areas[a].observed.cmp(&areas[b].observed))
            .then(a.cmp(&b))
    });
    let mut by_crimes: Vec<usize> = (0..areas.len()).collect();
    by_crimes.sort_by(|&a, &b| observed(b).total_cmp(&observed(a)).then(a.cmp(&b)));
    let all: u64 = areas.iter().map(|a| u64::from(a.observed)).sum();
    let whole: f64 = areas.iter().map(|a| a.size).sum();
    let (mut crimes, mut forecast, mut size) = (0_u64, 0.0, 0.0);
    let (mut best, mut best_size, mut taken) = (0_u64, 0.0, 0);
    let mut rows = Vec::with_capacity(areas.len());
    for area in by_forecast {
        crimes += u64::from(areas[area].observed);
        forecast += areas[area].predicted;
        size += areas[area].size;
        // Whole places that fit into the same size, allowing for rounding.
        while taken < areas.len() && best_size + areas[by_crimes[taken]].size <= size * (1.0 + 1e-12) {
            best += u64::from(areas[by_crimes[taken]].observed);
            best_size += areas[by_crimes[taken]].size;
            taken += 1;
        }
        let most = best.max(crimes);
        let share_observed = if all > 0 { crimes as f64 / all as f64 } else { 0.0 };
        let share_size = size / whole;
        rows.push(PredictionRow {
            area,
            cumulative_observed: crimes,
            cumulative_predicted: forecast,
            share_observed,
            share_size,
            pai: share_observed / share_size,
            pei: (most > 0).then(|| crimes as f64 / most as f64),
            rri: (crimes > 0).then(|| forecast / crimes as f64),
        });
    }
    Ok(rows)
}
