//! Rivers, canal and water bodies of the demo city: waypoints by eye, courses invented.

use super::plane::{LatLng, Metres};
use super::wobble::{blob, curve, fractal, soften};
use crate::dice::Dice;

/// The Lippe in the parts that the Stadtbezirke share as their border, from west to east.
pub(crate) struct Lippe {
    /// From the western outline to the corner Herringen / Bockum-Hövel / Mitte.
    pub(crate) west: Vec<Metres>,
    /// To the corner Bockum-Hövel / Heessen / Mitte.
    pub(crate) harbour: Vec<Metres>,
    /// To the corner Heessen / Uentrop / Mitte.
    pub(crate) middle: Vec<Metres>,
    /// To the eastern outline.
    pub(crate) east: Vec<Metres>,
}

/// Corners on the Lippe where Stadtbezirke meet.
pub(crate) const LIPPE_WEST_END: LatLng = LatLng::new(51.6705, 7.6880);
pub(crate) const LIPPE_AT_HERRINGEN: LatLng = LatLng::new(51.6822, 7.7705);
pub(crate) const LIPPE_AT_NORDEN: LatLng = LatLng::new(51.6908, 7.8010);
pub(crate) const LIPPE_AT_MITTE: LatLng = LatLng::new(51.6935, 7.8360);
pub(crate) const LIPPE_EAST_END: LatLng = LatLng::new(51.6880, 7.9930);

impl Lippe {
    pub(crate) fn new() -> Self {
        let mut dice = Dice::new(0, "lippe");
        let mut part = |waypoints: &[LatLng]| river(waypoints, &mut dice);
        Self {
            west: part(&[
                LIPPE_WEST_END,
                LatLng::new(51.6742, 7.7020),
                LatLng::new(51.6700, 7.7180),
                LatLng::new(51.6772, 7.7340),
                LatLng::new(51.6755, 7.7520),
                LIPPE_AT_HERRINGEN,
            ]),
            harbour: part(&[LIPPE_AT_HERRINGEN, LatLng::new(51.6846, 7.7860), LIPPE_AT_NORDEN]),
            middle: part(&[LIPPE_AT_NORDEN, LatLng::new(51.6902, 7.8190), LIPPE_AT_MITTE]),
            east: part(&[
                LIPPE_AT_MITTE,
                LatLng::new(51.6981, 7.8466),
                LatLng::new(51.6952, 7.8680),
                LatLng::new(51.7010, 7.8890),
                LatLng::new(51.7002, 7.9110),
                LatLng::new(51.6930, 7.9330),
                LatLng::new(51.6942, 7.9560),
                LatLng::new(51.6872, 7.9740),
                LIPPE_EAST_END,
            ]),
        }
    }

    /// The whole river from west to east.
    pub(crate) fn course(&self) -> Vec<Metres> {
        let mut course = self.west.clone();
        for part in [&self.harbour, &self.middle, &self.east] {
            course.extend_from_slice(&part[1..]);
        }
        course
    }
}

fn river(waypoints: &[LatLng], dice: &mut Dice) -> Vec<Metres> {
    let waypoints: Vec<Metres> = waypoints.iter().map(|place| place.metres()).collect();
    soften(&fractal(&curve(&waypoints, 420.0), 0.24, 170.0, dice))
}

/// The Ahse: from the south-east outline to the Lippe near the Innenstadt.
pub(crate) fn ahse() -> Vec<Metres> {
    river(
        &[
            LatLng::new(51.6360, 7.9820),
            LatLng::new(51.6455, 7.9470),
            LatLng::new(51.6525, 7.9230),
            LatLng::new(51.6590, 7.8960),
            LatLng::new(51.6655, 7.8720),
            LatLng::new(51.6715, 7.8480),
            LatLng::new(51.6765, 7.8310),
            LatLng::new(51.6830, 7.8275),
            LatLng::new(51.6905, 7.8255),
        ],
        &mut Dice::new(0, "ahse"),
    )
}

/// The Datteln-Hamm-Kanal: from the western outline past the Stadthafen to Uentrop.
pub(crate) fn canal() -> Vec<Metres> {
    let waypoints = [
        (51.6655, 7.6700),
        (51.6685, 7.7150),
        (51.6725, 7.7420),
        (51.6775, 7.7690),
        (51.6812, 7.7890),
        (51.6862, 7.8080),
        (51.6872, 7.8240),
        (51.6889, 7.8420),
        (51.6905, 7.8690),
        (51.6918, 7.9000),
        (51.6868, 7.9300),
        (51.6835, 7.9560),
        (51.6826, 7.9690),
    ]
    .map(|(lat, lng)| LatLng::new(lat, lng).metres());
    curve(&waypoints, 200.0)
}

/// Harbour basins and ponds: name and ring.
pub(crate) fn water_bodies() -> Vec<(&'static str, Vec<Metres>)> {
    let mut dice = Dice::new(0, "waters");
    [
        ("Stadthafen", (51.6803, 7.7885), (520.0, 62.0), 20.0, 0.05),
        ("Radbodsee", (51.6878, 7.7665), (230.0, 110.0), 35.0, 0.22),
        ("Kraftwerkshafen", (51.6822, 7.9700), (330.0, 60.0), 175.0, 0.06),
        (
            "Teich im Maximilianpark",
            (51.6823, 7.8872),
            (120.0, 70.0),
            60.0,
            0.2,
        ),
        ("Baggersee", (51.7046, 7.9330), (330.0, 190.0), 15.0, 0.2),
        ("Baggersee", (51.7022, 7.9480), (210.0, 150.0), 100.0, 0.2),
        (
            "Teich im Selbachpark",
            (51.6470, 7.7590),
            (110.0, 60.0),
            70.0,
            0.2,
        ),
        ("Rückhaltebecken", (51.6513, 7.7752), (130.0, 60.0), 10.0, 0.15),
        ("Rückhaltebecken", (51.6427, 7.7180), (170.0, 70.0), 160.0, 0.15),
        ("Kurparkteich", (51.6845, 7.8418), (90.0, 50.0), 20.0, 0.2),
    ]
    .map(|(name, (lat, lng), radii, turn, unevenness)| {
        let centre = LatLng::new(lat, lng).metres();
        (name, blob(centre, radii, turn, unevenness, &mut dice))
    })
    .into()
}
