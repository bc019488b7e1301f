//! Distinct places of the locations, in an order of their own, and the neighbours of each.

use std::collections::HashMap;

use crate::locations::{Locations, Metric, straight_line};

/// Distinct places: locations at the same coordinates are one site.
///
/// Sites are ordered by coordinates, so that results do not depend on the order of the input.
#[derive(Debug, Clone)]
pub(crate) struct Sites {
    metric: Metric,
    positions: Vec<[f64; 3]>,
    of_location: Vec<u32>,
    members: Vec<Vec<usize>>,
    cells: HashMap<[i64; 3], Vec<u32>>,
    cell_size_m: f64,
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
            members: Vec::new(),
            cells: HashMap::new(),
            cell_size_m: 0.0,
        };
        let mut last: Option<usize> = None;
        for &location in &order {
            let is_new = last.is_none_or(|previous| {
                let (p, q) = (key(previous), key(location));
                p[0].total_cmp(&q[0]).then(p[1].total_cmp(&q[1])).is_ne()
            });
            if is_new {
                sites.positions.push(embedded[location]);
                sites.members.push(Vec::new());
            }
            let site = sites.positions.len() - 1;
            sites.members[site].push(location);
            sites.of_location[location] = site as u32;
            last = Some(location);
        }
        let straight = sites.metric.straight_m(max_radius_m);
        // Floor division by a cell of at least a metre keeps cell numbers far inside 64 bits.
        sites.cell_size_m = straight.max(1.0) * (1.0 + 1e-9) + 1e-6;
        if sites.cell_size_m.is_finite() {
            for (site, &position) in sites.positions.iter().enumerate() {
                let cell = cell_of(position, sites.cell_size_m);
                sites.cells.entry(cell).or_default().push(site as u32);
            }
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
        &self.members[site as usize]
    }

    /// Distance of two sites in metres of the metric.
    pub(crate) fn distance_m(&self, a: u32, b: u32) -> f64 {
        self.metric.distance_m(straight_line(
            self.positions[a as usize],
            self.positions[b as usize],
        ))
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
            for dx in -1..=1 {
                for dy in -1..=1 {
                    for dz in -1..=1 {
                        if let Some(cell) = self.cells.get(&[x + dx, y + dy, z + dz]) {
                            for &site in cell {
                                look(site);
                            }
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
