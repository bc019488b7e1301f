//! Two real feeds: South Yorkshire, October 2018 to February 2019, counted independently with the `csv` crate.

use std::collections::BTreeMap;
use std::fs::File;

use flate2::read::GzDecoder;
use lagebild_tests::{Counts, Installation, Server, shared_data};

/// The example's box and margin: west, south, east, north.
const BOX: [f64; 4] = [-1.825, 53.301, -0.865, 53.661];
const MARGIN_KM: f64 = 10.0;

/// What the feed says, counted without the program under test.
#[derive(Default)]
struct Counted {
    rows: u64,
    without_coordinates: u64,
    beyond_margin: u64,
    repeated_ids: u64,
    by_month: BTreeMap<String, u64>,
}

fn count(path: &std::path::Path) -> Counted {
    let mut counted = Counted::default();
    let mut ids = std::collections::BTreeSet::new();
    let file = File::open(path).expect("a feed");
    let mut reader = csv::Reader::from_reader(GzDecoder::new(file));
    let headers = reader.headers().expect("a header").clone();
    let column = |name: &str| headers.iter().position(|header| header == name);
    let (lng, lat, month) = (
        column("Longitude").expect("a column"),
        column("Latitude").expect("a column"),
        column("Month").expect("a column"),
    );
    let id = column("Crime ID");
    for record in reader.records() {
        let record = record.expect("a row");
        counted.rows += 1;
        let coordinate = |index: usize| record[index].trim().parse::<f64>().ok();
        match (coordinate(lng), coordinate(lat)) {
            (Some(lng), Some(lat)) if distance_km(lng, lat) > MARGIN_KM => {
                counted.beyond_margin += 1;
                continue;
            }
            (Some(_), Some(_)) => {}
            _ => counted.without_coordinates += 1,
        }
        if let Some(id) = id
            && !record[id].is_empty()
            && !ids.insert(record[id].to_owned())
        {
            counted.repeated_ids += 1;
            continue;
        }
        *counted.by_month.entry(record[month].to_owned()).or_default() += 1;
    }
    counted
}

/// Distance of a point from the box, by haversine to its nearest corner or edge.
fn distance_km(lng: f64, lat: f64) -> f64 {
    let nearest = (lng.clamp(BOX[0], BOX[2]), lat.clamp(BOX[1], BOX[3]));
    let (a, b) = (lat.to_radians(), nearest.1.to_radians());
    let (half_lat, half_lng) = ((b - a) / 2.0, (nearest.0 - lng).to_radians() / 2.0);
    let h = half_lat.sin().powi(2) + a.cos() * b.cos() * half_lng.sin().powi(2);
    2.0 * 6371.0088 * h.sqrt().asin()
}

/// Imports both feeds and compares the summaries with the independent count.
fn filled(folder: &std::path::Path) -> (Installation, [Counted; 2]) {
    let town = Installation::of_example("south-yorkshire");
    let feeds = [
        ("asb", "asb_reports.csv.gz"),
        ("crimes", "police_recorded_crimes.csv.gz"),
    ];
    let counted = feeds.map(|(source, file)| {
        let path = folder.join(file);
        let counted = count(&path);
        let done = town
            .ingest(source, &[path.to_str().expect("a path of UTF-8")])
            .exits(0);
        let expected = Counts {
            accepted: counted.rows - counted.beyond_margin - counted.repeated_ids,
            merged: counted.repeated_ids,
            quarantined: counted.beyond_margin,
            ..Counts::default()
        };
        assert_eq!(done.counts(), expected, "{source}");
        counted
    });
    (town, counted)
}

