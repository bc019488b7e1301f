//! From what a look found to hotspots with stable ids and a life.

use jiff::{Timestamp, ToSpan};

use crate::hotspot::{Finding, Hotspot, HotspotId, HotspotState, Story};
use crate::revision::Revision;

/// Days without a finding after which a cooling hotspot is closed.
pub const CLOSE_AFTER_DAYS: i64 = 28;
/// Days from the first finding to the latest after which a hotspot is persistent rather than emerging.
pub const PERSISTENT_AFTER_DAYS: i64 = 56;
/// Days without a finding for which a dismissal is remembered; what comes later is something new.
pub const DISMISSAL_HOLDS_DAYS: i64 = 180;
/// A dismissed pattern comes back when it has this many times the reports that it had …
pub const GROWN_TIMES: f64 = 1.5;
/// … and at least so many more.
pub const GROWN_BY: f64 = 5.0;

/// One look of one profile, beside what it found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Looked<'a> {
    /// The time that was looked at: the data's time, not the clock's.
    pub at: Timestamp,
    /// The first free number for a new id.
    pub next_number: u64,
    /// Says in German which of the profile's sources are silent. What is no longer found may then only be no longer
    /// reported, and the hotspot says so.
    pub silence: Option<&'a str>,
}

/// Hotspots that a look made or changed; unchanged ones are left out.
///
/// `known` are the hotspots of the same profile that are not closed.
///
/// 1. A finding belongs to the known hotspot whose circle it shares most with, if that is half of the smaller circle's
///    width, or both are the same spot as far as a street address tells. Each finding goes to one hotspot and each
///    hotspot gets one finding; a confirmed hotspot comes first, a dismissed one last. The order of the findings does
///    not matter.
/// 2. A finding that shares its place with a hotspot that has got another finding *splits off*: it gets an id of its own
///    and says where it came from. A finding that belongs nowhere is a new hotspot.
/// 3. A hotspot without a finding of its own whose place lies in another's finding has *merged*: it is closed, and says
///    into which.
/// 4. Found, a hotspot is what a person said of it; else it is persistent [`PERSISTENT_AFTER_DAYS`] after it was first
///    found, and emerging before. A dismissed one stays dismissed unless it has grown ([`GROWN_TIMES`], [`GROWN_BY`]).
/// 5. Not found, it is cooling, and closed [`CLOSE_AFTER_DAYS`] after it was last found; a dismissal is forgotten
///    [`DISMISSAL_HOLDS_DAYS`] after.
pub fn settle(known: &[Hotspot], findings: &[Finding], look: &Looked) -> Vec<Hotspot> {
    let mut belongs: Vec<Option<usize>> = vec![None; findings.len()];
    let mut taken: Vec<Option<usize>> = vec![None; known.len()];
    for (hotspot, finding) in in_order_of_claim(known, findings) {
        if belongs[finding].is_none() && taken[hotspot].is_none() {
            belongs[finding] = Some(hotspot);
            taken[hotspot] = Some(finding);
        }
    }
    let mut changed = Vec::new();
    let mut number = look.next_number;
    let mut holder: Vec<HotspotId> = Vec::with_capacity(findings.len());
    for (finding, belongs) in findings.iter().zip(&belongs) {
        let after = if let Some(index) = belongs {
            found_again(&known[*index], finding, look.at)
        } else {
            number += 1;
            let parent = known
                .iter()
                .zip(&taken)
                .find(|(hotspot, taken)| taken.is_some() && claim(hotspot, finding).is_some());
            new_hotspot(number - 1, finding, parent.map(|(hotspot, _)| hotspot), look.at)
        };
        holder.push(after.id.clone());
        if belongs.is_none_or(|index| after != known[index]) {
            changed.push(after);
        }
    }
    for (before, _) in known.iter().zip(&taken).filter(|(_, taken)| taken.is_none()) {
        let swallowed_by = findings
            .iter()
            .zip(&holder)
            .find(|(finding, _)| claim(before, finding).is_some())
            .map(|(_, id)| id);
        let after = not_found(before, swallowed_by, look);
        if after != *before {
            changed.push(after);
        }
    }
    changed
}

/// As which of the known hotspots those of the past go on, by position: the one with the best claim to the place that was
/// first seen after the past one was last seen, and at most [`CLOSE_AFTER_DAYS`] later. Each known one goes on from one.
pub fn continued(past: &[Hotspot], known: &[Hotspot]) -> Vec<Option<usize>> {
    let mut goes_on: Vec<Option<usize>> = vec![None; past.len()];
    let firsts: Vec<Finding> = known.iter().map(|hotspot| hotspot.finding.clone()).collect();
    let mut taken = vec![false; known.len()];
    for (before, after) in in_order_of_claim(past, &firsts) {
        let is_next = known[after].first_seen >= past[before].last_seen
            && known[after].first_seen <= after_days(past[before].last_seen, CLOSE_AFTER_DAYS);
        if goes_on[before].is_none() && !taken[after] && is_next {
            goes_on[before] = Some(after);
            taken[after] = true;
        }
    }
    goes_on
}

