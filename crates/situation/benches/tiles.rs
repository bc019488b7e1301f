//! Tiles and figures over a picture of 60 000 reports, the size of the demo city.

use divan::{Bencher, black_box};
use jiff::Timestamp;
use lagebild_domain::{
    Areas, BoundingBox, CategoryId, Change, Filter, Interval, Kind, LatLng, Location, Precision, Regime,
    ReportFacts, ReportId, Revision, Source, SourceId, Status, Taxonomy, View,
};
use lagebild_situation::{Layer, Resolution, Situation, TileCoord, Vocabulary};

const REPORTS: u64 = 60_000;
const TAXONOMY: &str = include_str!("../../../data/taxonomy.toml");

fn source() -> Source {
    Source {
        id: SourceId::new("bench").expect("an id"),
        label: "Bench".to_owned(),
        owner: lagebild_domain::OrganisationId::new("stadt").expect("an id"),
        kind: Kind::Complaint,
        controller: String::new(),
        regime: Regime::Dsgvo,
        purpose: String::new(),
        legal_basis: String::new(),
        marking: None,
        retention_days: 1,
        retention_days_by_category: std::collections::BTreeMap::new(),
    }
}

/// Numbers that look random and are the same every time (Weyl's sequence).
fn part(number: u64, step: f64) -> f64 {
    (number as f64 * step).fract()
}

fn situation() -> Situation {
    let taxonomy = Taxonomy::parse(TAXONOMY).expect("the shipped taxonomy");
    let categories: Vec<CategoryId> = taxonomy.categories().iter().map(|c| c.id.clone()).collect();
    let bounds = BoundingBox::try_from([7.68, 51.58, 8.0, 51.74]).ok();
    let situation = Situation::new(Vocabulary::new(
        taxonomy,
        vec![source()],
        Areas::default(),
        bounds,
    ));
    let changes: Vec<Change> = (1..=REPORTS)
        .map(|number| {
            let point = LatLng::new(
                51.58 + 0.16 * part(number, 0.618_034),
                7.68 + 0.32 * part(number, 0.414_214),
            );
            let at = Timestamp::from_second(1_730_000_000 + number.cast_signed() * 1_000).expect("a time");
            Change::Report(Box::new(ReportFacts {
                id: ReportId(number),
                sequence: Revision(number),
                source: source().id,
                kind: Kind::Complaint,
                category: categories[number as usize % categories.len()].clone(),
                occurred: Interval::instant(at),
                reported_at: None,
                status: Status::Open,
                location: Location::At {
                    point: point.expect("a point in the city"),
                    precision: Precision::Point,
                    precision_m: 10.0,
                },
            }))
        })
        .collect();
    situation.apply(&changes);
    situation
}

fn everything() -> Filter {
    Filter {
        from: Some(Timestamp::UNIX_EPOCH),
        to: Some(Timestamp::MAX),
        ..Filter::default()
    }
}

/// The tile of a zoom that Hamm's station lies in.
fn tile(z: u8) -> TileCoord {
    let n = f64::from(1_u32 << z);
    let (lat, lng) = (51.678_f64.to_radians(), 7.808);
    let x = (lng + 180.0) / 360.0 * n;
    let y = (1.0 - (lat.tan() + 1.0 / lat.cos()).ln() / std::f64::consts::PI) / 2.0 * n;
    TileCoord::new(z, x as u32, y as u32).expect("a tile")
}

#[divan::bench(args = [10, 12, 14, 16])]
fn cells(bencher: Bencher, zoom: u8) {
    let (situation, view) = (situation(), View::for_detection(&[source()]));
    let scope = view.records().expect("a scope");
    bencher.bench(|| situation.tile(scope, Layer::Cells, black_box(tile(zoom)), &everything()));
}

#[divan::bench(args = [13, 14, 16])]
fn reports(bencher: Bencher, zoom: u8) {
    let (situation, view) = (situation(), View::for_detection(&[source()]));
    let scope = view.records().expect("a scope");
    bencher.bench(|| situation.tile(scope, Layer::Reports, black_box(tile(zoom)), &everything()));
}

#[divan::bench]
fn lage_of_28_days(bencher: Bencher) {
    let (situation, view) = (situation(), View::for_detection(&[source()]));
    let scope = view.records().expect("a scope");
    bencher.bench(|| situation.lage(scope, black_box(&Filter::default())));
}

#[divan::bench]
fn all_cells_of_the_city(bencher: Bencher) {
    let (situation, view) = (situation(), View::for_detection(&[source()]));
    let scope = view.records().expect("a scope");
    let resolution = Resolution::new(9).expect("a resolution");
    bencher.bench(|| situation.cells(scope, black_box(&everything()), resolution));
}

#[divan::bench]
fn load(bencher: Bencher) {
    bencher.bench(situation);
}

fn main() {
    divan::main();
}
