//! Who saw and did what is brought to the store.

use std::time::Duration;

use jiff::Timestamp;
use lagebild_api::AuditTrail;
use lagebild_store::Store;

/// How often. What was noted since is lost when the process is killed.
const INTERVAL: Duration = Duration::from_secs(2);

/// Brings what is due to the store, for ever.
pub(crate) async fn keep(store: &Store, trail: &AuditTrail) {
    loop {
        tokio::time::sleep(INTERVAL).await;
        bring(store, trail, false).await;
    }
}

/// Brings what is due; all of it when the server stops.
pub(crate) async fn bring(store: &Store, trail: &AuditTrail, is_stopping: bool) {
    let due = trail.take_due(Timestamp::now(), is_stopping);
    if due.is_empty() {
        return;
    }
    if let Err(error) = store.append_deeds(&due).await {
        tracing::error!(%error, "the audit log could not be written; trying again");
        trail.put_back(due);
    }
}
