//! Which unit is next to which.

use rayon::prelude::*;
use thiserror::Error;

use crate::{Locations, Metric, locations::straight_line, sites::Sites};

/// Most neighbours of all units together: four bytes each, 400 MB.
const MOST_NEIGHBOURS: u64 = 100_000_000;

/// The neighbours of each unit, in the order of the units; a unit is never its own neighbour here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbours {
    offsets: Vec<usize>,
    neighbours: Vec<u32>,
}

/// Why neighbours cannot be built.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum InvalidNeighbours {
    /// A pair names a unit that does not exist.
    #[error("pair {row}: there is no unit {unit}")]
    UnknownUnit {
        /// Index of the pair.
        row: usize,
        /// The unit named.
        unit: usize,
    },
    /// More units than 31 bits number.
    #[error("{0} units are too many")]
    TooManyUnits(usize),
    /// The distance is negative or not a number.
    #[error("distance must be at least 0 m, not {0}")]
    Distance(f64),
    /// No neighbour was asked for.
    #[error("at least one neighbour must be asked for")]
    NoNeighbour,
    /// More neighbours than memory is kept for.
    #[error("more than {limit} neighbours; take fewer or a shorter distance")]
    TooMany {
        /// Neighbours held.
        limit: u64,
    },
}

impl Neighbours {
    /// Neighbours from directed pairs (unit, neighbour). Repeated pairs count once, a unit's pair with itself is left
    /// out.
    ///
    /// # Errors
    /// When a pair names a unit that is not below `units`.
    pub fn from_pairs(units: usize, pairs: &[(usize, usize)]) -> Result<Self, InvalidNeighbours> {
        if units >= 1 << 31 {
            return Err(InvalidNeighbours::TooManyUnits(units));
        }
        for (row, &(i, j)) in pairs.iter().enumerate() {
            if i.max(j) >= units {
                return Err(InvalidNeighbours::UnknownUnit { row, unit: i.max(j) });
            }
        }
        let mut sorted: Vec<(u32, u32)> = pairs
            .iter()
            .filter(|(i, j)| i != j)
            .map(|&(i, j)| (i as u32, j as u32))
            .collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut offsets = vec![0; units + 1];
        for &(i, _) in &sorted {
            offsets[i as usize + 1] += 1;
        }
        for unit in 0..units {
            offsets[unit + 1] += offsets[unit];
        }
        Ok(Self {
            offsets,
            neighbours: sorted.into_iter().map(|pair| pair.1).collect(),
        })
    }

    /// All units within a distance in metres.
    ///
    /// # Errors
    /// When the distance is negative or not a number, or there are too many neighbours.
    pub fn within(locations: &Locations, distance_m: f64) -> Result<Self, InvalidNeighbours> {
        if distance_m.is_nan() || distance_m < 0.0 {
            return Err(InvalidNeighbours::Distance(distance_m));
        }
        let sites = Sites::new(locations, distance_m);
        let near = |unit: usize| -> Vec<u32> {
            let found = sites.within(sites.of_location(unit), distance_m, |_| true);
            let members = found.iter().flat_map(|&(_, site)| sites.members(site));
            members
                .filter(|&&member| member != unit)
                .map(|&member| member as u32)
                .collect()
        };
        Self::collected(locations.len(), near)
    }

    /// The `number` nearest units, or all others when there are fewer; equal distances go by coordinates.
    ///
    /// # Errors
    /// When no neighbour is asked for, or there are too many.
    pub fn nearest(locations: &Locations, number: usize) -> Result<Self, InvalidNeighbours> {
        if number == 0 {
            return Err(InvalidNeighbours::NoNeighbour);
        }
        let number = number.min(locations.len() - 1);
        if number as u64 * locations.len() as u64 > MOST_NEIGHBOURS {
            return Err(InvalidNeighbours::TooMany {
                limit: MOST_NEIGHBOURS,
            });
        }
        let mut radius = first_radius_m(locations, number);
        let mut sites = Sites::new(locations, radius);
        let mut lists: Vec<Vec<u32>> = vec![Vec::new(); locations.len()];
        let mut missing: Vec<usize> = (0..locations.len()).collect();
        while !missing.is_empty() {
            let near = |unit: usize| -> Option<Vec<u32>> {
                let found = sites.within(sites.of_location(unit), radius, |_| true);
                let members = found.iter().flat_map(|&(_, site)| sites.members(site));
                let others: Vec<u32> = members
                    .filter(|&&m| m != unit)
                    .map(|&m| m as u32)
                    .take(number)
                    .collect();
                (others.len() == number).then_some(others)
            };
            let found: Vec<(usize, Option<Vec<u32>>)> =
                missing.par_iter().map(|&unit| (unit, near(unit))).collect();
            missing.clear();
            for (unit, list) in found {
                match list {
                    Some(list) => lists[unit] = list,
                    None => missing.push(unit),
                }
            }
            radius *= 2.0;
            if !missing.is_empty() {
                sites = Sites::new(locations, radius);
            }
        }
        Self::collected(locations.len(), |unit| lists[unit].clone())
    }

