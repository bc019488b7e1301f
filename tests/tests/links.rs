//! Reports of one happening: linked across owners, shown within each viewer's release, undone and confirmed by persons.

use std::time::Duration;

use lagebild_tests::{Client, Installation, Server, musterstadt, until};
use serde_json::{Value, json};

/// Ruhestörung: called in at 23:10, written down by a patrol fifteen metres away at 23:20; the same caller's second message;
/// another noise two kilometres away; a domestic case next door, which is never linked.
const CALLS: &str = "\
Nr;Zeit;Art;Stand;Lon;Lat;Ort;Text
K1;2026-10-06 23:10;Lärm;offen;7.84000;51.64000;Ostplatz;Laute Musik und Geschrei vor dem Kiosk
K2;2026-10-06 23:14;Lärm;offen;7.84000;51.64000;Ostplatz;Immer noch laute Musik und Geschrei vor dem Kiosk
K3;2026-10-06 23:12;Lärm;offen;7.87000;51.64000;Ostweg;Party im Garten nebenan
";
const PATROL: &str = "\
Nr,Von,Bis,Delikt,Lon,Lat,Ort
P1,2026-10-06 23:20,,Ruhestörung,7.84020,51.64000,Ostplatz
P2,2026-10-06 23:25,,Häuslich,7.84000,51.64000,Ostplatz
";

fn town() -> Installation {
    let town = musterstadt::empty();
    let config = musterstadt::CONFIG
        .replace("\"KV\" = ", "\"Ruhestörung\" = \"laerm_nacht\"\n\"KV\" = ")
        .replace(
            "categories = [\"fahrraddiebstahl\", ",
            "categories = [\"laerm_nacht\", \"fahrraddiebstahl\", ",
        );
    let to_the_railway = "[[release]]\nid = \"stadt-an-bahnpolizei\"\nowner = \"stadt\"\nto = \"bahnpolizei\"\nsources = [\"maengel\"]\n\
        as = \"records\"\nfields = [\"place\"]\npurpose = \"Streifen am Bahnhof\"\nuntil = \"2099-12-31\"\napproved_by = \"Geschäftsführung\"\n";
    town.write("lagebild.toml", format!("{config}\n{to_the_railway}"));
    town.feed("maengel", "calls.csv", CALLS).exits(0);
    town.feed("vorgaenge", "patrol.csv", PATROL).exits(0);
    town
}

/// The reports by source and minute, in local time.
fn report(client: &Client, source: &str, minute: &str) -> Value {
    let reports = client.items(&format!("/api/v1/reports?{}&source={source}", musterstadt::WEEK));
    let found = reports.into_iter().find(|report| {
        report["occurred_from"]
            .as_str()
            .is_some_and(|at| at.contains(minute))
    });
    found.unwrap_or_else(|| panic!("{source} {minute}"))
}

