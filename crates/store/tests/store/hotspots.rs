//! Looks and hotspots.

use jiff::Timestamp;
use lagebild_domain::{
    Change, Hotspot, HotspotId, HotspotState, InvalidReview, LayerKind, Notice, NoticeKind, OrganisationId,
    Review, ReviewAction, Revision, Role, Viewer, WeeklyLayer,
};
use lagebild_ingest::Sink;
use lagebild_store::{Look, PastHotspot};

use crate::samples::{batch, hotspot, report};
use crate::site::{Site, on_both_stores};

on_both_stores! {
    a_look_and_its_hotspots_take_their_numbers_from_the_same_row,
    a_review_is_kept_with_role_and_reason_and_changes_the_hotspot,
    the_past_goes_before_what_is_known_and_gets_ids_of_its_own,
    notices_and_layers_are_the_latest,
}

async fn a_look_and_its_hotspots_take_their_numbers_from_the_same_row(site: Site) {
    let store = site.open().await;
    store
        .record(batch("m", vec![report("m", "1", "a")]))
        .await
        .unwrap();
    let look = |day: u8| Look {
        profile: "beschwerden".to_owned(),
        at: format!("2026-11-{day:02}T23:00:00Z").parse().unwrap(),
        made_at: None,
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
    let id = HotspotId("hs-1".to_owned());
    let history = store.hotspot_history(&id, Revision::ZERO, 10).await.unwrap();
    let states: Vec<HotspotState> = history.iter().map(|entry| entry.state).collect();
    assert_eq!(states, [HotspotState::Emerging, HotspotState::Closed]);
    let first = store.hotspot_history(&id, Revision::ZERO, 1).await.unwrap();
    let rest = store.hotspot_history(&id, first[0].revision, 1).await.unwrap();
    assert_eq!(
        [&first[..], &rest[..]].concat(),
        history,
        "the same, page by page"
    );
    let changes = store.changes_since(Revision(1), 10).await.unwrap();
    assert!(matches!(&changes[..], [Change::Hotspot(h)] if h.revision == Revision(3)));
}

fn at(day: u8) -> Timestamp {
    format!("2026-11-{day:02}T23:00:00Z").parse().unwrap()
}

fn look(day: u8) -> Look {
    Look {
        profile: "beschwerden".to_owned(),
        at: at(day),
        made_at: Some(at(day)),
        revision: Revision(1),
        findings: 1,
    }
}

async fn a_review_is_kept_with_role_and_reason_and_changes_the_hotspot(site: Site) {
    let store = site.open().await;
    store
        .record_look(&look(1), |_, _| vec![hotspot(1, HotspotState::Emerging)])
        .await
        .unwrap();
    let viewer = Viewer {
        name: "Frau Beispiel".to_owned(),
        role: Role::Analyst,
        organisation: OrganisationId::new("stadt").unwrap(),
    };
    let review = |action, text| Review::new(&viewer, action, text, at(2)).unwrap();
    let id = HotspotId("hs-1".to_owned());
    let dismissed = review(ReviewAction::Dismiss, Some("Baustelle"));
    let after = store
        .record_review(&id, &dismissed)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert_eq!(after.state, HotspotState::Dismissed);
    let renamed = review(ReviewAction::Rename, Some("Alter Markt"));
    store
        .record_review(&id, &renamed)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    let reviews = store.reviews(&id, Revision::ZERO, 10).await.unwrap();
    assert_eq!([&reviews[0].review, &reviews[1].review], [&dismissed, &renamed]);
    assert_eq!(
        store.reviews(&id, reviews[0].revision, 10).await.unwrap().len(),
        1
    );
    // The next look knows of it, and so does who follows.
    store
        .record_look(&look(3), |known, _| {
            assert_eq!(
                (known[0].place(), known[0].state),
                ("Alter Markt", HotspotState::Dismissed)
            );
            Vec::new()
        })
        .await
        .unwrap();
    let changes = store.changes_since(Revision(2), 10).await.unwrap();
    assert!(matches!(&changes[..], [Change::Hotspot(h)] if h.place() == "Alter Markt"));
    let unknown = HotspotId("hs-9".to_owned());
    assert!(store.record_review(&unknown, &dismissed).await.unwrap().is_none());
    store
        .record_look(&look(4), |_, _| vec![hotspot(1, HotspotState::Closed)])
        .await
        .unwrap();
    let late = store.record_review(&id, &dismissed).await.unwrap().unwrap();
    assert_eq!(late.unwrap_err(), InvalidReview::Closed);
}

async fn the_past_goes_before_what_is_known_and_gets_ids_of_its_own(site: Site) {
    let store = site.open().await;
    let mut today = hotspot(1, HotspotState::Emerging);
    (today.first_seen, today.last_seen) = (at(20), at(20));
    store
        .record_look(&look(20), |_, _| vec![today.clone()])
        .await
        .unwrap();
    assert!(!store.has_past("beschwerden").await.unwrap());
    // One of the past is at the same place up to a week before, the other somewhere else.
    let mut same = hotspot(1, HotspotState::Emerging);
    (same.first_seen, same.last_seen) = (at(6), at(13));
    let mut other = hotspot(2, HotspotState::Cooling);
    (other.first_seen, other.last_seen) = (at(6), at(6));
    other.finding.center = lagebild_domain::LatLng::new(51.60, 7.70).unwrap();
    let past = vec![
        PastHotspot {
            moments: vec![(at(6), same.clone()), (at(13), same)],
        },
        PastHotspot {
            moments: vec![(at(6), other)],
        },
    ];
    let looks = [6, 13].map(|day| Look {
        made_at: None,
        ..look(day)
    });
    store.record_past("beschwerden", &looks, past).await.unwrap();
    assert!(store.has_past("beschwerden").await.unwrap());
    assert_eq!(store.first_look("beschwerden").await.unwrap(), Some(at(6)));
    assert_eq!(store.latest_look().await.unwrap().unwrap().at, at(20));
    let history = store
        .hotspot_history(&HotspotId("hs-1".to_owned()), Revision::ZERO, 10)
        .await
        .unwrap();
    let days: Vec<Timestamp> = history.iter().map(|entry| entry.at).collect();
    assert_eq!(days, [at(6), at(13), at(20)], "one story, in order");
    let changes = store.changes_since(Revision(1), 10).await.unwrap();
    let told: Vec<(String, HotspotState, Timestamp)> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Hotspot(h) => Some((h.id.to_string(), h.state, h.first_seen)),
            Change::Report(_) | Change::Publication(_) | Change::Alert { .. } | Change::Removal { .. } => {
                None
            }
        })
        .collect();
    assert_eq!(
        told,
        [
            ("hs-1".to_owned(), HotspotState::Emerging, at(6)),
            ("hs-2".to_owned(), HotspotState::Closed, at(6))
        ]
    );
}

