//! Addresses to places, with an invented town around a point whose coordinates PROJ 9.5.1 gives: EPSG:25832 413185/5723914 and
//! EPSG:4647 32413185/5723914 are 7.744883991/51.659501796.

use lagebild_domain::{LatLng, Precision};
use lagebild_ingest::{AddressBook, AddressSettings, AddressesRead, FoundAddress, Gazetteer, NotFound};
use proptest::prelude::{ProptestConfig, any, prop_assert, proptest};

const GEBREF: &str = "\u{feff}N;DENW1;A;05;Nordrhein-Westfalen;9;Arnsberg;15;Hamm;000;Hamm;0001;Mitte;00077;Bahnhofstraße;5;a;32;413185,000;5723914,000;2021-01-01\n\
    N;DENW2;A;05;Nordrhein-Westfalen;9;Arnsberg;13;Dortmund;000;Dortmund;0001;Mitte;00078;Bahnhofstraße;5;a;32;393185,000;5713914,000;2021-01-01\n\
    N;DENW3;C;05;Nordrhein-Westfalen;9;Arnsberg;15;Hamm;000;Hamm;0001;Mitte;00077;Bahnhofstraße;9;;32;413185,000;5723914,000;2021-01-01\n\
    short;line\n";
const OLD_GEBREF: &str = "N;DENW1;A;05;9;15;000;0001;00077;5;a;32413185,000;5723914,000;Bahnhofstraße\n\
    N;DENW2;B;05;9;15;000;0001;00077;6;;32413205,000;5723914,000;Bahnhofstraße\n";

fn read(text: &str, settings: &AddressSettings) -> (AddressBook, AddressesRead) {
    let mut book = AddressBook::default();
    let input = Box::new(std::io::Cursor::new(text.to_owned()));
    let read = book
        .add("addresses", input, settings)
        .expect("a file of addresses");
    (book, read)
}

fn gazetteer(text: &str) -> Gazetteer {
    Gazetteer::new(read(text, &AddressSettings::default()).0)
}

#[track_caller]
fn lies_at_the_point(found: Result<FoundAddress, NotFound>) {
    let found = found.expect("it is there");
    let off_m = found
        .point
        .distance_m(LatLng::new(51.659_501_796, 7.744_883_991).expect("a point"));
    assert!(off_m < 0.05, "{off_m} m");
    assert_eq!(found.precision, Precision::Point);
}

#[test]
fn gebref_is_read_in_both_layouts() {
    let hamm = AddressSettings {
        municipality: Some("05915000".to_owned()),
        ..AddressSettings::default()
    };
    let (book, counted) = read(GEBREF, &hamm);
    assert_eq!((counted.read, counted.houses, counted.elsewhere), (4, 1, 1));
    assert_eq!(counted.refused.get("no_house"), Some(&1));
    assert_eq!(counted.refused.get("fields"), Some(&1));
    lies_at_the_point(Gazetteer::new(book).find("Bahnhofstr. 5a"));
    let (book, counted) = read(OLD_GEBREF, &hamm);
    assert_eq!((counted.read, counted.houses), (2, 2));
    lies_at_the_point(Gazetteer::new(book).find("Bahnhofstr. 5 A"));
}

/// The same address as an office exports it, in each order of the two numbers.
#[test]
fn hauskoordinaten_are_read_in_every_form() {
    let csv = "STRNAME;HSNR;HSNRZU;PLZ;ORT;X;Y\nBahnhofstr.;5;a;59065;Hamm;413185,0;5723914,0\n";
    let office = "sep=;\nStraße;Hausnummer;Rechtswert;Hochwert\n\"Bahnhofstr.\";5a;5723914.0;32413185.0\n";
    let geojson = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"strname":"Bahnhofstraße","hsnr":5,"hsnrzu":"a"},
        "geometry":{"type":"Point","coordinates":[32413185.0,5723914.0]}}]}"#;
    let gml = "<wfs:FeatureCollection><wfs:member><a:H><a:HSNR>5a</a:HSNR><a:STRNAME>Bahnhofstr.</a:STRNAME>\
        <a:SHAPE><gml:Point><gml:pos>5723914.0 32413185.0</gml:pos></gml:Point></a:SHAPE></a:H></wfs:member></wfs:FeatureCollection>";
    for text in [csv, office, geojson, gml] {
        lies_at_the_point(gazetteer(text).find("Bahnhofstraße 5a"));
    }
    let (mut book, _) = read(csv, &AddressSettings::default());
    let mut file = Vec::new();
    book.write(&mut file).unwrap();
    let again = AddressBook::read(Box::new(std::io::Cursor::new(file))).unwrap();
    lies_at_the_point(Gazetteer::new(again).find("59065 Hamm, Bahnhof-Straße 5 a"));
}

#[test]
fn rows_that_are_no_addresses_are_counted() {
    let text = "strname;hsnr;x;y\n### Straßenname unbekannt;3;413185;5723914\n;4;413185;5723914\nAllee;*;413185;5723914\n\
                Allee;2;;\nAllee;3;1;2\n";
    let (book, counted) = read(text, &AddressSettings::default());
    assert_eq!((counted.read, counted.houses, counted.without_number), (5, 0, 1));
    assert_eq!(counted.refused.values().sum::<u64>(), 4);
    assert_eq!(book.len(), 1);
}

