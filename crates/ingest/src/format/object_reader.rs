//! The objects of one array in a JSON document, one at a time.
//!
//! A reader of whole documents would lose everything behind the first broken object and hold everything in memory; so
//! the brackets are followed here, and each object is parsed by itself.

use std::io::{self, Read};

use crate::MAX_RECORD_BYTES;
use crate::format::Stop;
use crate::rejection::Reason;

/// One object's bytes.
#[derive(Debug, PartialEq)]
pub(crate) struct ObjectBytes {
    /// Line that it starts on, counted from 1.
    pub(crate) line: u64,
    /// Its bytes (the first mebibyte of a longer one).
    pub(crate) raw: Vec<u8>,
    /// Set when it is over the limit.
    pub(crate) rejected: Option<Reason>,
}

/// Why there is no next object.
enum Broken {
    Io(io::Error),
    /// The document ends, or is no JSON, before the array.
    NoArray,
    /// The document ends inside the array.
    EndsEarly,
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Where in a document the array lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ArrayAt {
    /// Names of the members that lead to it; none where the document is the array.
    Path(Vec<String>),
    /// As Open311 dialects have it: the document, or its member `service_requests` or `requests`, or `request` in that.
    ServiceRequests,
}

/// Finds an array and splits it into its objects; elements that are no objects are passed over.
pub(crate) struct ObjectReader<R: Read> {
    bytes: io::Bytes<io::BufReader<R>>,
    line: u64,
    at: ArrayAt,
    started: bool,
}

impl<R: Read> ObjectReader<R> {
    pub(crate) fn new(input: R, at: ArrayAt) -> Self {
        Self {
            bytes: io::BufReader::with_capacity(1 << 16, input).bytes(),
            line: 1,
            at,
            started: false,
        }
    }

    /// The next object, or `None` behind the last.
    pub(crate) fn next(&mut self) -> Result<Option<ObjectBytes>, Stop> {
        self.find_next().map_err(|broken| {
            let line = Some(self.line);
            match broken {
                Broken::Io(error) => Stop::Io { line, error },
                Broken::NoArray => {
                    let (problem, remedy) = self.no_array();
                    Stop::unreadable(line, problem, remedy)
                }
                Broken::EndsEarly => Stop::unreadable(
                    line,
                    "the file ends in the middle of its records",
                    "The records before were kept; fetch the file again",
                ),
            }
        })
    }

    fn no_array(&self) -> (String, &'static str) {
        match &self.at {
            ArrayAt::Path(path) if !path.is_empty() => (
                format!("the file is empty or has no array \"{}\"", path.join(".")),
                "Look at how it was exported, or state another `format` or `records`",
            ),
            ArrayAt::Path(_) => (
                "the file is empty or no JSON array".to_owned(),
                "Say with `records` where the array of records lies, for example records = \"result.items\", or state another `format`",
            ),
            ArrayAt::ServiceRequests => (
                "the file is no answer of Open311: it has no array of service requests".to_owned(),
                "Fetch requests.json or requests.xml, or state another `format`",
            ),
        }
    }

    fn find_next(&mut self) -> Result<Option<ObjectBytes>, Broken> {
        if !self.started {
            self.find_array()?;
            self.started = true;
        }
        loop {
            match self.byte()?.ok_or(Broken::EndsEarly)? {
                b']' => return Ok(None),
                b'{' => return self.object().map(Some),
                b'[' => self.skip_nested()?,
                b'"' => self.string().map(drop)?,
                _ => {}
            }
        }
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        let byte = self.bytes.next().transpose()?;
        self.line += u64::from(byte == Some(b'\n'));
        Ok(byte)
    }

    /// Reads up to and with the `[` of the array.
    fn find_array(&mut self) -> Result<(), Broken> {
        match self.at.clone() {
            ArrayAt::Path(path) => {
                for name in path {
                    if self.past_space()? != Some(b'{') {
                        return Err(Broken::NoArray);
                    }
                    self.find_member(&[&name])?;
                }
                match self.past_space()? {
                    Some(b'[') => Ok(()),
                    _ => Err(Broken::NoArray),
                }
            }
            ArrayAt::ServiceRequests => {
                for names in [["service_requests", "requests"].as_slice(), &["request"], &[]] {
                    match self.past_space()? {
                        Some(b'[') => return Ok(()),
                        Some(b'{') if !names.is_empty() => self.find_member(names)?,
                        _ => return Err(Broken::NoArray),
                    }
                }
                Err(Broken::NoArray)
            }
        }
    }

    /// Reads up to the value of a member with one of these names, in the object that has just been opened.
    fn find_member(&mut self, names: &[&str]) -> Result<(), Broken> {
        loop {
            match self.byte()?.ok_or(Broken::NoArray)? {
                b'"' => {
                    let found = self.string()?;
                    match self.past_space()?.ok_or(Broken::NoArray)? {
                        b':' if names.iter().any(|name| name.as_bytes() == found) => return Ok(()),
                        b'}' => return Err(Broken::NoArray),
                        _ => {}
                    }
                }
                b'{' | b'[' => self.skip_nested()?,
                b'}' | b']' => return Err(Broken::NoArray),
                _ => {}
            }
        }
    }

