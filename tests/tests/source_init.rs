//! Drafts of `lagebild source init`: what they guess of real files, and that at most two corrections make them read the file.

use lagebild_tests::{Installation, run, shared_data, workspace};

fn draft(path: &std::path::Path) -> String {
    let path = path.to_str().expect("UTF-8");
    run(workspace(), ["source", "init", "--id", "feed", path])
        .exits(0)
        .stdout
}

/// An installation of the draft around a city, with these corrections of its lines.
fn corrected(draft: &str, bbox: &str, corrections: &[(&str, &str)]) -> Installation {
    assert!(
        corrections.len() <= 2,
        "two corrections are what a draft may need"
    );
    let mut section = draft.to_owned();
    for (guessed, right) in corrections {
        assert!(section.contains(guessed), "{guessed:?} is not in:\n{section}");
        section = section.replacen(guessed, right, 1);
    }
    Installation::new(&format!(
        "[area]\nname = \"Stadt\"\nbbox = [{bbox}]\nmargin_km = 60\n{section}"
    ))
}

/// A real file: corrections that its draft needs, and rows of which nearly all must be accepted, by Python's `csv` module.
struct Case {
    folder: &'static str,
    file: &'static str,
    bbox: &'static str,
    corrections: &'static [(&'static str, &'static str)],
    rows: u64,
}

const CASES: &[Case] = &[
    Case {
        folder: "boston_311",
        file: "311_service_requests_2011.csv.gz",
        bbox: "-71.2, 42.2, -70.9, 42.4",
        corrections: &[],
        rows: 58_251,
    },
    Case {
        folder: "uk_south_yorkshire",
        file: "asb_reports.csv.gz",
        bbox: "-1.9, 53.3, -0.8, 53.7",
        corrections: &[],
        rows: 14_497,
    },
    Case {
        folder: "zuerich_zueri_wie_neu",
        file: "reports_cleaned.csv.gz",
        bbox: "8.4, 47.3, 8.7, 47.5",
        corrections: &[],
        rows: 62_245,
    },
    Case {
        folder: "berlin_fahrraddiebstahl",
        file: "Fahrraddiebstahl_2022-01_2023-06.csv.gz",
        bbox: "13.0, 52.3, 13.8, 52.7",
        corrections: &[
            ("areas.geojson", "lor_plr_min.geojson.gz"),
            ("id = \"id\"", "id = \"PLR_ID\""),
        ],
        rows: 31_103,
    },
    Case {
        folder: "hamm",
        file: "radunfaelle_2019_hamm_dortmund.csv",
        bbox: "7.3, 51.4, 8.0, 51.8",
        corrections: &[("\"1999\"", "\"2019\"")],
        rows: 598,
    },
    Case {
        folder: "uk_south_yorkshire",
        file: "police_recorded_crimes.csv.gz",
        bbox: "-1.9, 53.3, -0.8, 53.7",
        corrections: &[],
        rows: 59_337,
    },
    Case {
        folder: "hamm",
        file: "radunfaelle_2020_hamm_dortmund.csv",
        bbox: "7.3, 51.4, 8.0, 51.8",
        corrections: &[("\"1999\"", "\"2020\"")],
        rows: 585,
    },
    Case {
        folder: "hamm",
        file: "schuldaten_hamm_dortmund.csv",
        bbox: "7.3, 51.4, 8.0, 51.8",
        corrections: &[],
        rows: 233,
    },
    Case {
        folder: "",
        file: "hamm_places.csv",
        bbox: "7.3, 51.4, 8.0, 51.8",
        corrections: &[("\"1999\"", "\"2026\"")],
        rows: 98,
    },
    Case {
        folder: "open311_samples",
        file: "requests_many.xml",
        bbox: "-79.7, 43.5, -79.0, 43.9",
        corrections: &[],
        rows: 2,
    },
    Case {
        folder: "essen_hauskoordinaten",
        file: "hauskoordinaten_essen_2022-10-05_4647.zip",
        bbox: "6.8, 51.3, 7.2, 51.6",
        corrections: &[("\"1999\"", "\"2022\"")],
        rows: 102_981,
    },
    Case {
        folder: "essen_hauskoordinaten",
        file: "004.gml.gz",
        bbox: "6.8, 51.3, 7.2, 51.6",
        corrections: &[("\"1999\"", "\"2022\"")],
        rows: 1_000,
    },
    Case {
        folder: "open311_samples",
        file: "nyc311_animals_5895.csv.gz",
        bbox: "-74.3, 40.4, -73.6, 41.0",
        corrections: &[],
        rows: 5_895,
    },
];

#[test]
fn drafts_of_real_files_read_them_with_at_most_two_corrections() {
    let mut wrong = Vec::new();
    for case in CASES {
        let Some(folder) = shared_data(case.folder) else {
            return;
        };
        let path = folder.join(case.file);
        let draft = draft(&path);
        let town = corrected(&draft, case.bbox, case.corrections);
        let read = town.ingest("feed", &[path.to_str().expect("UTF-8")]);
        let counts = read.exits(0).counts();
        if counts.read() != case.rows || counts.accepted * 100 < case.rows * 99 {
            wrong.push(format!("{}: {counts:?}\n{draft}", case.file));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_german_office_file_is_understood() {
    let town = Installation::new("");
    let rows = "sep=;\r\nVorgangsnummer;Meldedatum;Uhrzeit;Kategorie;Rechtswert;Hochwert;Status;Melder Name;Beschreibung\r\n\
        1;05.10.2026 08:30;x;Müll;413185,5;5723914,0;erledigt;Muster;a\r\n2;06.10.2026 09:30;x;Lärm;413185,5;5723915,0;offen;Muster;b\r\n";
    let latin1: Vec<u8> = rows
        .chars()
        .map(|c| u8::try_from(u32::from(c)).expect("Latin-1"))
        .collect();
    town.write("meldungen.csv", latin1);
    let said = town.run(&["source", "init", "meldungen.csv"]).exits(0).stdout;
    for line in [
        "id = \"meldungen\"",
        "format = \"delimited\"",
        "separator = \";\"",
        "encoding = \"windows-1252\"",
        "date_formats = [\"%d.%m.%Y %H:%M\"]",
        "decimal = \",\"",
        "crs = \"EPSG:25832\"",
        "external_id = \"Vorgangsnummer\"",
        "occurred = \"Meldedatum\"",
        "category = \"Kategorie\"",
        "longitude = \"Rechtswert\"",
        "latitude = \"Hochwert\"",
        "status = \"Status\"",
        "\"erledigt\" = \"closed\"",
        "# text = \"Beschreibung\"",
    ] {
        assert!(said.contains(line), "{line} is not in:\n{said}");
    }
    assert!(said.contains("person's data: Melder Name"), "{said}");
    town.write(
        "lagebild.toml",
        format!("[area]\nname = \"Stadt\"\nbbox = [7.6, 51.5, 8.0, 51.8]\n{said}"),
    );
    town.run(&["config", "check", "lagebild.toml"]).exits(0);
    let counts = town.ingest("meldungen", &["meldungen.csv"]).exits(0).counts();
    assert_eq!((counts.accepted, counts.read()), (2, 2));
}

#[test]
fn what_shows_no_form_is_told() {
    let town = Installation::new("");
    town.write("empty.csv", "");
    town.write("header.csv", "a;b\n");
    for file in ["empty.csv", "header.csv", "missing.csv"] {
        town.run(&["source", "init", file]).exits(1).says(&[file]);
    }
}
