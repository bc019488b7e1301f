//! The live stream beside an import by another process.

use std::time::Duration;

use lagebild_tests::{Client, EventStream, Server, StreamEvent, database, musterstadt};

/// Longest wait for a report that another process has recorded.
const SOON: Duration = Duration::from_secs(5);

fn complaints(numbers: std::ops::Range<u32>) -> String {
    let row = |number| {
        let (hour, minute) = (number / 60 % 24, number % 60);
        format!("S{number};2026-10-20 {hour:02}:{minute:02};Müll;offen;7.730;51.640;Westplatz;\n")
    };
    let rows: Vec<String> = numbers.map(row).collect();
    format!("Nr;Zeit;Art;Stand;Lon;Lat;Ort;Text\n{}", rows.concat())
}

const INCIDENTS: &str = "Nr,Von,Bis,Delikt,Lon,Lat,Ort\n\
     T1,2026-10-20 10:00,,Fahrrad,7.840,51.640,Ostplatz\n\
     T2,2026-10-20 11:00,,Sexual,7.710,51.620,Schutzgasse\n";

fn reports(events: &[StreamEvent]) -> Vec<&StreamEvent> {
    events.iter().filter(|event| event.name == "report").collect()
}

fn is_report(event: &StreamEvent) -> bool {
    event.name == "report"
}

#[test]
fn an_import_beside_the_server_shows_on_the_open_stream() {
    let installation = musterstadt::installation();
    let server = Server::serve(&installation);
    let analyst = server.as_bearer("demo-analyst");
    let stream = EventStream::open(&analyst);
    assert!(stream.header("content-type").starts_with("text/event-stream"));
    assert_eq!(stream.header("cache-control"), "no-store");
    assert_eq!(stream.header("content-encoding"), "");
    // The first event tells where the client stands; nothing of before is sent.
    let first = stream.read_until(SOON, |_| true);
    assert_eq!(first[0].name, "revision");
    let before = first[0].id;
    assert_eq!(analyst.json("/api/v1/me")["revision"], before);

    let counts = installation
        .feed("maengel", "neu.csv", complaints(0..1))
        .exits(0)
        .counts();
    assert_eq!(counts.accepted, 1);
    let events = stream.read_until(SOON, is_report);
    let report = events.last().expect("a report");
    assert!(report.id > before);
    assert_eq!(report.data["kind"], "complaint");
    assert_eq!(report.data["category"], "wilder_muell");
    assert_eq!(report.data["occurred_from"], "2026-10-19T22:00:00Z");
    assert_eq!(report.data["sequence"], report.id);
    assert_eq!(report.data["geometry"]["type"], "Point");
    let listed = analyst.json(&format!("/api/v1/reports/{}", report.data["id"]));
    assert_eq!(listed["sequence"], report.id);
    assert_eq!(analyst.json("/api/v1/me")["revision"], report.id);
}

#[test]
fn a_second_import_of_the_same_is_silent_and_a_change_is_told() {
    let installation = musterstadt::empty();
    let server = Server::serve(&installation);
    let stream = EventStream::open(&server.as_bearer("demo-city"));
    installation.feed("maengel", "neu.csv", complaints(0..3)).exits(0);
    let first = stream.read_until(SOON, |event| is_report(event) && event.id == 3);
    assert_eq!(reports(&first).len(), 3);
    installation.feed("maengel", "neu.csv", complaints(0..3)).exits(0);
    let changed = complaints(0..3).replacen("Müll", "Graffiti", 1);
    let counts = installation.feed("maengel", "neu.csv", changed).exits(0).counts();
    assert_eq!((counts.updated, counts.unchanged), (1, 2));
    let second = stream.read_until(SOON, is_report);
    assert_eq!(reports(&second).len(), 1);
    assert_eq!(second.last().expect("a report").data["category"], "graffiti");
}

#[test]
fn the_last_event_id_resumes_without_loss_or_repeat() {
    let installation = musterstadt::empty();
    let server = Server::serve(&installation);
    let city = server.as_bearer("demo-city");
    let stream = EventStream::open(&city);
    installation
        .feed("maengel", "neu.csv", complaints(0..50))
        .exits(0);
    let mut seen = 0;
    let part = stream.read_until(SOON, |event| {
        seen += u32::from(is_report(event));
        seen == 20
    });
    drop(stream);
    installation
        .feed("maengel", "mehr.csv", complaints(50..80))
        .exits(0);
    let last = part.last().expect("an event").id;
    let resumed = EventStream::resume(&city, last);
    let mut seen = 20;
    let rest = resumed.read_until(SOON, |event| {
        seen += u32::from(is_report(event));
        seen == 80
    });
    let ids: Vec<u64> = reports(&part)
        .iter()
        .chain(&reports(&rest))
        .map(|event| event.id)
        .collect();
    assert_eq!(ids.len(), 80);
    assert!(
        ids.is_sorted_by(|a, b| a < b),
        "ids rise, and none comes twice: {ids:?}"
    );
    let mut numbers: Vec<u64> = reports(&part)
        .iter()
        .chain(&reports(&rest))
        .filter_map(|event| event.data["id"].as_u64())
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 80, "each report once");
    let all: Vec<u64> = part.iter().chain(&rest).map(|event| event.id).collect();
    assert!(all.is_sorted(), "no event goes back: {all:?}");
}

