//! What is sent, and what of it goes together.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AlertId, Channel, Content, Subscription};
use crate::report::word;
use crate::slug::OrganisationId;

/// Most alerts that go into one message: thin as they are, they stay far under 20 kB.
const MOST_ITEMS: usize = 20;
/// Most alerts of a digest, which is one message where it can be.
const MOST_IN_DIGEST: usize = 40;

word!(
    /// What a message says of its alerts.
    MessageKind {
        /// They are new to the receiver.
        Raised = "raised",
        /// They are confirmed, or last.
        Changed = "changed",
        /// What was said of them was wrong, and is put right.
        Corrected = "corrected",
        /// What they were about is over.
        Resolved = "resolved",
        /// They are taken back.
        Recalled = "recalled",
        /// Nobody has answered.
        Escalated = "escalated",
        /// A day's: each says for itself which of the others it is.
        Digest = "digest",
    }
);

impl MessageKind {
    /// The kind in German, for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Raised => "Neu",
            Self::Changed => "Geändert",
            Self::Corrected => "Berichtigt",
            Self::Resolved => "Beendet",
            Self::Recalled => "Zurückgezogen",
            Self::Escalated => "Unbeantwortet",
            Self::Digest => "Sammelmitteilung",
        }
    }
}

/// One alert in a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its id.
    pub alert: AlertId,
    /// What is said of it; never a digest.
    pub kind: MessageKind,
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
    /// Of which alerts, at most 20; of a digest at most 40.
    pub items: Vec<Item>,
}

impl Message {
    fn has_room(&self) -> bool {
        self.items.len()
            < if self.is_digest {
                MOST_IN_DIGEST
            } else {
                MOST_ITEMS
            }
    }

    /// Takes what a later message says into this digest, which has not been sent; gives back what does not go in.
    ///
    /// Each alert stands in it once, with the last that is known of it. What is new and taken back before anybody read of it
    /// is left out. A recall of what was sent before does not wait for a digest: it is given back.
    pub fn take_in(&mut self, later: Self) -> Option<Self> {
        let is_recall = later.kind == MessageKind::Recalled;
        if !is_recall && later.not_before != self.not_before {
            return Some(later);
        }
        let mut left = Self {
            items: Vec::new(),
            ..later
        };
        for item in later.items {
            match self.items.iter().position(|known| known.alert == item.alert) {
                Some(at) if is_recall && self.items[at].kind == MessageKind::Raised => {
                    self.items.remove(at);
                }
                Some(at) => {
                    let known = &mut self.items[at];
                    let is_news = matches!(item.kind, MessageKind::Changed | MessageKind::Corrected);
                    if !(is_news && known.kind == MessageKind::Raised) {
                        known.kind = item.kind;
                    }
                    known.content = item.content;
                }
                None if !is_recall && self.has_room() => self.items.push(item),
                None => left.items.push(item),
            }
        }
        (!left.items.is_empty()).then_some(left)
    }
}

/// Says something of one alert by a subscription's way, or by another.
pub(super) fn say(
    item: Item,
    subscription: &Subscription,
    channel: &Channel,
    (not_before, is_digest): (Timestamp, bool),
    messages: &mut Vec<Message>,
) {
    if *channel == Channel::Inbox {
        return;
    }
    // Two subscriptions by the same way tell it once.
    let is_said = |known: &Item| known.alert == item.alert && known.kind == item.kind;
    if messages
        .iter()
        .any(|message| message.channel == *channel && message.items.iter().any(is_said))
    {
        return;
    }
    // A recall stands by itself: it does not wait for the digest's hour.
    let is_of_day = is_digest && item.kind != MessageKind::Recalled;
    messages.push(Message {
        organisation: subscription.organisation.clone(),
        channel: channel.clone(),
        is_digest,
        kind: if is_of_day { MessageKind::Digest } else { item.kind },
        not_before,
        items: vec![item],
    });
}

/// One message where receiver, way, kind and moment are the same.
pub(super) fn together(single: Vec<Message>) -> Vec<Message> {
    let mut messages: Vec<Message> = Vec::new();
    for message in single {
        let open = messages.iter_mut().find(|known| {
            known.organisation == message.organisation
                && known.channel == message.channel
                && known.is_digest == message.is_digest
                && known.kind == message.kind
                && known.not_before == message.not_before
                && known.has_room()
        });
        match open {
            Some(open) => open.items.extend(message.items),
            None => messages.push(message),
        }
    }
    messages
}
