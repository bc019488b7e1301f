//! What has reached its deadline is deleted.

use std::time::Duration;

use jiff::Timestamp;
use lagebild_domain::Source;
use lagebild_store::{Removed, Store, StoreError};

/// How often.
const INTERVAL: Duration = Duration::from_hours(6);

/// Deletes what has reached its deadline, now and every few hours, for ever.
pub(crate) async fn keep(store: &Store, sources: &[Source]) {
    loop {
        match run(store, sources, Timestamp::now()).await {
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

/// Deletes what has reached its deadline.
pub(crate) async fn run(store: &Store, sources: &[Source], now: Timestamp) -> Result<Removed, StoreError> {
    let mut all = Removed::default();
    for source in sources {
        let removed = store.remove_expired(source, now).await?;
        all.reports += removed.reports;
        all.quarantined += removed.quarantined;
    }
    Ok(all)
}
