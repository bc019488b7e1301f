//! A PostgreSQL server of the tests' own: its cluster, its socket and its end.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::wait::until;

/// Longest time until a server must answer.
const START: Duration = Duration::from_mins(5);
/// The server's own user.
const USER: &str = "postgres";
/// Owner of the databases; like an installation's role, it may do nothing else.
const OWNER: &str = "lage";

/// A server on a Unix socket in a folder of its own. It ends, and the folder goes, when this is dropped or when the process
/// of the tests ends, however it does.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    /// The server's watchdog; it ends the server when its standard input closes.
    watchdog: Option<Child>,
    databases: AtomicU32,
}

/// How much a server does for durability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// As PostgreSQL comes.
    Whole,
    /// Nothing that only a power cut would need.
    OfTheProcess,
}

impl Postgres {
    /// The server that the tests of this process share; `None`, said clearly, where PostgreSQL is not installed and this is
    /// not CI.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: LazyLock<Option<Postgres>> =
            LazyLock::new(|| Postgres::start(Durability::OfTheProcess));
        SHARED.as_ref()
    }

    /// A server of one's own; `None` as for [`Postgres::shared`].
    pub fn start(durability: Durability) -> Option<Self> {
        let Some(programs) = programs() else {
            let said = "PostgreSQL (initdb, Debian package postgresql) is missing: what needs it cannot run; `make tools` installs it";
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{said}");
            eprintln!("{said}");
            return None;
        };
        // As root the folder must be the server's user's, so that user makes it.
        let made = as_server_user("mktemp")
            .args(["-d", "/tmp/lagebild-postgres-XXXXXX"])
            .output();
        let folder = PathBuf::from(text_of(made, "a folder for the server").trim());
        let mut initdb = as_server_user(programs.join("initdb"));
        initdb.arg("--pgdata").arg(folder.join("data")).args([
            "--username",
            USER,
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
            "--locale",
            "C.UTF-8",
            "--no-sync",
        ]);
        text_of(initdb.output(), "a new cluster");
        let mut server = Self {
            programs,
            folder,
            watchdog: None,
            databases: AtomicU32::new(0),
        };
        let settings = match durability {
            Durability::Whole => "max_connections = 200\n",
            Durability::OfTheProcess => "max_connections = 200\nfsync = off\nfull_page_writes = off\n",
        };
        let mut append = as_server_user("tee");
        append
            .arg("-a")
            .arg(server.folder.join("data/postgresql.conf"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null());
        let mut append = append.spawn().expect("tee can be run");
        std::io::Write::write_all(&mut append.stdin.take().expect("a pipe"), settings.as_bytes())
            .expect("the settings can be written");
        assert!(append.wait().is_ok_and(|status| status.success()));
        server.run();
        let owner = server.program("createuser").arg(OWNER).output();
        text_of(owner, "the owner of the databases");
        Some(server)
    }

    /// Starts the server, again after [`Postgres::kill`].
    pub fn run(&mut self) {
        // The shell is the server's parent, so that a test that is killed leaves no server behind.
        let script = "\"$0\" -D \"$1/data\" -k \"$1\" -c listen_addresses= >> \"$1/log\" 2>&1 & server=$!; \
                      echo $server > \"$1/pid\"; cat > /dev/null; kill -INT $server 2> /dev/null; wait $server; \
                      [ -e \"$1/again\" ] || rm -rf \"$1\"";
        let mut command = as_server_user("sh");
        command
            .arg("-c")
            .arg(script)
            .arg(self.programs.join("postgres"))
            .arg(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null());
        self.watchdog = Some(command.spawn().expect("a shell can be run"));
        let mut ask = self.program("pg_isready");
        ask.stdout(Stdio::null());
        until("a PostgreSQL server that answers", START, || {
            ask.status().is_ok_and(|status| status.success()).then_some(())
        });
    }

    /// Kills the server and all its children at once, as the kernel or a power cut would.
    pub fn kill(&mut self) {
        let again = self.folder.join("again");
        text_of(as_server_user("touch").arg(&again).output(), "a mark");
        let pid = fs::read_to_string(self.folder.join("pid")).expect("the server's number");
        // Held still first: a child that it makes after they were counted would keep the shared memory, and no server starts
        // beside that.
        let stop = Command::new("kill").args(["-STOP", pid.trim()]).status();
        assert!(
            stop.is_ok_and(|status| status.success()),
            "the server can be stopped"
        );
        let children = Command::new("pgrep").args(["-P", pid.trim()]).output();
        let children = children.map(|found| String::from_utf8_lossy(&found.stdout).into_owned());
        let children = children.unwrap_or_default();
        let all: Vec<&str> = children.split_whitespace().chain([pid.trim()]).collect();
        Command::new("kill")
            .arg("-9")
            .args(&all)
            .stderr(Stdio::null())
            .status()
            .expect("kill can be run");
        until("an end of all of the server's processes", START, || {
            all.iter().all(|pid| has_ended(pid)).then_some(())
        });
        if let Some(mut watchdog) = self.watchdog.take() {
            drop(watchdog.stdin.take());
            watchdog.wait().ok();
        }
        text_of(as_server_user("rm").arg(&again).output(), "a mark taken away");
    }

    /// URL of a new and empty database.
    pub fn database(&self) -> String {
        let name = format!("lage_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let made = self.program("createdb").args(["--owner", OWNER, &name]).output();
        text_of(made, "a new database");
        format!("postgres:///{name}?host={}&user={OWNER}", self.folder.display())
    }

    /// The same with its tables in a folder, which must let anybody in.
    pub fn database_in(&self, folder: &Path) -> String {
        let made = as_server_user("mkdir").arg(folder.join("tables")).output();
        text_of(made, "a folder for tables");
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let make = format!("CREATE TABLESPACE small LOCATION '{}/tables'", folder.display());
        let admin = format!("postgres:///postgres?host={}&user={USER}", self.folder.display());
        self.ask(&admin, &make);
        let name = format!("lage_{number}");
        self.ask(
            &admin,
            &format!("CREATE DATABASE {name} OWNER {OWNER} TABLESPACE small"),
        );
        format!("postgres:///{name}?host={}&user={OWNER}", self.folder.display())
    }

    /// Takes away what [`Postgres::database_in`] made.
    pub fn drop_database(&self, url: &str) {
        let name = url
            .trim_start_matches("postgres:///")
            .split('?')
            .next()
            .unwrap_or_default();
        let admin = format!("postgres:///postgres?host={}&user={USER}", self.folder.display());
        self.ask(&admin, &format!("DROP DATABASE {name}"));
        self.ask(&admin, "DROP TABLESPACE small");
    }

    /// What `psql` prints of a query, without headings, columns by `|`.
    pub fn ask(&self, url: &str, sql: &str) -> String {
        let output = Command::new(self.programs.join("psql"))
            .args([
                "--no-psqlrc",
                "--quiet",
                "--tuples-only",
                "--no-align",
                "--set",
                "ON_ERROR_STOP=1",
            ])
            .args([url, "--command", sql])
            .output();
        text_of(output, sql).trim().to_owned()
    }

    /// Puts an extension into a database, as only the server's own user may.
    pub fn create_extension(&self, url: &str, name: &str) {
        let url = url.replace(&format!("user={OWNER}"), &format!("user={USER}"));
        self.ask(&url, &format!("CREATE EXTENSION {name}"));
    }

    /// Runs a file of SQL.
    pub fn load(&self, url: &str, file: &Path) {
        let output = Command::new(self.programs.join("psql"))
            .args([
                "--no-psqlrc",
                "--quiet",
                "--set",
                "ON_ERROR_STOP=1",
                url,
                "--file",
            ])
            .arg(file)
            .stdout(Stdio::null())
            .output();
        text_of(output, "a file of SQL");
    }

    /// The folder with socket and log.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.arg("--host").arg(&self.folder).args(["--username", USER]);
        command
    }
}

