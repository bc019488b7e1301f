//! The permutation scan: windows of the present against the past dealt anew.

use lagebild_hotspot::scan::{Cluster, ScanParams, permutation_scan};
use serde_json::json;

use super::cylinder::{Chance, Cylinder};
use super::input::Input;
use super::places::Places;
use super::profile::Profile;

/// Name of the method, in the field's words.
pub(super) const METHOD: &str = "space-time permutation scan (prospective)";

/// Parameters of the scan library for a profile.
pub(super) fn params(profile: &Profile) -> Result<ScanParams, String> {
    ScanParams::new(profile.max_radius_m, profile.max_window)
        .and_then(|params| params.with_min_cases(profile.min_reports))
        .and_then(|params| params.with_replicates(profile.replicates))
        .map_err(|error| error.to_string())
}

/// Scans the streams up to and with the step `end`; gives what is rarer than the profile's budget allows.
pub(super) fn scan(profile: &Profile, input: &Input, end: i64) -> Result<Vec<Cylinder>, String> {
    let Some(places) = Places::of(&input.streams)? else {
        return Ok(Vec::new());
    };
    let cases = places.cases(profile, &input.streams);
    let streams: Vec<_> = cases.iter().map(Vec::as_slice).collect();
    let mut params = params(profile)?.with_end(end);
    if profile.weekday_strata {
        params = params.with_cycle(7).map_err(|error| error.to_string())?;
    }
    let scan = permutation_scan(&places.locations, &streams, &params, profile.seed)
        .map_err(|error| error.to_string())?;
    Ok((scan.clusters.into_iter())
        .map(|cluster| cylinder(profile, &places, cluster))
        .filter(|cylinder| cylinder.chance.recurrence_days >= profile.min_recurrence_days())
        .collect())
}

fn cylinder(profile: &Profile, places: &Places, cluster: Cluster) -> Cylinder {
    Cylinder {
        plane: places.plane,
        center: cluster.center_point,
        radius_m: cluster.radius_m,
        cells: cluster
            .locations
            .iter()
            .map(|&place| places.cells[place])
            .collect(),
        start: cluster.start,
        end: cluster.end,
        expected: cluster.expected,
        relative_risk: cluster.relative_risk,
        streams: cluster.streams,
        polygon: cluster.polygon,
        chance: Chance {
            p_value: Some(cluster.p_value),
            recurrence_days: cluster.recurrence_interval.unwrap_or(0.0) * profile.time_unit.days(),
            is_at_limit: cluster.p_value <= 1.0 / f64::from(profile.replicates + 1),
            parameters: json!({"replicates": profile.replicates, "log_likelihood_ratio": cluster.llr}),
        },
    }
}
