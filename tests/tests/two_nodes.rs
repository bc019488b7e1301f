//! Two servers on one PostgreSQL database.

use std::time::{Duration, Instant};

use lagebild_tests::{EventStream, Installation, Postgres, Server, StreamEvent, musterstadt, until};

/// Longest wait for what must come.
const SOON: Duration = Duration::from_secs(10);

/// Two installations of one database, with one key.
fn two_nodes() -> Option<(Installation, Installation)> {
    let url = Postgres::shared()?.database();
    let here = musterstadt::on_postgres(&url);
    let there = musterstadt::on_postgres(&url);
    // The first command makes tables and key; the key is copied by hand, as an operator does.
    here.token("admin", "stadt");
    std::fs::copy(here.path("lagebild.key"), there.path("lagebild.key")).expect("the key can be copied");
    Some((here, there))
}

fn complaint(number: u32) -> String {
    format!(
        "Nr;Zeit;Art;Stand;Lon;Lat;Ort;Text\nS{number};2026-10-20 08:00;Müll;offen;7.730;51.640;Westplatz;\n"
    )
}

fn is_report(event: &StreamEvent) -> bool {
    event.name == "report"
}

#[test]
fn a_report_given_to_one_is_on_the_page_of_the_other() {
    let Some((here, there)) = two_nodes() else { return };
    let first = Server::serve(&here);
    let second = Server::serve(&there);
    let stream = EventStream::open(&second.as_bearer("demo-analyst"));
    stream.read_until(SOON, |event| event.name == "revision");
    let mut waits = Vec::new();
    for number in 0..10 {
        let counts = here
            .feed("maengel", "neu.csv", complaint(number))
            .exits(0)
            .counts();
        let acknowledged = Instant::now();
        assert_eq!(counts.accepted, 1);
        let events = stream.read_until(SOON, is_report);
        waits.push(acknowledged.elapsed().as_millis());
        let report = events.last().expect("a report");
        let path = format!("/api/v1/reports/{}", report.data["id"]);
        for server in [&first, &second] {
            let analyst = server.as_bearer("demo-analyst");
            until("the report on both", SOON, || {
                (analyst.get(&path).status == 200).then_some(())
            });
            assert_eq!(analyst.json(&path)["sequence"], report.id);
        }
    }
    println!("a report acknowledged at one node showed on the other's stream after (ms): {waits:?}");
}

#[test]
fn who_signs_in_at_one_is_signed_in_at_the_other_and_out_of_both() {
    let Some((here, there)) = two_nodes() else { return };
    let first = Server::serve(&here);
    let second = Server::serve(&there);
    let answer = first
        .client()
        .send("POST", "/api/v1/session", Some("{\"token\":\"demo-city\"}"))
        .has_status(200);
    let cookie = answer
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap_or_default()
        .to_owned();
    let city = second.client().with("cookie", &cookie);
    assert_eq!(city.json("/api/v1/me")["organisation"], "stadt");
    let out = city.send("DELETE", "/api/v1/session", None);
    assert!(out.status < 300, "{}", out.text());
    assert_eq!(
        first.client().with("cookie", &cookie).get("/api/v1/me").status,
        401
    );
}

#[test]
fn one_looks_for_hotspots_and_when_it_is_killed_the_other_does() {
    let Some((here, there)) = two_nodes() else { return };
    let first = Server::serve(&here);
    let leads = |server: &Server| server.log().contains("leads=true");
    until("a leader", SOON, || leads(&first).then_some(()));
    let second = Server::serve(&there);
    assert!(!leads(&second), "the first still lives");
    first.kill();
    until("another leader", SOON, || leads(&second).then_some(()));
}

#[test]
fn a_node_with_another_key_is_refused_and_told_why() {
    let Some((here, there)) = two_nodes() else { return };
    here.feed("maengel", "neu.csv", complaint(1)).exits(0);
    there.write("lagebild.key", [7_u8; 32]);
    there
        .feed("maengel", "neu.csv", complaint(2))
        .exits(1)
        .says(&["lagebild.key", "not the key that this database was filled with"]);
    std::fs::remove_file(there.path("lagebild.key")).expect("a file");
    there.feed("maengel", "neu.csv", complaint(2)).exits(1).says(&[
        "lagebild.key",
        "is missing",
        "copy it from another node",
    ]);
}

#[test]
fn a_password_is_in_no_message() {
    let installation = musterstadt::on_postgres("postgres://lage:geheim@127.0.0.1:1/lage");
    let failed = installation
        .feed("maengel", "neu.csv", complaint(1))
        .exits(1)
        .says(&["does not answer", "127.0.0.1:1/lage"]);
    assert!(!failed.stderr.contains("geheim"), "{}", failed.stderr);
    let installation = musterstadt::on_postgres("postgres://lage:geheim@127.0.0.1:1/lage?passwort=geheim");
    let failed = installation
        .feed("maengel", "neu.csv", complaint(1))
        .exits(2)
        .says(&["passwort"]);
    assert!(!failed.stderr.contains("geheim"), "{}", failed.stderr);
}
