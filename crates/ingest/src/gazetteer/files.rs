//! Files of addresses: Hauskoordinaten as CSV, GeoJSON or GML, and NRW's `gebref.txt` in both of its layouts.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};

use crate::bytes::{self, FeedFault};
use crate::format::{self, Row, Stop};
use crate::gazetteer::book::{Address, AddressBook};
use crate::gazetteer::table::{AddressColumns, Said, decimal};
use crate::gazetteer::words::{HouseNumber, street_key};
use crate::projection::Projection;
use crate::sniff::sniff;

/// Bytes that are looked at to tell the form.
const SAMPLE_BYTES: u64 = 1 << 18;
/// Fields of the present layout of `gebref.txt`, and where it has what.
const GEBREF_FIELDS: usize = 21;
/// Fields of the layout until about 2019, whose last is the street.
const OLD_GEBREF_FIELDS: usize = 14;

/// What the files do not say of themselves.
#[derive(Debug, Clone, Default)]
pub struct AddressSettings {
    /// EPSG code such as `EPSG:4647`; by the numbers where none is given.
    pub crs: Option<String>,
    /// Amtlicher Gemeindeschlüssel: of a `gebref.txt` only the rows of this municipality.
    pub municipality: Option<String>,
    /// The town of rows that name none.
    pub town: Option<String>,
}

/// What became of the rows of a file of addresses. `read` is the sum of the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressesRead {
    /// Rows read.
    pub read: u64,
    /// Addresses with a house number.
    pub houses: u64,
    /// Rows without a house number: they stand for their street.
    pub without_number: u64,
    /// Rows of other municipalities.
    pub elsewhere: u64,
    /// Rows that are no address, by reason.
    pub refused: BTreeMap<&'static str, u64>,
}

/// A file of addresses that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum AddressFileFault {
    /// A fault of the file.
    #[error(transparent)]
    Feed(FeedFault),
    /// The coordinate system is not known.
    #[error("--crs {0:?} is not known; give a code such as \"EPSG:25832\"")]
    Crs(String),
}

impl AddressBook {
    /// Adds the addresses of a file, plain or gzip.
    ///
    /// # Errors
    /// [`AddressFileFault`]; what was read before the fault is kept.
    pub fn add(
        &mut self,
        file: &str,
        input: Box<dyn Read + Send>,
        settings: &AddressSettings,
    ) -> Result<AddressesRead, AddressFileFault> {
        let given = match &settings.crs {
            None => None,
            Some(crs) => Some(Projection::new(crs).ok_or_else(|| AddressFileFault::Crs(crs.clone()))?),
        };
        let mut adding = Adding {
            book: self,
            settings,
            systems: Systems::new(given),
            read: AddressesRead::default(),
        };
        let read = adding.file(input);
        let counted = adding.read;
        read.map(|()| counted)
            .map_err(|stop| AddressFileFault::Feed(fault(file, stop)))
    }
}

fn fault(file: &str, stop: Stop) -> FeedFault {
    let (line, problem, remedy) = match stop {
        Stop::Io { line, error } => (
            line,
            format!("it cannot be read ({error})"),
            "Fetch the file again".to_owned(),
        ),
        Stop::Unreadable {
            line,
            problem,
            remedy,
        } => (line, problem, remedy),
    };
    FeedFault {
        file: file.to_owned(),
        line,
        problem,
        remedy,
    }
}

struct Adding<'a> {
    book: &'a mut AddressBook,
    settings: &'a AddressSettings,
    systems: Systems,
    read: AddressesRead,
}

