//! What a person says of a hotspot.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::hotspot::{Hotspot, HotspotState};
use crate::report::word;
use crate::slug::OrganisationId;
use crate::viewer::{Role, Viewer};

word!(
    /// What a person does.
    ReviewAction {
        /// It is what it seems.
        Confirm = "confirm",
        /// It is not, for a stated reason.
        Dismiss = "dismiss",
        /// An earlier word is taken back.
        Reopen = "reopen",
        /// It gets another name.
        Rename = "rename",
        /// Something is noted beside it.
        Note = "note",
        /// An office takes it on; without text, none does any more.
        Assign = "assign",
    }
);

/// Longest name, of a hotspot or an office, in characters.
pub const LONGEST_NAME: usize = 80;
/// Longest reason or note in characters.
pub const LONGEST_TEXT: usize = 1000;

/// Who said it: a role in an organisation. Not a person: nobody's work is to be profiled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewer {
    /// Their role.
    pub role: Role,
    /// Whom they act for.
    pub organisation: OrganisationId,
}

impl From<&Viewer> for Reviewer {
    fn from(viewer: &Viewer) -> Self {
        Self {
            role: viewer.role,
            organisation: viewer.organisation.clone(),
        }
    }
}

/// A person's standing word on a hotspot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// True for a confirmation, false for a dismissal.
    pub is_confirmed: bool,
    /// When it was said.
    pub at: Timestamp,
    /// Who said it.
    pub by: Reviewer,
    /// How many reports there were at the time: a dismissed pattern comes back when it has grown.
    pub observed: f64,
}

/// One review, as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// What was done.
    pub action: ReviewAction,
    /// The reason, the name, the note, or the office.
    pub text: Option<String>,
    /// Who did it.
    pub by: Reviewer,
    /// When.
    pub at: Timestamp,
}

/// Why a review cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReview {
    /// Only analysts review.
    #[error("only analysts review hotspots")]
    Role,
    /// Text is missing where it is needed.
    #[error("a dismissal needs its reason, a new name and a note their text")]
    NoText,
    /// The text is too long.
    #[error("at most {0} characters")]
    TooLong(usize),
    /// A control character, such as a line break in a name.
    #[error("no control characters")]
    ControlCharacter,
    /// The hotspot is over.
    #[error("the hotspot is closed; only a note can still be added")]
    Closed,
}

impl Review {
    /// A review by a viewer; the text is trimmed, an empty one is none.
    ///
    /// # Errors
    /// [`InvalidReview`].
    pub fn new(
        viewer: &Viewer,
        action: ReviewAction,
        text: Option<&str>,
        at: Timestamp,
    ) -> Result<Self, InvalidReview> {
        if viewer.role != Role::Analyst {
            return Err(InvalidReview::Role);
        }
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        let needs_text = matches!(
            action,
            ReviewAction::Dismiss | ReviewAction::Rename | ReviewAction::Note
        );
        if needs_text && text.is_none() {
            return Err(InvalidReview::NoText);
        }
        let is_name = matches!(action, ReviewAction::Rename | ReviewAction::Assign);
        let longest = if is_name { LONGEST_NAME } else { LONGEST_TEXT };
        if text.is_some_and(|text| text.chars().count() > longest) {
            return Err(InvalidReview::TooLong(longest));
        }
        let is_plain = |c: char| !c.is_control() || (c == '\n' && !is_name);
        if text.is_some_and(|text| !text.chars().all(is_plain)) {
            return Err(InvalidReview::ControlCharacter);
        }
        Ok(Self {
            action,
            text: text.map(str::to_owned),
            by: Reviewer::from(viewer),
            at,
        })
    }
}

/// The hotspot after a review.
///
/// # Errors
/// [`InvalidReview::Closed`] when the hotspot is over and the review is more than a note.
pub fn reviewed(hotspot: &Hotspot, review: &Review) -> Result<Hotspot, InvalidReview> {
    let mut after = hotspot.clone();
    if hotspot.state == HotspotState::Closed && review.action != ReviewAction::Note {
        return Err(InvalidReview::Closed);
    }
    let verdict = |is_confirmed| Verdict {
        is_confirmed,
        at: review.at,
        by: review.by.clone(),
        observed: hotspot.finding.observed,
    };
    match review.action {
        ReviewAction::Confirm => {
            after.story.verdict = Some(verdict(true));
            after.state = HotspotState::Confirmed;
        }
        ReviewAction::Dismiss => {
            after.story.verdict = Some(verdict(false));
            after.state = HotspotState::Dismissed;
        }
        ReviewAction::Reopen => {
            after.story.verdict = None;
            after.state = match hotspot.state {
                HotspotState::Confirmed | HotspotState::Dismissed => HotspotState::Emerging,
                other => other,
            };
        }
        ReviewAction::Rename => after.story.name.clone_from(&review.text),
        ReviewAction::Assign => after.story.assigned_to.clone_from(&review.text),
        ReviewAction::Note => {}
    }
    Ok(after)
}
