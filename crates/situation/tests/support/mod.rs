//! A small city with three sources, and random reports in it.

#![allow(dead_code, clippy::unwrap_used, reason = "each test program uses a part")]

use std::ops::Range;

use jiff::{SignedDuration, Timestamp};
use lagebild_domain::area::areas_from_geojson;
use lagebild_domain::{
    AreaKind, Areas, Change, ExternalId, Interval, Kind, LatLng, Location, OrganisationId, Precision,
    RecordedReport, Regime, Release, Report, ReportId, Revision, Role, Source, SourceId, Status, Taxonomy,
    View, Viewer,
};
use lagebild_situation::{Situation, Vocabulary};
use proptest::prelude::*;

const TAXONOMY: &str = include_str!("../../../../data/taxonomy.toml");
/// The city is the box from (7.7, 51.6) to (7.9, 51.7); the two districts are its halves.
pub(crate) const WEST_DISTRICT: Range<f64> = 7.7..7.8;
pub(crate) const EAST_DISTRICT: Range<f64> = 7.8..7.9;
pub(crate) const LATITUDES: Range<f64> = 51.6..51.7;

/// Saturday 1 November 2025, midnight in Berlin: winter time, until long after the last report.
pub(crate) const START_S: i64 = 1_761_951_600;
const DAYS: i64 = 120;

pub(crate) fn taxonomy() -> Taxonomy {
    Taxonomy::parse(TAXONOMY).unwrap()
}

/// The city's own, the police's, and one that the city does not see.
pub(crate) fn sources() -> Vec<Source> {
    let owners = [("maengel", "stadt"), ("delikte", "polizei"), ("anderes", "zoll")];
    let source = |(id, owner): (&str, &str)| Source {
        id: SourceId::new(id).unwrap(),
        label: id.to_owned(),
        owner: OrganisationId::new(owner).unwrap(),
        kind: Kind::Complaint,
        controller: String::new(),
        regime: Regime::Dsgvo,
        purpose: String::new(),
        legal_basis: String::new(),
        marking: None,
        retention_days: 1,
        retention_days_by_category: std::collections::BTreeMap::new(),
    };
    owners.map(source).into()
}

/// An analyst of the city, to whom the police have released theirs.
pub(crate) fn view() -> View {
    view_under(&serde_json::json!({}))
}

/// The same, released only in the west and thirty days after it happened, a hundred days after the start.
pub(crate) fn view_of_a_part() -> View {
    view_under(&serde_json::json!({"areas": ["west"], "delay_days": 30}))
}

fn view_under(terms: &serde_json::Value) -> View {
    let viewer = Viewer {
        name: "test".to_owned(),
        role: Role::Analyst,
        organisation: OrganisationId::new("stadt").unwrap(),
    };
    let mut released = serde_json::json!({
        "id": "f", "owner": "polizei", "to": "stadt", "sources": ["delikte"], "as": "records",
        "purpose": "Lagebild", "until": "2099-12-31", "approved_by": "Geschäftsführung",
    });
    for (name, value) in terms.as_object().unwrap() {
        released[name] = value.clone();
    }
    let released: Release = serde_json::from_value(released).unwrap();
    let now = Timestamp::from_second(START_S + 100 * 86_400).unwrap();
    View::of(&viewer, &sources(), &[released], now)
}

fn rectangle(id: &str, lng: &Range<f64>) -> String {
    let (w, e, s, n) = (lng.start, lng.end, LATITUDES.start, LATITUDES.end);
    format!(
        r#"{{"type":"Feature","properties":{{"id":"{id}","name":"{id}"}},"geometry":{{"type":"Polygon","coordinates":[[[{w},{s}],[{e},{s}],[{e},{n}],[{w},{n}],[{w},{s}]]]}}}}"#
    )
}

fn areas() -> Areas {
    let read = |features: &[String], kind| {
        let text = format!(
            r#"{{"type":"FeatureCollection","features":[{}]}}"#,
            features.join(",")
        );
        areas_from_geojson(&text, kind).unwrap()
    };
    let city = WEST_DISTRICT.start..EAST_DISTRICT.end;
    let mut all = read(&[rectangle("stadt", &city)], AreaKind::Municipality);
    let districts = [
        rectangle("west", &WEST_DISTRICT),
        rectangle("ost", &EAST_DISTRICT),
    ];
    all.extend(read(&districts, AreaKind::District));
    Areas::new(all)
}

/// A picture with nothing in it.
pub(crate) fn situation() -> Situation {
    Situation::new(Vocabulary::new(taxonomy(), sources(), areas(), None))
}

fn time_span() -> impl Strategy<Value = Interval> {
    let start = 0..DAYS * 24 * 60;
    let minutes = prop_oneof![
        3 => Just(0_i64),
        2 => 1_i64..300,
        2 => 300_i64..3_000,
        1 => 3_000_i64..60_000,
    ];
    (start, minutes).prop_map(|(start, minutes)| {
        let from = Timestamp::from_second(START_S + start * 60).unwrap();
        Interval::new(from, from + SignedDuration::from_mins(minutes)).unwrap()
    })
}

/// Somewhere in and around the city, on a grid of a thousandth of a degree.
fn location() -> impl Strategy<Value = Location> {
    let precision = prop_oneof![
        4 => Just(Precision::Point),
        2 => Just(Precision::Street),
        1 => Just(Precision::Cell),
        1 => Just(Precision::Area),
    ];
    prop_oneof![
        1 => Just(Location::Nowhere),
        9 => (0_u32..240, 0_u32..140, precision).prop_map(|(x, y, precision)| Location::At {
            point: LatLng::new(51.5803 + f64::from(y) * 1e-3, 7.6803 + f64::from(x) * 1e-3).unwrap(),
            precision,
            precision_m: 10.0,
        }),
    ]
}

fn report() -> impl Strategy<Value = Report> {
    let taxonomy = taxonomy();
    let categories: Vec<_> = taxonomy.categories().iter().map(|c| c.id.clone()).collect();
    (
        proptest::sample::select(sources()),
        proptest::sample::select(categories),
        proptest::sample::select(Kind::ALL),
        proptest::sample::select(Status::ALL),
        time_span(),
        location(),
    )
        .prop_map(|(source, category, kind, status, occurred, location)| Report {
            source: source.id,
            external_id: ExternalId::new(""),
            kind,
            category,
            occurred,
            reported_at: None,
            status,
            location,
            place: None,
            text: None,
            weight: 1.0,
        })
}

/// Reports in the order in which they were recorded; one with an earlier one's number takes its place.
pub(crate) fn history(
    numbers: Range<u64>,
    length: Range<usize>,
) -> impl Strategy<Value = Vec<RecordedReport>> {
    proptest::collection::vec((numbers, report()), length).prop_map(|reports| {
        (1..)
            .zip(reports)
            .map(|(sequence, (id, report))| RecordedReport {
                id: ReportId(id),
                sequence: Revision(sequence),
                version: 1,
                received_at: Timestamp::UNIX_EPOCH,
                report,
            })
            .collect()
    })
}

pub(crate) fn changes(history: &[RecordedReport]) -> Vec<Change> {
    history
        .iter()
        .map(|recorded| Change::Report(Box::new(recorded.into())))
        .collect()
}
