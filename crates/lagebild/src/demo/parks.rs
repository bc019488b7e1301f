//! Parks and woods of the demo city: places by eye, shapes invented.

use super::plane::{LatLng, Metres};
use super::wobble::blob;
use crate::dice::Dice;

/// A named green area with a closed ring.
#[derive(Debug, Clone)]
pub(crate) struct Park {
    pub(crate) name: &'static str,
    pub(crate) ring: Vec<Metres>,
}

type Shape = (&'static str, (f64, f64), (f64, f64), f64);

/// Name, middle, radii and turn.
const PARKS: [Shape; 22] = [
    ("Kurpark", (51.6862, 7.8420), (560.0, 150.0), 8.0),
    ("Maximilianpark", (51.6832, 7.8865), (340.0, 250.0), 20.0),
    ("Friedrich-Ebert-Park", (51.6648, 7.7975), (250.0, 170.0), 40.0),
    ("Ringanlagen", (51.6792, 7.8245), (230.0, 60.0), 100.0),
    ("Nordringpark", (51.6858, 7.8195), (260.0, 60.0), 3.0),
    ("Lippepark", (51.6690, 7.7530), (520.0, 230.0), 25.0),
    ("Selbachpark", (51.6465, 7.7580), (330.0, 240.0), 60.0),
    ("Pilsholz", (51.6480, 7.8110), (620.0, 420.0), 70.0),
    ("Heessener Wald", (51.7210, 7.8330), (900.0, 480.0), 20.0),
    ("Geithewald", (51.6670, 7.8990), (560.0, 380.0), 110.0),
    ("Bockumer Wald", (51.7130, 7.7830), (620.0, 380.0), 45.0),
    ("Hoher Wald", (51.7120, 7.7330), (480.0, 300.0), 10.0),
    ("Tierpark", (51.6590, 7.8175), (210.0, 170.0), 0.0),
    ("Südfriedhof", (51.6630, 7.8370), (230.0, 160.0), 30.0),
    ("Ostenfriedhof", (51.6776, 7.8450), (170.0, 120.0), 80.0),
    ("Lippeaue", (51.6790, 7.7480), (900.0, 190.0), 12.0),
    ("Lippeaue", (51.6985, 7.8800), (900.0, 210.0), 8.0),
    ("Lippeaue", (51.6970, 7.9250), (1000.0, 260.0), 170.0),
    ("Kissinger Höhe", (51.6500, 7.7330), (420.0, 250.0), 15.0),
    ("Halde Radbod", (51.6870, 7.7550), (330.0, 220.0), 60.0),
    ("Halde Sachsen", (51.7010, 7.8200), (210.0, 130.0), 140.0),
    ("Wald am Hellweg", (51.6110, 7.8750), (700.0, 420.0), 30.0),
];

pub(crate) fn parks() -> Vec<Park> {
    let mut dice = Dice::new(0, "parks");
    PARKS
        .into_iter()
        .map(|(name, (lat, lng), radii, turn)| Park {
            name,
            ring: blob(LatLng::new(lat, lng).metres(), radii, turn, 0.2, &mut dice),
        })
        .collect()
}
