//! Compares a scan with `SaTScan`'s clusters.
#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "only tests use it")]

use std::collections::{HashMap, HashSet};

use lagebild_hotspot::{
    satscan::{Count, Place, Time},
    scan::{Case, Cluster, Scan},
};
use serde_json::Value;

use super::support::{assert_close, p_tolerance};

/// Index of each place by name.
pub(crate) fn index(places: &[Place]) -> HashMap<String, usize> {
    places
        .iter()
        .enumerate()
        .map(|(i, place)| (place.location.clone(), i))
        .collect()
}

/// The rows of a `.cas` or `.ctl` file; without times all are of one.
pub(crate) fn cases(rows: &[Count], places: &[Place]) -> Vec<Case> {
    let index = index(places);
    rows.iter()
        .map(|row| Case {
            location: index[&row.location],
            time: row.time.map_or(0, Time::days),
            count: row.count,
        })
        .collect()
}

/// Fails when cases, expectation or ratio of a cluster differ from theirs.
pub(crate) fn assert_scores(ours: &Cluster, theirs: &Value) {
    let number = |field: &str| theirs[field][0].as_f64().unwrap();
    assert_eq!(ours.observed, theirs["cases"][0].as_u64().unwrap());
    assert_close("expected", ours.expected, number("expected"), 0.0, 0.01);
    assert_close("llr", ours.llr, number("llr"), 1e-5, 5e-6);
}

/// Tolerances that differ between the cases.
pub(crate) struct Compare<'a> {
    pub(crate) places: &'a [Place],
    /// Locations with cases: sets are compared over them only.
    pub(crate) occupied: HashSet<usize>,
    /// Metres in the unit of the printed radius.
    pub(crate) radius_unit_m: f64,
    pub(crate) radius_tolerance: f64,
    /// The p-values to compare with, where those printed come from a run that stopped early.
    pub(crate) p: Option<Vec<f64>>,
}

/// Fails when a cluster of theirs differs from ours of the same rank.
pub(crate) fn assert_clusters(scan: &Scan, theirs: &Value, compare: &Compare) {
    assert_eq!(scan.total_cases[0], theirs["total_cases"][0].as_u64().unwrap());
    let their_clusters = theirs["clusters"].as_array().unwrap();
    assert!(scan.clusters.len() >= their_clusters.len());
    for (rank, (ours, theirs)) in scan.clusters.iter().zip(their_clusters).enumerate() {
        assert_scores(ours, theirs);
        if let Some(risk) = theirs["relative_risk"][0].as_f64() {
            assert_close(
                "relative risk",
                ours.relative_risk.unwrap_or(f64::NAN),
                risk,
                0.0,
                0.005_1,
            );
        }
        let p = compare
            .p
            .as_ref()
            .map_or_else(|| theirs["p"].as_f64().unwrap(), |p| p[rank]);
        assert_close("p", ours.p_value, p, 0.0, p_tolerance(p));
        assert_eq!(
            names(&ours.locations, compare),
            theirs_names(&theirs["locations"], compare),
            "cluster {rank}"
        );
        let same_centre = compare.places[ours.center].location == theirs["locations"][0].as_str().unwrap();
        if same_centre {
            let radius = ours.radius_m / compare.radius_unit_m;
            assert_close(
                "radius",
                radius,
                theirs["radius"].as_f64().unwrap(),
                0.0,
                compare.radius_tolerance,
            );
        }
    }
}

fn names(locations: &[usize], compare: &Compare) -> Vec<String> {
    let inside = locations.iter().filter(|l| compare.occupied.contains(l));
    let mut names: Vec<String> = inside.map(|&l| compare.places[l].location.clone()).collect();
    names.sort_unstable();
    names
}

fn theirs_names(value: &Value, compare: &Compare) -> Vec<String> {
    let index = index(compare.places);
    let all: Vec<usize> = value
        .as_array()
        .unwrap()
        .iter()
        .map(|name| index[name.as_str().unwrap()])
        .collect();
    names(&all, compare)
}
