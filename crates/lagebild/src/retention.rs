//! What has reached its deadline is deleted, unless it is held.

use std::fmt;
use std::time::Duration;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use lagebild_domain::audit_month::{AuditDeadline, Month};
use lagebild_domain::{SourceId, german};
use lagebild_store::{Removed, RemovedTold, Store, ToldDeadlines};
use serde::Deserialize;

use crate::failure::Failure;
use crate::installation::Installation;

/// How often.
const INTERVAL: Duration = Duration::from_hours(6);

/// A legal hold: nothing of the source is deleted while it lasts, whatever its deadline.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hold {
    pub(crate) source: SourceId,
    /// Last day.
    pub(crate) until: Date,
    pub(crate) reason: String,
    pub(crate) ordered_by: String,
}

/// What is kept how long.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RetentionSection {
    #[serde(rename = "hold")]
    pub(crate) holds: Vec<Hold>,
    /// Whole months that entries of the audit log are kept after their own; without it to the end of the year after theirs.
    audit_months: Option<u32>,
    /// Days that an alert is kept after it is over and answered, counted from the last that was done about it.
    alert_days: u32,
    /// Days that a Sofortmeldung or a request to talk is kept, with what was answered.
    bulletin_days: u32,
    /// Days that it stays in the log what was sent.
    delivery_days: u32,
}

impl Default for RetentionSection {
    fn default() -> Self {
        Self {
            holds: Vec::new(),
            audit_months: None,
            alert_days: 730,
            bulletin_days: 365,
            delivery_days: 90,
        }
    }
}

impl RetentionSection {
    fn audit_deadline(&self) -> AuditDeadline {
        self.audit_months
            .map_or(AuditDeadline::NextYear, AuditDeadline::Months)
    }

    fn told_deadlines(&self, now: Timestamp) -> ToldDeadlines {
        let before = |days: u32| {
            let days = SignedDuration::from_hours(24 * i64::from(days));
            now.checked_sub(days).unwrap_or(Timestamp::MIN)
        };
        ToldDeadlines {
            alerts: before(self.alert_days),
            bulletins: before(self.bulletin_days),
            deliveries: before(self.delivery_days),
        }
    }
}

/// What was deleted because it had reached its deadline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Gone {
    removed: Removed,
    told: RemovedTold,
    /// Months of the audit log.
    audit_months: Vec<Month>,
    /// Copies of the database.
    backups: Vec<String>,
}

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Removed { reports, quarantined } = self.removed;
        write!(f, "reports={reports} quarantined={quarantined}")?;
        if self.told != RemovedTold::default() {
            let RemovedTold {
                alerts,
                bulletins,
                deliveries,
            } = self.told;
            write!(
                f,
                " alerts={alerts} bulletins={bulletins} deliveries={deliveries}"
            )?;
        }
        if !self.audit_months.is_empty() {
            let months: Vec<String> = self.audit_months.iter().map(Month::to_string).collect();
            write!(f, " audit={}", months.join(","))?;
        }
        if !self.backups.is_empty() {
            write!(f, " backups={}", self.backups.join(","))?;
        }
        Ok(())
    }
}

impl Hold {
    fn is_in_force(&self, now: Timestamp) -> bool {
        german::day_of(now) <= self.until
    }
}

/// The hold that keeps a source's reports now.
pub(crate) fn held<'a>(holds: &'a [Hold], source: &SourceId, now: Timestamp) -> Option<&'a Hold> {
    holds
        .iter()
        .find(|hold| hold.source == *source && hold.is_in_force(now))
}

/// Deletes what has reached its deadline, now and every few hours, for ever.
pub(crate) async fn keep(store: &Store, installation: &Installation) {
    loop {
        match run(store, installation, Timestamp::now()).await {
            Ok(gone) if gone == Gone::default() => {}
            Ok(gone) => tracing::info!(%gone, "deleted what has reached its deadline"),
            Err(error) => {
                tracing::error!(%error, "what has reached its deadline could not be deleted; trying again");
            }
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Deletes what has reached its deadline and is not held, copies of the database too; closes the months of the audit log
/// that are over.
pub(crate) async fn run(store: &Store, installation: &Installation, now: Timestamp) -> Result<Gone, Failure> {
    let config = &installation.config;
    let terms = &config.retention;
    let mut gone = Gone::default();
    for source in installation
        .sources()
        .iter()
        .filter(|source| held(&terms.holds, &source.id, now).is_none())
    {
        let removed = store.remove_expired(source, now).await?;
        gone.removed.reports += removed.reports;
        gone.removed.quarantined += removed.quarantined;
    }
    gone.told = store.remove_told(terms.told_deadlines(now)).await?;
    gone.audit_months = store.keep_audit_months(terms.audit_deadline(), now).await?;
    // An issued document has its own deadline; a hold on a source keeps that source's reports.
    store.remove_expired_briefings(now).await?;
    gone.backups = config.backup.delete_due(&config.base, now).map_err(|error| {
        let folder = config.base.join(&config.backup.folder);
        Failure::failed(format!("{}: a copy cannot be deleted: {error}", folder.display()))
    })?;
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_lasts_to_the_end_of_its_last_day_in_berlin() {
        let holds = [Hold {
            source: SourceId::new("polizei").unwrap(),
            until: "2026-11-30".parse().unwrap(),
            reason: "Beweissicherung".to_owned(),
            ordered_by: "Rechtsamt".to_owned(),
        }];
        let is_held = |source: &str, now: &str| {
            let source = SourceId::new(source).unwrap();
            held(&holds, &source, now.parse().unwrap()).is_some()
        };
        // Midnight in Berlin is 23:00 UTC in winter.
        assert!(is_held("polizei", "2026-11-30T22:59:59Z"));
        assert!(!is_held("polizei", "2026-11-30T23:00:00Z"));
        assert!(!is_held("maengel", "2026-11-01T12:00:00Z"));
    }
}
