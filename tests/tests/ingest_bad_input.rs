//! Bad input: the good rows are kept, the bad are kept out with their line and a reason, and the exit code says whether
//! the file could be read.

use std::io::Write;

use lagebild_tests::database::{number, quarantine, quarantined_lines};
use lagebild_tests::{Counts, Installation};

const HEAD: &str = r#"
[area]
name = "Musterstadt"
bbox = [7.70, 51.60, 7.90, 51.70]
margin_km = 10

[[source]]
id = "maengel"
label = "Mängel"
owner = "stadt"
kind = "complaint"
controller = "Stadt Musterstadt"
regime = "dsgvo"
purpose = "Gefahrenabwehr"
legal_basis = "Art. 6 DSGVO"
retention_days = 1000
default_category = "wilder_muell"
format = "delimited"
separator = ";"
"#;

const COLUMNS: &str = r#"
[source.columns]
external_id = "Nr"
occurred = "Zeit"
longitude = "Lon"
latitude = "Lat"
place = "Ort"
"#;

const HEADER: &str = "Nr;Zeit;Lon;Lat;Ort\n";

fn installation() -> Installation {
    Installation::new(&format!("{HEAD}{COLUMNS}"))
}

/// An installation with further keys of the source before its columns.
fn installation_with(keys: &str) -> Installation {
    Installation::new(&format!("{HEAD}{keys}\n{COLUMNS}"))
}

fn accepted(accepted: u64) -> Counts {
    Counts {
        accepted,
        ..Counts::default()
    }
}

fn with_quarantine(accepted: u64, quarantined: u64) -> Counts {
    Counts {
        accepted,
        quarantined,
        ..Counts::default()
    }
}

fn rows(numbers: std::ops::Range<u32>) -> String {
    let row = |n| {
        let (hour, minute) = (n / 60 % 24, n % 60);
        format!("{n};2026-10-05 {hour:02}:{minute:02};7.75;51.65;Weg {n}\n")
    };
    numbers.map(row).collect::<Vec<_>>().concat()
}

fn codes(installation: &Installation) -> Vec<(i64, String)> {
    quarantined_lines(&installation.database())
}

fn lines(expected: &[(i64, &str)]) -> Vec<(i64, String)> {
    expected
        .iter()
        .map(|(line, code)| (*line, (*code).to_owned()))
        .collect()
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(text).expect("memory takes bytes");
    gzip.finish().expect("memory takes bytes")
}

#[test]
fn a_missing_column_is_named_with_file_line_and_the_nearest_name() {
    let town = installation();
    let done = town
        .feed(
            "maengel",
            "mai.csv",
            "Nr;Zeitt;Lon;Lat;Ort\n1;2026-10-05;7.75;51.65;Weg\n",
        )
        .exits(1)
        .says(&["mai.csv", "line 1", "\"Zeit\"", "Did you mean \"Zeitt\"?"]);
    assert_eq!(done.counts(), Counts::default());
    assert_eq!(done.stdout.lines().count(), 1, "{}", done.stdout);
}

#[test]
fn a_missing_column_in_one_file_does_not_stop_the_others() {
    let town = installation();
    town.write("bad.csv", "Nr;Lon;Lat;Ort\n1;7.75;51.65;Weg\n");
    town.write("good.csv", format!("{HEADER}{}", rows(0..3)));
    let done = town
        .ingest("maengel", &["bad.csv", "good.csv"])
        .exits(1)
        .says(&["bad.csv"]);
    assert_eq!(done.counts(), accepted(3));
}

#[test]
fn windows_1252_declared_as_utf_8_quarantines_its_rows_with_a_hint() {
    let town = installation_with("encoding = \"utf-8\"");
    let mut bytes = format!("{HEADER}1;2026-10-05;7.75;51.65;Weg\n").into_bytes();
    bytes.extend_from_slice(b"2;2026-10-05;7.75;51.65;Hauptstra\xdfe\n3;2026-10-05;7.75;51.65;Weg\n");
    let done = town.feed("maengel", "a.csv", &bytes).exits(0).says(&[
        "a.csv",
        "not UTF-8",
        "encoding = \"windows-1252\"",
    ]);
    assert_eq!(done.counts(), with_quarantine(2, 1));
    assert_eq!(codes(&town), lines(&[(3, "not_utf8")]));
}

