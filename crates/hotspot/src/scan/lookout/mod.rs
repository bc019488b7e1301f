//! The daily look that needs no replicates: estimated expectations, and a score held against a calibrated threshold.

mod alarms;
mod average;
mod calibration;
mod courses;
mod dispersion;
mod expectation;
mod ground;
mod kernel;
mod params;
mod record;

use std::sync::Arc;

pub use alarms::AlarmLog;
pub use calibration::{Calibration, Walks};
pub use ground::Ground;
pub use params::{InvalidLookoutParams, LookoutParams};

use super::{Case, ScanError, StreamShare, reach::Reach};
use average::Averages;
use courses::Courses;
use dispersion::dispersion;
use expectation::Rates;
use kernel::{Found, Kernel};
use record::Record;

/// A cylinder whose score is above the floor of a look.
#[derive(Debug, Clone, PartialEq)]
pub struct Sighting {
    /// Index of the location that the circle is drawn about.
    pub center: usize,
    /// Its point, as given.
    pub center_point: [f64; 2],
    /// Distance of the farthest member that counts, metres; 0 for a single place.
    pub radius_m: f64,
    /// Indices of all locations in the circle, nearest first.
    pub locations: Vec<usize>,
    /// First time step of the window.
    pub start: i64,
    /// Last time step of the window.
    pub end: i64,
    /// What is held against the threshold.
    pub score: f64,
    /// What each stream adds, in the order given; `llr` before it is divided by the stream's dispersion.
    pub streams: Vec<StreamShare>,
}

impl Sighting {
    /// Cases in the cylinder, over all streams.
    pub fn observed(&self) -> u64 {
        self.streams.iter().map(|s| s.observed).sum()
    }

    /// Cases expected there, over all streams.
    pub fn expected(&self) -> f64 {
        self.streams.iter().map(|s| s.expected).sum()
    }
}

/// A prospective scan asked day after day, whose score is comparable from day to day and city to city.
///
/// With one stratum, no cycle and no dispersion the score is the log-likelihood ratio of
/// [`permutation_scan`](super::permutation_scan) over the last `history` steps. The settings repair what makes that
/// ratio cry wolf in a real city; see [`LookoutParams`].
///
/// # Papers
/// Kulldorff et al. 2005, <https://doi.org/10.1371/journal.pmed.0020059>; thresholds calibrated on the past instead of
/// replicates: Neill 2009, Expectation-based scan statistics for monitoring spatial time series data, International
/// Journal of Forecasting 25, <https://doi.org/10.1016/j.ijforecast.2008.12.002>; dispersion by Pearson's statistic: `McCullagh` and
/// Nelder 1989, Generalized linear models, §4.5; averages instead of maxima: Chan 2009, Detection of spatial clustering with
/// average likelihood ratio test statistics, Annals of Statistics 37, <https://doi.org/10.1214/09-AOS701>; several streams
/// in one hypothesis: Neill and Cooper 2010, A multivariate Bayesian scan statistic, Machine Learning 79,
/// <https://doi.org/10.1007/s10994-009-5144-4>.
///
/// # Algorithm
/// 1. A place expects, on each day of the window, its share of its stratum's past times what that stratum received on that
///    day. Late reports thin out the last days everywhere alike, so the expectation falls with them: no correction for
///    delay is needed as long as places do not differ in it.
/// 2. What the stratum received is drawn towards the city's pace by `stratum_prior` cases: short windows of a small
///    stratum are noise.
/// 3. Each stream's log-likelihood ratio is divided by its dispersion, measured in its own past in squares as wide as the
///    largest circle and blocks as long as the longest window: repeats and duplicates make counts vary more than chance.
/// 4. The score is the sum over the streams. With [`LookoutParams::with_average`] it is instead the logarithm of the
///    evidence for a rise about a centre, averaged over six radii, six beginnings and two strengths: the likelihood
///    ratio of a Poisson rate that grows in a straight line over half the longest window to 2.5 or 5 times the usual,
///    to the power of 1 / dispersion. For each beginning the streams multiply, each risen (0.6) or not (0.4); so one
///    stream alone, several, or all may carry it, and a rise that all show weakly adds up. Beginnings longer ago, and
///    circles that expect less, are taken for less likely beforehand.
/// 5. For each centre that had a case lately the best cylinder above the floor; then those that share no location.
///
/// # Where it misleads
/// * What rises in a whole stratum or city is not seen, by design: watch those with an outbreak rule besides.
/// * A score is no p-value. The threshold is calibrated: on the own past with its times dealt anew ([`Calibration`]), or on
///   simulated cities.
/// * Places whose reports arrive later than others' look too quiet, and loud when they catch up.
/// * Growth inside a stratum that lasts longer than the history is taken for a hotspot until the history holds it.
///
/// # Example
/// ```
/// use std::sync::Arc;
/// use lagebild_hotspot::{Locations, scan::{Case, Ground, Lookout, LookoutParams}};
///
/// let locations = Locations::plane(vec![[0.0, 0.0], [300.0, 0.0], [5000.0, 0.0]])?;
/// let ground = Ground::new(locations, &[0, 0, 0], 600.0)?;
/// let mut lookout = Lookout::new(Arc::new(ground), 1, LookoutParams::new(28, 365)?);
/// let daily: Vec<Case> = (0..365).map(|day| Case { location: (day % 3) as usize, time: day, count: 1 }).collect();
/// lookout.add(0, &daily)?;
/// lookout.add(0, &[Case { location: 2, time: 364, count: 9 }])?;
/// let found = lookout.look(364, 2.0);
/// assert_eq!((found[0].center, found[0].observed()), (2, 9));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Lookout {
    ground: Arc<Ground>,
    params: LookoutParams,
    records: Vec<Record>,
    dispersions: Vec<f64>,
    reaches: Vec<Reach>,
    /// Where evidence is averaged.
    courses: Option<Courses>,
    /// Last look after which the dispersions were measured.
    measured: Option<i64>,
}

