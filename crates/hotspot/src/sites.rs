//! Distinct places of the locations, in an order of their own, and the neighbours of each.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use crate::locations::{Locations, Metric, straight_line};

/// Distinct places: locations at the same coordinates are one site.
///
/// Sites are ordered by coordinates, so that results do not depend on the order of the input.
#[derive(Debug, Clone)]
pub(crate) struct Sites {
    metric: Metric,
    positions: Vec<[f64; 3]>,
    of_location: Vec<u32>,
    /// Locations, site after site.
    by_site: Vec<usize>,
    /// Where the locations of each site begin, and their number.
    starts: Vec<usize>,
    /// Sites, cell after cell.
    by_cell: Vec<u32>,
    cells: HashMap<[i64; 3], Range<u32>, BuildHasherDefault<CellHasher>>,
    cell_size_m: f64,
}

/// Mixes the numbers of a cell, faster than the standard hasher, whose guard against crafted keys is not needed here.
#[derive(Debug, Clone, Default)]
struct CellHasher(u64);

impl Hasher for CellHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            let mixed = (self.0 ^ u64::from_le_bytes(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            self.0 = mixed ^ (mixed >> 32);
        }
    }
}

/// Two straight lines that differ by no more than rounding: a grid moved by a constant keeps its ties.
pub(crate) fn is_tie(shorter_m: f64, longer_m: f64) -> bool {
    longer_m - shorter_m <= 1e-7 + 1e-11 * longer_m
}

impl Sites {
    /// The sites of locations, indexed for searches up to `max_radius_m`.
    pub(crate) fn new(locations: &Locations, max_radius_m: f64) -> Self {
        let points = locations.points();
        let mut order: Vec<usize> = (0..points.len()).collect();
        // Adding zero makes −0 and 0 one coordinate.
        let key = |i: usize| [points[i][0] + 0.0, points[i][1] + 0.0];
        order.sort_by(|&a, &b| {
            let (p, q) = (key(a), key(b));
            p[0].total_cmp(&q[0]).then(p[1].total_cmp(&q[1])).then(a.cmp(&b))
        });
        let embedded = locations.embedded();
        let mut sites = Self {
            metric: locations.metric(),
            positions: Vec::new(),
            of_location: vec![0; points.len()],
            by_site: Vec::new(),
            starts: Vec::new(),
            by_cell: Vec::new(),
            cells: HashMap::default(),
            cell_size_m: 0.0,
        };
        let mut last: Option<usize> = None;
        for (place, &location) in order.iter().enumerate() {
            let is_new = last.is_none_or(|previous| {
                let (p, q) = (key(previous), key(location));
                p[0].total_cmp(&q[0]).then(p[1].total_cmp(&q[1])).is_ne()
            });
            if is_new {
                sites.positions.push(embedded[location]);
                sites.starts.push(place);
            }
            let site = sites.positions.len() - 1;
            sites.of_location[location] = site as u32;
            last = Some(location);
        }
        sites.starts.push(order.len());
        sites.by_site = order;
        let straight = sites.metric.straight_m(max_radius_m);
        // Floor division by a cell of at least a metre keeps cell numbers far inside 64 bits.
        sites.cell_size_m = straight.max(1.0) * (1.0 + 1e-9) + 1e-6;
        if sites.cell_size_m.is_finite() {
            let cell = |site: u32| cell_of(sites.positions[site as usize], sites.cell_size_m);
            let mut by_cell: Vec<u32> = (0..sites.positions.len() as u32).collect();
            by_cell.sort_by_key(|&site| (cell(site), site));
            let mut start = 0;
            for same in by_cell.chunk_by(|&a, &b| cell(a) == cell(b)) {
                let end = start + same.len() as u32;
                sites.cells.insert(cell(same[0]), start..end);
                start = end;
            }
            sites.by_cell = by_cell;
        }
        sites
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.positions.len()
    }

    /// The site of a location.
    pub(crate) fn of_location(&self, location: usize) -> u32 {
        self.of_location[location]
    }

    /// The locations at a site, ascending.
    pub(crate) fn members(&self, site: u32) -> &[usize] {
        &self.by_site[self.starts[site as usize]..self.starts[site as usize + 1]]
    }

    /// Distance of two sites in metres of the metric.
    pub(crate) fn distance_m(&self, a: u32, b: u32) -> f64 {
        self.metric.distance_m(straight_line(
            self.positions[a as usize],
            self.positions[b as usize],
        ))
    }

    /// Sites within `radius_m` of an embedded position, ascending.
    pub(crate) fn within_point(&self, position: [f64; 3], radius_m: f64) -> Vec<u32> {
        let limit = self.metric.straight_m(radius_m);
        let is_near = |&site: &u32| straight_line(position, self.positions[site as usize]) <= limit;
        (0..self.len() as u32).filter(is_near).collect()
    }

    /// Sites within `radius_m` of `centre` for which `keep` holds, nearest first, with straight-line distances.
    pub(crate) fn within(&self, centre: u32, radius_m: f64, keep: impl Fn(u32) -> bool) -> Vec<(f64, u32)> {
        let origin = self.positions[centre as usize];
        let limit = self.metric.straight_m(radius_m);
        let mut found = Vec::new();
        let mut look = |site: u32| {
            let distance = straight_line(origin, self.positions[site as usize]);
            if (distance <= limit || is_tie(limit, distance)) && keep(site) {
                found.push((distance, site));
            }
        };
        if self.cell_size_m.is_finite() && limit <= self.cell_size_m {
            let [x, y, z] = cell_of(origin, self.cell_size_m);
            // The plane has no depth.
            let depth = i64::from(self.metric == Metric::GreatCircle);
            for dx in -1..=1 {
                for dy in -1..=1 {
                    for dz in -depth..=depth {
                        if let Some(cell) = self.cells.get(&[x + dx, y + dy, z + dz]) {
                            self.by_cell[cell.start as usize..cell.end as usize]
                                .iter()
                                .for_each(|&site| look(site));
                        }
                    }
                }
            }
        } else {
            (0..self.len() as u32).for_each(look);
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        found
    }
}

fn cell_of(position: [f64; 3], size: f64) -> [i64; 3] {
    position.map(|coordinate| (coordinate / size).floor() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_at_one_place_are_one_site_and_neighbours_come_nearest_first() {
        let locations = Locations::plane(vec![
            [10.0, 0.0],
            [0.0, 0.0],
            [10.0, 0.0],
            [3.0, 0.0],
            [0.0, 99.0],
        ])
        .unwrap();
        let sites = Sites::new(&locations, 10.0);
        assert_eq!(sites.len(), 4);
        assert_eq!(sites.of_location(0), sites.of_location(2));
        let centre = sites.of_location(1);
        let found = sites.within(centre, 10.0, |_| true);
        let distances: Vec<f64> = found.iter().map(|f| f.0).collect();
        assert_eq!(distances, [0.0, 3.0, 10.0]);
        assert_eq!(sites.members(found[2].1), [0, 2]);
    }
}