#[test]
fn windows_1252_is_known_where_no_encoding_is_declared() {
    let town = installation();
    let mut bytes = HEADER.as_bytes().to_vec();
    bytes.extend_from_slice(b"1;2026-10-05;7.75;51.65;Gr\xfcne Stra\xdfe\n");
    assert_eq!(
        town.feed("maengel", "a.csv", &bytes).exits(0).counts(),
        accepted(1)
    );
    let places = lagebild_tests::database::texts(&town.database(), "SELECT place FROM report");
    assert_eq!(places, ["Grüne Straße"]);
}

/// The quarter of a mebibyte that an encoding is guessed from is plain ASCII; the first umlaut comes behind it.
#[test]
fn windows_1252_is_known_even_when_its_first_umlaut_comes_late() {
    let town = installation();
    let mut bytes = format!("{HEADER}{}", rows(0..12_000)).into_bytes();
    assert!(bytes.len() > 300_000);
    bytes.extend_from_slice(b"12000;2026-10-05;7.75;51.65;Gr\xfcne Stra\xdfe\n");
    let done = town.feed("maengel", "a.csv", &bytes).exits(0);
    let counts = done.counts();
    // Either it is understood, or the one row is kept out and the remedy is named.
    assert_eq!(counts.read(), 12_001);
    if counts.quarantined > 0 {
        assert_eq!(counts, with_quarantine(12_000, 1));
        assert!(done.stderr.contains("windows-1252"), "{}", done.stderr);
    }
}

#[test]
fn utf_16_and_a_byte_order_mark_are_read() {
    let text = format!("{HEADER}1;2026-10-05;7.75;51.65;Grüner Weg\n");
    let utf16: Vec<u8> = [0xfeff]
        .into_iter()
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let town = installation();
    assert_eq!(
        town.feed("maengel", "a.csv", utf16).exits(0).counts(),
        accepted(1)
    );
    let again = town
        .feed("maengel", "b.csv", format!("\u{feff}{text}"))
        .exits(0)
        .counts();
    assert_eq!(again.unchanged, 1);
}

#[test]
fn broken_quoting_costs_its_own_line_only() {
    let town = installation();
    let text = format!(
        "{HEADER}1;2026-10-05;7.75;51.65;\"zwei\nZeilen\"\n2;2026-10-05;7.75;51.65;\"offen\n3;2026-10-05;7.75;51.65;Weg\n4;2026-10-05;7.75;51.65;\"zu\" viel\n5;2026-10-05;7.75;51.65;Ein \"Wort\" mitten\n"
    );
    let counts = town.feed("maengel", "a.csv", text).exits(0).counts();
    assert_eq!(counts, with_quarantine(3, 2));
    assert_eq!(
        codes(&town),
        lines(&[(4, "broken_quoting"), (6, "broken_quoting")])
    );
}

#[test]
fn too_few_and_too_many_fields_are_kept_out() {
    let town = installation();
    let text = format!(
        "{HEADER}1;2026-10-05;7.75;51.65\n2;2026-10-05;7.75;51.65;Weg;mehr\n\n3;2026-10-05;7.75;51.65;Weg\n"
    );
    assert_eq!(
        town.feed("maengel", "a.csv", text).exits(0).counts(),
        with_quarantine(1, 2)
    );
    assert_eq!(codes(&town), lines(&[(2, "field_count"), (3, "field_count")]));
}

#[test]
fn coordinates_that_are_no_numbers_are_kept_out() {
    let town = installation();
    let mut text = HEADER.to_owned();
    for (nr, (lon, lat)) in [
        ("NaN", "51.65"),
        ("7.75", "nan"),
        ("inf", "51.65"),
        ("7,75", "51,65"),
        ("Ost", "51.65"),
        ("", "51.65"),
    ]
    .iter()
    .enumerate()
    {
        text.push_str(&[nr.to_string().as_str(), "2026-10-05", lon, lat, "Weg\n"].join(";"));
    }
    text.push_str("9;2026-10-05;7.75;51.65;Weg\n10;2026-10-05;;;Weg\n");
    assert_eq!(
        town.feed("maengel", "a.csv", text).exits(0).counts(),
        with_quarantine(2, 6)
    );
    let kept_out = quarantine(&town.database());
    let expected = ["number", "number", "number", "number", "number", "missing"];
    assert_eq!(
        kept_out.iter().map(|row| row.code.as_str()).collect::<Vec<_>>(),
        expected
    );
    assert!(
        kept_out[0].reason.contains("\"Lon\"") && kept_out[0].reason.contains("NaN"),
        "{kept_out:?}"
    );
    assert!(kept_out[1].reason.contains("\"Lat\""), "{kept_out:?}");
    assert!(
        !kept_out[4].reason.contains("Ost"),
        "words of a row stay out of messages: {kept_out:?}"
    );
}

