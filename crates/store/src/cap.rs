//! Documents of the Common Alerting Protocol, as they were released.

use jiff::Timestamp;
use lagebild_domain::AlertId;

use crate::database::{Row, Subject};
use crate::error::StoreError;
use crate::open::Store;
use crate::rows::{content, instant, micros};

/// A document as it is kept: what it says is written once, and never again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapRecord {
    /// Its identifier.
    pub id: String,
    /// The alert that it tells.
    pub alert: AlertId,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// The document, as JSON.
    pub body: String,
}

impl Store {
    /// Keeps a document that `make` writes from its number and the earlier ones of the same alert, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_cap_document(
        &self,
        alert: AlertId,
        make: impl FnOnce(u64, &[CapRecord]) -> CapRecord + Send,
    ) -> Result<CapRecord, StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Alerts).await?;
        let number: i64 = transaction
            .query("SELECT COALESCE(MAX(number), 0) + 1 FROM cap_document")
            .fetch_one()
            .await?
            .get(0)?;
        let rows = transaction
            .query("SELECT * FROM cap_document WHERE alert = $1 ORDER BY number")
            .bind(alert.0.cast_signed())
            .fetch_all()
            .await?;
        let earlier: Vec<CapRecord> = rows.iter().map(record_of).collect::<Result<_, _>>()?;
        let record = make(number.cast_unsigned(), &earlier);
        transaction
            .query("INSERT INTO cap_document (id, number, alert, sent_at, body) VALUES ($1, $2, $3, $4, $5)")
            .bind(record.id.as_str())
            .bind(number)
            .bind(record.alert.0.cast_signed())
            .bind(micros(record.sent_at))
            .bind(record.body.as_str())
            .execute()
            .await?;
        transaction.commit().await?;
        Ok(record)
    }

    /// The newest documents, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn cap_documents(&self, limit: usize) -> Result<Vec<CapRecord>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query("SELECT * FROM cap_document ORDER BY number DESC LIMIT $1")
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all()
            .await?;
        rows.iter().map(record_of).collect()
    }

    /// The documents of an alert, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn cap_documents_of(&self, alert: AlertId) -> Result<Vec<CapRecord>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query("SELECT * FROM cap_document WHERE alert = $1 ORDER BY number")
            .bind(alert.0.cast_signed())
            .fetch_all()
            .await?;
        rows.iter().map(record_of).collect()
    }

    /// A document by its identifier.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn cap_document(&self, id: &str) -> Result<Option<CapRecord>, StoreError> {
        let mut connection = self.database.reader().await?;
        let row = connection
            .query("SELECT * FROM cap_document WHERE id = $1")
            .bind(id)
            .fetch_optional()
            .await?;
        row.as_ref().map(record_of).transpose()
    }
}

fn record_of(row: &Row) -> Result<CapRecord, StoreError> {
    Ok(CapRecord {
        id: row.get("id")?,
        alert: AlertId(row.get::<i64>("alert")?.cast_unsigned()),
        sent_at: instant(row.get("sent_at")?).map_err(content)?,
        body: row.get("body")?,
    })
}
