//! Prospective space-time permutation scan, plane metres, against `SaTScan` 10.3.2.

#[path = "support/satscan_case.rs"]
mod satscan_case;
mod support;

use lagebild_hotspot::{
    Locations,
    satscan::{Time, read_counts, read_places},
    scan::{ScanParams, permutation_scan},
};
use satscan_case::{Compare, assert_clusters, cases};
use support::{assert_close, case, expected, text};

#[test]
fn the_clusters_and_the_null_distribution_are_those_of_satscan() {
    let Some(folder) = case("satscan_syn1k") else {
        return;
    };
    let theirs = expected(&folder);
    let places = read_places(&text(&folder, "points.geo")).unwrap();
    let cases = cases(
        &read_counts(&text(&folder, "events1.cas"), true).unwrap(),
        &places,
    );
    let end = "2023/7/19".parse::<Time>().unwrap().days();
    let params = ScanParams::new(1000.0, 14).unwrap().with_end(end);
    let locations = Locations::plane(places.iter().map(|p| p.coordinates).collect()).unwrap();
    let scan = permutation_scan(&locations, &[&cases], &params, 1).unwrap();

    let occupied = cases.iter().map(|c| c.location).collect();
    let compare = Compare {
        places: &places,
        occupied,
        radius_unit_m: 1.0,
        radius_tolerance: 0.02,
        p: None,
    };
    assert_clusters(&scan, &theirs, &compare);
    for (ours, theirs) in scan.clusters.iter().zip(theirs["clusters"].as_array().unwrap()) {
        let (start, end) = theirs["time_frame"].as_str().unwrap().split_once(" to ").unwrap();
        let days = |text: &str| text.parse::<Time>().unwrap().days();
        assert_eq!((ours.start, ours.end), (days(start), days(end)));
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
    let looks = scan.clusters[0].recurrence_interval.unwrap();
    assert_close("recurrence, years", looks / 365.25, 2.7, 0.0, 0.05);
}
