//! Opening the database.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use lagebild_domain::Revision;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tokio::sync::watch;

use crate::error::StoreError;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/sqlite");

/// Connections for reading; SQLite has one writer.
const READERS: u32 = 4;
/// How long a write waits for another process that writes.
const BUSY: Duration = Duration::from_secs(30);

/// The durable truth. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) readers: SqlitePool,
    pub(crate) writer: SqlitePool,
    pub(crate) key: Arc<[u8; 32]>,
    pub(crate) recorded: Arc<watch::Sender<Revision>>,
}

impl Store {
    /// Opens or creates the database of a `sqlite:` URL and brings its schema up to date. A relative path is one from
    /// `base`. The key for identities lies beside the database, in a file of its own with the ending `key`.
    ///
    /// # Errors
    /// [`StoreError`] when the URL is none, the database cannot be opened or migrated, or the key cannot be read.
    pub async fn open(url: &str, base: &Path) -> Result<Self, StoreError> {
        let file = url
            .strip_prefix("sqlite:")
            .filter(|path| !path.is_empty())
            .ok_or_else(|| StoreError::Url(url.to_owned()))?;
        let path = base.join(file.trim_start_matches("//"));
        let key_path = path.with_extension("key");
        let is_new_key = !key_path.exists();
        let key = load_or_make_key(&key_path)?;
        keep_private(&path)?;
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .pragma("cache_size", "-65536")
            .pragma("temp_store", "memory");
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await?;
        MIGRATIONS.run(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options.read_only(true))
            .await?;
        let store = Self {
            readers,
            writer,
            key: Arc::new(key),
            recorded: Arc::new(watch::channel(Revision::ZERO).0),
        };
        if is_new_key && store.holds_reports().await? {
            // With another key every row of a feed would come in as a new report.
            fs::remove_file(&key_path).ok();
            return Err(StoreError::Key {
                path: key_path,
                problem: "it is missing, and the database holds reports that were recorded with it; restore it from the backup"
                    .to_owned(),
            });
        }
        store.recorded.send_replace(store.revision().await?);
        Ok(store)
    }

    /// The newest revision, whoever wrote it.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn revision(&self) -> Result<Revision, StoreError> {
        let value: i64 = sqlx::query_scalar("SELECT value FROM revision WHERE only_row = 1")
            .fetch_one(&self.readers)
            .await?;
        Ok(Revision(value.cast_unsigned()))
    }

    async fn holds_reports(&self) -> Result<bool, StoreError> {
        let one: Option<i64> = sqlx::query_scalar("SELECT id FROM report LIMIT 1")
            .fetch_optional(&self.readers)
            .await?;
        Ok(one.is_some())
    }

    /// Tells each revision that this process writes, as soon as it is durable. Other processes' writes do not show here;
    /// a follower asks for changes now and then.
    pub fn recorded(&self) -> watch::Receiver<Revision> {
        self.recorded.subscribe()
    }
}

/// Takes the next `count` numbers of the revision inside a writing transaction; gives the one before the first.
pub(crate) async fn take_revisions(
    transaction: &mut sqlx::SqliteConnection,
    count: u64,
) -> Result<Revision, StoreError> {
    let last: i64 =
        sqlx::query_scalar("UPDATE revision SET value = value + $1 WHERE only_row = 1 RETURNING value")
            .bind(count.cast_signed())
            .fetch_one(transaction)
            .await?;
    Ok(Revision(last.cast_unsigned() - count))
}

fn load_or_make_key(path: &Path) -> Result<[u8; 32], StoreError> {
    let fail = |problem: String| StoreError::Key {
        path: PathBuf::from(path),
        problem,
    };
    match fs::read(path) {
        Ok(bytes) => bytes
            .try_into()
            .map_err(|_| fail("it does not hold 32 bytes; restore it from the backup".to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut key = [0; 32];
            getrandom::fill(&mut key).map_err(|error| fail(error.to_string()))?;
            write_private(path, &key).map_err(|error| fail(error.to_string()))?;
            Ok(key)
        }
        Err(error) => Err(fail(error.to_string())),
    }
}

/// Makes a database file that only its owner may read, where there is none yet; SQLite gives the files beside it the
/// same rights.
fn keep_private(path: &Path) -> Result<(), StoreError> {
    match write_private(path, &[]) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(StoreError::Database(error.into())),
        _ => Ok(()),
    }
}

/// Writes a file that only its owner may read.
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
