//! Why a row is not in the picture.

use std::fmt;

use crate::kept_row::KeptRow;

/// A value as a message may show it: dates and numbers as they are, any text only as "a text".
///
/// A shifted column can put a name where a date should be; messages must not carry it on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown(String);

impl Shown {
    /// Keeps the value only if it is short and made of digits and punctuation.
    pub(crate) fn of(value: &str) -> Self {
        let harmless = value.len() <= 40
            && value
                .chars()
                .all(|c| !c.is_alphabetic() || matches!(c, 'T' | 'Z' | 'e' | 'E'));
        let not_a_number = matches!(
            value.to_ascii_lowercase().as_str(),
            "nan" | "inf" | "-inf" | "infinity" | "null"
        );
        Self(if value.is_empty() {
            "empty".to_owned()
        } else if harmless || not_a_number {
            format!("\"{value}\"")
        } else {
            "a text".to_owned()
        })
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is wrong with one row, and what would mend it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Reason {
    /// A line, record or feature over [`crate::MAX_RECORD_BYTES`].
    #[error("longer than 1 MiB; skipped to the next line")]
    TooLong,
    /// A quoted field that is not closed, or text behind a closing quote.
    #[error("a quote is not closed, or something stands behind a closing quote")]
    BrokenQuoting,
    /// More or fewer fields than the header has.
    #[error("{found} fields where the header has {expected}")]
    FieldCount {
        /// Fields of the header.
        expected: usize,
        /// Fields of this row.
        found: usize,
    },
    /// Bytes that are not UTF-8.
    #[error("column \"{column}\" is not UTF-8; if the file is in another encoding, state it as `encoding`")]
    NotUtf8 {
        /// Name of the column.
        column: String,
    },
    /// Not JSON, not a GeoJSON feature, or XML that uses what is not defined.
    #[error("not a readable record: {problem}")]
    BrokenRecord {
        /// What the parser says.
        problem: String,
    },
    /// A column that must have a value has none.
    #[error("column \"{column}\" is empty")]
    Missing {
        /// Name of the column.
        column: String,
    },
    /// A cell of a workbook whose formula failed.
    #[error("column \"{column}\" holds an error such as #REF! in place of a value")]
    CellError {
        /// Name of the column.
        column: String,
    },
    /// A date that does not exist or is written in another form.
    #[error("column \"{column}\": {shown} is no date of the form {expected}")]
    Date {
        /// Name of the column.
        column: String,
        /// The value, if it may be shown.
        shown: Shown,
        /// The forms that would do.
        expected: String,
    },
    /// A local time that the change to summer time skips.
    #[error("column \"{column}\": {shown} does not exist in {zone} (change to summer time)")]
    SkippedTime {
        /// Name of the column.
        column: String,
        /// The value, if it may be shown.
        shown: Shown,
        /// The zone.
        zone: String,
    },
    /// The end of the time span lies before its start.
    #[error("the time span ends before it starts")]
    TurnedInterval,
    /// A time that has not come yet.
    #[error("the time lies more than a day in the future")]
    Future,
    /// A number that is none.
    #[error("column \"{column}\": {shown} is not a finite number")]
    Number {
        /// Name of the column.
        column: String,
        /// The value, if it may be shown.
        shown: Shown,
    },
    /// A coordinate outside the earth or the projection.
    #[error("the coordinate {shown} cannot lie on earth in {crs}")]
    Coordinate {
        /// The two values.
        shown: Shown,
        /// The coordinate system of the feed.
        crs: String,
    },
    /// A coordinate that would lie in the city if its two values were swapped.
    #[error(
        "the coordinate {shown} would lie in the city with its two values swapped; exchange the two columns in `columns`"
    )]
    Swapped {
        /// The two values.
        shown: Shown,
    },
    /// A coordinate beyond the city's margin.
    #[error("the place lies {beyond_km:.1} km beyond the city's margin (area.margin_km)")]
    BeyondMargin {
        /// Distance beyond the margin.
        beyond_km: f64,
    },
    /// A category that the configuration does not map.
    #[error(
        "column \"{column}\" holds {} that `categories` does not map; add it there or set `default_category`",
        match word { Some(word) => format!("the category \"{word}\""), None => "a word".to_owned() }
    )]
    UnknownCategory {
        /// Name of the column.
        column: String,
        /// The feed's word, once several rows have held the same: a single one may be anything.
        word: Option<String>,
    },
    /// An area's id that the file of areas does not have.
    #[error("column \"{column}\": {shown} is no id of the file that `areas` names")]
    UnknownArea {
        /// Name of the column.
        column: String,
        /// The id, if it may be shown.
        shown: Shown,
    },
    /// An address whose street the gazetteer does not have.
    #[error(
        "column \"{column}\": no street of the gazetteer fits; mend the address, or bring the gazetteer up to date (lagebild gazetteer import)"
    )]
    UnknownAddress {
        /// Name of the column.
        column: String,
    },
    /// An address that fits several places.
    #[error(
        "column \"{column}\": {places} places of the gazetteer fit; an address with its postal code or town tells them apart"
    )]
    AmbiguousAddress {
        /// Name of the column.
        column: String,
        /// How many fit.
        places: usize,
    },
    /// Two streets that do not come near each other.
    #[error("column \"{column}\": the two streets do not meet")]
    NoCrossing {
        /// Name of the column.
        column: String,
    },
    /// A time that programs write where they know none.
    #[error("column \"{column}\": {shown} is what programs write when they know no time")]
    PlaceholderTime {
        /// Name of the column.
        column: String,
        /// The value, if it may be shown.
        shown: Shown,
    },
    /// A word for status or precision that the configuration does not map.
    #[error("column \"{column}\" holds a word that `{table}` does not map")]
    UnknownWord {
        /// Name of the column.
        column: String,
        /// Key of the table to add it to.
        table: &'static str,
    },
}

