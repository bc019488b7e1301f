//! When passes were used last is brought to the store.

use std::time::Duration;

use lagebild_api::Attendance;
use lagebild_store::Store;

/// How often: short beside the time after which an unused session ends.
const INTERVAL: Duration = Duration::from_secs(10);

/// Brings what was noted to the store, for ever. What the store does not take is noted again with the next use.
pub(crate) async fn keep(store: &Store, attendance: &Attendance) {
    loop {
        tokio::time::sleep(INTERVAL).await;
        let seen = attendance.take();
        if !seen.is_empty()
            && let Err(error) = store.keep_seen(&seen).await
        {
            tracing::error!(%error, "it could not be kept when sessions were used last; trying again");
        }
    }
}
