//! Where people live in the demo city: quarters with their middle, reach and density.

use super::plane::{LatLng, Metres};
use super::wobble::noise;

/// One quarter: its streets reach about `reach_m` from the middle and lie `spacing_m` apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settlement {
    pub(crate) name: &'static str,
    pub(crate) middle: LatLng,
    pub(crate) reach_m: f64,
    pub(crate) spacing_m: f64,
    /// How the streets are turned, in degrees from east.
    pub(crate) turn: f64,
    /// How much goes on at its middle (shops, bars, stops), the Innenstadt being 10.
    pub(crate) bustle: f64,
}

const fn settlement(
    name: &'static str,
    (lat, lng): (f64, f64),
    reach_m: f64,
    spacing_m: f64,
    turn: f64,
    bustle: f64,
) -> Settlement {
    Settlement {
        name,
        middle: LatLng::new(lat, lng),
        reach_m,
        spacing_m,
        turn,
        bustle,
    }
}

/// All quarters, the densest first.
pub(crate) const SETTLEMENTS: [Settlement; 25] = [
    settlement("Innenstadt", (51.6805, 7.8185), 1250.0, 78.0, 8.0, 10.0),
    settlement("Hammer Westen", (51.6712, 7.7915), 1450.0, 92.0, 32.0, 4.6),
    settlement("Hammer Süden", (51.6672, 7.8230), 1300.0, 98.0, 75.0, 1.8),
    settlement("Hammer Osten", (51.6815, 7.8330), 1000.0, 104.0, 15.0, 1.2),
    settlement("Hammer Norden", (51.6955, 7.8085), 1000.0, 96.0, 55.0, 1.8),
    settlement("Daberg", (51.6605, 7.7935), 900.0, 108.0, 10.0, 0.9),
    settlement("Bockum", (51.6962, 7.7660), 1150.0, 98.0, 25.0, 5.0),
    settlement("Hövel", (51.7005, 7.7440), 1150.0, 100.0, 60.0, 1.6),
    settlement("Heessen", (51.7060, 7.8360), 1350.0, 98.0, 40.0, 4.4),
    settlement("Heessen-Dasbeck", (51.7140, 7.8180), 750.0, 112.0, 5.0, 0.6),
    settlement("Herringen", (51.6610, 7.7430), 1250.0, 100.0, 22.0, 3.8),
    settlement("Pelkum", (51.6372, 7.7450), 950.0, 106.0, 48.0, 1.2),
    settlement("Wiescherhöfen", (51.6415, 7.7765), 1000.0, 106.0, 15.0, 1.0),
    settlement("Lohauserholz", (51.6505, 7.7925), 600.0, 112.0, 40.0, 0.4),
    settlement("Rhynern", (51.6285, 7.8560), 950.0, 106.0, 70.0, 1.4),
    settlement("Berge", (51.6480, 7.8295), 850.0, 112.0, 20.0, 0.6),
    settlement("Westtünnen", (51.6545, 7.8600), 850.0, 112.0, 50.0, 0.6),
    settlement("Mark", (51.6835, 7.8560), 850.0, 106.0, 12.0, 0.9),
    settlement("Braam-Ostwennemar", (51.6765, 7.8815), 950.0, 112.0, 34.0, 0.8),
    settlement("Werries", (51.6885, 7.8935), 900.0, 104.0, 80.0, 1.5),
    settlement("Uentrop", (51.6740, 7.9700), 520.0, 116.0, 10.0, 0.5),
    settlement("Norddinker", (51.6600, 7.9280), 360.0, 120.0, 35.0, 0.2),
    settlement("Osttünnen", (51.6420, 7.8850), 380.0, 120.0, 60.0, 0.2),
    settlement("Sandbochum", (51.6580, 7.7040), 380.0, 120.0, 20.0, 0.2),
    settlement("Allen", (51.6085, 7.8330), 330.0, 120.0, 5.0, 0.15),
];

/// How deep inside a quarter a point lies: 1 in its middle, 0 at its (uneven) edge, less outside. And which one.
pub(crate) fn urbanity(point: Metres) -> (f64, &'static Settlement) {
    let uneven = 0.24 * noise(point, 520.0, 17) + 0.10 * noise(point, 190.0, 18);
    let mut best = (f64::NEG_INFINITY, &SETTLEMENTS[0]);
    for settlement in &SETTLEMENTS {
        let depth = 1.0 - point.distance(settlement.middle.metres()) / settlement.reach_m;
        if depth > best.0 {
            best = (depth, settlement);
        }
    }
    (best.0 + 0.06 + uneven, best.1)
}
