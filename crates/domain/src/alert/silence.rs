//! What an organisation does not want to be told for a while.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Facts, Firing, Labels, Occurrence, Subject};
use crate::german;
use crate::review::Reviewer;
use crate::slug::OrganisationId;

/// Longest silence in days.
const LONGEST_SILENCE_DAYS: i64 = 90;
/// Longest time before its end that a silence's end is announced.
const REMINDER: SignedDuration = SignedDuration::from_hours(24);
/// Longest reason in characters.
const LONGEST_REASON: usize = 400;
/// Most matchers of one silence.
const MOST_MATCHERS: usize = 10;

/// A label must have a value, or must not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matcher {
    /// The label's name.
    pub name: String,
    /// The value.
    pub value: String,
    /// False to match every other value.
    #[serde(default = "yes")]
    pub is_equal: bool,
}

fn yes() -> bool {
    true
}

impl Matcher {
    /// True when the labels have the value, or have it not.
    pub fn matches(&self, labels: &Labels) -> bool {
        (labels.value(&self.name) == Some(self.value.as_str())) == self.is_equal
    }
}

/// A silence: it holds for the organisation that made it, and for nobody else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Silence {
    /// Its number.
    pub id: u64,
    /// All must match.
    pub matchers: Vec<Matcher>,
    /// Why.
    pub reason: String,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
    /// Who made it: a role in an organisation.
    pub by: Reviewer,
}

/// A silence that cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSilence {
    /// Nothing would be matched, or far too much said.
    #[error("give 1 to 10 `matchers`, each with the name of a label and its value")]
    Matchers,
    /// Nobody would know why.
    #[error("give a `reason` of at most 400 characters")]
    Reason,
    /// It ends before it begins, or never.
    #[error("`ends_at` must lie after `starts_at`, and at most 90 days")]
    Span,
}

impl Silence {
    /// Holds it against what a silence must be.
    ///
    /// # Errors
    /// [`InvalidSilence`].
    pub fn check(&self) -> Result<(), InvalidSilence> {
        let is_plain = |text: &str| !text.is_empty() && text.chars().count() <= 100;
        let matchers = &self.matchers;
        if matchers.is_empty()
            || matchers.len() > MOST_MATCHERS
            || !matchers.iter().all(|m| is_plain(&m.name) && is_plain(&m.value))
            || matchers.iter().all(|m| !m.is_equal)
        {
            return Err(InvalidSilence::Matchers);
        }
        let reason = self.reason.trim();
        if reason.is_empty()
            || reason.chars().count() > LONGEST_REASON
            || reason.chars().any(char::is_control)
        {
            return Err(InvalidSilence::Reason);
        }
        let longest_s = LONGEST_SILENCE_DAYS * 86_400;
        let length_s = self.ends_at.as_second() - self.starts_at.as_second();
        if length_s <= 0 || length_s > longest_s {
            return Err(InvalidSilence::Span);
        }
        Ok(())
    }

    /// True when it keeps an alert from an organisation now.
    pub fn mutes(&self, labels: &Labels, organisation: &OrganisationId, now: Timestamp) -> bool {
        self.by.organisation == *organisation
            && self.starts_at <= now
            && now < self.ends_at
            && self.matchers.iter().all(|matcher| matcher.matches(labels))
    }

    /// From when on its end is announced to those who made it: a day before, of a short one a quarter of its length.
    fn announced_from(&self) -> Timestamp {
        let length = self.ends_at.duration_since(self.starts_at);
        let ahead = (length / 4).min(REMINDER);
        self.ends_at.checked_sub(ahead).unwrap_or(self.ends_at)
    }

    /// That it ends soon, for those who made it; nothing before the last day.
    pub fn occurrence(&self, now: Timestamp) -> Option<Occurrence> {
        if now < self.announced_from() || self.ends_at <= now {
            return None;
        }
        let until = german::moment(self.ends_at);
        let sentence = format!(
            "Die Stummschaltung „{}“ endet am {until}. Danach wird mitgeteilt, was sie bis dahin zurückhält und noch andauert. \
             Wer sie länger braucht, richtet eine neue ein.",
            self.reason
        );
        Some(Occurrence {
            labels: Labels::of([
                ("subject", Subject::Silence.to_string()),
                ("silence", self.id.to_string()),
            ]),
            firing: Firing::Yes,
            facts: Facts {
                addressees: vec![self.by.organisation.clone()],
                ..Facts::bare(Subject::Silence, "Stummschaltung läuft aus".to_owned(), sentence)
            },
        })
    }

    /// `pending`, `active` or `expired`.
    pub fn state(&self, now: Timestamp) -> &'static str {
        if now < self.starts_at {
            "pending"
        } else if now < self.ends_at {
            "active"
        } else {
            "expired"
        }
    }
}