#[test]
fn swapped_coordinates_are_kept_out_and_the_reason_says_so() {
    let town = installation();
    let text = format!("{HEADER}1;2026-10-05;51.65;7.75;Weg\n2;2026-10-05;7.75;51.65;Weg\n");
    assert_eq!(
        town.feed("maengel", "a.csv", text).exits(0).counts(),
        with_quarantine(1, 1)
    );
    let kept_out = quarantine(&town.database());
    assert_eq!((kept_out[0].line, kept_out[0].code.as_str()), (2, "swapped"));
    assert!(kept_out[0].reason.contains("swapped"), "{kept_out:?}");
}

/// 7.90° + 0.20° of longitude at 51.65° north are 13.8 km: 3.8 km beyond the margin of 10 km.
#[test]
fn what_lies_beyond_the_margin_is_kept_out_with_its_distance() {
    let town = installation();
    let text = format!(
        "{HEADER}1;2026-10-05;8.03;51.65;Rand\n2;2026-10-05;8.10;51.65;Fern\n3;2026-10-05;181;51.65;Nirgends\n"
    );
    assert_eq!(
        town.feed("maengel", "a.csv", text).exits(0).counts(),
        with_quarantine(1, 2)
    );
    let kept_out = quarantine(&town.database());
    assert_eq!(kept_out[0].code, "beyond_margin");
    assert!(kept_out[0].reason.contains("3.8 km"), "{kept_out:?}");
    assert_eq!(kept_out[1].code, "coordinate");
}

#[test]
fn dates_that_do_not_exist_are_kept_out() {
    let town = installation();
    let mut text = HEADER.to_owned();
    for (nr, date) in [
        "2026-02-29",
        "2026-02-30",
        "2026-04-31 10:00",
        "2026-13-01",
        "2026-10-05 24:01",
        "2026-03-29 02:30",
        "gestern",
        "",
        "2024-02-29",
        "2026-10-05T08:00:00Z",
    ]
    .iter()
    .enumerate()
    {
        text.push_str(&[nr.to_string().as_str(), date, "7.75", "51.65", "Weg\n"].join(";"));
    }
    assert_eq!(
        town.feed("maengel", "a.csv", text).exits(0).counts(),
        with_quarantine(2, 8)
    );
    let expected = [
        "date",
        "date",
        "date",
        "date",
        "date",
        "skipped_time",
        "date",
        "missing",
    ];
    let found = quarantine(&town.database());
    assert_eq!(
        found.iter().map(|row| row.code.as_str()).collect::<Vec<_>>(),
        expected
    );
    assert!(
        !found[6].reason.contains("gestern"),
        "words of a row stay out of messages: {found:?}"
    );
}

#[test]
fn a_span_that_ends_before_it_starts_is_kept_out() {
    let columns = COLUMNS.replace(
        "occurred = \"Zeit\"",
        "occurred_from = \"Zeit\"\noccurred_to = \"Ort\"",
    );
    let town = Installation::new(&format!("{HEAD}{}", columns.replace("place = \"Ort\"", "")));
    let text =
        format!("{HEADER}1;2026-10-05 10:00;;;2026-10-05 09:00\n2;2026-10-05 10:00;;;2026-10-05 11:00\n");
    assert_eq!(
        town.feed("maengel", "a.csv", text).exits(0).counts(),
        with_quarantine(1, 1)
    );
    assert_eq!(codes(&town), lines(&[(2, "turned_interval")]));
}

