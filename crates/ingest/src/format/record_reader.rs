//! Delimited text, record by record, with recovery.
//!
//! The fields of a record are split by `csv-core`; finding where a record ends is done here, because one broken quote
//! must not swallow the rows behind it: a record that does not close, or that spans lines and has the wrong number of
//! fields, costs its first line only, and reading goes on at the next.

use std::io::{self, Read};
use std::ops::Range;

use crate::MAX_RECORD_BYTES;
use crate::rejection::Reason;

/// One record: its fields, or why it has none.
#[derive(Debug, PartialEq)]
pub(crate) struct Record<'a> {
    /// First line, counted from 1.
    pub(crate) line: u64,
    /// The bytes as they stand in the feed (the first mebibyte of a longer line).
    pub(crate) raw: &'a [u8],
    /// The fields' bytes.
    pub(crate) fields: Result<Fields<'a>, Reason>,
}

/// The fields of a record.
#[derive(Debug, PartialEq)]
pub(crate) struct Fields<'a> {
    text: &'a [u8],
    ends: &'a [usize],
}

impl<'a> Fields<'a> {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of a field; empty beyond the last.
    pub(crate) fn field(&self, index: usize) -> &'a [u8] {
        let Some(end) = self.ends.get(index) else {
            return &[];
        };
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start..*end]
    }
}

/// Reads records from text.
pub(crate) struct RecordReader<R> {
    input: R,
    buffer: Vec<u8>,
    /// Unread part of the buffer.
    unread: Range<usize>,
    at_end: bool,
    line: u64,
    separator: u8,
    expected_fields: Option<usize>,
    splitter: csv_core::Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
}

/// How a search for the end of a record ended.
enum End {
    /// The record is this many bytes long, line break included.
    At(usize),
    /// A quote does not close, or something stands behind a closing quote.
    Broken,
    /// No line break within the limit.
    TooLong,
}

impl<R: Read> RecordReader<R> {
    pub(crate) fn new(input: R, separator: u8) -> Self {
        Self {
            input,
            buffer: vec![0; 1 << 16],
            unread: 0..0,
            at_end: false,
            line: 1,
            separator,
            expected_fields: None,
            splitter: csv_core::ReaderBuilder::new().delimiter(separator).build(),
            text: vec![0; 1 << 12],
            ends: vec![0; 64],
        }
    }

    /// Line that the next record starts on.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// From now on a record with another number of fields is rejected.
    pub(crate) fn expect_fields(&mut self, count: usize) {
        self.expected_fields = Some(count);
    }

    /// The first line without reading past it, for guessing the separator.
    pub(crate) fn peek_line(&mut self) -> io::Result<&[u8]> {
        let length = self.line_length()?.unwrap_or(self.unread.len());
        Ok(&self.buffer[self.unread.start..self.unread.start + length])
    }

    /// Changes the separator for everything not yet read.
    pub(crate) fn set_separator(&mut self, separator: u8) {
        self.separator = separator;
        self.splitter = csv_core::ReaderBuilder::new().delimiter(separator).build();
    }

    /// Passes over the next line.
    pub(crate) fn skip_line(&mut self) -> io::Result<()> {
        let length = self.line_length()?.unwrap_or(self.unread.len());
        self.unread.start += length;
        self.line += 1;
        Ok(())
    }