async fn notices_and_layers_are_the_latest(site: Site) {
    let store = site.open().await;
    let notice = |observed| Notice {
        kind: NoticeKind::SilentSource,
        sources: Vec::new(),
        sentence: "Stille".to_owned(),
        point: None,
        since: at(1),
        observed,
        usual: 3.0,
    };
    store.replace_notices(&[notice(1.0), notice(2.0)]).await.unwrap();
    store.replace_notices(&[notice(3.0)]).await.unwrap();
    assert_eq!(store.data_notices().await.unwrap(), [notice(3.0)]);
    assert_eq!(store.layers_made_at().await.unwrap(), None);
    let layer = WeeklyLayer {
        id: "persistent-complaint".to_owned(),
        kind: LayerKind::Persistent,
        label: "Dauerhaft hoch".to_owned(),
        from: jiff::civil::date(2025, 11, 3),
        to: jiff::civil::date(2026, 11, 1),
        sources: Vec::new(),
        sentence: "In 3 Waben".to_owned(),
        method: "Gi*".to_owned(),
        parameters: serde_json::json!({"days": 364}),
        items: Vec::new(),
    };
    store
        .replace_layers(std::slice::from_ref(&layer), at(2))
        .await
        .unwrap();
    assert_eq!(store.weekly_layers().await.unwrap(), [layer]);
    assert_eq!(store.layers_made_at().await.unwrap(), Some(at(2)));
}
