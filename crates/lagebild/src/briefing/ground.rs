//! The city under the maps of a briefing.

use geo::{BoundingRect, InteriorPoint};
use lagebild_briefing::{Ground, Map, MapDistrict, MapMark};
use lagebild_domain::{AreaKind, BoundingBox, LatLng};
use lagebild_situation::Situation;
use serde_json::Value;

use super::numbers::Numbers;
use super::places::Told;
use crate::installation::Installation;

/// Room around what a map shows, as a part of its extent.
const MARGIN: f64 = 0.02;
/// Least width and height of a map of one place, in degrees of latitude: about 1.3 km.
const LEAST_DEGREES: f64 = 0.012;

/// The city's outline, districts and base map, ready to be drawn.
#[derive(Debug, Clone)]
pub(super) struct CityMap {
    bounds: Option<BoundingBox>,
    ground: Vec<Ground>,
    districts: Vec<MapDistrict>,
    attribution: String,
}

impl CityMap {
    pub(super) fn of(installation: &Installation, situation: &Situation) -> Self {
        let areas = situation.vocabulary().areas().all();
        let districts: Vec<MapDistrict> = areas
            .iter()
            .filter(|area| area.kind == AreaKind::District)
            .filter_map(|area| {
                let label = area.outline.interior_point()?;
                Some(MapDistrict {
                    name: area.name.clone(),
                    rings: area
                        .outline
                        .iter()
                        .map(|polygon| ring_of(polygon.exterior()))
                        .collect(),
                    label_at: [label.x(), label.y()],
                })
            })
            .collect();
        let basemap = installation.basemap().ok();
        let features = basemap.as_ref().and_then(|basemap| basemap.features.as_deref());
        let mut ground = features.map(ground_of).unwrap_or_default();
        if ground.is_empty() {
            let cities = areas.iter().filter(|area| area.kind == AreaKind::Municipality);
            ground = cities
                .flat_map(|area| area.outline.iter())
                .map(|polygon| Ground::Land(ring_of(polygon.exterior())))
                .collect();
        }
        // Over a map that an operator's server draws, ours shows outlines only; then there is nobody else to name.
        let attribution = match &basemap {
            Some(basemap) if basemap.features.is_some() => basemap.attribution.clone(),
            _ => format!("Umrisse: {}", installation.config.area.name),
        };
        let rects = areas.iter().filter_map(|area| area.outline.bounding_rect());
        let whole = rects.reduce(|a, b| {
            geo::Rect::new(
                (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
                (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
            )
        });
        Self {
            bounds: whole.and_then(|rect| around(rect.min().x, rect.min().y, rect.max().x, rect.max().y)),
            ground,
            districts,
            attribution,
        }
    }

    /// The whole city with its cells and places; `None` where there is no outline.
    pub(super) fn city(&self, numbers: &Numbers, told: &[&Told], width: f64) -> Option<Map> {
        // Streets of the whole city are a grey haze on paper.
        let ground = self
            .ground
            .iter()
            .filter(|ground| !matches!(ground, Ground::Street(_)));
        Some(Map {
            bounds: self.bounds?,
            ground: ground.cloned().collect(),
            districts: self.districts.clone(),
            cells: numbers.cells.clone(),
            counted: "Meldungen".to_owned(),
            marks: marks(told),
            attribution: self.attribution.clone(),
            width,
        })
    }

    /// One place with what lies around it.
    pub(super) fn place(&self, told: &Told, width: f64) -> Option<Map> {
        let outline = &told.hotspot.finding.outline;
        let of = |pick: fn(LatLng) -> f64| {
            let values = outline.iter().map(move |point| pick(*point));
            let low = values.clone().fold(f64::INFINITY, f64::min);
            (low, values.fold(f64::NEG_INFINITY, f64::max))
        };
        let ((west, east), (south, north)) = (of(LatLng::lng_degrees), of(LatLng::lat_degrees));
        let height = (north - south).max(LEAST_DEGREES) * 0.9;
        let stretch = 1.6 / f64::midpoint(south, north).to_radians().cos();
        let (x, y) = (f64::midpoint(west, east), f64::midpoint(south, north));
        Some(Map {
            bounds: around(x - height * stretch, y - height, x + height * stretch, y + height)?,
            ground: self.ground.clone(),
            districts: Vec::new(),
            cells: Vec::new(),
            counted: told.name(),
            marks: marks(&[told]),
            attribution: self.attribution.clone(),
            width,
        })
    }
}

fn around(west: f64, south: f64, east: f64, north: f64) -> Option<BoundingBox> {
    let (x, y) = ((east - west) * MARGIN, (north - south) * MARGIN);
    BoundingBox::try_from([west - x, south - y, east + x, north + y]).ok()
}

fn marks(told: &[&Told]) -> Vec<MapMark> {
    told.iter()
        .map(|told| MapMark {
            number: told.number,
            name: told.name(),
            kind: told.hotspot.finding.kind,
            ring: told
                .hotspot
                .finding
                .outline
                .iter()
                .map(|point| [point.lng_degrees(), point.lat_degrees()])
                .collect(),
        })
        .collect()
}

fn ring_of(line: &geo::LineString<f64>) -> Vec<[f64; 2]> {
    line.coords().map(|point| [point.x, point.y]).collect()
}

/// The base map's features that maps on paper draw, by their `class`.
fn ground_of(text: &str) -> Vec<Ground> {
    let Ok(collection) = serde_json::from_str::<Value>(text) else {
        return Vec::new();
    };
    let features = collection["features"].as_array().map_or(&[][..], Vec::as_slice);
    let mut ground = Vec::new();
    for feature in features {
        let form: fn(Vec<[f64; 2]>) -> Ground = match feature["properties"]["class"].as_str() {
            Some("land") => Ground::Land,
            Some("park") => Ground::Park,
            Some("water") => Ground::Water,
            Some("river" | "canal") => Ground::River,
            Some("road_main") => Ground::Road,
            Some("road_minor") => Ground::Street,
            Some("rail") => Ground::Rail,
            _ => continue,
        };
        let geometry = &feature["geometry"];
        lines(&geometry["coordinates"], &mut |line| ground.push(form(line)));
    }
    ground
}

/// Every list of points in nested coordinates.
fn lines(coordinates: &Value, found: &mut impl FnMut(Vec<[f64; 2]>)) {
    let Some(parts) = coordinates.as_array() else {
        return;
    };
    let points: Option<Vec<[f64; 2]>> = parts
        .iter()
        .map(|point| Some([point.get(0)?.as_f64()?, point.get(1)?.as_f64()?]))
        .collect();
    match points {
        Some(points) if points.len() > 1 => found(points),
        _ => parts.iter().for_each(|part| lines(part, found)),
    }
}
