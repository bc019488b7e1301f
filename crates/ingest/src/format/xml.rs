//! XML: each element of one name is a record; columns are paths below it.
//!
//! Open311, GeoRSS, Atom and the GML of a WFS are all read so. Prefixes are ignored. A column is the path of an element
//! (`address`, `position/Point/pos`), its last parts, or an attribute (`category/@term`); where a path occurs more than once
//! the first counts. Entities that a document defines are not expanded.

use std::io::{self, BufRead, BufReader, Read};

use quick_xml::XmlVersion;
use quick_xml::errors::Error;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use crate::MAX_RECORD_BYTES;
use crate::format::form::Form;
use crate::format::{Found, Records, Row, Stop};
use crate::rejection::Reason;

/// Bytes that one record, or what stands between two, may have before the document is given up.
const MOST_BYTES: usize = 16 * MAX_RECORD_BYTES;
/// Elements that may lie in each other in one record.
const MOST_DEPTH: usize = 64;

/// The records of an XML document.
pub(crate) struct XmlRecords<R: Read> {
    reader: quick_xml::Reader<Recorder<R>>,
    record: String,
    names: Vec<String>,
    buffer: Vec<u8>,
    raw: Vec<u8>,
    any: bool,
}

impl<R: Read> XmlRecords<R> {
    pub(crate) fn open(form: &Form, text: R, record: &str) -> Self {
        Self {
            reader: quick_xml::Reader::from_reader(Recorder {
                input: BufReader::with_capacity(1 << 16, text),
                taken: Vec::new(),
                line: 1,
            }),
            record: record.to_owned(),
            names: form.columns.clone(),
            buffer: Vec::new(),
            raw: Vec::new(),
            any: false,
        }
    }

    /// Reads the content of a record whose start has been read, up to and with its end.
    fn read(&mut self, start: &Open, row: &mut Row) -> Result<Result<(), Reason>, Error> {
        let mut content = Content {
            names: &self.names,
            row,
            path: Vec::new(),
            text: String::new(),
            problem: None,
        };
        content.attributes(&start.attributes);
        if start.is_empty {
            return Ok(Ok(()));
        }
        loop {
            self.buffer.clear();
            match self.reader.read_event_into(&mut self.buffer)? {
                Event::Start(element) => content.start(&element)?,
                Event::Empty(element) => {
                    content.start(&element)?;
                    content.end();
                }
                Event::End(_) if content.path.is_empty() => break,
                Event::End(_) => content.end(),
                Event::Text(text) => content.text.push_str(&text.xml10_content()),
                Event::CData(text) => content.text.push_str(&text.xml10_content()),
                Event::GeneralRef(entity) => match entity.resolve_char_ref()? {
                    Some(character) => content.text.push(character),
                    None => match resolve_predefined_entity(&entity) {
                        Some(text) => content.text.push_str(text),
                        None => content.broken("it uses an entity that XML does not define"),
                    },
                },
                Event::Eof => return Err(Error::Io(io::Error::from(io::ErrorKind::UnexpectedEof).into())),
                _ => {}
            }
        }
        Ok(match content.problem {
            None => Ok(()),
            Some(problem) => Err(problem),
        })
    }

    /// The next start of a record; `None` at the end of the document.
    fn find_record(&mut self) -> Result<Option<Open>, Error> {
        loop {
            self.reader.get_mut().taken.clear();
            self.buffer.clear();
            let (element, is_empty) = match self.reader.read_event_into(&mut self.buffer)? {
                Event::Start(element) => (element, false),
                Event::Empty(element) => (element, true),
                Event::Eof => return Ok(None),
                _ => continue,
            };
            if element.local_name().into_inner() == self.record {
                return Ok(Some(Open {
                    attributes: attributes(&element)?,
                    is_empty,
                }));
            }
        }
    }

