use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::hotspot::{HotspotKind, Rhythm};
use crate::interval::Interval;
use crate::position::LatLng;
use crate::review::{Review, ReviewAction, reviewed};
use crate::slug::OrganisationId;
use crate::viewer::{Role, Viewer};

fn day(n: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + n * 86_400).unwrap()
}

/// A finding `east_m` metres east of a fixed point, over the five days before day `n`.
fn finding(n: i64, east_m: f64, radius_m: f64, observed: f64) -> Finding {
    let metres_per_degree = 111_195.0 * 51.68_f64.to_radians().cos();
    Finding {
        profile: "p".to_owned(),
        kind: HotspotKind::Beschwerdehotspot,
        center: LatLng::new(51.68, 7.80 + east_m / metres_per_degree).unwrap(),
        radius_m,
        outline: Vec::new(),
        window: Interval::new(day(n - 5), day(n)).unwrap(),
        observed,
        expected: 2.0,
        relative_risk: 5.0,
        p_value: Some(0.001),
        recurrence_interval_days: Some(1000.0),
        recurrence_at_limit: true,
        streams: Vec::new(),
        categories: Vec::new(),
        rhythm: Rhythm::default(),
        reports: Vec::new(),
        sources: Vec::new(),
        place: "Marktplatz".to_owned(),
        method: "m".to_owned(),
        parameters: serde_json::Value::Null,
        seed: 1,
        cautions: Vec::new(),
    }
}

/// A city that is looked at day by day.
struct City {
    hotspots: Vec<Hotspot>,
    next_number: u64,
}

impl City {
    fn new() -> Self {
        Self {
            hotspots: Vec::new(),
            next_number: 1,
        }
    }

    fn look(&mut self, n: i64, findings: impl AsRef<[Finding]>) -> Vec<Hotspot> {
        self.look_in_silence(n, findings.as_ref(), None)
    }

    fn look_in_silence(&mut self, n: i64, findings: &[Finding], silence: Option<&str>) -> Vec<Hotspot> {
        let known: Vec<Hotspot> = self
            .hotspots
            .iter()
            .filter(|hotspot| hotspot.state != HotspotState::Closed)
            .cloned()
            .collect();
        let look = Looked {
            at: day(n),
            next_number: self.next_number,
            silence,
        };
        let changed = settle(&known, findings, &look);
        for after in &changed {
            if let Some(before) = self.hotspots.iter_mut().find(|known| known.id == after.id) {
                before.clone_from(after);
            } else {
                self.hotspots.push(after.clone());
                self.next_number += 1;
            }
        }
        changed
    }

    fn states(&self) -> Vec<(&str, HotspotState)> {
        self.hotspots.iter().map(|h| (h.id.0.as_str(), h.state)).collect()
    }

    fn review(&mut self, id: &str, action: ReviewAction, n: i64) {
        let viewer = Viewer {
            name: "t".to_owned(),
            role: Role::Analyst,
            organisation: OrganisationId::new("stadt").unwrap(),
        };
        let review = Review::new(&viewer, action, Some("geprüft"), day(n)).unwrap();
        let hotspot = self
            .hotspots
            .iter_mut()
            .find(|hotspot| hotspot.id.0 == id)
            .unwrap();
        *hotspot = reviewed(hotspot, &review).unwrap();
    }
}

#[test]
fn an_overlapping_finding_keeps_the_id() {
    let mut city = City::new();
    city.look(0, vec![finding(0, 0.0, 200.0, 10.0)]);
    city.look(
        1,
        vec![finding(1, 4000.0, 200.0, 9.0), finding(1, 100.0, 200.0, 11.0)],
    );
    assert_eq!(
        city.states(),
        [("hs-1", HotspotState::Emerging), ("hs-2", HotspotState::Emerging)]
    );
    let first = &city.hotspots[0];
    assert_eq!(
        (first.first_seen, first.last_seen, first.finding.observed),
        (day(0), day(1), 11.0)
    );
}

#[test]
fn circles_that_only_touch_are_two_places() {
    let mut city = City::new();
    city.look(0, vec![finding(0, 0.0, 200.0, 10.0)]);
    city.look(1, vec![finding(1, 350.0, 200.0, 10.0)]);
    assert_eq!(
        city.states(),
        [("hs-1", HotspotState::Cooling), ("hs-2", HotspotState::Emerging)]
    );
}

