//! What would have been told, reckoned by hand.

use super::*;
use crate::alert::{Near, Rule, Sighting, Truth, Turn, rehearse, truth};
use crate::hotspot::{Finding, Hotspot, Rhythm, Story};
use crate::interval::Interval;
use crate::position::LatLng;
use crate::review::{Reviewer, Verdict};

fn rule(at_least: u64, near: bool) -> Rule {
    let mut rule: Rule = serde_json::from_str(&format!(
        r#"{{"id": "r", "organisation": "polizei", "label": "Regel", "within_hours": 1, "at_least": {at_least}}}"#
    ))
    .unwrap();
    rule.near = near.then(|| Near {
        name: "Schule".to_owned(),
        point: LatLng::new(51.68, 7.82).unwrap(),
        radius_m: 100.0,
    });
    rule
}

fn seen(time: &str, latitude: f64) -> Sighting {
    Sighting {
        at: at(&format!("2026-11-22T{time}:00Z")),
        point: LatLng::new(latitude, 7.82).ok(),
    }
}

#[test]
fn a_rule_turns_when_reports_come_into_its_hours_and_leave_them() {
    // A thousandth of a degree of latitude is 111 m.
    let sightings = [
        seen("10:00", 51.68),
        seen("10:20", 51.681),
        seen("10:30", 51.6801),
        seen("12:00", 51.68),
        seen("12:59", 51.68),
    ];
    let turns = |rule: &Rule, to: &str| -> Vec<String> {
        rule.turns(&sightings, at("2026-11-22T00:00:00Z"), at(to))
            .iter()
            .map(|(at, count)| format!("{at} {count}"))
            .collect()
    };
    let day = "2026-11-23T00:00:00Z";
    // A report counts from just after it happened until an hour after.
    let near = [
        "2026-11-22T10:30:00.000001Z 2",
        "2026-11-22T11:00:00.000001Z 1",
        "2026-11-22T12:59:00.000001Z 2",
        "2026-11-22T13:00:00.000001Z 1",
    ];
    assert_eq!(turns(&rule(2, true), day), near);
    assert_eq!(turns(&rule(2, true), "2026-11-22T12:00:00Z"), near[..2]);
    assert_eq!(
        turns(&rule(3, false), day),
        ["2026-11-22T10:30:00.000001Z 3", "2026-11-22T11:00:00.000001Z 2"]
    );
    assert!(turns(&rule(3, true), day).is_empty());
    // An event has its own period: what came before it does not fire, what goes on does when it begins.
    let event = Rule {
        from: Some(at("2026-11-22T10:45:00Z")),
        until: Some(at("2026-11-22T10:50:00Z")),
        ..rule(2, true)
    };
    assert_eq!(
        turns(&event, day),
        ["2026-11-22T10:45:00Z 2", "2026-11-22T10:50:00.000001Z 2"]
    );
}

