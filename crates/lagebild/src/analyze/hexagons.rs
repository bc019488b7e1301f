//! H3 cells as units.

use std::collections::HashMap;

use h3o::{CellIndex, LatLng, Resolution};
use lagebild_hotspot::Neighbours;
use serde_json::{Value, json};

use crate::failure::Failure;

/// Cells in the order in which points fall into them, then the empty ones beside them.
pub(super) struct Hexagons {
    resolution: Resolution,
    cells: Vec<CellIndex>,
    by_cell: HashMap<CellIndex, usize>,
}

impl Hexagons {
    pub(super) fn new(resolution: u8) -> Result<Self, Failure> {
        let resolution =
            Resolution::try_from(resolution).map_err(|error| Failure::usage(format!("--h3: {error}")))?;
        Ok(Self {
            resolution,
            cells: Vec::new(),
            by_cell: HashMap::new(),
        })
    }

    /// The cell of a point.
    pub(super) fn unit(&mut self, [lon, lat]: [f64; 2]) -> usize {
        // The frame lets only finite degrees through.
        let point = LatLng::new(lat, lon).unwrap_or_default();
        self.add(point.to_cell(self.resolution))
    }

    fn add(&mut self, cell: CellIndex) -> usize {
        let next = self.cells.len();
        let unit = *self.by_cell.entry(cell).or_insert(next);
        if unit == next {
            self.cells.push(cell);
        }
        unit
    }

    /// Adds the empty cells beside those with a row, so that a lonely cell is seen as lonely, and tells which touch.
    pub(super) fn neighbours(&mut self) -> Result<Neighbours, Failure> {
        let mut beside: Vec<CellIndex> = (self.cells.iter())
            .flat_map(|cell| cell.grid_disk::<Vec<_>>(1))
            .filter(|cell| !self.by_cell.contains_key(cell))
            .collect();
        beside.sort_unstable();
        beside.dedup();
        for cell in beside {
            self.add(cell);
        }
        let mut pairs = Vec::new();
        for (unit, cell) in self.cells.iter().enumerate() {
            let near = cell.grid_disk::<Vec<_>>(1);
            pairs.extend(
                near.iter()
                    .filter_map(|near| Some((unit, *self.by_cell.get(near)?))),
            );
        }
        Neighbours::from_pairs(self.cells.len(), &pairs).map_err(Failure::failed)
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.cells.iter().map(CellIndex::to_string).collect()
    }

    /// The GeoJSON geometry of a cell.
    pub(super) fn polygon(&self, unit: usize) -> Value {
        let boundary = self.cells[unit].boundary();
        let mut ring: Vec<[f64; 2]> = boundary
            .iter()
            .map(|corner| [corner.lng(), corner.lat()])
            .collect();
        ring.extend(ring.first().copied());
        json!({"type": "Polygon", "coordinates": [ring]})
    }
}