#[test]
fn the_life_of_a_hotspot() {
    use HotspotState::{Closed, Confirmed, Cooling, Emerging, Persistent};
    // Day, found, state after the look.
    type Life<'a> = &'a [(i64, bool, HotspotState)];
    let lives: &[(&str, Life)] = &[
        (
            "it cools and closes",
            &[
                (0, true, Emerging),
                (1, false, Cooling),
                (27, false, Cooling),
                (28, false, Closed),
            ],
        ),
        (
            "it comes back",
            &[
                (0, true, Emerging),
                (10, false, Cooling),
                (20, true, Emerging),
                (47, false, Cooling),
                (48, false, Closed),
            ],
        ),
        (
            "it stays",
            &[
                (0, true, Emerging),
                (30, true, Emerging),
                (56, true, Persistent),
                (60, false, Cooling),
                (70, true, Persistent),
            ],
        ),
    ];
    for (name, life) in lives {
        let mut city = City::new();
        for (n, is_found, state) in *life {
            let findings = if *is_found {
                vec![finding(*n, 0.0, 200.0, 10.0)]
            } else {
                Vec::new()
            };
            city.look(*n, findings);
            assert_eq!(city.states(), [("hs-1", *state)], "{name}, day {n}");
        }
    }
    // A confirmation outlives a quiet week.
    let mut city = City::new();
    city.look(0, vec![finding(0, 0.0, 200.0, 10.0)]);
    city.review("hs-1", ReviewAction::Confirm, 0);
    for (n, is_found, state) in [
        (1, true, Confirmed),
        (2, false, Cooling),
        (9, true, Confirmed),
        (70, true, Emerging),
    ] {
        let findings = if is_found {
            vec![finding(n, 0.0, 200.0, 10.0)]
        } else {
            Vec::new()
        };
        city.look(n, findings);
        let newest = city.hotspots.last().unwrap();
        assert_eq!(newest.state, state, "day {n}");
    }
    // After 61 days without a look the old one is not the same happening.
    assert_eq!(city.states()[0], ("hs-1", Closed));
}

#[test]
fn what_was_dismissed_does_not_come_back_unless_it_grows() {
    let mut city = City::new();
    city.look(0, vec![finding(0, 0.0, 300.0, 10.0)]);
    city.review("hs-1", ReviewAction::Dismiss, 0);
    for (n, findings) in [
        (1, vec![finding(1, 50.0, 300.0, 12.0)]),
        // Grown by half, but by less than five.
        (2, vec![finding(2, 50.0, 300.0, 14.9)]),
        (60, Vec::new()),
        (90, vec![finding(90, 0.0, 300.0, 11.0)]),
        // It falls apart: its parts are dismissed with it.
        (
            91,
            vec![finding(91, -150.0, 100.0, 6.0), finding(91, 150.0, 100.0, 5.0)],
        ),
    ] {
        city.look(n, findings);
        assert!(
            city.hotspots
                .iter()
                .all(|hotspot| hotspot.state == HotspotState::Dismissed),
            "day {n}: {:?}",
            city.states()
        );
    }
    city.look(92, vec![finding(92, -150.0, 100.0, 15.0)]);
    let grown = city
        .hotspots
        .iter()
        .find(|h| h.state == HotspotState::Emerging)
        .unwrap();
    assert_eq!((grown.finding.observed, &grown.story.verdict), (15.0, &None));
}

#[test]
fn a_dismissal_is_forgotten_in_time() {
    let mut city = City::new();
    city.look(0, vec![finding(0, 0.0, 300.0, 10.0)]);
    city.review("hs-1", ReviewAction::Dismiss, 0);
    city.look(DISMISSAL_HOLDS_DAYS - 1, Vec::new());
    assert_eq!(city.states(), [("hs-1", HotspotState::Dismissed)]);
    city.look(DISMISSAL_HOLDS_DAYS, Vec::new());
    assert_eq!(city.states(), [("hs-1", HotspotState::Closed)]);
}

