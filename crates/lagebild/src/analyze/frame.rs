//! In what coordinates the points of a file are, and where that is on earth.

use lagebild_hotspot::{InvalidLocations, Locations, SPHERE_RADIUS_M};
use lagebild_ingest::proj_definition;
use proj4rs::Proj;
use serde_json::{Value, json};

use crate::failure::Failure;

use super::options::Form;
use super::table::{Column, Row, Table};

const WGS84: u16 = 4326;

/// Largest plane coordinate that the library takes, metres.
const LARGEST_COORDINATE_M: f64 = 1e9;

/// Coordinates of the points.
pub(super) enum Frame {
    /// Metres, nobody knows where.
    Plane,
    /// Longitude and latitude in degrees.
    LonLat,
    /// Metres of a projection.
    Projected(Box<Projected>),
}

pub(super) struct Projected {
    name: String,
    code: u16,
    from: Proj,
    to: Proj,
}

/// The columns that hold a point.
pub(super) struct PointColumns {
    first: Column,
    second: Column,
    are_degrees: bool,
}

/// The columns x and y, or lon and lat.
pub(super) fn point_columns(table: &Table) -> Option<PointColumns> {
    let pair = |first: &[&str], second: &[&str], are_degrees: bool| {
        let (first, second) = (table.column(first)?, table.column(second)?);
        Some(PointColumns {
            first,
            second,
            are_degrees,
        })
    };
    pair(&["x"], &["y"], false).or_else(|| pair(&["lon", "lng", "longitude"], &["lat", "latitude"], true))
}

impl Frame {
    /// The frame that columns and options make, and the columns.
    pub(super) fn of(table: &Table, crs: Option<&str>) -> Result<(Self, PointColumns), Failure> {
        Self::if_any(table, crs)?.ok_or_else(|| table.missing("a place, columns x and y or lon and lat,"))
    }

    /// The same; `None` when the file has no points.
    pub(super) fn if_any(table: &Table, crs: Option<&str>) -> Result<Option<(Self, PointColumns)>, Failure> {
        let Some(columns) = point_columns(table) else {
            return Ok(None);
        };
        if !columns.are_degrees {
            return Ok(Some((Self::of_crs(crs)?, columns)));
        }
        match Self::of_crs(crs)? {
            Self::Projected(projected) => Err(Failure::usage(format!(
                "--crs {} is for columns x,y; columns lon,lat are degrees and need no --crs",
                projected.name
            ))),
            _ => Ok(Some((Self::LonLat, columns))),
        }
    }

    /// The frame of x,y in a system.
    pub(super) fn of_crs(crs: Option<&str>) -> Result<Self, Failure> {
        let Some(name) = crs else { return Ok(Self::Plane) };
        let unknown = || {
            Failure::usage(format!(
                "--crs {name} is not a known system; write EPSG:25832 (UTM 32), EPSG:31467 (Gauß-Krüger 3) or the like"
            ))
        };
        let code = name
            .get(..5)
            .filter(|prefix| prefix.eq_ignore_ascii_case("EPSG:"));
        let code: u16 = code.and_then(|_| name[5..].parse().ok()).ok_or_else(unknown)?;
        let by_code = |code| {
            let definition = proj_definition(code).ok_or_else(unknown)?;
            Proj::from_proj_string(&definition).map_err(|_| unknown())
        };
        let from = by_code(code)?;
        if from.is_latlong() {
            return Ok(Self::LonLat);
        }
        let to = by_code(WGS84)?;
        let name = name.to_owned();
        Ok(Self::Projected(Box::new(Projected { name, code, from, to })))
    }

    /// The point of a row, checked.
    pub(super) fn point(&self, row: &Row<'_>, columns: &PointColumns) -> Result<[f64; 2], Failure> {
        let point = [row.number(&columns.first)?, row.number(&columns.second)?];
        match self.problem(point) {
            Some((0, problem)) => Err(row.bad(&columns.first, &problem)),
            Some((_, problem)) => Err(row.bad(&columns.second, &problem)),
            None => Ok(point),
        }
    }

    /// Which coordinate cannot be, and why.
    pub(super) fn problem(&self, point: [f64; 2]) -> Option<(usize, String)> {
        let bounds = match self {
            Self::LonLat => [180.0, 90.0],
            _ => [LARGEST_COORDINATE_M; 2],
        };
        for (axis, bound) in bounds.into_iter().enumerate() {
            if point[axis].is_nan() || point[axis].abs() > bound {
                let unit = if matches!(self, Self::LonLat) {
                    "degrees"
                } else {
                    "metres"
                };
                let value = point[axis];
                return Some((
                    axis,
                    format!("is beyond ±{bound} {unit}: {value}; check unit and order of the coordinates"),
                ));
            }
        }
        if let Self::Projected(projected) = self
            && projected.lon_lat(point).is_none()
        {
            let [x, y] = point;
            return Some((
                0,
                format!("{x}, {y} lies nowhere in {}; check --crs", projected.name),
            ));
        }
        None
    }

    /// Points as the library takes them.
    pub(super) fn locations(&self, points: Vec<[f64; 2]>) -> Result<Locations, InvalidLocations> {
        match self {
            Self::LonLat => Locations::great_circle(points),
            _ => Locations::plane(points),
        }
    }

