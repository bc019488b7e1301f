//! Where nothing is to be found the p-values of every model are uniform; and no answer depends on the threads.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use lagebild_hotspot::{
    Locations,
    scan::{Baseline, Case, Scan, ScanParams, bernoulli_scan, permutation_scan, poisson_scan},
};

const PLACES: u64 = 30;
const DAYS: u64 = 60;
const WORLDS: u64 = 200;

/// A small generator for tests that need many worlds.
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, bound: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }

    fn locations(&mut self) -> Locations {
        let coordinate = |value: u64| value as f64 / 10.0;
        let points = (0..PLACES).map(|_| [coordinate(self.below(10_000)), coordinate(self.below(10_000))]);
        Locations::plane(points.collect()).unwrap()
    }

    /// Cases at any place and time alike.
    fn cases(&mut self, number: usize) -> Vec<Case> {
        let mut case = || Case {
            location: self.below(PLACES) as usize,
            time: self.below(DAYS).cast_signed(),
            count: 1,
        };
        (0..number).map(|_| case()).collect()
    }
}

type Model = fn(&mut Sequence, &ScanParams, u64) -> Scan;

/// Every model on a world in which it has nothing to find.
const MODELS: [(&str, Model); 5] = [
    ("permutation", |sequence, params, seed| {
        let (locations, cases) = (sequence.locations(), sequence.cases(150));
        permutation_scan(&locations, &[&cases], params, seed).unwrap()
    }),
    ("permutation of two streams", |sequence, params, seed| {
        let (locations, first, second) = (sequence.locations(), sequence.cases(100), sequence.cases(50));
        permutation_scan(&locations, &[&first, &second], params, seed).unwrap()
    }),
    ("permutation by weekday", |sequence, params, seed| {
        let (locations, cases) = (sequence.locations(), sequence.cases(150));
        let params = params.clone().with_cycle(7).unwrap();
        permutation_scan(&locations, &[&cases], &params, seed).unwrap()
    }),
    ("poisson", |sequence, params, seed| {
        let (locations, cases) = (sequence.locations(), sequence.cases(150));
        let even = vec![1.0; (PLACES * DAYS) as usize];
        let baseline = Baseline::new(PLACES as usize, 0, DAYS.cast_signed() - 1, even).unwrap();
        poisson_scan(&locations, &cases, &baseline, params, seed).unwrap()
    }),
    ("bernoulli", |sequence, params, seed| {
        let (locations, all) = (sequence.locations(), sequence.cases(450));
        let (cases, controls) = all.split_at(150);
        bernoulli_scan(&locations, cases, controls, params, seed).unwrap()
    }),
];

fn params() -> ScanParams {
    ScanParams::new(300.0, 14)
        .and_then(|params| params.with_replicates(99))
        .and_then(|params| params.with_min_cases(1))
        .unwrap()
        .with_end(DAYS.cast_signed() - 1)
}

#[test]
fn p_values_are_uniform_when_nothing_is_there() {
    for (model, scan) in MODELS {
        for params in [params(), params().retrospective()] {
            // A retrospective scan has many times the windows; a quarter of the worlds must do.
            let worlds = if params.is_retrospective() {
                WORLDS / 4
            } else {
                WORLDS
            };
            let (mut sequence, mut chance) = (Sequence(11), Sequence(23));
            let mut p: Vec<f64> = (0..worlds)
                .map(|world| {
                    let found = scan(&mut sequence, &params, world);
                    let best = found.clusters.first().map_or(0.0, |cluster| cluster.llr);
                    // Few cases give few different ratios: with all ties p is too large, without too small. A place
                    // drawn among the ties makes it uniform, if it is right.
                    let with_ties = found.null.monte_carlo_p(best);
                    let without = found.null.monte_carlo_p(best + 1e-9) - 0.01;
                    without + (with_ties - without) * chance.below(1 << 20) as f64 / f64::from(1 << 20)
                })
                .collect();
            p.sort_by(f64::total_cmp);
            // Kolmogorov and Smirnov: 1.628/√n at 1 %.
            let n = p.len() as f64;
            let distance = (p.iter().enumerate())
                .map(|(i, p)| (p - i as f64 / n).abs().max((p - (i + 1) as f64 / n).abs()))
                .fold(0.0, f64::max);
            let is_retrospective = params.is_retrospective();
            assert!(
                distance < 1.628 / n.sqrt(),
                "{model}, retrospective {is_retrospective}: distance {distance}"
            );
        }
    }
}

#[test]
fn the_number_of_threads_does_not_matter() {
    for (model, scan) in MODELS {
        for params in [params(), params().retrospective()] {
            let with = |threads: usize| {
                let pool = rayon::ThreadPoolBuilder::new()
                    .num_threads(threads)
                    .build()
                    .unwrap();
                pool.install(|| scan(&mut Sequence(5), &params, 9))
            };
            assert_eq!(with(1), with(3), "{model}");
        }
    }
}
