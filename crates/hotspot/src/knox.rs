//! The Knox test for near repeats.

use rayon::prelude::*;
use thiserror::Error;

use crate::{Locations, Metric, TooManyPairs, random::Generator, sites::Sites};

/// Most pairs kept: four bytes each, 800 MB.
const MOST_PAIRS: u64 = 200_000_000;

/// Longest table of time differences, steps.
const LONGEST_TABLE: u64 = 10_000_000;

/// Which distance makes two events near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KnoxMetric {
    /// Straight line; along the great circle when the locations are in degrees.
    #[default]
    Euclidean,
    /// Sum of the differences in x and y: for a grid of streets. Plane locations only.
    Manhattan,
}

/// Checked parameters of [`knox`].
#[derive(Debug, Clone, PartialEq)]
pub struct KnoxParams {
    bands_m: Vec<f64>,
    bands_steps: Vec<f64>,
    metric: KnoxMetric,
    inclusive: bool,
    permutations: u32,
}

/// Why numbers are not [`KnoxParams`], or events cannot be tested.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum InvalidKnox {
    /// Edges of bands must be at least two, not negative, and rise; only the last may be infinite.
    #[error("edges of bands must be two or more, rise from 0 or above, and only the last may be infinite")]
    Bands,
    /// Manhattan distances need plane locations.
    #[error("Manhattan distances need plane locations")]
    Metric,
    /// Number of times and of locations differ.
    #[error("{times} times for {locations} locations")]
    Length {
        /// Times given.
        times: usize,
        /// Locations given.
        locations: usize,
    },
    /// More near pairs than memory is kept for.
    #[error(transparent)]
    TooManyPairs(#[from] TooManyPairs),
}

impl KnoxParams {
    /// Bands between edges of distance (metres) and of time (steps), `[a, b)` each. A first edge of 0 and one shortly
    /// above it give exact repeats a band of their own; an infinite last edge leaves the last band open.
    ///
    /// # Errors
    /// When edges are fewer than two, negative, not rising, or infinite before the last.
    pub fn new(bands_m: Vec<f64>, bands_steps: Vec<f64>) -> Result<Self, InvalidKnox> {
        for edges in [&bands_m, &bands_steps] {
            let rises = edges.windows(2).all(|e| e[0] < e[1]);
            let inner = &edges[..edges.len().saturating_sub(1)];
            let is_valid =
                edges.len() >= 2 && rises && edges[0] >= 0.0 && inner.iter().all(|e| e.is_finite());
            if !is_valid {
                return Err(InvalidKnox::Bands);
            }
        }
        let metric = KnoxMetric::Euclidean;
        Ok(Self {
            bands_m,
            bands_steps,
            metric,
            inclusive: false,
            permutations: 999,
        })
    }

    /// How distances are measured.
    #[must_use]
    pub fn with_metric(mut self, metric: KnoxMetric) -> Self {
        self.metric = metric;
        self
    }

    /// Bands `(a, b]` instead of `[a, b)`, the first with its lower edge.
    #[must_use]
    pub fn inclusive(mut self) -> Self {
        self.inclusive = true;
        self
    }

    /// Number of permutations of the times; 0 makes every p 1.
    #[must_use]
    pub fn with_permutations(mut self, permutations: u32) -> Self {
        self.permutations = permutations;
        self
    }

    fn band(&self, edges: &[f64], value: f64) -> Option<usize> {
        // An infinite last edge includes everything beyond.
        let after = if self.inclusive && value > edges[0] {
            edges.partition_point(|&e| e < value)
        } else {
            edges.partition_point(|&e| e <= value)
        };
        after.checked_sub(1).filter(|&band| band + 1 < edges.len())
    }
}

/// Near pairs by band of distance (row) and of time (column).
#[derive(Debug, Clone, PartialEq)]
pub struct Knox {
    /// Edges of the distance bands, metres.
    pub bands_m: Vec<f64>,
    /// Edges of the time bands, steps.
    pub bands_steps: Vec<f64>,
    /// Pairs in each pair of bands.
    pub observed: Vec<Vec<u64>>,
    /// Mean over all permutations of the times, exact.
    pub expected: Vec<Vec<f64>>,
    /// Observed / expected; `None` where nothing is expected.
    pub ratio: Vec<Vec<Option<f64>>>,
    /// Share of the permutations, with the data, that have at least as many pairs.
    pub p: Vec<Vec<f64>>,
}

