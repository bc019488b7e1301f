//! Clusters: the best cylinders that do not share a place.

use super::{NullDistribution, ScanParams, polygon::widened_hull};
use crate::sites::Sites;
use crate::{Locations, Metric};

/// How far the outline of a cluster is drawn beyond its members, metres.
const POLYGON_MARGIN_M: f64 = 25.0;

/// A cylinder with more cases than chance explains, or the best there is.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// Index of the location that the circle is drawn about (the first of those at one place).
    pub center: usize,
    /// Its point, as given.
    pub center_point: [f64; 2],
    /// Distance of the farthest member that counts, metres; 0 for a single place.
    pub radius_m: f64,
    /// Indices of all locations in the circle, those without cases too, nearest first.
    pub locations: Vec<usize>,
    /// First time step of the window.
    pub start: i64,
    /// Last time step of the window.
    pub end: i64,
    /// Cases in the cylinder, over all streams.
    pub observed: u64,
    /// Cases expected there, over all streams.
    pub expected: f64,
    /// (observed / expected) / (cases outside / expected outside); `None` when no case lies outside.
    pub relative_risk: Option<f64>,
    /// Log-likelihood ratio, the sum over the streams in excess.
    pub llr: f64,
    /// P-value, adjusted for all cylinders looked at, read as the parameters ask.
    pub p_value: f64,
    /// Looks until chance alone gives such a ratio once, 1 / p; `None` for a retrospective scan.
    pub recurrence_interval: Option<f64>,
    /// What each stream adds, in the order given.
    pub streams: Vec<StreamShare>,
    /// Outline: the members' convex hull widened by 25 m, counterclockwise and closed.
    pub polygon: Vec<[f64; 2]>,
}

/// The outline of places: their convex hull, widened.
pub(crate) fn outline_of(points: &[[f64; 2]], metric: Metric) -> Vec<[f64; 2]> {
    widened_hull(points, metric, POLYGON_MARGIN_M)
}

/// One stream's part in a cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StreamShare {
    /// Cases of the stream in the cylinder.
    pub observed: u64,
    /// Cases expected.
    pub expected: f64,
    /// Log-likelihood ratio of the stream; 0 when it is not in excess.
    pub llr: f64,
}

/// A cylinder on its way to become a [`Cluster`].
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) centre: u32,
    pub(crate) radius_m: f64,
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) llr: f64,
    pub(crate) streams: Vec<StreamShare>,
}

/// Takes the candidates in falling order of their ratio, each only if it shares no location with one taken before.
///
/// Ties go to the circle with fewer places, then to the smaller radius, the shorter window and the smaller coordinates,
/// so that the order of the input does not matter.
pub(crate) fn without_overlap(
    mut candidates: Vec<Candidate>,
    locations: &Locations,
    sites: &Sites,
    total: u64,
    null: &NullDistribution,
    params: &ScanParams,
) -> Vec<Cluster> {
    order(&mut candidates, sites);
    let mut taken = vec![false; sites.len()];
    let mut clusters = Vec::new();
    for candidate in candidates {
        if taken[candidate.centre as usize] {
            continue;
        }
        let members = sites.within(candidate.centre, candidate.radius_m, |_| true);
        if members.iter().any(|&(_, site)| taken[site as usize]) {
            continue;
        }
        for &(_, site) in &members {
            taken[site as usize] = true;
        }
        let members: Vec<u32> = members.into_iter().map(|m| m.1).collect();
        clusters.push(cluster(
            &candidate, &members, locations, sites, total, null, params,
        ));
    }
    clusters
}

fn order(candidates: &mut [Candidate], sites: &Sites) {
    candidates.sort_by(|a, b| b.llr.total_cmp(&a.llr));
    for ties in candidates.chunk_by_mut(|a, b| a.llr.total_cmp(&b.llr).is_eq()) {
        if ties.len() == 1 {
            continue;
        }
        ties.sort_by(|a, b| {
            (a.radius_m.total_cmp(&b.radius_m))
                .then((a.end - a.start).cmp(&(b.end - b.start)))
                .then(a.centre.cmp(&b.centre))
                .then(b.end.cmp(&a.end))
        });
        ties.sort_by_cached_key(|tie| sites.within(tie.centre, tie.radius_m, |_| true).len());
    }
}

fn cluster(
    candidate: &Candidate,
    members: &[u32],
    locations: &Locations,
    sites: &Sites,
    total: u64,
    null: &NullDistribution,
    params: &ScanParams,
) -> Cluster {
    let observed: u64 = candidate.streams.iter().map(|s| s.observed).sum();
    let expected: f64 = candidate.streams.iter().map(|s| s.expected).sum();
    let outside = total.saturating_sub(observed) as f64;
    let relative_risk =
        (observed as f64 / expected) / (outside / (total as f64 - expected).max(f64::MIN_POSITIVE));
    let p_value = null.p(candidate.llr, params.p_value());
    let points: Vec<[f64; 2]> = members
        .iter()
        .map(|&site| locations.points()[sites.members(site)[0]])
        .collect();
    let center = sites.members(candidate.centre)[0];
    Cluster {
        center,
        center_point: locations.points()[center],
        radius_m: candidate.radius_m,
        locations: members
            .iter()
            .flat_map(|&site| sites.members(site))
            .copied()
            .collect(),
        start: candidate.start,
        end: candidate.end,
        observed,
        expected,
        relative_risk: (outside > 0.0 && relative_risk.is_finite()).then_some(relative_risk),
        llr: candidate.llr,
        p_value,
        recurrence_interval: (!params.is_retrospective()).then_some(1.0 / p_value),
        streams: candidate.streams.clone(),
        polygon: outline_of(&points, locations.metric()),
    }
}
