//! Conditional permutation with draws that all units share.

use rayon::prelude::*;

use super::LisaError;
use crate::{Neighbours, random::Generator};

/// Most numbers kept: four to twelve bytes each.
const MOST_DRAWS: u64 = 100_000_000;

/// Draws of all orders together up to which an order is drawn on, so that it holds several neighbourhoods.
const WANTED_DRAWS: usize = 1_000_000;

/// Random orders of units, each as long as is of use.
///
/// A unit is held in place while the others are permuted, so its neighbours are a sample of the others. One random order
/// of all units serves every unit: without the unit itself, any k places of it are a sample of k others. An order is cut
/// into as many such blocks of k as it holds, and the share of them that is as extreme counts for the order: the same
/// expectation as of one block with a smaller error. The sums of the blocks are computed once for all units with k
/// neighbours; in the few blocks that hold the unit, the order's first place behind the blocks stands in for it.
#[derive(Debug)]
pub(crate) struct Draws<'a> {
    values: &'a [f64],
    /// For each number of neighbours that occurs, the sums of all blocks, sorted.
    sorted: Vec<Option<Vec<f64>>>,
    /// Units of each order.
    drawn: Vec<u32>,
    /// Unit, order and place of each draw, sorted by unit.
    places: Vec<(u32, u32, u32)>,
    width: usize,
    orders: u32,
    tolerance: f64,
}

/// How many orders are at least and at most as large as the observed; parts of an order count as parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Counts {
    at_least: f64,
    at_most: f64,
    orders: f64,
}

impl<'a> Draws<'a> {
    pub(crate) fn new(
        values: &'a [f64],
        neighbours: &Neighbours,
        orders: u32,
        seed: u64,
    ) -> Result<Self, LisaError> {
        let most = neighbours.most();
        let width = (WANTED_DRAWS / orders.max(1) as usize)
            .max(most + 1)
            .min(values.len());
        if u64::from(orders) * width as u64 > MOST_DRAWS {
            return Err(LisaError::TooLarge {
                permutations: orders,
                neighbours: most,
            });
        }
        let drawn: Vec<u32> = (0..u64::from(orders))
            .into_par_iter()
            .map_init(
                || (0..values.len() as u32).collect::<Vec<u32>>(),
                |units, order| draw(units, width, &mut Generator::new(seed, order)),
            )
            .flatten_iter()
            .collect();
        let mut places: Vec<(u32, u32, u32)> = (drawn.par_iter().enumerate())
            .map(|(i, &unit)| (unit, (i / width) as u32, (i % width) as u32))
            .collect();
        places.par_sort_unstable();
        let mut draws = Self {
            values,
            sorted: vec![None; most + 1],
            drawn,
            places,
            width,
            orders,
            tolerance: 0.0,
        };
        for unit in 0..neighbours.units() {
            let number = neighbours.of(unit).len();
            if number > 0 && draws.sorted[number].is_none() {
                draws.sorted[number] = Some(draws.sums(number));
            }
        }
        let scale = values.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        draws.tolerance = scale * (most as f64 + 1.0) * 1e-13;
        Ok(draws)
    }

    /// Blocks of an order; one place stays behind them.
    fn blocks(&self, number: usize) -> usize {
        (self.width - 1) / number
    }

    /// Sums of all blocks of all orders, ascending.
    fn sums(&self, number: usize) -> Vec<f64> {
        let used = self.blocks(number) * number;
        let sum = |block: &[u32]| block.iter().map(|&unit| self.values[unit as usize]).sum::<f64>();
        let mut sums: Vec<f64> = (self.drawn.par_chunks(self.width))
            .flat_map_iter(|order| order[..used].chunks(number).map(sum))
            .collect();
        sums.par_sort_unstable_by(f64::total_cmp);
        sums
    }

    /// Compares the sum over the neighbours of a unit with the random ones; sums that differ by rounding are equal.
    pub(crate) fn counts(&self, unit: usize, number: usize, sum: f64) -> Counts {
        let orders = f64::from(self.orders);
        let Some(sorted) = self.sorted.get(number).and_then(Option::as_ref) else {
            return Counts {
                at_least: orders,
                at_most: orders,
                orders,
            };
        };
        let (low, high) = (sum - self.tolerance, sum + self.tolerance);
        let mut at_least = sorted.len() - sorted.partition_point(|&s| s < low);
        let mut at_most = sorted.partition_point(|&s| s <= high);
        let used = self.blocks(number) * number;
        let first = self.places.partition_point(|place| (place.0 as usize) < unit);
        for &(_, order, place) in self.places[first..].iter().take_while(|p| p.0 as usize == unit) {
            let place = place as usize;
            if place >= used {
                continue;
            }
            let order = &self.drawn[order as usize * self.width..][..self.width];
            let start = place / number * number;
            let sum_with = |stand_in: u32| -> f64 {
                let block = order[start..start + number].iter();
                let member = |&member: &u32| if member as usize == unit { stand_in } else { member };
                block.map(|m| self.values[member(m) as usize]).sum()
            };
            let (with_unit, without_unit) = (sum_with(unit as u32), sum_with(order[used]));
            at_least = at_least + usize::from(without_unit >= low) - usize::from(with_unit >= low);
            at_most = at_most + usize::from(without_unit <= high) - usize::from(with_unit <= high);
        }
        let blocks = self.blocks(number) as f64;
        Counts {
            at_least: at_least as f64 / blocks,
            at_most: at_most as f64 / blocks,
            orders,
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
    /// (b + 1) / (R + 1) with b orders at least as large.
    pub(crate) fn p_greater(self) -> f64 {
        (self.at_least + 1.0) / (self.orders + 1.0)
    }

    /// (b + 1) / (R + 1) with b orders at most as large.
    pub(crate) fn p_less(self) -> f64 {
        (self.at_most + 1.0) / (self.orders + 1.0)
    }
}

/// Twice the smaller tail, at most 1.
pub(crate) fn two_sided(p_greater: f64, p_less: f64) -> f64 {
    (2.0 * p_greater.min(p_less)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_is_the_share_of_all_samples_counted_one_by_one() {
        // Unit 0 has two of the six others as neighbours, 3 and 2 with sum 7. Of the fifteen pairs of 1, 2, 3, 3, 4, 9 …
        let values = [5.0, 1.0, 4.0, 3.0, 2.0, 3.0, 9.0];
        let neighbours = Neighbours::from_pairs(7, &[(0, 2), (0, 3)]).unwrap();
        let draws = Draws::new(&values, &neighbours, 20_000, 1).unwrap();
        let counts = draws.counts(0, 2, 7.0);
        // … seven have a sum of at least 7 (five with 9, and 4 with either 3), and ten one of at most 7.
        for (ours, exact) in [(counts.p_greater(), 7.0 / 15.0), (counts.p_less(), 10.0 / 15.0)] {
            let error = (exact * (1.0 - exact) / 20_000.0_f64).sqrt();
            assert!((ours - exact).abs() < 4.0 * error, "{ours} {exact}");
        }
    }
}
