//! The figures of `/api/v1/lage` and `/api/v1/cells` for Musterstadt, reckoned by hand.

use std::collections::BTreeMap;

use lagebild_tests::musterstadt::{EVER, P1, P2, P3, P4, P5, P6, WEEK, running};
use serde_json::{Value, json};

fn counts(list: &Value, key: &str) -> BTreeMap<String, u64> {
    let items = list.as_array().expect("a list");
    items
        .iter()
        .map(|item| {
            let name = item[key].as_str().unwrap_or("-").to_owned();
            (name, item["count"].as_u64().expect("a whole number"))
        })
        .collect()
}

fn table(pairs: &[(&str, u64)]) -> BTreeMap<String, u64> {
    pairs
        .iter()
        .map(|(name, count)| ((*name).to_owned(), *count))
        .collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

#[test]
fn totals_of_the_week_the_week_before_and_the_year_before() {
    let town = running();
    let lage = town.analyst().json(&format!("/api/v1/lage?{WEEK}"));
    assert_eq!(
        lage["window"],
        json!({"from": "2026-10-04T22:00:00Z", "to": "2026-10-11T22:00:00Z"})
    );
    assert_eq!(lage["total"], 16);
    // M10 and V8.
    assert_eq!(lage["previous_total"], 2);
    // M12.
    assert_eq!(lage["year_before_total"], 1);
    assert_eq!(lage["suppressed"], 0);
    assert_eq!(lage["revision"], town.analyst().json("/api/v1/me")["revision"]);
    assert_eq!(
        counts(&lage["by_kind"], "kind"),
        table(&[("complaint", 7), ("incident", 7), ("perception", 2)])
    );
    assert_eq!(
        counts(&lage["by_theme"], "theme"),
        table(&[
            ("sauberkeit", 4),
            ("laerm", 2),
            ("beleuchtung", 1),
            ("einbruch", 2),
            ("diebstahl", 1),
            ("gewalt", 1),
            ("geschuetzt", 2),
            ("rauschgift", 1),
            ("unsicherheit", 2),
        ])
    );
    // M7 has no place.
    assert_eq!(
        counts(&lage["by_area"], "area"),
        table(&[("west", 7), ("ost", 8), ("-", 1)])
    );
}

/// Without a window the last 28 days of the data: they end with October, the month of W3.
#[test]
fn the_default_window_is_the_last_28_days_of_the_data() {
    let town = running();
    let lage = town.analyst().json("/api/v1/lage");
    assert_eq!(lage["window"]["to"], "2026-10-31T23:00:00Z");
    assert_eq!(lage["window"]["from"], "2026-10-03T23:00:00Z");
    // The week's 16, V8, M8 and W3, whose middle is the sixteenth.
    assert_eq!(lage["total"], 19);
    assert_eq!(town.analyst().items("/api/v1/reports").len(), 19);
}

/// V1 lies two of its eight hours on Monday and six on Tuesday; V6, which covers all the week, counts a seventh on each day.
#[test]
fn days_add_up_to_the_total_with_spans_by_the_time_they_share() {
    let town = running();
    let lage = town.analyst().json(&format!("/api/v1/lage?{WEEK}"));
    let days = lage["by_day"].as_array().expect("days");
    assert_eq!(days.len(), 7);
    let expected = [
        ("2026-10-05", 2.0, 0.25 + 1.0 / 7.0, 1.0),
        ("2026-10-06", 1.0, 1.75 + 1.0 / 7.0, 0.0),
        ("2026-10-07", 1.0, 1.0 + 1.0 / 7.0, 0.0),
        ("2026-10-08", 0.0, 1.0 + 1.0 / 7.0, 0.0),
        ("2026-10-09", 0.0, 1.0 + 1.0 / 7.0, 1.0),
        ("2026-10-10", 1.0, 1.0 + 1.0 / 7.0, 0.0),
        ("2026-10-11", 2.0, 1.0 / 7.0, 0.0),
    ];
    for (day, (date, complaint, incident, perception)) in days.iter().zip(expected) {
        assert_eq!(day["day"], date);
        for (kind, expected) in [
            ("complaint", complaint),
            ("incident", incident),
            ("perception", perception),
        ] {
            assert!(
                (number(&day[kind]) - expected).abs() < 0.001,
                "{date}, {kind}: {day}"
            );
        }
    }
}

/// Monday 8:00 holds M1 and a twenty-fourth of W1, Monday 22:00 M2, an eighth of V1 and that of W1.
#[test]
fn hours_of_the_week_start_on_monday_in_berlin() {
    let town = running();
    let lage = town.analyst().json(&format!("/api/v1/lage?{WEEK}"));
    let hours: Vec<f64> = lage["by_hour_of_week"]
        .as_array()
        .expect("hours")
        .iter()
        .map(number)
        .collect();
    assert_eq!(hours.len(), 168);
    let day_part = 1.0 / 24.0;
    for (weekday, hour, expected) in [
        (0, 0, day_part),
        (0, 8, 1.0 + day_part),
        (0, 22, 1.0 + 0.125 + day_part),
        (1, 5, 0.125),
        (1, 6, 1.0),
        (3, 3, 1.0),
        (6, 0, 1.0),
        (6, 1, 0.0),
    ] {
        let found: f64 = hours[weekday * 24 + hour];
        assert!(
            (found - expected).abs() < 0.001,
            "day {weekday}, hour {hour}: {found}"
        );
    }
    // V6 says nothing of the hour.
    assert_eq!(lage["hours_unknown"], 1);
    assert!((hours.iter().sum::<f64>() - 15.0).abs() < 0.05);
}

#[test]
fn cells_count_what_the_list_shows_as_points() {
    let town = running();
    let analyst = town.analyst();
    let cells = analyst.items(&format!("/api/v1/cells?{WEEK}"));
    assert!(cells.iter().all(|cell| cell["suppressed"] == false), "{cells:?}");
    assert_eq!(
        counts(&Value::Array(cells), "h3"),
        table(&[(P1, 3), (P2, 3), (P3, 4), (P4, 3)])
    );
    for resolution in 6..=10 {
        for filter in [
            WEEK.to_owned(),
            EVER.to_owned(),
            format!("{WEEK}&kind=complaint&hour=22-6"),
        ] {
            let cells = analyst.items(&format!("/api/v1/cells?{filter}&resolution={resolution}"));
            let sum: u64 = cells.iter().filter_map(|cell| cell["count"].as_u64()).sum();
            let list = analyst.items(&format!("/api/v1/reports?{filter}&limit=1000"));
            let points = list.iter().filter(|item| {
                item["geometry"].is_object() && matches!(item["precision"].as_str(), Some("point" | "street"))
            });
            assert_eq!(sum, points.count() as u64, "resolution {resolution}, {filter}");
        }
    }
}

/// The cell of a point at a resolution is what H3 gives for the point, not the parent of its cell at a finer one: H3's
/// cells do not lie wholly in their parents. P6 is such a point at resolution 9.
#[test]
fn a_report_is_counted_in_the_hexagon_that_its_point_lies_in() {
    let town = running();
    let cells = town
        .police()
        .items(&format!("/api/v1/cells?{WEEK}&theme=geschuetzt"));
    assert_eq!(counts(&Value::Array(cells), "h3"), table(&[(P5, 1), (P6, 1)]));
}
