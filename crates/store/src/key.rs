//! The key of the identities: 32 random bytes in a file of their own.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::database::Database;
use crate::error::StoreError;

/// Gives the database's key a name that does not betray it.
const FINGERPRINT_CONTEXT: &str = "lagebild 2026-11 fingerprint of the key of identities";

/// The key in the file, which must be the database's; a database without one gets the file's, or a new one.
///
/// With another key every row of a feed would come in as a new report, so the database keeps the key's fingerprint.
pub(crate) async fn unlock(database: &Database, path: &Path) -> Result<[u8; 32], StoreError> {
    let fail = |problem: &str| StoreError::Key {
        path: path.to_owned(),
        problem: problem.to_owned(),
    };
    let is_new = !path.exists();
    if is_new {
        if fingerprint(database).await?.is_some() || holds_reports(database).await? {
            return Err(fail(
                "it is missing, and the database was filled with it; copy it from another node or restore it from the backup",
            ));
        }
        make(path).map_err(|error| fail(&error.to_string()))?;
    }
    let bytes = fs::read(path).map_err(|error| fail(&error.to_string()))?;
    let key = <[u8; 32]>::try_from(bytes)
        .map_err(|_| fail("it does not hold 32 bytes; restore it from the backup"))?;
    let own = blake3::derive_key(FINGERPRINT_CONTEXT, &key)[..16].to_vec();
    let mut connection = database.writer().await?;
    connection
        .query("INSERT INTO identity_key (only_row, fingerprint) VALUES (1, $1) ON CONFLICT (only_row) DO NOTHING")
        .bind(own.as_slice())
        .execute()
        .await?;
    drop(connection);
    if fingerprint(database).await?.is_some_and(|stored| stored != own) {
        if is_new {
            // Another node was first.
            fs::remove_file(path).ok();
        }
        return Err(fail(
            "it is not the key that this database was filled with; copy that one from another node or restore it from the backup",
        ));
    }
    Ok(key)
}

async fn fingerprint(database: &Database) -> Result<Option<Vec<u8>>, StoreError> {
    let mut connection = database.reader().await?;
    let row = connection
        .query("SELECT fingerprint FROM identity_key WHERE only_row = 1")
        .fetch_optional()
        .await?;
    row.map(|row| row.get("fingerprint")).transpose()
}

async fn holds_reports(database: &Database) -> Result<bool, StoreError> {
    let mut connection = database.reader().await?;
    let one = connection
        .query("SELECT id FROM report LIMIT 1")
        .fetch_optional()
        .await?;
    Ok(one.is_some())
}

fn make(path: &Path) -> io::Result<()> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|error| io::Error::other(error.to_string()))?;
    match write_private(path, &key) {
        // Another process of this machine was first, and its key is as good.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        written => written,
    }
}

/// Writes a new file that only its owner may read.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
