//! What the data themselves make doubtful.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::position::LatLng;
use crate::report::word;
use crate::slug::SourceId;

word!(
    /// What is the matter with the data.
    NoticeKind {
        /// Far too many reports at one coordinate: a default of the geocoding, not a place.
        PointMass = "point_mass",
        /// A source has said nothing for longer than it ever should: silence is not safety.
        SilentSource = "silent_source",
        /// A source brings far more or far less than usual: a new portal, or an outage.
        VolumeChange = "volume_change",
        /// A series is up in the whole city: no place stands out, and no scan of places sees it.
        CityRise = "city_rise",
        /// A series is up in a Stadtbezirk.
        DistrictRise = "district_rise",
    }
);

/// A notice about the data, made by the latest look.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// What is the matter.
    pub kind: NoticeKind,
    /// Sources that it rests on; only who sees them all may see it.
    pub sources: Vec<SourceId>,
    /// One German sentence that says it, and what follows from it.
    pub sentence: String,
    /// Where, if it is about a place.
    pub point: Option<LatLng>,
    /// Since when, or the start of the week that it is about.
    pub since: Timestamp,
    /// Reports counted.
    pub observed: f64,
    /// Reports that would be usual; for a rise, the most that would be.
    pub usual: f64,
}
