//! What a database file holds, for what no address tells yet.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Connection, Row};

fn rows(database: &Path, query: &str) -> Vec<SqliteRow> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(database).read_only(true);
        let mut connection = SqliteConnection::connect_with(&options)
            .await
            .expect("a database");
        let found = sqlx::query(AssertSqlSafe(query.to_owned()))
            .fetch_all(&mut connection)
            .await;
        connection.close().await.expect("a database can be closed");
        found.expect("a query that the schema understands")
    })
}

/// Runs statements on a database file, which is made where there is none.
pub fn write(database: &Path, statements: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let options = SqliteConnectOptions::new()
            .filename(database)
            .create_if_missing(true);
        let mut connection = SqliteConnection::connect_with(&options)
            .await
            .expect("a database");
        let statements = sqlx::raw_sql(AssertSqlSafe(statements.to_owned()));
        statements
            .execute(&mut connection)
            .await
            .expect("statements that SQLite understands");
        connection.close().await.expect("a database can be closed");
    });
}

/// A row in quarantine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Its first line.
    pub line: i64,
    /// The reason's name.
    pub code: String,
    /// The reason in words.
    pub reason: String,
}

/// The quarantine by line.
pub fn quarantine(database: &Path) -> Vec<Quarantined> {
    rows(
        database,
        "SELECT line, code, reason FROM quarantine ORDER BY line",
    )
    .iter()
    .map(|row| Quarantined {
        line: row.get(0),
        code: row.get(1),
        reason: row.get(2),
    })
    .collect()
}

/// Lines and codes of the quarantine.
pub fn quarantined_lines(database: &Path) -> Vec<(i64, String)> {
    quarantine(database)
        .into_iter()
        .map(|row| (row.line, row.code))
        .collect()
}

/// A single whole number.
pub fn number(database: &Path, query: &str) -> i64 {
    rows(database, query).first().expect("one row").get(0)
}

/// The first column as texts; an absent value is an empty text.
pub fn texts(database: &Path, query: &str) -> Vec<String> {
    rows(database, query)
        .iter()
        .map(|row| row.get::<Option<String>, _>(0).unwrap_or_default())
        .collect()
}
