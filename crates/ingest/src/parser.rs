//! The parser of one feed: records of any format to reports and rejections, in chunks.

use std::collections::HashSet;
use std::io::{self, Read};

use jiff::{SignedDuration, Timestamp};
use lagebild_domain::{Extent, Report};

use crate::bytes::{self, FeedFault};
use crate::format::{self, Row, Stop};
use crate::identities::Identities;
use crate::import::Outcome;
use crate::kept_row::{Holds, KeptRow};
use crate::mapping::{Mapped, Mapper};
use crate::place_files::PlaceFiles;
use crate::rejection::{Reason, Rejection, digest};
use crate::spec::FeedSpec;
use crate::unknown_categories::UnknownCategories;

/// How far a feed's clock may run ahead.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_hours(24);
/// Rows that are handed to the sink at once. Identities lie in no order: in a store of a million, each batch
/// touches nearly every page of their index, so that fewer batches write less.
const CHUNK_ROWS: u64 = 40_000;

/// What the parser hands on: rows that are already decided, and those for the sink.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    pub(crate) reports: Vec<Report>,
    pub(crate) rejections: Vec<Rejection>,
    pub(crate) readmitted: Vec<[u8; 16]>,
    pub(crate) excluded: u64,
    pub(crate) merged: u64,
}

impl Chunk {
    pub(crate) fn rows(&self) -> u64 {
        self.reports.len() as u64 + self.rejections.len() as u64 + self.excluded + self.merged
    }
}

/// Runs on a thread of its own; hands full chunks on.
pub(crate) struct Parser {
    mapper: Mapper,
    spec: FeedSpec,
    /// The declared columns, and what they hold.
    columns: Vec<(String, Holds)>,
    identities: Identities,
    file: String,
    chunk: Chunk,
    /// Rows that were kept out before.
    quarantined: HashSet<[u8; 16]>,
    sender: tokio::sync::mpsc::Sender<Chunk>,
    not_utf8: u64,
    encoded_twice: u64,
    unknown_categories: UnknownCategories,
    /// What happens later than this has not happened.
    latest: Timestamp,
}

/// The latest time at which something can have happened by a feed's clock.
pub(crate) fn latest_possible(now: Timestamp) -> Timestamp {
    now.saturating_add(CLOCK_TOLERANCE).unwrap_or(Timestamp::MAX)
}

/// Why parsing ended before the end of the feed.
enum Ended {
    Fault(FeedFault),
    /// Nobody takes the chunks any more.
    Unwanted,
}

impl Parser {
    pub(crate) fn new(
        file: &str,
        spec: &FeedSpec,
        places: &PlaceFiles,
        extent: &Extent,
        identities: Identities,
        sender: tokio::sync::mpsc::Sender<Chunk>,
    ) -> Self {
        Self {
            mapper: Mapper::new(spec, places, extent),
            columns: spec.declared_with_holds(),
            spec: spec.clone(),
            identities,
            file: file.to_owned(),
            chunk: Chunk::default(),
            quarantined: HashSet::new(),
            sender,
            not_utf8: 0,
            encoded_twice: 0,
            unknown_categories: UnknownCategories::default(),
            latest: latest_possible(Timestamp::now()),
        }
    }

    /// Tells which of these rows it reads.
    pub(crate) fn looking_out_for(self, quarantined: HashSet<[u8; 16]>) -> Self {
        Self { quarantined, ..self }
    }

    /// Reads the feed to its end, or as far as it can be read.
    pub(crate) fn parse(mut self, input: Box<dyn Read + Send>) -> (Outcome, Identities) {
        let mut warnings = Vec::new();
        let ended = self.rows(input, &mut warnings);
        let fault = match ended.and(self.flush()) {
            Err(Ended::Fault(fault)) => {
                // The rows before the fault count.
                self.flush().ok();
                Some(fault)
            }
            Ok(()) | Err(Ended::Unwanted) => None,
        };
        if self.not_utf8 > 0 {
            warnings.push(format!(
                "{}: {} rows are not UTF-8 and went to quarantine; if the file is in another encoding, state it, for example encoding = \"windows-1252\"",
                self.file, self.not_utf8
            ));
        }
        if self.encoded_twice > 0 {
            warnings.push(format!(
                "{}: {} rows held umlauts that had been encoded twice (\"Ã¼\" for \"ü\"); they were repaired",
                self.file, self.encoded_twice
            ));
        }
        (Outcome { fault, warnings }, self.identities)
    }

