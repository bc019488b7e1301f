//! Whether it is dark.

use jiff::Timestamp;

use crate::position::LatLng;

/// True between sunset and sunrise: when the upper edge of the sun is below the horizon, refraction included.
///
/// Formulas of the NOAA solar calculator (after Meeus, Astronomical Algorithms), to about a minute between the polar
/// circles, on flat land.
///
/// ```
/// # use lagebild_domain::{LatLng, sun};
/// let hamm = LatLng::new(51.68, 7.82).unwrap();
/// assert!(sun::is_dark("2026-12-21T17:00:00Z".parse().unwrap(), hamm));
/// assert!(!sun::is_dark("2026-06-21T17:00:00Z".parse().unwrap(), hamm));
/// ```
pub fn is_dark(at: Timestamp, place: LatLng) -> bool {
    const HORIZON_DEGREES: f64 = -0.833;
    elevation_degrees(at, place) < HORIZON_DEGREES
}

fn elevation_degrees(at: Timestamp, place: LatLng) -> f64 {
    // Days since noon of 1 January 2000.
    let days = at.as_second() as f64 / 86_400.0 - 10_957.5;
    let mean_longitude = (280.460 + 0.985_647_4 * days).to_radians();
    let anomaly = (357.528 + 0.985_600_3 * days).to_radians();
    let longitude = mean_longitude
        + (1.915_f64.to_radians()) * anomaly.sin()
        + 0.020_f64.to_radians() * (2.0 * anomaly).sin();
    let tilt = (23.439 - 0.000_000_4 * days).to_radians();
    let declination = (tilt.sin() * longitude.sin()).asin();
    let right_ascension = (tilt.cos() * longitude.sin()).atan2(longitude.cos());
    let sidereal = (280.460_618_37 + 360.985_647_366_29 * days + place.lng_degrees()).to_radians();
    let hour_angle = sidereal - right_ascension;
    let latitude = place.lat_degrees().to_radians();
    (latitude.sin() * declination.sin() + latitude.cos() * declination.cos() * hour_angle.cos())
        .asin()
        .to_degrees()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sunrise and sunset in Berlin as almanacs print them (local time).
    #[test]
    fn the_sun_rises_and_sets_by_the_almanac() {
        let berlin = LatLng::new(52.52, 13.405).unwrap();
        for (day, rise, set, zone) in [
            ("2026-06-21", "04:43", "21:33", "+02:00"),
            ("2026-12-21", "08:15", "15:54", "+01:00"),
            ("2026-03-20", "06:10", "18:20", "+01:00"),
        ] {
            let at = |time: &str, minutes: i64| {
                let at: Timestamp = format!("{day}T{time}:00{zone}").parse().unwrap();
                Timestamp::from_second(at.as_second() + minutes * 60).unwrap()
            };
            assert!(
                is_dark(at(rise, -4), berlin) && !is_dark(at(rise, 4), berlin),
                "{day} {rise}"
            );
            assert!(
                !is_dark(at(set, -4), berlin) && is_dark(at(set, 4), berlin),
                "{day} {set}"
            );
        }
    }
}
