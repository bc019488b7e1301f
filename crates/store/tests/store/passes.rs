//! Tokens and sessions.

use jiff::{SignedDuration, Timestamp, ToSpan};
use lagebild_domain::{OrganisationId, Role, Viewer};
use lagebild_store::{Opener, Pass, SessionTerms, Store};

use crate::site::{Site, on_both_stores};

on_both_stores! {
    tokens_and_sessions_open_until_they_expire_or_end,
    a_session_ends_with_the_token_it_was_opened_with,
    a_session_ends_when_nobody_uses_it,
}

const TERMS: SessionTerms = SessionTerms {
    longest: SignedDuration::from_hours(1),
    idle: SignedDuration::from_mins(30),
};

async fn viewer_of(store: &Store, pass: Pass, secret: &str) -> Option<Viewer> {
    let holder = store.holder_of(pass, secret).await.unwrap();
    holder.map(|holder| holder.viewer)
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
        viewer_of(&store, Pass::Token, token.reveal()).await.as_ref(),
        Some(&viewer)
    );
    assert_eq!(viewer_of(&store, Pass::Token, stale.reveal()).await, None);
    assert_eq!(viewer_of(&store, Pass::Token, "guess").await, None);
    assert_eq!(
        viewer_of(&store, Pass::Session, token.reveal()).await,
        None,
        "a token is no session"
    );

    let session = store.open_session(&viewer, Opener::Other, TERMS).await.unwrap();
    assert_eq!(
        viewer_of(&store, Pass::Session, session.reveal()).await,
        Some(viewer.clone())
    );
    store.withdraw(Pass::Session, session.reveal()).await.unwrap();
    assert_eq!(viewer_of(&store, Pass::Session, session.reveal()).await, None);
    let other = store.open_session(&viewer, Opener::Other, TERMS).await.unwrap();
    store.withdraw(Pass::Token, other.reveal()).await.unwrap();
    assert!(
        viewer_of(&store, Pass::Session, other.reveal()).await.is_some(),
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
        .open_session(&viewer, Opener::Token(token.reveal()), TERMS)
        .await
        .unwrap();
    let is_open = async |secret: &str| viewer_of(&store, Pass::Session, secret).await.is_some();
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
        .open_session(&viewer, Opener::Token(expired.reveal()), TERMS)
        .await
        .unwrap();
    assert!(
        !is_open(session.reveal()).await,
        "a session is no longer than its token"
    );
}

async fn a_session_ends_when_nobody_uses_it(site: Site) {
    let store = site.open().await;
    let viewer = Viewer {
        name: "Ordnungsamt".to_owned(),
        role: Role::Analyst,
        organisation: OrganisationId::new("stadt").unwrap(),
    };
    let over = SessionTerms {
        idle: SignedDuration::ZERO,
        ..TERMS
    };
    let session = store.open_session(&viewer, Opener::Other, over).await.unwrap();
    assert_eq!(viewer_of(&store, Pass::Session, session.reveal()).await, None);
    let ended = SessionTerms {
        longest: SignedDuration::ZERO,
        ..TERMS
    };
    let session = store.open_session(&viewer, Opener::Other, ended).await.unwrap();
    assert_eq!(viewer_of(&store, Pass::Session, session.reveal()).await, None);

    let later = Timestamp::now().checked_add(1.hour()).unwrap();
    let token = store.issue_token(&viewer, later).await.unwrap();
    let holder = store
        .holder_of(Pass::Token, token.reveal())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(holder.seen_at, None);
    let seen = "2026-11-22T12:00:00Z".parse().unwrap();
    store.keep_seen(&[(holder.pass.clone(), seen)]).await.unwrap();
    let earlier = "2026-11-22T11:00:00Z".parse().unwrap();
    store.keep_seen(&[(holder.pass, earlier)]).await.unwrap();
    let holder = store
        .holder_of(Pass::Token, token.reveal())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        holder.seen_at,
        Some(seen),
        "a late note of an earlier use changes nothing"
    );
}
