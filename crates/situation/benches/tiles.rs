//! Tiles and figures over a picture of 60 000 reports, the size of the demo city.

use std::collections::BTreeSet;

use divan::{Bencher, black_box};
use jiff::Timestamp;
use lagebild_domain::release::{Finest, Release, Terms};
use lagebild_domain::{
    Areas, BoundingBox, CategoryId, Change, Filter, Interval, Kind, LatLng, Location, OrganisationId,
    Precision, Regime, ReleaseId, ReportFacts, ReportId, Revision, Role, Source, SourceId, Status, Taxonomy,
    View, Viewer,
};
use lagebild_situation::{Layer, Resolution, Situation, TileCoord, Vocabulary};

const REPORTS: u64 = 60_000;
const TAXONOMY: &str = include_str!("../../../data/taxonomy.toml");

fn source() -> Source {
    Source {
        id: SourceId::new("bench").expect("an id"),
        label: "Bench".to_owned(),
        owner: OrganisationId::new("stadt").expect("an id"),
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

/// A partner to whom all of it is released, a day late: the same tiles as [`cells`] gives, with each event held against the
/// release. The difference is what the gate costs.
fn partner() -> (Viewer, Vec<Release>) {
    let id = |text: &str| OrganisationId::new(text).expect("an id");
    let release = Release {
        id: ReleaseId::new("alles").expect("an id"),
        owner: id("stadt"),
        to: id("partner"),
        sources: BTreeSet::from([source().id]),
        categories: BTreeSet::new(),
        areas: BTreeSet::new(),
        delay_days: 1,
        terms: Terms::Records {
            precision: Finest::Point,
            fields: BTreeSet::new(),
        },
        purpose: String::new(),
        from: None,
        until: jiff::civil::date(2100, 1, 1),
        approved_by: String::new(),
    };
    let viewer = Viewer {
        name: "partner".to_owned(),
        role: Role::Analyst,
        organisation: id("partner"),
    };
    // Beside forty releases that are not the partner's, as the server's have it.
    let others = (0..40).map(|_| Release {
        to: id("andere"),
        ..release.clone()
    });
    let releases = others.chain([release.clone()]).collect();
    (viewer, releases)
}

/// What every request pays before it may ask.
#[divan::bench]
fn view_of_a_request(bencher: Bencher) {
    let ((viewer, releases), now) = (partner(), Timestamp::now());
    bencher.bench(|| View::of(black_box(&viewer), &[source()], &releases, now));
}

#[divan::bench(args = [10, 12, 14, 16])]
fn cells_released(bencher: Bencher, zoom: u8) {
    let ((viewer, releases), situation) = (partner(), situation());
    let view = View::of(&viewer, &[source()], &releases, Timestamp::now());
    let scope = view.records().expect("a scope");
    bencher.bench(|| situation.tile(scope, Layer::Cells, black_box(tile(zoom)), &everything()));
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
