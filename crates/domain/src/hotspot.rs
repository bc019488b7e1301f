//! Places where something concentrates.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::interval::Interval;
use crate::position::LatLng;
use crate::report::word;
use crate::revision::Revision;
use crate::slug::SourceId;

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
    /// Monte Carlo p value.
    pub p_value: f64,
    /// How often chance alone would show as much, in days.
    pub recurrence_interval_days: f64,
    /// True when the method cannot resolve a longer recurrence interval.
    pub recurrence_at_limit: bool,
    /// Parts of the streams.
    pub streams: Vec<StreamShare>,
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
    /// Revision at which it last changed.
    pub revision: Revision,
}
