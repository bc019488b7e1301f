//! Many values in one statement: rows to insert, keys to look up.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, AssertSqlSafe};

use crate::database::{Query, Transaction};
use crate::error::StoreError;

/// One column of the rows to insert.
pub(crate) enum Column<'a> {
    Numbers(Vec<Option<i64>>),
    Reals(Vec<Option<f64>>),
    Texts(Vec<Option<Cow<'a, str>>>),
    Bytes(Vec<&'a [u8]>),
}

impl<'a> Column<'a> {
    pub(crate) fn numbers(values: impl Iterator<Item = i64>) -> Self {
        Self::Numbers(values.map(Some).collect())
    }

    pub(crate) fn maybe_numbers(values: impl Iterator<Item = Option<i64>>) -> Self {
        Self::Numbers(values.collect())
    }

    pub(crate) fn reals(values: impl Iterator<Item = f64>) -> Self {
        Self::Reals(values.map(Some).collect())
    }

    pub(crate) fn maybe_reals(values: impl Iterator<Item = Option<f64>>) -> Self {
        Self::Reals(values.collect())
    }

    pub(crate) fn texts(values: impl Iterator<Item = &'a str>) -> Self {
        Self::maybe_texts(values.map(Some))
    }

    /// Without the character NUL, which PostgreSQL does not take.
    pub(crate) fn maybe_texts(values: impl Iterator<Item = Option<&'a str>>) -> Self {
        let clean = |text: &'a str| {
            if text.contains('\0') {
                Cow::Owned(text.replace('\0', ""))
            } else {
                Cow::Borrowed(text)
            }
        };
        Self::Texts(values.map(|text| text.map(clean)).collect())
    }

    pub(crate) fn bytes(values: impl Iterator<Item = &'a [u8]>) -> Self {
        Self::Bytes(values.collect())
    }

    fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Reals(values) => values.len(),
            Self::Texts(values) => values.len(),
            Self::Bytes(values) => values.len(),
        }
    }

    fn postgres_type(&self) -> &'static str {
        match self {
            Self::Numbers(_) => "BIGINT",
            Self::Reals(_) => "DOUBLE PRECISION",
            Self::Texts(_) => "TEXT",
            Self::Bytes(_) => "BYTEA",
        }
    }
}

/// Inserts rows given column by column, all of the same length.
pub(crate) async fn insert(
    transaction: &mut Transaction,
    table: &str,
    columns: &[(&str, Column<'_>)],
    behind: &str,
) -> Result<(), StoreError> {
    let dialect = transaction.dialect();
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let types: Vec<&str> = columns.iter().map(|(_, column)| column.postgres_type()).collect();
    let rows = columns.first().map_or(0, |(_, column)| column.len());
    let sql = |rows: usize| AssertSqlSafe(dialect.insert(table, &names, &types, rows, behind));
    match transaction {
        Transaction::Sqlite(transaction) => {
            let at_once = dialect.rows_per_insert(columns.len());
            let mut pieces = (0..rows)
                .step_by(at_once)
                .map(|from| from..rows.min(from + at_once));
            let mut next = pieces
                .next()
                .map(|piece| (piece.len(), values_of(columns, piece)));
            while let Some((rows, values)) = next {
                let inserting = sqlx::query_with(sql(rows), values?).execute(&mut **transaction);
                // The database works on a thread of its own: the next values are gathered meanwhile.
                let gathering = async {
                    pieces
                        .next()
                        .map(|piece| (piece.len(), values_of(columns, piece)))
                };
                let (inserted, gathered) = tokio::join!(biased; inserting, gathering);
                inserted?;
                next = gathered;
            }
        }
        Transaction::Postgres(transaction) if rows > 0 => {
            let mut query = sqlx::query(sql(rows));
            for (_, column) in columns {
                query = match column {
                    Column::Numbers(values) => query.bind(&values[..]),
                    Column::Reals(values) => query.bind(&values[..]),
                    Column::Texts(values) => query.bind(&values[..]),
                    Column::Bytes(values) => query.bind(&values[..]),
                };
            }
            query.execute(&mut **transaction).await?;
        }
        Transaction::Postgres(_) => {}
    }
    Ok(())
}

/// The values of some rows, one after the other.
fn values_of(columns: &[(&str, Column<'_>)], rows: Range<usize>) -> Result<SqliteArguments, StoreError> {
    let mut all = SqliteArguments::default();
    all.reserve(rows.len() * columns.len(), 0);
    for row in rows {
        for (_, column) in columns {
            let added = match column {
                Column::Numbers(values) => all.add(values[row]),
                Column::Reals(values) => all.add(values[row]),
                Column::Texts(values) => all.add(values[row].as_deref()),
                Column::Bytes(values) => all.add(values[row]),
            };
            added.map_err(sqlx::Error::Encode)?;
        }
    }
    Ok(all)
}

impl Query<'_> {
    /// The list that `Dialect::number_is_one_of` names.
    pub(crate) fn bind_numbers(self, numbers: &[i64]) -> Self {
        match self {
            Self::Sqlite((connection, query)) => {
                let list: Vec<String> = numbers.iter().map(i64::to_string).collect();
                Self::Sqlite((connection, query.bind(format!("[{}]", list.join(",")))))
            }
            Self::Postgres((connection, query)) => Self::Postgres((connection, query.bind(numbers))),
        }
    }

    /// The list that `Dialect::bytes_are_one_of` names.
    pub(crate) fn bind_bytes(self, keys: &[&[u8]]) -> Self {
        match self {
            Self::Sqlite((connection, query)) => {
                let mut list = String::from("[");
                for (index, key) in keys.iter().enumerate() {
                    list.push_str(if index == 0 { "\"" } else { ",\"" });
                    for byte in *key {
                        // Writing to a text cannot fail.
                        let _ = write!(list, "{byte:02X}");
                    }
                    list.push('"');
                }
                list.push(']');
                Self::Sqlite((connection, query.bind(list)))
            }
            Self::Postgres((connection, query)) => Self::Postgres((connection, query.bind(keys))),
        }
    }
}
