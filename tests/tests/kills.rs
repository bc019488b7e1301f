//! Nothing acknowledged is lost: import, server and PostgreSQL are killed at random points under load.
//!
//! A handful of points here; `make kill-runs` does a hundred with the release build and prints the table.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use lagebild_tests::dice::Dice;
use lagebild_tests::{
    Client, Durability, Installation, Postgres, Server, database, lagebild, musterstadt, until,
};

/// Longest wait for what must come.
const AT_MOST: Duration = Duration::from_mins(2);
/// Points, where `LAGEBILD_KILL_POINTS` does not say.
const FEW: usize = 5;
/// Rows of a batch.
const BATCH: u64 = 40_000;
/// Rows of the feed.
const ROWS: u64 = 3 * BATCH;

/// What is killed, and on which store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Victim {
    ImportOnSqlite,
    ServerOnSqlite,
    ImportOnPostgres,
    ServerOnPostgres,
    PostgresItself,
}

impl Victim {
    fn is_on_postgres(self) -> bool {
        !matches!(self, Self::ImportOnSqlite | Self::ServerOnSqlite)
    }
}

const VICTIMS: [Victim; 5] = [
    Victim::ImportOnSqlite,
    Victim::ServerOnSqlite,
    Victim::ImportOnPostgres,
    Victim::ServerOnPostgres,
    Victim::PostgresItself,
];

/// A line of the table.
struct Point {
    victim: Victim,
    after_ms: u128,
    reports_acknowledged: u64,
    reports_found: u64,
    sessions_acknowledged: usize,
    sessions_found: usize,
}

#[test]
fn what_was_acknowledged_is_there_after_a_kill_at_any_point() {
    let points = std::env::var("LAGEBILD_KILL_POINTS").map_or(FEW, |text| text.parse().expect("a number"));
    let Some(mut postgres) = Postgres::start(Durability::Whole) else {
        return;
    };
    let feed = musterstadt::many(ROWS);
    // How long an import takes when nothing is killed, and what it leaves behind.
    let mut whole = BTreeMap::new();
    let mut takes = BTreeMap::new();
    for on_postgres in [false, true] {
        let site = Site::new(on_postgres.then_some(&postgres), &feed);
        let started = Instant::now();
        site.import_whole();
        takes.insert(on_postgres, started.elapsed());
        whole.insert(on_postgres, site.content(&postgres));
    }
    let mut dice = Dice(20_261_122);
    println!("| point | killed | after ms | reports acknowledged | found | sessions acknowledged | found |");
    println!("|---|---|---|---|---|---|---|");
    for number in 1..=points {
        let victim = VICTIMS[number % VICTIMS.len()];
        let longest = takes[&victim.is_on_postgres()];
        let after = Duration::from_micros(dice.throw(longest.as_micros() as u64));
        let point = kill_one(victim, after, &mut postgres, &feed, &whole);
        println!(
            "| {number} | {:?} | {} | {} | {} | {} | {} |",
            point.victim,
            point.after_ms,
            point.reports_acknowledged,
            point.reports_found,
            point.sessions_acknowledged,
            point.sessions_found
        );
        assert!(point.reports_found >= point.reports_acknowledged);
        assert_eq!(point.sessions_found, point.sessions_acknowledged);
    }
}

fn kill_one(
    victim: Victim,
    after: Duration,
    postgres: &mut Postgres,
    feed: &str,
    whole: &BTreeMap<bool, String>,
) -> Point {
    let on_postgres = victim.is_on_postgres();
    let site = Site::new(on_postgres.then_some(&*postgres), feed);
    let server = Server::serve(&site.installation);
    let mut sessions = Sessions::open_until_it_fails(server.client());
    let mut import = Import::start(&site.installation);
    let started = Instant::now();
    import.wait(after);
    let after_ms = started.elapsed().as_millis();
    let mut server = Some(server);
    match victim {
        Victim::ImportOnSqlite | Victim::ImportOnPostgres => import.kill(),
        Victim::ServerOnSqlite | Victim::ServerOnPostgres => {
            server.take().expect("a server").kill();
            // An import beside a server that dies goes on.
            assert_eq!(import.end(), Some(0));
        }
        Victim::PostgresItself => {
            postgres.kill();
            let code = import.end();
            assert!(
                matches!(code, Some(0 | 1)),
                "a lost database is exit code 1, not {code:?}"
            );
            postgres.run();
        }
    }
    let reports_acknowledged = import.acknowledged;
    let reports_found = site.number(postgres, "SELECT COUNT(*) FROM report");
    // Rows are acknowledged in the order of the file: it is just those that must be there.
    let first =
        format!("SELECT COUNT(*) FROM report WHERE CAST(external_id AS BIGINT) < {reports_acknowledged}");
    assert_eq!(site.number(postgres, &first), reports_acknowledged);
    assert_eq!(reports_found % BATCH, 0, "a batch is there whole or not at all");

    let cookies = sessions.end();
    let server = match server {
        Some(server) => server,
        None => Server::serve(&site.installation),
    };
    let sessions_found = cookies
        .iter()
        .filter(|cookie| {
            let client = server.client().with("cookie", cookie);
            // After PostgreSQL was away, the first answers may still be 503.
            until("an answer about a session", AT_MOST, || {
                let status = client.get("/api/v1/me").status;
                (status != 503).then_some(status == 200)
            })
        })
        .count();
    site.import_whole();
    assert_eq!(
        site.content(postgres),
        whole[&on_postgres],
        "as if nothing had been killed"
    );
    let analyst = server.as_bearer("demo-analyst");
    until("the picture has reached the store", AT_MOST, || {
        let answer = analyst.get("/api/v1/me");
        (answer.status == 200 && answer.json()["revision"] == ROWS).then_some(())
    });
    server.stop_after_trouble();
    Point {
        victim,
        after_ms,
        reports_acknowledged,
        reports_found,
        sessions_acknowledged: cookies.len(),
        sessions_found,
    }
}

