//! Addresses to places.
//!
//! An address is found by its exact street (spellings of `Straße`, umlauts and ß do not matter), else by the one street that a
//! slip of the pen away fits best, and by its exact house number. Where the number is not known the street itself is the place;
//! where several places fit there is none: a wrong place would be worse.

mod book;
mod files;
mod table;
mod words;
mod written;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use lagebild_domain::{LatLng, Precision};

pub use book::{AddressBook, InvalidGazetteer};
pub use files::{AddressFileFault, AddressSettings, AddressesRead};
use words::{HouseNumber, allowed_errors, stem, street_key};
use written::Written;

/// Points of one address that lie no farther apart are one place: a house and its back door.
const SAME_PLACE_M: f64 = 60.0;
/// Houses at a crossing lie no farther apart than this, each on its own street.
const CROSSING_M: f64 = 120.0;
/// Error of a house's point.
const HOUSE_M: f64 = 10.0;
/// Error of a house next to the one that was meant, or of the first of several.
const NEAR_HOUSE_M: f64 = 30.0;
/// Misspelt names that are remembered with their answers.
const REMEMBERED: usize = 100_000;

/// Where an address lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// The house, or the middle of the street, or the crossing.
    pub point: LatLng,
    /// [`Precision::Point`] for a house, [`Precision::Street`] for a street or a crossing.
    pub precision: Precision,
    /// Nothing that the address can mean lies farther from the point, in metres.
    pub precision_m: f64,
}

/// Why an address has no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotFound {
    /// No street, or none in that town.
    Street,
    /// So many places fit.
    Several(usize),
    /// Two streets that do not come near each other.
    Crossing,
}

#[derive(Debug)]
struct House {
    number: Option<HouseNumber>,
    postcode: String,
    point: LatLng,
}

#[derive(Debug)]
struct Street {
    town: Vec<String>,
    /// Parts of the town that it runs through.
    districts: HashSet<Vec<String>>,
    /// In the order of their numbers.
    houses: Vec<House>,
}

/// The addresses of a city.
///
/// ```
/// use lagebild_ingest::{AddressBook, Gazetteer};
///
/// let file = "street,number,postcode,town,district,street_id,latitude,longitude\n\
///             Bahnhofstraße,5,59065,Hamm,Mitte,77,51.678000000,7.808000000\n";
/// let gazetteer = Gazetteer::new(AddressBook::read(Box::new(file.as_bytes()))?);
/// let found = gazetteer.find("Bahnhofstr. 5, 59065 Hamm").expect("it is there");
/// assert_eq!(found.point.lat_degrees(), 51.678);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Gazetteer {
    streets: Vec<Street>,
    /// Streets by the key of their name.
    by_key: HashMap<String, Vec<usize>>,
    /// The keys by their first letter, for misspelt names.
    by_letter: HashMap<char, Vec<String>>,
    /// Words of the towns and their parts.
    places: HashSet<Vec<String>>,
    /// Answers for misspelt names.
    misspelt: Mutex<HashMap<String, Option<Arc<str>>>>,
}

impl Gazetteer {
    /// From its addresses.
    pub fn new(book: AddressBook) -> Self {
        let mut gazetteer = Self::default();
        let mut known: HashMap<(String, String, String), usize> = HashMap::new();
        for address in book.addresses {
            let key = street_key(&address.street);
            if key.is_empty() {
                continue;
            }
            let (town, district) = (words::words(&address.town), words::words(&address.district));
            let identity = (key.clone(), address.town, address.street_id);
            let index = *known.entry(identity).or_insert_with(|| {
                gazetteer
                    .by_key
                    .entry(key)
                    .or_default()
                    .push(gazetteer.streets.len());
                gazetteer.streets.push(Street {
                    town: town.clone(),
                    districts: HashSet::new(),
                    houses: Vec::new(),
                });
                gazetteer.streets.len() - 1
            });
            let street = &mut gazetteer.streets[index];
            for place in [town, district.clone()] {
                if !place.is_empty() {
                    gazetteer.places.insert(place);
                }
            }
            if !district.is_empty() {
                street.districts.insert(district);
            }
            street.houses.push(House {
                number: address.number,
                postcode: address.postcode,
                point: address.point,
            });
        }
        for street in &mut gazetteer.streets {
            street.houses.sort_by(|a, b| a.number.cmp(&b.number));
        }
        for key in gazetteer.by_key.keys() {
            if let Some(letter) = key.chars().next() {
                gazetteer.by_letter.entry(letter).or_default().push(key.clone());
            }
        }
        gazetteer
    }

