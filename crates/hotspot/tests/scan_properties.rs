//! What must hold of every scan.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeSet;

use lagebild_hotspot::{
    Locations,
    scan::{
        Baseline, Case, PValue, Scan, ScanError, ScanParams, Surveillance, bernoulli_scan,
        log_likelihood_ratio, permutation_scan, poisson_scan,
    },
};
use proptest::prelude::*;

/// Places on a coarse grid, so that distances tie, and cases.
fn input() -> impl Strategy<Value = (Vec<[f64; 2]>, Vec<Case>)> {
    let points = prop::collection::vec((0_u8..12, 0_u8..12), 1..25).prop_map(|p| {
        p.into_iter()
            .map(|(x, y)| [f64::from(x) * 100.0, f64::from(y) * 100.0])
            .collect::<Vec<_>>()
    });
    points.prop_flat_map(|points| {
        let places = points.len();
        let case = (0..places, 0_i64..40, 0_u32..4).prop_map(|(location, time, count)| Case {
            location,
            time,
            count,
        });
        (Just(points), prop::collection::vec(case, 0..60))
    })
}

fn params() -> ScanParams {
    ScanParams::new(450.0, 7).unwrap().with_replicates(19).unwrap()
}

fn scan(points: &[[f64; 2]], cases: &[Case], params: &ScanParams) -> Scan {
    permutation_scan(&Locations::plane(points.to_vec()).unwrap(), &[cases], params, 7).unwrap()
}

/// What does not depend on numbering: place, window and numbers of each cluster.
fn essence(scan: &Scan) -> Vec<(String, BTreeSet<String>)> {
    let describe = |c: &lagebild_hotspot::scan::Cluster| {
        format!(
            "{:?} {} {} {} {:.9} {:.9} {}",
            c.center_point, c.start, c.end, c.observed, c.expected, c.llr, c.p_value
        )
    };
    let members = |c: &lagebild_hotspot::scan::Cluster| {
        c.locations
            .iter()
            .map(|l| format!("{l}"))
            .collect::<BTreeSet<_>>()
            .len()
            .to_string()
    };
    scan.clusters
        .iter()
        .map(|c| (describe(c), BTreeSet::from([members(c)])))
        .collect()
}

/// Largest ratio over all cylinders, one by one.
fn brute_force(points: &[[f64; 2]], cases: &[Case], params: &ScanParams) -> f64 {
    let end = cases
        .iter()
        .filter(|c| c.count > 0)
        .map(|c| c.time)
        .max()
        .unwrap_or(0);
    let sum = |keep: &dyn Fn(&Case) -> bool| -> u64 {
        cases.iter().filter(|c| keep(c)).map(|c| u64::from(c.count)).sum()
    };
    let total = sum(&|_| true);
    let mut largest = 0.0_f64;
    for centre in points {
        let distance =
            |location: usize| (points[location][0] - centre[0]).hypot(points[location][1] - centre[1]);
        for ring in 0..points.len() {
            let radius = distance(ring);
            let circle = sum(&|c| distance(c.location) <= radius + 1e-6);
            if radius > params.max_radius_m() || circle as f64 > params.max_share() * total as f64 {
                continue;
            }
            for steps in 1..=i64::from(params.max_steps()) {
                let window = sum(&|c| c.time > end - steps);
                let inside = sum(&|c| c.time > end - steps && distance(c.location) <= radius + 1e-6);
                if inside >= u64::from(params.min_cases()) {
                    let expected = circle as f64 * window as f64 / total as f64;
                    largest = largest.max(log_likelihood_ratio(inside, expected, total));
                }
            }
        }
    }
    largest
}

