//! Viewers of counts: what is published to the Bundespolizei of Musterstadt, worked out by hand.
//!
//! In the week from 5 October 2026, 15 reports are released to it: all but V6, which spans ten days. With a smallest count
//! of 3 and place first:
//!
//! - By district: West 6 (M1 M2 M3 V1 V4 W1), Ost 8 (M4 M5 M6 V2 V3 V5 V7 W2), nowhere 1 (M7). One is too few: West joins
//!   it. Ost stands.
//! - Ost by cell: P3 4 (M4 M5 V2 W2), P4 3 (M6 V3 V7), and V5, whose category shows no cell: too few, so P4 joins it.
//! - The rest of the city by cell: P1 3 (M1 M2 W1), P2 2 (M3 V1), none 2 (V4 M7): P1 stands.
//! - No kind and no theme reaches 3 in any of them without leaving fewer than 3.
//!
//! Atoms: P3 in Ost 4, Ost 4, P1 3, anywhere 4.

use std::time::Duration;

use lagebild_tests::musterstadt::{self, Musterstadt, P1, P2, P3, P4, P5, P6, WEEK, publishing};
use lagebild_tests::{Client, Server, until};
use serde_json::{Value, json};

/// The Bundespolizei's viewer.
fn partner(town: &Musterstadt) -> Client {
    town.server.as_bearer("demo-partner")
}

#[test]
fn figures_are_sums_of_whole_atoms() {
    let town = publishing();
    let partner = partner(&town);
    let lage = partner.json(&format!("/api/v1/lage?{WEEK}"));
    assert_eq!((&lage["total"], &lage["suppressed"]), (&json!(15), &json!(0)));
    assert_eq!(
        lage["by_area"],
        json!([{"area": "ost", "name": "Ost", "count": 8}])
    );
    assert_eq!(lage["by_theme"], json!([]));
    // In the week before there were M10 and V8: two are too few to be published.
    assert_eq!(lage["previous_total"], 0);
    let complaints = partner.json(&format!("/api/v1/lage?{WEEK}&kind=complaint"));
    assert_eq!(
        (&complaints["total"], &complaints["suppressed"]),
        (&json!(0), &json!(15))
    );
    let ost = partner.json(&format!("/api/v1/lage?{WEEK}&area=ost"));
    assert_eq!((&ost["total"], &ost["suppressed"]), (&json!(8), &json!(7)));
    let by_number = partner.json("/api/v1/lage?from=2026-W41&to=2026-W42");
    assert_eq!(by_number["total"], 15);
}

#[test]
fn a_cell_without_a_count_is_suppressed_and_looks_the_same_whether_something_lies_there_or_not() {
    let town = publishing();
    let partner = partner(&town);
    let cells = partner.items(&format!("/api/v1/cells?{WEEK}"));
    let of = |h3: &str| cells.iter().find(|cell| cell["h3"] == h3);
    let (one, three) = (of(P1).unwrap(), of(P3).unwrap());
    assert_eq!((&one["count"], &one["suppressed"]), (&json!(3), &json!(false)));
    assert_eq!(
        (&three["count"], &three["suppressed"]),
        (&json!(4), &json!(false))
    );
    for hidden in [P2, P4, P5, P6] {
        assert_eq!(of(hidden).unwrap(), &json!({"h3": hidden, "suppressed": true}));
    }
    let empty = cells.iter().filter(|cell| cell["suppressed"] == true).count();
    assert!(
        empty > 100,
        "cells where nothing ever happened are in the list too: {empty}"
    );
    partner
        .get(&format!("/api/v1/cells?{WEEK}&resolution=8"))
        .problem(400);
}

#[test]
fn a_filter_that_lies_between_what_is_published_is_refused() {
    let town = publishing();
    let partner = partner(&town);
    for (query, parameter) in [
        ("from=2026-10-06", "from"),
        ("hour=22-6", "hour"),
        ("category=raub", "category"),
        ("bbox=7.7,51.6,7.8,51.7", "bbox"),
        ("source=vorgaenge", "source"),
        ("area=musterstadt", "area"),
    ] {
        for path in ["/api/v1/lage", "/api/v1/cells", "/tiles/cells/12/2137/1359"] {
            let problem = partner.get(&format!("{path}?{query}")).problem(400);
            assert_eq!(problem["parameter"], parameter, "{path}?{query}");
        }
    }
}

