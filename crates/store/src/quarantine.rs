//! Rows that are not in the picture, and why.

use jiff::Timestamp;
use lagebild_ingest::Batch;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::error::StoreError;
use crate::open::Store;
use crate::rows::micros;

const ROWS_PER_STATEMENT: usize = 4_000;

/// Keeps line, digest and reason of each rejected row; a row met again keeps one entry, with its newest reason.
pub(crate) async fn quarantine(
    transaction: &mut SqliteConnection,
    batch: &Batch,
    now: Timestamp,
) -> Result<(), StoreError> {
    for chunk in batch.rejections.chunks(ROWS_PER_STATEMENT) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO quarantine (source, digest, file, line, code, reason, received_at) ",
        );
        query.push_values(chunk, |mut row, rejection| {
            row.push_bind(batch.source.as_str())
                .push_bind(rejection.digest.to_vec())
                .push_bind(batch.file.as_str())
                .push_bind(rejection.line.cast_signed())
                .push_bind(rejection.reason.code())
                .push_bind(rejection.reason.to_string())
                .push_bind(micros(now));
        });
        query.push(
            " ON CONFLICT (source, digest) DO UPDATE SET file = excluded.file, line = excluded.line, \
             code = excluded.code, reason = excluded.reason, received_at = excluded.received_at",
        );
        query.build().execute(&mut *transaction).await?;
    }
    Ok(())
}

impl Store {
    /// How many distinct rows of the source are in quarantine, by reason code.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn quarantined(&self, source: &str) -> Result<Vec<(String, u64)>, StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT code, COUNT(*) FROM quarantine WHERE source = $1 GROUP BY code ORDER BY 2 DESC, 1",
        )
        .bind(source)
        .fetch_all(&self.readers)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(code, count)| (code, count.cast_unsigned()))
            .collect())
    }
}
