//! The speed goals on generated inputs of the stated size: `cargo bench -p lagebild-hotspot`.

use std::sync::Arc;

use divan::Bencher;
use lagebild_hotspot::{
    Locations, Neighbours,
    kde::{KdeParams, Kernel, kernel_density},
    knox::{KnoxParams, knox},
    lisa::{Weights, getis_ord, local_moran},
    scan::{
        Calibration, Case, Ground, Lookout, LookoutParams, ScanParams, Surveillance, Walks, permutation_scan,
    },
};

fn main() {
    divan::main();
}

/// A multiplicative congruential sequence (Park and Miller), enough to lay points about.
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        self.0 % bound
    }
}

/// `events` cases at `places` places of a city of `side_m` metres over `days` days.
fn city(places: u64, events: u64, days: u64, side_m: u64, seed: u64) -> (Locations, Vec<Case>) {
    let mut sequence = Sequence(seed);
    let mut coordinate = || sequence.below(side_m * 10) as f64 / 10.0;
    let points: Vec<[f64; 2]> = (0..places).map(|_| [coordinate(), coordinate()]).collect();
    let mut case = |row: u64| Case {
        // Every place has a case, the others fall anywhere.
        location: if row < places { row } else { sequence.below(places) } as usize,
        time: i64::try_from(sequence.below(days)).unwrap_or(0),
        count: 1,
    };
    let cases = (0..events).map(&mut case).collect();
    (Locations::plane(points).expect("finite"), cases)
}

