//! The daily look: against every cylinder scored one by one, and what its settings must do.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;

use lagebild_hotspot::{
    Locations,
    scan::{
        AlarmLog, Calibration, Case, Ground, Lookout, LookoutParams, Sighting, Walks, log_likelihood_ratio,
    },
};
use proptest::prelude::*;

const STEPS: i64 = 7;
const RADIUS_M: f64 = 450.0;
// What the averaged evidence takes for likely beforehand: see `scan/lookout/average.rs`.
const UNSEEN: f64 = 1.0;
const RISES: f64 = 0.6;
const NEWS: f64 = 0.7;

fn lookout(points: &[[f64; 2]], strata: &[u32], streams: &[&[Case]], params: LookoutParams) -> Lookout {
    let locations = Locations::plane(points.to_vec()).unwrap();
    let ground = Ground::new(locations, strata, RADIUS_M).unwrap();
    let mut lookout = Lookout::new(Arc::new(ground), streams.len(), params);
    for (stream, cases) in streams.iter().enumerate() {
        lookout.add(stream, cases).unwrap();
    }
    lookout
}

fn params() -> LookoutParams {
    LookoutParams::new(7, 500).unwrap().with_min_cases(2).unwrap()
}

fn is_at(a: [f64; 2], b: [f64; 2]) -> bool {
    (a[0] - b[0]).hypot(a[1] - b[1]) < 0.5
}

/// Largest sum of ratios over circles about places with a recent case; expectations stratum by stratum.
fn brute_force(points: &[[f64; 2]], strata: &[u32], streams: &[&[Case]], end: i64) -> f64 {
    let sum = |cases: &[Case], keep: &dyn Fn(&Case) -> bool| -> f64 {
        cases.iter().filter(|c| keep(c)).map(|c| f64::from(c.count)).sum()
    };
    let late = |c: &Case, steps: i64| c.time > end - steps;
    let mut largest = 0.0_f64;
    for (centre, point) in points.iter().enumerate() {
        let at_centre = |c: &Case| is_at(points[c.location], points[centre]) && late(c, STEPS);
        if streams.iter().all(|cases| sum(cases, &at_centre) < 0.5) {
            continue;
        }
        let distance = |at: usize| (points[at][0] - point[0]).hypot(points[at][1] - point[1]);
        for radius in (0..points.len())
            .map(distance)
            .filter(|&radius| radius <= RADIUS_M)
        {
            let near = |c: &Case| distance(c.location) <= radius + 1e-6;
            for steps in 1..=STEPS {
                let (mut ratio, mut inside) = (0.0, 0.0);
                for cases in streams {
                    let observed = sum(cases, &|c| near(c) && late(c, steps));
                    let expected: f64 = (0..3)
                        .map(|stratum| {
                            let own = |c: &Case| strata[c.location] == stratum;
                            let past = sum(cases, &own);
                            if past < 0.5 {
                                return 0.0;
                            }
                            sum(cases, &|c| own(c) && near(c)) * sum(cases, &|c| own(c) && late(c, steps))
                                / past
                        })
                        .sum();
                    ratio += log_likelihood_ratio(observed as u64, expected, sum(cases, &|_| true) as u64);
                    inside += observed;
                }
                if inside >= 2.0 {
                    largest = largest.max(ratio);
                }
            }
        }
    }
    largest
}

type City = (Vec<[f64; 2]>, Vec<u32>, Vec<Vec<Case>>);

fn city() -> impl Strategy<Value = City> {
    let place = (0_u8..9, 0_u8..9, 0_u32..3);
    prop::collection::vec(place, 1..20).prop_flat_map(|places| {
        let points: Vec<[f64; 2]> = places
            .iter()
            .map(|p| [f64::from(p.0) * 100.0, f64::from(p.1) * 100.0])
            .collect();
        // Places at one point are one site, which has one stratum.
        let strata = points
            .iter()
            .map(|point| places[points.iter().position(|other| is_at(*other, *point)).unwrap()].2)
            .collect::<Vec<u32>>();
        let case = (0..points.len(), 0_i64..40, 0_u32..3).prop_map(|(location, time, count)| Case {
            location,
            time,
            count,
        });
        let stream = prop::collection::vec(case, 0..50);
        (Just(points), Just(strata), prop::collection::vec(stream, 1..3))
    })
}

