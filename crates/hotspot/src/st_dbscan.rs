//! ST-DBSCAN: clusters of events that are dense in space and time.

use rayon::prelude::*;
use thiserror::Error;

use crate::{Locations, sites::Sites};

/// Checked parameters of [`st_dbscan`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StDbscanParams {
    distance_m: f64,
    steps: u64,
    min_events: usize,
}

/// Why events cannot be clustered.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum StDbscanError {
    /// The distance is negative or not finite.
    #[error("distance must be at least 0 m and finite, not {0}")]
    Distance(f64),
    /// No event would make a cluster.
    #[error("a cluster needs at least one event")]
    MinEvents,
    /// Number of times and of locations differ.
    #[error("{times} times for {locations} locations")]
    Length {
        /// Times given.
        times: usize,
        /// Locations given.
        locations: usize,
    },
}

impl StDbscanParams {
    /// Events are neighbours within `distance_m` metres and `steps` time steps; an event with at least `min_events`
    /// neighbours, itself included, is a core.
    ///
    /// # Errors
    /// When the distance is negative or not finite, or `min_events` is 0.
    pub fn new(distance_m: f64, steps: u64, min_events: usize) -> Result<Self, StDbscanError> {
        if !(distance_m.is_finite() && distance_m >= 0.0) {
            return Err(StDbscanError::Distance(distance_m));
        }
        if min_events == 0 {
            return Err(StDbscanError::MinEvents);
        }
        Ok(Self {
            distance_m,
            steps,
            min_events,
        })
    }
}

/// ST-DBSCAN: the cluster of each event, or `None` for noise.
///
/// # Papers
/// Birant and Kut 2007, ST-DBSCAN: an algorithm for clustering spatial-temporal data, Data & Knowledge Engineering 60,
/// <https://doi.org/10.1016/j.datak.2006.01.013>; Ester, Kriegel, Sander, Xu 1996, KDD-96, 226–231.
///
/// # Parameters
/// * `locations`: one for each event; `times`: step of each. * `params`: distance in metres, time in steps, events.
///
/// # Returns
/// Numbers from 0, in the order in which the clusters' first events come.
///
/// # Algorithm
/// 1. Neighbours are found by a grid; cores have enough of them. 2. Neighbouring cores are one cluster. 3. An event that
///    is no core joins the cluster of its nearest neighbouring core (ties: nearest in time, then by coordinates and time);
///    so, unlike in the paper, the answer does not depend on the order of the events.
///
/// # Where it misleads
/// One density for a whole city finds only its centre. It tests nothing: some events cluster in any pattern. Clusters
/// chain along streets and through weeks.
///
/// # Checked against
/// No program at hand: worked by hand.
///
/// # Errors
/// When numbers of times and locations differ.
pub fn st_dbscan(
    locations: &Locations,
    times: &[i64],
    params: StDbscanParams,
) -> Result<Vec<Option<u32>>, StDbscanError> {
    if times.len() != locations.len() {
        return Err(StDbscanError::Length {
            times: times.len(),
            locations: locations.len(),
        });
    }
    let sites = Sites::new(locations, params.distance_m);
    // Neighbours are looked up again rather than kept: memory stays in proportion to the events.
    let visit = |event: usize, found: &mut dyn FnMut(f64, usize)| {
        for (distance, site) in sites.within(sites.of_location(event), params.distance_m, |_| true) {
            for &other in sites.members(site) {
                if times[event].abs_diff(times[other]) <= params.steps {
                    found(distance, other);
                }
            }
        }
    };
    let is_core: Vec<bool> = (0..times.len())
        .into_par_iter()
        .map(|event| {
            let mut number = 0;
            visit(event, &mut |_, _| number += 1);
            number >= params.min_events
        })
        .collect();
    let mut parent: Vec<u32> = (0..times.len() as u32).collect();
    for event in (0..times.len()).filter(|&event| is_core[event]) {
        visit(event, &mut |_, other| {
            if is_core[other] {
                let (a, b) = (root(&mut parent, event as u32), root(&mut parent, other as u32));
                parent[a.max(b) as usize] = a.min(b);
            }
        });
    }
    let mut owner: Vec<Option<u32>> = vec![None; times.len()];
    for event in 0..times.len() {
        if is_core[event] {
            owner[event] = Some(root(&mut parent, event as u32));
            continue;
        }
        let mut nearest: Option<(f64, u64, u32, i64, u32)> = None;
        visit(event, &mut |distance, other| {
            if is_core[other] {
                let site = sites.of_location(other);
                let candidate = (
                    distance,
                    times[event].abs_diff(times[other]),
                    site,
                    times[other],
                    other as u32,
                );
                if nearest.is_none_or(|n| candidate.partial_cmp(&n).is_some_and(std::cmp::Ordering::is_lt)) {
                    nearest = Some(candidate);
                }
            }
        });
        owner[event] = nearest.map(|n| root(&mut parent, n.4));
    }
    let mut numbers = std::collections::HashMap::new();
    let labels = owner.into_iter().map(|owner| {
        owner.map(|root| {
            let next = numbers.len() as u32;
            *numbers.entry(root).or_insert(next)
        })
    });
    Ok(labels.collect())
}

fn root(parent: &mut [u32], mut event: u32) -> u32 {
    while parent[event as usize] != event {
        parent[event as usize] = parent[parent[event as usize] as usize];
        event = parent[event as usize];
    }
    event
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dense_events_cluster_apart_in_space_and_in_time() {
        let x = [0.0, 1.0, 2.0, 0.0, 1.0, 2.0, 3.0, 50.0];
        let times = [0, 0, 0, 100, 100, 100, 101, 0];
        let locations = Locations::plane(x.iter().map(|&x| [x, 0.0]).collect()).unwrap();
        let params = StDbscanParams::new(1.0, 1, 3).unwrap();
        let labels = st_dbscan(&locations, &times, params).unwrap();
        let expected = [
            Some(0),
            Some(0),
            Some(0),
            Some(1),
            Some(1),
            Some(1),
            Some(1),
            None,
        ];
        assert_eq!(labels, expected);
        assert!(StDbscanParams::new(f64::NAN, 1, 3).is_err());
        assert!(st_dbscan(&locations, &[1], params).is_err());
    }
}
