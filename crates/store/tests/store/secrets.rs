//! The key of the identities, and what may be read of the database.

use lagebild_ingest::{Batch, Sink};

use crate::samples::{batch, report};
use crate::site::{Site, on_both_stores};

on_both_stores! {
    a_database_with_reports_is_not_opened_without_its_key,
    a_database_is_not_opened_with_another_key,
    the_database_holds_no_external_id_unless_the_source_keeps_it,
}

/// With another key every row of a feed would come in as a new report.
async fn a_database_with_reports_is_not_opened_without_its_key(site: Site) {
    let store = site.open().await;
    store
        .record(batch("m", vec![report("m", "1", "a")]))
        .await
        .unwrap();
    drop(store);
    std::fs::remove_file(site.key_file()).unwrap();
    for _ in 0..2 {
        let error = site.try_open().await.unwrap_err();
        assert!(error.to_string().contains("lagebild.key"), "{error}");
        assert!(!site.key_file().exists(), "no new key is made");
    }
}

async fn a_database_is_not_opened_with_another_key(site: Site) {
    // Even an empty database belongs to the first node that opened it.
    drop(site.open().await);
    std::fs::write(site.key_file(), [7; 32]).unwrap();
    let error = site.try_open().await.unwrap_err().to_string();
    assert!(
        error.contains("lagebild.key") && error.contains("not the key"),
        "{error}"
    );
    std::fs::write(site.key_file(), "short").unwrap();
    let error = site.try_open().await.unwrap_err().to_string();
    assert!(error.contains("32 bytes"), "{error}");
}

async fn the_database_holds_no_external_id_unless_the_source_keeps_it(site: Site) {
    let store = site.open().await;
    let secret = "AKTENZEICHEN-4711";
    let without = Batch {
        keep_external_id: false,
        ..batch("m", vec![report("m", secret, "a")])
    };
    store.record(without).await.unwrap();
    drop(store);
    let held = match &site.server {
        Some((server, url)) => server.ask(url, "SELECT report::text FROM report").into_bytes(),
        None => ["lagebild.db", "lagebild.db-wal"]
            .iter()
            .flat_map(|name| std::fs::read(site.folder.path().join(name)).unwrap_or_default())
            .collect(),
    };
    let holds = |text: &str| held.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("Marktplatz") && !holds(secret));
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_may_read_key_and_sqlite_file() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::sqlite();
    let store = site.open().await;
    store
        .record(batch("m", vec![report("m", "1", "a")]))
        .await
        .unwrap();
    for name in ["lagebild.key", "lagebild.db", "lagebild.db-wal"] {
        let mode = std::fs::metadata(site.folder.path().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
