//! Tokens and sessions.

use jiff::{Timestamp, ToSpan};
use lagebild_domain::{OrganisationId, Role, Viewer};
use lagebild_store::Pass;

use crate::site::{Site, on_both_stores};

on_both_stores! {
    tokens_and_sessions_open_until_they_expire_or_end,
}

async fn tokens_and_sessions_open_until_they_expire_or_end(site: Site) {
    let store = site.open().await;
    let viewer = Viewer {
        name: "Ordnungsamt".to_owned(),
        role: Role::Analyst,
        organisation: OrganisationId::new("stadt").unwrap(),
    };
    let later = Timestamp::now().checked_add(1.hour()).unwrap();
    let before = Timestamp::now().checked_sub(1.hour()).unwrap();
    let token = store.issue(Pass::Token, &viewer, later).await.unwrap();
    let stale = store.issue(Pass::Token, &viewer, before).await.unwrap();
    assert_eq!(
        store
            .viewer_of(Pass::Token, token.reveal())
            .await
            .unwrap()
            .as_ref(),
        Some(&viewer)
    );
    assert_eq!(store.viewer_of(Pass::Token, stale.reveal()).await.unwrap(), None);
    assert_eq!(store.viewer_of(Pass::Token, "guess").await.unwrap(), None);
    assert_eq!(
        store.viewer_of(Pass::Session, token.reveal()).await.unwrap(),
        None,
        "a token is no session"
    );

    let session = store.issue(Pass::Session, &viewer, later).await.unwrap();
    assert_eq!(
        store.viewer_of(Pass::Session, session.reveal()).await.unwrap(),
        Some(viewer.clone())
    );
    store.withdraw(Pass::Session, session.reveal()).await.unwrap();
    assert_eq!(
        store.viewer_of(Pass::Session, session.reveal()).await.unwrap(),
        None
    );
    let other = store.issue(Pass::Session, &viewer, later).await.unwrap();
    store.withdraw(Pass::Token, other.reveal()).await.unwrap();
    assert!(
        store
            .viewer_of(Pass::Session, other.reveal())
            .await
            .unwrap()
            .is_some(),
        "a session is no token"
    );
}
