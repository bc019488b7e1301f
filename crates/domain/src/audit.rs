//! The log of who saw and did what: entries in a chain, so that none can be changed, taken out or put in unnoticed.
//!
//! Each entry's seal is a keyed hash (BLAKE3) of the entry and of the seal before it. Whoever can write to the database but
//! has not the installation's key cannot make seals; whoever has the key too can make the whole chain anew from some entry
//! on, and cannot make its last seal what it was. So note the last seal elsewhere now and then.
//!
//! The log says where somebody looked and with what words, never what was there.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::report::word;
use crate::revision::Revision;
use crate::viewer::Viewer;

const KEY_CONTEXT: &str = "lagebild 2026-11 seals of the audit log";

word!(
    /// What somebody did.
    Action {
        /// Looked at something.
        Saw = "saw",
        /// Asked for something that is not released to them.
        Refused = "refused",
        /// Changed something.
        Changed = "changed",
        /// Tried to sign in and was not let in.
        SignInFailed = "sign_in_failed",
        /// Signed in.
        SignedIn = "signed_in",
        /// Signed out.
        SignedOut = "signed_out",
    }
);

/// What somebody did, some times in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// When, the last time.
    pub at: Timestamp,
    /// State of the data.
    pub revision: Revision,
    /// What.
    pub action: Action,
    /// The address, such as `/api/v1/reports`.
    pub what: String,
    /// What was asked there, in the words of the query.
    pub words: String,
    /// How often.
    pub times: u64,
    /// Who.
    pub by: Viewer,
}

/// Seal of an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Seal(pub [u8; 32]);

impl Seal {
    /// What the first entry's seal covers in place of one before it.
    pub const START: Self = Self([0; 32]);
}

impl fmt::Display for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seal({self})")
    }
}

/// A text that is no seal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a seal is 64 hexadecimal digits, as `audit verify` prints it")]
pub struct InvalidSeal;

impl FromStr for Seal {
    type Err = InvalidSeal;
    fn from_str(text: &str) -> Result<Self, InvalidSeal> {
        let hash = blake3::Hash::from_hex(text).map_err(|_| InvalidSeal)?;
        Ok(Self(*hash.as_bytes()))
    }
}

/// Makes seals with an installation's key.
#[derive(Clone)]
pub struct Sealer([u8; 32]);

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(…)")
    }
}

impl Sealer {
    /// With the installation's key.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(blake3::derive_key(KEY_CONTEXT, key))
    }

    pub(crate) fn hasher(&self) -> blake3::Hasher {
        blake3::Hasher::new_keyed(&self.0)
    }

    /// The seal of an entry behind another.
    ///
    /// ```
    /// use lagebild_domain::audit::{Action, Deed, Seal, Sealer};
    /// use lagebild_domain::{OrganisationId, Revision, Role, Viewer};
    ///
    /// let deed = Deed {
    ///     at: "2026-11-22T12:00:00Z".parse().unwrap(),
    ///     revision: Revision(7),
    ///     action: Action::Saw,
    ///     what: "/api/v1/reports".to_owned(),
    ///     words: "kind=complaint".to_owned(),
    ///     times: 1,
    ///     by: Viewer {
    ///         name: "Ordnungsamt".to_owned(),
    ///         role: Role::Analyst,
    ///         organisation: OrganisationId::new("stadt").unwrap(),
    ///     },
    /// };
    /// let sealer = Sealer::new(&[1; 32]);
    /// let seal = sealer.seal(Seal::START, 1, &deed);
    /// let changed = Deed { words: "kind=incident".to_owned(), ..deed.clone() };
    /// assert_ne!(seal, sealer.seal(Seal::START, 1, &changed));
    /// assert_ne!(seal, Sealer::new(&[2; 32]).seal(Seal::START, 1, &deed));
    /// ```
    pub fn seal(&self, before: Seal, number: u64, deed: &Deed) -> Seal {
        let mut hasher = self.hasher();
        hasher.update(&before.0);
        for value in [number, deed.revision.0, deed.times] {
            hasher.update(&value.to_le_bytes());
        }
        hasher.update(&deed.at.as_microsecond().to_le_bytes());
        let texts = [
            deed.action.as_str(),
            &deed.what,
            &deed.words,
            &deed.by.name,
            deed.by.role.as_str(),
            deed.by.organisation.as_str(),
        ];
        for text in texts {
            // With its length, so that no text can lend letters to the next.
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        Seal(*hasher.finalize().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slug::OrganisationId;
    use crate::viewer::Role;

    fn deed() -> Deed {
        Deed {
            at: "2026-11-22T12:00:00Z".parse().unwrap(),
            revision: Revision(7),
            action: Action::Saw,
            what: "/api/v1/reports".to_owned(),
            words: "kind=complaint".to_owned(),
            times: 3,
            by: Viewer {
                name: "Ordnungsamt".to_owned(),
                role: Role::Analyst,
                organisation: OrganisationId::new("stadt").unwrap(),
            },
        }
    }

    #[test]
    fn every_part_of_an_entry_is_under_its_seal() {
        let sealer = Sealer::new(&[9; 32]);
        let seal = sealer.seal(Seal::START, 1, &deed());
        assert_eq!(seal, sealer.seal(Seal::START, 1, &deed()));
        let changes: [fn(&mut Deed); 9] = [
            |deed| deed.at = "2026-11-22T12:00:01Z".parse().unwrap(),
            |deed| deed.revision = Revision(8),
            |deed| deed.action = Action::Changed,
            |deed| deed.what.push('/'),
            |deed| deed.words.clear(),
            |deed| deed.times += 1,
            |deed| deed.by.name.push('s'),
            |deed| deed.by.role = Role::Guest,
            |deed| deed.by.organisation = OrganisationId::new("polizei").unwrap(),
        ];
        for (place, change) in changes.iter().enumerate() {
            let mut other = deed();
            change(&mut other);
            assert_ne!(sealer.seal(Seal::START, 1, &other), seal, "change {place}");
        }
        assert_ne!(sealer.seal(Seal::START, 2, &deed()), seal);
        assert_ne!(sealer.seal(seal, 1, &deed()), seal);
        let mut shifted = deed();
        shifted.what = "/api/v1/reportsk".to_owned();
        shifted.words = "ind=complaint".to_owned();
        assert_ne!(sealer.seal(Seal::START, 1, &shifted), seal);
    }

    #[test]
    fn a_seal_is_read_as_it_is_printed() {
        let seal = Sealer::new(&[9; 32]).seal(Seal::START, 1, &deed());
        assert_eq!(seal.to_string().parse::<Seal>(), Ok(seal));
        for bad in ["", "abc", "zz"] {
            assert_eq!(bad.parse::<Seal>(), Err(InvalidSeal));
        }
    }
}
