//! The store on a real database file.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::collections::BTreeSet;

use jiff::{Timestamp, ToSpan};
use lagebild_domain::{
    CategoryId, Change, ExternalId, Finding, Hotspot, HotspotId, HotspotKind, HotspotState, Interval, Kind,
    LatLng, Location, OrganisationId, Precision, Regime, Report, ReportId, Revision, Role, Source, SourceId,
    Status, View, Viewer,
};
use lagebild_ingest::{Batch, Recorded, Sink};
use lagebild_store::{Look, Store};
use tempfile::TempDir;

async fn open(dir: &TempDir) -> Store {
    Store::open("sqlite:lage.db", dir.path()).await.unwrap()
}

fn report(source: &str, id: &str, text: &str) -> Report {
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

fn batch(source: &str, reports: Vec<Report>) -> Batch {
    Batch {
        source: SourceId::new(source).unwrap(),
        file: "test.csv".to_owned(),
        reports,
        rejections: Vec::new(),
        keep_external_id: true,
    }
}

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
    }
}

fn reports_of(changes: &[Change]) -> Vec<(ReportId, Revision, u32)> {
    changes
        .iter()
        .filter_map(|change| match change {
            Change::Report(report) => Some((report.id, report.sequence, report.version)),
            Change::Hotspot(_) => None,
        })
        .collect()
}

#[tokio::test]
async fn the_same_report_again_changes_nothing_and_a_changed_one_gets_a_version() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).await;
    let counts = |accepted, updated, unchanged| Recorded {
        accepted,
        updated,
        unchanged,
    };
    let two = vec![report("m", "1", "a"), report("m", "2", "b")];
    assert_eq!(
        store.record(batch("m", two.clone())).await.unwrap(),
        counts(2, 0, 0)
    );
    assert_eq!(store.revision().await.unwrap(), Revision(2));
    assert_eq!(store.record(batch("m", two)).await.unwrap(), counts(0, 0, 2));
    assert_eq!(
        store.revision().await.unwrap(),
        Revision(2),
        "nothing changed, so no number is taken"
    );

    let changed = vec![report("m", "1", "a"), report("m", "2", "b, still there")];
    assert_eq!(store.record(batch("m", changed)).await.unwrap(), counts(0, 1, 1));
    let changes = store.changes_since(Revision(2), 10).await.unwrap();
    assert_eq!(reports_of(&changes), [(ReportId(2), Revision(3), 2)]);
}

#[tokio::test]
async fn the_same_id_of_another_source_is_another_report() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).await;
    store
        .record(batch("a", vec![report("a", "1", "x")]))
        .await
        .unwrap();
    let recorded = store
        .record(batch("b", vec![report("b", "1", "x")]))
        .await
        .unwrap();
    assert_eq!(recorded.accepted, 1);
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_opening_again() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).await;
    store
        .record(batch("m", vec![report("m", "1", "a")]))
        .await
        .unwrap();
    drop(store);
    let again = open(&dir).await;
    assert_eq!(again.revision().await.unwrap(), Revision(1));
    // The identity key is kept too: the same report is still the same.
    let recorded = again
        .record(batch("m", vec![report("m", "1", "a")]))
        .await
        .unwrap();
    assert_eq!(recorded.unchanged, 1);
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_may_read_key_and_database() {
    use std::os::unix::fs::PermissionsExt;
    let dir = TempDir::new().unwrap();
    let store = open(&dir).await;
    store
        .record(batch("m", vec![report("m", "1", "a")]))
        .await
        .unwrap();
    for name in ["lage.key", "lage.db", "lage.db-wal"] {
        let mode = std::fs::metadata(dir.path().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

/// Two processes write at once; a follower that pages by three meets every report, in rising order, none twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_skips_nothing_under_concurrent_writers() {
    const WRITERS: usize = 3;
    const BATCHES: usize = 20;
    let dir = TempDir::new().unwrap();
    let follower = open(&dir).await;
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        let store = open(&dir).await;
        writers.push(tokio::spawn(async move {
            for number in 0..BATCHES {
                let ids = (0..4)
                    .map(|row| report("m", &format!("{writer}-{number}-{row}"), "x"))
                    .collect();
                store.record(batch("m", ids)).await.unwrap();
            }
        }));
    }
    let mut met = BTreeSet::new();
    let mut at = Revision::ZERO;
    while met.len() < WRITERS * BATCHES * 4 {
        let changes = reports_of(&follower.changes_since(at, 3).await.unwrap());
        for (id, revision, _) in changes {
            assert!(revision > at, "revisions rise");
            assert!(met.insert(id), "no report comes twice");
            at = revision;
        }
        tokio::task::yield_now().await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(
        at,
        Revision((WRITERS * BATCHES * 4) as u64),
        "no number is left out"
    );
}

/// With another key every row of a feed would come in as a new report.
#[tokio::test]
async fn a_database_with_reports_is_not_opened_without_its_key() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).await;
    store
        .record(batch("m", vec![report("m", "1", "a")]))
        .await
        .unwrap();
    drop(store);
    std::fs::remove_file(dir.path().join("lage.key")).unwrap();
    for _ in 0..2 {
        let error = Store::open("sqlite:lage.db", dir.path()).await.unwrap_err();
        assert!(error.to_string().contains("lage.key"), "{error}");
    }
}