/// The same over streams and phases of a cycle: positive ratios of the streams are added.
fn joint_brute_force(points: &[[f64; 2]], streams: &[&[Case]], params: &ScanParams) -> f64 {
    let all = || streams.iter().flat_map(|s| s.iter()).filter(|c| c.count > 0);
    let end = all().map(|c| c.time).max().unwrap_or(0);
    let cycle = i64::from(params.cycle().unwrap_or(1));
    let sum = |cases: &[Case], keep: &dyn Fn(&Case) -> bool| -> f64 {
        cases.iter().filter(|c| keep(c)).map(|c| f64::from(c.count)).sum()
    };
    let everything: f64 = streams.iter().map(|s| sum(s, &|_| true)).sum();
    let mut largest = 0.0_f64;
    for centre in points {
        let distance = |at: usize| (points[at][0] - centre[0]).hypot(points[at][1] - centre[1]);
        for ring in 0..points.len() {
            let radius = distance(ring);
            let near = |c: &Case| distance(c.location) <= radius + 1e-6;
            let circle: f64 = streams.iter().map(|s| sum(s, &near)).sum();
            if radius > params.max_radius_m() || circle > params.max_share() * everything {
                continue;
            }
            for steps in 1..=i64::from(params.max_steps()) {
                let late = |c: &Case| c.time > end - steps;
                let (mut ratio, mut inside) = (0.0, 0.0);
                for cases in streams {
                    let observed = sum(cases, &|c| near(c) && late(c));
                    let expected: f64 = (0..cycle)
                        .map(|phase| {
                            let of_phase = |c: &Case| c.time.rem_euclid(cycle) == phase;
                            let margins = sum(cases, &|c| of_phase(c) && near(c))
                                * sum(cases, &|c| of_phase(c) && late(c));
                            margins / sum(cases, &of_phase).max(1.0)
                        })
                        .sum();
                    ratio += log_likelihood_ratio(observed as u64, expected, sum(cases, &|_| true) as u64);
                    inside += observed;
                }
                if inside >= f64::from(params.min_cases()) {
                    largest = largest.max(ratio);
                }
            }
        }
    }
    largest
}

