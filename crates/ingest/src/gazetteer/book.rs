//! Addresses as they are kept: one file, `gazetteer.csv`, that a person can read.

use std::collections::HashSet;
use std::io::{Read, Write};

use lagebild_domain::LatLng;

use crate::bytes;
use crate::gazetteer::words::HouseNumber;

/// Names of the file's columns.
const COLUMNS: [&str; 8] = [
    "street",
    "number",
    "postcode",
    "town",
    "district",
    "street_id",
    "latitude",
    "longitude",
];

/// One address.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Address {
    pub(crate) street: String,
    /// None for a point that stands for the street.
    pub(crate) number: Option<HouseNumber>,
    pub(crate) postcode: String,
    pub(crate) town: String,
    pub(crate) district: String,
    /// The owner's key of the street: tells two streets of one name apart.
    pub(crate) street_id: String,
    pub(crate) point: LatLng,
}

/// Addresses of one or several files.
#[derive(Debug, Default)]
pub struct AddressBook {
    pub(crate) addresses: Vec<Address>,
}

/// A gazetteer that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidGazetteer {
    /// The file cannot be read or written.
    #[error("it cannot be read ({0})")]
    Io(#[from] std::io::Error),
    /// Not as `gazetteer import` writes it.
    #[error("line {line}: it is not as `lagebild gazetteer import` writes it; import the addresses again")]
    Content {
        /// Number of the line.
        line: u64,
    },
}

impl AddressBook {
    /// How many addresses it has.
    pub fn len(&self) -> usize {
        self.addresses.len()
    }

    /// True when it has none.
    pub fn is_empty(&self) -> bool {
        self.addresses.is_empty()
    }

    /// How many streets it has.
    pub fn streets(&self) -> usize {
        let streets = self
            .addresses
            .iter()
            .map(|address| (&address.street, &address.town, &address.street_id));
        streets.collect::<HashSet<_>>().len()
    }

    /// Writes the file, in a fixed order: the same addresses give the same bytes.
    ///
    /// # Errors
    /// Those of the output.
    pub fn write(&mut self, output: impl Write) -> std::io::Result<()> {
        self.addresses.sort_by(|a, b| {
            let key = |address: &Address| {
                (
                    address.street.clone(),
                    address.town.clone(),
                    address.street_id.clone(),
                    address.number.clone(),
                )
            };
            let at = |address: &Address| (address.point.lat_degrees(), address.point.lng_degrees());
            key(a)
                .cmp(&key(b))
                .then(at(a).0.total_cmp(&at(b).0))
                .then(at(a).1.total_cmp(&at(b).1))
        });
        self.addresses.dedup();
        let mut writer = csv::Writer::from_writer(output);
        writer.write_record(COLUMNS)?;
        for address in &self.addresses {
            writer.write_record([
                &address.street,
                &address
                    .number
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
                &address.postcode,
                &address.town,
                &address.district,
                &address.street_id,
                // Nine decimals are a tenth of a millimetre.
                &format!("{:.9}", address.point.lat_degrees()),
                &format!("{:.9}", address.point.lng_degrees()),
            ])?;
        }
        writer.flush()
    }

    /// Reads a file that [`AddressBook::write`] has written, plain or gzip.
    ///
    /// # Errors
    /// [`InvalidGazetteer`] with the line.
    pub fn read(input: Box<dyn Read + Send>) -> Result<Self, InvalidGazetteer> {
        let mut reader = csv::Reader::from_reader(bytes::unpacked(input)?);
        let broken = |line: u64| InvalidGazetteer::Content { line };
        if reader.headers().map_err(|_| broken(1))? != COLUMNS[..] {
            return Err(broken(1));
        }
        let mut addresses = Vec::new();
        let mut record = csv::StringRecord::new();
        loop {
            let line = reader.position().line();
            if !reader.read_record(&mut record).map_err(|_| broken(line))? {
                break;
            }
            let degrees = |index: usize| record[index].parse::<f64>().map_err(|_| broken(line));
            addresses.push(Address {
                street: record[0].to_owned(),
                number: HouseNumber::parse(&record[1]),
                postcode: record[2].to_owned(),
                town: record[3].to_owned(),
                district: record[4].to_owned(),
                street_id: record[5].to_owned(),
                point: LatLng::new(degrees(6)?, degrees(7)?).map_err(|_| broken(line))?,
            });
        }
        Ok(Self { addresses })
    }
}
