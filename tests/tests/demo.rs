//! The demo city, whole: 20 000 events to the first of November 2026.

use std::path::Path;
use std::time::Duration;

use lagebild_tests::{Client, EventStream, Server, run, until};
use serde_json::Value;
use tempfile::TempDir;

const FIXED: &[&str] = &[
    "--no-live",
    "--end",
    "2026-11-01",
    "--events",
    "20000",
    "--seed",
    "3",
];
const ROLES: &[(&str, &str)] = &[
    ("demo-analyst", "analyst"),
    ("demo-city", "analyst"),
    ("demo-police", "analyst"),
    ("demo-management", "management"),
    ("demo-steering", "steering"),
    ("demo-press", "press"),
    ("demo-partner", "partner"),
    ("demo-guest", "guest"),
    ("demo-admin", "admin"),
    ("demo-auditor", "auditor"),
];

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder for the demo")
}

/// The reports of the last days and of one day two years back, and the figures of all.
fn picture(client: &Client) -> (Vec<Value>, Value) {
    let mut reports = client.items("/api/v1/reports?from=2026-10-20&to=2026-11-02&limit=1000");
    reports.extend(client.items("/api/v1/reports?from=2025-03-01&to=2025-03-15&limit=1000"));
    let mut lage = client.json("/api/v1/lage?from=2024-01-01&to=2027-01-01");
    lage["revision"] = Value::Null;
    (reports, lage)
}

fn planted(folder: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join("feeds/geplant.json")).expect("feeds/geplant.json");
    let table: Value = serde_json::from_str(&text).expect("JSON");
    table["planted"].as_array().expect("planted spots").clone()
}

