//! From what there is and what was told to what is to be told now.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::message::together;
use super::telling::{escalate, tell};
use super::{
    Alert, AlertId, Facts, Firing, Labels, Message, MessageKind, Occurrence, Silence, Subject, Subscription,
};
use crate::disclosure::AlertScope;
use crate::hotspot::HotspotState;
use crate::revision::Revision;

/// What is known beside what there is now.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Alerts that go on, or that somebody has not closed.
    pub alerts: &'a [Alert],
    /// Subscriptions of all organisations.
    pub subscriptions: &'a [Subscription],
    /// Silences that have not ended.
    pub silences: &'a [Silence],
    /// The first free number for a new alert.
    pub next_number: u64,
}

/// What is decided.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decided {
    /// Alerts that are new or changed.
    pub alerts: Vec<Alert>,
    /// Messages to send.
    pub messages: Vec<Message>,
}

/// Holds what there is against what was told.
///
/// 1. What goes on and has no alert gets one. What has one brings its facts up to date; a hotspot that a person confirms or
///    that lasts is a *change*, an end is a *resolution*. Everything else moves in silence.
/// 2. Of each alert, each organisation is told as much as the gate lets through, if one of its subscriptions wants it, or if
///    it has none; whoever was told before is told of a change, of a correction, of the end, and of a recall. Who may not be told any more
///    what they were told gets a recall.
/// 3. An alert of a rule on a district holds back those of its owner's rules within the district; a silence holds back what
///    its organisation would be told. Neither holds back an end or a recall. What was held back and still goes on when they
///    end is told then.
/// 4. Nobody's answer within the time of a subscription passes the alert on, once.
/// 5. What is decided together for one receiver, way and moment goes into one message; a digest takes in what is decided
///    until its hour ([`Message::take_in`]).
///
/// The clock is an argument: the same arguments give the same decision.
pub fn decide(
    occurrences: &[Occurrence],
    known: &Known<'_>,
    scopes: &[AlertScope],
    now: Timestamp,
) -> Decided {
    let mut alerts: Vec<(Alert, Option<MessageKind>)> = Vec::new();
    let mut number = known.next_number;
    let mut seen: Vec<String> = Vec::new();
    let known_as: Vec<(String, &Alert)> = known
        .alerts
        .iter()
        .map(|alert| (alert.labels.fingerprint(), alert))
        .collect();
    for occurrence in occurrences {
        let fingerprint = occurrence.labels.fingerprint();
        let before = known_as
            .iter()
            .find(|(known, _)| *known == fingerprint)
            .map(|(_, alert)| *alert);
        seen.push(fingerprint);
        match before {
            Some(before) => alerts.push(moved(before, occurrence, now)),
            None if occurrence.firing == Firing::Yes => {
                alerts.push((raised(AlertId(number), occurrence, now), None));
                number += 1;
            }
            None => {}
        }
    }
    for (fingerprint, alert) in &known_as {
        if seen.contains(fingerprint) {
            continue;
        }
        // Rules, notices and silences that end are told whole each time: one that is missing is over.
        let is_of_those = matches!(
            alert.facts.subject,
            Subject::Fact | Subject::Notice | Subject::Silence
        );
        let is_over = is_of_those && alert.is_firing;
        let mut after = (*alert).clone();
        if is_over {
            after.is_firing = false;
            after.changed_at = now;
            after.note(now, MessageKind::Resolved.as_str(), None, None);
        }
        alerts.push((after, is_over.then_some(MessageKind::Resolved)));
    }
    let firing: Vec<(AlertId, Labels)> = alerts
        .iter()
        .filter(|(alert, _)| alert.is_firing && !alert.is_recalled)
        .map(|(alert, _)| (alert.id, alert.labels.clone()))
        .collect();
    let mut single = Vec::new();
    for (alert, event) in &mut alerts {
        let inhibited_by = firing.iter().find(|(_, wider)| inhibits(wider, &alert.labels));
        tell(
            alert,
            *event,
            inhibited_by.map(|(id, _)| *id),
            known,
            scopes,
            now,
            &mut single,
        );
        escalate(alert, known.subscriptions, now, &mut single);
    }
    let alerts = alerts
        .into_iter()
        .map(|(alert, _)| alert)
        .filter(|alert| known.alerts.iter().all(|before| before != alert))
        .collect();
    Decided {
        alerts,
        messages: together(single),
    }
}

fn raised(id: AlertId, occurrence: &Occurrence, now: Timestamp) -> Alert {
    let mut alert = Alert {
        id,
        labels: occurrence.labels.clone(),
        facts: occurrence.facts.clone(),
        is_firing: true,
        is_recalled: false,
        corrections: Vec::new(),
        raised_at: now,
        changed_at: now,
        released_to: BTreeSet::new(),
        told: BTreeMap::new(),
        escalated: BTreeSet::new(),
        reasons: Vec::new(),
        history: Vec::new(),
        revision: Revision::ZERO,
    };
    alert.note(now, MessageKind::Raised.as_str(), None, None);
    alert
}

/// The alert with its facts up to date, and what of it is to be told.
fn moved(before: &Alert, occurrence: &Occurrence, now: Timestamp) -> (Alert, Option<MessageKind>) {
    let mut after = before.clone();
    after.labels = occurrence.labels.clone();
    after.facts = occurrence.facts.clone();
    after.is_firing = match occurrence.firing {
        Firing::Yes => true,
        Firing::No => false,
        Firing::AsBefore => before.is_firing,
    };
    let event = if before.is_firing && !after.is_firing {
        Some(MessageKind::Resolved)
    } else if after.is_firing && is_worth_telling(&before.facts, &after.facts) {
        Some(MessageKind::Changed)
    } else {
        None
    };
    if let Some(event) = event {
        after.changed_at = now;
        after.note(now, event.as_str(), Some(after.facts.title.clone()), None);
    }
    (after, event)
}

fn is_worth_telling(before: &Facts, after: &Facts) -> bool {
    let lasts = before.state == Some(HotspotState::Emerging) && after.state == Some(HotspotState::Persistent);
    lasts || (after.is_confirmed && !before.is_confirmed)
}

/// A rule on a district says what rules of the same owner within it would say again.
fn inhibits(wider: &Labels, narrower: &Labels) -> bool {
    let same = |name| wider.value(name).is_some() && wider.value(name) == narrower.value(name);
    let level = |labels: &Labels| match labels.value("level") {
        Some("place") => 0,
        Some("district") => 1,
        Some("city") => 2,
        _ => -1,
    };
    let covers_area = level(wider) == 2 || same("area");
    let covers = |name| wider.value(name).is_none() || same(name);
    level(narrower) >= 0
        && level(wider) > level(narrower)
        && same("owner")
        && covers_area
        && covers("theme")
        && covers("category")
}
