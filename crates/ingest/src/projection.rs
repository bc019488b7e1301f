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
/// CH1903+ to WGS 84 (EPSG:1676), good to a metre.
const FROM_CH1903: &str = "+towgs84=674.374,15.056,405.346";
/// DHDN to WGS 84 for western Germany (EPSG:1777), good to three metres; the grid BETA2007 that does better is not used.
const FROM_DHDN: &str = "+towgs84=598.1,73.7,418.2,0.202,0.045,-2.455,6.7";

/// How the datum of a code is brought to WGS 84, in words of PROJ: nothing where they are the same to a metre, `None` where it
/// is not known.
///
/// The definitions by code say nothing of datums on other ellipsoids; taken as they are, places would lie 150 m off.
fn datum_shift(code: u16, definition: &str) -> Option<&'static str> {
    const SAME: [&str; 4] = ["+ellps=GRS80", "+ellps=WGS84", "+datum=WGS84", "+nadgrids=@null"];
    match code {
        2056 | 21781 => Some(FROM_CH1903),
        4314 | 5676..=5678 | 31466..=31469 => Some(FROM_DHDN),
        _ => SAME.iter().any(|same| definition.contains(same)).then_some(""),
    }
}

/// The definition of an EPSG code in words of PROJ, with its shift to WGS 84; `None` for a code that is not known, or whose
/// shift is not.
pub fn proj_definition(code: u16) -> Option<String> {
    let definition = crs_definitions::from_code(code)?.proj4;
    let shift = datum_shift(code, definition)?;
    Some(format!("{definition} {shift}"))
}

impl Projection {
    /// From a name such as `EPSG:25832`.
    pub(crate) fn new(name: &str) -> Option<Self> {
        let code: u16 = name.strip_prefix("EPSG:")?.parse().ok()?;
        if code == WGS84 {
            return Some(Self { code, from: None });
        }
        let pair = (
            Proj::from_proj_string(&proj_definition(code)?).ok()?,
            Proj::from_proj_string(&proj_definition(WGS84)?).ok()?,
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

    /// Easting, northing, longitude and latitude by PROJ 9.5.1 (pyproj, `always_xy`), without grids.
    const BY_PROJ: [(&str, f64, f64, f64, f64); 10] = [
        (
            "EPSG:25832",
            413_185.0,
            5_723_914.0,
            7.744_883_991,
            51.659_501_796,
        ),
        ("EPSG:25831", 500_000.0, 5_700_000.0, 3.0, 51.451_182_207),
        (
            "EPSG:25833",
            391_000.0,
            5_820_000.0,
            13.393_543_518,
            52.519_196_232,
        ),
        (
            "EPSG:4647",
            32_413_185.0,
            5_723_914.0,
            7.744_883_991,
            51.659_501_796,
        ),
        (
            "EPSG:32632",
            413_185.0,
            5_723_914.0,
            7.744_883_991,
            51.659_501_795,
        ),
        ("EPSG:3857", 870_000.0, 6_737_000.0, 7.815_342_972, 51.649_516_781),
        (
            "EPSG:31466",
            2_613_000.0,
            5_726_000.0,
            7.632_359_680,
            51.656_964_985,
        ),
        (
            "EPSG:31467",
            3_413_185.0,
            5_725_800.0,
            7.744_323_654,
            51.659_819_953,
        ),
        (
            "EPSG:2056",
            2_683_920.0,
            1_245_604.0,
            8.549_422_002,
            47.355_942_556,
        ),
        ("EPSG:21781", 683_920.0, 245_604.0, 8.549_422_002, 47.355_942_556),
    ];

    #[test]
    fn places_lie_where_proj_says_to_a_centimetre() {
        for (crs, x, y, lng, lat) in BY_PROJ {
            let found = Projection::new(crs).unwrap().to_lat_lng(x, y).unwrap();
            let off_m = found.distance_m(LatLng::new(lat, lng).unwrap());
            assert!(off_m < 0.01, "{crs}: {off_m} m");
        }
    }

    /// Amersfoort's datum lies a hundred metres from WGS 84: better no place than a wrong one.
    #[test]
    fn a_code_whose_datum_is_not_known_is_refused() {
        assert!(Projection::new("EPSG:28992").is_none());
    }

    #[test]
    fn only_known_codes_are_taken() {
        assert!(Projection::new("EPSG:4326").is_some());
        assert!(Projection::new("25832").is_none());
        assert!(Projection::new("EPSG:1").is_none());
    }
}
