//! Areas and named places of a city.

use std::fmt;
use std::str::FromStr;

use geo::indexed::IntervalTreeMultiPolygon;
use geo::{BoundingRect, Contains, Distance, Euclidean, Intersects, MapCoords, MultiPolygon};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use serde::{Deserialize, Serialize};

use crate::position::{BoundingBox, LatLng};
use crate::report::word;
use crate::slug::{AreaId, InvalidSlug};

word!(
    /// What sort of area it is.
    AreaKind {
        /// The whole city.
        Municipality = "municipality",
        /// A Stadtbezirk or another statistical part of the city.
        District = "district",
    }
);

/// A part of the city, or the city.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// Its id.
    pub id: AreaId,
    /// Its name for people.
    pub name: String,
    /// What sort of area it is.
    pub kind: AreaKind,
    /// Its outline in WGS 84 degrees, x = longitude.
    pub outline: MultiPolygon<f64>,
    /// People who live there, where the file says.
    pub residents: Option<u32>,
}

/// A point with a name that people know.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub point: LatLng,
}

/// An area or place file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidAreas {
    /// Not GeoJSON.
    #[error("not readable as GeoJSON: {0}")]
    Syntax(#[from] Box<geojson::Error>),
    /// A feature lacks what an area needs.
    #[error("feature {number}: {problem}")]
    Feature {
        /// Position of the feature in the file, counted from 1.
        number: usize,
        /// What is missing or wrong.
        problem: String,
    },
    /// A feature's id is no slug.
    #[error(transparent)]
    Id(#[from] InvalidSlug),
}

/// All areas of a city, with an index that finds the district of a point.
#[derive(Debug, Default)]
pub struct Areas {
    all: Vec<Area>,
    districts: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
    /// Of each area, in the same order.
    interiors: Vec<Interior>,
}

/// What lies within an outline and not on it, with the edges in order of their latitudes: a point is held against those of
/// its own latitude only.
struct Interior(IntervalTreeMultiPolygon<f64>);

impl fmt::Debug for Interior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Interior(…)")
    }
}

impl Areas {
    /// Puts the areas in order and indexes the districts.
    pub fn new(areas: Vec<Area>) -> Self {
        let districts = areas
            .iter()
            .enumerate()
            .filter(|(_, area)| area.kind == AreaKind::District)
            .filter_map(|(index, area)| {
                let rect = area.outline.bounding_rect()?;
                let corners =
                    Rectangle::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
                Some(GeomWithData::new(corners, index))
            })
            .collect();
        let interiors = areas
            .iter()
            .map(|area| Interior(IntervalTreeMultiPolygon::new(&area.outline)))
            .collect();
        Self {
            all: areas,
            districts: RTree::bulk_load(districts),
            interiors,
        }
    }

    /// All areas.
    pub fn all(&self) -> &[Area] {
        &self.all
    }

    /// Position in [`Areas::all`] of the district that the point lies in; on a shared edge, the first of them.
    pub fn district_index(&self, point: LatLng) -> Option<usize> {
        let at = [point.lng_degrees(), point.lat_degrees()];
        let candidates = || {
            self.districts
                .locate_in_envelope_intersecting(&AABB::from_point(at))
                .map(|entry| entry.data)
        };
        self.first_around(point, candidates)
    }

    /// Position in [`Areas::all`] of the municipality that the point lies in.
    pub fn municipality_index(&self, point: LatLng) -> Option<usize> {
        let is_municipality = |index: &usize| self.all[*index].kind == AreaKind::Municipality;
        self.first_around(point, || (0..self.all.len()).filter(is_municipality))
    }

    /// The first of the areas that the point lies in; where it lies in none, the first that it lies on the edge of.
    fn first_around<Candidates: Iterator<Item = usize>>(
        &self,
        point: LatLng,
        candidates: impl Fn() -> Candidates,
    ) -> Option<usize> {
        let point = point.to_point();
        let within = candidates().filter(|index| self.interiors[*index].0.contains(&point));
        within.min().or_else(|| {
            candidates()
                .filter(|index| self.all[*index].outline.intersects(&point))
                .min()
        })
    }

