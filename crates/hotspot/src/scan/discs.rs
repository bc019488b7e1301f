//! The circles of a scan: every centre's neighbours, nearest first, with the cases up to each ring.

use rayon::prelude::*;

use super::{ScanError, ScanParams, circles::Circles};
use crate::TooManyPairs;

/// Most numbers kept for all circles: four bytes each, so about one gigabyte, twice with their sums.
pub(crate) const MOST_PAIRS: u64 = 250_000_000;

/// Neighbours with cases, centre after centre.
#[derive(Debug, Clone)]
pub(crate) struct Discs {
    offsets: Vec<usize>,
    /// The neighbours.
    pub(crate) sites: Vec<u32>,
    /// For each neighbour and group, the cases within its distance: all sites at one distance carry the same sum.
    pub(crate) cases: Vec<u32>,
    width: usize,
}

struct Disc {
    sites: Vec<u32>,
    cases: Vec<u32>,
}

impl Discs {
    /// Circles up to the share of `total` that the parameters allow, with the cases in them.
    ///
    /// `site_cases` holds `width` numbers for each site; sites without cases are left out.
    pub(crate) fn new(
        circles: &Circles,
        site_cases: &[u32],
        width: usize,
        total: u64,
        params: &ScanParams,
    ) -> Result<Self, ScanError> {
        let most_cases = params.max_share() * total as f64 * (1.0 + 1e-12);
        let mut discs = Self {
            offsets: vec![0],
            sites: Vec::new(),
            cases: Vec::new(),
            width,
        };
        let centres: Vec<u32> = (0..circles.centres()).collect();
        for chunk in centres.chunks(512) {
            let built: Vec<Disc> = chunk
                .par_iter()
                .map(|&centre| disc(circles, site_cases, width, centre, most_cases))
                .collect();
            for disc in built {
                discs.sites.extend(disc.sites);
                discs.cases.extend(disc.cases);
                discs.offsets.push(discs.sites.len());
            }
            if (discs.sites.len() + discs.cases.len()) as u64 > MOST_PAIRS {
                let (pairs, seen) = (discs.sites.len() as u64, discs.offsets.len() - 1);
                let limit = MOST_PAIRS / (width as u64 + 1);
                let radius_m = params.max_radius_m();
                return Err(TooManyPairs::extrapolated(pairs, seen, centres.len(), limit, radius_m).into());
            }
        }
        Ok(discs)
    }

    /// Where the neighbours of a centre lie.
    pub(crate) fn range(&self, centre: u32) -> std::ops::Range<usize> {
        self.offsets[centre as usize]..self.offsets[centre as usize + 1]
    }

    /// Number of centres.
    pub(crate) fn centres(&self) -> u32 {
        (self.offsets.len() - 1) as u32
    }

    /// Cases of every group up to the ring of a neighbour.
    pub(crate) fn cases_to(&self, position: usize) -> &[u32] {
        &self.cases[position * self.width..(position + 1) * self.width]
    }
}

fn disc(circles: &Circles, site_cases: &[u32], width: usize, centre: u32, most_cases: f64) -> Disc {
    let mut disc = Disc {
        sites: Vec::new(),
        cases: Vec::new(),
    };
    let mut sums = vec![0_u32; width];
    let mut ring = Vec::new();
    for (site, ring_ends) in circles.neighbours(centre) {
        let cases = &site_cases[site as usize * width..(site as usize + 1) * width];
        if cases.iter().any(|&c| c > 0) {
            ring.push(site);
            for (sum, &cases) in sums.iter_mut().zip(cases) {
                *sum += cases;
            }
        }
        if !ring_ends || ring.is_empty() {
            continue;
        }
        if sums.iter().map(|&s| u64::from(s)).sum::<u64>() as f64 > most_cases {
            break;
        }
        for site in ring.drain(..) {
            disc.sites.push(site);
            disc.cases.extend_from_slice(&sums);
        }
    }
    disc
}
