//! Shapefiles: a ZIP archive with `.shp` and `.dbf` (and `.cpg`, which names the encoding), as geodata are handed on.
//!
//! Only points are read: what happened somewhere along a line or in an area needs an area id instead.

use std::io::{Cursor, Read};

use dbase::FieldValue;
use encoding_rs::Encoding;
use shapefile::{Shape, ShapeReader};

use crate::bytes::at_most;
use crate::format::form::Form;
use crate::format::{Found, Records, Row, Stop, header};
use crate::rejection::Reason;

/// Largest archive, and largest file of one, that is read: a shapefile is held in memory.
const MOST_BYTES: u64 = 128 << 20;

/// The points of a shapefile with their attributes.
pub(crate) struct Shapefile {
    rows: std::vec::IntoIter<(Shape, dbase::Record)>,
    names: Vec<String>,
    /// Number of the record that comes next, counted from 1.
    number: u64,
    raw: Vec<u8>,
}

impl Shapefile {
    pub(crate) fn open(form: &Form, input: impl Read) -> Result<Self, Stop> {
        let packed = at_most(input, MOST_BYTES).map_err(|error| Stop::Io { line: None, error })?;
        let mut archive = zip::ZipArchive::new(Cursor::new(packed)).map_err(|_| {
            Stop::unreadable(
                None,
                "it is no ZIP archive",
                "Pack the .shp, .dbf and .cpg of a shapefile into one ZIP archive",
            )
        })?;
        let mut member = |ending: &str| -> Option<Vec<u8>> {
            let name = archive
                .file_names()
                .flatten()
                .map(std::borrow::Cow::into_owned)
                .find(|name| name.to_ascii_lowercase().ends_with(ending))?;
            at_most(archive.by_name(&name).ok()?, MOST_BYTES).ok()
        };
        let missing = |what: &str| {
            Stop::unreadable(
                None,
                format!("the archive has no {what} that can be read"),
                "Pack the .shp, .dbf and .cpg of one shapefile into it",
            )
        };
        let shapes = member(".shp").ok_or_else(|| missing(".shp"))?;
        let attributes = member(".dbf").ok_or_else(|| missing(".dbf"))?;
        let stated = member(".cpg").and_then(|label| encoding_of(&label));
        let encoding = form
            .encoding
            .or(stated)
            .unwrap_or_else(|| by_content(&attributes));
        let damaged = || Stop::unreadable(None, "the shapefile is damaged", "Export it again");
        let attributes = dbase::ReaderBuilder::new()
            .with_encoding(dbase::encoding::EncodingRs::from(encoding))
            .build(Cursor::new(attributes))
            .map_err(|_| damaged())?;
        let known: Vec<String> = attributes
            .fields()
            .iter()
            .map(|field| field.name().to_owned())
            .collect();
        header::positions(form, 1, &known)?;
        let shapes = ShapeReader::new(Cursor::new(shapes)).map_err(|_| damaged())?;
        let rows = shapefile::Reader::new(shapes, attributes)
            .read()
            .map_err(|_| damaged())?;
        Ok(Self {
            rows: rows.into_iter(),
            names: form.columns.clone(),
            number: 1,
            raw: Vec::new(),
        })
    }
}

/// `UTF-8`, `1252`, `ISO 88591` and the like.
fn encoding_of(label: &[u8]) -> Option<&'static Encoding> {
    let label = String::from_utf8_lossy(label).trim().to_ascii_lowercase();
    let spelt = match label.as_str() {
        "1252" | "ansi 1252" | "cp1252" => "windows-1252",
        "iso 88591" | "88591" => "iso-8859-1",
        "65001" => "utf-8",
        other => other,
    };
    Encoding::for_label(spelt.as_bytes())
}

/// UTF-8 where the attributes are, else what German offices use.
fn by_content(attributes: &[u8]) -> &'static Encoding {
    // The header's numbers are no text.
    let text = attributes.get(
        usize::from(u16::from_le_bytes([
            attributes.get(8).copied().unwrap_or(0),
            attributes.get(9).copied().unwrap_or(0),
        ]))..,
    );
    if text.is_some_and(|text| std::str::from_utf8(text).is_ok()) {
        encoding_rs::UTF_8
    } else {
        encoding_rs::WINDOWS_1252
    }
}

/// An attribute as the text of a column.
fn text_of(value: &FieldValue) -> String {
    match value {
        FieldValue::Character(text) => text.clone().unwrap_or_default(),
        FieldValue::Memo(text) => text.clone(),
        FieldValue::Numeric(number) => number.map(|n| n.to_string()).unwrap_or_default(),
        FieldValue::Float(number) => number.map(|n| n.to_string()).unwrap_or_default(),
        FieldValue::Double(number) | FieldValue::Currency(number) => number.to_string(),
        FieldValue::Integer(number) => number.to_string(),
        FieldValue::Logical(truth) => truth.map(|t| t.to_string()).unwrap_or_default(),
        FieldValue::Date(day) => day.map(|day| date(&day)).unwrap_or_default(),
        FieldValue::DateTime(at) => date(&at.date()),
    }
}

fn date(day: &dbase::Date) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day())
}

impl Records for Shapefile {
    fn next(&mut self, row: &mut Row) -> Result<Option<Found<'_>>, Stop> {
        let Some((shape, mut record)) = self.rows.next() else {
            return Ok(None);
        };
        let line = self.number;
        self.number += 1;
        self.raw.clear();
        for (name, value) in self.names.iter().zip(&mut row.values) {
            if let Some(found) = record.remove(name) {
                *value = text_of(&found);
            }
            self.raw.extend_from_slice(value.as_bytes());
            self.raw.push(0x1f);
        }
        let point = match shape {
            Shape::NullShape => Ok(None),
            Shape::Point(point) => Ok(Some((point.x, point.y))),
            Shape::PointM(point) => Ok(Some((point.x, point.y))),
            Shape::PointZ(point) => Ok(Some((point.x, point.y))),
            _ => Err(Reason::BrokenRecord {
                problem: "its geometry is not a point".to_owned(),
            }),
        };
        let content = point.map(|point| {
            row.point = point;
            if let Some((x, y)) = point {
                self.raw.extend_from_slice(&x.to_bits().to_be_bytes());
                self.raw.extend_from_slice(&y.to_bits().to_be_bytes());
            }
        });
        Ok(Some(Found {
            line,
            raw: &self.raw,
            content,
        }))
    }
}
