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

/// Points that a tile shows at most: a point takes 30 to 40 bytes, and more of them cover one another on a screen and take
/// longer to pack than to find.
const MOST_POINTS: usize = 6_000;
/// Layer that says of a thinned tile how many of its points it shows.
const THINNED: &str = "thinned";

/// An order of the events in which any first part is spread over the map and over time as the whole is, and in which each
/// keeps its place whatever comes in: the finaliser of `SplitMix64` (Steele, Lea and Flood 2014,
/// doi:10.1145/2660193.2660195).
fn scattered(id: u64) -> u64 {
    let mixed = (id ^ id >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

/// A point in the middle of a thinned tile with `shown` and `of`.
fn thinned(shown: usize, of: usize) -> MvtResult<Vec<u8>> {
    let layer = MvtLayerBuilder::new(THINNED)?;
    let mut feature = layer.feature_of(MvtGeomType::Point);
    feature.points([coord((2048, 2048))])?;
    feature.tag_ref("shown", MvtValueRef::UInt(shown as u64))?;
    feature.tag_ref("of", MvtValueRef::UInt(of as u64))?;
    Ok(feature.end().encode())
}

/// Points of the events, by number. Where there are more than [`MOST_POINTS`], a sample of them, and a second layer
/// `thinned` that says so.
pub(crate) fn reports<'a>(
    tile: TileCoord,
    events: impl Iterator<Item = &'a Event>,
    vocabulary: &Vocabulary,
) -> MvtResult<Option<Vec<u8>>> {
    let mut events: Vec<&Event> = events.collect();
    if events.is_empty() {
        return Ok(None);
    }
    let of = events.len();
    if of > MOST_POINTS {
        events.select_nth_unstable_by_key(MOST_POINTS, |event| scattered(event.id));
        events.truncate(MOST_POINTS);
    }
    events.sort_unstable_by_key(|event| event.id);
    let shown = events.len();
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
    let mut bytes = layer.encode();
    if shown < of {
        // Layers that follow one another are one tile.
        bytes.extend(thinned(shown, of)?);
    }
    Ok(Some(bytes))
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

#[cfg(test)]
mod tests {
    use fast_mvt::MvtReaderRef;
    use lagebild_domain::{Areas, Taxonomy};

    use super::*;
    use crate::event::testing::event;

    fn vocabulary() -> Vocabulary {
        let taxonomy = Taxonomy::parse(include_str!("../../../data/taxonomy.toml")).unwrap();
        Vocabulary::new(taxonomy, Vec::new(), Areas::new(Vec::new()), None)
    }

    /// Events 1 to `count` of tile 13/4273/2717, on a square grid of 120 by 120: row by row from the north-west corner.
    fn crowd(count: u64) -> Vec<Event> {
        (0..count)
            .map(|number| {
                let place = |tile: u32, step: u64| (tile << 19) + (step as u32) * ((1 << 19) / 120);
                let position = Position {
                    x: place(4273, number % 120),
                    y: place(2717, number / 120),
                };
                event(number + 1, position.morton())
            })
            .collect()
    }

    fn drawn(events: &[Event]) -> (Vec<u8>, Vec<u64>, Option<(u64, u64)>) {
        let tile = TileCoord::new(13, 4273, 2717).unwrap();
        let bytes = reports(tile, events.iter(), &vocabulary()).unwrap().unwrap();
        let reader = MvtReaderRef::new(&bytes).unwrap();
        let mut ids = Vec::new();
        let mut said = None;
        for layer in reader.layers() {
            for feature in layer.features() {
                if layer.name() == "thinned" {
                    let MvtValueRef::UInt(shown) = feature.properties_vec().unwrap()[0].1 else {
                        panic!("shown is a number")
                    };
                    let MvtValueRef::UInt(of) = feature.properties_vec().unwrap()[1].1 else {
                        panic!("of is a number")
                    };
                    said = Some((shown, of));
                } else {
                    ids.extend(feature.id());
                }
            }
        }
        (bytes, ids, said)
    }

    #[test]
    fn a_crowd_of_points_is_thinned_evenly_and_says_so() {
        let (_, all, said) = drawn(&crowd(6_000));
        assert_eq!((all.len(), said), (6_000, None));
        let (bytes, shown, said) = drawn(&crowd(14_400));
        assert!(bytes.len() < 500_000, "{} bytes", bytes.len());
        assert_eq!((shown.len(), said), (6_000, Some((6_000, 14_400))));
        // The north half has half of them: 3 000 with a standard deviation of √(6 000 · ¼ · (1 − 6 000/14 400)) = 30.
        let in_the_north = shown.iter().filter(|id| **id <= 7_200).count();
        assert!((2_900..=3_100).contains(&in_the_north), "{in_the_north}");
    }

    /// What is drawn does not flicker as reports come in: one more takes the place of one at most.
    #[test]
    fn one_more_report_changes_at_most_one_point() {
        let (_, before, _) = drawn(&crowd(14_399));
        let (_, after, _) = drawn(&crowd(14_400));
        let gone = before.iter().filter(|id| !after.contains(id)).count();
        assert!(gone <= 1, "{gone}");
    }
}
