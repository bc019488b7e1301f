//! ST-DBSCAN: clusters of events that are dense in space and time.

use rayon::prelude::*;
use thiserror::Error;

use crate::{Locations, sites::Sites};

/// Most neighbours that are looked at: about a minute.
const MOST_LOOKS: u64 = 4_000_000_000;

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
    /// More neighbours than can be looked at in minutes.
    #[error("more than {limit} neighbours to look at; take a shorter distance, fewer days or fewer events")]
    TooManyNeighbours {
        /// Neighbours looked at.
        limit: u64,
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
/// When numbers of times and locations differ, or there are too many neighbours.
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
    let ground = Ground::new(locations, times, params);
    let is_core = ground.cores()?;
    let mut parent: Vec<u32> = (0..times.len() as u32).collect();
    for site in 0..ground.sites.len() as u32 {
        let near = ground.near(site);
        for &event in ground.of(site).iter().filter(|&&event| is_core[event as usize]) {
            for &(_, other_site) in &near {
                for &other in ground
                    .about(other_site, event)
                    .iter()
                    .filter(|&&o| is_core[o as usize])
                {
                    let (a, b) = (root(&mut parent, event), root(&mut parent, other));
                    parent[a.max(b) as usize] = a.min(b);
                }
            }
        }
    }
    let mut owner: Vec<Option<u32>> = vec![None; times.len()];
    for site in 0..ground.sites.len() as u32 {
        let near = ground.near(site);
        for &event in ground.of(site) {
            let core = if is_core[event as usize] {
                Some(event)
            } else {
                ground.nearest_core(event, &near, &is_core)
            };
            owner[event as usize] = core.map(|core| root(&mut parent, core));
        }
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

/// Events by site and time. Neighbours are looked up again rather than kept: memory stays in proportion to the events.
struct Ground<'a> {
    sites: Sites,
    times: &'a [i64],
    params: StDbscanParams,
    /// Events of each site, the earliest first.
    by_time: Vec<Vec<u32>>,
}

impl<'a> Ground<'a> {
    fn new(locations: &Locations, times: &'a [i64], params: StDbscanParams) -> Self {
        let sites = Sites::new(locations, params.distance_m);
        let sorted = |site: u32| {
            let mut events: Vec<u32> = sites.members(site).iter().map(|&event| event as u32).collect();
            events.sort_by_key(|&event| (times[event as usize], event));
            events
        };
        let by_time = (0..sites.len() as u32).into_par_iter().map(sorted).collect();
        Self {
            sites,
            times,
            params,
            by_time,
        }
    }

    fn of(&self, site: u32) -> &[u32] {
        &self.by_time[site as usize]
    }

    /// Sites within the distance, nearest first.
    fn near(&self, site: u32) -> Vec<(f64, u32)> {
        self.sites.within(site, self.params.distance_m, |_| true)
    }

    /// The events of a site that are near in time to an event.
    fn about(&self, site: u32, event: u32) -> &[u32] {
        let time = self.times[event as usize];
        let events = self.of(site);
        let start = events.partition_point(|&other| {
            let other = self.times[other as usize];
            other < time && time.abs_diff(other) > self.params.steps
        });
        let end = events.partition_point(|&other| {
            let other = self.times[other as usize];
            other <= time || time.abs_diff(other) <= self.params.steps
        });
        &events[start..end]
    }

    /// Whether each event has enough neighbours.
    fn cores(&self) -> Result<Vec<bool>, StDbscanError> {
        let mut is_core = vec![false; self.times.len()];
        let mut looks = 0;
        let all: Vec<u32> = (0..self.sites.len() as u32).collect();
        for chunk in all.chunks(256) {
            let found: Vec<Vec<u64>> = (chunk.par_iter())
                .map(|&site| {
                    let near = self.near(site);
                    let number = |&event: &u32| {
                        near.iter()
                            .map(|&(_, other)| self.about(other, event).len() as u64)
                            .sum()
                    };
                    self.of(site).iter().map(number).collect()
                })
                .collect();
            for (&site, numbers) in chunk.iter().zip(found) {
                for (&event, number) in self.of(site).iter().zip(numbers) {
                    is_core[event as usize] = number >= self.params.min_events as u64;
                    looks += number;
                }
            }
            if looks > MOST_LOOKS {
                return Err(StDbscanError::TooManyNeighbours { limit: MOST_LOOKS });
            }
        }
        Ok(is_core)
    }

    /// The core that an event without enough neighbours belongs to.
    fn nearest_core(&self, event: u32, near: &[(f64, u32)], is_core: &[bool]) -> Option<u32> {
        let mut nearest: Option<(f64, u64, u32, i64, u32)> = None;
        for &(distance, site) in near {
            for &other in self.about(site, event).iter().filter(|&&o| is_core[o as usize]) {
                let time = self.times[other as usize];
                let apart = self.times[event as usize].abs_diff(time);
                let candidate = (distance, apart, site, time, other);
                if nearest.is_none_or(|n| candidate.partial_cmp(&n).is_some_and(std::cmp::Ordering::is_lt)) {
                    nearest = Some(candidate);
                }
            }
        }
        nearest.map(|n| n.4)
    }
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
