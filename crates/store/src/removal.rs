//! Deleting reports: when their deadline has passed, or when their owner says so.

use jiff::{SignedDuration, Timestamp};
use lagebild_domain::{CategoryId, ExternalId, Identity, Revision, Source, SourceId};

use crate::database::{Subject, Transaction};
use crate::error::StoreError;
use crate::open::{Store, take_revisions};
use crate::rows::micros;

/// Reports that one transaction deletes.
const BATCH: i64 = 1_000;

/// Days that a row stays in quarantine after it was last met.
const QUARANTINE_DAYS: u32 = 30;

/// Why a report was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    Deadline,
    Erasure,
}

impl Reason {
    fn word(self) -> &'static str {
        match self {
            Self::Deadline => "deadline",
            Self::Erasure => "erasure",
        }
    }
}

/// What was deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removed {
    /// Reports, each with all its versions.
    pub reports: u64,
    /// Entries of the quarantine.
    pub quarantined: u64,
}

impl Store {
    /// Deletes what a source may not keep any longer: reports that happened more than its days ago, with all their versions,
    /// and what has been in quarantine for longer, or for more than 30 days. Published counts stay.
    ///
    /// # Errors
    /// [`StoreError`]; what was deleted until then stays deleted.
    pub async fn remove_expired(&self, source: &Source, now: Timestamp) -> Result<Removed, StoreError> {
        let before = |days: u32| {
            let days = SignedDuration::from_hours(24 * i64::from(days));
            now.checked_sub(days).unwrap_or(Timestamp::MIN)
        };
        let deadline = before(source.retention_days);
        let own = &source.retention_days_by_category;
        let mut removed = Removed::default();
        for (category, days) in own {
            let condition = "category = $4";
            removed.reports += self
                .remove_before(&source.id, before(*days), now, condition, &[category])
                .await?;
        }
        let numbered: Vec<String> = (4..4 + own.len()).map(|number| format!("${number}")).collect();
        let condition = if own.is_empty() {
            "1 = 1".to_owned()
        } else {
            format!("category NOT IN ({})", numbered.join(", "))
        };
        let others: Vec<&CategoryId> = own.keys().collect();
        removed.reports += self
            .remove_before(&source.id, deadline, now, &condition, &others)
            .await?;
        let days = SignedDuration::from_hours(24 * i64::from(QUARANTINE_DAYS));
        let content_deadline = now.checked_sub(days).unwrap_or(Timestamp::MIN).max(deadline);
        let mut connection = self.database.writer().await?;
        // Who discarded a row does not want to see it again: of it, only that and why is left.
        let rows = connection
            .query(
                "DELETE FROM quarantine WHERE source = $1 AND (received_at < $2 \
                 OR (received_at < $3 AND code <> 'discarded')) RETURNING line",
            )
            .bind(source.id.as_str())
            .bind(micros(deadline))
            .bind(micros(content_deadline))
            .fetch_all()
            .await?;
        removed.quarantined = rows.len() as u64;
        Ok(removed)
    }

    /// Deletes the reports of a source that happened before its deadline, as far as the condition holds for their category; how
    /// many there were.
    async fn remove_before(
        &self,
        source: &SourceId,
        deadline: Timestamp,
        now: Timestamp,
        condition: &str,
        categories: &[&CategoryId],
    ) -> Result<u64, StoreError> {
        let mut removed = 0;
        loop {
            let mut transaction = self
                .database
                .begin_writing(Subject::Source(source.as_str()))
                .await?;
            let mut query = transaction
                .query_made(format!(
                    "SELECT id FROM report WHERE source = $1 AND occurred_to < $2 AND {condition} ORDER BY id LIMIT $3"
                ))
                .bind(source.as_str())
                .bind(micros(deadline))
                .bind(BATCH);
            for category in categories {
                query = query.bind(category.as_str());
            }
            let rows = query.fetch_all().await?;
            let ids = rows
                .iter()
                .map(|row| row.get(0))
                .collect::<Result<Vec<i64>, _>>()?;
            if ids.is_empty() {
                return Ok(removed);
            }
            removed += ids.len() as u64;
            self.remove(transaction, source, &ids, now, Reason::Deadline)
                .await?;
        }
    }

    /// Deletes one report with all its versions on its owner's instruction; false when there is none with this id.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing is deleted.
    pub async fn erase(
        &self,
        source: &SourceId,
        external_id: &ExternalId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let identity = Identity::new(&self.key, source, external_id);
        let mut transaction = self
            .database
            .begin_writing(Subject::Source(source.as_str()))
            .await?;
        let row = transaction
            .query("SELECT id FROM report WHERE identity = $1")
            .bind(identity.0.to_vec())
            .fetch_optional()
            .await?;
        let Some(row) = row else { return Ok(false) };
        let id = row.get(0)?;
        self.remove(transaction, source, &[id], now, Reason::Erasure)
            .await?;
        Ok(true)
    }

    async fn remove(
        &self,
        mut transaction: Transaction,
        source: &SourceId,
        ids: &[i64],
        now: Timestamp,
        reason: Reason,
    ) -> Result<(), StoreError> {
        for id in ids {
            for statement in [
                "DELETE FROM report_version WHERE id = $1",
                "DELETE FROM report WHERE id = $1",
            ] {
                transaction.query(statement).bind(*id).execute().await?;
            }
        }
        let count = ids.len() as u64;
        let before = take_revisions(&mut transaction, count).await?;
        for (sequence, id) in (before.0 + 1..).zip(ids) {
            transaction
                .query(
                    "INSERT INTO removal (sequence, report, source, removed_at, reason) VALUES ($1, $2, $3, $4, $5)",
                )
                .bind(sequence.cast_signed())
                .bind(*id)
                .bind(source.as_str())
                .bind(micros(now))
                .bind(reason.word())
                .execute()
                .await?;
        }
        transaction.commit().await?;
        self.recorded.send_replace(Revision(before.0 + count));
        Ok(())
    }
}
