//! Real feeds by configuration alone. What each must give was counted independently (awk and Python over the files, PROJ 9.5.1
//! for coordinates) and, where that is cheap, is counted again here with the `csv` crate.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use lagebild_tests::database::{number, texts};
use lagebild_tests::{Counts, Installation, Server, shared_data};

const BOSTON: &str = "311_service_requests_2011.csv.gz";
const ZURICH: &str = "reports_cleaned.csv.gz";
const BERLIN: &str = "Fahrraddiebstahl_2022-01_2023-06.csv.gz";

fn accepted(accepted: u64) -> Counts {
    Counts {
        accepted,
        ..Counts::default()
    }
}

/// Imports a file twice: the first time as expected, the second time nothing changes.
fn read_twice(town: &Installation, source: &str, path: &Path, expected: Counts) {
    let path = path.to_str().expect("a path of UTF-8");
    let first = town.ingest(source, &[path]).exits(0).counts();
    assert_eq!(first, expected, "{source}");
    let second = town.ingest(source, &[path]).exits(0).counts();
    let unchanged = Counts {
        unchanged: expected.accepted,
        accepted: 0,
        ..expected
    };
    assert_eq!(second, unchanged, "{source}");
}

fn records(path: &Path) -> (csv::StringRecord, Vec<csv::StringRecord>) {
    let file = File::open(path).expect("a feed");
    let mut reader = csv::Reader::from_reader(GzDecoder::new(file));
    let header = reader.headers().expect("a header").clone();
    let rows = reader.records().map(|row| row.expect("a row")).collect();
    (header, rows)
}

fn micros(at: &str) -> i64 {
    let at: jiff::Timestamp = at.parse().expect("a timestamp");
    at.as_microsecond()
}

/// 58 251 rows, no id twice. Local times without an offset: the three requests of 6 November 2011 between 1:00 and 2:00, an hour
/// that came twice, are taken as the earlier (UTC-4). 4 775 rows stand at the geocoder's point for "not found".
#[test]
fn boston_knows_its_local_time_and_its_geocoders_placeholder() {
    let Some(folder) = shared_data("boston_311") else {
        return;
    };
    let town = Installation::of_example("boston");
    read_twice(&town, "requests", &folder.join(BOSTON), accepted(58_251));
    let (header, rows) = records(&folder.join(BOSTON));
    let column = |name: &str| header.iter().position(|known| known == name).expect("a column");
    let (opened, lat, lng) = (column("open_dt"), column("latitude"), column("longitude"));
    let count = |wanted: &dyn Fn(&csv::StringRecord) -> bool| {
        i64::try_from(rows.iter().filter(|row| wanted(row)).count()).expect("a count")
    };
    let placeless = count(&|row| (&row[lat], &row[lng]) == ("42.3594", "-71.0587"));
    assert_eq!(placeless, 4_775);
    let database = town.database();
    assert_eq!(
        number(&database, "SELECT COUNT(*) FROM report WHERE lat IS NULL"),
        placeless
    );
    let between = |from: &str, to: &str| {
        number(
            &database,
            &format!(
                "SELECT COUNT(*) FROM report WHERE occurred_from >= {} AND occurred_from < {}",
                micros(from),
                micros(to)
            ),
        )
    };
    let repeated = count(&|row| row[opened].starts_with("2011-11-06 01:"));
    assert_eq!(repeated, 3);
    assert_eq!(between("2011-11-06T05:00:00Z", "2011-11-06T06:00:00Z"), repeated);
    assert_eq!(between("2011-11-06T06:00:00Z", "2011-11-06T07:00:00Z"), 0);
    // The first row, 2011-07-01 01:32:33, in summer time.
    assert_eq!(
        number(&database, "SELECT MIN(occurred_from) FROM report"),
        micros("2011-07-01T05:32:33Z")
    );
    assert_eq!(
        number(&database, "SELECT COUNT(*) FROM report WHERE status = 'open'"),
        count(&|row| &row[column("case_status")] == "Open")
    );
}

/// 62 245 rows, of which 232 are the same as an earlier one: each counts.
#[test]
fn zurichs_identical_rows_are_counted_and_its_coordinates_are_those_of_proj() {
    let Some(folder) = shared_data("zuerich_zueri_wie_neu") else {
        return;
    };
    let town = Installation::of_example("zurich");
    read_twice(&town, "zueri-wie-neu", &folder.join(ZURICH), accepted(62_245));
    let (_, rows) = records(&folder.join(ZURICH));
    let different: HashSet<Vec<&str>> = rows.iter().map(|row| row.iter().collect()).collect();
    assert_eq!(rows.len() - different.len(), 232);
    // PROJ 9.5.1, EPSG:2056 to EPSG:4326, of 2683920/1245604: a fountain on 27 June 2016, a day of summer time.
    let found = number(
        &town.database(),
        &format!(
            "SELECT COUNT(*) FROM report WHERE abs(lat - 47.355942556) < 2e-6 AND abs(lng - 8.549422002) < 2e-6 \
             AND category = 'sonstiges_anliegen' AND occurred_from = {} AND occurred_to = {}",
            micros("2016-06-26T22:00:00Z"),
            micros("2016-06-27T22:00:00Z")
        ),
    );
    assert_eq!(found, 1);
}

