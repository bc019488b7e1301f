//! Office workbooks (XLSX, XLS, ODS): the rows of a sheet under a header.
//!
//! Offices put titles above the header, spread it over two rows with merged cells, leave blank rows and write dates now as
//! dates, now as text. So the header is looked for: the first row, or two rows taken together, that has all declared columns.

use std::io::{Cursor, Read, Seek};

use calamine::{Cell, Data, DataRef, Range, Reader, Sheets, open_workbook_auto_from_rs};

use crate::format::form::Form;
use crate::format::{Found, Records, Row, Stop, header};
use crate::rejection::Reason;

/// Largest file that is read: a workbook is held in memory, several times over.
const MOST_BYTES: u64 = 128 << 20;
/// Most cells of a sheet between its first and its last used one: a range holds all of them, also those that are empty, so
/// that one stray cell far off could demand any memory. XLS and ODS come as ranges that their reader bounds.
const MOST_CELLS: u64 = 1 << 24;
/// Rows in which the header is looked for.
const HEADER_ROWS: usize = 30;

/// The rows of one sheet.
#[derive(Debug)]
pub(crate) struct Workbook {
    sheet: Range<Data>,
    /// Number of the sheet's first used row, counted from 1.
    first_line: u64,
    /// Rows of the range that have been passed.
    passed: usize,
    positions: Vec<usize>,
    names: Vec<String>,
    raw: Vec<u8>,
}

impl Workbook {
    /// Reads the sheet that `records` names, else the first with the declared columns.
    pub(crate) fn open(form: &Form, input: impl Read) -> Result<Self, Stop> {
        let mut bytes = Vec::new();
        input
            .take(MOST_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| Stop::Io { line: None, error })?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(Stop::unreadable(
                None,
                "the workbook is larger than 128 MiB",
                "Save the sheet as CSV; that is read row by row",
            ));
        }
        let unreadable = || {
            Stop::unreadable(
                None,
                "it is no workbook that can be read",
                "XLSX, XLS and ODS are read, not those with a password; save it anew or as CSV",
            )
        };
        let mut workbook = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|_| unreadable())?;
        let sheets = match &form.records {
            Some(name) => vec![name.clone()],
            None => workbook.sheet_names(),
        };
        let mut refused = None;
        for name in &sheets {
            let sheet = match sheet_of(&mut workbook, name) {
                Ok(sheet) => sheet,
                Err(Refused::TooLarge { cells }) => {
                    refused = Some(Stop::unreadable(
                        None,
                        format!(
                            "the sheet \"{name}\" has {cells} cells from its first to its last used one; at most {MOST_CELLS} are read"
                        ),
                        "Delete what stands far off the table, or save the sheet as CSV; that is read row by row",
                    ));
                    continue;
                }
                Err(Refused::Unreadable) => {
                    refused = Some(Stop::unreadable(
                        None,
                        format!("the workbook has no sheet \"{name}\" that can be read"),
                        format!("It has: {}. Mend `records`", workbook.sheet_names().join(", ")),
                    ));
                    continue;
                }
            };
            match find_header(form, &sheet) {
                Ok((passed, positions)) => {
                    return Ok(Self {
                        first_line: u64::from(sheet.start().map_or(0, |(row, _)| row)) + 1,
                        sheet,
                        passed,
                        positions,
                        names: form.columns.clone(),
                        raw: Vec::new(),
                    });
                }
                Err(stop) => {
                    refused.get_or_insert(stop);
                }
            }
        }
        Err(refused.unwrap_or_else(unreadable))
    }
}

/// The first sheet of a workbook that can be read.
pub(crate) fn first_sheet(bytes: &[u8]) -> Option<Range<Data>> {
    let mut workbook = open_workbook_auto_from_rs(Cursor::new(bytes)).ok()?;
    let name = workbook.sheet_names().first()?.clone();
    sheet_of(&mut workbook, &name).ok()
}

/// Why a sheet is not read.
enum Refused {
    Unreadable,
    TooLarge { cells: u64 },
}

/// The used cells of a sheet. What comes cell by cell is measured before room is made for the range.
fn sheet_of<RS: Read + Seek>(workbook: &mut Sheets<RS>, name: &str) -> Result<Range<Data>, Refused> {
    match workbook {
        Sheets::Xlsx(xlsx) => {
            let mut cells = xlsx
                .worksheet_cells_reader(name)
                .map_err(|_| Refused::Unreadable)?;
            gathered(|| cells.next_cell().map_err(|_| Refused::Unreadable))
        }
        Sheets::Xlsb(xlsb) => {
            let mut cells = xlsb
                .worksheet_cells_reader(name)
                .map_err(|_| Refused::Unreadable)?;
            gathered(|| cells.next_cell().map_err(|_| Refused::Unreadable))
        }
        Sheets::Xls(_) | Sheets::Ods(_) => workbook.worksheet_range(name).map_err(|_| Refused::Unreadable),
    }
}

