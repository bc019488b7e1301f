//! What must hold of the other methods, and of the parsers whatever they are fed.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use lagebild_hotspot::{
    Locations, Neighbours,
    emerging::{Cube, EmergingParams, Standardise, emerging_hot_spots},
    evaluation::{BeforeAfter, WddInput, poisson_e_test, weighted_displacement_difference},
    kde::{KdeParams, Kernel, kernel_density},
    knox::{KnoxParams, knox},
    lisa::{Weights, getis_ord, local_moran},
    outbreak::{
        CusumParams, EarsParams, FarringtonParams, FlexibleParams, ThresholdMethod, Watch, cusum, ears_c1,
        ears_c2, ears_c3, farrington, farrington_flexible,
    },
    satscan::{read_counts, read_places, read_population},
    st_dbscan::{StDbscanParams, st_dbscan},
};
use proptest::prelude::*;

fn units() -> impl Strategy<Value = (Vec<f64>, Vec<(usize, usize)>)> {
    (3_usize..20).prop_flat_map(|units| {
        // Few distinct values, so that ties and zero variance occur.
        let value = prop_oneof![4 => (0_i32..4).prop_map(f64::from), 1 => -1e9_f64..1e9];
        (
            prop::collection::vec(value, units),
            prop::collection::vec((0..units, 0..units), 0..60),
        )
    })
}

fn is_p(p: f64) -> bool {
    (0.0..=1.0).contains(&p)
}

