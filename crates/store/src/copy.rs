//! A whole copy of the database, while it is being used.

use std::path::Path;

use crate::database::Database;
use crate::error::StoreError;
use crate::key;
use crate::open::Store;

impl Store {
    /// Writes the database as it is at one moment into a new file that only its owner may read, and gives `true`; a
    /// PostgreSQL database is copied by its own tools, and this gives `false`.
    ///
    /// Readers and writers go on meanwhile. The copy has none of the freed pages, in which something deleted may still
    /// stand. `SQLite` does not wait for the disk here, so this does.
    ///
    /// # Errors
    /// [`StoreError`] when the file exists already or cannot be written.
    pub async fn copy_to(&self, file: &Path) -> Result<bool, StoreError> {
        let Database::Sqlite(pools) = &self.database else {
            return Ok(false);
        };
        let failed = |error: std::io::Error| StoreError::from(sqlx::Error::Io(error));
        key::write_private(file, &[]).map_err(failed)?;
        let Some(name) = file.to_str() else {
            return Err(failed(std::io::Error::other("its name is no UTF-8")));
        };
        sqlx::query("VACUUM INTO $1")
            .bind(name)
            .execute(&pools.readers)
            .await?;
        std::fs::File::open(file)
            .and_then(|file| file.sync_all())
            .map_err(failed)?;
        Ok(true)
    }
}