#[test]
fn a_resumed_stream_that_missed_nothing_says_only_where_it_stands() {
    let installation = musterstadt::installation();
    let server = Server::serve(&installation);
    let city = server.as_bearer("demo-city");
    let revision = city.json("/api/v1/me")["revision"].as_u64().expect("a revision");
    let stream = EventStream::resume(&city, revision);
    installation.feed("maengel", "neu.csv", complaints(0..1)).exits(0);
    let events = stream.read_until(SOON, is_report);
    assert!(
        events
            .iter()
            .all(|event| event.name == "revision" || event.id > revision),
        "{events:?}"
    );
    assert_eq!(reports(&events).len(), 1);
}

/// After a restored backup a browser asks to go on behind a revision that does not exist any more: it must learn that it
/// has to load anew, and new reports must reach it.
#[test]
fn a_last_event_id_from_the_future_is_told_to_load_anew() {
    let installation = musterstadt::installation();
    let server = Server::serve(&installation);
    let city = server.as_bearer("demo-city");
    let stream = EventStream::resume(&city, 1_000_000);
    let first = stream.read_until(SOON, |_| true);
    assert_eq!(first[0].name, "revision");
    assert_eq!(first[0].data["reload"], true, "{first:?}");
    installation.feed("maengel", "neu.csv", complaints(0..1)).exits(0);
    assert_eq!(reports(&stream.read_until(SOON, is_report)).len(), 1);
}

#[test]
fn reports_of_a_source_that_is_not_released_are_not_on_the_stream() {
    let installation = musterstadt::empty();
    let server = Server::serve(&installation);
    let city = EventStream::open(&server.as_bearer("demo-city"));
    let police = EventStream::open(&server.as_bearer("demo-police"));
    installation.feed("vorgaenge", "neu.csv", INCIDENTS).exits(0);
    installation
        .feed("maengel", "neu2.csv", complaints(0..1))
        .exits(0);
    let to_police = police.read_until(SOON, |event| {
        is_report(event) && event.data["category"] == "sexualdelikt"
    });
    assert_eq!(reports(&to_police).len(), 2);
    // The complaint was recorded after the incidents: what had been sent of them would have come before it.
    let to_city = city.read_until(SOON, is_report);
    assert_eq!(reports(&to_city).len(), 1);
    assert_eq!(to_city.last().expect("a report").data["kind"], "complaint");
}

#[test]
fn a_protected_report_comes_without_its_point_to_all_but_its_owner() {
    let installation = musterstadt::empty();
    let server = Server::serve(&installation);
    let joint = EventStream::open(&server.as_bearer("demo-analyst"));
    let police = EventStream::open(&server.as_bearer("demo-police"));
    installation.feed("vorgaenge", "neu.csv", INCIDENTS).exits(0);
    let is_protected = |event: &StreamEvent| is_report(event) && event.data["category"] == "sexualdelikt";
    let to_joint = joint.read_until(SOON, is_protected);
    assert_eq!(
        to_joint.last().expect("a report").data["geometry"],
        serde_json::Value::Null
    );
    let to_police = police.read_until(SOON, is_protected);
    assert_eq!(
        to_police.last().expect("a report").data["geometry"]["type"],
        "Point"
    );
}

/// A stream on which the first event has come.
fn open(client: &Client) -> EventStream {
    let stream = EventStream::open(client);
    stream.read_until(SOON, |_| true);
    stream
}

fn page_of(server: &Server, token: &str) -> Client {
    let body = serde_json::json!({ "token": token }).to_string();
    let answer = server
        .client()
        .send("POST", "/api/v1/session", Some(&body))
        .has_status(200);
    let cookie = answer.header("set-cookie").split(';').next().expect("a cookie");
    server.client().with("cookie", cookie)
}

#[test]
fn a_stream_ends_within_seconds_of_the_sign_out() {
    let town = musterstadt::installation();
    let server = Server::serve(&town);
    let (page, other) = (page_of(&server, "demo-city"), page_of(&server, "demo-city"));
    let (stream, stays) = (open(&page), open(&other));
    page.send("DELETE", "/api/v1/session", None).has_status(204);
    stream.ends_within(SOON);
    page.get("/api/v1/stream").problem(401);
    town.feed("maengel", "neu.csv", complaints(0..1)).exits(0);
    stays.read_until(SOON, is_report);
}

#[test]
fn a_revoked_token_ends_its_streams_and_the_sessions_opened_with_it() {
    let town = musterstadt::installation();
    let token = town.token("analyst", "stadt");
    let server = Server::serve(&town);
    let (program, page) = (server.as_bearer(&token), page_of(&server, &token));
    let streams = [open(&program), open(&page)];
    let revoke = [
        "token",
        "revoke",
        "--config",
        "lagebild.toml",
        "--organisation",
        "stadt",
        "--name",
    ];
    town.run(&[&revoke[..], &["Niemand"]].concat())
        .exits(1)
        .says(&["no token"]);
    let done = town.run(&[&revoke[..], &["Test"]].concat()).exits(0);
    assert_eq!(done.stdout.trim(), "revoked=1");
    for stream in streams {
        stream.ends_within(SOON);
    }
    program.get("/api/v1/me").problem(401);
    page.get("/api/v1/me").problem(401);
}

#[test]
fn a_session_and_its_stream_end_with_the_token_that_opened_it() {
    let town = musterstadt::installation();
    let token = town.token("analyst", "stadt");
    let server = Server::serve(&town);
    let page = page_of(&server, &token);
    let stream = open(&page);
    database::write(
        &town.database(),
        "UPDATE pass SET expires_at = 0 WHERE kind = 'token'",
    );
    stream.ends_within(SOON);
    page.get("/api/v1/me").problem(401);
}
