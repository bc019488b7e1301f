//! What can go wrong with the store.

use std::path::PathBuf;

/// A failed question or write. Nothing of a failed write is kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL is no `sqlite:` URL.
    #[error("{0:?} is not a store URL; give sqlite:PATH, for example sqlite:lagebild.db")]
    Url(String),
    /// The database answered with an error.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the database cannot be brought to this version's schema: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A row holds what this version does not understand.
    #[error("the database holds a value this version cannot read: {0}")]
    Content(String),
    /// The key file could not be read or written.
    #[error("the key file {path} cannot be used: {problem}", path = path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
}
