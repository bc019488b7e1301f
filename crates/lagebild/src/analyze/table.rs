//! Tables in CSV files: header, separator guessed, every complaint with file, line and column.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

use super::calendar;

/// Most rows of a file: what is kept of a row is at most some hundred bytes (`docs/methods`, memory).
pub(super) const MOST_ROWS: usize = 50_000_000;

/// Bytes in which the header must end.
const LONGEST_HEADER: usize = 1 << 16;

/// Most characters of a file that a complaint shows.
const MOST_SHOWN: usize = 200;

/// A CSV file that is read row by row.
pub(super) struct Table {
    path: PathBuf,
    reader: csv::Reader<BufReader<File>>,
    header: Vec<String>,
    separator: u8,
    record: csv::ByteRecord,
    rows: usize,
}

/// A column that exists.
#[derive(Debug, Clone)]
pub(super) struct Column {
    index: usize,
    pub(super) name: String,
}

/// A row, as long as it is looked at.
pub(super) struct Row<'a> {
    path: &'a Path,
    record: &'a csv::ByteRecord,
    decimal_comma: bool,
    pub(super) line: u64,
}

impl Table {
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let unreadable = |problem: &dyn std::fmt::Display| {
            Failure::failed(format!(
                "{}: cannot be read ({problem}); check path and permissions",
                path.display()
            ))
        };
        let file = File::open(path).map_err(|error| unreadable(&error))?;
        let mut file = BufReader::with_capacity(LONGEST_HEADER, file);
        let start = file.fill_buf().map_err(|error| unreadable(&error))?;
        if start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]) {
            return Err(unreadable(&"it is UTF-16; save it as UTF-8"));
        }
        let mark = if start.starts_with(&[0xEF, 0xBB, 0xBF]) {
            3
        } else {
            0
        };
        let separator = guessed_separator(&start[mark..]);
        file.consume(mark);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .trim(csv::Trim::All)
            .from_reader(file);
        let header: Vec<String> = match reader.byte_headers() {
            Ok(header) => header.iter().map(|name| decoded(name).into_owned()).collect(),
            Err(error) => return Err(unreadable(&error)),
        };
        if header.iter().all(String::is_empty) {
            return Err(Failure::failed(format!(
                "{}: the file is empty; a header row and at least one row are needed",
                path.display()
            )));
        }
        Ok(Self {
            path: path.to_owned(),
            reader,
            header,
            separator,
            record: csv::ByteRecord::new(),
            rows: 0,
        })
    }

    /// The first of these columns that exists, upper and lower case alike.
    pub(super) fn column(&self, names: &[&str]) -> Option<Column> {
        names.iter().find_map(|name| {
            let index = self.header.iter().position(|h| h.eq_ignore_ascii_case(name))?;
            let name = self.header[index].clone();
            Some(Column { index, name })
        })
    }

    /// The same, or what is missing.
    pub(super) fn needed(&self, names: &[&str]) -> Result<Column, Failure> {
        self.column(names).ok_or_else(|| {
            let wanted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
            self.missing(&format!("column {}", wanted.join(" or ")))
        })
    }

    /// A complaint about the header.
    pub(super) fn missing(&self, what: &str) -> Failure {
        Failure::failed(format!(
            "{}, line 1: {what} is missing; the header has: {}",
            self.path.display(),
            shown(&self.header.join(", "))
        ))
    }

    /// A complaint about a file without rows.
    pub(super) fn without_rows(&self) -> Failure {
        Failure::failed(format!(
            "{}: there is no row below the header; at least one is needed",
            self.path.display()
        ))
    }

    pub(super) fn next(&mut self) -> Result<Option<Row<'_>>, Failure> {
        match self.reader.read_byte_record(&mut self.record) {
            Ok(false) => return Ok(None),
            Ok(true) => {}
            Err(error) => {
                let place = error.position().map_or(0, csv::Position::line);
                let problem = match error.kind() {
                    csv::ErrorKind::UnequalLengths {
                        expected_len, len, ..
                    } => {
                        format!(
                            "{len} fields, the header has {expected_len}; quote fields that hold the separator"
                        )
                    }
                    _ => error.to_string(),
                };
                let path = self.path.display();
                return Err(Failure::failed(format!("{path}, line {place}: {problem}")));
            }
        }
        self.rows += 1;
        if self.rows > MOST_ROWS {
            return Err(Failure::failed(format!(
                "{}: more than {MOST_ROWS} rows; add rows of one place and day up in a column count, or take a part",
                self.path.display()
            )));
        }
        Ok(Some(Row {
            path: &self.path,
            record: &self.record,
            decimal_comma: self.separator != b',',
            line: self.record.position().map_or(0, csv::Position::line),
        }))
    }
}

