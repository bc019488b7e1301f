//! How much more counts vary than chance explains.

use super::{Ground, record::Record};

/// Pearson's statistic over its expectation, in the squares of the ground and blocks of so many steps up to and with
/// `last`, the margins of each stratum given; at least 1.
///
/// Σ (o − e)² / Σ e (1 − e/row)(1 − e/column): sums before the division, so that rare squares do no harm.
pub(super) fn dispersion(record: &Record, ground: &Ground, block_steps: i64, last: i64) -> f64 {
    let steps = (last - record.first() + 1).max(0) / block_steps * block_steps;
    let (first, blocks) = (last - steps + 1, (steps / block_steps) as usize);
    let cells = ground.cell_strata().len();
    let mut observed = vec![0.0; cells * blocks];
    let mut stratum_blocks = vec![0.0; ground.strata() * blocks];
    for (step, sites) in record.between(first, last) {
        let block = ((step - first) / block_steps) as usize;
        for &site in sites {
            observed[ground.cell(site) * blocks + block] += 1.0;
            stratum_blocks[ground.stratum(site) * blocks + block] += 1.0;
        }
    }
    let (mut squares, mut variance) = (0.0, 0.0);
    for (cell, &stratum) in ground.cell_strata().iter().enumerate() {
        let row = &observed[cell * blocks..(cell + 1) * blocks];
        let columns = &stratum_blocks[stratum as usize * blocks..(stratum as usize + 1) * blocks];
        let (cell_cases, total) = (row.iter().sum::<f64>(), columns.iter().sum::<f64>());
        if cell_cases <= 0.0 || total <= 1.0 {
            continue;
        }
        let of_cell = cell_cases / total;
        for (&cases, &column) in row.iter().zip(columns) {
            let expected = of_cell * column;
            squares += (cases - expected).powi(2);
            variance += expected * (1.0 - of_cell) * (1.0 - column / total) * total / (total - 1.0);
        }
    }
    if variance > 0.0 {
        (squares / variance).max(1.0)
    } else {
        1.0
    }
}
