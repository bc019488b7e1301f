//! Locations and the metric that they are measured in.

use thiserror::Error;

/// Radius of the sphere of the great-circle metric, metres.
///
/// It is the radius that SaTScan's printed distances imply (6367 km), so that radii agree with it; the mean Earth
/// radius is 0.06 % larger.
pub const SPHERE_RADIUS_M: f64 = 6_367_000.0;

/// Largest absolute plane coordinate accepted, metres: beyond it squares lose the millimetre.
const LARGEST_COORDINATE_M: f64 = 1e9;

/// How distances are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Points are `[x, y]` in metres of a projected system.
    Plane,
    /// Points are `[longitude, latitude]` in degrees; distances follow the great circle.
    GreatCircle,
}

/// Checked points: finite, in range, at least one.
#[derive(Debug, Clone, PartialEq)]
pub struct Locations {
    metric: Metric,
    points: Vec<[f64; 2]>,
}

/// Why points are not [`Locations`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidLocations {
    /// There is no point.
    #[error("no location given")]
    Empty,
    /// A coordinate is not finite or out of range.
    #[error("location {index}: coordinate is not finite or out of range")]
    Coordinate {
        /// Index of the offending point.
        index: usize,
    },
    /// More points than 32 bits number.
    #[error("more than 2^32 - 2 locations")]
    TooMany,
}

impl Locations {
    /// Points `[x, y]` in metres.
    ///
    /// # Errors
    /// When there is none, or a coordinate is not finite or beyond 10⁹ m.
    pub fn plane(points: Vec<[f64; 2]>) -> Result<Self, InvalidLocations> {
        Self::checked(Metric::Plane, points, [LARGEST_COORDINATE_M; 2])
    }

    /// Points `[longitude, latitude]` in degrees.
    ///
    /// # Errors
    /// When there is none, or a coordinate is not finite or beyond ±180°, ±90°.
    pub fn great_circle(points: Vec<[f64; 2]>) -> Result<Self, InvalidLocations> {
        Self::checked(Metric::GreatCircle, points, [180.0, 90.0])
    }

    fn checked(metric: Metric, points: Vec<[f64; 2]>, bound: [f64; 2]) -> Result<Self, InvalidLocations> {
        if points.is_empty() {
            return Err(InvalidLocations::Empty);
        }
        if points.len() >= u32::MAX as usize {
            return Err(InvalidLocations::TooMany);
        }
        // A comparison with NaN is false, so NaN is refused too.
        let inside = |point: &[f64; 2]| point[0].abs() <= bound[0] && point[1].abs() <= bound[1];
        match points.iter().position(|point| !inside(point)) {
            Some(index) => Err(InvalidLocations::Coordinate { index }),
            None => Ok(Self { metric, points }),
        }
    }

    /// The same points in another order; `order` holds indices of them.
    pub(crate) fn reordered(&self, order: &[usize]) -> Self {
        Self {
            metric: self.metric,
            points: order.iter().map(|&index| self.points[index]).collect(),
        }
    }

    /// The metric.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// The points, in the order given.
    pub fn points(&self) -> &[[f64; 2]] {
        &self.points
    }

    /// How many there are; never 0.
    #[expect(clippy::len_without_is_empty, reason = "locations are never empty")]
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Positions in a space whose straight-line distance orders the points as the metric does: the plane itself, or
    /// the sphere in three dimensions.
    pub(crate) fn embedded(&self) -> Vec<[f64; 3]> {
        self.points.iter().map(|&point| self.embed(point)).collect()
    }

    /// The position of one point in that space.
    pub(crate) fn embed(&self, [x, y]: [f64; 2]) -> [f64; 3] {
        match self.metric {
            Metric::Plane => [x, y, 0.0],
            Metric::GreatCircle => {
                let (longitude, latitude) = (x.to_radians(), y.to_radians());
                [
                    SPHERE_RADIUS_M * latitude.cos() * longitude.cos(),
                    SPHERE_RADIUS_M * latitude.cos() * longitude.sin(),
                    SPHERE_RADIUS_M * latitude.sin(),
                ]
            }
        }
    }
}

impl Metric {
    /// The distance in metres that a straight line between embedded positions stands for.
    pub(crate) fn distance_m(self, straight_m: f64) -> f64 {
        match self {
            Self::Plane => straight_m,
            Self::GreatCircle => {
                2.0 * SPHERE_RADIUS_M * (straight_m / (2.0 * SPHERE_RADIUS_M)).min(1.0).asin()
            }
        }
    }

    /// The straight line that a distance in metres stands for; the inverse of [`Metric::distance_m`].
    pub(crate) fn straight_m(self, distance_m: f64) -> f64 {
        match self {
            Self::Plane => distance_m,
            Self::GreatCircle => {
                let half_angle = (distance_m / (2.0 * SPHERE_RADIUS_M)).min(std::f64::consts::FRAC_PI_2);
                2.0 * SPHERE_RADIUS_M * half_angle.sin()
            }
        }
    }
}

/// Straight-line distance of two embedded positions.
pub(crate) fn straight_line(a: [f64; 3], b: [f64; 3]) -> f64 {
    let [dx, dy, dz] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    (dx * dx + dy * dy + dz * dz).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coordinate_that_is_not_a_number_is_refused_with_its_index() {
        let refused = Locations::plane(vec![[0.0, 0.0], [f64::NAN, 1.0]]);
        assert_eq!(refused, Err(InvalidLocations::Coordinate { index: 1 }));
        assert_eq!(Locations::plane(vec![]), Err(InvalidLocations::Empty));
        assert_eq!(
            Locations::great_circle(vec![[7.8, 91.0]]),
            Err(InvalidLocations::Coordinate { index: 0 })
        );
    }

    #[test]
    fn a_quarter_of_the_equator_has_the_length_of_a_quarter_circle() {
        let locations = Locations::great_circle(vec![[0.0, 0.0], [90.0, 0.0]]).unwrap();
        let positions = locations.embedded();
        let distance = Metric::GreatCircle.distance_m(straight_line(positions[0], positions[1]));
        assert!((distance - SPHERE_RADIUS_M * std::f64::consts::FRAC_PI_2).abs() < 1e-6);
    }
}
