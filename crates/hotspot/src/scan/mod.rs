//! Space-time scan statistics: which cylinder of a circle and a time window holds more cases than chance explains.

mod baseline;
mod bernoulli;
mod bounds;
mod by_site;
mod case;
mod circles;
mod cluster;
mod discs;
mod history;
mod joint;
mod likelihood;
mod lookout;
mod measure;
mod params;
mod permutation;
mod poisson;
mod polygon;
mod prospective;
mod reach;
mod significance;
mod study;
mod surveillance;
mod windows;

pub use baseline::{Baseline, InvalidBaseline, Population, StratumCase};
pub use bernoulli::bernoulli_scan;
pub use case::{Case, ScanError};
pub use cluster::{Cluster, StreamShare};
pub use likelihood::{bernoulli_log_likelihood_ratio, log_likelihood_ratio};
pub use lookout::{
    AlarmLog, Calibration, Ground, InvalidLookoutParams, Lookout, LookoutParams, Sighting, Walks,
};
pub use params::{InvalidScanParams, PValue, ScanParams};
pub use permutation::{Scan, permutation_scan};
pub use poisson::poisson_scan;
pub use significance::NullDistribution;
pub use surveillance::Surveillance;
