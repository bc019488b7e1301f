//! Measures: what is done in a project, where and when.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{LONGEST_TITLE, LONGEST_WORDS, ProjectArea, plain};
use crate::report::word;
use crate::review::Reviewer;

word!(
    /// What sort of measure it is.
    MeasureKind {
        /// City and police walk together.
        JointPatrol = "joint_patrol",
        /// Many at one place for some time.
        FocusedOperation = "focused_operation",
        /// Lighting is mended or added.
        Lighting = "lighting",
        /// Cleaning.
        Cleaning = "cleaning",
        /// Social work.
        SocialWork = "social_work",
        /// A change of how a place is built or used.
        PlanningChange = "planning_change",
        /// An event, such as a campaign on the spot.
        Event = "event",
    }
);

impl MeasureKind {
    /// The kind for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::JointPatrol => "Gemeinsame Streife",
            Self::FocusedOperation => "Schwerpunkteinsatz",
            Self::Lighting => "Beleuchtung",
            Self::Cleaning => "Reinigung",
            Self::SocialWork => "Soziale Arbeit",
            Self::PlanningChange => "Städtebauliche Änderung",
            Self::Event => "Veranstaltung",
        }
    }
}

/// What is planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasurePlan {
    /// What sort.
    pub kind: MeasureKind,
    /// Its name.
    pub title: String,
    /// More about it.
    #[serde(default)]
    pub text: Option<String>,
    /// Where.
    pub area: ProjectArea,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// A measure of a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// Its id, of its own among those of all projects.
    pub id: String,
    /// What is done.
    pub plan: MeasurePlan,
    /// Who entered it.
    pub by: Reviewer,
    /// When.
    pub at: Timestamp,
}

/// What is wrong with a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMeasure {
    /// No title, or too long a one.
    #[error("`title` is said in 1 to {LONGEST_TITLE} characters, on one line")]
    Title,
    /// Too long.
    #[error("`text` has at most {LONGEST_WORDS} characters")]
    Text,
    /// The last day lies before the first.
    #[error("`to` lies before `from`")]
    Period,
}

impl MeasurePlan {
    /// Holds it against what a measure must be; its words come back trimmed.
    ///
    /// # Errors
    /// [`InvalidMeasure`].
    pub fn checked(self) -> Result<Self, InvalidMeasure> {
        if self.to < self.from {
            return Err(InvalidMeasure::Period);
        }
        let text = self.text.as_deref().filter(|text| !text.trim().is_empty());
        Ok(Self {
            title: plain(&self.title, LONGEST_TITLE, false).ok_or(InvalidMeasure::Title)?,
            text: text
                .map(|text| plain(text, LONGEST_WORDS, true).ok_or(InvalidMeasure::Text))
                .transpose()?,
            ..self
        })
    }
}
