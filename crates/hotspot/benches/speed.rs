//! The speed goals on generated inputs of the stated size: `cargo bench -p lagebild-hotspot`.

use divan::Bencher;
use lagebild_hotspot::{
    Locations,
    scan::{Case, ScanParams, permutation_scan},
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
fn daily_look_60000_events_5000_locations(bencher: Bencher) {
    let (locations, cases) = city(5000, 60_000, 365, 15_000, 1);
    bencher.bench(|| permutation_scan(&locations, &[&cases], &params(), 1));
}
