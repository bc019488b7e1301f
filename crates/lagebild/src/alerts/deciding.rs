//! The job that decides whom alerts reach.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use lagebild_api::{Alerting, HeldRule, hotspot_occurrence};
use lagebild_domain::alert::{Decided, Occurrence, Rule, decide};
use lagebild_domain::{AlertScope, Partnership, Release, Revision, Source, View};
use lagebild_situation::Situation;
use lagebild_store::{AlertBook, Store, StoreError};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::failure::Failure;
use crate::installation::Installation;

/// Shortest time between two decisions: what comes in meanwhile is decided together.
const PAUSE: Duration = Duration::from_millis(500);
/// Longest time: silences end, answers fall due, releases begin and end.
const LONGEST: Duration = Duration::from_secs(15);
/// Pause after the store failed.
const RETRY: Duration = Duration::from_secs(5);

/// Holds the picture against what was told, again and again.
pub(crate) struct Decider {
    store: Store,
    situation: Arc<Situation>,
    sources: Vec<Source>,
    releases: Arc<[Release]>,
    partnership: Partnership,
    alerting: Alerting,
}

impl Decider {
    /// # Errors
    /// [`Failure`] when a rule names what there is not.
    pub(crate) fn new(
        installation: &Installation,
        store: Store,
        situation: Arc<Situation>,
    ) -> Result<Self, Failure> {
        let alerting = installation.alerting();
        let sources = installation.sources();
        let view = View::for_detection(&sources);
        if let Ok(records) = view.records() {
            for rule in alerting.rules.iter() {
                HeldRule::new(rule, &situation, records).map_err(|problem| {
                    Failure::usage(format!("[[alerts.rule]] \"{}\": {problem}", rule.id))
                })?;
            }
        }
        Ok(Self {
            store,
            situation,
            sources,
            releases: installation.releases(),
            partnership: installation.config.partnership.clone(),
            alerting,
        })
    }

    /// Decides for ever, on the node that leads, once the picture is loaded.
    pub(crate) async fn run(
        self,
        mut reached: watch::Receiver<Option<Revision>>,
        mut leads: watch::Receiver<bool>,
    ) {
        reached.wait_for(Option::is_some).await.ok();
        let decider = Arc::new(self);
        loop {
            leads.wait_for(|leads| *leads).await.ok();
            reached.borrow_and_update();
            match decider.decide(Timestamp::now()).await {
                Ok(0) => {}
                Ok(changed) => tracing::info!(changed, "decided on alerts"),
                Err(error) => {
                    tracing::error!(%error, "alerts could not be decided on; trying again");
                    sleep(RETRY).await;
                }
            }
            sleep(PAUSE).await;
            timeout(LONGEST, reached.changed()).await.ok();
        }
    }

    /// Decides once; tells how many alerts changed.
    async fn decide(self: &Arc<Self>, now: Timestamp) -> Result<usize, StoreError> {
        let notices = self.store.data_notices().await?;
        let off = self.store.off_channels().await?;
        let decider = Arc::clone(self);
        // The rules go through the reports: not on the threads that answer requests.
        let gathering = tokio::task::spawn_blocking(move || {
            let sources = &decider.sources;
            let scopes = AlertScope::all(&decider.partnership, sources, &decider.releases, now);
            let mut occurrences = decider.hotspots();
            occurrences.extend(decider.facts(&scopes, now));
            (scopes, occurrences)
        });
        let Ok((scopes, mut occurrences)) = gathering.await else {
            return Ok(0);
        };
        occurrences.extend(notices.iter().filter_map(Occurrence::of_notice));
        occurrences.extend(
            off.into_iter()
                .map(|off| Occurrence::of_channel(&off.channel.to_string(), off.organisation, off.since)),
        );
        let decided = |book: &AlertBook| -> Decided {
            let subscriptions = self.alerting.all(&book.subscriptions);
            let ending = book.silences.iter().filter_map(|silence| silence.occurrence(now));
            let occurrences: Vec<Occurrence> = occurrences.iter().cloned().chain(ending).collect();
            decide(&occurrences, &book.known(&subscriptions), &scopes, now)
        };
        // Most of the time there is nothing to do, and then nobody waits for us to write.
        if decided(&self.store.alert_book(now).await?) == Decided::default() {
            return Ok(0);
        }
        self.store.decide_alerts(now, decided).await
    }

    fn hotspots(&self) -> Vec<Occurrence> {
        let hotspots = lagebild_api::hotspots(&self.situation);
        let occurrence = |hotspot| hotspot_occurrence(&self.situation, hotspot);
        hotspots.iter().map(occurrence).collect()
    }

    fn facts(&self, scopes: &[AlertScope], now: Timestamp) -> Vec<Occurrence> {
        let rules = self.alerting.rules.iter();
        rules.flat_map(|rule| self.fact(rule, scopes, now)).collect()
    }

    /// What there is of a rule, in the reports that its owner's analysts see.
    fn fact(&self, rule: &Rule, scopes: &[AlertScope], now: Timestamp) -> Vec<Occurrence> {
        let mut scopes = scopes.iter();
        let Some(scope) = scopes.find(|scope| scope.organisation() == &rule.organisation) else {
            return Vec::new();
        };
        let held = HeldRule::new(rule, &self.situation, scope.records());
        held.map_or_else(|_| Vec::new(), |held| held.now(now))
    }
}
