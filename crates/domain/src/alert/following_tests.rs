//! What follows a first message: digests, corrections, recalls, the end of a silence.

use super::*;
use crate::alert::{Item, Message, Silence};
use crate::review::Reviewer;

const DIGEST: &str = r#"{"id": "s", "organisation": "polizei", "channel": "mail:p", "digest_hour": 7}"#;
const AT_ONCE: &str = r#"{"id": "s", "organisation": "polizei", "channel": "mail:p"}"#;

fn viewer(organisation: &str) -> Viewer {
    Viewer {
        name: "t".to_owned(),
        role: Role::Analyst,
        organisation: id(organisation),
    }
}

fn digest(kinds: &[(u64, MessageKind)]) -> Message {
    let content = decided(&[emerging(1)], &[], &[subscription(DIGEST)], NOW).messages[0].items[0]
        .content
        .clone();
    Message {
        organisation: id("polizei"),
        channel: "mail:p".parse().unwrap(),
        is_digest: true,
        kind: MessageKind::Digest,
        not_before: at("2026-11-23T06:00:00Z"),
        items: kinds
            .iter()
            .map(|(alert, kind)| Item {
                alert: AlertId(*alert),
                kind: *kind,
                content: content.clone(),
            })
            .collect(),
    }
}

fn emerging(number: u8) -> Occurrence {
    hotspot(
        number,
        HotspotKind::Brennpunkt,
        HotspotState::Emerging,
        &["delikte"],
    )
}

fn said(message: &Message) -> Vec<(u64, &str)> {
    let items = message.items.iter();
    items.map(|item| (item.alert.0, item.kind.as_str())).collect()
}

#[test]
fn a_day_is_one_message_in_which_each_alert_stands_once() {
    use MessageKind::{Changed, Corrected, Raised, Recalled, Resolved};
    let occurrences = [emerging(1), emerging(2)];
    let first = decided(&occurrences, &[], &[subscription(DIGEST)], NOW);
    assert_eq!(said(&first.messages[0]), [(1, "raised"), (2, "raised")]);
    assert_eq!(first.messages[0].kind, MessageKind::Digest);
    for (waits, later, expected) in [
        // What is new is added; what is known as new stays new with the later content.
        (
            vec![(1, Raised)],
            vec![(2, Raised)],
            vec![(1, "raised"), (2, "raised")],
        ),
        (vec![(1, Raised)], vec![(1, Changed)], vec![(1, "raised")]),
        (vec![(1, Raised)], vec![(1, Corrected)], vec![(1, "raised")]),
        (vec![(1, Changed)], vec![(1, Corrected)], vec![(1, "corrected")]),
        (vec![(1, Raised)], vec![(1, Resolved)], vec![(1, "resolved")]),
    ] {
        let mut message = digest(&waits);
        assert_eq!(message.take_in(digest(&later)), None, "{waits:?} {later:?}");
        assert_eq!(said(&message), expected, "{waits:?} {later:?}");
    }
    // Taken back before anybody read it: never said. Taken back after it was sent: not in a digest that waits.
    let mut message = digest(&[(1, Raised)]);
    let recall = Message {
        kind: Recalled,
        not_before: at(NOW),
        ..digest(&[(1, Recalled), (2, Recalled)])
    };
    let left = message.take_in(recall).unwrap();
    assert_eq!(said(&message), []);
    assert_eq!(said(&left), [(2, "recalled")]);
    // Another day's does not go in, and a full one takes no more.
    let other_day = Message {
        not_before: at("2026-11-24T06:00:00Z"),
        ..digest(&[(2, Raised)])
    };
    assert_eq!(message.take_in(other_day.clone()), Some(other_day));
    let many: Vec<(u64, MessageKind)> = (1..=50).map(|number| (number, Raised)).collect();
    let left = message.take_in(digest(&many)).unwrap();
    assert_eq!((message.items.len(), left.items.len()), (40, 10));
}

