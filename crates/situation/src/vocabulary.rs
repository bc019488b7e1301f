//! Small numbers for the words that events carry.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use geo::CoordsIter;
use lagebild_domain::{AreaId, Areas, BoundingBox, Source, SourceId, Taxonomy};

use crate::cells::Resolution;
use crate::event::RESOLUTIONS;
use crate::published::GridCell;

/// What the picture knows of its city: taxonomy, sources, areas. Fixed while the program runs.
#[derive(Debug)]
pub struct Vocabulary {
    pub(crate) taxonomy: Taxonomy,
    pub(crate) sources: Vec<Source>,
    pub(crate) areas: Areas,
    bounds: Option<BoundingBox>,
    source_numbers: HashMap<SourceId, u16>,
    /// Cells that cover the districts, by resolution; made when first asked for.
    grids: [OnceLock<Vec<GridCell>>; RESOLUTIONS],
}

impl Vocabulary {
    /// Puts the words together; `bounds` is the box around the city.
    pub fn new(taxonomy: Taxonomy, sources: Vec<Source>, areas: Areas, bounds: Option<BoundingBox>) -> Self {
        let source_numbers = (0..)
            .zip(&sources)
            .map(|(number, source)| (source.id.clone(), number))
            .collect();
        Self {
            taxonomy,
            sources,
            areas,
            bounds,
            source_numbers,
            grids: Default::default(),
        }
    }

    /// The taxonomy.
    pub fn taxonomy(&self) -> &Taxonomy {
        &self.taxonomy
    }

    /// The sources.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The areas.
    pub fn areas(&self) -> &Areas {
        &self.areas
    }

    /// The box around the city.
    pub fn bounds(&self) -> Option<BoundingBox> {
        self.bounds
    }

    /// Digest of what the numbers in events stand for: the words in their order, and the outlines of the areas.
    pub(crate) fn fingerprint(&self) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new();
        let mut word = |list: &str, text: &str| {
            hasher.update(list.as_bytes());
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        for category in self.taxonomy.categories() {
            word("category", category.id.as_str());
        }
        for source in &self.sources {
            word("source", source.id.as_str());
        }
        for area in self.areas.all() {
            word(area.kind.as_str(), area.id.as_str());
            for corner in area.outline.coords_iter() {
                word("x", &corner.x.to_string());
                word("y", &corner.y.to_string());
            }
        }
        hasher.finalize()
    }

    /// The cells that cover the districts. What lies in them has no part in it.
    pub(crate) fn grid(&self, resolution: Resolution) -> &[GridCell] {
        self.grids[resolution.place()].get_or_init(|| {
            let mut cells: BTreeMap<u64, BTreeSet<AreaId>> = BTreeMap::new();
            for (cell, point) in self.bounds.into_iter().flat_map(|bounds| resolution.grid(bounds)) {
                if let Some(district) = self.areas.district_index(point) {
                    let district = self.areas.all()[district].id.clone();
                    cells.entry(cell.into()).or_default().insert(district);
                }
            }
            cells
                .into_iter()
                .map(|(index, districts)| GridCell { index, districts })
                .collect()
        })
    }

    pub(crate) fn source_number(&self, id: &SourceId) -> Option<u16> {
        self.source_numbers.get(id).copied()
    }
}
