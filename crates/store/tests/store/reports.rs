//! Writing reports and reading them.

use jiff::Timestamp;
use lagebild_domain::{
    CategoryId, Change, Interval, LatLng, Location, OrganisationId, Precision, Report, ReportId, Revision,
    Role, View, Viewer,
};
use lagebild_ingest::{Batch, Reason, Recorded, Rejection, Sink};

use crate::samples::{batch, report, reports_of, source};
use crate::site::{Site, on_both_stores};

on_both_stores! {
    the_same_report_again_changes_nothing_and_a_changed_one_gets_a_version,
    the_same_id_of_another_source_is_another_report,
    what_was_acknowledged_is_there_after_opening_again,
    rows_of_any_length_and_with_odd_characters_come_back_as_they_were,
    a_row_that_is_rejected_twice_is_in_quarantine_once,
    a_row_leaves_the_quarantine_when_it_is_read_and_stays_discarded_when_it_is,
    a_row_leaves_the_quarantine_after_thirty_days_but_stays_discarded,
    a_category_with_a_deadline_of_its_own_goes_then,
    two_imports_of_one_source_at_once_agree_on_what_is_new,
    a_viewer_gets_released_reports_only_and_ids_only_as_the_owner,
    a_follower_learns_places_and_times_to_the_last_digit,
}

async fn the_same_report_again_changes_nothing_and_a_changed_one_gets_a_version(site: Site) {
    let store = site.open().await;
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
    assert_eq!(reports_of(&changes), [(ReportId(2), Revision(3))]);
}

