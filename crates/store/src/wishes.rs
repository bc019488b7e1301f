//! What organisations want to be told, and what not for a while: subscriptions and silences.

use jiff::Timestamp;
use lagebild_domain::alert::{Silence, Subscription};
use lagebild_domain::{OrganisationId, SubscriptionId};

use crate::database::Subject;
use crate::error::StoreError;
use crate::numbers::next_number;
use crate::open::Store;
use crate::rows::{content, micros};

impl Store {
    /// The subscriptions of an organisation that were made over the API.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn subscriptions(&self, of: &OrganisationId) -> Result<Vec<Subscription>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query("SELECT body FROM subscription WHERE organisation = $1 ORDER BY created_at, id")
            .bind(of.as_str())
            .fetch_all()
            .await?;
        rows.iter()
            .map(|row| serde_json::from_str(&row.get::<String>(0)?).map_err(content))
            .collect()
    }

    /// Keeps a subscription; false when another organisation has one of this id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_subscription(
        &self,
        subscription: &Subscription,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut connection = self.database.writer().await?;
        let kept = connection
            .query(
                "INSERT INTO subscription (id, organisation, created_at, body) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (id) DO UPDATE SET body = excluded.body \
                 WHERE subscription.organisation = excluded.organisation RETURNING id",
            )
            .bind(subscription.id.as_str())
            .bind(subscription.organisation.as_str())
            .bind(micros(now))
            .bind(serde_json::to_string(subscription).map_err(content)?)
            .fetch_optional()
            .await?;
        Ok(kept.is_some())
    }

    /// Deletes a subscription of an organisation; false when it has none of this id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_subscription(
        &self,
        of: &OrganisationId,
        id: &SubscriptionId,
    ) -> Result<bool, StoreError> {
        let mut connection = self.database.writer().await?;
        let gone = connection
            .query("DELETE FROM subscription WHERE organisation = $1 AND id = $2 RETURNING id")
            .bind(of.as_str())
            .bind(id.as_str())
            .fetch_optional()
            .await?;
        Ok(gone.is_some())
    }

    /// The silences of an organisation, newest first, those that have ended too.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn silences(&self, of: &OrganisationId) -> Result<Vec<Silence>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query("SELECT body FROM silence WHERE organisation = $1 ORDER BY id DESC LIMIT 1000")
            .bind(of.as_str())
            .fetch_all()
            .await?;
        rows.iter()
            .map(|row| serde_json::from_str(&row.get::<String>(0)?).map_err(content))
            .collect()
    }

    /// Keeps a silence under a number of its own, whatever number it comes with.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_silence(&self, silence: Silence) -> Result<Silence, StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Alerts).await?;
        let next = next_number(&mut transaction, "silence").await?;
        let silence = Silence {
            id: next.cast_unsigned(),
            ..silence
        };
        transaction
            .query("INSERT INTO silence (id, organisation, ends_at, body) VALUES ($1, $2, $3, $4)")
            .bind(next)
            .bind(silence.by.organisation.as_str())
            .bind(micros(silence.ends_at))
            .bind(serde_json::to_string(&silence).map_err(content)?)
            .execute()
            .await?;
        transaction.commit().await?;
        Ok(silence)
    }

    /// Ends a silence of an organisation now; `None` when it has none of this number.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_silence(
        &self,
        of: &OrganisationId,
        number: u64,
        now: Timestamp,
    ) -> Result<Option<Silence>, StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Alerts).await?;
        let row = transaction
            .query("SELECT body FROM silence WHERE organisation = $1 AND id = $2")
            .bind(of.as_str())
            .bind(i64::try_from(number).unwrap_or(i64::MAX))
            .fetch_optional()
            .await?;
        let Some(row) = row else { return Ok(None) };
        let mut silence: Silence = serde_json::from_str(&row.get::<String>(0)?).map_err(content)?;
        silence.ends_at = silence.ends_at.min(now);
        transaction
            .query("UPDATE silence SET ends_at = $2, body = $3 WHERE id = $1")
            .bind(number.cast_signed())
            .bind(micros(silence.ends_at))
            .bind(serde_json::to_string(&silence).map_err(content)?)
            .execute()
            .await?;
        transaction.commit().await?;
        Ok(Some(silence))
    }
}
