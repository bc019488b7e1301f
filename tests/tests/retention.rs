//! Deadlines and erasure: what is deleted is gone everywhere.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use lagebild_tests::{Client, Installation, Server, database, musterstadt, until};

/// Longest wait until the server has followed.
const SOON: Duration = Duration::from_secs(20);
/// More than all the data.
const EVER: &str = "from=2000-01-01&to=2100-01-01";
/// At P1.
const TILE: &str = "/tiles/reports/14/8543/5438?from=2000-01-01&to=2100-01-01";

/// Musterstadt without reports, where complaints are kept for 30 days.
fn town() -> Installation {
    let town = musterstadt::empty();
    let config = town
        .read("lagebild.toml")
        .replacen("retention_days = 1000", "retention_days = 30", 1);
    town.write("lagebild.toml", config);
    town
}

/// A complaint of so many days ago at P1.
fn row(id: &str, days_ago: i64, what: &str) -> String {
    let at = Timestamp::now() - SignedDuration::from_hours(24 * days_ago);
    format!(
        "{id};{};{what};offen;7.730;51.640;Westplatz;Säcke\n",
        at.strftime("%Y-%m-%d %H:%M")
    )
}

fn feed(town: &Installation, rows: &[String]) {
    let text = format!("Nr;Zeit;Art;Stand;Lon;Lat;Ort;Text\n{}", rows.concat());
    town.feed("maengel", "neu.csv", text).exits(0);
}

fn ids(client: &Client) -> Vec<u64> {
    let items = client.items(&format!("/api/v1/reports?{EVER}"));
    items.iter().filter_map(|item| item["id"].as_u64()).collect()
}

/// Waits until list and figures of the server's picture hold so many.
fn shows(client: &Client, count: usize) {
    until("the picture", SOON, || {
        let total = client.json(&format!("/api/v1/lage?{EVER}"))["total"].as_u64();
        (total == Some(count as u64) && ids(client).len() == count).then_some(())
    });
}

fn retention(town: &Installation, more: &[&str]) -> lagebild_tests::Finished {
    town.run(&[&["retention"], more, &["--config", "lagebild.toml"]].concat())
}

#[test]
fn what_has_reached_its_deadline_is_gone_from_list_tile_figures_and_database() {
    let town = town();
    feed(
        &town,
        &[row("A", 40, "Müll"), row("B", 20, "Müll"), row("C", 20, "Unfug")],
    );
    // A second version of A: versions go with their report.
    feed(&town, &[row("A", 41, "Graffiti")]);
    let count = |table: &str| database::number(&town.database(), &format!("SELECT COUNT(*) FROM {table}"));
    assert_eq!(
        (count("report"), count("report_version"), count("quarantine")),
        (2, 1, 1)
    );
    let server = Server::serve(&town);
    let city = server.as_bearer("demo-city");
    shows(&city, 2);
    let before = ids(&city);

    let done = retention(&town, &["run"]).exits(0);
    assert_eq!(done.stdout.trim(), "reports=1 quarantined=0");
    shows(&city, 1);
    let gone = before
        .iter()
        .find(|id| !ids(&city).contains(id))
        .expect("one is gone");
    city.get(&format!("/api/v1/reports/{gone}")).problem(404);
    assert_eq!(city.json(&format!("/api/v1/lage?{EVER}"))["total"], 1);
    let tile = lagebild_tests::Tile::decode(&city.get(TILE).has_status(200).body);
    assert_eq!(tile.features.len(), 1);
    assert_eq!(
        (count("report"), count("report_version"), count("removal")),
        (1, 0, 1)
    );
    let reasons = database::texts(&town.database(), "SELECT source || ' ' || reason FROM removal");
    assert_eq!(reasons, ["maengel deadline"]);
    // Nothing is left to do, and a server that starts now does not know it either.
    assert_eq!(
        retention(&town, &["run"]).exits(0).stdout.trim(),
        "reports=0 quarantined=0"
    );
    drop(server);
    shows(&Server::serve(&town).as_bearer("demo-city"), 1);
}

#[test]
fn the_quarantine_has_the_same_deadline() {
    let town = town();
    feed(&town, &[row("C", 20, "Unfug")]);
    let thirty_one_days_ago = (Timestamp::now() - SignedDuration::from_hours(24 * 31)).as_microsecond();
    let age = format!("UPDATE quarantine SET received_at = {thirty_one_days_ago}");
    assert_eq!(
        retention(&town, &["run"]).exits(0).stdout.trim(),
        "reports=0 quarantined=0"
    );
    database::write(&town.database(), &age);
    assert_eq!(
        retention(&town, &["run"]).exits(0).stdout.trim(),
        "reports=0 quarantined=1"
    );
}

#[test]
fn an_owner_has_one_report_erased_by_its_own_id() {
    let town = town();
    feed(&town, &[row("A", 3, "Müll"), row("B", 2, "Müll")]);
    let server = Server::serve(&town);
    let city = server.as_bearer("demo-city");
    shows(&city, 2);
    let erase = |id: &str| retention(&town, &["erase", "--source", "maengel", "--external-id", id]);
    assert_eq!(erase("A").exits(0).stdout.trim(), "erased=1");
    shows(&city, 1);
    erase("A").exits(1).says(&["no report with this id"]);
    let reasons = database::texts(&town.database(), "SELECT reason FROM removal");
    assert_eq!(reasons, ["erasure"]);
    // A new report may get the number of the one that is gone; it is another one.
    feed(&town, &[row("D", 1, "Müll")]);
    shows(&city, 2);
    drop(server);
    shows(&Server::serve(&town).as_bearer("demo-city"), 2);
}

#[test]
fn what_is_held_is_not_deleted_and_whoever_erases_is_told_whom_to_tell() {
    let town = town();
    let config = town.read("lagebild.toml");
    let hold = "[[retention.hold]]\nsource = \"maengel\"\nuntil = \"2098-12-31\"\nreason = \"Beweissicherung\"\nordered_by = \"Rechtsamt\"\n";
    town.write("lagebild.toml", format!("{config}\n{hold}"));
    feed(&town, &[row("A", 40, "Müll"), row("B", 2, "Müll")]);
    let told = ["maengel", "2098-12-31", "Beweissicherung", "Rechtsamt"];
    let run = retention(&town, &["run"]).exits(0).says(&told);
    assert_eq!(run.stdout.trim(), "reports=0 quarantined=0");
    let erase = [
        "erase",
        "--source",
        "maengel",
        "--external-id",
        "B",
        "--reason",
        "Art. 17 DSGVO",
    ];
    retention(&town, &erase).exits(1).says(&told);

    town.write("lagebild.toml", config);
    retention(&town, &erase)
        .exits(0)
        .says(&["tell those", "koordinationsebene"]);
    assert_eq!(
        retention(&town, &["run"]).exits(0).stdout.trim(),
        "reports=1 quarantined=0"
    );
    let log = database::texts(
        &town.database(),
        "SELECT what || ': ' || words FROM audit WHERE what LIKE 'lagebild retention%' ORDER BY number",
    );
    assert_eq!(
        log,
        [
            "lagebild retention run: reports=0 quarantined=0",
            "lagebild retention erase: source=maengel&reason=Art. 17 DSGVO&receivers=koordinationsebene",
            "lagebild retention run: reports=1 quarantined=0",
        ]
    );
    town.run(&["audit", "verify", "--config", "lagebild.toml"])
        .exits(0);
}