/// Knox test: are events near in space also near in time, more often than if times were dealt at random?
///
/// # Papers
/// Knox 1964, The detection of space-time interactions, Applied Statistics 13, <https://doi.org/10.2307/2985220>;
/// near repeats: Johnson et al. 2007, Space-time patterns of risk, Journal of Quantitative Criminology 23,
/// <https://doi.org/10.1007/s10940-007-9025-3>.
///
/// # Parameters
/// * `locations`: one for each event; `times`: step of each event.
/// * `params`: bands in metres and steps.
/// * `seed`: of the permutations.
///
/// # Returns
/// Tables with a row for each distance band and a column for each time band.
///
/// # Algorithm
/// 1. Pairs within the last distance are found once by a grid and sorted into distance bands.
/// 2. A permutation deals the times to the events anew; only the time bands of those pairs are counted.
/// 3. Expected is the mean over all permutations: pairs of the distance band × share of all pairs of times in the time
///    band. p = (b + 1)/(R + 1), b permutations with at least as many pairs.
///
/// # Where it misleads
/// * A quarter that has its season, or a place that is new, gives near pairs without any contagion.
/// * Coordinates snapped to few points fill the band of distance 0; times known only as a span need an aoristic start.
/// * The many cells are not corrected for being many.
/// * Ratcliffe's Near Repeat Calculator shifts its bands by one.
///
/// # Checked against
/// R `NearRepeat` 0.1.1 (`nearrepeat_chicago_arson`).
///
/// # Errors
/// When numbers of times and locations differ, Manhattan is asked of degrees, or there are too many pairs.
pub fn knox(
    locations: &Locations,
    times: &[i64],
    params: &KnoxParams,
    seed: u64,
) -> Result<Knox, InvalidKnox> {
    if times.len() != locations.len() {
        return Err(InvalidKnox::Length {
            times: times.len(),
            locations: locations.len(),
        });
    }
    if params.metric == KnoxMetric::Manhattan && locations.metric() != Metric::Plane {
        return Err(InvalidKnox::Metric);
    }
    let rows = params.bands_m.len() - 1;
    let columns = params.bands_steps.len() - 1;
    // An order of their own, so that a permutation is the same whatever the order of the input.
    let points = locations.points();
    let mut order: Vec<usize> = (0..times.len()).collect();
    order.sort_by(|&a, &b| {
        let by_axis = |axis: usize| (points[a][axis] + 0.0).total_cmp(&(points[b][axis] + 0.0));
        by_axis(0).then(by_axis(1)).then(times[a].cmp(&times[b]))
    });
    let pairs = Pairs::new(&locations.reordered(&order), params, rows)?;
    let first = times.iter().copied().min().unwrap_or(0);
    let since: Vec<u64> = order.iter().map(|&event| times[event].abs_diff(first)).collect();
    let table = TimeBands::new(&since, params);
    let observed = pairs.count(&since, &table, columns);
    let share = table.shares(&since, columns);
    let counts: Vec<Vec<u64>> = (0..u64::from(params.permutations))
        .into_par_iter()
        .map_init(
            || since.clone(),
            |shuffled, number| {
                shuffled.copy_from_slice(&since);
                Generator::new(seed, number).shuffle(shuffled);
                pairs.count(shuffled, &table, columns)
            },
        )
        .collect();
    let cell = |row: usize, column: usize| row * columns + column;
    let by_row = |value: &dyn Fn(usize, usize) -> f64| -> Vec<Vec<f64>> {
        (0..rows)
            .map(|row| (0..columns).map(|column| value(row, column)).collect())
            .collect()
    };
    let expected = by_row(&|row, column| pairs.of_row(row) as f64 * share[column]);
    let p = by_row(&|row, column| {
        let at_least = counts
            .iter()
            .filter(|c| c[cell(row, column)] >= observed[cell(row, column)])
            .count();
        (at_least + 1) as f64 / (counts.len() + 1) as f64
    });
    let observed: Vec<Vec<u64>> = observed.chunks(columns).map(<[u64]>::to_vec).collect();
    let ratio = (observed.iter().zip(&expected))
        .map(|(o, e)| {
            o.iter()
                .zip(e)
                .map(|(&o, &e)| (e > 0.0).then(|| o as f64 / e))
                .collect()
        })
        .collect();
    let (bands_m, bands_steps) = (params.bands_m.clone(), params.bands_steps.clone());
    Ok(Knox {
        bands_m,
        bands_steps,
        observed,
        expected,
        ratio,
        p,
    })
}

