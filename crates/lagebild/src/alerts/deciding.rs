//! The job that decides whom alerts reach.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use lagebild_api::Alerting;
use lagebild_domain::alert::{Decided, Occurrence, Rule, decide};
use lagebild_domain::{
    AlertScope, Area, Category, Filter, LatLng, Partnership, Release, Revision, Source, SourceId, View,
};
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
        for rule in alerting.rules.iter() {
            filter_of(rule, &situation, Timestamp::now())
                .map_err(|problem| Failure::usage(format!("[[alerts.rule]] \"{}\": {problem}", rule.id)))?;
        }
        Ok(Self {
            store,
            situation,
            sources: installation.sources(),
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

    fn district(&self, point: LatLng) -> Option<&Area> {
        let areas = self.situation.vocabulary().areas();
        areas
            .district_index(point)
            .and_then(|index| areas.all().get(index))
    }

    fn hotspots(&self) -> Vec<Occurrence> {
        let view = View::for_detection(&self.sources);
        let Ok(scope) = view.records() else {
            return Vec::new();
        };
        let taxonomy = self.situation.vocabulary().taxonomy();
        let hotspots = self.situation.hotspots(scope);
        let occurrence = |hotspot| {
            let district = self.district(hotspot_center(hotspot));
            Occurrence::of_hotspot(hotspot, district, taxonomy)
        };
        hotspots.iter().map(occurrence).collect()
    }

    fn facts(&self, scopes: &[AlertScope], now: Timestamp) -> Vec<Occurrence> {
        let rules = self.alerting.rules.iter();
        rules.filter_map(|rule| self.fact(rule, scopes, now)).collect()
    }

    /// What there is of a rule, in the reports that its owner's analysts see.
    fn fact(&self, rule: &Rule, scopes: &[AlertScope], now: Timestamp) -> Option<Occurrence> {
        let scope = scopes
            .iter()
            .find(|scope| scope.organisation() == &rule.organisation)?;
        let records = scope.records();
        let filter = filter_of(rule, &self.situation, now).ok()?;
        let count = match &rule.near {
            Some(near) => {
                let observations = self.situation.observations(records, &filter);
                let is_near = |point: LatLng| point.distance_m(near.point) <= near.radius_m;
                observations.iter().filter(|seen| is_near(seen.point)).count() as u64
            }
            None => self.situation.lage(records, &filter).map_or(0, |lage| lage.total),
        };
        let areas = self.situation.vocabulary().areas();
        let district = match &rule.near {
            Some(near) => self.district(near.point),
            None => rule.reports.get("area").and_then(|id| areas.by_id(id)),
        };
        let is_asked = |source: &&SourceId| filter.sources.is_empty() || filter.sources.contains(*source);
        let sources = records.sources().filter(is_asked).cloned().collect();
        Some(rule.occurrence(count, district, sources, now))
    }
}

fn hotspot_center(hotspot: &lagebild_domain::Hotspot) -> LatLng {
    hotspot.finding.center
}

/// The reports of a rule; what controls produce is never among them.
fn filter_of(rule: &Rule, situation: &Situation, now: Timestamp) -> Result<Filter, String> {
    let taxonomy = situation.vocabulary().taxonomy();
    let pairs = rule
        .reports
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let mut filter = Filter::parse(pairs, taxonomy).map_err(|error| error.to_string())?;
    let areas = situation.vocabulary().areas();
    if let Some(area) = filter
        .areas
        .iter()
        .find(|area| areas.by_id(area.as_str()).is_none())
    {
        return Err(format!("there is no area \"{area}\""));
    }
    filter.narrow(taxonomy, Category::is_detectable);
    let hours = SignedDuration::from_hours(i64::from(rule.within_hours));
    filter.from = now.checked_sub(hours).ok();
    filter.to = Some(now);
    Ok(filter)
}
