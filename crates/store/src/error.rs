//! What can go wrong with the store.

use std::path::PathBuf;

/// A failed question or write. Nothing of a failed write is kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database answered with an error.
    #[error("the database failed: {0}")]
    Database(sqlx::Error),
    /// The disk of the database is full.
    #[error(
        "the disk of the database is full ({0}); nothing of this write was kept, and the database is whole. Make room, then do it again"
    )]
    Full(sqlx::Error),
    /// The database server does not answer, or the connection to it was lost.
    #[error("the database server does not answer ({0}); see that it runs and that [store] url is right")]
    Unreachable(sqlx::Error),
    /// The schema is of a newer version.
    #[error(
        "the database was opened by a newer version of the program, whose schema this one does not know; run the newer one here too"
    )]
    Newer,
    /// The schema could not be brought up to date.
    #[error("the database cannot be brought to this version's schema: {0}")]
    Migration(sqlx::migrate::MigrateError),
    /// A row holds what this version does not understand.
    #[error("the database holds a value this version cannot read: {0}")]
    Content(String),
    /// The key file could not be read or written, or is not this database's.
    #[error("the key file {path} cannot be used: {problem}", path = path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
}

/// SQLite: the primary result code says that the disk is full.
const SQLITE_FULL: i32 = 13;
/// SQLite: a write failed, which a quota or a limit of file sizes does too.
const SQLITE_IOERR_WRITE: i32 = 778;
/// PostgreSQL: `disk_full`.
const DISK_FULL: &str = "53100";
/// PostgreSQL: classes `connection_exception` and `operator_intervention` (shutdown, crash, terminated).
const CONNECTION_CLASSES: [&str; 2] = ["08", "57"];

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::VersionMissing(_) => Self::Newer,
            sqlx::migrate::MigrateError::Execute(error) => Self::from(error),
            other => Self::Migration(other),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::Tls(_) => Self::Unreachable(error),
            sqlx::Error::Database(answer) => {
                let code = answer.code().unwrap_or_default();
                let is_postgres = answer
                    .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
                    .is_some();
                if is_postgres && CONNECTION_CLASSES.iter().any(|class| code.starts_with(class)) {
                    return Self::Unreachable(error);
                }
                let number: Option<i32> = code.parse().ok();
                let is_full = if is_postgres {
                    code == DISK_FULL
                } else {
                    number.is_some_and(|n| n & 0xff == SQLITE_FULL || n == SQLITE_IOERR_WRITE)
                };
                if is_full {
                    Self::Full(error)
                } else {
                    Self::Database(error)
                }
            }
            _ => Self::Database(error),
        }
    }
}
