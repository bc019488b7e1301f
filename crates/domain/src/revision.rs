//! The number that orders everything that changes what can be seen.

use std::fmt;

use serde::{Deserialize, Serialize};

/// State of the data: the sequence number of the last change that is part of it.
///
/// Reports, hotspots and alerts take their numbers from one row of the store, so that one number says how far a map,
/// an answer or a document has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub u64);

impl Revision {
    /// Before any change.
    pub const ZERO: Self = Self(0);
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A random number that a store and a snapshot of its picture have in common.
///
/// The store keeps it in the same transaction order as everything else: a store that knows the stamp has all that was
/// written before it, in the same history. A store that was restored from an earlier backup does not know it, and one that
/// a report was deleted from has forgotten it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp(pub [u8; 16]);
