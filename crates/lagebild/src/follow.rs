//! The picture follows the store: this process's writes and those of others.

use std::sync::Arc;
use std::time::Duration;

use lagebild_domain::Revision;
use lagebild_situation::Situation;
use lagebild_store::{Store, StoreError};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Changes taken in at once.
const BATCH: u32 = 20_000;
/// Pause after the store failed.
const RETRY: Duration = Duration::from_secs(2);

/// Brings the picture to where the store is. The next changes are read while the last are taken in.
pub(crate) async fn catch_up(store: &Store, situation: &Arc<Situation>) -> Result<Revision, StoreError> {
    let mut read_to = situation.revision();
    let mut taken_in: Option<JoinHandle<()>> = None;
    loop {
        let changes = store.changes_since(read_to, BATCH).await;
        if let Some(taken_in) = taken_in.take() {
            taken_in.await.ok();
        }
        let changes = changes?;
        let Some(last) = changes.last() else {
            return Ok(situation.revision());
        };
        read_to = last.revision();
        let picture = Arc::clone(situation);
        // Taking many changes in sorts and copies: not on the threads that answer requests.
        taken_in = Some(tokio::task::spawn_blocking(move || picture.apply(&changes)));
    }
}

/// Follows the store for ever; tells each revision that the picture has reached, the first when all is loaded.
pub(crate) async fn follow(
    store: Store,
    situation: Arc<Situation>,
    reached: watch::Sender<Option<Revision>>,
) {
    let mut notices = store.notices();
    loop {
        match catch_up(&store, &situation).await {
            Ok(revision) => {
                reached.send_if_modified(|known| known.replace(revision) != Some(revision));
            }
            Err(error) => {
                tracing::error!(%error, "the picture cannot follow the store; trying again");
                tokio::time::sleep(RETRY).await;
            }
        }
        notices.next().await;
    }
}
