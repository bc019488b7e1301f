//! Units with values, and which are next to which.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use lagebild_hotspot::Neighbours;
use lagebild_hotspot::false_discovery::{self, FalseDiscovery};
use lagebild_hotspot::lisa;
use serde::Serialize;
use serde_json::Value;

use crate::failure::Failure;

use super::calendar::{Clock, Step};
use super::events::{Time, TimeColumn};
use super::frame::{Frame, PointColumns, is_same};
use super::hexagons::Hexagons;
use super::options::Common;
use super::table::{Column, Row, Table};

/// Most values of all units and slices together: eight bytes each.
const MOST_VALUES: u64 = 50_000_000;

/// Which units are neighbours: exactly one of these.
#[derive(Args, Serialize)]
#[group(id = "neighbourhood", required = true, multiple = false)]
pub(super) struct Neighbourhood {
    /// Directed pairs: CSV with columns i,j that name units by column idx if there is one, else by id.
    #[arg(long, value_name = "FILE")]
    neighbors: Option<PathBuf>,
    /// The nearest N units.
    #[arg(long, value_name = "N")]
    k_nearest: Option<usize>,
    /// All units within a distance, metres.
    #[arg(long, value_name = "M")]
    distance_m: Option<f64>,
    /// Count points in H3 cells of a resolution, 0 to 15; cells side by side are neighbours.
    #[arg(long, value_name = "RES", value_parser = clap::value_parser!(u8).range(0..=15))]
    h3: Option<u8>,
}

/// Options of Gi* and local Moran.
#[derive(Args, Serialize)]
pub(super) struct Testing {
    /// Weight of a neighbour: 1, or 1 / number of neighbours.
    #[arg(long, value_enum, default_value_t = Weights::Binary)]
    weights: Weights,
    /// Permutations for the simulated p; 0 for none.
    #[arg(long, value_name = "N", default_value_t = 999)]
    pub(super) permutations: u32,
    /// How the many tests are reckoned with: Benjamini-Hochberg, Benjamini-Yekutieli, not at all.
    #[arg(long, value_enum, default_value_t = Fdr::Bh)]
    fdr: Fdr,
    /// Level of significance.
    #[arg(long, default_value_t = 0.05)]
    alpha: f64,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Weights {
    Binary,
    Row,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Fdr {
    Bh,
    By,
    None,
}

impl Fdr {
    pub(super) fn method(self) -> FalseDiscovery {
        match self {
            Self::Bh => FalseDiscovery::BenjaminiHochberg,
            Self::By => FalseDiscovery::BenjaminiYekutieli,
            Self::None => FalseDiscovery::None,
        }
    }
}

/// Which p decides what is significant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Significance {
    /// Of the standard score.
    Normal,
    /// Of the permutations.
    Simulated,
}

/// The units of a file in its order, with values slice after slice.
pub(super) struct Units {
    pub(super) names: Vec<String>,
    pub(super) shapes: Shapes,
    pub(super) values: Vec<f64>,
    pub(super) neighbours: Neighbours,
    /// First times of the slices; one without times.
    pub(super) slices: Vec<i64>,
    pub(super) clock: Clock,
    /// Values of units and slices that the file does not have: taken for 0.
    pub(super) missing: u64,
}

/// What the units look like on a map.
pub(super) enum Shapes {
    Unknown,
    Points(Frame, Vec<[f64; 2]>),
    Cells(Hexagons),
}

impl Shapes {
    /// The GeoJSON geometry of a unit.
    pub(super) fn geometry(&self, unit: usize) -> Value {
        match self {
            Self::Unknown => Value::Null,
            Self::Points(frame, points) => frame.dot(points[unit]),
            Self::Cells(hexagons) => hexagons.polygon(unit),
        }
    }
}

/// Units as they are read.
struct Reading {
    frame: Option<(Frame, PointColumns)>,
    hexagons: Option<Hexagons>,
    id: Option<Column>,
    key: Option<Column>,
    value: Option<Column>,
    time: Option<TimeColumn>,
    names: Vec<String>,
    points: Vec<[f64; 2]>,
    by_name: HashMap<String, usize>,
    /// For pairs of neighbours.
    by_key: HashMap<String, usize>,
    rows: Vec<(usize, i64, f64)>,
}

impl Units {
    /// Units with one value each.
    pub(super) fn read(common: &Common, neighbourhood: &Neighbourhood) -> Result<Self, Failure> {
        let (reading, _) = Reading::new(common, neighbourhood, false)?;
        reading.units(common, neighbourhood, Step::EACH)
    }

