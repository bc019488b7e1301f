//! Columns whose names sound like a person's data.

use crate::columns::ColumnRef;
use crate::spec::FeedSpec;

/// Parts of names, in lower case; a column with one of them holds a person's data, most likely.
const PARTS: [&str; 22] = [
    "anrufer",
    "anschrift",
    "ansprechpartner",
    "beschuldigt",
    "contact",
    "e-mail",
    "email",
    "fahrzeughalter",
    "first_name",
    "geburt",
    "geschädigt",
    "handy",
    "iban",
    "kennzeichen",
    "last_name",
    "melder",
    "mobil",
    "nachname",
    "opfer",
    "telefon",
    "vorname",
    "zeuge",
];
/// Whole names.
const WHOLE: [&str; 12] = [
    "bearbeiter",
    "fax",
    "halter",
    "kfz",
    "mail",
    "name",
    "person",
    "phone",
    "plate",
    "sachbearbeiter",
    "tel",
    "user",
];

impl FeedSpec {
    /// Columns that the section reads and whose names sound like a person's data; a person should ask whether they are needed.
    pub fn personal_columns(&self) -> Vec<&str> {
        let names = self.columns.all().flat_map(ColumnRef::names);
        names
            .map(String::as_str)
            .filter(|name| sounds_personal(name))
            .collect()
    }
}

pub(crate) fn sounds_personal(column: &str) -> bool {
    let lower = column.to_lowercase();
    let last = lower.rsplit(['.', '/', '@']).next().unwrap_or_default();
    WHOLE.contains(&last) || PARTS.iter().any(|part| lower.contains(part))
}

#[cfg(test)]
mod tests {
    use super::sounds_personal;

    #[test]
    fn personal_names_are_told_from_others() {
        for column in [
            "Name",
            "MELDER_TELEFON",
            "E-Mail",
            "reporter.name",
            "Geburtsdatum",
            "@user",
            "kfz",
        ] {
            assert!(sounds_personal(column), "{column}");
        }
        for column in [
            "Straße",
            "service_name",
            "Datum",
            "Beschreibung",
            "lat",
            "Telegrafenweg",
            "STRNAME",
        ] {
            assert!(!sounds_personal(column), "{column}");
        }
    }
}
