//! Space-time scan statistics: which cylinder of a circle and a time window holds more cases than chance explains.

mod case;
mod cluster;
mod discs;
mod joint;
mod likelihood;
mod params;
mod permutation;
mod polygon;
mod prospective;
mod significance;
mod sites;
mod study;

pub use case::{Case, ScanError};
pub use cluster::{Cluster, StreamShare};
pub use likelihood::{bernoulli_log_likelihood_ratio, log_likelihood_ratio};
pub use params::{InvalidScanParams, PValue, ScanParams};
pub use permutation::{Scan, permutation_scan};
pub use significance::NullDistribution;