/// An installation on one of the stores.
struct Site {
    installation: Installation,
    url: Option<String>,
}

impl Site {
    fn new(postgres: Option<&Postgres>, feed: &str) -> Self {
        let url = postgres.map(Postgres::database);
        let installation = match &url {
            Some(url) => musterstadt::on_postgres(url),
            None => musterstadt::empty(),
        };
        installation.write("viele.csv", feed);
        Self { installation, url }
    }

    fn import_whole(&self) {
        let counts = self
            .installation
            .ingest("maengel", &["viele.csv"])
            .exits(0)
            .counts();
        assert_eq!((counts.accepted + counts.unchanged, counts.read()), (ROWS, ROWS));
    }

    fn ask(&self, postgres: &Postgres, sql: &str) -> String {
        match &self.url {
            Some(url) => postgres.ask(url, sql),
            None => database::texts(&self.installation.database(), sql).join(","),
        }
    }

    fn number(&self, postgres: &Postgres, sql: &str) -> u64 {
        let sql = format!("SELECT CAST(({sql}) AS TEXT)");
        self.ask(postgres, &sql).parse().expect("a number")
    }

    /// What the store holds, apart from when it was received.
    fn content(&self, postgres: &Postgres) -> String {
        let sums = [
            "SELECT COUNT(*) FROM report",
            "SELECT COUNT(DISTINCT external_id) FROM report",
            "SELECT COUNT(DISTINCT digest) FROM report",
            "SELECT SUM(version) FROM report",
            "SELECT SUM(occurred_from / 1000000) FROM report",
            "SELECT MIN(sequence) FROM report",
            "SELECT MAX(sequence) FROM report",
            "SELECT COUNT(DISTINCT sequence) FROM report",
            "SELECT value FROM revision",
            "SELECT COUNT(*) FROM report_version",
            "SELECT COUNT(*) FROM quarantine",
        ];
        sums.map(|sql| self.number(postgres, sql).to_string()).join(" ")
    }
}

/// A running import that tells what it has made durable.
struct Import {
    process: Child,
    lines: Receiver<String>,
    acknowledged: u64,
}

impl Import {
    fn start(installation: &Installation) -> Self {
        let mut process = Command::new(lagebild())
            .args([
                "ingest",
                "--config",
                "lagebild.toml",
                "--source",
                "maengel",
                "--progress",
                "lines",
                "viele.csv",
            ])
            .current_dir(installation.folder())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be run");
        let stderr = process.stderr.take().expect("a pipe");
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                sender.send(line).ok();
            }
        });
        Self {
            process,
            lines,
            acknowledged: 0,
        }
    }

    /// Lets it run for a while.
    fn wait(&mut self, at_most: Duration) {
        let deadline = Instant::now() + at_most;
        loop {
            match self
                .lines
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                Ok(line) => self.note(&line),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn note(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("acknowledged ") {
            let accepted = counts.split(' ').find_map(|word| word.strip_prefix("accepted="));
            self.acknowledged = accepted.expect("a count").parse().expect("a number");
        } else if line.starts_with("error: ") {
            // The rest are lines of the log.
            assert!(
                line.contains("does not answer"),
                "an error says what to see to: {line}"
            );
        }
    }

    fn kill(&mut self) {
        self.process.kill().expect("a process of ours");
        self.end();
    }

    /// Its exit code; what it had still said is noted.
    fn end(&mut self) -> Option<i32> {
        let status = self.process.wait().expect("a process of ours");
        while let Ok(line) = self.lines.recv() {
            self.note(&line);
        }
        status.code()
    }
}

/// Sessions that are opened one after the other, until the server does not answer any more.
struct Sessions {
    cookies: Arc<Mutex<Vec<String>>>,
    enough: Arc<AtomicBool>,
    opening: Option<std::thread::JoinHandle<()>>,
}

impl Sessions {
    fn open_until_it_fails(client: Client) -> Self {
        let cookies = Arc::new(Mutex::new(Vec::new()));
        let enough = Arc::new(AtomicBool::new(false));
        let (kept, stop) = (Arc::clone(&cookies), Arc::clone(&enough));
        let opening = std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                let token = Some("{\"token\":\"demo-city\"}");
                let Some(answer) = client.try_send("POST", "/api/v1/session", token) else {
                    return;
                };
                if answer.status == 200 {
                    let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default();
                    kept.lock().expect("a list").push(cookie.to_owned());
                }
            }
        });
        Self {
            cookies,
            enough,
            opening: Some(opening),
        }
    }

    fn end(&mut self) -> Vec<String> {
        self.enough.store(true, Ordering::Relaxed);
        if let Some(opening) = self.opening.take() {
            opening.join().expect("no panic");
        }
        std::mem::take(&mut self.cookies.lock().expect("a list"))
    }
}
