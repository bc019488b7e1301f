//! What a subscription would have told in the past.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Alert, Firing, Known, Occurrence, Rule, Subscription, decide};
use crate::disclosure::AlertScope;
use crate::hotspot::Hotspot;
use crate::report::word;
use crate::slug::AreaId;

/// Days that a person may take to confirm what a rule saw first.
const CONFIRMED_WITHIN_DAYS: i64 = 28;
/// How much wider than a rule's object a hotspot may lie, in metres.
const ABOUT_M: f64 = 500.0;

/// A moment of the past, and what turned then.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// When.
    pub at: Timestamp,
    /// What there was from then on.
    pub occurrence: Occurrence,
}

word!(
    /// What a person made of it later.
    Truth {
        /// A person confirmed a hotspot there.
        Confirmed = "confirmed",
        /// A person dismissed it.
        Dismissed = "dismissed",
        /// Nobody has said anything.
        Unsaid = "unsaid",
    }
);

/// The alerts that one subscription would have been told, oldest first, by the same decision as every other, under the
/// releases of today. `turns` are in the order of time.
///
/// It knows what the looks of the time made of the reports of the time, as far as they are kept; what was entered or corrected
/// later is in it, so the past looks a little better informed than it was.
pub fn rehearse(turns: &[Turn], subscription: &Subscription, scope: &AlertScope) -> Vec<Alert> {
    let mut standing: Vec<(String, Occurrence)> = Vec::new();
    let mut open: Vec<Alert> = Vec::new();
    let mut over: Vec<Alert> = Vec::new();
    let mut next_number = 1;
    let mut rest = turns;
    while let Some(first) = rest.first() {
        let together = rest.partition_point(|turn| turn.at <= first.at);
        for turn in &rest[..together] {
            let occurrence = turn.occurrence.clone();
            let fingerprint = occurrence.labels.fingerprint();
            match standing.iter_mut().find(|(known, _)| *known == fingerprint) {
                Some((_, before)) => *before = occurrence,
                None => standing.push((fingerprint, occurrence)),
            }
        }
        rest = &rest[together..];
        let occurrences: Vec<Occurrence> = standing
            .iter()
            .map(|(_, occurrence)| occurrence.clone())
            .collect();
        let known = Known {
            alerts: &open,
            subscriptions: std::slice::from_ref(subscription),
            silences: &[],
            next_number,
        };
        for after in decide(&occurrences, &known, std::slice::from_ref(scope), first.at).alerts {
            next_number = next_number.max(after.id.0 + 1);
            open.retain(|before| before.id != after.id);
            open.push(after);
        }
        // Nobody answers in a trial: what no longer goes on is over.
        let (going_on, ended): (Vec<Alert>, Vec<Alert>) = open.into_iter().partition(|alert| alert.is_firing);
        open = going_on;
        over.extend(ended);
        standing.retain(|(_, occurrence)| occurrence.firing != Firing::No);
    }
    over.extend(open);
    let is_told = |alert: &Alert| {
        let told = alert.told.get(&subscription.organisation);
        told.is_some_and(|told| told.through.contains(&subscription.id))
    };
    over.retain(is_told);
    let told_at = |alert: &Alert| alert.told.get(&subscription.organisation).map(|told| told.at);
    over.sort_by_key(|alert| (told_at(alert), alert.id));
    over
}

/// What a person made of what an alert was about: of its hotspot, or of one that was seen at the place of its rule then or in
/// the four weeks after. `hotspots` come with the district that they lie in.
pub fn truth<'a>(
    alert: &Alert,
    rule: Option<&Rule>,
    hotspots: impl IntoIterator<Item = (&'a Hotspot, Option<&'a AreaId>)>,
) -> (Truth, Option<&'a Hotspot>) {
    let raised = alert.raised_at;
    let until = raised
        .checked_add(SignedDuration::from_hours(24 * CONFIRMED_WITHIN_DAYS))
        .unwrap_or(raised);
    let is_meant = |hotspot: &Hotspot, district: Option<&AreaId>| match (&alert.facts.hotspot, rule) {
        (Some(id), _) => hotspot.id == *id,
        (None, Some(rule)) => {
            let is_then = hotspot.first_seen <= until && raised <= hotspot.last_seen;
            let is_there = match &rule.near {
                Some(near) => {
                    hotspot.finding.center.distance_m(near.point)
                        <= near.radius_m + hotspot.finding.radius_m + ABOUT_M
                }
                None => alert.facts.district.is_none() || alert.facts.district.as_ref() == district,
            };
            is_then && is_there
        }
        (None, None) => false,
    };
    let mut found = (Truth::Unsaid, None);
    for (hotspot, district) in hotspots {
        if !is_meant(hotspot, district) {
            continue;
        }
        match &hotspot.story.verdict {
            Some(verdict) if verdict.is_confirmed => return (Truth::Confirmed, Some(hotspot)),
            Some(_) => found = (Truth::Dismissed, Some(hotspot)),
            None => {}
        }
    }
    found
}
