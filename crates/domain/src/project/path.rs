//! The way of a proposal through the bodies, and what may be done with it where.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{LONGEST_WORDS, Project, ProjectStatus, plain};
use crate::report::word;
use crate::review::Reviewer;
use crate::slug::OrganisationId;
use crate::viewer::{Role, Viewer};

word!(
    /// What a body or the lead does with a project.
    StepAction {
        /// The body agrees, or one side of it.
        Agree = "agree",
        /// The body sends it back to the one before, with a reason.
        SendBack = "send_back",
        /// The body declines it, with a reason.
        Decline = "decline",
        /// Work begins.
        Start = "start",
        /// Work is over.
        Finish = "finish",
    }
);

impl StepAction {
    /// What was done, for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Agree => "zugestimmt",
            Self::SendBack => "zurückgegeben",
            Self::Decline => "abgelehnt",
            Self::Start => "begonnen",
            Self::Finish => "abgeschlossen",
        }
    }
}

/// A body on the way, and whose consent it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Station {
    /// The body.
    pub body: OrganisationId,
    /// Sides that must each agree; none where the body agrees as one.
    #[serde(default)]
    pub consent: Vec<OrganisationId>,
}

/// The bodies that a proposal goes through, in their order.
///
/// ```
/// let hamm = lagebild_domain::project::DecisionPath::default();
/// let bodies: Vec<&str> = hamm.stations().iter().map(|station| station.body.as_str()).collect();
/// assert_eq!(bodies, ["koordinationsebene", "geschaeftsfuehrung", "lenkungsgruppe"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Station>", into = "Vec<Station>")]
pub struct DecisionPath(Vec<Station>);

/// What no path can be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPath {
    /// Nobody decides.
    #[error("the path of a project needs at least one body")]
    Empty,
    /// A body or a side stands there twice.
    #[error("\"{0}\" stands twice in the path of a project")]
    Twice(OrganisationId),
}

impl TryFrom<Vec<Station>> for DecisionPath {
    type Error = InvalidPath;

    fn try_from(stations: Vec<Station>) -> Result<Self, InvalidPath> {
        if stations.is_empty() {
            return Err(InvalidPath::Empty);
        }
        let twice = |ids: &[&OrganisationId]| {
            let (_, id) = ids.iter().enumerate().find(|(at, id)| ids[..*at].contains(id))?;
            Some((*id).clone())
        };
        let bodies: Vec<&OrganisationId> = stations.iter().map(|station| &station.body).collect();
        let of_sides = stations
            .iter()
            .find_map(|station| twice(&station.consent.iter().collect::<Vec<_>>()));
        match twice(&bodies).or(of_sides) {
            Some(id) => Err(InvalidPath::Twice(id)),
            None => Ok(Self(stations)),
        }
    }
}

impl From<DecisionPath> for Vec<Station> {
    fn from(path: DecisionPath) -> Self {
        path.0
    }
}

/// Hamm's: Koordinationsebene, Geschäftsführung, Lenkungsgruppe by consent of city and police.
impl Default for DecisionPath {
    fn default() -> Self {
        let station = |body: &str, sides: &[&str]| {
            Some(Station {
                body: OrganisationId::new(body).ok()?,
                consent: sides
                    .iter()
                    .filter_map(|side| OrganisationId::new(side).ok())
                    .collect(),
            })
        };
        let stations = [
            station("koordinationsebene", &[]),
            station("geschaeftsfuehrung", &[]),
            station("lenkungsgruppe", &["stadt", "polizei"]),
        ];
        Self(stations.into_iter().flatten().collect())
    }
}

impl DecisionPath {
    /// The bodies in their order.
    pub fn stations(&self) -> &[Station] {
        &self.0
    }
}

/// A step, as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What was done.
    pub action: StepAction,
    /// The body that it lay with; none once all had agreed.
    pub body: Option<OrganisationId>,
    /// The side that agreed.
    pub side: Option<OrganisationId>,
    /// The reason, or what was said with it.
    pub text: Option<String>,
    /// Who recorded it: a role in an organisation, not a person.
    pub by: Reviewer,
    /// When.
    pub at: Timestamp,
}

