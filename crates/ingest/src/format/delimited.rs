//! Delimited text with a header line.

use std::io::{self, Read};

use crate::format::form::Form;
use crate::format::record_reader::RecordReader;
use crate::format::{Found, Records, Row, Stop, header};
use crate::rejection::Reason;

/// The rows under a header.
pub(crate) struct Delimited<R> {
    reader: RecordReader<R>,
    names: Vec<String>,
    positions: Vec<usize>,
}

impl<R: Read> Delimited<R> {
    /// Reads the header and finds the declared columns in it.
    pub(crate) fn open(form: &Form, text: R) -> Result<Self, Stop> {
        let mut reader = RecordReader::new(text, form.separator.unwrap_or(b','));
        let io = |error: io::Error| Stop::Io { line: Some(1), error };
        let first_line = reader.peek_line().map_err(io)?;
        // Office programs write a first line `sep=;`.
        if let Some(rest) = first_line.strip_prefix(b"sep=") {
            let stated = rest.first().copied().filter(|b| !matches!(b, b'\r' | b'\n'));
            reader.skip_line().map_err(io)?;
            if let (Some(stated), None) = (stated, form.separator) {
                reader.set_separator(stated);
            }
        } else if form.separator.is_none() {
            let guessed = guess_separator(first_line);
            reader.set_separator(guessed);
        }
        let line = reader.line();
        let Some(record) = reader.next().map_err(io)? else {
            return Err(Stop::unreadable(
                Some(line),
                "the file is empty",
                "A header line with column names is needed; look at how the file was exported",
            ));
        };
        let fields = record.fields.map_err(|reason| {
            Stop::unreadable(
                Some(line),
                format!("the header cannot be read: {reason}"),
                "Mend the header line",
            )
        })?;
        let header: Vec<String> = (0..fields.len())
            .map(|index| String::from_utf8_lossy(fields.field(index)).trim().to_owned())
            .collect();
        let positions = header::positions(form, line, &header)?;
        reader.expect_fields(header.len());
        Ok(Self {
            reader,
            names: form.columns.clone(),
            positions,
        })
    }
}

impl<R: Read> Records for Delimited<R> {
    fn next(&mut self, row: &mut Row) -> Result<Option<Found<'_>>, Stop> {
        let line = self.reader.line();
        let record = self.reader.next().map_err(|error| Stop::Io {
            line: Some(line),
            error,
        })?;
        let Some(record) = record else {
            return Ok(None);
        };
        let content = record.fields.and_then(|fields| {
            for ((value, position), name) in row.values.iter_mut().zip(&self.positions).zip(&self.names) {
                value.push_str(
                    std::str::from_utf8(fields.field(*position))
                        .map_err(|_| Reason::NotUtf8 { column: name.clone() })?,
                );
            }
            Ok(())
        });
        Ok(Some(Found {
            line: record.line,
            raw: record.raw,
            content,
        }))
    }
}

/// The separator that the header line has most of.
pub(crate) fn guess_separator(header: &[u8]) -> u8 {
    [b';', b',', b'\t', b'|']
        .into_iter()
        .max_by_key(|separator| header.split(|b| b == separator).count())
        .unwrap_or(b',')
}