/// True when a process is gone, or only its number is left.
fn has_ended(pid: &str) -> bool {
    let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else {
        return true;
    };
    // The name before the state stands in brackets and may hold any sign.
    stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z'))
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(mut watchdog) = self.watchdog.take() {
            drop(watchdog.stdin.take());
            watchdog.wait().ok();
        }
    }
}

/// The newest installed PostgreSQL: Debian's folders, else the PATH.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, folder)| folder.join("initdb").exists())
        .collect();
    versions.sort();
    if let Some((_, folder)) = versions.pop() {
        return Some(folder);
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

/// The command; as root in the name of the server's user, because PostgreSQL refuses to run as root.
fn as_server_user(program: impl Into<OsString>) -> Command {
    static IS_ROOT: LazyLock<bool> = LazyLock::new(|| {
        let id = Command::new("id").arg("-u").output();
        id.is_ok_and(|output| output.stdout == b"0\n")
    });
    let program = program.into();
    let mut command = if *IS_ROOT {
        let mut command = Command::new("runuser");
        command.args(["-u", USER, "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    // The server's user may not enter the folder that the tests run in.
    command.current_dir("/");
    command
}

#[track_caller]
fn text_of(output: std::io::Result<Output>, what: &str) -> String {
    let output = output.unwrap_or_else(|error| panic!("{what}: {error}"));
    assert!(
        output.status.success(),
        "{what}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
