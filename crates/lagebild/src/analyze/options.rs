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
