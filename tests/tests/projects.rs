//! Projects: who proposes, decides, sees and works on them, by the built binary.

use lagebild_tests::musterstadt;
use lagebild_tests::{Client, Installation, Server};
use serde_json::{Value, json};

/// Musterstadt with the bodies of the default way, a partner and a guest.
fn town() -> Installation {
    let town = musterstadt::installation();
    let organisations = [
        ("stadt", "carrier"),
        ("polizei", "carrier"),
        ("bundespolizei", "partner"),
        ("gast", "guest"),
    ]
    .map(|(id, standing)| {
        let letter = if standing == "carrier" {
            ""
        } else {
            "letter = { signed = \"2019-01-01\" }\n"
        };
        format!("\n[[organisation]]\nid = \"{id}\"\nname = \"{id}\"\nstanding = \"{standing}\"\n{letter}")
    });
    let bodies = [
        "koordinationsebene",
        "geschaeftsfuehrung",
        "lenkungsgruppe",
        "pressestellen",
        "bahnpolizei",
        "zoll",
    ]
    .map(|id| {
        format!(
            "\n[[body]]\nid = \"{id}\"\nname = \"{id}\"\ntask = \"t\"\nmeets = \"m\"\nmembers = [\"stadt\"]\n"
        )
    });
    let partners = organisations.concat() + &bodies.concat();
    town.write("lagebild.toml", format!("{}{partners}", musterstadt::CONFIG));
    town
}

fn plan() -> Value {
    json!({
        "title": "Westplatz am Abend",
        "reason": "Müll und Lärm seit dem Sommer",
        "theme": "laerm",
        "lead": "stadt",
        "partners": ["polizei"],
        "area": {"circle": {"center": {"lat": 51.64, "lng": 7.73}, "radius_m": 200}},
        "goals": [{"text": "weniger Lärm", "indicator": "Beschwerden je Woche"}],
    })
}

fn send(client: &Client, method: &str, path: &str, body: &Value, status: u16) -> Value {
    let answer = client.send(method, path, Some(&body.to_string()));
    assert_eq!(answer.status, status, "{method} {path} {body}: {}", answer.text());
    answer.json()
}

fn step(client: &Client, project: &str, body: &Value, status: u16) -> Value {
    send(
        client,
        "POST",
        &format!("/api/v1/projects/{project}/steps"),
        body,
        status,
    )
}

#[test]
fn a_project_goes_from_proposal_to_work_and_each_change_is_audited() {
    let town = town();
    let server = Server::serve(&town);
    let [city, police, coordination, management, steering] =
        ["city", "police", "analyst", "management", "steering"]
            .map(|role| server.as_bearer(&format!("demo-{role}")));
    let proposed = send(&city, "POST", "/api/v1/projects", &plan(), 201);
    let id = proposed["id"].as_str().expect("an id").to_owned();
    assert_eq!(proposed["status"], "proposed");
    assert_eq!(proposed["geometry"]["type"], "Polygon");
    assert_eq!(proposed["path"][2]["consent"], json!(["stadt", "polizei"]));
    let address = format!("/api/v1/projects/{id}");

    // The police change it, too; the Lenkungsgruppe sees it only when the first body has passed it on.
    let mut changed = plan();
    changed["title"] = json!("Westplatz");
    assert_eq!(
        send(&police, "PUT", &address, &changed, 200)["title"],
        "Westplatz"
    );
    steering.get(&address).problem(403);
    assert!(steering.items("/api/v1/projects").is_empty());

    step(&city, &id, &json!({"action": "agree"}), 403);
    step(
        &coordination,
        &id,
        &json!({"action": "send_back", "text": "x"}),
        409,
    );
    step(&coordination, &id, &json!({"action": "agree"}), 200);
    send(&city, "PUT", &address, &plan(), 409);
    assert_eq!(steering.json(&address)["status"], "in_decision");
    step(&management, &id, &json!({"action": "agree"}), 200);
    step(&steering, &id, &json!({"action": "agree"}), 400);
    step(&steering, &id, &json!({"action": "agree", "side": "stadt"}), 200);
    step(&steering, &id, &json!({"action": "agree", "side": "stadt"}), 409);
    let decided = step(
        &management,
        &id,
        &json!({"action": "agree", "side": "polizei"}),
        200,
    );
    assert_eq!(decided["status"], "decided");
    assert_eq!(decided["steps"][3]["side"], "polizei");
    assert_eq!(decided["steps"][3]["organisation"], "geschaeftsfuehrung");
    let running = step(&city, &id, &json!({"action": "start"}), 200);
    assert_eq!(
        running["possible_steps"],
        json!([{"action": "finish", "side": null, "side_label": null}])
    );

    let measure = json!({
        "kind": "joint_patrol", "title": "Streifen am Abend", "from": "2026-10-05", "to": "2026-10-18",
        "area": {"circle": {"center": {"lat": 51.64, "lng": 7.73}, "radius_m": 200}},
    });
    let entered = send(&police, "POST", &format!("{address}/measures"), &measure, 200);
    assert_eq!(entered["measures"][0]["label"], "Gemeinsame Streife");
    assert_eq!(city.items("/api/v1/measures")[0]["project"], id);
    let noted = send(
        &city,
        "POST",
        &format!("{address}/notes"),
        &json!({"text": " Zwei Streifen, ruhig. "}),
        200,
    );
    assert_eq!(noted["notes"][0]["text"], "Zwei Streifen, ruhig.");

    drop(server);
    let server = Server::serve(&town);
    let kept = server.as_bearer("demo-city").json(&address);
    assert_eq!(kept["steps"].as_array().map(Vec::len), Some(5));
    assert_eq!(kept["measures"], noted["measures"]);
    let audit = server
        .as_bearer("demo-auditor")
        .items("/api/v1/audit?action=changed&limit=1000");
    let told = |what: &str| {
        audit
            .iter()
            .filter(|entry| entry["what"].as_str() == Some(what))
            .count()
    };
    assert_eq!(told("/api/v1/projects"), 1);
    assert_eq!(told(&address), 1);
    assert_eq!(told(&format!("{address}/steps")), 5);
    assert_eq!(told(&format!("{address}/measures")), 1);
    assert_eq!(told(&format!("{address}/notes")), 1);
}