    /// Units with a value in each slice of `slice_days` days, or of one step of column t.
    pub(super) fn read_slices(
        common: &Common,
        neighbourhood: &Neighbourhood,
        slice_days: u32,
    ) -> Result<Self, Failure> {
        let (reading, clock) = Reading::new(common, neighbourhood, true)?;
        let step = match clock {
            Clock::Steps => Step::EACH,
            Clock::Dates => Step::Length {
                length: i64::from(slice_days),
                end: reading.rows.iter().map(|row| row.1).max().unwrap_or(0),
            },
        };
        reading.units(common, neighbourhood, step)
    }
}

impl Reading {
    fn new(
        common: &Common,
        neighbourhood: &Neighbourhood,
        with_time: bool,
    ) -> Result<(Self, Clock), Failure> {
        let mut table = Table::open(&common.input)?;
        let mut frame = Frame::if_any(&table, common.crs.as_deref())?;
        let hexagons = neighbourhood.h3.map(Hexagons::new).transpose()?;
        if hexagons.is_none() && neighbourhood.neighbors.is_none() || hexagons.is_some() {
            frame = Some(Frame::of(&table, common.crs.as_deref())?);
        }
        if let (Some(_), Some((Frame::Plane, _))) = (&hexagons, &frame) {
            return Err(Failure::usage(
                "--h3 needs degrees: say with --crs EPSG:n what system x,y are in, or give columns lon,lat",
            ));
        }
        let id = if hexagons.is_some() {
            None
        } else {
            table.column(&["id", "location", "idx"])
        };
        let mut key = None;
        if neighbourhood.neighbors.is_some() {
            key = table.column(&["idx", "id", "location"]);
            if key.is_none() {
                let problem = "column \"id\" or \"idx\" (the pairs of --neighbors name units by it)";
                return Err(table.missing(problem));
            }
        }
        if with_time && id.is_none() && hexagons.is_none() {
            return Err(table.missing("column \"id\""));
        }
        let value = if hexagons.is_some() {
            table.column(&["value", "count"])
        } else {
            Some(table.needed(&["value", "count"])?)
        };
        let time = if with_time {
            TimeColumn::of(&table, Time::Needed)?
        } else {
            None
        };
        let clock = time.as_ref().map_or(Clock::Steps, TimeColumn::clock);
        let mut reading = Self {
            frame,
            hexagons,
            id,
            key,
            value,
            time,
            names: Vec::new(),
            points: Vec::new(),
            by_name: HashMap::new(),
            by_key: HashMap::new(),
            rows: Vec::new(),
        };
        while let Some(row) = table.next()? {
            reading.add(&row)?;
        }
        if reading.rows.is_empty() {
            return Err(table.without_rows());
        }
        Ok((reading, clock))
    }

    fn add(&mut self, row: &Row<'_>) -> Result<(), Failure> {
        let point = match &self.frame {
            Some((frame, columns)) => frame.point(row, columns)?,
            None => [0.0; 2],
        };
        let value = match &self.value {
            None => 1.0,
            Some(column) => row.number(column)?,
        };
        let time = self.time.as_ref().map_or(Ok(0), |time| time.read(row))?;
        let unit = if let (Some(hexagons), Some((frame, _))) = (&mut self.hexagons, &self.frame) {
            hexagons.unit(frame.lon_lat(point).unwrap_or_default())
        } else {
            let name = match &self.id {
                Some(id) => row.name(id)?,
                None => self.names.len().to_string(),
            };
            let next = self.names.len();
            let unit = *self.by_name.entry(name.clone()).or_insert(next);
            if unit == next {
                self.names.push(name);
                self.points.push(point);
                if let Some(key) = &self.key {
                    self.by_key.insert(row.name(key)?, unit);
                }
            } else if let (None, Some(id)) = (&self.time, &self.id) {
                return Err(row.bad(
                    id,
                    &format!("unit \"{name}\" stands here again; give each unit one row"),
                ));
            } else if let (true, Some(id)) = (!is_same(self.points[unit], point), &self.id) {
                return Err(row.bad(id, &format!("unit \"{name}\" lies elsewhere here than before")));
            }
            unit
        };
        self.rows.push((unit, time, value));
        Ok(())
    }

