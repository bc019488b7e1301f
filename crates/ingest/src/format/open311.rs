//! Open311 GeoReport v2: `requests.json` or `requests.xml`, told apart by their first byte.

use std::io::{self, Read};

use crate::format::form::Form;
use crate::format::json::JsonRecords;
use crate::format::object_reader::ArrayAt;
use crate::format::xml::XmlRecords;
use crate::format::{Records, Stop};

/// Opens an answer in either form.
pub(crate) fn open(form: &Form, mut text: Box<dyn Read + Send>) -> Result<Box<dyn Records>, Stop> {
    let mut start = Vec::new();
    let mut byte = [0];
    // The first byte that is no white space.
    loop {
        let count = text
            .read(&mut byte)
            .map_err(|error| Stop::Io { line: Some(1), error })?;
        start.extend_from_slice(&byte[..count]);
        if count == 0 || !byte[0].is_ascii_whitespace() {
            break;
        }
    }
    let whole = io::Cursor::new(start).chain(text);
    Ok(if byte[0] == b'<' {
        Box::new(XmlRecords::open(form, whole, "request"))
    } else {
        Box::new(JsonRecords::of_array(form, whole, ArrayAt::ServiceRequests))
    })
}
