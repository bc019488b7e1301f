//! Passwords, as they are typed.

use std::fmt;

use crate::slug::AccountName;

/// Letters that a new password has at least; the BSI's advice where a password may be the only factor.
pub const SHORTEST_PASSWORD: usize = 12;
/// Bytes that a password has at most: hashing more is work for nothing.
pub const LONGEST_PASSWORD: usize = 256;

/// A password as somebody typed it. Not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a new password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Fewer than [`SHORTEST_PASSWORD`] letters.
    #[error(
        "a password has at least {SHORTEST_PASSWORD} letters; several words that only you put together do well"
    )]
    Short,
    /// More than [`LONGEST_PASSWORD`] bytes.
    #[error("a password has at most {LONGEST_PASSWORD} bytes")]
    Long,
    /// The same few letters, or the account's own name.
    #[error("this password is guessed first: it repeats a few letters or the account's name")]
    Guessable,
}

impl Password {
    /// A password to set.
    ///
    /// ```
    /// use lagebild_domain::{AccountName, Password, WeakPassword};
    ///
    /// let anna = AccountName::new("anna.muster").unwrap();
    /// assert!(Password::to_set("zwölf Möwen im Regen", &anna).is_ok());
    /// assert_eq!(Password::to_set("geheim", &anna), Err(WeakPassword::Short));
    /// assert_eq!(Password::to_set("Anna.Muster1", &anna), Err(WeakPassword::Guessable));
    /// ```
    ///
    /// # Errors
    /// [`WeakPassword`].
    pub fn to_set(text: impl Into<String>, of: &AccountName) -> Result<Self, WeakPassword> {
        let text = text.into();
        if text.chars().count() < SHORTEST_PASSWORD {
            return Err(WeakPassword::Short);
        }
        if text.len() > LONGEST_PASSWORD {
            return Err(WeakPassword::Long);
        }
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters.dedup();
        if letters.len() < 5 || text.to_lowercase().contains(of.as_str()) {
            return Err(WeakPassword::Guessable);
        }
        Ok(Self(text))
    }

    /// A password to hold against the one that was set; `None` when it is longer than any can be.
    pub fn given(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        (text.len() <= LONGEST_PASSWORD).then_some(Self(text))
    }

    /// What was typed, for hashing and nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_count_not_bytes_and_nothing_is_shown() {
        let anna = AccountName::new("anna").unwrap();
        assert_eq!(Password::to_set("äöüäöüäöüäö", &anna), Err(WeakPassword::Short));
        assert_eq!(
            Password::to_set("aaaabbbbccccdddd", &anna),
            Err(WeakPassword::Guessable)
        );
        assert_eq!(
            Password::to_set("abcde".repeat(60), &anna),
            Err(WeakPassword::Long)
        );
        let password = Password::to_set("äöüßabcäöüßa", &anna).unwrap();
        assert_eq!(format!("{password:?}"), "Password(…)");
        assert_eq!(Password::given("x".repeat(257)), None);
    }
}
