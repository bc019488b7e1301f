//! What a method says of a place and a window.

use std::collections::BTreeSet;

use lagebild_hotspot::scan::StreamShare;

use super::plane::Plane;

/// A circle and a window with more reports than chance explains.
#[derive(Debug)]
pub(super) struct Cylinder {
    pub(super) plane: Plane,
    /// Centre, metres of the plane.
    pub(super) center: [f64; 2],
    pub(super) radius_m: f64,
    /// H3 cells of the places inside.
    pub(super) cells: BTreeSet<u64>,
    /// First and last step of the window.
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) expected: f64,
    /// Observed over expected, inside against outside; none when nothing lies outside.
    pub(super) relative_risk: Option<f64>,
    /// What each stream adds.
    pub(super) streams: Vec<StreamShare>,
    /// Outline in metres of the plane, closed.
    pub(super) polygon: Vec<[f64; 2]>,
    pub(super) chance: Chance,
}

/// What chance has to do with it.
#[derive(Debug)]
pub(super) struct Chance {
    /// Monte Carlo p value, where the method has one.
    pub(super) p_value: Option<f64>,
    /// Days between two such by chance alone, for one look a step.
    pub(super) recurrence_days: f64,
    /// True when the method cannot tell a longer time.
    pub(super) is_at_limit: bool,
    /// What the method goes by, as parameters of the finding.
    pub(super) parameters: serde_json::Value,
}