fn every_rule(counts: &[u32]) -> Vec<Vec<Option<Watch>>> {
    let ears = EarsParams::new(7, 0.01).unwrap();
    let flexible = FlexibleParams::noufaily(6, 3, 1, 0.01)
        .unwrap()
        .with_past_not_included(2);
    vec![
        ears_c1(counts, ears),
        ears_c2(counts, ears),
        ears_c3(counts, ears),
        cusum(counts, CusumParams::new(5, 1.04, 2.26).unwrap()),
        farrington(counts, FarringtonParams::new(6, 3, 1, 0.01).unwrap()),
        farrington_flexible(counts, flexible),
        farrington_flexible(counts, flexible.with_method(ThresholdMethod::Delta)),
        farrington_flexible(counts, FlexibleParams::classic(6, 3, 1, 0.01).unwrap()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(4), ..ProptestConfig::default() })]

    #[test]
    fn local_statistics_are_numbers_and_do_not_depend_on_the_order((values, pairs) in units(), seed in any::<u64>()) {
        let n = values.len();
        let neighbours = Neighbours::from_pairs(n, &pairs).unwrap();
        let turned: Vec<f64> = (0..n).map(|i| values[(i + 1) % n]).collect();
        let turned_pairs: Vec<(usize, usize)> =
            pairs.iter().map(|&(i, j)| ((i + n - 1) % n, (j + n - 1) % n)).collect();
        let turned_neighbours = Neighbours::from_pairs(n, &turned_pairs).unwrap();
        for weights in [Weights::Binary, Weights::Row] {
            for with_self in [true, false] {
                let first = getis_ord(&values, &neighbours, with_self, weights, 19, seed).unwrap();
                let second = getis_ord(&turned, &turned_neighbours, with_self, weights, 19, seed).unwrap();
                for i in 0..n {
                    let (a, b) = (first[(i + 1) % n], second[i]);
                    prop_assert!(is_p(a.p_normal) && is_p(a.p_sim) && is_p(a.p_greater) && is_p(a.p_less));
                    prop_assert!(a.z.is_none_or(f64::is_finite));
                    prop_assert_eq!(a.z.is_some(), b.z.is_some());
                    if let (Some(a), Some(b)) = (a.z, b.z) {
                        prop_assert!((a - b).abs() <= 1e-6 * a.abs().max(1.0));
                    }
                }
            }
            for unit in local_moran(&values, &neighbours, weights, 19, seed).unwrap() {
                prop_assert!(is_p(unit.p_normal) && is_p(unit.p_sim));
                let numbers = [unit.i.unwrap_or(0.0), unit.z.unwrap_or(0.0), unit.expected, unit.variance];
                prop_assert!(numbers.into_iter().all(f64::is_finite));
            }
        }
        if n.is_multiple_of(3) {
            let cube = Cube::new(n / 3, values).unwrap();
            let pairs: Vec<_> = pairs.into_iter().filter(|(i, j)| i.max(j) < &(n / 3)).collect();
            let neighbours = Neighbours::from_pairs(n / 3, &pairs).unwrap();
            for standardise in [Standardise::Slice, Standardise::Cube] {
                let params = EmergingParams::new(1, standardise, 0.05).unwrap();
                for unit in emerging_hot_spots(&cube, &neighbours, params).unwrap() {
                    prop_assert!(unit.gi_star.iter().all(|z| z.is_none_or(f64::is_finite)));
                    prop_assert!(is_p(unit.mann_kendall.p) && unit.mann_kendall.tau.abs() <= 1.0 + 1e-12);
                }
            }
        }
    }

    #[test]
    fn rules_give_numbers_and_a_larger_count_never_ends_an_alarm(
        counts in prop::collection::vec(prop_oneof![3 => 0_u32..6, 1 => Just(0), 1 => 0_u32..100_000], 0..60),
        more in 1_u32..1000,
    ) {
        let before = every_rule(&counts);
        for rule in &before {
            prop_assert_eq!(rule.len(), counts.len());
            for watch in rule.iter().flatten() {
                prop_assert!(watch.upper_bound.is_finite() && watch.upper_bound >= 0.0);
                prop_assert!(watch.expected.is_finite() && watch.expected >= 0.0);
            }
        }
        if let Some(last) = counts.len().checked_sub(1) {
            let mut risen = counts;
            risen[last] += more;
            for (rule, (a, b)) in before.iter().zip(every_rule(&risen)).enumerate() {
                // The bound of C3 moves with the count.
                if rule != 2 && a[last].is_some_and(|w| w.alarm) {
                    prop_assert!(b[last].is_some_and(|w| w.alarm), "rule {rule}");
                }
            }
        }
    }

    #[test]
    fn near_pairs_do_not_depend_on_the_order_and_p_is_a_probability(
        events in prop::collection::vec((0_i32..9, 0_i32..9, -5_i64..15), 1..40),
        turn in 0_usize..40,
        inclusive in any::<bool>(),
    ) {
        let params = KnoxParams::new(vec![0.0, 1.0, 3.0, f64::INFINITY], vec![0.0, 2.0, 5.5, f64::INFINITY]).unwrap();
        let params = if inclusive { params.inclusive() } else { params }.with_permutations(19);
        let run = |events: &[(i32, i32, i64)]| {
            let points = events.iter().map(|e| [f64::from(e.0), f64::from(e.1)]).collect();
            let times: Vec<i64> = events.iter().map(|e| e.2).collect();
            knox(&Locations::plane(points).unwrap(), &times, &params, 1).unwrap()
        };
        let first = run(&events);
        let mut turned = events.clone();
        turned.rotate_left(turn % events.len());
        let second = run(&turned);
        prop_assert_eq!(&first.observed, &second.observed);
        prop_assert_eq!(&first.expected, &second.expected);
        prop_assert_eq!(&first.p, &second.p);
        let all: u64 = first.observed.iter().flatten().sum();
        prop_assert_eq!(all as usize, events.len() * (events.len() - 1) / 2);
        prop_assert!(first.p.iter().flatten().all(|&p| is_p(p)));
        prop_assert!(first.ratio.iter().flatten().flatten().all(|r| r.is_finite()));
    }

    #[test]
    fn clusters_of_events_do_not_depend_on_the_order(
        events in prop::collection::vec((0_i32..20, 0_i64..20), 1..60),
        turn in 0_usize..60,
    ) {
        let params = StDbscanParams::new(1.5, 2, 3).unwrap();
        let run = |events: &[(i32, i64)]| {
            let points = events.iter().map(|e| [f64::from(e.0), 0.0]).collect();
            let times: Vec<i64> = events.iter().map(|e| e.1).collect();
            st_dbscan(&Locations::plane(points).unwrap(), &times, params).unwrap()
        };
        let n = events.len();
        let mut turned = events.clone();
        turned.rotate_left(turn % n);
        let (first, second) = (run(&events), run(&turned));
        let of_turned = |i: usize| second[(i + n - turn % n) % n];
        for i in 0..n {
            prop_assert_eq!(first[i].is_some(), of_turned(i).is_some());
            for j in 0..i {
                prop_assert_eq!(first[i] == first[j], of_turned(i) == of_turned(j));
            }
        }
    }

    #[test]
    fn densities_are_numbers_and_hold_every_point_once(
        points in prop::collection::vec((300.0_f64..700.0, 300.0_f64..700.0), 0..30),
        bandwidth in 10.0_f64..100.0,
    ) {
        let points: Vec<[f64; 2]> = points.into_iter().map(|p| [p.0, p.1]).collect();
        for kernel in [Kernel::Quartic, Kernel::Gaussian] {
            let params = KdeParams::new(kernel, bandwidth / 2.0, 10.0, [0.0, 0.0, 1000.0, 1000.0]).unwrap();
            let density = kernel_density(&points, &params);
            prop_assert!(density.values.iter().all(|v| v.is_finite() && *v >= 0.0));
            let sum: f64 = density.values.iter().map(|v| v * 1e-4).sum();
            prop_assert!((sum - points.len() as f64).abs() < 1e-6 * points.len().max(1) as f64);
        }
    }

    #[test]
    fn evaluations_are_numbers(counts in prop::collection::vec(0_u32..500, 8)) {
        let pair = |i: usize| BeforeAfter { before: counts[i], after: counts[i + 1] };
        let wdd = weighted_displacement_difference(&WddInput::new(pair(0), pair(2)).with_displacement(pair(4), pair(6)));
        prop_assert!([wdd.total, wdd.total_error, wdd.z, wdd.interval[0], wdd.interval[1]].iter().all(|v| v.is_finite()));
        prop_assert!(is_p(wdd.p));
        let test = poisson_e_test([counts[0], counts[1]], [1.0, 2.5]).unwrap();
        prop_assert!(is_p(test.p) && test.difference.is_finite());
    }

    #[test]
    fn parsers_take_any_text(text in "\\PC*|([a-z0-9 ,;\"/.\\-\n]{0,200})") {
        let _ = read_counts(&text, true);
        let _ = read_counts(&text, false);
        let _ = read_places(&text);
        if let Ok(rows) = read_population(&text) {
            for row in rows {
                let _ = (row.time.days(), row.time.months(), row.time.population_days(), row.time.year());
            }
        }
    }
}

