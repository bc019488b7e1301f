//! The places of a lookout, with their strata.

use super::{Sighting, average::RADII};
use crate::{
    Locations,
    scan::{ScanError, circles::Circles, cluster::outline_of},
    sites::Sites,
};

/// Places, the circles about them, and the stratum (district) of each; shared by lookouts.
#[derive(Debug)]
pub struct Ground {
    locations: Locations,
    sites: Sites,
    circles: Circles,
    /// How many neighbours of each centre lie within each of the radii that evidence is averaged over.
    within_shares: Vec<[u32; RADII.len()]>,
    max_radius_m: f64,
    /// Stratum of each site, numbered from 0 without gaps.
    strata: Vec<u32>,
    stratum_count: usize,
    /// Square of each site, within its stratum, numbered from 0 without gaps.
    cells: Vec<u32>,
    /// Stratum of each square.
    cell_strata: Vec<u32>,
}

impl Ground {
    /// Places, the stratum of each (any numbers; all alike for none), and the largest radius in metres.
    ///
    /// # Errors
    /// When there is not one stratum for each location, or there are more pairs of centre and neighbour than memory is kept
    /// for.
    pub fn new(locations: Locations, strata: &[u32], max_radius_m: f64) -> Result<Self, ScanError> {
        if strata.len() != locations.len() {
            return Err(ScanError::Strata {
                found: strata.len(),
                wanted: locations.len(),
            });
        }
        let sites = Sites::new(&locations, max_radius_m);
        let circles = Circles::over_all(&sites, max_radius_m)?;
        let within_shares = (0..circles.centres())
            .map(|centre| {
                let mut within = [0; RADII.len()];
                for (site, _) in circles.neighbours(centre) {
                    let distance_m = sites.distance_m(centre, site);
                    for (number, share) in within.iter_mut().zip(RADII) {
                        *number += u32::from(distance_m <= share * max_radius_m);
                    }
                }
                within
            })
            .collect();
        let of_site = |site: usize| sites.members(site as u32)[0];
        let (strata, stratum_count) = numbered((0..sites.len()).map(|site| strata[of_site(site)]));
        // Squares as wide as the largest circle.
        let side_m = (2.0 * max_radius_m).max(1.0);
        let squares = locations.embedded();
        let (cells, cell_count) = numbered((0..sites.len()).map(|site| {
            let square = squares[of_site(site)].map(|c| (c / side_m).floor() as i64);
            (strata[site], square)
        }));
        let mut cell_strata = vec![0; cell_count];
        for (&cell, &stratum) in cells.iter().zip(&strata) {
            cell_strata[cell as usize] = stratum;
        }
        Ok(Self {
            locations,
            sites,
            circles,
            within_shares,
            max_radius_m,
            strata,
            stratum_count,
            cells,
            cell_strata,
        })
    }

    /// The places.
    pub fn locations(&self) -> &Locations {
        &self.locations
    }

    /// The outline of a sighting: its places' convex hull widened by 25 m, counterclockwise and closed.
    ///
    /// # Panics
    /// When the sighting is one of another ground.
    pub fn outline(&self, sighting: &Sighting) -> Vec<[f64; 2]> {
        let points: Vec<[f64; 2]> = (sighting.locations.iter())
            .map(|&location| self.locations.points()[location])
            .collect();
        outline_of(&points, self.locations.metric())
    }

    pub(super) fn max_radius_m(&self) -> f64 {
        self.max_radius_m
    }

    pub(super) fn sites(&self) -> &Sites {
        &self.sites
    }

    pub(super) fn circles(&self) -> &Circles {
        &self.circles
    }

    pub(super) fn within_shares(&self, centre: u32) -> &[u32] {
        &self.within_shares[centre as usize]
    }

    pub(super) fn stratum(&self, site: u32) -> usize {
        self.strata[site as usize] as usize
    }

    pub(super) fn strata(&self) -> usize {
        self.stratum_count
    }

    pub(super) fn cell(&self, site: u32) -> usize {
        self.cells[site as usize] as usize
    }

    pub(super) fn cell_strata(&self) -> &[u32] {
        &self.cell_strata
    }
}

/// Numbers from 0 for values in the order of their first appearance, and how many there are.
fn numbered<T: Ord>(values: impl Iterator<Item = T>) -> (Vec<u32>, usize) {
    let mut numbers = std::collections::BTreeMap::new();
    let of_values = values
        .map(|value| {
            let next = numbers.len() as u32;
            *numbers.entry(value).or_insert(next)
        })
        .collect();
    (of_values, numbers.len())
}