#[test]
fn both_feeds_are_read_as_counted_and_a_second_run_changes_nothing() {
    let Some(folder) = shared_data("uk_south_yorkshire") else {
        return;
    };
    let (town, counted) = filled(&folder);
    assert_eq!([counted[0].rows, counted[1].rows], [14_497, 59_337]);
    for ((source, file), counted) in [
        ("asb", "asb_reports.csv.gz"),
        ("crimes", "police_recorded_crimes.csv.gz"),
    ]
    .iter()
    .zip(&counted)
    {
        let path = folder.join(file);
        let again = town
            .ingest(source, &[path.to_str().expect("a path of UTF-8")])
            .exits(0)
            .counts();
        assert_eq!((again.accepted, again.updated), (0, 0), "{source}");
        assert_eq!(
            again.unchanged,
            counted.rows - counted.beyond_margin - counted.repeated_ids,
            "{source}"
        );
        let placeless = lagebild_tests::database::number(
            &town.database(),
            &format!("SELECT COUNT(*) FROM report WHERE source = '{source}' AND lat IS NULL"),
        );
        assert_eq!(placeless, counted.without_coordinates.cast_signed(), "{source}");
    }
    let reasons = lagebild_tests::database::texts(&town.database(), "SELECT DISTINCT code FROM quarantine");
    assert_eq!(reasons, ["beyond_margin"]);
}

/// The month of a row lies in one window only: the middle of its span does.
#[test]
fn the_figures_of_each_month_are_those_of_the_feeds() {
    let Some(folder) = shared_data("uk_south_yorkshire") else {
        return;
    };
    let (town, counted) = filled(&folder);
    let token = town.token("analyst", "joint");
    let server = Server::serve(&town);
    let analyst = server.as_bearer(&token);
    let months = ["2018-10", "2018-11", "2018-12", "2019-01", "2019-02", "2019-03"];
    for pair in months.windows(2) {
        let expected: u64 = counted
            .iter()
            .map(|counted| counted.by_month.get(pair[0]).unwrap_or(&0))
            .sum();
        let lage = analyst.json(&format!("/api/v1/lage?from={}-01&to={}-01", pair[0], pair[1]));
        assert_eq!(lage["total"], expected, "{}", pair[0]);
        assert_eq!(
            lage["hours_unknown"], expected,
            "a month says nothing about the hour"
        );
        let days: f64 = lage["by_day"]
            .as_array()
            .expect("days")
            .iter()
            .flat_map(|day| {
                ["complaint", "incident", "perception"].map(|kind| day[kind].as_f64().expect("a number"))
            })
            .sum();
        assert!(
            (days - expected as f64).abs() < 0.1,
            "{}: {days} of {expected}",
            pair[0]
        );
    }
    let placeless = analyst.json("/api/v1/lage?from=2018-10-01&to=2019-03-01");
    let total = placeless["total"].as_u64().expect("a total");
    let cells: u64 = analyst
        .items("/api/v1/cells?from=2018-10-01&to=2019-03-01&resolution=7&source=asb")
        .iter()
        .filter_map(|cell| cell["count"].as_u64())
        .sum();
    let asb = &counted[0];
    assert_eq!(cells, asb.rows - asb.beyond_margin - asb.without_coordinates);
    assert_eq!(
        total,
        counted
            .iter()
            .flat_map(|counted| counted.by_month.values())
            .sum::<u64>()
    );
    let report =
        &analyst.json("/api/v1/reports?source=crimes&limit=1&from=2018-10-01&to=2019-03-01")["items"][0];
    assert!(
        matches!(report["precision"].as_str(), Some("street" | "none" | "area")),
        "{report}"
    );
}

#[test]
fn windows_of_days_are_refused_and_months_are_offered() {
    let Some(folder) = shared_data("uk_south_yorkshire") else {
        return;
    };
    let (town, _) = filled(&folder);
    let monthly = town
        .run(&["detect", "--config", "lagebild.toml", "--format", "json"])
        .exits(0);
    let found: serde_json::Value = serde_json::from_str(&monthly.stdout).expect("JSON");
    assert!(
        found["items"].is_array() && found["refused"].as_array().is_some_and(Vec::is_empty),
        "{found}"
    );
    let text = town.read("lagebild.toml");
    assert!(text.contains("time_unit = \"month\""));
    town.write(
        "lagebild.toml",
        text.replace("time_unit = \"month\"", "time_unit = \"day\""),
    );
    let daily = town
        .run(&["detect", "--config", "lagebild.toml", "--format", "json"])
        .exits(2)
        .says(&["day", "time_unit = \"month\"", "known only to a longer span"]);
    assert_eq!(daily.stdout, "");
}
