//! The earth about a city as a plane.

use lagebild_domain::LatLng;

const METRES_PER_DEGREE: f64 = 111_195.08;

/// A plane that touches the earth in the middle of the observations: metres east and north.
///
/// Ten kilometres north or south of the middle, eastings are off by about 0.2 % at the latitude of Hamm: one metre in the
/// 500 m of a circle.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plane {
    origin: LatLng,
    metres_per_degree_lng: f64,
}

impl Plane {
    pub(super) fn around(origin: LatLng) -> Self {
        Self {
            origin,
            metres_per_degree_lng: METRES_PER_DEGREE * origin.lat_degrees().to_radians().cos(),
        }
    }

    pub(super) fn metres(&self, point: LatLng) -> [f64; 2] {
        [
            (point.lng_degrees() - self.origin.lng_degrees()) * self.metres_per_degree_lng,
            (point.lat_degrees() - self.origin.lat_degrees()) * METRES_PER_DEGREE,
        ]
    }

    pub(super) fn point(&self, [x, y]: [f64; 2]) -> Option<LatLng> {
        LatLng::new(
            self.origin.lat_degrees() + y / METRES_PER_DEGREE,
            self.origin.lng_degrees() + x / self.metres_per_degree_lng,
        )
        .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At 51.68 degrees north a degree of longitude is 111 195 m × cos 51.68° = 68 948 m.
    #[test]
    fn the_plane_is_metric() {
        let plane = Plane::around(LatLng::new(51.68, 7.80).unwrap());
        let [x, y] = plane.metres(LatLng::new(51.69, 7.81).unwrap());
        assert!((x - 689.48).abs() < 0.1 && (y - 1_111.95).abs() < 0.01, "{x} {y}");
    }
}
