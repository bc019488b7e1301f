//! What there is, and was, for alerts: rules held against reports, and the hotspots' past.

use jiff::{SignedDuration, Timestamp};
use lagebild_domain::alert::{Occurrence, Rule, Sighting, Turn, Zone};
use lagebild_domain::{
    Area, Category, Filter, Hotspot, HotspotState, LatLng, RecordScope, Revision, SourceId, View,
};
use lagebild_situation::Situation;
use lagebild_store::{Store, StoreError};

/// Most entries of one hotspot's history that are read.
const MOST_ENTRIES: usize = 10_000;

/// A rule with what it is held against: the reports that its owner's analysts see.
#[derive(Debug)]
pub struct HeldRule<'a> {
    rule: &'a Rule,
    situation: &'a Situation,
    records: &'a RecordScope,
    filter: Filter,
}

impl<'a> HeldRule<'a> {
    /// # Errors
    /// What is wrong with the words of the rule.
    pub fn new(rule: &'a Rule, situation: &'a Situation, records: &'a RecordScope) -> Result<Self, String> {
        Ok(Self {
            rule,
            situation,
            records,
            filter: filter_of(rule, situation)?,
        })
    }

    fn sightings(&self, from: Timestamp, to: Timestamp) -> Vec<Sighting> {
        let filter = Filter {
            from: from.checked_sub(self.rule.reach()).ok(),
            to: Some(to),
            ..self.filter.clone()
        };
        self.situation.sightings(self.records, &filter)
    }

    fn sources(&self) -> Vec<SourceId> {
        let asked = &self.filter.sources;
        let is_asked = |source: &&SourceId| asked.is_empty() || asked.contains(*source);
        self.records.sources().filter(is_asked).cloned().collect()
    }

    fn occurrence(&self, count: u64, now: Timestamp) -> Occurrence {
        let areas = self.situation.vocabulary().areas();
        let district = match &self.rule.near {
            Some(near) => district(self.situation, near.point),
            None => self.rule.reports.get("area").and_then(|id| areas.by_id(id)),
        };
        self.rule.occurrence(count, district, self.sources(), now)
    }

    fn zone(&self, zone: &Zone, now: Timestamp) -> Occurrence {
        let district = district(self.situation, zone.center);
        self.rule.zone_occurrence(zone, district, self.sources(), now)
    }

    /// What there is of it now.
    pub fn now(&self, now: Timestamp) -> Vec<Occurrence> {
        let sightings = self.sightings(now, now);
        if self.rule.near_repeat_m.is_none() {
            return vec![self.occurrence(self.rule.counted(&sightings).count() as u64, now)];
        }
        let zones = self.rule.zones(&sightings);
        zones.iter().map(|zone| self.zone(zone, now)).collect()
    }

    /// When it would have begun and ceased to fire.
    pub fn turns(&self, from: Timestamp, to: Timestamp) -> Vec<Turn> {
        let sightings = self.sightings(from, to);
        if self.rule.near_repeat_m.is_none() {
            let turns = self.rule.turns(&sightings, from, to).into_iter();
            let turn = |(at, count)| Turn {
                at,
                occurrence: self.occurrence(count, at),
            };
            return turns.map(turn).collect();
        }
        let after = |at: Timestamp| at.checked_add(SignedDuration::from_micros(1)).unwrap_or(at);
        let mut turns = Vec::new();
        for zone in self.rule.zones(&sightings) {
            let Some((opened, ended)) = self.rule.open_span(&zone) else {
                continue;
            };
            let moments = [after(opened).max(from), ended];
            turns.extend(
                moments
                    .into_iter()
                    .filter(|at| from <= *at && *at <= to)
                    .map(|at| Turn {
                        at,
                        occurrence: self.zone(&zone, at),
                    }),
            );
        }
        turns
    }
}

/// The reports of a rule, of all times; what controls produce is never among them.
fn filter_of(rule: &Rule, situation: &Situation) -> Result<Filter, String> {
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
    Ok(filter)
}

/// The district that a point lies in.
pub(crate) fn district(situation: &Situation, point: LatLng) -> Option<&Area> {
    let areas = situation.vocabulary().areas();
    areas
        .district_index(point)
        .and_then(|index| areas.all().get(index))
}

/// All hotspots, as the decision gets them: what of them is told to whom is the gate's to say.
pub fn hotspots(situation: &Situation) -> Vec<Hotspot> {
    let view = View::for_detection(situation.vocabulary().sources());
    view.records()
        .map_or_else(|_| Vec::new(), |scope| situation.hotspots(scope))
}

/// A hotspot as the decision gets it.
pub fn hotspot_occurrence(situation: &Situation, hotspot: &Hotspot) -> Occurrence {
    let district = district(situation, hotspot.finding.center);
    Occurrence::of_hotspot(hotspot, district, situation.vocabulary().taxonomy())
}

/// What became of the hotspots from one moment to another, as the looks of the time saw it.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn hotspot_turns(
    store: &Store,
    situation: &Situation,
    hotspots: &[Hotspot],
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Turn>, StoreError> {
    let mut turns = Vec::new();
    for hotspot in hotspots.iter().filter(|hotspot| hotspot.last_seen >= from) {
        let mut state = None;
        for entry in store
            .hotspot_history(&hotspot.id, Revision::ZERO, MOST_ENTRIES)
            .await?
        {
            if entry.at > to || state == Some(entry.state) {
                continue;
            }
            state = Some(entry.state);
            let mut then = hotspot.clone();
            then.state = entry.state;
            then.finding.observed = entry.observed;
            then.finding.expected = entry.expected;
            then.finding.relative_risk = entry.observed / entry.expected;
            then.finding.p_value = entry.p_value;
            // A person's word was not known before it was said.
            let is_said = |at: Timestamp| at <= entry.at || entry.state == HotspotState::Confirmed;
            then.story.verdict = then.story.verdict.filter(|verdict| is_said(verdict.at));
            turns.push(Turn {
                at: entry.at.max(from),
                occurrence: hotspot_occurrence(situation, &then),
            });
        }
    }
    Ok(turns)
}
