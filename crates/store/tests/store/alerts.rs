//! Alerts and the outbox: order, claims, replay.

use jiff::{SignedDuration, Timestamp};
use lagebild_domain::alert::{
    Act, Alert, Bulletin, Decided, Facts, Firing, Known, Labels, Occurrence, Subject as AlertSubject,
    Subscription, act, decide,
};
use lagebild_domain::review::Reviewer;
use lagebild_domain::{AlertId, AlertScope, Change, OrganisationId, Partnership, Revision, Role, Viewer};
use lagebild_store::{AlertBook, DeliveryState, RemovedTold, Rest, Store, ToldDeadlines};

use crate::samples::source;
use crate::site::{Site, on_both_stores};

on_both_stores! {
    a_decision_keeps_alerts_and_messages_together_and_takes_its_revisions,
    a_queue_is_one_workers_and_goes_in_order,
    what_waits_for_a_digest_is_one_message_and_a_recall_of_what_was_sent_does_not_wait,
    what_was_told_goes_at_its_own_deadline_and_its_number_is_not_given_again,
    a_delivery_of_others_is_not_replayed_and_a_replay_keeps_the_id,
}

const LEASE: SignedDuration = SignedDuration::from_secs(60);

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn id(text: &str) -> OrganisationId {
    OrganisationId::new(text).unwrap()
}

fn scopes(now: Timestamp) -> Vec<AlertScope> {
    let sources = [source("m", "stadt"), source("d", "polizei")];
    AlertScope::all(&Partnership::default(), &sources, &[], now)
}