#[test]
fn reports_of_one_happening_are_linked_and_each_viewer_sees_what_is_released() {
    let town = town();
    let railway = town.token("analyst", "bahnpolizei");
    let server = Server::serve(&town);
    let joint = server.as_bearer("demo-analyst");
    let links = until("the links", Duration::from_mins(1), || {
        let links = joint.items("/api/v1/links");
        (!links.is_empty()).then_some(links)
    });
    // 21:10 in UTC.
    let (k1, k2) = (
        report(&joint, "maengel", "T21:10"),
        report(&joint, "maengel", "T21:14"),
    );
    let p1 = report(&joint, "vorgaenge", "T21:20");
    let pair = |one: &Value, other: &Value| {
        let mut ends = [
            one["id"].as_u64().expect("an id"),
            other["id"].as_u64().expect("an id"),
        ];
        ends.sort_unstable();
        format!("{}-{}", ends[0], ends[1])
    };
    let link = |id: &str| links.iter().find(|link| link["id"] == id).cloned();
    let duplicate = link(&pair(&k1, &k2)).expect("the caller's two messages");
    assert_eq!(duplicate["state"], "linked");
    // The patrol's record goes to the nearer call; to the other it is proposed.
    let crossed = [pair(&k1, &p1), pair(&k2, &p1)].map(|id| link(&id).expect("a call and the patrol"));
    let states: Vec<&str> = crossed.iter().filter_map(|link| link["state"].as_str()).collect();
    assert_eq!(states, ["proposed", "linked"], "{links:#?}");
    assert_eq!(
        links.len(),
        3,
        "neither the far noise nor the domestic case: {links:#?}"
    );
    let linked = &crossed[1];
    assert!(
        linked["score"]
            .as_f64()
            .is_some_and(|score| (0.9..1.0).contains(&score)),
        "{linked}"
    );
    // 0.0002 degrees of longitude at 51.64 degrees north: 13.8 m.
    assert!(
        linked["distance_m"]
            .as_f64()
            .is_some_and(|m| (13.7..13.9).contains(&m)),
        "{linked}"
    );
    assert_eq!(linked["gap_s"], 360);
    let ends = linked["reports"].as_array().expect("two ends");
    assert_eq!(
        ends.iter()
            .map(|end| (&end["owner"], &end["is_first"]))
            .collect::<Vec<_>>(),
        [
            (&json!("stadt"), &json!(true)),
            (&json!("polizei"), &json!(false))
        ],
        "the city was told first"
    );
    let of_k2 = k2["linked"].as_array().expect("a list").clone();
    assert!(of_k2.contains(&p1["id"]) && of_k2.contains(&k1["id"]), "{k2}");

    // The city knows of the patrol's record as little as before.
    let city = server.as_bearer("demo-city");
    assert_eq!(report(&city, "maengel", "T21:14")["linked"], json!([k1["id"]]));
    assert_eq!(city.items("/api/v1/links").len(), 1);
    // The railway police gets the patrol's record by cell only: the call's point would give its place away.
    let railway = server.as_bearer(&railway);
    assert_eq!(report(&railway, "vorgaenge", "T21:20")["precision"], "cell");
    assert_eq!(report(&railway, "vorgaenge", "T21:20")["linked"], json!([]));
    assert_eq!(railway.items("/api/v1/links").len(), 1, "the city's two calls");
    let path = |what: &str| format!("/api/v1/links/{}/{what}", linked["id"].as_str().expect("an id"));
    railway.send("POST", &path("undo"), None).problem(404);
    city.send("POST", &path("confirm"), None).problem(404);

    let undone = joint.send("POST", &path("undo"), None).has_status(200).json();
    assert_eq!(
        (&undone["state"], &undone["decided"]["organisation"]),
        (&json!("undone"), &json!("koordinationsebene"))
    );
    assert_eq!(report(&joint, "vorgaenge", "T21:20")["linked"], json!([]));
    assert_eq!(joint.items("/api/v1/links?state=undone").len(), 1);
    let confirmed = joint.send("POST", &path("confirm"), None).has_status(200).json();
    assert_eq!(confirmed["state"], "confirmed");
    assert_eq!(report(&joint, "vorgaenge", "T21:20")["linked"], json!([k2["id"]]));
    joint.get("/api/v1/links?state=maybe").problem(400);
    joint.send("POST", "/api/v1/links/1-99/undo", None).problem(404);
    let page = joint.json("/api/v1/links?limit=2");
    let next = page["next"].as_str().expect("there is more").to_owned();
    assert_eq!(joint.items(&format!("/api/v1/links?next={next}")).len(), 1);
}

#[test]
fn what_a_person_undid_stays_undone_when_the_reports_come_again() {
    let town = town();
    let id = {
        let server = Server::serve(&town);
        let joint = server.as_bearer("demo-analyst");
        let link = until("the links", Duration::from_mins(1), || {
            joint
                .items("/api/v1/links?state=linked")
                .into_iter()
                .find(|link| link["reports"][1]["owner"] == "polizei")
        });
        let id = link["id"].as_str().expect("an id").to_owned();
        joint
            .send("POST", &format!("/api/v1/links/{id}/undo"), None)
            .has_status(200);
        id
    };
    // A changed version of the patrol's record is compared anew.
    town.feed(
        "vorgaenge",
        "patrol.csv",
        PATROL.replace("23:20,,Ruhe", "23:21,,Ruhe"),
    )
    .exits(0);
    let server = Server::serve(&town);
    let joint = server.as_bearer("demo-analyst");
    let links = until("the comparison", Duration::from_mins(1), || {
        let links = joint.items("/api/v1/links");
        links.iter().any(|link| link["gap_s"] == 660).then_some(links)
    });
    let link = links
        .iter()
        .find(|link| link["id"] == id.as_str())
        .expect("the link");
    assert_eq!(link["state"], "undone");
}
