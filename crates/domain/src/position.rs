//! Where something happened, and how well that is known.

use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

/// A coordinate that cannot be one on earth.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum InvalidLatLng {
    /// Not a number, or infinite.
    #[error("the coordinate is not a finite number")]
    NotFinite,
    /// Latitude outside -90..=90.
    #[error("latitude {0} lies outside -90 to 90")]
    Latitude(f64),
    /// Longitude outside -180..=180.
    #[error("longitude {0} lies outside -180 to 180")]
    Longitude(f64),
}

/// A point on earth in WGS 84 degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawLatLng")]
pub struct LatLng {
    lat: f64,
    lng: f64,
}

/// Degrees are finite: every point equals itself.
impl Eq for LatLng {}

impl Hash for LatLng {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Zero has two signs that are equal.
        (self.lat + 0.0).to_bits().hash(state);
        (self.lng + 0.0).to_bits().hash(state);
    }
}

#[derive(Deserialize)]
struct RawLatLng {
    lat: f64,
    lng: f64,
}

impl TryFrom<RawLatLng> for LatLng {
    type Error = InvalidLatLng;
    fn try_from(raw: RawLatLng) -> Result<Self, InvalidLatLng> {
        Self::new(raw.lat, raw.lng)
    }
}

/// Mean earth radius in metres (IUGG), used by the haversine distance.
const EARTH_RADIUS_M: f64 = 6_371_008.8;

impl LatLng {
    /// The point at latitude and longitude, in degrees.
    ///
    /// # Errors
    /// [`InvalidLatLng`] for values that are not finite or out of range.
    pub fn new(lat: f64, lng: f64) -> Result<Self, InvalidLatLng> {
        if !lat.is_finite() || !lng.is_finite() {
            return Err(InvalidLatLng::NotFinite);
        }
        if !(-90.0..=90.0).contains(&lat) {
            return Err(InvalidLatLng::Latitude(lat));
        }
        if !(-180.0..=180.0).contains(&lng) {
            return Err(InvalidLatLng::Longitude(lng));
        }
        Ok(Self { lat, lng })
    }

    /// Latitude in degrees.
    pub fn lat_degrees(self) -> f64 {
        self.lat
    }

    /// Longitude in degrees.
    pub fn lng_degrees(self) -> f64 {
        self.lng
    }

    /// Great-circle distance to another point in metres (haversine formula on the mean earth radius).
    pub fn distance_m(self, other: Self) -> f64 {
        let (lat_a, lat_b) = (self.lat.to_radians(), other.lat.to_radians());
        let half_lat = ((lat_b - lat_a) / 2.0).sin();
        let half_lng = ((other.lng - self.lng).to_radians() / 2.0).sin();
        let h = half_lat * half_lat + lat_a.cos() * lat_b.cos() * half_lng * half_lng;
        2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin()
    }

    /// The point as geo's `x = longitude, y = latitude`.
    pub fn to_point(self) -> geo::Point<f64> {
        geo::Point::new(self.lng, self.lat)
    }
}

/// How well a place is known, coarsest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// The point itself.
    Point,
    /// Somewhere on the street or at the crossing.
    Street,
    /// Somewhere in a grid cell.
    Cell,
    /// Somewhere in an area such as a Stadtbezirk.
    Area,
}

impl Precision {
    /// True when a report of this precision may be drawn and scanned as a point: nothing coarser than a street.
    pub fn is_pointlike(self) -> bool {
        self <= Self::Street
    }
}

/// Where a report lies.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Location {
    /// The feed gave no place: the report counts, and is not drawn.
    Nowhere,
    /// The feed gave a place.
    At {
        /// Best single coordinate.
        point: LatLng,
        /// What that coordinate stands for.
        precision: Precision,
        /// Estimated error in metres.
        precision_m: f64,
    },
}

impl Location {
    /// The coordinate by which the report belongs to a district. A report known to its district is one of that district;
    /// one known to a grid cell may lie on either side of a border.
    pub fn point_in_area(&self) -> Option<LatLng> {
        match self {
            Self::At {
                precision: Precision::Cell,
                ..
            }
            | Self::Nowhere => None,
            Self::At { point, .. } => Some(*point),
        }
    }

