//! The invented municipal outline and its seven Stadtbezirke.
//!
//! Borders are drawn once, as edges of a planar graph, and the Stadtbezirke are rings of these edges: neighbours
//! share every point, so that the seven tile the outline exactly.

use super::plane::{LatLng, Metres, inside};
use super::waters::{
    LIPPE_AT_HERRINGEN, LIPPE_AT_MITTE, LIPPE_AT_NORDEN, LIPPE_EAST_END, LIPPE_WEST_END, Lippe,
};
use super::wobble::fractal;
use crate::dice::Dice;

/// One Stadtbezirk: identifier, name, people in round numbers and closed ring.
#[derive(Debug, Clone)]
pub(crate) struct District {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) residents: u32,
    pub(crate) ring: Vec<Metres>,
}

/// Identifiers and names in the city's own order.
pub(crate) const DISTRICTS: [(&str, &str); 7] = [
    ("mitte", "Mitte"),
    ("uentrop", "Uentrop"),
    ("rhynern", "Rhynern"),
    ("pelkum", "Pelkum"),
    ("herringen", "Herringen"),
    ("bockum-hoevel", "Bockum-Hövel"),
    ("heessen", "Heessen"),
];

/// People of the districts above, in round numbers and the same order.
const RESIDENTS: [u32; 7] = [34_000, 28_000, 18_000, 19_000, 20_000, 35_000, 24_000];

/// Corners where outer and inner borders meet.
const NORTH: LatLng = LatLng::new(51.7375, 7.7985);
const EAST: LatLng = LatLng::new(51.6430, 7.9640);
const SOUTH: LatLng = LatLng::new(51.5975, 7.8010);
const WEST: LatLng = LatLng::new(51.6425, 7.6880);
const UENTROP_RHYNERN_MITTE: LatLng = LatLng::new(51.6638, 7.8462);
const RHYNERN_PELKUM_MITTE: LatLng = LatLng::new(51.6556, 7.8050);
const PELKUM_HERRINGEN_MITTE: LatLng = LatLng::new(51.6562, 7.7700);

/// Where a border runs between its two corners.
type Via = &'static [(f64, f64)];

#[rustfmt::skip]
const OUTER_WEST_TO_NORTH: Via = &[
    (51.6810, 7.6990), (51.6905, 7.6925), (51.7040, 7.7045), (51.7125, 7.7010), (51.7215, 7.7190),
    (51.7205, 7.7420), (51.7310, 7.7560), (51.7365, 7.7760),
];
#[rustfmt::skip]
const OUTER_NORTH_TO_EAST: Via = &[
    (51.7400, 7.8180), (51.7335, 7.8380), (51.7380, 7.8600), (51.7300, 7.8830), (51.7205, 7.8900),
    (51.7190, 7.9170), (51.7115, 7.9390), (51.7085, 7.9660), (51.6975, 7.9740),
];
#[rustfmt::skip]
const OUTER_LIPPE_TO_EAST: Via = &[
    (51.6790, 7.9975), (51.6700, 7.9880), (51.6615, 7.9935), (51.6535, 7.9810),
];
#[rustfmt::skip]
const OUTER_EAST_TO_SOUTH: Via = &[
    (51.6345, 7.9500), (51.6300, 7.9265), (51.6195, 7.9230), (51.6125, 7.9040), (51.6010, 7.8975),
    (51.5925, 7.8760), (51.5830, 7.8690), (51.5865, 7.8430), (51.5935, 7.8250),
];
#[rustfmt::skip]
const OUTER_SOUTH_TO_WEST: Via = &[
    (51.6050, 7.7810), (51.6020, 7.7600), (51.6115, 7.7430), (51.6105, 7.7190), (51.6215, 7.7065),
    (51.6270, 7.6880), (51.6355, 7.6920),
];
#[rustfmt::skip]
const OUTER_WEST_TO_LIPPE: Via = &[
    (51.6500, 7.6815), (51.6585, 7.6900),
];
#[rustfmt::skip]
const NORDEN_TO_NORTH: Via = &[
    (51.7000, 7.7990), (51.7095, 7.8035), (51.7200, 7.7960), (51.7300, 7.8010),
];
#[rustfmt::skip]
const MITTE_TO_UENTROP: Via = &[
    (51.6860, 7.8345), (51.6790, 7.8370), (51.6710, 7.8420),
];
#[rustfmt::skip]
const UENTROP_TO_EAST: Via = &[
    (51.6600, 7.8640), (51.6570, 7.8850), (51.6510, 7.9060), (51.6525, 7.9290), (51.6455, 7.9470),
];
#[rustfmt::skip]
const UENTROP_TO_RHYNERN: Via = &[
    (51.6590, 7.8310),
];
#[rustfmt::skip]
const RHYNERN_TO_SOUTH: Via = &[
    (51.6440, 7.8020), (51.6330, 7.8105), (51.6200, 7.8000), (51.6080, 7.8080),
];
#[rustfmt::skip]
const RHYNERN_TO_PELKUM: Via = &[
    (51.6565, 7.7880),
];
#[rustfmt::skip]
const PELKUM_TO_WEST: Via = &[
    (51.6505, 7.7560), (51.6495, 7.7320), (51.6450, 7.7130), (51.6475, 7.6990),
];
#[rustfmt::skip]
const PELKUM_TO_HERRINGEN: Via = &[
    (51.6655, 7.7715), (51.6740, 7.7670),
];

