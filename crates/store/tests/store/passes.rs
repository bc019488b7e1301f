//! Tokens and sessions.

use jiff::{Timestamp, ToSpan};
use lagebild_domain::{OrganisationId, Role, Viewer};
use lagebild_store::Pass;

use crate::site::{Site, on_both_stores};

on_both_stores! {
    tokens_and_sessions_open_until_they_expire_or_end,
    a_session_ends_with_the_token_it_was_opened_with,
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
    let token = store.issue_token(&viewer, later).await.unwrap();
    let stale = store.issue_token(&viewer, before).await.unwrap();
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

    let session = store.open_session(&viewer, None, later).await.unwrap();
    assert_eq!(
        store.viewer_of(Pass::Session, session.reveal()).await.unwrap(),
        Some(viewer.clone())
    );
    store.withdraw(Pass::Session, session.reveal()).await.unwrap();
    assert_eq!(
        store.viewer_of(Pass::Session, session.reveal()).await.unwrap(),
        None
    );
    let other = store.open_session(&viewer, None, later).await.unwrap();
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

async fn a_session_ends_with_the_token_it_was_opened_with(site: Site) {
    let store = site.open().await;
    let viewer = Viewer {
        name: "Ordnungsamt".to_owned(),
        role: Role::Analyst,
        organisation: OrganisationId::new("stadt").unwrap(),
    };
    let later = Timestamp::now().checked_add(1.hour()).unwrap();
    let token = store.issue_token(&viewer, later).await.unwrap();
    let session = store
        .open_session(&viewer, Some(token.reveal()), later)
        .await
        .unwrap();
    let is_open = async |secret: &str| store.viewer_of(Pass::Session, secret).await.unwrap().is_some();
    assert!(is_open(session.reveal()).await);
    let polizei = OrganisationId::new("polizei").unwrap();
    assert_eq!(store.revoke_tokens(&polizei, "Ordnungsamt").await.unwrap(), 0);
    assert!(is_open(session.reveal()).await);
    assert_eq!(
        store
            .revoke_tokens(&viewer.organisation, "Ordnungsamt")
            .await
            .unwrap(),
        1
    );
    assert!(!is_open(session.reveal()).await);

    let stale = Timestamp::now().checked_sub(1.hour()).unwrap();
    let expired = store.issue_token(&viewer, stale).await.unwrap();
    let session = store
        .open_session(&viewer, Some(expired.reveal()), later)
        .await
        .unwrap();
    assert!(
        !is_open(session.reveal()).await,
        "a session is no longer than its token"
    );
}
