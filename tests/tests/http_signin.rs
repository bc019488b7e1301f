//! Who is let in.

use lagebild_tests::musterstadt::running;

const CLOSED: &[&str] = &[
    "/api/v1/me",
    "/api/v1/taxonomy",
    "/api/v1/areas",
    "/api/v1/basemap",
    "/api/v1/lage",
    "/api/v1/reports",
    "/api/v1/reports/1",
    "/api/v1/cells",
    "/api/v1/publications",
    "/api/v1/partners",
    "/api/v1/bodies",
    "/api/v1/releases",
    "/api/v1/hotspots",
    "/api/v1/hotspots/hs-1",
    "/api/v1/hotspots/hs-1/history",
    "/api/v1/hotspots/hs-1/reports",
    "/api/v1/hotspots/hs-1/reviews",
    "/api/v1/audit",
    "/api/v1/alerts",
    "/api/v1/alerts/1",
    "/api/v1/subscriptions",
    "/api/v1/silences",
    "/api/v1/channels",
    "/api/v1/deliveries",
    "/api/v1/bulletins",
    "/cap/alerts.atom",
    "/cap/lagebild-al-1-1.xml",
    "/api/v1/data-notices",
    "/api/v1/weekly-layers",
    "/api/v1/detection-profiles",
    "/api/v1/sources",
    "/api/v1/quarantine",
    "/api/v1/links",
    "/api/v1/unknown-categories",
    "/api/v1/briefings",
    "/api/v1/briefing-audiences",
    "/api/v1/briefings/1",
    "/api/v1/briefings/1/briefing.pdf",
    "/api/v1/projects",
    "/api/v1/projects/1",
    "/api/v1/measures",
    "/api/v1/measures/1/evaluation",
    "/api/v1/stream",
    "/tiles/cells",
    "/tiles/cells/12/2136/1359",
    "/tiles/reports/14/8543/5438",
    "/tiles/areas/10/534/339",
    "/tiles/hotspots/10/534/339",
];

#[test]
fn without_a_sign_in_every_address_of_the_data_is_401() {
    let town = running();
    for path in CLOSED {
        let answer = town.server.client().get(path);
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{path}");
        answer.problem(401);
    }
}

#[test]
fn without_a_sign_in_nobody_reviews_a_hotspot() {
    let town = running();
    let path = "/api/v1/hotspots/hs-1/review";
    let body = r#"{"action": "confirm"}"#;
    town.server.client().send("POST", path, Some(body)).problem(401);
}

#[test]
fn the_list_of_closed_addresses_is_all_that_the_document_knows() {
    let town = running();
    let document = town.server.client().json("/api/openapi.json");
    let paths = document["paths"].as_object().expect("paths");
    let asked = paths.iter().filter(|(_, methods)| methods.get("get").is_some());
    for (path, _) in asked.filter(|(path, _)| *path != "/api/v1/session") {
        let example = path
            .replace("{id}", if path.contains("hotspots") { "hs-1" } else { "1" })
            .replace("{file}", "briefing.pdf");
        assert!(
            CLOSED.contains(&example.as_str()),
            "{path} is not tested without a sign-in"
        );
    }
}

#[test]
fn a_wrong_token_is_401_wherever_it_stands() {
    let town = running();
    for token in [
        "demo-nobody",
        "",
        "demo-analyst ",
        "x",
        "DEMO-ANALYST",
        "demo-analyst,demo-city",
    ] {
        let trimmed_is_right = token.trim() == "demo-analyst";
        if !trimmed_is_right {
            town.server.as_bearer(token).get("/api/v1/me").problem(401);
        }
        let body = serde_json::json!({ "token": token }).to_string();
        town.server
            .client()
            .send("POST", "/api/v1/session", Some(&body))
            .problem(401);
    }
    let basic = town.server.client().with("authorization", "Basic ZGVtbzpkZW1v");
    basic.get("/api/v1/me").problem(401);
    let forged = town
        .server
        .client()
        .with("cookie", "lagebild_session=demo-analyst");
    forged.get("/api/v1/me").problem(401);
}

#[test]
fn a_sign_in_without_json_or_with_other_keys_is_400() {
    let town = running();
    for body in [
        "",
        "{",
        "[]",
        "{}",
        "null",
        "{\"token\": 1}",
        "{\"token\":\"demo-analyst\",\"role\":\"admin\"}",
    ] {
        town.server
            .client()
            .send("POST", "/api/v1/session", Some(body))
            .problem(400);
    }
}

#[test]
fn a_session_lasts_until_the_sign_out_and_not_longer() {
    let town = running();
    let anyone = town.server.client();
    let answer = anyone
        .send("POST", "/api/v1/session", Some("{\"token\":\"demo-city\"}"))
        .has_status(200);
    assert_eq!(answer.json()["organisation"], "stadt");
    let set_cookie = answer.header("set-cookie").to_owned();
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(set_cookie.contains(attribute), "{set_cookie}");
    }
    let cookie = set_cookie.split(';').next().expect("a cookie");
    let session = anyone.with("cookie", cookie);
    assert_eq!(session.json("/api/v1/me")["organisation"], "stadt");
    assert_eq!(session.json("/api/v1/session")["signed_in"], true);
    assert_eq!(
        session
            .get("/tiles/cells/12/2136/1359?from=2026-10-05&to=2026-10-12")
            .status,
        200
    );
    let out = session.send("DELETE", "/api/v1/session", None).has_status(204);
    assert!(
        out.header("set-cookie").contains("lagebild_session=;"),
        "{:?}",
        out.headers
    );
    session.get("/api/v1/me").problem(401);
    assert_eq!(session.json("/api/v1/session")["signed_in"], false);
}

#[test]
fn a_bearer_and_a_cookie_see_the_same() {
    let town = running();
    let anyone = town.server.client();
    let answer = anyone
        .send("POST", "/api/v1/session", Some("{\"token\":\"demo-police\"}"))
        .has_status(200);
    let cookie = answer
        .header("set-cookie")
        .split(';')
        .next()
        .expect("a cookie")
        .to_owned();
    let path = "/api/v1/reports?from=2025-01-01&to=2027-01-01";
    assert_eq!(
        anyone.with("cookie", &cookie).json(path),
        town.police().json(path)
    );
}

#[test]
fn the_demo_offers_its_roles_before_the_sign_in() {
    let town = running();
    let offer = town.server.client().json("/api/v1/session");
    assert_eq!(offer["city"], "Musterstadt");
    assert_eq!(offer["demo"], true);
    assert_eq!(offer["signed_in"], false);
    assert_eq!(offer["demo_roles"].as_array().map(Vec::len), Some(10));
}