fn all_numbers_are_finite(scan: &Scan) -> bool {
    let of_cluster = |c: &lagebild_hotspot::scan::Cluster| {
        let optional = [c.relative_risk, c.recurrence_interval].into_iter().flatten();
        [c.radius_m, c.expected, c.llr, c.p_value]
            .into_iter()
            .chain(optional)
            .all(f64::is_finite)
            && c.polygon.iter().flatten().all(|v| v.is_finite())
            && c.streams
                .iter()
                .all(|s| s.expected.is_finite() && s.llr.is_finite())
            && (0.0..=1.0).contains(&c.p_value)
    };
    scan.clusters.iter().all(of_cluster) && scan.null.ratios().iter().all(|r| r.is_finite() && *r >= 0.0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(4), ..ProptestConfig::default() })]

    #[test]
    fn the_best_cylinder_is_the_best_of_all((points, cases) in input()) {
        let found = scan(&points, &cases, &params());
        let best = found.clusters.first().map_or(0.0, |c| c.llr);
        prop_assert!((best - brute_force(&points, &cases, &params())).abs() < 1e-9);
        prop_assert!(all_numbers_are_finite(&found));
    }

    #[test]
    fn the_best_joint_cylinder_is_the_best_of_all((points, cases) in input(), cut in 0_usize..60, cycle in any::<bool>()) {
        let params = if cycle { params().with_cycle(7).unwrap() } else { params() };
        let (first, second) = cases.split_at(cut.min(cases.len()));
        let locations = Locations::plane(points.clone()).unwrap();
        let found = permutation_scan(&locations, &[first, second], &params, 7).unwrap();
        let best = found.clusters.first().map_or(0.0, |c| c.llr);
        prop_assert!((best - joint_brute_force(&points, &[first, second], &params)).abs() < 1e-9);
        if let Some(best) = found.clusters.first() {
            let parts: f64 = best.streams.iter().map(|s| s.llr).sum();
            prop_assert!((parts - best.llr).abs() < 1e-9);
            prop_assert_eq!(best.streams.iter().map(|s| s.observed).sum::<u64>(), best.observed);
        }
    }

    #[test]
    fn the_order_of_rows_and_places_does_not_matter((points, cases) in input(), turn in 0_usize..50) {
        let places = points.len();
        let mut turned_points = points.clone();
        turned_points.rotate_left(turn % places);
        let mut turned: Vec<Case> = cases
            .iter()
            .map(|c| Case { location: (c.location + places - turn % places) % places, ..*c })
            .collect();
        turned.reverse();
        let shifted = turn % turned.len().max(1);
        turned.rotate_left(shifted);
        let (first, second) = (scan(&points, &cases, &params()), scan(&turned_points, &turned, &params()));
        prop_assert_eq!(essence(&first), essence(&second));
        prop_assert_eq!(first.null, second.null);
    }

    #[test]
    fn a_move_of_the_map_and_of_the_clock_changes_nothing((points, cases) in input()) {
        let moved: Vec<[f64; 2]> = points.iter().map(|p| [p[0] + 356_789.1, p[1] + 5_723_456.7]).collect();
        let later: Vec<Case> = cases.iter().map(|c| Case { time: c.time + 19_000, ..*c }).collect();
        let (first, second) = (scan(&points, &cases, &params()), scan(&moved, &later, &params()));
        prop_assert_eq!(first.null.ratios().len(), second.null.ratios().len());
        for (a, b) in first.clusters.iter().zip(&second.clusters) {
            prop_assert_eq!((a.observed, a.end - a.start, a.center), (b.observed, b.end - b.start, b.center));
            prop_assert_eq!((a.llr, a.p_value), (b.llr, b.p_value));
        }
    }

    #[test]
    fn a_row_split_in_two_and_an_empty_row_change_nothing((points, cases) in input()) {
        let mut split: Vec<Case> = cases.iter().flat_map(|c| {
            [Case { count: c.count / 2, ..*c }, Case { count: c.count - c.count / 2, ..*c }]
        }).collect();
        split.push(Case { location: 0, time: i64::MIN, count: 0 });
        prop_assert_eq!(scan(&points, &cases, &params()), scan(&points, &split, &params()));
    }

    #[test]
    fn more_cases_in_the_cluster_make_it_more_likely((points, cases) in input()) {
        let before = scan(&points, &cases, &params());
        if let Some(best) = before.clusters.first() {
            let mut more = cases.clone();
            let place = best.locations.iter().copied().find(|l| cases.iter().any(|c| c.location == *l && c.count > 0));
            more.push(Case { location: place.unwrap(), time: best.start, count: 1 });
            // The same cylinder with one more case; its margins grow by one too, so this holds for small margins.
            let circle_share = best.expected / before.total_cases[0] as f64;
            if circle_share < 0.05 {
                let after = scan(&points, &more, &params().with_max_share(1.0).unwrap().with_end(before.end));
                prop_assert!(after.clusters[0].llr > best.llr);
            }
        }
    }

    #[test]
    fn a_scan_that_goes_on_gives_the_answer_of_one_from_scratch(
        (points, cases) in input(),
        cycle in any::<bool>(),
        retrospective in any::<bool>(),
        streams in 1_usize..3,
    ) {
        let params = if cycle { params().with_cycle(7).unwrap() } else { params() };
        let params = if retrospective { params.retrospective() } else { params };
        let (first, later) = points.split_at(1 + points.len() / 2);
        let mut surveillance = Surveillance::new(Locations::plane(first.to_vec()).unwrap(), streams, params.clone());
        let of_stream = |cases: &[Case], stream: usize| -> Vec<Case> {
            cases.iter().filter(|c| c.count as usize % streams == stream).copied().collect()
        };
        for day in 0..40 {
            let of_day: Vec<Case> = cases.iter().filter(|c| c.time == day).copied().collect();
            if day == 20 {
                surveillance.add_locations(later).unwrap();
            }
            let is_known = |c: &Case| c.location < surveillance.locations().len();
            let (known, unknown): (Vec<Case>, Vec<Case>) = of_day.into_iter().partition(is_known);
            for stream in 0..streams {
                surveillance.add(stream, &of_stream(&known, stream)).unwrap();
            }
            if !unknown.is_empty() {
                prop_assert!(surveillance.add(0, &unknown).is_err());
            }
            if day % 8 == 7 {
                let points = surveillance.locations().clone();
                let seen: Vec<Case> = cases
                    .iter()
                    .filter(|c| c.time <= day && (c.location < first.len() || c.time >= 20))
                    .copied()
                    .collect();
                let parts: Vec<Vec<Case>> = (0..streams).map(|stream| of_stream(&seen, stream)).collect();
                let parts: Vec<&[Case]> = parts.iter().map(Vec::as_slice).collect();
                let batch = permutation_scan(&points, &parts, &params.clone().with_end(day), 3).unwrap();
                prop_assert_eq!(surveillance.look(day, 3).unwrap(), batch);
            }
        }
    }

    #[test]
    fn other_models_give_finite_numbers((points, cases) in input(), (controls_points, controls) in input()) {
        let locations = Locations::plane(points.clone()).unwrap();
        let _ = controls_points;
        let controls: Vec<Case> =
            controls.iter().map(|c| Case { location: c.location % points.len(), ..*c }).collect();
        for params in [params(), params().retrospective(), params().with_p_value(PValue::Gumbel)] {
            prop_assert!(all_numbers_are_finite(&bernoulli_scan(&locations, &cases, &controls, &params, 1).unwrap()));
            prop_assert!(all_numbers_are_finite(
                &permutation_scan(&locations, &[&cases, &controls], &params, 1).unwrap()
            ));
            let flat = Baseline::new(points.len(), 0, 39, vec![1.0; points.len() * 40]).unwrap();
            prop_assert!(all_numbers_are_finite(&poisson_scan(&locations, &cases, &flat, &params, 1).unwrap()));
        }
    }

    #[test]
    fn a_retrospective_look_at_the_last_window_finds_no_less((points, cases) in input()) {
        let now = scan(&points, &cases, &params());
        let ever = scan(&points, &cases, &params().retrospective());
        let best = |scan: &Scan| scan.clusters.first().map_or(0.0, |c| c.llr);
        prop_assert!(best(&ever) >= best(&now) - 1e-9);
    }
}

