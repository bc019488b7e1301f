//! Stamps of the picture's files.

use lagebild_domain::Stamp;
use lagebild_ingest::Sink;
use lagebild_tests::database;

use crate::samples;
use crate::site::{Site, on_both_stores};

on_both_stores! {
    a_stamp_is_known_to_every_process_and_so_is_the_one_before_it,
    a_stamp_that_is_not_known_is_not_replaced,
    a_deleted_report_takes_all_stamps_away,
}

const FIRST: Stamp = Stamp([1; 16]);
const SECOND: Stamp = Stamp([2; 16]);
const THIRD: Stamp = Stamp([3; 16]);

async fn a_stamp_is_known_to_every_process_and_so_is_the_one_before_it(site: Site) {
    let store = site.open().await;
    assert!(!store.knows_stamp(FIRST).await.unwrap());
    store.begin_stamps(FIRST).await.unwrap();
    let again = site.open().await;
    assert!(again.knows_stamp(FIRST).await.unwrap());
    assert!(again.replace_stamp(FIRST, SECOND).await.unwrap());
    assert!(store.knows_stamp(FIRST).await.unwrap() && store.knows_stamp(SECOND).await.unwrap());
    // As after a writing that was interrupted: the file still bears the first.
    assert!(store.replace_stamp(FIRST, THIRD).await.unwrap());
    assert!(store.knows_stamp(FIRST).await.unwrap() && store.knows_stamp(THIRD).await.unwrap());
    assert!(!store.knows_stamp(SECOND).await.unwrap());
}

async fn a_stamp_that_is_not_known_is_not_replaced(site: Site) {
    let store = site.open().await;
    store.begin_stamps(FIRST).await.unwrap();
    assert!(!store.replace_stamp(SECOND, THIRD).await.unwrap());
    assert!(!store.knows_stamp(THIRD).await.unwrap());
    assert!(store.knows_stamp(FIRST).await.unwrap());
}

async fn a_deleted_report_takes_all_stamps_away(site: Site) {
    let store = site.open().await;
    let reports = vec![samples::report("a", "1", "Sperrmüll")];
    store.record(samples::batch("a", reports)).await.unwrap();
    store.begin_stamps(FIRST).await.unwrap();
    store.begin_stamps(SECOND).await.unwrap();
    // Whoever deletes it, also by hand.
    let delete = "DELETE FROM report";
    if let Some((server, url)) = &site.server {
        server.ask(url, delete);
    } else {
        let file = site.folder.path().join("lagebild.db");
        let deleting = tokio::task::spawn_blocking(move || database::write(&file, delete));
        deleting.await.unwrap();
    }
    assert!(!store.knows_stamp(FIRST).await.unwrap() && !store.knows_stamp(SECOND).await.unwrap());
    assert!(!store.replace_stamp(FIRST, THIRD).await.unwrap());
}
