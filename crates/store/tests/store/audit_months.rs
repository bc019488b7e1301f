//! Months of the audit log: closed, deleted at their deadline, and missed when they are deleted otherwise.

use jiff::Timestamp;
use lagebild_domain::audit::{Action, Deed, Seal};
use lagebild_domain::audit_month::AuditDeadline;
use lagebild_domain::{OrganisationId, Revision, Role, Viewer};
use lagebild_store::{AuditState, Store};
use lagebild_tests::database;

use crate::site::{Site, on_both_stores};

on_both_stores! {
    a_month_that_has_reached_its_deadline_goes_and_the_chain_goes_on,
    the_log_goes_on_when_all_its_entries_are_gone,
    a_month_that_was_made_up_is_found,
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn deed(moment: &str) -> Deed {
    Deed {
        at: at(moment),
        revision: Revision(1),
        action: Action::Saw,
        what: "/api/v1/reports".to_owned(),
        words: String::new(),
        times: 1,
        by: Viewer {
            name: "Ordnungsamt".to_owned(),
            role: Role::Analyst,
            organisation: OrganisationId::new("stadt").unwrap(),
        },
    }
}

/// Five entries of September, October and November 2026; one of September comes in when October has begun.
async fn filled(store: &Store) {
    let deeds = [
        "2026-09-10T10:00:00Z",
        "2026-10-01T00:00:00Z",
        "2026-09-30T21:59:59Z",
        "2026-10-31T22:59:59Z",
        "2026-10-31T23:00:00Z",
    ];
    store.append_deeds(&deeds.map(deed)).await.unwrap();
}

async fn whole(store: &Store, noted: Option<Seal>) -> (u64, u64, Seal, bool) {
    match store.verify_audit(noted).await.unwrap() {
        AuditState::Whole {
            entries,
            deleted,
            seal,
            holds_seal,
        } => (entries, deleted, seal, holds_seal),
        AuditState::Broken { at, problem } => panic!("entry {at}: {problem}"),
    }
}

async fn months(store: &Store, deadline: AuditDeadline, now: &str) -> Vec<String> {
    let deleted = store.keep_audit_months(deadline, at(now)).await.unwrap();
    deleted.iter().map(ToString::to_string).collect()
}

async fn a_month_that_has_reached_its_deadline_goes_and_the_chain_goes_on(site: Site) {
    let store = site.open().await;
    filled(&store).await;
    let (_, _, seal, _) = whole(&store, None).await;
    // The year after the next begins in Berlin an hour before UTC.
    assert!(
        months(&store, AuditDeadline::NextYear, "2027-12-31T22:59:59Z")
            .await
            .is_empty()
    );
    assert_eq!(whole(&store, Some(seal)).await, (5, 0, seal, true));
    // September is the first entry alone: the late one counts to October.
    assert_eq!(
        months(&store, AuditDeadline::Months(2), "2026-12-02T12:00:00Z").await,
        ["2026-09"]
    );
    assert_eq!(whole(&store, Some(seal)).await, (4, 1, seal, true));
    assert_eq!(
        months(&store, AuditDeadline::Months(2), "2026-12-02T12:00:00Z").await,
        [""; 0]
    );
    store.append_deeds(&[deed("2026-12-02T12:00:00Z")]).await.unwrap();
    let (entries, deleted, _, holds_seal) = whole(&store, Some(seal)).await;
    assert_eq!((entries, deleted, holds_seal), (5, 1, true));
}

async fn the_log_goes_on_when_all_its_entries_are_gone(site: Site) {
    let store = site.open().await;
    filled(&store).await;
    let (_, _, seal, _) = whole(&store, None).await;
    let gone = months(&store, AuditDeadline::NextYear, "2028-01-01T00:00:00Z").await;
    assert_eq!(gone, ["2026-09", "2026-10", "2026-11"]);
    assert_eq!(whole(&store, Some(seal)).await, (0, 5, seal, true));
    store.append_deeds(&[deed("2028-01-02T00:00:00Z")]).await.unwrap();
    let (entries, deleted, newest, holds_seal) = whole(&store, Some(seal)).await;
    assert_eq!((entries, deleted, holds_seal), (1, 5, true));
    assert_ne!(newest, seal);
}

/// Whoever writes to the database, and has not the key, cannot let entries go as if they had reached a deadline.
async fn a_month_that_was_made_up_is_found(site: Site) {
    let store = site.open().await;
    filled(&store).await;
    let blob = if site.server.is_some() {
        "'\\x00'::bytea"
    } else {
        "x'00'"
    };
    let zeros = if site.server.is_some() {
        format!("decode('{}', 'hex')", "00".repeat(32))
    } else {
        format!("x'{}'", "00".repeat(32))
    };
    let made_up = |hash: &str| {
        format!(
            "INSERT INTO audit_month VALUES ('2026-09', 1, 2, {hash}, {hash}, 0, 0); \
             DELETE FROM audit WHERE number <= 2"
        )
    };
    write(&site, made_up(&zeros)).await;
    let found = store.verify_audit(None).await.unwrap();
    assert!(matches!(found, AuditState::Broken { at: 1, .. }), "{found:?}");
    write(&site, format!("UPDATE audit_month SET seal = {blob}")).await;
    assert!(store.verify_audit(None).await.is_err());
    // Entries of months that are not marked as deleted stay.
    write(&site, "DELETE FROM audit_month".to_owned()).await;
    let (server, file) = (site.server.clone(), site.folder.path().join("lagebild.db"));
    let refused = tokio::spawn(execute(
        server,
        file,
        "DELETE FROM audit WHERE number = 5".to_owned(),
    ));
    assert!(refused.await.is_err());
}

async fn write(site: &Site, sql: String) {
    execute(site.server.clone(), site.folder.path().join("lagebild.db"), sql).await;
}

async fn execute(
    server: Option<(&'static lagebild_tests::Postgres, String)>,
    file: std::path::PathBuf,
    sql: String,
) {
    if let Some((server, url)) = server {
        server.ask(&url, &sql);
    } else {
        tokio::task::spawn_blocking(move || database::write(&file, &sql))
            .await
            .unwrap();
    }
}