#[test]
fn a_correction_reaches_everybody_who_was_told_and_opens_what_was_closed() {
    let subscriptions = [
        subscription(AT_ONCE),
        subscription(r#"{"id": "c", "organisation": "stadt", "channel": "mail:c"}"#),
    ];
    let occurrences = [emerging(1)];
    let first = decided(&occurrences, &[], &subscriptions, NOW);
    let police = viewer("polizei");
    let close = Act::Close(Outcome::Observed);
    let closed = act(&first.alerts[0], &close, None, &police, true, at(NOW)).unwrap();
    let correct = |text| act(&closed, &Act::Correct, text, &viewer("stadt"), true, at(NOW));
    assert_eq!(correct(None).unwrap_err(), InvalidAct::NoReason);
    let corrected = correct(Some("Es ist der Westplatz.")).unwrap();
    let second = decided(&occurrences, &[corrected], &subscriptions, NOW);
    let mut told: Vec<&str> = second
        .messages
        .iter()
        .map(|one| one.organisation.as_str())
        .collect();
    told.sort_unstable();
    assert_eq!(told, ["polizei", "stadt"]);
    for message in &second.messages {
        assert_eq!(message.kind, MessageKind::Corrected);
        let content = &message.items[0].content;
        assert_eq!(content.correction.as_deref(), Some("Es ist der Westplatz."));
        assert!(
            content
                .text
                .starts_with("Berichtigung: Es ist der Westplatz. Zuerst hieß es: "),
            "{}",
            content.text
        );
    }
    assert_eq!(
        second.alerts[0].told[&id("polizei")].state(),
        AlertState::Open,
        "what was closed on a wrong word is open again"
    );
    let third = decided(&occurrences, &second.alerts, &subscriptions, NOW);
    assert_eq!(third, Decided::default(), "a correction is told once");
}

#[test]
fn what_everybody_has_closed_can_still_be_put_right_and_taken_back() {
    let subscriptions = [subscription(AT_ONCE)];
    let first = decided(&[emerging(1)], &[], &subscriptions, NOW);
    let over = hotspot(1, HotspotKind::Brennpunkt, HotspotState::Closed, &["delikte"]);
    let ended = decided(std::slice::from_ref(&over), &first.alerts, &subscriptions, NOW);
    assert!(!ended.alerts[0].is_open());
    for (of, expected) in [
        (Act::Correct, MessageKind::Corrected),
        (Act::Recall, MessageKind::Recalled),
    ] {
        let after = act(
            &ended.alerts[0],
            &of,
            Some("Verwechslung"),
            &viewer("stadt"),
            true,
            at(NOW),
        );
        let after = after.unwrap();
        assert!(after.is_open(), "{of:?} is still to be told");
        let told = decided(std::slice::from_ref(&over), &[after], &subscriptions, NOW);
        assert_eq!(told.messages.len(), 1, "{of:?}");
        assert_eq!(told.messages[0].kind, expected);
        assert!(!told.alerts[0].is_open(), "{of:?} is told");
    }
}

#[test]
fn the_end_of_a_silence_is_announced_to_those_who_made_it_and_then_over() {
    let silence = Silence {
        id: 4,
        matchers: Vec::new(),
        reason: "Umbau am Westplatz".to_owned(),
        starts_at: at("2026-11-01T12:00:00Z"),
        ends_at: at("2026-11-23T12:00:00Z"),
        by: Reviewer::from(&viewer("polizei")),
    };
    assert_eq!(
        silence.occurrence(at("2026-11-22T11:59:59Z")),
        None,
        "a day ahead"
    );
    let announced = silence.occurrence(at("2026-11-22T12:00:00Z")).unwrap();
    assert_eq!(silence.occurrence(at("2026-11-23T12:00:00Z")), None);
    let short = Silence {
        starts_at: at("2026-11-23T08:00:00Z"),
        ..silence
    };
    assert_eq!(
        short.occurrence(at("2026-11-23T10:59:59Z")),
        None,
        "of four hours, one"
    );
    assert!(short.occurrence(at("2026-11-23T11:00:00Z")).is_some());
    let first = decided(&[announced], &[], &[subscription(AT_ONCE)], NOW);
    let told: Vec<&str> = first.alerts[0].told.keys().map(OrganisationId::as_str).collect();
    assert_eq!(told, ["polizei"]);
    assert!(
        first.alerts[0]
            .facts
            .sentence
            .contains("endet am 23.11.2026, 13:00 Uhr")
    );
    let over = decided(
        &[],
        &first.alerts,
        &[subscription(AT_ONCE)],
        "2026-11-23T12:00:00Z",
    );
    assert_eq!(over.messages[0].kind, MessageKind::Resolved);
}
