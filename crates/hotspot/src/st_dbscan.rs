//! ST-DBSCAN: clusters of events that are dense in space and time.

use std::{cmp::Ordering, collections::HashMap, ops::Range};

use rayon::prelude::*;
use thiserror::Error;

use crate::{Locations, grid::Grid, locations::straight_line, sites::is_near};

/// Most pairs of events that are looked at: about two minutes on two cores.
const MOST_LOOKS: u64 = 10_000_000_000;

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
    /// More events near each other than can be looked at in minutes; said before they are looked at.
    #[error(
        "{looks} pairs of events are so near in space and time that they would have to be looked at, more than the {limit} of \
         about two minutes; take a shorter distance, fewer days or a part of the events"
    )]
    TooManyNeighbours {
        /// Pairs that would be looked at, each from both sides.
        looks: u64,
        /// Most that are.
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
/// 1. Neighbours are found by a grid in which the events of a cell stand by time; cores have enough of them.
/// 2. Neighbouring cores are one cluster. 3. An event that is no core joins the cluster of its nearest neighbouring core
///    (ties: nearest in time, then by coordinates and time); so, unlike in the paper, the answer does not depend on the
///    order of the events.
///
/// # Where it misleads
/// One density for a whole city finds only its centre. It tests nothing: some events cluster in any pattern. Clusters
/// chain along streets and through weeks.
///
/// # Checked against
/// No program at hand: worked by hand.
///
/// # Errors
/// When numbers of times and locations differ, or more than ten thousand million pairs of events would have to be looked
/// at: what lies in the same or a neighbouring square as wide as the distance, within the steps.
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
    ground.check_looks()?;
    let is_core = ground.cores(params.min_events);
    let mut parent: Vec<u32> = (0..times.len() as u32).collect();
    for cell in &ground.cells {
        ground.runs(cell, |event, run| {
            if !is_core[event] {
                return;
            }
            // A pair is met from both sides.
            for other in run.filter(|&other| other > event && is_core[other]) {
                if ground.is_near(event, other) {
                    let (a, b) = (root(&mut parent, event as u32), root(&mut parent, other as u32));
                    parent[a.max(b) as usize] = a.min(b);
                }
            }
        });
    }
    let mut owner: Vec<Option<u32>> = vec![None; times.len()];
    for (event, core) in ground.borders(&is_core) {
        owner[event] = Some(core);
    }
    for event in (0..times.len()).filter(|&event| is_core[event]) {
        owner[event] = Some(event as u32);
    }
    let mut label_of_row = vec![None; times.len()];
    for (event, &row) in ground.grid.order().iter().enumerate() {
        label_of_row[row as usize] = owner[event].map(|core| root(&mut parent, core));
    }
    let mut numbers = HashMap::new();
    let labels = label_of_row.into_iter().map(|owner| {
        owner.map(|root| {
            let next = numbers.len() as u32;
            *numbers.entry(root).or_insert(next)
        })
    });
    Ok(labels.collect())
}

/// Events cell after cell, those of a cell by time: they are known here by their place in that order.
struct Ground {
    grid: Grid,
    cells: Vec<([i64; 3], Range<usize>)>,
    positions: Vec<[f64; 3]>,
    times: Vec<i64>,
    steps: u64,
    straight_m: f64,
}

impl Ground {
    fn new(locations: &Locations, times: &[i64], params: StDbscanParams) -> Self {
        let embedded = locations.embedded();
        let straight_m = locations.metric().straight_m(params.distance_m);
        let rank = |event: u32| (times[event as usize], event);
        let grid = Grid::new(&embedded, locations.metric(), straight_m, rank);
        let order = grid.order();
        let mut cells: Vec<([i64; 3], Range<usize>)> = grid.cells().collect();
        cells.sort_unstable_by_key(|cell| cell.1.start);
        Self {
            cells,
            positions: order.iter().map(|&row| embedded[row as usize]).collect(),
            times: order.iter().map(|&row| times[row as usize]).collect(),
            steps: params.steps,
            straight_m,
            grid,
        }
    }

    /// Visits each event of a cell with the runs of events, itself included, that may be its neighbours: those of its cell
    /// and of the ones beside it that are near in time.
    fn runs(&self, cell: &([i64; 3], Range<usize>), mut visit: impl FnMut(usize, Range<usize>)) {
        for beside in self.grid.beside(cell.0) {
            let (mut start, mut end) = (beside.start, beside.start);
            for event in cell.1.clone() {
                let time = self.times[event];
                let is_early = |&other: &i64| other < time && time.abs_diff(other) > self.steps;
                let is_late = |&other: &i64| other > time && time.abs_diff(other) > self.steps;
                start += self.times[start..beside.end]
                    .iter()
                    .take_while(|t| is_early(t))
                    .count();
                end = end.max(start);
                end += self.times[end..beside.end]
                    .iter()
                    .take_while(|t| !is_late(t))
                    .count();
                visit(event, start..end);
            }
        }
    }

    fn is_near(&self, event: usize, other: usize) -> bool {
        is_near(
            self.straight_m,
            straight_line(self.positions[event], self.positions[other]),
        )
    }

    fn check_looks(&self) -> Result<(), StDbscanError> {
        let looks = (self.cells.par_iter()).map(|cell| {
            let mut looks = 0;
            self.runs(cell, |_, run| looks += run.len() as u64);
            looks
        });
        let looks = looks.sum();
        if looks > MOST_LOOKS {
            let limit = MOST_LOOKS;
            return Err(StDbscanError::TooManyNeighbours { looks, limit });
        }
        Ok(())
    }

