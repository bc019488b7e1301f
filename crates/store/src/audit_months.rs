//! Months of the audit log are closed, and deleted when they have reached their deadline.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use lagebild_domain::audit::Seal;
use lagebild_domain::audit_month::{AuditDeadline, ClosedMonth, Month};
use lagebild_domain::german;

use crate::database::{Row, Subject, Transaction};
use crate::error::StoreError;
use crate::open::Store;
use crate::rows::{content, instant, micros};

/// Entries come to the log a little later than they were made: so long after its end a month is closed.
const GRACE_HOURS: i64 = 24;

/// A closed month as the store holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeptMonth {
    pub(crate) closed: ClosedMonth,
    /// Seal of the month itself.
    pub(crate) seal: Seal,
    /// When its entries were deleted.
    pub(crate) deleted_at: Option<Timestamp>,
}

fn month_of(row: &Row) -> Result<KeptMonth, StoreError> {
    let seal = |column: &str| {
        let bytes: Vec<u8> = row.get(column)?;
        let bytes = bytes.try_into().map_err(|_| content("a seal has 32 bytes"))?;
        Ok::<_, StoreError>(Seal(bytes))
    };
    let number = |column: &str| Ok::<_, StoreError>(row.get::<i64>(column)?.cast_unsigned());
    let month: Date = format!("{}-01", row.get::<String>("month")?)
        .parse()
        .map_err(content)?;
    Ok(KeptMonth {
        closed: ClosedMonth {
            month: Month::of(month),
            first: number("first_number")?,
            last: number("last_number")?,
            end: seal("last_hash")?,
        },
        seal: seal("seal")?,
        deleted_at: row.get::<Option<i64>>("deleted_at")?.map(instant).transpose()?,
    })
}

impl Transaction {
    /// Closed months of the audit log, oldest first.
    pub(crate) async fn audit_months(&mut self) -> Result<Vec<KeptMonth>, StoreError> {
        let rows = self
            .query("SELECT * FROM audit_month ORDER BY month")
            .fetch_all()
            .await?;
        rows.iter().map(month_of).collect()
    }
}

impl Store {
    /// Closes the months of the audit log that are over, and deletes the entries of those that have reached the deadline; which
    /// months those are.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing is changed.
    pub async fn keep_audit_months(
        &self,
        deadline: AuditDeadline,
        now: Timestamp,
    ) -> Result<Vec<Month>, StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Audit).await?;
        while let Some(month) = next_to_close(&mut transaction, now).await? {
            transaction
                .query(
                    "INSERT INTO audit_month (month, first_number, last_number, last_hash, seal, closed_at) \
                     VALUES ($1, $2, $3, $4, $5, $6)",
                )
                .bind(month.month.to_string())
                .bind(month.first.cast_signed())
                .bind(month.last.cast_signed())
                .bind(month.end.0.to_vec())
                .bind(self.sealer().seal_month(&month).0.to_vec())
                .bind(micros(now))
                .execute()
                .await?;
        }
        let today = german::day_of(now);
        let mut deleted = Vec::new();
        for kept in transaction.audit_months().await? {
            let KeptMonth {
                closed, deleted_at, ..
            } = kept;
            if deleted_at.is_some() || !deadline.is_reached(closed.month, today) {
                continue;
            }
            // The log lets go of entries of months that are marked so, and of no others.
            transaction
                .query("UPDATE audit_month SET deleted_at = $1 WHERE month = $2")
                .bind(micros(now))
                .bind(closed.month.to_string())
                .execute()
                .await?;
            transaction
                .query("DELETE FROM audit WHERE number BETWEEN $1 AND $2")
                .bind(closed.first.cast_signed())
                .bind(closed.last.cast_signed())
                .execute()
                .await?;
            deleted.push(closed.month);
        }
        transaction.commit().await?;
        Ok(deleted)
    }
}

/// The first month that has entries, is over and is not closed.
async fn next_to_close(
    transaction: &mut Transaction,
    now: Timestamp,
) -> Result<Option<ClosedMonth>, StoreError> {
    let before = transaction.audit_months().await?.last().map(|kept| kept.closed);
    let first = before.map_or(1, |before| before.last + 1);
    let row = transaction
        .query("SELECT at FROM audit WHERE number = $1")
        .bind(first.cast_signed())
        .fetch_optional()
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    // Entries are numbered as they come in: one may tell of a month that is closed already, and belongs to the one after.
    let of_entry = Month::at(instant(row.get("at")?)?);
    let month = before.map_or(of_entry, |before| of_entry.max(before.month.next()));
    let Some(end) = month.next().start() else {
        return Ok(None);
    };
    if now < end + GRACE_HOURS.hours() {
        return Ok(None);
    }
    let next = transaction
        .query("SELECT MIN(number) AS number FROM audit WHERE number >= $1 AND at >= $2")
        .bind(first.cast_signed())
        .bind(micros(end))
        .fetch_one()
        .await?;
    let last = match next.get::<Option<i64>>("number")? {
        Some(next) => next - 1,
        None => i64::MAX,
    };
    let row = transaction
        .query("SELECT number, hash FROM audit WHERE number BETWEEN $1 AND $2 ORDER BY number DESC LIMIT 1")
        .bind(first.cast_signed())
        .bind(last)
        .fetch_optional()
        .await?;
    row.map(|row| {
        let bytes: Vec<u8> = row.get("hash")?;
        Ok(ClosedMonth {
            month,
            first,
            last: row.get::<i64>("number")?.cast_unsigned(),
            end: Seal(bytes.try_into().map_err(|_| content("a seal has 32 bytes"))?),
        })
    })
    .transpose()
}
