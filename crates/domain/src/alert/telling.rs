//! What each receiver is told of one alert, and by which way.

use jiff::{SignedDuration, Timestamp};

use super::decide::Known;
use super::message::{Item, Message, MessageKind, say};
use super::{Alert, AlertId, AlertState, Content, Reason, Subject, Subscription, Told, Why};
use crate::disclosure::{AlertScope, AlertShown};
use crate::slug::OrganisationId;

/// Tells every organisation what it may and wants to know.
pub(super) fn tell(
    alert: &mut Alert,
    event: Option<MessageKind>,
    inhibited_by: Option<AlertId>,
    known: &Known<'_>,
    scopes: &[AlertScope],
    now: Timestamp,
    messages: &mut Vec<Message>,
) {
    // What a person tells somebody stands on their page, whatever they have subscribed to.
    let is_personal = matches!(alert.facts.subject, Subject::Bulletin | Subject::Talk);
    let earlier = std::mem::take(&mut alert.reasons);
    let mut reasons = Vec::new();
    for scope in scopes {
        let organisation = scope.organisation();
        let mut because = |why, subscription: Option<&Subscription>, because_of: Option<String>| {
            reasons.push(Reason {
                organisation: organisation.clone(),
                subscription: subscription.map(|subscription| subscription.id.clone()),
                why,
                because_of,
            });
        };
        let shown = scope.shown(&alert.facts, alert.released_to.contains(organisation));
        let own: Vec<&Subscription> = known
            .subscriptions
            .iter()
            .filter(|subscription| subscription.organisation == *organisation)
            .collect();
        let before = alert.told.get(organisation);
        let is_told = before.is_some_and(|told| !told.is_withdrawn);
        let shown = match shown {
            Ok(shown) if !alert.is_recalled => shown,
            shown => {
                because(shown.err().map_or(Why::Closed, Why::from), None, None);
                if is_told {
                    withdraw(alert, organisation, &own, now, messages);
                }
                continue;
            }
        };
        if is_told {
            // Why they were told stays as it was.
            reasons.extend(
                earlier
                    .iter()
                    .filter(|reason| reason.organisation == *organisation)
                    .cloned(),
            );
            go_on(alert, organisation, shown, event, &own, now, messages);
            continue;
        }
        if !alert.is_firing {
            because(Why::Over, None, None);
            continue;
        }
        if let Some(wider) = inhibited_by {
            because(Why::Inhibited, None, Some(wider.to_string()));
            continue;
        }
        let silence = known
            .silences
            .iter()
            .find(|silence| silence.mutes(&alert.labels, organisation, now));
        if let Some(silence) = silence {
            because(Why::Silenced, None, Some(silence.id.to_string()));
            continue;
        }
        let mut wanting: Vec<&Subscription> = Vec::new();
        for subscription in &own {
            match subscription.admits(&alert.facts) {
                Ok(()) => {
                    because(Why::Told, Some(subscription), None);
                    wanting.push(subscription);
                }
                Err(why) => because(why, Some(subscription), None),
            }
        }
        if own.is_empty() {
            because(Why::Told, None, None);
        } else if wanting.is_empty() && !is_personal {
            continue;
        }
        let content = alert.content(shown);
        for subscription in &wanting {
            let item = item(alert.id, MessageKind::Raised, &content);
            send(item, subscription, now, messages);
        }
        let told = Told {
            at: now,
            content,
            through: wanting
                .iter()
                .map(|subscription| subscription.id.clone())
                .collect(),
            corrections: alert.corrections.len(),
            is_withdrawn: false,
            acknowledged_at: None,
            assigned_to: None,
            outcome: None,
            closed_at: None,
        };
        alert.told.insert(organisation.clone(), told);
    }
    alert.reasons = reasons;
}