#[test]
fn an_empty_file_is_an_error_that_says_so() {
    let town = installation();
    for (name, bytes) in [
        ("a.csv", Vec::new()),
        ("b.csv", b"\n\n".to_vec()),
        ("c.csv.gz", gzip(b"")),
    ] {
        let done = town.feed("maengel", name, bytes).exits(1).says(&[name, "empty"]);
        assert_eq!(done.counts(), Counts::default());
    }
}

#[test]
fn a_file_with_a_header_only_has_no_rows_and_is_no_error() {
    let town = installation();
    assert_eq!(
        town.feed("maengel", "a.csv", HEADER).exits(0).counts(),
        Counts::default()
    );
}

#[test]
fn a_gzip_file_is_read_whatever_it_is_called() {
    let town = installation();
    let packed = gzip(format!("{HEADER}{}", rows(0..5)).as_bytes());
    assert_eq!(
        town.feed("maengel", "a.csv", packed).exits(0).counts(),
        accepted(5)
    );
}

#[test]
fn a_truncated_gzip_file_keeps_its_good_rows_and_fails_clearly() {
    let town = installation();
    let whole = gzip(format!("{HEADER}{}", rows(0..30_000)).as_bytes());
    let done = town
        .feed("maengel", "a.csv.gz", &whole[..whole.len() / 2])
        .exits(1)
        .says(&["a.csv.gz", "line ", "cut off or damaged", "fetch the file again"]);
    let counts = done.counts();
    assert!((5_000..30_000).contains(&counts.accepted), "{counts:?}");
    assert_eq!(
        number(&town.database(), "SELECT COUNT(*) FROM report"),
        counts.accepted.cast_signed()
    );
    // The whole file brings the rest.
    let whole = town.feed("maengel", "a.csv.gz", &whole).exits(0).counts();
    assert_eq!(whole.accepted + whole.unchanged, 30_000, "{whole:?}");
    assert_eq!(whole.unchanged, counts.accepted);
}

#[test]
fn a_gzip_file_cut_within_its_trailer_is_not_passed_over() {
    let town = installation();
    let whole = gzip(format!("{HEADER}{}", rows(0..10)).as_bytes());
    for cut in [1, 4, 8] {
        let done = town
            .feed("maengel", "a.csv.gz", &whole[..whole.len() - cut])
            .exits(1)
            .says(&["a.csv.gz"]);
        let counts = done.counts();
        assert_eq!(counts.accepted + counts.unchanged, 10, "cut by {cut}: {counts:?}");
    }
}

#[test]
fn a_line_over_a_mebibyte_is_skipped_to_its_end() {
    let town = installation();
    let long = format!("2;2026-10-05;7.75;51.65;{}", "x".repeat((1 << 20) + 1));
    let text = format!("{HEADER}1;2026-10-05;7.75;51.65;Weg\n{long}\n3;2026-10-05;7.75;51.65;Weg\n");
    assert_eq!(
        town.feed("maengel", "a.csv", text).exits(0).counts(),
        with_quarantine(2, 1)
    );
    assert_eq!(codes(&town), lines(&[(3, "too_long")]));
}

#[test]
fn a_quote_that_opens_a_mebibyte_before_the_end_costs_one_line() {
    let town = installation();
    let text = format!("{HEADER}0;2026-10-05;7.75;51.65;\"offen\n{}", rows(1..40_000));
    assert!(text.len() > 1 << 20);
    assert_eq!(
        town.feed("maengel", "a.csv", text).exits(0).counts(),
        with_quarantine(39_999, 1)
    );
    assert_eq!(codes(&town), lines(&[(2, "broken_quoting")]));
}

#[test]
fn a_path_that_cannot_be_read_fails_and_the_others_are_read() {
    let town = installation();
    town.write("a.csv", format!("{HEADER}{}", rows(0..2)));
    let done = town
        .ingest("maengel", &["fehlt.csv", "a.csv"])
        .exits(1)
        .says(&["fehlt.csv"]);
    assert_eq!(done.counts(), accepted(2));
    let folder = town.ingest("maengel", &["."]).exits(1);
    assert_eq!(folder.counts(), Counts::default());
}

#[test]
fn an_unknown_source_is_wrong_usage() {
    let town = installation();
    town.write("a.csv", HEADER);
    let done = town
        .ingest("maengl", &["a.csv"])
        .exits(2)
        .says(&["maengl", "Did you mean `maengel`?"]);
    assert_eq!(done.stdout, "");
}

