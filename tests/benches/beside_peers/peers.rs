//! Other programs that read the same file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use tempfile::TempDir;

use crate::feed::COLUMNS;

/// Runs a program to its end and says how many seconds it took; `None`, and a line, when it is missing.
pub(crate) fn seconds(command: &mut Command) -> Option<f64> {
    let started = Instant::now();
    if let Ok(status) = command.stdout(Stdio::null()).status() {
        assert!(status.success(), "{command:?} ended with {status}");
        return Some(started.elapsed().as_secs_f64());
    }
    println!(
        "{} is missing: no comparison with it (scripts/install-bench-peers.sh installs it)",
        command.get_program().to_string_lossy()
    );
    None
}

/// Whether the peer's table is indexed: unique by the feed's id and by time, as ours is by identity and revision.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    Plain,
    Indexed,
}

fn schema(table: Table) -> String {
    let columns: Vec<String> = COLUMNS.iter().map(|column| format!("{column} TEXT")).collect();
    let indexes = match table {
        Table::Plain => "",
        Table::Indexed => "CREATE UNIQUE INDEX by_id ON feed (id); CREATE INDEX by_time ON feed (created);",
    };
    format!("CREATE TABLE feed ({}); {indexes}", columns.join(", "))
}

/// `sqlite3 .import`, with the settings that we use: WAL, `synchronous = NORMAL`.
pub(crate) fn sqlite_import(feed: &Path, table: Table) -> Option<f64> {
    let folder = TempDir::new().expect("a folder");
    let pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536;";
    seconds(
        Command::new("sqlite3")
            .arg(folder.path().join("peer.db"))
            .arg(format!("{pragmas} {}", schema(table)))
            .arg(".mode csv")
            .arg(format!(".import --skip 1 {} feed", feed.display())),
    )
}

/// The script that many would write: Python's `csv` and `sqlite3`.
pub(crate) fn python_import(feed: &Path) -> Option<f64> {
    let folder = TempDir::new().expect("a folder");
    let script = format!(
        "import csv, sqlite3, sys\n\
         db = sqlite3.connect(sys.argv[1])\n\
         db.executescript('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; {}')\n\
         rows = csv.reader(open(sys.argv[2], newline='', encoding='utf-8'))\n\
         next(rows)\n\
         db.executemany('INSERT INTO feed VALUES (?,?,?,?,?,?,?,?,?,?,?,?)', rows)\n\
         db.commit()\n",
        schema(Table::Indexed)
    );
    seconds(
        Command::new("python3")
            .args(["-c", &script])
            .arg(folder.path().join("peer.db"))
            .arg(feed),
    )
}

/// A PostgreSQL cluster of our own, gone when it is dropped.
pub(crate) struct Postgres {
    folder: TempDir,
    bin: PathBuf,
}

impl Postgres {
    /// `None`, and a line, where PostgreSQL is not installed.
    pub(crate) fn start() -> Option<Self> {
        let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok().map(|entry| entry.path().join("bin")))
            .filter(|bin| bin.join("initdb").exists())
            .collect();
        versions.sort();
        let Some(bin) = versions.pop() else {
            println!(
                "PostgreSQL is missing: no comparison with it (scripts/install-bench-peers.sh installs it)"
            );
            return None;
        };
        let folder = TempDir::new().expect("a folder");
        let postgres = Self { folder, bin };
        let data = postgres.folder.path().join("data");
        fs::create_dir(&data).expect("a folder");
        if is_root() {
            let owned = Command::new("chown")
                .arg("-R")
                .arg("postgres")
                .arg(postgres.folder.path())
                .status();
            assert!(owned.is_ok_and(|status| status.success()));
        }
        postgres.run(
            "initdb",
            &["--auth=trust", "--username=postgres", "--encoding=UTF8"],
        );
        let options = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}'",
            postgres.folder.path().display()
        );
        postgres.run(
            "pg_ctl",
            &[
                "start",
                "--wait",
                "--silent",
                "--log=/dev/null",
                "--options",
                &options,
            ],
        );
        Some(postgres)
    }

    /// `psql \copy` of the file into a new table.
    pub(crate) fn copy(&self, feed: &Path, table: Table) -> Option<f64> {
        let psql = || {
            let mut command = Command::new(self.bin.join("psql"));
            command.args([
                "--quiet",
                "--no-psqlrc",
                "--username=postgres",
                "--set=ON_ERROR_STOP=1",
                "--host",
            ]);
            command.arg(self.folder.path()).stdout(Stdio::null());
            command
        };
        let made = psql()
            .arg("--command")
            .arg(format!("DROP TABLE IF EXISTS feed; {}", schema(table)))
            .status();
        assert!(made.is_ok_and(|status| status.success()));
        let copy = format!("\\copy feed FROM '{}' WITH (FORMAT csv, HEADER)", feed.display());
        seconds(psql().arg("--command").arg(copy))
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(self.bin.join(program));
            command
        } else {
            Command::new(self.bin.join(program))
        };
        let status = command
            .args(arguments)
            .env("PGDATA", self.folder.path().join("data"))
            .stdout(Stdio::null())
            .current_dir(self.folder.path())
            .status();
        assert!(status.is_ok_and(|status| status.success()), "{program} failed");
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.run("pg_ctl", &["stop", "--mode=immediate", "--silent"]);
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("--user").output();
    id.is_ok_and(|id| id.stdout == b"0\n")
}
