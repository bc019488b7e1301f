//! Briefings: by command and by order, with the same figures as the dashboard of their audience.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::time::Duration;

use calamine::{Data, Reader, Xlsx};
use lagebild_tests::musterstadt::{self, publishing, running};
use lagebild_tests::pdf::words_of;
use lagebild_tests::{Client, Installation, until};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_mins(1);

fn write(town: &Installation, kind: &str, period: &str, audience: &str, file: &str) -> Vec<u8> {
    let command = [
        "briefing",
        "--config",
        "lagebild.toml",
        "--kind",
        kind,
        "--period",
        period,
        "--audience",
        audience,
        "--out",
        file,
    ];
    town.run(&command).exits(0);
    std::fs::read(town.path(file)).expect("the briefing")
}

/// A sheet's rows below its head, until the first empty one.
fn rows(workbook: &[u8], sheet: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(workbook)).expect("a workbook");
    let range = book.worksheet_range(sheet).expect("the sheet");
    let text = |cell: &Data| match cell {
        Data::Float(number) => number.to_string(),
        other => other.to_string(),
    };
    let rows = range
        .rows()
        .skip(1)
        .map(|row| row.iter().map(text).collect::<Vec<_>>());
    rows.take_while(|row| !row[1].is_empty()).collect()
}

/// Names and counts of a sheet's first two columns.
fn counts(workbook: &[u8], sheet: &str) -> BTreeMap<String, u64> {
    let rows = rows(workbook, sheet).into_iter();
    rows.map(|row| (row[0].clone(), row[1].parse().expect("a whole number")))
        .filter(|(_, count)| *count > 0)
        .collect()
}

fn ordered(client: &Client, order: &Value) -> Value {
    let answer = client
        .send("POST", "/api/v1/briefings", Some(&order.to_string()))
        .has_status(202);
    let id = answer.json()["id"].as_str().expect("an id").to_owned();
    until("a briefing that is written", PATIENCE, || {
        let briefing = client.json(&format!("/api/v1/briefings/{id}"));
        matches!(briefing["status"].as_str(), Some("ready" | "refused")).then_some(briefing)
    })
}

fn file(client: &Client, briefing: &Value, form: &str) -> Vec<u8> {
    let id = briefing["id"].as_str().expect("an id");
    client
        .get(&format!("/api/v1/briefings/{id}/briefing.{form}"))
        .has_status(200)
        .body
}

/// The figures of `http_lage`, reckoned there by hand.
#[test]
fn the_week_of_musterstadt_in_every_form() {
    let town = musterstadt::installation();
    let pdf = words_of(&write(
        &town,
        "weekly",
        "2026-W41",
        "koordinationsebene",
        "woche.pdf",
    ));
    let page = String::from_utf8(write(
        &town,
        "weekly",
        "2026-W41",
        "koordinationsebene",
        "woche.html",
    ))
    .unwrap();
    let sentence = "In der Woche gab es 16 Meldungen, davon 7 Beschwerden, 7 Vorfälle und 2 Wahrnehmungen.";
    assert!(page.contains(sentence), "{page}");
    for words in [
        "16 Meldungen",
        "41. Woche 2026 (05.10.–11.10.2026)",
        "Revision 23",
        "Für: koordinationsebene",
    ] {
        assert!(pdf.contains(words), "{words} in {pdf}");
    }
    let book = write(&town, "weekly", "2026-W41", "koordinationsebene", "woche.xlsx");
    let by_area = counts(&book, "Meldungen nach Stadtbezirk");
    assert_eq!(
        by_area,
        [("West", 7), ("Ost", 8), ("ohne Stadtbezirk", 1)]
            .map(|(name, count)| (name.to_owned(), count))
            .into()
    );
    assert_eq!(
        rows(&book, "Quellen")
            .iter()
            .map(|row| (row[0].as_str(), row[2].as_str()))
            .collect::<Vec<_>>(),
        [("Mängel", "7"), ("Vorgänge", "7"), ("Wahrnehmung", "2")]
    );
}

#[test]
fn the_same_revision_gives_the_same_bytes() {
    let town = musterstadt::installation();
    for form in ["pdf", "html", "xlsx"] {
        let of = |name: &str| {
            write(
                &town,
                "weekly",
                "2026-W41",
                "koordinationsebene",
                &format!("{name}.{form}"),
            )
        };
        assert!(of("eins") == of("zwei"), "{form}");
    }
}

