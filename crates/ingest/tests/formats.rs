//! One and the same record in every form of feed, and what is wrong with some.

mod support;

use proptest::prelude::{ProptestConfig, Strategy, prop_assert, prop_assert_eq, proptest};
use support::{Imported, import};

const COLUMNS: &str =
    "[columns]\nexternal_id = 'id'\noccurred = 'at'\nlongitude = 'x'\nlatitude = 'y'\ntext = 'what'\n";

/// (id, place, text) of each report.
fn seen(imported: &Imported) -> Vec<(String, String, String)> {
    let one = |report: &lagebild_domain::Report| {
        let point = report.location.point().map_or(String::new(), |p| {
            format!("{:.4}/{:.4}", p.lng_degrees(), p.lat_degrees())
        });
        (
            report.external_id.as_str().to_owned(),
            point,
            report.text.clone().unwrap_or_default(),
        )
    };
    imported.reports.iter().map(one).collect()
}

fn expected() -> Vec<(String, String, String)> {
    [
        ("1", "7.8100/51.6800", "Müll & Sperrmüll <am> Bahnhof"),
        ("2", "7.8200/51.6900", ""),
    ]
    .map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()))
    .to_vec()
}

#[test]
fn json_by_path_and_by_line() {
    let one = r#"{"id":1,"at":"2026-03-01","x":7.81,"y":51.68,"what":"Müll & Sperrmüll <am> Bahnhof"}"#;
    let two = r#"{"id":"2","at":"2026-03-02","x":"7.82","y":"51.69","what":null}"#;
    let array = format!("[{one},\n{two}]");
    for (keys, text) in [
        ("format = 'json'\n", array.clone()),
        (
            "format = 'json'\nrecords = 'result.items'\n",
            format!(r#"{{"n":2,"result":{{"items":{array}}}}}"#),
        ),
        ("format = 'ndjson'\n", format!("{one}\n\n{two}\n")),
    ] {
        let imported = import(&format!("{keys}{COLUMNS}"), text);
        assert_eq!(seen(&imported), expected(), "{keys}");
        assert_eq!(imported.outcome.fault, None);
    }
}

#[test]
fn members_of_members_are_named_by_their_path() {
    let keys = "format = 'json'\n[columns]\nexternal_id = 'id'\noccurred = 'when.start'\nlongitude = 'geo.coordinates.0'\n\
                latitude = 'geo.coordinates.1'\ntext = 'what'\n";
    let text = r#"[{"id":"1","when":{"start":"2026-03-01"},"geo":{"coordinates":[7.81,51.68]},"what":"x"}]"#;
    assert_eq!(seen(&import(keys, text))[0].1, "7.8100/51.6800");
}

#[test]
fn features_are_read_from_a_collection_and_from_lines() {
    let one = r#"{"type":"Feature","properties":{"id":"1","at":"2026-03-01","what":"Müll & Sperrmüll <am> Bahnhof"},"geometry":{"type":"Point","coordinates":[7.81,51.68]}}"#;
    let two = r#"{"type":"Feature","properties":{"id":"2","at":"2026-03-02","what":null},"geometry":{"type":"Point","coordinates":[7.82,51.69]}}"#;
    let columns = "[columns]\nexternal_id = 'id'\noccurred = 'at'\ntext = 'what'\n";
    for (keys, text) in [
        (
            "format = 'geojson'\n",
            format!(r#"{{"type":"FeatureCollection","features":[{one},{two}]}}"#),
        ),
        ("format = 'ndjson'\n", format!("\u{1e}{one}\n\u{1e}{two}\n")),
    ] {
        assert_eq!(
            seen(&import(&format!("{keys}{columns}"), text)),
            expected(),
            "{keys}"
        );
    }
}

#[test]
fn a_broken_line_costs_itself_only() {
    let text = "{\"id\":1,\"at\":\"2026-03-01\",\"x\":7.81,\"y\":51.68}\n{\"id\":2,\n[1]\n{\"id\":4,\"at\":\"2026-03-01\",\"x\":7.81,\"y\":51.68}\n";
    let imported = import(&format!("format = 'ndjson'\n{COLUMNS}"), text);
    assert_eq!(imported.summary.accepted, 2);
    assert_eq!(imported.rejected, [(2, "broken_record"), (3, "broken_record")]);
}

#[test]
fn xml_with_prefixes_entities_cdata_and_attributes() {
    let text = "<?xml version='1.0' encoding='ISO-8859-1'?>\n<f:list xmlns:f='urn:x'>\n<f:row id='1'><f:at>2026-03-01</f:at>\
        <f:shape><g:Point xmlns:g='urn:g'><g:pos>51.68 7.81</g:pos></g:Point></f:shape>\
        <f:what>M\u{fc}ll &amp; Sperrm&#252;ll <![CDATA[<am> Bahnhof]]></f:what></f:row>\n\
        <f:row id='2'><f:at>2026-03-02</f:at><f:shape><g:Point><g:pos>51.69 7.82</g:pos></g:Point></f:shape><f:what/></f:row>\n</f:list>";
    let latin1: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let keys = "format = 'xml'\nrecords = 'row'\npoint_order = 'north_first'\n[columns]\nexternal_id = '@id'\noccurred = 'at'\n\
                point = 'shape/Point/pos'\ntext = 'what'\n";
    assert_eq!(seen(&import(keys, latin1)), expected());
}

/// An RSS item with GeoRSS, its date as RFC 2822 writes it.
#[test]
fn georss() {
    let text = "<rss xmlns:georss='http://www.georss.org/georss'><channel><title>Meldungen</title><item><guid>7</guid>\
        <title>Müll</title><pubDate>Sun, 01 Mar 2026 08:30:00 +0100</pubDate><georss:point>51.68 7.81</georss:point></item></channel></rss>";
    let keys = "format = 'xml'\nrecords = 'item'\npoint_order = 'north_first'\ndate_formats = ['%a, %d %b %Y %H:%M:%S %z']\n\
                [columns]\nexternal_id = 'guid'\noccurred = 'pubDate'\npoint = 'point'\ntext = 'title'\n";
    let imported = import(keys, text);
    assert_eq!(
        seen(&imported),
        [("7".into(), "7.8100/51.6800".into(), "Müll".into())]
    );
    assert_eq!(
        imported.reports[0].occurred.from().to_string(),
        "2026-03-01T07:30:00Z"
    );
}

/// Invented records in the shape of a WFS answer: northing before easting, EPSG:4647. PROJ 9.5.1 puts 32413185/5723914 at
/// 7.744883991/51.659501796.
#[test]
fn gml_with_northing_first() {
    let text = "<wfs:FeatureCollection><wfs:member><a:Ort gml:id='o.1'><a:SHAPE><gml:Point gml:id='p'>\
        <gml:pos>5723914.000 32413185.000</gml:pos></gml:Point></a:SHAPE><a:TAG>2026-03-01</a:TAG></a:Ort></wfs:member></wfs:FeatureCollection>";
    let keys = "format = 'xml'\nrecords = 'Ort'\ncrs = 'EPSG:4647'\npoint_order = 'north_first'\n\
                [columns]\nexternal_id = '@id'\noccurred = 'TAG'\npoint = 'Point/pos'\n";
    assert_eq!(seen(&import(keys, text))[0].1, "7.7449/51.6595");
}

#[test]
fn open311_in_both_forms_needs_no_columns() {
    let json = r#"[{"service_request_id":"a-1","status":"closed","service_code":"9","requested_datetime":"2026-03-01T08:30:00+01:00",
        "address":"Markt 1","lat":51.68,"long":7.81,"description":"not asked for"}]"#;
    let xml = "\n<?xml version=\"1.0\"?><service_requests><request><service_request_id>a-1</service_request_id><status>closed</status>\
        <service_code>9</service_code><requested_datetime>2026-03-01T08:30:00+01:00</requested_datetime><address>Markt 1</address>\
        <lat>51.68</lat><long>7.81</long><description>not asked for</description><media_url/></request></service_requests>";
    let wrapped = format!(r#"{{"page":1,"service_requests":{json}}}"#);
    let read = |text: &str| {
        let imported = import("format = 'open311'\n", text);
        assert_eq!(imported.outcome.fault, None, "{text}");
        imported.reports
    };
    let from_json = read(json);
    assert_eq!(from_json[0].text, None);
    assert_eq!(from_json[0].status, lagebild_domain::Status::Closed);
    assert_eq!(from_json[0].place.as_deref(), Some("Markt 1"));
    assert_eq!(from_json, read(xml.trim_start()));
    assert_eq!(from_json, read(&wrapped));
    // The declaration must be first in XML; what stands before it does no harm to the records.
    assert_eq!(from_json, read(xml));
}

#[test]
fn a_document_that_is_no_feed_says_so() {
    let problem = |keys: &str, text: &str| {
        let fault = import(&format!("{keys}{COLUMNS}"), text).outcome.fault;
        fault.map_or(String::new(), |fault| fault.to_string())
    };
    assert!(problem("format = 'json'\n", "{\"a\":1}").contains("no JSON array"));
    assert!(problem("format = 'xml'\nrecords = 'row'\n", "<a><b/></a>").contains("no element \"row\""));
    assert!(problem("format = 'xml'\nrecords = 'row'\n", "<a><row><at>2026").contains("middle"));
    assert!(problem("format = 'open311'\n", "").contains("Open311"));
    let two = "<a><row><id>1</id><at>2026-03-01</at></row><row><id>2</wrong></row></a>";
    let cut = import(&format!("format = 'xml'\nrecords = 'row'\n{COLUMNS}"), two);
    assert_eq!(cut.summary.accepted, 1);
    assert!(cut.outcome.fault.is_some());
}

/// Entities that a document defines could hold files or a bomb: none is expanded.
#[test]
fn defined_entities_are_not_expanded() {
    let text = "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a><row><id>1</id><at>2026-03-01</at><what>&b;</what></row></a>";
    let imported = import(&format!("format = 'xml'\nrecords = 'row'\n{COLUMNS}"), text);
    assert_eq!(imported.rejected.len(), 1);
    assert_eq!(imported.rejected[0].1, "broken_record");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What is written comes back the same from each form. It is looked at in the ids, which nothing is taken out of.
    #[test]
    fn any_text_comes_back_from_every_form(texts in proptest::collection::vec("[ -~äöüß€\u{1F600}]{0,20}".prop_map(|t| t.trim().to_owned()), 1..6)) {
        let ids = 1..=texts.len();
        let objects: Vec<String> = ids.clone().zip(&texts).map(|(id, text)| {
            serde_json::json!({"id": format!("{id}:{text}"), "at": "2026-03-01", "what": text}).to_string()
        }).collect();
        let escape = |t: &str| quick_xml::escape::escape(t).into_owned();
        let rows: Vec<String> = ids.zip(&texts).map(|(id, text)| {
            format!("<row><id>{id}:{0}</id><at>2026-03-01</at><what>{0}</what></row>", escape(text))
        }).collect();
        let columns = "[columns]\nexternal_id = 'id'\noccurred = 'at'\ntext = 'what'\n";
        let from_json = import(&format!("format = 'json'\n{columns}"), format!("[{}]", objects.join(",")));
        let from_lines = import(&format!("format = 'ndjson'\n{columns}"), objects.join("\n"));
        let from_xml = import(&format!("format = 'xml'\nrecords = 'row'\n{columns}"), format!("<all>{}</all>", rows.concat()));
        let read: Vec<&str> = from_json.reports.iter().map(|r| r.external_id.as_str()).collect();
        let written: Vec<String> = (1..=texts.len()).zip(&texts).map(|(id, text)| format!("{id}:{text}")).collect();
        prop_assert_eq!(read, written);
        prop_assert_eq!(&from_json.reports, &from_lines.reports);
        prop_assert_eq!(&from_json.reports, &from_xml.reports);
    }

    /// Whatever the bytes: reading ends, and every record is counted once.
    #[test]
    fn any_bytes_are_read_to_an_end(bytes in proptest::collection::vec(proptest::prop_oneof![
        proptest::sample::select(b"<>/&;\"'{}[]:,\n row?!-".to_vec()), proptest::prelude::any::<u8>()], 0..300)) {
        for keys in ["format = 'json'\n", "format = 'ndjson'\n", "format = 'xml'\nrecords = 'row'\n", "format = 'open311'\n"] {
            let imported = import(&format!("{keys}{COLUMNS}"), bytes.clone());
            let s = imported.summary;
            prop_assert_eq!(s.read, s.accepted + s.merged + s.excluded + s.quarantined);
            prop_assert!(s.read <= 300);
        }
    }
}
