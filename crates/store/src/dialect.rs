//! The SQL that cannot be the same for both databases, side by side.

use std::fmt::Write as _;

/// Which SQL a database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// SQLite takes so many values in one statement.
const SQLITE_VALUES: usize = 32_766;

impl Dialect {
    /// PostgreSQL: waits for the subject named by `$1` and holds it until the transaction ends. Two installations in two
    /// schemas of one database do not wait for each other.
    pub(crate) const LOCK_UNTIL_COMMIT: &'static str =
        "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' lagebild ' || $1, 0))";

    /// PostgreSQL: whether this connection is the one that leads; it holds the lock until it ends.
    pub(crate) const LOCK_WHILE_CONNECTED: &'static str =
        "SELECT pg_try_advisory_lock(hashtextextended(current_schema() || ' lagebild leader', 0))";

    /// SQLite: the lock for writing is taken at once; a later upgrade could fail.
    pub(crate) fn begin_writing(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// PostgreSQL: else each statement would see the state of its own moment.
    pub(crate) fn begin_reading(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// A column of floating-point numbers as text that gives the same numbers back: SQLite's own has fifteen digits.
    pub(crate) fn exact_text(self, column: &str) -> String {
        match self {
            Self::Sqlite => format!("CASE WHEN {column} IS NOT NULL THEN printf('%!.17g', {column}) END"),
            Self::Postgres => format!("CAST({column} AS TEXT)"),
        }
    }

    /// That a number is one of many: a JSON list, an array.
    pub(crate) fn number_is_one_of(self, column: &str, list: &str) -> String {
        match self {
            Self::Sqlite => format!("{column} IN (SELECT value FROM json_each({list}))"),
            Self::Postgres => format!("{column} = ANY({list})"),
        }
    }

    /// That bytes are one of many: a JSON list of hexadecimal texts, an array.
    pub(crate) fn bytes_are_one_of(self, column: &str, list: &str) -> String {
        match self {
            Self::Sqlite => format!("{column} IN (SELECT unhex(value) FROM json_each({list}))"),
            Self::Postgres => format!("{column} = ANY({list})"),
        }
    }

    /// How many rows one statement of [`Dialect::insert`] takes. PostgreSQL takes a column as one array.
    pub(crate) fn rows_per_insert(self, columns: usize) -> usize {
        match self {
            Self::Sqlite => SQLITE_VALUES / columns.max(1),
            Self::Postgres => usize::MAX,
        }
    }

    /// Insertion of many rows: `types` are those of PostgreSQL, `behind` says what to do about rows that are there.
    pub(crate) fn insert(
        self,
        table: &str,
        columns: &[&str],
        types: &[&str],
        rows: usize,
        behind: &str,
    ) -> String {
        let names = columns.join(", ");
        let mut sql = format!("INSERT INTO {table} ({names}) ");
        match self {
            Self::Sqlite => {
                let row = format!("({})", vec!["?"; columns.len()].join(","));
                sql.push_str("VALUES ");
                sql.push_str(&vec![row.as_str(); rows].join(","));
            }
            Self::Postgres => {
                sql.push_str("SELECT * FROM UNNEST(");
                for (index, kind) in types.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    // Writing to a text cannot fail.
                    let _ = write!(sql, "{comma}${}::{kind}[]", index + 1);
                }
                sql.push(')');
            }
        }
        sql.push(' ');
        sql.push_str(behind);
        sql
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_rows_are_values_or_arrays() {
        let insert = |dialect: Dialect| {
            dialect.insert(
                "t",
                &["a", "b"],
                &["BIGINT", "TEXT"],
                2,
                "ON CONFLICT (a) DO NOTHING",
            )
        };
        assert_eq!(
            insert(Dialect::Sqlite),
            "INSERT INTO t (a, b) VALUES (?,?),(?,?) ON CONFLICT (a) DO NOTHING"
        );
        assert_eq!(
            insert(Dialect::Postgres),
            "INSERT INTO t (a, b) SELECT * FROM UNNEST($1::BIGINT[], $2::TEXT[]) ON CONFLICT (a) DO NOTHING"
        );
    }
}
