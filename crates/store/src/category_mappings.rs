//! Words of feeds that analysts mapped to categories.

use jiff::Timestamp;
use lagebild_domain::{CategoryId, Reviewer, SourceId};

use crate::error::StoreError;
use crate::open::Store;
use crate::rows::{content, micros};

impl Store {
    /// The words of a source that were mapped, beside those of its configuration.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn category_mappings(
        &self,
        source: &SourceId,
    ) -> Result<Vec<(String, CategoryId)>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query("SELECT word, category FROM category_mapping WHERE source = $1 ORDER BY word")
            .bind(source.as_str())
            .fetch_all()
            .await?;
        rows.iter()
            .map(|row| {
                let category = CategoryId::new(row.get::<String>("category")?).map_err(content)?;
                Ok((row.get("word")?, category))
            })
            .collect()
    }

    /// Maps a word of a source to a category, in place of an earlier mapping of it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn map_category(
        &self,
        source: &SourceId,
        word: &str,
        category: &CategoryId,
        by: &Reviewer,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut connection = self.database.writer().await?;
        connection
            .query(
                "INSERT INTO category_mapping (source, word, category, at, role, organisation) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (source, word) DO UPDATE SET \
                 category = excluded.category, at = excluded.at, role = excluded.role, \
                 organisation = excluded.organisation",
            )
            .bind(source.as_str())
            .bind(word)
            .bind(category.as_str())
            .bind(micros(at))
            .bind(by.role.as_str())
            .bind(by.organisation.as_str())
            .execute()
            .await
    }
}
