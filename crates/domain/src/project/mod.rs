//! Projects of city and police: what is to be done, who does it, and which bodies have agreed.

mod area;
mod measure;
mod path;
mod rights;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::hotspot::HotspotId;
use crate::organisation::Partnership;
use crate::report::word;
use crate::review::Reviewer;
use crate::slug::{OrganisationId, ThemeId};
use crate::taxonomy::Taxonomy;

pub use area::{InvalidProjectArea, ProjectArea, Reach};
pub use measure::{InvalidMeasure, Measure, MeasureKind, MeasurePlan};
pub use path::{DecisionPath, IllegalStep, InvalidPath, Station, Step, StepAction, StepWish};
pub use rights::ProjectRights;

word!(
    /// Where a project stands.
    ProjectStatus {
        /// It lies with the first body, and its plan can still be changed.
        Proposed = "proposed",
        /// The first body has agreed; another decides.
        InDecision = "in_decision",
        /// All bodies have agreed.
        Decided = "decided",
        /// Work goes on.
        Running = "running",
        /// Work is over.
        Finished = "finished",
        /// A body has declined it.
        Declined = "declined",
    }
);

impl ProjectStatus {
    /// The status for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Proposed => "vorgeschlagen",
            Self::InDecision => "in Entscheidung",
            Self::Decided => "beschlossen",
            Self::Running => "läuft",
            Self::Finished => "abgeschlossen",
            Self::Declined => "abgelehnt",
        }
    }
}

/// Longest title, name of an indicator or target in characters.
pub const LONGEST_TITLE: usize = 120;
/// Longest reason, report or note in characters.
pub const LONGEST_WORDS: usize = 2_000;
/// Most goals of a project.
pub const MOST_GOALS: usize = 10;
/// Most Verlaufsberichte of a project.
pub const MOST_NOTES: usize = 500;
/// Most measures of a project.
pub const MOST_MEASURES: usize = 100;

/// What is to be reached, and what shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// What is to be reached, such as „weniger Ruhestörungen nachts“.
    pub text: String,
    /// What shows it, such as „Beschwerden je Woche“.
    pub indicator: String,
}

/// What a project is about. It can be changed while the project lies with the first body, and not under the eyes of those
/// who decide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Its name.
    pub title: String,
    /// Why: what has been seen, without names of persons.
    pub reason: String,
    /// The Handlungsfeld.
    pub theme: ThemeId,
    /// Who leads it (Federführung).
    pub lead: OrganisationId,
    /// Who takes part beside the lead.
    #[serde(default)]
    pub partners: Vec<OrganisationId>,
    /// Where.
    pub area: ProjectArea,
    /// What is to be reached.
    #[serde(default)]
    pub goals: Vec<Goal>,
    /// First day of the work.
    pub from: Option<Date>,
    /// Last day of it.
    pub to: Option<Date>,
}

/// A Verlaufsbericht.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// What was done and seen.
    pub text: String,
    /// Who wrote it: a role in an organisation, not a person.
    pub by: Reviewer,
    /// When.
    pub at: Timestamp,
}

/// A project with its history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Project {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub plan: Plan,
    /// The hotspot that it was proposed from.
    pub hotspot: Option<HotspotId>,
    /// Who proposed it.
    pub proposed_by: Reviewer,
    /// When.
    pub proposed_at: Timestamp,
    /// The bodies that decide: those of its time, whatever the configuration says later.
    pub path: DecisionPath,
    /// Where it stands.
    pub status: ProjectStatus,
    /// Number of the station that it lies with, while it is not decided.
    pub station: usize,
    /// Sides that have agreed at this station.
    pub agreed: Vec<OrganisationId>,
    /// What bodies and lead have done with it, oldest first.
    pub steps: Vec<Step>,
    /// Verlaufsberichte, oldest first.
    pub notes: Vec<Note>,
    /// Measures, in the order in which they were entered.
    pub measures: Vec<Measure>,
}

/// What is wrong with a plan, or with what is to be added to a project.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPlan {
    /// Nothing said, or too much.
    #[error("`{0}` is said in 1 to {1} characters, without control characters")]
    Words(&'static str, usize),
    /// No such theme.
    #[error("`theme`: {0} is not in the taxonomy (see /api/v1/taxonomy)")]
    Theme(ThemeId),
    /// Nobody of that id.
    #[error("there is no organisation or body {0} (see /api/v1/partners)")]
    Organisation(OrganisationId),
    /// The lead is named as a partner too, or a partner twice.
    #[error("{0} takes part once")]
    Twice(OrganisationId),
    /// Too many goals.
    #[error("at most {MOST_GOALS} goals")]
    Goals,
    /// The last day lies before the first.
    #[error("`to` lies before `from`")]
    Period,
    /// Bodies are deciding on it.
    #[error(
        "the plan of a project can be changed while it lies with the first body; let it be sent back first"
    )]
    NotOpen,
    /// It is over.
    #[error("the project is over")]
    Over,
    /// There are enough of them.
    #[error("this project has as many of these as it can have")]
    Full,
}

