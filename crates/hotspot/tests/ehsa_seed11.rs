//! Space-time Gi* and Mann–Kendall, against R sfdep 0.2.5 and Kendall 2.2.1.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use lagebild_hotspot::{
    Neighbours,
    emerging::{Cube, EmergingParams, MannKendall, emerging_hot_spots, mann_kendall},
};
use serde_json::Value;
use support::{assert_close, case, expected, numbers, text};

fn assert_trend(ours: MannKendall, theirs: &Value, unit: usize) {
    let of = |key: &str| numbers(&theirs[key])[unit];
    assert_close("S", ours.s as f64, of("S"), 1e-6, 0.0);
    // They are printed from single precision.
    assert_close("var S", ours.var_s, of("varS"), 1e-6, 0.0);
    assert_close("tau", ours.tau, of("tau"), 1e-6, 1e-7);
    assert_close("p", ours.p, of("p"), 0.0, 1e-4);
}

#[test]
fn scores_and_trends_are_those_of_sfdep_and_kendall() {
    let Some(folder) = case("ehsa_seed11") else { return };
    let theirs = expected(&folder);
    let units = theirs["cells"].as_u64().unwrap() as usize;
    let rows: Vec<Vec<f64>> = text(&folder, "input.csv")
        .lines()
        .skip(1)
        .map(|line| {
            line.split(',')
                .skip(1)
                .map(|field| field.parse().unwrap())
                .collect()
        })
        .collect();
    let cube = Cube::new(units, rows.iter().map(|row| row[1]).collect()).unwrap();
    let place = |unit: usize| (rows[unit][2], rows[unit][3]);
    let is_near = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).abs() < 1.5 && (a.1 - b.1).abs() < 1.5;
    let pairs: Vec<(usize, usize)> = (0..units)
        .flat_map(|i| (0..units).map(move |j| (i, j)))
        .filter(|&(i, j)| is_near(place(i), place(j)))
        .collect();
    let neighbours = Neighbours::from_pairs(units, &pairs).unwrap();
    let ours = emerging_hot_spots(&cube, &neighbours, EmergingParams::default()).unwrap();

    let scores = numbers(&theirs["gi_star_z"]);
    for (unit, ours) in ours.iter().enumerate() {
        for (slice, z) in ours.gi_star.iter().enumerate() {
            assert_close("Gi*", z.unwrap(), scores[slice * units + unit], 1e-6, 1e-12);
        }
        assert_trend(ours.mann_kendall, &theirs["mann_kendall_on_gi"], unit);
        let raw: Vec<f64> = (0..cube.slices()).map(|slice| cube.slice(slice)[unit]).collect();
        assert_trend(
            mann_kendall(&raw),
            &theirs["mann_kendall_on_raw_counts_with_ties"],
            unit,
        );
    }
}
