//! The nearest of many positions, however unevenly they lie.

use std::collections::BinaryHeap;

use crate::locations::{Metric, straight_line};

/// Positions that are looked at one by one.
const LEAF: usize = 16;

/// A k-d tree: each part of the order has its middle along an axis in the middle, what is below before it and what is above
/// behind; the two halves likewise along the next axis.
///
/// Bentley 1975, Multidimensional binary search trees used for associative searching, Communications of the ACM 18(9),
/// <https://doi.org/10.1145/361002.361007>. It costs four bytes a position; a grid does not serve, since a city is dense
/// here and empty there.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    positions: &'a [[f64; 3]],
    /// Axes in which positions differ.
    axes: usize,
    order: Vec<u32>,
}

impl<'a> Tree<'a> {
    pub(crate) fn new(positions: &'a [[f64; 3]], metric: Metric) -> Self {
        let axes = match metric {
            Metric::Plane => 2,
            Metric::GreatCircle => 3,
        };
        let mut order: Vec<u32> = (0..positions.len() as u32).collect();
        halve(positions, axes, &mut order, 0);
        Self {
            positions,
            axes,
            order,
        }
    }

    /// The `number` positions nearest to one of them, itself included, the nearest first; equal distances go by index.
    pub(crate) fn nearest(&self, origin: u32, number: usize) -> Vec<u32> {
        let mut search = Search {
            origin: self.positions[origin as usize],
            number: number.min(self.positions.len()),
            found: BinaryHeap::with_capacity(number.min(self.positions.len()) + 1),
        };
        self.look(&self.order, 0, &mut search);
        let found = search.found.into_sorted_vec();
        found.into_iter().map(|near| near.1).collect()
    }

    fn look(&self, part: &[u32], axis: usize, search: &mut Search) {
        if part.len() <= LEAF {
            for &index in part {
                search.offer(
                    straight_line(search.origin, self.positions[index as usize]),
                    index,
                );
            }
            return;
        }
        let middle = part.len() / 2;
        let (lower, upper) = (&part[..middle], &part[middle + 1..]);
        let position = self.positions[part[middle] as usize];
        search.offer(straight_line(search.origin, position), part[middle]);
        let gap = search.origin[axis] - position[axis];
        let (near, far) = if gap < 0.0 { (lower, upper) } else { (upper, lower) };
        self.look(near, (axis + 1) % self.axes, search);
        if search.may_be_nearer(gap.abs()) {
            self.look(far, (axis + 1) % self.axes, search);
        }
    }
}

/// Brings a part into the order of the tree.
fn halve(positions: &[[f64; 3]], axes: usize, part: &mut [u32], axis: usize) {
    if part.len() <= LEAF {
        return;
    }
    let middle = part.len() / 2;
    let at = |index: u32| positions[index as usize][axis];
    part.select_nth_unstable_by(middle, |&a, &b| at(a).total_cmp(&at(b)).then(a.cmp(&b)));
    let (lower, upper) = part.split_at_mut(middle);
    let upper = &mut upper[1..];
    let next = (axis + 1) % axes;
    rayon::join(
        || halve(positions, axes, lower, next),
        || halve(positions, axes, upper, next),
    );
}

/// The nearest so far, the farthest of them on top. Distances are compared as bits, which order as the numbers do since
/// none is negative.
struct Search {
    origin: [f64; 3],
    number: usize,
    found: BinaryHeap<(u64, u32)>,
}

impl Search {
    fn offer(&mut self, distance: f64, index: u32) {
        let offered = (distance.to_bits(), index);
        if self.found.len() < self.number {
            self.found.push(offered);
        } else if let Some(mut farthest) = self.found.peek_mut()
            && offered < *farthest
        {
            *farthest = offered;
        }
    }

    /// Whether a position at least so far off may be among the nearest; a little less counts for rounding.
    fn may_be_nearer(&self, distance: f64) -> bool {
        let farthest = self.found.peek().map_or(0, |farthest| farthest.0);
        self.found.len() < self.number || distance * (1.0 - 1e-12) <= f64::from_bits(farthest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Generator;

    #[test]
    fn the_nearest_are_those_of_a_look_at_all() {
        let mut generator = Generator::new(1, 0);
        // Whole numbers, so that distances are often equal, and a far cluster.
        let mut positions: Vec<[f64; 3]> = (0..300)
            .map(|i| {
                let far = if i < 40 { 1e6 } else { 0.0 };
                [
                    far + f64::from(generator.below(12)),
                    f64::from(generator.below(12)),
                    f64::from(generator.below(3)),
                ]
            })
            .collect();
        positions[7] = positions[8];
        let tree = Tree::new(&positions, Metric::GreatCircle);
        for origin in 0..300_u32 {
            for number in [1, 9, 60, 400] {
                let mut all: Vec<u32> = (0..300).collect();
                let distance = |i: u32| straight_line(positions[origin as usize], positions[i as usize]);
                all.sort_by(|&a, &b| distance(a).total_cmp(&distance(b)).then(a.cmp(&b)));
                all.truncate(number);
                assert_eq!(tree.nearest(origin, number), all);
            }
        }
    }
}
