//! Options that several methods share.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

/// Options of every method that reads a file.
#[derive(Args, Serialize)]
pub(super) struct Common {
    /// The file to analyse: CSV with a header.
    #[arg(long, value_name = "FILE")]
    pub(super) input: PathBuf,
    /// Coordinate system of x,y, such as EPSG:25832; needed to draw them on a map.
    #[arg(long, value_name = "EPSG:N")]
    pub(super) crs: Option<String>,
    #[command(flatten)]
    #[serde(skip)]
    pub(super) output: Output,
}

/// Seed of what is random, and form of the answer.
#[derive(Args)]
pub(super) struct Output {
    /// Seed of what is random; the same seed gives the same answer.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = Form::Table)]
    pub(super) format: Form,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    Table,
    Json,
    Geojson,
}

/// A number, or "inf", which JSON has no number for.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
pub(super) fn number_or_inf<S: serde::Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if number.is_finite() {
        serializer.serialize_f64(*number)
    } else {
        serializer.serialize_str(&number.to_string())
    }
}

/// The same of several.
pub(super) fn numbers_or_inf<S: serde::Serializer>(
    numbers: &[f64],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let shown = |number: &f64| {
        if number.is_finite() {
            serde_json::json!(number)
        } else {
            serde_json::json!(number.to_string())
        }
    };
    serializer.collect_seq(numbers.iter().map(shown))
}
