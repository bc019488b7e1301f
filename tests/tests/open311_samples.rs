//! Recorded answers of Open311 servers: Toronto's in XML, Chicago's in JSON.

use lagebild_tests::database::texts;
use lagebild_tests::{Counts, Installation, shared_data};

fn city(bbox: &str) -> Installation {
    Installation::new(&format!(
        "[area]\nname = \"City\"\nbbox = {bbox}\n\n[[source]]\nid = \"requests\"\nlabel = \"Requests\"\nowner = \"city\"\n\
         kind = \"complaint\"\ncontroller = \"City\"\nregime = \"dsgvo\"\npurpose = \"Test\"\nlegal_basis = \"Open data\"\n\
         retention_days = 7300\nformat = \"open311\"\ndefault_category = \"sonstiges_anliegen\"\n"
    ))
}

#[test]
fn recorded_answers_are_read_in_both_forms() {
    let Some(folder) = shared_data("open311_samples") else {
        return;
    };
    for (file, bbox, place) in [
        (
            "requests_many.xml",
            "[-79.7, 43.5, -79.1, 43.9]",
            "Parkette Pl / Danforth Ave, Scarborough",
        ),
        (
            "service_requests.json",
            "[-88.0, 41.6, -87.5, 42.1]",
            "1540 W 17TH ST, CHICAGO, IL, 60608",
        ),
    ] {
        let town = city(bbox);
        let path = folder.join(file);
        let path = path.to_str().expect("a path of UTF-8");
        let expected = Counts {
            accepted: 2,
            ..Counts::default()
        };
        assert_eq!(
            town.ingest("requests", &[path]).exits(0).counts(),
            expected,
            "{file}"
        );
        let again = town.ingest("requests", &[path]).exits(0).counts();
        assert_eq!(again.unchanged, 2, "{file}");
        let places = texts(
            &town.database(),
            "SELECT place FROM report WHERE lat IS NOT NULL ORDER BY place",
        );
        assert!(places.contains(&place.to_owned()), "{places:?}");
    }
}
