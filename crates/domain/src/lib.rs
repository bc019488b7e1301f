#![doc = include_str!("../README.md")]

pub mod area;
pub mod change;
pub mod disclosure;
pub mod explanation;
pub mod filter;
pub mod german;
pub mod hotspot;
pub mod interval;
pub mod lifecycle;
pub mod position;
pub mod publication;
pub mod release;
pub mod report;
pub mod revision;
pub mod slug;
pub mod source;
pub mod taxonomy;
pub mod viewer;

pub use area::{Area, AreaKind, Areas, Extent, Place};
pub use change::Change;
pub use disclosure::{CountScope, RecordScope, View, Withheld};
pub use filter::{Filter, InvalidFilter};
pub use hotspot::{Finding, Hotspot, HotspotId, HotspotKind, HotspotState, StreamShare};
pub use interval::Interval;
pub use position::{BoundingBox, LatLng, Location, Precision};
pub use release::Release;
pub use report::{ExternalId, Identity, Kind, RecordedReport, Report, ReportId, Status};
pub use revision::{Revision, Stamp};
pub use slug::{AreaId, CategoryId, OrganisationId, ReleaseId, SourceId, ThemeId};
pub use source::{Regime, Source};
pub use taxonomy::{Category, Evidence, Origin, Prevention, Taxonomy, Theme};
pub use viewer::{Role, Viewer};
