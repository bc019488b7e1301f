//! A grid over positions: what is near lies in the same cell or in one beside it.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use rayon::prelude::*;

use crate::locations::Metric;

/// Positions by cell.
#[derive(Debug, Clone)]
pub(crate) struct Grid {
    size_m: f64,
    /// How many cells lie below and above; the plane has none.
    depth: i64,
    cells: HashMap<[i64; 3], Range<u32>, BuildHasherDefault<CellHasher>>,
    order: Vec<u32>,
}

/// Mixes the numbers of a cell, faster than the standard hasher, whose guard against crafted keys is not needed here.
#[derive(Debug, Clone, Default)]
struct CellHasher(u64);

impl Hasher for CellHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            let mixed = (self.0 ^ u64::from_le_bytes(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            self.0 = mixed ^ (mixed >> 32);
        }
    }
}

impl Grid {
    /// A grid for looking `reach_m` far (a straight line); `rank` orders the positions of a cell.
    ///
    /// Without end of the reach there is one cell.
    pub(crate) fn new<K: Ord + Send>(
        positions: &[[f64; 3]],
        metric: Metric,
        reach_m: f64,
        rank: impl Fn(u32) -> K + Sync,
    ) -> Self {
        // Cells of at least a metre keep their numbers far inside 64 bits; a little more holds what ties with the reach.
        let size_m = reach_m.max(1.0) * (1.0 + 1e-9) + 1e-6;
        let cell = |index: u32| cell_of(positions[index as usize], size_m);
        let mut order: Vec<u32> = (0..positions.len() as u32).collect();
        order.par_sort_unstable_by_key(|&index| (cell(index), rank(index)));
        let mut cells = HashMap::default();
        let mut start = 0;
        for same in order.chunk_by(|&a, &b| cell(a) == cell(b)) {
            let end = start + same.len() as u32;
            cells.insert(cell(same[0]), start..end);
            start = end;
        }
        Self {
            size_m,
            depth: i64::from(metric == Metric::GreatCircle),
            cells,
            order,
        }
    }

    /// Indices of the positions, cell after cell.
    pub(crate) fn order(&self) -> &[u32] {
        &self.order
    }

    /// The cells, and where in the [order](Self::order) their positions stand.
    pub(crate) fn cells(&self) -> impl Iterator<Item = ([i64; 3], Range<usize>)> + '_ {
        self.cells.iter().map(|(&cell, range)| (cell, places(range)))
    }

    /// Where in the [order](Self::order) the positions of the cell of a position, and of those beside it, stand.
    pub(crate) fn around(&self, position: [f64; 3]) -> impl Iterator<Item = Range<usize>> + '_ {
        self.beside(cell_of(position, self.size_m))
    }

    /// The same of a cell.
    pub(crate) fn beside(&self, [x, y, z]: [i64; 3]) -> impl Iterator<Item = Range<usize>> + '_ {
        let cells = (-1..=1).flat_map(move |dx| (-1..=1).map(move |dy| (x + dx, y + dy)));
        let depth = self.depth;
        cells
            .flat_map(move |(x, y)| (-depth..=depth).map(move |dz| [x, y, z + dz]))
            .filter_map(|cell| self.cells.get(&cell).map(places))
    }

    /// Whether it serves to look so far.
    pub(crate) fn reaches(&self, straight_m: f64) -> bool {
        straight_m <= self.size_m
    }
}

fn places(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}

/// With an infinite size everything lies in cell 0.
fn cell_of(position: [f64; 3], size_m: f64) -> [i64; 3] {
    position.map(|coordinate| (coordinate / size_m).floor() as i64)
}