#[test]
fn a_part_that_splits_off_says_where_it_came_from() {
    let mut city = City::new();
    city.look(0, vec![finding(0, 0.0, 400.0, 20.0)]);
    city.look(
        1,
        vec![finding(1, 300.0, 100.0, 8.0), finding(1, -50.0, 200.0, 12.0)],
    );
    // Both lie wholly in it; the one nearer to its middle keeps the id.
    assert_eq!(city.hotspots[0].finding.observed as u64, 12);
    assert_eq!(
        city.hotspots[1].story.came_from,
        Some(HotspotId("hs-1".to_owned()))
    );
}

#[test]
fn two_that_merge_go_on_as_the_confirmed_one() {
    let mut city = City::new();
    city.look(
        0,
        vec![finding(0, -200.0, 100.0, 8.0), finding(0, 200.0, 100.0, 9.0)],
    );
    city.review("hs-2", ReviewAction::Confirm, 0);
    city.look(1, vec![finding(1, 0.0, 400.0, 20.0)]);
    assert_eq!(
        city.states(),
        [("hs-1", HotspotState::Closed), ("hs-2", HotspotState::Confirmed)]
    );
    assert_eq!(
        city.hotspots[0].story.merged_into,
        Some(HotspotId("hs-2".to_owned()))
    );
}

#[test]
fn a_hotspot_that_cools_under_a_silent_source_says_so() {
    let mut city = City::new();
    city.look(0, vec![finding(0, 0.0, 200.0, 10.0)]);
    city.look_in_silence(1, &[], Some("Die Quelle schweigt."));
    city.look_in_silence(2, &[], Some("Die Quelle schweigt."));
    assert_eq!(city.hotspots[0].state, HotspotState::Cooling);
    assert_eq!(city.hotspots[0].finding.cautions, ["Die Quelle schweigt."]);
}

#[test]
fn the_past_goes_on_as_what_is_known_today() {
    let mut past = City::new();
    past.look(
        0,
        vec![finding(0, 0.0, 200.0, 10.0), finding(0, 4000.0, 200.0, 10.0)],
    );
    past.look(7, vec![finding(7, 0.0, 200.0, 10.0)]);
    let mut today = City::new();
    today.look(
        14,
        vec![finding(14, 8000.0, 200.0, 9.0), finding(14, 50.0, 200.0, 12.0)],
    );
    // The second was last seen 14 days ago, but is somewhere else.
    assert_eq!(continued(&past.hotspots, &today.hotspots), [Some(1), None]);
    let mut much_later = City::new();
    much_later.look(60, vec![finding(60, 0.0, 200.0, 9.0)]);
    assert_eq!(continued(&past.hotspots, &much_later.hotspots), [None, None]);
}

#[test]
fn an_angstraum_leaves_the_analysts_only_when_a_person_confirmed_it() {
    let mut city = City::new();
    let mut angstraum = finding(0, 0.0, 200.0, 10.0);
    angstraum.kind = HotspotKind::Angstraum;
    city.look(0, vec![angstraum, finding(0, 4000.0, 200.0, 10.0)]);
    for role in Role::ALL {
        assert_eq!(
            city.hotspots[0].may_be_shown_to(*role),
            *role == Role::Analyst,
            "{role}"
        );
        assert!(city.hotspots[1].may_be_shown_to(*role));
    }
    city.review("hs-1", ReviewAction::Confirm, 0);
    assert!(
        Role::ALL
            .iter()
            .all(|role| city.hotspots[0].may_be_shown_to(*role))
    );
    city.review("hs-1", ReviewAction::Reopen, 1);
    assert!(!city.hotspots[0].may_be_shown_to(Role::Management));
}

#[test]
fn an_office_takes_a_hotspot_on_and_gives_it_back() {
    let mut city = City::new();
    city.look(0, [finding(0, 0.0, 100.0, 9.0)]);
    let by = Viewer {
        name: "t".to_owned(),
        role: Role::Analyst,
        organisation: OrganisationId::new("stadt").unwrap(),
    };
    let assign = |hotspot: &Hotspot, office| {
        let review = Review::new(&by, ReviewAction::Assign, office, day(0)).unwrap();
        reviewed(hotspot, &review)
    };
    let taken = assign(&city.hotspots[0], Some(" Ordnungsamt ")).unwrap();
    assert_eq!(taken.story.assigned_to.as_deref(), Some("Ordnungsamt"));
    assert_eq!(taken.state, city.hotspots[0].state);
    // It keeps its office through the next look.
    city.hotspots = vec![taken];
    city.look(1, [finding(1, 0.0, 100.0, 10.0)]);
    assert_eq!(city.hotspots[0].story.assigned_to.as_deref(), Some("Ordnungsamt"));
    assert_eq!(assign(&city.hotspots[0], None).unwrap().story.assigned_to, None);
    city.hotspots[0].state = HotspotState::Closed;
    assert_eq!(
        assign(&city.hotspots[0], Some("Ordnungsamt")),
        Err(crate::InvalidReview::Closed)
    );
}