/// Names and coordinates invented. One metre is one unit of the easting.
const TOWN: &str = "strasse;nr;zusatz;plz;ort;ortsteil;strschl;x;y\n\
    Albersloher Weg;1;;59065;Hamm;Mitte;1;413000;5723000\n\
    Albersloher Weg;3;;59065;Hamm;Mitte;1;413040;5723000\n\
    Albersloher Weg;80;;59067;Hamm;Herringen;1;414600;5723000\n\
    Paul-Engelhardt-Weg;2;;59065;Hamm;Mitte;2;413050;5723040\n\
    Paul-Engelhardt-Weg;40;;59065;Hamm;Mitte;2;413050;5724000\n\
    Grünstraße;12;;59065;Hamm;Mitte;3;413300;5723300\n\
    Grünstraße;12;b;59065;Hamm;Mitte;3;413310;5723300\n\
    Kirchplatz;1;;59065;Hamm;Mitte;4;413400;5723400\n\
    Kirchplatz;1;;59069;Hamm;Rhynern;5;416400;5719400\n\
    Poststraße;7;;59065;Hamm;Mitte;6;413500;5723500\n";

#[test]
fn streets_are_found_by_their_spellings_and_slips_of_the_pen() {
    let town = gazetteer(TOWN);
    let place = |text: &str| {
        town.find(text)
            .map(|found| (found.precision, found.precision_m.round() as u32))
    };
    let house = Ok((Precision::Point, 10));
    for text in [
        "Grünstraße 12",
        "GRUENSTR. 12",
        "Grünstr. 12, 59065 Hamm",
        "Hamm Grünstr. 12",
        "Hamm-Mitte, Grünstr. 12",
        "Grünstr. 12 (Hinterhof)",
        "Paul-Engelhard-Weg 2",
        "Paul Engelhadrt Weg 2",
        "Albersloherweg 3",
    ] {
        assert_eq!(place(text), house, "{text}");
    }
    // A range stands for its first house; 12c lies beside 12 and 12b.
    assert_eq!(place("Grünstr. 12-14"), Ok((Precision::Point, 30)));
    assert_eq!(place("Grünstr. 12c"), Ok((Precision::Street, 30)));
    // No such number: the street, as far as it reaches. From 3, the house nearest to the mean of 1, 3 and 80, it is 1 560 m to 80.
    let whole = town.find("Albersloher Weg").unwrap();
    assert_eq!(whole.precision, Precision::Street);
    assert!((whole.precision_m - 1_560.0).abs() < 5.0, "{}", whole.precision_m);
    assert_eq!(town.find("Albersloher Weg 500"), Ok(whole));
}

#[test]
fn there_is_no_guess() {
    let town = gazetteer(TOWN);
    assert_eq!(town.find("Kirchplatz 1"), Err(NotFound::Several(2)));
    assert_eq!(town.find("Kirchplatz"), Err(NotFound::Several(2)));
    assert!(town.find("Kirchplatz 1, 59069 Hamm").is_ok());
    assert!(town.find("Kirchplatz 1, Rhynern").is_ok());
    // A letter away from Poststraße, and another street: short names must be right.
    assert_eq!(town.find("Oststraße 7"), Err(NotFound::Street));
    assert_eq!(town.find("Grünstr. 12, 44135 Dortmund"), Err(NotFound::Street));
    assert!(town.find("Dortmund, Grünstr. 12").is_err());
    for text in ["", ",", "12", "Marktstraße 3", "am Teich hinter der Schule"] {
        assert_eq!(town.find(text), Err(NotFound::Street), "{text}");
    }
}

/// Albersloher Weg 3 (413040/5723000) and Paul-Engelhardt-Weg 2 (413050/5723040) lie 41.2 m apart; PROJ 9.5.1 puts the point
/// halfway, 413045/5723020, at 7.743082839/51.651443698.
#[test]
fn a_crossing_lies_between_the_houses_nearest_to_it() {
    let town = gazetteer(TOWN);
    for text in [
        "Albersloher Weg; Paul-Engelhardt-Weg",
        "Paul-Engelhardt-Weg / Albersloher Weg",
        "Kreuzung Albersloher Weg & Paul-Engelhart-Weg",
    ] {
        let found = town.find(text).expect(text);
        assert_eq!(found.precision, Precision::Street);
        let off_m = found
            .point
            .distance_m(LatLng::new(51.651_443_698, 7.743_082_839).unwrap());
        assert!(off_m < 0.05, "{off_m} m");
        assert!((found.precision_m - 41.2).abs() < 0.2, "{}", found.precision_m);
    }
    assert_eq!(town.find("Albersloher Weg & Poststraße"), Err(NotFound::Crossing));
    assert_eq!(town.find("Albersloher Weg & Marktstraße"), Err(NotFound::Street));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever is written or read: an answer, and none far from the town's houses.
    #[test]
    fn any_text_has_an_answer(text in "[ -~äöüß,;/&0-9]{0,40}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let town = gazetteer(TOWN);
        if let Ok(found) = town.find(&text) {
            prop_assert!((found.point.lat_degrees() - 51.64).abs() < 0.1);
        }
        let mut book = AddressBook::default();
        let _ = book.add("any", Box::new(std::io::Cursor::new(bytes)), &AddressSettings::default());
    }
}
