//! Stamps by which the store knows the files that its picture is written to.
//!
//! A restored backup does not know the stamps that were made since, and a deleted report takes all of them away (a trigger
//! of the schema): a stamp that is known is that of a file of this history that holds no deleted report.

use lagebild_domain::Stamp;

use crate::error::StoreError;
use crate::open::Store;

impl Store {
    /// Keeps the first stamp of a picture that begins empty.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_stamps(&self, first: Stamp) -> Result<(), StoreError> {
        let mut connection = self.database.writer().await?;
        connection
            .query("INSERT INTO picture_stamp (stamp) VALUES ($1)")
            .bind(first.0.as_slice())
            .execute()
            .await
    }

    /// Puts a stamp in the place of the one that the picture goes back to, which stays known until the next is put in
    /// place. False, with nothing kept, when that one is not known any more: then the picture may hold what the store
    /// does not.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn replace_stamp(&self, old: Stamp, new: Stamp) -> Result<bool, StoreError> {
        let mut connection = self.database.writer().await?;
        // The row itself is changed, so that a deletion in the same moment finds it, before or after.
        let replaced = connection
            .query(
                "UPDATE picture_stamp SET stamp = $1, predecessor = $2 WHERE stamp = $2 OR predecessor = $2 \
                 RETURNING stamp",
            )
            .bind(new.0.as_slice())
            .bind(old.0.as_slice())
            .fetch_all()
            .await?;
        Ok(!replaced.is_empty())
    }

    /// True when the store has kept the stamp, in this history, and no report was deleted since.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn knows_stamp(&self, stamp: Stamp) -> Result<bool, StoreError> {
        let mut connection = self.database.reader().await?;
        let found = connection
            .query("SELECT 1 FROM picture_stamp WHERE stamp = $1 OR predecessor = $1")
            .bind(stamp.0.as_slice())
            .fetch_optional()
            .await?;
        Ok(found.is_some())
    }
}
