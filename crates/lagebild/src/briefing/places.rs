//! The hotspots of a period, for audiences that see records.

use jiff::Timestamp;
use lagebild_domain::{
    Hotspot, HotspotKind, HotspotState, Notice, Period, RecordScope, Revision, Taxonomy, explanation,
};
use lagebild_situation::Situation;
use lagebild_store::{HistoryEntry, Store, StoreError};

/// Looks of one hotspot that are read: more than two years of them.
const MOST_LOOKS: usize = 100_000;
/// A hotspot has grown or calmed when what was observed over what was expected moved by a quarter.
const MOVED: f64 = 1.25;

/// What a hotspot did in the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Move {
    New,
    Grown,
    Stayed,
    Calmed,
}

/// A hotspot with what it did in the period.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// Its number on map and in tables.
    pub(super) number: usize,
    pub(super) hotspot: Hotspot,
    pub(super) moved: Move,
    /// One German sentence that says it all.
    pub(super) sentence: String,
    /// What the looks made of it up to the end of the period, oldest first.
    pub(super) looks: Vec<HistoryEntry>,
    /// What people said of it in the period.
    pub(super) deeds: Vec<String>,
}

/// The hotspots of a period, and what is doubtful about the data.
#[derive(Debug, Clone)]
pub(super) struct Places {
    pub(super) told: Vec<Told>,
    pub(super) notices: Vec<Notice>,
}

impl Places {
    pub(super) async fn of(
        store: &Store,
        situation: &Situation,
        scope: &RecordScope,
        period: Period,
    ) -> Result<Self, StoreError> {
        let Some((from, to)) = period.window() else {
            return Ok(Self {
                told: Vec::new(),
                notices: Vec::new(),
            });
        };
        let taxonomy = situation.vocabulary().taxonomy();
        let mut told = Vec::new();
        for hotspot in situation.hotspots(scope) {
            let looks = store
                .hotspot_history(&hotspot.id, Revision::ZERO, MOST_LOOKS)
                .await?;
            let Some(moved) = moved(&hotspot, &looks, from, to) else {
                continue;
            };
            let mut deeds = Vec::new();
            for recorded in store.reviews(&hotspot.id, Revision::ZERO, MOST_LOOKS).await? {
                if (from..to).contains(&recorded.review.at) {
                    deeds.push(deed(
                        &hotspot,
                        recorded.review.action,
                        recorded.review.text.as_deref(),
                    ));
                }
            }
            told.push(Told {
                number: 0,
                sentence: sentence(&hotspot, taxonomy),
                hotspot,
                moved,
                looks: looks.into_iter().filter(|look| look.at < to).collect(),
                deeds,
            });
        }
        told.sort_by(|a, b| {
            let excess = |told: &Told| told.hotspot.finding.observed - told.hotspot.finding.expected;
            a.moved
                .cmp(&b.moved)
                .then_with(|| a.is_accident_place().cmp(&b.is_accident_place()))
                .then_with(|| excess(b).total_cmp(&excess(a)))
                .then_with(|| a.hotspot.id.cmp(&b.hotspot.id))
        });
        for (number, told) in (1..).zip(&mut told) {
            told.number = number;
        }
        let notices = store
            .data_notices()
            .await?
            .into_iter()
            .filter(|notice| scope.sees_all(notice.sources.iter()))
            .filter(|notice| notice.since < to)
            .collect();
        Ok(Self { told, notices })
    }

    /// What people said of hotspots in the period.
    pub(super) fn deeds(&self) -> Vec<String> {
        self.told
            .iter()
            .flat_map(|told| told.deeds.iter().cloned())
            .collect()
    }

    pub(super) fn moved(&self, moved: Move) -> impl Iterator<Item = &Told> {
        self.told.iter().filter(move |told| told.moved == moved)
    }
}

impl Told {
    fn is_accident_place(&self) -> bool {
        self.hotspot.finding.kind == HotspotKind::Unfallhaeufung
    }

    pub(super) fn name(&self) -> String {
        format!("{} „{}“", self.hotspot.finding.kind.label(), self.hotspot.place())
    }
}

fn sentence(hotspot: &Hotspot, taxonomy: &Taxonomy) -> String {
    let mut finding = hotspot.finding.clone();
    hotspot.place().clone_into(&mut finding.place);
    explanation::sentence(&finding, taxonomy)
}

/// What the hotspot did from `from` to `to`; `None` when it was not there, or no longer.
fn moved(hotspot: &Hotspot, looks: &[HistoryEntry], from: Timestamp, to: Timestamp) -> Option<Move> {
    if hotspot.first_seen >= to {
        return None;
    }
    let at_end = looks.iter().rev().find(|look| look.at < to);
    let at_start = looks.iter().rev().find(|look| look.at < from);
    let state = at_end.map_or(hotspot.state, |look| look.state);
    let was_over = |state| matches!(state, HotspotState::Closed | HotspotState::Dismissed);
    if was_over(state) {
        let was_there = at_start.is_some_and(|look| !was_over(look.state)) || hotspot.first_seen >= from;
        return (was_there && state == HotspotState::Closed).then_some(Move::Calmed);
    }
    if hotspot.first_seen >= from {
        return Some(Move::New);
    }
    let excess = |look: &HistoryEntry| look.observed / look.expected.max(f64::MIN_POSITIVE);
    let change = at_start
        .zip(at_end)
        .map(|(start, end)| excess(end) / excess(start).max(f64::MIN_POSITIVE));
    Some(match change {
        _ if state == HotspotState::Cooling => Move::Calmed,
        Some(change) if change >= MOVED => Move::Grown,
        Some(change) if change <= 1.0 / MOVED => Move::Calmed,
        _ => Move::Stayed,
    })
}

fn deed(hotspot: &Hotspot, action: lagebild_domain::ReviewAction, text: Option<&str>) -> String {
    use lagebild_domain::ReviewAction;
    let name = format!("{} „{}“", hotspot.finding.kind.label(), hotspot.place());
    match (action, text) {
        (ReviewAction::Confirm, _) => format!("{name} wurde von der Analyse bestätigt."),
        (ReviewAction::Dismiss, _) => format!("{name} wurde verworfen."),
        (ReviewAction::Reopen, _) => format!("{name} wurde wieder aufgenommen."),
        (ReviewAction::Rename, _) => format!("{name} bekam seinen Namen."),
        (ReviewAction::Note, _) => format!("Zu {name} wurde etwas vermerkt."),
        (ReviewAction::Assign, Some(office)) => format!("{name} übernahm: {office}."),
        (ReviewAction::Assign, None) => format!("{name} hat niemand mehr in Arbeit."),
    }
}
