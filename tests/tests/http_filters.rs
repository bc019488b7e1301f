//! Every filter of the contract against the reports of Musterstadt, counted by hand.

use lagebild_tests::Client;
use lagebild_tests::musterstadt::{EVER, WEEK, running};
use serde_json::Value;

/// The total of the figures.
fn total(client: &Client, query: &str) -> u64 {
    client.json(&format!("/api/v1/lage?{query}"))["total"]
        .as_u64()
        .expect("a total")
}

/// The number of items of the list and the total of the figures, which must agree.
#[track_caller]
fn assert_count(client: &Client, filter: &str, expected: usize) {
    let query = format!("{WEEK}&{filter}");
    let listed = client.items(&format!("/api/v1/reports?{query}")).len();
    assert_eq!(listed, expected, "list of {filter}");
    assert_eq!(total(client, &query), expected as u64, "total of {filter}");
}

#[test]
fn kinds_sources_and_states_filter_as_counted_by_hand() {
    let town = running();
    let analyst = town.analyst();
    for (filter, expected) in [
        ("kind=complaint", 7),
        ("kind=incident", 7),
        ("kind=perception", 2),
        ("kind=complaint,perception", 9),
        ("source=maengel", 7),
        ("source=vorgaenge", 7),
        ("source=wahrnehmung,maengel", 9),
        ("status=open", 6),
        ("status=in_progress", 1),
        ("status=closed", 8),
        ("status=rejected", 1),
        ("status=open,rejected", 7),
        ("kind=complaint&status=closed", 1),
    ] {
        assert_count(&analyst, filter, expected);
    }
}

#[test]
fn preventions_themes_and_categories_filter_as_counted_by_hand() {
    let town = running();
    let analyst = town.analyst();
    for (filter, expected) in [
        ("prevention=ordnung", 6),
        ("prevention=staedtebau", 1),
        ("prevention=kriminal", 7),
        ("prevention=verkehr", 0),
        ("prevention=ordnung,staedtebau", 7),
        ("theme=sauberkeit", 4),
        ("theme=laerm", 2),
        ("theme=einbruch,gewalt", 3),
        ("theme=geschuetzt", 2),
        ("theme=unsicherheit", 2),
        ("category=wilder_muell", 3),
        ("category=wilder_muell,graffiti", 4),
        ("prevention=ordnung&theme=gewalt", 0),
        ("theme=sauberkeit&category=graffiti", 1),
    ] {
        assert_count(&analyst, filter, expected);
    }
}

/// V1 runs from Monday 22:00 to Tuesday 06:00 and counts only where all of it is asked for; W1 says nothing of the hour.
#[test]
fn weekdays_and_hours_filter_as_counted_by_hand() {
    let town = running();
    let analyst = town.analyst();
    for (filter, expected) in [
        ("weekday=1", 3),
        ("weekday=2", 2),
        ("weekday=1,2", 6),
        ("weekday=3", 2),
        ("weekday=4", 1),
        ("weekday=5", 2),
        ("weekday=6-7", 4),
        ("weekday=1-7", 16),
        // M2, M3, M5, M6, V1, V3, V5.
        ("hour=22-6", 7),
        ("hour=7", 1),
        ("hour=8-12", 1),
        ("hour=23,0", 2),
        ("hour=0-23", 16),
        ("weekday=6-7&hour=22-6", 3),
    ] {
        assert_count(&analyst, filter, expected);
    }
}

#[test]
fn areas_and_boxes_filter_as_counted_by_hand() {
    let town = running();
    let analyst = town.analyst();
    for (filter, expected) in [
        // M1, M2, M3, V1, V4 (which shows no point, yet its district), V6, W1.
        ("area=west", 7),
        ("area=ost", 8),
        ("area=ost,west", 15),
        ("bbox=7.72,51.63,7.74,51.65", 3),
        ("bbox=7.83,51.63,7.85,51.65", 4),
        ("bbox=7.70,51.60,7.90,51.70", 13),
        ("bbox=8.5,51.60,8.6,51.70", 0),
        ("area=west&kind=incident", 3),
    ] {
        assert_count(&analyst, filter, expected);
    }
}

/// `/api/v1/areas` names the whole city beside its districts: what lies in a district lies in the city.
#[test]
fn the_whole_city_is_an_area_too() {
    let town = running();
    let analyst = town.analyst();
    let areas: Vec<Value> = analyst.items("/api/v1/areas");
    let ids: Vec<&str> = areas.iter().filter_map(|area| area["id"].as_str()).collect();
    assert_eq!(ids, ["musterstadt", "west", "ost"]);
    assert_count(&analyst, "area=musterstadt", 15);
}

