//! `lagebild backup` and `lagebild restore`.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use lagebild_store::AuditState;

use crate::backups::{self, Manifest};
use crate::failure::Failure;
use crate::installation::Installation;
use crate::{output, own_deeds, retention};

/// Write a whole copy of the database beside a running server, with a manifest.
///
/// The copy goes to a folder of its own in `[backup] folder`; `retention run` and the server delete it when its day has
/// come (`[backup] keep_days`). The key file is not in it: keep that elsewhere, nothing can be restored without it.
/// PostgreSQL is copied by its own tools (`pg_dump --format=custom`).
///
/// Example: lagebild backup --config lagebild.toml
#[derive(Args)]
pub(crate) struct Backup {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
}

/// Put a copy of the database in the place of one that is lost, and delete what has reached its deadline since.
///
/// Example: lagebild restore --config lagebild.toml --from backups/2026-11-22T020000Z
#[derive(Args)]
pub(crate) struct Restore {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// The copy's folder.
    #[arg(long)]
    from: PathBuf,
}

impl Backup {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let installation = Installation::load(&self.config)?;
        let config = &installation.config;
        if config.store.url.sqlite_file(&config.base).is_none() {
            return Err(Failure::usage(
                "PostgreSQL is copied by its own tools: pg_dump --format=custom --file=lagebild.dump DATABASE. Delete such \
                 copies by their own deadline; retention does not reach them",
            ));
        }
        let store = installation.open_store().await?;
        let AuditState::Whole { seal, .. } = store.verify_audit(None).await? else {
            return Err(Failure::failed(
                "the audit log is broken: see `lagebild audit verify`; keep this database and its older copies as they are",
            ));
        };
        let now = Timestamp::now();
        let folder = config.backup.folder_at(&config.base, now);
        fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
        let revision = store.revision().await?;
        let copy = folder.join(backups::DATABASE);
        store.copy_to(&copy).await?;
        let (database_bytes, database_blake3) =
            backups::hash_of(&copy).map_err(|error| unreadable(&copy, &error))?;
        let manifest = Manifest {
            made_at: now,
            delete_on: config.backup.delete_on(now),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            revision: revision.0,
            audit_seal: seal.to_string(),
            database_bytes,
            database_blake3,
        };
        manifest
            .write(&folder)
            .map_err(|error| unwritable(&folder, &error))?;
        own_deeds::note(&store, "backup", &format!("delete_on={}", manifest.delete_on)).await?;
        output::say(&format!(
            "folder={} bytes={database_bytes} revision={revision} delete_on={}",
            folder.display(),
            manifest.delete_on
        ));
        Ok(())
    }
}

impl Restore {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let installation = Installation::load(&self.config)?;
        let config = &installation.config;
        let Some(target) = config.store.url.sqlite_file(&config.base) else {
            return Err(Failure::usage(
                "PostgreSQL is restored by its own tools: pg_restore --dbname=DATABASE lagebild.dump",
            ));
        };
        let manifest = Manifest::read(&self.from).map_err(|error| unreadable(&self.from, &error))?;
        let fits = manifest
            .fits(&self.from)
            .map_err(|error| unreadable(&self.from, &error))?;
        if !fits {
            return Err(Failure::failed(format!(
                "{}: the copy is not what its manifest says (length or BLAKE3 differ); take another one",
                self.from.display()
            )));
        }
        refuse_to_overwrite(&target)?;
        // Under another name first: a copy that was cut off is never taken for the database.
        let coming = target.with_extension("restoring");
        let placed = fs::copy(self.from.join(backups::DATABASE), &coming)
            .and_then(|_| fs::File::open(&coming)?.sync_all())
            .and_then(|()| fs::rename(&coming, &target));
        placed.map_err(|error| unwritable(&target, &error))?;
        let store = match installation.open_store().await {
            Ok(store) => store,
            Err(failure) => {
                // Nothing was written to it yet: the next attempt finds the place free.
                for file in files_of(&target) {
                    match fs::remove_file(&file) {
                        Err(error) if error.kind() != ErrorKind::NotFound => {
                            return Err(unwritable(&file, &error));
                        }
                        _ => {}
                    }
                }
                return Err(failure);
            }
        };
        let now = Timestamp::now();
        let gone = retention::run(&store, &installation, now).await?;
        own_deeds::note(&store, "restore", &format!("made_at={}", manifest.made_at)).await?;
        output::note(&format!(
            "this is the state of {}: what was erased on instruction since then must be erased again (retention erase), and \
             feeds bring in anew what they still hold",
            manifest.made_at
        ));
        output::say(&format!(
            "revision={} made_at={} {gone}",
            manifest.revision, manifest.made_at
        ));
        Ok(())
    }
}

/// The files of a `SQLite` database.
fn files_of(database: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|ending| {
        let mut name = database.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    })
}

fn refuse_to_overwrite(database: &Path) -> Result<(), Failure> {
    for file in files_of(database) {
        if file.exists() {
            return Err(Failure::failed(format!(
                "{} is there: stop the server and move it away, with its -wal and -shm; nothing was changed",
                file.display()
            )));
        }
    }
    Ok(())
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::failed(format!("{}: cannot be read as a copy: {error}", path.display()))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::failed(format!("{}: cannot be written: {error}", path.display()))
}
