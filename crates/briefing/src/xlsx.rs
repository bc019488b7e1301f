//! The tables of a document as a workbook.

use std::collections::BTreeSet;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::document::{Cell, Document, Table};

/// Excel's limit for the name of a sheet, in units of UTF-16.
const LONGEST_NAME: usize = 31;
const WIDEST_COLUMN: f64 = 60.0;

/// A workbook that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the workbook cannot be written: {0}")]
pub struct NotWritten(#[from] XlsxError);

/// The tables as a workbook, a sheet each, behind one that says what they are. Numbers are numbers, with all their decimals.
///
/// Words are written as text: none is read as a formula.
///
/// # Errors
/// [`NotWritten`] when a table is larger than a sheet.
pub fn xlsx(document: &Document) -> Result<Vec<u8>, NotWritten> {
    let mut workbook = Workbook::new();
    let day = document.as_of;
    // Not the moment of making: the same document gives the same bytes.
    let made = ExcelDateTime::from_ymd(
        day.year().cast_unsigned(),
        day.month().cast_unsigned(),
        day.day().cast_unsigned(),
    )?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title(format!("{}: {}", document.title, document.period))
            .set_author(format!("Lagebild {}", document.city))
            .set_creation_datetime(&made),
    );
    about(workbook.add_worksheet(), document)?;
    let mut names = BTreeSet::from(["herkunft".to_owned()]);
    for table in document.tables() {
        let sheet = workbook.add_worksheet();
        sheet.set_name(sheet_name(&table.title, &mut names))?;
        write(sheet, table)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// What the sheets speak of: nobody is to meet numbers without it.
fn about(sheet: &mut Worksheet, document: &Document) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    sheet.set_name("Herkunft")?;
    let rows = [
        ("Dokument", document.title.as_str()),
        ("Zeitraum", &document.period),
        ("Stadt", &document.city),
        ("Empfänger", &document.audience),
        ("Vertraulichkeit", &document.mark),
        ("Datenstand", &document.stamp),
    ];
    let notice = document.notice.as_deref().map(|notice| ("Hinweis", notice));
    for (row, (label, words)) in (0..).zip(rows.into_iter().chain(notice)) {
        sheet.write_string_with_format(row, 0, label, &bold)?;
        sheet.write_string(row, 1, words)?;
    }
    sheet.set_column_width(0, 18)?;
    sheet.set_column_width(1, WIDEST_COLUMN)?;
    Ok(())
}

fn write(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    let head = Format::new().set_bold().set_text_wrap();
    let number_head = head.clone().set_align(FormatAlign::Right);
    for (at, column) in (0..).zip(&table.columns) {
        let format = if column.is_number { &number_head } else { &head };
        sheet.write_string_with_format(0, at, &column.label, format)?;
        let longest = table
            .rows
            .iter()
            .filter_map(|row| row.get(usize::from(at)))
            .map(|cell| cell.to_german().chars().count())
            .chain([column.label.chars().count().min(16)])
            .max()
            .unwrap_or(0);
        sheet.set_column_width(at, (longest as f64 + 2.0).min(WIDEST_COLUMN))?;
    }
    for (row, cells) in (1..).zip(&table.rows) {
        for (at, cell) in (0..).zip(cells) {
            match cell {
                Cell::Words(words) => sheet.write_string(row, at, words)?,
                Cell::Count(count) => sheet.write_number_with_format(
                    row,
                    at,
                    *count as f64,
                    &Format::new().set_num_format("#,##0"),
                )?,
                Cell::Number { value, decimals } => {
                    let format = Format::new().set_num_format(format!("#,##0.{}", "0".repeat(*decimals)));
                    sheet.write_number_with_format(row, at, *value, &format)?
                }
                Cell::Unknown => sheet.write_string(row, at, "–")?,
            };
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    if let Some(note) = &table.note {
        let below = u32::try_from(table.rows.len()).unwrap_or(u32::MAX - 2) + 2;
        sheet.write_string(below, 0, note)?;
    }
    Ok(())
}

/// A name that Excel takes, once in the book.
fn sheet_name(title: &str, taken: &mut BTreeSet<String>) -> String {
    let plain: String = title
        .chars()
        .map(|c| {
            if "[]:*?/\\'".contains(c) || c.is_control() {
                ' '
            } else {
                c
            }
        })
        .collect();
    let plain = plain.trim();
    let cut = |suffix: &str| {
        let mut room = LONGEST_NAME.saturating_sub(suffix.encode_utf16().count());
        let fits = |letter: &char| {
            let left = room.checked_sub(letter.len_utf16());
            room = left.unwrap_or(0);
            left.is_some()
        };
        let head: String = plain.chars().take_while(fits).collect();
        format!("{}{suffix}", head.trim_end())
    };
    let names = std::iter::once(cut("")).chain((2..).map(|number| cut(&format!(" {number}"))));
    for name in names {
        if !name.is_empty() && taken.insert(name.to_lowercase()) {
            return name;
        }
    }
    String::new()
}