    fn collected(units: usize, near: impl Fn(usize) -> Vec<u32> + Sync) -> Result<Self, InvalidNeighbours> {
        if units >= 1 << 31 {
            return Err(InvalidNeighbours::TooManyUnits(units));
        }
        let mut offsets = vec![0];
        let mut neighbours = Vec::new();
        let all: Vec<usize> = (0..units).collect();
        for chunk in all.chunks(1024) {
            let lists: Vec<Vec<u32>> = chunk.par_iter().map(|&unit| near(unit)).collect();
            for mut list in lists {
                list.sort_unstable();
                neighbours.extend(list);
                offsets.push(neighbours.len());
            }
            if neighbours.len() as u64 > MOST_NEIGHBOURS {
                return Err(InvalidNeighbours::TooMany {
                    limit: MOST_NEIGHBOURS,
                });
            }
        }
        Ok(Self { offsets, neighbours })
    }

    /// Number of units.
    pub fn units(&self) -> usize {
        self.offsets.len() - 1
    }

    /// The neighbours of a unit, ascending; none when there is no such unit.
    pub fn of(&self, unit: usize) -> &[u32] {
        match (self.offsets.get(unit), self.offsets.get(unit + 1)) {
            (Some(&start), Some(&end)) => &self.neighbours[start..end],
            _ => &[],
        }
    }

    /// The largest number of neighbours.
    pub(crate) fn most(&self) -> usize {
        (0..self.units())
            .map(|unit| self.of(unit).len())
            .max()
            .unwrap_or(0)
    }
}

/// A radius that holds `number` others in a layout as dense everywhere.
fn first_radius_m(locations: &Locations, number: usize) -> f64 {
    let positions = locations.embedded();
    let corner = |pick: fn(f64, f64) -> f64, start: f64| {
        positions.iter().fold([start; 3], |c, p| {
            [pick(c[0], p[0]), pick(c[1], p[1]), pick(c[2], p[2])]
        })
    };
    let diagonal = straight_line(
        corner(f64::min, f64::INFINITY),
        corner(f64::max, f64::NEG_INFINITY),
    );
    let share = (number + 1) as f64 / positions.len() as f64;
    let radius = (diagonal * share.sqrt()).max(1.0);
    match locations.metric() {
        Metric::Plane => radius,
        // Chords are shorter than arcs by at most a factor of π/2.
        Metric::GreatCircle => radius * std::f64::consts::FRAC_PI_2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_lose_repetitions_and_selves() {
        let neighbours = Neighbours::from_pairs(3, &[(0, 2), (0, 1), (0, 2), (1, 1)]).unwrap();
        assert_eq!(neighbours.of(0), [1, 2]);
        assert!(neighbours.of(1).is_empty() && neighbours.of(9).is_empty());
        let unknown = Neighbours::from_pairs(3, &[(0, 3)]);
        assert_eq!(unknown, Err(InvalidNeighbours::UnknownUnit { row: 0, unit: 3 }));
    }

    #[test]
    fn the_nearest_are_found_in_uneven_layouts() {
        let points = vec![[0.0, 0.0], [1.0, 0.0], [3.0, 0.0], [1e6, 0.0], [1e6, 0.0]];
        let locations = Locations::plane(points).unwrap();
        let nearest = Neighbours::nearest(&locations, 2).unwrap();
        assert_eq!(nearest.of(0), [1, 2]);
        assert_eq!(nearest.of(3), [2, 4]);
        let all = Neighbours::nearest(&locations, 99).unwrap();
        assert_eq!(all.of(4), [0, 1, 2, 3]);
        let within = Neighbours::within(&locations, 2.0).unwrap();
        assert_eq!(within.of(1), [0, 2]);
        assert_eq!(within.of(4), [3]);
    }
}
