//! From what a look found to hotspots with stable ids and a life.

use jiff::{Timestamp, ToSpan};

use crate::hotspot::{Finding, Hotspot, HotspotId, HotspotState};
use crate::revision::Revision;

/// Days without a finding after which a cooling hotspot is closed.
pub const CLOSE_AFTER_DAYS: i64 = 28;

/// Hotspots that a look made or changed; unchanged ones are left out.
///
/// `known` are the hotspots of the same profile that are not closed, `next_number` gives the first free number for a
/// new id, `at` is the time of the look. A finding belongs to a known hotspot when the two circles overlap; where
/// several do, to the nearest. A hotspot that no finding belongs to is cooling, and is closed
/// [`CLOSE_AFTER_DAYS`] days after it was last found. What a person confirmed or dismissed stays so while it is found.
pub fn settle(known: &[Hotspot], findings: Vec<Finding>, next_number: u64, at: Timestamp) -> Vec<Hotspot> {
    let mut changed = Vec::new();
    let mut taken = vec![false; known.len()];
    let mut number = next_number;
    for finding in findings {
        let nearest = known
            .iter()
            .enumerate()
            .filter(|(index, hotspot)| !taken[*index] && overlap(&hotspot.finding, &finding))
            .min_by(|(_, a), (_, b)| {
                let distance = |h: &Hotspot| h.finding.center.distance_m(finding.center);
                distance(a).total_cmp(&distance(b))
            })
            .map(|(index, _)| index);
        if let Some(index) = nearest {
            taken[index] = true;
            let before = &known[index];
            let after = Hotspot {
                state: found_again(before.state),
                last_seen: at,
                finding,
                ..before.clone()
            };
            if after != *before {
                changed.push(after);
            }
        } else {
            changed.push(Hotspot {
                id: HotspotId(format!("hs-{number}")),
                state: HotspotState::Emerging,
                first_seen: at,
                last_seen: at,
                finding,
                revision: Revision::ZERO,
            });
            number += 1;
        }
    }
    for (before, _) in known.iter().zip(&taken).filter(|(_, taken)| !**taken) {
        let closes_at = before.last_seen.checked_add((CLOSE_AFTER_DAYS * 24).hours());
        let state = match before.state {
            HotspotState::Dismissed => HotspotState::Dismissed,
            _ if closes_at.is_ok_and(|closes_at| at >= closes_at) => HotspotState::Closed,
            _ => HotspotState::Cooling,
        };
        if state != before.state {
            changed.push(Hotspot {
                state,
                ..before.clone()
            });
        }
    }
    changed
}

fn found_again(state: HotspotState) -> HotspotState {
    match state {
        HotspotState::Cooling | HotspotState::Closed => HotspotState::Emerging,
        other => other,
    }
}

fn overlap(a: &Finding, b: &Finding) -> bool {
    // Two single locations overlap when they are the same spot as far as a street address tells.
    const SAME_SPOT_M: f64 = 50.0;
    a.center.distance_m(b.center) <= (a.radius_m + b.radius_m).max(SAME_SPOT_M)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hotspot::HotspotKind;
    use crate::interval::Interval;
    use crate::position::LatLng;

    fn finding(lat: f64, lng: f64) -> Finding {
        Finding {
            profile: "p".to_owned(),
            kind: HotspotKind::Beschwerdehotspot,
            center: LatLng::new(lat, lng).unwrap(),
            radius_m: 200.0,
            outline: Vec::new(),
            window: Interval::instant(day(1)),
            observed: 10.0,
            expected: 2.0,
            relative_risk: 5.0,
            p_value: 0.001,
            recurrence_interval_days: 1000.0,
            recurrence_at_limit: true,
            streams: Vec::new(),
            sources: Vec::new(),
            place: "Marktplatz".to_owned(),
            method: "m".to_owned(),
            parameters: serde_json::Value::Null,
            seed: 1,
            cautions: Vec::new(),
        }
    }

    fn day(n: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + n * 86_400).unwrap()
    }

    #[test]
    fn an_overlapping_finding_keeps_the_id() {
        let first = settle(&[], vec![finding(51.68, 7.82)], 7, day(0));
        assert_eq!(first[0].id.0, "hs-7");
        let second = settle(
            &first,
            vec![finding(51.681, 7.821), finding(51.60, 7.70)],
            8,
            day(1),
        );
        assert_eq!(
            (second[0].id.0.as_str(), second[0].first_seen, second[0].last_seen),
            ("hs-7", day(0), day(1))
        );
        assert_eq!(second[1].id.0, "hs-8");
    }

    #[test]
    fn what_is_no_longer_found_cools_and_then_closes() {
        let first = settle(&[], vec![finding(51.68, 7.82)], 1, day(0));
        let cooling = settle(&first, Vec::new(), 2, day(1));
        assert_eq!(cooling[0].state, HotspotState::Cooling);
        assert!(
            settle(&cooling, Vec::new(), 2, day(2)).is_empty(),
            "nothing changed"
        );
        let closed = settle(&cooling, Vec::new(), 2, day(28));
        assert_eq!(closed[0].state, HotspotState::Closed);
    }

    #[test]
    fn a_persons_word_outlives_the_next_look() {
        let mut known = settle(&[], vec![finding(51.68, 7.82)], 1, day(0));
        known[0].state = HotspotState::Dismissed;
        assert_eq!(
            settle(&known, vec![finding(51.68, 7.82)], 2, day(1))[0].state,
            HotspotState::Dismissed
        );
        known[0].state = HotspotState::Confirmed;
        assert_eq!(
            settle(&known, vec![finding(51.68, 7.82)], 2, day(1))[0].state,
            HotspotState::Confirmed
        );
    }
}
