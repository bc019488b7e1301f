//! Retrospective Poisson scan with covariates, against `SaTScan` 10.3.2.

#[path = "support/satscan_case.rs"]
mod satscan_case;
mod support;

use std::collections::BTreeMap;

use lagebild_hotspot::{
    Locations,
    satscan::{Time, read_counts, read_places, read_population},
    scan::{Baseline, Case, Population, ScanParams, StratumCase, poisson_scan},
};
use satscan_case::{Compare, assert_clusters, index};
use support::{case, expected, text};

#[test]
fn the_clusters_are_those_of_satscan() {
    let Some(folder) = case("satscan_nm_brain") else {
        return;
    };
    let theirs = expected(&folder);
    let places = read_places(&text(&folder, "nm.geo")).unwrap();
    let index = index(&places);
    let mut strata: BTreeMap<Vec<String>, u32> = BTreeMap::new();
    let mut stratum = |covariates: &[String]| {
        let next = strata.len() as u32;
        *strata.entry(covariates.to_vec()).or_insert(next)
    };
    let population: Vec<Population> = read_population(&text(&folder, "nm.pop"))
        .unwrap()
        .iter()
        .map(|row| Population {
            location: index[&row.location],
            stratum: stratum(&row.covariates),
            time: row.time.population_days() as f64,
            persons: row.persons,
        })
        .collect();
    let cases: Vec<StratumCase> = read_counts(&text(&folder, "nm.cas"), true)
        .unwrap()
        .iter()
        .map(|row| StratumCase {
            case: Case {
                location: index[&row.location],
                time: i64::from(row.time.unwrap().year()),
                count: row.count,
            },
            stratum: stratum(&row.covariates),
        })
        .collect();
    let first_days: Vec<f64> = (1973..=1992)
        .map(|year| year.to_string().parse::<Time>().unwrap().days() as f64)
        .collect();
    let baseline = Baseline::standardised(places.len(), 1973, &first_days, &population, &cases).unwrap();
    let points = places
        .iter()
        .map(|p| [p.coordinates[1], p.coordinates[0]])
        .collect();
    let locations = Locations::great_circle(points).unwrap();
    let params = ScanParams::new(f64::INFINITY, 9).unwrap().retrospective();
    let plain: Vec<Case> = cases.iter().map(|c| c.case).collect();
    let scan = poisson_scan(&locations, &plain, &baseline, &params, 1).unwrap();

    let occupied = (0..places.len()).collect();
    let compare = Compare {
        places: &places,
        occupied,
        radius_unit_m: 1000.0,
        radius_tolerance: 0.011,
        p: None,
    };
    assert_clusters(&scan, &theirs, &compare);
    for (ours, theirs) in scan.clusters.iter().zip(theirs["clusters"].as_array().unwrap()) {
        let frame = theirs["time_frame"].as_str().unwrap();
        assert_eq!(frame, format!("{}/1/1 to {}/12/31", ours.start, ours.end));
    }
}
