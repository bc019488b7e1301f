//! Columns that say when.

use super::columns::{Table, last_part};
use crate::dates::{DateForms, zone_of};

/// Forms that are tried, the finest first; ISO 8601 before them.
const FORMS: &[&str] = &[
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H",
    "%d.%m.%Y",
    "%d.%m.%y %H:%M",
    "%d.%m.%y",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%Y-%m",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%Y/%m/%d",
    "%Y%m%d",
    "%a, %d %b %Y %H:%M:%S %z",
    "%m.%Y",
    "%Y",
];
/// Names that say when it happened, the likeliest first; then those that only say when it was told.
const NAMES: &[&str] = &[
    "tatzeit",
    "ereigniszeit",
    "occurred",
    "requested_datetime",
    "meldedatum",
    "meldezeit",
    "open_dt",
    "created date",
    "created",
    "erstellt",
    "eingang",
    "pubdate",
    "published",
    "tattag",
    "datum",
    "date",
    "month",
    "monat",
    "zeitpunkt",
    "zeit",
    "tag",
    "time",
    "updated",
    "ujahr",
    "jahr",
    "year",
];

/// The columns that say when, and how they write it.
pub(super) struct When {
    /// Columns of the moment, or of the start.
    pub(super) from: Vec<String>,
    /// Columns of the end.
    pub(super) to: Option<Vec<String>>,
    /// Form of the date; none for ISO 8601.
    pub(super) form: Option<String>,
}

impl When {
    pub(super) fn find(table: &Table) -> Option<Self> {
        if let Some(span) = span(table) {
            return Some(span);
        }
        let name = table.by_name(NAMES, |name| form_of(table, name).is_some())?;
        let form = form_of(table, &name)?;
        Some(Self {
            from: vec![name],
            to: None,
            form: stated(form),
        })
    }
}

/// A start and an end, each of a date or of a date and an hour.
fn span(table: &Table) -> Option<When> {
    let columns = &table.form.columns;
    let pairs = [
        ("anfang", "ende"),
        ("beginn", "ende"),
        ("_von", "_bis"),
        ("start", "end"),
        ("from", "to"),
    ];
    pairs.into_iter().find_map(|(first, last)| {
        let of = |word: &str| {
            let named = columns.iter().filter(|name| last_part(name).contains(word));
            let date = named.clone().find(|name| form_of(table, name).is_some())?;
            let hour = named.filter(|name| *name != date).find(|name| {
                let is_hour = |value: &str| value.parse::<u32>().is_ok_and(|hour| hour < 24);
                ["stunde", "hour", "uhr"]
                    .iter()
                    .any(|word| last_part(name).contains(word))
                    && table.mostly(name, is_hour)
            });
            Some((date.clone(), hour.cloned()))
        };
        let ((from, from_hour), (to, to_hour)) = (of(first)?, of(last)?);
        let day = form_of(table, &from)?;
        let form = match (day, &from_hour) {
            (ISO, Some(_)) => Some("%Y-%m-%d %H".to_owned()),
            (day, Some(_)) => Some(format!("{day} %H")),
            (day, None) => stated(day),
        };
        let joined = |date: String, hour: Option<String>| std::iter::once(date).chain(hour).collect();
        Some(When {
            from: joined(from, from_hour),
            to: Some(joined(to, to_hour)),
            form,
        })
    })
}

/// ISO 8601, which needs no form.
const ISO: &str = "";

/// A form as the section states it.
fn stated(form: &str) -> Option<String> {
    (form != ISO).then(|| form.to_owned())
}

/// The form of a column of dates.
fn form_of(table: &Table, name: &str) -> Option<&'static str> {
    let reads = |forms: Vec<String>| {
        let Some(dates) = zone_of("Europe/Berlin").and_then(|zone| DateForms::new(forms, zone).ok()) else {
            return false;
        };
        table.mostly(name, |value| dates.interval(value).is_ok())
    };
    if reads(Vec::new()) {
        return Some(ISO);
    }
    FORMS.iter().copied().find(|form| {
        // Four digits are a year only in a column that says so.
        let is_wanted = *form != "%Y" || ["jahr", "year"].iter().any(|word| last_part(name).contains(word));
        is_wanted && reads(vec![(*form).to_owned()])
    })
}
