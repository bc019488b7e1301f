//! Deleting what was told, at its own deadlines.

use jiff::Timestamp;

use crate::database::{Subject, Transaction};
use crate::error::StoreError;
use crate::numbers::keep_last_number;
use crate::open::Store;
use crate::rows::micros;

/// From when on what was told is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToldDeadlines {
    /// Alerts that are over and answered, counted from the last that was done about them; silences, from their end.
    pub alerts: Timestamp,
    /// Sofortmeldungen and requests to talk, with the alerts that tell them, from when they were written.
    pub bulletins: Timestamp,
    /// The log of deliveries, from when each was decided; what still waits by then is not sent any more.
    pub deliveries: Timestamp,
}

/// What was deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RemovedTold {
    /// Alerts, with their history, receivers and documents.
    pub alerts: u64,
    /// Bulletins.
    pub bulletins: u64,
    /// Deliveries.
    pub deliveries: u64,
}

impl Store {
    /// Deletes what was told before its deadline. What goes on, or waits for somebody's answer, is not over: it stays. A
    /// bulletin goes at its deadline in any case, for it is a person's words.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing is deleted.
    pub async fn remove_told(&self, before: ToldDeadlines) -> Result<RemovedTold, StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Alerts).await?;
        for table in ["alert", "bulletin", "delivery", "silence"] {
            keep_last_number(&mut transaction, table).await?;
        }
        let bulletins = delete(
            &mut transaction,
            "DELETE FROM alert WHERE id IN (SELECT alert FROM bulletin WHERE at < $1) RETURNING id",
            before.bulletins,
        )
        .await?;
        let alerts = delete(
            &mut transaction,
            "DELETE FROM alert WHERE is_open = 0 AND touched_at < $1 AND id NOT IN (SELECT alert FROM bulletin) RETURNING id",
            before.alerts,
        )
        .await?;
        let deliveries = delete(
            &mut transaction,
            "DELETE FROM delivery WHERE created_at < $1 RETURNING id",
            before.deliveries,
        )
        .await?;
        delete(
            &mut transaction,
            "DELETE FROM silence WHERE ends_at < $1 RETURNING id",
            before.alerts,
        )
        .await?;
        transaction.commit().await?;
        Ok(RemovedTold {
            alerts,
            bulletins,
            deliveries,
        })
    }
}

async fn delete(
    transaction: &mut Transaction,
    statement: &'static str,
    before: Timestamp,
) -> Result<u64, StoreError> {
    let gone = transaction
        .query(statement)
        .bind(micros(before))
        .fetch_all()
        .await?;
    Ok(gone.len() as u64)
}
