//! What the start of a feed shows of its form.

use quick_xml::events::Event;
use serde_json::Value;

use crate::format::delimited::guess_separator;
use crate::format::form::Form;
use crate::format::object_reader::{ArrayAt, ObjectReader};
use crate::spec::Format;

/// Records that are looked at for names of columns.
const LOOKED_AT: usize = 50;

/// The form of a text by its start; `None` where it shows none. The form's columns are all that the first records have.
pub(crate) fn sniff(sample: &str) -> Option<Form> {
    let sample = sample.trim_start_matches('\u{feff}');
    match sample.trim_start().chars().next()? {
        '<' => xml(sample),
        '{' | '[' => json(sample),
        _ => delimited(sample),
    }
}

fn form(format: Format, records: Option<String>, separator: Option<u8>, columns: Vec<String>) -> Form {
    Form {
        format,
        records,
        separator,
        encoding: None,
        columns,
        settings: "the names of the columns".to_owned(),
    }
}

fn delimited(sample: &str) -> Option<Form> {
    let mut lines = sample.lines();
    let mut header = lines.next()?;
    let mut separator = None;
    if let Some(stated) = header.strip_prefix("sep=") {
        separator = stated.bytes().next();
        header = lines.next()?;
    }
    let separator = separator.unwrap_or_else(|| guess_separator(header.as_bytes()));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .from_reader(header.as_bytes());
    let names = reader.headers().ok()?.iter().map(|name| name.trim().to_owned());
    let columns: Vec<String> = names.filter(|name| !name.is_empty()).collect();
    (!columns.is_empty()).then(|| form(Format::Delimited, None, Some(separator), columns))
}

fn json(sample: &str) -> Option<Form> {
    let first_line = sample.lines().next().unwrap_or_default();
    let is_on_lines = sample.starts_with('{')
        && serde_json::from_str::<Value>(first_line).is_ok_and(|value| value.get("features").is_none());
    if is_on_lines && sample.lines().count() > 1 {
        let records = sample
            .lines()
            .take(LOOKED_AT)
            .filter_map(|line| serde_json::from_str(line).ok());
        return Some(form(Format::Ndjson, None, None, members(records)));
    }
    for (format, path) in array_paths(sample) {
        let mut reader = ObjectReader::new(sample.as_bytes(), ArrayAt::Path(path.clone()));
        let mut records = Vec::new();
        while records.len() < LOOKED_AT
            && let Ok(Some(object)) = reader.next()
        {
            records.extend(serde_json::from_slice::<Value>(&object.raw).ok());
        }
        if !records.is_empty() {
            let at = (format == Format::Json && !path.is_empty()).then(|| path.join("."));
            return Some(form(format, at, None, members(records.into_iter())));
        }
    }
    None
}