#[test]
fn a_trial_tells_what_the_decision_would_have_told_and_what_a_person_made_of_it() {
    use HotspotState::{Closed, Cooling, Dismissed, Emerging, Persistent};
    let turn = |day: &str, number, state| Turn {
        at: at(&format!("2026-11-{day}T08:00:00Z")),
        occurrence: hotspot(number, HotspotKind::Brennpunkt, state, &["delikte"]),
    };
    let turns = [
        turn("01", 1, Emerging),
        turn("01", 2, Emerging),
        turn("03", 1, Persistent),
        turn("04", 2, Dismissed),
        turn("06", 1, Cooling),
        turn("08", 1, Closed),
        turn("12", 3, Emerging),
    ];
    let told = |wants: &str| -> Vec<String> {
        let text = format!(r#"{{"id": "s", "organisation": "polizei", "channel": "inbox"{wants}}}"#);
        let scopes = scopes();
        let scope = scopes.iter().find(|scope| *scope.organisation() == id("polizei"));
        let alerts = rehearse(&turns, &subscription(&text), scope.unwrap());
        alerts
            .iter()
            .map(|alert| {
                let id = alert.labels.value("hotspot").unwrap();
                let day = alert.told.values().next().unwrap().at.strftime("%d");
                format!(
                    "{day} {id} {}",
                    if alert.is_firing { "goes on" } else { "is over" }
                )
            })
            .collect()
    };
    assert_eq!(
        told(""),
        ["01 hs-1 is over", "01 hs-2 is over", "12 hs-3 goes on"]
    );
    assert!(told(r#", "kinds": ["angstraum"]"#).is_empty());
    assert!(
        told(r#", "least_relative_risk": 3"#).is_empty(),
        "2.7 times is less"
    );
    assert_eq!(
        told(r#", "states": ["persistent"]"#),
        ["03 hs-1 is over"],
        "what lasts is told when it lasts to whoever wants no more than that"
    );
}

#[test]
fn the_truth_is_a_persons_word_on_the_hotspot_or_on_one_at_the_place_of_the_rule() {
    let verdict = |is_confirmed| Verdict {
        is_confirmed,
        at: at(NOW),
        by: Reviewer::from(&Viewer {
            name: "t".to_owned(),
            role: Role::Analyst,
            organisation: id("polizei"),
        }),
        observed: 14.0,
    };
    let known = |number: u8, latitude: f64, first_seen: &str, is_confirmed: Option<bool>| Hotspot {
        id: HotspotId(format!("hs-{number}")),
        state: HotspotState::Emerging,
        first_seen: at(first_seen),
        last_seen: at(first_seen),
        finding: Finding {
            profile: "p".to_owned(),
            kind: HotspotKind::Brennpunkt,
            center: LatLng::new(latitude, 7.82).unwrap(),
            radius_m: 100.0,
            outline: Vec::new(),
            window: Interval::new(at("2026-11-01T00:00:00Z"), at(NOW)).unwrap(),
            observed: 14.0,
            expected: 5.0,
            relative_risk: 2.8,
            p_value: None,
            recurrence_interval_days: None,
            recurrence_at_limit: false,
            streams: Vec::new(),
            categories: Vec::new(),
            rhythm: Rhythm::default(),
            reports: Vec::new(),
            sources: Vec::new(),
            place: "Bahnhof".to_owned(),
            method: "m".to_owned(),
            parameters: serde_json::Value::Null,
            seed: 1,
            cautions: Vec::new(),
        },
        story: Story {
            verdict: is_confirmed.map(verdict),
            ..Story::default()
        },
        revision: Revision::ZERO,
    };
    let alert_of = |occurrence: Occurrence| decided(&[occurrence], &[], &[], NOW).alerts[0].clone();
    let of_hotspot = alert_of(hotspot(
        1,
        HotspotKind::Brennpunkt,
        HotspotState::Emerging,
        &["delikte"],
    ));
    let tried = rule(2, true);
    let of_rule = alert_of(tried.occurrence(2, None, Vec::new(), at(NOW)));
    let judged = |alert: &Alert, hotspot: &Hotspot| {
        let rule = (alert.facts.subject == Subject::Fact).then_some(&tried);
        truth(alert, rule, [(hotspot, None)]).0
    };
    for (hotspot, of_the_hotspot, of_the_rule) in [
        (
            known(1, 51.68, NOW, Some(true)),
            Truth::Confirmed,
            Truth::Confirmed,
        ),
        (
            known(1, 51.68, NOW, Some(false)),
            Truth::Dismissed,
            Truth::Dismissed,
        ),
        (known(1, 51.68, NOW, None), Truth::Unsaid, Truth::Unsaid),
        // Another hotspot; at the place of the rule, 600 m off, 800 m off; 28 and 29 days later.
        (
            known(2, 51.6854, NOW, Some(true)),
            Truth::Unsaid,
            Truth::Confirmed,
        ),
        (known(2, 51.6872, NOW, Some(true)), Truth::Unsaid, Truth::Unsaid),
        (
            known(2, 51.68, "2026-12-20T12:00:00Z", Some(true)),
            Truth::Unsaid,
            Truth::Confirmed,
        ),
        (
            known(2, 51.68, "2026-12-21T12:00:00Z", Some(true)),
            Truth::Unsaid,
            Truth::Unsaid,
        ),
    ] {
        assert_eq!(judged(&of_hotspot, &hotspot), of_the_hotspot, "{hotspot:?}");
        assert_eq!(judged(&of_rule, &hotspot), of_the_rule, "{hotspot:?}");
    }
}
