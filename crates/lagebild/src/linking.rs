//! Reports of one happening are found among what is new, and linked.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use lagebild_domain::happening::{Neighbourhood, Sighting};
use lagebild_domain::likeness::{Account, gap_seconds, go_together, likeness};
use lagebild_domain::link::{Compared, settled};
use lagebild_domain::{Filter, Location, RecordedReport, ReportId, Revision, View};
use lagebild_situation::{Observation, Situation};
use lagebild_store::Store;

use crate::failure::Failure;
use crate::installation::Installation;

/// Revisions whose reports are compared with what lies around them at once: memory for so many, whatever the city holds.
const REVISIONS_AT_ONCE: u64 = 200_000;
/// Pairs whose reports are read and compared at once.
const AT_ONCE: usize = 5_000;
/// Duplicates of one source lie no farther apart.
const DUPLICATES_WITHIN_M: f64 = 30.0;
/// Nor is there more time between them.
const DUPLICATES_WITHIN_SECONDS: i64 = 2 * 3_600;

/// Two reports that are worth comparing.
type Pair = (Sighting, Sighting);

fn sighting(observation: &Observation) -> Sighting {
    Sighting {
        id: observation.id,
        point: observation.point,
        occurred: observation.occurred,
        category: observation.category,
        source: observation.source,
    }
}

/// The pairs that count as one happening, as far as is known. Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Links(Arc<Mutex<Arc<[Vec<ReportId>]>>>);

impl Links {
    /// The pairs known now.
    pub(crate) fn known(&self) -> Arc<[Vec<ReportId>]> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn learn(&self, pairs: Vec<Vec<ReportId>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = pairs.into();
    }
}

/// Links the reports of an installation.
#[derive(Debug, Clone)]
pub(crate) struct Linker {
    situation: Arc<Situation>,
    store: Store,
    view: View,
    /// By the position of the source: whether its reports have words to tell duplicates by.
    has_text: Arc<[bool]>,
    links: Links,
}

impl Linker {
    pub(crate) fn new(installation: &Installation, store: Store, situation: Arc<Situation>) -> Self {
        let sources = &installation.config.sources;
        let has_text = |id: &str| {
            sources
                .iter()
                .any(|spec| spec.source.id.as_str() == id && spec.has_text())
        };
        let known = situation.vocabulary().sources().iter();
        Self {
            has_text: known.map(|source| has_text(source.id.as_str())).collect(),
            view: View::for_detection(&installation.sources()),
            situation,
            store,
            links: Links::default(),
        }
    }

    /// What the looks leave out, kept up to date.
    pub(crate) fn links(&self) -> Links {
        self.links.clone()
    }

    /// Compares the reports that came or changed since the last time with what lies around them, and keeps the links.
    ///
    /// The words of both are compared here, inside: what is kept is how likely the two belong together, and no word of either.
    pub(crate) async fn bring_up_to_date(&self) -> Result<(), Failure> {
        let last = self.situation.reports_revision();
        let mut after = self.store.compared_until().await?;
        while after < last {
            let until = last.min(Revision(after.0.saturating_add(REVISIONS_AT_ONCE)));
            self.link_changed_between(after, until).await?;
            after = until;
        }
        self.links.learn(self.store.linked_pairs().await?);
        Ok(())
    }

    async fn link_changed_between(&self, after: Revision, until: Revision) -> Result<(), Failure> {
        let changed: Arc<[ReportId]> = self.store.changed_between(after, until).await?.into();
        let (linker, new) = (self.clone(), Arc::clone(&changed));
        let near = tokio::task::spawn_blocking(move || linker.near(&new));
        let pairs = near.await.map_err(Failure::failed)??;
        let compared = self.compare(&pairs).await?;
        let (compared, taken) = self.left_to_settle(compared, &changed).await?;
        let links = settled(compared, taken, Timestamp::now());
        self.store.settle_links(&changed, &links, until).await?;
        if !links.is_empty() {
            let linked = links.iter().filter(|link| link.state.holds()).count();
            tracing::info!(
                linked,
                proposed = links.len() - linked,
                "found reports of one happening"
            );
        }
        Ok(())
    }