    /// The area with this id.
    pub fn by_id(&self, id: &str) -> Option<&Area> {
        self.all.iter().find(|area| area.id.as_str() == id)
    }
}

/// Where a city's reports may lie: its outline, or a box, and a margin around it.
#[derive(Debug, Clone)]
pub struct Extent {
    bounds: BoundingBox,
    /// The outline in metres east and north of the centre of `bounds`; `None` where the extent is the box itself.
    outline_m: Option<MultiPolygon<f64>>,
    margin_m: f64,
}

impl Extent {
    /// The box with a margin in metres.
    pub fn of_box(bounds: BoundingBox, margin_m: f64) -> Self {
        Self {
            bounds,
            outline_m: None,
            margin_m,
        }
    }

    /// The outline with a margin in metres; `None` when the outline is empty or no outline on earth.
    pub fn of_outline(outline: &MultiPolygon<f64>, margin_m: f64) -> Option<Self> {
        let rect = outline.bounding_rect()?;
        let bounds = BoundingBox::try_from([rect.min().x, rect.min().y, rect.max().x, rect.max().y]).ok()?;
        let extent = Self::of_box(bounds, margin_m);
        let outline_m = outline.map_coords(|c| extent.plane(c.x, c.y));
        Some(Self {
            outline_m: Some(outline_m),
            ..extent
        })
    }

    /// The box around it, without the margin.
    pub fn bounds(&self) -> BoundingBox {
        self.bounds
    }

    /// How far the point lies beyond the margin, in metres; `None` when it does not.
    ///
    /// Distances to an outline are taken in the plane that touches the earth at the extent's centre; over a city that
    /// is true to some tens of metres at the margin.
    pub fn beyond_m(&self, point: LatLng) -> Option<f64> {
        let distance_m = match &self.outline_m {
            None => self.bounds.distance_m(point),
            Some(outline) => {
                let at = geo::Point::from(self.plane(point.lng_degrees(), point.lat_degrees()));
                if outline.contains(&at) {
                    0.0
                } else {
                    Euclidean.distance(&at, outline)
                }
            }
        };
        (distance_m > self.margin_m).then_some(distance_m - self.margin_m)
    }

    fn plane(&self, lng: f64, lat: f64) -> geo::Coord<f64> {
        const METRES_PER_DEGREE: f64 = 111_195.08;
        let middle_lat = f64::midpoint(self.bounds.south(), self.bounds.north());
        let middle_lng = f64::midpoint(self.bounds.west(), self.bounds.east());
        geo::Coord {
            x: (lng - middle_lng) * METRES_PER_DEGREE * middle_lat.to_radians().cos(),
            y: (lat - middle_lat) * METRES_PER_DEGREE,
        }
    }
}

/// Reads areas from a GeoJSON `FeatureCollection` of polygons.
///
/// The name is the property `name` (or `GEN`, as in the files of the federal mapping agency), the id the property `id`
/// (or `AGS`), else made from the name.
///
/// # Errors
/// [`InvalidAreas`] with the number of the feature.
pub fn areas_from_geojson(text: &str, kind: AreaKind) -> Result<Vec<Area>, InvalidAreas> {
    features(text)?
        .into_iter()
        .enumerate()
        .map(|(index, feature)| {
            let problem = |problem: &str| InvalidAreas::Feature {
                number: index + 1,
                problem: problem.to_owned(),
            };
            let name = text_property(&feature, &["name", "GEN"])
                .ok_or_else(|| problem("it has no property \"name\""))?;
            let id = match text_property(&feature, &["id", "AGS"]) {
                Some(id) => AreaId::new(slug_of(&id))?,
                None => AreaId::new(slug_of(&name))?,
            };
            let residents = text_property(&feature, &["residents", "EWZ"])
                .map(|number| {
                    number
                        .parse()
                        .map_err(|_| problem("its \"residents\" is no whole number"))
                })
                .transpose()?;
            let geometry = feature.geometry.ok_or_else(|| problem("it has no geometry"))?;
            let outline = match geo::Geometry::<f64>::try_from(geometry).map_err(Box::new)? {
                geo::Geometry::Polygon(polygon) => MultiPolygon::new(vec![polygon]),
                geo::Geometry::MultiPolygon(polygons) => polygons,
                _ => return Err(problem("its geometry is neither Polygon nor MultiPolygon")),
            };
            Ok(Area {
                id,
                name,
                kind,
                outline,
                residents,
            })
        })
        .collect()
}