    /// The place of an address or a crossing of two streets.
    ///
    /// # Errors
    /// [`NotFound`] where no place fits, or more than one.
    pub fn find(&self, text: &str) -> Result<Found, NotFound> {
        let written = Written::parse(text, |place| self.is_place(place));
        if let Some(streets) = self.exact(&written) {
            return self.on(&streets, &written);
        }
        if let Some((first, second)) = written::crossing(text) {
            let streets = |text: &str| {
                let part = Written::parse(text, |place| self.is_place(place));
                let whole = Written {
                    postcode: part.postcode.clone().or_else(|| written.postcode.clone()),
                    place: part.place.clone().or_else(|| written.place.clone()),
                    ..part
                };
                self.exact(&whole).or_else(|| self.alike(&whole))
            };
            let (first, second) = (
                streets(&first).ok_or(NotFound::Street)?,
                streets(&second).ok_or(NotFound::Street)?,
            );
            return self.crossing(&first, &second);
        }
        let streets = self.alike(&written).ok_or(NotFound::Street)?;
        self.on(&streets, &written)
    }

    fn is_place(&self, name: &str) -> bool {
        let words = words::words(name);
        let is_known = |words: &[String]| self.places.contains(words);
        // "Hamm", "Rhynern", "Hamm-Rhynern"
        is_known(&words)
            || (1..words.len()).any(|split| is_known(&words[..split]) && is_known(&words[split..]))
    }

    /// Streets whose name is the written one, in the town that is written.
    fn exact(&self, written: &Written) -> Option<Vec<usize>> {
        let key = street_key(&written.street);
        if let Some(streets) = self.by_key.get(&key) {
            return self.in_place(streets, written);
        }
        // "Hamm Bahnhofstr. 5"
        let (town, street) = written.street.split_once(' ')?;
        if written.place.is_some() || !self.is_place(town) {
            return None;
        }
        let placed = Written {
            place: Some(town.to_owned()),
            ..written.clone()
        };
        self.in_place(self.by_key.get(&street_key(street))?, &placed)
    }

    /// Streets of the one name that fits best within the errors that its length allows.
    fn alike(&self, written: &Written) -> Option<Vec<usize>> {
        let key = street_key(&written.street);
        let remembered = self
            .misspelt
            .lock()
            .ok()
            .and_then(|known| known.get(&key).cloned());
        let meant = remembered.unwrap_or_else(|| {
            let meant = self.nearest(&key).map(Arc::from);
            if let Ok(mut known) = self.misspelt.lock()
                && known.len() < REMEMBERED
            {
                known.insert(key, meant.clone());
            }
            meant
        });
        self.in_place(self.by_key.get(&*meant?)?, written)
    }

    fn nearest(&self, key: &str) -> Option<&str> {
        let allowed = allowed_errors(stem(key));
        if allowed == 0 {
            return None;
        }
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let wanted_digits = digits(key);
        let mut best: Option<(usize, &str)> = None;
        let mut is_only = true;
        for known in self.by_letter.get(&key.chars().next()?)? {
            if known.len().abs_diff(key.len()) > allowed {
                continue;
            }
            let errors = strsim::osa_distance(known, key);
            if errors > allowed.min(allowed_errors(stem(known))) || digits(known) != wanted_digits {
                continue;
            }
            match best {
                Some((least, _)) if errors > least => {}
                Some((least, _)) if errors == least => is_only = false,
                _ => {
                    best = Some((errors, known));
                    is_only = true;
                }
            }
        }
        best.filter(|_| is_only).map(|(_, known)| known)
    }

    /// Those of the streets that lie in the town and postal code that are written, as far as the gazetteer knows such.
    fn in_place(&self, streets: &[usize], written: &Written) -> Option<Vec<usize>> {
        let place = written.place.as_deref().map(words::words);
        let fits = |street: &Street| {
            let by_postcode = written.postcode.as_deref().is_none_or(|postcode| {
                let known = street.houses.iter().filter(|house| !house.postcode.is_empty());
                let mut known = known.peekable();
                known.peek().is_none() || known.any(|house| house.postcode == postcode)
            });
            let by_place = place.as_ref().is_none_or(|place| {
                street.town.is_empty() && street.districts.is_empty()
                    || !street.town.is_empty() && place.starts_with(&street.town)
                    || street.districts.contains(place)
            });
            by_postcode && by_place
        };
        let fitting: Vec<usize> = streets
            .iter()
            .copied()
            .filter(|index| fits(&self.streets[*index]))
            .collect();
        (!fitting.is_empty()).then_some(fitting)
    }

