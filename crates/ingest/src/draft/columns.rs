//! Columns by their names and values.

use std::collections::{HashMap, HashSet};

use crate::format::form::Form;
use crate::personal_columns::sounds_personal;

/// The first rows of a feed.
pub(super) struct Table {
    pub(super) form: Form,
    pub(super) rows: Vec<Vec<String>>,
    /// Points of records that have a geometry.
    pub(super) points: Vec<(f64, f64)>,
}

impl Table {
    pub(super) fn new(form: Form) -> Self {
        Self {
            form,
            rows: Vec::new(),
            points: Vec::new(),
        }
    }

    /// Values of a column that are not empty.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let at = self.form.columns.iter().position(|known| known == name);
        self.rows
            .iter()
            .filter_map(move |row| row.get(at?))
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// True when at least nine of ten values of the column, and at least one, are as asked.
    pub(super) fn mostly(&self, name: &str, is_so: impl Fn(&str) -> bool) -> bool {
        let (mut all, mut so) = (0_usize, 0_usize);
        for value in self.values(name) {
            all += 1;
            so += usize::from(is_so(value));
        }
        so > 0 && so * 10 >= all * 9
    }

    /// Distinct values with their rows, most frequent first.
    pub(super) fn counted(&self, name: &str) -> Vec<(String, usize)> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for value in self.values(name) {
            *counts.entry(value).or_default() += 1;
        }
        let mut counted: Vec<_> = counts.into_iter().map(|(word, n)| (word.to_owned(), n)).collect();
        counted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counted
    }

    /// The first column, in the order of the words, whose name is the word or has it as a part; `fits` says the rest.
    pub(super) fn by_name(&self, words: &[&str], fits: impl Fn(&str) -> bool) -> Option<String> {
        let is_named: [fn(&str, &str) -> bool; 2] =
            [|name, word| name == word, |name, word| name.contains(word)];
        is_named.iter().find_map(|is_named| {
            words.iter().find_map(|word| {
                let mut columns = self.form.columns.iter();
                columns
                    .find(|name| is_named(&last_part(name), word) && fits(name))
                    .cloned()
            })
        })
    }
}

/// The end of a path, in small letters.
pub(super) fn last_part(name: &str) -> String {
    let last = name.rsplit(['/', '.']).next().unwrap_or(name);
    last.trim_start_matches('@').to_lowercase()
}

/// A column with an id of each record.
pub(super) fn choose_id(table: &Table) -> Option<String> {
    let is_unique = |name: &str| {
        let mut seen = HashSet::new();
        let filled = table.values(name).count();
        filled == table.rows.len() && table.values(name).all(|value| seen.insert(value))
    };
    let words = [
        "external_id",
        "unique key",
        "case_enquiry_id",
        "vorgangsnummer",
        "aktenzeichen",
        "meldungsnummer",
        "guid",
        "uuid",
        "objectid",
        "id",
        "nr",
        "nummer",
        "key",
        "_id",
        "id_",
    ];
    table.by_name(&words, |name| !sounds_personal(name) && is_unique(name))
}

/// A column with a limited number of words.
pub(super) fn choose_category(table: &Table) -> Option<String> {
    let is_word = |name: &str| {
        let distinct = table.counted(name).len();
        let is_text = table.mostly(name, |value| value.chars().any(char::is_alphabetic));
        (1..=250).contains(&distinct) && is_text && !sounds_personal(name)
    };
    let words = [
        "service_name",
        "service_code",
        "kategorie",
        "category",
        "complaint type",
        "crime type",
        "reason",
        "anliegen",
        "delikt",
        "deliktsart",
        "thema",
        "art",
        "type",
        "typ",
        "subject",
        "straftat",
        "ereignis",
        "kind",
        "schulform",
        "crime",
        "klasse",
    ];
    table.by_name(&words, is_word).or_else(|| {
        // Codes count where nothing else does: Unfallkategorie.
        table.by_name(&["ukategorie", "uart", "kategorie", "category", "code"], |name| {
            table.counted(name).len() <= 60
        })
    })
}

/// A column that says how far the owner has come.
pub(super) fn choose_status(table: &Table) -> Option<String> {
    let words = ["status", "case_status", "stand", "bearbeitungsstand", "zustand"];
    table.by_name(&words, |name| {
        let distinct = table.counted(name).len();
        (1..=12).contains(&distinct) && table.mostly(name, |value| value.chars().any(char::is_alphabetic))
    })
}

/// The status that a feed's word stands for, most likely.
pub(super) fn status_word(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    if has(&["nicht zuständig", "abgelehnt", "reject", "ungültig"]) {
        Some("rejected")
    } else if has(&[
        "closed",
        "erledigt",
        "geschlossen",
        "abgeschlossen",
        "gelöst",
        "fixed",
        "resolved",
    ]) {
        Some("closed")
    } else if has(&[
        "arbeit",
        "progress",
        "assigned",
        "bearbeitung",
        "pending",
        "started",
    ]) {
        Some("in_progress")
    } else if has(&["offen", "open", "neu", "new", "eingegangen"]) {
        Some("open")
    } else {
        None
    }
}

/// A column of free text that is not used otherwise.
pub(super) fn choose_text(table: &Table, used: &[String]) -> Option<String> {
    let words = [
        "beschreibung",
        "description",
        "text",
        "meldung",
        "sachverhalt",
        "bemerkung",
        "descriptor",
        "title",
    ];
    table.by_name(&words, |name| {
        !used.iter().any(|known| known == name) && table.values(name).next().is_some()
    })
}
