//! The picture's file saves time and changes nothing: damaged, foreign or of another history, it is left alone.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use std::time::Duration;

use lagebild_tests::{Installation, Server, database, musterstadt, until};
use serde_json::Value;

const FILE: &str = "lagebild.picture";
const GOES_ON: &str = "the picture goes on from its file";
const REBUILT: &str = "the picture is rebuilt";

/// Runs a server on the town to its end; gives what all reports are counted as, and the log.
fn served(town: &Installation) -> (Value, String) {
    let server = Server::serve(town);
    let analyst = server.as_bearer("demo-analyst");
    let mut lage = analyst.json("/api/v1/lage?from=2025-01-01&to=2027-01-01");
    let cells = analyst.json("/api/v1/cells?resolution=9&from=2025-01-01&to=2027-01-01");
    lage["cells"] = cells["items"].clone();
    let log = server.log();
    drop(server);
    (lage, log)
}

/// One report more.
fn report(town: &Installation, id: &str) {
    let row = format!(
        "Nr;Zeit;Art;Stand;Lon;Lat;Ort;Text\n{id};2026-10-05 08:30;Müll;offen;7.730;51.640;Westplatz;\n"
    );
    assert_eq!(
        town.feed("maengel", "more.csv", row).exits(0).counts().accepted,
        1
    );
}

#[test]
fn a_second_start_goes_on_from_the_file_and_says_the_same() {
    let town = musterstadt::installation();
    let (first, log) = served(&town);
    assert!(!log.contains(GOES_ON) && !log.contains(REBUILT), "{log}");
    let file = town.path(FILE);
    let mode = fs::metadata(&file)
        .expect("a stopped server leaves the file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let (second, log) = served(&town);
    assert!(log.contains(GOES_ON), "{log}");
    assert_eq!(first, second);
}

#[test]
fn a_report_that_came_while_the_server_was_down_is_there() {
    let town = musterstadt::installation();
    let (before, _) = served(&town);
    report(&town, "N1");
    let (after, log) = served(&town);
    assert!(log.contains(GOES_ON), "{log}");
    assert_eq!(
        after["total"].as_u64(),
        before["total"].as_u64().map(|total| total + 1)
    );
}

#[test]
fn a_damaged_file_is_rebuilt_and_so_is_one_whose_writing_was_interrupted() {
    let town = musterstadt::installation();
    let (whole, _) = served(&town);
    let file = town.path(FILE);
    let bytes = fs::read(&file).expect("the file");
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    for damaged in [
        flipped,
        bytes[..bytes.len() / 2].to_vec(),
        b"something else".to_vec(),
        Vec::new(),
    ] {
        fs::write(&file, &damaged).expect("the folder can be written to");
        // What `kill -9` leaves behind in the middle of writing.
        fs::write(file.with_extension("picture.new"), &damaged).expect("the folder can be written to");
        let (again, log) = served(&town);
        assert!(log.contains(REBUILT), "{log}");
        assert_eq!(again, whole);
        let (once_more, log) = served(&town);
        assert!(log.contains(GOES_ON), "{log}");
        assert_eq!(once_more, whole);
    }
}

/// The file is of a history that the restored database does not have, whether its revision lies behind or ahead.
#[test]
fn a_file_that_is_newer_than_a_restored_backup_is_rebuilt() {
    for reports_since in [0, 5] {
        let town = musterstadt::installation();
        let (restored, _) = served(&town);
        // Nobody has it open; what is not yet in the file itself lies in the log beside it.
        let backup = ["lagebild.db", "lagebild.db-wal"].map(|name| (name, fs::read(town.path(name)).ok()));
        report(&town, "LOST");
        served(&town);
        fs::remove_file(town.path("lagebild.db-shm")).ok();
        for (name, bytes) in backup {
            fs::remove_file(town.path(name)).ok();
            if let Some(bytes) = bytes {
                town.write(name, bytes);
            }
        }
        for number in 0..reports_since {
            report(&town, &format!("N{number}"));
        }
        let (again, log) = served(&town);
        assert!(log.contains(REBUILT) && log.contains("history"), "{log}");
        let total = restored["total"].as_u64().map(|total| total + reports_since);
        assert_eq!(again["total"].as_u64(), total);
    }
}

#[test]
fn a_server_that_is_killed_leaves_a_file_that_the_next_one_uses() {
    let town = musterstadt::installation();
    let file = town.path(FILE);
    let server = Server::serve(&town);
    // It is written when the picture is loaded, not only at the end.
    until("the picture's file", Duration::from_secs(30), || {
        file.exists().then_some(())
    });
    server.kill();
    let (_, log) = served(&town);
    assert!(log.contains(GOES_ON), "{log}");
}

#[test]
fn a_deleted_report_comes_back_from_no_file() {
    let town = musterstadt::installation();
    let (before, _) = served(&town);
    // By hand, as any program may.
    database::write(&town.database(), "DELETE FROM report WHERE id = 1");
    let (after, log) = served(&town);
    assert!(log.contains(REBUILT) && log.contains("deleted"), "{log}");
    assert_eq!(
        after["total"].as_u64(),
        before["total"].as_u64().map(|total| total - 1)
    );
    assert!(served(&town).1.contains(GOES_ON), "the new file is a good one");
}

#[test]
fn a_server_under_which_a_report_is_deleted_leaves_no_file() {
    let town = musterstadt::installation();
    let file = town.path(FILE);
    for came_since in [false, true] {
        let server = Server::serve(&town);
        until("the picture's file", Duration::from_secs(30), || {
            file.exists().then_some(())
        });
        database::write(
            &town.database(),
            "DELETE FROM report WHERE id = (SELECT MAX(id) FROM report)",
        );
        if came_since {
            report(&town, "N1");
            let analyst = server.as_bearer("demo-analyst");
            until("the report", Duration::from_secs(30), || {
                (analyst.json("/api/v1/me")["revision"] == 24).then_some(())
            });
        }
        drop(server);
        assert!(!file.exists(), "a report came since: {came_since}");
    }
}