impl Reason {
    /// The reason's name in the database and in counts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::BrokenQuoting => "broken_quoting",
            Self::FieldCount { .. } => "field_count",
            Self::NotUtf8 { .. } => "not_utf8",
            Self::BrokenRecord { .. } => "broken_record",
            Self::Missing { .. } => "missing",
            Self::CellError { .. } => "cell_error",
            Self::Date { .. } => "date",
            Self::SkippedTime { .. } => "skipped_time",
            Self::TurnedInterval => "turned_interval",
            Self::Future => "future",
            Self::Number { .. } => "number",
            Self::Coordinate { .. } => "coordinate",
            Self::Swapped { .. } => "swapped",
            Self::BeyondMargin { .. } => "beyond_margin",
            Self::UnknownCategory { .. } => "unknown_category",
            Self::UnknownArea { .. } => "unknown_area",
            Self::UnknownAddress { .. } => "unknown_address",
            Self::AmbiguousAddress { .. } => "ambiguous_address",
            Self::NoCrossing { .. } => "no_crossing",
            Self::PlaceholderTime { .. } => "placeholder_time",
            Self::UnknownWord { .. } => "unknown_word",
        }
    }
}

/// A row that went to quarantine.
#[derive(Debug, Clone, PartialEq)]
pub struct Rejection {
    /// Name of its file, where that is not the batch's.
    pub file: Option<String>,
    /// First line of the row in its file, counted from 1.
    pub line: u64,
    /// Digest of the row's bytes: finds the row again in the feed without keeping what it says.
    pub digest: [u8; 16],
    /// What is wrong with it.
    pub reason: Reason,
    /// What it says; none where it could not be cut into columns.
    pub kept: Option<KeptRow>,
}

/// First 16 bytes of the BLAKE3 hash.
pub(crate) fn digest(bytes: &[u8]) -> [u8; 16] {
    let mut short = [0; 16];
    short.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
    short
}