fn distance_m(a: (f64, f64), b: (f64, f64)) -> f64 {
    let north = (a.1 - b.1) * 111_195.0;
    let east = (a.0 - b.0) * 111_195.0 * a.1.to_radians().cos();
    north.hypot(east)
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

#[test]
fn the_same_seed_and_end_give_the_same_reports() {
    let (one, other) = (folder(), folder());
    let first = picture(&Server::demo(one.path(), FIXED).as_bearer("demo-analyst"));
    let second = picture(&Server::demo(other.path(), FIXED).as_bearer("demo-analyst"));
    assert!(first.0.len() > 300, "{} reports", first.0.len());
    assert_eq!(first.1["total"], 20_000);
    assert!(first == second, "two demos of the same seed and end differ");
    for feed in ["maengelmelder.csv", "polizei.csv", "wahrnehmung.geojson"] {
        let read = |folder: &TempDir| std::fs::read(folder.path().join("feeds").join(feed)).expect(feed);
        assert!(read(&one) == read(&other), "{feed} differs");
    }
}

#[test]
fn the_folder_is_used_again_and_other_parameters_are_refused() {
    let dir = folder();
    let first = picture(&Server::demo(dir.path(), FIXED).as_bearer("demo-analyst"));
    let again = Server::demo(dir.path(), FIXED);
    assert!(
        picture(&again.as_bearer("demo-analyst")) == first,
        "the folder was not used again"
    );
    drop(again);
    // Without --end the folder's own end holds.
    let without_end = Server::demo(dir.path(), &["--no-live", "--events", "20000", "--seed", "3"]);
    assert!(picture(&without_end.as_bearer("demo-analyst")) == first);
    drop(without_end);
    let path = dir.path().to_str().expect("a path of UTF-8");
    for (events, seed, end) in [
        ("20000", "4", "2026-11-01"),
        ("20001", "3", "2026-11-01"),
        ("20000", "3", "2026-11-02"),
    ] {
        let arguments = [
            "demo",
            "--dir",
            path,
            "--no-live",
            "--events",
            events,
            "--seed",
            seed,
            "--end",
            end,
        ];
        let refused =
            run(dir.path(), arguments)
                .exits(2)
                .says(&["another demo", "--seed 3", "--end 2026-11-01"]);
        assert_eq!(refused.stdout, "");
    }
}

#[test]
fn what_was_planted_is_found_with_its_kind_at_its_place() {
    let dir = folder();
    let server = Server::demo(dir.path(), FIXED);
    let config = dir.path().join("lagebild.toml");
    let arguments = [
        "detect",
        "--config",
        config.to_str().expect("a path of UTF-8"),
        "--format",
        "json",
    ];
    let found: Value = serde_json::from_str(&run(dir.path(), arguments).exits(0).stdout).expect("JSON");
    assert_eq!(found["as_of"], "2026-11-01");
    let hotspots = found["items"].as_array().expect("items").clone();
    let emerging: Vec<Value> = planted(dir.path())
        .into_iter()
        .filter(|spot| spot["course"] == "emerging")
        .collect();
    assert_eq!(emerging.len(), 3);
    for spot in &emerging {
        let place = (number(&spot["lng"]), number(&spot["lat"]));
        let hotspot = hotspots.iter().find(|hotspot| {
            let at = &hotspot["center"]["coordinates"];
            hotspot["kind"] == spot["kind"]
                && distance_m((number(&at[0]), number(&at[1])), place) <= number(&spot["radius_m"]) + 300.0
        });
        let Some(hotspot) = hotspot else {
            let brief: Vec<String> = hotspots
                .iter()
                .map(|h| format!("{} {} {}", h["kind"], h["place"], h["center"]["coordinates"]))
                .collect();
            panic!(
                "{} ({}) is not found among {brief:#?}",
                spot["name"], spot["kind"]
            );
        };
        assert!(
            number(&hotspot["observed"]) >= 0.5 * number(&spot["count"]),
            "{hotspot}"
        );
        assert!(number(&hotspot["recurrence_interval_days"]) >= 365.0, "{hotspot}");
        let streams = hotspot["streams"].as_array().expect("streams");
        assert_eq!(streams.len(), if spot["kind"] == "angstraum" { 3 } else { 1 });
        let shares: f64 = streams.iter().map(|stream| number(&stream["share"])).sum();
        assert!((shares - 1.0).abs() < 1e-9);
        // It says itself in one German sentence, and names its place.
        assert!(
            hotspot["explanation"]
                .as_str()
                .is_some_and(|text| text.ends_with('.')),
            "{hotspot}"
        );
    }
    the_angstraum_shows_in_the_joint_look_only(&emerging, &hotspots);
    let by_chance = hotspots
        .iter()
        .filter(|h| !h["recurrence_interval_days"].is_null())
        .count();
    assert!(
        by_chance <= 8,
        "{by_chance} hotspots are more than three planted ones excuse"
    );
    // The server, which looked by itself, shows the same to the joint staff, and to the city what rests on its sources.
    let ids = |client: &Client| -> Vec<String> {
        let mut ids: Vec<String> = client
            .items("/api/v1/hotspots?state=emerging,persistent,confirmed")
            .iter()
            .map(|hotspot| hotspot["id"].as_str().expect("an id").to_owned())
            .collect();
        ids.sort();
        ids
    };
    let joint = ids(&server.as_bearer("demo-analyst"));
    let mut detected: Vec<String> = hotspots
        .iter()
        .map(|hotspot| hotspot["id"].as_str().expect("an id").to_owned())
        .collect();
    detected.sort();
    assert_eq!(joint, detected);
    let city = server
        .as_bearer("demo-city")
        .items("/api/v1/hotspots?state=emerging,persistent,confirmed");
    assert!(
        city.iter().all(|hotspot| hotspot["kind"] == "beschwerdehotspot"),
        "{city:?}"
    );
    assert!(!city.is_empty());
    each_has_a_history_and_the_other_sides_are_hidden(&server, &joint[0], &hotspots);
    alerts_reach_whom_they_may(&server, &hotspots);
    a_person_reviews(&server, &hotspots);
    each_profile_says_how_often_it_may_be_wrong(&server);
    a_walk_through_the_last_weeks_finds_each_planted_spot(dir.path());
}

fn each_has_a_history_and_the_other_sides_are_hidden(server: &Server, id: &str, hotspots: &[Value]) {
    let history = server
        .as_bearer("demo-analyst")
        .json(&format!("/api/v1/hotspots/{id}/history"));
    assert!(
        history["items"].as_array().is_some_and(|items| !items.is_empty()),
        "{history}"
    );
    let hidden = server.as_bearer("demo-city").get(&format!(
        "/api/v1/hotspots/{}",
        hotspots
            .iter()
            .find(|h| h["kind"] == "brennpunkt")
            .expect("a Brennpunkt")["id"]
            .as_str()
            .expect("an id")
    ));
    hidden.problem(403);
}

/// Its complaints alone and its incidents alone are nothing.
fn the_angstraum_shows_in_the_joint_look_only(emerging: &[Value], hotspots: &[Value]) {
    let angstraum = emerging
        .iter()
        .find(|spot| spot["kind"] == "angstraum")
        .expect("an Angstraum");
    let place = (number(&angstraum["lng"]), number(&angstraum["lat"]));
    let others: Vec<&Value> = hotspots
        .iter()
        .filter(|hotspot| {
            let at = &hotspot["center"]["coordinates"];
            hotspot["kind"] != "angstraum"
                && distance_m((number(&at[0]), number(&at[1])), place)
                    <= number(&angstraum["radius_m"]) + number(&hotspot["radius_m"])
        })
        .collect();
    assert!(others.is_empty(), "{others:?}");
}

/// What analysts do with a hotspot, and what others may not.
/// The planted Angstraum reaches city and police by itself; the Brennpunkt reaches the Bundespolizei once it is confirmed,
/// with what is released of it, and both sides see the answer.
fn alerts_reach_whom_they_may(server: &Server, hotspots: &[Value]) {
    let alert_of = |token: &str, kind: &str| {
        until("an alert", Duration::from_mins(1), || {
            let alerts = server.as_bearer(token).items("/api/v1/alerts?limit=1000");
            alerts.into_iter().find(|alert| alert["kind"] == kind)
        })
    };
    for token in ["demo-city", "demo-police"] {
        let alert = alert_of(token, "angstraum");
        assert!(
            !alert["place"].is_null(),
            "the other side releases the name of the place"
        );
        assert!(
            alert["observed"].is_null() && alert["geometry"].is_null(),
            "{alert}"
        );
    }
    assert!(!alert_of("demo-analyst", "angstraum")["observed"].is_null());
    let partner = server.as_bearer("demo-partner");
    let before = partner.items("/api/v1/alerts");
    assert!(
        before.iter().all(|alert| alert["subject"] == "bulletin"),
        "{before:?}"
    );
    assert!(
        partner
            .get("/cap/alerts.atom")
            .has_status(200)
            .text()
            .contains("<entry>")
    );
    let brennpunkt = hotspots
        .iter()
        .find(|hotspot| hotspot["kind"] == "brennpunkt")
        .expect("a Brennpunkt");
    let path = format!(
        "/api/v1/hotspots/{}/review",
        brennpunkt["id"].as_str().expect("an id")
    );
    let police = server.as_bearer("demo-police");
    police
        .send("POST", &path, Some(r#"{"action":"confirm"}"#))
        .has_status(200);
    let told = alert_of("demo-partner", "brennpunkt");
    assert_eq!(told["place"], brennpunkt["place"]);
    assert!(!told["from"].is_null() && !told["to"].is_null());
    for hidden in ["observed", "expected", "geometry", "hotspot"] {
        assert!(told[hidden].is_null(), "{hidden} was not released: {told}");
    }
    let alert = format!("/api/v1/alerts/{}", told["id"].as_str().expect("an id"));
    partner
        .send("POST", &format!("{alert}/ack"), None)
        .has_status(200);
    let of_police = police.json(&alert);
    let receivers = of_police["receivers"].as_array().expect("receivers");
    let of_partner = receivers
        .iter()
        .find(|one| one["organisation"] == "bundespolizei")
        .expect("the partner");
    assert_eq!(of_partner["state"], "acknowledged");
    partner
        .send("POST", &format!("{alert}/recall"), Some(r#"{"text":"x"}"#))
        .problem(403);
    police
        .send("POST", &path, Some(r#"{"action":"reopen"}"#))
        .has_status(200);
    until("the recall", Duration::from_mins(1), || {
        (partner.json(&alert)["state"] == "recalled").then_some(())
    });
}

fn a_person_reviews(server: &Server, hotspots: &[Value]) {
    let analyst = server.as_bearer("demo-analyst");
    let hotspot = hotspots
        .iter()
        .find(|h| h["kind"] == "beschwerdehotspot")
        .expect("a Beschwerdehotspot");
    let path = format!("/api/v1/hotspots/{}", hotspot["id"].as_str().expect("an id"));
    let behind = analyst.items(&format!("{path}/reports?limit=1000"));
    assert_eq!(
        behind.len() as u64,
        number(&hotspot["observed"]) as u64,
        "the reports that were counted"
    );
    let category = hotspot["categories"][0]["category"]
        .as_str()
        .expect("a leading category");
    let of_category = analyst.items(&format!("/api/v1/hotspots?category={category}&kind=complaint"));
    assert!(of_category.iter().any(|h| h["id"] == hotspot["id"]));
    let of_fear = analyst.items("/api/v1/hotspots?theme=unsicherheit&kind=perception,angstraum");
    assert!(
        of_fear.iter().all(|h| h["kind"] == "angstraum") && !of_fear.is_empty(),
        "{of_fear:?}"
    );

    let post = |client: &Client, body: &str| client.send("POST", &format!("{path}/review"), Some(body));
    post(&server.client(), r#"{"action":"confirm"}"#).problem(401);
    post(&server.as_bearer("demo-management"), r#"{"action":"confirm"}"#).problem(403);
    post(&server.as_bearer("demo-police"), r#"{"action":"confirm"}"#).problem(403);
    post(&analyst, r#"{"action":"dismiss"}"#).problem(400);
    post(&analyst, r#"{"action":"destroy"}"#).problem(400);
    let dismissed = post(&analyst, r#"{"action":"dismiss","text":"Baustelle"}"#)
        .has_status(200)
        .json();
    assert_eq!(dismissed["state"], "dismissed");
    post(&analyst, r#"{"action":"reopen"}"#).has_status(200);
    let confirmed = post(&server.as_bearer("demo-city"), r#"{"action":"confirm"}"#)
        .has_status(200)
        .json();
    assert_eq!(
        (&confirmed["state"], &confirmed["confirmed"]),
        (&"confirmed".into(), &true.into())
    );
    let named = post(&analyst, r#"{"action":"rename","text":"Alter Markt"}"#)
        .has_status(200)
        .json();
    assert_eq!(named["place"], "Alter Markt");
    assert!(
        named["explanation"]
            .as_str()
            .is_some_and(|text| text.contains("„Alter Markt“"))
    );
    let assigned = post(&analyst, r#"{"action":"assign","text":"Ordnungsamt"}"#)
        .has_status(200)
        .json();
    assert_eq!(assigned["assigned_to"], "Ordnungsamt");
    let given_back = post(&analyst, r#"{"action":"assign"}"#).has_status(200).json();
    assert_eq!(given_back["assigned_to"], serde_json::Value::Null);
    let reviews = analyst.items(&format!("{path}/reviews"));
    let said: Vec<(&str, &str)> = reviews
        .iter()
        .map(|r| {
            (
                r["action"].as_str().expect("an action"),
                r["organisation"].as_str().expect("who"),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            ("dismiss", "koordinationsebene"),
            ("reopen", "koordinationsebene"),
            ("confirm", "stadt"),
            ("rename", "koordinationsebene"),
            ("assign", "koordinationsebene"),
            ("assign", "koordinationsebene")
        ]
    );
}

/// The budgets as they stand in the configuration, to those who see all that a profile draws from.
fn each_profile_says_how_often_it_may_be_wrong(server: &Server) {
    let profiles = |token: &str| server.as_bearer(token).items("/api/v1/detection-profiles");
    let ids = |profiles: &[Value]| -> Vec<String> {
        let ids = profiles
            .iter()
            .map(|profile| profile["id"].as_str().expect("an id").to_owned());
        ids.collect()
    };
    let joint = profiles("demo-analyst");
    // The rule of the Unfallkommissionen says nothing of chance.
    assert_eq!(ids(&joint), ["beschwerden", "vorfaelle", "angstraeume"]);
    for profile in &joint {
        assert_eq!(profile["false_alarms_per_year"], 1.0, "{profile}");
        let judged =
            number(&profile["confirmed"]) + number(&profile["dismissed"]) + number(&profile["unjudged"]);
        assert!((number(&profile["alarms"]) - judged).abs() < 1e-9, "{profile}");
        assert!((0.0..=365.0).contains(&number(&profile["days"])), "{profile}");
    }
    assert_eq!(ids(&profiles("demo-city")), ["beschwerden"]);
    assert_eq!(ids(&profiles("demo-police")), ["vorfaelle"]);
    let refused = server
        .as_bearer("demo-management")
        .get("/api/v1/detection-profiles");
    refused.problem(403);
}

/// Looks at every second day of the last four weeks: the spots within 14 days of their first sign.
fn a_walk_through_the_last_weeks_finds_each_planted_spot(folder: &Path) {
    let arguments = [
        "backtest",
        "--config",
        "lagebild.toml",
        "--from",
        "2026-10-04",
        "--to",
        "2026-11-01",
        "--every-days",
        "2",
        "--planted",
        "feeds/geplant.json",
        "--format",
        "json",
    ];
    let walked: Value = serde_json::from_str(&run(folder, arguments).exits(0).stdout).expect("JSON");
    let profiles = walked["profiles"].as_array().expect("profiles");
    let caught: Vec<&Value> = profiles
        .iter()
        .flat_map(|profile| profile["planted"].as_array().expect("planted spots"))
        .collect();
    assert_eq!(caught.len(), 3, "{caught:?}");
    for spot in caught {
        let delay = spot["delay_days"].as_i64();
        assert!(delay.is_some_and(|days| days <= 14), "{spot}");
    }
}

#[test]
fn every_demo_token_signs_in_and_lives_go_on() {
    let dir = folder();
    let server = Server::demo(dir.path(), &["--events", "2000", "--seed", "3"]);
    let stream = EventStream::open(&server.as_bearer("demo-analyst"));
    for (token, role) in ROLES {
        let body = format!("{{\"token\":\"{token}\"}}");
        let answer = server
            .client()
            .send("POST", "/api/v1/session", Some(&body))
            .has_status(200);
        assert_eq!(answer.json()["role"], *role, "{token}");
        assert_eq!(server.as_bearer(token).json("/api/v1/me")["demo"], true);
    }
    // One every four seconds on average, twelve at most.
    let events = stream.read_until(Duration::from_secs(30), |event| event.name == "report");
    let report = events.last().expect("a report");
    let listed = server
        .as_bearer("demo-analyst")
        .json(&format!("/api/v1/reports/{}", report.data["id"]));
    assert_eq!(listed["sequence"], report.id);
}

#[test]
fn serve_takes_the_folder_of_a_demo() {
    let dir = folder();
    let arguments = [
        "--no-live",
        "--events",
        "2000",
        "--seed",
        "3",
        "--end",
        "2026-11-01",
    ];
    let shown = picture(&Server::demo(dir.path(), &arguments).as_bearer("demo-analyst"));
    let served = Server::serve_config(&dir.path().join("lagebild.toml"));
    assert!(
        picture(&served.as_bearer("demo-analyst")) == shown,
        "serve shows another picture"
    );
    let basemap = served.as_bearer("demo-guest").json("/api/v1/basemap");
    assert!(
        basemap.to_string().contains("true"),
        "the map says that it is invented: {basemap}"
    );
}
