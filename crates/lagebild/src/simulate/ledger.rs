//! What has been simulated, one line a world, so that a run can be broken off and gone on with.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use super::injection::Cell;
use super::run::Outcome;
use super::world::{Kind, Null};
use crate::failure::Failure;

/// One world to simulate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Job {
    /// A separable null year that thresholds are set on.
    Calibration(u64),
    /// A fresh null year.
    Null(Null, u64),
    /// A world with a planted hotspot.
    Cell(Cell, u64),
}

/// Worlds of the calibration have numbers of their own.
const CALIBRATION: u64 = 1_000_000;

impl Job {
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Calibration(_) => Kind::Null(Null::Separable),
            Self::Null(null, _) => Kind::Null(null),
            Self::Cell(cell, _) => Kind::Injected(cell),
        }
    }

    /// Number of the world among those of its kind.
    pub(crate) fn number(self) -> u64 {
        match self {
            Self::Calibration(number) => CALIBRATION + number,
            Self::Null(_, number) | Self::Cell(_, number) => number,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Line {
    /// Version of the design, settings of the detectors, seed: results of another design are left alone.
    design: String,
    job: Job,
    outcome: Outcome,
}

/// An append-only file of outcomes.
#[derive(Debug)]
pub(crate) struct Ledger {
    path: PathBuf,
    design: String,
    file: Mutex<File>,
}

impl Ledger {
    /// Opens the file, or makes it.
    pub(crate) fn open(path: &Path, design: String) -> Result<Self, Failure> {
        let file = OpenOptions::new().create(true).append(true).open(path);
        let mut file = file.map_err(|error| Failure::failed(format!("{}: {error}", path.display())))?;
        let failed = |error| Failure::failed(format!("{}: {error}", path.display()));
        // A run that was killed may have left half a line: the next one starts on its own.
        if file.metadata().map_err(failed)?.len() > 0 {
            file.write_all(b"\n").map_err(failed)?;
        }
        Ok(Self {
            path: path.to_owned(),
            design,
            file: Mutex::new(file),
        })
    }

    /// Writes an outcome down.
    pub(crate) fn append(&self, job: Job, outcome: Outcome) -> Result<(), Failure> {
        let line = Line {
            design: self.design.clone(),
            job,
            outcome,
        };
        let mut text = serde_json::to_string(&line).map_err(Failure::failed)?;
        text.push('\n');
        let mut file = self
            .file
            .lock()
            .map_err(|_| Failure::failed("a thread failed while it wrote"))?;
        file.write_all(text.as_bytes())
            .map_err(|error| Failure::failed(format!("{}: {error}", self.path.display())))
    }

    /// The outcomes of this design in the file and in others, such as those of other parts.
    pub(crate) fn read(&self, others: &[PathBuf]) -> Result<BTreeMap<Job, Outcome>, Failure> {
        let mut outcomes = BTreeMap::new();
        for path in std::iter::once(&self.path).chain(others) {
            let failed = |error| Failure::failed(format!("{}: {error}", path.display()));
            for line in BufReader::new(File::open(path).map_err(failed)?).lines() {
                // Half a line is a world that was not finished, other words a design that is not this one.
                if let Ok(line) = serde_json::from_str::<Line>(&line.map_err(failed)?)
                    && line.design == self.design
                {
                    outcomes.insert(line.job, line.outcome);
                }
            }
        }
        Ok(outcomes)
    }
}
