//! Prospective space-time permutation scan on the great circle, against `SaTScan` 10.3.2.

#[path = "support/satscan_case.rs"]
mod satscan_case;
mod support;

use lagebild_hotspot::{
    Locations,
    satscan::{Time, read_counts, read_places},
    scan::{ScanParams, permutation_scan},
};
use satscan_case::{Compare, assert_clusters, cases};
use support::{case, expected, numbers, text};

#[test]
fn the_clusters_are_those_of_satscan() {
    let Some(folder) = case("satscan_nyc_fever") else {
        return;
    };
    let theirs = expected(&folder);
    let places = read_places(&text(&folder, "NYCfever.geo")).unwrap();
    let cases = cases(
        &read_counts(&text(&folder, "NYCfever.cas"), true).unwrap(),
        &places,
    );
    let end = "2001/11/24".parse::<Time>().unwrap().days();
    let params = ScanParams::new(3000.0, 7).unwrap().with_end(end);
    let points = places
        .iter()
        .map(|p| [p.coordinates[1], p.coordinates[0]])
        .collect();
    let locations = Locations::great_circle(points).unwrap();
    let scan = permutation_scan(&locations, &[&cases], &params, 1).unwrap();

    let occupied = cases.iter().map(|c| c.location).collect();
    let p = Some(numbers(&theirs["p_9999_standard_mc"]));
    let compare = Compare {
        places: &places,
        occupied,
        radius_unit_m: 1000.0,
        radius_tolerance: 0.011,
        p,
    };
    assert_clusters(&scan, &theirs, &compare);
}
