//! One import: feeds of one source, row by row into a sink.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::io::{self, Read};

use jiff::{SignedDuration, Timestamp};
use lagebild_domain::{Extent, ExternalId, Report, SourceId};

use crate::bytes::{self, FeedFault};
use crate::delimited::{RecordReader, guess_separator};
use crate::features::{FeatureReader, NotFeatures};
use crate::mapping::{Mapped, Mapper, Row};
use crate::rejection::{Reason, Rejection, digest};
use crate::spec::{FeedSpec, Format};

/// How far a feed's clock may run ahead.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_hours(24);
/// Rows that are handed to the sink at once.
const BATCH_ROWS: usize = 10_000;

/// What became of the rows of an import. `read` is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows read.
    pub read: u64,
    /// New reports.
    pub accepted: u64,
    /// Reports that changed.
    pub updated: u64,
    /// Reports that were there already, as they are.
    pub unchanged: u64,
    /// Rows with the id of an earlier row of the same import.
    pub merged: u64,
    /// Rows left out by `where`.
    pub excluded: u64,
    /// Rows kept out, with a reason.
    pub quarantined: u64,
}

/// Rows for the sink, to be made durable together.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Source of all of them.
    pub source: SourceId,
    /// Name of the file, for the quarantine.
    pub file: String,
    /// Reports; no two with the same id.
    pub reports: Vec<Report>,
    /// Rows kept out.
    pub rejections: Vec<Rejection>,
    /// True when the owner's own ids are to be kept.
    pub keep_external_id: bool,
}

/// What a sink did with a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recorded {
    /// New reports.
    pub accepted: u64,
    /// Reports that changed.
    pub updated: u64,
    /// Reports that were there already, as they are.
    pub unchanged: u64,
}

/// Where reports go. When `record` returns, the batch has been handed to the store for good; how much a power cut can take
/// back, the store says.
pub trait Sink: Sync {
    /// What can go wrong.
    type Error: std::error::Error + Send + Sync + 'static;

    /// Makes the batch durable, whole or not at all.
    fn record(&self, batch: Batch) -> impl Future<Output = Result<Recorded, Self::Error>> + Send;
}

/// Is told how an import goes.
pub trait Progress: Sync {
    /// Called after each batch.
    fn advanced(&self, so_far: &Summary);
}

impl Progress for () {
    fn advanced(&self, _: &Summary) {}
}

/// How the reading of one feed ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Set when the feed could not be read to its end; what came before is kept.
    pub fault: Option<FeedFault>,
    /// What a person should look at.
    pub warnings: Vec<String>,
}

/// The sink failed: what it acknowledged before is kept.
#[derive(Debug, thiserror::Error)]
pub enum ImportError<E: std::error::Error + 'static> {
    /// The sink's own error.
    #[error(transparent)]
    Sink(E),
    /// The parser ended unexpectedly; a fault of this program.
    #[error("the parser ended unexpectedly")]
    Parser,
}

/// One import of one source; it may take several feeds one after the other.
///
/// Rows without an id of their own get one from their declared columns and their ordinal among identical rows of the
/// import: identical rows are counted, not lost, and the same import again changes nothing.
#[derive(Debug)]
pub struct Import {
    spec: FeedSpec,
    extent: Extent,
    identities: Identities,
    summary: Summary,
}

/// Ids met so far in one import.
#[derive(Debug, Default)]
struct Identities {
    /// How often a row without an id was met, by its fingerprint.
    ordinals: HashMap<[u8; 16], u32>,
    /// Digests of the feed's ids.
    seen: HashSet<[u8; 16]>,
}

/// What the parser hands on: rows of a batch that are already decided, and those for the sink.
#[derive(Default)]
struct Chunk {
    reports: Vec<Report>,
    rejections: Vec<Rejection>,
    excluded: u64,
    merged: u64,
}

impl Chunk {
    fn rows(&self) -> u64 {
        self.reports.len() as u64 + self.rejections.len() as u64 + self.excluded + self.merged
    }
}

impl Import {
    /// An import of the feed's source into the city's extent.
    pub fn new(spec: FeedSpec, extent: Extent) -> Self {
        Self {
            spec,
            extent,
            identities: Identities::default(),
            summary: Summary::default(),
        }
    }

