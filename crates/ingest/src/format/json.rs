//! JSON: the objects of an array, or one on each line; columns are members, and GeoJSON features their properties.

use std::io::Read;

use serde_json::Value;

use crate::format::form::Form;
use crate::format::object_reader::{ArrayAt, ObjectReader};
use crate::format::record_reader::RecordReader;
use crate::format::{Found, Records, Row, Stop};
use crate::rejection::Reason;

/// Where the objects come from.
enum Objects<R: Read> {
    OfArray(ObjectReader<R>),
    OnLines(Box<RecordReader<R>>),
}

/// The records of a JSON feed.
pub(crate) struct JsonRecords<R: Read> {
    objects: Objects<R>,
    names: Vec<String>,
    /// Which of the names any record has had.
    met: Vec<bool>,
    raw: Vec<u8>,
    settings: String,
}

impl<R: Read> JsonRecords<R> {
    /// The objects of one array in a document.
    pub(crate) fn of_array(form: &Form, text: R, at: ArrayAt) -> Self {
        Self::new(form, Objects::OfArray(ObjectReader::new(text, at)))
    }

    /// One object on each line (NDJSON, JSON Lines, GeoJSON text sequences).
    pub(crate) fn on_lines(form: &Form, text: R) -> Self {
        Self::new(form, Objects::OnLines(Box::new(RecordReader::new(text, b','))))
    }

    fn new(form: &Form, objects: Objects<R>) -> Self {
        let names = form.columns.clone();
        Self {
            objects,
            met: vec![false; names.len()],
            names,
            raw: Vec::new(),
            settings: form.settings.clone(),
        }
    }

    /// Moves the next object into `raw`: its line, and why it cannot be read.
    fn advance(&mut self) -> Result<Option<(u64, Option<Reason>)>, Stop> {
        match &mut self.objects {
            Objects::OfArray(reader) => {
                let Some(object) = reader.next()? else {
                    return Ok(None);
                };
                self.raw = object.raw;
                Ok(Some((object.line, object.rejected)))
            }
            Objects::OnLines(reader) => {
                let line = Some(reader.line());
                let next = reader.next_line();
                let Some(found) = next.map_err(|error| Stop::Io { line, error })? else {
                    return Ok(None);
                };
                self.raw.clear();
                self.raw.extend_from_slice(found.raw);
                Ok(Some((found.line, found.fields.err())))
            }
        }
    }

    /// Takes the declared members and the point out of the object in `raw`.
    fn read(&mut self, row: &mut Row) -> Result<(), Reason> {
        // A text sequence begins each record with a separator (RFC 8142).
        let raw = self.raw.strip_prefix(b"\x1e").unwrap_or(&self.raw);
        let record: Value = serde_json::from_slice(raw).map_err(|error| broken(&error.to_string()))?;
        let is_feature = record.get("type").and_then(Value::as_str) == Some("Feature");
        let members = if is_feature {
            record.get("properties").unwrap_or(&Value::Null)
        } else {
            &record
        };
        if !is_feature && !record.is_object() {
            return Err(broken("it is no JSON object"));
        }
        for ((name, value), met) in self.names.iter().zip(&mut row.values).zip(&mut self.met) {
            if let Some(found) = member(members, name) {
                *met = true;
                push_text(found, value);
            }
        }
        if is_feature && let Some(geometry) = record.get("geometry").filter(|geometry| !geometry.is_null()) {
            row.point = Some(point_of(geometry)?);
        }
        Ok(())
    }
}

impl<R: Read> Records for JsonRecords<R> {
    fn next(&mut self, row: &mut Row) -> Result<Option<Found<'_>>, Stop> {
        let Some((line, rejected)) = self.advance()? else {
            return Ok(None);
        };
        let content = match rejected {
            Some(reason) => Err(reason),
            None => self.read(row),
        };
        Ok(Some(Found {
            line,
            raw: &self.raw,
            content,
        }))
    }

    fn warnings(&self) -> Vec<String> {
        let any = !self.raw.is_empty();
        self.names
            .iter()
            .zip(&self.met)
            .filter(|(_, met)| any && !**met)
            .map(|(name, _)| {
                format!(
                    "no record has the property \"{name}\" that stands in {}",
                    self.settings
                )
            })
            .collect()
    }
}

/// The member of this name, else what the name leads to as a path: `address.street`, `location.coordinates.0`.
fn member<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| {
        name.contains('.').then_some(())?;
        name.split('.').try_fold(object, |value, part| match value {
            Value::Array(items) => items.get(part.parse::<usize>().ok()?),
            other => other.get(part),
        })
    })
}

/// A JSON value as the text of a column; null is empty.
fn push_text(value: &Value, text: &mut String) {
    match value {
        Value::Null => {}
        Value::String(found) => text.push_str(found),
        other => text.push_str(&other.to_string()),
    }
}

fn broken(problem: &str) -> Reason {
    Reason::BrokenRecord {
        problem: problem.to_owned(),
    }
}

/// The two numbers of a GeoJSON point.
fn point_of(geometry: &Value) -> Result<(f64, f64), Reason> {
    if geometry.get("type").and_then(Value::as_str) != Some("Point") {
        return Err(broken("its geometry is not a Point"));
    }
    let at = |index| geometry.get("coordinates")?.get(index)?.as_f64();
    at(0)
        .zip(at(1))
        .ok_or_else(|| broken("its Point has no two numbers"))
}
