//! Looks and hotspots.

use lagebild_domain::{Change, Hotspot, HotspotId, HotspotState, Revision};
use lagebild_ingest::Sink;
use lagebild_store::Look;

use crate::samples::{batch, hotspot, report};
use crate::site::{Site, on_both_stores};

on_both_stores! {
    a_look_and_its_hotspots_take_their_numbers_from_the_same_row,
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