fn params() -> ScanParams {
    ScanParams::new(1000.0, 28).expect("in range")
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn scan_5000_events_600_locations(bencher: Bencher) {
    let (locations, cases) = city(600, 5000, 731, 10_000, 1);
    bencher.bench(|| permutation_scan(&locations, &[&cases], &params(), 1));
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn scan_5000_events_2515_locations(bencher: Bencher) {
    let (locations, cases) = city(2515, 5000, 731, 10_000, 1);
    bencher.bench(|| permutation_scan(&locations, &[&cases], &params(), 1));
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn scan_20000_events_5000_locations(bencher: Bencher) {
    let (locations, cases) = city(5000, 20_000, 731, 15_000, 1);
    bencher.bench(|| permutation_scan(&locations, &[&cases], &params(), 1));
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn scan_two_streams_3000_and_1500_events(bencher: Bencher) {
    let (locations, cases) = city(600, 4500, 731, 10_000, 1);
    let (first, second) = cases.split_at(3000);
    bencher.bench(|| permutation_scan(&locations, &[first, second], &params(), 1));
}

#[divan::bench(sample_count = 1, sample_size = 1)]
fn scan_two_streams_14000_and_6000_events_3000_locations(bencher: Bencher) {
    let (locations, cases) = city(3000, 20_000, 731, 10_000, 1);
    let (first, second) = cases.split_at(14_000);
    bencher.bench(|| permutation_scan(&locations, &[first, second], &params(), 1));
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn daily_look_60000_events_5000_locations(bencher: Bencher) {
    let (locations, cases) = city(5000, 60_000, 365, 15_000, 1);
    let mut surveillance = Surveillance::new(locations, 1, params());
    let (before, today): (Vec<Case>, Vec<Case>) = cases.into_iter().partition(|c| c.time < 364);
    surveillance.add(0, &before).expect("known locations");
    surveillance.look(363, 1).expect("in memory");
    bencher.bench_local(|| {
        let mut surveillance = surveillance.clone();
        surveillance.add(0, &today).expect("known locations");
        surveillance.look(364, 1)
    });
}

fn lookout_params() -> LookoutParams {
    let params = LookoutParams::new(56, 730).expect("in range");
    params.with_average().with_dispersion()
}

/// Two streams over two years, nine districts; circles of 500 m.
fn lookout_city() -> (Vec<Case>, Locations, Vec<u32>) {
    let (locations, cases) = city(5000, 60_000, 730, 15_000, 1);
    let third = |metres: f64| (metres / 5000.0) as u32;
    let district = |point: &[f64; 2]| 3 * third(point[0]) + third(point[1]);
    let districts = locations.points().iter().map(district).collect();
    (cases, locations, districts)
}

/// From nothing, as a fresh process looks: places, circles, the whole past, the look.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn daily_lookout_60000_events_of_two_years_5000_locations(bencher: Bencher) {
    let (cases, locations, districts) = lookout_city();
    let (first, second) = cases.split_at(40_000);
    bencher.bench(|| {
        let ground = Ground::new(locations.clone(), &districts, 500.0).expect("one district each");
        let mut lookout = Lookout::new(Arc::new(ground), 2, lookout_params());
        lookout.add(0, first).expect("known locations");
        lookout.add(1, second).expect("known locations");
        lookout.look(729, 8.0)
    });
}

/// Once a quarter: the threshold.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn calibrating_it(bencher: Bencher) {
    let (cases, locations, districts) = lookout_city();
    let (first, second) = cases.split_at(40_000);
    let ground = Arc::new(Ground::new(locations, &districts, 500.0).expect("one district each"));
    let walks = Walks::of_days(365, 729, 1);
    bencher.bench(|| Calibration::new(&ground, &lookout_params(), &[first, second], walks, 1.0 / 365.0));
}

/// A sheet of hexagons (offset rows), its neighbours, and values.
fn hexagons(side: usize) -> (Neighbours, Vec<f64>) {
    let mut pairs = Vec::new();
    let unit = |row: usize, column: usize| row * side + column;
    for row in 0..side {
        for column in 0..side {
            let shift = row % 2;
            let mut near = vec![(row, column.wrapping_sub(1)), (row, column + 1)];
            for other in [row.wrapping_sub(1), row + 1] {
                near.extend([(other, (column + shift).wrapping_sub(1)), (other, column + shift)]);
            }
            let inside = near.into_iter().filter(|&(r, c)| r < side && c < side);
            pairs.extend(inside.map(|(r, c)| (unit(row, column), unit(r, c))));
        }
    }
    let mut sequence = Sequence(3);
    let values = (0..side * side)
        .map(|_| sequence.below(1000) as f64 / 10.0)
        .collect();
    (
        Neighbours::from_pairs(side * side, &pairs).expect("inside"),
        values,
    )
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn gi_star_50176_hexagons_999_permutations(bencher: Bencher) {
    let (neighbours, values) = hexagons(224);
    bencher.bench(|| getis_ord(&values, &neighbours, true, Weights::Binary, 999, 1));
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn local_moran_50176_hexagons_999_permutations(bencher: Bencher) {
    let (neighbours, values) = hexagons(224);
    bencher.bench(|| local_moran(&values, &neighbours, Weights::Row, 999, 1));
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn knox_20000_points_999_permutations(bencher: Bencher) {
    let (locations, cases) = city(20_000, 20_000, 365, 15_000, 1);
    let times: Vec<i64> = cases.iter().map(|c| c.time).collect();
    let bands = vec![0.0, 1.0, 200.0, 400.0, 600.0];
    let params = KnoxParams::new(bands, vec![0.0, 1.0, 2.0, 3.0, 7.0, 14.0]).expect("rising");
    bencher.bench(|| knox(&locations, &times, &params, 1));
}

#[divan::bench(sample_count = 10, sample_size = 1, args = [Kernel::Gaussian, Kernel::Quartic])]
fn kde_100000_points_512_cells(bencher: Bencher, kernel: Kernel) {
    let (locations, _) = city(100_000, 1, 1, 15_000, 1);
    let bandwidth_m = if kernel == Kernel::Gaussian { 100.0 } else { 300.0 };
    let extent = [0.0, 0.0, 15_000.0, 15_000.0];
    let params = KdeParams::new(kernel, bandwidth_m, 15_000.0 / 512.0, extent).expect("in range");
    bencher.bench(|| kernel_density(locations.points(), &params));
}
