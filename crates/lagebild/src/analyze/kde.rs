//! `lagebild analyze kde`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use lagebild_hotspot::kde::{Density, InvalidKde, KdeParams, Kernel, kernel_density};
use serde::Serialize;
use serde_json::json;

use crate::failure::Failure;

use super::answer::{Body, Features, Run, feature};
use super::boundary;
use super::events::{Events, Time, Wanted};
use super::frame::{Flat, Frame};
use super::geotiff;
use super::options::Common;

/// Kernel density: how many points per square kilometre, smoothed?
///
/// Columns: x,y or lon,lat; optional count. The answer is a grid; row 0 is the southernmost. GeoJSON draws the cells above
/// 0.
///
/// Example: lagebild analyze kde --input faelle.csv --crs EPSG:25832 --bandwidth-m 300 --cell-m 50 --geotiff dichte.tif
#[derive(Args, Serialize)]
pub(crate) struct Kde {
    #[command(flatten)]
    #[serde(flatten)]
    common: Common,
    /// Bandwidth: radius of the quartic kernel, standard deviation of the Gaussian one; metres.
    #[arg(long, value_name = "M", default_value_t = 400.0)]
    bandwidth_m: f64,
    /// Side of a cell, metres; keep it below a third of the bandwidth.
    #[arg(long, value_name = "M", default_value_t = 50.0)]
    cell_m: f64,
    /// Shape of the kernel.
    #[arg(long, value_enum, default_value_t = Shape::Quartic)]
    kernel: Shape,
    /// Area of the study, for the edge correction: GeoJSON polygons in the coordinates of the points, or in degrees.
    #[arg(long, value_name = "FILE")]
    boundary: Option<PathBuf>,
    /// Extent of the grid in the coordinates of the points; without it, the points and a bandwidth about them.
    #[arg(
        long,
        value_name = "MIN,MIN,MAX,MAX",
        value_delimiter = ',',
        num_args = 1,
        allow_hyphen_values = true
    )]
    extent: Option<Vec<f64>>,
    /// Also write the grid as a TIFF that knows where it lies.
    #[arg(long, value_name = "FILE.tif")]
    geotiff: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Shape {
    Quartic,
    Gaussian,
}

#[derive(Serialize)]
struct Answer {
    unit: &'static str,
    grid: Grid,
    max: f64,
    #[serde(skip)]
    frame: Frame,
}

/// Cells row after row, from the south-west.
#[derive(Serialize)]
struct Grid {
    /// South-western corner, in the coordinates of the points.
    origin: [f64; 2],
    /// Side of a cell in the coordinates of the points.
    cell: [f64; 2],
    cell_m: f64,
    columns: usize,
    rows: usize,
    values: Vec<f64>,
}

/// The plane that the density is computed in.
enum Plane {
    /// The points' own.
    Own,
    /// Degrees, flattened.
    Flat(Flat),
}

impl Kde {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let run = Run::start("kde", &self.common.output);
        let wanted = Wanted {
            crs: self.common.crs.as_deref(),
            time: Time::Optional,
            covariates: &[],
        };
        let events = Events::read(&self.common.input, &wanted)?;
        events.frame.check(self.common.output.format)?;
        let single = events.single()?;
        let points: Vec<[f64; 2]> = (single.iter())
            .map(|&row| events.places.points[events.rows[row].place])
            .collect();
        let plane = match events.frame {
            Frame::LonLat => Plane::Flat(Flat::about(&points)),
            _ => Plane::Own,
        };
        let points: Vec<[f64; 2]> = points.into_iter().map(|point| plane.metres(point)).collect();
        let rings = match &self.boundary {
            None => None,
            Some(path) => Some(plane.rings(boundary::read(path, &events.frame)?)),
        };
        let extent = self.extent(&plane, &points, rings.as_deref())?;
        let kernel = match self.kernel {
            Shape::Quartic => Kernel::Quartic,
            Shape::Gaussian => Kernel::Gaussian,
        };
        let mut params =
            KdeParams::new(kernel, self.bandwidth_m, self.cell_m, extent).map_err(|error| match error {
                InvalidKde::TooManyCells { .. } => Failure::usage(format!("{error}; take a larger --cell-m")),
                other => Failure::usage(other),
            })?;
        if let Some(rings) = rings {
            params = params.with_boundary(rings).map_err(Failure::failed)?;
        }
        let density = kernel_density(&points, &params);
        let max = density.values.iter().copied().fold(0.0, f64::max);
        let grid = plane.grid(density);
        if let Some(path) = &self.geotiff {
            write_geotiff(path, &grid, &events.frame)?;
        }
        let answer = Answer {
            unit: "points per square kilometre",
            max,
            grid,
            frame: events.frame,
        };
        run.print(points.len() as u64, self, answer)
    }

    fn extent(
        &self,
        plane: &Plane,
        points: &[[f64; 2]],
        rings: Option<&[Vec<[f64; 2]>]>,
    ) -> Result<[f64; 4], Failure> {
        if let Some(extent) = &self.extent {
            let [west, south, east, north] = extent[..] else {
                return Err(Failure::usage(
                    "--extent takes four numbers: west, south, east, north",
                ));
            };
            let ([west, south], [east, north]) = (plane.metres([west, south]), plane.metres([east, north]));
            return Ok([west, south, east, north]);
        }
        // The area, or what the points reach.
        let corners: Vec<[f64; 2]> = rings.map_or_else(|| points.to_vec(), <[_]>::concat);
        let margin = if rings.is_some() { 0.0 } else { self.bandwidth_m };
        let bound = |pick: fn(f64, f64) -> f64, axis: usize, start: f64| {
            corners.iter().map(|corner| corner[axis]).fold(start, pick)
        };
        Ok([
            bound(f64::min, 0, f64::INFINITY) - margin,
            bound(f64::min, 1, f64::INFINITY) - margin,
            bound(f64::max, 0, f64::NEG_INFINITY) + margin,
            bound(f64::max, 1, f64::NEG_INFINITY) + margin,
        ])
    }
}

