//! `lagebild analyze emerging`.

use std::io::{self, Write};

use clap::{Args, ValueEnum};
use lagebild_hotspot::emerging::{Cube, EmergingParams, Standardise, emerging_hot_spots};
use serde::Serialize;

use crate::failure::Failure;
use crate::output;

use super::answer::{Body, Features, Run, columns, feature, figure};
use super::calendar::Moment;
use super::options::Common;
use super::units::{Fdr, Neighbourhood, Shapes, Units};

/// Emerging hot spots: where do high values gather, since when, more and more or less and less?
///
/// Columns: id, t or date, value (with --h3: points and times, counted); idx or points for the neighbours. A unit without
/// a row in a slice has 0 there.
///
/// Example: lagebild analyze emerging --input wochen.csv --distance-m 300 --standardize cube --format geojson
#[derive(Args, Serialize)]
pub(crate) struct Emerging {
    #[command(flatten)]
    #[serde(flatten)]
    common: Common,
    #[command(flatten)]
    #[serde(flatten)]
    neighbourhood: Neighbourhood,
    /// Slices before a slice that belong to its neighbourhood.
    #[arg(long, value_name = "SLICES", default_value_t = 1)]
    lag: usize,
    /// What a value is compared with: its slice, or all slices together.
    #[arg(long, value_enum, default_value_t = Standardize::Slice)]
    standardize: Standardize,
    /// Level of significance of scores and trends.
    #[arg(long, default_value_t = 0.05)]
    alpha: f64,
    /// How the many scores are reckoned with: each on its own, Benjamini-Hochberg (as Esri), Benjamini-Yekutieli.
    #[arg(long, value_enum, default_value_t = Fdr::None)]
    fdr: Fdr,
    /// Days of a slice when times are dates; the last slice ends with the last date.
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=36500))]
    slice_days: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Standardize {
    Slice,
    Cube,
}

#[derive(Serialize)]
struct Answer {
    /// First time of each slice.
    slices: Vec<Moment>,
    /// Values of unit and slice that the file does not have: taken for 0.
    missing_values: u64,
    units: Vec<Unit>,
    #[serde(skip)]
    shapes: Shapes,
}

#[derive(Serialize)]
struct Unit {
    id: String,
    gi_star: Vec<Option<f64>>,
    mann_kendall: Trend,
    pattern: String,
}

#[derive(Serialize)]
struct Trend {
    s: i64,
    var_s: f64,
    tau: f64,
    z: f64,
    p: f64,
}

impl Emerging {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let run = Run::start("emerging", &self.common.output);
        let standardise = match self.standardize {
            Standardize::Slice => Standardise::Slice,
            Standardize::Cube => Standardise::Cube,
        };
        let params = EmergingParams::new(self.lag, standardise, self.alpha)
            .map_err(Failure::usage)?
            .with_false_discovery(self.fdr.method());
        let mut units = Units::read_slices(&self.common, &self.neighbourhood, self.slice_days)?;
        units.check(self.common.output.format)?;
        if units.missing > 0 {
            output::note(&format!(
                "{} values of unit and slice are not in {}: taken for 0",
                units.missing,
                self.common.input.display()
            ));
        }
        let cube =
            Cube::new(units.names.len(), std::mem::take(&mut units.values)).map_err(Failure::failed)?;
        let found = emerging_hot_spots(&cube, &units.neighbours, params).map_err(Failure::failed)?;
        let answer = Answer {
            slices: units
                .slices
                .iter()
                .map(|&slice| units.clock.moment(slice))
                .collect(),
            missing_values: units.missing,
            units: (found.into_iter().enumerate())
                .map(|(i, unit)| Unit {
                    id: std::mem::take(&mut units.names[i]),
                    gi_star: unit.gi_star,
                    mann_kendall: Trend {
                        s: unit.mann_kendall.s,
                        var_s: unit.mann_kendall.var_s,
                        tau: unit.mann_kendall.tau,
                        z: unit.mann_kendall.z,
                        p: unit.mann_kendall.p,
                    },
                    pattern: unit.pattern.to_string(),
                })
                .collect(),
            shapes: units.shapes,
        };
        run.print(answer.units.len() as u64, self, answer)
    }
}

impl Body for Answer {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let row = |unit: &Unit| {
            vec![
                unit.id.clone(),
                figure(unit.gi_star.last().copied().flatten(), 3),
                figure(Some(unit.mann_kendall.tau), 3),
                figure(Some(unit.mann_kendall.p), 4),
                unit.pattern.clone(),
            ]
        };
        let header = ["ID", "LAST_GI_STAR", "TAU", "TREND_P", "PATTERN"];
        columns(out, &header, self.units.iter().map(row))
    }

    fn features(&self) -> Option<Features<'_>> {
        let drawn = |(i, unit)| feature(&self.shapes.geometry(i), unit);
        Some(Box::new(self.units.iter().enumerate().map(drawn)))
    }
}
