//! Coordinates as feeds write them, to WGS 84.

use lagebild_domain::LatLng;
use proj4rs::Proj;

/// A coordinate system by its EPSG code.
#[derive(Clone)]
pub(crate) struct Projection {
    code: u16,
    /// `None` for WGS 84 itself.
    from: Option<(Proj, Proj)>,
}

impl std::fmt::Debug for Projection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.name())
    }
}

const WGS84: u16 = 4326;

impl Projection {
    /// From a name such as `EPSG:25832`.
    pub(crate) fn new(name: &str) -> Option<Self> {
        let code: u16 = name.strip_prefix("EPSG:")?.parse().ok()?;
        if code == WGS84 {
            return Some(Self { code, from: None });
        }
        let pair = (
            Proj::from_epsg_code(code).ok()?,
            Proj::from_epsg_code(WGS84).ok()?,
        );
        Some(Self {
            code,
            from: Some(pair),
        })
    }

    pub(crate) fn name(&self) -> String {
        format!("EPSG:{}", self.code)
    }

    /// The point at easting (or longitude) and northing (or latitude); `None` when it cannot lie on earth.
    pub(crate) fn to_lat_lng(&self, x: f64, y: f64) -> Option<LatLng> {
        let Some((from, to)) = &self.from else {
            return LatLng::new(y, x).ok();
        };
        let mut point = if from.is_latlong() {
            (x.to_radians(), y.to_radians(), 0.0)
        } else {
            (x, y, 0.0)
        };
        proj4rs::transform::transform(from, to, &mut point).ok()?;
        LatLng::new(point.1.to_degrees(), point.0.to_degrees()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The central meridian of UTM zone 32 is 9 degrees east: easting 500 000 m at northing 0 is exactly (0, 9).
    #[test]
    fn utm_32_at_its_origin() {
        let origin = Projection::new("EPSG:25832")
            .unwrap()
            .to_lat_lng(500_000.0, 0.0)
            .unwrap();
        assert!(origin.lat_degrees().abs() < 1e-9 && (origin.lng_degrees() - 9.0).abs() < 1e-9);
    }

    #[test]
    fn only_known_codes_are_taken() {
        assert!(Projection::new("EPSG:4326").is_some());
        assert!(Projection::new("25832").is_none());
        assert!(Projection::new("EPSG:1").is_none());
    }
}
