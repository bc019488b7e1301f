//! Cases, and why a set of them cannot be scanned.

use thiserror::Error;

use crate::TooManyPairs;

/// Cases of one place and time step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Case {
    /// Index into the [`Locations`](crate::Locations).
    pub location: usize,
    /// Number of the time step (the caller maps days or months to integers).
    pub time: i64,
    /// How many; a row with 0 changes nothing.
    pub count: u32,
}

/// Why cases cannot be scanned.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum ScanError {
    /// No stream of cases was given.
    #[error("no stream of cases given")]
    NoStream,
    /// A case names a location that does not exist.
    #[error("stream {stream}, row {row}: there is no location {location}")]
    UnknownLocation {
        /// Index of the stream.
        stream: usize,
        /// Index of the row in it.
        row: usize,
        /// The location named.
        location: usize,
    },
    /// More cases than memory is kept for.
    #[error(
        "{cases} cases are more than the {limit} that one scan holds; aggregate over a longer step or sample"
    )]
    TooManyCases {
        /// Cases given.
        cases: u64,
        /// Cases held.
        limit: u64,
    },
    /// More pairs of centre and neighbour than memory is kept for.
    #[error(transparent)]
    TooManyPairs(#[from] TooManyPairs),
    /// Not one stratum for each location.
    #[error("{found} strata given for {wanted} locations")]
    Strata {
        /// Strata given.
        found: usize,
        /// Locations.
        wanted: usize,
    },
    /// The baseline has other locations than the scan.
    #[error("the baseline has {found} locations, the scan {wanted}")]
    BaselineLocations {
        /// Locations of the baseline.
        found: usize,
        /// Locations of the scan.
        wanted: usize,
    },
    /// A case lies at a place and step where the baseline expects nothing.
    #[error("row {row}: a case where nothing is expected")]
    NothingExpected {
        /// Index of the row.
        row: usize,
    },
    /// The study is longer than the retrospective scan keeps memory for.
    #[error(
        "{steps} time steps are more than the {limit} of a retrospective scan; aggregate over a longer step"
    )]
    TooManySteps {
        /// Steps between the first and the last.
        steps: u64,
        /// Steps held.
        limit: u64,
    },
}
