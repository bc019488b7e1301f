//! Who is told what, and when: tables of cases.

use jiff::civil::Date;

use super::*;
use crate::disclosure::AlertScope;
use crate::hotspot::{HotspotId, HotspotKind, HotspotState};
use crate::organisation::{Letter, Organisation, Partnership, Standing};
use crate::release::Release;
use crate::report::Kind;
use crate::slug::{AreaId, SourceId};
use crate::source::{Regime, Source};
use crate::viewer::{Role, Viewer};

#[path = "following_tests.rs"]
mod following;
#[path = "trial_tests.rs"]
mod trial;

const NOW: &str = "2026-11-22T12:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn id(text: &str) -> OrganisationId {
    OrganisationId::new(text).unwrap()
}

fn source(name: &str, owner: &str) -> Source {
    Source {
        id: SourceId::new(name).unwrap(),
        label: name.to_owned(),
        owner: id(owner),
        kind: Kind::Complaint,
        controller: owner.to_owned(),
        regime: Regime::Dsgvo,
        purpose: String::new(),
        legal_basis: String::new(),
        marking: None,
        retention_days: 365,
        retention_days_by_category: std::collections::BTreeMap::new(),
    }
}

fn organisation(name: &str, standing: Standing) -> Organisation {
    let day = |text: &str| text.parse::<Date>().unwrap();
    Organisation {
        id: id(name),
        name: name.to_owned(),
        standing,
        letter: (standing != Standing::Carrier).then(|| Letter {
            signed: day("2026-01-01"),
            until: None,
        }),
        contacts: Vec::new(),
    }
}

/// City, police and Bundespolizei; the police release alerts about Brennpunkte in the district Mitte.
fn scopes() -> Vec<AlertScope> {
    let organisations = vec![
        organisation("stadt", Standing::Carrier),
        organisation("polizei", Standing::Carrier),
        organisation("bundespolizei", Standing::Partner),
        organisation("zoll", Standing::Partner),
    ];
    let release: Release = serde_json::from_str(
        r#"{"id": "f", "owner": "polizei", "to": "bundespolizei", "sources": ["delikte"], "as": "alerts",
            "kinds": ["brennpunkt", "angstraum"], "areas": ["mitte"], "fields": ["place"], "purpose": "Streifen",
            "until": "2026-12-31", "approved_by": "Geschäftsführung"}"#,
    )
    .unwrap();
    let partnership = Partnership::new(organisations, Vec::new()).unwrap();
    let sources = [source("maengel", "stadt"), source("delikte", "polizei")];
    AlertScope::all(&partnership, &sources, &[release], at(NOW))
}

fn hotspot(number: u8, kind: HotspotKind, state: HotspotState, sources: &[&str]) -> Occurrence {
    let facts = Facts {
        hotspot: Some(HotspotId(format!("hs-{number}"))),
        kind: Some(kind),
        state: Some(state),
        is_confirmed: state == HotspotState::Confirmed,
        place: Some("Bahnhof".to_owned()),
        district: Some(AreaId::new("mitte").unwrap()),
        district_name: Some("Mitte".to_owned()),
        observed: Some(14.0),
        relative_risk: Some(2.7),
        sources: sources.iter().map(|name| SourceId::new(name).unwrap()).collect(),
        ..Facts::bare(Subject::Hotspot, kind.label().to_owned(), "Alles.".to_owned())
    };
    let firing = match state {
        HotspotState::Emerging | HotspotState::Confirmed | HotspotState::Persistent => Firing::Yes,
        HotspotState::Cooling => Firing::AsBefore,
        HotspotState::Closed | HotspotState::Dismissed => Firing::No,
    };
    Occurrence {
        labels: Labels::of([
            ("subject", "hotspot".to_owned()),
            ("hotspot", format!("hs-{number}")),
            ("kind", kind.to_string()),
        ]),
        firing,
        facts,
    }
}

fn subscription(text: &str) -> Subscription {
    let read: Subscription = serde_json::from_str(text).unwrap();
    assert_eq!(read.check(), Ok(()));
    read
}

fn decided(
    occurrences: &[Occurrence],
    alerts: &[Alert],
    subscriptions: &[Subscription],
    now: &str,
) -> Decided {
    let known = Known {
        alerts,
        subscriptions,
        silences: &[],
        next_number: 1,
    };
    decide(occurrences, &known, &scopes(), at(now))
}