    /// The changed reports, each with those around it that may tell of the same.
    fn near(&self, changed: &[ReportId]) -> Result<Vec<Pair>, Failure> {
        let scope = self.view.records().map_err(Failure::failed)?;
        let new = self.situation.observations_of(scope, changed);
        let around = Neighbourhood::of(new.iter().map(sighting).collect());
        let Some((from, to)) = around.period() else {
            return Ok(Vec::new());
        };
        let filter = Filter {
            from: Some(from),
            to: Some(to),
            ..Filter::default()
        };
        let categories = self.situation.vocabulary().taxonomy().categories();
        let may_be_one = |one: &Sighting, other: &Sighting| {
            if one.source == other.source {
                self.has_text[one.source]
                    && one.category == other.category
                    && one.point.distance_m(other.point) <= DUPLICATES_WITHIN_M
                    && gap_seconds(one.occurred, other.occurred) <= DUPLICATES_WITHIN_SECONDS
            } else {
                go_together(&categories[one.category], &categories[other.category])
            }
        };
        let mut pairs = Vec::new();
        self.situation.each_observation(scope, &filter, |observation| {
            let other = sighting(&observation);
            let near = around.near(&other).filter(|one| may_be_one(one, &other));
            pairs.extend(near.map(|one| (*one, other)));
        });
        Ok(pairs)
    }

    async fn compare(&self, pairs: &[Pair]) -> Result<Vec<Compared>, Failure> {
        let scope = self.view.records().map_err(Failure::failed)?;
        let taxonomy = self.situation.vocabulary().taxonomy();
        let mut compared = Vec::new();
        for pairs in pairs.chunks(AT_ONCE) {
            let mut ids: Vec<ReportId> = pairs.iter().flat_map(|(one, other)| [one.id, other.id]).collect();
            ids.sort_unstable();
            ids.dedup();
            let reports = self.store.reports(scope, &ids).await?;
            let by_id: HashMap<ReportId, &RecordedReport> =
                reports.iter().map(|recorded| (recorded.id, recorded)).collect();
            let account = |sighting: &Sighting| {
                let report = &by_id.get(&sighting.id)?.report;
                let Location::At {
                    point, precision_m, ..
                } = report.location
                else {
                    return None;
                };
                Some(Account {
                    source: report.source.as_str(),
                    point,
                    precision_m,
                    occurred: report.occurred,
                    category: taxonomy.category(report.category.as_str())?,
                    text: report.text.as_deref(),
                })
            };
            compared.extend(pairs.iter().filter_map(|(one, other)| {
                Some(Compared {
                    one: (one.id, one.source),
                    other: (other.id, other.source),
                    likeness: likeness(&account(one)?, &account(other)?)?,
                })
            }));
        }
        Ok(compared)
    }

    /// Without the pairs that a person has decided; with the sources to which reports are linked already.
    async fn left_to_settle(
        &self,
        compared: Vec<Compared>,
        changed: &[ReportId],
    ) -> Result<(Vec<Compared>, Vec<(ReportId, usize)>), Failure> {
        let mut ids: Vec<ReportId> = compared
            .iter()
            .flat_map(|pair| [pair.one.0, pair.other.0])
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let known = self.store.links_of(&ids).await?;
        let is_decided: HashSet<(ReportId, ReportId)> = known
            .iter()
            .filter(|link| link.decided.is_some())
            .map(|link| (link.first, link.second))
            .collect();
        let ends: Vec<ReportId> = known.iter().flat_map(|link| [link.first, link.second]).collect();
        let scope = self.view.records().map_err(Failure::failed)?;
        let linked = self.situation.observations_of(scope, &ends);
        let source_of: HashMap<ReportId, usize> = linked.iter().map(|o| (o.id, o.source)).collect();
        let is_changed: HashSet<ReportId> = changed.iter().copied().collect();
        // What a machine linked is compared anew when one of the two has changed.
        let stays = known.iter().filter(|link| {
            let is_compared_anew = is_changed.contains(&link.first) || is_changed.contains(&link.second);
            link.state.holds() && (link.decided.is_some() || !is_compared_anew)
        });
        let taken = stays
            .flat_map(|link| {
                let slot = |id, other| Some((id, *source_of.get(&other)?));
                [slot(link.first, link.second), slot(link.second, link.first)]
            })
            .flatten()
            .collect();
        let left = compared
            .into_iter()
            .filter(|pair| {
                let ends = (pair.one.0.min(pair.other.0), pair.one.0.max(pair.other.0));
                !is_decided.contains(&ends)
            })
            .collect();
        Ok((left, taken))
    }
}
