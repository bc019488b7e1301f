//! The quarantine is mended without the feed: what rows say is kept encrypted, words are mapped, rows are read again.

use std::fs;

use lagebild_tests::{Counts, Server, musterstadt};
use serde_json::json;

const HEADER: &str = "Nr;Zeit;Art;Stand;Lon;Lat;Ort;Text\n";

/// Six of a word that no category is known for, one with a date of another form.
fn rows() -> String {
    let row = |n: u32| {
        format!("{n};2026-10-05 08:3{n};Sperrgut;offen;7.730;51.640;Ahornweg 1{n};Kommode vor Haus\n")
    };
    let unknown = (1..=6).map(row).collect::<Vec<_>>().concat();
    format!(
        "{HEADER}{unknown}7;5.10.2026 08:30;Müll;offen;7.730;51.640;Ahornweg 17;Frau Beispiel, Tel. 02381 12345, meldet Trödel\n"
    )
}

#[test]
fn a_word_is_mapped_and_the_rows_are_read_again_without_their_feed() {
    let town = musterstadt::empty();
    let counts = town.feed("maengel", "rows.csv", rows()).exits(0).counts();
    let all_out = Counts {
        quarantined: 7,
        ..Counts::default()
    };
    assert_eq!(counts, all_out);
    for file in ["lagebild.db", "lagebild.db-wal"] {
        let bytes = fs::read(town.path(file)).unwrap_or_default();
        for word in ["Ahornweg", "Kommode", "02381"] {
            let is_there = bytes.windows(word.len()).any(|part| part == word.as_bytes());
            assert!(!is_there, "{word} stands in {file}");
        }
    }

    let server = Server::serve(&town);
    let (city, police) = (server.as_bearer("demo-city"), server.as_bearer("demo-police"));
    let held = city.items("/api/v1/quarantine?code=date");
    assert_eq!(
        held[0]["values"],
        json!({"Nr": "7", "Zeit": "5.10.2026 08:30", "Art": "Müll", "Stand": "offen", "Lon": "7.730", "Lat": "51.640",
            "Ort": "Ahornweg 17", "Text": "Frau [Name], Tel. [Telefon], meldet Trödel"})
    );
    assert!(police.items("/api/v1/quarantine").is_empty());
    assert!(police.items("/api/v1/unknown-categories").is_empty());
    let words = city.items("/api/v1/unknown-categories");
    assert_eq!(words.len(), 1);
    assert_eq!(
        (&words[0]["word"], &words[0]["column"], &words[0]["rows"]),
        (&json!("Sperrgut"), &json!("Art"), &json!(6))
    );

    let map = |word: &str, category: &str| {
        let body = json!({"word": word, "category": category}).to_string();
        city.send("POST", "/api/v1/sources/maengel/categories", Some(&body))
    };
    map("Sperrgut", "nichts").problem(400);
    map("Müll", "tiere").problem(400);
    map("02381 12345", "tiere").problem(400);
    police
        .send(
            "POST",
            "/api/v1/sources/maengel/categories",
            Some(r#"{"word": "Sperrgut", "category": "tiere"}"#),
        )
        .problem(404);
    police
        .send("POST", "/api/v1/sources/maengel/replay", None)
        .problem(404);
    let read = map("Sperrgut", "wilder_muell").has_status(200).json();
    assert_eq!(
        (&read["read"], &read["accepted"], &read["quarantined"]),
        (&json!(6), &json!(6), &json!(0))
    );
    assert!(city.items("/api/v1/unknown-categories").is_empty());
    let left = city
        .send("POST", "/api/v1/sources/maengel/replay", None)
        .has_status(200)
        .json();
    assert_eq!(
        (&left["read"], &left["quarantined"]),
        (&json!(1), &json!(1)),
        "the date is still unreadable"
    );
    drop(server);

    // The feed itself brings nothing twice, and the word holds for new rows.
    let again = town.feed("maengel", "rows.csv", rows()).exits(0).counts();
    let known = Counts {
        unchanged: 6,
        quarantined: 1,
        ..Counts::default()
    };
    assert_eq!(again, known);

    // The date's form is added, and what was kept is read by it.
    let forms = "separator = \";\"\ndate_formats = [\"%Y-%m-%d %H:%M\", \"%d.%m.%Y %H:%M\"]";
    let config = town.read("lagebild.toml").replacen("separator = \";\"", forms, 1);
    town.write("lagebild.toml", config);
    let replay = [
        "quarantine",
        "replay",
        "--config",
        "lagebild.toml",
        "--source",
        "maengel",
    ];
    assert_eq!(town.run(&replay).exits(0).counts().accepted, 1);
    assert_eq!(town.run(&replay).exits(0).counts().read(), 0);
}

#[test]
fn rows_without_an_id_are_the_same_from_the_quarantine_and_from_the_feed() {
    let town = musterstadt::empty();
    let config = town
        .read("lagebild.toml")
        .replacen("external_id = \"Nr\"\n", "", 1);
    town.write("lagebild.toml", config.replacen("\"Müll\" = ", "\"Rest\" = ", 1));
    let rows =
        format!("{HEADER}1;2026-10-05 08:30;Müll;offen;7.730;51.640;Westplatz;Säcke, Tel. 02381 12345\n");
    let out = town.feed("maengel", "rows.csv", &rows).exits(0).counts();
    assert_eq!(out.quarantined, 1);
    town.write("lagebild.toml", config);
    let replay = [
        "quarantine",
        "replay",
        "--config",
        "lagebild.toml",
        "--source",
        "maengel",
    ];
    assert_eq!(town.run(&replay).exits(0).counts().accepted, 1);
    let again = town.feed("maengel", "rows.csv", &rows).exits(0).counts();
    assert_eq!((again.unchanged, again.read()), (1, 1));
    assert_eq!(town.run(&replay).exits(0).counts().read(), 0);
}