/// Who was told, with what they know of place and counts.
fn told(decided: &Decided) -> Vec<String> {
    let alert = &decided.alerts[0];
    let lines = alert.told.iter().filter(|(_, told)| !told.is_withdrawn);
    lines
        .map(|(organisation, told)| {
            let place = told.content.place.as_deref().unwrap_or("-");
            let count = told
                .content
                .observed
                .map_or("-".to_owned(), |count| count.to_string());
            format!("{organisation} {place} {count}")
        })
        .collect()
}

#[test]
fn who_is_told_goes_by_kind_state_and_release() {
    use HotspotKind::{Angstraum, Beschwerdehotspot, Brennpunkt};
    use HotspotState::{Confirmed, Emerging, Persistent};
    let cases: &[(HotspotKind, HotspotState, &[&str], &[&str])] = &[
        // What emerges is the carriers': whole for the owner, thin for the other.
        (
            Brennpunkt,
            Emerging,
            &["delikte"],
            &["polizei Bahnhof 14", "stadt - -"],
        ),
        (
            Brennpunkt,
            Persistent,
            &["delikte"],
            &["polizei Bahnhof 14", "stadt - -"],
        ),
        // Confirmed, it goes to the partner it is released to, with the fields that are released.
        (
            Brennpunkt,
            Confirmed,
            &["delikte"],
            &["bundespolizei Bahnhof -", "polizei Bahnhof 14", "stadt - -"],
        ),
        // The city has released nothing: a hotspot of its records, or of both, is not the partner's.
        (
            Beschwerdehotspot,
            Confirmed,
            &["maengel"],
            &["polizei - -", "stadt Bahnhof 14"],
        ),
        (
            Brennpunkt,
            Confirmed,
            &["maengel", "delikte"],
            &["polizei - -", "stadt - -"],
        ),
        // An Angstraum goes to partners one by one, whatever the standing release says.
        (
            Angstraum,
            Emerging,
            &["maengel", "delikte"],
            &["polizei - -", "stadt - -"],
        ),
        (
            Angstraum,
            Confirmed,
            &["delikte"],
            &["polizei Bahnhof 14", "stadt - -"],
        ),
    ];
    for (kind, state, sources, expected) in cases {
        let decided = decided(&[hotspot(1, *kind, *state, sources)], &[], &[], NOW);
        assert_eq!(told(&decided), *expected, "{kind} {state} {sources:?}");
        assert!(
            decided.messages.is_empty(),
            "without subscriptions the page alone tells"
        );
    }
}

#[test]
fn an_angstraum_released_one_by_one_reaches_that_partner_and_no_other() {
    let emerging = hotspot(
        1,
        HotspotKind::Angstraum,
        HotspotState::Emerging,
        &["maengel", "delikte"],
    );
    let first = decided(std::slice::from_ref(&emerging), &[], &[], NOW);
    let manager = Viewer {
        name: "t".to_owned(),
        role: Role::Management,
        organisation: id("stadt"),
    };
    let released = act(
        &first.alerts[0],
        &Act::Release(id("zoll")),
        None,
        &manager,
        true,
        at(NOW),
    )
    .unwrap();
    let not_yet = decided(&[emerging], std::slice::from_ref(&released), &[], NOW);
    assert!(
        not_yet
            .alerts
            .iter()
            .all(|alert| !alert.told.contains_key(&id("zoll")))
    );
    let confirmed = hotspot(
        1,
        HotspotKind::Angstraum,
        HotspotState::Confirmed,
        &["maengel", "delikte"],
    );
    let second = decided(&[confirmed], &[released], &[], NOW);
    assert_eq!(told(&second), ["polizei - -", "stadt - -", "zoll - -"]);
}

