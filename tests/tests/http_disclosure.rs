//! Who sees what: owners, releases, protected categories, roles without records.

use std::collections::BTreeSet;

use lagebild_tests::musterstadt::{EVER, P3, P4, WEEK, installation, running};
use lagebild_tests::{Client, Server};
use serde_json::Value;

fn sources(client: &Client) -> BTreeSet<String> {
    client
        .items(&format!("/api/v1/reports?{EVER}"))
        .iter()
        .map(|item| item["source"].as_str().expect("a source").to_owned())
        .collect()
}

fn names(sources: &[&str]) -> BTreeSet<String> {
    sources.iter().map(|source| (*source).to_owned()).collect()
}

#[test]
fn an_analyst_sees_the_sources_of_the_own_organisation_and_what_is_released_to_it() {
    let town = running();
    assert_eq!(sources(&town.city()), names(&["maengel", "wahrnehmung"]));
    assert_eq!(sources(&town.police()), names(&["vorgaenge"]));
    assert_eq!(
        sources(&town.analyst()),
        names(&["maengel", "vorgaenge", "wahrnehmung"])
    );
    for (client, total) in [(town.city(), 9), (town.police(), 7), (town.analyst(), 16)] {
        assert_eq!(client.json(&format!("/api/v1/lage?{WEEK}"))["total"], total);
    }
}

#[test]
fn a_source_that_is_not_released_is_not_even_a_word() {
    let town = running();
    let problem = town.city().get("/api/v1/reports?source=vorgaenge").problem(400);
    assert_eq!(problem["parameter"], "source");
    let unknown = town.city().get("/api/v1/reports?source=gibtsnicht").problem(400);
    assert_eq!(
        problem["detail"], unknown["detail"],
        "hidden and unknown must look alike"
    );
    let taxonomy = town.city().json("/api/v1/taxonomy");
    let ids: Vec<&Value> = taxonomy["sources"]
        .as_array()
        .expect("sources")
        .iter()
        .map(|s| &s["id"])
        .collect();
    assert_eq!(ids, ["maengel", "wahrnehmung"]);
}

#[test]
fn a_report_of_another_owner_is_known_and_403() {
    let town = running();
    for item in town.police().items(&format!("/api/v1/reports?{EVER}")) {
        town.city()
            .get(&format!("/api/v1/reports/{}", item["id"]))
            .problem(403);
    }
}

#[test]
fn the_owners_own_ids_are_for_the_owner_only() {
    let town = running();
    for item in town.analyst().items(&format!("/api/v1/reports?{EVER}")) {
        assert_eq!(item.get("external_id"), None, "{item}");
    }
    let police = town.police().items(&format!("/api/v1/reports?{EVER}"));
    let ids: BTreeSet<&str> = police
        .iter()
        .filter_map(|item| item["external_id"].as_str())
        .collect();
    assert_eq!(
        ids,
        BTreeSet::from(["V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8"])
    );
    // The source of the perceptions does not keep them.
    let perceptions = town
        .city()
        .items(&format!("/api/v1/reports?{EVER}&source=wahrnehmung"));
    assert!(
        perceptions.iter().all(|item| item.get("external_id").is_none()),
        "{perceptions:?}"
    );
}

/// V4 lies alone at P5, V5 alone at P6: nothing there may show to anyone but the police.
#[test]
fn a_protected_category_has_no_point_outside_its_owner() {
    let town = running();
    let (analyst, police) = (town.analyst(), town.police());
    let protected = analyst.items(&format!("/api/v1/reports?{WEEK}&theme=geschuetzt"));
    assert_eq!(protected.len(), 2);
    for item in &protected {
        assert_eq!(item["geometry"], Value::Null);
        assert_eq!(item["precision"], "area");
        assert!(item["area"].is_string(), "its district may show: {item}");
        for hidden in ["place", "text", "precision_m"] {
            assert_eq!(item.get(hidden), None, "{hidden}: {item}");
        }
        let alone = analyst.json(&format!("/api/v1/reports/{}", item["id"]));
        assert_eq!(&alone, item);
    }
    let cells = format!("/api/v1/cells?{WEEK}&theme=geschuetzt");
    assert!(analyst.items(&cells).is_empty());
    assert_eq!(police.items(&cells).len(), 2);
    for (bbox, tile) in [
        ("7.70,51.61,7.72,51.63", "14/8542/5439"),
        ("7.87,51.60,7.89,51.62", "14/8550/5440"),
    ] {
        assert!(
            analyst
                .items(&format!("/api/v1/reports?{WEEK}&bbox={bbox}"))
                .is_empty()
        );
        assert_eq!(
            analyst.json(&format!("/api/v1/lage?{WEEK}&bbox={bbox}"))["total"],
            0
        );
        assert_eq!(
            police.items(&format!("/api/v1/reports?{WEEK}&bbox={bbox}")).len(),
            1
        );
        for layer in ["cells", "reports"] {
            let path = format!("/tiles/{layer}/{tile}?{WEEK}&theme=geschuetzt");
            assert_eq!(analyst.get(&path).status, 204, "{path}");
            assert_eq!(police.get(&path).status, 200, "{path}");
        }
    }
}