    fn past_space(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.byte()? {
                Some(b' ' | b'\n' | b'\r' | b'\t') => {}
                other => return Ok(other),
            }
        }
    }

    /// The rest of a string whose opening quote has been read; only its first bytes are kept.
    fn string(&mut self) -> Result<Vec<u8>, Broken> {
        let mut text = Vec::new();
        loop {
            match self.byte()?.ok_or(Broken::NoArray)? {
                b'"' => return Ok(text),
                b'\\' => {
                    self.byte()?;
                }
                other if text.len() < 256 => text.push(other),
                _ => {}
            }
        }
    }

    /// Passes over the rest of an object or array whose bracket has been read.
    fn skip_nested(&mut self) -> Result<(), Broken> {
        let mut depth = 1_u32;
        while depth > 0 {
            match self.byte()?.ok_or(Broken::EndsEarly)? {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                b'"' => self.string().map(drop)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// The rest of an object whose `{` has been read.
    fn object(&mut self) -> Result<ObjectBytes, Broken> {
        let line = self.line;
        let mut raw = vec![b'{'];
        let (mut depth, mut in_string, mut escaped, mut too_long) = (1_u32, false, false, false);
        while depth > 0 {
            let byte = self.byte()?.ok_or(Broken::EndsEarly)?;
            if raw.len() < MAX_RECORD_BYTES {
                raw.push(byte);
            } else {
                too_long = true;
            }
            match byte {
                _ if escaped => escaped = false,
                b'\\' if in_string => escaped = true,
                b'"' => in_string = !in_string,
                b'{' | b'[' if !in_string => depth += 1,
                b'}' | b']' if !in_string => depth -= 1,
                _ => {}
            }
        }
        Ok(ObjectBytes {
            line,
            raw,
            rejected: too_long.then_some(Reason::TooLong),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader<'a>(text: &'a str, path: &[&str]) -> ObjectReader<&'a [u8]> {
        let path = path.iter().map(|p| (*p).to_owned()).collect();
        ObjectReader::new(text.as_bytes(), ArrayAt::Path(path))
    }

    #[test]
    fn objects_come_one_by_one_with_their_lines() {
        let text = r#"{"type":"FeatureCollection","note":"\"features\":[{}]","crs":{"features":[1]},
"features" : [
 {"type":"Feature","properties":{"a":"}]"}},
 {"type":"Feature","geometry":{"coordinates":[1,2]}}
]}"#;
        let mut reader = reader(text, &["features"]);
        let first = reader.next().unwrap().unwrap();
        assert_eq!(first.line, 3);
        assert_eq!(first.raw, br#"{"type":"Feature","properties":{"a":"}]"}}"#);
        assert_eq!(reader.next().unwrap().unwrap().line, 4);
        assert!(reader.next().unwrap().is_none());
    }

    #[test]
    fn the_array_is_found_by_its_path() {
        let text = r#"{"a":{"items":[{"n":0}]},"b":[{"items":1}],"c":"items","result":{"n":3,"items":[[{"x":9}],"{",{"n":1},null,{"n":2}]}}"#;
        let mut found = reader(text, &["result", "items"]);
        assert_eq!(found.next().unwrap().unwrap().raw, br#"{"n":1}"#);
        assert_eq!(found.next().unwrap().unwrap().raw, br#"{"n":2}"#);
        assert!(found.next().unwrap().is_none());
        let mut root = reader(" [ {\"n\":1} ] ", &[]);
        assert_eq!(root.next().unwrap().unwrap().raw, br#"{"n":1}"#);
        assert!(root.next().unwrap().is_none());
    }

    #[test]
    fn service_requests_are_found_in_each_dialect() {
        for text in [
            r#"[{"n":1}]"#,
            r#"{"page":1,"service_requests":[{"n":1}]}"#,
            r#"{"requests":{"total":1,"request":[{"n":1}]}}"#,
        ] {
            let mut found = ObjectReader::new(text.as_bytes(), ArrayAt::ServiceRequests);
            assert_eq!(found.next().unwrap().unwrap().raw, br#"{"n":1}"#, "{text}");
            assert!(found.next().unwrap().is_none());
        }
        let mut other = ObjectReader::new(r#"{"services":[]}"#.as_bytes(), ArrayAt::ServiceRequests);
        assert!(other.next().is_err());
    }

    #[test]
    fn a_document_that_breaks_off_is_told_from_one_without_records() {
        let problem = |result: Result<Option<ObjectBytes>, Stop>| match result {
            Err(Stop::Unreadable { problem, .. }) => problem,
            other => panic!("{other:?}"),
        };
        let mut cut = reader(r#"{"features":[{"a":1},{"b""#, &["features"]);
        assert!(cut.next().unwrap().is_some());
        assert!(problem(cut.next()).contains("in the middle"));
        let mut none = reader(r#"{"type":"Feature"}"#, &["features"]);
        assert!(problem(none.next()).contains("no array \"features\""));
        assert!(problem(reader("", &[]).next()).contains("empty"));
    }
}
