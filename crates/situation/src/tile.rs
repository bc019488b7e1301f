//! Vector tiles (Mapbox Vector Tile 2.1).

use std::fmt;
use std::str::FromStr;

use fast_mvt::{MvtCoord, MvtGeomType, MvtLayerBuilder, MvtResult, MvtValueRef};
use geo::MultiPolygon;
use lagebild_domain::{Area, Hotspot, LatLng};

use crate::calendar::date_of;
use crate::cells::{Cell, corners};
use crate::clip;
use crate::event::Event;
use crate::mercator::{Position, TileCoord};
use crate::vocabulary::Vocabulary;

/// What a tile shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layer {
    /// Reports as points, from [`Layer::min_zoom`] on.
    Reports,
    /// Counts by H3 cell.
    Cells,
    /// Outlines of hotspots.
    Hotspots,
    /// Outlines of areas.
    Areas,
}

/// A name that is no layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such layer; layers are reports, cells, hotspots, areas")]
pub struct UnknownLayer;

impl Layer {
    /// All layers.
    pub const ALL: &[Self] = &[Self::Reports, Self::Cells, Self::Hotspots, Self::Areas];

    /// Its name in URLs and in the tile.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reports => "reports",
            Self::Cells => "cells",
            Self::Hotspots => "hotspots",
            Self::Areas => "areas",
        }
    }

    /// Zoom below which it is empty.
    pub fn min_zoom(self) -> u8 {
        match self {
            Self::Reports => 13,
            Self::Cells | Self::Hotspots | Self::Areas => 0,
        }
    }

    /// Names and types of its properties, for TileJSON.
    pub fn fields(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Reports => &[
                ("kind", "String"),
                ("category", "String"),
                ("theme", "String"),
                ("status", "String"),
                ("day", "String"),
            ],
            Self::Cells => &[("h3", "String"), ("count", "Number"), ("suppressed", "Boolean")],
            Self::Hotspots => &[
                ("id", "String"),
                ("kind", "String"),
                ("state", "String"),
                ("place", "String"),
                ("observed", "Number"),
                ("expected", "Number"),
            ],
            Self::Areas => &[("id", "String"), ("name", "String"), ("kind", "String")],
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Layer {
    type Err = UnknownLayer;
    fn from_str(text: &str) -> Result<Self, UnknownLayer> {
        Self::ALL
            .iter()
            .copied()
            .find(|layer| layer.name() == text)
            .ok_or(UnknownLayer)
    }
}

/// Bits of an H3 index that make a feature id: JavaScript reads ids as doubles, which hold 53 bits.
///
/// The upper bits of an index are mode and resolution, the same for all cells of a tile; what distinguishes cells of one
/// resolution up to 10 are the base cell and ten digits, 37 bits above the fifteen unused low ones.
fn cell_id(cell: &Cell) -> u64 {
    cell.index >> 15 & ((1 << 37) - 1)
}

fn coord((x, y): (i32, i32)) -> MvtCoord {
    MvtCoord { x, y }
}

/// Points of the events, by number.
pub(crate) fn reports<'a>(
    tile: TileCoord,
    events: impl Iterator<Item = &'a Event>,
    vocabulary: &Vocabulary,
) -> MvtResult<Option<Vec<u8>>> {
    let mut events: Vec<&Event> = events.collect();
    if events.is_empty() {
        return Ok(None);
    }
    events.sort_unstable_by_key(|event| event.id);
    let mut layer = MvtLayerBuilder::new(Layer::Reports.name())?;
    for event in events {
        let Some(position) = event.position() else {
            continue;
        };
        let category = &vocabulary.taxonomy.categories()[usize::from(event.category)];
        let mut feature = layer.feature_of(MvtGeomType::Point);
        feature.points([coord(tile.local(position))])?;
        feature.id(Some(event.id));
        feature.tag_ref("kind", MvtValueRef::String(event.kind.as_str()))?;
        feature.tag_ref("category", MvtValueRef::String(category.id.as_str()))?;
        feature.tag_ref("theme", MvtValueRef::String(category.theme.as_str()))?;
        feature.tag_ref("status", MvtValueRef::String(event.status.as_str()))?;
        feature.tag_ref("day", MvtValueRef::String(&date_of(event.local.day).to_string()))?;
        layer = feature.end();
    }
    Ok(Some(layer.encode()))
}

