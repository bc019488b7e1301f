//! The invented schematic geometry of the demo city and the three files that hold it.
//!
//! Nothing here is drawn by hand beyond waypoints and nothing is taken from a survey: the files in `data/demo` are
//! exactly what this module writes (a test compares them).

use serde_json::{Value, json};

use super::outline::Outline;
use super::parks::{Park, parks};
use super::places::PLACES;
use super::plane::{Metres, Ring};
use super::routes::{Route, main_roads, motorways, railways};
use super::street_names::street_names;
use super::streets::{Ground, Street, trace};
use super::waters::{Lippe, ahse, canal, water_bodies};
use super::wobble::{clip, simplify};

/// Said at the top of every file.
pub(crate) const NOTE: &str = "Erfundene Geometrie für die Demo";

/// Everything that can be drawn.
#[derive(Debug, Clone)]
pub(crate) struct Geometry {
    pub(crate) outline: Outline,
    pub(crate) lippe: Vec<Metres>,
    pub(crate) ahse: Vec<Metres>,
    pub(crate) canal: Vec<Metres>,
    pub(crate) water_bodies: Vec<(&'static str, Vec<Metres>)>,
    pub(crate) parks: Vec<Park>,
    pub(crate) railways: Vec<Route>,
    pub(crate) main_roads: Vec<Route>,
    pub(crate) streets: Vec<Street>,
    /// One name for each street, some names for several pieces.
    pub(crate) street_names: Vec<String>,
}

impl Geometry {
    pub(crate) fn new() -> Self {
        let lippe = Lippe::new();
        let outline = Outline::new(&lippe);
        let boundary = &outline.boundary;
        let lippe = simplify(&lippe.course(), 1.0);
        let (ahse, canal) = (
            simplify(&clip(&ahse(), boundary), 2.0),
            simplify(&clip(&canal(), boundary), 2.0),
        );
        let water_bodies = water_bodies();
        let parks = parks();
        let clipped = |route: Route| Route {
            line: simplify(&clip(&route.line, boundary), 1.0),
            ..route
        };
        let railways: Vec<Route> = railways().into_iter().map(clipped).collect();
        let main_roads: Vec<Route> = motorways().into_iter().chain(main_roads()).map(clipped).collect();
        let mut barriers = vec![lippe.clone(), ahse.clone(), canal.clone()];
        barriers.extend(railways.iter().map(|route| route.line.clone()));
        let waters = water_bodies.iter().map(|(_, ring)| Ring::new(ring));
        let streets = trace(&Ground {
            boundary: Ring::new(boundary),
            main_roads: &main_roads,
            barriers: &barriers,
            open_areas: parks
                .iter()
                .map(|park| Ring::new(&park.ring))
                .chain(waters)
                .collect(),
        });
        let street_names = street_names(&streets);
        Self {
            outline,
            lippe,
            ahse,
            canal,
            water_bodies,
            parks,
            railways,
            main_roads,
            streets,
            street_names,
        }
    }

    /// The schematic base map: `class` and `name` on every feature.
    pub(crate) fn base_geojson(&self) -> String {
        let mut features = vec![feature(
            "land",
            "Hamm (erfundener Umriss)",
            &polygon(&self.outline.boundary),
        )];
        for park in &self.parks {
            features.push(feature("park", park.name, &polygon(&park.ring)));
        }
        for (name, ring) in &self.water_bodies {
            features.push(feature("water", name, &polygon(ring)));
        }
        features.push(feature("river", "Lippe", &line(&self.lippe)));
        features.push(feature("river", "Ahse", &line(&self.ahse)));
        features.push(feature("canal", "Datteln-Hamm-Kanal", &line(&self.canal)));
        features.extend(self.minor_streets());
        for road in &self.main_roads {
            features.push(feature("road_main", road.name, &line(&road.line)));
        }
        for railway in &self.railways {
            features.push(feature("rail", railway.name, &line(&railway.line)));
        }
        for district in &self.outline.districts {
            features.push(feature("district", district.name, &polygon(&district.ring)));
        }
        features.push(feature(
            "boundary",
            "Hamm (erfundener Umriss)",
            &polygon(&self.outline.boundary),
        ));
        for place in &PLACES {
            let point = json!({"type": "Point", "coordinates": [place.at.lng, place.at.lat]});
            let mut feature = feature("place", place.name, &point);
            feature["properties"]["rank"] = json!(place.rank);
            features.push(feature);
        }
        collection(&features)
    }

