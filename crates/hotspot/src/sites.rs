//! Distinct places of the locations, in an order of their own, and the neighbours of each.

use std::ops::Range;

use rayon::prelude::*;

use crate::{
    grid::Grid,
    locations::{Locations, Metric, straight_line},
    nearest::Tree,
    too_many_pairs::{MOST_LOOKS, TooManyPairs},
};

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
    grid: Grid,
}

/// Sites of which the pairs are counted at a time.
const CHUNK: usize = 4096;
/// Sites that a survey asks.
const SURVEYED: usize = 64;
/// Distances that a survey tells apart, each the half of the one before the last.
const RINGS: usize = 40;

/// Two straight lines that differ by no more than rounding: a grid moved by a constant keeps its ties.
pub(crate) fn is_tie(shorter_m: f64, longer_m: f64) -> bool {
    longer_m - shorter_m <= 1e-7 + 1e-11 * longer_m
}

/// Whether a straight line is no longer than a limit, or ties with it.
pub(crate) fn is_near(limit_m: f64, straight_m: f64) -> bool {
    straight_m <= limit_m || is_tie(limit_m, straight_m)
}

impl Sites {
    /// The sites of locations, indexed for searches up to `max_radius_m`.
    pub(crate) fn new(locations: &Locations, max_radius_m: f64) -> Self {
        let points = locations.points();
        let mut order: Vec<usize> = (0..points.len()).collect();
        // Adding zero makes −0 and 0 one coordinate.
        let key = |i: usize| [points[i][0] + 0.0, points[i][1] + 0.0];
        order.par_sort_unstable_by(|&a, &b| {
            let (p, q) = (key(a), key(b));
            p[0].total_cmp(&q[0]).then(p[1].total_cmp(&q[1])).then(a.cmp(&b))
        });
        let embedded = locations.embedded();
        let mut positions = Vec::new();
        let mut of_location = vec![0; points.len()];
        let mut starts = Vec::new();
        let mut last: Option<usize> = None;
        for (place, &location) in order.iter().enumerate() {
            let is_new = last.is_none_or(|previous| {
                let (p, q) = (key(previous), key(location));
                p[0].total_cmp(&q[0]).then(p[1].total_cmp(&q[1])).is_ne()
            });
            if is_new {
                positions.push(embedded[location]);
                starts.push(place);
            }
            of_location[location] = (positions.len() - 1) as u32;
            last = Some(location);
        }
        starts.push(order.len());
        let metric = locations.metric();
        Self {
            metric,
            grid: Grid::new(&positions, metric, metric.straight_m(max_radius_m), |site| site),
            positions,
            of_location,
            by_site: order,
            starts,
        }
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

    /// The sites, to be asked for the nearest.
    pub(crate) fn tree(&self) -> Tree<'_> {
        Tree::new(&self.positions, self.metric)
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
    ///
    /// The radius is at most the one that the sites were made for.
    pub(crate) fn within(&self, centre: u32, radius_m: f64, keep: impl Fn(u32) -> bool) -> Vec<(f64, u32)> {
        let mut found = Vec::new();
        let near = self.near(centre, radius_m);
        near.filter(|near| keep(near.1)).for_each(|near| found.push(near));
        found.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        found
    }

    /// The same in no order.
    fn near(&self, centre: u32, radius_m: f64) -> impl Iterator<Item = (f64, u32)> + '_ {
        let origin = self.positions[centre as usize];
        let limit = self.metric.straight_m(radius_m);
        debug_assert!(
            self.grid.reaches(limit),
            "{radius_m} m is farther than the grid was made for"
        );
        let sites = self.grid.around(origin).flat_map(|cell| &self.grid.order()[cell]);
        sites
            .map(move |&site| (straight_line(origin, self.positions[site as usize]), site))
            .filter(move |&(distance, _)| is_near(limit, distance))
    }

