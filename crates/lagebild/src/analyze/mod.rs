//! `lagebild analyze`: the statistics on a file, without database and configuration.

mod answer;
mod boundary;
mod calendar;
mod events;
mod frame;
mod geotiff;
mod hexagons;
mod options;
mod populations;
mod satscan_files;
mod table;
mod units;

mod aoristic;
mod emerging;
mod evaluate;
mod evaluate_files;
mod gi_star;
mod kde;
mod knox;
mod local_moran;
mod outbreak;
mod scan;
mod scan_answer;
mod st_dbscan;

use clap::Subcommand;

use crate::failure::Failure;

/// Run a statistical method on a file, without database and configuration.
///
/// The file is CSV with a header; the separator is guessed. Points are columns x,y in metres (--crs EPSG:n says in which
/// system) or lon,lat; time is a column date (ISO) or t (whole numbers). Exit 1: the file cannot be used; 2: the options.
///
/// Example: lagebild analyze scan --input faelle.csv --crs EPSG:25832 --max-radius-m 1000 --max-days 28
#[derive(Subcommand)]
pub(crate) enum Analyze {
    Scan(scan::Scan),
    GiStar(gi_star::GiStar),
    LocalMoran(local_moran::LocalMoran),
    Emerging(emerging::Emerging),
    Knox(knox::Knox),
    Outbreak(outbreak::Outbreak),
    Aoristic(aoristic::Aoristic),
    Kde(kde::Kde),
    Evaluate(evaluate::Evaluate),
    StDbscan(st_dbscan::StDbscan),
}

impl Analyze {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        match self {
            Self::Scan(method) => method.run(),
            Self::GiStar(method) => method.run(),
            Self::LocalMoran(method) => method.run(),
            Self::Emerging(method) => method.run(),
            Self::Knox(method) => method.run(),
            Self::Outbreak(method) => method.run(),
            Self::Aoristic(method) => method.run(),
            Self::Kde(method) => method.run(),
            Self::Evaluate(method) => method.run(),
            Self::StDbscan(method) => method.run(),
        }
    }
}