/// The city tells the police something, whose mailbox wants everything.
async fn tell(store: &Store, event: &str, now: Timestamp) -> AlertId {
    let subscription: Subscription =
        serde_json::from_str(r#"{"id": "s", "organisation": "polizei", "channel": "mail:stab"}"#).unwrap();
    tell_by(store, event, now, &subscription).await
}

async fn tell_by(store: &Store, event: &str, now: Timestamp, subscription: &Subscription) -> AlertId {
    let bulletin = Bulletin::Immediate {
        event: event.to_owned(),
        area: None,
        receivers: [id("polizei")].into(),
    };
    let by = Reviewer {
        role: Role::Analyst,
        organisation: id("stadt"),
    };
    let scopes = scopes(now);
    let decided = |number: u64, book: &AlertBook| -> Decided {
        let occurrence = bulletin.occurrence(number, &id("stadt"), "Stadt", None);
        let known = Known {
            alerts: &[],
            ..book.known(std::slice::from_ref(subscription))
        };
        decide(&[occurrence], &known, &scopes, now)
    };
    store
        .record_bulletin(&bulletin, &by, now, decided)
        .await
        .unwrap()
        .unwrap()
        .alert
}

async fn a_decision_keeps_alerts_and_messages_together_and_takes_its_revisions(site: Site) {
    let store = site.open().await;
    let first = tell(&store, "eins", at(0)).await;
    let second = tell(&store, "zwei", at(1)).await;
    assert_eq!((first, second), (AlertId(1), AlertId(2)));
    let changes = store.changes_since(Revision::ZERO, 10).await.unwrap();
    assert_eq!(
        changes,
        [1, 2].map(|number| Change::Alert {
            revision: Revision(number)
        })
    );
    for organisation in ["stadt", "polizei"] {
        let told = store.alerts(&id(organisation), None, 10).await.unwrap();
        assert_eq!(
            told.iter().map(|alert| alert.id).collect::<Vec<_>>(),
            [second, first]
        );
        assert_eq!(
            store.alerts(&id(organisation), Some(2), 10).await.unwrap().len(),
            1
        );
        assert_eq!(
            store.bulletins(&id(organisation), None, 10).await.unwrap().len(),
            2
        );
    }
    assert!(store.alerts(&id("zoll"), None, 10).await.unwrap().is_empty());
    let changed = store
        .alerts_changed(&id("stadt"), Revision(1), Revision(2))
        .await
        .unwrap();
    assert_eq!(changed.iter().map(|alert| alert.id).collect::<Vec<_>>(), [second]);
    let refused = store.change_alert(first, |_| Err("nein")).await.unwrap().unwrap();
    assert_eq!(refused.unwrap_err(), "nein");
    assert_eq!(store.revision().await.unwrap(), Revision(2));
    let unknown = store
        .change_alert(AlertId(9), |alert| Ok::<_, ()>(alert.clone()))
        .await;
    assert!(unknown.unwrap().is_none());
    assert_eq!(store.deliveries(&id("polizei"), None, 10).await.unwrap().len(), 2);
    assert!(store.deliveries(&id("stadt"), None, 10).await.unwrap().is_empty());
}

async fn a_queue_is_one_workers_and_goes_in_order(site: Site) {
    let store = site.open().await;
    for (second, event) in [(0, "eins"), (1, "zwei"), (2, "drei")] {
        tell(&store, event, at(second)).await;
    }
    let claims = store.claim_queues("a", at(10), LEASE).await.unwrap();
    assert_eq!(claims.len(), 1);
    assert!(
        store.claim_queues("b", at(10), LEASE).await.unwrap().is_empty(),
        "nobody claims it twice"
    );
    let claim = &claims[0];
    let next = store.next_deliveries(claim, at(10), 10).await.unwrap();
    let alerts: Vec<AlertId> = next.iter().map(|one| one.message.items[0].alert).collect();
    assert_eq!(alerts, [1, 2, 3].map(AlertId));
    let note = |number, state, now| store.note_attempt(claim, number, state, None, now, LEASE);
    assert!(
        note(next[0].number, DeliveryState::Delivered, at(11))
            .await
            .unwrap()
    );
    assert!(
        note(next[1].number, DeliveryState::Waiting, at(12))
            .await
            .unwrap()
    );
    store
        .give_back(claim, &Rest::Until(at(20)), at(12))
        .await
        .unwrap();
    assert!(
        store.claim_queues("b", at(19), LEASE).await.unwrap().is_empty(),
        "not before its pause is over"
    );
    let again = store.claim_queues("b", at(20), LEASE).await.unwrap();
    let left = store.next_deliveries(&again[0], at(20), 10).await.unwrap();
    assert_eq!(
        left.iter().map(|one| one.id.clone()).collect::<Vec<_>>(),
        [next[1].id.clone(), next[2].id.clone()]
    );
    assert_eq!((left[0].attempts, left[1].attempts), (1, 0));
    assert!(
        !note(next[1].number, DeliveryState::Delivered, at(21))
            .await
            .unwrap(),
        "a lost claim notes nothing"
    );
    // A claim that is never given back runs out.
    let taken_over = store.claim_queues("c", at(81), LEASE).await.unwrap();
    assert_eq!(taken_over.len(), 1);
    store
        .give_back(&taken_over[0], &Rest::Off("weg".to_owned()), at(82))
        .await
        .unwrap();
    assert!(store.claim_queues("d", at(999), LEASE).await.unwrap().is_empty());
    let off = store.off_channels().await.unwrap();
    assert_eq!(
        (off[0].channel.to_string(), off[0].since),
        ("mail:stab".to_owned(), at(82))
    );
    let on = store
        .replay_delivery(&id("polizei"), next[1].number, at(1000))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(on.number, next[1].number, "what waits is not doubled");
    assert!(store.off_channels().await.unwrap().is_empty());
    assert_eq!(store.claim_queues("d", at(1000), LEASE).await.unwrap().len(), 1);
}

async fn a_delivery_of_others_is_not_replayed_and_a_replay_keeps_the_id(site: Site) {
    let store = site.open().await;
    tell(&store, "eins", at(0)).await;
    let claim = store.claim_queues("a", at(1), LEASE).await.unwrap().remove(0);
    let first = store.next_deliveries(&claim, at(1), 1).await.unwrap().remove(0);
    store
        .note_attempt(&claim, first.number, DeliveryState::Delivered, None, at(1), LEASE)
        .await
        .unwrap();
    store.give_back(&claim, &Rest::Open, at(1)).await.unwrap();
    assert!(store.claim_queues("a", at(2), LEASE).await.unwrap().is_empty());
    assert_eq!(
        store
            .replay_delivery(&id("stadt"), first.number, at(2))
            .await
            .unwrap(),
        None
    );
    let again = store
        .replay_delivery(&id("polizei"), first.number, at(2))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (again.id.as_str(), again.state),
        (first.id.as_str(), DeliveryState::Waiting)
    );
    assert_ne!(again.number, first.number);
    assert_eq!(store.claim_queues("a", at(3), LEASE).await.unwrap().len(), 1);
}