/// The start belongs to the window, the end does not; W1 lies at Monday noon, the middle of its day.
#[test]
fn from_is_inclusive_and_to_is_exclusive() {
    let town = running();
    let analyst = town.analyst();
    for (window, expected) in [
        (
            "from=2026-10-05T08:30:00%2B02:00&to=2026-10-05T22:15:00%2B02:00",
            2,
        ),
        ("from=2026-10-05T06:30:00Z&to=2026-10-05T20:15:00.000001Z", 3),
        (
            "from=2026-10-05T08:30:00.000001%2B02:00&to=2026-10-05T22:15:00%2B02:00",
            1,
        ),
        ("from=2026-10-11&to=2026-10-12", 2),
        ("from=2026-10-10&to=2026-10-11", 2),
        (EVER, 23),
    ] {
        assert_eq!(total(&analyst, window), expected, "{window}");
    }
}

#[test]
fn pages_follow_each_other_and_yield_each_report_once() {
    let town = running();
    let analyst = town.analyst();
    let whole = analyst.items(&format!("/api/v1/reports?{EVER}&limit=1000"));
    assert_eq!(whole.len(), 23);
    let times: Vec<&str> = whole
        .iter()
        .filter_map(|item| item["occurred_from"].as_str())
        .collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "newest first: {times:?}");
    for limit in [1, 4, 22, 23] {
        let mut paged = Vec::new();
        let mut path = format!("/api/v1/reports?{EVER}&limit={limit}");
        loop {
            let page = analyst.json(&path);
            let items = page["items"].as_array().expect("items");
            assert!(items.len() <= limit);
            paged.extend(items.clone());
            let Some(next) = page["next"].as_str() else { break };
            assert_eq!(items.len(), limit, "only the last page may be short");
            path = format!("/api/v1/reports?{EVER}&limit={limit}&next={next}");
        }
        assert_eq!(paged, whole, "limit {limit}");
    }
}

#[test]
fn a_report_is_answered_with_all_that_the_contract_names() {
    let town = running();
    let city = town.city();
    let items = city.items(&format!(
        "/api/v1/reports?{WEEK}&source=maengel&category=wilder_muell&hour=8"
    ));
    assert_eq!(items.len(), 1);
    let report = &items[0];
    for (member, expected) in [
        ("source", "maengel"),
        ("external_id", "M1"),
        ("kind", "complaint"),
        ("category", "wilder_muell"),
        ("theme", "sauberkeit"),
        ("prevention", "ordnung"),
        ("occurred_from", "2026-10-05T06:30:00Z"),
        ("occurred_to", "2026-10-05T06:30:00Z"),
        ("status", "open"),
        ("precision", "point"),
        ("place", "Westplatz"),
        ("text", "Säcke neben der Bank"),
    ] {
        assert_eq!(report[member], expected, "{member}");
    }
    assert_eq!(report["weight"], 1.0);
    assert_eq!(report["precision_m"], 10.0);
    assert_eq!(report["linked"].as_array().map(Vec::len), Some(0));
    assert_eq!(report["geometry"]["type"], "Point");
    assert_eq!(report["geometry"]["coordinates"][0], 7.73);
    assert_eq!(report["geometry"]["coordinates"][1], 51.64);
    assert!(report["sequence"].as_u64().is_some_and(|sequence| sequence > 0));
    let alone = city.json(&format!("/api/v1/reports/{}", report["id"]));
    assert_eq!(&alone, report);
}

/// W3 is known to its month and its district: a span of a month in Berlin, and no point.
#[test]
fn what_is_known_to_a_month_and_a_district_stays_that_coarse() {
    let town = running();
    let items = town
        .city()
        .items(&format!("/api/v1/reports?{EVER}&category=unsicher_verkehr"));
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["occurred_from"], "2026-09-30T22:00:00Z");
    assert_eq!(items[0]["occurred_to"], "2026-10-31T23:00:00Z");
    assert_eq!(items[0]["precision"], "area");
    assert_eq!(items[0]["area"], "ost");
    let cells = town
        .city()
        .items(&format!("/api/v1/cells?{EVER}&category=unsicher_verkehr"));
    assert!(cells.is_empty(), "{cells:?}");
}
