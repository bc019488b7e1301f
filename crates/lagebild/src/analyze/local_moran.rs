//! `lagebild analyze local-moran`.

use std::io::{self, Write};

use clap::Args;
use lagebild_hotspot::lisa::{Quadrant, local_moran};
use serde::Serialize;

use crate::failure::Failure;

use super::answer::{Body, Features, Run, columns, feature, figure};
use super::options::Common;
use super::units::{Neighbourhood, Shapes, Significance, Testing, Units};

/// Local Moran's I: which units are like their neighbours, and which stand out among them?
///
/// Columns: id, value (with --h3: none is needed, points are counted); idx or points for the neighbours.
///
/// Example: lagebild analyze local-moran --input raten.csv --neighbors nachbarn.csv --weights row --seed 7
#[derive(Args, Serialize)]
pub(crate) struct LocalMoran {
    #[command(flatten)]
    #[serde(flatten)]
    common: Common,
    #[command(flatten)]
    #[serde(flatten)]
    neighbourhood: Neighbourhood,
    #[command(flatten)]
    #[serde(flatten)]
    testing: Testing,
    /// Which p decides what is significant.
    #[arg(long, value_enum, default_value_t = Significance::Simulated)]
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
    i: Option<f64>,
    expected: Option<f64>,
    variance: Option<f64>,
    z: Option<f64>,
    p_normal: Option<f64>,
    p_sim: Option<f64>,
    significant: bool,
    quadrant: Option<&'static str>,
}

impl LocalMoran {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let run = Run::start("local-moran", &self.common.output);
        self.testing.check()?;
        if self.significance == Significance::Simulated && self.testing.permutations == 0 {
            return Err(Failure::usage(
                "--permutations 0 has no simulated p; take --significance normal",
            ));
        }
        let mut units = Units::read(&self.common, &self.neighbourhood)?;
        units.check(self.common.output.format)?;
        let found = local_moran(
            &units.values,
            &units.neighbours,
            self.testing.weights(),
            self.testing.permutations,
            self.common.output.seed,
        )
        .map_err(|error| units.failure(error))?;
        let simulated = |i: usize| {
            let found = found[i];
            (self.testing.permutations > 0 && found.i.is_some()).then_some(found.p_sim)
        };
        let normal = |i: usize| found[i].z.map(|_| found[i].p_normal);
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
            i: found[i].i,
            expected: found[i].i.map(|_| found[i].expected),
            variance: found[i].i.map(|_| found[i].variance),
            z: found[i].z,
            p_normal: normal(i),
            p_sim: simulated(i),
            significant: significant[i],
            quadrant: found[i].i.map(|_| letters(found[i].quadrant)),
        };
        let answer = Answer {
            p_cutoff,
            units: (0..found.len()).map(unit).collect(),
            shapes: units.shapes,
        };
        run.print(found.len() as u64, self, answer)
    }
}

/// The unit first, its neighbours second.
fn letters(quadrant: Quadrant) -> &'static str {
    match quadrant {
        Quadrant::HighHigh => "HH",
        Quadrant::LowHigh => "LH",
        Quadrant::LowLow => "LL",
        Quadrant::HighLow => "HL",
    }
}

impl Body for Answer {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let row = |unit: &Unit| {
            vec![
                unit.id.clone(),
                figure(Some(unit.value), 2),
                unit.neighbors.to_string(),
                figure(unit.i, 4),
                figure(unit.z, 4),
                figure(unit.p_normal, 4),
                figure(unit.p_sim, 4),
                unit.quadrant.unwrap_or("–").to_owned(),
                if unit.significant { "yes" } else { "" }.to_owned(),
            ]
        };
        let header = [
            "ID",
            "VALUE",
            "NEIGHBORS",
            "I",
            "Z",
            "P_NORMAL",
            "P_SIM",
            "QUADRANT",
            "SIGNIFICANT",
        ];
        columns(out, &header, self.units.iter().map(row))
    }

    fn features(&self) -> Option<Features<'_>> {
        let drawn = |(i, unit)| feature(&self.shapes.geometry(i), unit);
        Some(Box::new(self.units.iter().enumerate().map(drawn)))
    }
}