#[test]
fn reviews_are_for_analysts_and_dismissals_have_reasons() {
    let viewer = |role| Viewer {
        name: "t".to_owned(),
        role,
        organisation: OrganisationId::new("stadt").unwrap(),
    };
    for role in Role::ALL.iter().filter(|role| **role != Role::Analyst) {
        assert_eq!(
            Review::new(&viewer(*role), ReviewAction::Confirm, None, day(0)),
            Err(crate::InvalidReview::Role)
        );
    }
    let by_analyst = |action, text| Review::new(&viewer(Role::Analyst), action, text, day(0));
    assert_eq!(
        by_analyst(ReviewAction::Dismiss, Some("  ")),
        Err(crate::InvalidReview::NoText)
    );
    let long = "x".repeat(81);
    assert_eq!(
        by_analyst(ReviewAction::Rename, Some(&long)),
        Err(crate::InvalidReview::TooLong(80))
    );
    assert_eq!(
        by_analyst(ReviewAction::Rename, Some("a\nb")),
        Err(crate::InvalidReview::ControlCharacter)
    );
    assert_eq!(
        by_analyst(ReviewAction::Assign, Some(&long)),
        Err(crate::InvalidReview::TooLong(80))
    );
    assert_eq!(
        by_analyst(ReviewAction::Note, Some("a\nb"))
            .unwrap()
            .by
            .organisation
            .as_str(),
        "stadt"
    );
}

proptest! {
    /// Whatever is found: ids are unique and never reused, nothing known is lost, every finding is held by exactly one
    /// hotspot that was last seen at the look, the order of the findings does not matter, and a look made twice changes
    /// nothing.
    #[test]
    fn every_look_keeps_the_books(looks in prop::collection::vec(prop::collection::vec((0_u8..12, 0_u8..4, 5_u8..30), 0..4), 1..12)) {
        let mut city = City::new();
        for (index, found) in looks.iter().enumerate() {
            let n = i64::try_from(index).unwrap() * 9;
            // Findings of one look share no place.
            let mut seen = BTreeSet::new();
            let findings: Vec<Finding> = found
                .iter()
                .filter(|(place, ..)| seen.insert(place / 2))
                .map(|(place, radius, observed)| finding(n, f64::from(*place) * 150.0, f64::from(*radius) * 60.0, f64::from(*observed)))
                .collect();
            let before = city.hotspots.clone();
            let mut backwards = City { hotspots: before.clone(), next_number: city.next_number };
            city.look(n, findings.clone());
            prop_assert!(city.look(n, findings.clone()).is_empty(), "a look made twice changed something");
            let ids: BTreeSet<_> = city.hotspots.iter().map(|h| h.id.clone()).collect();
            prop_assert_eq!(ids.len(), city.hotspots.len());
            for old in &before {
                let now = city.hotspots.iter().find(|h| h.id == old.id);
                prop_assert!(now.is_some_and(|now| now.first_seen == old.first_seen && now.last_seen >= old.last_seen));
            }
            for finding in &findings {
                let held = city.hotspots.iter().filter(|h| h.last_seen == day(n) && h.finding == *finding).count();
                prop_assert_eq!(held, 1);
            }
            let mut reversed = findings;
            reversed.reverse();
            backwards.look(n, reversed);
            let places = |city: &City| -> BTreeSet<String> {
                city.hotspots.iter().map(|h| format!("{:?} {} {}", h.state, h.first_seen, h.finding.center.lng_degrees())).collect()
            };
            prop_assert_eq!(places(&city), places(&backwards));
        }
    }
}
