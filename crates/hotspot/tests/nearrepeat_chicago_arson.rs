//! Knox test, against R `NearRepeat` 0.1.1.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use lagebild_hotspot::{
    Locations,
    knox::{KnoxMetric, KnoxParams, knox},
    satscan::Time,
};
use support::{assert_close, case, expected, numbers, p_tolerance, reference, text};

#[test]
fn pairs_ratios_and_p_are_those_of_near_repeat() {
    let (Some(folder), Some(reference)) = (case("nearrepeat_chicago_arson"), reference()) else {
        return;
    };
    let theirs = expected(&folder);
    let input = text(&reference.join("inputs"), "chicago_arson.csv");
    let rows: Vec<Vec<&str>> = input
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect())
        .collect();
    let points = rows
        .iter()
        .map(|r| [r[0].parse().unwrap(), r[1].parse().unwrap()])
        .collect();
    let times: Vec<i64> = rows
        .iter()
        .map(|r| r[2].parse::<Time>().unwrap().days())
        .collect();
    let bands_m = vec![0.0, 1.0, 200.0, 400.0, 600.0, f64::INFINITY];
    let bands_days = vec![0.0, 1.0, 2.0, 3.0, f64::INFINITY];
    let params = KnoxParams::new(bands_m, bands_days)
        .unwrap()
        .with_metric(KnoxMetric::Manhattan);
    let ours = knox(&Locations::plane(points).unwrap(), &times, &params, 1).unwrap();

    for row in 0..5 {
        let of_row = |key: &str| numbers(&theirs[key][row]);
        let (observed, ratio, p) = (of_row("observed"), of_row("knox_ratio_mean"), of_row("p"));
        for column in 0..4 {
            assert_close(
                "pairs",
                ours.observed[row][column] as f64,
                observed[column],
                0.0,
                0.0,
            );
            let tolerance = 3.0 / (999.0 * ours.expected[row][column]).sqrt() + 0.01;
            assert_close(
                "ratio",
                ours.ratio[row][column].unwrap(),
                ratio[column],
                tolerance,
                1e-12,
            );
            // Both sides are simulated.
            let tolerance = p_tolerance(p[column]).max(p_tolerance(ours.p[row][column]));
            assert_close(
                "p",
                ours.p[row][column],
                p[column],
                0.0,
                tolerance * std::f64::consts::SQRT_2,
            );
        }
    }
    println!("{}", ours.in_words(0.05, 1.2));
}