impl Adding<'_> {
    fn file(&mut self, input: Box<dyn Read + Send>) -> Result<(), Stop> {
        let io = |error: io::Error| Stop::Io { line: None, error };
        let unpacked = bytes::unpacked(input).and_then(bytes::of_archive).map_err(io)?;
        let mut text = bytes::text(unpacked, None);
        let mut sample = Vec::new();
        (&mut text)
            .take(SAMPLE_BYTES)
            .read_to_end(&mut sample)
            .map_err(io)?;
        let seen = String::from_utf8_lossy(&sample).into_owned();
        let whole: Box<dyn Read + Send> = Box::new(Cursor::new(sample).chain(text));
        if is_gebref(&seen) {
            return self.gebref(whole);
        }
        let form = sniff(&seen).ok_or_else(|| {
            Stop::unreadable(
                Some(1),
                "it is no file of addresses",
                "Hauskoordinaten as CSV with a header, GeoJSON or GML and NRW's gebref.txt are read",
            )
        })?;
        let columns = AddressColumns::of(&form).ok_or_else(|| {
            Stop::unreadable(
                Some(1),
                format!("no column is a street's; it has: {}", form.columns.join(", ")),
                "Name the column \"strasse\" (and \"hausnummer\", \"zusatz\", \"plz\", \"ort\", \"ostwert\", \"nordwert\")",
            )
        })?;
        let mut records = format::open(&form, whole)?;
        let mut row = Row::new(form.columns.len());
        loop {
            row.clear();
            let Some(found) = records.next(&mut row)? else {
                return Ok(());
            };
            match found.content {
                Ok(()) => self.take(columns.read(&row)),
                Err(_) => self.refuse("unreadable"),
            }
        }
    }

    fn gebref(&mut self, input: Box<dyn Read + Send>) -> Result<(), Stop> {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(b';')
            .has_headers(false)
            .flexible(true)
            .quoting(false)
            .from_reader(input);
        let mut record = csv::ByteRecord::new();
        loop {
            let line = reader.position().line();
            let more = reader.read_byte_record(&mut record).map_err(|error| Stop::Io {
                line: Some(line),
                error: io::Error::other(error.to_string()),
            })?;
            if !more {
                return Ok(());
            }
            let fields: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
            let field = |index: usize| fields.get(index).map(|f| f.trim().to_owned()).unwrap_or_default();
            let (ags, said) = match fields.len() {
                GEBREF_FIELDS.. => (
                    format!("{}{}{}{}", field(3), field(5), field(7), field(9)),
                    Said {
                        street: field(14),
                        number: format!("{}{}", field(15), field(16)),
                        town: field(10),
                        district: field(12),
                        street_id: format!("{}-{}", field(9), field(13)),
                        point: decimal(&field(18)).zip(decimal(&field(19))),
                        ..Said::default()
                    },
                ),
                OLD_GEBREF_FIELDS.. => (
                    format!("{}{}{}{}", field(3), field(4), field(5), field(6)),
                    Said {
                        street: field(13),
                        number: format!("{}{}", field(9), field(10)),
                        street_id: format!("{}-{}", field(6), field(8)),
                        point: decimal(&field(11)).zip(decimal(&field(12))),
                        ..Said::default()
                    },
                ),
                _ => {
                    self.refuse("fields");
                    continue;
                }
            };
            let is_elsewhere = self
                .settings
                .municipality
                .as_ref()
                .is_some_and(|wanted| *wanted != ags);
            // C: a point of interest that is not visible; no house.
            let is_house = field(2) != "C";
            if is_elsewhere {
                self.read.read += 1;
                self.read.elsewhere += 1;
            } else if is_house {
                self.take(said);
            } else {
                self.refuse("no_house");
            }
        }
    }

    fn take(&mut self, said: Said) {
        // "### Straßenname unbekannt" and the like.
        if street_key(&said.street).is_empty() || said.street.starts_with('#') {
            return self.refuse("no_street");
        }
        let Some((x, y)) = said.point else {
            return self.refuse("no_coordinate");
        };
        let Some(point) = self.systems.place(x, y) else {
            return self.refuse("coordinate");
        };
        let number = HouseNumber::parse(&said.number);
        let town = if said.town.is_empty() {
            self.settings.town.clone().unwrap_or_default()
        } else {
            said.town
        };
        self.read.read += 1;
        if number.is_some() {
            self.read.houses += 1;
        } else {
            self.read.without_number += 1;
        }
        self.book.addresses.push(Address {
            street: said.street,
            number,
            postcode: said.postcode,
            town,
            district: said.district,
            street_id: said.street_id,
            point,
        });
    }

    fn refuse(&mut self, reason: &'static str) {
        self.read.read += 1;
        *self.read.refused.entry(reason).or_default() += 1;
    }
}

/// True for lines of 14 or 21 fields whose coordinates stand where a `gebref.txt` has them.
fn is_gebref(sample: &str) -> bool {
    let line = sample.lines().next().unwrap_or_default();
    let fields: Vec<&str> = line.trim_start_matches('\u{feff}').split(';').collect();
    let is_number = |index: usize| fields.get(index).is_some_and(|field| decimal(field).is_some());
    match fields.len() {
        GEBREF_FIELDS.. => is_number(18) && is_number(19),
        OLD_GEBREF_FIELDS.. => is_number(11) && is_number(12),
        _ => false,
    }
}

/// Coordinate systems of German files by the size of their numbers.
struct Systems {
    given: Option<Projection>,
    known: Vec<(std::ops::Range<f64>, Projection)>,
}

impl Systems {
    fn new(given: Option<Projection>) -> Self {
        let known = [
            (-180.0..181.0, "EPSG:4326"),
            (200_000.0..900_000.0, "EPSG:25832"),
            (2_400_000.0..2_800_000.0, "EPSG:31466"),
            (3_200_000.0..3_800_000.0, "EPSG:31467"),
            (32_200_000.0..32_900_000.0, "EPSG:4647"),
        ];
        let known = known
            .into_iter()
            .filter_map(|(range, code)| Some((range, Projection::new(code)?)))
            .collect();
        Self { given, known }
    }

    /// The place of two numbers, which may stand in either order: files give northing first as often as not.
    fn place(&self, x: f64, y: f64) -> Option<lagebild_domain::LatLng> {
        // Northings of Germany in metres, its latitudes in degrees.
        let is_north =
            |value: f64| (5_200_000.0..6_200_000.0).contains(&value) || (47.0..56.0).contains(&value);
        let (east, north) = if is_north(x) && !is_north(y) {
            (y, x)
        } else {
            (x, y)
        };
        if let Some(given) = &self.given {
            return given.to_lat_lng(east, north);
        }
        let (_, projection) = self.known.iter().find(|(range, _)| range.contains(&east))?;
        is_north(north).then(|| projection.to_lat_lng(east, north))?
    }
}