    /// What became of the rows so far.
    pub fn summary(&self) -> Summary {
        self.summary
    }

    /// Reads one feed to its end into the sink. Parsing runs on its own thread.
    ///
    /// # Errors
    /// [`ImportError`] when the sink fails. Faults of the feed are in the [`Outcome`].
    pub async fn feed<S: Sink>(
        &mut self,
        file: &str,
        input: Box<dyn Read + Send>,
        sink: &S,
        progress: &impl Progress,
    ) -> Result<Outcome, ImportError<S::Error>> {
        let (sender, mut chunks) = tokio::sync::mpsc::channel(2);
        let mut parser = Parser {
            mapper: Mapper::new(&self.spec),
            spec: self.spec.clone(),
            extent: self.extent.clone(),
            identities: std::mem::take(&mut self.identities),
            file: file.to_owned(),
            chunk: Chunk::default(),
            sender,
            not_utf8: 0,
            latest: Timestamp::now()
                .saturating_add(CLOCK_TOLERANCE)
                .unwrap_or(Timestamp::MAX),
        };
        let parsing = tokio::task::spawn_blocking(move || {
            let outcome = parser.parse(input);
            (outcome, parser.identities)
        });
        while let Some(chunk) = chunks.recv().await {
            let rows = chunk.rows();
            let Chunk {
                reports,
                rejections,
                excluded,
                merged,
            } = chunk;
            let quarantined = rejections.len() as u64;
            let recorded = sink
                .record(Batch {
                    source: self.spec.source.id.clone(),
                    file: file.to_owned(),
                    reports,
                    rejections,
                    keep_external_id: self.spec.keep_external_id,
                })
                .await
                .map_err(ImportError::Sink)?;
            let s = &mut self.summary;
            s.read += rows;
            s.accepted += recorded.accepted;
            s.updated += recorded.updated;
            s.unchanged += recorded.unchanged;
            s.merged += merged;
            s.excluded += excluded;
            s.quarantined += quarantined;
            progress.advanced(s);
        }
        let (outcome, identities) = parsing.await.map_err(|_| ImportError::Parser)?;
        self.identities = identities;
        Ok(outcome)
    }
}

/// Runs on a thread of its own; hands full chunks on.
struct Parser {
    mapper: Mapper,
    spec: FeedSpec,
    extent: Extent,
    identities: Identities,
    file: String,
    chunk: Chunk,
    sender: tokio::sync::mpsc::Sender<Chunk>,
    not_utf8: u64,
    /// What happens later than this has not happened.
    latest: Timestamp,
}

/// Why parsing ended before the end of the feed.
enum Ended {
    Fault(FeedFault),
    /// Nobody takes the chunks any more.
    Unwanted,
}

impl Parser {
    fn parse(&mut self, input: Box<dyn Read + Send>) -> Outcome {
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
        Outcome { fault, warnings }
    }

    fn rows(&mut self, input: Box<dyn Read + Send>, warnings: &mut Vec<String>) -> Result<(), Ended> {
        let text = bytes::unpacked(input)
            .map(|unpacked| bytes::text(unpacked, self.spec.encoding))
            .map_err(|error| self.io_fault(1, &error))?;
        match self.spec.format {
            Format::Delimited => self.delimited(text),
            Format::Geojson => self.features(text, warnings),
        }
    }

    fn delimited(&mut self, text: Box<dyn Read + Send>) -> Result<(), Ended> {
        let mut reader = RecordReader::new(text, self.spec.separator.unwrap_or(b','));
        let positions = self.header(&mut reader)?;
        let names = self.spec.declared();
        let mut row = Row {
            values: vec![String::new(); names.len()],
            point: None,
        };
        loop {
            let line = reader.line();
            let Some(record) = reader.next().map_err(|error| self.io_fault(line, &error))? else {
                return Ok(());
            };
            let outcome = record.fields.and_then(|fields| {
                for ((value, position), name) in row.values.iter_mut().zip(&positions).zip(&names) {
                    value.clear();
                    value.push_str(
                        std::str::from_utf8(fields.field(*position))
                            .map_err(|_| Reason::NotUtf8 { column: name.clone() })?,
                    );
                }
                self.mapper.map(&row, &self.extent)
            });
            self.take(record.line, record.raw, outcome, &row)?;
        }
    }

