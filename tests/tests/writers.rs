//! Several processes write at once, and an open stream tells each report once.

use std::collections::BTreeSet;
use std::time::Duration;

use lagebild_tests::{EventStream, Installation, Postgres, Server, musterstadt};

/// Longest wait for what must come.
const AT_MOST: Duration = Duration::from_mins(1);
const PROCESSES: u64 = 4;
const FILES: u64 = 5;
const ROWS: u64 = 10;

fn each_report_is_told_once(installation: &Installation) {
    let server = Server::serve(installation);
    let stream = EventStream::open(&server.as_bearer("demo-city"));
    std::thread::scope(|scope| {
        for process in 0..PROCESSES {
            scope.spawn(move || {
                for file in 0..FILES {
                    let first = (process * FILES + file) * ROWS;
                    let name = format!("feed-{first}.csv");
                    let counts = installation.feed("maengel", &name, rows(first)).exits(0).counts();
                    assert_eq!(counts.accepted, ROWS);
                }
            });
        }
    });
    let all = PROCESSES * FILES * ROWS;
    let mut told = 0;
    let events = stream.read_until(AT_MOST, |event| {
        told += u64::from(event.name == "report");
        told == all
    });
    let reports: Vec<_> = events.iter().filter(|event| event.name == "report").collect();
    assert!(reports.is_sorted_by(|a, b| a.id < b.id), "revisions rise");
    let ids: BTreeSet<u64> = reports
        .iter()
        .filter_map(|event| event.data["id"].as_u64())
        .collect();
    assert_eq!(ids.len() as u64, all, "no report is left out, none is told twice");
    assert_eq!(
        reports.last().map(|event| event.id),
        Some(all),
        "no number is left out"
    );
}

fn rows(first: u64) -> String {
    let all = musterstadt::many(first + ROWS);
    let mut lines = all.lines();
    let head = lines.next().unwrap_or_default();
    let rows: Vec<&str> = lines.skip(usize::try_from(first).unwrap_or_default()).collect();
    format!("{head}\n{}\n", rows.join("\n"))
}

#[test]
fn on_sqlite_four_processes_at_once_are_followed_without_a_gap() {
    each_report_is_told_once(&musterstadt::empty());
}

#[test]
fn on_postgres_four_processes_at_once_are_followed_without_a_gap() {
    let Some(postgres) = Postgres::shared() else {
        return;
    };
    let installation = musterstadt::on_postgres(&postgres.database());
    each_report_is_told_once(&installation);
}
