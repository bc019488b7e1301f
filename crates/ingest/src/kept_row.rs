//! What a rejected row says, kept so that it can be read again without its feed.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::format::Row;
use crate::redaction::{redacted, redacted_place};
use crate::rejection::digest;

/// The declared columns of a rejected row, without what points at a person as far as rules find it; no other column.
///
/// It is personal data of its owner all the same: `Debug` does not show it, and the store keeps it encrypted.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptRow {
    /// Values by column; empty ones are left out.
    values: BTreeMap<String, String>,
    /// The record's point, for formats whose records have a geometry.
    #[serde(skip_serializing_if = "Option::is_none")]
    point: Option<(f64, f64)>,
    /// Digest of all declared columns as they were: gives a row without an id the one that its feed would give it.
    fingerprint: [u8; 16],
}

impl fmt::Debug for KeptRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeptRow(…)")
    }
}

impl KeptRow {
    /// Keeps a row of these declared columns.
    pub(crate) fn of(row: &Row, columns: &[(String, Holds)]) -> Self {
        Self {
            values: columns
                .iter()
                .zip(&row.values)
                .filter(|(_, value)| !value.trim().is_empty())
                .map(|((column, holds), value)| (column.clone(), holds.clean(value.trim())))
                .collect(),
            point: row.point,
            fingerprint: digest(&row.fingerprint()),
        }
    }

    /// The values by column.
    pub fn values(&self) -> &BTreeMap<String, String> {
        &self.values
    }

    /// The row with these columns; those that were not declared when it was kept are empty.
    pub(crate) fn row(&self, columns: &[String]) -> Row {
        let mut row = Row::new(columns.len());
        for (value, column) in row.values.iter_mut().zip(columns) {
            if let Some(kept) = self.values.get(column) {
                value.clone_from(kept);
            }
        }
        row.point = self.point;
        row
    }

    pub(crate) fn fingerprint(&self) -> [u8; 16] {
        self.fingerprint
    }
}

/// What a declared column is meant to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// A number, a time, an id: to the rules they look like telephone numbers.
    Number,
    /// A place in words, which keeps its house number.
    Place,
    /// Anything else.
    Words,
}

impl Holds {
    /// The value without what points at a person. A shifted row can put words where a number should be.
    fn clean(self, value: &str) -> String {
        let clean = match self {
            Self::Number
                if !value
                    .chars()
                    .any(|c| c.is_alphabetic() && !matches!(c, 'T' | 'Z')) =>
            {
                None
            }
            Self::Place => redacted_place(value),
            Self::Number | Self::Words => redacted(value),
        };
        clean.unwrap_or_else(|| value.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(values: &[(&str, &str)]) -> KeptRow {
        let holds = |column: &str| match column {
            "Nr" | "Zeit" | "Am" | "Lon" => Holds::Number,
            "Ort" => Holds::Place,
            _ => Holds::Words,
        };
        let columns: Vec<(String, Holds)> = values
            .iter()
            .map(|(column, _)| ((*column).to_owned(), holds(column)))
            .collect();
        let mut row = Row::new(columns.len());
        for (slot, (_, value)) in row.values.iter_mut().zip(values) {
            (*value).clone_into(slot);
        }
        KeptRow::of(&row, &columns)
    }

    #[test]
    fn a_kept_row_holds_no_person_and_its_numbers_as_they_are() {
        let row = kept(&[
            ("Nr", "17"),
            ("Zeit", "03.10.2026 08:30"),
            ("Am", "2026-10-05T08:30:00+02:00"),
            ("Lon", "Frau Beispiel"),
            ("Ort", "Ahornweg 12"),
            ("Text", "Herr Beispiel, Tel. 02381 12345, beschwert sich"),
            ("Art", "02381 17 0123"),
            ("leer", "  "),
        ]);
        let values = row.values();
        for (column, value) in [
            ("Nr", "17"),
            ("Zeit", "03.10.2026 08:30"),
            ("Am", "2026-10-05T08:30:00+02:00"),
            ("Lon", "Frau [Name]"),
            ("Ort", "Ahornweg 12"),
            ("Text", "Herr [Name], Tel. [Telefon], beschwert sich"),
            ("Art", "[Telefon]"),
        ] {
            assert_eq!(values[column], value);
        }
        assert!(!values.contains_key("leer"));
        assert_eq!(format!("{row:?}"), "KeptRow(…)");
    }

    #[test]
    fn it_is_read_with_columns_that_have_been_declared_since() {
        let row = kept(&[("a", "1"), ("b", "2")]);
        let again = row.row(&["b".to_owned(), "new".to_owned(), "a".to_owned()]);
        assert_eq!(again.values, ["2", "", "1"]);
    }
}
