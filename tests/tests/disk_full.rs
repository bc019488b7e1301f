//! A full disk: on a small file system in memory, which only root may mount.

use std::path::Path;
use std::process::{Command, Stdio};

use lagebild_tests::{Installation, Postgres, database, musterstadt};
use tempfile::TempDir;

const ROWS: u64 = 60_000;
const REMEDY: [&str; 2] = ["the disk of the database is full", "Make room"];

#[test]
fn a_full_disk_under_sqlite_is_told_with_a_remedy_and_harms_nothing() {
    let Some(disk) = SmallDisk::mount(8) else { return };
    let installation = musterstadt::empty();
    let file = disk.folder().join("lage.db");
    let config = installation.read("lagebild.toml");
    installation.write(
        "lagebild.toml",
        format!("{config}\n[store]\nurl = \"sqlite:{}\"\n", file.display()),
    );
    installation.write("viele.csv", musterstadt::many(ROWS));
    let failed = installation
        .ingest("maengel", &["viele.csv"])
        .exits(1)
        .says(&REMEDY);
    assert_eq!(failed.stdout, "");
    assert_eq!(database::texts(&file, "PRAGMA integrity_check"), ["ok"]);
    let kept = database::number(&file, "SELECT COUNT(*) FROM report");
    disk.grow();
    goes_on(&installation, kept.cast_unsigned());
}

#[test]
fn a_full_disk_under_postgres_is_told_with_a_remedy_and_harms_nothing() {
    let Some(postgres) = Postgres::shared() else {
        return;
    };
    let Some(disk) = SmallDisk::mount(16) else { return };
    let url = postgres.database_in(disk.folder());
    let installation = musterstadt::on_postgres(&url);
    installation.write("viele.csv", musterstadt::many(ROWS));
    let failed = installation
        .ingest("maengel", &["viele.csv"])
        .exits(1)
        .says(&REMEDY);
    assert_eq!(failed.stdout, "");
    let kept = postgres.ask(&url, "SELECT COUNT(*) FROM report");
    disk.grow();
    goes_on(&installation, kept.parse().expect("a number"));
    postgres.drop_database(&url);
}

fn goes_on(installation: &Installation, kept: u64) {
    assert!(kept < ROWS, "the disk was full");
    assert_eq!(kept % 10_000, 0, "a batch is there whole or not at all");
    let counts = installation.ingest("maengel", &["viele.csv"]).exits(0).counts();
    assert_eq!((counts.unchanged, counts.accepted), (kept, ROWS - kept));
}

/// A file system of a few megabytes.
struct SmallDisk {
    mounted_at: TempDir,
}

impl SmallDisk {
    /// `None`, said clearly, where it may not be mounted.
    fn mount(megabytes: u32) -> Option<Self> {
        let mounted_at = tempfile::tempdir().expect("a folder");
        let options = format!("size={megabytes}m,mode=0777");
        if !mount(&["-t", "tmpfs", "-o", &options, "tmpfs"], mounted_at.path()) {
            eprintln!("a small file system cannot be mounted (only root may): a full disk is not tested");
            return None;
        }
        Some(Self { mounted_at })
    }

    fn folder(&self) -> &Path {
        self.mounted_at.path()
    }

    fn grow(&self) {
        assert!(mount(&["-o", "remount,size=400m"], self.mounted_at.path()));
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount").arg(self.mounted_at.path()).status().ok();
    }
}

fn mount(arguments: &[&str], at: &Path) -> bool {
    Command::new("mount")
        .args(arguments)
        .arg(at)
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