impl Lookout {
    /// Without cases, for a number of streams.
    pub fn new(ground: Arc<Ground>, streams: usize, params: LookoutParams) -> Self {
        let record = Record::new(&ground, &params);
        Self {
            records: vec![record; streams],
            dispersions: vec![1.0; streams],
            reaches: Vec::new(),
            measured: None,
            courses: params
                .averages()
                .then(|| Courses::new(params.max_steps() as usize)),
            ground,
            params,
        }
    }

    /// The settings.
    pub fn params(&self) -> &LookoutParams {
        &self.params
    }

    /// Adds cases of a stream, in any order, late ones too.
    ///
    /// # Errors
    /// When there is no such stream or location; nothing is added then.
    pub fn add(&mut self, stream: usize, cases: &[Case]) -> Result<(), ScanError> {
        let record = self.records.get_mut(stream).ok_or(ScanError::NoStream)?;
        let locations = self.ground.locations().len();
        if let Some(row) = cases.iter().position(|case| case.location >= locations) {
            return Err(ScanError::UnknownLocation {
                stream,
                row,
                location: cases[row].location,
            });
        }
        for case in cases {
            record.add(&self.ground, *case);
        }
        Ok(())
    }

    /// The cylinders that end with the step `end` and score above `floor`, the highest first, sharing no location.
    ///
    /// Centres are the places that had a case in the longest window.
    pub fn look(&mut self, end: i64, floor: f64) -> Vec<Sighting> {
        self.look_where(end, floor, |_| true)
    }

    /// The same with centres within `radius_m` of a point only: what a few new reports can have changed.
    pub fn look_near(&mut self, end: i64, floor: f64, point: [f64; 2], radius_m: f64) -> Vec<Sighting> {
        let ground = Arc::clone(&self.ground);
        let near = ground
            .sites()
            .within_point(ground.locations().embed(point), radius_m);
        self.look_where(end, floor, |site| near.binary_search(&site).is_ok())
    }

    fn look_where(&mut self, end: i64, floor: f64, is_wanted: impl Fn(u32) -> bool) -> Vec<Sighting> {
        for record in &mut self.records {
            record.advance(&self.ground, end);
        }
        self.measure(end);
        let rates: Vec<Rates> = (self.records.iter())
            .map(|record| Rates::new(record, &self.ground, &self.params, end))
            .collect();
        let (ground, params) = (&self.ground, &self.params);
        if let Some(courses) = &self.courses {
            let (records, dispersions) = (&self.records, &self.dispersions);
            let averages = Averages::new(ground, params, (records, &rates), dispersions, courses, end);
            return self.without_overlap(averages.scan(floor, is_wanted), end);
        }
        let kernel = Kernel::new(
            ground,
            params,
            &self.records,
            &rates,
            (&self.dispersions, &self.reaches),
            end,
        );
        self.without_overlap(kernel.scan(floor, is_wanted), end)
    }

    /// How much more the counts of each stream vary than chance explains; 1 when it is not asked for.
    pub fn dispersions(&self) -> &[f64] {
        &self.dispersions
    }

    /// Measures the dispersions at the first look, and again when the longest window has passed; then, and when a stream
    /// has shrunk, makes the bounds anew.
    fn measure(&mut self, end: i64) {
        let longest = i64::from(self.params.max_steps());
        let is_due = self
            .measured
            .is_none_or(|last| end < last || end - last >= longest);
        if is_due && self.params.measures_dispersion() {
            for (dispersion_of, record) in self.dispersions.iter_mut().zip(&self.records) {
                *dispersion_of = dispersion(record, &self.ground, longest, end - longest);
            }
        }
        let totals: Vec<u64> = self.records.iter().map(|record| record.total() as u64).collect();
        let has_shrunk = self
            .reaches
            .iter()
            .zip(&totals)
            .any(|(reach, &total)| reach.total() > total);
        if is_due || has_shrunk {
            // The ratio falls with the total: bounds for a smaller one hold.
            self.reaches = (totals.iter().zip(&self.dispersions))
                .map(|(&total, &dispersion)| Reach::new(total - total / 16, dispersion))
                .collect();
        }
        if is_due {
            self.measured = Some(end);
        }
    }

    fn without_overlap(&self, mut found: Vec<Found>, end: i64) -> Vec<Sighting> {
        let sites = self.ground.sites();
        found.sort_by(|a, b| {
            (b.score.total_cmp(&a.score))
                .then(a.radius_m.total_cmp(&b.radius_m))
                .then(a.age.cmp(&b.age))
                .then(a.centre.cmp(&b.centre))
        });
        let mut taken = vec![false; sites.len()];
        let mut sightings = Vec::new();
        for found in found {
            if taken[found.centre as usize] {
                continue;
            }
            let members = sites.within(found.centre, found.radius_m, |_| true);
            if members.iter().any(|&(_, site)| taken[site as usize]) {
                continue;
            }
            for &(_, site) in &members {
                taken[site as usize] = true;
            }
            let center = sites.members(found.centre)[0];
            sightings.push(Sighting {
                center,
                center_point: self.ground.locations().points()[center],
                radius_m: found.radius_m,
                locations: (members.iter())
                    .flat_map(|&(_, site)| sites.members(site))
                    .copied()
                    .collect(),
                start: end.saturating_sub_unsigned(found.age as u64),
                end,
                score: found.score,
                streams: found.streams,
            });
        }
        sightings
    }
}