fn highest(sightings: &[Sighting]) -> f64 {
    sightings.first().map_or(0.0, |sighting| sighting.score)
}

proptest! {
    #[test]
    fn the_highest_score_is_that_of_all_cylinders((points, strata, streams) in city()) {
        let streams: Vec<&[Case]> = streams.iter().map(Vec::as_slice).collect();
        let found = lookout(&points, &strata, &streams, params()).look(39, 0.0);
        let expected = brute_force(&points, &strata, &streams, 39);
        prop_assert!((highest(&found) - expected).abs() < 1e-9, "{} {expected}", highest(&found));
    }

    #[test]
    fn days_one_by_one_late_or_from_scratch_are_the_same((points, strata, streams) in city()) {
        let slices: Vec<&[Case]> = streams.iter().map(Vec::as_slice).collect();
        let short = LookoutParams::new(7, 20).unwrap().with_min_cases(2).unwrap().with_cycle(7).unwrap();
        let at_once = lookout(&points, &strata, &slices, short.clone()).look(39, 0.0);
        let none: Vec<&[Case]> = streams.iter().map(|_| [].as_slice()).collect();
        let mut daily = lookout(&points, &strata, &none, short);
        for day in 0..40 {
            for (stream, cases) in streams.iter().enumerate() {
                // Odd rows come two days late.
                let due = |(row, case): (usize, &Case)| {
                    let known = if row % 2 == 1 { (case.time + 2).min(39) } else { case.time };
                    (known == day).then_some(*case)
                };
                let news: Vec<Case> = cases.iter().enumerate().filter_map(due).collect();
                daily.add(stream, &news).unwrap();
            }
            let found = daily.look(day, 0.0);
            if day == 39 {
                prop_assert_eq!(&found, &at_once);
                let everywhere = daily.look_near(39, 0.0, points[0], 5000.0);
                prop_assert_eq!(&everywhere, &at_once);
            }
        }
    }
}

/// Two districts of four places; every place has a case every fourth day for 400 days.
fn two_districts() -> (Vec<[f64; 2]>, Vec<u32>, Vec<Case>) {
    let points: Vec<[f64; 2]> = (0..8)
        .map(|i| [f64::from(i) * 300.0 + f64::from(i / 4) * 5000.0, 0.0])
        .collect();
    let strata = vec![7, 7, 7, 7, 9, 9, 9, 9];
    let cases = (0..400)
        .flat_map(|day| {
            (0..8).filter(move |i| (day + i) % 4 == 0).map(move |i| Case {
                location: usize::try_from(i).unwrap(),
                time: day,
                count: 1,
            })
        })
        .collect();
    (points, strata, cases)
}

#[test]
fn a_rise_of_a_whole_stratum_is_no_sighting_and_with_one_stratum_for_all_it_is() {
    let (points, strata, mut cases) = two_districts();
    for day in 380..400 {
        cases.extend((0..4).map(|location| Case {
            location,
            time: day,
            count: 1,
        }));
    }
    let params = || LookoutParams::new(28, 365).unwrap();
    assert_eq!(lookout(&points, &strata, &[&cases], params()).look(399, 2.0), []);
    assert!(highest(&lookout(&points, &[0; 8], &[&cases], params()).look(399, 2.0)) > 5.0);
    // With a prior the city's pace counts again.
    let drawn = params().with_stratum_prior(1e6).unwrap();
    assert!(highest(&lookout(&points, &strata, &[&cases], drawn).look(399, 2.0)) > 5.0);
}

#[test]
fn doubled_reports_double_the_dispersion_and_not_the_score() {
    let mut state = 1_u64;
    let mut below = |bound: u64| {
        state = state * 48_271 % 2_147_483_647;
        state % bound
    };
    let points: Vec<[f64; 2]> = (0..100)
        .map(|i| [f64::from(i % 10) * 400.0, f64::from(i / 10) * 400.0])
        .collect();
    let once: Vec<Case> = (0..4000)
        .map(|_| Case {
            location: usize::try_from(below(100)).unwrap(),
            time: i64::try_from(below(360)).unwrap(),
            count: 1,
        })
        .collect();
    let twice: Vec<Case> = once.iter().map(|case| Case { count: 2, ..*case }).collect();
    let params = || {
        LookoutParams::new(28, 360)
            .unwrap()
            .with_min_cases(1)
            .unwrap()
            .with_dispersion()
    };
    let mut single = lookout(&points, &[0; 100], &[&once], params());
    let mut double = lookout(&points, &[0; 100], &[&twice], params());
    let (one, two) = (highest(&single.look(359, 0.0)), highest(&double.look(359, 0.0)));
    let (dispersion, doubled) = (single.dispersions()[0], double.dispersions()[0]);
    // 16 squares and 11 blocks: an error of √(2 / 150).
    assert!((1.0..1.35).contains(&dispersion), "{dispersion}");
    assert!(
        (doubled - 2.0 * dispersion).abs() < 0.02,
        "{dispersion} {doubled}"
    );
    assert!((one - two).abs() < 0.01 * one, "{one} {two}");
}