#[test]
fn records_hotspots_and_the_stream_stay_closed() {
    let town = publishing();
    let partner = partner(&town);
    for path in [
        "/api/v1/reports",
        "/api/v1/reports/1",
        "/api/v1/hotspots",
        "/api/v1/stream",
        "/tiles/reports/14/8543/5438",
        "/tiles/hotspots/12/2137/1359",
    ] {
        partner.get(path).problem(403);
    }
    assert_eq!(partner.get("/tiles/areas/12/2137/1359").status, 200);
    let me = partner.json("/api/v1/me");
    assert_eq!(me["sight"], "aggregate");
    assert_eq!(me.get("revision"), None::<&Value>);
    let publications = partner.items("/api/v1/publications");
    assert_eq!(me["publication"], publications.last().unwrap()["number"]);
}

/// What is published carries its own number, and neither bytes nor `ETag` of an answer move with the live picture.
#[test]
fn answers_carry_the_number_of_the_publication() {
    let town = publishing();
    let partner = partner(&town);
    let number = partner.json("/api/v1/me")["publication"].clone();
    for path in [
        "/api/v1/lage",
        "/api/v1/cells",
        "/api/v1/areas",
        "/api/v1/publications",
    ] {
        assert_eq!(partner.json(path)["revision"], number, "{path}");
    }
    let weeks = partner.items("/api/v1/publications");
    let of = |week: &str| weeks.iter().find(|item| item["week"] == week).unwrap();
    assert_eq!(of("2026-W41")["total"], 15);
    assert_eq!(
        (&of("2026-W40")["total"], &of("2026-W40")["withheld"]),
        (&json!(0), &json!(true))
    );
}

/// Answers to viewers of counts, with all that a client is told of them.
fn told(partner: &Client, path: &str) -> (u16, Vec<u8>, String) {
    let answer = partner.get(path);
    (
        answer.status,
        answer.body.clone(),
        answer.header("etag").to_owned(),
    )
}

/// New reports of this week and late ones of a published week: nothing of what a viewer of counts gets moves.
#[test]
fn what_comes_in_after_the_publication_moves_neither_bytes_nor_etag() {
    let town = musterstadt::with_counts();
    let server = Server::serve(&town);
    let client = server.as_bearer("demo-partner");
    musterstadt::until_published(&server);
    let paths = [
        format!("/api/v1/lage?{WEEK}"),
        "/api/v1/lage".to_owned(),
        format!("/api/v1/cells?{WEEK}"),
        format!("/tiles/cells/12/2137/1359?{WEEK}"),
        "/tiles/areas/12/2137/1359".to_owned(),
        "/api/v1/areas".to_owned(),
        "/api/v1/publications".to_owned(),
        "/api/v1/me".to_owned(),
        "/api/v1/taxonomy".to_owned(),
        "/api/v1/reports".to_owned(),
        "/api/v1/hotspots".to_owned(),
    ];
    let before: Vec<_> = paths.iter().map(|path| told(&client, path)).collect();
    let analyst = server.as_bearer("demo-analyst");
    let total = |client: &Client| client.json(&format!("/api/v1/lage?{WEEK}"))["total"].as_u64();
    let seen = total(&analyst);
    let late: String = (0..40).fold("Nr;Zeit;Art;Stand;Lon;Lat;Ort;Text\n".to_owned(), |feed, row| {
        feed + &format!("S{row};2026-10-07 10:00;Müll;offen;7.757;51.660;Westweg;\n")
    });
    town.feed("maengel", "spaet.csv", &late).exits(0);
    until("the analyst's picture", Duration::from_secs(30), || {
        (total(&analyst) > seen).then_some(())
    });
    for (path, before) in paths.iter().zip(before) {
        assert_eq!(told(&client, path), before, "{path}");
    }
}
