//! The built program beside other programs on the same file in the same run: import, start, memory, tiles.
//!
//! `LAGEBILD_BENCH_ROWS` says how many rows the file has (a million where it is not set).
#![expect(clippy::print_stdout, reason = "it prints a table")]

mod comparison;
mod feed;
mod peers;
mod process;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use comparison::Comparison;
use lagebild_tests::{Installation, Server};
use peers::{Postgres, Table};

const ROWS: u64 = 1_000_000;
const TILES: u32 = 100;
/// Uncompressed bytes of tiles that gzip packs to be measurable.
const PACKED_BYTES: usize = 50_000_000;

fn main() {
    let rows =
        std::env::var("LAGEBILD_BENCH_ROWS").map_or(ROWS, |rows| rows.parse().expect("a number of rows"));
    // Built before anything is timed.
    println!("{}", lagebild_tests::lagebild().display());
    let installation = Installation::new(&feed::config());
    installation.write("districts.geojson", feed::districts());
    let file = installation.path("feed.csv");
    feed::write(&file, rows).expect("the feed can be written");
    println!("{rows} rows of 12 columns, {:.0} MB", size(&file) / 1e6);

    let mut comparisons = import(&installation, &file, rows);
    let token = installation.token("analyst", "stadt");
    fs::remove_file(&file).expect("the feed can be removed");
    comparisons.extend(start(&installation, rows));
    comparisons.extend(tiles(&installation, &token));
    comparison::report(&comparisons);
}

fn size(file: &Path) -> f64 {
    file.metadata().map_or(0.0, |meta| meta.len() as f64)
}

/// Durable (WAL, `synchronous = NORMAL`) and indexed.
fn import(installation: &Installation, file: &Path, rows: u64) -> Vec<Comparison> {
    let started = Instant::now();
    let counts = installation.ingest("bench", &["feed.csv"]).exits(0).counts();
    let ours = started.elapsed().as_secs_f64();
    assert_eq!(counts.accepted, rows);
    println!("import: {:.0} rows/s", rows as f64 / ours);
    let what = "import into SQLite, durable and indexed";
    let beside = |key, peer: &str, theirs: Option<f64>| {
        theirs.map(|theirs| Comparison {
            key,
            what: what.to_owned(),
            ours,
            peer: peer.to_owned(),
            theirs,
            unit: "s",
        })
    };
    let mut all = vec![
        beside(
            "import_sqlite3",
            "sqlite3 .import, no index",
            peers::sqlite_import(file, Table::Plain),
        ),
        beside(
            "import_sqlite3_indexed",
            "sqlite3 .import, two indexes",
            peers::sqlite_import(file, Table::Indexed),
        ),
        beside(
            "import_python",
            "Python csv and sqlite3, two indexes",
            peers::python_import(file),
        ),
    ];
    if let Some(postgres) = Postgres::start() {
        all.push(beside(
            "import_psql",
            "psql \\copy, no index",
            postgres.copy(file, Table::Plain),
        ));
        all.push(beside(
            "import_psql_indexed",
            "psql \\copy, two indexes",
            postgres.copy(file, Table::Indexed),
        ));
    }
    all.into_iter().flatten().collect()
}

