//! What has reached its deadline is deleted, unless it is held.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use lagebild_domain::{Source, SourceId, german};
use lagebild_store::{Removed, Store, StoreError};
use serde::Deserialize;

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
pub(crate) async fn keep(store: &Store, sources: &[Source], holds: &[Hold]) {
    loop {
        match run(store, sources, holds, Timestamp::now()).await {
            Ok(removed) if removed == Removed::default() => {}
            Ok(removed) => tracing::info!(
                reports = removed.reports,
                quarantined = removed.quarantined,
                "deleted what has reached its deadline"
            ),
            Err(error) => {
                tracing::error!(%error, "what has reached its deadline could not be deleted; trying again");
            }
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Deletes what has reached its deadline and is not held.
pub(crate) async fn run(
    store: &Store,
    sources: &[Source],
    holds: &[Hold],
    now: Timestamp,
) -> Result<Removed, StoreError> {
    let mut all = Removed::default();
    for source in sources
        .iter()
        .filter(|source| held(holds, &source.id, now).is_none())
    {
        let removed = store.remove_expired(source, now).await?;
        all.reports += removed.reports;
        all.quarantined += removed.quarantined;
    }
    // An issued document has its own deadline; a hold on a source keeps that source's reports.
    store.remove_expired_briefings(now).await?;
    Ok(all)
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
