//! Prospective space-time permutation scan, plane metres, against `SaTScan` 10.3.2.

mod support;

use std::collections::HashMap;

use lagebild_hotspot::{
    Locations,
    scan::{Case, ScanParams, permutation_scan},
};
use support::{assert_close, case, day, expected, p_tolerance, text};

#[test]
fn the_clusters_and_the_null_distribution_are_those_of_satscan() {
    let Some(folder) = case("satscan_syn1k") else {
        return;
    };
    let theirs = expected(&folder);
    let mut names = Vec::new();
    let mut points = Vec::new();
    for line in text(&folder, "points.geo").lines() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        names.push(fields[0].to_owned());
        points.push([fields[1].parse().unwrap(), fields[2].parse().unwrap()]);
    }
    let index: HashMap<&str, usize> = names.iter().enumerate().map(|(i, n)| (n.as_str(), i)).collect();
    let cases: Vec<Case> = text(&folder, "events1.cas")
        .lines()
        .map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            Case {
                location: index[fields[0]],
                time: day(fields[2]),
                count: fields[1].parse().unwrap(),
            }
        })
        .collect();
    let params = ScanParams::new(1000.0, 14).unwrap().with_end(day("2023/7/19"));
    let locations = Locations::plane(points).unwrap();
    let scan = permutation_scan(&locations, &[&cases], &params, 1).unwrap();

    assert_eq!(scan.total_cases, [theirs["total_cases"][0].as_u64().unwrap()]);
    let occupied: std::collections::HashSet<usize> = cases.iter().map(|c| c.location).collect();
    for (ours, theirs) in scan.clusters.iter().zip(theirs["clusters"].as_array().unwrap()) {
        println!(
            "{:?}",
            ours.locations.iter().map(|&l| &names[l]).collect::<Vec<_>>()
        );
        assert_eq!(ours.observed, theirs["cases"][0].as_u64().unwrap());
        assert_close(
            "expected",
            ours.expected,
            theirs["expected"][0].as_f64().unwrap(),
            0.0,
            0.01,
        );
        assert_close("llr", ours.llr, theirs["llr"][0].as_f64().unwrap(), 1e-5, 5e-6);
        let p = theirs["p"].as_f64().unwrap();
        assert_close("p", ours.p_value, p, 0.0, p_tolerance(p));
        let frame = theirs["time_frame"].as_str().unwrap().split_once(" to ").unwrap();
        assert_eq!((ours.start, ours.end), (day(frame.0), day(frame.1)));
        // Two centres reach the same cases, an exact tie: sets are compared over places that have cases.
        let mut members: Vec<&str> = ours
            .locations
            .iter()
            .filter(|l| occupied.contains(l))
            .map(|&l| names[l].as_str())
            .collect();
        let mut expected: Vec<&str> = (theirs["locations"].as_array().unwrap().iter())
            .map(|l| l.as_str().unwrap())
            .filter(|l| occupied.contains(&index[l]))
            .collect();
        members.sort_unstable();
        expected.sort_unstable();
        assert_eq!(members, expected);
        if names[ours.center] == theirs["locations"][0].as_str().unwrap() {
            assert_close(
                "radius",
                ours.radius_m,
                theirs["radius"].as_f64().unwrap(),
                0.0,
                0.02,
            );
        }
    }
    let null = &theirs["null_llr_quantiles"];
    assert_close(
        "null p50",
        scan.null.quantile(0.5),
        null["p50"].as_f64().unwrap(),
        0.03,
        0.0,
    );
    assert_close(
        "null p95",
        scan.null.quantile(0.95),
        null["p95"].as_f64().unwrap(),
        0.06,
        0.0,
    );
    println!(
        "clusters {} last {:?}",
        scan.clusters.len(),
        scan.clusters.last().map(|c| c.p_value)
    );
    println!(
        "first {} {}",
        names[scan.clusters[0].center], scan.clusters[0].radius_m
    );
}
