//! Who sees what, under which releases.

use jiff::Timestamp;

use super::*;
use crate::publication::{CellIndex, Priority};
use crate::release::Finest;
use crate::report::Kind;
use crate::slug::{OrganisationId, SourceId};
use crate::source::Regime;
use crate::taxonomy::Taxonomy;

fn source(id: &str, owner: &str) -> Source {
    Source {
        id: SourceId::new(id).unwrap(),
        label: id.to_owned(),
        owner: OrganisationId::new(owner).unwrap(),
        kind: Kind::Complaint,
        controller: owner.to_owned(),
        regime: Regime::Dsgvo,
        purpose: String::new(),
        legal_basis: String::new(),
        marking: None,
        retention_days: 365,
        retention_days_by_category: std::collections::BTreeMap::new(),
    }
}

fn sources() -> [Source; 2] {
    [source("maengel", "stadt"), source("delikte", "polizei")]
}

fn viewer(role: Role, organisation: &str) -> Viewer {
    Viewer {
        name: "t".to_owned(),
        role,
        organisation: OrganisationId::new(organisation).unwrap(),
    }
}

/// A release of one source, with more or other keys.
fn release(source: &str, owner: &str, to: &str, more: &str) -> Release {
    serde_json::from_str(&format!(
        r#"{{"id": "f", "owner": "{owner}", "to": "{to}", "sources": ["{source}"], "purpose": "Lagebild",
            "until": "2026-12-31", "approved_by": "Geschäftsführung", {more}}}"#
    ))
    .unwrap()
}

const RECORDS: &str = r#""as": "records", "fields": ["place", "text"]"#;
const COUNTS: &str = r#""as": "counts", "smallest_count": 5, "priority": "place", "resolution": 8"#;

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn taxonomy() -> Taxonomy {
    Taxonomy::parse(include_str!("../../../../data/taxonomy.toml")).unwrap()
}

#[test]
fn an_owner_sees_its_own_and_what_was_released_to_it() {
    let view_of = |organisation: &str, releases: &[Release]| {
        View::of(&viewer(Role::Analyst, organisation), &sources(), releases, now())
    };
    let city = view_of("stadt", &[]);
    let city = city.records().unwrap();
    assert!(city.sees("maengel") && city.owns("maengel") && !city.sees("delikte"));

    let joint = view_of(
        "koordination",
        &[
            release("maengel", "stadt", "koordination", RECORDS),
            release("delikte", "polizei", "koordination", RECORDS),
        ],
    );
    let joint = joint.records().unwrap();
    assert!(joint.sees("maengel") && joint.sees("delikte") && !joint.owns("delikte"));

    assert_eq!(view_of("zoll", &[]).records(), Err(Withheld::NothingReleased));
}

#[test]
fn a_release_counts_from_its_first_day_to_its_last_in_berlin() {
    let releases = [release(
        "delikte",
        "polizei",
        "koordination",
        &format!(r#""from": "2026-12-01", {RECORDS}"#),
    )];
    let sees = |at: &str| {
        let viewer = viewer(Role::Analyst, "koordination");
        View::of(&viewer, &sources(), &releases, at.parse().unwrap())
            .records()
            .is_ok()
    };
    // Midnight in Berlin is 23:00 UTC in winter.
    assert!(!sees("2026-11-30T22:59:59Z") && sees("2026-11-30T23:00:00Z"));
    assert!(sees("2026-12-31T22:59:59Z") && !sees("2026-12-31T23:00:00Z"));
}

#[test]
fn who_is_no_analyst_gets_no_records_even_from_their_own_organisation() {
    let releases = [
        release("maengel", "stadt", "stadt", RECORDS),
        release("maengel", "stadt", "stadt", COUNTS),
    ];
    for role in Role::ALL.iter().filter(|role| **role != Role::Analyst) {
        let view = View::of(&viewer(*role, "stadt"), &sources(), &releases, now());
        assert!(view.records().is_err(), "{role}");
        let reads_counts = !matches!(role, Role::Admin | Role::Auditor);
        assert_eq!(view.counts().is_ok(), reads_counts, "{role}");
    }
}

#[test]
fn an_analyst_of_the_receiver_reads_no_publication() {
    let view = View::of(
        &viewer(Role::Analyst, "zoll"),
        &sources(),
        &[release("delikte", "polizei", "zoll", COUNTS)],
        now(),
    );
    assert_eq!(view.counts(), Err(Withheld::NothingReleased));
    assert_eq!(view.records(), Err(Withheld::NothingReleased));
}

#[test]
fn protected_categories_lose_point_and_words_outside_the_owner() {
    let releases = [release("delikte", "polizei", "koordination", RECORDS)];
    let police = View::of(&viewer(Role::Analyst, "polizei"), &sources(), &releases, now());
    let joint = View::of(
        &viewer(Role::Analyst, "koordination"),
        &sources(),
        &releases,
        now(),
    );
    let taxonomy = taxonomy();
    let protected = taxonomy.category("sexualdelikt").unwrap();
    let plain = taxonomy.category("fahrraddiebstahl").unwrap();
    let of = |view: &View, category| {
        let shown = view.records().unwrap().shown("delikte", category);
        (shown[0].finest, shown[0].place, shown[0].text)
    };
    assert_eq!(of(&police, protected), (Finest::Point, true, true));
    assert_eq!(of(&joint, protected), (Finest::District, false, false));
    assert_eq!(of(&joint, plain), (Finest::Point, true, true));
}

/// Ten days before 22 November is 12 November, which begins in Berlin at 23:00 UTC of the day before.
#[test]
fn a_release_of_a_part_shows_that_part() {
    let part = r#""categories": ["fahrraddiebstahl"], "areas": ["mitte"], "delay_days": 10,
        "as": "records", "precision": "cell", "fields": ["place"]"#;
    let releases = [release("delikte", "polizei", "bundespolizei", part)];
    let view = View::of(
        &viewer(Role::Analyst, "bundespolizei"),
        &sources(),
        &releases,
        now(),
    );
    let scope = view.records().unwrap();
    let taxonomy = taxonomy();
    assert!(
        scope
            .shown("delikte", taxonomy.category("raub").unwrap())
            .is_empty()
    );
    let shown = scope.shown("delikte", taxonomy.category("fahrraddiebstahl").unwrap());
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].finest, Finest::Cell);
    assert_eq!(shown[0].before, Some("2026-11-11T23:00:00Z".parse().unwrap()));
    assert!(shown[0].areas.unwrap().contains("mitte"));
    assert!(!shown[0].place && !shown[0].text, "words say more than the cell");
    let delikte = SourceId::new("delikte").unwrap();
    assert!(
        !scope.sees_all([&delikte].into_iter()),
        "a hotspot could tell what was not released"
    );
}