    /// Reads the header and finds the declared columns in it.
    fn header<R: Read>(&self, reader: &mut RecordReader<R>) -> Result<Vec<usize>, Ended> {
        let io = |error: io::Error| self.io_fault(1, &error);
        let separator_line = reader.peek_line().map_err(io)?;
        // Office programs write a first line `sep=;`.
        if let Some(rest) = separator_line.strip_prefix(b"sep=") {
            let stated = rest.first().copied().filter(|b| !matches!(b, b'\r' | b'\n'));
            reader.skip_line().map_err(io)?;
            if let (Some(stated), None) = (stated, self.spec.separator) {
                reader.set_separator(stated);
            }
        } else if self.spec.separator.is_none() {
            let guessed = guess_separator(separator_line);
            reader.set_separator(guessed);
        }
        let line = reader.line();
        let Some(record) = reader.next().map_err(io)? else {
            return Err(self.fault(
                Some(line),
                "the file is empty",
                "A header line with column names is needed; look at how the file was exported",
            ));
        };
        let fields = record.fields.map_err(|reason| {
            self.fault(
                Some(line),
                &format!("the header cannot be read: {reason}"),
                "Mend the header line",
            )
        })?;
        let header: Vec<String> = (0..fields.len())
            .map(|index| String::from_utf8_lossy(fields.field(index)).trim().to_owned())
            .collect();
        let count = header.len();
        let positions = self
            .spec
            .declared()
            .iter()
            .map(|name| {
                header
                    .iter()
                    .position(|known| known == name)
                    .ok_or_else(|| self.missing_column(line, name, &header))
            })
            .collect::<Result<_, _>>()?;
        reader.expect_fields(count);
        Ok(positions)
    }

    fn missing_column(&self, line: u64, name: &str, header: &[String]) -> Ended {
        let nearest = header
            .iter()
            .max_by(|a, b| {
                let likeness =
                    |known: &str| strsim::jaro_winkler(&known.to_lowercase(), &name.to_lowercase());
                likeness(a).total_cmp(&likeness(b))
            })
            .filter(|known| strsim::jaro_winkler(&known.to_lowercase(), &name.to_lowercase()) > 0.7);
        let hint = nearest.map_or(String::new(), |known| format!("Did you mean \"{known}\"? "));
        self.fault(
            Some(line),
            &format!("the header has no column \"{name}\""),
            &format!(
                "{hint}The header has: {}. Mend the `columns` (or `separator`, `encoding`) of source \"{}\"",
                header
                    .iter()
                    .map(|h| h.chars().take(40).collect())
                    .collect::<Vec<String>>()
                    .join(", "),
                self.spec.source.id
            ),
        )
    }

    fn features(&mut self, text: Box<dyn Read + Send>, warnings: &mut Vec<String>) -> Result<(), Ended> {
        let names = self.spec.declared();
        let mut met = vec![false; names.len()];
        let mut reader = FeatureReader::new(text);
        let mut any = false;
        loop {
            let feature = match reader.next() {
                Ok(Some(feature)) => feature,
                Ok(None) => break,
                Err(NotFeatures::Io(error)) => return Err(self.io_fault(reader.line(), &error)),
                Err(NotFeatures::NoFeatures) => {
                    return Err(self.fault(
                        Some(reader.line()),
                        "the file is empty or no GeoJSON FeatureCollection: it has no array \"features\"",
                        "Export it as a FeatureCollection, or state another `format`",
                    ));
                }
                Err(NotFeatures::EndsEarly) => {
                    return Err(self.fault(
                        Some(reader.line()),
                        "the file ends in the middle of its features",
                        "The features before were kept; fetch the file again",
                    ));
                }
            };
            any = true;
            let mut row = Row {
                values: vec![String::new(); names.len()],
                point: None,
            };
            let outcome = match feature.rejected {
                Some(reason) => Err(reason),
                None => read_feature(&feature.raw, &names, &mut met, &mut row)
                    .and_then(|()| self.mapper.map(&row, &self.extent)),
            };
            self.take(feature.line, &feature.raw, outcome, &row)?;
        }
        for name in names
            .iter()
            .zip(met)
            .filter(|(_, met)| any && !met)
            .map(|(name, _)| name)
        {
            warnings.push(format!(
                "{}: no feature has the property \"{name}\" that `columns` of source \"{}\" names",
                self.file, self.spec.source.id
            ));
        }
        Ok(())
    }

