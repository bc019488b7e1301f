//! A first `[[source]]` section for a feed of unknown layout, guessed from its first rows.
//!
//! The draft is a text for a person to finish: what is guessed says so, what the file cannot say (owner, purpose, legal basis)
//! is left to fill in. It can be loaded as it is.

mod columns;
mod places;
mod times;

use std::io::{Cursor, Read};

use crate::bytes::{self, at_most};
use crate::format::form::Form;
use crate::format::workbook::first_sheet;
use crate::format::{self, Row};
use crate::personal_columns::sounds_personal;
use crate::sniff::sniff;
use crate::spec::Format;
use columns::{Table, choose_category, choose_id, choose_status, choose_text};
use places::Place;
use times::When;

/// Bytes of a feed that are looked at.
const SAMPLE_BYTES: u64 = 4 << 20;
/// Rows that are looked at.
const SAMPLE_ROWS: usize = 5_000;
/// Largest workbook that is looked at.
const MOST_WORKBOOK_BYTES: u64 = 64 << 20;
/// Categories that are listed.
const LISTED: usize = 100;

/// A feed that shows no form that is read.
#[derive(Debug, thiserror::Error)]
pub enum NoDraft {
    /// The file cannot be read.
    #[error("it cannot be read ({0})")]
    Io(#[from] std::io::Error),
    /// No form fits.
    #[error(
        "its form is not known: CSV, JSON, NDJSON, GeoJSON, XML and workbooks are guessed; for others write the section by hand"
    )]
    Form,
    /// No rows.
    #[error("it has no rows to guess from")]
    Empty,
}

/// Guesses a section for the feed; `id` becomes the source's id.
///
/// # Errors
/// [`NoDraft`].
pub fn draft(id: &str, input: Box<dyn Read + Send>) -> Result<String, NoDraft> {
    let mut unpacked = bytes::unpacked(input)?;
    let mut start = [0; 8];
    let mut filled = 0;
    while filled < start.len() {
        let count = unpacked.read(&mut start[filled..])?;
        if count == 0 {
            break;
        }
        filled += count;
    }
    let whole: Box<dyn Read + Send> = Box::new(Cursor::new(start[..filled].to_vec()).chain(unpacked));
    if start.starts_with(b"SQLite f") {
        return Err(NoDraft::Form);
    }
    let is_old_workbook = start.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]);
    let whole = if start.starts_with(b"PK") || is_old_workbook {
        let bytes = at_most(whole, MOST_WORKBOOK_BYTES)?;
        if let Some(table) = workbook(&bytes) {
            return Ok(Section::new(&table).write(id));
        }
        bytes::of_archive(Box::new(Cursor::new(bytes)))?
    } else {
        whole
    };
    let mut sample = Vec::new();
    whole.take(SAMPLE_BYTES).read_to_end(&mut sample)?;
    let encoding = bytes::guess(&sample);
    let mut text = Vec::new();
    bytes::text(Box::new(Cursor::new(sample)), None).read_to_end(&mut text)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let mut form = sniff(&text).ok_or(NoDraft::Form)?;
    form.encoding = Some(encoding);
    let table = rows(form, text)?;
    Ok(Section::new(&table).write(id))
}

/// The first rows with all columns.
fn rows(form: Form, text: String) -> Result<Table, NoDraft> {
    let as_utf8 = Form {
        encoding: None,
        ..form.clone()
    };
    let input: Box<dyn Read + Send> = Box::new(Cursor::new(text.into_bytes()));
    let mut records = format::open(&as_utf8, input).map_err(|_| NoDraft::Form)?;
    let mut table = Table::new(form);
    let mut row = Row::new(table.form.columns.len());
    while table.rows.len() < SAMPLE_ROWS {
        row.clear();
        // The sample is cut somewhere: what cannot be read there ends it.
        let Ok(Some(found)) = records.next(&mut row) else {
            break;
        };
        if found.content.is_ok() {
            table
                .rows
                .push(row.values.iter().map(|value| value.trim().to_owned()).collect());
            table.points.extend(row.point);
        }
    }
    if table.rows.is_empty() {
        return Err(NoDraft::Empty);
    }
    Ok(table)
}