#[test]
fn the_most_careful_of_several_rules_holds() {
    let careful =
        r#""delay_days": 14, "as": "counts", "smallest_count": 10, "priority": "topic", "resolution": 7"#;
    let releases = [
        release("maengel", "stadt", "zoll", COUNTS),
        release("delikte", "polizei", "zoll", careful),
    ];
    for releases in [
        releases.clone(),
        releases.into_iter().rev().collect::<Vec<_>>().try_into().unwrap(),
    ] {
        let view = View::of(&viewer(Role::Guest, "zoll"), &sources(), &releases, now());
        let scope = view.counts().unwrap();
        assert_eq!(scope.cut().smallest_count.get(), 10);
        assert_eq!(scope.cut().priority, Priority::Topic);
        assert_eq!(scope.resolution().map(u8::from), Some(7));
        assert_eq!(scope.delay_days(), 14);
        assert_eq!(
            CountScope::all(&sources(), &releases, now()),
            std::slice::from_ref(scope)
        );
    }
}

#[test]
fn counts_tell_known_records_from_others_and_keep_the_floor() {
    let releases = [
        release("maengel", "stadt", "stadt", COUNTS),
        release("delikte", "polizei", "stadt", COUNTS),
    ];
    let view = View::of(&viewer(Role::Management, "stadt"), &sources(), &releases, now());
    let scope = view.counts().unwrap();
    let taxonomy = taxonomy();
    let reduce = |source: &str, category: &str| {
        scope.reduce(
            &SourceId::new(source).unwrap(),
            Kind::Incident,
            taxonomy.category(category).unwrap(),
            None,
            Some(CellIndex(1)),
        )
    };
    assert!(reduce("maengel", "wilder_muell").unwrap().is_known);
    assert!(!reduce("delikte", "raub").unwrap().is_known);
    assert_eq!(reduce("delikte", "raub").unwrap().cell, Some(CellIndex(1)));
    assert_eq!(reduce("delikte", "sexualdelikt").unwrap().cell, None);
    assert_eq!(reduce("umfrage", "raub"), None);
}

/// What analysts saw under a release that has ended, or will see under one that is to come, they can take off too.
#[test]
fn records_seen_before_or_later_are_known_as_well() {
    for dates in [r#""from": "2026-12-01""#, r#""from": "2026-01-01""#] {
        let mut records = release("delikte", "polizei", "zoll", &format!("{dates}, {RECORDS}"));
        if dates.contains("2026-01-01") {
            records.until = "2026-06-30".parse().unwrap();
        }
        let releases = [records, release("delikte", "polizei", "zoll", COUNTS)];
        let view = View::of(&viewer(Role::Partner, "zoll"), &sources(), &releases, now());
        let taxonomy = taxonomy();
        let raub = taxonomy.category("raub").unwrap();
        let source = SourceId::new("delikte").unwrap();
        let reduced = view
            .counts()
            .unwrap()
            .reduce(&source, Kind::Incident, raub, None, None);
        assert!(reduced.unwrap().is_known, "{dates}");
    }
}
