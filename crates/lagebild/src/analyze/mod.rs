//! `lagebild analyze`: the statistics on a file, without database and configuration.

mod answer;
mod calendar;
mod events;
mod frame;
mod hexagons;
mod options;
mod populations;
mod satscan_files;
mod table;
mod units;

mod scan;

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
}

impl Analyze {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let spinner = answer::spinner();
        let result = match self {
            Self::Scan(scan) => scan.run(),
        };
        spinner.finish_and_clear();
        result
    }
}
