//! `lagebild quarantine`.

use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, Subcommand};
use lagebild_ingest::{HeldRow, find_personal, replay};
use lagebild_store::Quarantined;
use serde_json::json;

use crate::commands::ingest::{Ingest, summary_line};
use crate::failure::Failure;
use crate::installation::Installation;
use crate::output::{self, Form};

/// Rows that were asked for at once.
const AT_ONCE: usize = 1000;

/// Rows that are not in the picture: list them, read them again, discard them.
#[derive(Subcommand)]
pub(crate) enum QuarantineCommand {
    List(List),
    Replay(Replay),
    Discard(Discard),
}

/// List rows in quarantine: id, file, line, reason. What they say is not kept; file and line tell where to look.
///
/// Example: lagebild quarantine list --config lagebild.toml --source maengelmelder
#[derive(Args)]
pub(crate) struct List {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// Id of the source.
    #[arg(long)]
    source: String,
    /// One reason; `discarded` for rows that were discarded.
    #[arg(long)]
    code: Option<String>,
    /// Form of the list: text, or one JSON object a line.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

/// Read rows again after their mapping was mended: those that can be read now leave the quarantine.
///
/// Without files, what was kept of the rows is read; rows that could not be cut into columns need their feed. Rows that are in
/// the picture stay as they are. The last line of the output is that of `ingest`.
///
/// Example: lagebild quarantine replay --config lagebild.toml --source maengelmelder meldungen.csv
#[derive(Args)]
pub(crate) struct Replay {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// Id of the source.
    #[arg(long)]
    source: String,
    /// The files in which the rows stand; without any, what was kept of the rows is read.
    paths: Vec<PathBuf>,
}

/// Discard a row for good: the same row read again stays discarded, unless it can be read.
///
/// Example: lagebild quarantine discard --config lagebild.toml --source maengelmelder --reason "test entry" 9f86d081884c7d65…
#[derive(Args)]
pub(crate) struct Discard {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// Id of the source.
    #[arg(long)]
    source: String,
    /// Why, in a few words without names of persons.
    #[arg(long)]
    reason: String,
    /// Ids of the rows, as `quarantine list` prints them.
    #[arg(required = true)]
    ids: Vec<String>,
}

impl QuarantineCommand {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run().await,
            Self::Replay(replay) => replay.run().await,
            Self::Discard(discard) => discard.run().await,
        }
    }
}

impl List {
    async fn run(self) -> Result<(), Failure> {
        let installation = Installation::load(&self.config)?;
        installation.config.source(&self.source)?;
        let store = installation.open_store().await?;
        let mut after = None;
        loop {
            let rows = store
                .quarantine(&self.source, self.code.as_deref(), after, AT_ONCE)
                .await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = Some(last.digest);
            for row in &rows {
                output::say(&self.line(row));
            }
        }
    }

    fn line(&self, row: &Quarantined) -> String {
        let id = format!("{:032x}", u128::from_be_bytes(row.digest));
        match self.format {
            Form::Text => format!("{id} {}:{} {}: {}", row.file, row.line, row.code, row.reason),
            Form::Json => json!({
                "id": id, "source": self.source, "file": row.file, "line": row.line, "code": row.code,
                "reason": row.reason, "received_at": row.received_at.to_string(),
            })
            .to_string(),
        }
    }
}

impl Replay {
    async fn run(self) -> Result<(), Failure> {
        let installation = Installation::load(&self.config)?;
        installation.config.source(&self.source)?;
        let count = async || -> Result<u64, Failure> {
            let store = installation.open_store().await?;
            let counts = store.quarantined(&self.source).await?;
            Ok(counts.into_iter().map(|(_, rows)| rows).sum())
        };
        let before = count().await?;
        let replayed = if self.paths.is_empty() {
            self.kept_rows(&installation).await
        } else {
            Ingest::of(self.config.clone(), self.source.clone(), self.paths.clone())
                .run()
                .await
        };
        let after = count().await?;
        output::note(&format!(
            "quarantine of \"{}\": {before} distinct rows before, {after} now",
            self.source
        ));
        replayed
    }
}

impl Replay {
    /// Reads what was kept of the rows.
    async fn kept_rows(&self, installation: &Installation) -> Result<(), Failure> {
        let spec = installation.config.source(&self.source)?.clone();
        let places = installation.place_files(&spec, &[])?;
        let store = installation.open_store().await?;
        let words = store.category_mappings(&spec.source.id).await?;
        let spec = spec.with_categories(words);
        let started = Instant::now();
        let mut held = Vec::new();
        let mut after = None;
        loop {
            let rows = store.quarantine(&self.source, None, after, AT_ONCE).await?;
            let Some(last) = rows.last() else { break };
            after = Some(last.digest);
            held.extend(rows.into_iter().filter_map(|row| {
                Some(HeldRow {
                    row: row.content?,
                    file: row.file,
                    line: row.line,
                    digest: row.digest,
                })
            }));
        }
        let summary = replay(&spec, &places, &installation.extent, held, &store).await?;
        output::say(&summary_line(&summary, started.elapsed()));
        Ok(())
    }
}

impl Discard {
    async fn run(self) -> Result<(), Failure> {
        let installation = Installation::load(&self.config)?;
        installation.config.source(&self.source)?;
        let reason = self.reason.trim();
        if reason.is_empty() || reason.chars().any(char::is_control) {
            return Err(Failure::usage("--reason must say why, on one line"));
        }
        if !find_personal(reason).is_empty() {
            return Err(Failure::usage(
                "--reason names a person, a number or an address; say it without",
            ));
        }
        let store = installation.open_store().await?;
        for id in &self.ids {
            let digest = u128::from_str_radix(id, 16).map_err(|_| {
                Failure::usage(format!("{id:?} is no id; `lagebild quarantine list` prints them"))
            })?;
            if !store.discard(&self.source, digest.to_be_bytes(), reason).await? {
                return Err(Failure::failed(format!(
                    "{id}: there is no such row in the quarantine of \"{}\", or it is discarded already",
                    self.source
                )));
            }
        }
        output::say(&format!("discarded={}", self.ids.len()));
        Ok(())
    }
}