impl Knox {
    /// The cells (row, column) with p at most `alpha` and a ratio of at least `least_ratio`, nearest first; 0.05 and 1.2
    /// are usual.
    pub fn near_repeats(&self, alpha: f64, least_ratio: f64) -> Vec<(usize, usize)> {
        let cells = (0..self.p.len()).flat_map(|row| (0..self.p[row].len()).map(move |column| (row, column)));
        cells
            .filter(|&(row, column)| {
                self.p[row][column] <= alpha && self.ratio[row][column].is_some_and(|r| r >= least_ratio)
            })
            .collect()
    }

    /// The nearest significant band in words: up to which distance and time events repeat, without a gap.
    pub fn in_words(&self, alpha: f64, least_ratio: f64) -> String {
        let found = self.near_repeats(alpha, least_ratio);
        let Some(&(first, column)) = found.first() else {
            return format!("no near repeats at p ≤ {alpha} and ratio ≥ {least_ratio}");
        };
        let last = (first..self.p.len())
            .take_while(|&row| found.contains(&(row, column)))
            .last()
            .unwrap_or(first);
        let pairs: u64 = (first..=last).map(|row| self.observed[row][column]).sum();
        let expected: f64 = (first..=last).map(|row| self.expected[row][column]).sum();
        format!(
            "near repeats from {} to {} m within {} to {} steps: {pairs} pairs, {expected:.1} expected, {:.1} times",
            self.bands_m[first],
            self.bands_m[last + 1],
            self.bands_steps[column],
            self.bands_steps[column + 1],
            pairs as f64 / expected,
        )
    }
}

/// Pairs of events, by distance band and first event.
#[derive(Debug)]
struct Pairs {
    events: usize,
    /// For each band and event where its list begins.
    offsets: Vec<usize>,
    second: Vec<u32>,
}

impl Pairs {
    fn new(locations: &Locations, params: &KnoxParams, rows: usize) -> Result<Self, InvalidKnox> {
        let farthest = params.bands_m[rows];
        let sites = Sites::new(locations, farthest);
        sites.check_pairs(farthest, 2 * MOST_PAIRS)?;
        let points = locations.points();
        let events = locations.len();
        let band_of = |first: usize, second: usize, straight: f64| -> Option<usize> {
            let distance = match params.metric {
                KnoxMetric::Euclidean => locations.metric().distance_m(straight),
                KnoxMetric::Manhattan => {
                    (points[first][0] - points[second][0]).abs()
                        + (points[first][1] - points[second][1]).abs()
                }
            };
            params.band(&params.bands_m, distance)
        };
        let lists = |first: usize| -> Vec<(u32, u32)> {
            let site = sites.of_location(first);
            let mut found = Vec::new();
            for (straight, other) in sites.within(site, farthest, |_| true) {
                let members = sites.members(other);
                if let Some(band) = band_of(first, members[0], straight) {
                    let later = members.iter().filter(|&&second| second > first);
                    found.extend(later.map(|&second| (band as u32, second as u32)));
                }
            }
            found.sort_unstable();
            found
        };
        let mut by_band: Vec<(Vec<usize>, Vec<u32>)> = vec![(vec![0], Vec::new()); rows];
        let all: Vec<usize> = (0..events).collect();
        for chunk in all.chunks(256) {
            let found: Vec<Vec<(u32, u32)>> = chunk.par_iter().map(|&first| lists(first)).collect();
            for list in found {
                for (band, second) in list {
                    by_band[band as usize].1.push(second);
                }
                for (offsets, second) in &mut by_band {
                    offsets.push(second.len());
                }
            }
        }
        let mut pairs = Self {
            events,
            offsets: vec![0],
            second: Vec::new(),
        };
        for (offsets, second) in by_band {
            let base = pairs.second.len();
            pairs
                .offsets
                .extend(offsets[1..].iter().map(|offset| base + offset));
            pairs.second.extend(second);
        }
        Ok(pairs)
    }

    fn of_row(&self, row: usize) -> usize {
        self.offsets[(row + 1) * self.events] - self.offsets[row * self.events]
    }

    fn count(&self, since: &[u64], table: &TimeBands, columns: usize) -> Vec<u64> {
        let rows = (self.offsets.len() - 1) / self.events;
        // A last column takes what is in no band.
        let mut counts = vec![0_u64; rows * (columns + 1)];
        for row in 0..rows {
            let of_row = &mut counts[row * (columns + 1)..(row + 1) * (columns + 1)];
            for (first, &time) in since.iter().enumerate() {
                let start = self.offsets[row * self.events + first];
                let end = self.offsets[row * self.events + first + 1];
                for &second in &self.second[start..end] {
                    of_row[table.band(time.abs_diff(since[second as usize]))] += 1;
                }
            }
        }
        counts
            .chunks(columns + 1)
            .flat_map(|c| c[..columns].iter().copied())
            .collect()
    }
}

