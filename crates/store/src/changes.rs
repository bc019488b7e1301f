//! What changed, in the order in which it became visible.

use lagebild_domain::{Change, ReportId, Revision};

use crate::error::StoreError;
use crate::facts::{facts_of, facts_since};
use crate::hotspots::hotspot_of;
use crate::open::Store;
use crate::publications::issue_of;

impl Store {
    /// The changes after `revision`, oldest first, at most `limit` of them; fewer only when there are no more.
    ///
    /// A report or hotspot that changed several times comes once, at its newest change.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn changes_since(&self, revision: Revision, limit: u32) -> Result<Vec<Change>, StoreError> {
        let after = revision.0.cast_signed();
        let mut changes = Vec::new();
        // One transaction: all tables as of the same moment.
        let mut transaction = self.database.begin_reading().await?;
        let reports = transaction
            .query_made(facts_since(self.database.dialect()))
            .bind(after)
            .bind(i64::from(limit))
            .fetch_one()
            .await?;
        if let Some(lines) = reports.get::<Option<String>>(0)? {
            for facts in facts_of(&lines) {
                changes.push(Change::Report(Box::new(facts?)));
            }
        }
        let hotspots = transaction
            .query("SELECT * FROM hotspot WHERE sequence > $1 ORDER BY sequence LIMIT $2")
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all()
            .await?;
        for row in &hotspots {
            changes.push(Change::Hotspot(Box::new(hotspot_of(row)?)));
        }
        let publications = transaction
            .query("SELECT * FROM publication WHERE sequence > $1 ORDER BY sequence LIMIT $2")
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all()
            .await?;
        for row in &publications {
            changes.push(Change::Publication(Box::new(issue_of(row)?)));
        }
        let removals = transaction
            .query("SELECT sequence, report FROM removal WHERE sequence > $1 ORDER BY sequence LIMIT $2")
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all()
            .await?;
        for row in &removals {
            changes.push(Change::Removal {
                report: ReportId(row.get::<i64>("report")?.cast_unsigned()),
                revision: Revision(row.get::<i64>("sequence")?.cast_unsigned()),
            });
        }
        let alerts = transaction
            .query("SELECT sequence FROM alert WHERE sequence > $1 ORDER BY sequence LIMIT $2")
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all()
            .await?;
        for row in &alerts {
            changes.push(Change::Alert {
                revision: Revision(row.get::<i64>("sequence")?.cast_unsigned()),
            });
        }
        changes.sort_by_key(Change::revision);
        changes.truncate(limit as usize);
        Ok(changes)
    }
}
