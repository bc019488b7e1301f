//! The log of who saw and did what.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use lagebild_tests::musterstadt::{self, WEEK, running};
use lagebild_tests::{Client, Installation, Server, database, until};
use serde_json::Value;

/// Longest wait until something noted is in the log.
const SOON: Duration = Duration::from_secs(20);

/// The first entry that fits the words of the query.
fn entry(auditor: &Client, words: &str) -> Value {
    until("an entry", SOON, || {
        auditor
            .items(&format!("/api/v1/audit?{words}"))
            .into_iter()
            .next()
    })
}

/// An installation whose log holds some deeds, the server stopped.
fn with_a_log() -> Installation {
    let town = musterstadt::installation();
    let server = Server::serve(&town);
    for token in ["demo-analyst", "demo-city", "demo-guest"] {
        server.as_bearer(token).get(&format!("/api/v1/reports?{WEEK}"));
        server.as_bearer(token).get(&format!("/api/v1/lage?{WEEK}"));
    }
    entry(&server.as_bearer("demo-auditor"), "action=refused");
    town
}

fn verify(town: &Installation, more: &[&str]) -> lagebild_tests::Finished {
    town.run(&[&["audit", "verify", "--config", "lagebild.toml"], more].concat())
}

#[test]
fn who_looked_where_is_in_the_log_and_what_was_there_is_not() {
    let town = running();
    let auditor = town.server.as_bearer("demo-auditor");
    let words = format!("{WEEK}&category=sexualdelikt");
    town.police()
        .get(&format!("/api/v1/reports?{words}&limit=7"))
        .has_status(200);
    let saw = entry(&auditor, "organisation=polizei&action=saw&text=sexualdelikt");
    assert_eq!(saw["what"], "/api/v1/reports");
    assert_eq!(saw["words"], words);
    assert_eq!(saw["role"], "analyst");
    assert!(saw["revision"].as_u64().is_some_and(|revision| revision > 0));
    // V4 lies there; its place is in no entry.
    let all = auditor.get("/api/v1/audit?limit=1000").has_status(200).text();
    assert!(!all.contains("Schutzgasse") && !all.contains("geometry"));

    town.server
        .as_bearer("demo-guest")
        .get("/api/v1/hotspots")
        .has_status(403);
    let refused = entry(&auditor, "organisation=gast&action=refused&text=hotspots");
    assert_eq!(refused["what"], "/api/v1/hotspots");
    town.city().get("/tiles/cells/12/2137/1359?v=9&kind=complaint");
    let tile = entry(&auditor, "organisation=stadt&text=/tiles/");
    assert_eq!(
        (tile["what"].as_str(), tile["words"].as_str()),
        (Some("/tiles/cells"), Some("kind=complaint"))
    );
    // The auditor's own looks are in it too.
    entry(&auditor, "organisation=datenschutz&text=/api/v1/audit");
}

#[test]
fn signing_in_and_out_and_changes_are_in_the_log() {
    let town = musterstadt::installation();
    let server = Server::serve(&town);
    let auditor = server.as_bearer("demo-auditor");
    let answer = server
        .client()
        .send("POST", "/api/v1/session", Some("{\"token\":\"demo-city\"}"));
    let cookie = answer
        .header("set-cookie")
        .split(';')
        .next()
        .expect("a cookie")
        .to_owned();
    let page = server.client().with("cookie", &cookie);
    assert_eq!(entry(&auditor, "action=signed_in")["organisation"], "stadt");
    page.send("DELETE", "/api/v1/session", None).has_status(204);
    assert_eq!(entry(&auditor, "action=signed_out")["organisation"], "stadt");
}

#[test]
fn only_auditors_read_the_log_and_its_pages_are_whole() {
    let town = running();
    for role in [
        "analyst",
        "city",
        "police",
        "management",
        "steering",
        "press",
        "partner",
        "guest",
        "admin",
    ] {
        town.server
            .as_bearer(&format!("demo-{role}"))
            .get("/api/v1/audit")
            .problem(403);
    }
    let auditor = town.server.as_bearer("demo-auditor");
    entry(&auditor, "action=refused");
    let all: Vec<u64> = auditor
        .items("/api/v1/audit?action=refused&limit=1000")
        .iter()
        .filter_map(|item| item["number"].as_u64())
        .collect();
    assert!(
        all.windows(2).all(|pair| pair[0] > pair[1]),
        "newest first: {all:?}"
    );
    let first = auditor.json("/api/v1/audit?action=refused&limit=1");
    if let Some(next) = first["next"].as_str() {
        let second = auditor.json(&format!("/api/v1/audit?action=refused&limit=1&next={next}"));
        assert!(second["items"][0]["number"].as_u64() < first["items"][0]["number"].as_u64());
    }
    for bad in ["action=looked", "next=x", "limit=0", "since=1"] {
        auditor.get(&format!("/api/v1/audit?{bad}")).problem(400);
    }
}

#[test]
fn a_whole_log_is_verified_and_its_last_seal_is_found_again() {
    let town = with_a_log();
    let whole = verify(&town, &[]).exits(0).stdout;
    let said = |name: &str| {
        let value = whole.split_whitespace().find_map(|word| word.strip_prefix(name));
        value.expect("a value").to_owned()
    };
    assert!(said("entries=").parse::<u64>().expect("a number") >= 4, "{whole}");
    verify(&town, &["--seal", &said("seal=")]).exits(0);
    verify(&town, &["--seal", &"0".repeat(64)])
        .exits(1)
        .says(&["noted seal"]);
    verify(&town, &["--seal", "abc"]).exits(2);
}

#[test]
fn an_entry_can_neither_be_changed_nor_taken_out_unnoticed() {
    const OPEN: &str = "DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_deleted; ";
    for (tampering, number, problem) in [
        (
            "UPDATE audit SET organisation = 'gast' WHERE number = 2",
            "entry 2",
            "not as it was written",
        ),
        (
            "UPDATE audit SET times = 99 WHERE number = 1",
            "entry 1",
            "not as it was written",
        ),
        ("DELETE FROM audit WHERE number = 2", "entry 2", "missing"),
        (
            "UPDATE audit SET number = number + 100 WHERE number = 3",
            "entry 3",
            "missing",
        ),
        (
            "UPDATE audit SET hash = x'00' WHERE number = 1",
            "entry 1",
            "cannot be read",
        ),
    ] {
        let town = with_a_log();
        let refused =
            std::panic::catch_unwind(AssertUnwindSafe(|| database::write(&town.database(), tampering)));
        assert!(refused.is_err(), "the database refuses {tampering}");
        verify(&town, &[]).exits(0);
        database::write(&town.database(), &format!("{OPEN}{tampering}"));
        verify(&town, &[]).exits(1).says(&[number, problem]);
    }
    // What is cut off at the end shows by a seal that was noted before.
    let town = with_a_log();
    let whole = verify(&town, &[]).exits(0).stdout;
    let seal = whole.trim().rsplit('=').next().expect("a seal").to_owned();
    let cut = "DELETE FROM audit WHERE number = (SELECT MAX(number) FROM audit)";
    database::write(&town.database(), &format!("{OPEN}{cut}"));
    verify(&town, &[]).exits(0);
    verify(&town, &["--seal", &seal])
        .exits(1)
        .says(&["missing at the end"]);
}