/// The first sheet with a header.
fn workbook(bytes: &[u8]) -> Option<Table> {
    let sheet = first_sheet(bytes)?;
    let rows: Vec<Vec<String>> = sheet
        .rows()
        .take(SAMPLE_ROWS)
        .map(|row| {
            row.iter()
                .map(|cell| cell.to_string().trim().to_owned())
                .collect()
        })
        .collect();
    let filled = |row: &Vec<String>| row.iter().filter(|cell| !cell.is_empty()).count();
    let most = rows.iter().take(30).map(filled).max()?;
    let header = rows.iter().position(|row| filled(row) == most)?;
    let form = Form {
        format: Format::Workbook,
        records: None,
        separator: None,
        encoding: None,
        columns: rows[header].clone(),
        settings: String::new(),
    };
    let mut table = Table::new(form);
    table.rows = rows
        .into_iter()
        .skip(header + 1)
        .filter(|row| filled(row) > 0)
        .collect();
    (!table.rows.is_empty()).then_some(table)
}

fn quoted(text: &str) -> String {
    format!(
        "\"{}\"",
        toml_safe(text).replace('\\', "\\\\").replace('"', "\\\"")
    )
}

/// Without what a TOML text cannot hold.
fn toml_safe(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

fn list(names: &[String]) -> String {
    match names {
        [one] => quoted(one),
        several => format!(
            "[{}]",
            several
                .iter()
                .map(|name| quoted(name))
                .collect::<Vec<_>>()
                .join(", ")
        ),
    }
}

/// The draft that is being written.
struct Section<'a> {
    table: &'a Table,
    when: Option<When>,
    place: Place,
    category: Option<String>,
    status: Option<String>,
    is_open311: bool,
    lines: Vec<String>,
}

impl<'a> Section<'a> {
    fn new(table: &'a Table) -> Self {
        let names = &table.form.columns;
        Self {
            table,
            when: When::find(table),
            place: Place::find(table),
            category: choose_category(table),
            status: choose_status(table),
            is_open311: names
                .iter()
                .any(|name| columns::last_part(name) == "service_request_id"),
            lines: Vec::new(),
        }
    }

    fn write(mut self, id: &str) -> String {
        self.facts(id);
        self.form();
        self.columns();
        self.words();
        let personal: Vec<String> = self
            .table
            .form
            .columns
            .iter()
            .filter(|name| sounds_personal(name))
            .map(|name| toml_safe(name))
            .collect();
        if !personal.is_empty() {
            self.line(format!(
                "\n# Not read, and better so, because they sound like a person's data: {}",
                personal.join(", ")
            ));
        }
        self.lines.join("\n") + "\n"
    }

    fn line(&mut self, text: impl Into<String>) {
        self.lines.push(text.into());
    }

    /// What the file cannot say.
    fn facts(&mut self, id: &str) {
        self.line("# Guessed by `lagebild source init`. Look at every line; those with FILL IN the file cannot say.");
        self.line("[[source]]");
        self.line(format!("id = {}", quoted(id)));
        self.line(format!("label = {}", quoted(id)));
        for line in [
            "owner = \"stadt\"              # FILL IN: the organisation that owns the records",
            "kind = \"complaint\"           # FILL IN: complaint, incident or perception",
            "controller = \"FILL IN\"       # the authority that answers for the processing",
            "regime = \"dsgvo\"             # FILL IN: dsgvo, or ji for police and justice",
            "purpose = \"FILL IN\"",
            "legal_basis = \"FILL IN\"",
            "retention_days = 365         # FILL IN",
        ] {
            self.line(line);
        }
    }

