//! Which unit is next to which.

use rayon::prelude::*;
use thiserror::Error;

use crate::{Locations, sites::Sites, too_many_pairs::TooManyPairs};

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
    /// More neighbours were asked for than memory is kept for.
    #[error("{number} neighbours of each of {units} units are more than the {limit} held; take fewer")]
    TooMany {
        /// Neighbours asked for.
        number: usize,
        /// Units given.
        units: usize,
        /// Neighbours held.
        limit: u64,
    },
    /// More units lie within the distance than memory is kept for.
    #[error(transparent)]
    TooManyPairs(#[from] TooManyPairs),
}

impl Neighbours {
    /// Neighbours from directed pairs (unit, neighbour). Repeated pairs count once, a unit's pair with itself is left
    /// out.
    ///
    /// # Errors
    /// When a pair names a unit that is not below `units`.
    pub fn from_pairs(units: usize, pairs: &[(usize, usize)]) -> Result<Self, InvalidNeighbours> {
        check_units(units)?;
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
        sites.check_pairs(distance_m, MOST_NEIGHBOURS)?;
        let near = |unit: usize| -> Vec<u32> {
            let found = sites.within(sites.of_location(unit), distance_m, |_| true);
            let members = found.iter().flat_map(|&(_, site)| sites.members(site));
            let others = members.filter(|&&member| member != unit);
            let mut list: Vec<u32> = others.map(|&member| member as u32).collect();
            list.sort_unstable();
            list
        };
        let mut offsets = vec![0];
        let mut neighbours = Vec::new();
        let all: Vec<usize> = (0..check_units(locations.len())?).collect();
        for chunk in all.chunks(1024) {
            let lists: Vec<Vec<u32>> = chunk.par_iter().map(|&unit| near(unit)).collect();
            for list in lists {
                neighbours.extend(list);
                offsets.push(neighbours.len());
            }
        }
        Ok(Self { offsets, neighbours })
    }

    /// The `number` nearest units, or all others when there are fewer; equal distances go by coordinates.
    ///
    /// # Errors
    /// When no neighbour is asked for, or there are too many.
    pub fn nearest(locations: &Locations, number: usize) -> Result<Self, InvalidNeighbours> {
        if number == 0 {
            return Err(InvalidNeighbours::NoNeighbour);
        }
        let units = check_units(locations.len())?;
        let number = number.min(units - 1);
        if number as u64 * units as u64 > MOST_NEIGHBOURS {
            return Err(InvalidNeighbours::TooMany {
                number,
                units,
                limit: MOST_NEIGHBOURS,
            });
        }
        let sites = Sites::new(locations, f64::INFINITY);
        let tree = sites.tree();
        let mut neighbours = vec![0; number * units];
        // A site has a unit at least, and one of the units is the one asked about.
        let lists = neighbours.par_chunks_mut(number.max(1)).enumerate();
        lists.for_each(|(unit, list)| {
            let near = tree.nearest(sites.of_location(unit), number + 1);
            let members = near.iter().flat_map(|&site| sites.members(site));
            let others = members.filter(|&&member| member != unit);
            for (place, &other) in list.iter_mut().zip(others) {
                *place = other as u32;
            }
            list.sort_unstable();
        });
        Ok(Self {
            offsets: (0..=units).map(|unit| unit * number).collect(),
            neighbours,
        })
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

/// Units are numbered with 31 bits.
fn check_units(units: usize) -> Result<usize, InvalidNeighbours> {
    if units >= 1 << 31 {
        return Err(InvalidNeighbours::TooManyUnits(units));
    }
    Ok(units)
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
