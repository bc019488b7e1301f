//! What a receiver answers, and what those who sent it take back.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Alert, AlertState, Correction, Subject};
use crate::report::word;
use crate::review::Reviewer;
use crate::slug::OrganisationId;
use crate::viewer::{Role, Viewer};

word!(
    /// How an alert was closed.
    Outcome {
        /// Something was done about it.
        Measure = "measure",
        /// It was looked at, and is watched.
        Observed = "observed",
        /// It was passed on to another office.
        PassedOn = "passed_on",
        /// There was nothing to do.
        NoAction = "no_action",
        /// It was not what it seemed.
        FalseAlarm = "false_alarm",
    }
);

impl Outcome {
    /// The outcome for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Measure => "Maßnahme ergriffen",
            Self::Observed => "wird beobachtet",
            Self::PassedOn => "weitergegeben",
            Self::NoAction => "nichts zu veranlassen",
            Self::FalseAlarm => "Fehlalarm",
        }
    }
}

/// What somebody does with an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Seen.
    Acknowledge,
    /// An office of one's own takes it on; without one, none does any more.
    Assign(Option<String>),
    /// Done with.
    Close(Outcome),
    /// Put right, for everybody.
    Correct,
    /// Taken back, for everybody.
    Recall,
    /// Released to one partner by itself.
    Release(OrganisationId),
}

/// Longest reply in characters.
const LONGEST_TEXT: usize = 600;
/// Longest name of an office in characters.
const LONGEST_OFFICE: usize = 80;

/// Why an act cannot be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAct {
    /// Not told to them.
    #[error("this alert was not told to your organisation")]
    NotTold,
    /// Not theirs to do.
    #[error("this role does not answer alerts")]
    Role,
    /// Only those who send put right, take back and release.
    #[error("only those who send an alert correct it, take it back or release it")]
    NotTheSender,
    /// It was taken back, or is over.
    #[error("the alert is closed or was recalled")]
    Over,
    /// Taking back needs its reason, putting right what is right.
    #[error("a recall needs its reason in `text`, a correction what is right")]
    NoReason,
    /// Too long, or with control characters.
    #[error("at most 600 characters of text, 80 of an office's name, and no control characters")]
    Text,
}

/// The alert after an act, with a line in its history. `is_sender` says that the viewer's organisation is one of those who
/// send it: a carrier, a body of theirs, or the writer of a bulletin.
///
/// # Errors
/// [`InvalidAct`].
pub fn act(
    before: &Alert,
    act: &Act,
    text: Option<&str>,
    by: &Viewer,
    is_sender: bool,
    at: Timestamp,
) -> Result<Alert, InvalidAct> {
    if !matches!(
        by.role,
        Role::Analyst | Role::Management | Role::Partner | Role::Guest
    ) {
        return Err(InvalidAct::Role);
    }
    let mut after = before.clone();
    let told = after.told.get_mut(&by.organisation).ok_or(InvalidAct::NotTold)?;
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    let is_plain = |text: &str, longest: usize| {
        text.chars().count() <= longest && text.chars().all(|c| !c.is_control() || c == '\n')
    };
    if !text.is_none_or(|text| is_plain(text, LONGEST_TEXT)) {
        return Err(InvalidAct::Text);
    }
    let is_over = matches!(told.state(), AlertState::Closed | AlertState::Recalled);
    let mut said = text.map(str::to_owned);
    let what = match act {
        Act::Correct | Act::Recall | Act::Release(_) if !is_sender => return Err(InvalidAct::NotTheSender),
        Act::Release(_) if by.role == Role::Partner || by.role == Role::Guest => {
            return Err(InvalidAct::Role);
        }
        Act::Acknowledge | Act::Assign(_) | Act::Close(_) if is_over => return Err(InvalidAct::Over),
        Act::Correct | Act::Recall | Act::Release(_) if before.is_recalled => return Err(InvalidAct::Over),
        Act::Acknowledge => {
            told.acknowledged_at.get_or_insert(at);
            "ack"
        }
        Act::Assign(office) => {
            if !office
                .as_deref()
                .is_none_or(|office| is_plain(office, LONGEST_OFFICE))
            {
                return Err(InvalidAct::Text);
            }
            told.acknowledged_at.get_or_insert(at);
            told.assigned_to.clone_from(office);
            said = office.clone().or(said);
            "assign"
        }
        Act::Close(outcome) => {
            told.outcome = Some(*outcome);
            told.closed_at = Some(at);
            // What a person told goes on until all have done with it.
            let is_told_by_person = matches!(
                after.facts.subject,
                Subject::Bulletin | Subject::Talk | Subject::Channel
            );
            after.is_firing &= !is_told_by_person || after.told.values().any(|told| told.closed_at.is_none());
            said = Some(said.map_or_else(
                || outcome.label().to_owned(),
                |text| format!("{}: {text}", outcome.label()),
            ));
            "close"
        }
        Act::Correct | Act::Recall if text.is_none() => return Err(InvalidAct::NoReason),
        Act::Correct => {
            let text = text.unwrap_or_default().to_owned();
            after.corrections.push(Correction { at, text });
            "correct"
        }
        Act::Recall => {
            after.is_recalled = true;
            "recall"
        }
        Act::Release(to) => {
            after.released_to.insert(to.clone());
            said = Some(to.to_string());
            "release"
        }
    };
    after.note(at, what, said, Some(Reviewer::from(by)));
    Ok(after)
}