#[test]
fn partners_see_what_they_take_part_in_and_guests_nothing() {
    let town = town();
    let partner_token = town.token("partner", "bundespolizei");
    let server = Server::serve(&town);
    let city = server.as_bearer("demo-city");
    let partner = server.as_bearer(&partner_token);
    let without = send(&city, "POST", "/api/v1/projects", &plan(), 201);
    let mut with = plan();
    with["partners"] = json!(["polizei", "bundespolizei"]);
    let with = send(&city, "POST", "/api/v1/projects", &with, 201);
    let seen = partner.items("/api/v1/projects");
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0]["id"], with["id"]);
    assert_eq!(seen[0]["can_change"], false);
    let address = |project: &Value| format!("/api/v1/projects/{}", project["id"].as_str().expect("an id"));
    partner.get(&address(&without)).problem(403);
    send(
        &partner,
        "POST",
        &format!("{}/notes", address(&with)),
        &json!({"text": "Bahnsteig geprüft"}),
        200,
    );
    send(&partner, "POST", "/api/v1/projects", &plan(), 403);
    send(&partner, "PUT", &address(&with), &plan(), 403);
    for role in ["guest", "press", "admin", "auditor"] {
        let other = server.as_bearer(&format!("demo-{role}"));
        other.get("/api/v1/projects").problem(403);
        other.get(&address(&with)).problem(403);
        other.get("/api/v1/measures").problem(403);
        send(&other, "POST", "/api/v1/projects", &plan(), 403);
    }
    send(&server.client(), "POST", "/api/v1/projects", &plan(), 401);
}

#[test]
fn what_is_no_project_is_refused_with_what_would_do() {
    let server = Server::serve(&town());
    let city = server.as_bearer("demo-city");
    let with = |name: &str, value: Value| {
        let mut changed = plan();
        changed[name] = value;
        changed
    };
    for (body, says) in [
        (with("theme", json!("nichts")), "taxonomy"),
        (with("lead", json!("niemand")), "niemand"),
        (with("title", json!("")), "`title`"),
        (with("from", json!("2026-02-30")), "circle"),
        (with("to_do", json!(1)), "unknown field"),
        (with("hotspot", json!("hs-none")), "`hotspot`"),
        (
            with(
                "area",
                json!({"circle": {"center": {"lat": 51.6, "lng": 7.7}, "radius_m": 1}}),
            ),
            "20 and 5000",
        ),
    ] {
        let problem = send(&city, "POST", "/api/v1/projects", &body, 400);
        let detail = problem["detail"].as_str().expect("a detail");
        assert!(detail.contains(says), "{body}: {detail}");
    }
    city.get("/api/v1/projects/p-none").problem(404);
    city.get("/api/v1/projects?status=gone").problem(400);
    step(&city, "p-none", &json!({"action": "agree"}), 404);
    step(&city, "p-none", &json!({"action": "vote"}), 400);
}

