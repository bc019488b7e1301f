//! Gi, Gi*, local Moran and the false discovery rate, against `PySAL` esda 2.9.0.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use lagebild_hotspot::{
    Neighbours,
    false_discovery::{FalseDiscovery, cutoff, significant},
    lisa::{Quadrant, Weights, getis_ord, local_moran},
};
use serde_json::Value;
use support::{assert_close, case, expected, numbers, text};

struct Input {
    values: Vec<f64>,
    neighbours: Neighbours,
    theirs: Value,
}

fn input(name: &str) -> Option<Input> {
    let folder = case(name)?;
    let column = |line: &str, i: usize| line.split(',').nth(i).unwrap().to_owned();
    let values: Vec<f64> = text(&folder, "input.csv")
        .lines()
        .skip(1)
        .map(|line| column(line, 4).parse().unwrap())
        .collect();
    let pairs: Vec<(usize, usize)> = text(&folder, "neighbors.csv")
        .lines()
        .skip(1)
        .map(|line| (column(line, 0).parse().unwrap(), column(line, 1).parse().unwrap()))
        .collect();
    let neighbours = Neighbours::from_pairs(values.len(), &pairs).unwrap();
    Some(Input {
        values,
        neighbours,
        theirs: expected(&folder),
    })
}

/// esda takes the smaller of two tails and lets rounding decide whether a permutation with the same sum counts: with few
/// units, ties have much weight. Theirs must be one of our tails, with or without the ties, to the tolerance of the case.
fn assert_simulated(what: &str, p_greater: f64, p_less: f64, theirs: f64) {
    let permutations = 9999.0;
    let above = 1.0 + 1.0 / (permutations + 1.0) - p_less;
    let below = 1.0 + 1.0 / (permutations + 1.0) - p_greater;
    let nearest = [p_greater, p_less, above, below]
        .into_iter()
        .min_by(|a, b| (a - theirs).abs().total_cmp(&(b - theirs).abs()))
        .unwrap();
    let tolerance = 3.0 * (theirs * (1.0 - theirs) / permutations).sqrt() + 2e-4;
    assert_close(what, nearest, theirs, 0.0, tolerance);
}

fn getis_ord_agrees(name: &str) {
    let Some(Input {
        values,
        neighbours,
        theirs,
    }) = input(name)
    else {
        return;
    };
    let forms = [
        ("Gi_binary", false, Weights::Binary),
        ("Gistar_binary", true, Weights::Binary),
        ("Gi_row", false, Weights::Row),
        ("Gistar_row", true, Weights::Row),
    ];
    for (form, with_self, weights) in forms {
        let ours = getis_ord(&values, &neighbours, with_self, weights, 9999, 12345).unwrap();
        let theirs = &theirs[form];
        let z = numbers(&theirs["z"]);
        let p = numbers(&theirs["p_norm_one_sided"]);
        let p_sim = numbers(&theirs["p_sim_directed_esda_default"]);
        for (i, unit) in ours.iter().enumerate() {
            assert_close(&format!("{form} {i} z"), unit.z.unwrap(), z[i], 1e-6, 1e-12);
            assert_close(&format!("{form} {i} p"), unit.p_normal / 2.0, p[i], 1e-6, 1e-12);
            assert_simulated(
                &format!("{form} {i} p_sim"),
                unit.p_greater,
                unit.p_less,
                p_sim[i],
            );
        }
        let p: Vec<f64> = ours.iter().map(|unit| unit.p_normal).collect();
        let limit = cutoff(&p, 0.05, FalseDiscovery::BenjaminiHochberg).unwrap_or(0.0);
        let their_limit = theirs["bh_cutoff_p2_q05"].as_f64().unwrap();
        assert_close(&format!("{form} BH cutoff"), limit, their_limit, 1e-6, 0.0);
        let found = significant(&p, 0.05, FalseDiscovery::BenjaminiHochberg);
        let of_sign = |sign: f64| -> Vec<u64> {
            let units = (0..ours.len()).filter(|&i| found[i] && ours[i].z.unwrap() * sign > 0.0);
            units.map(|i| i as u64).collect()
        };
        let listed = |key: &str| -> Vec<u64> {
            theirs[key]
                .as_array()
                .unwrap()
                .iter()
                .map(|v| v.as_u64().unwrap())
                .collect()
        };
        assert_eq!(of_sign(1.0), listed("bh_hot_idx_q05"));
        assert_eq!(of_sign(-1.0), listed("bh_cold_idx_q05"));
    }
}

fn local_moran_agrees(name: &str) {
    let Some(Input {
        values,
        neighbours,
        theirs,
    }) = input(name)
    else {
        return;
    };
    let theirs = &theirs["local_moran_row"];
    let ours = local_moran(&values, &neighbours, Weights::Row, 9999, 12345).unwrap();
    let [i, expected, variance, quadrant, p] = [
        "I",
        "EI_cond",
        "VI_cond",
        "quadrant_1HH_2LH_3LL_4HL",
        "p_sim_directed_esda_default",
    ]
    .map(|key| numbers(&theirs[key]));
    for (u, unit) in ours.iter().enumerate() {
        assert_close(&format!("{u} I"), unit.i.unwrap(), i[u], 1e-6, 1e-12);
        assert_close(&format!("{u} E"), unit.expected, expected[u], 1e-6, 1e-12);
        assert_close(&format!("{u} V"), unit.variance, variance[u], 1e-6, 1e-12);
        let ours = match unit.quadrant {
            Quadrant::HighHigh => 1.0,
            Quadrant::LowHigh => 2.0,
            Quadrant::LowLow => 3.0,
            Quadrant::HighLow => 4.0,
        };
        assert_close("quadrant", ours, quadrant[u], 0.0, 0.1);
        assert_simulated(&format!("{u} p_sim"), unit.p_greater, unit.p_less, p[u]);
    }
}

#[test]
fn getis_ord_agrees_on_the_example_of_six() {
    getis_ord_agrees("lisa_esda_doc6");
}

#[test]
fn getis_ord_agrees_on_saint_louis() {
    getis_ord_agrees("lisa_stl_HR7984");
}

#[test]
fn local_moran_agrees_on_the_example_of_six() {
    local_moran_agrees("lisa_esda_doc6");
}

#[test]
fn local_moran_agrees_on_saint_louis() {
    local_moran_agrees("lisa_stl_HR7984");
}
