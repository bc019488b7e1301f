//! The demo city as a place where events happen: its addresses and how busy they are.

use super::geometry::Geometry;
use super::hotspots::attractors;
use super::outline::DISTRICTS;
use super::plane::{LatLng, Metres, Ring, length};
use super::planted::PLANTED;
use super::settlements::{SETTLEMENTS, urbanity};
use super::streets::part;
use super::words::Whereabouts;
use crate::dice::{Dice, Weighted};

/// Distance between neighbouring addresses along a street, and of a house from the middle of the street.
const FRONTAGE_M: f64 = 18.0;
const SETBACK_M: f64 = 9.0;

/// One invented house, or a point of a main road.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Address {
    pub(crate) at: Metres,
    street: u32,
    house: u16,
}

/// What a feed can say about a street as a whole.
#[derive(Debug, Clone)]
struct StreetOfCity {
    name: String,
    district: &'static str,
    middle: Metres,
    /// Main roads bear real names and get no house numbers.
    has_houses: bool,
}

/// The city: drawn once, then asked for places.
#[derive(Debug, Clone)]
pub(crate) struct City {
    geometry: Geometry,
    streets: Vec<StreetOfCity>,
    addresses: Vec<Address>,
    home: Weighted,
    centre: Weighted,
    traffic: Weighted,
    green: Weighted,
    /// Addresses in and around each of [`attractors`] and each of [`PLANTED`].
    attractors: Vec<Spot>,
    planted: Vec<Spot>,
}

/// Addresses near a point, the nearer the likelier.
#[derive(Debug, Clone)]
struct Spot {
    addresses: Vec<u32>,
    weights: Weighted,
}

impl City {
    /// Draws the demo city. It is the same every time; only what happens in it depends on a seed.
    pub(crate) fn new() -> Self {
        let geometry = Geometry::new();
        let (streets, addresses) = lay_out(&geometry);
        let busy = Busyness::new(&streets, &geometry);
        let weigh = |weight: &dyn Fn(&Address) -> f64| Weighted::new(addresses.iter().map(weight));
        Self {
            home: weigh(&|address| busy.home(address)),
            centre: weigh(&|address| busy.centre(address)),
            traffic: weigh(&|address| busy.traffic(address)),
            green: weigh(&|address| busy.green(address)),
            attractors: attractors()
                .map(|spot| Spot::new(&addresses, spot.centre, spot.radius_m, 1.3))
                .collect(),
            planted: PLANTED
                .iter()
                .map(|spot| Spot::new(&addresses, spot.centre, spot.radius_m, 1.0))
                .collect(),
            geometry,
            streets,
            addresses,
        }
    }

    /// What can be drawn.
    pub(crate) fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    pub(crate) fn address(&self, index: usize) -> Address {
        self.addresses[index]
    }

    /// An address where this sort of event is met.
    pub(crate) fn draw(&self, whereabouts: Whereabouts, dice: &mut Dice) -> usize {
        let mut share = dice.unit();
        for (part, table) in [
            (whereabouts.centre, &self.centre),
            (whereabouts.traffic, &self.traffic),
            (whereabouts.green, &self.green),
        ] {
            if share < part {
                return table.draw(dice);
            }
            share -= part;
        }
        self.home.draw(dice)
    }

    /// An address at one of [`attractors`].
    pub(crate) fn draw_attractor(&self, attractor: usize, dice: &mut Dice) -> usize {
        self.attractors[attractor].draw(dice)
    }

    /// An address in one of [`PLANTED`].
    pub(crate) fn draw_planted(&self, spot: usize, dice: &mut Dice) -> usize {
        self.planted[spot].draw(dice)
    }

    /// Another address a few houses away in the same street.
    pub(crate) fn neighbour(&self, address: usize, dice: &mut Dice) -> usize {
        let houses = 1 + dice.exponential(2.5) as usize;
        let other = if dice.chance(0.5) {
            address + houses
        } else {
            address.saturating_sub(houses)
        };
        let is_same_street = self
            .addresses
            .get(other)
            .is_some_and(|found| found.street == self.addresses[address].street);
        if is_same_street { other } else { address }
    }

    /// The middle of the address' street.
    pub(crate) fn street_middle(&self, address: usize) -> Metres {
        self.street(address).middle
    }

    pub(crate) fn district(&self, address: usize) -> &'static str {
        self.street(address).district
    }

    /// The quarter around the address, by its common name.
    pub(crate) fn quarter(&self, address: usize) -> &'static str {
        urbanity(self.addresses[address].at).1.name
    }

    /// "Erlenkamp 12, Heessen", without the number for `with_house` false and for main roads.
    pub(crate) fn label(&self, address: usize, with_house: bool) -> String {
        let street = self.street(address);
        if with_house && street.has_houses {
            format!(
                "{} {}, {}",
                street.name, self.addresses[address].house, street.district
            )
        } else {
            format!("{}, {}", street.name, street.district)
        }
    }

    fn street(&self, address: usize) -> &StreetOfCity {
        &self.streets[self.addresses[address].street as usize]
    }
}

impl Spot {
    fn new(addresses: &[Address], centre: LatLng, radius_m: f64, reach: f64) -> Self {
        let centre = centre.metres();
        let (numbers, weights): (Vec<u32>, Vec<f64>) = addresses
            .iter()
            .enumerate()
            .filter_map(|(number, address)| {
                let distance = address.at.distance(centre) / radius_m;
                // A metre is left for the rounding of coordinates.
                (distance < reach - 1.5 / radius_m)
                    .then(|| (number as u32, (-3.0 * distance * distance).exp()))
            })
            .unzip();
        Self {
            addresses: numbers,
            weights: Weighted::new(weights),
        }
    }

