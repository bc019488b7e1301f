//! The Poisson scan.

use super::{
    Baseline, Case, Scan, ScanError, ScanParams,
    circles::Circles,
    history::{Event, Kernel, Stream},
    measure::{Measure, Model},
    study::check,
};
use crate::sites::Sites;
use crate::{Locations, random::Generator};

/// Poisson scan: cases against the population at risk, with covariates in the [`Baseline`].
///
/// Prospective or retrospective as the parameters say; with a baseline of one step it is purely spatial.
///
/// # Papers
/// Kulldorff 1997, A spatial scan statistic, Communications in Statistics 26(6),
/// <https://doi.org/10.1080/03610929708831995>; Kulldorff, Athas, Feuer, Miller, Key 1998, Evaluating cluster alarms,
/// American Journal of Public Health 88(9), <https://doi.org/10.2105/AJPH.88.9.1377>.
///
/// # Parameters
/// * `locations`, `cases`: as in [`permutation_scan`](super::permutation_scan).
/// * `baseline`: expected cases of each location and step, up to a common factor; it sets the study period, and cases
///   outside of it are not looked at.
/// * `params`: the share caps a circle's part of all that is expected. A cycle has no meaning here and is ignored.
/// * `seed`: of the replicates.
///
/// # Returns
/// As [`permutation_scan`](super::permutation_scan).
///
/// # Algorithm
/// 1. The baseline is scaled to the number of cases; μ of a cylinder is its sum there.
/// 2. Circles grow over places where something is expected; windows begin and end at a step with cases (any other is
///    no better). The ratio is c ln(c/μ) + (C − c) ln((C − c)/(C − μ)) when c > μ.
/// 3. A replicate lays the C cases out anew, independently, in proportion to the baseline.
/// 4. p and recurrence interval as in the permutation scan.
///
/// # Where it misleads
/// * A wrong population is a cluster: residents are not those at risk in a city centre at night.
/// * A rise of the whole city is a cluster with a large circle when windows are shorter than the study.
/// * Counts that vary more than Poisson make the p-values too small.
///
/// # Checked against
/// `SaTScan` 10.3.2 (case `satscan_nm_brain`).
///
/// # Errors
/// When a case names no location, the baseline has other locations, a case lies where nothing is expected, or there
/// is more than memory is kept for.
pub fn poisson_scan(
    locations: &Locations,
    cases: &[Case],
    baseline: &Baseline,
    params: &ScanParams,
    seed: u64,
) -> Result<Scan, ScanError> {
    if baseline.locations() != locations.len() {
        let (found, wanted) = (baseline.locations(), locations.len());
        return Err(ScanError::BaselineLocations { found, wanted });
    }
    let (first, steps) = (baseline.first(), baseline.steps());
    let end = first.saturating_add_unsigned(steps as u64 - 1);
    check(locations, &[cases], Some(end))?;
    let sites = Sites::new(locations, params.max_radius_m());
    let mut events: Vec<Event> = Vec::new();
    for (row, case) in cases.iter().enumerate() {
        if case.count == 0 || !(first..=end).contains(&case.time) {
            continue;
        }
        let step = case.time.abs_diff(first) as usize;
        if baseline.of_location(case.location)[step] <= 0.0 {
            return Err(ScanError::NothingExpected { row });
        }
        let event = (sites.of_location(case.location), step as u32);
        events.extend(std::iter::repeat_n(event, case.count as usize));
    }
    events.sort_unstable();
    let total = events.len() as u64;
    let scale = total as f64 / baseline.total().max(f64::MIN_POSITIVE);
    let (measure, weights) = cells(&sites, baseline, scale);
    let draw = Alias::new(&measure);
    let circles = Circles::new(&sites, &weights, params)?;
    let streams = [Stream {
        measure,
        model: Model::Poisson { total },
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
        for event in &mut events[0] {
            *event = draw.next(generator);
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

/// The scaled baseline by site, and its sum for each.
fn cells(sites: &Sites, baseline: &Baseline, scale: f64) -> (Measure, Vec<f64>) {
    let mut offsets = vec![0];
    let mut values: Vec<(u32, f64)> = Vec::new();
    let mut weights = Vec::with_capacity(sites.len());
    for site in 0..sites.len() as u32 {
        let mut by_step = vec![0.0; baseline.steps()];
        for &location in sites.members(site) {
            for (sum, value) in by_step.iter_mut().zip(baseline.of_location(location)) {
                *sum += value * scale;
            }
        }
        weights.push(by_step.iter().sum());
        let expected = by_step.into_iter().enumerate().filter(|(_, value)| *value > 0.0);
        values.extend(expected.map(|(step, value)| (step as u32, value)));
        offsets.push(values.len());
    }
    (Measure::Cells { offsets, values }, weights)
}

/// Draws cells in proportion to their value (Walker's alias method; Vose 1991,
/// <https://doi.org/10.1109/32.92917>).
#[derive(Debug)]
struct Alias {
    cells: Vec<Event>,
    keep: Vec<f64>,
    other: Vec<u32>,
}

impl Alias {
    fn new(measure: &Measure) -> Self {
        let Measure::Cells { offsets, values } = measure else {
            return Self {
                cells: Vec::new(),
                keep: Vec::new(),
                other: Vec::new(),
            };
        };
        let cells: Vec<Event> = offsets
            .windows(2)
            .enumerate()
            .flat_map(|(site, range)| values[range[0]..range[1]].iter().map(move |v| (site as u32, v.0)))
            .collect();
        let sum: f64 = values.iter().map(|v| v.1).sum();
        let mut keep: Vec<f64> = values.iter().map(|v| v.1 * values.len() as f64 / sum).collect();
        let mut other: Vec<u32> = (0..values.len() as u32).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) = (0..keep.len()).partition(|&i| keep[i] < 1.0);
        while let (Some(less), Some(&more)) = (small.pop(), large.last()) {
            other[less] = more as u32;
            keep[more] -= 1.0 - keep[less];
            if keep[more] < 1.0 {
                large.pop();
                small.push(more);
            }
        }
        // What rounding has left over is kept whole.
        small.into_iter().chain(large).for_each(|i| keep[i] = 1.0);
        Self { cells, keep, other }
    }

    fn next(&self, generator: &mut Generator) -> Event {
        let i = generator.below(self.cells.len() as u32) as usize;
        if generator.unit() < self.keep[i] {
            self.cells[i]
        } else {
            self.cells[self.other[i] as usize]
        }
    }
}