/// The outline and its parts, all points rounded as the files hold them.
#[derive(Debug, Clone)]
pub(crate) struct Outline {
    pub(crate) boundary: Vec<Metres>,
    pub(crate) districts: Vec<District>,
}

impl Outline {
    pub(crate) fn new(lippe: &Lippe) -> Self {
        let edges = Edges::new(lippe);
        let rings = [
            edges.mitte(),
            edges.uentrop(),
            edges.rhynern(),
            edges.pelkum(),
            edges.herringen(),
            edges.bockum_hoevel(),
            edges.heessen(),
        ];
        let districts = DISTRICTS
            .into_iter()
            .zip(RESIDENTS)
            .zip(rings)
            .map(|(((id, name), residents), ring)| District {
                id,
                name,
                residents,
                ring,
            })
            .collect();
        Self {
            boundary: edges.boundary(),
            districts,
        }
    }

    /// The Stadtbezirk at a point, as an index into [`DISTRICTS`].
    pub(crate) fn district_at(&self, point: Metres) -> Option<usize> {
        self.districts
            .iter()
            .position(|district| inside(point, &district.ring))
    }
}

/// Every border once, each in the direction its name says.
struct Edges {
    lippe_west: Vec<Metres>,
    lippe_harbour: Vec<Metres>,
    lippe_middle: Vec<Metres>,
    lippe_east: Vec<Metres>,
    outer_west_to_north: Vec<Metres>,
    outer_north_to_east: Vec<Metres>,
    outer_lippe_to_east: Vec<Metres>,
    outer_east_to_south: Vec<Metres>,
    outer_south_to_west: Vec<Metres>,
    outer_west_to_lippe: Vec<Metres>,
    norden_to_north: Vec<Metres>,
    mitte_to_uentrop: Vec<Metres>,
    uentrop_to_east: Vec<Metres>,
    uentrop_to_rhynern: Vec<Metres>,
    rhynern_to_south: Vec<Metres>,
    rhynern_to_pelkum: Vec<Metres>,
    pelkum_to_west: Vec<Metres>,
    pelkum_to_herringen: Vec<Metres>,
}

impl Edges {
    fn new(lippe: &Lippe) -> Self {
        let mut dice = Dice::new(0, "outline");
        let mut border = |from: LatLng, via: Via, to: LatLng| {
            let mut waypoints = vec![from.metres()];
            waypoints.extend(via.iter().map(|&(lat, lng)| LatLng::new(lat, lng).metres()));
            waypoints.push(to.metres());
            on_file(&fractal(&waypoints, 0.17, 150.0, &mut dice))
        };
        Self {
            lippe_west: on_file(&lippe.west),
            lippe_harbour: on_file(&lippe.harbour),
            lippe_middle: on_file(&lippe.middle),
            lippe_east: on_file(&lippe.east),
            outer_west_to_north: border(LIPPE_WEST_END, OUTER_WEST_TO_NORTH, NORTH),
            outer_north_to_east: border(NORTH, OUTER_NORTH_TO_EAST, LIPPE_EAST_END),
            outer_lippe_to_east: border(LIPPE_EAST_END, OUTER_LIPPE_TO_EAST, EAST),
            outer_east_to_south: border(EAST, OUTER_EAST_TO_SOUTH, SOUTH),
            outer_south_to_west: border(SOUTH, OUTER_SOUTH_TO_WEST, WEST),
            outer_west_to_lippe: border(WEST, OUTER_WEST_TO_LIPPE, LIPPE_WEST_END),
            norden_to_north: border(LIPPE_AT_NORDEN, NORDEN_TO_NORTH, NORTH),
            mitte_to_uentrop: border(LIPPE_AT_MITTE, MITTE_TO_UENTROP, UENTROP_RHYNERN_MITTE),
            uentrop_to_east: border(UENTROP_RHYNERN_MITTE, UENTROP_TO_EAST, EAST),
            uentrop_to_rhynern: border(UENTROP_RHYNERN_MITTE, UENTROP_TO_RHYNERN, RHYNERN_PELKUM_MITTE),
            rhynern_to_south: border(RHYNERN_PELKUM_MITTE, RHYNERN_TO_SOUTH, SOUTH),
            rhynern_to_pelkum: border(RHYNERN_PELKUM_MITTE, RHYNERN_TO_PELKUM, PELKUM_HERRINGEN_MITTE),
            pelkum_to_west: border(PELKUM_HERRINGEN_MITTE, PELKUM_TO_WEST, WEST),
            pelkum_to_herringen: border(PELKUM_HERRINGEN_MITTE, PELKUM_TO_HERRINGEN, LIPPE_AT_HERRINGEN),
        }
    }

