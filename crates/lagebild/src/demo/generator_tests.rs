//! What must be true of the invented data as a whole.

use std::collections::HashMap;
use std::sync::OnceLock;

use jiff::{Timestamp, ToSpan};

use super::calendar::berlin;
use super::event::{DemoEvent, Feed, Precision};
use super::generator::{DemoParams, generate};
use super::hotspots::PERSISTENT;
use super::plane::LatLng;
use super::planted::{PLANTED, PlantKind, Planted};
use super::testing::{END, city, sample};

fn full() -> &'static [DemoEvent] {
    static EVENTS: OnceLock<Vec<DemoEvent>> = OnceLock::new();
    EVENTS.get_or_init(|| sample(60_000))
}

fn end() -> Timestamp {
    END.parse().unwrap()
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

fn local_hour(at: Timestamp) -> i8 {
    berlin().to_datetime(at).hour()
}

fn is_within(event: &DemoEvent, centre: LatLng, radius_m: f64) -> bool {
    event
        .position
        .is_some_and(|at| at.metres().distance(centre.metres()) <= radius_m)
}

/// Events of some categories near a point whose occurrence lies in a span of days before the end.
fn near(centre: LatLng, radius_m: f64, days: (f64, f64), is_meant: impl Fn(&DemoEvent) -> bool) -> usize {
    let age = |event: &DemoEvent| end().duration_since(event.occurred_from).as_secs_f64() / 86_400.0;
    full()
        .iter()
        .filter(|event| is_meant(event) && is_within(event, centre, radius_m))
        .filter(|event| age(event) <= days.0 && age(event) > days.1)
        .count()
}

fn planted(id: &str) -> &'static Planted {
    static SPOTS: [Planted; 8] = PLANTED;
    SPOTS.iter().find(|spot| spot.id == id).unwrap()
}

#[test]
fn the_same_seed_and_end_give_the_same_events() {
    assert_eq!(sample(5000), sample(5000));
    let other = generate(
        &DemoParams {
            events: 5000,
            seed: 2,
            end: end(),
        },
        city(),
    );
    assert_ne!(sample(5000), other);
}

#[test]
fn there_are_as_many_events_as_asked_for_within_the_two_years() {
    for events in [0, 100, 5000] {
        assert_eq!(sample(events).len(), events as usize);
    }
    assert_eq!(full().len(), 60_000);
    let begin = end()
        .to_zoned(berlin())
        .checked_sub(2.years())
        .unwrap()
        .timestamp();
    for event in full() {
        assert!(begin <= event.occurred_from, "{event:?}");
        assert!(event.occurred_from <= event.occurred_to && event.occurred_to <= event.reported_at);
        assert!(event.reported_at <= end());
    }
    assert!(full().is_sorted_by_key(|event| event.reported_at));
}

#[test]
fn numbers_are_unique_within_their_feed() {
    let mut seen = std::collections::HashSet::new();
    assert!(full().iter().all(|event| seen.insert(event.number.as_str())));
}

#[test]
fn the_feeds_have_their_shares() {
    let count = |feed| full().iter().filter(|event| event.feed == feed).count();
    assert!((24_000..27_000).contains(&count(Feed::Maengelmelder)));
    assert!((32_000..36_000).contains(&count(Feed::Polizei)));
    assert!((1200..1500).contains(&count(Feed::Wahrnehmung)));
    let controls = full().iter().filter(|event| event.is_control).count();
    assert!((0.012..0.018).contains(&share(controls, 60_000)), "{controls}");
    let presence = full()
        .iter()
        .filter(|event| event.category == "aufenthalt_personen")
        .count();
    assert!((40..250).contains(&presence), "{presence}");
}

#[test]
fn some_police_records_know_only_a_span_and_some_places_are_inexact() {
    let police: Vec<&DemoEvent> = full()
        .iter()
        .filter(|event| event.feed == Feed::Polizei)
        .collect();
    let spans = police
        .iter()
        .filter(|event| event.occurred_to > event.occurred_from)
        .count();
    assert!(
        (0.13..0.17).contains(&share(spans, police.len())),
        "{spans} of {}",
        police.len()
    );
    let of = |precision| full().iter().filter(|event| event.precision == precision).count();
    assert!((0.06..0.14).contains(&share(of(Precision::Street), 60_000)));
    assert!((0.02..0.06).contains(&share(of(Precision::None), 60_000)));
    for event in full() {
        assert_eq!(event.position.is_none(), event.precision == Precision::None);
    }
}