/// Reads named places from the point features of a GeoJSON `FeatureCollection`; other features are passed over.
///
/// # Errors
/// [`InvalidAreas`] when the text is not GeoJSON or a point is no coordinate.
pub fn places_from_geojson(text: &str) -> Result<Vec<Place>, InvalidAreas> {
    let mut places = Vec::new();
    for (index, feature) in features(text)?.into_iter().enumerate() {
        let Some(name) = text_property(&feature, &["name"]) else {
            continue;
        };
        let Some(geojson::GeometryValue::Point { coordinates }) = feature.geometry.map(|g| g.value) else {
            continue;
        };
        let position = coordinates.as_slice();
        let point = LatLng::new(
            position.get(1).copied().unwrap_or(f64::NAN),
            position.first().copied().unwrap_or(f64::NAN),
        )
        .map_err(|error| InvalidAreas::Feature {
            number: index + 1,
            problem: error.to_string(),
        })?;
        places.push(Place { name, point });
    }
    Ok(places)
}

fn features(text: &str) -> Result<Vec<geojson::Feature>, InvalidAreas> {
    let collection: geojson::FeatureCollection = text.parse().map_err(Box::new)?;
    Ok(collection.features)
}

fn text_property(feature: &geojson::Feature, names: &[&str]) -> Option<String> {
    let properties = feature.properties.as_ref()?;
    names.iter().find_map(|name| match properties.get(*name)? {
        serde_json::Value::String(text) if !text.is_empty() => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// A name as an id: lower case, umlauts written out, everything else a hyphen.
fn slug_of(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for c in name.to_lowercase().chars() {
        match c {
            'ä' => slug.push_str("ae"),
            'ö' => slug.push_str("oe"),
            'ü' => slug.push_str("ue"),
            'ß' => slug.push_str("ss"),
            c if c.is_ascii_alphanumeric() || c == '_' || c == '.' => slug.push(c),
            _ => slug.push('-'),
        }
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"name":"Bockum-Hövel"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}},
        {"type":"Feature","properties":{"id":"ost","name":"Ost"},"geometry":{"type":"Polygon","coordinates":[[[1,0],[2,0],[2,1],[1,1],[1,0]]]}}]}"#;

    #[test]
    fn a_point_finds_its_district() {
        let areas = Areas::new(areas_from_geojson(TWO, AreaKind::District).unwrap());
        assert_eq!(areas.all()[0].id.as_str(), "bockum-hoevel");
        let at = |lng, lat| areas.district_index(LatLng::new(lat, lng).unwrap());
        assert_eq!(at(0.5, 0.5), Some(0));
        assert_eq!(at(1.5, 0.5), Some(1));
        assert_eq!(at(3.0, 0.5), None);
        assert_eq!(at(1.0, 0.5), Some(0), "on the shared edge");
    }

    /// A square degree at the equator; one hundredth of a degree east of it is 1 112 m.
    #[test]
    fn the_margin_reaches_beyond_the_outline() {
        let areas = areas_from_geojson(TWO, AreaKind::Municipality).unwrap();
        let extent = Extent::of_outline(&areas[0].outline, 1_000.0).unwrap();
        let beyond = |lng, lat| extent.beyond_m(LatLng::new(lat, lng).unwrap());
        assert_eq!(beyond(0.5, 0.5), None);
        assert_eq!(beyond(1.008, 0.5), None);
        assert!((beyond(1.01, 0.5).unwrap() - 111.9).abs() < 1.0);
    }

    #[test]
    fn a_feature_without_a_name_is_named_by_its_number() {
        let text =
            r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":null}]}"#;
        let error = areas_from_geojson(text, AreaKind::District).unwrap_err();
        assert_eq!(error.to_string(), "feature 1: it has no property \"name\"");
    }
}