/// 198 of 598 and 176 of 585 rows are Hamm's, the others Dortmund's; one row of 2019 is there twice.
#[test]
fn hamms_accidents_take_their_year_from_the_configuration() {
    let Some(folder) = shared_data("hamm") else { return };
    let town = Installation::of_example("hamm-bicycle-accidents");
    for (year, accepted, excluded) in [(2019, 198, 400), (2020, 176, 409)] {
        let expected = Counts {
            accepted,
            excluded,
            ..Counts::default()
        };
        let file = folder.join(format!("radunfaelle_{year}_hamm_dortmund.csv"));
        read_twice(&town, &format!("radunfaelle-{year}"), &file, expected);
    }
    let whole_years = number(
        &town.database(),
        &format!(
            "SELECT COUNT(*) FROM report WHERE occurred_from = {} AND occurred_to = {}",
            micros("2018-12-31T23:00:00Z"),
            micros("2019-12-31T23:00:00Z")
        ),
    );
    assert_eq!(whole_years, 198);
}

/// 31 103 thefts in 542 areas, each with a span of hours: none is a point anywhere.
#[test]
fn berlins_thefts_lie_in_areas_and_are_never_points() {
    let Some(folder) = shared_data("berlin_fahrraddiebstahl") else {
        return;
    };
    let town = Installation::of_example("berlin-bicycle-theft");
    read_twice(&town, "fahrraddiebstahl", &folder.join(BERLIN), accepted(31_103));
    let database = town.database();
    assert_eq!(
        texts(&database, "SELECT DISTINCT precision FROM report"),
        ["area"]
    );
    // The first row: 11 May 2023 from 17 hours to 12 May, 8 hours (to their end), recorded on 9 June.
    let first = number(
        &database,
        &format!(
            "SELECT COUNT(*) FROM report WHERE occurred_from = {} AND occurred_to = {} AND reported_at = {}",
            micros("2023-05-11T15:00:00Z"),
            micros("2023-05-12T07:00:00Z"),
            micros("2023-06-08T22:00:00Z")
        ),
    );
    assert!(first >= 1);
    let token = town.token("analyst", "joint");
    let server = Server::serve(&town);
    let analyst = server.as_bearer(&token);
    let window = "from=2022-01-01&to=2023-07-01";
    assert_eq!(analyst.json(&format!("/api/v1/lage?{window}"))["total"], 31_103);
    assert!(
        analyst
            .items(&format!("/api/v1/cells?{window}&resolution=6"))
            .is_empty()
    );
    // The tile of zoom 8 that holds Berlin, and one of zoom 13 in its middle.
    for tile in ["cells/8/137/83", "reports/13/4400/2686"] {
        let answer = analyst.get(&format!("/tiles/{tile}?{window}"));
        assert_eq!((answer.status, answer.body.len()), (204, 0), "{tile}");
    }
    let item = &analyst.json(&format!("/api/v1/reports?{window}&limit=1"))["items"][0];
    assert_eq!(
        (&item["precision"], &item["geometry"]),
        (&"area".into(), &serde_json::Value::Null)
    );
    let looked = town
        .run(&["detect", "--config", "lagebild.toml", "--format", "json"])
        .exits(0);
    let found: serde_json::Value = serde_json::from_str(&looked.stdout).expect("JSON");
    assert_eq!(found["items"], serde_json::json!([]));
}

#[test]
fn a_missing_file_of_areas_is_named() {
    let town = Installation::of_example("berlin-bicycle-theft");
    town.feed("fahrraddiebstahl", "thefts.csv", "ANGELEGT_AM\n")
        .exits(2)
        .says(&[
            "fahrraddiebstahl",
            "areas.file",
            "lor_plr_min.geojson.gz",
            "folder",
        ]);
}

#[test]
fn an_unknown_area_is_quarantined_with_its_id() {
    let town = Installation::of_example("berlin-bicycle-theft");
    let square = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"PLR_ID":"02200211"},"geometry":
        {"type":"Polygon","coordinates":[[[13.4,52.5],[13.42,52.5],[13.42,52.52],[13.4,52.52],[13.4,52.5]]]}}]}"#;
    town.write("lor_plr_min.geojson.gz", square);
    let feed = "ANGELEGT_AM,TATZEIT_ANFANG_DATUM,TATZEIT_ANFANG_STUNDE,TATZEIT_ENDE_DATUM,TATZEIT_ENDE_STUNDE,LOR,DELIKT\n\
                09.06.2023,11.05.2023,17,12.05.2023,08,02200211,Fahrraddiebstahl\n\
                09.06.2023,11.05.2023,17,12.05.2023,08,99999999,Fahrraddiebstahl\n";
    let counts = town
        .feed("fahrraddiebstahl", "thefts.csv", feed)
        .exits(0)
        .counts();
    assert_eq!((counts.accepted, counts.quarantined), (1, 1));
    let rows = lagebild_tests::database::quarantine(&town.database());
    assert_eq!((rows[0].line, rows[0].code.as_str()), (3, "unknown_area"));
    assert!(rows[0].reason.contains("\"99999999\""), "{}", rows[0].reason);
    let inside =
        "SELECT COUNT(*) FROM report WHERE lat > 52.5 AND lat < 52.52 AND lng > 13.4 AND lng < 13.42";
    assert_eq!(number(&town.database(), inside), 1);
}

/// Every example is a configuration that holds together.
#[test]
fn every_example_is_checked() {
    let folder = lagebild_tests::workspace().join("data/examples");
    let mut examples = 0;
    for entry in std::fs::read_dir(folder).expect("the examples") {
        let path = entry.expect("an entry").path().join("lagebild.toml");
        let mut text = String::new();
        File::open(&path)
            .and_then(|mut file| file.read_to_string(&mut text))
            .expect("an example's configuration");
        Installation::new(&text)
            .run(&["config", "check", "lagebild.toml"])
            .exits(0);
        examples += 1;
    }
    assert!(examples >= 5);
}
