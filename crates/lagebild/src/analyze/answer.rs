//! The answer of a method: what all carry, and its printed forms.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget};
use serde::Serialize;
use serde_json::Value;

use crate::failure::Failure;
use crate::output;

use super::options::{Form, Output};

/// What a method has to say beyond what all say.
pub(super) trait Body: Serialize {
    /// For people.
    fn table(&self) -> Vec<String>;

    /// For maps; `None` when the answer has no place.
    fn features(&self) -> Option<Vec<Value>> {
        None
    }
}

/// A run of a method.
pub(super) struct Run<'a> {
    method: &'static str,
    output: &'a Output,
    started: Instant,
    spinner: ProgressBar,
}

#[derive(Serialize)]
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

#[derive(Serialize)]
struct Features {
    features: Vec<Value>,
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

    /// Prints the answer.
    pub(super) fn print<P: Serialize, B: Body>(
        &self,
        n: u64,
        parameters: &P,
        body: B,
    ) -> Result<(), Failure> {
        self.spinner.finish_and_clear();
        let elapsed_ms = (self.started.elapsed().as_secs_f64() * 1e6).round() / 1e3;
        match self.output.format {
            Form::Table => {
                for line in body.table() {
                    output::say(&line);
                }
                Ok(())
            }
            Form::Json => say(&self.envelope(None, n, elapsed_ms, parameters, body)),
            Form::Geojson => {
                let features = body.features().unwrap_or_default();
                let kind = Some("FeatureCollection");
                say(&self.envelope(kind, n, elapsed_ms, parameters, Features { features }))
            }
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
fn say<T: Serialize>(answer: &T) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(answer).map_err(Failure::failed)?;
    output::say(&text);
    Ok(())
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

/// A table for people: each column as wide as its widest field, numbers to the right.
pub(super) fn columns(header: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let is_number = |text: &str| text == "–" || text.parse::<f64>().is_ok();
    let wide = |text: &str| text.chars().count();
    let formats: Vec<(usize, bool)> = (0..header.len())
        .map(|i| {
            let fields = rows.iter().filter_map(|row| row.get(i));
            let width = fields.clone().map(|field| wide(field)).max().unwrap_or(0);
            let right = !rows.is_empty() && fields.clone().all(|field| is_number(field));
            (width.max(wide(header[i])), right)
        })
        .collect();
    let line = |fields: Vec<&str>| {
        let padded: Vec<String> = fields
            .into_iter()
            .zip(&formats)
            .map(|(field, &(width, right))| {
                if right {
                    format!("{field:>width$}")
                } else {
                    format!("{field:<width$}")
                }
            })
            .collect();
        padded.join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(header.to_vec())];
    lines.extend(
        rows.iter()
            .map(|row| line(row.iter().map(String::as_str).collect())),
    );
    lines
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
