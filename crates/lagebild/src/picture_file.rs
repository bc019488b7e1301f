//! The picture's file: read at the start, written now and then and at the end.
//!
//! It only saves time. Whatever is wrong with it, the picture is rebuilt from the store. It is good for one history of the
//! store: the stamp that it bears is one that the store knows, and a report that is deleted there takes the stamps away, so
//! that no file brings it back.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use lagebild_domain::{Revision, Stamp};
use lagebild_situation::{Situation, Snapshot, UnusableSnapshot};
use lagebild_store::{Store, StoreError};
use tokio::sync::{Mutex, watch};

/// Time between two looks whether the file is still good. What came since it was written is read from the store at the
/// next start.
const BETWEEN: Duration = Duration::from_hours(1);

/// Where a server keeps its picture.
#[derive(Debug)]
pub(crate) struct PictureFile {
    path: PathBuf,
    store: Store,
    situation: Arc<Situation>,
    /// What the picture goes back to; `None` when the store does not know it any more.
    origin: Option<Origin>,
    /// Held while the file is written, also by a writing that nobody waits for any more.
    writing: Arc<Mutex<()>>,
}

/// A state of the picture that the store knows by its stamp.
#[derive(Debug, Clone, Copy)]
struct Origin {
    stamp: Stamp,
    revision: Revision,
}

/// Why the file was not written.
#[derive(Debug, thiserror::Error)]
enum NotWritten {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Why the file is not used.
#[derive(Debug, thiserror::Error)]
enum NotUsed {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Unusable(#[from] UnusableSnapshot),
    #[error("it is of another history of the database: a backup was restored, or reports were deleted since")]
    OtherHistory,
    #[error("reading it ended unexpectedly")]
    Panicked,
}

/// Puts the file's picture in the place of the present one, if there is a file and it fits the store. Changes neither file
/// nor store.
pub(crate) async fn load(path: &Path, store: &Store, situation: &Arc<Situation>) {
    if let Err(reason) = read(path, store, situation).await {
        not_used(&reason);
    }
}

impl PictureFile {
    pub(crate) fn new(path: PathBuf, store: Store, situation: Arc<Situation>) -> Self {
        Self {
            path,
            store,
            situation,
            origin: None,
            writing: Arc::default(),
        }
    }

    /// Begins with the file's picture where there is one that fits the store, else with an empty one. To be called before
    /// anything is read from the store.
    pub(crate) async fn begin(&mut self) {
        self.origin = match read(&self.path, &self.store, &self.situation).await {
            Ok(origin @ Some(_)) => origin,
            Ok(None) => self.begin_anew().await,
            Err(reason) => {
                not_used(&reason);
                // It may hold what was deleted.
                self.take_away();
                self.begin_anew().await
            }
        };
    }

    async fn begin_anew(&self) -> Option<Origin> {
        let first = Origin {
            stamp: Stamp(rand::random()),
            revision: Revision::ZERO,
        };
        match self.store.begin_stamps(first.stamp).await {
            Ok(()) => Some(first),
            Err(error) => {
                self.warn(&error);
                None
            }
        }
    }

    /// Writes the file when the picture is loaded, and again and again while it changes.
    pub(crate) async fn keep(&mut self, mut reached: watch::Receiver<Option<Revision>>) {
        reached.wait_for(Option::is_some).await.ok();
        loop {
            self.write().await;
            tokio::time::sleep(BETWEEN).await;
        }
    }

    /// Writes the file if the picture has changed, and takes it away if the store does not know it any more.
    pub(crate) async fn write(&mut self) {
        let Some(origin) = self.origin else { return };
        let snapshot = self.situation.snapshot();
        let kept = if snapshot.revision() > origin.revision {
            self.replace(origin, snapshot).await
        } else {
            self.store
                .knows_stamp(origin.stamp)
                .await
                .map(|is_known| is_known.then_some(origin))
                .map_err(NotWritten::from)
        };
        match kept {
            Ok(Some(origin)) => self.origin = Some(origin),
            Ok(None) => {
                tracing::info!(
                    "reports were deleted under this server: the picture's file is taken away; the next start rebuilds it"
                );
                self.origin = None;
                self.take_away();
            }
            Err(error) => self.warn(&error),
        }
    }

    /// The state that the file bears now; `None` when the store does not know the origin any more.
    async fn replace(&self, origin: Origin, snapshot: Snapshot) -> Result<Option<Origin>, NotWritten> {
        let started = Instant::now();
        let next = Origin {
            stamp: Stamp(rand::random()),
            revision: snapshot.revision(),
        };
        // The store knows the stamp before a file bears it, and by then holds all that the file will.
        if !self.store.replace_stamp(origin.stamp, next.stamp).await? {
            return Ok(None);
        }
        let path = self.path.clone();
        let held = Arc::clone(&self.writing).lock_owned().await;
        let writing = tokio::task::spawn_blocking(move || {
            let _held = held;
            replace(&path, |file| snapshot.write(next.stamp, file))
        });
        writing.await.map_err(io::Error::other)??;
        let elapsed_ms = started.elapsed().as_millis() as u64;
        tracing::debug!(revision = %next.revision, elapsed_ms, "the picture's file is written");
        Ok(Some(next))
    }

    fn take_away(&self) {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, path = %self.path.display(), "the picture's file is of no use and cannot be removed; delete it by hand");
            }
            _ => {}
        }
    }

    fn warn(&self, error: &impl std::fmt::Display) {
        tracing::warn!(%error, path = %self.path.display(), "the picture's file cannot be written; the next start takes longer");
    }
}

fn not_used(reason: &NotUsed) {
    tracing::info!(%reason, "the picture's file is not used; the picture is rebuilt");
}

/// `None` where there is no file.
async fn read(path: &Path, store: &Store, situation: &Arc<Situation>) -> Result<Option<Origin>, NotUsed> {
    let started = Instant::now();
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(NotUsed::Unusable(error.into())),
    };
    let vocabulary_of = Arc::clone(situation);
    let reading = tokio::task::spawn_blocking(move || {
        let length = file.metadata()?.len();
        Snapshot::read(file, length, &vocabulary_of)
    });
    let (stamp, snapshot) = reading.await.map_err(|_| NotUsed::Panicked)??;
    let revision = snapshot.revision();
    if revision > store.revision().await? || !store.knows_stamp(stamp).await? {
        return Err(NotUsed::OtherHistory);
    }
    situation.resume(snapshot, store.hotspots().await?, store.publications().await?);
    let elapsed_ms = started.elapsed().as_millis() as u64;
    tracing::info!(%revision, elapsed_ms, "the picture goes on from its file");
    Ok(Some(Origin { stamp, revision }))
}

/// Puts a new file in the place of the old, whole or not at all, readable by its owner only.
fn replace(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let new = path.with_extension("picture.new");
    // One that an interrupted writing left behind.
    fs::remove_file(&new).ok();
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new)?;
    let written = write(&mut file).and_then(|()| file.sync_all());
    if let Err(error) = written.and_then(|()| fs::rename(&new, path)) {
        // A full disk is not to be kept full by half a file.
        fs::remove_file(&new).ok();
        return Err(error);
    }
    // The folder's entry too must outlast a power cut.
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
