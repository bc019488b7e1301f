#![doc = include_str!("../README.md")]

pub mod alarm_tally;
pub mod alert;
pub mod area;
pub mod audit;
pub mod audit_month;
pub mod briefing;
pub mod change;
pub mod disclosure;
pub mod explanation;
pub mod filter;
pub mod german;
pub mod happening;
pub mod hotspot;
pub mod interval;
pub mod layer;
pub mod lifecycle;
pub mod likeness;
pub mod link;
pub mod notice;
pub mod organisation;
pub mod password;
pub mod position;
pub mod project;
pub mod public_filter;
pub mod public_question;
pub mod publication;
pub mod release;
pub mod report;
pub mod review;
pub mod revision;
pub mod slug;
pub mod source;
pub mod sun;
pub mod taxonomy;
pub mod viewer;
pub mod week;
pub mod wording;

pub use alarm_tally::{AlarmBudget, AlarmTally, Rate};
pub use alert::{Alert, AlertId};
pub use area::{Area, AreaKind, Areas, Extent, Place};
pub use briefing::{BriefingKind, Period};
pub use change::{Change, ReportFacts};
pub use disclosure::{AlertScope, CountScope, RecordScope, View, Withheld};
pub use filter::{Filter, InvalidFilter};
pub use hotspot::{
    CategoryCount, Finding, Hotspot, HotspotId, HotspotKind, HotspotState, Rhythm, Story, StreamShare,
};
pub use interval::Interval;
pub use layer::{LayerItem, LayerKind, WeeklyLayer};
pub use notice::{Notice, NoticeKind};
pub use organisation::Partnership;
pub use password::{Password, WeakPassword};
pub use position::{BoundingBox, LatLng, Location, Precision};
pub use project::{Measure, Project, ProjectArea, ProjectStatus};
pub use release::Release;
pub use report::{ExternalId, Identity, Kind, RecordedReport, Report, ReportId, Status};
pub use review::{InvalidReview, Review, ReviewAction, Reviewer, Verdict};
pub use revision::{Revision, Stamp};
pub use slug::{
    AccountName, AreaId, CategoryId, ChannelId, OrganisationId, ReleaseId, RuleId, SourceId, SubscriptionId,
    ThemeId,
};
pub use source::{Regime, Source};
pub use taxonomy::{Category, Evidence, Origin, Prevention, Taxonomy, Theme};
pub use viewer::{Role, Viewer};