fn gathered<'a>(
    mut next: impl FnMut() -> Result<Option<Cell<DataRef<'a>>>, Refused>,
) -> Result<Range<Data>, Refused> {
    let mut used = Vec::new();
    let (mut first, mut last) = ((u32::MAX, u32::MAX), (0, 0));
    while let Some(cell) = next()? {
        let (row, column) = cell.get_position();
        let value = Data::from(cell.get_value().clone());
        if value == Data::Empty {
            continue;
        }
        first = (first.0.min(row), first.1.min(column));
        last = (last.0.max(row), last.1.max(column));
        let length = |from: u32, to: u32| u64::from(to - from) + 1;
        let cells = length(first.0, last.0).saturating_mul(length(first.1, last.1));
        if cells > MOST_CELLS || used.len() as u64 >= MOST_CELLS {
            return Err(Refused::TooLarge { cells });
        }
        used.push(Cell::new((row, column), value));
    }
    Ok(Range::from_sparse(used))
}

/// Rows up to and with the header, and the position of each declared column.
fn find_header(form: &Form, sheet: &Range<Data>) -> Result<(usize, Vec<usize>), Stop> {
    let rows: Vec<Vec<String>> = sheet.rows().take(HEADER_ROWS).map(texts).collect();
    for (index, row) in rows.iter().enumerate() {
        if let Ok(positions) = header::positions(form, 0, row) {
            return Ok((index + 1, positions));
        }
        if let Some(below) = rows.get(index + 1)
            && let Ok(positions) = header::positions(form, 0, &over_two_rows(row, below))
        {
            return Ok((index + 2, positions));
        }
    }
    // For the message: the row with the most names is the header, most likely.
    let fullest = rows.iter().enumerate().max_by_key(|(index, row)| {
        let filled = row.iter().filter(|text| !text.is_empty()).count();
        (filled, std::cmp::Reverse(*index))
    });
    let (line, row) = fullest.map_or((1, Vec::new()), |(index, row)| (index as u64 + 1, row.clone()));
    header::positions(form, line, &row).map(|positions| (0, positions))
}

/// The names of two header rows: "Ort Straße" where "Ort" is merged over "Straße" and "Nr.", and the one that is there where
/// the other is empty.
fn over_two_rows(upper: &[String], lower: &[String]) -> Vec<String> {
    let mut merged = "";
    upper
        .iter()
        .zip(lower)
        .map(|(above, below)| {
            if !above.is_empty() {
                merged = above;
            }
            match (merged, below.as_str()) {
                (_, "") => above.clone(),
                ("", below) => below.to_owned(),
                (merged, below) => format!("{merged} {below}"),
            }
        })
        .collect()
}

fn texts(row: &[Data]) -> Vec<String> {
    row.iter()
        .map(|cell| {
            // A header that was broken over lines is one name.
            let text = text_of(cell).unwrap_or_default();
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect()
}

/// The text of a cell; `None` for a formula's error.
fn text_of(cell: &Data) -> Option<String> {
    Some(match cell {
        Data::Empty => String::new(),
        Data::Error(_) => return None,
        Data::DateTime(at) if at.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            if (hour, minute, second) == (0, 0, 0) {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
            }
        }
        // A time of day without a date, or a length of time.
        Data::DateTime(length) => length.as_f64().to_string(),
        other => other.to_string(),
    })
}

impl Records for Workbook {
    fn next(&mut self, row: &mut Row) -> Result<Option<Found<'_>>, Stop> {
        loop {
            let line = self.first_line + self.passed as u64;
            if self.passed >= self.sheet.height() {
                return Ok(None);
            }
            let cells = &self.sheet[self.passed];
            self.passed += 1;
            if cells
                .iter()
                .all(|cell| text_of(cell).is_some_and(|text| text.trim().is_empty()))
            {
                continue;
            }
            self.raw.clear();
            for cell in cells {
                self.raw.extend_from_slice(cell.to_string().as_bytes());
                self.raw.push(0x1f);
            }
            let mut content = Ok(());
            for ((value, position), name) in row.values.iter_mut().zip(&self.positions).zip(&self.names) {
                match cells.get(*position).map_or(Some(String::new()), text_of) {
                    Some(text) => *value = text,
                    None => content = Err(Reason::CellError { column: name.clone() }),
                }
            }
            return Ok(Some(Found {
                line,
                raw: &self.raw,
                content,
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merged_names_reach_over_the_columns_beside_them() {
        let row = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            over_two_rows(&row(&["Nr.", "Ort", "", "Art"]), &row(&["", "Straße", "Nr.", ""])),
            ["Nr.", "Ort Straße", "Ort Nr.", "Art"]
        );
    }
}
