//! What a measure did, against figures worked by hand from the formulas of the papers.
#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

mod support;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use lagebild_domain::{
    CategoryId, Change, Filter, Interval, Kind, LatLng, Location, Precision, ProjectArea, ReportFacts,
    ReportId, Revision, SourceId, Status,
};
use lagebild_situation::effect::{Effect, EffectQuestion, Unfit};
use lagebild_situation::{Situation, Window};
use support::{START_S, situation, view};

/// Day of the measure's begin, after the start of the data.
const BEGIN: i64 = 85;
const LENGTH: i64 = 28;

/// A place with as many reports in each four weeks before, and in the four weeks of the measure.
struct Place {
    lat: f64,
    lng: f64,
    /// In each of the two times four weeks before the last.
    earlier: i64,
    before: i64,
    after: i64,
}

const AREA: Place = Place {
    lat: 51.65,
    lng: 7.75,
    earlier: 40,
    before: 40,
    after: 10,
};

fn place(lat: f64, lng: f64, before: i64, after: i64) -> Place {
    Place {
        lat,
        lng,
        earlier: before,
        before,
        after,
    }
}

/// The area, 300 m north of its middle its surroundings, five places like each, and one where there is something on each day.
fn places() -> Vec<Place> {
    let mut places = vec![AREA, place(51.6527, 7.75, 10, 10), place(51.62, 7.89, 56, 56)];
    for row in 0..5_u8 {
        let lat = 51.61 + 0.02 * f64::from(row);
        places.push(place(lat, 7.80, 40, 40));
        places.push(place(lat, 7.85, 10, 10));
    }
    places
}

fn day_at(day: i64) -> Timestamp {
    Timestamp::from_second(START_S + day * 86_400).unwrap()
}

fn date(day: i64) -> Date {
    let start: Date = "2025-11-01".parse().unwrap();
    start.checked_add(day.days()).unwrap()
}

/// The picture of these places, without the reports of days that `is_silent`.
fn picture(places: &[Place], is_silent: impl Fn(i64) -> bool) -> Situation {
    let mut reports = Vec::new();
    for place in places {
        // Three times four weeks before, the first day for the start of the data, and the last for their end.
        for (first, count) in [
            (BEGIN - 3 * LENGTH, place.earlier),
            (BEGIN - 2 * LENGTH, place.earlier),
            (BEGIN - LENGTH, place.before),
            (BEGIN, place.after),
        ] {
            reports.extend((0..count).map(|number| (place, first + number * LENGTH / count)));
        }
    }
    let edge = &places[2];
    reports.extend([(edge, 0), (edge, BEGIN + LENGTH)]);
    let situation = situation();
    let changes: Vec<Change> = (1..)
        .zip(reports.into_iter().filter(|(_, day)| !is_silent(*day)))
        .map(|(number, (place, day))| {
            let noon = day_at(day) + 12.hours();
            Change::Report(Box::new(ReportFacts {
                id: ReportId(number),
                sequence: Revision(number),
                source: SourceId::new("maengel").unwrap(),
                kind: Kind::Complaint,
                category: CategoryId::new("laerm_nacht").unwrap(),
                occurred: Interval::instant(noon),
                reported_at: None,
                status: Status::Open,
                location: Location::At {
                    point: LatLng::new(place.lat, place.lng).unwrap(),
                    precision: Precision::Point,
                    precision_m: 10.0,
                },
            }))
        })
        .collect();
    situation.apply(&changes);
    situation
}

fn asked(
    situation: &Situation,
    first_day: i64,
    last_day: i64,
    controls: &[String],
) -> Result<Effect, String> {
    let area = ProjectArea::circle(LatLng::new(AREA.lat, AREA.lng).unwrap(), 150.0).unwrap();
    let question = EffectQuestion {
        area: &area,
        first_day: date(first_day),
        last_day: date(last_day),
        filter: &Filter::default(),
        ring_m: 250.0,
        controls,
        ring_controls: &[],
    };
    let view = view();
    let answer = situation.effect(view.records().unwrap(), &question);
    answer
        .map(|effect| effect.expect("there are reports"))
        .map_err(|e| e.to_string())
}

fn effect_of(situation: &Situation) -> Effect {
    asked(situation, BEGIN, BEGIN + LENGTH - 1, &[]).unwrap()
}

fn near(found: f64, by_hand: f64) {
    assert!((found - by_hand).abs() < 5e-4, "{found} is not {by_hand}");
}

/// Area 40 → 10, five places like it 200 → 200, surroundings 10 → 10, five places like those 50 → 50.
///
/// Local: −30 − 0/5; variance 40 + 10 + (200 + 200)/25 = 66. Displacement: 0; 10 + 10 + 100/25 = 24. Total: variance 90.
/// Ratio: (10/40)/(200/200); variance of its logarithm 1/40 + 1/10 + 2/200 = 0.135. WDQ: 0 / (10/200 − 40/200).
#[test]
fn the_estimates_are_the_formulas_worked_by_hand() {
    let effect = effect_of(&picture(&places(), |_| false));
    assert_eq!((effect.treated.before, effect.treated.after), (40, 10));
    assert_eq!((effect.ring.before, effect.ring.after), (10, 10));
    assert_eq!((effect.before.first, effect.before.last), (date(57), date(84)));
    assert_eq!((effect.after.first, effect.after.last), (date(85), date(112)));
    assert_eq!(effect.resolution, 9);
    for (controls, count) in [(&effect.controls, 40), (&effect.ring_controls, 10)] {
        let found: Vec<(u32, u32, f64)> = controls
            .iter()
            .map(|control| (control.before, control.after, control.unlikeness))
            .collect();
        assert_eq!(found, [(count, count, 0.0); 5]);
    }
    let estimates = effect.estimates.as_ref().unwrap();
    near(estimates.local.total, -30.0);
    near(estimates.local.total_error, 66.0_f64.sqrt());
    near(estimates.local.interval[0], -30.0 - 1.959_964 * 66.0_f64.sqrt());
    near(estimates.local.interval[1], -30.0 + 1.959_964 * 66.0_f64.sqrt());
    near(estimates.displacement.total, 0.0);
    near(estimates.displacement.total_error, 24.0_f64.sqrt());
    near(estimates.total.total, -30.0);
    near(estimates.total.total_error, 90.0_f64.sqrt());
    let ratio = estimates.ratio.as_ref().unwrap();
    near(ratio.ratio, 0.25);
    near(ratio.interval[0], 0.25 * (-1.959_964 * 0.135_f64.sqrt()).exp());
    near(estimates.wdq.as_ref().unwrap().quotient, 0.0);
    let verdict = effect.verdict();
    for words in [
        "30 Meldungen weniger",
        "−45,9 bis −14,1",
        "beweist sie aber nicht",
    ] {
        assert!(verdict.contains(words), "{verdict}");
    }
    assert_eq!(effect.cautions(true).len(), 3);
}