/// The averaged evidence, term by term as the papers and the documentation of `Lookout` have it: one stream, one stratum,
/// no cycle, no dispersion.
fn averaged(points: &[[f64; 2]], cases: &[Case], centre: usize, end: i64, steps: i64) -> f64 {
    let distance = |at: usize| (points[at][0] - points[centre][0]).hypot(points[at][1] - points[centre][1]);
    let count = |keep: &dyn Fn(&Case) -> bool| {
        cases
            .iter()
            .filter(|case| keep(case))
            .map(|case| f64::from(case.count))
            .sum::<f64>()
    };
    let total = count(&|_| true);
    let of_age = |age: i64| count(&|case| case.time == end - age) / total;
    let mut over_radii = 0.0;
    for share in [0.0, 0.2, 0.35, 0.5, 0.7, 1.0] {
        let radius_m = share * RADIUS_M;
        let past = count(&|case| distance(case.location) <= radius_m);
        let recent = |case: &Case| distance(case.location) <= radius_m && case.time > end - steps;
        if count(&recent) < 2.0 {
            continue;
        }
        let usual = past * (0..steps).map(of_age).sum::<f64>();
        for begun in [0.125, 0.25, 0.375, 0.5, 0.75, 1.0] {
            let begun = (begun * steps as f64).round() as i64;
            let height = |age: i64| {
                if age < begun {
                    ((begun - 1 - age) as f64 + 0.5).min(steps as f64 / 2.0) / (steps as f64 / 2.0)
                } else {
                    0.0
                }
            };
            let mut over_strengths = 0.0;
            for strength in [1.5, 4.0] {
                let said: f64 = cases
                    .iter()
                    .filter(|case| recent(case))
                    .map(|case| f64::from(case.count) * (1.0 + strength * height(end - case.time)).ln())
                    .sum();
                let cost: f64 = (0..steps)
                    .map(|age| (past + UNSEEN) * of_age(age) * strength * height(age))
                    .sum();
                over_strengths += (said - cost).exp() / 2.0;
            }
            let news = (-(begun as f64) / (NEWS * steps as f64)).exp();
            over_radii += news * (usual + 0.1) * (1.0 - RISES + RISES * over_strengths) / 6.0;
        }
    }
    over_radii.ln()
}

#[test]
fn the_averaged_evidence_is_its_formula_term_by_term() {
    let points = [
        [0.0, 0.0],
        [100.0, 0.0],
        [0.0, 300.0],
        [900.0, 900.0],
        [5000.0, 0.0],
    ];
    let mut cases: Vec<Case> = (0..400)
        .map(|day| Case {
            location: usize::try_from(day % 5).unwrap(),
            time: day,
            count: 1 + u32::try_from(day % 3).unwrap(),
        })
        .collect();
    cases.extend(
        [(0, 396), (1, 398), (0, 399), (2, 399)].map(|(location, time)| Case {
            location,
            time,
            count: 3,
        }),
    );
    let steps = 16;
    let params = LookoutParams::new(16, 400)
        .unwrap()
        .with_min_cases(2)
        .unwrap()
        .with_average();
    let found = lookout(&points, &[0; 5], &[&cases], params).look(399, -20.0);
    let best = &found[0];
    let scores: Vec<f64> = (0..5)
        .map(|centre| averaged(&points, &cases, centre, 399, steps))
        .collect();
    let highest = scores.iter().copied().fold(f64::MIN, f64::max);
    assert!((best.score - highest).abs() < 1e-9, "{} {scores:?}", best.score);
    assert!((scores[best.center] - highest).abs() < 1e-9);
    assert!(best.start > 399 - steps && best.end == 399);
    // What it says it holds is what lies there.
    let held: u32 = cases
        .iter()
        .filter(|case| best.locations.contains(&case.location) && case.time >= best.start)
        .map(|case| case.count)
        .sum();
    assert_eq!(best.observed(), u64::from(held));
}