    fn draw(&self, dice: &mut Dice) -> usize {
        self.addresses[self.weights.draw(dice)] as usize
    }
}

fn lay_out(geometry: &Geometry) -> (Vec<StreetOfCity>, Vec<Address>) {
    let mut streets = Vec::new();
    let mut addresses = Vec::new();
    let main_roads = geometry.main_roads.iter().filter(|road| !road.is_motorway);
    let lines = geometry
        .streets
        .iter()
        .zip(&geometry.street_names)
        .map(|(street, name)| (name.as_str(), street.line.clone(), true))
        .chain(main_roads.flat_map(|road| {
            // A main road is known by its sections, so that its middle stays near.
            let whole = length(&road.line);
            let sections = (whole / 450.0).ceil().max(1.0);
            (0..sections as usize).map(move |section| {
                let from = whole * section as f64 / sections;
                (road.name, part(&road.line, from, from + whole / sections), false)
            })
        }));
    for (name, line, has_houses) in lines {
        let middle = walk(&line, length(&line) / 2.0).0;
        let Some(district) = geometry.outline.district_at(middle) else {
            continue;
        };
        add_addresses(&line, streets.len() as u32, &mut addresses);
        streets.push(StreetOfCity {
            name: name.to_owned(),
            district: DISTRICTS[district].1,
            middle,
            has_houses,
        });
    }
    (streets, addresses)
}

fn add_addresses(line: &[Metres], street: u32, addresses: &mut Vec<Address>) {
    let count = (length(line) / FRONTAGE_M) as u16;
    for house in 0..count {
        let (at, (dx, dy)) = walk(line, (f64::from(house) + 0.5) * FRONTAGE_M);
        let side = if house % 2 == 0 { SETBACK_M } else { -SETBACK_M };
        addresses.push(Address {
            at: at.plus(-dy * side, dx * side),
            street,
            house: house + 1,
        });
    }
}

/// The point at a distance along the line and the unit direction there.
fn walk(line: &[Metres], distance: f64) -> (Metres, (f64, f64)) {
    let mut rest = distance;
    let mut last = (line[0], (1.0, 0.0));
    for pair in line.windows(2) {
        let segment = pair[0].distance(pair[1]).max(1e-6);
        let direction = (
            (pair[1].x - pair[0].x) / segment,
            (pair[1].y - pair[0].y) / segment,
        );
        if rest <= segment {
            return (pair[0].between(pair[1], rest / segment), direction);
        }
        rest -= segment;
        last = (pair[1], direction);
    }
    last
}

/// How much happens at an address.
struct Busyness<'a> {
    streets: &'a [StreetOfCity],
    parks: Vec<Ring>,
    /// Some streets see more than others, for no reason that a map shows.
    luck: Vec<f64>,
}

impl<'a> Busyness<'a> {
    fn new(streets: &'a [StreetOfCity], geometry: &Geometry) -> Self {
        let mut dice = Dice::new(0, "busy streets");
        let luck = streets.iter().map(|_| dice.log_normal(1.0, 0.45)).collect();
        Self {
            streets,
            parks: geometry.parks.iter().map(|park| Ring::new(&park.ring)).collect(),
            luck,
        }
    }

    fn luck(&self, address: &Address) -> f64 {
        self.luck[address.street as usize]
    }

    fn has_houses(&self, address: &Address) -> bool {
        self.streets[address.street as usize].has_houses
    }

    fn home(&self, address: &Address) -> f64 {
        let (depth, settlement) = urbanity(address.at);
        let density = if depth > 0.0 {
            0.8 + 0.5 * depth + 0.05 * settlement.bustle
        } else {
            0.08
        };
        density * self.luck(address)
    }

    fn centre(&self, address: &Address) -> f64 {
        let pull: f64 = SETTLEMENTS
            .iter()
            .map(|settlement| {
                let reach = if settlement.bustle > 5.0 { 430.0 } else { 200.0 };
                let distance = address.at.distance(settlement.middle.metres()) / reach;
                settlement.bustle * (-distance * distance / 2.0).exp()
            })
            .sum();
        (pull + 0.012) * self.luck(address)
    }

    fn traffic(&self, address: &Address) -> f64 {
        let road = if self.has_houses(address) { 0.25 } else { 5.0 };
        let town = if urbanity(address.at).0 > 0.0 { 1.0 } else { 0.35 };
        road * town * self.luck(address)
    }

    fn green(&self, address: &Address) -> f64 {
        let is_near = self.parks.iter().any(|park| park.is_near(address.at, 130.0));
        let town = if urbanity(address.at).0 > 0.0 { 1.0 } else { 0.1 };
        if is_near { town * self.luck(address) } else { 0.002 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spot_has_addresses() {
        let city = City::new();
        for (planted, spot) in PLANTED.iter().zip(&city.planted) {
            assert!(
                spot.addresses.len() >= 20,
                "{} has {} addresses",
                planted.id,
                spot.addresses.len()
            );
        }
        for (hotspot, spot) in attractors().zip(&city.attractors) {
            assert!(
                spot.addresses.len() >= 40,
                "{} has {} addresses",
                hotspot.id,
                spot.addresses.len()
            );
        }
    }

    #[test]
    fn every_district_has_addresses() {
        let city = City::new();
        for (_, name) in DISTRICTS {
            let count = (0..city.addresses.len())
                .filter(|&address| city.district(address) == name)
                .count();
            assert!(count > 1000, "{name}: {count}");
        }
    }
}
