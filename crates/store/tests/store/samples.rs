//! Reports, batches and hotspots to record.

use lagebild_domain::{
    CategoryId, Change, ExternalId, Finding, Hotspot, HotspotId, HotspotKind, HotspotState, Interval, Kind,
    LatLng, Location, OrganisationId, Precision, Regime, Report, ReportId, Revision, Source, SourceId,
    Status,
};
use lagebild_ingest::Batch;

pub(crate) fn report(source: &str, id: &str, text: &str) -> Report {
    Report {
        source: SourceId::new(source).unwrap(),
        external_id: ExternalId::new(id),
        kind: Kind::Complaint,
        category: CategoryId::new("wilder_muell").unwrap(),
        occurred: Interval::instant("2026-11-01T08:00:00Z".parse().unwrap()),
        reported_at: Some("2026-11-01T09:00:00Z".parse().unwrap()),
        status: Status::Open,
        location: Location::At {
            point: LatLng::new(51.68, 7.82).unwrap(),
            precision: Precision::Street,
            precision_m: 100.0,
        },
        place: Some("Marktplatz".to_owned()),
        text: Some(text.to_owned()),
        weight: 1.0,
    }
}

pub(crate) fn batch(source: &str, reports: Vec<Report>) -> Batch {
    Batch {
        source: SourceId::new(source).unwrap(),
        file: "test.csv".to_owned(),
        reports,
        rejections: Vec::new(),
        readmitted: Vec::new(),
        keep_external_id: true,
    }
}

pub(crate) fn source(id: &str, owner: &str) -> Source {
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

pub(crate) fn reports_of(changes: &[Change]) -> Vec<(ReportId, Revision)> {
    changes
        .iter()
        .filter_map(|change| match change {
            Change::Report(report) => Some((report.id, report.sequence)),
            Change::Hotspot(_) | Change::Publication(_) | Change::Alert { .. } | Change::Removal { .. } => {
                None
            }
        })
        .collect()
}

pub(crate) fn hotspot(number: u64, state: HotspotState) -> Hotspot {
    let at = "2026-11-01T23:00:00Z".parse().unwrap();
    Hotspot {
        id: HotspotId(format!("hs-{number}")),
        state,
        first_seen: at,
        last_seen: at,
        finding: Finding {
            profile: "beschwerden".to_owned(),
            kind: HotspotKind::Beschwerdehotspot,
            center: LatLng::new(51.68, 7.82).unwrap(),
            radius_m: 200.0,
            outline: Vec::new(),
            window: Interval::instant(at),
            observed: 14.0,
            expected: 5.2,
            relative_risk: 2.7,
            p_value: Some(0.001),
            recurrence_interval_days: Some(1000.0),
            recurrence_at_limit: true,
            streams: Vec::new(),
            categories: Vec::new(),
            rhythm: lagebild_domain::Rhythm::default(),
            reports: Vec::new(),
            sources: vec![SourceId::new("m").unwrap()],
            place: "Marktplatz".to_owned(),
            method: "scan".to_owned(),
            parameters: serde_json::json!({}),
            seed: 1,
            cautions: Vec::new(),
        },
        story: lagebild_domain::Story::default(),
        revision: Revision::ZERO,
    }
}
