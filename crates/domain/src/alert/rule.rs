//! Rules on plain facts: so many reports, here, in so many hours.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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
        if !self.near.as_ref().is_none_or(is_radius) {
            return Err("`near.radius_m` must be 10 to 10000");
        }
        Ok(())
    }

    /// True while it is to be looked at.
    pub fn holds_at(&self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now <= until)
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
