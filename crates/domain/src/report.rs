//! What a feed said.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::interval::Interval;
use crate::position::Location;
use crate::revision::Revision;
use crate::slug::{CategoryId, SourceId};

macro_rules! word {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// All values, in the order of the contract.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word of the contract.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = $crate::report::UnknownWord;
            fn from_str(text: &str) -> Result<Self, $crate::report::UnknownWord> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|value| value.as_str() == text)
                    .ok_or_else(|| $crate::report::UnknownWord {
                        given: text.chars().take(40).collect(),
                        known: concat!($($text, " "),+).trim_end(),
                    })
            }
        }
    };
}
pub(crate) use word;

/// A word that is not in its list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is not one of: {known}")]
pub struct UnknownWord {
    /// What was given, cut to 40 characters.
    pub given: String,
    /// The words that would do.
    pub known: &'static str,
}

word!(
    /// What sort of statement a report is. The three are never mixed up: a perception is not an offence.
    Kind {
        /// A citizen's complaint.
        Complaint = "complaint",
        /// An event that police or an authority recorded.
        Incident = "incident",
        /// A statement about how safe a place feels.
        Perception = "perception",
    }
);

word!(
    /// How far the owner has come with it.
    Status {
        /// Not yet looked at.
        Open = "open",
        /// Being worked on.
        InProgress = "in_progress",
        /// Done.
        Closed = "closed",
        /// Not a matter for the owner.
        Rejected = "rejected",
    }
);

/// The feed's own id of a record, or a hash of its columns with an ordinal where the feed has none.
///
/// Personal data in the sense of the owner's system: it stays out of logs and errors, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ExternalId(String);

impl ExternalId {
    /// Wraps the feed's id as it stands.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The id as the feed wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ExternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExternalId(…)")
    }
}

/// Keyed hash of (source, external id): the identity of a report in the store.
///
/// Keyed, so that nobody who reads the database can try out record numbers of the owner's system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity(pub [u8; 16]);

impl Identity {
    /// The identity under the installation's key.
    pub fn new(key: &[u8; 32], source: &SourceId, external_id: &ExternalId) -> Self {
        let mut hasher = blake3::Hasher::new_keyed(key);
        hasher.update(source.as_str().as_bytes());
        hasher.update(&[0]);
        hasher.update(external_id.as_str().as_bytes());
        let mut short = [0; 16];
        short.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        Self(short)
    }
}

/// One record of a feed after parsing, classifying and locating.
///
/// Not `Serialize` on purpose: what leaves the house goes through a [`crate::View`].
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Feed it came from.
    pub source: SourceId,
    /// The feed's id for it.
    pub external_id: ExternalId,
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
    /// The place in words, as the feed gave it.
    pub place: Option<String>,
    /// Free text of the feed.
    pub text: Option<String>,
    /// How many happenings the record stands for; 1 unless the feed counts.
    pub weight: f64,
}

/// Number of a report in this installation; stable for its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReportId(pub u64);

/// A report as the store holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedReport {
    /// Its number.
    pub id: ReportId,
    /// Revision at which its present version was recorded.
    pub sequence: Revision,
    /// 1 for the first version, one more for each change.
    pub version: u32,
    /// When this installation first received it.
    pub received_at: Timestamp,
    /// What it says.
    pub report: Report,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_there_and_back() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse::<Kind>().as_ref(), Ok(kind));
        }
        let error = "crime".parse::<Kind>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "\"crime\" is not one of: complaint incident perception"
        );
    }

    #[test]
    fn identity_depends_on_key_source_and_id() {
        let (a, b) = (SourceId::new("a").unwrap(), SourceId::new("b").unwrap());
        let id = ExternalId::new("1");
        let one = Identity::new(&[1; 32], &a, &id);
        assert_eq!(one, Identity::new(&[1; 32], &a, &id));
        assert_ne!(one, Identity::new(&[2; 32], &a, &id));
        assert_ne!(one, Identity::new(&[1; 32], &b, &id));
        assert_eq!(format!("{id:?}"), "ExternalId(…)");
    }
}
