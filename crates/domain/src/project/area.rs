//! Where a project or a measure is.

use geo::{ChamberlainDuquetteArea, Coord, LineString, MultiPolygon, Polygon, Validation};
use serde::{Deserialize, Serialize};

use crate::area::Extent;
use crate::position::LatLng;

const RADII_M: std::ops::RangeInclusive<f64> = 20.0..=5_000.0;
const MOST_CORNERS: usize = 200;
const SMALLEST_KM2: f64 = 0.001;
const LARGEST_KM2: f64 = 80.0;
/// Corners that a circle is drawn with.
const CIRCLE_CORNERS: u32 = 48;
const METRES_PER_DEGREE: f64 = 111_195.08;

/// A circle or a polygon on the map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawArea", rename_all = "snake_case")]
pub enum ProjectArea {
    /// All within a distance of a point.
    Circle {
        /// The point.
        center: LatLng,
        /// Distance in metres.
        radius_m: f64,
    },
    /// All within a line: its corners, each once.
    Polygon(Vec<LatLng>),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawArea {
    Circle { center: LatLng, radius_m: f64 },
    Polygon(Vec<LatLng>),
}

/// What no area can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidProjectArea {
    /// The radius is out of range.
    #[error("`radius_m` lies between 20 and 5000")]
    Radius,
    /// Too few or too many corners.
    #[error("a polygon has 3 to 200 corners")]
    Corners,
    /// The line crosses itself or encloses nothing.
    #[error("the polygon's line crosses itself or encloses nothing")]
    Crossing,
    /// Too small or too large.
    #[error("a polygon has 0.001 to 80 square kilometres")]
    Size,
}

impl TryFrom<RawArea> for ProjectArea {
    type Error = InvalidProjectArea;

    fn try_from(raw: RawArea) -> Result<Self, InvalidProjectArea> {
        match raw {
            RawArea::Circle { center, radius_m } => Self::circle(center, radius_m),
            RawArea::Polygon(corners) => Self::polygon(corners),
        }
    }
}

impl ProjectArea {
    /// The circle about a point.
    ///
    /// # Errors
    /// [`InvalidProjectArea::Radius`].
    pub fn circle(center: LatLng, radius_m: f64) -> Result<Self, InvalidProjectArea> {
        if RADII_M.contains(&radius_m) {
            Ok(Self::Circle { center, radius_m })
        } else {
            Err(InvalidProjectArea::Radius)
        }
    }

    /// The polygon with these corners; the first may stand at the end again.
    ///
    /// # Errors
    /// [`InvalidProjectArea`].
    pub fn polygon(mut corners: Vec<LatLng>) -> Result<Self, InvalidProjectArea> {
        if corners.len() > 1 && corners.first() == corners.last() {
            corners.pop();
        }
        if !(3..=MOST_CORNERS).contains(&corners.len()) {
            return Err(InvalidProjectArea::Corners);
        }
        let outline = Self::Polygon(corners);
        if !outline.polygon_of().is_valid() {
            return Err(InvalidProjectArea::Crossing);
        }
        if (SMALLEST_KM2..=LARGEST_KM2).contains(&outline.size_km2()) {
            Ok(outline)
        } else {
            Err(InvalidProjectArea::Size)
        }
    }

    /// Its line, closed; a circle as a polygon of 48 corners.
    pub fn outline(&self) -> Vec<LatLng> {
        let mut corners = match self {
            Self::Polygon(corners) => corners.clone(),
            Self::Circle { center, radius_m } => {
                let north = radius_m / METRES_PER_DEGREE;
                let east = north / center.lat_degrees().to_radians().cos();
                (0..CIRCLE_CORNERS)
                    .filter_map(|corner| {
                        let (sin, cos) =
                            (f64::from(corner) / f64::from(CIRCLE_CORNERS) * std::f64::consts::TAU).sin_cos();
                        LatLng::new(
                            center.lat_degrees() + north * sin,
                            center.lng_degrees() + east * cos,
                        )
                        .ok()
                    })
                    .collect()
            }
        };
        corners.extend(corners.first().copied());
        corners
    }

    /// Its size in square kilometres.
    pub fn size_km2(&self) -> f64 {
        match self {
            Self::Circle { radius_m, .. } => std::f64::consts::PI * (radius_m / 1_000.0).powi(2),
            Self::Polygon(_) => self.polygon_of().chamberlain_duquette_unsigned_area() / 1e6,
        }
    }

    /// The area made ready to be asked how far points lie from it.
    pub fn reach(&self) -> Reach {
        match self {
            Self::Circle { center, radius_m } => Reach(Inner::Circle(*center, *radius_m)),
            Self::Polygon(_) => {
                let outline = MultiPolygon(vec![self.polygon_of()]);
                Reach(
                    Extent::of_outline(&outline, 0.0)
                        .map_or(Inner::Nothing, |extent| Inner::Outline(Box::new(extent))),
                )
            }
        }
    }

    fn polygon_of(&self) -> Polygon<f64> {
        let line: LineString<f64> = self
            .outline()
            .iter()
            .map(|p| Coord {
                x: p.lng_degrees(),
                y: p.lat_degrees(),
            })
            .collect();
        Polygon::new(line, Vec::new())
    }
}

/// See [`ProjectArea::reach`].
#[derive(Debug)]
pub struct Reach(Inner);

#[derive(Debug)]
enum Inner {
    Circle(LatLng, f64),
    Outline(Box<Extent>),
    Nothing,
}

impl Reach {
    /// Metres from the area to the point; 0 inside.
    pub fn distance_m(&self, point: LatLng) -> f64 {
        match &self.0 {
            Inner::Circle(center, radius_m) => (center.distance_m(point) - radius_m).max(0.0),
            Inner::Outline(extent) => extent.beyond_m(point).unwrap_or(0.0),
            Inner::Nothing => f64::INFINITY,
        }
    }
}