#[test]
fn another_citys_bodies_decide_by_configuration() {
    let town = town();
    let config = town.read("lagebild.toml");
    town.write(
        "lagebild.toml",
        format!("{config}\n[projects]\npath = [{{ body = \"geschaeftsfuehrung\" }}]\n"),
    );
    let server = Server::serve(&town);
    let proposed = send(
        &server.as_bearer("demo-city"),
        "POST",
        "/api/v1/projects",
        &plan(),
        201,
    );
    let id = proposed["id"].as_str().expect("an id");
    let management = server.as_bearer("demo-management");
    let decided = step(&management, id, &json!({"action": "agree"}), 200);
    assert_eq!(decided["status"], "decided");

    town.write(
        "lagebild.toml",
        format!("{config}\n[projects]\npath = [{{ body = \"rat\" }}]\n"),
    );
    town.run(&["config", "check", "lagebild.toml"])
        .exits(2)
        .says(&["[projects] `path` names \"rat\""]);
}

/// Counts of the picture in the measure's days and theme, within a circle about the Stadthafen, by the list of reports.
fn counted_by_hand(client: &Client, from: &str, to: &str) -> usize {
    let (lat, lng, radius_m) = (51.678_20_f64, 7.789_50_f64, 300.0);
    let reports = client.items(&format!(
        "/api/v1/reports?theme=laerm&from={from}&to={to}&bbox=7.78,51.67,7.80,51.69&limit=1000"
    ));
    let inside = |report: &&Value| {
        let at = |axis: usize| {
            report["geometry"]["coordinates"][axis]
                .as_f64()
                .expect("a coordinate")
        };
        let x = (at(0) - lng) * 111_195.08 * lat.to_radians().cos();
        let y = (at(1) - lat) * 111_195.08;
        x.hypot(y) <= radius_m
    };
    reports.iter().filter(inside).count()
}

#[test]
fn the_demos_measure_is_found_to_have_had_its_planted_effect() {
    let folder = tempfile::tempdir().expect("a folder for the demo");
    let fixed = [
        "--no-live",
        "--end",
        "2026-11-01",
        "--events",
        "20000",
        "--seed",
        "3",
    ];
    let server = Server::demo(folder.path(), &fixed);
    let analyst = server.as_bearer("demo-analyst");
    let projects = analyst.items("/api/v1/projects");
    let statuses: Vec<&str> = projects
        .iter()
        .filter_map(|project| project["status"].as_str())
        .collect();
    assert_eq!(statuses, ["proposed", "running"]);
    for project in &projects {
        assert!(
            project["reason"]
                .as_str()
                .is_some_and(|reason| reason.contains("Erfundenes"))
        );
    }
    let measure = &projects[1]["measures"][0];
    let id = measure["id"].as_str().expect("an id");
    let path = format!("/api/v1/measures/{id}/evaluation");
    let evaluation = analyst.json(&path);
    assert_eq!(evaluation["carries"], true, "{}", evaluation["verdict"]);
    // 27 disturbances at night were planted there, and end when the measure begins.
    let count = |place: &str, when: &str| evaluation[place][when].as_u64().expect("a count");
    assert!(count("treated", "before") >= 25);
    assert!(count("treated", "after") <= 8);
    for (span, when) in [("before", "before"), ("after", "after")] {
        let day = |name: &str| evaluation[span][name].as_str().expect("a day").to_owned();
        let behind: jiff::civil::Date = day("last").parse().expect("a day");
        let behind = behind.tomorrow().expect("a day").to_string();
        let listed = counted_by_hand(&analyst, &day("first"), &behind);
        assert_eq!(u64::try_from(listed).ok(), Some(count("treated", when)), "{span}");
    }
    let high = evaluation["wdd"]["local"]["high"].as_f64().expect("a bound");
    assert!(high < 0.0, "{evaluation}");
    assert!(
        evaluation["verdict"]
            .as_str()
            .is_some_and(|verdict| verdict.contains("weniger"))
    );

    let controls = evaluation["controls"].as_array().expect("places");
    assert_eq!(controls.len(), 5);
    let named: Vec<&str> = controls[..4]
        .iter()
        .filter_map(|control| control["h3"].as_str())
        .collect();
    let fewer = analyst.json(&format!("{path}?control={}", named.join(",")));
    assert_eq!(fewer["controls"], json!(controls[..4]));
    for (query, parameter) in [
        ("control=nonsense", "control"),
        ("ring_m=5", "ring_m"),
        ("from=2026-01-01", "from"),
        ("theme=nichts", "theme"),
        ("colour=red", "colour"),
    ] {
        let problem = analyst.get(&format!("{path}?{query}")).problem(400);
        assert_eq!(problem["parameter"], parameter);
    }
    // No figures for those who see no records, whatever they take part in.
    for role in ["management", "steering", "partner", "guest"] {
        server.as_bearer(&format!("demo-{role}")).get(&path).problem(403);
    }
    analyst.get("/api/v1/measures/m-none/evaluation").problem(404);
}