impl Row<'_> {
    pub(super) fn text(&self, column: &Column) -> Cow<'_, str> {
        decoded(self.record.get(column.index).unwrap_or_default())
    }

    /// A text that is not empty.
    pub(super) fn name(&self, column: &Column) -> Result<String, Failure> {
        let text = self.text(column);
        if text.is_empty() {
            return Err(self.bad(column, "is empty; give a name or take the row out"));
        }
        Ok(text.into_owned())
    }

    /// A finite number.
    pub(super) fn number(&self, column: &Column) -> Result<f64, Failure> {
        let text = self.text(column);
        let mut number = text.parse::<f64>();
        if number.is_err() && self.decimal_comma && text.matches(',').count() == 1 {
            number = text.replace(',', ".").parse();
        }
        match number {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(self.bad(column, &format!("is not a finite number: \"{text}\""))),
        }
    }

    /// A whole number from 0 on.
    pub(super) fn count(&self, column: &Column) -> Result<u32, Failure> {
        let number = self.number(column)?;
        if number < 0.0 {
            return Err(self.bad(column, &format!("is negative: {number}; counts are 0 or more")));
        }
        if number.fract() != 0.0 || number > f64::from(u32::MAX) {
            let problem = format!("is not a whole number up to {}: {number}", u32::MAX);
            return Err(self.bad(column, &problem));
        }
        Ok(number as u32)
    }

    /// Days since 1970-01-01 of a date.
    pub(super) fn day(&self, column: &Column) -> Result<i64, Failure> {
        let text = self.text(column);
        calendar::day(&text).map_err(|problem| self.bad(column, &problem))
    }

    /// A whole number, negative ones too.
    pub(super) fn integer(&self, column: &Column) -> Result<i64, Failure> {
        let text = self.text(column);
        let number = text.parse::<i64>().ok();
        match number.filter(|n| n.unsigned_abs() < 1 << 50) {
            Some(number) => Ok(number),
            None => Err(self.bad(column, &format!("is not a whole number: \"{text}\""))),
        }
    }

    pub(super) fn bad(&self, column: &Column, problem: &str) -> Failure {
        Failure::failed(format!(
            "{}, line {}, column \"{}\": {}",
            self.path.display(),
            self.line,
            shown(&column.name),
            shown(problem)
        ))
    }
}

/// What a file that is not UTF-8 says when it is taken for Latin-1.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|&byte| char::from(byte)).collect()),
    }
}

/// What a terminal may show of a file: no control characters, and not too much.
fn shown(text: &str) -> String {
    let safe = |c: char| if c.is_control() { '?' } else { c };
    let mut shown: String = text.chars().take(MOST_SHOWN).map(safe).collect();
    if text.chars().nth(MOST_SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// The separator that the header has most of.
fn guessed_separator(start: &[u8]) -> u8 {
    let line = start.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let mut is_quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    for &byte in line {
        if byte == b'"' {
            is_quoted = !is_quoted;
        }
        for (separator, count) in &mut counts {
            if byte == *separator && !is_quoted {
                *count += 1;
            }
        }
    }
    // The first of equals.
    let best = counts.iter().rev().max_by_key(|entry| entry.1);
    best.map_or(b',', |entry| entry.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_of_the_header_is_found_outside_of_quotes() {
        assert_eq!(guessed_separator(b"x,y,date\n1;2;3;4;5"), b',');
        assert_eq!(guessed_separator(b"\"x,y,z\";y;date"), b';');
        assert_eq!(guessed_separator(b"x\ty"), b'\t');
        assert_eq!(guessed_separator(b"value"), b',');
        assert_eq!(guessed_separator(b""), b',');
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_latin_1() {
        assert_eq!(decoded(b"Wei\xDFgasse"), "Weißgasse");
        assert_eq!(decoded("Weißgasse".as_bytes()), "Weißgasse");
    }
}
