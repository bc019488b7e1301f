//! The space-time permutation scan.

use rayon::prelude::*;

use super::{
    Case, Cluster, NullDistribution, ScanError, ScanParams, StreamShare,
    circles::Circles,
    cluster::{Candidate, without_overlap},
    discs::Discs,
    history::{Event, Kernel, Stream},
    joint,
    likelihood::log_likelihood_ratio,
    measure::{Margin, Measure, Model},
    prospective,
    study::Study,
};
use crate::{Locations, sites::Sites};

/// What a scan found.
#[derive(Debug, Clone, PartialEq)]
pub struct Scan {
    /// The most likely cluster first, then those that share no location with one before.
    pub clusters: Vec<Cluster>,
    /// Largest ratios of the replicates.
    pub null: NullDistribution,
    /// Cases of each stream up to the end of the study.
    pub total_cases: Vec<u64>,
    /// First time step with a case.
    pub first: i64,
    /// Last time step of the study.
    pub end: i64,
}

/// Space-time permutation scan, prospective or retrospective, over one or several streams of cases.
///
/// It asks whether somewhere in the city more cases than usual have come in lately, when the city's own past and the
/// place's own past are the only yardsticks: no population is needed. With several streams the log-likelihood ratios
/// of those in excess in the same cylinder are added.
///
/// # Papers
/// Kulldorff, Heffernan, Hartman, Assunção, Mostashari 2005, A space-time permutation scan statistic for disease
/// outbreak detection, `PLoS` Medicine 2(3): e59, <https://doi.org/10.1371/journal.pmed.0020059>. Several streams:
/// Kulldorff, Mostashari, Duczmal, Yih, Kleinman, Platt 2007, Multivariate scan statistics for disease surveillance,
/// Statistics in Medicine 26, <https://doi.org/10.1002/sim.2818>.
///
/// # Parameters
/// * `locations`: possible centres and members; one without cases is both, too.
/// * `streams`: cases of each stream; rows may repeat and stand in any order.
/// * `params`: radius in metres, windows in time steps, shares, replicates; see [`ScanParams`].
/// * `seed`: of the replicates; the same seed gives the same answer on any number of threads.
///
/// # Returns
/// Clusters in falling order of their ratio, without shared locations, down to any ratio above 0: the p-value says
/// which to heed. Without cases, or without an excess anywhere, there is none.
///
/// # Algorithm
/// 1. Locations at one point become one site. About each site the others are sorted by distance once; circles grow
///    ring by ring (all sites at one distance together) up to the radius and the share of all cases.
/// 2. A cylinder is a circle and the last 1 to `max_steps` steps. It holds c cases; expected are
///    μ = (cases of the circle over all time) × (cases of the window everywhere) / (all cases). With a cycle, μ is
///    summed over its phases.
/// 3. Its ratio is c ln(c/μ) + (C − c) ln((C − c)/(C − μ)) when c > μ and c ≥ `min_cases`. The best cylinder of each
///    centre is kept.
/// 4. A replicate assigns the time steps to the cases at random (within a phase of the cycle, within a stream): both
///    margins stay. Only the recent cases matter, so only they are drawn, without replacement. The same cylinders
///    are scanned and the largest ratio is kept.
/// 5. p = (b + 1) / (R + 1), b replicates having at least the ratio. The recurrence interval is 1 / p looks.
///
/// # Where it misleads
/// * It cannot see a rise of the whole city: time totals are given. Watch areas with an outbreak rule besides.
/// * A quarter that grows faster than the rest, or one that is busy on other weekdays, looks like a cluster: shorten
///   the study, or stratify by a cycle of 7.
/// * Late reports thin out the last days. Daily looks overlap, so true alarms come in runs, and false ones too.
/// * The p-values of further clusters are conservative: they are compared with the largest ratio of the replicates.
/// * 999 replicates cap the recurrence interval at 1000 looks; a Gumbel tail goes on, but is a fit.
///
/// # Checked against
/// `SaTScan` 10.3.2 (cases `satscan_syn1k`, `satscan_nyc_fever`).
///
/// # Errors
/// When a case names no location, or there are more cases or neighbour pairs than memory is kept for (50 million
/// cases, 250 million pairs of centre and neighbour).
pub fn permutation_scan(
    locations: &Locations,
    streams: &[&[Case]],
    params: &ScanParams,
    seed: u64,
) -> Result<Scan, ScanError> {
    let sites = Sites::new(locations, params.max_radius_m());
    let study = Study::new(locations, &sites, streams, params)?;
    if params.is_retrospective() {
        return scan_history(&study, locations, params, seed);
    }
    let circles = Circles::over_all(&sites, params.max_radius_m())?;
    scan_to_the_end(&study, &circles, locations, params, seed)
}

/// Windows that end with the study.
pub(crate) fn scan_to_the_end(
    study: &Study,
    circles: &Circles,
    locations: &Locations,
    params: &ScanParams,
    seed: u64,
) -> Result<Scan, ScanError> {
    let width = study.groups.len();
    let discs = Discs::new(circles, &study.site_cases, width, study.total(), params)?;
    let (candidates, null) = if width == 1 {
        scan_one(study, &discs, params, seed)
    } else {
        scan_joint(study, &discs, params, seed)
    };
    let clusters = without_overlap(candidates, locations, study.sites, study.total(), &null, params);
    let total_cases = study.stream_totals.clone();
    Ok(Scan {
        clusters,
        null,
        total_cases,
        first: study.first,
        end: study.end,
    })
}

