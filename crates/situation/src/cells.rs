//! Counts by H3 cell.

use std::collections::BTreeMap;

use h3o::CellIndex;

use crate::event::{COUNTED, Event};
use crate::index::CellTable;
use crate::mercator::Position;
use lagebild_domain::LatLng;

/// Resolution of cells: 6 (about 36 km²) to 10 (about 0.015 km²).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resolution(h3o::Resolution);

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
    /// Reports in it.
    pub count: u64,
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
    let Some(place) = COUNTED.into_iter().position(|counted| counted == resolution.0) else {
        return Vec::new();
    };
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
        .map(|(index, count)| Cell { index, count })
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
