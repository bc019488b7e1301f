//! The two databases behind one small face.
//!
//! A connection takes an SQL text that both understand, with `$1` for its values. Texts that cannot be the same for both
//! stand side by side in [`Dialect`].

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{
    AssertSqlSafe, Decode, Encode, PgConnection, PgPool, Postgres, Row as _, SqlSafeStr, Sqlite,
    SqliteConnection, SqlitePool, Type,
};

use crate::dialect::Dialect;
use crate::error::StoreError;

/// The same for whichever of the two it is.
macro_rules! either {
    ($of:expr, $name:pat => $do:expr) => {
        match $of {
            Self::Sqlite($name) => $do,
            Self::Postgres($name) => $do,
        }
    };
}

/// Connections to the database. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) enum Database {
    /// SQLite has one writer.
    Sqlite(SqlitePools),
    Postgres(PgPool),
}

#[derive(Debug, Clone)]
pub(crate) struct SqlitePools {
    pub(crate) readers: SqlitePool,
    pub(crate) writer: SqlitePool,
}

/// What a writing transaction keeps others from writing while it lasts. On SQLite that is everything.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Subject<'a> {
    /// Reports of one source.
    Source(&'a str),
    /// Looks and hotspots.
    Looks,
    /// Publications.
    Publications,
    /// The audit log.
    Audit,
    /// Links between reports.
    Links,
    /// Passes and accounts.
    Passes,
    /// Alerts, and what is sent of them.
    Alerts,
    /// Briefings.
    Briefings,
    /// Projects.
    Projects,
}

impl Database {
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// A connection for one question.
    pub(crate) async fn reader(&self) -> Result<Connection, StoreError> {
        Ok(match self {
            Self::Sqlite(pools) => Connection::Sqlite(pools.readers.acquire().await?),
            Self::Postgres(pool) => Connection::Postgres(pool.acquire().await?),
        })
    }

    /// A connection for one statement that writes.
    pub(crate) async fn writer(&self) -> Result<Connection, StoreError> {
        Ok(match self {
            Self::Sqlite(pools) => Connection::Sqlite(pools.writer.acquire().await?),
            Self::Postgres(pool) => Connection::Postgres(pool.acquire().await?),
        })
    }

    /// A transaction that sees everything as of one moment.
    pub(crate) async fn begin_reading(&self) -> Result<Transaction, StoreError> {
        let begin = self.dialect().begin_reading();
        Ok(match self {
            Self::Sqlite(pools) => Transaction::Sqlite(pools.readers.begin_with(begin).await?),
            Self::Postgres(pool) => Transaction::Postgres(pool.begin_with(begin).await?),
        })
    }

    /// A transaction that writes. It holds the subject from the start, so that what it looks up still holds when it writes.
    pub(crate) async fn begin_writing(&self, subject: Subject<'_>) -> Result<Transaction, StoreError> {
        let begin = self.dialect().begin_writing();
        match self {
            Self::Sqlite(pools) => Ok(Transaction::Sqlite(pools.writer.begin_with(begin).await?)),
            Self::Postgres(pool) => {
                let mut transaction = Transaction::Postgres(pool.begin_with(begin).await?);
                let name = match subject {
                    Subject::Source(id) => format!("source {id}"),
                    Subject::Looks => "looks".to_owned(),
                    Subject::Publications => "publications".to_owned(),
                    Subject::Audit => "audit".to_owned(),
                    Subject::Links => "links".to_owned(),
                    Subject::Passes => "passes".to_owned(),
                    Subject::Alerts => "alerts".to_owned(),
                    Subject::Briefings => "briefings".to_owned(),
                    Subject::Projects => "projects".to_owned(),
                };
                let lock = transaction.query(Dialect::LOCK_UNTIL_COMMIT).bind(name);
                lock.execute().await?;
                Ok(transaction)
            }
        }
    }
}

/// A connection of the pool, for single statements.
#[derive(Debug)]
pub(crate) enum Connection {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

impl Connection {
    pub(crate) fn query(&mut self, sql: &'static str) -> Query<'_> {
        self.query_text(sql)
    }

    /// With a text that [`Dialect`] had a part in; values never enter it.
    pub(crate) fn query_made(&mut self, sql: String) -> Query<'_> {
        self.query_text(AssertSqlSafe(sql))
    }