/// Windows anywhere in the study.
fn scan_history(
    study: &Study,
    locations: &Locations,
    params: &ScanParams,
    seed: u64,
) -> Result<Scan, ScanError> {
    let steps = study.steps;
    let width = study.groups.len();
    let mut events: Vec<Vec<Event>> = vec![Vec::new(); study.stream_totals.len()];
    let mut margins: Vec<Vec<Margin>> = vec![Vec::new(); study.stream_totals.len()];
    for (g, group) in study.groups.iter().enumerate() {
        let steps_of = group.ages.iter().map(|&age| (steps - 1) as u32 - age);
        events[group.stream].extend(group.event_sites.iter().copied().zip(steps_of));
        // Cases before a step are those not counted in the window from it to the end.
        let older =
            |step: usize| group.total() - step.checked_sub(1).map_or(0, |age| group.window_cases[age]);
        margins[group.stream].push(Margin {
            site_cases: study.site_cases.iter().skip(g).step_by(width).copied().collect(),
            before: (0..=steps).map(|step| older(steps - step) as f64).collect(),
            total: (group.total() as f64).max(1.0),
        });
    }
    let streams: Vec<Stream> = (margins.into_iter().zip(&study.stream_totals))
        .map(|(margins, &total)| Stream {
            measure: Measure::Margins(margins),
            model: Model::Poisson { total },
        })
        .collect();
    let weights: Vec<f64> = study
        .site_cases
        .chunks_exact(width)
        .map(|cases| cases.iter().map(|&c| f64::from(c)).sum())
        .collect();
    let circles = Circles::new(study.sites, &weights, params)?;
    let kernel = Kernel {
        circles: &circles,
        sites: study.sites,
        streams: &streams,
        steps,
        first: study.first,
        params,
    };
    let (clusters, null) = kernel.scan(locations, &events, seed, |events, generator| {
        let mut begin = vec![0; events.len()];
        for group in &study.groups {
            let start = begin[group.stream];
            begin[group.stream] += group.event_sites.len();
            let of_group = &mut events[group.stream][start..begin[group.stream]];
            for i in (1..of_group.len()).rev() {
                let j = generator.below(i as u32 + 1) as usize;
                (of_group[i].0, of_group[j].0) = (of_group[j].0, of_group[i].0);
            }
        }
    });
    let total_cases = study.stream_totals.clone();
    Ok(Scan {
        clusters,
        null,
        total_cases,
        first: study.first,
        end: study.end,
    })
}

fn scan_one(
    study: &Study,
    discs: &Discs,
    params: &ScanParams,
    seed: u64,
) -> (Vec<Candidate>, NullDistribution) {
    let kernel = prospective::Kernel::new(discs, &study.groups[0], study.sites.len(), params.min_cases());
    let found = kernel.observed();
    let candidates = found
        .into_iter()
        .map(|(centre, cylinder, llr)| {
            let share = StreamShare {
                observed: u64::from(cylinder.count),
                expected: kernel.expected(cylinder.product),
                llr,
            };
            candidate(
                study,
                discs,
                centre,
                cylinder.position,
                cylinder.age,
                llr,
                vec![share],
            )
        })
        .collect();
    let null = replicated(
        params,
        || kernel.workspace(),
        |workspace, number| kernel.replicate(workspace, seed, number),
    );
    (candidates, null)
}

fn scan_joint(
    study: &Study,
    discs: &Discs,
    params: &ScanParams,
    seed: u64,
) -> (Vec<Candidate>, NullDistribution) {
    let reaches = joint::reaches(study);
    let kernel = joint::Kernel::new(discs, study, &reaches, params.min_cases());
    let share = |s: usize, cylinder: &joint::JointCylinder| {
        let (observed, expected) = (u64::from(cylinder.observed[s]), cylinder.expected[s]);
        StreamShare {
            observed,
            expected,
            llr: log_likelihood_ratio(observed, expected, study.stream_totals[s]),
        }
    };
    let candidates = kernel
        .observed()
        .into_iter()
        .map(|(centre, cylinder)| {
            let shares = (0..study.stream_totals.len())
                .map(|s| share(s, &cylinder))
                .collect();
            candidate(
                study,
                discs,
                centre,
                cylinder.position,
                cylinder.age,
                cylinder.ratio,
                shares,
            )
        })
        .collect();
    let null = replicated(
        params,
        || kernel.workspace(),
        |workspace, number| kernel.replicate(workspace, seed, number),
    );
    (candidates, null)
}

/// The cylinder about a centre up to a neighbour's ring, over the last steps up to an age.
fn candidate(
    study: &Study,
    discs: &Discs,
    centre: u32,
    position: usize,
    age: usize,
    llr: f64,
    streams: Vec<StreamShare>,
) -> Candidate {
    Candidate {
        centre,
        radius_m: study.sites.distance_m(centre, discs.sites[position]),
        start: study.end.saturating_sub_unsigned(age as u64),
        end: study.end,
        llr,
        streams,
    }
}

/// The largest ratios of the replicates, whatever thread draws which.
fn replicated<W: Send>(
    params: &ScanParams,
    workspace: impl Fn() -> W + Sync + Send,
    replicate: impl Fn(&mut W, u64) -> f64 + Sync + Send,
) -> NullDistribution {
    let numbers = (0..u64::from(params.replicates())).into_par_iter();
    NullDistribution::new(numbers.map_init(workspace, replicate).collect())
}