#[test]
fn a_quiet_stream_beside_it_takes_at_most_what_it_would_cost_to_ask_for_both() {
    let (points, _, quiet) = two_districts();
    let mut loud = quiet.clone();
    loud.extend((385..400).map(|time| Case {
        location: 2,
        time,
        count: 2,
    }));
    let params = || LookoutParams::new(56, 365).unwrap().with_average();
    let alone = highest(&lookout(&points, &[0; 8], &[&loud], params()).look(399, 0.0));
    let beside = highest(&lookout(&points, &[0; 8], &[&loud, &quiet], params()).look(399, 0.0));
    let both = highest(&lookout(&points, &[0; 8], &[&loud, &loud], params()).look(399, 0.0));
    // The other stream stands still with probability 0.4: it can take no more than that.
    assert!(
        beside > alone + 0.4_f64.ln() && both > beside + 3.0,
        "{alone} {beside} {both}"
    );
}

/// Two years of a city in which nothing emerges: 4 cases a day at 196 places, some ten times as busy as others.
fn quiet_years(city: u64) -> Vec<Case> {
    let mut state = city.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1;
    let mut draw = |bound: u64| {
        // Knuth's MMIX generator; its high bits are good enough for a city.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    (0..730 * 4)
        .map(|case| {
            let busy = draw(2) == 0;
            let place = if busy { draw(28) } else { draw(196) };
            Case {
                location: usize::try_from(place * 7 % 196).unwrap(),
                time: case / 4,
                count: 1,
            }
        })
        .collect()
}

#[test]
fn a_budget_set_on_the_own_past_is_kept_in_cities_where_nothing_emerges() {
    const A_YEAR: f64 = 6.0;
    let points: Vec<[f64; 2]> = (0..196)
        .map(|i| [f64::from(i % 14) * 250.0, f64::from(i / 14) * 250.0])
        .collect();
    let ground = Arc::new(Ground::new(Locations::plane(points).unwrap(), &[0; 196], 500.0).unwrap());
    let params = LookoutParams::new(56, 730)
        .unwrap()
        .with_average()
        .with_dispersion();
    let mut alarms = 0_u32;
    let cities = 10;
    for city in 0..cities {
        let cases = quiet_years(city);
        // Its first year and a half sets the threshold, the rest is looked at.
        let known: Vec<Case> = cases.iter().filter(|case| case.time < 550).copied().collect();
        let walks = Walks {
            walks: 4,
            first: 186,
            last: 549,
            every: 2,
            memory: 28,
            seed: city,
        };
        let calibration = Calibration::new(&ground, &params, &[&known], walks, A_YEAR / 365.0).unwrap();
        let threshold = calibration.threshold(A_YEAR / 365.0);
        let mut lookout = Lookout::new(Arc::clone(&ground), 1, params.clone());
        lookout.add(0, &cases).unwrap();
        let mut log = AlarmLog::new(28);
        for day in 550..730 {
            for sighting in lookout.look(day, threshold) {
                alarms += u32::from(log.is_new(day, sighting.center_point, sighting.radius_m));
            }
        }
    }
    // Ten half years: 30 alarms are allowed. By half or double would be a threshold that does not know its city.
    assert!((14..=52).contains(&alarms), "{alarms} alarms");
}

#[test]
fn the_same_seed_calibrates_alike_on_any_number_of_threads() {
    let points: Vec<[f64; 2]> = (0..196)
        .map(|i| [f64::from(i % 14) * 250.0, f64::from(i / 14) * 250.0])
        .collect();
    let ground = Arc::new(Ground::new(Locations::plane(points).unwrap(), &[0; 196], 500.0).unwrap());
    let params = LookoutParams::new(56, 730).unwrap().with_average();
    let cases = quiet_years(3);
    let walks = Walks {
        walks: 3,
        first: 600,
        last: 700,
        every: 2,
        memory: 28,
        seed: 9,
    };
    let calibrated = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| Calibration::new(&ground, &params, &[&cases], walks, 0.05).unwrap())
    };
    assert_eq!(calibrated(1), calibrated(3));
}