    fn units(mut self, common: &Common, neighbourhood: &Neighbourhood, step: Step) -> Result<Units, Failure> {
        let neighbours = self.neighbours(common, neighbourhood)?;
        // Only the pairs of neighbours asked for names.
        drop((self.by_name, self.by_key));
        let (names, shapes) = match (self.hexagons, self.frame) {
            (Some(hexagons), _) => (hexagons.names(), Shapes::Cells(hexagons)),
            (None, Some((frame @ (Frame::LonLat | Frame::Projected(_)), _))) => {
                (self.names, Shapes::Points(frame, self.points))
            }
            _ => (self.names, Shapes::Unknown),
        };
        for row in &mut self.rows {
            row.1 = step.of(row.1);
        }
        let first = self.rows.iter().map(|row| row.1).min().unwrap_or(0);
        let last = self.rows.iter().map(|row| row.1).max().unwrap_or(0);
        let slices = last.abs_diff(first).saturating_add(1);
        let wanted = slices.saturating_mul(names.len() as u64);
        if wanted > MOST_VALUES {
            return Err(Failure::failed(format!(
                "{}: {} units in {slices} slices are more than the {MOST_VALUES} values held; look for a wrong time, or take longer slices",
                common.input.display(),
                names.len()
            )));
        }
        let mut values = vec![0.0; wanted as usize];
        let mut is_known = vec![false; wanted as usize];
        for &(unit, slice, value) in &self.rows {
            let place = slice.abs_diff(first) as usize * names.len() + unit;
            values[place] += value;
            is_known[place] = true;
        }
        Ok(Units {
            shapes,
            values,
            neighbours,
            slices: (first..=last).map(|slice| step.span(slice).0).collect(),
            clock: self.time.as_ref().map_or(Clock::Steps, TimeColumn::clock),
            missing: is_known.iter().filter(|known| !**known).count() as u64,
            names,
        })
    }

    fn neighbours(&mut self, common: &Common, neighbourhood: &Neighbourhood) -> Result<Neighbours, Failure> {
        if let Some(hexagons) = &mut self.hexagons {
            return hexagons.neighbours();
        }
        if let Some(path) = &neighbourhood.neighbors {
            return pairs(path, &self.by_key, self.names.len(), &common.input);
        }
        let Some((frame, _)) = &self.frame else {
            return Err(Failure::usage("--k-nearest and --distance-m need points"));
        };
        let locations = frame.locations(self.points.clone()).map_err(Failure::failed)?;
        match (neighbourhood.k_nearest, neighbourhood.distance_m) {
            (Some(number), _) => Neighbours::nearest(&locations, number).map_err(Failure::usage),
            (None, Some(distance_m)) => Neighbours::within(&locations, distance_m).map_err(Failure::usage),
            (None, None) => Err(Failure::usage(
                "say with --neighbors, --k-nearest, --distance-m or --h3 which units are neighbours",
            )),
        }
    }
}

fn pairs(
    path: &Path,
    units: &HashMap<String, usize>,
    number: usize,
    input: &Path,
) -> Result<Neighbours, Failure> {
    let mut table = Table::open(path)?;
    let (i, j) = (table.needed(&["i"])?, table.needed(&["j"])?);
    let mut pairs = Vec::new();
    while let Some(row) = table.next()? {
        let unit = |column: &Column| {
            let key = row.name(column)?;
            units.get(&key).copied().ok_or_else(|| {
                row.bad(
                    column,
                    &format!("there is no unit \"{key}\" in {}", input.display()),
                )
            })
        };
        pairs.push((unit(&i)?, unit(&j)?));
    }
    Neighbours::from_pairs(number, &pairs).map_err(Failure::failed)
}

impl Testing {
    pub(super) fn weights(&self) -> lisa::Weights {
        match self.weights {
            Weights::Binary => lisa::Weights::Binary,
            Weights::Row => lisa::Weights::Row,
        }
    }

    pub(super) fn check(&self) -> Result<(), Failure> {
        if self.alpha > 0.0 && self.alpha < 1.0 {
            return Ok(());
        }
        Err(Failure::usage(format!(
            "--alpha must lie between 0 and 1, not {}",
            self.alpha
        )))
    }

    /// Whether each p is significant; units without one are not counted among the tests.
    pub(super) fn significant(&self, p: &[Option<f64>]) -> (Vec<bool>, Option<f64>) {
        let known: Vec<f64> = p.iter().copied().flatten().collect();
        let cutoff = false_discovery::cutoff(&known, self.alpha, self.fdr.method());
        let is_small = |p: &Option<f64>| p.zip(cutoff).is_some_and(|(p, cutoff)| p <= cutoff);
        (p.iter().map(is_small).collect(), cutoff)
    }
}

impl Units {
    /// A complaint of the library, with the unit it is about.
    pub(super) fn failure(&self, error: lisa::LisaError) -> Failure {
        match error {
            lisa::LisaError::Value(index) => Failure::failed(format!(
                "unit \"{}\": the value is not below 1e150",
                self.names.get(index).map_or("?", String::as_str)
            )),
            lisa::LisaError::TooLarge { .. } => {
                Failure::usage(format!("{error}; take fewer --permutations or neighbours"))
            }
            other => Failure::failed(other),
        }
    }
}
