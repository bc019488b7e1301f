//! The circles of a scan over weighted sites: every centre's neighbours, nearest first, with the rings marked.

use rayon::prelude::*;

use super::{ScanError, ScanParams, discs::MOST_PAIRS};
use crate::{
    TooManyPairs,
    sites::{Sites, is_tie},
};

/// Marks the last site of a ring.
const RING_END: u32 = 1 << 31;

/// Neighbours with weight, centre after centre.
#[derive(Debug, Clone)]
pub(crate) struct Circles {
    offsets: Vec<usize>,
    entries: Vec<u32>,
}

impl Circles {
    /// Circles about every site up to the radius, and up to the share of all weight that the parameters allow.
    ///
    /// A site without weight can be a centre, and is never counted as a neighbour.
    pub(crate) fn new(sites: &Sites, weights: &[f64], params: &ScanParams) -> Result<Self, ScanError> {
        let most = params.max_share() * weights.iter().sum::<f64>() * (1.0 + 1e-12);
        // Most circles end with the share, so more pairs may lie within the radius than are held.
        let limit = (MOST_PAIRS as f64 / params.max_share()) as u64;
        sites.check_site_pairs(params.max_radius_m(), limit)?;
        Self::build(sites, weights, most, params.max_radius_m())
    }

    fn build(sites: &Sites, weights: &[f64], most: f64, radius_m: f64) -> Result<Self, ScanError> {
        let mut circles = Self {
            offsets: vec![0],
            entries: Vec::new(),
        };
        let centres: Vec<u32> = (0..sites.len() as u32).collect();
        for chunk in centres.chunks(512) {
            let built: Vec<Vec<u32>> = chunk
                .par_iter()
                .map(|&centre| circle(sites, weights, centre, most, radius_m))
                .collect();
            for entries in built {
                circles.entries.extend(entries);
                circles.offsets.push(circles.entries.len());
            }
            let pairs = circles.entries.len() as u64;
            if pairs > MOST_PAIRS {
                let seen = circles.offsets.len() - 1;
                return Err(
                    TooManyPairs::extrapolated(pairs, seen, sites.len(), MOST_PAIRS, radius_m).into(),
                );
            }
        }
        Ok(circles)
    }

    /// Circles about every site up to a radius, over all sites.
    pub(crate) fn over_all(sites: &Sites, radius_m: f64) -> Result<Self, ScanError> {
        sites.check_site_pairs(radius_m, MOST_PAIRS)?;
        Self::build(sites, &vec![1.0; sites.len()], f64::INFINITY, radius_m)
    }

    /// Number of centres.
    pub(crate) fn centres(&self) -> u32 {
        (self.offsets.len() - 1) as u32
    }

    /// The neighbours of a centre: site, and whether its ring ends with it.
    pub(crate) fn neighbours(&self, centre: u32) -> impl Iterator<Item = (u32, bool)> + '_ {
        let range = self.offsets[centre as usize]..self.offsets[centre as usize + 1];
        self.entries[range]
            .iter()
            .map(|&entry| (entry & !RING_END, entry & RING_END != 0))
    }
}

fn circle(sites: &Sites, weights: &[f64], centre: u32, most: f64, radius_m: f64) -> Vec<u32> {
    let found = sites.within(centre, radius_m, |site| weights[site as usize] > 0.0);
    let mut entries = Vec::with_capacity(found.len());
    let mut sum = 0.0;
    for ring in found.chunk_by(|a, b| is_tie(a.0, b.0)) {
        sum += ring.iter().map(|&(_, site)| weights[site as usize]).sum::<f64>();
        if sum > most {
            break;
        }
        entries.extend(ring.iter().map(|&(_, site)| site));
        if let Some(last) = entries.last_mut() {
            *last |= RING_END;
        }
    }
    entries
}