    fn rows(&mut self, input: Box<dyn Read + Send>, warnings: &mut Vec<String>) -> Result<(), Ended> {
        let unpacked = bytes::unpacked(input).map_err(|error| self.io_fault(Some(1), &error))?;
        let mut records = format::open(&self.spec.form(), unpacked).map_err(|stop| self.stopped(stop))?;
        let mut row = Row::new(self.spec.declared().len());
        loop {
            row.clear();
            let Some(found) = records.next(&mut row).map_err(|stop| self.stopped(stop))? else {
                break;
            };
            self.encoded_twice += u64::from(row.repair());
            let (outcome, is_readable) = match found.content {
                Ok(()) => (self.mapper.map(&row), true),
                Err(reason) => (Err(reason), false),
            };
            self.take(found.line, found.raw, outcome, is_readable.then_some(&row))?;
        }
        warnings.extend(
            records
                .warnings()
                .into_iter()
                .map(|warning| format!("{}: {warning}", self.file)),
        );
        Ok(())
    }

    /// Files one row under what became of it.
    fn take(
        &mut self,
        line: u64,
        raw: &[u8],
        outcome: Result<Mapped, Reason>,
        row: Option<&Row>,
    ) -> Result<(), Ended> {
        let outcome = match outcome {
            Ok(Mapped::Report(report)) if report.occurred.from() > self.latest => Err(Reason::Future),
            other => other,
        };
        if outcome.is_ok() && !self.quarantined.is_empty() {
            let digest = digest(raw);
            if self.quarantined.contains(&digest) {
                self.chunk.readmitted.push(digest);
            }
        }
        match outcome {
            Ok(Mapped::Excluded) => self.chunk.excluded += 1,
            Ok(Mapped::Report(mut report)) => {
                if report.external_id.as_str().is_empty() {
                    report.external_id = self
                        .identities
                        .numbered(&row.map(Row::fingerprint).unwrap_or_default());
                    self.chunk.reports.push(*report);
                } else if self.identities.is_new(&report.external_id) {
                    self.chunk.reports.push(*report);
                } else {
                    self.chunk.merged += 1;
                }
            }
            Err(reason) => {
                self.not_utf8 += u64::from(matches!(reason, Reason::NotUtf8 { .. }));
                self.chunk.rejections.push(Rejection {
                    file: None,
                    line,
                    digest: digest(raw),
                    reason: self.unknown_categories.guard(reason),
                    kept: row.map(|row| KeptRow::of(row, &self.columns)),
                });
            }
        }
        if self.chunk.rows() >= CHUNK_ROWS {
            self.flush()
        } else {
            Ok(())
        }
    }

    fn flush(&mut self) -> Result<(), Ended> {
        let chunk = std::mem::take(&mut self.chunk);
        if chunk.rows() == 0 {
            return Ok(());
        }
        self.sender.blocking_send(chunk).map_err(|_| Ended::Unwanted)
    }

    fn stopped(&self, stop: Stop) -> Ended {
        match stop {
            Stop::Io { line, error } => self.io_fault(line, &error),
            Stop::Unreadable {
                line,
                problem,
                remedy,
            } => self.fault(line, problem, remedy),
        }
    }

    fn fault(&self, line: Option<u64>, problem: String, remedy: String) -> Ended {
        Ended::Fault(FeedFault {
            file: self.file.clone(),
            line,
            problem,
            remedy,
        })
    }

    fn io_fault(&self, line: Option<u64>, error: &io::Error) -> Ended {
        match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => self
                .fault(
                    line,
                    format!("it is cut off or damaged here ({error})"),
                    "The rows before this line were kept; fetch the file again and repeat the import"
                        .to_owned(),
                ),
            _ => self.fault(
                line,
                format!("it cannot be read ({error})"),
                "Check the file and the disk".to_owned(),
            ),
        }
    }
}
