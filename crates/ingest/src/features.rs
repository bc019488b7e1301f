//! The features of a GeoJSON `FeatureCollection`, one at a time.
//!
//! A reader of whole documents would lose everything behind the first broken feature and hold everything in memory; so
//! the brackets are followed here, and each feature is parsed by itself.

use std::io::{self, Read};

use crate::MAX_RECORD_BYTES;
use crate::rejection::Reason;

/// One feature's bytes, or why it has none.
#[derive(Debug, PartialEq)]
pub(crate) struct FeatureBytes {
    /// Line that it starts on, counted from 1.
    pub(crate) line: u64,
    /// Its bytes (the first mebibyte of a longer one).
    pub(crate) raw: Vec<u8>,
    /// Set when it is over the limit.
    pub(crate) rejected: Option<Reason>,
}

/// What keeps a document from being read as features at all.
#[derive(Debug)]
pub(crate) enum NotFeatures {
    Io(io::Error),
    /// No array `"features"` before the end.
    NoFeatures,
    /// The document ends inside the array.
    EndsEarly,
}

impl From<io::Error> for NotFeatures {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Splits a `FeatureCollection` into its features.
pub(crate) struct FeatureReader<R: Read> {
    bytes: io::Bytes<io::BufReader<R>>,
    line: u64,
    started: bool,
}

impl<R: Read> FeatureReader<R> {
    pub(crate) fn new(input: R) -> Self {
        Self {
            bytes: io::BufReader::with_capacity(1 << 16, input).bytes(),
            line: 1,
            started: false,
        }
    }

    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The next feature, or `None` behind the last.
    pub(crate) fn next(&mut self) -> Result<Option<FeatureBytes>, NotFeatures> {
        if !self.started {
            self.find_features()?;
            self.started = true;
        }
        loop {
            match self.byte()?.ok_or(NotFeatures::EndsEarly)? {
                b']' => return Ok(None),
                b'{' => return self.object().map(Some),
                _ => {}
            }
        }
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        let byte = self.bytes.next().transpose()?;
        self.line += u64::from(byte == Some(b'\n'));
        Ok(byte)
    }

    /// Reads up to the `[` of the top-level member `"features"`.
    fn find_features(&mut self) -> Result<(), NotFeatures> {
        let mut depth = 0;
        loop {
            match self.byte()?.ok_or(NotFeatures::NoFeatures)? {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                b'"' => {
                    let is_key = self.string()? == b"features" && depth == 1;
                    if is_key && self.past_space()? == Some(b':') {
                        return match self.past_space()? {
                            Some(b'[') => Ok(()),
                            _ => Err(NotFeatures::NoFeatures),
                        };
                    }
                }
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
    fn string(&mut self) -> Result<Vec<u8>, NotFeatures> {
        let mut text = Vec::new();
        loop {
            match self.byte()?.ok_or(NotFeatures::NoFeatures)? {
                b'"' => return Ok(text),
                b'\\' => {
                    self.byte()?;
                }
                other if text.len() < 16 => text.push(other),
                _ => {}
            }
        }
    }

    /// The rest of an object whose `{` has been read.
    fn object(&mut self) -> Result<FeatureBytes, NotFeatures> {
        let line = self.line;
        let mut raw = vec![b'{'];
        let (mut depth, mut in_string, mut escaped, mut too_long) = (1_u32, false, false, false);
        while depth > 0 {
            let byte = self.byte()?.ok_or(NotFeatures::EndsEarly)?;
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
        Ok(FeatureBytes {
            line,
            raw,
            rejected: too_long.then_some(Reason::TooLong),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_come_one_by_one_with_their_lines() {
        let text = r#"{"type":"FeatureCollection","note":"\"features\":[{}]","crs":{"features":[1]},
"features" : [
 {"type":"Feature","properties":{"a":"}]"}},
 {"type":"Feature","geometry":{"coordinates":[1,2]}}
]}"#;
        let mut reader = FeatureReader::new(text.as_bytes());
        let first = reader.next().unwrap().unwrap();
        assert_eq!(first.line, 3);
        assert_eq!(first.raw, br#"{"type":"Feature","properties":{"a":"}]"}}"#);
        assert_eq!(reader.next().unwrap().unwrap().line, 4);
        assert!(reader.next().unwrap().is_none());
    }

    #[test]
    fn a_document_that_breaks_off_is_told_from_one_without_features() {
        let mut cut = FeatureReader::new(r#"{"features":[{"a":1},{"b""#.as_bytes());
        assert!(cut.next().unwrap().is_some());
        assert!(matches!(cut.next(), Err(NotFeatures::EndsEarly)));
        let mut none = FeatureReader::new(r#"{"type":"Feature"}"#.as_bytes());
        assert!(matches!(none.next(), Err(NotFeatures::NoFeatures)));
    }
}
