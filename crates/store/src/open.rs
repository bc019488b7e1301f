//! Opening the database.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lagebild_domain::Revision;
use sqlx::ConnectOptions;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tokio::sync::watch;

use crate::database::{Database, SqlitePools, Transaction};
use crate::error::StoreError;
use crate::key;
use crate::url::{StoreUrl, Target};

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/postgres");

/// Connections for reading; SQLite has one writer.
const SQLITE_READERS: u32 = 4;
/// How long a write waits for another process that writes.
const BUSY: Duration = Duration::from_secs(30);
/// Connections to PostgreSQL; a server keeps one to listen and one to lead.
const POSTGRES_CONNECTIONS: u32 = 10;
/// How long a question waits for a connection to the server.
const CONNECTING: Duration = Duration::from_secs(10);
/// The server lets go of a node that has died without a word after half a minute.
const KEEPALIVES: [(&str, &str); 3] = [
    ("tcp_keepalives_idle", "15"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "3"),
];

/// The durable truth. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) database: Database,
    pub(crate) key: Arc<[u8; 32]>,
    pub(crate) recorded: Arc<watch::Sender<Revision>>,
}

impl Store {
    /// Opens the database of a URL, SQLite's where there is none yet, and brings its schema up to date. Relative paths are
    /// ones from `base`; `key_file` holds the key of the identities, by default [`StoreUrl::key_file`].
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be opened or migrated, or the key is not the database's.
    pub async fn open(url: &StoreUrl, base: &Path, key_file: Option<&Path>) -> Result<Self, StoreError> {
        let database = match &url.target {
            Target::Sqlite(file) => open_sqlite(&base.join(file)).await?,
            Target::Postgres(options) => open_postgres(options).await?,
        };
        let key_file = key_file.map_or_else(|| url.key_file(), Path::to_path_buf);
        let key = key::unlock(&database, &base.join(key_file)).await?;
        let store = Self {
            database,
            key: Arc::new(key),
            recorded: Arc::new(watch::channel(Revision::ZERO).0),
        };
        store.recorded.send_replace(store.revision().await?);
        Ok(store)
    }

    /// The newest revision, whoever wrote it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revision(&self) -> Result<Revision, StoreError> {
        let mut connection = self.database.reader().await?;
        let row = connection
            .query("SELECT value FROM revision WHERE only_row = 1")
            .fetch_one()
            .await?;
        Ok(Revision(row.get::<i64>("value")?.cast_unsigned()))
    }
}

/// Takes the next `count` numbers of the revision inside a writing transaction; gives the one before the first.
pub(crate) async fn take_revisions(
    transaction: &mut Transaction,
    count: u64,
) -> Result<Revision, StoreError> {
    let row = transaction
        .query("UPDATE revision SET value = value + $1 WHERE only_row = 1 RETURNING value")
        .bind(count.cast_signed())
        .fetch_one()
        .await?;
    Ok(Revision(row.get::<i64>("value")?.cast_unsigned() - count))
}

async fn open_sqlite(path: &Path) -> Result<Database, StoreError> {
    keep_private(path)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("cache_size", "-65536")
        .pragma("temp_store", "memory")
        .disable_statement_logging();
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options.clone())
        .await?;
    if SQLITE_MIGRATIONS.run(&writer).await.is_err() {
        // Another process may have been at it in the same moment; then there is nothing left to do.
        SQLITE_MIGRATIONS.run(&writer).await?;
    }
    let readers = SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS)
        .connect_with(options.read_only(true))
        .await?;
    Ok(Database::Sqlite(SqlitePools { readers, writer }))
}

async fn open_postgres(options: &PgConnectOptions) -> Result<Database, StoreError> {
    let options = options
        .clone()
        .application_name("lagebild")
        .options(KEEPALIVES)
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(CONNECTING)
        .connect_with(options)
        .await?;
    POSTGRES_MIGRATIONS.run(&pool).await?;
    if let Err(error) = sqlx::raw_sql(include_str!("geometry.sql")).execute(&pool).await {
        // Views for other programs: nothing of ours needs them.
        tracing::warn!(%error, "the views for desktop maps could not be made");
    }
    Ok(Database::Postgres(pool))
}

/// Makes a database file that only its owner may read, where there is none yet; SQLite gives the files beside it the
/// same rights.
fn keep_private(path: &Path) -> Result<(), StoreError> {
    match key::write_private(path, &[]) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(StoreError::Database(error.into())),
        _ => Ok(()),
    }
}
