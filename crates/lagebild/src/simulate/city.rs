//! A city of ten by ten kilometres: streets, addresses, districts, and where things happen.

use std::f64::consts::TAU;

use crate::dice::{Dice, Weighted};

/// Length of a side, metres.
pub(crate) const SIDE_M: f64 = 10_000.0;
/// Addresses.
pub(crate) const ADDRESSES: usize = 3_000;
/// Streets in each direction; also the blocks between them.
const STREETS: usize = 31;
const DISTRICTS: usize = 8;
const POSTCODES: usize = 12;
/// Share of the busiest quarter of the addresses.
const BUSY_SHARE: f64 = 0.7;
/// Scale of the hills in the log-Gaussian field, metres.
const FIELD_SCALE_M: f64 = 600.0;
/// Waves that the field is summed from.
const WAVES: usize = 100;

/// Streams of reports.
pub(crate) const STREAMS: usize = 2;
pub(crate) const COMPLAINTS: usize = 0;
pub(crate) const POLICE: usize = 1;

/// A place that reports can lie at: an address, or the centroid that a poor geocode falls back to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Site {
    pub(crate) point: [f64; 2],
    pub(crate) district: u32,
}

/// Where an address lies in the street graph, and where its poor geocodes go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Address {
    /// Number of its street; those that run north are counted after those that run east.
    pub(crate) street: usize,
    pub(crate) block_site: usize,
    pub(crate) postcode_site: usize,
    /// True for the quarter that carries most of the events of both streams.
    pub(crate) is_busy: bool,
}

/// Streets, addresses and intensities of one simulated city.
#[derive(Debug, Clone)]
pub(crate) struct City {
    /// Addresses first, then the centroids that are used.
    pub(crate) sites: Vec<Site>,
    pub(crate) addresses: Vec<Address>,
    /// Share of each stream's events at each address.
    pub(crate) intensity: [Vec<f64>; STREAMS],
}

impl City {
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed, "city");
        let grid = Grid::new(&mut dice);
        let center = [dice.between(4000.0, 6000.0), dice.between(4000.0, 6000.0)];
        let seats = |count, dice: &mut Dice| -> Vec<[f64; 2]> {
            (0..count)
                .map(|_| [dice.between(0.0, SIDE_M), dice.between(0.0, SIDE_M)])
                .collect()
        };
        let (districts, postcodes) = (seats(DISTRICTS, &mut dice), seats(POSTCODES, &mut dice));
        let edges = grid.edges(&mut dice, center);
        let by_length = Weighted::new(edges.iter().map(|edge| edge.weight));
        let site = |point| Site {
            point,
            district: nearest(&districts, point) as u32,
        };
        let placed: Vec<(Edge, [f64; 2])> = (0..ADDRESSES)
            .map(|_| {
                let edge = edges[by_length.draw(&mut dice)];
                (edge, edge.point(&mut dice))
            })
            .collect();
        let mut sites: Vec<Site> = placed.iter().map(|&(_, point)| site(point)).collect();
        let mut block_sites = std::collections::BTreeMap::new();
        let mut postcode_sites = std::collections::BTreeMap::new();
        let mut addresses = Vec::with_capacity(ADDRESSES);
        for &(edge, point) in &placed {
            let (block, center) = grid.block(point);
            let listed = |sites: &mut Vec<Site>, center| {
                sites.push(site(center));
                sites.len() - 1
            };
            let block_site = *(block_sites.entry(block)).or_insert_with(|| listed(&mut sites, center));
            let postcode = nearest(&postcodes, point);
            let postcode_site =
                *(postcode_sites.entry(postcode)).or_insert_with(|| listed(&mut sites, postcodes[postcode]));
            addresses.push(Address {
                street: edge.street,
                block_site,
                postcode_site,
                is_busy: false,
            });
        }
        let points: Vec<[f64; 2]> = placed.iter().map(|p| p.1).collect();
        let shared = field(&points, &mut dice);
        let intensity = [(); STREAMS].map(|()| {
            let own = field(&points, &mut dice);
            let raw: Vec<f64> = (shared.iter().zip(&own))
                .map(|(shared, own)| 0.8 * shared + 0.35 * own + 0.2 * dice.normal())
                .collect();
            concentrated(&raw)
        });
        let both: Vec<f64> = (0..ADDRESSES)
            .map(|i| intensity[0][i] + intensity[1][i])
            .collect();
        let mut sorted = both.clone();
        sorted.sort_by(f64::total_cmp);
        for (address, both) in addresses.iter_mut().zip(both) {
            address.is_busy = both >= sorted[ADDRESSES * 3 / 4];
        }
        Self {
            sites,
            addresses,
            intensity,
        }
    }
}

/// Streets as lines of a jittered grid.
struct Grid {
    /// Where the streets that run north cross the southern edge, then those that run east the western one.
    lines: [Vec<f64>; 2],
}

#[derive(Debug, Clone, Copy)]
struct Edge {
    from: [f64; 2],
    to: [f64; 2],
    street: usize,
    weight: f64,
}

