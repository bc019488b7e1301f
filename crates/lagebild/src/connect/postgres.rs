//! A view of a PostgreSQL database.

use std::fs;
use std::io::{Seek as _, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use lagebild_ingest::{Import, Requests, SqlName};
use lagebild_store::Store;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};
use tokio::time::timeout;

use super::http::hours_before;
use super::{Trouble, read};

/// Rows that are fetched at once.
const AT_ONCE: u32 = 5_000;

/// A view, and since when its rows are asked for.
pub(super) struct View {
    url_file: PathBuf,
    name: SqlName,
    cursor: Option<SqlName>,
    requests: Requests,
    last_success: Option<Timestamp>,
}

impl View {
    pub(super) fn new(url_file: PathBuf, name: SqlName, cursor: Option<SqlName>, requests: Requests) -> Self {
        Self {
            url_file,
            name,
            cursor,
            requests,
            last_success: None,
        }
    }

    /// Reads the view as of one moment; rows of a view with a cursor since the last success less the overlap, first for
    /// `backfill_days`.
    pub(super) async fn round(&mut self, import: &mut Import, store: &Store) -> Result<(), Trouble> {
        let started = Timestamp::now();
        let since = match self.last_success {
            Some(at) => hours_before(at, self.requests.overlap_hours),
            None => hours_before(started, self.requests.backfill_days.saturating_mul(24)),
        };
        let longest = Duration::from_secs(u64::from(self.requests.timeout_seconds));
        let spooled = timeout(longest, self.spool(since)).await;
        let spooled =
            spooled.map_err(|_| Trouble::from("the database did not answer in time".to_owned()))??;
        // The database is left alone before the rows are read, however long that takes.
        read(import, "view", Box::new(spooled), store).await?;
        self.last_success = Some(started);
        Ok(())
    }

    /// The rows as lines of JSON in a file without a name.
    async fn spool(&self, since: Timestamp) -> Result<fs::File, Trouble> {
        let url = fs::read_to_string(&self.url_file)
            .map_err(|error| Trouble::from(format!("`url_file` cannot be read ({})", error.kind())))?;
        let options: PgConnectOptions = url
            .trim()
            .parse()
            .map_err(|_| Trouble::from("`url_file` holds no postgres:// address".to_owned()))?;
        let mut connection = PgConnection::connect_with(&options.application_name("lagebild feed"))
            .await
            .map_err(|error| told(&error))?;
        let mut file = tempfile::tempfile()
            .map_err(|error| Trouble::from(format!("no room for the rows ({})", error.kind())))?;
        let mut rows = connection.begin().await.map_err(|error| told(&error))?;
        let condition = self
            .cursor
            .as_ref()
            .map(|cursor| format!("WHERE v.{cursor} >= '{since}'::timestamptz"))
            .unwrap_or_default();
        for statement in [
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY".to_owned(),
            format!(
                "DECLARE feed NO SCROLL CURSOR FOR SELECT row_to_json(v)::text FROM {} v {condition}",
                self.name
            ),
        ] {
            // Names are checked and quoted, and the time is ours.
            sqlx::query(AssertSqlSafe(statement))
                .execute(&mut *rows)
                .await
                .map_err(|error| told(&error))?;
        }
        let most_bytes = u64::from(self.requests.max_mb) << 20;
        let mut bytes = 0;
        loop {
            let found = sqlx::query(AssertSqlSafe(format!("FETCH {AT_ONCE} FROM feed")))
                .fetch_all(&mut *rows)
                .await
                .map_err(|error| told(&error))?;
            if found.is_empty() {
                break;
            }
            for row in found {
                let line: String = row.try_get(0).map_err(|error| told(&error))?;
                bytes += line.len() as u64 + 1;
                if bytes > most_bytes {
                    return Err(Trouble::from(format!(
                        "the view gives more than {} MiB; raise `max_mb`, or name a `cursor`",
                        self.requests.max_mb
                    )));
                }
                writeln!(file, "{line}")
                    .map_err(|error| Trouble::from(format!("no room for the rows ({})", error.kind())))?;
            }
        }
        drop(rows);
        connection.close().await.ok();
        file.rewind()
            .map_err(|error| Trouble::from(format!("the rows cannot be read ({})", error.kind())))?;
        Ok(file)
    }
}

/// Without the database's own words: they may hold a row.
fn told(error: &sqlx::Error) -> Trouble {
    Trouble::from(match error {
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            let meaning = match code.as_ref() {
                "42P01" => "there is no such view",
                "42703" => "the view has no column as `cursor` names it",
                "42501" => "the role may not read the view",
                "28P01" | "28000" => "the role may not sign in",
                "3D000" => "there is no such database",
                _ => "the database refused",
            };
            format!("{meaning} (SQLSTATE {code})")
        }
        sqlx::Error::Io(error) => format!("the database cannot be reached ({})", error.kind()),
        sqlx::Error::Tls(_) => {
            "the database asks for TLS, which is not spoken here; use a socket or a tunnel".to_owned()
        }
        _ => "the database cannot be read".to_owned(),
    })
}