    /// Whether each event has enough neighbours.
    fn cores(&self, min_events: usize) -> Vec<bool> {
        let of_cell = |cell: &([i64; 3], Range<usize>)| -> Vec<bool> {
            let mut numbers = vec![0; cell.1.len()];
            self.runs(cell, |event, run| {
                let number = &mut numbers[event - cell.1.start];
                let missing = min_events - *number;
                *number += run
                    .filter(|&other| self.is_near(event, other))
                    .take(missing)
                    .count();
            });
            numbers.into_iter().map(|number| number == min_events).collect()
        };
        self.cells.par_iter().flat_map_iter(of_cell).collect()
    }

    /// The events that are no cores but near one, with the nearest.
    fn borders(&self, is_core: &[bool]) -> Vec<(usize, u32)> {
        let of_cell = |cell: &([i64; 3], Range<usize>)| -> Vec<(usize, u32)> {
            let mut nearest: Vec<Option<usize>> = vec![None; cell.1.len()];
            self.runs(cell, |event, run| {
                if is_core[event] {
                    return;
                }
                let nearest = &mut nearest[event - cell.1.start];
                for other in run.filter(|&other| is_core[other] && self.is_near(event, other)) {
                    if nearest.is_none_or(|known| self.by_nearness(event, other, known).is_lt()) {
                        *nearest = Some(other);
                    }
                }
            });
            let found = cell.1.clone().zip(nearest);
            found
                .filter_map(|(event, core)| Some((event, core? as u32)))
                .collect()
        };
        self.cells.par_iter().flat_map_iter(of_cell).collect()
    }

    /// Which of two events is nearer to a third: in space, in time, then by coordinates and time.
    fn by_nearness(&self, event: usize, a: usize, b: usize) -> Ordering {
        let distance = |other: usize| straight_line(self.positions[event], self.positions[other]);
        let apart = |other: usize| self.times[event].abs_diff(self.times[other]);
        // Adding zero makes −0 and 0 one coordinate.
        let axis = |axis: usize| (self.positions[a][axis] + 0.0).total_cmp(&(self.positions[b][axis] + 0.0));
        (distance(a).total_cmp(&distance(b)))
            .then(apart(a).cmp(&apart(b)))
            .then_with(|| axis(0).then(axis(1)).then(axis(2)))
            .then(self.times[a].cmp(&self.times[b]))
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
    use crate::random::Generator;

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

    /// By the definition: cores that are neighbours share a cluster, everything compared with everything.
    fn by_definition(
        points: &[[f64; 2]],
        times: &[i64],
        distance_m: f64,
        steps: u64,
        min: usize,
    ) -> Vec<bool> {
        let near = |a: usize, b: usize| {
            (points[a][0] - points[b][0]).hypot(points[a][1] - points[b][1]) <= distance_m
                && times[a].abs_diff(times[b]) <= steps
        };
        let all = 0..points.len();
        let is_core = |a: usize| all.clone().filter(|&b| near(a, b)).count() >= min;
        let cores: Vec<usize> = all.clone().filter(|&a| is_core(a)).collect();
        let mut cluster: Vec<usize> = all.clone().collect();
        for _ in &cores {
            for &a in &cores {
                for &b in cores.iter().filter(|&&b| near(a, b)) {
                    cluster[a] = cluster[a].min(cluster[b]);
                }
            }
        }
        // Whether two cores are together, pair by pair; whether an event that is no core is near one.
        let pairs = cores.iter().flat_map(|&a| cores.iter().map(move |&b| (a, b)));
        let together = pairs.map(|(a, b)| cluster[a] == cluster[b]);
        together
            .chain(all.map(|a| cores.iter().any(|&b| near(a, b))))
            .collect()
    }

    #[test]
    fn clusters_are_those_of_the_definition() {
        let mut generator = Generator::new(2, 0);
        for (distance_m, steps, min) in [(1.0, 2, 3), (2.5, 1, 4), (0.0, 0, 2), (7.0, 40, 6), (3.0, 3, 1)] {
            let points: Vec<[f64; 2]> = (0..120)
                .map(|_| {
                    [
                        f64::from(generator.below(20)) - 10.0,
                        f64::from(generator.below(20)) - 10.0,
                    ]
                })
                .collect();
            let times: Vec<i64> = (0..120).map(|_| i64::from(generator.below(12)) - 6).collect();
            let params = StDbscanParams::new(distance_m, steps, min).unwrap();
            let labels = st_dbscan(&Locations::plane(points.clone()).unwrap(), &times, params).unwrap();
            let is_core = |a: usize| {
                let near = (0..120).filter(|&b| {
                    (points[a][0] - points[b][0]).hypot(points[a][1] - points[b][1]) <= distance_m
                        && times[a].abs_diff(times[b]) <= steps
                });
                near.count() >= min
            };
            let cores: Vec<usize> = (0..120).filter(|&a| is_core(a)).collect();
            let pairs = cores.iter().flat_map(|&a| cores.iter().map(move |&b| (a, b)));
            let together = pairs.map(|(a, b)| labels[a] == labels[b]);
            let found: Vec<bool> = together.chain(labels.iter().map(Option::is_some)).collect();
            assert_eq!(found, by_definition(&points, &times, distance_m, steps, min));
        }
    }

    #[test]
    fn too_many_near_events_are_refused_before_they_are_looked_at() {
        let locations = Locations::plane(vec![[0.0, 0.0]; 200_000]).unwrap();
        let params = StDbscanParams::new(1.0, 1, 3).unwrap();
        let refused = st_dbscan(&locations, &vec![0; 200_000], params);
        let (looks, limit) = (40_000_000_000, MOST_LOOKS);
        assert_eq!(refused, Err(StDbscanError::TooManyNeighbours { looks, limit }));
    }
}