    fn stop(&mut self, error: Error) -> Stop {
        let line = Some(self.reader.get_mut().line);
        match error {
            Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => Stop::unreadable(
                line,
                "the file ends in the middle of its records",
                "The records before were kept; fetch the file again",
            ),
            Error::Io(error) if error.kind() != io::ErrorKind::FileTooLarge => Stop::Io {
                line,
                error: io::Error::new(error.kind(), error.to_string()),
            },
            Error::Io(_) => Stop::unreadable(
                line,
                "a record is longer than 16 MiB",
                "Look at `records`: is it the element of one record, not of all?",
            ),
            // The parser's own words may repeat the document's.
            _ => Stop::unreadable(
                line,
                "it is not well-formed XML here",
                "The records before were kept; look at how it was exported, or state another `format`",
            ),
        }
    }
}

impl<R: Read> Records for XmlRecords<R> {
    fn next(&mut self, row: &mut Row) -> Result<Option<Found<'_>>, Stop> {
        let Some(start) = self.find_record().map_err(|error| self.stop(error))? else {
            return if self.any {
                Ok(None)
            } else {
                Err(Stop::unreadable(
                    Some(self.reader.get_mut().line),
                    format!("the file has no element \"{}\"", self.record),
                    "State the element of one record as `records`, or another `format`",
                ))
            };
        };
        self.any = true;
        let line = self.reader.get_mut().line;
        let mut content = self.read(&start, row).map_err(|error| self.stop(error))?;
        self.raw = std::mem::take(&mut self.reader.get_mut().taken);
        if self.raw.len() > MAX_RECORD_BYTES {
            self.raw.truncate(MAX_RECORD_BYTES);
            content = Err(Reason::TooLong);
        }
        Ok(Some(Found {
            line,
            raw: &self.raw,
            content,
        }))
    }
}

/// The start of a record.
struct Open {
    attributes: Vec<(String, String)>,
    /// True for `<record/>`.
    is_empty: bool,
}

fn attributes(element: &BytesStart) -> Result<Vec<(String, String)>, Error> {
    element
        .attributes()
        .map(|attribute| {
            let attribute = attribute?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0)?;
            Ok((
                format!("@{}", attribute.key.local_name().into_inner()),
                value.into_owned(),
            ))
        })
        .collect()
}

/// The record that is being read.
struct Content<'a> {
    names: &'a [String],
    row: &'a mut Row,
    /// Names of the open elements below the record.
    path: Vec<String>,
    /// Text of the innermost open element.
    text: String,
    problem: Option<Reason>,
}

impl Content<'_> {
    fn start(&mut self, element: &BytesStart) -> Result<(), Error> {
        if self.path.len() >= MOST_DEPTH {
            self.broken("its elements lie too deep in each other");
        }
        self.path.push(element.local_name().into_inner().to_owned());
        self.text.clear();
        self.attributes(&attributes(element)?);
        Ok(())
    }

    fn attributes(&mut self, attributes: &[(String, String)]) {
        for (name, value) in attributes {
            self.path.push(name.clone());
            self.offer(value);
            self.path.pop();
        }
    }

    fn end(&mut self) {
        let text = std::mem::take(&mut self.text);
        self.offer(text.trim());
        self.path.pop();
    }

    /// Gives a value to the columns that name the present path and have none yet.
    fn offer(&mut self, value: &str) {
        for (name, column) in self.names.iter().zip(&mut self.row.values) {
            if column.is_empty() && is_named(&self.path, name) {
                column.push_str(value);
            }
        }
    }

    fn broken(&mut self, problem: &str) {
        self.problem = Some(Reason::BrokenRecord {
            problem: problem.to_owned(),
        });
    }
}

/// True when the column names this path or its last parts.
fn is_named(path: &[String], column: &str) -> bool {
    let mut parts = path.iter().rev();
    column
        .rsplit('/')
        .all(|part| parts.next().is_some_and(|p| p == part))
}

/// A reader that remembers what was taken from it, and on which line it is.
struct Recorder<R> {
    input: BufReader<R>,
    taken: Vec<u8>,
    line: u64,
}

impl<R: Read> Read for Recorder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buffer.len());
        buffer[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Recorder<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken.len() > MOST_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        let consumed = &self.input.buffer()[..amount.min(self.input.buffer().len())];
        self.line += consumed.split(|byte| *byte == b'\n').count() as u64 - 1;
        self.taken.extend_from_slice(consumed);
        self.input.consume(amount);
    }
}