    /// The seven Stadtbezirke: `id`, `name` and, in round numbers, `residents`.
    pub(crate) fn districts_geojson(&self) -> String {
        let features: Vec<Value> = self
            .outline
            .districts
            .iter()
            .map(|district| {
                json!({"type": "Feature", "properties": {"id": district.id, "name": district.name, "residents": district.residents},
                       "geometry": polygon(&district.ring)})
            })
            .collect();
        collection(&features)
    }

    /// The municipal outline: `id` and `name`.
    pub(crate) fn boundary_geojson(&self) -> String {
        collection(&[json!({
            "type": "Feature",
            "properties": {"id": "hamm", "name": "Hamm (erfundener Umriss)"},
            "geometry": polygon(&self.outline.boundary),
        })])
    }

    /// Pieces of one street are one feature.
    fn minor_streets(&self) -> Vec<Value> {
        let mut features = Vec::new();
        let mut from = 0;
        while from < self.streets.len() {
            let name = &self.street_names[from];
            let to = (from..self.streets.len())
                .find(|&index| self.street_names[index] != *name)
                .unwrap_or(self.streets.len());
            let pieces = &self.streets[from..to];
            let geometry = if let [street] = pieces {
                line(&street.line)
            } else {
                let lines: Vec<Value> = pieces.iter().map(|street| coordinates(&street.line)).collect();
                json!({"type": "MultiLineString", "coordinates": lines})
            };
            features.push(feature("road_minor", name, &geometry));
            from = to;
        }
        features
    }
}

fn feature(class: &str, name: &str, geometry: &Value) -> Value {
    json!({"type": "Feature", "properties": {"class": class, "name": name}, "geometry": geometry})
}

fn line(points: &[Metres]) -> Value {
    json!({"type": "LineString", "coordinates": coordinates(points)})
}

fn polygon(ring: &[Metres]) -> Value {
    json!({"type": "Polygon", "coordinates": [coordinates(&counter_clockwise(ring))]})
}

/// RFC 7946 wants outer rings to run counter-clockwise.
fn counter_clockwise(ring: &[Metres]) -> Vec<Metres> {
    let doubled_area: f64 = ring
        .windows(2)
        .map(|pair| pair[0].x * pair[1].y - pair[1].x * pair[0].y)
        .sum();
    let mut ring = ring.to_vec();
    if doubled_area < 0.0 {
        ring.reverse();
    }
    ring
}

fn coordinates(points: &[Metres]) -> Value {
    let rounded = points.iter().map(|point| {
        let place = point.lat_lng().rounded();
        json!([place.lng, place.lat])
    });
    Value::Array(rounded.collect())
}

/// One feature per line, so that a change of one shows as one.
fn collection(features: &[Value]) -> String {
    let lines: Vec<String> = features.iter().map(Value::to_string).collect();
    format!(
        "{{\"type\":\"FeatureCollection\",\"note\":\"{NOTE}\",\"features\":[\n{}\n]}}\n",
        lines.join(",\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_says_that_it_is_invented_and_stays_small() {
        let geometry = Geometry::new();
        for text in [
            geometry.base_geojson(),
            geometry.districts_geojson(),
            geometry.boundary_geojson(),
        ] {
            assert!(text.contains(NOTE));
            assert!(text.len() < 600_000, "{} bytes", text.len());
        }
    }

    #[test]
    fn there_are_thousands_of_street_segments() {
        let geometry = Geometry::new();
        let segments: usize = geometry.streets.iter().map(|street| street.line.len() - 1).sum();
        assert!(segments > 3000, "{segments}");
        assert_eq!(geometry.streets.len(), geometry.street_names.len());
    }
}