#[test]
fn the_owner_sees_the_point_and_place_of_a_protected_report() {
    let town = running();
    let items = town
        .police()
        .items(&format!("/api/v1/reports?{WEEK}&category=sexualdelikt"));
    assert_eq!(items.len(), 1);
    assert_eq!(
        items[0]["geometry"]["coordinates"],
        serde_json::json!([7.71, 51.62])
    );
    assert_eq!(items[0]["place"], "Schutzgasse");
}

/// Released: bicycle theft, assault and sexual offences in Ost, by cell. That is V2 at P3, V3 and V8 at P4.
#[test]
fn a_release_of_a_part_shows_that_part_everywhere_alike() {
    let installation = installation();
    let token = installation.token("analyst", "bahnpolizei");
    let server = Server::serve(&installation);
    let partner = server.as_bearer(&token);
    let items = partner.items(&format!("/api/v1/reports?{EVER}"));
    assert_eq!(items.len(), 3);
    for item in &items {
        assert_eq!(item["area"], "ost", "{item}");
        assert_eq!(
            (&item["geometry"], &item["precision"]),
            (&Value::Null, &"cell".into())
        );
        for hidden in ["place", "text", "external_id", "precision_m"] {
            assert_eq!(item.get(hidden), None, "{hidden}: {item}");
        }
    }
    let cells: BTreeSet<(String, u64)> = partner
        .items(&format!("/api/v1/cells?{EVER}"))
        .iter()
        .map(|cell| {
            (
                cell["h3"].as_str().unwrap().to_owned(),
                cell["count"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(cells, BTreeSet::from([(P3.to_owned(), 1), (P4.to_owned(), 2)]));
    assert_eq!(partner.json(&format!("/api/v1/lage?{EVER}"))["total"], 3);
    assert_eq!(
        partner.get(&format!("/tiles/cells/14/8548/5438?{EVER}")).status,
        200
    );
    assert_eq!(
        partner.get(&format!("/tiles/reports/14/8548/5438?{EVER}")).status,
        204
    );
    // A small box would tell the point that the cell hides.
    let box_of_p3 = "bbox=7.83,51.63,7.85,51.65";
    assert!(
        partner
            .items(&format!("/api/v1/reports?{EVER}&{box_of_p3}"))
            .is_empty()
    );

    let seen: BTreeSet<Option<u64>> = items.iter().map(|item| item["id"].as_u64()).collect();
    let police = server.as_bearer("demo-police");
    for item in police.items(&format!("/api/v1/reports?{EVER}")) {
        let answer = partner.get(&format!("/api/v1/reports/{}", item["id"]));
        assert_eq!(
            answer.status,
            if seen.contains(&item["id"].as_u64()) {
                200
            } else {
                403
            },
            "{item}"
        );
    }
}

#[test]
fn roles_without_records_get_403_with_a_reason() {
    let town = running();
    for role in [
        "management",
        "steering",
        "press",
        "partner",
        "guest",
        "admin",
        "auditor",
    ] {
        let client = town.server.as_bearer(&format!("demo-{role}"));
        for path in [
            "/api/v1/lage",
            "/api/v1/reports",
            "/api/v1/reports/1",
            "/api/v1/cells",
            "/api/v1/hotspots",
            "/api/v1/stream",
            "/tiles/cells",
            "/tiles/cells/12/2136/1359",
            "/tiles/reports/14/8543/5438",
        ] {
            let problem = client.get(path).problem(403);
            let detail = problem["detail"].as_str().unwrap_or_default();
            assert!(
                detail.contains("publish") || detail.contains("released"),
                "{role}, {path}: {detail}"
            );
        }
        let me = client.json("/api/v1/me");
        assert_eq!(me["role"], role);
        assert_eq!(me["sight"], "none");
        assert_eq!(me["data"], Value::Null);
    }
}

/// A number that moves with hidden data tells of hidden data.
#[test]
fn roles_without_records_see_no_live_revision() {
    let town = running();
    let guest = town.server.as_bearer("demo-guest");
    for path in ["/api/v1/me", "/api/v1/areas", "/api/v1/taxonomy"] {
        let answer = guest.json(path);
        let live = town.analyst().json("/api/v1/me")["revision"].clone();
        assert_ne!(
            answer.get("revision"),
            Some(&live),
            "{path} gives the live revision to a guest"
        );
    }
    let taxonomy = guest.json("/api/v1/taxonomy");
    assert_eq!(taxonomy["sources"], serde_json::json!([]));
}