    /// Refuses a radius within which there are more than `limit` pairs of sites, each counted from both sides.
    pub(crate) fn check_site_pairs(&self, radius_m: f64, limit: u64) -> Result<(), TooManyPairs> {
        // No pair is found that was not looked at.
        if self.looks() <= limit {
            return Ok(());
        }
        self.check(radius_m, limit, |_| 1)
    }

    /// The same of locations.
    pub(crate) fn check_pairs(&self, radius_m: f64, limit: u64) -> Result<(), TooManyPairs> {
        self.check(radius_m, limit, |site| self.members(site).len() as u64)
    }

    /// How many pairs of sites a search about every site looks at.
    fn looks(&self) -> u64 {
        let looks = |(cell, sites): ([i64; 3], Range<usize>)| {
            let beside: usize = self.grid.beside(cell).map(|others| others.len()).sum();
            sites.len() as u64 * beside as u64
        };
        self.grid.cells().map(looks).fold(0, u64::saturating_add)
    }

    /// Refuses by a survey what would take minutes to count, and counts the rest.
    fn check(
        &self,
        radius_m: f64,
        limit: u64,
        weight: impl Fn(u32) -> u64 + Sync,
    ) -> Result<(), TooManyPairs> {
        if self.looks() > MOST_LOOKS {
            let survey = self.survey(radius_m, limit, &weight);
            return if survey.pairs > limit as f64 {
                Err(survey)
            } else {
                Ok(())
            };
        }
        let pairs = |&site: &u32| -> u64 {
            let near: u64 = self.near(site, radius_m).map(|(_, other)| weight(other)).sum();
            (near - 1).saturating_mul(weight(site))
        };
        let mut sum = 0_u64;
        for chunk in self.grid.order().chunks(CHUNK) {
            sum = sum.saturating_add(chunk.par_iter().map(pairs).reduce(|| 0, u64::saturating_add));
            if sum > limit {
                return Err(self.survey(radius_m, limit, &weight));
            }
        }
        Ok(())
    }

    /// About how many pairs there are, and the radius within which there would be few enough: from some sites at even
    /// intervals.
    fn survey(&self, radius_m: f64, limit: u64, weight: &(impl Fn(u32) -> u64 + Sync)) -> TooManyPairs {
        let asked: Vec<u32> = (0..self.len() as u32)
            .step_by(self.len().div_ceil(SURVEYED))
            .collect();
        let farthest = |&site: &u32| self.near(site, radius_m).map(|near| near.0).fold(0.0, f64::max);
        let reach = asked.par_iter().map(farthest).reduce(|| 0.0, f64::max);
        // Pairs by how often the reach can be divided by √2 before they are too far apart.
        let by_ring = asked.par_iter().map(|&site| {
            let mut rings = [0.0; RINGS];
            for (distance, other) in self.near(site, radius_m) {
                let ring = (2.0 * (reach / distance).log2()) as usize;
                rings[ring.min(RINGS - 1)] += weight(site) as f64 * weight(other) as f64;
            }
            rings
        });
        let rings = by_ring.reduce(
            || [0.0; RINGS],
            |a, b| std::array::from_fn(|ring| a[ring] + b[ring]),
        );
        let scale = self.len() as f64 / asked.len() as f64;
        let within = |ring: usize| rings[ring..].iter().sum::<f64>() * scale;
        // A little less than the limit, since the sites asked are not all.
        let fitting = (0..RINGS).find(|&ring| within(ring) < 0.8 * limit as f64);
        TooManyPairs {
            pairs: within(0),
            limit,
            radius_m,
            fitting_m: fitting.map(|ring| self.metric.distance_m(reach / 2.0_f64.powf(ring as f64 / 2.0))),
        }
    }
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
        // 0 m: the two at one place; up to 10 m: those two, the one 10 m off, and the one between.
        assert!(sites.check_pairs(0.0, 2).is_ok() && sites.check_pairs(0.0, 1).is_err());
        assert!(sites.check_pairs(10.0, 12).is_ok() && sites.check_pairs(10.0, 11).is_err());
    }
}