#[test]
fn a_misspelt_key_is_named_with_its_file_line_and_the_right_one() {
    let town = installation_with("encodng = \"utf-8\"");
    town.write("a.csv", HEADER);
    let text = town.read("lagebild.toml");
    let line = 1 + text
        .lines()
        .position(|line| line.starts_with("encodng"))
        .expect("the line is there");
    town.ingest("maengel", &["a.csv"]).exits(2).says(&[
        &format!("lagebild.toml:{line}:"),
        "`encodng`",
        "Did you mean `encoding`?",
    ]);
}

#[test]
fn a_second_import_of_the_same_file_changes_nothing() {
    let town = installation();
    let text = format!("{HEADER}{}schlecht;;;;\n", rows(0..25));
    let first = town.feed("maengel", "a.csv", &text).exits(0).counts();
    assert_eq!(first, with_quarantine(25, 1));
    let revision = number(&town.database(), "SELECT value FROM revision");
    let second = town.feed("maengel", "a.csv", &text).exits(0).counts();
    assert_eq!((second.unchanged, second.quarantined, second.read()), (25, 1, 26));
    assert_eq!(number(&town.database(), "SELECT value FROM revision"), revision);
    assert_eq!(number(&town.database(), "SELECT COUNT(*) FROM quarantine"), 1);
}

#[test]
fn identical_rows_without_ids_are_counted_and_stay_unchanged() {
    let town = Installation::new(&format!("{HEAD}{}", COLUMNS.replace("external_id = \"Nr\"", "")));
    let row = "1;2026-10-05;7.75;51.65;Weg\n";
    let text = format!("{HEADER}{row}{row}2;2026-10-05;7.75;51.65;Weg\n3;2026-10-06;7.75;51.65;Weg\n{row}");
    // The column `Nr` is not declared, so rows 1, 2, 3 and 5 say the same.
    assert_eq!(
        town.feed("maengel", "a.csv", &text).exits(0).counts(),
        accepted(5)
    );
    let second = town.feed("maengel", "a.csv", &text).exits(0).counts();
    assert_eq!(second.unchanged, 5);
    let more = town
        .feed("maengel", "a.csv", format!("{text}{row}"))
        .exits(0)
        .counts();
    assert_eq!((more.unchanged, more.accepted), (5, 1));
}

#[test]
fn rows_with_the_id_of_an_earlier_row_are_merged() {
    let town = installation();
    let text = format!(
        "{HEADER}1;2026-10-05;7.75;51.65;Weg\n1;2026-10-05;7.75;51.65;Weg\n2;2026-10-05;7.75;51.65;Weg\n"
    );
    let counts = town.feed("maengel", "a.csv", text).exits(0).counts();
    assert_eq!((counts.accepted, counts.merged), (2, 1));
}

#[test]
fn rows_that_where_leaves_out_are_excluded_whatever_else_is_wrong_with_them() {
    let town = Installation::new(&format!(
        "{HEAD}{COLUMNS}\n[[source.where]]\ncolumn = \"Ort\"\nequals = [\"Weg\", \"Platz\"]\n\n\
         [[source.where]]\ncolumn = \"Nr\"\nnot = [\"4\"]\n"
    ));
    let text = format!(
        "{HEADER}1;2026-10-05;7.75;51.65;Weg\n2;2026-10-05;7.75;51.65;Platz\n3;2026-02-30;NaN;51.65;Gasse\n4;2026-10-05;7.75;51.65;Weg\n"
    );
    let counts = town.feed("maengel", "a.csv", text).exits(0).counts();
    assert_eq!((counts.accepted, counts.excluded, counts.quarantined), (2, 2, 0));
}