async fn what_waits_for_a_digest_is_one_message_and_a_recall_of_what_was_sent_does_not_wait(site: Site) {
    let store = site.open().await;
    let digest: Subscription = serde_json::from_str(
        r#"{"id": "s", "organisation": "polizei", "channel": "mail:stab", "digest_hour": 7}"#,
    )
    .unwrap();
    let first = tell_by(&store, "eins", at(0), &digest).await;
    tell_by(&store, "zwei", at(60), &digest).await;
    let waiting = store.deliveries(&id("polizei"), None, 10).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].message.items.len(), 2);
    let hour = waiting[0].message.not_before;
    assert_eq!(store.claim_queues("a", at(120), LEASE).await.unwrap(), []);
    // At its hour it is sent; what comes then waits for the next day's, and a recall of the first does not.
    let claims = store.claim_queues("a", hour, LEASE).await.unwrap();
    let number = waiting[0].number;
    let state = DeliveryState::Delivered;
    store
        .note_attempt(&claims[0], number, state, None, hour, LEASE)
        .await
        .unwrap();
    store.give_back(&claims[0], &Rest::Open, hour).await.unwrap();
    let later = hour.checked_add(SignedDuration::from_secs(60)).unwrap();
    tell_by(&store, "drei", later, &digest).await;
    let by = Viewer {
        name: "t".to_owned(),
        role: Role::Analyst,
        organisation: id("stadt"),
    };
    let recall = |alert: &Alert| act(alert, &Act::Recall, Some("Irrtum"), &by, true, later);
    store.change_alert(first, recall).await.unwrap().unwrap().unwrap();
    let scopes = scopes(later);
    let decided = |book: &AlertBook| decide(&[], &book.known(std::slice::from_ref(&digest)), &scopes, later);
    store.decide_alerts(later, decided).await.unwrap();
    let waiting = store.deliveries(&id("polizei"), None, 2).await.unwrap();
    let seen: Vec<(&str, bool, usize)> = waiting
        .iter()
        .map(|one| {
            (
                one.message.kind.as_str(),
                one.message.is_digest,
                one.message.items.len(),
            )
        })
        .collect();
    assert_eq!(seen, [("recalled", false, 1), ("digest", true, 1)]);
    let claims = store.claim_queues("a", later, LEASE).await.unwrap();
    assert_eq!(claims.len(), 1, "the recall's queue alone is due");
}

async fn what_was_told_goes_at_its_own_deadline_and_its_number_is_not_given_again(site: Site) {
    let store = site.open().await;
    let police = id("polizei");
    let first = tell(&store, "eins", at(0)).await;
    let second = tell(&store, "zwei", at(100)).await;
    // A fact of the city that is over and answered, and one that goes on.
    let subscriptions: [Subscription; 0] = [];
    let scopes = scopes(at(100));
    let fact = |number: u32, firing, seconds| {
        let occurrence = Occurrence {
            labels: Labels::of([("subject", "fact".to_owned()), ("rule", format!("r{number}"))]),
            firing,
            facts: Facts {
                addressees: vec![id("stadt")],
                ..Facts::bare(AlertSubject::Fact, "Müll".to_owned(), "Alles.".to_owned())
            },
        };
        (occurrence, at(seconds))
    };
    for (occurrence, now) in [
        fact(1, Firing::Yes, 100),
        fact(1, Firing::No, 110),
        fact(2, Firing::Yes, 120),
    ] {
        let decided = |book: &AlertBook| decide(&[occurrence], &book.known(&subscriptions), &scopes, now);
        store.decide_alerts(now, decided).await.unwrap();
    }
    let before = |alerts, bulletins, deliveries| ToldDeadlines {
        alerts: at(alerts),
        bulletins: at(bulletins),
        deliveries: at(deliveries),
    };
    let removed = |alerts, bulletins, deliveries| RemovedTold {
        alerts,
        bulletins,
        deliveries,
    };
    // The deadline is the first moment that is kept.
    let gone = store.remove_told(before(110, 0, 0)).await.unwrap();
    assert_eq!(gone, removed(0, 0, 0));
    let gone = store.remove_told(before(111, 0, 1)).await.unwrap();
    assert_eq!(
        gone,
        removed(1, 0, 1),
        "the fact that is over, and the first delivery"
    );
    let gone = store.remove_told(before(1_000, 1, 1)).await.unwrap();
    assert_eq!(
        gone,
        removed(0, 1, 0),
        "what goes on stays; the first bulletin goes with its alert"
    );
    assert_eq!(store.alert(first).await.unwrap(), None);
    assert_eq!(store.bulletins(&police, None, 10).await.unwrap().len(), 1);
    assert_eq!(store.alerts(&police, None, 10).await.unwrap()[0].id, second);
    // All of it gone, the next takes the next number.
    store.remove_told(before(1_000, 1_000, 1_000)).await.unwrap();
    assert!(store.deliveries(&police, None, 10).await.unwrap().is_empty());
    let third = tell(&store, "drei", at(200)).await;
    assert_eq!(third, AlertId(5), "two bulletins and two facts were before");
    assert_eq!(store.deliveries(&police, None, 10).await.unwrap()[0].number, 3);
    assert_eq!(store.bulletins(&police, None, 10).await.unwrap()[0].number, 3);
}
