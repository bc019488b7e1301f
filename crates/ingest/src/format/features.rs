//! GeoJSON: a `FeatureCollection` of points; columns are properties.

use std::io::Read;

use serde_json::Value;

use crate::format::object_reader::ObjectReader;
use crate::format::{Found, Records, Row, Stop};
use crate::rejection::Reason;
use crate::spec::FeedSpec;

/// The features of a collection.
pub(crate) struct Features<R: Read> {
    reader: ObjectReader<R>,
    names: Vec<String>,
    /// Which of the names any feature has had.
    met: Vec<bool>,
    raw: Vec<u8>,
    source: String,
}

impl<R: Read> Features<R> {
    pub(crate) fn open(spec: &FeedSpec, text: R) -> Self {
        let names = spec.declared();
        Self {
            reader: ObjectReader::new(text, vec!["features".to_owned()]),
            met: vec![false; names.len()],
            names,
            raw: Vec::new(),
            source: spec.source.id.to_string(),
        }
    }

    /// Takes the declared properties and the point out of the feature in `raw`.
    fn read(&mut self, row: &mut Row) -> Result<(), Reason> {
        let feature: Value = serde_json::from_slice(&self.raw).map_err(|error| Reason::BrokenFeature {
            problem: error.to_string(),
        })?;
        if let Some(properties) = feature.get("properties").and_then(Value::as_object) {
            for ((name, value), met) in self.names.iter().zip(&mut row.values).zip(&mut self.met) {
                if let Some(found) = properties.get(name) {
                    *met = true;
                    push_text(found, value);
                }
            }
        }
        if let Some(geometry) = feature.get("geometry").filter(|geometry| !geometry.is_null()) {
            row.point = Some(point_of(geometry)?);
        }
        Ok(())
    }
}

impl<R: Read> Records for Features<R> {
    fn next(&mut self, row: &mut Row) -> Result<Option<Found<'_>>, Stop> {
        let Some(object) = self.reader.next()? else {
            return Ok(None);
        };
        self.raw = object.raw;
        let content = match object.rejected {
            Some(reason) => Err(reason),
            None => self.read(row),
        };
        Ok(Some(Found {
            line: object.line,
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
                    "no record has the property \"{name}\" that `columns` of source \"{}\" names",
                    self.source
                )
            })
            .collect()
    }
}

/// A JSON value as the text of a column; null is empty.
pub(crate) fn push_text(value: &Value, text: &mut String) {
    match value {
        Value::Null => {}
        Value::String(found) => text.push_str(found),
        other => text.push_str(&other.to_string()),
    }
}

/// The two numbers of a GeoJSON point.
fn point_of(geometry: &Value) -> Result<(f64, f64), Reason> {
    let broken = |problem: &str| Reason::BrokenFeature {
        problem: problem.to_owned(),
    };
    if geometry.get("type").and_then(Value::as_str) != Some("Point") {
        return Err(broken("its geometry is not a Point"));
    }
    let at = |index| geometry.get("coordinates")?.get(index)?.as_f64();
    at(0)
        .zip(at(1))
        .ok_or_else(|| broken("its Point has no two numbers"))
}
