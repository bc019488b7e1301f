//! Imports of texts into memory.

use std::convert::Infallible;
use std::io::Cursor;
use std::sync::Mutex;

use lagebild_domain::{BoundingBox, Extent, Report};
use lagebild_ingest::{Batch, FeedSpec, Import, Outcome, PlaceFiles, Recorded, Sink, Summary};

/// What an import gave.
#[derive(Debug)]
pub(crate) struct Imported {
    /// Reports in their order.
    pub(crate) reports: Vec<Report>,
    /// Line and code of what was kept out.
    pub(crate) rejected: Vec<(u64, &'static str)>,
    /// How it ended.
    pub(crate) outcome: Outcome,
    /// What became of the rows.
    pub(crate) summary: Summary,
}

#[derive(Default)]
struct Memory(Mutex<Vec<Batch>>);

impl Sink for Memory {
    type Error = Infallible;

    async fn record(&self, batch: Batch) -> Result<Recorded, Infallible> {
        let accepted = batch.reports.len() as u64;
        self.0.lock().expect("one thread").push(batch);
        Ok(Recorded {
            accepted,
            ..Recorded::default()
        })
    }
}

/// A section with these keys, in a city from 7.6/51.5 to 8.0/51.8.
pub(crate) fn spec(keys: &str) -> FeedSpec {
    toml::from_str(&format!(
        "id = 'f'\nlabel = 'F'\nowner = 'stadt'\nkind = 'complaint'\ncontroller = 'c'\nregime = 'dsgvo'\npurpose = 'p'\n\
         legal_basis = 'l'\nretention_days = 1\ndefault_category = 'wilder_muell'\n{keys}"
    ))
    .expect("a section")
}

/// Imports bytes as the section says.
pub(crate) fn import(keys: &str, bytes: impl Into<Vec<u8>>) -> Imported {
    let extent = Extent::of_box(
        BoundingBox::try_from([7.6, 51.5, 8.0, 51.8]).expect("a box"),
        5_000.0,
    );
    let mut import = Import::new(spec(keys), PlaceFiles::default(), extent);
    let memory = Memory::default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let outcome = runtime
        .block_on(import.feed("feed", Box::new(Cursor::new(bytes.into())), &memory, &()))
        .expect("nothing fails");
    let batches = memory.0.into_inner().expect("one thread");
    let rejections = batches.iter().flat_map(|batch| &batch.rejections);
    Imported {
        rejected: rejections.map(|r| (r.line, r.reason.code())).collect(),
        reports: batches.into_iter().flat_map(|batch| batch.reports).collect(),
        outcome,
        summary: import.summary(),
    }
}
