//! The answer of a method: what all carry, and its printed forms.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use crate::failure::Failure;
use crate::output;

use super::options::{Form, Output};

/// Events times replicates from which an answer takes more than half a minute on two cores.
const MANY_DRAWS: u64 = 2_000_000_000;

/// What a method has to say beyond what all say.
pub(super) trait Body: Serialize {
    /// For people.
    fn table(&self, out: &mut dyn Write) -> io::Result<()>;

    /// For maps; `None` when the answer has no place. They are made while they are printed: millions of them would not
    /// fit into memory.
    fn features(&self) -> Option<Features<'_>> {
        None
    }
}

/// GeoJSON features, one after the other.
pub(super) type Features<'a> = Box<dyn Iterator<Item = Value> + 'a>;

/// A run of a method.
pub(super) struct Run<'a> {
    method: &'static str,
    output: &'a Output,
    started: Instant,
    spinner: ProgressBar,
}

#[derive(serde::Serialize)]
struct Envelope<'a, P, B> {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    method: &'static str,
    version: &'static str,
    seed: u64,
    n: u64,
    elapsed_ms: f64,
    parameters: &'a P,
    #[serde(flatten)]
    body: B,
}

/// The features of an answer.
struct Drawn<B>(B);

impl<B: Body> Serialize for Drawn<B> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(Some(1))?;
        fields.serialize_entry("features", &Each(&self.0))?;
        fields.end()
    }
}

struct Each<'a, B>(&'a B);

impl<B: Body> Serialize for Each<'_, B> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.features().into_iter().flatten())
    }
}

impl<'a> Run<'a> {
    pub(super) fn start(method: &'static str, output: &'a Output) -> Self {
        Self {
            method,
            output,
            started: Instant::now(),
            spinner: spinner(),
        }
    }

    /// For methods whose answer has no place.
    pub(super) fn without_map(self) -> Result<Self, Failure> {
        if self.output.format == Form::Geojson {
            return Err(Failure::usage(format!(
                "the answer of {} has no place to draw; take --format json or table",
                self.method
            )));
        }
        Ok(self)
    }

    /// Says in advance that it will take minutes to deal so many events anew in each of so many replicates.
    pub(super) fn announce(&self, events: u64, replicates: u32, option: &str) {
        if events.saturating_mul(u64::from(replicates)) > MANY_DRAWS {
            output::note(&format!(
                "{}: {events} events are dealt anew {replicates} times, which takes minutes; {option} 99 is ten times as fast",
                self.method
            ));
        }
    }

    /// Prints the answer.
    pub(super) fn print<P: Serialize, B: Body>(
        &self,
        n: u64,
        parameters: &P,
        body: B,
    ) -> Result<(), Failure> {
        self.spinner.finish_and_clear();
        let elapsed_ms = (self.started.elapsed().as_secs_f64() * 1e6).round() / 1e3;
        let mut out = BufWriter::new(io::stdout().lock());
        let printed = match self.output.format {
            Form::Table => body.table(&mut out),
            Form::Json => say(&mut out, &self.envelope(None, n, elapsed_ms, parameters, body)),
            Form::Geojson => {
                let kind = Some("FeatureCollection");
                say(
                    &mut out,
                    &self.envelope(kind, n, elapsed_ms, parameters, Drawn(body)),
                )
            }
        };
        match printed.and_then(|()| out.flush()) {
            // A closed pipe is the reader's choice, not an error.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure::failed(format!("the answer cannot be written: {error}")))
            }
            _ => Ok(()),
        }
    }

    fn envelope<'p, P, B>(
        &self,
        kind: Option<&'static str>,
        n: u64,
        elapsed_ms: f64,
        parameters: &'p P,
        body: B,
    ) -> Envelope<'p, P, B> {
        Envelope {
            kind,
            method: self.method,
            version: env!("CARGO_PKG_VERSION"),
            seed: self.output.seed,
            n,
            elapsed_ms,
            parameters,
            body,
        }
    }
}

/// Numbers that are none become null.
fn say<T: Serialize>(out: &mut impl Write, answer: &T) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, answer)?;
    writeln!(out)
}

/// A GeoJSON feature.
pub(super) fn feature<T: Serialize>(geometry: &Value, properties: &T) -> Value {
    let mut properties = serde_json::to_value(properties).unwrap_or_default();
    if let Some(fields) = properties.as_object_mut() {
        fields.remove("polygon");
        fields.remove("geometry");
    }
    serde_json::json!({"type": "Feature", "geometry": geometry, "properties": properties})
}

/// A table for people: each column as wide as its widest field, numbers to the right. The rows are gone through twice.
pub(super) fn columns(
    out: &mut dyn Write,
    header: &[&str],
    rows: impl Iterator<Item = Vec<String>> + Clone,
) -> io::Result<()> {
    let is_number = |text: &str| text == "–" || text.parse::<f64>().is_ok();
    let wide = |text: &str| text.chars().count();
    let mut formats: Vec<(usize, bool)> = header.iter().map(|name| (wide(name), true)).collect();
    let mut is_empty = true;
    for row in rows.clone() {
        is_empty = false;
        for (field, (width, right)) in row.iter().zip(&mut formats) {
            *width = wide(field).max(*width);
            *right = *right && is_number(field);
        }
    }
    let mut line = |fields: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = fields
            .zip(&formats)
            .map(|(field, &(width, right))| {
                if right && !is_empty {
                    format!("{field:>width$}")
                } else {
                    format!("{field:<width$}")
                }
            })
            .collect();
        writeln!(out, "{}", padded.join("  ").trim_end())
    };
    line(&mut header.iter().copied())?;
    for row in rows {
        line(&mut row.iter().map(String::as_str))?;
    }
    Ok(())
}

/// A number for people, a dash for none.
pub(super) fn figure(value: Option<f64>, digits: usize) -> String {
    match value {
        Some(value) if value.is_finite() => format!("{value:.digits$}"),
        _ => "–".to_owned(),
    }
}

/// Shows on a terminal that something goes on, from the first second.
fn spinner() -> ProgressBar {
    let target = if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr_with_hz(4)
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(None, target).with_message("computing");
    bar.enable_steady_tick(Duration::from_millis(500));
    bar
}