    /// True when the coordinate may be drawn and scanned as a point.
    pub fn is_pointlike(&self) -> bool {
        matches!(self, Self::At { precision, .. } if precision.is_pointlike())
    }

    /// The coordinate, if there is one.
    pub fn point(&self) -> Option<LatLng> {
        match self {
            Self::Nowhere => None,
            Self::At { point, .. } => Some(*point),
        }
    }
}

/// A box of degrees, west to east and south to north; it does not cross the antimeridian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "[f64; 4]", into = "[f64; 4]")]
pub struct BoundingBox {
    south_west: LatLng,
    north_east: LatLng,
}

/// Four numbers that are no box.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum InvalidBoundingBox {
    /// A corner is no coordinate.
    #[error(transparent)]
    Corner(#[from] InvalidLatLng),
    /// West is east of east, or south north of north.
    #[error("a box is west,south,east,north with west <= east and south <= north")]
    Turned,
}

impl TryFrom<[f64; 4]> for BoundingBox {
    type Error = InvalidBoundingBox;
    /// From west, south, east, north in degrees.
    fn try_from([west, south, east, north]: [f64; 4]) -> Result<Self, InvalidBoundingBox> {
        let south_west = LatLng::new(south, west)?;
        let north_east = LatLng::new(north, east)?;
        if west > east || south > north {
            return Err(InvalidBoundingBox::Turned);
        }
        Ok(Self {
            south_west,
            north_east,
        })
    }
}

impl From<BoundingBox> for [f64; 4] {
    fn from(b: BoundingBox) -> Self {
        [b.west(), b.south(), b.east(), b.north()]
    }
}

impl BoundingBox {
    /// Western edge in degrees.
    pub fn west(&self) -> f64 {
        self.south_west.lng
    }
    /// Southern edge in degrees.
    pub fn south(&self) -> f64 {
        self.south_west.lat
    }
    /// Eastern edge in degrees.
    pub fn east(&self) -> f64 {
        self.north_east.lng
    }
    /// Northern edge in degrees.
    pub fn north(&self) -> f64 {
        self.north_east.lat
    }

    /// True when the point lies inside or on the edge.
    pub fn contains(&self, point: LatLng) -> bool {
        (self.west()..=self.east()).contains(&point.lng) && (self.south()..=self.north()).contains(&point.lat)
    }

    /// Distance in metres from the point to the box; 0 inside.
    pub fn distance_m(&self, point: LatLng) -> f64 {
        let nearest = LatLng {
            lat: point.lat.clamp(self.south(), self.north()),
            lng: point.lng.clamp(self.west(), self.east()),
        };
        nearest.distance_m(point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_coordinates_are_refused() {
        assert_eq!(LatLng::new(f64::NAN, 7.8), Err(InvalidLatLng::NotFinite));
        assert_eq!(LatLng::new(91.0, 7.8), Err(InvalidLatLng::Latitude(91.0)));
        assert_eq!(LatLng::new(51.6, -181.0), Err(InvalidLatLng::Longitude(-181.0)));
    }

    /// One degree of latitude on the IUGG mean sphere is 2 pi R / 360 = 111 195.08 m.
    #[test]
    fn a_degree_of_latitude_is_111_195_metres() {
        let a = LatLng::new(51.0, 7.8).unwrap();
        let b = LatLng::new(52.0, 7.8).unwrap();
        assert!((a.distance_m(b) - 111_195.08).abs() < 0.01);
    }

    #[test]
    fn the_distance_to_a_box_is_zero_inside() {
        let b = BoundingBox::try_from([7.0, 51.0, 8.0, 52.0]).unwrap();
        assert!(b.distance_m(LatLng::new(51.5, 7.5).unwrap()).abs() < f64::EPSILON);
        assert!(b.distance_m(LatLng::new(53.0, 7.5).unwrap()) > 111_000.0);
        assert!(BoundingBox::try_from([8.0, 51.0, 7.0, 52.0]).is_err());
    }
}