/// Where arrays of records commonly lie.
fn array_paths(sample: &str) -> Vec<(Format, Vec<String>)> {
    let path = |path: &str| {
        path.split('.')
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    if sample.trim_start().starts_with('[') {
        return vec![(Format::Json, Vec::new())];
    }
    let mut paths = vec![(Format::Geojson, path("features"))];
    for common in [
        "items",
        "records",
        "results",
        "result",
        "data",
        "rows",
        "value",
        "elements",
        "service_requests",
        "requests",
        "result.records",
        "result.items",
        "result.results",
        "data.items",
        "response.docs",
        "requests.request",
    ] {
        paths.push((Format::Json, path(common)));
    }
    paths
}

/// Names of the members of objects, or of the properties of features, in the order in which they are met; members of members
/// as paths.
fn members(records: impl Iterator<Item = Value>) -> Vec<String> {
    fn add(names: &mut Vec<String>, prefix: &str, value: &Value) {
        let Some(members) = value.as_object() else { return };
        for (name, value) in members {
            let path = if prefix.is_empty() {
                name.clone()
            } else {
                format!("{prefix}.{name}")
            };
            match value {
                Value::Object(_) => add(names, &path, value),
                Value::Array(_) => {}
                _ if names.contains(&path) => {}
                _ => names.push(path),
            }
        }
    }
    let mut names = Vec::new();
    for record in records {
        let is_feature = record.get("type").and_then(Value::as_str) == Some("Feature");
        let members = if is_feature {
            record.get("properties")
        } else {
            Some(&record)
        };
        if let Some(members) = members {
            add(&mut names, "", members);
        }
    }
    names
}

/// The first element with content that follows another of the same name at the same depth is a record; where each has one
/// element only (`member`), that one is.
fn xml(sample: &str) -> Option<Form> {
    let elements = elements(sample);
    let repeated = elements.iter().enumerate().find_map(|(index, element)| {
        let again = elements[index + 1..]
            .iter()
            .any(|other| other.path == element.path);
        (again
            && elements
                .get(index + 1)
                .is_some_and(|next| next.path.len() > element.path.len()))
        .then_some(element)
    });
    // A sample may hold one record only.
    let mut record = repeated.or_else(|| elements.iter().find(|element| element.path.len() == 3))?;
    let below = |parent: &Element| -> Vec<&Element> {
        elements
            .iter()
            .filter(|e| e.path.len() == parent.path.len() + 1 && e.path.starts_with(&parent.path))
            .collect()
    };
    let is_wrapper = ["member", "featureMember"].contains(&record.path.last()?.as_str());
    if is_wrapper {
        record = below(record).into_iter().next()?;
    }
    let mut columns: Vec<String> = Vec::new();
    let inside = elements.iter().filter(|e| e.path.starts_with(&record.path));
    for element in inside.take(LOOKED_AT * 20) {
        let relative = element.path[record.path.len()..].join("/");
        let attributes = element.attributes.iter().map(|name| {
            if relative.is_empty() {
                format!("@{name}")
            } else {
                format!("{relative}/@{name}")
            }
        });
        let text = element
            .has_text
            .then(|| relative.clone())
            .filter(|path| !path.is_empty());
        for name in text.into_iter().chain(attributes) {
            if !columns.contains(&name) {
                columns.push(name);
            }
        }
    }
    let records = record.path.last().cloned();
    Some(form(Format::Xml, records, None, columns))
}

/// An element of a document: names from the root down to it.
struct Element {
    path: Vec<String>,
    attributes: Vec<String>,
    has_text: bool,
}

/// Elements in the order in which they begin; ends where the sample is cut.
fn elements(sample: &str) -> Vec<Element> {
    const MOST: usize = 20_000;
    const MOST_DEPTH: usize = 64;
    let mut reader = quick_xml::Reader::from_str(sample);
    let mut open: Vec<usize> = Vec::new();
    let mut elements: Vec<Element> = Vec::new();
    while elements.len() < MOST
        && open.len() < MOST_DEPTH
        && let Ok(event) = reader.read_event()
    {
        match event {
            Event::Start(ref element) | Event::Empty(ref element) => {
                let mut path = open
                    .last()
                    .map_or(Vec::new(), |index| elements[*index].path.clone());
                path.push(element.local_name().into_inner().to_owned());
                let attributes = element.attributes().flatten();
                elements.push(Element {
                    path,
                    attributes: attributes
                        .filter(|attribute| !attribute.key.into_inner().starts_with("xmlns"))
                        .map(|attribute| attribute.key.local_name().into_inner().to_owned())
                        .collect(),
                    has_text: false,
                });
                if matches!(event, Event::Start(_)) {
                    open.push(elements.len() - 1);
                }
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Text(text) if !text.xml10_content().trim().is_empty() => {
                if let Some(index) = open.last() {
                    elements[*index].has_text = true;
                }
            }
            Event::CData(_) => {
                if let Some(index) = open.last() {
                    elements[*index].has_text = true;
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    elements
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(sample: &str) -> (Format, Option<String>, Vec<String>) {
        let form = sniff(sample).expect("a form");
        (form.format, form.records, form.columns)
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn forms_are_known_by_their_start() {
        assert_eq!(
            seen("sep=;\nNr.;\"Straße; Ort\";x\n1;a;2\n"),
            (Format::Delimited, None, names(&["Nr.", "Straße; Ort", "x"]))
        );
        assert_eq!(
            seen(
                r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":1,"b":{"c":2}}}"#
            ),
            (Format::Geojson, None, names(&["a", "b.c"]))
        );
        assert_eq!(
            seen(r#"{"n":1,"result":{"items":[{"x":1},{"y":2}]}}"#),
            (Format::Json, Some("result.items".to_owned()), names(&["x", "y"]))
        );
        assert_eq!(
            seen("{\"a\":1}\n{\"b\":2}\n"),
            (Format::Ndjson, None, names(&["a", "b"]))
        );
        assert_eq!(
            seen(
                "<rss><channel><title>t</title><item id='1'><title>a</title></item><item><link/></item></channel></rss>"
            ),
            (Format::Xml, Some("item".to_owned()), names(&["@id", "title"]))
        );
        assert_eq!(
            seen(
                "<c><member><f:Ort gml:id='1'><P><pos>1 2</pos></P></f:Ort></member><member><f:Ort/></member></c>"
            ),
            (Format::Xml, Some("Ort".to_owned()), names(&["@id", "P/pos"]))
        );
    }
}
