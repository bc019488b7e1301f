//! What each method does with very many rows: the time of its answer, or of its refusal and what it says.
//!
//! `LAGEBILD_BENCH_ROWS=10000000 cargo bench -p lagebild-hotspot --bench rows`; without the variable, a million.
#![allow(clippy::print_stdout, reason = "prints a table")]

use std::fmt::Display;
use std::time::Instant;

use lagebild_hotspot::{
    Locations, Neighbours,
    knox::{KnoxParams, knox},
    lisa::{Weights, getis_ord, local_moran},
    scan::{Case, ScanParams, permutation_scan},
    st_dbscan::{StDbscanParams, st_dbscan},
};

fn main() {
    let rows = std::env::var("LAGEBILD_BENCH_ROWS")
        .ok()
        .and_then(|rows| rows.parse().ok());
    let rows: usize = rows.unwrap_or(1_000_000);
    println!("| {rows} rows, 20 km square, a year | seconds | answer |\n|---|---|---|");
    let all = Layout::new(rows, rows);
    let snapped = Layout::new(rows, 20_000);
    let one = Layout::new(rows, 1);
    for (name, layout) in [
        ("each at its own point", &all),
        ("at 20 000 points", &snapped),
        ("at one point", &one),
    ] {
        let (locations, times) = (layout.events(), &layout.times);
        for metres in [200.0, 10.0] {
            let params = StDbscanParams::new(metres, 7, 5).expect("in range");
            row(&format!("ST-DBSCAN, {metres} m, {name}"), || {
                st_dbscan(&locations, times, params)
                    .map(|labels| labels.iter().flatten().max().map_or(0, |m| m + 1))
            });
            row(&format!("local Moran, {metres} m, {name}"), || {
                let near = Neighbours::within(&locations, metres).map_err(|e| e.to_string())?;
                local_moran(&layout.values, &near, Weights::Row, 999, 1)
                    .map(|u| u.len())
                    .map_err(|e| e.to_string())
            });
        }
        row(&format!("Gi*, 8 nearest, {name}"), || {
            let near = Neighbours::nearest(&locations, 8).map_err(|e| e.to_string())?;
            getis_ord(&layout.values, &near, true, Weights::Binary, 999, 1)
                .map(|u| u.len())
                .map_err(|e| e.to_string())
        });
        row(&format!("Knox, 200 m, 3 days, 99 permutations, {name}"), || {
            let params = KnoxParams::new(vec![0.0, 200.0], vec![0.0, 3.0]).expect("rising");
            knox(&locations, times, &params.with_permutations(99), 1).map(|found| found.observed[0][0])
        });
        let places = Locations::plane(layout.points.clone()).expect("finite");
        row(&format!("scan, 1 km, 28 days, 99 replicates, {name}"), || {
            let params = ScanParams::new(1000.0, 28)
                .and_then(|p| p.with_replicates(99))
                .expect("in range");
            permutation_scan(&places, &[&layout.cases()], &params, 1).map(|found| found.clusters.len())
        });
    }
}

/// Prints how long something takes and what comes of it.
fn row<T: Display, E: Display>(what: &str, run: impl FnOnce() -> Result<T, E>) {
    let started = Instant::now();
    let found = run();
    let seconds = started.elapsed().as_secs_f64();
    let answer = found.map_or_else(
        |refusal| format!("refused: {refusal}"),
        |answer| answer.to_string(),
    );
    println!("| {what} | {seconds:.1} | {answer} |");
}

/// Rows at points of a square.
struct Layout {
    points: Vec<[f64; 2]>,
    at: Vec<usize>,
    times: Vec<i64>,
    values: Vec<f64>,
}

impl Layout {
    fn new(rows: usize, points: usize) -> Self {
        // Knuth's multiplicative generator, 64 bits; the upper half is taken.
        let mut state = 1_u64;
        let mut below = |bound: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((state >> 32) * bound) >> 32
        };
        Self {
            points: (0..points)
                .map(|_| [below(200_000) as f64 / 10.0, below(200_000) as f64 / 10.0])
                .collect(),
            at: (0..rows)
                .map(|row| {
                    if row < points {
                        row
                    } else {
                        below(points as u64) as usize
                    }
                })
                .collect(),
            times: (0..rows)
                .map(|_| i64::try_from(below(365)).unwrap_or(0))
                .collect(),
            values: (0..rows).map(|_| below(100) as f64).collect(),
        }
    }

    fn events(&self) -> Locations {
        Locations::plane(self.at.iter().map(|&point| self.points[point]).collect()).expect("finite")
    }

    fn cases(&self) -> Vec<Case> {
        let cases = self.at.iter().zip(&self.times);
        cases
            .map(|(&location, &time)| Case {
                location,
                time,
                count: 1,
            })
            .collect()
    }
}
