//! What changes what can be seen.

use jiff::Timestamp;

use crate::hotspot::Hotspot;
use crate::interval::Interval;
use crate::position::Location;
use crate::publication::Issue;
use crate::report::{Kind, RecordedReport, ReportId, Status};
use crate::revision::Revision;
use crate::slug::{CategoryId, SourceId};

/// What a follower of the store learns of a report: what places it in the picture, and no text.
///
/// A picture of a million reports is made of a million of these, so they hold nothing that it does not ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportFacts {
    /// Its number.
    pub id: ReportId,
    /// Revision at which its present version was recorded.
    pub sequence: Revision,
    /// Feed it came from.
    pub source: SourceId,
    /// What sort of statement it is.
    pub kind: Kind,
    /// What it is about.
    pub category: CategoryId,
    /// When it happened.
    pub occurred: Interval,
    /// When the owner was told, if the feed says so.
    pub reported_at: Option<Timestamp>,
    /// How far the owner has come with it.
    pub status: Status,
    /// Where it happened.
    pub location: Location,
}

impl From<&RecordedReport> for ReportFacts {
    fn from(recorded: &RecordedReport) -> Self {
        let report = &recorded.report;
        Self {
            id: recorded.id,
            sequence: recorded.sequence,
            source: report.source.clone(),
            kind: report.kind,
            category: report.category.clone(),
            occurred: report.occurred,
            reported_at: report.reported_at,
            status: report.status,
            location: report.location,
        }
    }
}

/// One change, as followers of the store receive it.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A report is new or changed.
    Report(Box<ReportFacts>),
    /// A hotspot is new or changed.
    Hotspot(Box<Hotspot>),
    /// Counts of a week were published.
    Publication(Box<Issue>),
    /// An alert is new or changed; whom it was told to asks the store.
    Alert {
        /// When it became visible.
        revision: Revision,
    },
    /// A report was deleted.
    Removal {
        /// Which.
        report: ReportId,
        /// When it became visible.
        revision: Revision,
    },
}

impl Change {
    /// Revision at which it became visible.
    pub fn revision(&self) -> Revision {
        match self {
            Self::Report(report) => report.sequence,
            Self::Hotspot(hotspot) => hotspot.revision,
            Self::Publication(issue) => issue.revision,
            Self::Alert { revision } | Self::Removal { revision, .. } => *revision,
        }
    }
}
