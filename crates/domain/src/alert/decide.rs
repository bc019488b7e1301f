//! From what there is and what was told to what is to be told now.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    Alert, AlertId, AlertState, Channel, Content, Facts, Firing, Labels, Occurrence, Silence, Subject,
    Subscription, Told,
};
use crate::disclosure::{AlertScope, AlertShown, Untold};
use crate::hotspot::HotspotState;
use crate::report::word;
use crate::revision::Revision;
use crate::slug::{OrganisationId, SubscriptionId};

/// Most alerts that go into one message: thin as they are, they stay far under 20 kB.
const MOST_ITEMS: usize = 20;

word!(
    /// What a message says of its alerts.
    MessageKind {
        /// They are new to the receiver.
        Raised = "raised",
        /// They are confirmed, or last.
        Changed = "changed",
        /// What they were about is over.
        Resolved = "resolved",
        /// They are taken back.
        Recalled = "recalled",
        /// Nobody has answered.
        Escalated = "escalated",
    }
);

word!(
    /// Why somebody was told, or was not.
    Why {
        /// Told.
        Told = "told",
        /// No release covers it.
        NotReleased = "not_released",
        /// Not confirmed by a person.
        NotConfirmed = "not_confirmed",
        /// An Angstraum, not released one by one.
        SinglyOnly = "singly_only",
        /// Somebody else's.
        NotTheirs = "not_theirs",
        /// The subscription wants other subjects.
        OtherSubject = "other_subject",
        /// … other kinds of hotspots.
        OtherKind = "other_kind",
        /// … other states.
        OtherState = "other_state",
        /// … other themes.
        OtherTheme = "other_theme",
        /// … other districts.
        OtherArea = "other_area",
        /// … stronger ones.
        TooWeak = "too_weak",
        /// The organisation has silenced it.
        Silenced = "silenced",
        /// A wider alert says it already.
        Inhibited = "inhibited",
        /// They have closed it, or it was recalled.
        Closed = "closed",
        /// It no longer goes on.
        Over = "over",
    }
);

impl Why {
    /// The reason in German, for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Told => "gemeldet",
            Self::NotReleased => "keine Freigabe deckt es ab",
            Self::NotConfirmed => "noch von niemandem bestätigt",
            Self::SinglyOnly => "ein Angstraum, der nicht einzeln freigegeben ist",
            Self::NotTheirs => "für andere bestimmt",
            Self::OtherSubject => "das Abonnement will andere Anlässe",
            Self::OtherKind => "das Abonnement will andere Arten von Hotspots",
            Self::OtherState => "das Abonnement will andere Zustände",
            Self::OtherTheme => "das Abonnement will andere Themen",
            Self::OtherArea => "das Abonnement will andere Stadtbezirke",
            Self::TooWeak => "schwächer, als das Abonnement verlangt",
            Self::Silenced => "stummgeschaltet",
            Self::Inhibited => "eine weitere Meldung sagt es schon für das ganze Gebiet",
            Self::Closed => "dort abgeschlossen oder zurückgezogen",
            Self::Over => "vorbei, bevor es zu melden war",
        }
    }
}

impl From<Untold> for Why {
    fn from(untold: Untold) -> Self {
        match untold {
            Untold::NotReleased => Self::NotReleased,
            Untold::NotConfirmed => Self::NotConfirmed,
            Untold::SinglyOnly => Self::SinglyOnly,
            Untold::NotTheirs => Self::NotTheirs,
        }
    }
}

/// Why one organisation, or one subscription of it, was told or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Its subscription; none where it is about the organisation as a whole.
    pub subscription: Option<SubscriptionId>,
    /// The reason.
    pub why: Why,
    /// The silence or the alert that it was held back for.
    pub because_of: Option<String>,
}

/// One alert in a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its id.
    pub alert: AlertId,
    /// What the receiver gets of it.
    pub content: Content,
}

/// Something to send.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// To whom.
    pub organisation: OrganisationId,
    /// By which way; never the page.
    pub channel: Channel,
    /// True when it waits for the hour of a digest: it does not hold up what is sent at once.
    pub is_digest: bool,
    /// What it says.
    pub kind: MessageKind,
    /// Not to be sent before.
    pub not_before: Timestamp,
    /// Of which alerts, at most 20.
    pub items: Vec<Item>,
}

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
///    it has none; whoever was told before is told of a change, of the end, and of a recall. Who may not be told any more
///    what they were told gets a recall.
/// 3. An alert of a rule on a district holds back those of its owner's rules within the district; a silence holds back what
///    its organisation would be told. Neither holds back an end or a recall. What was held back and still goes on when they
///    end is told then.
/// 4. Nobody's answer within the time of a subscription passes the alert on, once.
/// 5. What is decided together for one receiver, way and moment goes into one message.
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
        // Notices are told whole each time: one that is missing is over.
        let is_over = alert.facts.subject == Subject::Notice && alert.is_firing;
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
        raised_at: now,
        changed_at: now,
        released_to: std::collections::BTreeSet::new(),
        told: BTreeMap::new(),
        escalated: std::collections::BTreeSet::new(),
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

