//! Layers that are made anew every week: what is high for long, what is on its way, where repeats are likely.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::position::LatLng;
use crate::report::word;
use crate::slug::SourceId;

word!(
    /// What a layer shows.
    LayerKind {
        /// Cells where high counts gather over a year (Gi* with a false discovery rate).
        Persistent = "persistent",
        /// Cells by how their weeks went (emerging hot spot analysis).
        Trend = "trend",
        /// Zones in which a burglary is soon likely to be followed by another (Knox).
        NearRepeat = "near_repeat",
    }
);

/// One weekly layer. Nothing in it is emerging: it says what has been, not what is new.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeeklyLayer {
    /// Its id.
    pub id: String,
    /// What it shows.
    pub kind: LayerKind,
    /// Its name in German.
    pub label: String,
    /// First and last day of the reports that it rests on.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Sources that it rests on; only who sees them all may see it.
    pub sources: Vec<SourceId>,
    /// German sentence: what was found, and how to read it.
    pub sentence: String,
    /// The method, in the field's words.
    pub method: String,
    /// Its parameters.
    pub parameters: serde_json::Value,
    /// Cells or zones that stand out, the strongest first.
    pub items: Vec<LayerItem>,
}

/// A cell or zone that stands out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerItem {
    /// H3 index, for a cell.
    pub h3: Option<String>,
    /// Outline, a closed ring.
    pub outline: Vec<LatLng>,
    /// What it is, in German.
    pub word: String,
    /// Reports in it.
    pub count: f64,
    /// Standard score, where the method has one.
    pub z: Option<f64>,
    /// Two-sided p value, where the method has one.
    pub p_value: Option<f64>,
    /// Last day of a zone.
    pub until: Option<Date>,
}
