//! Organisations, their letters, and what the management sees as one of them.

use std::time::Duration;

use lagebild_tests::musterstadt::{self, publishing};
use lagebild_tests::{Client, Installation, Server, until};

const SOON: Duration = Duration::from_secs(20);
const WEEKS: &str = "from=2024-12-30&to=2026-12-28";

/// Musterstadt with its partners; the letter of the Bahnpolizei ends on a day.
fn with_letter_until(last_day: &str) -> Installation {
    let town = musterstadt::installation();
    let partners = format!(
        r#"
[[organisation]]
id = "stadt"
name = "Stadt Musterstadt"
standing = "carrier"
contact = [{{ office = "Ordnungsamt", reach = "ordnungsamt@stadt.example" }}]

[[organisation]]
id = "polizei"
name = "Polizei Musterstadt"
standing = "carrier"

[[organisation]]
id = "bahnpolizei"
name = "Bahnpolizei"
standing = "partner"
letter = {{ signed = "2019-01-01", until = "{last_day}" }}

[[organisation]]
id = "zoll"
name = "Zoll"
standing = "associate"
letter = {{ signed = "2019-01-01" }}

[[body]]
id = "koordinationsebene"
name = "Koordinationsebene"
task = "Auswertung"
meets = "laufend"
members = ["stadt", "polizei"]
"#
    );
    town.write("lagebild.toml", format!("{}{partners}", musterstadt::CONFIG));
    town
}

fn signed_in(server: &Server, role: &str) -> Client {
    let body = format!("{{\"token\":\"demo-{role}\"}}");
    let answer = server
        .client()
        .send("POST", "/api/v1/session", Some(&body))
        .has_status(200);
    let cookie = answer.header("set-cookie").split(';').next().expect("a cookie");
    server.client().with("cookie", cookie)
}

fn look_as(client: &Client, organisation: &str) -> lagebild_tests::Answer {
    let body = format!("{{\"organisation\":{organisation}}}");
    client.send("POST", "/api/v1/session/preview", Some(&body))
}

#[test]
fn a_release_ends_with_its_receivers_letter() {
    for (last_day, is_released) in [("2020-12-31", false), ("2098-12-31", true)] {
        let town = with_letter_until(last_day);
        let token = town.token("analyst", "bahnpolizei");
        let server = Server::serve(&town);
        let bahnpolizei = server.as_bearer(&token);
        let answer = bahnpolizei.get(&format!("/api/v1/reports?{}", musterstadt::EVER));
        assert_eq!(answer.status, if is_released { 200 } else { 403 }, "{last_day}");
        let releases = server.as_bearer("demo-auditor").items("/api/v1/releases");
        let release = releases
            .iter()
            .find(|release| release["to"] == "bahnpolizei")
            .expect("the release");
        assert_eq!(release["in_force"], is_released);
        assert_eq!(release["until"], last_day);
        assert_eq!(release["from"], "2019-01-01");
        let partners = server.as_bearer("demo-analyst").items("/api/v1/partners");
        let names: Vec<&str> = partners
            .iter()
            .filter_map(|partner| partner["id"].as_str())
            .collect();
        assert_eq!(names, ["stadt", "polizei", "bahnpolizei", "zoll"]);
        assert_eq!(partners[2]["has_ended"], !is_released);
        assert_eq!(partners[0]["contacts"][0]["office"], "Ordnungsamt");
    }
}

#[test]
fn a_partner_is_told_of_itself_and_the_carriers() {
    let town = with_letter_until("2098-12-31");
    let token = town.token("partner", "bahnpolizei");
    let server = Server::serve(&town);
    let partner = server.as_bearer(&token);
    let ids: Vec<String> = partner
        .items("/api/v1/partners")
        .iter()
        .map(|partner| partner["id"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(ids, ["stadt", "polizei", "bahnpolizei"]);
    assert!(partner.items("/api/v1/bodies").is_empty());
    let releases = partner.items("/api/v1/releases");
    assert_eq!(releases.len(), 1);
    assert_eq!(releases[0]["id"], "polizei-an-bahnpolizei");
    let bodies = server.as_bearer("demo-analyst").items("/api/v1/bodies");
    assert_eq!(bodies[0]["members"], serde_json::json!(["stadt", "polizei"]));
    server
        .as_bearer("demo-analyst")
        .get("/api/v1/partners?standing=guest")
        .problem(400);
}

#[test]
fn an_organisation_that_nobody_knows_is_a_mistake_of_the_configuration() {
    let town = with_letter_until("2098-12-31");
    let config = town
        .read("lagebild.toml")
        .replace("id = \"bahnpolizei\"\nname", "id = \"bahn\"\nname");
    town.write("lagebild.toml", config);
    town.run(&["config", "check", "lagebild.toml"]).exits(2).says(&[
        "polizei-an-bahnpolizei",
        "bahnpolizei",
        "[[organisation]]",
    ]);
}

#[test]
fn the_management_sees_as_a_receiver_what_the_receiver_sees() {
    let town = publishing();
    let management = signed_in(&town.server, "management");
    let path = format!("/api/v1/lage?{WEEKS}");
    management.get(&path).problem(403);
    let me = look_as(&management, "\"bundespolizei\"").has_status(200).json();
    assert_eq!(
        (me["preview"].as_bool(), me["organisation"].as_str()),
        (Some(true), Some("bundespolizei"))
    );
    let partner = town.server.as_bearer("demo-partner");
    assert_eq!(management.json(&path), partner.json(&path));
    assert_eq!(
        management.json("/api/v1/publications"),
        partner.json("/api/v1/publications")
    );
    for closed in ["/api/v1/reports", "/api/v1/hotspots", "/api/v1/stream"] {
        management.get(closed).problem(403);
    }
    let auditor = town.server.as_bearer("demo-auditor");
    let seen = until("the preview in the log", SOON, || {
        let items = auditor.items("/api/v1/audit?action=saw&organisation=bundespolizei&text=Vorschau");
        items.into_iter().next()
    });
    assert_eq!(seen["name"], "Vorschau, Geschäftsführung");
    look_as(&management, "null").has_status(200);
    assert_eq!(
        management.json("/api/v1/me")["organisation"],
        "geschaeftsfuehrung"
    );
    management.get(&path).problem(403);
}

#[test]
fn nobody_else_sees_as_another() {
    let town = publishing();
    for role in ["analyst", "city", "press", "partner", "guest", "admin", "auditor"] {
        let session = signed_in(&town.server, role);
        look_as(&session, "\"bundespolizei\"").problem(403);
        assert_eq!(session.json("/api/v1/me")["preview"], false, "{role}");
    }
    // Without a session there is nothing to change.
    look_as(&town.server.as_bearer("demo-management"), "\"bundespolizei\"").problem(403);
    let management = signed_in(&town.server, "management");
    for organisation in ["\"stadt\"", "\"nirgends\"", "\"A B\"", "7"] {
        look_as(&management, organisation).problem(400);
    }
    town.server
        .client()
        .send("POST", "/api/v1/session/preview", Some("{}"))
        .problem(401);
}