/// October 2026 begins in summer time and ends in winter time; 2025 lies between two midnights in Berlin.
#[test]
fn a_month_and_a_year_are_spans_of_time() {
    let town = installation_with("date_formats = [\"%Y-%m\", \"%Y\", \"%d.%m.%Y %H\"]");
    let text =
        format!("{HEADER}1;2026-10;7.75;51.65;Weg\n2;2025;7.75;51.65;Weg\n3;05.10.2026 14;7.75;51.65;Weg\n");
    assert_eq!(town.feed("maengel", "a.csv", text).exits(0).counts(), accepted(3));
    let spans = lagebild_tests::database::texts(
        &town.database(),
        "SELECT datetime(occurred_from / 1000000, 'unixepoch') || ' ' || datetime(occurred_to / 1000000, 'unixepoch') \
         FROM report ORDER BY occurred_from",
    );
    assert_eq!(
        spans,
        [
            "2024-12-31 23:00:00 2025-12-31 23:00:00",
            "2026-09-30 22:00:00 2026-10-31 23:00:00",
            "2026-10-05 12:00:00 2026-10-05 13:00:00",
        ]
    );
}

/// One mistyped year must not move the newest day, and with it every window and look, into the future.
#[test]
fn a_row_from_the_future_goes_to_quarantine() {
    let town = installation();
    let text = format!("{HEADER}1;2062-10-05;7.75;51.65;Weg\n2;2026-10-05;7.75;51.65;Weg\n");
    let counts = town.feed("maengel", "a.csv", text).exits(0).counts();
    assert_eq!((counts.accepted, counts.quarantined), (1, 1));
}

#[test]
fn a_changed_row_is_updated_and_its_earlier_version_kept() {
    let town = installation();
    town.feed(
        "maengel",
        "a.csv",
        format!("{HEADER}1;2026-10-05;7.75;51.65;Weg\n2;2026-10-05;7.75;51.65;Weg\n"),
    )
    .exits(0);
    let changed = format!("{HEADER}1;2026-10-05;7.75;51.65;Platz\n2;2026-10-05;7.75;51.65;Weg\n");
    let counts = town.feed("maengel", "b.csv", changed).exits(0).counts();
    assert_eq!((counts.updated, counts.unchanged), (1, 1));
    let now = lagebild_tests::database::texts(
        &town.database(),
        "SELECT place || ' ' || version FROM report ORDER BY id",
    );
    assert_eq!(now, ["Platz 2", "Weg 1"]);
    let before = lagebild_tests::database::texts(
        &town.database(),
        "SELECT place || ' ' || version FROM report_version",
    );
    assert_eq!(before, ["Weg 1"]);
}

#[test]
fn the_owners_ids_are_not_in_the_database_unless_the_source_keeps_them() {
    let text = format!("{HEADER}GEHEIM-4711;2026-10-05;7.75;51.65;Weg\n");
    for (keys, kept) in [("", false), ("keep_external_id = true", true)] {
        let town = installation_with(keys);
        assert_eq!(
            town.feed("maengel", "a.csv", &text).exits(0).counts(),
            accepted(1)
        );
        let found = lagebild_tests::database::texts(&town.database(), "SELECT external_id FROM report");
        assert_eq!(found, [if kept { "GEHEIM-4711" } else { "" }]);
    }
}

#[test]
fn the_summary_can_be_had_as_json() {
    let town = installation();
    town.write("a.csv", format!("{HEADER}{}", rows(0..4)));
    let done = town
        .run(&[
            "ingest",
            "--config",
            "lagebild.toml",
            "--source",
            "maengel",
            "--format",
            "json",
            "a.csv",
        ])
        .exits(0);
    let summary: serde_json::Value =
        serde_json::from_str(done.stdout.lines().last().unwrap_or_default()).expect("JSON");
    assert_eq!(summary["read"], 4);
    assert_eq!(summary["accepted"], 4);
}

#[test]
fn decimal_commas_projected_coordinates_and_swapped_columns_are_a_matter_of_configuration() {
    // A point of Hamm in EPSG:25832; pyproj puts it at 7.807362° E, 51.678011° N.
    let town = installation_with("crs = \"EPSG:25832\"\ndecimal = \",\"");
    let text = format!("{HEADER}1;2026-10-05;417.540,0;5.725.900,0;Bahnhof\n");
    assert_eq!(town.feed("maengel", "a.csv", text).exits(0).counts(), accepted(1));
    let place = lagebild_tests::database::texts(
        &town.database(),
        "SELECT round(lng, 5) || ' ' || round(lat, 5) FROM report",
    );
    assert_eq!(place, ["7.80736 51.67801"]);
}
