//! Weighted displacement difference, prediction indices and E-test, against R ptools.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use lagebild_hotspot::evaluation::{
    Area, BeforeAfter, WddInput, poisson_e_test, prediction_table, weighted_displacement_difference,
};
use serde_json::Value;
use support::{assert_close, case, expected, numbers};

fn before_after(value: &Value) -> BeforeAfter {
    let counts = numbers(value);
    BeforeAfter {
        before: counts[0] as u32,
        after: counts[1] as u32,
    }
}

#[test]
fn weighted_displacement_differences_agree() {
    let Some(folder) = case("evaluation_published") else {
        return;
    };
    for case in expected(&folder)["wdd_cases"].as_array().unwrap() {
        let of = |key: &str| before_after(&case[key]);
        let mut input = WddInput::new(of("control"), of("treated"))
            .with_displacement(of("disp_control"), of("disp_treated"));
        if let Some((option, weights)) = case["opts"].as_str().unwrap().split_once(' ') {
            let weights: Vec<f64> = weights.split('/').map(|w| w.parse().unwrap()).collect();
            input = match option {
                "time_weights" => input.with_time_weights(weights[0], weights[1]).unwrap(),
                _ => input.with_area_weights(weights.try_into().unwrap()).unwrap(),
            };
        }
        let ours = weighted_displacement_difference(&input);
        let close = |key: &str, ours: f64| {
            assert_close(key, ours, case["wdd"][key].as_f64().unwrap(), 1e-9, 1e-12);
        };
        close("Est_Local", ours.local);
        close("SE_Local", ours.local_error);
        close("Est_Displace", ours.displacement);
        close("SE_Displace", ours.displacement_error);
        close("Est_Total", ours.total);
        close("SE_Total", ours.total_error);
        close("Z", ours.z);
        close("LowCI", ours.interval[0]);
        close("HighCI", ours.interval[1]);
    }
}

#[test]
fn prediction_indices_agree() {
    let Some(folder) = case("evaluation_published") else {
        return;
    };
    for case in expected(&folder)["pai_cases"].as_array().unwrap() {
        let [observed, predicted, sizes] = ["obs", "pred", "area"].map(|key| numbers(&case[key]));
        let areas: Vec<Area> = (0..observed.len())
            .map(|i| Area {
                predicted: predicted[i],
                observed: observed[i] as u32,
                size: sizes[i],
            })
            .collect();
        let table = prediction_table(&areas).unwrap();
        let theirs = |key: &str| numbers(&case["sorted_table"][key]);
        let [count, share, pai, pei, rri] = ["CumCount", "PCumArea", "PAI", "PEI", "RRI"].map(theirs);
        for (i, row) in table.iter().enumerate() {
            assert_close("CumCount", row.cumulative_observed as f64, count[i], 0.0, 0.0);
            assert_close("PCumArea", row.share_size, share[i], 1e-9, 0.0);
            assert_close("PAI", row.pai, pai[i], 1e-9, 0.0);
            assert_close("PEI", row.pei.unwrap(), pei[i], 1e-9, 0.0);
            assert_close("RRI", row.rri.unwrap(), rri[i], 1e-9, 0.0);
        }
    }
}

#[test]
fn the_e_test_agrees() {
    let Some(folder) = case("evaluation_published") else {
        return;
    };
    for case in expected(&folder)["poisson_e_test"].as_array().unwrap() {
        let counts = numbers(&case["k"]);
        let ours = poisson_e_test([counts[0] as u32, counts[1] as u32], [1.0, 1.0]).unwrap();
        assert_close("p", ours.p, case["p"].as_f64().unwrap(), 1e-9, 0.0);
    }
}