    /// Longitude and latitude of a point, where that is known.
    pub(super) fn lon_lat(&self, point: [f64; 2]) -> Option<[f64; 2]> {
        match self {
            Self::Plane => None,
            Self::LonLat => Some(point),
            Self::Projected(projected) => projected.lon_lat(point),
        }
    }

    /// The point of the frame at a longitude and latitude, where that is known.
    pub(super) fn at_lon_lat(&self, point: [f64; 2]) -> Option<[f64; 2]> {
        match self {
            Self::Plane => None,
            Self::LonLat => Some(point),
            Self::Projected(projected) => {
                let mut moved = (point[0].to_radians(), point[1].to_radians(), 0.0);
                proj4rs::transform::transform(&projected.to, &projected.from, &mut moved).ok()?;
                Some([moved.0, moved.1])
            }
        }
    }

    /// EPSG code of the frame.
    pub(super) fn epsg(&self) -> Option<u16> {
        match self {
            Self::Plane => None,
            Self::LonLat => Some(WGS84),
            Self::Projected(projected) => Some(projected.code),
        }
    }

    /// A GeoJSON geometry: degrees where they are known, else the coordinates of the file.
    pub(super) fn polygon(&self, ring: &[[f64; 2]]) -> Value {
        let ring: Vec<[f64; 2]> = ring.iter().map(|&point| self.drawn(point)).collect();
        json!({"type": "Polygon", "coordinates": [ring]})
    }

    /// The same of a point.
    pub(super) fn dot(&self, point: [f64; 2]) -> Value {
        json!({"type": "Point", "coordinates": self.drawn(point)})
    }

    fn drawn(&self, point: [f64; 2]) -> [f64; 2] {
        // A hundred-millionth of a degree is a millimetre.
        self.lon_lat(point)
            .map_or(point, |degrees| degrees.map(|d| (d * 1e8).round() / 1e8))
    }

    /// Refuses a map of points that nobody knows the place of.
    pub(super) fn check(&self, form: Form) -> Result<(), Failure> {
        if form == Form::Geojson && matches!(self, Self::Plane) {
            return Err(Failure::usage(
                "--format geojson needs degrees: say with --crs EPSG:n what system x,y are in, or give columns lon,lat",
            ));
        }
        Ok(())
    }

    /// The point by its names, for an answer.
    pub(super) fn named(&self, point: [f64; 2]) -> serde_json::Map<String, Value> {
        let mut named = serde_json::Map::new();
        if !matches!(self, Self::LonLat) {
            named.insert("x".into(), json!(point[0]));
            named.insert("y".into(), json!(point[1]));
        }
        if let Some([lon, lat]) = self.lon_lat(point) {
            named.insert("lon".into(), json!(lon));
            named.insert("lat".into(), json!(lat));
        }
        named
    }
}

impl Projected {
    fn lon_lat(&self, [x, y]: [f64; 2]) -> Option<[f64; 2]> {
        let mut point = (x, y, 0.0);
        proj4rs::transform::transform(&self.from, &self.to, &mut point).ok()?;
        let [lon, lat] = [point.0.to_degrees(), point.1.to_degrees()];
        (lon.abs() <= 180.0 && lat.abs() <= 90.0).then_some([lon, lat])
    }
}

/// Whether two points have the very same coordinates.
pub(super) fn is_same(a: [f64; 2], b: [f64; 2]) -> bool {
    a.iter()
        .zip(&b)
        .all(|(a, b)| (a + 0.0).total_cmp(&(b + 0.0)).is_eq())
}

/// Degrees as metres about a middle, for methods that need a plane. Good to a thousandth over a city.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flat {
    middle: [f64; 2],
    scale: [f64; 2],
}

impl Flat {
    pub(super) fn about(points: &[[f64; 2]]) -> Self {
        let mean = |axis: usize| points.iter().map(|p| p[axis]).sum::<f64>() / points.len().max(1) as f64;
        let middle = [mean(0), mean(1)];
        let degree = SPHERE_RADIUS_M.to_radians();
        let scale = [degree * middle[1].to_radians().cos().max(1e-6), degree];
        Self { middle, scale }
    }

    pub(super) fn metres(self, point: [f64; 2]) -> [f64; 2] {
        [0, 1].map(|axis| (point[axis] - self.middle[axis]) * self.scale[axis])
    }

    pub(super) fn degrees(self, point: [f64; 2]) -> [f64; 2] {
        [0, 1].map(|axis| point[axis] / self.scale[axis] + self.middle[axis])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The central meridian of UTM zone 32 is 9 degrees east: easting 500 000 m at northing 0 is exactly (9, 0).
    #[test]
    fn utm_32_at_its_origin() {
        let frame = Frame::of_crs(Some("EPSG:25832")).unwrap();
        let [lon, lat] = frame.lon_lat([500_000.0, 0.0]).unwrap();
        assert!((lon - 9.0).abs() < 1e-9 && lat.abs() < 1e-9);
        assert!(Frame::of_crs(Some("EPSG:1")).is_err() && Frame::of_crs(Some("25832")).is_err());
        assert!(matches!(Frame::of_crs(Some("EPSG:4326")), Ok(Frame::LonLat)));
    }

    #[test]
    fn a_flat_city_comes_back() {
        let flat = Flat::about(&[[7.8, 48.0], [7.9, 48.1]]);
        let there = flat.metres([7.81, 48.02]);
        let [lon, lat] = flat.degrees(there);
        assert!((lon - 7.81).abs() < 1e-12 && (lat - 48.02).abs() < 1e-12);
    }
}
