//! Reports a second into a new SQLite file, durable (WAL, synchronous = NORMAL) and indexed.

use divan::Bencher;
use divan::counter::ItemsCount;
use lagebild_domain::{
    CategoryId, ExternalId, Interval, Kind, LatLng, Location, Precision, Report, SourceId, Status,
};
use lagebild_ingest::{Batch, Sink};
use lagebild_store::Store;

const REPORTS: usize = 50_000;
const BATCH: usize = 10_000;

fn batches() -> Vec<Batch> {
    let source = SourceId::new("bench").expect("an id");
    let reports: Vec<Report> = (0..REPORTS)
        .map(|number| Report {
            source: source.clone(),
            external_id: ExternalId::new(number.to_string()),
            kind: Kind::Complaint,
            category: CategoryId::new("wilder_muell").expect("an id"),
            occurred: Interval::instant(jiff::Timestamp::UNIX_EPOCH),
            reported_at: None,
            status: Status::Open,
            location: Location::At {
                point: LatLng::new(51.68, 7.82).expect("a point"),
                precision: Precision::Point,
                precision_m: 10.0,
            },
            place: Some("Marktplatz".to_owned()),
            text: Some("x".repeat(80)),
            weight: 1.0,
        })
        .collect();
    reports
        .chunks(BATCH)
        .map(|reports| Batch {
            source: source.clone(),
            file: "bench".to_owned(),
            reports: reports.to_vec(),
            rejections: Vec::new(),
            readmitted: Vec::new(),
            keep_external_id: false,
        })
        .collect()
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn new_reports(bencher: Bencher) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    bencher
        .counter(ItemsCount::new(REPORTS))
        .with_inputs(|| {
            let dir = tempfile::TempDir::new().expect("a folder");
            let store = runtime
                .block_on(Store::open(
                    &"sqlite:bench.db".parse().expect("a URL"),
                    dir.path(),
                    None,
                ))
                .expect("a store");
            (dir, store, batches())
        })
        .bench_values(|(dir, store, batches)| {
            runtime.block_on(async {
                for batch in batches {
                    store.record(batch).await.expect("recorded");
                }
            });
            dir
        });
}

fn main() {
    divan::main();
}