/// Cells that touch the tile, with their whole counts.
pub(crate) fn cells(tile: TileCoord, cells: &[Cell]) -> MvtResult<Option<Vec<u8>>> {
    let mut layer = MvtLayerBuilder::new(Layer::Cells.name())?;
    let mut any = false;
    for cell in cells {
        let ring: Vec<(i32, i32)> = corners(cell)
            .into_iter()
            .map(|corner| tile.local(corner))
            .collect();
        if clip::ring(&ring).len() < 3 {
            continue;
        }
        any = true;
        let mut feature = layer.feature_of(MvtGeomType::Polygon);
        // Whole, not cut: a cell's outline must not show the tile's edge.
        feature.ring(ring.into_iter().map(coord), true)?;
        feature.id(Some(cell_id(cell)));
        feature.tag_ref("h3", MvtValueRef::String(&cell.h3()))?;
        if let Some(count) = cell.count {
            feature.tag_ref("count", MvtValueRef::UInt(count))?;
        }
        feature.tag_ref("suppressed", MvtValueRef::Bool(cell.count.is_none()))?;
        layer = feature.end();
    }
    Ok(any.then(|| layer.encode()))
}

/// Outlines of the hotspots.
pub(crate) fn hotspots<'a>(
    tile: TileCoord,
    hotspots: impl Iterator<Item = &'a Hotspot>,
) -> MvtResult<Option<Vec<u8>>> {
    let mut layer = MvtLayerBuilder::new(Layer::Hotspots.name())?;
    let mut any = false;
    for hotspot in hotspots {
        let finding = &hotspot.finding;
        let ring = clipped(tile, finding.outline.iter().copied());
        if ring.len() < 3 {
            continue;
        }
        any = true;
        let mut feature = layer.feature_of(MvtGeomType::Polygon);
        feature.ring(ring.into_iter().map(coord), true)?;
        feature.id(hotspot
            .id
            .0
            .strip_prefix("hs-")
            .and_then(|number| number.parse().ok()));
        feature.tag_ref("id", MvtValueRef::String(&hotspot.id.0))?;
        feature.tag_ref("kind", MvtValueRef::String(finding.kind.as_str()))?;
        feature.tag_ref("state", MvtValueRef::String(hotspot.state.as_str()))?;
        feature.tag_ref("place", MvtValueRef::String(&finding.place))?;
        feature.tag_ref("observed", MvtValueRef::Double(finding.observed))?;
        feature.tag_ref("expected", MvtValueRef::Double(finding.expected))?;
        layer = feature.end();
    }
    Ok(any.then(|| layer.encode()))
}

/// Outlines of the areas.
pub(crate) fn areas(tile: TileCoord, areas: &[Area]) -> MvtResult<Option<Vec<u8>>> {
    let mut layer = MvtLayerBuilder::new(Layer::Areas.name())?;
    let mut any = false;
    for (number, area) in (1..).zip(areas) {
        let rings = clipped_polygons(tile, &area.outline);
        if rings.is_empty() {
            continue;
        }
        any = true;
        let mut feature = layer.feature_of(MvtGeomType::Polygon);
        for (ring, is_outer) in rings {
            feature.ring(ring.into_iter().map(coord), is_outer)?;
        }
        feature.id(Some(number));
        feature.tag_ref("id", MvtValueRef::String(area.id.as_str()))?;
        feature.tag_ref("name", MvtValueRef::String(&area.name))?;
        feature.tag_ref("kind", MvtValueRef::String(area.kind.as_str()))?;
        layer = feature.end();
    }
    Ok(any.then(|| layer.encode()))
}

fn clipped(tile: TileCoord, points: impl Iterator<Item = LatLng>) -> Vec<(i32, i32)> {
    let mut local: Vec<(i32, i32)> = points.map(|point| tile.local(Position::of(point))).collect();
    if local.len() > 1 && local.first() == local.last() {
        local.pop();
    }
    clip::ring(&local)
}

/// Rings inside the tile, each with whether it is an outer one.
fn clipped_polygons(tile: TileCoord, outline: &MultiPolygon<f64>) -> Vec<(Vec<(i32, i32)>, bool)> {
    let mut rings = Vec::new();
    for polygon in outline {
        let cut = |line: &geo::LineString<f64>| {
            clipped(tile, line.coords().filter_map(|c| LatLng::new(c.y, c.x).ok()))
        };
        let outer = cut(polygon.exterior());
        if outer.len() < 3 {
            continue;
        }
        rings.push((outer, true));
        rings.extend(
            polygon
                .interiors()
                .iter()
                .map(cut)
                .filter(|hole| hole.len() >= 3)
                .map(|hole| (hole, false)),
        );
    }
    rings
}
