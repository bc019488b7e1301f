//! `lagebild ingest`.

use std::fs::File;
use std::io::{IsTerminal, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lagebild_ingest::{Import, ImportError, Progress, Summary};
use serde_json::json;

use crate::failure::Failure;
use crate::installation::Installation;
use crate::{output, own_deeds};

/// Read feed files of a source into the picture.
///
/// The last line of the output says what became of the rows. A second run with the same files changes nothing.
///
/// Example: lagebild ingest --config lagebild.toml --source maengelmelder meldungen.csv.gz
#[derive(Args)]
pub(crate) struct Ingest {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// Id of the source.
    #[arg(long)]
    source: String,
    /// How progress is told, on stderr: a bar on a terminal, or a line for each batch once it is durable.
    #[arg(long, value_enum, default_value_t = Told::Bar)]
    progress: Told,
    /// Form of the summary.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
    /// The files, plain or gzip.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Text,
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Told {
    /// A bar, drawn on a terminal only.
    Bar,
    /// `acknowledged read=… accepted=… …` for each batch: those rows survive whatever happens next.
    Lines,
}

impl Ingest {
    /// The command as it is without options.
    pub(crate) fn of(config: PathBuf, source: String, paths: Vec<PathBuf>) -> Self {
        Self {
            config,
            source,
            progress: Told::Bar,
            format: Form::Text,
            paths,
        }
    }

    pub(crate) async fn run(self) -> Result<(), Failure> {
        let installation = Installation::load(&self.config)?;
        let spec = installation.config.source(&self.source)?.clone();
        let places = installation.place_files(&spec, &self.paths)?;
        let store = installation.open_store().await?;
        let words = store.category_mappings(&spec.source.id).await?;
        let mut import = Import::new(spec.with_categories(words), places, installation.extent.clone());
        let telling = telling(&self.paths, self.progress);
        let started = Instant::now();
        let mut problems = 0;
        for path in &self.paths {
            let file = match File::open(path) {
                Ok(file) => file,
                Err(error) => {
                    problems += 1;
                    output::complain(&format!("{}: cannot be read ({error})", path.display()));
                    continue;
                }
            };
            let counted = Counted {
                file,
                read: Arc::clone(&telling.read),
            };
            let name = path.file_name().map_or_else(
                || path.display().to_string(),
                |name| name.to_string_lossy().into_owned(),
            );
            let outcome = import.feed(&name, Box::new(counted), &store, &telling).await;
            let outcome = outcome.map_err(|error| match error {
                ImportError::Sink(error) => Failure::failed(format!(
                    "{}: {error}. Rows acknowledged before are kept; run the import again",
                    path.display()
                )),
                ImportError::Parser => Failure::failed(error),
            })?;
            for warning in outcome.warnings {
                output::warn(&warning);
            }
            if let Some(fault) = outcome.fault {
                problems += 1;
                output::complain(&fault.to_string());
            }
        }
        telling.bar.finish_and_clear();
        let summary = import.summary();
        if summary.quarantined > 0 {
            for (code, count) in store.quarantined(&self.source).await? {
                output::note(&format!(
                    "quarantine of \"{}\": {count} distinct rows, {code}",
                    self.source
                ));
            }
        }
        let words = format!("source={} {}", self.source, counts(&summary));
        own_deeds::note(&store, "ingest", &words).await?;
        self.print(&summary, started.elapsed());
        if problems > 0 {
            return Err(Failure::failed(format!(
                "{problems} of {} files could not be read to the end; see above",
                self.paths.len()
            )));
        }
        Ok(())
    }

    fn print(&self, s: &Summary, elapsed: Duration) {
        output::say(&match self.format {
            Form::Text => summary_line(s, elapsed),
            Form::Json => json!({
                "read": s.read, "accepted": s.accepted, "updated": s.updated, "unchanged": s.unchanged,
                "merged": s.merged, "excluded": s.excluded, "quarantined": s.quarantined,
                "rows_per_s": rows_per_second(s, elapsed),
            })
            .to_string(),
        });
    }
}

/// The last line of an import.
pub(crate) fn summary_line(s: &Summary, elapsed: Duration) -> String {
    format!("{} rows_per_s={}", counts(s), rows_per_second(s, elapsed))
}

fn rows_per_second(s: &Summary, elapsed: Duration) -> u64 {
    (s.read as f64 / elapsed.as_secs_f64().max(1e-9)).round() as u64
}

fn counts(s: &Summary) -> String {
    format!(
        "read={} accepted={} updated={} unchanged={} merged={} excluded={} quarantined={}",
        s.read, s.accepted, s.updated, s.unchanged, s.merged, s.excluded, s.quarantined
    )
}

/// A reader that counts the bytes of the file, packed as they are.
struct Counted {
    file: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// How an import tells how far it has come.
struct Telling {
    bar: ProgressBar,
    told: Told,
    read: Arc<AtomicU64>,
}

/// Drawn on a terminal only, and redrawn at most a few times a second.
fn telling(paths: &[PathBuf], told: Told) -> Telling {
    let total = paths
        .iter()
        .filter_map(|path| path.metadata().ok())
        .map(|meta| meta.len())
        .sum();
    let target = if told == Told::Bar && std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr_with_hz(4)
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(total), target);
    let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {msg}, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    Telling {
        bar,
        told,
        read: Arc::default(),
    }
}

impl Progress for Telling {
    fn advanced(&self, so_far: &Summary) {
        if self.told == Told::Lines {
            output::note(&format!("acknowledged {}", counts(so_far)));
        }
        self.bar.set_position(self.read.load(Ordering::Relaxed));
        self.bar.set_message(format!(
            "{} rows, {} in quarantine",
            so_far.read, so_far.quarantined
        ));
    }
}
