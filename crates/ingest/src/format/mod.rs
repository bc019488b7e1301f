//! The forms of a feed: each gives its records one by one, with the declared columns filled in.

pub(crate) mod delimited;
pub(crate) mod form;
mod geopackage;
mod header;
mod json;
pub(crate) mod object_reader;
mod open311;
mod record_reader;
mod shapefile;
pub(crate) mod workbook;
mod xml;

use std::io::{self, Read};

use crate::bytes;
use crate::format::form::Form;
use crate::format::json::JsonRecords;
use crate::format::object_reader::ArrayAt;
use crate::format::xml::XmlRecords;
use crate::mojibake::repaired;
use crate::rejection::Reason;
use crate::spec::Format;

/// The values of a record's declared columns, in the order of [`Form::columns`]; absent values are empty.
#[derive(Debug, Default)]
pub(crate) struct Row {
    pub(crate) values: Vec<String>,
    /// The record's point, for formats whose records have a geometry: easting and northing.
    pub(crate) point: Option<(f64, f64)>,
}

impl Row {
    pub(crate) fn new(columns: usize) -> Self {
        Self {
            values: vec![String::new(); columns],
            point: None,
        }
    }

    /// Empties it for the next record.
    pub(crate) fn clear(&mut self) {
        self.values.iter_mut().for_each(String::clear);
        self.point = None;
    }

    /// Repairs values whose umlauts were encoded twice; true when there were any.
    pub(crate) fn repair(&mut self) -> bool {
        let mut is_repaired = false;
        for value in &mut self.values {
            if let Some(meant) = repaired(value) {
                *value = meant;
                is_repaired = true;
            }
        }
        is_repaired
    }

    /// The bytes that tell one row without an id from another: all declared columns.
    pub(crate) fn fingerprint(&self) -> Vec<u8> {
        const UNIT_SEPARATOR: u8 = 0x1f;
        let mut bytes = Vec::new();
        for value in &self.values {
            bytes.extend_from_slice(value.as_bytes());
            bytes.push(UNIT_SEPARATOR);
        }
        if let Some((x, y)) = self.point {
            bytes.extend_from_slice(&x.to_bits().to_be_bytes());
            bytes.extend_from_slice(&y.to_bits().to_be_bytes());
        }
        bytes
    }
}

/// One record of a feed.
pub(crate) struct Found<'a> {
    /// First line, counted from 1.
    pub(crate) line: u64,
    /// Its bytes as they stand in the feed (the first mebibyte of a longer one).
    pub(crate) raw: &'a [u8],
    /// The row has been filled, or why it could not be.
    pub(crate) content: Result<(), Reason>,
}

/// What keeps a feed from being read further.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Reading failed.
    Io {
        /// Where, if known.
        line: Option<u64>,
        error: io::Error,
    },
    /// The bytes are not what the configuration says.
    Unreadable {
        /// Where, if known.
        line: Option<u64>,
        problem: String,
        remedy: String,
    },
}

impl Stop {
    pub(crate) fn unreadable(
        line: Option<u64>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::Unreadable {
            line,
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }
}

/// The records of a feed in one form.
pub(crate) trait Records {
    /// Fills the (empty) row with the next record's declared columns; `None` at the end.
    fn next(&mut self, row: &mut Row) -> Result<Option<Found<'_>>, Stop>;

    /// What a person should look at, when all records have been read.
    fn warnings(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Opens unpacked bytes in the form that the configuration states.
pub(crate) fn open(form: &Form, unpacked: Box<dyn Read + Send>) -> Result<Box<dyn Records>, Stop> {
    if form.format == Format::Workbook {
        return Ok(Box::new(workbook::Workbook::open(form, unpacked)?));
    }
    if form.format == Format::Shapefile {
        return Ok(Box::new(shapefile::Shapefile::open(form, unpacked)?));
    }
    if form.format == Format::Geopackage {
        return Ok(Box::new(geopackage::GeoPackage::open(form, unpacked)?));
    }
    let unpacked = bytes::of_archive(unpacked).map_err(|error| Stop::Io { line: None, error })?;
    let text = bytes::text(unpacked, form.encoding);
    let path = || {
        let parts = form.records.as_deref().unwrap_or_default().split('.');
        ArrayAt::Path(parts.filter(|part| !part.is_empty()).map(str::to_owned).collect())
    };
    Ok(match form.format {
        Format::Workbook | Format::Shapefile | Format::Geopackage | Format::Delimited => {
            Box::new(delimited::Delimited::open(form, text)?)
        }
        Format::Geojson => {
            let features = ArrayAt::Path(vec!["features".to_owned()]);
            Box::new(JsonRecords::of_array(form, text, features))
        }
        Format::Json => Box::new(JsonRecords::of_array(form, text, path())),
        Format::Ndjson => Box::new(JsonRecords::on_lines(form, text)),
        Format::Xml => {
            let record = form.records.as_deref().unwrap_or_default();
            Box::new(XmlRecords::open(form, text, record))
        }
        Format::Open311 => open311::open(form, text)?,
    })
}