    fn boundary(&self) -> Vec<Metres> {
        ring(&[
            Side::Along(&self.outer_west_to_north),
            Side::Along(&self.outer_north_to_east),
            Side::Along(&self.outer_lippe_to_east),
            Side::Along(&self.outer_east_to_south),
            Side::Along(&self.outer_south_to_west),
            Side::Along(&self.outer_west_to_lippe),
        ])
    }

    fn mitte(&self) -> Vec<Metres> {
        ring(&[
            Side::Along(&self.lippe_harbour),
            Side::Along(&self.lippe_middle),
            Side::Along(&self.mitte_to_uentrop),
            Side::Along(&self.uentrop_to_rhynern),
            Side::Along(&self.rhynern_to_pelkum),
            Side::Along(&self.pelkum_to_herringen),
        ])
    }

    fn uentrop(&self) -> Vec<Metres> {
        ring(&[
            Side::Along(&self.lippe_east),
            Side::Along(&self.outer_lippe_to_east),
            Side::Against(&self.uentrop_to_east),
            Side::Against(&self.mitte_to_uentrop),
        ])
    }

    fn rhynern(&self) -> Vec<Metres> {
        ring(&[
            Side::Along(&self.uentrop_to_east),
            Side::Along(&self.outer_east_to_south),
            Side::Against(&self.rhynern_to_south),
            Side::Against(&self.uentrop_to_rhynern),
        ])
    }

    fn pelkum(&self) -> Vec<Metres> {
        ring(&[
            Side::Along(&self.rhynern_to_south),
            Side::Along(&self.outer_south_to_west),
            Side::Against(&self.pelkum_to_west),
            Side::Against(&self.rhynern_to_pelkum),
        ])
    }

    fn herringen(&self) -> Vec<Metres> {
        ring(&[
            Side::Along(&self.pelkum_to_west),
            Side::Along(&self.outer_west_to_lippe),
            Side::Along(&self.lippe_west),
            Side::Against(&self.pelkum_to_herringen),
        ])
    }

    fn bockum_hoevel(&self) -> Vec<Metres> {
        ring(&[
            Side::Along(&self.outer_west_to_north),
            Side::Against(&self.norden_to_north),
            Side::Against(&self.lippe_harbour),
            Side::Against(&self.lippe_west),
        ])
    }

    fn heessen(&self) -> Vec<Metres> {
        ring(&[
            Side::Along(&self.norden_to_north),
            Side::Along(&self.outer_north_to_east),
            Side::Against(&self.lippe_east),
            Side::Against(&self.lippe_middle),
        ])
    }
}

/// One border as a side of a ring.
enum Side<'a> {
    Along(&'a [Metres]),
    Against(&'a [Metres]),
}

fn ring(sides: &[Side<'_>]) -> Vec<Metres> {
    let mut ring = Vec::new();
    for side in sides {
        match side {
            Side::Along(border) => ring.extend_from_slice(&border[..border.len() - 1]),
            Side::Against(border) => ring.extend(border[1..].iter().rev()),
        }
    }
    ring.push(ring[0]);
    ring
}

/// The line through the points that the files hold, so that drawing and reckoning agree.
fn on_file(line: &[Metres]) -> Vec<Metres> {
    let mut points: Vec<Metres> = line
        .iter()
        .map(|point| point.lat_lng().rounded().metres())
        .collect();
    points.dedup();
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area, BooleanOps, LineString, Polygon, Validation};

    fn polygon(ring: &[Metres]) -> Polygon<f64> {
        let line: LineString<f64> = ring.iter().map(|point| (point.x, point.y)).collect();
        Polygon::new(line, Vec::new())
    }

    #[test]
    fn the_districts_tile_the_outline() {
        let outline = Outline::new(&Lippe::new());
        let whole = polygon(&outline.boundary).unsigned_area();
        let parts: f64 = outline
            .districts
            .iter()
            .map(|d| polygon(&d.ring).unsigned_area())
            .sum();
        assert!((parts / whole - 1.0).abs() < 1e-6, "{parts} of {whole}");
        // Hamm has 226 km²; the invented outline should be of that order.
        assert!((180e6..260e6).contains(&whole), "{whole}");
    }

    #[test]
    fn the_districts_do_not_overlap() {
        let outline = Outline::new(&Lippe::new());
        for (index, first) in outline.districts.iter().enumerate() {
            assert!(polygon(&first.ring).is_valid(), "{} crosses itself", first.id);
            for second in &outline.districts[index + 1..] {
                let common = polygon(&first.ring).intersection(&polygon(&second.ring));
                assert!(common.unsigned_area() < 1.0, "{} and {}", first.id, second.id);
            }
        }
        assert!(polygon(&outline.boundary).is_valid());
    }
}