/// Text as it is kept: trimmed, plain and not too long; `None` when it is not.
pub(crate) fn plain(text: &str, longest: usize, may_break: bool) -> Option<String> {
    let text = text.trim();
    let is_plain = |c: char| !c.is_control() || (may_break && c == '\n');
    let fits = !text.is_empty() && text.chars().count() <= longest && text.chars().all(is_plain);
    fits.then(|| text.to_owned())
}

impl Plan {
    /// Holds the plan against what there is; its words come back trimmed.
    ///
    /// # Errors
    /// [`InvalidPlan`].
    pub fn checked(self, taxonomy: &Taxonomy, partnership: &Partnership) -> Result<Self, InvalidPlan> {
        let line = |name, text: &str| {
            plain(text, LONGEST_TITLE, false).ok_or(InvalidPlan::Words(name, LONGEST_TITLE))
        };
        if taxonomy.theme(self.theme.as_str()).is_none() {
            return Err(InvalidPlan::Theme(self.theme));
        }
        let mut known = Vec::with_capacity(self.partners.len() + 1);
        for id in std::iter::once(&self.lead).chain(&self.partners) {
            if known.contains(&id) {
                return Err(InvalidPlan::Twice(id.clone()));
            }
            if !partnership.is_empty() && partnership.name_of(id).is_none() {
                return Err(InvalidPlan::Organisation(id.clone()));
            }
            known.push(id);
        }
        if self.goals.len() > MOST_GOALS {
            return Err(InvalidPlan::Goals);
        }
        if let (Some(from), Some(to)) = (self.from, self.to)
            && to < from
        {
            return Err(InvalidPlan::Period);
        }
        let goals = self.goals.iter().map(|goal| {
            Ok(Goal {
                text: line("goals.text", &goal.text)?,
                indicator: line("goals.indicator", &goal.indicator)?,
            })
        });
        Ok(Self {
            title: line("title", &self.title)?,
            reason: plain(&self.reason, LONGEST_WORDS, true)
                .ok_or(InvalidPlan::Words("reason", LONGEST_WORDS))?,
            goals: goals.collect::<Result<_, _>>()?,
            ..self
        })
    }
}

impl Project {
    /// A proposal that lies with the first body of the path.
    pub fn proposed(
        id: String,
        plan: Plan,
        hotspot: Option<HotspotId>,
        path: DecisionPath,
        by: Reviewer,
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            plan,
            hotspot,
            proposed_by: by,
            proposed_at: at,
            path,
            status: ProjectStatus::Proposed,
            station: 0,
            agreed: Vec::new(),
            steps: Vec::new(),
            notes: Vec::new(),
            measures: Vec::new(),
        }
    }

    /// True when no work is to come any more.
    pub fn is_over(&self) -> bool {
        matches!(self.status, ProjectStatus::Finished | ProjectStatus::Declined)
    }

    /// True when the organisation leads it or takes part.
    pub fn takes_part(&self, organisation: &OrganisationId) -> bool {
        self.plan.lead == *organisation || self.plan.partners.contains(organisation)
    }

    /// With another plan, which was checked before.
    ///
    /// # Errors
    /// [`InvalidPlan::NotOpen`] once the first body has agreed.
    pub fn changed(mut self, plan: Plan) -> Result<Self, InvalidPlan> {
        if self.status != ProjectStatus::Proposed {
            return Err(InvalidPlan::NotOpen);
        }
        self.plan = plan;
        Ok(self)
    }

    /// With one more Verlaufsbericht.
    ///
    /// # Errors
    /// [`InvalidPlan`].
    pub fn noted(mut self, text: &str, by: Reviewer, at: Timestamp) -> Result<Self, InvalidPlan> {
        if self.status == ProjectStatus::Declined {
            return Err(InvalidPlan::Over);
        }
        if self.notes.len() >= MOST_NOTES {
            return Err(InvalidPlan::Full);
        }
        let text = plain(text, LONGEST_WORDS, true).ok_or(InvalidPlan::Words("text", LONGEST_WORDS))?;
        self.notes.push(Note { text, by, at });
        Ok(self)
    }

    /// With one more measure, which was checked before.
    ///
    /// # Errors
    /// [`InvalidPlan`].
    pub fn with_measure(mut self, measure: Measure) -> Result<Self, InvalidPlan> {
        if self.is_over() {
            return Err(InvalidPlan::Over);
        }
        if self.measures.len() >= MOST_MEASURES {
            return Err(InvalidPlan::Full);
        }
        self.measures.push(measure);
        Ok(self)
    }
}
