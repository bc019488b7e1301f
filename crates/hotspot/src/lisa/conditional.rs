//! Conditional permutation with draws that all units share.

use rayon::prelude::*;

use super::LisaError;
use crate::{Neighbours, random::Generator};

/// Most numbers kept: four to twelve bytes each.
const MOST_DRAWS: u64 = 100_000_000;

/// Random orders of units, as far as the longest list of neighbours needs them.
///
/// A unit is held in place while the others are permuted, so its neighbours are a sample of the others. One random order
/// of all units serves every unit: without the unit itself, the first k are a sample of k others. So the sums of the
/// first k are computed once for all units with k neighbours, and corrected for the few orders that hold the unit.
#[derive(Debug)]
pub(crate) struct Draws {
    /// For each number of neighbours that occurs, the sums of the first so many, sorted.
    sorted: Vec<Option<Vec<f64>>>,
    /// Running sums of each order.
    running: Vec<f64>,
    /// Unit, order and place of each draw, sorted by unit.
    places: Vec<(u32, u32, u32)>,
    width: usize,
    orders: u32,
    tolerance: f64,
}

/// How many random sums are at least and at most as large as the observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) at_least: u32,
    pub(crate) at_most: u32,
    pub(crate) orders: u32,
}

impl Draws {
    pub(crate) fn new(
        values: &[f64],
        neighbours: &Neighbours,
        orders: u32,
        seed: u64,
    ) -> Result<Self, LisaError> {
        let most = neighbours.most();
        let width = (most + 1).min(values.len());
        if u64::from(orders) * width as u64 > MOST_DRAWS {
            return Err(LisaError::TooLarge {
                permutations: orders,
                neighbours: most,
            });
        }
        let drawn: Vec<Vec<u32>> = (0..u64::from(orders))
            .into_par_iter()
            .map_init(
                || (0..values.len() as u32).collect::<Vec<u32>>(),
                |units, order| draw(units, width, &mut Generator::new(seed, order)),
            )
            .collect();
        let mut running = Vec::with_capacity(drawn.len() * width);
        let mut places = Vec::with_capacity(drawn.len() * width);
        for (order, units) in drawn.iter().enumerate() {
            let mut sum = 0.0;
            for (place, &unit) in units.iter().enumerate() {
                sum += values[unit as usize];
                running.push(sum);
                places.push((unit, order as u32, place as u32));
            }
        }
        places.par_sort_unstable();
        let mut sorted: Vec<Option<Vec<f64>>> = vec![None; most + 1];
        for unit in 0..neighbours.units() {
            let number = neighbours.of(unit).len();
            if number > 0 && sorted[number].is_none() {
                let mut sums: Vec<f64> = running.iter().skip(number - 1).step_by(width).copied().collect();
                sums.par_sort_unstable_by(f64::total_cmp);
                sorted[number] = Some(sums);
            }
        }
        let scale = values.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        let tolerance = scale * (most as f64 + 1.0) * 1e-13;
        Ok(Self {
            sorted,
            running,
            places,
            width,
            orders,
            tolerance,
        })
    }

    /// Compares the sum over the neighbours of a unit with the random ones; sums that differ by rounding are equal.
    pub(crate) fn counts(&self, unit: usize, value: f64, number: usize, sum: f64) -> Counts {
        let all = Counts {
            at_least: self.orders,
            at_most: self.orders,
            orders: self.orders,
        };
        let Some(sorted) = self.sorted.get(number).and_then(Option::as_ref) else {
            return all;
        };
        let (low, high) = (sum - self.tolerance, sum + self.tolerance);
        let mut at_least = sorted.len() - sorted.partition_point(|&s| s < low);
        let mut at_most = sorted.partition_point(|&s| s <= high);
        let first = self.places.partition_point(|place| (place.0 as usize) < unit);
        for &(_, order, place) in self.places[first..].iter().take_while(|p| p.0 as usize == unit) {
            if place as usize >= number {
                continue;
            }
            let start = order as usize * self.width;
            let with_unit = self.running[start + number - 1];
            let without_unit = self.running[start + number] - value;
            at_least = at_least + usize::from(without_unit >= low) - usize::from(with_unit >= low);
            at_most = at_most + usize::from(without_unit <= high) - usize::from(with_unit <= high);
        }
        Counts {
            at_least: at_least as u32,
            at_most: at_most as u32,
            orders: self.orders,
        }
    }
}

/// The first `width` of a random order, `units` staying as they were.
fn draw(units: &mut [u32], width: usize, generator: &mut Generator) -> Vec<u32> {
    let mut swaps = Vec::with_capacity(width);
    for i in 0..width {
        let j = i + generator.below((units.len() - i) as u32) as usize;
        units.swap(i, j);
        swaps.push(j);
    }
    let drawn = units[..width].to_vec();
    for (i, j) in swaps.into_iter().enumerate().rev() {
        units.swap(i, j);
    }
    drawn
}

impl Counts {
    /// (b + 1) / (R + 1) with b random sums at least as large.
    pub(crate) fn p_greater(self) -> f64 {
        f64::from(self.at_least + 1) / f64::from(self.orders + 1)
    }

    /// (b + 1) / (R + 1) with b random sums at most as large.
    pub(crate) fn p_less(self) -> f64 {
        f64::from(self.at_most + 1) / f64::from(self.orders + 1)
    }
}

/// Twice the smaller tail, at most 1.
pub(crate) fn two_sided(p_greater: f64, p_less: f64) -> f64 {
    (2.0 * p_greater.min(p_less)).min(1.0)
}
