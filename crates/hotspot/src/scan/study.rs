//! The data of a scan in the form that the kernels read.

use super::{Case, ScanError, ScanParams};
use crate::sites::Sites;
use crate::{Locations, random::Generator};

/// Most cases of one scan: sixteen bytes each while they are sorted, then four, and four more per thread.
pub(crate) const MOST_CASES: u64 = 50_000_000;

/// Most time steps that are counted one by one.
pub(crate) const MOST_STEPS: u64 = 1_000_000;

/// Cases that are permuted among themselves: one stream, or one phase of the cycle in it.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// Index of the stream.
    pub(crate) stream: usize,
    /// Site of every case, latest first; the first `ages.len()` are the recent ones.
    pub(crate) event_sites: Vec<u32>,
    /// Steps from the end of each recent case, ascending.
    pub(crate) ages: Vec<u32>,
    /// Cases not older than each age, 0 to the longest window.
    pub(crate) window_cases: Vec<u64>,
}

impl Group {
    /// All cases of the group.
    pub(crate) fn total(&self) -> u64 {
        self.event_sites.len() as u64
    }

    /// Draws which cases are recent, without replacement, at the front of `event_sites` (a partial Fisher–Yates
    /// shuffle: only the recent part of a permutation is ever looked at), and notes the swaps.
    pub(crate) fn draw(&self, event_sites: &mut [u32], swaps: &mut Vec<u32>, generator: &mut Generator) {
        swaps.clear();
        let total = event_sites.len();
        for i in 0..self.ages.len() {
            let j = i + generator.below((total - i) as u32) as usize;
            event_sites.swap(i, j);
            swaps.push(j as u32);
        }
    }
}

/// Takes the swaps of [`Group::draw`] back, so that every replicate starts from the same order.
pub(crate) fn undo(event_sites: &mut [u32], swaps: &[u32]) {
    for (i, &j) in swaps.iter().enumerate().rev() {
        event_sites.swap(i, j as usize);
    }
}

/// Sites, groups and windows of a prospective scan.
#[derive(Debug, Clone)]
pub(crate) struct Study<'a> {
    pub(crate) sites: &'a Sites,
    pub(crate) groups: Vec<Group>,
    pub(crate) stream_totals: Vec<u64>,
    /// First and last step.
    pub(crate) first: i64,
    pub(crate) end: i64,
    /// Steps of the longest window; of the study in a retrospective scan.
    pub(crate) steps: usize,
    /// Cases of each site in each group, site by site.
    pub(crate) site_cases: Vec<u32>,
}

impl<'a> Study<'a> {
    /// Checks the cases and brings them into the order of sites.
    pub(crate) fn new(
        locations: &Locations,
        sites: &'a Sites,
        streams: &[&[Case]],
        params: &ScanParams,
    ) -> Result<Self, ScanError> {
        check(locations, streams, params.end())?;
        let (first, end) = span(streams, params.end());
        let steps = if params.is_retrospective() {
            bounded_steps(first, end)?
        } else {
            end.abs_diff(first)
                .saturating_add(1)
                .min(u64::from(params.max_steps())) as usize
        };
        let phases = params.cycle().unwrap_or(1);
        let width = phases as usize;
        let mut by_group: Vec<Vec<(u64, u32)>> = vec![Vec::new(); streams.len() * width];
        for (stream, cases) in streams.iter().enumerate() {
            for case in cases.iter().filter(|c| c.time <= end) {
                let phase = case.time.rem_euclid(i64::from(phases)) as usize;
                let event = (end.abs_diff(case.time), sites.of_location(case.location));
                let group = &mut by_group[stream * width + phase];
                group.extend(std::iter::repeat_n(event, case.count as usize));
            }
        }
        let mut groups = Vec::new();
        for (index, mut events) in by_group.into_iter().enumerate() {
            // A stream keeps its place with one group at least; empty phases are dropped.
            if events.is_empty() && !index.is_multiple_of(width) {
                continue;
            }
            events.sort_unstable();
            let recent = events.partition_point(|e| e.0 < steps as u64);
            let mut window_cases = vec![0; steps];
            for event in &events[..recent] {
                window_cases[event.0 as usize] += 1;
            }
            for age in 1..steps {
                window_cases[age] += window_cases[age - 1];
            }
            groups.push(Group {
                stream: index / width,
                ages: events[..recent].iter().map(|e| e.0 as u32).collect(),
                event_sites: events.iter().map(|e| e.1).collect(),
                window_cases,
            });
        }
        let mut site_cases = vec![0; sites.len() * groups.len()];
        let mut stream_totals = vec![0; streams.len()];
        for (g, group) in groups.iter().enumerate() {
            stream_totals[group.stream] += group.total();
            for &site in &group.event_sites {
                site_cases[site as usize * groups.len() + g] += 1;
            }
        }
        Ok(Self {
            sites,
            groups,
            stream_totals,
            first,
            end,
            steps,
            site_cases,
        })
    }

    /// All cases.
    pub(crate) fn total(&self) -> u64 {
        self.stream_totals.iter().sum()
    }
}

/// First and last step with cases, the last one as asked if asked.
pub(crate) fn span(streams: &[&[Case]], end: Option<i64>) -> (i64, i64) {
    let times = || {
        streams
            .iter()
            .flat_map(|s| s.iter())
            .filter(|c| c.count > 0)
            .map(|c| c.time)
    };
    let end = end.or_else(|| times().max()).unwrap_or(0);
    (times().filter(|&t| t <= end).min().unwrap_or(end), end)
}

/// Steps from the first to the last, when they are not too many to count one by one.
pub(crate) fn bounded_steps(first: i64, end: i64) -> Result<usize, ScanError> {
    let steps = end.abs_diff(first).saturating_add(1);
    if steps > MOST_STEPS {
        return Err(ScanError::TooManySteps {
            steps,
            limit: MOST_STEPS,
        });
    }
    Ok(steps as usize)
}

pub(crate) fn check(locations: &Locations, streams: &[&[Case]], end: Option<i64>) -> Result<(), ScanError> {
    if streams.is_empty() {
        return Err(ScanError::NoStream);
    }
    let mut total = 0_u64;
    for (stream, cases) in streams.iter().enumerate() {
        for (row, case) in cases.iter().enumerate() {
            if case.location >= locations.len() {
                return Err(ScanError::UnknownLocation {
                    stream,
                    row,
                    location: case.location,
                });
            }
            if end.is_none_or(|end| case.time <= end) {
                total += u64::from(case.count);
            }
        }
    }
    if total > MOST_CASES {
        return Err(ScanError::TooManyCases {
            cases: total,
            limit: MOST_CASES,
        });
    }
    Ok(())
}