/// Kolmogorov and Smirnov at 1 %, with room for one step of the replicates.
fn assert_uniform(mut p: Vec<f64>, step: f64) {
    p.sort_by(f64::total_cmp);
    let n = p.len() as f64;
    let distance = p
        .iter()
        .enumerate()
        .map(|(i, p)| (p - i as f64 / n).abs().max((p - (i + 1) as f64 / n).abs()))
        .fold(0.0, f64::max);
    assert!(distance < 1.628 / n.sqrt() + step, "distance {distance}");
}

#[test]
fn conditional_p_values_are_uniform_when_values_are_independent() {
    let mut state = 3_u64;
    let mut unit = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let pairs: Vec<(usize, usize)> = (0..30)
        .flat_map(|i| [(i, (i + 1) % 30), (i, (i + 5) % 30)])
        .collect();
    let neighbours = Neighbours::from_pairs(30, &pairs).unwrap();
    let (mut gi, mut moran) = (Vec::new(), Vec::new());
    for world in 0..400 {
        let values: Vec<f64> = (0..30).map(|_| unit()).collect();
        gi.push(getis_ord(&values, &neighbours, false, Weights::Binary, 199, world).unwrap()[4].p_greater);
        moran.push(local_moran(&values, &neighbours, Weights::Row, 199, world).unwrap()[9].p_greater);
    }
    assert_uniform(gi, 0.005);
    assert_uniform(moran, 0.005);
}