async fn the_same_id_of_another_source_is_another_report(site: Site) {
    let store = site.open().await;
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

async fn what_was_acknowledged_is_there_after_opening_again(site: Site) {
    let store = site.open().await;
    store
        .record(batch("m", vec![report("m", "1", "a")]))
        .await
        .unwrap();
    drop(store);
    let again = site.open().await;
    assert_eq!(again.revision().await.unwrap(), Revision(1));
    // The identity key is kept too: the same report is still the same.
    let recorded = again
        .record(batch("m", vec![report("m", "1", "a")]))
        .await
        .unwrap();
    assert_eq!(recorded.unchanged, 1);
}

async fn a_viewer_gets_released_reports_only_and_ids_only_as_the_owner(site: Site) {
    let store = site.open().await;
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

/// More rows than one statement takes on SQLite; texts that SQL or JSON could trip over.
async fn rows_of_any_length_and_with_odd_characters_come_back_as_they_were(site: Site) {
    let store = site.open().await;
    let texts = [
        "",
        "'; DROP TABLE report; --",
        "\"[{$1}]\\",
        "Größe 🚲\n\t",
        "a\0b",
        &"x".repeat(200_000),
    ];
    let reports: Vec<Report> = (0..4_000)
        .map(|number| report("m", &number.to_string(), texts[number % texts.len()]))
        .collect();
    let recorded = store.record(batch("m", reports.clone())).await.unwrap();
    assert_eq!(recorded.accepted, 4_000);
    let again = store.record(batch("m", reports.clone())).await.unwrap();
    assert_eq!(again.unchanged, 4_000);
    let viewer = Viewer {
        name: "t".to_owned(),
        role: Role::Analyst,
        organisation: OrganisationId::new("stadt").unwrap(),
    };
    let view = View::of(&viewer, &[source("m", "stadt")], &[], Timestamp::now());
    let ids: Vec<ReportId> = (1..=4_000).map(ReportId).collect();
    let found = store.reports(view.records().unwrap(), &ids).await.unwrap();
    assert_eq!(found.len(), 4_000);
    for (given, kept) in reports.iter().zip(&found) {
        // PostgreSQL cannot hold the character NUL, so neither store does.
        let text = given.text.as_ref().map(|text| text.replace('\0', ""));
        assert_eq!(
            kept.report,
            Report {
                text,
                ..given.clone()
            }
        );
    }
}

async fn a_row_that_is_rejected_twice_is_in_quarantine_once(site: Site) {
    let store = site.open().await;
    let rejection = |line, byte| Rejection {
        file: None,
        line,
        digest: [byte; 16],
        reason: Reason::Future,
        kept: None,
    };
    for _ in 0..2 {
        let rows = Batch {
            rejections: vec![rejection(2, 1), rejection(3, 1), rejection(4, 2)],
            ..batch("m", Vec::new())
        };
        store.record(rows).await.unwrap();
    }
    let counts = store.quarantined("m").await.unwrap();
    assert_eq!(counts.len(), 1);
    assert_eq!(counts[0].1, 2, "two distinct rows");
    assert_eq!(store.revision().await.unwrap(), Revision::ZERO);
}

async fn a_row_leaves_the_quarantine_when_it_is_read_and_stays_discarded_when_it_is(site: Site) {
    let store = site.open().await;
    let rejected = || {
        let rejections = [1, 2, 3].map(|byte| Rejection {
            file: None,
            line: u64::from(byte) + 1,
            digest: [byte; 16],
            reason: Reason::Future,
            kept: None,
        });
        Batch {
            rejections: rejections.to_vec(),
            ..batch("m", Vec::new())
        }
    };
    store.record(rejected()).await.unwrap();
    assert!(store.discard("m", [3; 16], "test entry").await.unwrap());
    assert!(!store.discard("m", [3; 16], "again").await.unwrap());
    assert!(!store.discard("other", [1; 16], "no such row").await.unwrap());
    store.record(rejected()).await.unwrap();
    let rows = store.quarantine("m", None, None, 10).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 3]);
    let behind = store
        .quarantine("m", Some("future"), Some([1; 16]), 10)
        .await
        .unwrap();
    assert_eq!(behind.iter().map(|row| row.line).collect::<Vec<_>>(), [3]);
    let discarded = store.quarantine("m", Some("discarded"), None, 10).await.unwrap();
    assert_eq!(discarded[0].reason, "test entry (future)");
    let id = source("m", "stadt").id;
    assert_eq!(store.kept_out(&id).await.unwrap().len(), 3);
    assert_eq!(store.last_received("m").await.unwrap(), None);

    let read = Batch {
        readmitted: vec![[1; 16], [3; 16], [9; 16]],
        ..batch("m", vec![report("m", "1", "a")])
    };
    store.record(read).await.unwrap();
    let rows = store.quarantine("m", None, None, 10).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [3]);
    assert_eq!(store.kept_out(&id).await.unwrap().len(), 1);
    assert!(store.last_received("m").await.unwrap().is_some());
}

async fn a_row_leaves_the_quarantine_after_thirty_days_but_stays_discarded(site: Site) {
    let store = site.open().await;
    let rejections = [1, 2].map(|byte| Rejection {
        file: Some("other.csv".to_owned()),
        line: u64::from(byte),
        digest: [byte; 16],
        reason: Reason::Future,
        kept: None,
    });
    let rows = Batch {
        rejections: rejections.to_vec(),
        ..batch("m", Vec::new())
    };
    store.record(rows).await.unwrap();
    assert!(store.discard("m", [2; 16], "test entry").await.unwrap());
    let kept_for_a_year = source("m", "stadt");
    let days = |days: i64| Timestamp::now() + jiff::SignedDuration::from_hours(24 * days);
    let removed = store.remove_expired(&kept_for_a_year, days(29)).await.unwrap();
    assert_eq!(removed.quarantined, 0);
    assert_eq!(
        store.quarantine("m", None, None, 10).await.unwrap()[0].file,
        "other.csv"
    );
    let removed = store.remove_expired(&kept_for_a_year, days(31)).await.unwrap();
    assert_eq!(removed.quarantined, 1);
    let left = store.quarantine("m", Some("discarded"), None, 10).await.unwrap();
    assert_eq!(left[0].digest, [2; 16]);
    let removed = store.remove_expired(&kept_for_a_year, days(366)).await.unwrap();
    assert_eq!(removed.quarantined, 1);
}

