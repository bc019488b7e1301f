//! Local accounts.

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use lagebild_domain::{AccountName, OrganisationId, Password, Role, Viewer};
use lagebild_store::{Opener, Pass, SessionTerms, Store};

use crate::site::{Site, on_both_stores};

on_both_stores! {
    only_the_right_password_of_an_account_that_is_not_disabled_opens,
    a_session_ends_with_a_new_password_a_new_second_factor_and_a_disabled_account,
    a_code_opens_once,
}

const TERMS: SessionTerms = SessionTerms {
    longest: SignedDuration::from_hours(1),
    idle: SignedDuration::from_mins(30),
};

fn anna() -> AccountName {
    AccountName::from_str("anna").unwrap()
}

fn viewer() -> Viewer {
    Viewer {
        name: "Ordnungsamt".to_owned(),
        role: Role::Analyst,
        organisation: OrganisationId::new("stadt").unwrap(),
    }
}

fn password(text: &str) -> Password {
    Password::to_set(text, &anna()).unwrap()
}

async fn add_anna(store: &Store, text: &str) -> bool {
    store
        .add_account(&anna(), &viewer(), password(text))
        .await
        .unwrap()
}

async fn with_anna(site: &Site) -> Store {
    let store = site.open().await;
    assert!(add_anna(&store, "zwölf Möwen im Regen").await);
    store
}

async fn only_the_right_password_of_an_account_that_is_not_disabled_opens(site: Site) {
    let store = with_anna(&site).await;
    assert!(
        !add_anna(&store, "ein anderes Wort").await,
        "a name is taken once"
    );
    let check = async |name: &str, text: &str| {
        let name = AccountName::new(name).unwrap();
        let given = Password::given(text).unwrap();
        store.check_password(&name, given).await.unwrap()
    };
    let known = check("anna", "zwölf Möwen im Regen").await.unwrap();
    assert_eq!(known.viewer, viewer());
    assert!(!known.has_second_factor);
    for (name, text) in [
        ("anna", "zwölf Möwen im regen"),
        ("anna", ""),
        ("anna", "ein anderes Wort"),
        ("berta", "zwölf Möwen im Regen"),
        ("berta", "nobody's"),
    ] {
        assert_eq!(check(name, text).await, None, "{name}");
    }
    assert!(store.set_disabled(&anna(), true).await.unwrap());
    assert_eq!(check("anna", "zwölf Möwen im Regen").await, None);
    assert!(store.set_disabled(&anna(), false).await.unwrap());
    assert!(check("anna", "zwölf Möwen im Regen").await.is_some());
    let entries = store.accounts().await.unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].viewer, viewer());
    let berta = AccountName::new("berta").unwrap();
    assert!(!store.set_disabled(&berta, true).await.unwrap());
    assert!(store.set_second_factor(&berta).await.unwrap().is_none());
}

async fn a_session_ends_with_a_new_password_a_new_second_factor_and_a_disabled_account(site: Site) {
    let store = with_anna(&site).await;
    for change in 0..3 {
        let session = store
            .open_session(&viewer(), Opener::Account(&anna()), TERMS)
            .await
            .unwrap();
        let other = store.open_session(&viewer(), Opener::Other, TERMS).await.unwrap();
        let is_open = async |secret: &str| store.holder_of(Pass::Session, secret).await.unwrap().is_some();
        assert!(is_open(session.reveal()).await);
        match change {
            0 => assert!(
                store
                    .set_password(&anna(), password("dreizehn Möwen am See"))
                    .await
                    .unwrap()
            ),
            1 => assert!(store.set_second_factor(&anna()).await.unwrap().is_some()),
            _ => assert!(store.set_disabled(&anna(), true).await.unwrap()),
        }
        assert!(!is_open(session.reveal()).await, "change {change}");
        assert!(is_open(other.reveal()).await, "of somebody else");
    }
    let late = store
        .open_session(&viewer(), Opener::Account(&anna()), TERMS)
        .await
        .unwrap();
    let held = store.holder_of(Pass::Session, late.reveal()).await.unwrap();
    assert_eq!(
        held, None,
        "opened by a sign-in that began before the account was disabled"
    );
}

async fn a_code_opens_once(site: Site) {
    let store = with_anna(&site).await;
    let now = Timestamp::from_second(1_800_000_000).unwrap();
    assert!(
        !store.take_code(&anna(), "123456", now).await.unwrap(),
        "no second factor"
    );
    let url = store
        .set_second_factor(&anna())
        .await
        .unwrap()
        .unwrap()
        .reveal_url(&anna());
    let known = store
        .check_password(&anna(), password("zwölf Möwen im Regen"))
        .await
        .unwrap()
        .unwrap();
    assert!(known.has_second_factor);
    let code = |at: Timestamp| lagebild_tests::totp_code(&url, at.as_second().cast_unsigned());
    assert!(store.take_code(&anna(), &code(now), now).await.unwrap());
    assert!(
        !store.take_code(&anna(), &code(now), now).await.unwrap(),
        "taken twice"
    );
    let before = now - SignedDuration::from_secs(30);
    assert!(
        !store.take_code(&anna(), &code(before), now).await.unwrap(),
        "an older one"
    );
    let later = now + SignedDuration::from_secs(30);
    assert!(store.take_code(&anna(), &code(later), later).await.unwrap());
    assert!(!store.take_code(&anna(), "000000", later).await.unwrap() || code(later) == "000000");
}
