//! The Bernoulli scan.

use super::{
    Case, Scan, ScanError, ScanParams,
    circles::Circles,
    history::{Event, Kernel, Stream},
    measure::{Measure, Model},
    study::{check, span},
};
use crate::Locations;
use crate::sites::Sites;

/// Bernoulli scan: cases against controls.
///
/// With all times alike it is purely spatial.
///
/// # Paper
/// Kulldorff and Nagarwalla 1995, Spatial disease clusters: detection and inference, Statistics in Medicine 14(8),
/// <https://doi.org/10.1002/sim.4780140809>.
///
/// # Parameters
/// * `locations`, `cases`, `params`, `seed`: as in [`poisson_scan`](super::poisson_scan).
/// * `controls`: those who could have been a case and are none, at place and time.
///
/// The share of the parameters caps a circle's part of cases and controls together.
///
/// # Returns
/// As [`permutation_scan`](super::permutation_scan); expected is (cases and controls inside) × C / N.
///
/// # Algorithm
/// 1. A cylinder holds c cases among n cases and controls, of C among N in all.
/// 2. Its ratio is that of the two binomial likelihoods, inside and outside apart against one rate everywhere, when the
///    rate inside is the higher.
/// 3. A replicate draws anew which C of the N are cases.
/// 4. p and recurrence interval as in the permutation scan.
///
/// # Where it misleads
/// Controls must have had the same chance of being noticed. With few cases a place with one case and no control is
/// already extreme: ratios are ragged, and many clusters tie.
///
/// # Checked against
/// `SaTScan` 10.3.2 (case `satscan_nhumberside`).
///
/// # Errors
/// When a row names no location, or there is more than memory is kept for.
pub fn bernoulli_scan(
    locations: &Locations,
    cases: &[Case],
    controls: &[Case],
    params: &ScanParams,
    seed: u64,
) -> Result<Scan, ScanError> {
    check(locations, &[cases, controls], params.end())?;
    let (first, end) = span(&[cases, controls], params.end());
    let steps = super::study::bounded_steps(first, end)?;
    let sites = Sites::new(locations, params.max_radius_m());
    let listed = |rows: &[Case]| {
        let mut events: Vec<Event> = Vec::new();
        for row in rows.iter().filter(|row| row.time <= end) {
            let event = (sites.of_location(row.location), row.time.abs_diff(first) as u32);
            events.extend(std::iter::repeat_n(event, row.count as usize));
        }
        events.sort_unstable();
        events
    };
    let events = listed(cases);
    let total = events.len() as u64;
    let mut everyone = events.clone();
    everyone.extend(listed(controls));
    everyone.sort_unstable();
    let population = everyone.len() as u64;
    let (measure, weights) = cells(&sites, &everyone);
    let circles = Circles::new(&sites, &weights, params)?;
    let streams = [Stream {
        measure,
        model: Model::Bernoulli { total, population },
    }];
    let kernel = Kernel {
        circles: &circles,
        sites: &sites,
        streams: &streams,
        steps,
        first,
        params,
    };
    let (clusters, null) = kernel.scan(locations, &[events], seed, |events, generator| {
        // Floyd's sampling without replacement would need a set; Knuth's selection walks the list once.
        let mut wanted = events[0].len();
        let drawn = &mut events[0];
        drawn.clear();
        for (i, &event) in everyone.iter().enumerate() {
            let left = (everyone.len() - i) as u32;
            if (generator.below(left) as usize) < wanted {
                drawn.push(event);
                wanted -= 1;
            }
        }
    });
    Ok(Scan {
        clusters,
        null,
        total_cases: vec![total],
        first,
        end,
    })
}

/// Cases and controls by site and step, and their number for each site.
fn cells(sites: &Sites, everyone: &[Event]) -> (Measure, Vec<f64>) {
    let mut values: Vec<(u32, f64)> = Vec::new();
    let mut offsets = vec![0; sites.len() + 1];
    let mut weights = vec![0.0; sites.len()];
    for cell in everyone.chunk_by(|a, b| a == b) {
        let ((site, step), number) = (cell[0], cell.len() as f64);
        values.push((step, number));
        offsets[site as usize + 1] = values.len();
        weights[site as usize] += number;
    }
    for site in 0..sites.len() {
        offsets[site + 1] = offsets[site + 1].max(offsets[site]);
    }
    (Measure::Cells { offsets, values }, weights)
}