#[test]
fn what_was_told_is_told_again_only_when_it_is_confirmed_lasts_or_ends() {
    use HotspotState::{Closed, Confirmed, Cooling, Emerging, Persistent};
    let inbox = subscription(r#"{"id": "s", "organisation": "polizei", "channel": "webhook:leitstelle"}"#);
    let subscriptions = [inbox];
    let mut known: Vec<Alert> = Vec::new();
    let mut is_confirmed = false;
    for (state, expected) in [
        (Cooling, &[][..]),
        (Emerging, &["raised"]),
        (Emerging, &[]),
        (Cooling, &[]),
        (Emerging, &[]),
        (Persistent, &["changed"]),
        (Confirmed, &["changed"]),
        (Cooling, &[]),
        (Confirmed, &[]),
        (Closed, &["resolved"]),
    ] {
        // A person's word holds while it cools.
        is_confirmed |= state == Confirmed;
        let mut occurrence = hotspot(1, HotspotKind::Brennpunkt, state, &["delikte"]);
        occurrence.facts.is_confirmed = is_confirmed;
        let decided = decided(&[occurrence], &known, &subscriptions, NOW);
        let kinds: Vec<&str> = decided
            .messages
            .iter()
            .map(|message| message.kind.as_str())
            .collect();
        assert_eq!(kinds, expected, "{state}");
        if !decided.alerts.is_empty() {
            known.clone_from(&decided.alerts);
        }
    }
    let mut closed = hotspot(1, HotspotKind::Brennpunkt, Closed, &["delikte"]);
    closed.facts.is_confirmed = true;
    let again = decided(&[closed], &known, &subscriptions, NOW);
    assert_eq!(again, Decided::default(), "the same again decides nothing");
}

#[test]
fn what_a_partner_may_no_longer_know_is_taken_back() {
    let subscriptions = [subscription(
        r#"{"id": "s", "organisation": "bundespolizei", "channel": "mail:revier"}"#,
    )];
    let confirmed = hotspot(1, HotspotKind::Brennpunkt, HotspotState::Confirmed, &["delikte"]);
    let first = decided(&[confirmed], &[], &subscriptions, NOW);
    assert_eq!(first.messages[0].kind, MessageKind::Raised);
    assert_eq!(first.messages[0].items[0].content.observed, None);
    let reopened = hotspot(1, HotspotKind::Brennpunkt, HotspotState::Emerging, &["delikte"]);
    let second = decided(&[reopened], &first.alerts, &subscriptions, NOW);
    assert_eq!(second.messages[0].kind, MessageKind::Recalled);
    assert_eq!(
        second.alerts[0].told[&id("bundespolizei")].state(),
        AlertState::Recalled
    );
    // A recall by those who sent it reaches everybody who was told.
    let police = Viewer {
        name: "t".to_owned(),
        role: Role::Analyst,
        organisation: id("polizei"),
    };
    let refused = act(&first.alerts[0], &Act::Recall, None, &police, true, at(NOW));
    assert_eq!(refused.unwrap_err(), InvalidAct::NoReason);
    let recalled = act(
        &first.alerts[0],
        &Act::Recall,
        Some("Verwechslung"),
        &police,
        true,
        at(NOW),
    )
    .unwrap();
    let confirmed = hotspot(1, HotspotKind::Brennpunkt, HotspotState::Confirmed, &["delikte"]);
    let third = decided(&[confirmed], &[recalled], &subscriptions, NOW);
    assert_eq!(third.messages[0].kind, MessageKind::Recalled);
    assert!(third.alerts[0].told.values().all(|told| told.is_withdrawn));
}

#[test]
fn a_subscription_says_what_it_wants_and_why_it_was_not_told() {
    for (wants, why) in [
        (r#""kinds": ["angstraum"]"#, Why::OtherKind),
        (r#""states": ["confirmed"]"#, Why::OtherState),
        (r#""areas": ["heessen"]"#, Why::OtherArea),
        (r#""themes": ["verkehr"]"#, Why::OtherTheme),
        (r#""subjects": ["bulletin"]"#, Why::OtherSubject),
        (r#""least_relative_risk": 3.0"#, Why::TooWeak),
        (r#""least_relative_risk": 2.5"#, Why::Told),
    ] {
        let text = format!(r#"{{"id": "s", "organisation": "polizei", "channel": "mail:p", {wants}}}"#);
        let occurrence = hotspot(1, HotspotKind::Brennpunkt, HotspotState::Emerging, &["delikte"]);
        let decided = decided(&[occurrence], &[], &[subscription(&text)], NOW);
        let reasons = &decided.alerts[0].reasons;
        let of_police = reasons
            .iter()
            .find(|reason| reason.organisation == id("polizei"))
            .unwrap();
        assert_eq!(of_police.why, why, "{wants}");
        assert_eq!(decided.messages.len(), usize::from(why == Why::Told), "{wants}");
        let of_zoll = reasons
            .iter()
            .find(|reason| reason.organisation == id("zoll"))
            .unwrap();
        assert_eq!(of_zoll.why, Why::NotConfirmed);
    }
}

#[test]
fn a_silence_holds_back_its_own_organisation_until_it_ends() {
    let silence = Silence {
        id: 7,
        matchers: vec![Matcher {
            name: "hotspot".to_owned(),
            value: "hs-1".to_owned(),
            is_equal: true,
        }],
        reason: "Baustelle".to_owned(),
        starts_at: at("2026-11-22T00:00:00Z"),
        ends_at: at("2026-11-23T00:00:00Z"),
        by: Reviewer {
            role: Role::Analyst,
            organisation: id("polizei"),
        },
    };
    assert_eq!(silence.check(), Ok(()));
    let occurrences = [hotspot(
        1,
        HotspotKind::Brennpunkt,
        HotspotState::Emerging,
        &["delikte"],
    )];
    let with = |alerts: &[Alert], now: &str| {
        let known = Known {
            alerts,
            subscriptions: &[],
            silences: std::slice::from_ref(&silence),
            next_number: 1,
        };
        decide(&occurrences, &known, &scopes(), at(now))
    };
    let during = with(&[], NOW);
    assert_eq!(told(&during), ["stadt - -"]);
    let reason = during.alerts[0]
        .reasons
        .iter()
        .find(|reason| reason.organisation == id("polizei"))
        .unwrap();
    assert_eq!(
        (reason.why, reason.because_of.as_deref()),
        (Why::Silenced, Some("7"))
    );
    assert_eq!(
        told(&with(&during.alerts, "2026-11-23T00:00:00Z")),
        ["polizei Bahnhof 14", "stadt - -"]
    );
}

fn rule(name: &str, area: Option<&str>, count: u64) -> Occurrence {
    let near = area
        .is_none()
        .then_some(r#", "near": {"name": "Schule", "point": {"lat": 51.6, "lng": 7.8}, "radius_m": 200}"#);
    let rule: Rule = serde_json::from_str(&format!(
        r#"{{"id": "{name}", "organisation": "polizei", "label": "Lärm", "within_hours": 24, "at_least": 5{}}}"#,
        near.unwrap_or_default()
    ))
    .unwrap();
    assert_eq!(rule.check(), Ok(()));
    let district = crate::area::Area {
        residents: None,
        id: AreaId::new("mitte").unwrap(),
        name: "Mitte".to_owned(),
        kind: crate::area::AreaKind::District,
        outline: geo::MultiPolygon::new(Vec::new()),
    };
    rule.occurrence(count, Some(&district), Vec::new(), at(NOW))
}

#[test]
fn a_rule_on_a_district_mutes_those_within_it_until_it_is_over() {
    let first = decided(
        &[rule("nah", None, 5), rule("bezirk", Some("mitte"), 9)],
        &[],
        &[],
        NOW,
    );
    let names = |decided: &Decided| -> Vec<String> {
        let raised = decided.alerts.iter().filter(|alert| !alert.told.is_empty());
        raised
            .map(|alert| alert.labels.value("rule").unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&first), ["bezirk"]);
    assert!(
        first
            .alerts
            .iter()
            .all(|alert| alert.told.keys().all(|told| *told == id("polizei")))
    );
    let second = decided(
        &[rule("nah", None, 5), rule("bezirk", Some("mitte"), 4)],
        &first.alerts,
        &[],
        NOW,
    );
    assert_eq!(names(&second), ["nah", "bezirk"]);
    assert!(decided(&[rule("nah", None, 4)], &[], &[], NOW).alerts.is_empty());
}

#[test]
fn quiet_hours_and_digests_wait_and_what_waits_together_goes_together() {
    let occurrences =
        [1, 2].map(|n| hotspot(n, HotspotKind::Brennpunkt, HotspotState::Emerging, &["delikte"]));
    // Berlin is an hour ahead of UTC in November.
    for (wants, now, expected) in [
        (r#""label": "x""#, NOW, NOW),
        (
            r#""quiet_hours": "22-6""#,
            "2026-11-22T21:30:00Z",
            "2026-11-23T05:00:00Z",
        ),
        (
            r#""quiet_hours": "22-6""#,
            "2026-11-22T05:00:00Z",
            "2026-11-22T05:00:00Z",
        ),
        (r#""digest_hour": 7"#, NOW, "2026-11-23T06:00:00Z"),
    ] {
        let text = format!(r#"{{"id": "s", "organisation": "polizei", "channel": "mail:p", {wants}}}"#);
        let decided = decided(&occurrences, &[], &[subscription(&text)], now);
        assert_eq!(decided.messages.len(), 1);
        assert_eq!(decided.messages[0].items.len(), 2);
        assert_eq!(decided.messages[0].not_before, at(expected), "{wants} at {now}");
    }
}

#[test]
fn what_nobody_answers_is_passed_on_once() {
    let subscriptions = [subscription(
        r#"{"id": "s", "organisation": "polizei", "channel": "mail:p", "escalate_after_minutes": 30, "escalate_to": "mail:chef"}"#,
    )];
    let occurrences = [hotspot(
        1,
        HotspotKind::Brennpunkt,
        HotspotState::Emerging,
        &["delikte"],
    )];
    let first = decided(&occurrences, &[], &subscriptions, NOW);
    assert!(
        decided(
            &occurrences,
            &first.alerts,
            &subscriptions,
            "2026-11-22T12:29:59Z"
        )
        .messages
        .is_empty()
    );
    let late = decided(
        &occurrences,
        &first.alerts,
        &subscriptions,
        "2026-11-22T12:30:00Z",
    );
    assert_eq!(late.messages[0].channel.to_string(), "mail:chef");
    assert_eq!(late.messages[0].kind, MessageKind::Escalated);
    assert!(
        decided(&occurrences, &late.alerts, &subscriptions, "2026-11-22T13:00:00Z")
            .messages
            .is_empty()
    );
    let police = Viewer {
        name: "t".to_owned(),
        role: Role::Analyst,
        organisation: id("polizei"),
    };
    let seen = act(&first.alerts[0], &Act::Acknowledge, None, &police, true, at(NOW)).unwrap();
    assert!(
        decided(&occurrences, &[seen], &subscriptions, "2026-11-22T13:00:00Z")
            .messages
            .is_empty()
    );
}

#[test]
fn who_was_not_told_cannot_answer_and_a_partner_takes_nothing_back() {
    let occurrences = [hotspot(
        1,
        HotspotKind::Brennpunkt,
        HotspotState::Confirmed,
        &["delikte"],
    )];
    let alert = &decided(&occurrences, &[], &[], NOW).alerts[0];
    let viewer = |role, organisation| Viewer {
        name: "t".to_owned(),
        role,
        organisation: id(organisation),
    };
    for (act_of, by, is_sender, problem) in [
        (
            Act::Acknowledge,
            viewer(Role::Partner, "zoll"),
            false,
            InvalidAct::NotTold,
        ),
        (
            Act::Acknowledge,
            viewer(Role::Admin, "polizei"),
            true,
            InvalidAct::Role,
        ),
        (
            Act::Recall,
            viewer(Role::Partner, "bundespolizei"),
            false,
            InvalidAct::NotTheSender,
        ),
    ] {
        let refused = act(alert, &act_of, Some("x"), &by, is_sender, at(NOW));
        assert_eq!(refused.unwrap_err(), problem);
    }
    let partner = viewer(Role::Partner, "bundespolizei");
    let closed = act(
        alert,
        &Act::Close(Outcome::Measure),
        Some("Streife"),
        &partner,
        false,
        at(NOW),
    )
    .unwrap();
    assert_eq!(closed.told[&id("bundespolizei")].state(), AlertState::Closed);
    assert_eq!(
        closed.told[&id("polizei")].state(),
        AlertState::Open,
        "each answers for itself"
    );
    assert_eq!(
        closed.history.last().unwrap().text.as_deref(),
        Some("Maßnahme ergriffen: Streife")
    );
    assert_eq!(
        act(&closed, &Act::Acknowledge, None, &partner, false, at(NOW)).unwrap_err(),
        InvalidAct::Over
    );
}