/// A step that somebody wishes to take.
#[derive(Debug, Clone, Copy)]
pub struct StepWish<'a> {
    /// What to do.
    pub action: StepAction,
    /// The side that agrees.
    pub side: Option<&'a OrganisationId>,
    /// The reason.
    pub text: Option<&'a str>,
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IllegalStep {
    /// Somebody else decides here.
    #[error("that is for {0} to do")]
    NotYours(String),
    /// It does not lie with a body.
    #[error("no body has to decide on a project that is {0}")]
    NotInDecision(&'static str),
    /// Work begins after the decision.
    #[error("work begins when all bodies have agreed; the project is {0}")]
    NotDecided(&'static str),
    /// Only work that goes on can be finished.
    #[error("only a project that is running can be finished; it is {0}")]
    NotRunning(&'static str),
    /// There is no body before the first.
    #[error("there is no body before the first; decline it, or change its plan")]
    AtFirst,
    /// The reason is missing or too long.
    #[error("give a reason in 1 to {LONGEST_WORDS} characters")]
    Reason,
    /// A side is missing, unknown, or named where none is.
    #[error("`side`: {0}")]
    Side(String),
    /// That side has agreed before.
    #[error("{0} has agreed before")]
    AgreedBefore(OrganisationId),
}

impl Project {
    /// The station that it lies with, while it is not decided.
    pub fn current_station(&self) -> Option<&Station> {
        matches!(self.status, ProjectStatus::Proposed | ProjectStatus::InDecision)
            .then(|| self.path.stations().get(self.station))
            .flatten()
    }

    /// The project after a step; what is not allowed is refused with its reason.
    ///
    /// A body's steps are recorded by those who act for it. Where a body needs the consent of several sides, the management
    /// may record each, as it writes the minutes. Work is begun and finished by the lead, the first body or the management.
    ///
    /// # Errors
    /// [`IllegalStep`].
    pub fn after(&self, wish: StepWish<'_>, viewer: &Viewer, at: Timestamp) -> Result<Self, IllegalStep> {
        let mut next = self.clone();
        let mut body = None;
        match wish.action {
            StepAction::Start | StepAction::Finish => {
                let (is_due, refusal, status) = if wish.action == StepAction::Start {
                    let is_due = self.status == ProjectStatus::Decided;
                    (
                        is_due,
                        IllegalStep::NotDecided(self.status.as_str()),
                        ProjectStatus::Running,
                    )
                } else {
                    let is_due = self.status == ProjectStatus::Running;
                    (
                        is_due,
                        IllegalStep::NotRunning(self.status.as_str()),
                        ProjectStatus::Finished,
                    )
                };
                if !is_due {
                    return Err(refusal);
                }
                if let Some(side) = wish.side {
                    return Err(IllegalStep::Side(format!("work has no sides, not even {side}")));
                }
                self.check_leads(viewer)?;
                next.status = status;
            }
            StepAction::Agree | StepAction::SendBack | StepAction::Decline => {
                let station = self
                    .current_station()
                    .ok_or(IllegalStep::NotInDecision(self.status.as_str()))?;
                body = Some(station.body.clone());
                check_acts_for(station, viewer)?;
                match wish.action {
                    StepAction::Agree => next.agree(station, wish.side)?,
                    _ if wish.side.is_some() => {
                        return Err(IllegalStep::Side("only an agreement is one side's".to_owned()));
                    }
                    StepAction::SendBack if self.station == 0 => return Err(IllegalStep::AtFirst),
                    StepAction::SendBack => next.lie_with(self.station - 1),
                    _ => next.status = ProjectStatus::Declined,
                }
            }
        }
        let text = wish.text.map(str::trim).filter(|text| !text.is_empty());
        let needs_reason = matches!(wish.action, StepAction::SendBack | StepAction::Decline);
        let text = match text {
            Some(text) => Some(plain(text, LONGEST_WORDS, true).ok_or(IllegalStep::Reason)?),
            None if needs_reason => return Err(IllegalStep::Reason),
            None => None,
        };
        next.steps.push(Step {
            action: wish.action,
            body,
            side: wish.side.cloned(),
            text,
            by: Reviewer::from(viewer),
            at,
        });
        Ok(next)
    }

    /// What the viewer could do with it now: actions, with their side where they have one.
    pub fn possible_steps(
        &self,
        viewer: &Viewer,
        at: Timestamp,
    ) -> Vec<(StepAction, Option<OrganisationId>)> {
        let sides = self
            .current_station()
            .map_or(&[][..], |station| &station.consent[..]);
        let one_by_one = StepAction::ALL.iter().flat_map(|action| {
            std::iter::once((*action, None)).chain(sides.iter().map(|side| (*action, Some(side))))
        });
        one_by_one
            .filter(|(action, side)| {
                let wish = StepWish {
                    action: *action,
                    side: *side,
                    text: Some("…"),
                };
                self.after(wish, viewer, at).is_ok()
            })
            .map(|(action, side)| (action, side.cloned()))
            .collect()
    }

    fn agree(&mut self, station: &Station, side: Option<&OrganisationId>) -> Result<(), IllegalStep> {
        match side {
            None if !station.consent.is_empty() => {
                return Err(IllegalStep::Side("say which side agrees; each has to".to_owned()));
            }
            Some(side) if !station.consent.contains(side) => {
                return Err(IllegalStep::Side(format!(
                    "the consent of {side} is not asked for here"
                )));
            }
            Some(side) if self.agreed.contains(side) => return Err(IllegalStep::AgreedBefore(side.clone())),
            _ => self.agreed.extend(side.cloned()),
        }
        if station.consent.iter().all(|side| self.agreed.contains(side)) {
            self.lie_with(self.station + 1);
        }
        Ok(())
    }

    fn lie_with(&mut self, station: usize) {
        self.agreed.clear();
        self.station = station;
        self.status = match station {
            0 => ProjectStatus::Proposed,
            _ if station < self.path.stations().len() => ProjectStatus::InDecision,
            _ => ProjectStatus::Decided,
        };
    }

    fn check_leads(&self, viewer: &Viewer) -> Result<(), IllegalStep> {
        let first = self.path.stations().first().map(|station| &station.body);
        let of_lead = viewer.role == Role::Analyst
            && (viewer.organisation == self.plan.lead || Some(&viewer.organisation) == first);
        if of_lead || viewer.role == Role::Management {
            Ok(())
        } else {
            Err(IllegalStep::NotYours(self.plan.lead.to_string()))
        }
    }
}

fn check_acts_for(station: &Station, viewer: &Viewer) -> Result<(), IllegalStep> {
    let decides = matches!(viewer.role, Role::Analyst | Role::Management | Role::Steering);
    let writes_minutes = viewer.role == Role::Management && !station.consent.is_empty();
    if decides && (viewer.organisation == station.body || writes_minutes) {
        Ok(())
    } else {
        Err(IllegalStep::NotYours(station.body.to_string()))
    }
}