/// The band of each difference of times.
#[derive(Debug)]
struct TimeBands {
    bands: Vec<u32>,
    beyond: u32,
}

impl TimeBands {
    fn new(since: &[u64], params: &KnoxParams) -> Self {
        let edges = &params.bands_steps;
        let columns = edges.len() - 1;
        let longest = since.iter().copied().max().unwrap_or(0);
        // Beyond the last finite edge one band holds.
        let last_edge = edges.iter().copied().rfind(|e| e.is_finite()).unwrap_or(0.0);
        let length = longest.min(last_edge as u64 + 1).min(LONGEST_TABLE);
        let band = |difference: f64| params.band(edges, difference).unwrap_or(columns) as u32;
        Self {
            bands: (0..=length).map(|d| band(d as f64)).collect(),
            beyond: band(length as f64 + 1.0),
        }
    }

    fn band(&self, difference: u64) -> usize {
        self.bands
            .get(difference as usize)
            .copied()
            .unwrap_or(self.beyond) as usize
    }

    /// Share of all pairs of times in each band.
    fn shares(&self, since: &[u64], columns: usize) -> Vec<f64> {
        let mut sorted = since.to_vec();
        sorted.sort_unstable();
        let mut pairs = vec![0_u64; columns + 1];
        for (i, &time) in sorted.iter().enumerate() {
            // Runs of differences in one band: jump from band to band.
            let mut j = i + 1;
            while j < sorted.len() {
                let band = self.band(sorted[j] - time);
                let next = j + sorted[j..].partition_point(|&t| self.band(t - time) == band);
                pairs[band] += (next - j) as u64;
                j = next;
            }
        }
        let all = (sorted.len() * sorted.len().saturating_sub(1) / 2).max(1) as f64;
        pairs[..columns].iter().map(|&p| p as f64 / all).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_fall_into_the_bands_as_said() {
        let params = KnoxParams::new(vec![0.0, 1.0, 5.0], vec![0.0, 2.0, 4.0]).unwrap();
        let locations = Locations::plane(vec![[0.0, 0.0], [0.0, 0.0], [3.0, 4.0]]).unwrap();
        let found = knox(&locations, &[7, 9, 8], &params.clone().with_permutations(9), 1).unwrap();
        // 5 m lies outside [1, 5) and inside (1, 5].
        assert_eq!(found.observed, [[0, 1], [0, 0]]);
        let found = knox(
            &locations,
            &[7, 9, 8],
            &params.inclusive().with_permutations(9),
            1,
        )
        .unwrap();
        assert_eq!(found.observed, [[1, 0], [2, 0]]);
    }

    #[test]
    fn the_expectation_is_the_mean_over_all_deals() {
        // Two near pairs among three events with times 0, 0, 1: each pair has a third to be at the same time.
        let params = KnoxParams::new(vec![0.0, 10.0], vec![0.0, 1.0]).unwrap();
        let locations = Locations::plane(vec![[0.0, 0.0], [8.0, 0.0], [16.0, 0.0]]).unwrap();
        let found = knox(&locations, &[0, 0, 1], &params, 1).unwrap();
        assert!((found.expected[0][0] - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn bad_bands_are_refused_and_one_event_is_no_pair() {
        assert_eq!(
            KnoxParams::new(vec![0.0], vec![0.0, 1.0]),
            Err(InvalidKnox::Bands)
        );
        assert_eq!(
            KnoxParams::new(vec![1.0, 0.0], vec![0.0, 1.0]),
            Err(InvalidKnox::Bands)
        );
        assert_eq!(
            KnoxParams::new(vec![0.0, f64::NAN], vec![0.0, 1.0]),
            Err(InvalidKnox::Bands)
        );
        let params = KnoxParams::new(vec![0.0, f64::INFINITY], vec![0.0, f64::INFINITY]).unwrap();
        let one = Locations::plane(vec![[0.0, 0.0]]).unwrap();
        let found = knox(&one, &[i64::MIN], &params, 1).unwrap();
        assert_eq!(
            (found.observed[0][0], found.ratio[0][0], found.p[0][0]),
            (0, None, 1.0)
        );
    }
}