/// Brings what a receiver knows up to date, and tells of a correction, a change or the end through what it was first told
/// through.
fn go_on(
    alert: &mut Alert,
    organisation: &OrganisationId,
    shown: AlertShown,
    event: Option<MessageKind>,
    own: &[&Subscription],
    now: Timestamp,
    messages: &mut Vec<Message>,
) {
    let content = alert.content(shown);
    let (id, corrections, is_firing) = (alert.id, alert.corrections.len(), alert.is_firing);
    let Some(told) = alert.told.get_mut(organisation) else {
        return;
    };
    told.content = content;
    let was_closed = told.state() == AlertState::Closed;
    let is_corrected = told.corrections < corrections;
    told.corrections = corrections;
    if is_corrected && is_firing {
        // Whoever has done with what was wrong has not done with what is right.
        (told.closed_at, told.outcome) = (None, None);
    }
    let event = match event {
        // What was closed and is now confirmed is open again.
        Some(MessageKind::Changed) => {
            (told.closed_at, told.outcome) = (None, None);
            event
        }
        Some(_) if was_closed => None,
        Some(_) => {
            told.closed_at = Some(now);
            event
        }
        None => None,
    };
    let correction = is_corrected.then_some(MessageKind::Corrected);
    for kind in correction.into_iter().chain(event) {
        tell_again(id, kind, told, own, now, messages);
    }
}

/// Takes back what a receiver was told, behind it by the same way.
fn withdraw(
    alert: &mut Alert,
    organisation: &OrganisationId,
    own: &[&Subscription],
    now: Timestamp,
    messages: &mut Vec<Message>,
) {
    let id = alert.id;
    let Some(told) = alert.told.get_mut(organisation) else {
        return;
    };
    told.is_withdrawn = true;
    tell_again(id, MessageKind::Recalled, told, own, now, messages);
}

/// Says one thing more, through what it was first told through.
fn tell_again(
    id: AlertId,
    kind: MessageKind,
    told: &Told,
    own: &[&Subscription],
    now: Timestamp,
    messages: &mut Vec<Message>,
) {
    for subscription in own
        .iter()
        .filter(|subscription| told.through.contains(&subscription.id))
    {
        send(item(id, kind, &told.content), subscription, now, messages);
    }
}

fn item(alert: AlertId, kind: MessageKind, content: &Content) -> Item {
    let content = content.clone();
    Item { alert, kind, content }
}

fn send(item: Item, subscription: &Subscription, now: Timestamp, messages: &mut Vec<Message>) {
    // A recall waits for what it takes back, and for nothing else.
    let not_before = if item.kind == MessageKind::Recalled {
        now
    } else {
        subscription.send_at(now)
    };
    let when = (not_before, subscription.digest_hour.is_some());
    say(item, subscription, &subscription.channel, when, messages);
}

/// Passes on what nobody has answered.
pub(super) fn escalate(
    alert: &mut Alert,
    subscriptions: &[Subscription],
    now: Timestamp,
    messages: &mut Vec<Message>,
) {
    if alert.is_recalled || !alert.is_firing {
        return;
    }
    let mut passed_on = Vec::new();
    for subscription in subscriptions {
        let (Some(minutes), Some(channel)) = (subscription.escalate_after_minutes, &subscription.escalate_to)
        else {
            continue;
        };
        let Some(told) = alert.told.get(&subscription.organisation) else {
            continue;
        };
        let is_due = now.duration_since(told.at) >= SignedDuration::from_mins(i64::from(minutes));
        if is_due
            && told.state() == AlertState::Open
            && told.through.contains(&subscription.id)
            && !alert.escalated.contains(&subscription.id)
        {
            let item = item(alert.id, MessageKind::Escalated, &told.content);
            say(item, subscription, channel, (now, false), messages);
            passed_on.push(subscription.id.clone());
        }
    }
    for id in passed_on {
        alert.note(now, MessageKind::Escalated.as_str(), Some(id.to_string()), None);
        alert.escalated.insert(id);
    }
}
