//! Short machine names: source, organisation, area, theme and category ids.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Longest slug that is accepted, in bytes.
pub const MAX_SLUG_BYTES: usize = 64;

/// A text that cannot be a machine name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a valid id: use 1 to 64 of the characters a-z, 0-9, '-', '_' and '.', starting with a letter or digit"
)]
pub struct InvalidSlug(pub String);

fn check(text: &str) -> Result<(), InvalidSlug> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    let starts_well = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    if starts_well && text.len() <= MAX_SLUG_BYTES && text.chars().all(allowed) {
        Ok(())
    } else {
        Err(InvalidSlug(text.chars().take(MAX_SLUG_BYTES).collect()))
    }
}

macro_rules! slug {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id from its text.
            ///
            /// # Errors
            /// [`InvalidSlug`] when the text is empty, too long or has other characters than `a-z 0-9 - _ .`.
            pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidSlug> {
                check(text.as_ref()).map(|()| Self(Arc::from(text.as_ref())))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidSlug;
            fn try_from(text: String) -> Result<Self, InvalidSlug> {
                Self::new(text)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidSlug;
            fn from_str(text: &str) -> Result<Self, InvalidSlug> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(slug: $name) -> Self {
                slug.0.as_ref().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

slug!(
    /// Id of a source: one feed of one owner, such as `maengelmelder`.
    SourceId
);
slug!(
    /// Id of an organisation: an owner of data or a receiver of releases, such as `stadt` or `polizei`.
    OrganisationId
);
slug!(
    /// Name that somebody signs in with, such as `anna.muster`.
    AccountName
);
slug!(
    /// Id of a release (Freigabe).
    ReleaseId
);
slug!(
    /// Name of a way that messages are sent by: a mailbox or an endpoint of the configuration.
    ChannelId
);
slug!(
    /// Id of a subscription to alerts.
    SubscriptionId
);
slug!(
    /// Id of a rule on plain facts.
    RuleId
);
slug!(
    /// Id of an area of the city, such as a Stadtbezirk.
    AreaId
);
slug!(
    /// Id of a theme of the taxonomy.
    ThemeId
);
slug!(
    /// Id of a category of the taxonomy.
    CategoryId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_lower_case_and_short() {
        assert!(SourceId::new("asb-2019.v1_a").is_ok());
        for bad in ["", "A", "a b", "-a", "ä", &"a".repeat(65)] {
            assert!(SourceId::new(bad).is_err(), "{bad}");
        }
    }
}
