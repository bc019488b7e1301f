//! Rules on plain facts: so many reports, here, in so many hours.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::zone::LOOKS_BACK;
use super::{Facts, Firing, Labels, Occurrence, Subject};
use crate::area::Area;
use crate::german;
use crate::position::LatLng;
use crate::slug::{OrganisationId, RuleId, SourceId};

/// Longest time that a rule looks back, in hours: four weeks.
const LONGEST_HOURS: u32 = 24 * 28;

/// An object, and how near is near.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Near {
    /// What people call it.
    pub name: String,
    /// Where it is.
    pub point: LatLng,
    /// Radius in metres.
    pub radius_m: f64,
}

/// When and where something was reported.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sighting {
    /// When: the middle of what is known of the time.
    pub at: Timestamp,
    /// Where, if a point may be told.
    pub point: Option<LatLng>,
}

impl Near {
    /// True for what was seen within the radius.
    fn holds(&self, sighting: &Sighting) -> bool {
        let is_near = |point: LatLng| point.distance_m(self.point) <= self.radius_m;
        sighting.point.is_some_and(is_near)
    }
}

/// A rule of an organisation: it is held against the reports that its analysts see, and tells them alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// What it is called.
    pub label: String,
    /// Which reports count: words of the filter, such as `theme`, `category`, `area`, `source`, `kind`.
    #[serde(default)]
    pub reports: BTreeMap<String, String>,
    /// Only those near an object.
    #[serde(default)]
    pub near: Option<Near>,
    /// Only those that followed one another within so many metres: each such zone is an alert, which lasts until nothing has
    /// followed for `within_hours`.
    #[serde(default)]
    pub near_repeat_m: Option<f64>,
    /// That happened in so many hours up to now.
    pub within_hours: u32,
    /// From this many on it fires.
    pub at_least: u64,
    /// First moment that it holds, such as the start of a Großveranstaltung.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// Last moment.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

impl Rule {
    /// What is wrong with it, in words.
    ///
    /// # Errors
    /// The problem.
    pub fn check(&self) -> Result<(), &'static str> {
        if self.at_least == 0 {
            return Err("`at_least` must be 1 or more, else it always fires");
        }
        if !(1..=LONGEST_HOURS).contains(&self.within_hours) {
            return Err("`within_hours` must be 1 to 672, four weeks");
        }
        if self.reports.contains_key("from") || self.reports.contains_key("to") {
            return Err("`reports` says which; the time is `within_hours`");
        }
        let is_radius = |near: &Near| (10.0..=10_000.0).contains(&near.radius_m);
        if !self
            .near_repeat_m
            .is_none_or(|radius_m| (10.0..=2_000.0).contains(&radius_m))
        {
            return Err("`near_repeat_m` must be 10 to 2000");
        }
        if self.near_repeat_m.is_some() && self.at_least < 2 {
            return Err("`near_repeat_m` needs `at_least` of 2 or more, else each report is a zone");
        }
        if !self.near.as_ref().is_none_or(is_radius) {
            return Err("`near.radius_m` must be 10 to 10000");
        }
        Ok(())
    }

    /// True while it is to be looked at.
    pub fn holds_at(&self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now <= until)
    }

    /// How long a report counts.
    pub(super) fn look_back(&self) -> SignedDuration {
        SignedDuration::from_hours(i64::from(self.within_hours))
    }

    /// How far back its reports are needed to say what there is.
    pub fn reach(&self) -> SignedDuration {
        self.look_back() * self.near_repeat_m.map_or(1, |_| LOOKS_BACK)
    }

    /// Those of its reports that count: near the object, where it names one.
    pub fn counted<'a>(&'a self, sightings: &'a [Sighting]) -> impl Iterator<Item = &'a Sighting> {
        let counts = |sighting: &&Sighting| self.near.as_ref().is_none_or(|near| near.holds(sighting));
        sightings.iter().filter(counts)
    }

    /// When it would have begun and ceased to fire from one moment to another, and how many reports there were then.
    /// `sightings` are those of its reports, oldest first, from a look back before the first moment on.
    ///
    /// It is reckoned as if each report had been known when it happened: what comes in late fires later than this says.
    pub fn turns(&self, sightings: &[Sighting], from: Timestamp, to: Timestamp) -> Vec<(Timestamp, u64)> {
        let counted: Vec<Timestamp> = self.counted(sightings).map(|sighting| sighting.at).collect();
        let look_back = self.look_back();
        let leaves = |at: Timestamp| at.checked_add(look_back).unwrap_or(Timestamp::MAX);
        // A window holds what is before its end: a report counts from the microsecond after it on.
        let after = |at: Timestamp| at.checked_add(SignedDuration::from_micros(1)).unwrap_or(at);
        let mut moments: Vec<Timestamp> = counted
            .iter()
            .flat_map(|at| [after(*at), after(leaves(*at))])
            .collect();
        moments.extend(
            [Some(from), self.from, self.until.map(after)]
                .into_iter()
                .flatten(),
        );
        moments.retain(|moment| (from..=to).contains(moment));
        moments.sort_unstable();
        moments.dedup();
        let mut turns = Vec::new();
        let mut is_firing = false;
        for now in moments {
            let first = now.checked_sub(look_back).unwrap_or(Timestamp::MIN);
            let begin = counted.partition_point(|at| *at < first);
            let count = (counted.partition_point(|at| *at < now) - begin) as u64;
            let fires = count >= self.at_least && self.holds_at(now);
            if fires != is_firing {
                is_firing = fires;
                turns.push((now, count));
            }
        }
        turns
    }

    /// What so many reports make of it. `district` is the one that it is about, if it is about one.
    pub fn occurrence(
        &self,
        count: u64,
        district: Option<&Area>,
        sources: Vec<SourceId>,
        now: Timestamp,
    ) -> Occurrence {
        let level = match (&self.near, district) {
            (Some(_), _) => "place",
            (None, Some(_)) => "district",
            (None, None) => "city",
        };
        let mut labels = vec![
            ("subject", Subject::Fact.to_string()),
            ("rule", self.id.to_string()),
            ("owner", self.organisation.to_string()),
            ("level", level.to_owned()),
        ];
        labels.extend(district.map(|area| ("area", area.id.to_string())));
        for name in ["theme", "category"] {
            labels.extend(self.reports.get(name).map(|value| (name, value.clone())));
        }
        let hours = match self.within_hours {
            1 => "der letzten Stunde".to_owned(),
            hours => format!("den letzten {hours} Stunden"),
        };
        let sentence = format!(
            "In {hours} kamen {} Meldungen zusammen, die Regel „{}“ teilt ab {} mit.",
            german::decimal(count as f64, 0),
            self.label,
            self.at_least
        );
        Occurrence {
            labels: Labels::of(labels),
            firing: if count >= self.at_least && self.holds_at(now) {
                Firing::Yes
            } else {
                Firing::No
            },
            facts: Facts {
                place: self.near.as_ref().map(|near| near.name.clone()),
                center: self.near.as_ref().map(|near| near.point),
                district: district.map(|area| area.id.clone()),
                district_name: district.map(|area| area.name.clone()),
                observed: Some(count as f64),
                expected: None,
                sources,
                addressees: vec![self.organisation.clone()],
                ..Facts::bare(Subject::Fact, self.label.clone(), sentence)
            },
        }
    }
}
