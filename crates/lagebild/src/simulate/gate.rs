//! The gate: what the product's detector must reach.

use serde::Serialize;

use super::detector::Detector;
use super::injection::Cell;
use super::scores::{Contestant, Scores};
use super::thresholds::Estimate;
use super::world::Null;

/// Power that may be lost when one stream carries the signal.
const POWER_LOST: f64 = 0.02;
/// Share by which the delay must be shorter when both do.
const DELAY_GAINED: f64 = 0.2;
/// Share of the surges that must be reported as such.
const SURGES: f64 = 0.95;

/// One demand, what was measured, and whether it is met.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Demand {
    pub(crate) budget: f64,
    /// What is demanded.
    pub(crate) what: String,
    pub(crate) measured: Estimate,
    pub(crate) worlds: usize,
    pub(crate) is_met: bool,
}

/// All demands on the joint detector under a budget.
pub(crate) fn demands(scores: &Scores, cells: &[Cell], budget: f64) -> Vec<Demand> {
    let joint = Contestant::One(Detector::Joint);
    let mut demands = Vec::new();
    let mut demand = |what: String, measured: Estimate, worlds: usize, is_met: bool| {
        demands.push(Demand {
            budget,
            what,
            measured,
            worlds,
            is_met,
        });
    };
    if !scores.contestants().contains(&joint) {
        return demands;
    }
    let realised = scores.false_alarms(joint, budget).realised;
    for (name, rate) in &realised {
        let years = |null: Null| (null.name() == *name).then(|| scores.null_years(null));
        let worlds = [
            Null::Separable,
            Null::Seasons,
            Null::Surge,
            Null::NearRepeat,
            Null::Portal,
        ];
        let worlds = worlds.into_iter().find_map(years).unwrap_or(0);
        if *name == Null::Separable.name() {
            let is_met = rate.low <= budget && budget <= rate.high;
            demand(
                format!("false alarms a year, {name}: interval holds {budget}"),
                *rate,
                worlds,
                is_met,
            );
        } else {
            let most = 2.0 * budget;
            demand(
                format!("false alarms a year, {name}: at most {most}"),
                *rate,
                worlds,
                rate.value <= most,
            );
        }
    }
    if realised.contains_key(&Null::Surge.name()) {
        let reported = scores.surges_reported();
        let is_met = reported.value >= SURGES;
        let what = format!("surges reported as a city-wide rise: at least {SURGES}");
        demand(what, reported, scores.null_years(Null::Surge), is_met);
    }
    for (cell, alone) in [
        (Cell::Complaints, Detector::Complaints),
        (Cell::Police, Detector::Police),
    ] {
        if cells.contains(&cell) {
            let gain = scores.power_gain(cell, joint, Contestant::One(alone), budget);
            let worlds = scores.first_hits(cell, joint, budget).len();
            let what = format!(
                "power by day 28 against that stream alone, {}: at least -{POWER_LOST}",
                cell.name()
            );
            // Worlds are counted: a share of them is exact to rounding only.
            demand(what, gain, worlds, gain.value >= -POWER_LOST - 1e-9);
        }
    }
    for cell in [Cell::Base, Cell::Equal] {
        if cells.contains(&cell) {
            let better = [Detector::Complaints, Detector::Police]
                .map(|alone| scores.delay_gain(cell, joint, Contestant::One(alone), budget))
                .into_iter()
                .min_by(|a, b| a.value.total_cmp(&b.value));
            let worlds = scores.first_hits(cell, joint, budget).len();
            if let Some(gain) = better {
                let what = format!(
                    "delay shorter than the better stream's, {}: at least {DELAY_GAINED}",
                    cell.name()
                );
                demand(what, gain, worlds, gain.value >= DELAY_GAINED && gain.low > 0.0);
            }
        }
    }
    demands
}