    /// Files one row under what became of it.
    fn take(
        &mut self,
        line: u64,
        raw: &[u8],
        outcome: Result<Mapped, Reason>,
        row: &Row,
    ) -> Result<(), Ended> {
        let outcome = match outcome {
            Ok(Mapped::Report(report)) if report.occurred.from() > self.latest => Err(Reason::Future),
            other => other,
        };
        match outcome {
            Ok(Mapped::Excluded) => self.chunk.excluded += 1,
            Ok(Mapped::Report(mut report)) => {
                if report.external_id.as_str().is_empty() {
                    report.external_id = self.identities.numbered(&row.fingerprint());
                    self.chunk.reports.push(*report);
                } else if self
                    .identities
                    .seen
                    .insert(digest(report.external_id.as_str().as_bytes()))
                {
                    self.chunk.reports.push(*report);
                } else {
                    self.chunk.merged += 1;
                }
            }
            Err(reason) => {
                self.not_utf8 += u64::from(matches!(reason, Reason::NotUtf8 { .. }));
                self.chunk.rejections.push(Rejection {
                    line,
                    digest: digest(raw),
                    reason,
                });
            }
        }
        if self.chunk.rows() >= BATCH_ROWS as u64 {
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

    fn fault(&self, line: Option<u64>, problem: &str, remedy: &str) -> Ended {
        Ended::Fault(FeedFault {
            file: self.file.clone(),
            line,
            problem: problem.to_owned(),
            remedy: remedy.to_owned(),
        })
    }

    fn io_fault(&self, line: u64, error: &io::Error) -> Ended {
        match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => self
                .fault(
                    Some(line),
                    &format!("the compressed file is cut off or damaged ({error})"),
                    "The rows before this line were kept; fetch the file again and repeat the import",
                ),
            _ => self.fault(
                Some(line),
                &format!("it cannot be read ({error})"),
                "Check the file and the disk",
            ),
        }
    }
}

impl Identities {
    /// The id of a row that has none: a hash of its columns with its ordinal among identical rows of this import.
    fn numbered(&mut self, fingerprint: &[u8]) -> ExternalId {
        let digest = digest(fingerprint);
        let ordinal = self.ordinals.entry(digest).and_modify(|n| *n += 1).or_insert(0);
        let hex = u128::from_be_bytes(digest);
        ExternalId::new(format!("{hex:032x}-{ordinal}"))
    }
}

/// Takes the declared properties and the point out of a feature.
fn read_feature(raw: &[u8], names: &[String], met: &mut [bool], row: &mut Row) -> Result<(), Reason> {
    let broken = |problem: String| Reason::BrokenFeature { problem };
    let feature: serde_json::Value =
        serde_json::from_slice(raw).map_err(|error| broken(error.to_string()))?;
    if let Some(properties) = feature.get("properties").and_then(serde_json::Value::as_object) {
        for ((name, value), met) in names.iter().zip(&mut row.values).zip(met) {
            if let Some(found) = properties.get(name) {
                *met = true;
                match found {
                    serde_json::Value::Null => {}
                    serde_json::Value::String(text) => value.clone_from(text),
                    other => *value = other.to_string(),
                }
            }
        }
    }
    let Some(geometry) = feature.get("geometry").filter(|geometry| !geometry.is_null()) else {
        return Ok(());
    };
    if geometry.get("type").and_then(serde_json::Value::as_str) != Some("Point") {
        return Err(broken("its geometry is not a Point".to_owned()));
    }
    let at = |index| {
        geometry
            .get("coordinates")
            .and_then(|coordinates| coordinates.get(index))
            .and_then(serde_json::Value::as_f64)
    };
    row.point = Some(
        at(0)
            .zip(at(1))
            .ok_or_else(|| broken("its Point has no two numbers".to_owned()))?,
    );
    Ok(())
}
