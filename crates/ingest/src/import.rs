//! One import: feeds of one source, row by row into a sink.

use std::io::Read;

use lagebild_domain::Extent;

use crate::bytes::FeedFault;
use crate::identities::Identities;
use crate::parser::{Chunk, Parser};
use crate::place_files::PlaceFiles;
use crate::sink::{Batch, Progress, Sink, Summary};
use crate::spec::FeedSpec;

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
    places: PlaceFiles,
    extent: Extent,
    identities: Identities,
    summary: Summary,
}

impl Import {
    /// An import of the feed's source into the city's extent, with the files by which the source's places are found.
    pub fn new(spec: FeedSpec, places: PlaceFiles, extent: Extent) -> Self {
        Self {
            spec,
            places,
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
        let source = &self.spec.source.id;
        let quarantined = sink.kept_out(source).await.map_err(ImportError::Sink)?;
        let parser = Parser::new(
            file,
            &self.spec,
            &self.places,
            &self.extent,
            std::mem::take(&mut self.identities),
            sender,
        )
        .looking_out_for(quarantined);
        let parsing = tokio::task::spawn_blocking(move || parser.parse(input));
        while let Some(chunk) = chunks.recv().await {
            let rows = chunk.rows();
            let Chunk {
                reports,
                rejections,
                readmitted,
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
                    readmitted,
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
