//! Workbooks as offices write them, put together here part by part as ECMA-376 and `OpenDocument` 1.2 describe them.

mod support;

use std::io::{Cursor, Write};

use support::{Imported, import};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const KEYS: &str = "format = 'workbook'\ndate_formats = ['%d.%m.%Y']\ndecimal = ','\n[columns]\nexternal_id = 'Nr.'\n\
    occurred = 'Datum'\nlongitude = 'Ort Lon'\nlatitude = 'Ort Lat'\ntext = 'Was'\n";

fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("a part");
        zip.write_all(content.as_bytes()).expect("a part");
    }
    zip.finish().expect("a file").into_inner()
}

/// An XLSX file with one sheet; style 1 is a date.
fn xlsx(rows: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    packed(&[
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>",
        ),
        (
            "_rels/.rels",
            &format!(
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            &format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{relations}\"><sheets><sheet name=\"Meldungen\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &format!(
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            &format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            &format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ])
}

fn text(at: &str, value: &str) -> String {
    format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{value}</t></is></c>")
}

fn number(at: &str, value: &str, style: u8) -> String {
    format!("<c r=\"{at}\" s=\"{style}\"><v>{value}</v></c>")
}

fn row(number: u32, cells: &[String]) -> String {
    format!("<row r=\"{number}\">{}</row>", cells.concat())
}

/// A title, a blank row, and a header over two rows in which "Ort" is merged over its two columns.
fn office_sheet() -> String {
    [
        row(1, &[text("A1", "Mängelmeldungen 1. Quartal")]),
        row(
            3,
            &[
                text("A3", "Nr."),
                text("B3", "Datum"),
                text("C3", "Ort"),
                text("E3", "Was"),
            ],
        ),
        row(4, &[text("C4", "Lon"), text("D4", "Lat")]),
        // Excel counts days from 30 December 1899: 46082 is 1 March 2026.
        row(
            5,
            &[
                number("A5", "1", 0),
                number("B5", "46082", 1),
                number("C5", "7.81", 0),
                number("D5", "51.68", 0),
                text("E5", "Müll"),
            ],
        ),
        row(
            7,
            &[
                number("A7", "2", 0),
                text("B7", "02.03.2026"),
                text("C7", "7,82"),
                text("D7", "51,69"),
            ],
        ),
        row(
            8,
            &[
                "<c r=\"A8\" t=\"e\"><v>#REF!</v></c>".to_owned(),
                text("B8", "02.03.2026"),
            ],
        ),
        row(9, &[text("A9", "Summe"), number("C9", "15.63", 0)]),
    ]
    .concat()
}

fn days(imported: &Imported) -> Vec<String> {
    let from = imported
        .reports
        .iter()
        .map(|report| report.occurred.from().to_string());
    from.collect()
}

#[test]
fn titles_merged_headers_blank_rows_and_dates_as_text() {
    let imported = import(KEYS, xlsx(&office_sheet()));
    assert_eq!(imported.outcome.fault, None);
    // Midnight in Berlin, before and on the 2nd, is 23:00 UTC of the day before.
    assert_eq!(days(&imported), ["2026-02-28T23:00:00Z", "2026-03-01T23:00:00Z"]);
    assert_eq!(imported.reports[0].external_id.as_str(), "1");
    assert_eq!(imported.reports[0].text.as_deref(), Some("Müll"));
    let point = imported.reports[1].location.point().unwrap();
    assert!((point.lng_degrees() - 7.82).abs() < 1e-9 && (point.lat_degrees() - 51.69).abs() < 1e-9);
    assert_eq!(imported.rejected, [(8, "cell_error"), (9, "missing")]);
    assert_eq!(imported.summary.read, 4);
}

/// The last cell that XLSX has, 16 384 columns and 1 048 576 rows away: 400 GB if room were made for all between.
#[test]
fn a_stray_cell_far_off_is_refused_before_room_is_made_for_all_between() {
    let far = row(1_048_576, &[text("XFD1048576", "x")]);
    let fault = import(KEYS, xlsx(&(office_sheet() + &far)))
        .outcome
        .fault
        .unwrap();
    // From A1, where the title stands.
    assert!(fault.problem.contains("17179869184 cells"), "{fault:?}");
    assert!(fault.remedy.contains("CSV"), "{fault:?}");
}

#[test]
fn a_missing_column_is_named_with_those_that_are_there() {
    let keys = KEYS.replace("'Was'", "'Wass'");
    let fault = import(&keys, xlsx(&office_sheet()))
        .outcome
        .fault
        .unwrap()
        .to_string();
    assert!(fault.contains("no column"), "{fault}");
    let keys = KEYS.replace(
        "format = 'workbook'\n",
        "format = 'workbook'\nrecords = 'Tabelle2'\n",
    );
    let fault = import(&keys, xlsx(&office_sheet()))
        .outcome
        .fault
        .unwrap()
        .to_string();
    assert!(
        fault.contains("Tabelle2") && fault.contains("Meldungen"),
        "{fault}"
    );
}

#[test]
fn what_is_no_workbook_says_so() {
    for bytes in [&b"Nr.;Datum\n"[..], b"PK\x03\x04 cut", b""] {
        let fault = import(KEYS, bytes).outcome.fault.unwrap().to_string();
        assert!(fault.contains("no workbook"), "{fault}");
    }
}

#[test]
fn an_open_document_sheet() {
    let cell = |kind: &str, value: &str| format!("<table:table-cell office:value-type=\"{kind}\" {value}/>");
    let word = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let header = ["Nr.", "Datum", "Ort Lon", "Ort Lat", "Was"].map(word).concat();
    let values = [
        cell("float", "office:value=\"1\""),
        cell("date", "office:date-value=\"2026-03-01\""),
        cell("float", "office:value=\"7.81\""),
        cell("float", "office:value=\"51.68\""),
        word("Müll"),
    ]
    .concat();
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\">\
         <office:body><office:spreadsheet><table:table table:name=\"Tabelle1\"><table:table-row>{header}</table:table-row>\
         <table:table-row>{values}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let ods = packed(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        (
            "META-INF/manifest.xml",
            "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>",
        ),
        ("content.xml", &content),
    ]);
    let imported = import(KEYS, ods);
    assert_eq!(imported.outcome.fault, None);
    assert_eq!(days(&imported), ["2026-02-28T23:00:00Z"]);
}
