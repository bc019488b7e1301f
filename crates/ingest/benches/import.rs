//! Rows a second from bytes to reports, without a store: what reading and mapping cost.

use std::convert::Infallible;
use std::fmt::Write;
use std::io::Cursor;

use divan::Bencher;
use divan::counter::ItemsCount;
use lagebild_domain::{BoundingBox, Extent};
use lagebild_ingest::{Batch, FeedSpec, Import, PlaceFiles, Recorded, Sink};

const ROWS: u32 = 100_000;

const SPEC: &str = r#"
    id = "bench"
    label = "Bench"
    owner = "stadt"
    kind = "complaint"
    controller = "Stadt"
    regime = "dsgvo"
    purpose = "Bench"
    legal_basis = "none"
    retention_days = 1
    format = "delimited"
    [columns]
    external_id = "id"
    occurred = "at"
    category = "what"
    longitude = "lon"
    latitude = "lat"
    place = "place"
    text = "text"
    [categories]
    "Müll" = "wilder_muell"
"#;

struct Nowhere;

impl Sink for Nowhere {
    type Error = Infallible;

    async fn record(&self, batch: Batch) -> Result<Recorded, Infallible> {
        Ok(Recorded {
            accepted: batch.reports.len() as u64,
            ..Recorded::default()
        })
    }
}

fn feed() -> String {
    let mut text = String::from("id,at,what,lon,lat,place,text,a,b,c,d,e\n");
    for row in 0..ROWS {
        let (lon, lat) = (
            7.7 + f64::from(row % 1000) * 2e-4,
            51.6 + f64::from(row % 777) * 1e-4,
        );
        let minute = row % 60;
        writeln!(
            text,
            "{row},2026-03-{:02}T12:{minute:02}:00+01:00,Müll,{lon:.5},{lat:.5},Marktplatz,{:x<80},1,2,3,4,5",
            row % 28 + 1,
            "Text "
        )
        .expect("a string takes all text");
    }
    text
}

#[divan::bench]
fn delimited(bencher: Bencher) {
    let spec: FeedSpec = toml::from_str(SPEC).expect("the section is valid");
    let bounds = BoundingBox::try_from([7.6, 51.5, 8.0, 51.8]).expect("a box");
    let extent = Extent::of_box(bounds, 10_000.0);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .expect("a runtime");
    let text = feed();
    bencher
        .counter(ItemsCount::new(ROWS))
        .with_inputs(|| {
            (
                Import::new(spec.clone(), PlaceFiles::default(), extent.clone()),
                Cursor::new(text.clone()),
            )
        })
        .bench_values(|(mut import, bytes)| {
            runtime
                .block_on(import.feed("bench.csv", Box::new(bytes), &Nowhere, &()))
                .expect("nothing fails");
            assert_eq!(import.summary().accepted, u64::from(ROWS));
        });
}

fn main() {
    divan::main();
}
