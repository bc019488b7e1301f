//! The schema and its version. Databases of earlier versions are opened by the end-to-end tests.

use crate::site::{Site, on_both_stores};

on_both_stores! {
    a_database_of_a_newer_program_is_refused_with_a_remedy,
}

async fn a_database_of_a_newer_program_is_refused_with_a_remedy(site: Site) {
    drop(site.open().await);
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (9999, 'from the future', TRUE, '', 1)";
    if let Some((server, url)) = &site.server {
        server.ask(url, newer);
    } else {
        let file = site.folder.path().join("lagebild.db");
        // It has a runtime of its own.
        let write = move || lagebild_tests::database::write(&file, newer);
        tokio::task::spawn_blocking(write).await.unwrap();
    }
    let error = site.try_open().await.unwrap_err().to_string();
    assert!(error.contains("a newer version of the program"), "{error}");
}
