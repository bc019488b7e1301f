//! The gazetteer from import to located reports.

use std::fmt::Write as _;

use lagebild_tests::database::{number, texts};
use lagebild_tests::{Counts, Installation, shared_data};

const CONFIG: &str = r#"
[store]
url = "sqlite:lagebild.db"
[area]
name = "Essen"
bbox = [6.89, 51.34, 7.14, 51.54]
margin_km = 5

[[source]]
id = "portal"
label = "Portal"
owner = "stadt"
kind = "complaint"
controller = "Stadt"
regime = "dsgvo"
purpose = "Test"
legal_basis = "Test"
retention_days = 30
format = "delimited"
default_category = "wilder_muell"
  [source.columns]
  external_id = "id"
  occurred = "tag"
  address = ["strasse", "nr", "ort"]
"#;

/// Counts by Python over the file: 102 981 rows, 3 397 without a house number, four of a street without a name, one of them
/// without a number. Places by PROJ 9.5.1 from EPSG:4647.
#[test]
fn essens_addresses_lie_where_proj_says() {
    let Some(folder) = shared_data("essen_hauskoordinaten") else {
        return;
    };
    let town = Installation::new(CONFIG);
    let archive = folder.join("hauskoordinaten_essen_2022-10-05_4647.zip");
    let import = ["gazetteer", "import", "--config", "lagebild.toml"];
    let done = town
        .run(&[&import[..], &[archive.to_str().expect("UTF-8")]].concat())
        .exits(0);
    assert!(
        done.stdout
            .contains("read=102981 houses=99581 without_number=3396 elsewhere=0 refused=4"),
        "{}",
        done.stdout
    );
    let expected = [
        ("Wallneyer Straße 94", 6.970_483_014, 51.397_654_036),
        ("Giesebrechtstr. 20", 6.969_697_916, 51.455_047_935),
        ("Wilhelm Vogelsang Weg 3", 7.103_771_780, 51.431_932_273),
        ("WUELLNERSKAMP 41", 7.011_741_569, 51.497_593_310),
        ("Iländerweg 100 a", 7.028_706_080, 51.379_058_956),
        ("Heinrich-Brauns-Str. 5", 6.947_831_246, 51.472_805_289),
        ("Immengarten 6b", 7.103_759_715, 51.454_618_304),
    ];
    let mut feed = String::from("id,tag,strasse,nr,ort\n");
    for (id, (address, _, _)) in expected.iter().enumerate() {
        let (street, number) = address
            .split_once(|c: char| c.is_ascii_digit())
            .expect("a number");
        let digit = &address[street.len()..address.len() - number.len()];
        writeln!(feed, "{id},2026-03-01,{street},{digit}{number},45127 Essen").expect("a text takes all");
    }
    // A street alone, a crossing, a slip of the pen, and what has no place.
    feed.push_str("s,2026-03-01,Huyssenallee,,\nc,2026-03-01,Kettwiger Str. & Porschekanzel,,\n");
    feed.push_str(
        "f,2026-03-01,Rüttenscheidr Str.,2,\nu,2026-03-01,Erfundene Promenade,1,\nn,2026-03-01,,,\n",
    );
    let counts = town.feed("portal", "meldungen.csv", feed).exits(0).counts();
    assert_eq!(
        counts,
        Counts {
            accepted: 11,
            quarantined: 1,
            ..Counts::default()
        }
    );
    let database = town.database();
    for (address, longitude, latitude) in expected {
        // 0.05 m are 4.5e-7 degrees of latitude and 7.2e-7 of longitude here.
        let found = number(
            &database,
            &format!(
                "SELECT COUNT(*) FROM report WHERE abs(lat - {latitude}) < 4.5e-7 AND abs(lng - {longitude}) < 7.2e-7 \
                 AND precision = 'point'"
            ),
        );
        assert_eq!(found, 1, "{address}");
    }
    assert_eq!(
        texts(&database, "SELECT code FROM quarantine"),
        ["unknown_address"]
    );
    assert_eq!(
        number(
            &database,
            "SELECT COUNT(*) FROM report WHERE precision = 'street'"
        ),
        2
    );
    assert_eq!(
        number(&database, "SELECT COUNT(*) FROM report WHERE lat IS NULL"),
        1
    );
}

/// The answer of Essen's WFS: northing before easting, and columns X and Y exchanged. PROJ 9.5.1 puts 32367209.828/5702806.889
/// at 7.088506802/51.460839565.
#[test]
fn a_wfs_answer_is_read_with_its_axes_as_they_are_meant() {
    let Some(folder) = shared_data("essen_hauskoordinaten") else {
        return;
    };
    let town = Installation::new(CONFIG);
    let file = folder.join("004.gml.gz");
    let import = [
        "gazetteer",
        "import",
        "--config",
        "lagebild.toml",
        "--town",
        "Essen",
    ];
    let done = town
        .run(&[&import[..], &[file.to_str().expect("UTF-8")]].concat())
        .exits(0);
    assert!(done.stdout.starts_with("read=1000 "), "{}", done.stdout);
    let find = [
        "gazetteer",
        "find",
        "--config",
        "lagebild.toml",
        "--format",
        "json",
    ];
    let found = town
        .run(&[&find[..], &["Am Isinger Bach 46, Essen"]].concat())
        .exits(0);
    let found: serde_json::Value = serde_json::from_str(&found.stdout).expect("JSON");
    let off = |name: &str, degrees: f64| (found[name].as_f64().expect("a number") - degrees).abs();
    assert!(
        off("longitude", 7.088_506_802) < 7.2e-7 && off("latitude", 51.460_839_565) < 4.5e-7,
        "{found}"
    );
    let elsewhere = town
        .run(&[&find[..], &["Am Isinger Bach 46, 44135 Dortmund"]].concat())
        .exits(0);
    assert!(
        elsewhere.stdout.contains("no street fits"),
        "{}",
        elsewhere.stdout
    );
}

#[test]
fn a_source_with_addresses_needs_a_gazetteer_and_says_so() {
    let town = Installation::new(CONFIG);
    town.feed(
        "portal",
        "meldungen.csv",
        "id,tag,strasse,nr,ort\n1,2026-03-01,Weg,1,\n",
    )
    .exits(2)
    .says(&["gazetteer.csv", "lagebild gazetteer import"]);
    town.write("notes.txt", "nothing here\n");
    town.run(&["gazetteer", "import", "--config", "lagebild.toml", "notes.txt"])
        .exits(1)
        .says(&["notes.txt"]);
    assert!(!town.path("gazetteer.csv").exists());
}
