//! The simulated city on which detectors are held against each other.
//!
//! A city of ten by ten kilometres with 3 000 addresses, complaints and police reports with all the faults that real ones
//! have, years in which nothing emerges, and worlds in which one hotspot is planted.

mod city;
mod detector;
mod gate;
mod injection;
mod ledger;
mod report;
mod rhythm;
mod run;
mod scores;
mod thresholds;
mod world;

use std::path::{Path, PathBuf};

use rayon::prelude::*;

pub(crate) use detector::Detector;
pub(crate) use injection::Cell;
pub(crate) use ledger::Job;
pub(crate) use report::Report;
pub(crate) use world::Null;

use crate::failure::Failure;
use ledger::Ledger;
use scores::Scores;

/// Raised when the city, its reports or the numbers kept change: results before it are not mixed with those after.
const DESIGN: u32 = 2;

/// What to simulate.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// Separable years that thresholds are set on.
    pub(crate) calibration_years: u64,
    /// Fresh years of each null world.
    pub(crate) null_years: u64,
    pub(crate) nulls: Vec<Null>,
    /// Worlds of each cell.
    pub(crate) worlds: u64,
    pub(crate) cells: Vec<Cell>,
    pub(crate) detectors: Vec<Detector>,
    /// This part of so many, from 0.
    pub(crate) part: (u64, u64),
}

impl Plan {
    /// What results must have in common to be read together.
    fn design(&self) -> Result<String, Failure> {
        let of_detector = |detector: &Detector| Ok(format!("{detector:?} {:?};", detector.params()?));
        let settings = self
            .detectors
            .iter()
            .map(of_detector)
            .collect::<Result<String, Failure>>()?;
        let hash = settings.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Ok(format!("{DESIGN}-{}-{:08x}", self.seed, hash >> 32))
    }

    /// The worlds of the plan, those that thresholds hang on first; of each sort the low numbers of all kinds before the
    /// high ones, so that a run that is broken off says a little about everything.
    fn jobs(&self) -> Vec<Job> {
        let calibration = (0..self.calibration_years).map(Job::Calibration);
        let nulls = (0..self.null_years).flat_map(|n| self.nulls.iter().map(move |null| Job::Null(*null, n)));
        let cells = (0..self.worlds).flat_map(|n| self.cells.iter().map(move |cell| Job::Cell(*cell, n)));
        let (part, parts) = self.part;
        (calibration.chain(nulls).chain(cells))
            .zip((0..parts).cycle())
            .filter(|(_, turn)| *turn == part)
            .map(|(job, _)| job)
            .collect()
    }

    /// Simulates what the ledger does not hold yet, telling `done` after each world how many of how many there are, and
    /// reports on all that it and the other ledgers hold.
    pub(crate) fn run(
        &self,
        ledger: &Path,
        others: &[PathBuf],
        budgets: &[f64],
        done: impl Fn(usize, usize) + Sync,
    ) -> Result<Report, Failure> {
        let design = self.design()?;
        let ledger = Ledger::open(ledger, design.clone())?;
        let known = ledger.read(others)?;
        let jobs: Vec<Job> = self
            .jobs()
            .into_iter()
            .filter(|job| !known.contains_key(job))
            .collect();
        let count = std::sync::atomic::AtomicUsize::new(0);
        // In chunks, so that the order of the plan is kept roughly.
        for chunk in jobs.chunks(4 * rayon::current_num_threads()) {
            chunk.par_iter().try_for_each(|&job| {
                let outcome = run::run(job.kind(), self.seed, job.number(), &self.detectors)?;
                ledger.append(job, outcome)?;
                done(
                    1 + count.fetch_add(1, std::sync::atomic::Ordering::Relaxed),
                    jobs.len(),
                );
                Ok::<(), Failure>(())
            })?;
        }
        let outcomes = ledger.read(others)?;
        let scores = Scores::new(&outcomes, self.seed);
        Ok(Report::new(&scores, &self.cells, budgets, self.seed, design))
    }
}