    /// How the bytes are read.
    fn form(&mut self) {
        let form = &self.table.form;
        let format = match form.format {
            _ if self.is_open311 && form.format != Format::Delimited => "open311",
            Format::Geojson => "geojson",
            Format::Json => "json",
            Format::Ndjson => "ndjson",
            Format::Xml => "xml",
            Format::Workbook => "workbook",
            _ => "delimited",
        };
        self.line(format!("format = {}", quoted(format)));
        if let (Some(records), false) = (&form.records, format == "open311") {
            self.line(format!("records = {}", quoted(records)));
        }
        if let Some(separator) = form.separator {
            // A tab is written as TOML writes it.
            self.line(format!("separator = {:?}", char::from(separator).to_string()));
        }
        if let (Some(encoding), Format::Delimited) = (form.encoding, form.format) {
            self.line(format!(
                "encoding = {}",
                quoted(&encoding.name().to_ascii_lowercase())
            ));
        }
        let dates = match &self.when {
            Some(when) => when.form.clone(),
            // For the constant.
            None => Some("%Y".to_owned()),
        };
        if let Some(dates) = dates.filter(|_| !self.is_open311) {
            self.line(format!("date_formats = [{}]", quoted(&dates)));
        }
        self.line("# time_zone = \"Europe/Berlin\" holds for times without an offset.");
        if self.place.decimal_comma {
            self.line("decimal = \",\"");
        }
        if let Some(crs) = self.place.crs.clone() {
            self.line(format!("crs = {}   # by the size of the numbers", quoted(&crs)));
        }
        if self.place.north_first {
            self.line("point_order = \"north_first\"");
        }
        self.line("# What `categories` does not map; without it such rows go to quarantine.");
        self.line("default_category = \"sonstiges_anliegen\"");
        if self.status.is_some() {
            self.line("default_status = \"open\"");
        }
    }

    /// Which column holds what. Open311 needs none named.
    fn columns(&mut self) {
        self.line("\n  [source.columns]");
        let mut used: Vec<(&str, Vec<String>)> = Vec::new();
        let is_named = |name: &str| {
            self.table
                .form
                .columns
                .iter()
                .any(|known| columns::last_part(known) == name)
        };
        if !self.is_open311 || self.table.form.format == Format::Delimited {
            used.extend(choose_id(self.table).map(|name| ("external_id", vec![name])));
            match &self.when {
                Some(When {
                    from, to: Some(to), ..
                }) => {
                    used.push(("occurred_from", from.clone()));
                    used.push(("occurred_to", to.clone()));
                }
                Some(When { from, to: None, .. }) => used.push(("occurred", from.clone())),
                None => {}
            }
            used.extend(self.category.iter().map(|name| ("category", vec![name.clone()])));
            used.extend(self.status.iter().map(|name| ("status", vec![name.clone()])));
            used.extend(self.place.columns.iter().cloned());
        } else if !is_named("service_code") {
            used.extend(self.category.iter().map(|name| ("category", vec![name.clone()])));
        }
        for (key, names) in &used {
            self.line(format!("  {key} = {}", list(names)));
        }
        let names: Vec<String> = used.into_iter().flat_map(|(_, names)| names).collect();
        if let Some(name) = choose_text(self.table, &names) {
            self.line("  # Free text: only if the purpose needs it; names and numbers are taken out before it is stored.");
            self.line(format!("  # text = {}", quoted(&name)));
        }
        if self.when.is_none() && !self.is_open311 {
            self.line("\n  # No column says when: give the year of the file, or a date.");
            self.line("  [source.constants]");
            self.line("  occurred = \"1999\"   # FILL IN");
        }
        if self.place.columns.iter().any(|(key, _)| *key == "area") {
            self.line("\n  # The file with the areas, and the property that holds the id.");
            self.line("  [source.areas]");
            self.line("  file = \"areas.geojson\"   # FILL IN");
            self.line("  id = \"id\"                # FILL IN");
        }
    }

    /// The feed's words for categories and states.
    fn words(&mut self) {
        if let Some(name) = self.category.clone() {
            self.line("\n  # Words of the feed, most frequent first: take out the # and give each an id of the taxonomy.");
            self.line("  [source.categories]");
            for (word, rows) in self.table.counted(&name).into_iter().take(LISTED) {
                self.line(format!(
                    "  # {} = \"sonstiges_anliegen\"   # {rows} of the first rows",
                    quoted(&word)
                ));
            }
        }
        if let Some(name) = self.status.clone() {
            self.line("\n  [source.statuses]");
            for (word, _) in self.table.counted(&name).into_iter().take(LISTED) {
                let known = columns::status_word(&word);
                let mark = if known.is_some() { "" } else { "# " };
                self.line(format!(
                    "  {mark}{} = {}",
                    quoted(&word),
                    quoted(known.unwrap_or("open"))
                ));
            }
        }
    }
}
