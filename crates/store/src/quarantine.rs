//! Rows that are not in the picture, and why.

use std::collections::HashMap;

use jiff::Timestamp;
use lagebild_ingest::Batch;

use crate::database::Transaction;
use crate::error::StoreError;
use crate::many::{self, Column};
use crate::open::Store;
use crate::rows::micros;

/// Keeps line, digest and reason of each rejected row; a row met again keeps one entry, with its newest reason.
pub(crate) async fn quarantine(
    transaction: &mut Transaction,
    batch: &Batch,
    now: Timestamp,
) -> Result<(), StoreError> {
    // PostgreSQL takes a row once in a statement: of rows with the same bytes the last stays.
    let newest: HashMap<_, _> = batch.rejections.iter().map(|r| (r.digest, r)).collect();
    let mut rows: Vec<_> = newest.into_values().collect();
    rows.sort_by_key(|rejection| rejection.line);
    let reasons: Vec<String> = rows.iter().map(|r| r.reason.to_string()).collect();
    let columns = [
        (
            "source",
            Column::texts(rows.iter().map(|_| batch.source.as_str())),
        ),
        ("digest", Column::bytes(rows.iter().map(|r| r.digest.as_slice()))),
        ("file", Column::texts(rows.iter().map(|_| batch.file.as_str()))),
        ("line", Column::numbers(rows.iter().map(|r| r.line.cast_signed()))),
        ("code", Column::texts(rows.iter().map(|r| r.reason.code()))),
        ("reason", Column::texts(reasons.iter().map(String::as_str))),
        ("received_at", Column::numbers(rows.iter().map(|_| micros(now)))),
    ];
    let behind = "ON CONFLICT (source, digest) DO UPDATE SET file = excluded.file, line = excluded.line, \
                  code = excluded.code, reason = excluded.reason, received_at = excluded.received_at";
    many::insert(transaction, "quarantine", &columns, behind).await
}

impl Store {
    /// How many distinct rows of the source are in quarantine, by reason code.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn quarantined(&self, source: &str) -> Result<Vec<(String, u64)>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query("SELECT code, COUNT(*) FROM quarantine WHERE source = $1 GROUP BY code ORDER BY 2 DESC, 1")
            .bind(source)
            .fetch_all()
            .await?;
        rows.iter()
            .map(|row| Ok((row.get(0)?, row.get::<i64>(1)?.cast_unsigned())))
            .collect()
    }
}
