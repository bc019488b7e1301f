//! An import of any bytes into a sink that counts.

use std::convert::Infallible;
use std::io::Cursor;

use lagebild_domain::{BoundingBox, Extent};
use lagebild_ingest::{Batch, FeedSpec, Import, PlaceFiles, Recorded, Sink};

struct Counting;

impl Sink for Counting {
    type Error = Infallible;

    async fn record(&self, batch: Batch) -> Result<Recorded, Infallible> {
        Ok(Recorded {
            accepted: batch.reports.len() as u64,
            ..Recorded::default()
        })
    }
}

pub fn import(format: &str, bytes: &[u8]) {
    let spec: FeedSpec = toml::from_str(&format!(
        "id='f'\nlabel='F'\nowner='o'\nkind='complaint'\ncontroller='c'\nregime='dsgvo'\npurpose='p'\nlegal_basis='l'\n\
         retention_days=1\nformat='{format}'\ndefault_category='c'\ndecimal=','\n\
         [columns]\nexternal_id='i'\noccurred='t'\nlongitude='x'\nlatitude='y'\ntext='z'\n"
    ))
    .unwrap();
    let extent = Extent::of_box(BoundingBox::try_from([7.0, 51.0, 8.0, 52.0]).unwrap(), 1_000.0);
    let mut import = Import::new(spec, PlaceFiles::default(), extent);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime
        .block_on(import.feed("fuzz", Box::new(Cursor::new(bytes.to_vec())), &Counting, &()))
        .unwrap();
    let s = import.summary();
    assert_eq!(s.read, s.accepted + s.updated + s.unchanged + s.merged + s.excluded + s.quarantined);
}
