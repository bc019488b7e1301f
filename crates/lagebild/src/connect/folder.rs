//! A folder into which files are put.

use std::collections::HashMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use lagebild_ingest::Import;
use lagebild_store::Store;

use super::{Trouble, read};

/// What tells that a file has changed.
type Stamp = (u64, Option<SystemTime>);

/// A folder, and what of it has been read.
pub(super) struct Folder {
    path: PathBuf,
    ending: Option<String>,
    /// As they were when they were read to the end.
    read: HashMap<PathBuf, Stamp>,
    /// As they were at the last look: a file is read once it has stopped growing.
    seen: HashMap<PathBuf, Stamp>,
}

impl Folder {
    pub(super) fn new(path: PathBuf, ending: Option<String>) -> Self {
        Self {
            path,
            ending,
            read: HashMap::new(),
            seen: HashMap::new(),
        }
    }

    /// Reads the files that are new or changed since they were read, oldest first.
    pub(super) async fn round(&mut self, import: &mut Import, store: &Store) -> Result<(), Trouble> {
        let found = self.look()?;
        let ready: Vec<(PathBuf, Stamp)> = found
            .iter()
            .filter(|(path, stamp)| {
                self.seen.get(*path) == Some(*stamp) && self.read.get(*path) != Some(*stamp)
            })
            .map(|(path, stamp)| (path.clone(), *stamp))
            .collect();
        self.read.retain(|path, _| found.contains_key(path));
        self.seen = found;
        let mut ready = ready;
        ready.sort_by(|(a, a_stamp), (b, b_stamp)| (a_stamp.1, a).cmp(&(b_stamp.1, b)));
        let mut trouble = None;
        for (path, stamp) in ready {
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            let result = match File::open(&path) {
                Ok(file) => read(import, &name, Box::new(file), store).await,
                Err(error) => Err(Trouble::from(format!("{name}: cannot be read ({error})"))),
            };
            match result {
                Ok(()) => {
                    self.read.insert(path, stamp);
                }
                // The other files are read all the same.
                Err(found) => trouble = Some(found),
            }
        }
        trouble.map_or(Ok(()), Err)
    }

    fn look(&self) -> Result<HashMap<PathBuf, Stamp>, Trouble> {
        let unreadable =
            |error: std::io::Error| Trouble::from(format!("the folder cannot be read ({error})"));
        let mut found = HashMap::new();
        for entry in fs::read_dir(&self.path).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            // A file may be gone again.
            let Ok(meta) = fs::metadata(&path) else { continue };
            if meta.is_file() && self.is_wanted(&path) {
                found.insert(path, (meta.len(), meta.modified().ok()));
            }
        }
        Ok(found)
    }

    /// Not what is hidden, or half written under another name.
    fn is_wanted(&self, path: &Path) -> bool {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy())
            .unwrap_or_default();
        let is_partial = [".part", ".tmp", ".filepart", ".crdownload"]
            .iter()
            .any(|ending| name.ends_with(ending));
        !name.starts_with('.')
            && !is_partial
            && self.ending.as_ref().is_none_or(|ending| name.ends_with(ending))
    }
}
