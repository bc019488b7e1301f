//! Alerts: what is told to whom, once, and what they answer.
//!
//! An [`Alert`] is what its labels say; the same labels again are the same alert. [`decide()`] holds what there is against what
//! was told, and says what is to be told now. What is told is only what the gate ([`crate::disclosure`]) lets through.

mod answer;
mod bulletin;
mod content;
mod decide;
mod facts;
mod message;
mod rule;
mod silence;
mod subscription;
mod telling;
mod trial;
mod why;
mod zone;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::disclosure::AlertShown;
use crate::report::word;
use crate::review::Reviewer;
use crate::revision::Revision;
use crate::slug::{OrganisationId, SubscriptionId};

pub use answer::{Act, InvalidAct, Outcome, act};
pub use bulletin::{Bulletin, InvalidBulletin, TalkTopic};
pub use content::Content;
pub use decide::{Decided, Known, decide};
pub use facts::{Facts, Firing, Occurrence, Subject};
pub use message::{Item, Message, MessageKind};
pub use rule::{Near, Rule, Sighting};
pub use silence::{InvalidSilence, Matcher, Silence};
pub use subscription::{Channel, Hours, Subscription};
pub use trial::{Truth, Turn, rehearse, truth};
pub use why::{Reason, Why};
pub use zone::Zone;

/// Number of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AlertId(pub u64);

/// Not the id of an alert.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the id of an alert, such as al-17")]
pub struct InvalidAlertId;

impl FromStr for AlertId {
    type Err = InvalidAlertId;
    fn from_str(text: &str) -> Result<Self, InvalidAlertId> {
        let number = text.strip_prefix("al-").and_then(|number| number.parse().ok());
        number.map(Self).ok_or(InvalidAlertId)
    }
}

impl TryFrom<String> for AlertId {
    type Error = InvalidAlertId;
    fn try_from(text: String) -> Result<Self, InvalidAlertId> {
        text.parse()
    }
}

impl From<AlertId> for String {
    fn from(id: AlertId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for AlertId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "al-{}", self.0)
    }
}

/// Labels that make an alert what it is.
const IDENTITY: [&str; 10] = [
    "subject", "hotspot", "rule", "zone", "notice", "source", "since", "bulletin", "channel", "silence",
];

/// What an alert is about, as names and values: its identity, and what silences match.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Labels(pub BTreeMap<String, String>);

impl Labels {
    /// Of names and values.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }

    /// The value of a label; none without it.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The same for the same identity, and for no other: a hotspot stays the same alert when its centre moves into the next
    /// district.
    pub fn fingerprint(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for (name, value) in self
            .0
            .iter()
            .filter(|(name, _)| IDENTITY.contains(&name.as_str()))
        {
            for part in [name, value] {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part.as_bytes());
            }
        }
        hasher.finalize().to_hex()[..32].to_owned()
    }
}

word!(
    /// Where an alert stands for one receiver.
    AlertState {
        /// Told, not answered.
        Open = "open",
        /// Somebody has said that they have seen it.
        Acknowledged = "acknowledged",
        /// Closed by the receiver with an outcome, or over.
        Closed = "closed",
        /// Taken back by those who sent it.
        Recalled = "recalled",
    }
);

/// What one receiver was told, and what it answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// When it was told first.
    pub at: Timestamp,
    /// What it knows: no more than the gate let through when it was last told.
    pub content: Content,
    /// The subscriptions that it was told through; empty where the page alone tells it.
    #[serde(default)]
    pub through: BTreeSet<SubscriptionId>,
    /// How many of the corrections it knows.
    #[serde(default)]
    pub corrections: usize,
    /// Taken back, or no longer its business.
    #[serde(default)]
    pub is_withdrawn: bool,
    /// When somebody there acknowledged it.
    pub acknowledged_at: Option<Timestamp>,
    /// The office there that has taken it on.
    pub assigned_to: Option<String>,
    /// How it was closed there.
    pub outcome: Option<Outcome>,
    /// When.
    pub closed_at: Option<Timestamp>,
}

impl Told {
    /// Where the alert stands for this receiver.
    pub fn state(&self) -> AlertState {
        if self.is_withdrawn {
            AlertState::Recalled
        } else if self.closed_at.is_some() {
            AlertState::Closed
        } else if self.acknowledged_at.is_some() {
            AlertState::Acknowledged
        } else {
            AlertState::Open
        }
    }
}

/// One line of an alert's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// What was done, as a word: `raised`, `changed`, `resolved`, or an act.
    pub what: String,
    /// Reason, office, outcome or reply.
    pub text: Option<String>,
    /// Who did it; the program where nobody did.
    pub by: Option<Reviewer>,
}

/// What was said wrongly, put right by a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// When.
    pub at: Timestamp,
    /// What is right. No names of persons; every receiver reads it.
    pub text: String,
}

/// Longest history that is kept of an alert.
const MOST_ENTRIES: usize = 500;

/// An alert with everything known of it. No receiver sees more than its own part ([`Told`]).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// Its identity.
    pub labels: Labels,
    /// What it is about, whole.
    pub facts: Facts,
    /// True while what it is about goes on.
    pub is_firing: bool,
    /// True once those who sent it took it back.
    #[serde(default)]
    pub is_recalled: bool,
    /// What those who sent it put right, oldest first.
    #[serde(default)]
    pub corrections: Vec<Correction>,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// When it last changed in a way that is told.
    pub changed_at: Timestamp,
    /// Partners that it was released to by itself.
    #[serde(default)]
    pub released_to: BTreeSet<OrganisationId>,
    /// Who was told what.
    #[serde(default)]
    pub told: BTreeMap<OrganisationId, Told>,
    /// Subscriptions for which it was passed on because nobody answered.
    #[serde(default)]
    pub escalated: BTreeSet<SubscriptionId>,
    /// Why each was told or not, as of the last decision.
    #[serde(default)]
    pub reasons: Vec<Reason>,
    /// What was done, oldest first.
    #[serde(default)]
    pub history: Vec<Entry>,
    /// Revision at which it last changed.
    #[serde(skip)]
    pub revision: Revision,
}

impl Alert {
    /// What of it may be told, with the last correction.
    pub fn content(&self, shown: AlertShown) -> Content {
        Content::of(&self.facts, shown).corrected(self.corrections.last())
    }

    /// True while there is something to decide about it: it goes on, somebody has not closed it, or a correction or a recall
    /// has not been told yet.
    pub fn is_open(&self) -> bool {
        let mut told = self.told.values().filter(|told| !told.is_withdrawn);
        let is_unanswered = |told: &Told| matches!(told.state(), AlertState::Open | AlertState::Acknowledged);
        let is_untold = |told: &Told| self.is_recalled || told.corrections < self.corrections.len();
        (self.is_firing && !self.is_recalled) || told.any(|told| is_unanswered(told) || is_untold(told))
    }

    /// When it was last touched, by the program or by a person.
    pub fn touched_at(&self) -> Timestamp {
        let last = self.history.last().map(|entry| entry.at);
        last.map_or(self.changed_at, |last| last.max(self.changed_at))
    }

    /// Adds a line to its history; of a very long one the oldest but the first go.
    pub(super) fn note(&mut self, at: Timestamp, what: &str, text: Option<String>, by: Option<Reviewer>) {
        if self.history.len() >= MOST_ENTRIES {
            self.history.remove(1);
        }
        let what = what.to_owned();
        self.history.push(Entry { at, what, text, by });
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