#[tokio::test]
async fn a_viewer_gets_released_reports_only_and_ids_only_as_the_owner() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).await;
    store
        .record(batch("m", vec![report("m", "17", "a")]))
        .await
        .unwrap();
    store
        .record(batch("p", vec![report("p", "18", "b")]))
        .await
        .unwrap();
    let sources = [source("m", "stadt"), source("p", "polizei")];
    let seen_by = |organisation: &str, releases: &[lagebild_domain::Release]| {
        let viewer = Viewer {
            name: "t".to_owned(),
            role: Role::Analyst,
            organisation: OrganisationId::new(organisation).unwrap(),
        };
        View::of(&viewer, &sources, releases, Timestamp::now())
    };
    let ids = [ReportId(2), ReportId(1)];
    let city = seen_by("stadt", &[]);
    let found = store.reports(city.records().unwrap(), &ids).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].id, found[0].report.external_id.as_str()),
        (ReportId(1), "17")
    );

    let releases = [("m", "stadt"), ("p", "polizei")].map(|(source, owner)| {
        serde_json::from_value(serde_json::json!({
            "id": source, "owner": owner, "to": "joint", "sources": [source], "as": "records",
            "purpose": "Lagebild", "until": "2099-12-31", "approved_by": "Geschäftsführung",
        }))
        .unwrap()
    });
    let joint = seen_by("joint", &releases);
    let found = store.reports(joint.records().unwrap(), &ids).await.unwrap();
    let order: Vec<ReportId> = found.iter().map(|report| report.id).collect();
    assert_eq!(order, ids, "in the order asked for");
    assert!(
        found
            .iter()
            .all(|report| report.report.external_id.as_str().is_empty())
    );
}

#[tokio::test]
async fn the_database_holds_no_external_id_unless_the_source_keeps_it() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).await;
    let secret = "AKTENZEICHEN-4711";
    let without = Batch {
        keep_external_id: false,
        ..batch("m", vec![report("m", secret, "a")])
    };
    store.record(without).await.unwrap();
    drop(store);
    for name in ["lage.db", "lage.db-wal"] {
        let bytes = std::fs::read(dir.path().join(name)).unwrap_or_default();
        assert!(
            !bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes()),
            "{name}"
        );
    }
}

#[tokio::test]
async fn tokens_and_sessions_open_until_they_expire_or_end() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).await;
    let viewer = Viewer {
        name: "Ordnungsamt".to_owned(),
        role: Role::Analyst,
        organisation: OrganisationId::new("stadt").unwrap(),
    };
    let later = Timestamp::now().checked_add(1.hour()).unwrap();
    let before = Timestamp::now().checked_sub(1.hour()).unwrap();
    let token = store.create_token(&viewer, later).await.unwrap();
    let stale = store.create_token(&viewer, before).await.unwrap();
    assert_eq!(
        store.viewer_by_token(token.reveal()).await.unwrap().as_ref(),
        Some(&viewer)
    );
    assert_eq!(store.viewer_by_token(stale.reveal()).await.unwrap(), None);
    assert_eq!(store.viewer_by_token("guess").await.unwrap(), None);
    assert_eq!(
        store.viewer_by_session(token.reveal()).await.unwrap(),
        None,
        "a token is no session"
    );

    let session = store.open_session(&viewer, later).await.unwrap();
    assert_eq!(
        store.viewer_by_session(session.reveal()).await.unwrap(),
        Some(viewer)
    );
    store.close_session(session.reveal()).await.unwrap();
    assert_eq!(store.viewer_by_session(session.reveal()).await.unwrap(), None);
}

fn hotspot(number: u64, state: HotspotState) -> Hotspot {
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
            p_value: 0.001,
            recurrence_interval_days: 1000.0,
            recurrence_at_limit: true,
            streams: Vec::new(),
            sources: vec![SourceId::new("m").unwrap()],
            place: "Marktplatz".to_owned(),
            method: "scan".to_owned(),
            parameters: serde_json::json!({}),
            seed: 1,
            cautions: Vec::new(),
        },
        revision: Revision::ZERO,
    }
}

#[tokio::test]
async fn a_look_and_its_hotspots_take_their_numbers_from_the_same_row() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).await;
    store
        .record(batch("m", vec![report("m", "1", "a")]))
        .await
        .unwrap();
    let look = |day: u8| Look {
        profile: "beschwerden".to_owned(),
        at: format!("2026-11-{day:02}T23:00:00Z").parse().unwrap(),
        revision: Revision(1),
        findings: 1,
    };
    let settled = |state| move |_: &[Hotspot], _: u64| vec![hotspot(1, state)];
    store
        .record_look(&look(1), settled(HotspotState::Emerging))
        .await
        .unwrap();
    store
        .record_look(&look(2), settled(HotspotState::Closed))
        .await
        .unwrap();
    assert_eq!(store.revision().await.unwrap(), Revision(3));
    let back = store
        .record_look(&look(1), |open, next| {
            assert!(
                open.is_empty() && next == 2,
                "a closed hotspot is no longer matched, its number stays taken"
            );
            vec![hotspot(2, HotspotState::Emerging)]
        })
        .await
        .unwrap();
    assert!(!back.is_kept, "a look back changes no history");
    assert_eq!(store.revision().await.unwrap(), Revision(3));
    let history = store
        .hotspot_history(&HotspotId("hs-1".to_owned()))
        .await
        .unwrap();
    let states: Vec<HotspotState> = history.iter().map(|entry| entry.state).collect();
    assert_eq!(states, [HotspotState::Emerging, HotspotState::Closed]);
    let changes = store.changes_since(Revision(1), 10).await.unwrap();
    assert!(matches!(&changes[..], [Change::Hotspot(h)] if h.revision == Revision(3)));
}
