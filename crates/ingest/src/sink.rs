//! What an import hands on, and what it is told back.

use std::collections::HashSet;
use std::future::Future;

use lagebild_domain::{Report, SourceId};

use crate::rejection::Rejection;

/// What became of the rows of an import. `read` is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows read.
    pub read: u64,
    /// New reports.
    pub accepted: u64,
    /// Reports that changed.
    pub updated: u64,
    /// Reports that were there already, as they are.
    pub unchanged: u64,
    /// Rows with the id of an earlier row of the same import.
    pub merged: u64,
    /// Rows left out by `where`.
    pub excluded: u64,
    /// Rows kept out, with a reason.
    pub quarantined: u64,
}

/// Rows for the sink, to be made durable together.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Source of all of them.
    pub source: SourceId,
    /// Name of the file, for the quarantine.
    pub file: String,
    /// Reports; no two with the same id.
    pub reports: Vec<Report>,
    /// Rows kept out.
    pub rejections: Vec<Rejection>,
    /// Digests of rows that were in quarantine and have now been read: they leave it.
    pub readmitted: Vec<[u8; 16]>,
    /// True when the owner's own ids are to be kept.
    pub keep_external_id: bool,
}

/// What a sink did with a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recorded {
    /// New reports.
    pub accepted: u64,
    /// Reports that changed.
    pub updated: u64,
    /// Reports that were there already, as they are.
    pub unchanged: u64,
}

/// Where reports go. When `record` returns, the batch has been handed to the store for good; how much a power cut can take
/// back, the store says.
pub trait Sink: Sync {
    /// What can go wrong.
    type Error: std::error::Error + Send + Sync + 'static;

    /// Makes the batch durable, whole or not at all.
    fn record(&self, batch: Batch) -> impl Future<Output = Result<Recorded, Self::Error>> + Send;

    /// Digests of the source's rows that were kept out before: an import says which of them it has now read.
    fn kept_out(
        &self,
        _source: &SourceId,
    ) -> impl Future<Output = Result<HashSet<[u8; 16]>, Self::Error>> + Send {
        async { Ok(HashSet::new()) }
    }
}

/// Is told how an import goes.
pub trait Progress: Sync {
    /// Called after each batch.
    fn advanced(&self, so_far: &Summary);
}

impl Progress for () {
    fn advanced(&self, _: &Summary) {}
}