    fn query_text(&mut self, sql: impl SqlSafeStr) -> Query<'_> {
        match self {
            Self::Sqlite(connection) => Query::Sqlite((connection, sqlx::query(sql))),
            Self::Postgres(connection) => Query::Postgres((connection, sqlx::query(sql))),
        }
    }
}

/// Rolled back when it is dropped.
#[derive(Debug)]
pub(crate) enum Transaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Transaction {
    pub(crate) fn query(&mut self, sql: &'static str) -> Query<'_> {
        self.query_text(sql)
    }

    /// With a text that [`Dialect`] had a part in; values never enter it.
    pub(crate) fn query_made(&mut self, sql: String) -> Query<'_> {
        self.query_text(AssertSqlSafe(sql))
    }

    fn query_text(&mut self, sql: impl SqlSafeStr) -> Query<'_> {
        match self {
            Self::Sqlite(transaction) => Query::Sqlite((transaction, sqlx::query(sql))),
            Self::Postgres(transaction) => Query::Postgres((transaction, sqlx::query(sql))),
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        either!(self, transaction => transaction.commit().await?);
        Ok(())
    }
}

/// A statement with its values, about to be sent.
#[must_use = "a query does nothing until it is sent"]
pub(crate) enum Query<'c> {
    Sqlite(
        (
            &'c mut SqliteConnection,
            sqlx::query::Query<'static, Sqlite, SqliteArguments>,
        ),
    ),
    Postgres(
        (
            &'c mut PgConnection,
            sqlx::query::Query<'static, Postgres, PgArguments>,
        ),
    ),
}

impl Query<'_> {
    /// The value for the next `$`.
    pub(crate) fn bind<'v>(self, value: impl Value<'v>) -> Self {
        match self {
            Self::Sqlite((connection, query)) => Self::Sqlite((connection, query.bind(value))),
            Self::Postgres((connection, query)) => Self::Postgres((connection, query.bind(value))),
        }
    }

    pub(crate) async fn execute(self) -> Result<(), StoreError> {
        either!(self, (connection, query) => { query.execute(connection).await?; });
        Ok(())
    }

    pub(crate) async fn fetch_all(self) -> Result<Vec<Row>, StoreError> {
        Ok(match self {
            Self::Sqlite((connection, query)) => {
                let rows = query.fetch_all(connection).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Self::Postgres((connection, query)) => {
                let rows = query.fetch_all(connection).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    pub(crate) async fn fetch_optional(self) -> Result<Option<Row>, StoreError> {
        Ok(match self {
            Self::Sqlite((connection, query)) => query.fetch_optional(connection).await?.map(Row::Sqlite),
            Self::Postgres((connection, query)) => query.fetch_optional(connection).await?.map(Row::Postgres),
        })
    }

    pub(crate) async fn fetch_one(self) -> Result<Row, StoreError> {
        let row = self.fetch_optional().await?;
        row.ok_or_else(|| StoreError::Database(sqlx::Error::RowNotFound))
    }
}

/// A row of an answer.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// The value of a column, by its name or its place.
    pub(crate) fn get<'r, T: Cell<'r>>(
        &'r self,
        column: impl sqlx::ColumnIndex<SqliteRow> + sqlx::ColumnIndex<PgRow>,
    ) -> Result<T, StoreError> {
        Ok(either!(self, row => row.try_get(column)?))
    }
}

/// What both databases can take.
pub(crate) trait Value<'v>:
    Encode<'v, Sqlite> + Type<Sqlite> + Encode<'v, Postgres> + Type<Postgres>
{
}

impl<'v, T> Value<'v> for T where T: Encode<'v, Sqlite> + Type<Sqlite> + Encode<'v, Postgres> + Type<Postgres> {}

/// What both databases can give.
pub(crate) trait Cell<'r>:
    Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>
{
}

impl<'r, T> Cell<'r> for T where T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres> {}
