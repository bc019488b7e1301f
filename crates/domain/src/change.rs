//! What changes what can be seen.

use crate::hotspot::Hotspot;
use crate::publication::Issue;
use crate::report::{RecordedReport, ReportId};
use crate::revision::Revision;

/// One change, as followers of the store receive it. Reports come without their texts.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A report is new or changed.
    Report(Box<RecordedReport>),
    /// A hotspot is new or changed.
    Hotspot(Box<Hotspot>),
    /// Counts of a week were published.
    Publication(Box<Issue>),
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
            Self::Removal { revision, .. } => *revision,
        }
    }
}
