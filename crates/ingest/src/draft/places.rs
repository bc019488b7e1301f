//! Columns that say where.

use super::columns::{Table, last_part};

const EAST: &[&str] = &[
    "xgcswgs84",
    "longitude",
    "long",
    "lon",
    "lng",
    "utmrechtswert",
    "rechtswert",
    "ostwert",
    "easting",
    "linrefx",
    "utm_x",
    "x",
    "e",
    "x coordinate",
];
const POINT: &[&str] = &["pos", "point", "geom", "wkt", "geo_point_2d", "koordinate"];
const AREA: &[&str] = &[
    "lor",
    "plr_id",
    "plr",
    "bezirk",
    "stadtbezirk",
    "stadtteil",
    "ortsteil",
    "lsoa code",
    "area_id",
];
const STREET: &[&str] = &[
    "strasse",
    "straße",
    "street",
    "adresse",
    "address",
    "strname",
    "anschrift",
];
const NUMBER: &[&str] = &[
    "hausnummer",
    "hausnr",
    "hsnr",
    "hnr",
    "house_number",
    "housenumber",
];
const IN_WORDS: &[&str] = &[
    "location_street_name",
    "incident address",
    "address",
    "adresse",
    "location",
    "ort",
    "place",
    "strasse",
    "straße",
    "name",
];

/// What the columns say of places.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// Keys of `[source.columns]` and their columns.
    pub(super) columns: Vec<(&'static str, Vec<String>)>,
    pub(super) crs: Option<String>,
    pub(super) decimal_comma: bool,
    pub(super) north_first: bool,
}

impl Place {
    pub(super) fn find(table: &Table) -> Self {
        let mut place = Self::default();
        if let Some(middle) = middle(table.points.iter().copied()) {
            place.crs = crs_of(middle);
        } else if let Some((east, north)) = pair(table) {
            place.decimal_comma = [&east, &north]
                .iter()
                .any(|name| table.mostly(name, |value| value.contains(',')));
            let points = table.values(&east).zip(table.values(&north));
            let middle = middle(points.filter_map(|(x, y)| Some((number(x)?, number(y)?))));
            let (east, north, middle) = match middle {
                // Named the wrong way round, as in Essen's WFS.
                Some((x, y)) if crs_of((x, y)).is_none() && crs_of((y, x)).is_some() => {
                    (north, east, Some((y, x)))
                }
                other => (east, north, other),
            };
            place.crs = middle.and_then(crs_of);
            place.columns.push(("longitude", vec![east]));
            place.columns.push(("latitude", vec![north]));
        } else if let Some(point) =
            table.by_name(POINT, |name| table.mostly(name, |value| two(value).is_some()))
        {
            if let Some((x, y)) = middle(table.values(&point).filter_map(two)) {
                place.north_first = is_german_north_first(x, y) || crs_of((x, y)).is_none();
                place.crs = crs_of(if place.north_first { (y, x) } else { (x, y) });
            }
            place.columns.push(("point", vec![point]));
        } else if let Some(area) = table.by_name(AREA, |name| table.values(name).next().is_some()) {
            place.columns.push(("area", vec![area]));
        } else if let Some(street) = table.by_name(STREET, |name| table.values(name).next().is_some()) {
            let number = table.by_name(NUMBER, |name| table.values(name).next().is_some());
            place
                .columns
                .push(("address", std::iter::once(street).chain(number).collect()));
        }
        // WGS 84 is what is taken without a word.
        place.crs = place.crs.take().filter(|crs| crs != "EPSG:4326");
        let is_taken = |name: &str| {
            place
                .columns
                .iter()
                .any(|(_, names)| names.iter().any(|known| known == name))
        };
        let in_words = table.by_name(IN_WORDS, |name| {
            !is_taken(name) && table.mostly(name, |value| value.chars().any(char::is_alphabetic))
        });
        if let Some(name) = in_words.filter(|name| last_part(name) != "name") {
            place.columns.push(("place", vec![name]));
        }
        place
    }
}

/// Columns of eastings and northings.
fn pair(table: &Table) -> Option<(String, String)> {
    let is_number = |name: &str| table.mostly(name, |value| number(value).is_some());
    // Both by the same sort of name: "X" goes with "Y".
    EAST.iter().zip(NORTH_OF).find_map(|(east, north)| {
        let exact = |wanted: &str| {
            table
                .form
                .columns
                .iter()
                .find(|name| last_part(name) == wanted && is_number(name))
                .cloned()
        };
        Some((exact(east)?, exact(north)?))
    })
}

/// The northing that goes with each easting.
const NORTH_OF: &[&str] = &[
    "ygcswgs84",
    "latitude",
    "lat",
    "lat",
    "lat",
    "utmhochwert",
    "hochwert",
    "nordwert",
    "northing",
    "linrefy",
    "utm_y",
    "y",
    "n",
    "y coordinate",
];

fn number(text: &str) -> Option<f64> {
    let plain = if text.contains(',') {
        text.replace('.', "").replace(',', ".")
    } else {
        text.to_owned()
    };
    plain.parse().ok().filter(|number: &f64| number.is_finite())
}

fn two(text: &str) -> Option<(f64, f64)> {
    let mut numbers = text
        .split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-')))
        .filter(|part| !part.is_empty())
        .map(|part| part.parse::<f64>().ok());
    let pair = (numbers.next()??, numbers.next()??);
    numbers.next().is_none().then_some(pair)
}

/// The median of each of the two numbers.
fn middle(points: impl Iterator<Item = (f64, f64)>) -> Option<(f64, f64)> {
    let (mut xs, mut ys): (Vec<f64>, Vec<f64>) = points.unzip();
    xs.sort_by(f64::total_cmp);
    ys.sort_by(f64::total_cmp);
    Some((*xs.get(xs.len() / 2)?, *ys.get(ys.len() / 2)?))
}

fn is_german_north_first(x: f64, y: f64) -> bool {
    (47.0..56.0).contains(&x) && (5.0..16.0).contains(&y)
}

/// The coordinate system whose numbers are of this size.
fn crs_of((east, north): (f64, f64)) -> Option<String> {
    if east.abs() <= 180.0 && north.abs() <= 90.0 {
        return Some("EPSG:4326".to_owned());
    }
    let german = 5_200_000.0..6_200_000.0;
    let known = [
        (32_200_000.0..32_900_000.0, &german, 4647),
        (200_000.0..900_000.0, &german, 25832),
        (2_400_000.0..2_800_000.0, &german, 31466),
        (3_200_000.0..3_800_000.0, &german, 31467),
        (2_450_000.0..2_850_000.0, &(1_060_000.0..1_310_000.0), 2056),
    ];
    known
        .iter()
        .find(|(easts, norths, _)| easts.contains(&east) && norths.contains(&north))
        .map(|(_, _, code)| format!("EPSG:{code}"))
}