/// Pairs of hotspot and finding that share a place, those with the best claim first.
fn in_order_of_claim(known: &[Hotspot], findings: &[Finding]) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(u8, f64, usize, usize)> = Vec::new();
    for (h, hotspot) in known.iter().enumerate() {
        for (f, finding) in findings.iter().enumerate() {
            if let Some(share) = claim(hotspot, finding) {
                pairs.push((rank(hotspot), share, h, f));
            }
        }
    }
    pairs.sort_by(|a, b| {
        let center = |pair: &(u8, f64, usize, usize)| findings[pair.3].center;
        // To the metre: what differs less is a matter of rounding.
        let distance =
            |pair: &(u8, f64, usize, usize)| known[pair.2].finding.center.distance_m(center(pair)).round();
        (a.0.cmp(&b.0))
            .then(b.1.total_cmp(&a.1))
            .then_with(|| distance(a).total_cmp(&distance(b)))
            .then_with(|| known[a.2].first_seen.cmp(&known[b.2].first_seen))
            .then_with(|| known[a.2].id.cmp(&known[b.2].id))
            .then_with(|| center(a).lng_degrees().total_cmp(&center(b).lng_degrees()))
            .then_with(|| center(a).lat_degrees().total_cmp(&center(b).lat_degrees()))
    });
    pairs.into_iter().map(|(_, _, h, f)| (h, f)).collect()
}

fn rank(hotspot: &Hotspot) -> u8 {
    match &hotspot.story.verdict {
        Some(verdict) if verdict.is_confirmed => 0,
        None => 1,
        Some(_) => 2,
    }
}

/// How much a finding shares with a hotspot's place, as a part of the smaller circle's width; `None` when that is too
/// little, or they lie too far apart in time.
fn claim(hotspot: &Hotspot, finding: &Finding) -> Option<f64> {
    // Two single locations are the same spot as far as a street address tells.
    const SAME_SPOT_M: f64 = 50.0;
    const LEAST_SHARE: f64 = 0.5;
    let before = &hotspot.finding;
    let remembered_days = if hotspot.state == HotspotState::Dismissed {
        DISMISSAL_HOLDS_DAYS
    } else {
        CLOSE_AFTER_DAYS
    };
    let is_near_in_time = finding.window.from() <= after_days(hotspot.last_seen, remembered_days)
        && before.window.from() <= finding.window.to();
    let distance_m = before.center.distance_m(finding.center);
    let (a, b) = (
        before.radius_m.max(SAME_SPOT_M / 2.0),
        finding.radius_m.max(SAME_SPOT_M / 2.0),
    );
    let share = ((a + b - distance_m) / (2.0 * a.min(b))).min(1.0);
    (is_near_in_time && (share >= LEAST_SHARE || distance_m <= SAME_SPOT_M)).then_some(share)
}

fn found_again(before: &Hotspot, finding: &Finding, at: Timestamp) -> Hotspot {
    let mut after = Hotspot {
        finding: finding.clone(),
        last_seen: at.max(before.last_seen),
        ..before.clone()
    };
    after.state = match &before.story.verdict {
        Some(verdict) if verdict.is_confirmed => HotspotState::Confirmed,
        Some(verdict) if !has_grown(verdict.observed, finding.observed) => HotspotState::Dismissed,
        None if at >= after_days(before.first_seen, PERSISTENT_AFTER_DAYS) => HotspotState::Persistent,
        Some(_) | None => HotspotState::Emerging,
    };
    if after.state != HotspotState::Confirmed && after.state != HotspotState::Dismissed {
        after.story.verdict = None;
    }
    after
}

fn has_grown(before: f64, now: f64) -> bool {
    now >= before * GROWN_TIMES && now >= before + GROWN_BY
}

/// A part of what was dismissed is dismissed with it.
fn new_hotspot(number: u64, finding: &Finding, parent: Option<&Hotspot>, at: Timestamp) -> Hotspot {
    let dismissed = parent
        .and_then(|parent| parent.story.verdict.clone())
        .filter(|verdict| !verdict.is_confirmed && !has_grown(verdict.observed, finding.observed));
    Hotspot {
        id: HotspotId(format!("hs-{number}")),
        state: if dismissed.is_some() {
            HotspotState::Dismissed
        } else {
            HotspotState::Emerging
        },
        first_seen: at,
        last_seen: at,
        finding: finding.clone(),
        story: Story {
            verdict: dismissed,
            came_from: parent.map(|parent| parent.id.clone()),
            ..Story::default()
        },
        revision: Revision::ZERO,
    }
}

fn not_found(before: &Hotspot, swallowed_by: Option<&HotspotId>, look: &Looked) -> Hotspot {
    let is_over = |days| look.at >= after_days(before.last_seen, days);
    let mut after = before.clone();
    after.state = match before.state {
        HotspotState::Dismissed if is_over(DISMISSAL_HOLDS_DAYS) => HotspotState::Closed,
        HotspotState::Dismissed => HotspotState::Dismissed,
        _ if swallowed_by.is_some() || is_over(CLOSE_AFTER_DAYS) => HotspotState::Closed,
        _ => HotspotState::Cooling,
    };
    if after.state == HotspotState::Closed && before.state != HotspotState::Dismissed {
        after.story.merged_into = swallowed_by.cloned();
    }
    if let Some(silence) = look.silence
        && after.state != before.state
    {
        after.finding.cautions.push(silence.to_owned());
    }
    after
}

fn after_days(at: Timestamp, days: i64) -> Timestamp {
    at.checked_add((days * 24).hours()).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
#[path = "lifecycle_tests.rs"]
mod tests;