/// Starts twice: the first from the database, the second from the snapshot that the first left behind.
fn start(installation: &Installation, rows: u64) -> Vec<Comparison> {
    let empty = Installation::new(&feed::config());
    empty.write("districts.geojson", feed::districts());
    let of_empty = {
        let server = Server::serve(&empty);
        process::resident(server.pid()).0
    };
    let timed = |how: &str| {
        let started = Instant::now();
        let server = Server::serve(installation);
        let seconds = started.elapsed().as_secs_f64();
        let (resident, peak) = process::resident(server.pid());
        println!(
            "start {how}: {seconds:.2} s, {:.0} MB resident, {:.0} MB at most, {:.0} bytes an event",
            resident / 1e6,
            peak / 1e6,
            (resident - of_empty) / rows as f64
        );
        seconds
    };
    let without = timed("from the database");
    let snapshot = installation.path("lagebild.picture");
    println!("snapshot: {:.0} MB", size(&snapshot) / 1e6);
    let with = timed("from the snapshot");
    let walk =
        "SELECT count(*), sum(occurred_from / 1000000), sum(lat), count(DISTINCT category) FROM report";
    let walked = peers::seconds(Command::new("sqlite3").arg(installation.database()).arg(walk));
    let summed = peers::seconds(Command::new("sha256sum").arg(&snapshot));
    let rows = [
        (
            "start_from_database",
            "start from the database",
            without,
            "sqlite3, one walk over the table",
            walked,
        ),
        (
            "start_from_snapshot",
            "start from the snapshot",
            with,
            "sha256sum of the snapshot",
            summed,
        ),
    ];
    rows.into_iter()
        .filter_map(|(key, what, ours, peer, theirs)| {
            Some(Comparison {
                key,
                what: what.to_owned(),
                ours,
                peer: peer.to_owned(),
                theirs: theirs?,
                unit: "s",
            })
        })
        .collect()
}

/// CPU time of the server for one tile with gzip, HTTP and sign-in included, beside what gzip alone takes.
fn tiles(installation: &Installation, token: &str) -> Vec<Comparison> {
    let server = Server::serve(installation);
    let client = server.as_bearer(token);
    let mut all = Vec::new();
    // The tiles over the city's middle, where it is fullest (7.84 east, 51.66 north).
    let kinds = [
        ("tile_cells_z12", "cells", 12, 2137, 1359),
        ("tile_cells_z14", "cells", 14, 8548, 5436),
        ("tile_reports_z14", "reports", 14, 8548, 5436),
        ("tile_reports_z16", "reports", 16, 34_195, 21_747),
    ];
    for (key, layer, z, x, y) in kinds {
        // The server keeps the tiles that it has made: only a question that was not asked before makes one.
        let questions: [(&str, &dyn Fn(u32) -> String); 2] = [
            ("", &|second| {
                format!(
                    "from=2020-01-01T00:{:02}:{:02}Z&to=2030-01-01",
                    second / 60,
                    second % 60
                )
            }),
            (", a theme in a month", &|second| {
                format!(
                    "theme=sauberkeit&from=2025-03-01T00:{:02}:{:02}Z&to=2025-04-01",
                    second / 60,
                    second % 60
                )
            }),
        ];
        for (suffix, question) in questions {
            let path = |number| format!("/tiles/{layer}/{z}/{x}/{y}?{}", question(number));
            let plain = client.with("accept-encoding", "identity").get(&path(0));
            let packed = client.with("accept-encoding", "gzip");
            let cpu_ms = |numbers: &dyn Fn(u32) -> u32| {
                let before = process::cpu_seconds(server.pid());
                for request in 1..=TILES {
                    packed.get(&path(numbers(request))).has_status(200);
                }
                (process::cpu_seconds(server.pid()) - before) * 1e3 / f64::from(TILES)
            };
            let ours = cpu_ms(&|request| request);
            let kept = cpu_ms(&|_| 1);
            println!(
                "tile {layer} z{z}{suffix}: {ours:.2} ms CPU uncached, {kept:.2} ms kept, {} bytes",
                plain.body.len()
            );
            if !suffix.is_empty() {
                continue;
            }
            let copies = (PACKED_BYTES / plain.body.len().max(1)).max(1);
            let file = installation.path("tiles");
            fs::write(&file, plain.body.repeat(copies)).expect("the folder can be written to");
            if let Some(gzip) = process::gzip_cpu_seconds(&file) {
                all.push(Comparison {
                    key,
                    what: format!("uncached tile of {layer}, z{z}, gzip, all rows"),
                    ours,
                    peer: "gzip -1 of its bytes".to_owned(),
                    theirs: gzip * 1e3 / copies as f64,
                    unit: "ms CPU",
                });
            }
        }
    }
    all
}