/// Tells every organisation what it may and wants to know.
fn tell(
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
        let content = Content::of(&alert.facts, shown);
        for subscription in &wanting {
            send(
                alert.id,
                subscription,
                MessageKind::Raised,
                &content,
                now,
                messages,
            );
        }
        let told = Told {
            at: now,
            content,
            through: wanting
                .iter()
                .map(|subscription| subscription.id.clone())
                .collect(),
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

/// Brings what a receiver knows up to date, and tells of a change or the end through what it was first told through.
fn go_on(
    alert: &mut Alert,
    organisation: &OrganisationId,
    shown: AlertShown,
    event: Option<MessageKind>,
    own: &[&Subscription],
    now: Timestamp,
    messages: &mut Vec<Message>,
) {
    let content = Content::of(&alert.facts, shown);
    let id = alert.id;
    let Some(told) = alert.told.get_mut(organisation) else {
        return;
    };
    told.content = content;
    let Some(event) = event else { return };
    let was_closed = told.state() == AlertState::Closed;
    match event {
        // What was closed and is now confirmed is open again.
        MessageKind::Changed => (told.closed_at, told.outcome) = (None, None),
        _ if was_closed => return,
        _ => told.closed_at = Some(now),
    }
    for subscription in own
        .iter()
        .filter(|subscription| told.through.contains(&subscription.id))
    {
        send(id, subscription, event, &told.content, now, messages);
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
    for subscription in own
        .iter()
        .filter(|subscription| told.through.contains(&subscription.id))
    {
        send(
            id,
            subscription,
            MessageKind::Recalled,
            &told.content,
            now,
            messages,
        );
    }
}

fn send(
    alert: AlertId,
    subscription: &Subscription,
    kind: MessageKind,
    content: &Content,
    now: Timestamp,
    messages: &mut Vec<Message>,
) {
    // A recall waits for what it takes back, and for nothing else.
    let not_before = if kind == MessageKind::Recalled {
        now
    } else {
        subscription.send_at(now)
    };
    let is_digest = subscription.digest_hour.is_some();
    push(
        alert,
        subscription,
        &subscription.channel,
        kind,
        content,
        (not_before, is_digest),
        messages,
    );
}

fn push(
    alert: AlertId,
    subscription: &Subscription,
    channel: &Channel,
    kind: MessageKind,
    content: &Content,
    (not_before, is_digest): (Timestamp, bool),
    messages: &mut Vec<Message>,
) {
    if *channel == Channel::Inbox {
        return;
    }
    // Two subscriptions by the same way tell it once.
    let is_there = messages.iter().any(|message: &Message| {
        message.channel == *channel
            && message.kind == kind
            && message.items.iter().any(|item| item.alert == alert)
    });
    if !is_there {
        messages.push(Message {
            organisation: subscription.organisation.clone(),
            channel: channel.clone(),
            is_digest,
            kind,
            not_before,
            items: vec![Item {
                alert,
                content: content.clone(),
            }],
        });
    }
}

/// Passes on what nobody has answered.
fn escalate(alert: &mut Alert, subscriptions: &[Subscription], now: Timestamp, messages: &mut Vec<Message>) {
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
            let kind = MessageKind::Escalated;
            push(
                alert.id,
                subscription,
                channel,
                kind,
                &told.content,
                (now, false),
                messages,
            );
            passed_on.push(subscription.id.clone());
        }
    }
    for id in passed_on {
        alert.note(now, MessageKind::Escalated.as_str(), Some(id.to_string()), None);
        alert.escalated.insert(id);
    }
}

/// One message where receiver, way, kind and moment are the same.
fn together(single: Vec<Message>) -> Vec<Message> {
    let mut messages: Vec<Message> = Vec::new();
    for message in single {
        let open = messages.iter_mut().find(|known| {
            known.organisation == message.organisation
                && known.channel == message.channel
                && known.is_digest == message.is_digest
                && known.kind == message.kind
                && known.not_before == message.not_before
                && known.items.len() < MOST_ITEMS
        });
        match open {
            Some(open) => open.items.extend(message.items),
            None => messages.push(message),
        }
    }
    messages
}
