//! A shapefile and a GeoPackage that GDAL 3.12 wrote (`data/points.py`).

mod support;

use std::io::Write;

use lagebild_domain::LatLng;
use support::import;

const KEYS: &str =
    "crs = 'EPSG:25832'\n[columns]\nexternal_id = 'nr'\noccurred = 'tag'\ntext = 'art'\nweight = 'zahl'\n";
const GEOPACKAGE: &[u8] = include_bytes!("data/points.gpkg.gz");

#[test]
fn points_written_by_gdal_are_read_with_their_attributes() {
    let utf8 = include_bytes!("data/points.shp.zip").as_slice();
    let latin1 = include_bytes!("data/points-latin1.shp.zip").as_slice();
    for (format, bytes) in [
        ("shapefile", utf8),
        ("shapefile", latin1),
        ("geopackage", GEOPACKAGE),
    ] {
        let imported = import(&format!("format = '{format}'\n{KEYS}"), bytes);
        assert_eq!(imported.outcome.fault, None, "{format}");
        assert!(imported.rejected.is_empty(), "{format}: {:?}", imported.rejected);
        let read: Vec<_> = imported
            .reports
            .iter()
            .map(|r| {
                (
                    r.external_id.as_str(),
                    r.text.as_deref().unwrap_or_default(),
                    r.weight,
                )
            })
            .collect();
        assert_eq!(
            read,
            [
                ("a-1", "Müll an der Straße", 1.0),
                ("a-2", "Lärm", 2.0),
                ("a-3", "Müll an der Straße", 3.0)
            ],
            "{format}"
        );
        // PROJ 9.5.1
        for (report, lat, lng) in [
            (&imported.reports[0], 51.659_501_796, 7.744_883_991),
            (&imported.reports[1], 51.651_443_698, 7.743_082_839),
        ] {
            let off_m = report
                .location
                .point()
                .expect("a point")
                .distance_m(LatLng::new(lat, lng).unwrap());
            assert!(off_m < 0.01, "{format}: {off_m} m");
        }
        assert_eq!(imported.reports[2].location.point(), None);
        assert_eq!(
            imported.reports[2].occurred.from().to_string(),
            "2026-03-02T23:00:00Z"
        );
    }
}

#[test]
fn a_column_or_layer_that_is_not_there_is_named() {
    let fault = |format: &str, keys: &str, bytes: &[u8]| {
        let imported = import(&format!("format = '{format}'\n{keys}"), bytes);
        imported.outcome.fault.expect("a fault").to_string()
    };
    let wrong = KEYS.replace("'art'", "'arrt'");
    let zip = include_bytes!("data/points.shp.zip").as_slice();
    for (format, bytes) in [("shapefile", zip), ("geopackage", GEOPACKAGE)] {
        let said = fault(format, &wrong, bytes);
        assert!(
            said.contains("\"arrt\"") && said.contains("Did you mean \"art\""),
            "{said}"
        );
    }
    let said = fault("geopackage", &format!("records = 'strassen'\n{KEYS}"), GEOPACKAGE);
    assert!(said.contains("meldungen"), "{said}");
    assert!(fault("shapefile", KEYS, b"no archive").contains("ZIP"));
    assert!(fault("geopackage", KEYS, b"no database").contains("GeoPackage"));
}

/// A bad byte anywhere costs the file at most.
#[test]
fn damaged_files_are_read_to_an_end() {
    let mut whole = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(GEOPACKAGE), &mut whole).unwrap();
    for at in (0..whole.len()).step_by(997) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        let s = import(&format!("format = 'geopackage'\n{KEYS}"), damaged).summary;
        assert_eq!(s.read, s.accepted + s.merged + s.excluded + s.quarantined);
    }
    let zip = include_bytes!("data/points.shp.zip");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip.as_slice())).unwrap();
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let name = archive.name_for_index(index).unwrap().unwrap().into_owned();
        let mut member = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut member, &mut bytes).unwrap();
        members.push((name, bytes));
    }
    for wanted in [".shp", ".dbf"] {
        let (_, content) = members.iter().find(|(name, _)| name.ends_with(wanted)).unwrap();
        for at in (0..content.len()).step_by(3) {
            let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
            for (name, bytes) in &members {
                let mut bytes = bytes.clone();
                if name.ends_with(wanted) {
                    bytes[at] ^= 0x55;
                }
                out.start_file(name.as_str(), zip::write::SimpleFileOptions::default())
                    .unwrap();
                out.write_all(&bytes).unwrap();
            }
            let damaged = out.finish().unwrap().into_inner();
            let s = import(&format!("format = 'shapefile'\n{KEYS}"), damaged).summary;
            assert_eq!(s.read, s.accepted + s.merged + s.excluded + s.quarantined);
        }
    }
}
