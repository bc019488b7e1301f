//! The circles of a scan: every centre's neighbours, nearest first, with the cases up to each ring.

use rayon::prelude::*;

use super::{ScanError, ScanParams};
use crate::sites::{Sites, is_tie};

/// Most numbers kept for all circles: four bytes each, so about one gigabyte.
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
    /// Circles about every site, up to the radius and the share of `total` that the parameters allow.
    ///
    /// `site_cases` holds `width` numbers for each site.
    pub(crate) fn new(
        sites: &Sites,
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
        let centres: Vec<u32> = (0..sites.len() as u32).collect();
        for chunk in centres.chunks(512) {
            let built: Vec<Disc> = chunk
                .par_iter()
                .map(|&centre| {
                    disc(
                        sites,
                        site_cases,
                        width,
                        centre,
                        most_cases,
                        params.max_radius_m(),
                    )
                })
                .collect();
            for disc in built {
                discs.sites.extend(disc.sites);
                discs.cases.extend(disc.cases);
                discs.offsets.push(discs.sites.len());
            }
            if (discs.sites.len() + discs.cases.len()) as u64 > MOST_PAIRS {
                return Err(ScanError::TooManyPairs {
                    limit: MOST_PAIRS / (width as u64 + 1),
                });
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

fn disc(
    sites: &Sites,
    site_cases: &[u32],
    width: usize,
    centre: u32,
    most_cases: f64,
    radius_m: f64,
) -> Disc {
    let cases_of = |site: u32| &site_cases[site as usize * width..(site as usize + 1) * width];
    let found = sites.within(centre, radius_m, |site| cases_of(site).iter().any(|&c| c > 0));
    let mut disc = Disc {
        sites: Vec::new(),
        cases: Vec::new(),
    };
    let mut sums = vec![0_u32; width];
    for ring in found.chunk_by(|a, b| is_tie(a.0, b.0)) {
        for &(_, site) in ring {
            for (sum, &cases) in sums.iter_mut().zip(cases_of(site)) {
                *sum += cases;
            }
        }
        if sums.iter().map(|&s| u64::from(s)).sum::<u64>() as f64 > most_cases {
            break;
        }
        for &(_, site) in ring {
            disc.sites.push(site);
            disc.cases.extend_from_slice(&sums);
        }
    }
    disc
}
