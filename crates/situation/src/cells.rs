//! Counts by H3 cell.

use std::collections::BTreeMap;

use h3o::CellIndex;

use crate::event::{COUNTED, Event};
use crate::index::CellTable;
use crate::mercator::Position;
use lagebild_domain::{BoundingBox, LatLng};

/// Resolution of cells: 6 (about 36 km²) to 10 (about 0.015 km²).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resolution(h3o::Resolution);

impl Default for Resolution {
    /// Resolution 9, about 0.1 km².
    fn default() -> Self {
        Self(h3o::Resolution::Nine)
    }
}

impl std::fmt::Display for Resolution {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0 as u8)
    }
}

impl Resolution {
    /// The resolution with this number.
    ///
    /// `None` outside 6 to 10.
    pub fn new(number: u8) -> Option<Self> {
        COUNTED
            .into_iter()
            .find(|counted| *counted as u8 == number)
            .map(Self)
    }

    /// Cells whose grid covers the box: those that its points lie in, with the points that were tried.
    ///
    /// Points are tried half an edge apart, so that a cell is missed only where less than a corner of it reaches in.
    pub(crate) fn grid(self, bounds: BoundingBox) -> impl Iterator<Item = (CellIndex, LatLng)> {
        const METRES_PER_DEGREE: f64 = 111_195.0;
        let step = self.0.edge_length_m() / 2.0 / METRES_PER_DEGREE;
        let middle = f64::midpoint(bounds.south(), bounds.north()).to_radians();
        let (step_lat, step_lng) = (step, step / middle.cos().max(0.01));
        let rows = ((bounds.north() - bounds.south()) / step_lat).ceil() as usize;
        let columns = ((bounds.east() - bounds.west()) / step_lng).ceil() as usize;
        (0..=rows)
            .flat_map(move |row| (0..=columns).map(move |column| (row, column)))
            .filter_map(move |(row, column)| {
                let lat = bounds.south() + row as f64 * step_lat;
                let lng = bounds.west() + column as f64 * step_lng;
                let point = LatLng::new(lat, lng).ok()?;
                let cell = h3o::LatLng::new(lat, lng).ok()?.to_cell(self.0);
                Some((cell, point))
            })
    }

    /// The resolution that a zoom is drawn at.
    pub fn of_zoom(zoom: u8) -> Self {
        Self(match zoom {
            0..=8 => h3o::Resolution::Six,
            9..=10 => h3o::Resolution::Seven,
            11..=12 => h3o::Resolution::Eight,
            13..=14 => h3o::Resolution::Nine,
            _ => h3o::Resolution::Ten,
        })
    }

    /// Its place in [`COUNTED`].
    pub(crate) fn place(self) -> usize {
        (self.0 as usize) - (COUNTED[0] as usize)
    }

    /// More than the distance between any two points of a cell, in degrees of latitude.
    pub(crate) fn reach_degrees(self) -> f64 {
        const METRES_PER_DEGREE: f64 = 111_195.0;
        // Two corners lie two edges apart at most, on average; edges vary over the earth by less than a quarter.
        2.5 * self.0.edge_length_m() / METRES_PER_DEGREE
    }
}

/// A cell and its count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The H3 index.
    pub index: u64,
    /// Reports in it; `None` where that is kept back.
    pub count: Option<u64>,
}

impl Cell {
    /// The index as H3 writes it, such as `891f1d48863ffff`.
    pub fn h3(&self) -> String {
        format!("{:x}", self.index)
    }
}

/// Counts of the events by cell, in the order of the index.
pub(crate) fn count<'a>(
    events: impl Iterator<Item = &'a Event>,
    table: &CellTable,
    resolution: Resolution,
) -> Vec<Cell> {
    let place = resolution.place();
    let mut by_row = vec![0_u64; table.rows().len()];
    for event in events {
        if let Some(count) = by_row.get_mut(event.cells as usize) {
            *count += 1;
        }
    }
    let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
    for (row, count) in table.rows().iter().zip(by_row).filter(|(_, count)| *count > 0) {
        *counts.entry(row[place].into()).or_default() += count;
    }
    counts
        .into_iter()
        .map(|(index, count)| Cell {
            index,
            count: Some(count),
        })
        .collect()
}

/// Corners of a cell in Web Mercator.
pub(crate) fn corners(cell: &Cell) -> Vec<Position> {
    let Ok(index) = CellIndex::try_from(cell.index) else {
        return Vec::new();
    };
    index
        .boundary()
        .iter()
        .filter_map(|corner| LatLng::new(corner.lat(), corner.lng()).ok())
        .map(Position::of)
        .collect()
}