#[test]
fn reporting_takes_half_a_day_for_complaints_and_two_days_for_the_police() {
    for (feed, low, high) in [(Feed::Maengelmelder, 0.42, 0.58), (Feed::Polizei, 1.7, 2.2)] {
        let mut delays: Vec<f64> = full()
            .iter()
            .filter(|event| event.feed == feed)
            .map(|event| event.reported_at.duration_since(event.occurred_to).as_secs_f64() / 86_400.0)
            .collect();
        delays.sort_by(f64::total_cmp);
        let median = delays[delays.len() / 2];
        assert!((low..high).contains(&median), "{feed:?}: {median}");
    }
}

#[test]
fn assaults_belong_to_weekend_nights_and_shoplifting_to_opening_hours() {
    let of = |category: &str| -> Vec<Timestamp> {
        full()
            .iter()
            .filter(|event| event.category == category)
            .map(|event| event.occurred_from)
            .collect()
    };
    let assaults = of("koerperverletzung");
    let weekend_night = assaults.iter().filter(|&&at| {
        let evening = berlin().to_datetime(at.checked_sub(6.hours()).unwrap());
        evening.weekday().to_monday_one_offset() >= 5
            && evening.weekday().to_monday_one_offset() <= 6
            && !(6..18).contains(&local_hour(at))
    });
    // Two of fourteen half-days hold well over a third.
    assert!(share(weekend_night.count(), assaults.len()) > 0.36);
    let thefts = of("ladendiebstahl");
    let open = thefts
        .iter()
        .filter(|&&at| (8..20).contains(&local_hour(at)))
        .count();
    assert!(share(open, thefts.len()) > 0.9);
}

#[test]
fn bicycles_go_in_summer_and_burglars_come_in_winter() {
    let months = |category: &str, months: [i8; 3]| {
        full()
            .iter()
            .filter(|event| event.category == category)
            .filter(|event| months.contains(&berlin().to_datetime(event.occurred_from).month()))
            .count()
    };
    assert!(months("fahrraddiebstahl", [6, 7, 8]) > months("fahrraddiebstahl", [12, 1, 2]) * 3 / 2);
    assert!(months("wohnungseinbruch", [12, 1, 2]) > months("wohnungseinbruch", [6, 7, 8]) * 3 / 2);
}

#[test]
fn every_planted_spot_has_its_events_in_its_place_and_time() {
    for spot in &PLANTED {
        let own: Vec<&DemoEvent> = full()
            .iter()
            .filter(|event| event.plant == Some(spot.id))
            .collect();
        assert_eq!(own.len(), spot.count() as usize, "{}", spot.id);
        for event in &own {
            assert!(
                is_within(event, spot.centre, spot.radius_m),
                "{} {event:?}",
                spot.id
            );
            assert!(spot.from(end()) <= event.occurred_from && event.occurred_to <= spot.to(end()));
        }
        for part in spot.parts {
            let count = own.iter().filter(|event| event.word == part.word).count();
            assert_eq!(count, part.count as usize, "{} {}", spot.id, part.word);
        }
    }
}

#[test]
fn the_planted_complaints_stand_out_clearly() {
    let spot = planted("muell-bockum");
    let is_waste = |event: &DemoEvent| {
        event.feed == Feed::Maengelmelder
            && matches!(event.category, "wilder_muell" | "ueberfuellter_behaelter")
    };
    let observed = near(spot.centre, 300.0, (21.0, 0.0), is_waste);
    // The year before, in windows of three weeks.
    let expected = near(spot.centre, 300.0, (21.0 * 18.0, 21.0), is_waste) as f64 / 17.0;
    assert!((25..=42).contains(&observed), "{observed} for {expected}");
    assert!((2.0..=7.0).contains(&expected), "{observed} for {expected}");
}

