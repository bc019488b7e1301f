//! Reports that programs send, how sources fare, and the quarantine.

use lagebild_tests::database::number;
use lagebild_tests::{Client, Server, musterstadt};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/sources/maengel/reports";

fn push(client: &Client, kind: &str, body: &str) -> Value {
    let sent = client.with("content-type", kind).send("POST", PATH, Some(body));
    sent.has_status(200).json()
}

/// The seven counts of an answer; the first must be the sum of the others.
fn counts(answer: &Value) -> [u64; 7] {
    let names = [
        "read",
        "accepted",
        "updated",
        "unchanged",
        "merged",
        "excluded",
        "quarantined",
    ];
    let counts = names.map(|name| answer[name].as_u64().expect(name));
    assert_eq!(counts[0], counts[1..].iter().sum::<u64>(), "{answer}");
    counts
}

#[test]
fn records_are_taken_in_every_form_and_only_once() {
    let town = musterstadt::empty();
    let server = Server::serve(&town);
    let city = server.as_bearer("demo-city");
    let row = |id: u32| {
        json!({"Nr": id.to_string(), "Zeit": "2026-10-05 08:30", "Art": "Müll", "Stand": "offen", "Lon": 7.73, "Lat": 51.64,
            "Ort": "Westplatz", "Text": "Säcke"})
    };
    let feature = |id: u32| json!({"type": "Feature", "properties": row(id), "geometry": {"type": "Point", "coordinates": [7.73, 51.64]}});
    let collection = json!({"type": "FeatureCollection", "features": [feature(5)]}).to_string();
    let csv = "Nr;Zeit;Art;Stand;Lon;Lat;Ort;Text\n6;2026-10-05 08:30;Müll;offen;7.73;51.64;Westplatz;Säcke\n\
               7;gestern;Müll;offen;7.73;51.64;;\n";
    for (kind, body, expected) in [
        ("application/json", row(1).to_string(), [1, 1, 0, 0, 0, 0, 0]),
        (
            "application/json",
            json!([row(1), row(2)]).to_string(),
            [2, 1, 0, 1, 0, 0, 0],
        ),
        (
            "application/x-ndjson",
            format!("{}\n{}\n", row(3), row(4)),
            [2, 2, 0, 0, 0, 0, 0],
        ),
        ("application/geo+json", collection, [1, 1, 0, 0, 0, 0, 0]),
        ("text/csv; charset=utf-8", csv.to_owned(), [2, 1, 0, 0, 0, 0, 1]),
        ("text/csv", csv.to_owned(), [2, 0, 0, 1, 0, 0, 1]),
    ] {
        let answer = push(&city, kind, &body);
        assert_eq!(counts(&answer), expected, "{kind}: {answer}");
        let reasons = answer["reasons"].as_array().expect("reasons");
        assert_eq!(reasons.len() as u64, expected[6]);
        if let [reason] = reasons.as_slice() {
            assert_eq!((&reason["line"], &reason["code"]), (&json!(3), &json!("date")));
        }
    }
    assert_eq!(number(&town.database(), "SELECT COUNT(*) FROM report"), 6);
    let sources = city.items("/api/v1/sources");
    let source = sources.iter().find(|s| s["id"] == "maengel").expect("the source");
    assert!(
        source["lag_s"]
            .as_i64()
            .is_some_and(|lag| (0..600).contains(&lag)),
        "{source}"
    );
    assert_eq!(source["quarantined"], json!([{"code": "date", "rows": 1}]));
    assert_eq!(source["failures"], json!(0));
}

#[test]
fn what_cannot_be_taken_is_refused_with_what_would_do() {
    let town = musterstadt::empty();
    let server = Server::serve(&town);
    let city = server.as_bearer("demo-city");
    let send = |client: &Client, kind: &str, path: &str, body: &str| {
        client
            .with("content-type", kind)
            .send("POST", path, Some(body))
            .status
    };
    assert_eq!(send(&city, "application/pdf", PATH, "x"), 415);
    assert_eq!(send(&city, "application/json", PATH, "no json"), 400);
    assert_eq!(send(&city, "text/csv", PATH, "a;b\n1;2\n"), 400);
    assert_eq!(send(&city, "application/json", &format!("{PATH}?x=1"), "[]"), 400);
    assert_eq!(
        send(&city, "application/json", "/api/v1/sources/nope/reports", "[]"),
        404
    );
    // Released to the joint staff, not theirs; the police does not know of it.
    assert_eq!(
        send(&server.as_bearer("demo-analyst"), "application/json", PATH, "[]"),
        403
    );
    assert_eq!(
        send(&server.as_bearer("demo-police"), "application/json", PATH, "[]"),
        404
    );
    assert_eq!(
        send(&server.as_bearer("demo-guest"), "application/json", PATH, "[]"),
        403
    );
    assert_eq!(send(&server.client(), "application/json", PATH, "[]"), 401);
    assert_eq!(number(&town.database(), "SELECT COUNT(*) FROM report"), 0);
}

