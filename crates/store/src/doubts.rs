//! Notices about the data, and the weekly layers: the latest of each, whole.

use jiff::Timestamp;
use lagebild_domain::{Notice, WeeklyLayer};

use crate::database::Subject;
use crate::error::StoreError;
use crate::open::Store;
use crate::rows::{content, instant, micros};

impl Store {
    /// Puts the notices of a look in place of those before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn replace_notices(&self, notices: &[Notice]) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Looks).await?;
        transaction.query("DELETE FROM data_notice").execute().await?;
        for (number, notice) in (0_i64..).zip(notices) {
            transaction
                .query("INSERT INTO data_notice (number, body) VALUES ($1, $2)")
                .bind(number)
                .bind(serde_json::to_string(notice).map_err(content)?)
                .execute()
                .await?;
        }
        transaction.commit().await
    }

    /// The notices of the latest look.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn data_notices(&self) -> Result<Vec<Notice>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query("SELECT body FROM data_notice ORDER BY number")
            .fetch_all()
            .await?;
        rows.iter()
            .map(|row| serde_json::from_str(&row.get::<String>(0)?).map_err(content))
            .collect()
    }

    /// Puts the weekly layers in place of those before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn replace_layers(&self, layers: &[WeeklyLayer], made_at: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Looks).await?;
        transaction.query("DELETE FROM weekly_layer").execute().await?;
        for layer in layers {
            transaction
                .query("INSERT INTO weekly_layer (id, made_at, body) VALUES ($1, $2, $3)")
                .bind(&layer.id)
                .bind(micros(made_at))
                .bind(serde_json::to_string(layer).map_err(content)?)
                .execute()
                .await?;
        }
        transaction.commit().await
    }

    /// The weekly layers, by id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn weekly_layers(&self) -> Result<Vec<WeeklyLayer>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query("SELECT body FROM weekly_layer ORDER BY id")
            .fetch_all()
            .await?;
        rows.iter()
            .map(|row| serde_json::from_str(&row.get::<String>(0)?).map_err(content))
            .collect()
    }

    /// When the weekly layers were made.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn layers_made_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut connection = self.database.reader().await?;
        let row = connection
            .query("SELECT MAX(made_at) FROM weekly_layer")
            .fetch_one()
            .await?;
        row.get::<Option<i64>>(0)?.map(instant).transpose()
    }
}