/// Ten a week in the area before, the same in each place like it.
#[test]
fn the_weeks_are_counted_from_the_first_day() {
    let effect = effect_of(&picture(&places(), |_| false));
    let begin = effect
        .weeks
        .iter()
        .position(|week| week.from == date(BEGIN))
        .unwrap();
    assert_eq!(begin, 12, "three times four weeks before");
    assert_eq!(effect.weeks.len(), 16);
    let before: u32 = effect.weeks[8..12].iter().map(|week| week.treated).sum();
    let after: u32 = effect.weeks[12..].iter().map(|week| week.treated).sum();
    assert_eq!((before, after), (40, 10));
    near(effect.weeks[8].control, 10.0);
}

#[test]
fn places_to_compare_with_can_be_named() {
    let situation = picture(&places(), |_| false);
    let chosen = effect_of(&situation);
    let named: Vec<String> = chosen.controls[1..]
        .iter()
        .map(|control| control.h3.clone())
        .collect();
    let effect = asked(&situation, BEGIN, BEGIN + LENGTH - 1, &named).unwrap();
    // Four places of 40 → 40: variance 50 + 320/16.
    near(effect.estimates.unwrap().local.total_error, 70.0_f64.sqrt());
    for (name, says) in [
        ("nonsense", "resolution 9"),
        ("881f121a61fffff", "resolution 9"),
        ("891f1d48177ffff", "no reports"),
    ] {
        let refused = asked(&situation, BEGIN, BEGIN + LENGTH - 1, &[name.to_owned()]).unwrap_err();
        assert!(refused.contains(says), "{name}: {refused}");
    }
}

#[test]
fn what_the_data_do_not_carry_is_refused_with_the_reason() {
    let whole = picture(&places(), |_| false);
    let refusal = |effect: Effect| effect.estimates.unwrap_err();
    let over = |first, last| refusal(asked(&whole, first, last, &[]).unwrap());
    assert_eq!(over(BEGIN, BEGIN + 26), Unfit::TooShort(27));
    assert_eq!(over(200, 240), Unfit::TooShort(-87));
    assert_eq!(over(40, 80), Unfit::NoPast);
    let mut quiet = places();
    quiet[0].before = 9;
    assert_eq!(refusal(effect_of(&picture(&quiet, |_| false))), Unfit::TooFew(9));
    let lonely = &places()[..3];
    assert_eq!(
        refusal(effect_of(&picture(lonely, |_| false))),
        Unfit::NoControls(0)
    );
    let silent = picture(&places(), |day| (64..71).contains(&day));
    let Unfit::Outage(silence) = refusal(effect_of(&silent)) else {
        panic!("the silence is not seen");
    };
    assert_eq!((silence.source.as_str(), silence.from), ("maengel", date(64)));
    assert!(
        Unfit::Outage(silence)
            .sentence()
            .contains("schwieg in der Woche ab 04.01.2026")
    );
}

/// Ten in each four weeks, then forty: four times the usual, which falls by itself.
#[test]
fn a_peak_just_before_is_a_caution() {
    let mut places = places();
    places[0].earlier = 10;
    let effect = effect_of(&picture(&places, |_| false));
    near(effect.peak.unwrap(), 4.0);
    let cautions = effect.cautions(false).join(" ");
    assert!(cautions.contains("das 4-Fache des dort Üblichen"), "{cautions}");
    // The nearest are places of ten: the root of (√40 − √10)² / 3 is 1.83.
    near(effect.controls[0].unlikeness, 10.0_f64.sqrt() / 3.0_f64.sqrt());
    assert!(cautions.contains("nur mäßig ähnlich"), "{cautions}");
    near(effect_of(&picture(&self::places(), |_| false)).peak.unwrap(), 1.0);
}

/// What the map counts in the same days and box is what is evaluated.
#[test]
fn the_counts_are_those_of_the_picture() {
    let situation = picture(&places(), |_| false);
    let effect = effect_of(&situation);
    let view = view();
    let window = |first: i64, behind: i64| Window {
        from: day_at(first),
        to: day_at(behind),
    };
    for (window, counted) in [
        (window(57, 85), effect.treated.before),
        (window(85, 113), effect.treated.after),
    ] {
        let filter = Filter {
            from: Some(window.from),
            to: Some(window.to),
            bbox: Some([7.748, 51.649, 7.752, 51.651].try_into().unwrap()),
            ..Filter::default()
        };
        let lage = situation.lage(view.records().unwrap(), &filter).unwrap();
        assert_eq!(lage.total, u64::from(counted));
    }
}
