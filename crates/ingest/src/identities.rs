//! Ids met in one import, and ids for rows that have none.

use std::collections::{HashMap, HashSet};

use lagebild_domain::ExternalId;

use crate::rejection::digest;

/// Ids met so far in one import.
#[derive(Debug, Default)]
pub(crate) struct Identities {
    /// How often a row without an id was met, by its fingerprint.
    ordinals: HashMap<[u8; 16], u32>,
    /// Digests of the feed's ids.
    seen: HashSet<[u8; 16]>,
}

impl Identities {
    /// True when the feed's id is met for the first time.
    pub(crate) fn is_new(&mut self, id: &ExternalId) -> bool {
        self.seen.insert(digest(id.as_str().as_bytes()))
    }

    /// The id of a row that has none: a hash of its columns with its ordinal among identical rows of this import.
    pub(crate) fn numbered(&mut self, fingerprint: &[u8]) -> ExternalId {
        let digest = digest(fingerprint);
        let ordinal = self.ordinals.entry(digest).and_modify(|n| *n += 1).or_insert(0);
        let hex = u128::from_be_bytes(digest);
        ExternalId::new(format!("{hex:032x}-{ordinal}"))
    }
}
