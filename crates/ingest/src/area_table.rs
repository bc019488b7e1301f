//! Areas by the ids that a feed names in place of coordinates.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::Read;
use std::path::PathBuf;

use geo::{BoundingRect, Centroid, Intersects, LinesIter, MapCoords, MultiPolygon, Point};
use lagebild_domain::LatLng;
use serde::Deserialize;

use crate::bytes;
use crate::projection::Projection;

/// The file that says where a feed's areas lie.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AreasFile {
    /// GeoJSON with polygons, plain or gzip; relative to the configuration.
    pub file: PathBuf,
    /// The property that holds the id.
    pub id: String,
    /// EPSG code of its coordinates, where they are not WGS 84.
    pub crs: Option<String>,
}

/// An area file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidAreaTable {
    /// The file cannot be read.
    #[error("it cannot be read ({0})")]
    Io(#[from] std::io::Error),
    /// Not GeoJSON.
    #[error("it is not readable as GeoJSON: {0}")]
    Syntax(#[from] Box<geojson::Error>),
    /// A coordinate system that is not known.
    #[error("`areas.crs` {0:?} is not known; give a code such as \"EPSG:25832\"")]
    Crs(String),
    /// A feature that is no area.
    #[error("feature {number}: {problem}")]
    Feature {
        /// Position of the feature in the file, counted from 1.
        number: usize,
        /// What is missing or wrong.
        problem: String,
    },
}

/// What is known of a place that an area's id names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct AreaPlace {
    /// A point inside the area.
    pub(crate) point: LatLng,
    /// Distance from that point to the farthest corner of the area's bounding box, in metres: nothing in it lies farther.
    pub(crate) precision_m: f64,
}

/// Areas by id.
#[derive(Debug, Clone, Default)]
pub(crate) struct AreaTable {
    places: HashMap<String, AreaPlace>,
}

impl AreaTable {
    /// Reads the file. An area in several features is the whole of them.
    ///
    /// # Errors
    /// [`InvalidAreaTable`] with the number of the feature.
    pub(crate) fn read(section: &AreasFile, input: Box<dyn Read + Send>) -> Result<Self, InvalidAreaTable> {
        let projection = match &section.crs {
            None => None,
            Some(crs) => Some(Projection::new(crs).ok_or_else(|| InvalidAreaTable::Crs(crs.clone()))?),
        };
        let mut text = String::new();
        bytes::text(bytes::unpacked(input)?, None).read_to_string(&mut text)?;
        let collection: geojson::FeatureCollection = text.parse().map_err(Box::new)?;
        let mut outlines: HashMap<String, (usize, MultiPolygon<f64>)> = HashMap::new();
        for (index, feature) in collection.features.into_iter().enumerate() {
            let number = index + 1;
            let fail = |problem: String| InvalidAreaTable::Feature { number, problem };
            let id = id_of(&feature, &section.id)
                .ok_or_else(|| fail(format!("it has no property \"{}\"", section.id)))?;
            let geometry = feature
                .geometry
                .ok_or_else(|| fail("it has no geometry".to_owned()))?;
            let outline = match geo::Geometry::<f64>::try_from(geometry).map_err(Box::new)? {
                geo::Geometry::Polygon(polygon) => MultiPolygon::new(vec![polygon]),
                geo::Geometry::MultiPolygon(polygons) => polygons,
                _ => {
                    return Err(fail(
                        "its geometry is neither Polygon nor MultiPolygon".to_owned(),
                    ));
                }
            };
            let outline = match &projection {
                None => outline,
                Some(projection) => outline
                    .try_map_coords(|c| {
                        let at = projection.to_lat_lng(c.x, c.y).ok_or(())?;
                        Ok((at.lng_degrees(), at.lat_degrees()).into())
                    })
                    .map_err(|()| {
                        fail(format!(
                            "a coordinate cannot lie on earth in {}",
                            projection.name()
                        ))
                    })?,
            };
            match outlines.entry(id) {
                Entry::Vacant(entry) => {
                    entry.insert((number, outline));
                }
                Entry::Occupied(mut entry) => entry.get_mut().1.0.extend(outline),
            }
        }
        let places = outlines
            .into_iter()
            .map(|(id, (number, outline))| {
                let place = place_of(&outline).ok_or_else(|| InvalidAreaTable::Feature {
                    number,
                    problem: "its outline is empty or lies outside the earth".to_owned(),
                })?;
                Ok((id, place))
            })
            .collect::<Result<_, InvalidAreaTable>>()?;
        Ok(Self { places })
    }

