//! The table of `docs/rights.md`: what each of the demo's roles gets from each surface, in Musterstadt.

use std::fmt::Write as _;

use lagebild_tests::musterstadt::publishing;
use lagebild_tests::{Client, workspace};

/// Whole weeks around all the data.
const EVER: &str = "from=2024-12-30&to=2026-12-28";

const ROLES: [&str; 10] = [
    "analyst",
    "city",
    "police",
    "management",
    "steering",
    "press",
    "partner",
    "guest",
    "admin",
    "auditor",
];

/// What somebody gets of a surface, in few letters: the number that is counted there, `yes`, or `–` for 403.
fn got(client: &Client, path: &str, counted: Option<&str>) -> String {
    let answer = client.get(path);
    match (answer.status, counted) {
        (200, Some(member)) => {
            let body = answer.json();
            let of_list = body[member].as_array().map(|items| items.len().to_string());
            of_list.unwrap_or_else(|| body[member].to_string())
        }
        (200 | 204, None) => "yes".to_owned(),
        (403, _) => {
            answer.problem(403);
            "–".to_owned()
        }
        (status, _) => panic!("{path}: {status}"),
    }
}

/// By hand from the table of Musterstadt: 23 reports, of them the city's 15 (M, W) and the police's 8 (V). To the
/// Bundespolizei counts are published: 15 of the week that holds enough. Of five releases each role sees those that its
/// organisation gives or receives; who coordinates, keeps or checks sees all.
#[test]
fn every_role_gets_of_every_surface_what_the_table_says() {
    let town = publishing();
    let id_of = |client: &Client| {
        let reports = client.items(&format!("/api/v1/reports?{EVER}"));
        reports[0]["id"].as_u64().expect("an id")
    };
    let (of_city, of_police) = (id_of(&town.city()), id_of(&town.police()));
    let surfaces = [
        ("figures", format!("/api/v1/lage?{EVER}"), Some("total")),
        ("list", format!("/api/v1/reports?{EVER}"), Some("items")),
        ("report of the city", format!("/api/v1/reports/{of_city}"), None),
        (
            "report of the police",
            format!("/api/v1/reports/{of_police}"),
            None,
        ),
        ("cells", format!("/api/v1/cells?{EVER}"), None),
        ("tile of cells", format!("/tiles/cells/12/2137/1359?{EVER}"), None),
        (
            "tile of reports",
            format!("/tiles/reports/14/8543/5438?{EVER}"),
            None,
        ),
        ("hotspots", "/api/v1/hotspots".to_owned(), None),
        ("notices", "/api/v1/data-notices".to_owned(), None),
        ("publications", "/api/v1/publications".to_owned(), None),
        ("releases", "/api/v1/releases".to_owned(), Some("items")),
        ("audit log", "/api/v1/audit".to_owned(), None),
        ("alerts", "/api/v1/alerts".to_owned(), None),
        ("deliveries", "/api/v1/deliveries".to_owned(), None),
        ("CAP", "/cap/alerts.atom".to_owned(), None),
        (
            "briefings for",
            "/api/v1/briefing-audiences".to_owned(),
            Some("items"),
        ),
        ("projects", "/api/v1/projects".to_owned(), Some("items")),
    ];
    let mut table = String::from("| role |");
    for (name, ..) in &surfaces {
        write!(table, " {name} |").expect("a text takes letters");
    }
    table.push_str(" stream |\n|---|");
    table.push_str(&"---|".repeat(surfaces.len() + 1));
    table.push('\n');
    for role in ROLES {
        let client = town.server.as_bearer(&format!("demo-{role}"));
        write!(table, "| `demo-{role}` |").expect("a text takes letters");
        for (_, path, counted) in &surfaces {
            write!(table, " {} |", got(&client, path, *counted)).expect("a text takes letters");
        }
        let stream = match client.open("/api/v1/stream").status().as_u16() {
            200 => "open",
            403 => "–",
            status => panic!("demo-{role}, stream: {status}"),
        };
        writeln!(table, " {stream} |").expect("a text takes letters");
    }
    println!("{table}");
    let document = std::fs::read_to_string(workspace().join("docs/rights.md")).expect("the document");
    assert!(
        document.contains(&table),
        "docs/rights.md says otherwise than\n{table}"
    );
}
