//! A picture of many reports: memory, loading, small changes, the snapshot, tiles.
//!
//! `LAGEBILD_BENCH_ROWS` says how many (a million where it is not set). Memory is read from `/proc`, so Linux only.
#![allow(clippy::print_stdout, reason = "it prints a table")]

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use lagebild_domain::{
    Areas, CategoryId, Change, Filter, Interval, Kind, LatLng, Location, OrganisationId, Precision,
    RecordScope, Regime, ReportFacts, ReportId, Revision, Source, SourceId, Stamp, Status, Taxonomy, View,
};
use lagebild_situation::{Layer, Situation, Snapshot, TileCoord, Vocabulary};

const ROWS: u64 = 1_000_000;
const BATCH: u64 = 20_000;
const TAXONOMY: &str = include_str!("../../../data/taxonomy.toml");

fn source() -> Source {
    Source {
        id: SourceId::new("bench").expect("an id"),
        label: "Bench".to_owned(),
        owner: OrganisationId::new("stadt").expect("an id"),
        kind: Kind::Complaint,
        controller: String::new(),
        regime: Regime::Dsgvo,
        purpose: String::new(),
        legal_basis: String::new(),
        marking: None,
        retention_days: 1,
        retention_days_by_category: std::collections::BTreeMap::new(),
    }
}

fn empty() -> Situation {
    let taxonomy = Taxonomy::parse(TAXONOMY).expect("the shipped taxonomy");
    Situation::new(Vocabulary::new(taxonomy, vec![source()], Areas::default(), None))
}

/// Numbers that look random and are the same every time: splitmix64.
fn part(number: u64, salt: u64) -> f64 {
    let mut z = (number ^ salt << 40).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ z >> 31) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Report `id` anywhere in Hamm within two years, as recorded at `sequence`.
fn change(id: u64, sequence: u64, categories: &[CategoryId]) -> Change {
    let at =
        Timestamp::from_second(1_704_067_200 + (part(sequence, 1) * 63_072_000.0) as i64).expect("a time");
    let point = LatLng::new(51.58 + 0.16 * part(sequence, 2), 7.68 + 0.32 * part(sequence, 3));
    Change::Report(Box::new(ReportFacts {
        id: ReportId(id),
        sequence: Revision(sequence),
        source: source().id,
        kind: Kind::Complaint,
        category: categories[sequence as usize % categories.len()].clone(),
        occurred: Interval::instant(at),
        reported_at: None,
        status: Status::Open,
        location: Location::At {
            point: point.expect("a point in the city"),
            precision: Precision::Point,
            precision_m: 10.0,
        },
    }))
}

/// Resident memory of this process in bytes.
fn resident() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) * 1024.0
}

/// CPU time of this thread in milliseconds: what others do on the machine does not count.
fn cpu_ms() -> f64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = stat
        .split_whitespace()
        .next()
        .and_then(|number| number.parse::<f64>().ok());
    nanoseconds.unwrap_or(f64::NAN) / 1e6
}

fn timed<T>(what: &str, runs: u32, mut run: impl FnMut() -> T) -> T {
    let started = cpu_ms();
    for _ in 1..runs {
        run();
    }
    let last = run();
    println!(
        "{what:<60} {:>10.3} ms CPU",
        (cpu_ms() - started) / f64::from(runs)
    );
    last
}

fn main() {
    let rows =
        std::env::var("LAGEBILD_BENCH_ROWS").map_or(ROWS, |rows| rows.parse().expect("a number of rows"));
    let taxonomy = Taxonomy::parse(TAXONOMY).expect("the shipped taxonomy");
    let categories: Vec<CategoryId> = taxonomy.categories().iter().map(|c| c.id.clone()).collect();
    let situation = empty();
    let before = resident();
    println!("{rows} reports");
    timed("made and taken in, in the order of their numbers", 1, || {
        for first in (1..=rows).step_by(BATCH as usize) {
            let last = (first + BATCH - 1).min(rows);
            let batch: Vec<Change> = (first..=last).map(|id| change(id, id, &categories)).collect();
            situation.apply(&batch);
        }
    });
    println!(
        "{:<60} {:>10.1}",
        "bytes a report, resident",
        (resident() - before) / rows as f64
    );
    let mut sequence = rows;
    timed("a batch of 200: half new, half moved", 50, || {
        let batch: Vec<Change> = (0..200)
            .map(|number| {
                sequence += 1;
                let id = if number % 2 == 0 {
                    sequence
                } else {
                    1 + (part(sequence, 4) * rows as f64) as u64
                };
                change(id, sequence, &categories)
            })
            .collect();
        situation.apply(&batch);
    });
    let mut file = Vec::new();
    timed("snapshot written to memory", 1, || {
        situation.snapshot().write(Stamp([0; 16]), &mut file)
    })
    .expect("memory takes everything");
    let read = timed("snapshot read from memory", 1, || {
        Snapshot::read(file.as_slice(), file.len() as u64, &situation)
    });
    let resumed = empty();
    resumed.resume(read.expect("what was written").1, Vec::new(), Vec::new());
    drop((situation, file));
    tiles(&resumed);
}

fn tiles(situation: &Situation) {
    let view = View::for_detection(&[source()]);
    let scope = view.records().expect("a scope");
    let taxonomy = situation.vocabulary().taxonomy();
    let parse = |pairs: &[(&str, &str)]| Filter::parse(pairs.iter().copied(), taxonomy).expect("a filter");
    let everything = parse(&[("from", "2020-01-01"), ("to", "2030-01-01")]);
    let month = parse(&[
        ("from", "2025-03-01"),
        ("to", "2025-04-01"),
        ("theme", "sauberkeit"),
    ]);
    for (layer, z) in [
        (Layer::Cells, 10_u8),
        (Layer::Cells, 12),
        (Layer::Cells, 14),
        (Layer::Cells, 16),
        (Layer::Reports, 14),
        (Layer::Reports, 16),
    ] {
        for (how, filter) in [
            ("all", &everything),
            ("a theme in a month", &month),
            ("28 days", &Filter::default()),
        ] {
            let bytes = timed(&format!("tile of {layer} z{z}, {how}"), 50, || {
                situation.tile(scope, layer, middle(z), filter)
            });
            if let Some(bytes) = bytes {
                timed(&format!("  gzip of its {} bytes", bytes.len()), 10, || {
                    gzip(&bytes)
                });
            }
        }
    }
    figures(situation, scope);
}

fn figures(situation: &Situation, scope: &RecordScope) {
    timed("figures of 28 days", 5, || {
        situation.lage(scope, &Filter::default())
    });
    timed("first page of the list", 5, || {
        situation.page(scope, &Filter::default(), 100, None)
    });
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}

/// The tile of a zoom that the middle of the city lies in (7.84 east, 51.66 north).
fn middle(z: u8) -> TileCoord {
    let n = f64::from(1_u32 << z);
    let lat = 51.66_f64.to_radians();
    let x = (7.84 + 180.0) / 360.0 * n;
    let y = (1.0 - lat.tan().asinh() / std::f64::consts::PI) / 2.0 * n;
    TileCoord::new(z, x as u32, y as u32).expect("a tile")
}