#[test]
fn what_a_briefing_cannot_be_is_said_with_the_remedy() {
    let town = musterstadt::installation();
    let refused = |words: &[&str], says: &[&str]| {
        let command = [&["briefing", "--config", "lagebild.toml"], words].concat();
        town.run(&command).exits(2).says(says);
    };
    let weekly = ["--kind", "weekly", "--audience", "koordinationsebene"];
    refused(
        &[&weekly[..], &["--period", "2026-W41", "--out", "woche.doc"]].concat(),
        &[".pdf, .html and .xlsx"],
    );
    refused(
        &[&weekly[..], &["--period", "2026-10", "--out", "w.pdf"]].concat(),
        &["a week such as 2026-W46"],
    );
    refused(
        &[&weekly[..], &["--period", "gestern", "--out", "w.pdf"]].concat(),
        &["2026-W46"],
    );
    refused(
        &[&weekly[..], &["--period", "2027-W01", "--out", "w.pdf"]].concat(),
        &["the newest are of"],
    );
    refused(
        &[
            "--kind",
            "weekly",
            "--audience",
            "niemand",
            "--period",
            "2026-W41",
            "--out",
            "w.pdf",
        ],
        &["nothing has been released"],
    );
}

/// Day, week, month, half-year: the workbook's counts are those of the dashboard for the same days.
#[test]
fn figures_equal_the_dashboards_for_the_same_days() {
    let town = running();
    let analyst = town.analyst();
    let labels: BTreeMap<String, String> = analyst.json("/api/v1/taxonomy")["themes"]
        .as_array()
        .expect("themes")
        .iter()
        .map(|theme| {
            (
                theme["id"].as_str().unwrap().to_owned(),
                theme["label"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    for (kind, period, from, to) in [
        ("daily", "2026-10-05", "2026-10-05", "2026-10-06"),
        ("daily", "2026-10-10", "2026-10-10", "2026-10-11"),
        ("weekly", "2026-W40", "2026-09-28", "2026-10-05"),
        ("weekly", "2026-W41", "2026-10-05", "2026-10-12"),
        ("weekly", "2026-W42", "2026-10-12", "2026-10-19"),
        ("monthly", "2026-09", "2026-09-01", "2026-10-01"),
        ("monthly", "2026-10", "2026-10-01", "2026-11-01"),
        ("monthly", "2026-H2", "2026-07-01", "2027-01-01"),
    ] {
        let briefing = ordered(
            &analyst,
            &json!({"kind": kind, "period": period, "audience": "koordinationsebene"}),
        );
        assert_eq!(briefing["status"], "ready", "{briefing}");
        let book = file(&analyst, &briefing, "xlsx");
        let lage = analyst.json(&format!("/api/v1/lage?from={from}&to={to}"));
        let told = |list: &str, name: &dyn Fn(&Value) -> String| -> BTreeMap<String, u64> {
            let items = lage[list].as_array().expect("a list").iter();
            items
                .map(|item| (name(item), item["count"].as_u64().unwrap()))
                .collect()
        };
        let areas = told("by_area", &|item| item["name"].as_str().unwrap().to_owned());
        assert_eq!(counts(&book, "Meldungen nach Stadtbezirk"), areas, "{period}");
        let themes = told("by_theme", &|item| {
            labels[item["theme"].as_str().unwrap()].clone()
        });
        let themes: BTreeMap<String, u64> = themes.into_iter().collect();
        if kind != "daily" {
            assert_eq!(counts(&book, "Meldungen nach Thema"), themes, "{period}");
        }
        let page = String::from_utf8(file(&analyst, &briefing, "html")).unwrap();
        assert!(
            page.contains(&format!("gab es {} Meldungen", lage["total"])),
            "{period}"
        );
    }
}

/// What is published to the Bundespolizei, worked out by hand in `http_publications`: 15 reports, 8 of them in Ost.
#[test]
fn a_viewer_of_counts_gets_what_is_published_and_no_more() {
    let town = publishing();
    let partner = town.server.as_bearer("demo-partner");
    let briefing = ordered(
        &partner,
        &json!({"kind": "weekly", "period": "2026-W41", "audience": "bundespolizei"}),
    );
    assert_eq!(briefing["status"], "ready", "{briefing}");
    let page = String::from_utf8(file(&partner, &briefing, "html")).unwrap();
    assert!(page.contains("15 Meldungen veröffentlicht"), "{page}");
    let book = file(&partner, &briefing, "xlsx");
    assert_eq!(
        counts(&book, "Meldungen nach Stadtbezirk"),
        [("Ost".to_owned(), 8)].into()
    );
    for hidden in ["Mängel", "Vorgänge", "Hotspots</h2>", "Revision"] {
        assert!(!page.contains(hidden), "{hidden}");
    }
    let daily = json!({"kind": "daily", "period": "2026-10-05", "audience": "bundespolizei"});
    let refused = ordered(&partner, &daily);
    assert_eq!(refused["status"], "refused");
    assert!(refused["problem"].as_str().unwrap().contains("published weeks"));
}

#[test]
fn a_briefing_is_for_its_audience() {
    let town = publishing();
    let order = json!({"kind": "weekly", "period": "2026-W41", "audience": "koordinationsebene"});
    let briefing = ordered(&town.analyst(), &order);
    let address = format!("/api/v1/briefings/{}", briefing["id"].as_str().unwrap());
    for stranger in [town.server.as_bearer("demo-partner"), town.city(), town.police()] {
        stranger.get(&address).problem(403);
        stranger.get(&format!("{address}/briefing.pdf")).problem(403);
        stranger
            .send("POST", "/api/v1/briefings", Some(&order.to_string()))
            .problem(403);
        let seen = stranger.items("/api/v1/briefings");
        assert!(seen.iter().all(|seen| seen["id"] != briefing["id"]));
    }
    // The joint staff sees every record: what is published to others tells it nothing new.
    let for_partner = json!({"kind": "weekly", "period": "2026-W41", "audience": "bundespolizei"});
    assert_eq!(ordered(&town.analyst(), &for_partner)["status"], "ready");
    town.server
        .as_bearer("demo-admin")
        .get("/api/v1/briefings")
        .problem(403);
}

#[test]
fn an_issued_briefing_stays_as_it_was_and_an_unknown_file_is_404() {
    let town = running();
    let analyst = town.analyst();
    let briefing = ordered(
        &analyst,
        &json!({"kind": "weekly", "period": "2026-W41", "audience": "koordinationsebene"}),
    );
    let id = briefing["id"].as_str().unwrap();
    let address = format!("/api/v1/briefings/{id}/briefing.pdf");
    let first = analyst.get(&address).has_status(200);
    assert_eq!(first.header("content-type"), "application/pdf");
    assert_eq!(first.header("etag").len(), 66, "a BLAKE3 hash in quotes");
    assert_eq!(first.body, analyst.get(&address).body);
    analyst
        .get(&format!("/api/v1/briefings/{id}/briefing.docx"))
        .problem(404);
    analyst.get("/api/v1/briefings/b-0/briefing.pdf").problem(404);
    analyst.get("/api/v1/briefings/b-0").problem(404);
}

#[test]
fn a_bad_order_is_400_with_its_reason() {
    let town = running();
    let analyst = town.analyst();
    for (order, parameter) in [
        (
            json!({"kind": "weekly", "audience": "koordinationsebene", "period": "2026-10"}),
            Some("period"),
        ),
        (
            json!({"kind": "dossier", "audience": "koordinationsebene"}),
            Some("subject"),
        ),
        (
            json!({"kind": "dossier", "audience": "koordinationsebene", "subject": "hs-999"}),
            Some("subject"),
        ),
        (
            json!({"kind": "weekly", "audience": "koordinationsebene", "subject": "hs-1"}),
            Some("subject"),
        ),
        (json!({"kind": "hourly", "audience": "koordinationsebene"}), None),
        (json!({"kind": "weekly"}), None),
        (
            json!({"kind": "weekly", "audience": "koordinationsebene", "viewer": "x"}),
            None,
        ),
        (json!([]), None),
    ] {
        let problem = analyst
            .send("POST", "/api/v1/briefings", Some(&order.to_string()))
            .problem(400);
        assert_eq!(problem["parameter"].as_str(), parameter, "{order}");
    }
}
