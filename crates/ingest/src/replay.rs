//! Rows that were kept out, read again without their feed.

use jiff::Timestamp;
use lagebild_domain::{Extent, ExternalId};

use crate::kept_row::KeptRow;
use crate::mapping::{Mapped, Mapper};
use crate::parser::latest_possible;
use crate::place_files::PlaceFiles;
use crate::rejection::{Reason, Rejection};
use crate::sink::{Batch, Sink, Summary};
use crate::spec::FeedSpec;
use crate::unknown_categories::UnknownCategories;

/// A rejected row that was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldRow {
    /// Name of its file.
    pub file: String,
    /// First line of it, counted from 1.
    pub line: u64,
    /// Digest of its bytes in the feed.
    pub digest: [u8; 16],
    /// What it says.
    pub row: KeptRow,
}

/// Reads rows that were kept out by the source's present section: those that can be read go into the picture, the others get
/// their newest reason. The same rows read from their feed later change nothing more.
///
/// # Errors
/// The sink's.
pub async fn replay<S: Sink>(
    spec: &FeedSpec,
    places: &PlaceFiles,
    extent: &Extent,
    rows: Vec<HeldRow>,
    sink: &S,
) -> Result<Summary, S::Error> {
    let mapper = Mapper::new(spec, places, extent);
    let columns = spec.declared();
    let latest = latest_possible(Timestamp::now());
    let mut words = UnknownCategories::default();
    let mut summary = Summary::default();
    let mut batch = Batch {
        source: spec.source.id.clone(),
        file: "replay".to_owned(),
        reports: Vec::new(),
        rejections: Vec::new(),
        readmitted: Vec::new(),
        keep_external_id: spec.keep_external_id,
    };
    let mut seen = std::collections::HashSet::new();
    for held in rows {
        summary.read += 1;
        let outcome = match mapper.map(&held.row.row(&columns)) {
            Ok(Mapped::Report(report)) if report.occurred.from() > latest => Err(Reason::Future),
            other => other,
        };
        match outcome {
            Ok(Mapped::Excluded) => {
                summary.excluded += 1;
                batch.readmitted.push(held.digest);
            }
            Ok(Mapped::Report(mut report)) => {
                if report.external_id.as_str().is_empty() {
                    // As the first of its kind in an import of its feed.
                    let hex = u128::from_be_bytes(held.row.fingerprint());
                    report.external_id = ExternalId::new(format!("{hex:032x}-0"));
                }
                batch.readmitted.push(held.digest);
                if seen.insert(report.external_id.as_str().to_owned()) {
                    batch.reports.push(*report);
                } else {
                    summary.merged += 1;
                }
            }
            Err(reason) => {
                summary.quarantined += 1;
                batch.rejections.push(Rejection {
                    file: Some(held.file),
                    line: held.line,
                    digest: held.digest,
                    reason: words.guard(reason),
                    kept: Some(held.row),
                });
            }
        }
    }
    let recorded = sink.record(batch).await?;
    summary.accepted = recorded.accepted;
    summary.updated = recorded.updated;
    summary.unchanged = recorded.unchanged;
    Ok(summary)
}
