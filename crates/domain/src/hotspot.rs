//! Places where something concentrates.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::interval::Interval;
use crate::position::LatLng;
use crate::report::{ReportId, word};
use crate::review::Verdict;
use crate::revision::Revision;
use crate::slug::{CategoryId, SourceId};
use crate::viewer::Role;

word!(
    /// What concentrates. The kinds are never mixed up: an Angstraum is a statement about perception, not an offence.
    HotspotKind {
        /// Citizens' complaints beyond what the past explains.
        Beschwerdehotspot = "beschwerdehotspot",
        /// Recorded offences or Ordnungswidrigkeiten.
        Brennpunkt = "brennpunkt",
        /// A place where people feel unsafe.
        Angstraum = "angstraum",
        /// Accidents.
        Unfallhaeufung = "unfallhaeufung",
    }
);

impl HotspotKind {
    /// The kind's name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Beschwerdehotspot => "Beschwerdehotspot",
            Self::Brennpunkt => "Brennpunkt",
            Self::Angstraum => "Angstraum",
            Self::Unfallhaeufung => "Unfallhäufung",
        }
    }
}

word!(
    /// Where a hotspot stands in its life.
    HotspotState {
        /// Found by a recent look.
        Emerging = "emerging",
        /// Confirmed by a person.
        Confirmed = "confirmed",
        /// High for long.
        Persistent = "persistent",
        /// No longer found, not yet closed.
        Cooling = "cooling",
        /// Over.
        Closed = "closed",
        /// Dismissed by a person.
        Dismissed = "dismissed",
    }
);

/// Id of a hotspot, stable over its life.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HotspotId(pub String);

impl fmt::Display for HotspotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One stream's part in a finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StreamShare {
    /// Name of the stream.
    pub stream: String,
    /// Reports in the cylinder.
    pub observed: f64,
    /// Reports that the past would lead one to expect.
    pub expected: f64,
    /// Part of all observed reports, 0 to 1.
    pub share: f64,
}

/// How often a category stands behind a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryCount {
    /// The category.
    pub category: CategoryId,
    /// Reports of it in the cylinder.
    pub count: u32,
}

/// When the reports behind a finding happened, in Berlin.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rhythm {
    /// Reports by hour, 0 to 23; a report known to a longer span counts with its share of each hour. Empty when no hour
    /// is known.
    pub hours: Vec<f64>,
    /// Reports by weekday, Monday first. Empty when no weekday is known.
    pub weekdays: Vec<f64>,
    /// Share of the reports between dusk and dawn, 0 to 1, where hours are known.
    pub dark_share: Option<f64>,
}

/// What one look found at one place: the evidence, before it is matched with what is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Detection profile that looked.
    pub profile: String,
    /// What concentrates.
    pub kind: HotspotKind,
    /// Centre of the cylinder.
    pub center: LatLng,
    /// Radius of the cylinder in metres; 0 when one location alone stands out.
    pub radius_m: f64,
    /// Outline, a closed ring.
    pub outline: Vec<LatLng>,
    /// Window of the excess.
    pub window: Interval,
    /// Reports in the cylinder.
    pub observed: f64,
    /// Reports that the past would lead one to expect.
    pub expected: f64,
    /// Observed over expected, inside against outside.
    pub relative_risk: f64,
    /// Monte Carlo p value; `None` where the method is a rule and says nothing of chance.
    pub p_value: Option<f64>,
    /// How often chance alone would show as much to one look a day with one profile, in days; `None` as above.
    pub recurrence_interval_days: Option<f64>,
    /// True when the method cannot resolve a longer recurrence interval.
    pub recurrence_at_limit: bool,
    /// Parts of the streams.
    pub streams: Vec<StreamShare>,
    /// Leading categories, the commonest first.
    #[serde(default)]
    pub categories: Vec<CategoryCount>,
    /// When the reports happened.
    #[serde(default)]
    pub rhythm: Rhythm,
    /// The reports behind it. Who may see the finding need not see all of each.
    #[serde(default)]
    pub reports: Vec<ReportId>,
    /// Sources whose records the finding rests on; only who sees them all may see it.
    pub sources: Vec<SourceId>,
    /// Nearest named place, in words.
    pub place: String,
    /// Method, in the field's words.
    pub method: String,
    /// The method's parameters.
    pub parameters: serde_json::Value,
    /// Seed of its random numbers.
    pub seed: u64,
    /// Where the finding could mislead, in German sentences.
    pub cautions: Vec<String>,
}

/// A place with a life: found, confirmed or dismissed, cooling, closed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hotspot {
    /// Its id.
    pub id: HotspotId,
    /// Where it stands in its life.
    pub state: HotspotState,
    /// When a look first found it.
    pub first_seen: Timestamp,
    /// When a look last found it.
    pub last_seen: Timestamp,
    /// The latest finding.
    pub finding: Finding,
    /// What persons and other hotspots made of it.
    pub story: Story,
    /// Revision at which it last changed.
    pub revision: Revision,
}

/// What is known of a hotspot beyond its latest finding.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Story {
    /// Name that an analyst gave it, in place of the nearest named place.
    pub name: Option<String>,
    /// The office that has taken it on, in words.
    pub assigned_to: Option<String>,
    /// A person's standing word: confirmed or dismissed.
    pub verdict: Option<Verdict>,
    /// The hotspot that it split off from.
    pub came_from: Option<HotspotId>,
    /// The hotspot that it became part of.
    pub merged_into: Option<HotspotId>,
}

impl Hotspot {
    /// What it is called: the name that an analyst gave it, else the nearest named place.
    pub fn place(&self) -> &str {
        self.story.name.as_deref().unwrap_or(&self.finding.place)
    }

    /// True when a person has confirmed it, and not taken the word back.
    pub fn is_confirmed(&self) -> bool {
        self.story
            .verdict
            .as_ref()
            .is_some_and(|verdict| verdict.is_confirmed)
    }

    /// True when somebody of this role may see it at all. An Angstraum is a statement about how people feel: only a
    /// person's confirmation takes it beyond the analysts. What else they see of it is for their view to say.
    ///
    /// Alerts, documents and publications ask this too.
    pub fn may_be_shown_to(&self, role: Role) -> bool {
        role == Role::Analyst || self.finding.kind != HotspotKind::Angstraum || self.is_confirmed()
    }
}
