//! Rows that are not in the picture, and why.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use lagebild_ingest::{Batch, KeptRow};

use crate::database::{Row, Transaction};
use crate::error::StoreError;
use crate::many::{self, Column};
use crate::open::Store;
use crate::rows::{content, instant, micros};
use crate::seal::Seal;

/// Rows of one source that an import looks out for.
const LOOKED_OUT_FOR: i64 = 1_000_000;

/// A row in quarantine: where it stands in its feed, what is wrong with it, and what it says in its declared columns, without
/// what points at a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Quarantined {
    /// Digest of the row's bytes: finds it again in the feed.
    pub digest: [u8; 16],
    /// Name of the file.
    pub file: String,
    /// First line of the row in its file, counted from 1.
    pub line: u64,
    /// Name of the reason; `discarded` once a person has discarded it.
    pub code: String,
    /// What is wrong, and what would mend it; or why it was discarded.
    pub reason: String,
    /// When it was last met.
    pub received_at: Timestamp,
    /// What it says; none where it could not be cut into columns, was discarded, or the key is another.
    pub content: Option<KeptRow>,
}

/// Keeps line, digest and reason of each rejected row; a row met again keeps one entry, with its newest reason, and one that
/// was discarded stays so. Rows that were read this time leave.
pub(crate) async fn quarantine(
    transaction: &mut Transaction,
    batch: &Batch,
    key: &[u8; 32],
    now: Timestamp,
) -> Result<(), StoreError> {
    if !batch.readmitted.is_empty() {
        let condition = transaction.dialect().bytes_are_one_of("digest", "$2");
        let digests: Vec<&[u8]> = batch.readmitted.iter().map(<[u8; 16]>::as_slice).collect();
        transaction
            .query_made(format!(
                "DELETE FROM quarantine WHERE source = $1 AND {condition}"
            ))
            .bind(batch.source.as_str())
            .bind_bytes(&digests)
            .execute()
            .await?;
    }
    // PostgreSQL takes a row once in a statement: of rows with the same bytes the last stays.
    let newest: HashMap<_, _> = batch.rejections.iter().map(|r| (r.digest, r)).collect();
    let mut rows: Vec<_> = newest.into_values().collect();
    rows.sort_by_key(|rejection| rejection.line);
    let seal = Seal::new(key)?;
    let contents = rows
        .iter()
        .map(|rejection| match &rejection.kept {
            None => Ok(Vec::new()),
            Some(kept) => {
                let plain = serde_json::to_vec(kept).map_err(content)?;
                seal.seal(batch.source.as_str().as_bytes(), plain)
            }
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    let reasons: Vec<String> = rows.iter().map(|r| r.reason.to_string()).collect();
    let columns = [
        (
            "source",
            Column::texts(rows.iter().map(|_| batch.source.as_str())),
        ),
        ("digest", Column::bytes(rows.iter().map(|r| r.digest.as_slice()))),
        (
            "file",
            Column::texts(rows.iter().map(|r| r.file.as_deref().unwrap_or(&batch.file))),
        ),
        ("line", Column::numbers(rows.iter().map(|r| r.line.cast_signed()))),
        ("code", Column::texts(rows.iter().map(|r| r.reason.code()))),
        ("reason", Column::texts(reasons.iter().map(String::as_str))),
        ("received_at", Column::numbers(rows.iter().map(|_| micros(now)))),
        ("content", Column::bytes(contents.iter().map(Vec::as_slice))),
    ];
    let behind = "ON CONFLICT (source, digest) DO UPDATE SET file = excluded.file, line = excluded.line, \
                  code = excluded.code, reason = excluded.reason, received_at = excluded.received_at, \
                  content = excluded.content WHERE quarantine.code <> 'discarded'";
    many::insert(transaction, "quarantine", &columns, behind).await
}

fn quarantined_of(row: &Row, source: &str, seal: &Seal) -> Result<Quarantined, StoreError> {
    let sealed: Vec<u8> = row.get("content")?;
    let opened = seal.open(source.as_bytes(), &sealed);
    Ok(Quarantined {
        content: opened.and_then(|plain| serde_json::from_slice(&plain).ok()),
        digest: digest_of(row)?,
        file: row.get("file")?,
        line: row.get::<i64>("line")?.cast_unsigned(),
        code: row.get("code")?,
        reason: row.get("reason")?,
        received_at: instant(row.get("received_at")?)?,
    })
}

fn digest_of(row: &Row) -> Result<[u8; 16], StoreError> {
    row.get::<Vec<u8>>("digest")?
        .try_into()
        .map_err(|bytes: Vec<u8>| content(format!("a digest of {} bytes", bytes.len())))
}

impl Store {
    /// How many distinct rows of the source are in quarantine, by reason code, without those that were discarded.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn quarantined(&self, source: &str) -> Result<Vec<(String, u64)>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query(
                "SELECT code, COUNT(*) FROM quarantine WHERE source = $1 AND code <> 'discarded' \
                 GROUP BY code ORDER BY 2 DESC, 1",
            )
            .bind(source)
            .fetch_all()
            .await?;
        rows.iter()
            .map(|row| Ok((row.get(0)?, row.get::<i64>(1)?.cast_unsigned())))
            .collect()
    }

    /// Rows of the source in quarantine with this code (without one, all but those discarded), in the order of their digests,
    /// behind the given one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn quarantine(
        &self,
        source: &str,
        code: Option<&str>,
        after: Option<[u8; 16]>,
        limit: usize,
    ) -> Result<Vec<Quarantined>, StoreError> {
        let mut connection = self.database.reader().await?;
        let after = after.map(Vec::from).unwrap_or_default();
        let rows = connection
            .query(
                "SELECT digest, file, line, code, reason, received_at, content FROM quarantine WHERE source = $1 \
                 AND ((code = $2) OR ($2 = '' AND code <> 'discarded')) AND digest > $3 ORDER BY digest LIMIT $4",
            )
            .bind(source)
            .bind(code.unwrap_or_default())
            .bind(after)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all()
            .await?;
        let seal = Seal::new(&self.key)?;
        rows.iter()
            .map(|row| quarantined_of(row, source, &seal))
            .collect()
    }

    /// Marks a row as discarded, for good: the same row read again stays discarded. False where there is none, or it is
    /// discarded already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn discard(&self, source: &str, digest: [u8; 16], why: &str) -> Result<bool, StoreError> {
        let mut connection = self.database.writer().await?;
        let row = connection
            .query(
                "UPDATE quarantine SET reason = $3 || ' (' || code || ')', code = 'discarded', content = $4 \
                 WHERE source = $1 AND digest = $2 AND code <> 'discarded' RETURNING line",
            )
            .bind(source)
            .bind(digest.to_vec())
            .bind(why)
            .bind(Vec::<u8>::new())
            .fetch_optional()
            .await?;
        Ok(row.is_some())
    }

    /// Digests of rows of the source in quarantine, discarded or not.
    pub(crate) async fn quarantined_digests(&self, source: &str) -> Result<HashSet<[u8; 16]>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query("SELECT digest FROM quarantine WHERE source = $1 LIMIT $2")
            .bind(source)
            .bind(LOOKED_OUT_FOR)
            .fetch_all()
            .await?;
        rows.iter().map(digest_of).collect()
    }

    /// When a report of the source was last recorded for the first time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn last_received(&self, source: &str) -> Result<Option<Timestamp>, StoreError> {
        let mut connection = self.database.reader().await?;
        let row = connection
            .query("SELECT received_at FROM report WHERE source = $1 ORDER BY sequence DESC LIMIT 1")
            .bind(source)
            .fetch_optional()
            .await?;
        row.map(|row| instant(row.get("received_at")?)).transpose()
    }
}
