//! Copies of the database, each in a folder of its own with a manifest that says until when it may be kept.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use lagebild_domain::german;
use serde::{Deserialize, Serialize};

/// The copy of the database.
pub(crate) const DATABASE: &str = "lagebild.db";
const MANIFEST: &str = "manifest.json";

/// Where copies lie, and how long they are kept.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct BackupSection {
    /// Folder, relative to the configuration.
    pub(crate) folder: PathBuf,
    /// Days after which a copy is deleted: so much longer may what was deleted live on in one.
    keep_days: u16,
}

impl Default for BackupSection {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("backups"),
            keep_days: 30,
        }
    }
}

/// What is said of a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    pub(crate) made_at: Timestamp,
    /// First day on which it is not kept any longer.
    pub(crate) delete_on: Date,
    /// Version of the program that made it.
    pub(crate) program: String,
    /// State of the data.
    pub(crate) revision: u64,
    /// Last seal of the audit log when the copy was begun, to be looked for with `audit verify --seal`.
    pub(crate) audit_seal: String,
    pub(crate) database_bytes: u64,
    /// BLAKE3 of the copy.
    pub(crate) database_blake3: String,
}

impl BackupSection {
    /// Folder for a copy that is made now.
    pub(crate) fn folder_at(&self, base: &Path, now: Timestamp) -> PathBuf {
        let name = now.strftime("%Y-%m-%dT%H%M%SZ").to_string();
        base.join(&self.folder).join(name)
    }

    /// First day on which a copy of now is not kept any longer.
    pub(crate) fn delete_on(&self, now: Timestamp) -> Date {
        german::day_of(now).saturating_add(i64::from(self.keep_days).days())
    }

    /// Deletes the copies whose day has come; gives their names. What is no copy stays.
    ///
    /// # Errors
    /// When one of them cannot be deleted.
    pub(crate) fn delete_due(&self, base: &Path, now: Timestamp) -> io::Result<Vec<String>> {
        let today = german::day_of(now);
        let mut deleted = Vec::new();
        for (folder, _) in self
            .list(base)?
            .iter()
            .filter(|(_, manifest)| manifest.delete_on <= today)
        {
            // First the data; without a manifest the rest is no copy.
            for file in [DATABASE, MANIFEST] {
                fs::remove_file(folder.join(file))?;
            }
            fs::remove_dir(folder)?;
            deleted.extend(folder.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
        Ok(deleted)
    }

    /// The copies and their manifests, the oldest first.
    ///
    /// # Errors
    /// When the folder is there and cannot be read.
    pub(crate) fn list(&self, base: &Path) -> io::Result<Vec<(PathBuf, Manifest)>> {
        let entries = match fs::read_dir(base.join(&self.folder)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut copies = Vec::new();
        for entry in entries {
            let folder = entry?.path();
            if let Ok(manifest) = Manifest::read(&folder) {
                copies.push((folder, manifest));
            }
        }
        copies.sort_by_key(|(_, manifest)| manifest.made_at);
        Ok(copies)
    }
}

impl Manifest {
    /// Reads the manifest of a copy.
    ///
    /// # Errors
    /// When there is none, or it is not one.
    pub(crate) fn read(folder: &Path) -> io::Result<Self> {
        Ok(serde_json::from_slice(&fs::read(folder.join(MANIFEST))?)?)
    }

    /// Writes it beside the copy.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        fs::write(folder.join(MANIFEST), format!("{:#}\n", serde_json::json!(self)))
    }

    /// Tells whether the copy beside it is the one that it speaks of.
    ///
    /// # Errors
    /// When the copy cannot be read.
    pub(crate) fn fits(&self, folder: &Path) -> io::Result<bool> {
        Ok(hash_of(&folder.join(DATABASE))? == (self.database_bytes, self.database_blake3.clone()))
    }
}

/// Length and BLAKE3 of a file.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn hash_of(file: &Path) -> io::Result<(u64, String)> {
    let mut hasher = blake3::Hasher::new();
    let mut file = fs::File::open(file)?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((hasher.count(), hasher.finalize().to_hex().to_string()));
        }
        hasher.update(&buffer[..read]);
    }
}