#[test]
fn rows_leave_the_quarantine_when_they_can_be_read_and_stay_discarded_when_they_are() {
    let town = musterstadt::empty();
    let feed = "Nr;Zeit;Art;Stand;Lon;Lat;Ort;Text\n1;2026-10-05 08:30;Schnee;offen;7.73;51.64;;\n\
                2;2026-10-05 08:30;Schnee;offen;7.73;51.64;;\n3;32.13.2026;Müll;offen;7.73;51.64;;\n";
    let first = town.feed("maengel", "winter.csv", feed).exits(0).counts();
    assert_eq!((first.accepted, first.quarantined), (0, 3));
    {
        let server = Server::serve(&town);
        let city = server.as_bearer("demo-city");
        let rows = city.items("/api/v1/quarantine?source=maengel");
        assert_eq!(rows.len(), 3);
        assert!(rows.iter().all(|row| row["file"] == "winter.csv"));
        let paged = city.json("/api/v1/quarantine?limit=2");
        let next = paged["next"].as_str().expect("there is more");
        assert_eq!(
            city.items(&format!("/api/v1/quarantine?limit=2&next={next}"))
                .len(),
            1
        );
        assert_eq!(
            server.as_bearer("demo-analyst").items("/api/v1/quarantine").len(),
            0
        );
        assert_eq!(city.get("/api/v1/quarantine?source=vorgaenge").status, 400);
        let bad_date = city.items("/api/v1/quarantine?code=date");
        assert_eq!((bad_date.len(), &bad_date[0]["line"]), (1, &json!(4)));
        let discard = format!(
            "/api/v1/quarantine/{}/discard",
            bad_date[0]["id"].as_str().expect("an id")
        );
        let reason = |text: &str| json!({ "reason": text }).to_string();
        for refused in ["", "Anruf von Herrn Musterbeispiel, Tel. 02381 123456"] {
            assert_eq!(city.send("POST", &discard, Some(&reason(refused))).status, 400);
        }
        let police = server.as_bearer("demo-police");
        assert_eq!(police.send("POST", &discard, Some(&reason("x"))).status, 404);
        assert_eq!(
            city.send("POST", &discard, Some(&reason("Testeintrag"))).status,
            204
        );
        assert_eq!(
            city.send("POST", &discard, Some(&reason("Testeintrag"))).status,
            404
        );
        let discarded = city.items("/api/v1/quarantine?code=discarded");
        assert_eq!(discarded[0]["reason"], "Testeintrag (date)");
    }
    let list = [
        "quarantine",
        "list",
        "--config",
        "lagebild.toml",
        "--source",
        "maengel",
    ];
    assert_eq!(town.run(&list).exits(0).stdout.lines().count(), 2);
    // The mapping is mended, the feed read again.
    let config = town.read("lagebild.toml");
    town.write(
        "lagebild.toml",
        config.replacen("\"Müll\" =", "\"Schnee\" = \"sonstiges_anliegen\"\n\"Müll\" =", 1),
    );
    let replay = [
        "quarantine",
        "replay",
        "--config",
        "lagebild.toml",
        "--source",
        "maengel",
        "winter.csv",
    ];
    let replayed = town.run(&replay).exits(0);
    let counts = replayed.counts();
    assert_eq!((counts.accepted, counts.quarantined), (2, 1));
    assert!(
        replayed.stderr.contains("2 distinct rows before, 0 now"),
        "{}",
        replayed.stderr
    );
    assert_eq!(town.run(&list).exits(0).stdout, "");
    // What is still wrong stays discarded.
    assert_eq!(
        number(
            &town.database(),
            "SELECT COUNT(*) FROM quarantine WHERE code = 'discarded'"
        ),
        1
    );
    assert_eq!(number(&town.database(), "SELECT COUNT(*) FROM quarantine"), 1);
}