async fn a_category_with_a_deadline_of_its_own_goes_then(site: Site) {
    let store = site.open().await;
    let mut reports = vec![
        report("m", "1", "a"),
        report("m", "2", "b"),
        report("m", "3", "c"),
    ];
    reports[1].category = CategoryId::new("graffiti").unwrap();
    reports[2].category = CategoryId::new("laerm_nacht").unwrap();
    store.record(batch("m", reports)).await.unwrap();
    // A year for all; a month for graffiti, two years for noise.
    let mut kept = source("m", "stadt");
    kept.retention_days_by_category = [("graffiti", 30), ("laerm_nacht", 730)]
        .map(|(category, days)| (CategoryId::new(category).unwrap(), days))
        .into();
    let happened: Timestamp = "2026-11-01T08:00:00Z".parse().unwrap();
    let after = |days: i64| {
        happened + jiff::SignedDuration::from_hours(24 * days) + jiff::SignedDuration::from_secs(1)
    };
    for (days, removed) in [(29, 0), (30, 1), (364, 0), (365, 1), (729, 0), (730, 1)] {
        let gone = store.remove_expired(&kept, after(days)).await.unwrap();
        assert_eq!(gone.reports, removed, "after {days} days");
    }
}

async fn two_imports_of_one_source_at_once_agree_on_what_is_new(site: Site) {
    let stores = [site.open().await, site.open().await];
    let mut imports = Vec::new();
    for store in stores.clone() {
        imports.push(tokio::spawn(async move {
            let mut sum = (0, 0);
            for number in 0..20 {
                let rows = (0..50)
                    .map(|row| report("m", &format!("{number}-{row}"), "a"))
                    .collect();
                let recorded = store.record(batch("m", rows)).await.unwrap();
                assert_eq!(recorded.updated, 0);
                sum = (sum.0 + recorded.accepted, sum.1 + recorded.unchanged);
            }
            sum
        }));
    }
    let (mut accepted, mut unchanged) = (0, 0);
    for import in imports {
        let sum = import.await.unwrap();
        (accepted, unchanged) = (accepted + sum.0, unchanged + sum.1);
    }
    assert_eq!((accepted, unchanged), (1_000, 1_000));
    assert_eq!(stores[0].revision().await.unwrap(), Revision(1_000));
}

async fn a_follower_learns_places_and_times_to_the_last_digit(site: Site) {
    let store = site.open().await;
    // Numbers that fifteen digits do not tell apart from their neighbours, the smallest there is, and none.
    let odd = |id, lat: f64, precision_m| Report {
        location: Location::At {
            point: LatLng::new(lat, -lat).unwrap(),
            precision: Precision::Point,
            precision_m,
        },
        reported_at: None,
        occurred: Interval::instant("1969-12-31T23:59:59.999999Z".parse().unwrap()),
        ..report("m", id, "x")
    };
    let recorded = vec![
        odd("1", 0.1 + 0.2, 1.0 / 3.0),
        odd("2", 51.678_078_000_000_006, f64::MIN_POSITIVE),
        odd("3", -0.0, 1e22),
        Report {
            location: Location::Nowhere,
            ..report("m", "4", "a|b\nc")
        },
    ];
    store.record(batch("m", recorded.clone())).await.unwrap();
    let changes = store.changes_since(Revision::ZERO, 10).await.unwrap();
    assert_eq!(changes.len(), 4);
    for (change, report) in changes.iter().zip(&recorded) {
        let Change::Report(facts) = change else {
            panic!("{change:?}")
        };
        assert_eq!(facts.location, report.location);
        assert_eq!(
            (facts.occurred, facts.reported_at),
            (report.occurred, report.reported_at)
        );
        assert_eq!(
            (&facts.source, &facts.category),
            (&report.source, &report.category)
        );
        assert_eq!((facts.kind, facts.status), (report.kind, report.status));
    }
}
