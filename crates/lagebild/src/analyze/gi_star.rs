//! `lagebild analyze gi-star`.

use std::io::{self, Write};

use clap::Args;
use lagebild_hotspot::lisa::getis_ord;
use serde::Serialize;

use crate::failure::Failure;

use super::answer::{Body, Features, Run, columns, feature, figure};
use super::options::{Common, Form};
use super::units::{Neighbourhood, Shapes, Significance, Testing, Units};

/// Getis-Ord Gi*: where do high or low values gather?
///
/// Columns: id, value (with --h3: none is needed, points are counted); idx or points for the neighbours.
///
/// Example: lagebild analyze gi-star --input faelle.csv --h3 9 --fdr by --format geojson
#[derive(Args, Serialize)]
pub(crate) struct GiStar {
    #[command(flatten)]
    #[serde(flatten)]
    common: Common,
    #[command(flatten)]
    #[serde(flatten)]
    neighbourhood: Neighbourhood,
    /// Leave a unit's own value out: Gi instead of Gi*.
    #[arg(long)]
    no_self: bool,
    #[command(flatten)]
    #[serde(flatten)]
    testing: Testing,
    /// Which p decides what is significant.
    #[arg(long, value_enum, default_value_t = Significance::Normal)]
    significance: Significance,
}

#[derive(Serialize)]
struct Answer {
    /// Largest p that is significant.
    p_cutoff: Option<f64>,
    units: Vec<Unit>,
    #[serde(skip)]
    shapes: Shapes,
}

#[derive(Serialize)]
struct Unit {
    id: String,
    value: f64,
    neighbors: usize,
    z: Option<f64>,
    p_normal: Option<f64>,
    p_sim: Option<f64>,
    significant: bool,
}

impl GiStar {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let run = Run::start("gi-star", &self.common.output);
        self.testing.check()?;
        let mut units = Units::read(&self.common, &self.neighbourhood)?;
        units.check(self.common.output.format)?;
        let found = getis_ord(
            &units.values,
            &units.neighbours,
            !self.no_self,
            self.testing.weights(),
            self.testing.permutations,
            self.common.output.seed,
        )
        .map_err(|error| units.failure(error))?;
        let simulated = |unit: usize| {
            let is_island = units.neighbours.of(unit).is_empty();
            (self.testing.permutations > 0 && !is_island && found[unit].z.is_some())
                .then_some(found[unit].p_sim)
        };
        let normal = |unit: usize| found[unit].z.map(|_| found[unit].p_normal);
        let p: Vec<Option<f64>> = match self.significance {
            Significance::Simulated => (0..found.len()).map(simulated).collect(),
            Significance::Normal => (0..found.len()).map(normal).collect(),
        };
        let (significant, p_cutoff) = self.testing.significant(&p);
        let mut names = std::mem::take(&mut units.names);
        let unit = |i: usize| Unit {
            id: std::mem::take(&mut names[i]),
            value: units.values[i],
            neighbors: units.neighbours.of(i).len(),
            z: found[i].z,
            p_normal: normal(i),
            p_sim: simulated(i),
            significant: significant[i],
        };
        let answer = Answer {
            p_cutoff,
            units: (0..found.len()).map(unit).collect(),
            shapes: units.shapes,
        };
        run.print(found.len() as u64, self, answer)
    }
}

impl Body for Answer {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let row = |unit: &Unit| {
            let word = match unit.z {
                Some(z) if unit.significant && z > 0.0 => "hot",
                Some(_) if unit.significant => "cold",
                _ => "",
            };
            vec![
                unit.id.clone(),
                figure(Some(unit.value), 2),
                unit.neighbors.to_string(),
                figure(unit.z, 4),
                figure(unit.p_normal, 4),
                figure(unit.p_sim, 4),
                word.to_owned(),
            ]
        };
        let header = [
            "ID",
            "VALUE",
            "NEIGHBORS",
            "Z",
            "P_NORMAL",
            "P_SIM",
            "SIGNIFICANT",
        ];
        columns(out, &header, self.units.iter().map(row))
    }

    fn features(&self) -> Option<Features<'_>> {
        let drawn = |(i, unit)| feature(&self.shapes.geometry(i), unit);
        Some(Box::new(self.units.iter().enumerate().map(drawn)))
    }
}

impl Units {
    /// Refuses a map of units that nobody knows the place of.
    pub(super) fn check(&self, form: Form) -> Result<(), Failure> {
        if form == Form::Geojson && matches!(self.shapes, Shapes::Unknown) {
            return Err(Failure::usage(
                "--format geojson needs degrees: give columns lon,lat, or x,y with --crs EPSG:n, or count in cells with --h3",
            ));
        }
        Ok(())
    }
}
