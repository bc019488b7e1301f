//! Numbers of rows that are never given twice, not even after the rows were deleted.

use crate::database::Transaction;
use crate::error::StoreError;

/// The first free number of a table.
pub(crate) async fn next_number(
    transaction: &mut Transaction,
    table: &'static str,
) -> Result<i64, StoreError> {
    transaction
        .query_made(format!(
            "SELECT MAX(number) + 1 FROM (SELECT COALESCE((SELECT MAX(id) FROM {table}), 0) AS number \
             UNION ALL SELECT number FROM last_number WHERE name = $1) AS numbers"
        ))
        .bind(table)
        .fetch_one()
        .await?
        .get(0)
}

/// Keeps the last number of a table of which rows are about to be deleted.
pub(crate) async fn keep_last_number(
    transaction: &mut Transaction,
    table: &'static str,
) -> Result<(), StoreError> {
    let next = next_number(transaction, table).await?;
    transaction
        .query(
            "INSERT INTO last_number (name, number) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET number = excluded.number",
        )
        .bind(table)
        .bind(next - 1)
        .execute()
        .await
}