    /// The next record, or `None` at the end. Blank lines are passed over.
    pub(crate) fn next(&mut self) -> io::Result<Option<Record<'_>>> {
        loop {
            match self.line_length()? {
                None if self.unread.is_empty() => return Ok(None),
                Some(length) if self.is_blank(length) => self.skip_line()?,
                _ => break,
            }
        }
        let line = self.line;
        let (length, rejected) = match self.find_end()? {
            End::At(length) => {
                let breaks = count_breaks(&self.buffer[self.unread.start..self.unread.start + length]);
                self.split(length);
                match self.expected_fields {
                    Some(expected) if expected != self.ends.len() => {
                        let reason = Reason::FieldCount {
                            expected,
                            found: self.ends.len(),
                        };
                        // A record over several lines with the wrong number of fields is a stray quote, most likely.
                        if breaks > 1 {
                            (self.first_line_length(), Some(Reason::BrokenQuoting))
                        } else {
                            (length, Some(reason))
                        }
                    }
                    _ => (length, None),
                }
            }
            End::Broken => (self.first_line_length(), Some(Reason::BrokenQuoting)),
            End::TooLong => {
                self.skip_long_line()?;
                let raw = &self.buffer[..self.unread.start.min(MAX_RECORD_BYTES)];
                return Ok(Some(Record {
                    line,
                    raw,
                    fields: Err(Reason::TooLong),
                }));
            }
        };
        let start = self.unread.start;
        self.line += count_breaks(&self.buffer[start..start + length]).max(1);
        self.unread.start = start + length;
        let raw = &self.buffer[start..start + length];
        Ok(Some(Record {
            line,
            raw,
            fields: match rejected {
                Some(reason) => Err(reason),
                None => Ok(Fields {
                    text: &self.text,
                    ends: &self.ends,
                }),
            },
        }))
    }

    /// The next line that is not blank, as it stands; `None` at the end. Its fields are not split.
    pub(crate) fn next_line(&mut self) -> io::Result<Option<Record<'_>>> {
        loop {
            match self.line_length()? {
                None if self.unread.is_empty() => return Ok(None),
                Some(length) if self.is_blank(length) => self.skip_line()?,
                _ => break,
            }
        }
        let line = self.line;
        let length = self.line_length()?.unwrap_or(self.unread.len());
        if length > MAX_RECORD_BYTES {
            self.skip_long_line()?;
            let raw = &self.buffer[..self.unread.start.min(MAX_RECORD_BYTES)];
            return Ok(Some(Record {
                line,
                raw,
                fields: Err(Reason::TooLong),
            }));
        }
        let start = self.unread.start;
        self.unread.start += length;
        self.line += 1;
        Ok(Some(Record {
            line,
            raw: &self.buffer[start..start + length],
            fields: Ok(Fields { text: &[], ends: &[] }),
        }))
    }

    /// Reads more; false at the end of the feed.
    fn fill(&mut self) -> io::Result<bool> {
        if self.at_end {
            return Ok(false);
        }
        if self.unread.start > 0 {
            self.buffer.copy_within(self.unread.clone(), 0);
            self.unread = 0..self.unread.len();
        }
        if self.unread.end == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let read = self.input.read(&mut self.buffer[self.unread.end..])?;
        self.unread.end += read;
        self.at_end = read == 0;
        Ok(read > 0)
    }

    /// Length of the next line with its break; `None` when the feed ends before one, or it is over the limit.
    fn line_length(&mut self) -> io::Result<Option<usize>> {
        let mut searched = 0;
        loop {
            let unread = &self.buffer[self.unread.clone()];
            if let Some(at) = unread[searched..].iter().position(|b| *b == b'\n') {
                return Ok(Some(searched + at + 1));
            }
            searched = unread.len();
            if searched > MAX_RECORD_BYTES || !self.fill()? {
                return Ok(None);
            }
        }
    }

    fn is_blank(&self, length: usize) -> bool {
        self.buffer[self.unread.start..self.unread.start + length]
            .iter()
            .all(|b| matches!(b, b'\n' | b'\r' | b' '))
    }

    fn first_line_length(&self) -> usize {
        let unread = &self.buffer[self.unread.clone()];
        unread
            .iter()
            .position(|b| *b == b'\n')
            .map_or(unread.len(), |at| at + 1)
    }

    /// Follows the quotes to the line break that ends the record.
    fn find_end(&mut self) -> io::Result<End> {
        #[derive(PartialEq)]
        enum At {
            FieldStart,
            Plain,
            Quoted,
            QuoteInQuoted,
        }
        let mut at = At::FieldStart;
        let mut length = 0;
        loop {
            while length < self.unread.len() {
                let byte = self.buffer[self.unread.start + length];
                length += 1;
                at = match (at, byte) {
                    (At::FieldStart | At::QuoteInQuoted, b'"') => At::Quoted,
                    (At::Quoted, b) => {
                        if b == b'"' {
                            At::QuoteInQuoted
                        } else {
                            At::Quoted
                        }
                    }
                    (_, b'\n') => return Ok(End::At(length)),
                    (_, b) if b == self.separator => At::FieldStart,
                    (At::QuoteInQuoted, b'\r') => At::QuoteInQuoted,
                    (At::QuoteInQuoted, _) => return Ok(End::Broken),
                    _ => At::Plain,
                };
                if length > MAX_RECORD_BYTES {
                    let one_line = self.first_line_length() > MAX_RECORD_BYTES;
                    return Ok(if one_line { End::TooLong } else { End::Broken });
                }
            }
            if !self.fill()? {
                return Ok(if at == At::Quoted {
                    End::Broken
                } else {
                    End::At(length)
                });
            }
        }
    }

    /// Drops the rest of a line over the limit; its first bytes stay at the front of the buffer for the digest.
    fn skip_long_line(&mut self) -> io::Result<()> {
        if self.unread.start > 0 {
            self.buffer.copy_within(self.unread.clone(), 0);
            self.unread = 0..self.unread.len();
        }
        loop {
            let unread = &self.buffer[MAX_RECORD_BYTES.min(self.unread.end)..self.unread.end];
            if let Some(at) = unread.iter().position(|b| *b == b'\n') {
                self.unread.start = MAX_RECORD_BYTES + at + 1;
                self.line += 1;
                return Ok(());
            }
            self.unread.end = MAX_RECORD_BYTES.min(self.unread.end);
            if self.unread.end == self.buffer.len() {
                self.buffer.resize(self.buffer.len() + (1 << 16), 0);
            }
            let read = self.input.read(&mut self.buffer[self.unread.end..])?;
            self.unread.end += read;
            if read == 0 {
                self.at_end = true;
                self.unread.start = self.unread.end;
                return Ok(());
            }
        }
    }

    /// Splits the next `length` bytes into `text` and `ends`.
    fn split(&mut self, length: usize) {
        let record = &self.buffer[self.unread.start..self.unread.start + length];
        self.splitter.reset();
        // Unescaping never makes a record longer, and a record has at most one field more than separators.
        if self.text.len() < length + 1 {
            self.text.resize(length + 1, 0);
        }
        let capacity = length + 2;
        if self.ends.len() < capacity.min(1 << 12) || self.ends.len() < capacity {
            self.ends.resize(capacity, 0);
        }
        let (mut read, mut written, mut fields) = (0, 0, 0);
        loop {
            let (result, r, w, e) = self.splitter.read_record(
                &record[read..],
                &mut self.text[written..],
                &mut self.ends[fields..],
            );
            read += r;
            written += w;
            fields += e;
            // At the end of the bytes an empty slice tells the splitter that the record is whole.
            if !matches!(result, csv_core::ReadRecordResult::InputEmpty) {
                break;
            }
        }
        self.ends.truncate(fields);
    }
}

