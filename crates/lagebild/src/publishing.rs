//! Counts of closed weeks are published for those who see no records.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use lagebild_domain::publication::Publication;
use lagebild_domain::{CountScope, OrganisationId, Release, Revision};
use lagebild_situation::Situation;
use lagebild_store::{Store, StoreError};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// How often it is looked whether a week has closed.
const INTERVAL: Duration = Duration::from_mins(10);
/// A feed that is coming in is waited for until nothing came for so long: half of it would stay published for ever …
const QUIET: Duration = Duration::from_secs(3);
/// … but a feed that never pauses is not waited for longer than this.
const LONGEST_WAIT: Duration = Duration::from_mins(5);

/// Publishes what is due, now and whenever a week has closed. Several nodes may do so: what is published stays as the
/// first has issued it.
pub(crate) async fn publish_when_due(
    store: Store,
    situation: Arc<Situation>,
    releases: Arc<[Release]>,
    mut reached: watch::Receiver<Option<Revision>>,
) {
    // Part of the picture would be published as the whole.
    reached.wait_for(Option::is_some).await.ok();
    loop {
        timeout(LONGEST_WAIT, until_quiet(&situation)).await.ok();
        match publish(&store, &situation, &releases, Timestamp::now()).await {
            Ok(0) => {}
            Ok(weeks) => tracing::info!(weeks, "published counts of closed weeks"),
            Err(error) => tracing::error!(%error, "counts could not be published; trying again"),
        }
        sleep(INTERVAL).await;
    }
}

async fn until_quiet(situation: &Situation) {
    loop {
        let before = situation.reports_revision();
        sleep(QUIET).await;
        if situation.reports_revision() == before {
            return;
        }
    }
}

/// Publishes every closed week that is not yet, for each organisation that counts are released to; tells how many.
async fn publish(
    store: &Store,
    situation: &Arc<Situation>,
    releases: &[Release],
    now: Timestamp,
) -> Result<u64, StoreError> {
    let mut weeks = 0;
    for scope in CountScope::all(situation.vocabulary().sources(), releases, now) {
        let organisation = scope.organisation().clone();
        let publications = cut(situation, scope, now).await;
        weeks += issue(store, &organisation, &publications, now).await?;
    }
    Ok(weeks)
}

/// Off the threads that answer requests: it goes through all reports.
async fn cut(situation: &Arc<Situation>, scope: CountScope, now: Timestamp) -> Vec<Publication> {
    let picture = Arc::clone(situation);
    let cut = move || {
        let weeks = picture.publishable(&scope, now);
        let cut = |(week, reports): (_, Vec<_>)| Publication::cut(week, scope.cut(), &reports);
        weeks.into_iter().map(cut).collect()
    };
    tokio::task::spawn_blocking(cut).await.unwrap_or_default()
}

async fn issue(
    store: &Store,
    organisation: &OrganisationId,
    publications: &[Publication],
    now: Timestamp,
) -> Result<u64, StoreError> {
    if publications.is_empty() {
        return Ok(0);
    }
    store.publish(organisation, publications, now).await
}
