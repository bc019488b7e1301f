//! `lagebild simulate`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use crate::failure::Failure;
use crate::output;
use crate::simulate::{Cell, Detector, Null, Plan};

/// Measure how soon and how often detectors find planted hotspots, at the same false alarms a year.
///
/// Simulates cities with complaints and police reports, sets each detector's threshold on years in which nothing emerges,
/// and looks at worlds with one planted hotspot day by day. Each world is written down as it is done: a run that is broken
/// off goes on where it stopped, and parts can be run on several machines.
///
/// Example: lagebild simulate --reduced
///
/// Example: lagebild simulate --part 2/8 --ledger part2.jsonl
///
/// Example: lagebild simulate --report-only --also part2.jsonl --format markdown
#[derive(Args)]
pub(crate) struct Simulate {
    /// Where the worlds are written down, one line each.
    #[arg(long, value_name = "FILE", default_value = "simulate.jsonl")]
    ledger: PathBuf,
    /// Further ledgers to report on, such as those of other parts.
    #[arg(long, value_name = "FILE")]
    also: Vec<PathBuf>,
    /// Seed of all worlds.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Worlds of each cell.
    #[arg(long, default_value_t = 200)]
    worlds: u64,
    /// Separable years that thresholds are set on.
    #[arg(long, default_value_t = 200)]
    calibration_years: u64,
    /// Fresh years of each null world.
    #[arg(long, default_value_t = 100)]
    null_years: u64,
    /// What is planted; without it, every cell.
    #[arg(long, value_enum, value_delimiter = ',')]
    cells: Vec<Cell>,
    /// Worlds in which nothing emerges; without it, all.
    #[arg(long, value_enum, value_delimiter = ',')]
    nulls: Vec<Null>,
    /// Ways to look; without it, all but the plain permutation scan. Ledgers of other detectors are left alone.
    #[arg(long, value_enum, value_delimiter = ',')]
    detectors: Vec<Detector>,
    /// False alarms a year that detectors are held to.
    #[arg(long, value_delimiter = ',', default_value = "1,4,12")]
    budgets: Vec<f64>,
    /// Simulate this part of so many only.
    #[arg(long, value_name = "K/N", default_value = "1/1")]
    part: Part,
    /// 20 worlds of 6 cells, 20 years to calibrate on and 8 of each null world, for a first idea.
    #[arg(long, conflicts_with_all = ["worlds", "calibration_years", "null_years", "cells"])]
    reduced: bool,
    /// Simulate nothing, report what the ledgers hold.
    #[arg(long)]
    report_only: bool,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = Form::Table)]
    format: Form,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Table,
    Json,
    Markdown,
}

/// A part of a whole: `2/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    number: u64,
    of: u64,
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text
            .split_once('/')
            .and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
        match parsed {
            Some((number, of)) if (1..=of).contains(&number) => Ok(Self { number, of }),
            _ => Err(format!("\"{text}\" is not a part such as 2/8")),
        }
    }
}

/// The six cells of the reduced form: the base case, what the gate speaks of, and one that is easy.
const REDUCED: [Cell; 6] = [
    Cell::Base,
    Cell::Equal,
    Cell::Complaints,
    Cell::Police,
    Cell::Step,
    Cell::Plus10,
];

impl Simulate {
    pub(crate) fn run(self) -> Result<(), Failure> {
        if let Some(budget) = self.budgets.iter().find(|b| !(b.is_finite() && **b > 0.0)) {
            return Err(Failure::usage(format!(
                "--budgets: {budget} false alarms a year is no budget"
            )));
        }
        let chosen = |cells: &[Cell]| {
            if cells.is_empty() {
                Cell::value_variants()
            } else {
                cells
            }
            .to_vec()
        };
        let mut plan = Plan {
            seed: self.seed,
            calibration_years: self.calibration_years,
            null_years: self.null_years,
            nulls: if self.nulls.is_empty() {
                Null::value_variants().to_vec()
            } else {
                self.nulls
            },
            worlds: self.worlds,
            cells: chosen(&self.cells),
            detectors: if self.detectors.is_empty() {
                Detector::USUAL.to_vec()
            } else {
                self.detectors
            },
            part: (self.part.number - 1, self.part.of),
        };
        if self.reduced {
            (plan.calibration_years, plan.null_years, plan.worlds) = (20, 8, 20);
            plan.cells = REDUCED.to_vec();
        }
        let cells = plan.cells.clone();
        if self.report_only {
            (plan.calibration_years, plan.null_years, plan.worlds) = (0, 0, 0);
        }
        plan.cells = cells;
        let bar = ProgressBar::new(0).with_style(
            ProgressStyle::with_template("{pos}/{len} worlds {bar:40} {elapsed} (left: {eta})")
                .map_err(Failure::failed)?,
        );
        let report = plan.run(&self.ledger, &self.also, &self.budgets, |done, of| {
            bar.set_length(of as u64);
            bar.set_position(done as u64);
        })?;
        bar.finish_and_clear();
        match self.format {
            Form::Table => output::say(&report.text(false)),
            Form::Markdown => output::say(&report.text(true)),
            Form::Json => output::say(&serde_json::to_string_pretty(&report).map_err(Failure::failed)?),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_counted_from_one() {
        assert_eq!("2/8".parse(), Ok(Part { number: 2, of: 8 }));
        for wrong in ["0/8", "9/8", "2", "a/b", ""] {
            assert!(wrong.parse::<Part>().is_err(), "{wrong}");
        }
    }
}