impl Grid {
    fn new(dice: &mut Dice) -> Self {
        let spacing = SIDE_M / (STREETS - 1) as f64;
        let lines = [(); 2].map(|()| {
            (0..STREETS)
                .map(|i| (i as f64 * spacing + dice.between(-0.3, 0.3) * spacing).clamp(0.0, SIDE_M))
                .collect()
        });
        Self { lines }
    }

    /// Pieces of street between crossings; a sixth is missing, and doors are denser towards the centre.
    fn edges(&self, dice: &mut Dice, center: [f64; 2]) -> Vec<Edge> {
        let mut edges = Vec::new();
        for axis in 0..2 {
            let along = &self.lines[1 - axis];
            for (street, &across) in self.lines[axis].iter().enumerate() {
                for piece in along.windows(2) {
                    if dice.chance(1.0 / 6.0) {
                        continue;
                    }
                    let place = |at: f64| if axis == 0 { [across, at] } else { [at, across] };
                    let (from, to) = (place(piece[0]), place(piece[1]));
                    let middle = [f64::midpoint(from[0], to[0]), f64::midpoint(from[1], to[1])];
                    let out_km = (middle[0] - center[0]).hypot(middle[1] - center[1]) / 1000.0;
                    edges.push(Edge {
                        from,
                        to,
                        street: axis * STREETS + street,
                        weight: (piece[1] - piece[0]) * (0.15 + 2.0 * (-out_km / 1.8).exp()),
                    });
                }
            }
        }
        edges
    }

    /// Number and centroid of the block that a point lies in.
    fn block(&self, point: [f64; 2]) -> ((usize, usize), [f64; 2]) {
        let of_axis = |axis: usize| {
            let index = self.lines[axis].partition_point(|&line| line <= point[axis]);
            let index = index.clamp(1, STREETS - 1);
            (
                index,
                f64::midpoint(self.lines[axis][index - 1], self.lines[axis][index]),
            )
        };
        let (x, y) = (of_axis(0), of_axis(1));
        ((x.0, y.0), [x.1, y.1])
    }
}

impl Edge {
    /// A front door beside the street.
    fn point(&self, dice: &mut Dice) -> [f64; 2] {
        let at = dice.unit();
        let aside = if dice.chance(0.5) { 8.0 } else { -8.0 };
        let (dx, dy) = (self.to[0] - self.from[0], self.to[1] - self.from[1]);
        let length = dx.hypot(dy).max(1.0);
        [
            self.from[0] + at * dx - aside * dy / length,
            self.from[1] + at * dy + aside * dx / length,
        ]
    }
}

fn nearest(seats: &[[f64; 2]], point: [f64; 2]) -> usize {
    let distance = |seat: &[f64; 2]| (seat[0] - point[0]).hypot(seat[1] - point[1]);
    (0..seats.len())
        .min_by(|&a, &b| distance(&seats[a]).total_cmp(&distance(&seats[b])))
        .unwrap_or(0)
}

/// A standard Gaussian field with squared-exponential covariance, as a sum of random waves (Rahimi and Recht 2007).
fn field(points: &[[f64; 2]], dice: &mut Dice) -> Vec<f64> {
    let waves: Vec<[f64; 3]> = (0..WAVES)
        .map(|_| {
            [
                dice.normal() / FIELD_SCALE_M,
                dice.normal() / FIELD_SCALE_M,
                dice.unit() * TAU,
            ]
        })
        .collect();
    let scale = (2.0 / WAVES as f64).sqrt();
    points
        .iter()
        .map(|p| {
            let sum: f64 = waves
                .iter()
                .map(|[a, b, phase]| (a * p[0] + b * p[1] + phase).cos())
                .sum();
            scale * sum
        })
        .collect()
}

/// Shares that follow exp(β · field), with β such that the busiest quarter carries its share.
fn concentrated(field: &[f64]) -> Vec<f64> {
    let shares = |beta: f64| -> Vec<f64> {
        let raw: Vec<f64> = field.iter().map(|value| (beta * value).exp()).collect();
        let sum: f64 = raw.iter().sum();
        raw.into_iter().map(|value| value / sum).collect()
    };
    let busy = |beta: f64| -> f64 {
        let mut sorted = shares(beta);
        sorted.sort_by(|a, b| b.total_cmp(a));
        sorted[..field.len() / 4].iter().sum()
    };
    let (mut low, mut high) = (0.0, 8.0);
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if busy(middle) < BUSY_SHARE {
            low = middle;
        } else {
            high = middle;
        }
    }
    shares(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_the_addresses_carries_seven_tenths() {
        let city = City::new(1);
        assert_eq!(city.addresses.len(), ADDRESSES);
        for mut shares in city.intensity {
            shares.sort_by(|a, b| b.total_cmp(a));
            let busy: f64 = shares[..ADDRESSES / 4].iter().sum();
            assert!((busy - BUSY_SHARE).abs() < 1e-6, "{busy}");
            assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
    }
}
