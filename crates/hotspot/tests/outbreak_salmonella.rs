//! EARS, Farrington and CUSUM, against R surveillance 1.20.3.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use lagebild_hotspot::outbreak::{
    CusumParams, EarsParams, FarringtonParams, FlexibleParams, Watch, cusum, ears_c1, ears_c2, ears_c3,
    farrington, farrington_flexible,
};
use serde_json::Value;
use support::{assert_close, case, expected, numbers, text};

fn series() -> Option<(Vec<u32>, Value)> {
    let folder = case("outbreak_salmonella.agona")?;
    let rows = text(&folder, "input.csv");
    let counts = rows
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(1).unwrap().parse().unwrap());
    Some((counts.collect(), expected(&folder)))
}

fn assert_series(rule: &str, counts: &[u32], ours: &[Option<Watch>], theirs: &Value, tolerance: f64) {
    let range = numbers(&theirs["range"]);
    let first = range[0] as usize - 1;
    let alarms = numbers(&theirs["alarm"]);
    let expected = theirs.get("expected").map(numbers);
    for (i, &bound) in numbers(&theirs["upperbound"]).iter().enumerate() {
        let step = first + i;
        let watch = ours[step].unwrap();
        assert_close(
            &format!("{rule} {step} bound"),
            watch.upper_bound,
            bound,
            tolerance,
            1e-12,
        );
        if (f64::from(counts[step]) - bound).abs() > 1e-6 {
            assert_eq!(watch.alarm, alarms[i] > 0.0, "{rule} {step}");
        }
        if let Some(expected) = &expected {
            assert_close(
                &format!("{rule} {step} expected"),
                watch.expected,
                expected[i],
                tolerance,
                0.0,
            );
        }
    }
    if rule.starts_with("EARS") {
        assert_eq!(ours[first - 1], None, "theirs begins here too");
    }
}

#[test]
fn ears_bounds_and_alarms_agree() {
    let Some((counts, theirs)) = series() else { return };
    let params = |alpha| EarsParams::new(7, alpha).unwrap();
    assert_series(
        "EARS C1",
        &counts,
        &ears_c1(&counts, params(0.001)),
        &theirs["earsC1_b7"],
        1e-9,
    );
    assert_series(
        "EARS C2",
        &counts,
        &ears_c2(&counts, params(0.001)),
        &theirs["earsC2_b7"],
        1e-9,
    );
    assert_series(
        "EARS C3",
        &counts,
        &ears_c3(&counts, params(0.025)),
        &theirs["earsC3_b7"],
        1e-9,
    );
}

#[test]
fn cusum_bounds_and_alarms_agree() {
    let Some((counts, theirs)) = series() else { return };
    let params = CusumParams::new(290, 1.04, 2.26).unwrap();
    assert_series("CUSUM", &counts, &cusum(&counts, params), &theirs["cusum"], 1e-9);
}

#[test]
fn farrington_bounds_and_alarms_agree() {
    let Some((counts, theirs)) = series() else { return };
    let params = FarringtonParams::new(52, 4, 3, 0.01).unwrap();
    assert_series(
        "Farrington",
        &counts,
        &farrington(&counts, params),
        &theirs["farrington1996"],
        1e-4,
    );
}

#[test]
fn flexible_farrington_with_classic_options_agrees() {
    let Some((counts, theirs)) = series() else { return };
    let params = FlexibleParams::classic(52, 4, 3, 0.01).unwrap();
    let ours = farrington_flexible(&counts, params);
    assert_series(
        "classic",
        &counts,
        &ours,
        &theirs["farringtonFlexible_classic"],
        1e-4,
    );
}

#[test]
fn flexible_farrington_with_noufailys_options_agrees() {
    let Some((counts, theirs)) = series() else { return };
    let params = FlexibleParams::noufaily(52, 4, 3, 0.01).unwrap();
    let ours = farrington_flexible(&counts, params);
    assert_series(
        "Noufaily",
        &counts,
        &ours,
        &theirs["farringtonFlexible_noufaily"],
        1e-4,
    );
}
