//! Which columns of a table of addresses hold what.

use crate::format::Row;
use crate::format::form::Form;

/// Names that offices give their columns, in small letters; earlier ones are taken first.
const STREET: &[&str] = &[
    "strname",
    "stn",
    "strassenname",
    "straßenname",
    "strasse",
    "straße",
    "str",
    "street",
    "addr:street",
    "stra_e",
];
const NUMBER: &[&str] = &[
    "hsnr",
    "hnr",
    "hausnummer",
    "hausnr",
    "hausnr.",
    "housenumber",
    "house_number",
    "number",
    "addr:housenumber",
    "nr",
];
const ADDITION: &[&str] = &[
    "hsnrzu",
    "adz",
    "zusatz",
    "hausnummerzusatz",
    "hausnummernzusatz",
    "hausnrzusatz",
    "hnrzusatz",
    "hnr_zusatz",
    "buchstabe",
];
const POSTCODE: &[&str] = &["plz", "postleitzahl", "postcode", "addr:postcode", "zip"];
const TOWN: &[&str] = &[
    "gmd_name",
    "gemeinde",
    "gemeindename",
    "gmn",
    "ort",
    "stadt",
    "onm",
    "ortsname",
    "town",
    "city",
    "addr:city",
];
const DISTRICT: &[&str] = &[
    "ortsteil",
    "otname",
    "stadtteil",
    "district",
    "ott_name",
    "addr:suburb",
];
const STREET_ID: &[&str] = &[
    "strschl",
    "str_schl",
    "sss",
    "strassenschluessel",
    "straßenschlüssel",
    "street_id",
];
const EAST: &[&str] = &[
    "ostwert",
    "ost",
    "rechtswert",
    "easting",
    "east",
    "hk_ost",
    "x",
    "xkoord",
    "x_koord",
    "utm_x",
    "longitude",
    "lon",
    "lng",
    "long",
    "e",
];
const NORTH: &[&str] = &[
    "nordwert", "nord", "hochwert", "northing", "north", "hk_nord", "y", "ykoord", "y_koord", "utm_y",
    "latitude", "lat", "n",
];
const POINT: &[&str] = &["point/pos", "pos", "geom", "geometry", "wkt", "the_geom"];

/// Positions in a [`Row`].
#[derive(Debug)]
pub(crate) struct AddressColumns {
    street: usize,
    number: Option<usize>,
    addition: Option<usize>,
    postcode: Option<usize>,
    town: Option<usize>,
    district: Option<usize>,
    street_id: Option<usize>,
    east: Option<usize>,
    north: Option<usize>,
    point: Option<usize>,
}

impl AddressColumns {
    /// By the names of the columns; `None` where none is a street's.
    pub(crate) fn of(form: &Form) -> Option<Self> {
        let lower: Vec<String> = form.columns.iter().map(|name| name.to_lowercase()).collect();
        let find = |names: &[&str]| {
            names.iter().find_map(|wanted| {
                lower
                    .iter()
                    .position(|known| known == wanted || known.ends_with(&format!("/{wanted}")))
            })
        };
        Some(Self {
            street: find(STREET)?,
            number: find(NUMBER),
            addition: find(ADDITION),
            postcode: find(POSTCODE),
            town: find(TOWN),
            district: find(DISTRICT),
            street_id: find(STREET_ID),
            east: find(EAST),
            north: find(NORTH),
            point: find(POINT),
        })
    }

    /// What a row says, and its two coordinates in the order in which they stand.
    pub(crate) fn read(&self, row: &Row) -> Said {
        let text = |column: Option<usize>| {
            let value = column.and_then(|index| row.values.get(index));
            value.map(|value| value.trim().to_owned()).unwrap_or_default()
        };
        let number = |column: Option<usize>| decimal(&text(column));
        let pair = || {
            let text = text(self.point);
            let mut numbers = text
                .split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-')))
                .filter_map(|part| part.parse::<f64>().ok());
            Some((numbers.next()?, numbers.next()?))
        };
        Said {
            street: text(Some(self.street)),
            number: format!("{}{}", text(self.number), text(self.addition)),
            postcode: text(self.postcode),
            town: text(self.town),
            district: text(self.district),
            street_id: text(self.street_id),
            point: row
                .point
                .or_else(|| number(self.east).zip(number(self.north)))
                .or_else(pair),
        }
    }
}

/// One row of a file of addresses, as it stands there.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) street: String,
    pub(crate) number: String,
    pub(crate) postcode: String,
    pub(crate) town: String,
    pub(crate) district: String,
    pub(crate) street_id: String,
    /// Two numbers, in whatever order and system.
    pub(crate) point: Option<(f64, f64)>,
}

/// A number with a point or a comma.
pub(crate) fn decimal(text: &str) -> Option<f64> {
    let plain = if text.contains(',') {
        text.replace('.', "").replace(',', ".")
    } else {
        text.to_owned()
    };
    plain
        .trim()
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite())
}