fn count_breaks(bytes: &[u8]) -> u64 {
    bytes.split(|byte| *byte == b'\n').count() as u64 - 1
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    /// (line, fields joined by `|`, or the reason's code).
    fn read_all(text: &str, fields: usize) -> Vec<(u64, String)> {
        let mut reader = RecordReader::new(text.as_bytes(), b',');
        reader.expect_fields(fields);
        let mut out = Vec::new();
        while let Some(record) = reader.next().unwrap() {
            let shown = match record.fields {
                Ok(fields) => (0..fields.len())
                    .map(|i| String::from_utf8_lossy(fields.field(i)).into_owned())
                    .collect::<Vec<_>>()
                    .join("|"),
                Err(reason) => reason.code().to_owned(),
            };
            out.push((record.line, shown));
        }
        out
    }

    #[test]
    fn quotes_line_breaks_and_crlf() {
        let text = "a,\"b \"\"x\"\"\",c\r\n\"1\n2\",,3\n\n4,5,6";
        assert_eq!(
            read_all(text, 3),
            [
                (1, "a|b \"x\"|c".to_owned()),
                (2, "1\n2||3".to_owned()),
                (5, "4|5|6".to_owned())
            ]
        );
    }

    #[test]
    fn a_broken_quote_costs_its_own_line_only() {
        let text = "1,\"open,2\n3,4,5\n6,\"7\" x,8\n9,\"10\",11\n";
        assert_eq!(
            read_all(text, 3),
            [
                (1, "broken_quoting".to_owned()),
                (2, "3|4|5".to_owned()),
                (3, "broken_quoting".to_owned()),
                (4, "9|10|11".to_owned())
            ]
        );
    }

    #[test]
    fn an_unclosed_quote_that_meets_a_later_quote_is_found_by_its_field_count() {
        let text = "1,\"open,2\n3,4,5\n6,7,\"8\"\n";
        let lines = read_all(text, 3);
        assert_eq!(lines[0], (1, "broken_quoting".to_owned()));
        assert_eq!(lines[1..], [(2, "3|4|5".to_owned()), (3, "6|7|8".to_owned())]);
    }

    #[test]
    fn a_line_over_the_limit_is_skipped_to_its_end() {
        let long = "x".repeat(3 * MAX_RECORD_BYTES);
        let text = format!("1,2,3\n{long}\n4,5,6\n{long}");
        assert_eq!(
            read_all(&text, 3),
            [
                (1, "1|2|3".to_owned()),
                (2, "too_long".to_owned()),
                (3, "4|5|6".to_owned()),
                (4, "too_long".to_owned())
            ]
        );
    }

    #[test]
    fn a_wrong_number_of_fields_is_said() {
        assert_eq!(
            read_all("1,2\n1,2,3\n", 3),
            [(1, "field_count".to_owned()), (2, "1|2|3".to_owned())]
        );
    }

    proptest::proptest! {
        /// Whatever the bytes, reading ends, lines rise, and nothing panics.
        #[test]
        fn any_bytes_are_read_to_the_end(bytes in proptest::collection::vec(
            proptest::prop_oneof![proptest::strategy::Just(b'"'), proptest::strategy::Just(b'\n'),
                proptest::strategy::Just(b','), proptest::prelude::any::<u8>()], 0..400)) {
            let mut reader = RecordReader::new(bytes.as_slice(), b',');
            reader.expect_fields(2);
            let mut last = 0;
            while let Some(record) = reader.next().unwrap() {
                proptest::prop_assert!(record.line > last);
                last = record.line;
            }
        }

        /// What the `csv` rules call well formed comes back field by field.
        #[test]
        fn written_fields_come_back(rows in proptest::collection::vec(
            (".{0,12}", "[a-z\"\n;,]{0,12}"), 1..20)) {
            let mut text = String::new();
            for (a, b) in &rows {
                writeln!(text, "\"{}\",\"{}\"", a.replace('"', "\"\""), b.replace('"', "\"\"")).unwrap();
            }
            let expected: Vec<String> = rows.iter().map(|(a, b)| format!("{a}|{b}")).collect();
            let read: Vec<String> = read_all(&text, 2).into_iter().map(|(_, row)| row).collect();
            proptest::prop_assert_eq!(read, expected);
        }
    }
}
