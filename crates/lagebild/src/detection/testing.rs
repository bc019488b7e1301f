//! Small cities for the tests of detection.

use jiff::ToSpan;
use jiff::civil::Date;
use lagebild_domain::{
    Areas, Interval, Kind, LatLng, OrganisationId, Regime, ReportId, Source, SourceId, Taxonomy,
};
use lagebild_situation::{Observation, Situation, Vocabulary};

use super::examine::Examiner;
use super::steps::midnight_of;

/// First day of the tests' data, a Monday.
pub(super) const START: Date = Date::constant(2024, 1, 1);

/// A report at noon of day `day`, `east_m` metres east of a fixed point.
pub(super) fn observation(id: u64, day: i64, east_m: f64) -> Observation {
    let point = LatLng::new(51.68, 7.80 + east_m / 68_948.0).unwrap();
    let noon = midnight_of(START.checked_add(day.days()).unwrap())
        .checked_add(12.hours())
        .unwrap();
    let cell = h3o::LatLng::new(point.lat_degrees(), point.lng_degrees())
        .unwrap()
        .to_cell(h3o::Resolution::Ten);
    Observation {
        id: ReportId(id),
        point,
        occurred: Interval::instant(noon),
        told_at: noon,
        cell: cell.into(),
        category: 0,
        source: 0,
    }
}

pub(super) fn source(id: &str) -> Source {
    Source {
        id: SourceId::new(id).unwrap(),
        label: id.to_uppercase(),
        owner: OrganisationId::new("stadt").unwrap(),
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

/// An examiner of a city with one source and no named place.
pub(super) fn examiner() -> Examiner {
    let taxonomy = Taxonomy::parse(include_str!("../../../../data/taxonomy.toml")).unwrap();
    let vocabulary = Vocabulary::new(taxonomy, vec![source("a")], Areas::new(Vec::new()), None);
    Examiner {
        situation: Situation::new(vocabulary).into(),
        places: [].into(),
        rounded: std::collections::BTreeSet::new().into(),
        trusted: [].into(),
        profiles: 1,
        calibrations: super::lookout::Calibrations::default(),
        links: crate::linking::Links::default(),
    }
}