#[test]
fn the_planted_car_thefts_stand_out_clearly() {
    let spot = planted("kfz-maximilianpark");
    let is_car = |event: &DemoEvent| event.category == "kfz_delikt";
    let observed = near(spot.centre, 300.0, (18.0, 0.0), is_car);
    let expected = near(spot.centre, 300.0, (18.0 * 21.0, 18.0), is_car) as f64 / 20.0;
    assert!((14..=18).contains(&observed), "{observed}");
    assert!(expected < 1.5, "{expected}");
}

#[test]
fn the_planted_angstraum_shows_only_when_its_streams_are_seen_together() {
    let spot = planted("angst-haltepunkt-heessen");
    assert_eq!(spot.kind, PlantKind::Angstraum);
    let fear: Vec<&DemoEvent> = full()
        .iter()
        .filter(|event| event.plant == Some(spot.id) && event.feed == Feed::Wahrnehmung)
        .collect();
    // 7 + 1 contributions, each with its own number; most of them at night.
    assert_eq!(fear.len(), 8);
    let dark = fear
        .iter()
        .filter(|event| !(7..17).contains(&local_hour(event.occurred_from)))
        .count();
    assert!(dark >= 5, "{dark}");
    let observed = |feed: Feed| near(spot.centre, 300.0, (28.0, 0.0), |event| event.feed == feed);
    let expected = |feed: Feed| {
        near(spot.centre, 300.0, (28.0 * 13.0, 28.0), |event| {
            event.feed == feed
        }) as f64
            / 12.0
    };
    // Complaints and offences alone stay within what happens there anyway.
    for feed in [Feed::Maengelmelder, Feed::Polizei] {
        let (observed, expected) = (observed(feed) as f64, expected(feed));
        assert!(observed < 3.5 * expected, "{feed:?}: {observed} for {expected}");
    }
}

#[test]
fn the_persistent_hotspots_are_high_all_the_time() {
    for hotspot in &PERSISTENT {
        let quarter = |from: f64| near(hotspot.centre, hotspot.radius_m, (from, from - 90.0), |_| true);
        let counts = [quarter(720.0), quarter(540.0), quarter(360.0), quarter(90.0)];
        assert!(
            counts.iter().all(|&count| count > 60),
            "{}: {counts:?}",
            hotspot.name
        );
    }
}

#[test]
fn city_and_police_both_report_two_to_three_happenings_a_day() {
    let mut happenings: HashMap<u64, Vec<&DemoEvent>> = HashMap::new();
    for event in full() {
        if let Some(truth) = event.truth {
            happenings.entry(truth).or_default().push(event);
        }
    }
    let per_day = happenings.len() as f64 / 730.0;
    assert!((2.0..3.0).contains(&per_day), "{per_day}");
    for pair in happenings.values() {
        let [first, second] = pair.as_slice() else {
            panic!("{pair:?}")
        };
        assert_ne!(first.feed, second.feed);
        assert_eq!(first.position, second.position);
        let apart = first
            .occurred_from
            .duration_since(second.occurred_from)
            .as_secs()
            .abs();
        assert!(apart < 3600, "{apart}");
    }
}

#[test]
fn burglaries_come_again_nearby() {
    let burglaries: Vec<&DemoEvent> = full()
        .iter()
        .filter(|event| event.category == "wohnungseinbruch" && event.plant.is_none())
        .collect();
    let is_near = |a: &DemoEvent, b: &DemoEvent| match (a.position, b.position) {
        (Some(a), Some(b)) => a.metres().distance(b.metres()) < 200.0,
        _ => false,
    };
    let (mut soon, mut late) = (0, 0);
    for (index, first) in burglaries.iter().enumerate() {
        for second in &burglaries[index + 1..] {
            let apart = second
                .occurred_from
                .duration_since(first.occurred_from)
                .as_secs()
                .abs()
                / 86_400;
            if is_near(first, second) {
                soon += usize::from(apart < 14);
                late += usize::from((14..182).contains(&apart));
            }
        }
    }
    // Without near repeats, twelve times as many pairs would lie in the twelve later fortnights.
    assert!(soon * 12 > late * 3, "{soon} soon, {late} late");
}