impl Plane {
    fn metres(&self, point: [f64; 2]) -> [f64; 2] {
        match self {
            Self::Own => point,
            Self::Flat(flat) => flat.metres(point),
        }
    }

    fn rings(&self, rings: Vec<Vec<[f64; 2]>>) -> Vec<Vec<[f64; 2]>> {
        let moved = |ring: Vec<[f64; 2]>| ring.into_iter().map(|point| self.metres(point)).collect();
        rings.into_iter().map(moved).collect()
    }

    fn grid(&self, density: Density) -> Grid {
        let own = |point: [f64; 2]| match self {
            Self::Own => point,
            Self::Flat(flat) => flat.degrees(point),
        };
        let origin = own(density.origin);
        let next = own(density.origin.map(|coordinate| coordinate + density.cell_m));
        Grid {
            origin,
            cell: match self {
                Self::Own => [density.cell_m; 2],
                Self::Flat(_) => [next[0] - origin[0], next[1] - origin[1]],
            },
            cell_m: density.cell_m,
            columns: density.columns,
            rows: density.rows,
            values: density.values,
        }
    }
}

fn write_geotiff(path: &Path, grid: &Grid, frame: &Frame) -> Result<(), Failure> {
    let bytes = geotiff::bytes(&geotiff::Raster {
        origin: grid.origin,
        cell: grid.cell,
        columns: grid.columns,
        rows: grid.rows,
        values: &grid.values,
        epsg: frame.epsg(),
        are_degrees: matches!(frame, Frame::LonLat),
    })
    .ok_or_else(|| Failure::usage("the grid is too large for a TIFF of 4 GB; take a larger --cell-m"))?;
    std::fs::write(path, bytes)
        .map_err(|error| Failure::failed(format!("{}: cannot be written ({error})", path.display())))
}

impl Body for Answer {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let grid = &self.grid;
        let peak = grid
            .values
            .iter()
            .position(|&value| value >= self.max)
            .unwrap_or(0);
        let center = |axis: usize, index: usize| grid.origin[axis] + (index as f64 + 0.5) * grid.cell[axis];
        writeln!(
            out,
            "{} columns, {} rows of {} m",
            grid.columns, grid.rows, grid.cell_m
        )?;
        writeln!(out, "origin  {} {}", grid.origin[0], grid.origin[1])?;
        writeln!(
            out,
            "highest {:.2} per km² at {} {}",
            self.max,
            center(0, peak % grid.columns),
            center(1, peak / grid.columns)
        )?;
        writeln!(
            out,
            "The grid itself: --format json or geojson, or --geotiff FILE."
        )
    }

    /// The cells above 0.
    fn features(&self) -> Option<Features<'_>> {
        let grid = &self.grid;
        let corner = |column: usize, row: usize| {
            [
                grid.origin[0] + column as f64 * grid.cell[0],
                grid.origin[1] + row as f64 * grid.cell[1],
            ]
        };
        let above = grid.values.iter().enumerate().filter(|(_, value)| **value > 0.0);
        Some(Box::new(above.map(move |(cell, &value)| {
            let (column, row) = (cell % grid.columns, cell / grid.columns);
            let ring = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)].map(|(x, y)| corner(column + x, row + y));
            feature(&self.frame.polygon(&ring), &json!({"density": value}))
        })))
    }
}