    pub(crate) fn place(&self, id: &str) -> Option<AreaPlace> {
        self.places.get(id).copied()
    }
}

fn place_of(outline: &MultiPolygon<f64>) -> Option<AreaPlace> {
    let inside = point_inside(outline)?;
    let point = LatLng::new(inside.y(), inside.x()).ok()?;
    let rect = outline.bounding_rect()?;
    let mut precision_m = 0.0_f64;
    for (lng, lat) in [
        (rect.min().x, rect.min().y),
        (rect.min().x, rect.max().y),
        (rect.max().x, rect.min().y),
        (rect.max().x, rect.max().y),
    ] {
        precision_m = precision_m.max(point.distance_m(LatLng::new(lat, lng).ok()?));
    }
    Some(AreaPlace { point, precision_m })
}

/// The centroid where it lies in the area, else the middle of the widest stretch of the area at the centroid's height.
///
/// geo's `InteriorPoint` does more than is needed here, and complains of rings that touch themselves, as rounded outlines do.
fn point_inside(outline: &MultiPolygon<f64>) -> Option<Point<f64>> {
    let middle = outline.centroid()?;
    if outline.intersects(&middle) {
        return Some(middle);
    }
    let mut crossings: Vec<f64> = outline
        .lines_iter()
        .filter(|line| (line.start.y > middle.y()) != (line.end.y > middle.y()))
        .map(|line| line.start.x + (middle.y() - line.start.y) / line.dy() * line.dx())
        .collect();
    crossings.sort_by(f64::total_cmp);
    let (from, to) = crossings
        .chunks_exact(2)
        .map(|pair| (pair[0], pair[1]))
        .max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)))?;
    Some(Point::new(f64::midpoint(from, to), middle.y()))
}

fn id_of(feature: &geojson::Feature, property: &str) -> Option<String> {
    match feature.properties.as_ref()?.get(property)? {
        serde_json::Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, crs: Option<&str>) -> Result<AreaTable, InvalidAreaTable> {
        let section = AreasFile {
            file: PathBuf::from("areas.geojson"),
            id: "key".to_owned(),
            crs: crs.map(str::to_owned),
        };
        AreaTable::read(&section, Box::new(std::io::Cursor::new(text.to_owned())))
    }

    /// A square of two hundredths of a degree at the equator: from its middle to a corner it is
    /// 0.01 degrees * sqrt(2) = 1 572.5 m on the mean sphere.
    #[test]
    fn an_area_stands_for_a_point_inside_and_its_reach() {
        let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"key":"0220"},
            "geometry":{"type":"Polygon","coordinates":[[[10,0],[10.02,0],[10.02,0.02],[10,0.02],[10,0]]]}}]}"#;
        let place = read(text, None).unwrap().place("0220").unwrap();
        assert!((place.point.lng_degrees() - 10.01).abs() < 1e-9);
        assert!((place.precision_m - 1_572.5).abs() < 0.5, "{}", place.precision_m);
    }

    /// The middle of a U lies outside it; the point of the area must not.
    #[test]
    fn the_point_of_a_hollow_area_lies_in_it() {
        use geo::Contains;
        let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"key":7},
            "geometry":{"type":"Polygon","coordinates":[[[0,0],[3,0],[3,3],[2,3],[2,1],[1,1],[1,3],[0,3],[0,0]]]}}]}"#;
        let table = read(text, None).unwrap();
        let point = table.place("7").unwrap().point.to_point();
        let hollow = geo::Rect::new((1.0, 1.0), (2.0, 3.0));
        assert!(!hollow.contains(&point), "{point:?}");
    }

    #[test]
    fn a_feature_without_its_id_is_named_by_its_number() {
        let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"other":1},"geometry":null}]}"#;
        let error = read(text, None).unwrap_err().to_string();
        assert_eq!(error, "feature 1: it has no property \"key\"");
        assert!(read("{}", Some("EPSG:1")).is_err());
    }
}