    /// The house on one of the streets, else the one street.
    fn on(&self, streets: &[usize], written: &Written) -> Result<Found, NotFound> {
        if let Some(number) = &written.number {
            let houses = |wanted: &dyn Fn(&HouseNumber) -> bool| -> Vec<LatLng> {
                streets
                    .iter()
                    .flat_map(|index| &self.streets[*index].houses)
                    .filter(|house| house.number.as_ref().is_some_and(wanted))
                    .filter(|house| {
                        written.postcode.is_none()
                            || house.postcode.is_empty()
                            || Some(&house.postcode) == written.postcode.as_ref()
                    })
                    .map(|house| house.point)
                    .collect()
            };
            let error_m = if written.is_range { NEAR_HOUSE_M } else { HOUSE_M };
            if let Some(found) = one_place(&houses(&|known| known == number), Precision::Point, error_m)? {
                return Ok(found);
            }
            // 12a where only 12 or 12b are known.
            let alike = houses(&|known| known.number == number.number);
            if let Ok(Some(found)) = one_place(&alike, Precision::Street, NEAR_HOUSE_M) {
                return Ok(found);
            }
        }
        match streets {
            [street] => self.streets[*street].whole().ok_or(NotFound::Street),
            several => Err(NotFound::Several(several.len())),
        }
    }

    /// Where houses of both streets come nearest to each other.
    fn crossing(&self, first: &[usize], second: &[usize]) -> Result<Found, NotFound> {
        let mut meetings = Vec::new();
        for a in first {
            for b in second {
                if a != b {
                    meetings.extend(self.streets[*a].meets(&self.streets[*b]));
                }
            }
        }
        meetings.sort_by(|a, b| a.precision_m.total_cmp(&b.precision_m));
        let nearest = *meetings.first().ok_or(NotFound::Crossing)?;
        let elsewhere = |other: &&Found| other.point.distance_m(nearest.point) > CROSSING_M;
        match meetings.iter().filter(elsewhere).count() {
            0 => Ok(nearest),
            others => Err(NotFound::Several(others + 1)),
        }
    }
}

/// The one place of points that lie together; `Several` where they do not.
fn one_place(points: &[LatLng], precision: Precision, error_m: f64) -> Result<Option<Found>, NotFound> {
    let Some(first) = points.first() else {
        return Ok(None);
    };
    let spread_m = points.iter().map(|p| p.distance_m(*first)).fold(0.0, f64::max);
    if spread_m > SAME_PLACE_M {
        let mut apart: Vec<LatLng> = Vec::new();
        for point in points {
            if apart.iter().all(|known| known.distance_m(*point) > SAME_PLACE_M) {
                apart.push(*point);
            }
        }
        return Err(NotFound::Several(apart.len().max(2)));
    }
    Ok(Some(Found {
        point: *first,
        precision,
        precision_m: error_m.max(spread_m),
    }))
}

impl Street {
    /// The house nearest to the middle of all; the error reaches to the farthest.
    fn whole(&self) -> Option<Found> {
        let count = self.houses.len() as f64;
        let mean =
            |degrees: fn(LatLng) -> f64| self.houses.iter().map(|h| degrees(h.point)).sum::<f64>() / count;
        let middle = LatLng::new(mean(LatLng::lat_degrees), mean(LatLng::lng_degrees)).ok()?;
        let points = || self.houses.iter().map(|house| house.point);
        let point = points().min_by(|a, b| a.distance_m(middle).total_cmp(&b.distance_m(middle)))?;
        Some(Found {
            point,
            precision: Precision::Street,
            precision_m: points().map(|p| p.distance_m(point)).fold(NEAR_HOUSE_M, f64::max),
        })
    }

    /// Halfway between the two nearest houses of this street and another.
    fn meets(&self, other: &Self) -> Option<Found> {
        const METRES_PER_DEGREE: f64 = 111_195.0;
        let east = self.houses.first()?.point.lat_degrees().to_radians().cos() * METRES_PER_DEGREE;
        let plane = |street: &Self| -> Vec<(f64, f64, LatLng)> {
            let houses = street.houses.iter().map(|house| house.point);
            houses
                .map(|p| (p.lng_degrees() * east, p.lat_degrees() * METRES_PER_DEGREE, p))
                .collect()
        };
        let theirs = plane(other);
        let mut nearest: Option<(f64, LatLng, LatLng)> = None;
        for (x, y, point) in plane(self) {
            for (other_x, other_y, other_point) in &theirs {
                let squared = (x - other_x).powi(2) + (y - other_y).powi(2);
                if nearest.is_none_or(|(least, ..)| squared < least) {
                    nearest = Some((squared, point, *other_point));
                }
            }
        }
        let (squared, a, b) = nearest?;
        let apart_m = squared.sqrt();
        if apart_m > CROSSING_M {
            return None;
        }
        let middle = |degrees: fn(LatLng) -> f64| f64::midpoint(degrees(a), degrees(b));
        Some(Found {
            point: LatLng::new(middle(LatLng::lat_degrees), middle(LatLng::lng_degrees)).ok()?,
            precision: Precision::Street,
            precision_m: apart_m.max(NEAR_HOUSE_M),
        })
    }
}
