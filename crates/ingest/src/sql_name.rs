//! Names of views and columns of a database.

use std::fmt;

use serde::Deserialize;

/// Longest part of a name that PostgreSQL tells from others, in bytes.
const LONGEST_PART: usize = 63;

/// A name such as `view` or `schema.view`. `Display` quotes each part, as SQL wants it.
///
/// ```
/// use lagebild_ingest::SqlName;
/// let view = SqlName::try_from("fachverfahren.meldungen".to_owned()).unwrap();
/// assert_eq!(view.to_string(), r#""fachverfahren"."meldungen""#);
/// assert!(SqlName::try_from("a; DROP TABLE b".to_owned()).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct SqlName(Vec<String>);

/// A name that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no name of a view or column: letters, digits and _, with the schema before a point")]
pub struct InvalidSqlName(String);

impl TryFrom<String> for SqlName {
    type Error = InvalidSqlName;

    fn try_from(name: String) -> Result<Self, InvalidSqlName> {
        let is_part = |part: &str| {
            let is_start = |c: char| c.is_alphabetic() || c == '_';
            part.starts_with(is_start)
                && part.len() <= LONGEST_PART
                && part.chars().all(|c| c.is_alphanumeric() || c == '_')
        };
        let parts: Vec<String> = name.split('.').map(str::to_owned).collect();
        if parts.len() <= 2 && parts.iter().all(|part| is_part(part)) {
            Ok(Self(parts))
        } else {
            Err(InvalidSqlName(name.chars().take(60).collect()))
        }
    }
}

impl fmt::Display for SqlName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.join("\".\""))
    }
}