#[test]
fn strange_input_has_a_defined_answer() {
    let case = |location, time, count| Case {
        location,
        time,
        count,
    };
    let one = Locations::plane(vec![[0.0, 0.0]]).unwrap();
    let params = ScanParams::new(0.0, 28)
        .unwrap()
        .with_max_share(1.0)
        .unwrap()
        .with_replicates(9)
        .unwrap();
    // One location, one day, no case at all, the ends of time.
    for cases in [
        vec![case(0, 3, 5)],
        vec![],
        vec![case(0, i64::MIN, 1), case(0, i64::MAX, 2)],
        vec![case(0, 1, 1), case(0, 2, 1)],
    ] {
        let scan = permutation_scan(&one, &[&cases], &params, 1).unwrap();
        assert!(scan.clusters.is_empty() && all_numbers_are_finite(&scan));
    }
    let unknown = permutation_scan(&one, &[&[case(1, 0, 1)]], &params, 1);
    assert_eq!(
        unknown,
        Err(ScanError::UnknownLocation {
            stream: 0,
            row: 0,
            location: 1
        })
    );
    assert_eq!(permutation_scan(&one, &[], &params, 1), Err(ScanError::NoStream));
    let too_many = permutation_scan(&one, &[&[case(0, 0, u32::MAX)]], &params, 1);
    assert!(matches!(too_many, Err(ScanError::TooManyCases { .. })));
    let long = permutation_scan(
        &one,
        &[&[case(0, 0, 1), case(0, i64::MAX, 1)]],
        &params.clone().retrospective(),
        1,
    );
    assert!(matches!(long, Err(ScanError::TooManySteps { .. })));
    // A case where nothing is expected.
    let baseline = Baseline::new(1, 0, 0, vec![0.0]).unwrap();
    assert_eq!(
        poisson_scan(&one, &[case(0, 0, 1)], &baseline, &params, 1),
        Err(ScanError::NothingExpected { row: 0 })
    );
    // Nothing expected and no case.
    assert!(
        poisson_scan(&one, &[], &baseline, &params, 1)
            .unwrap()
            .clusters
            .is_empty()
    );
}
