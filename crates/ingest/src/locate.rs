//! Where a row says that it happened.

use std::collections::BTreeMap;
use std::sync::Arc;

use lagebild_domain::{Extent, LatLng, Location, Precision};

use crate::area_table::AreaTable;
use crate::fields::Field;
use crate::format::Row;
use crate::gazetteer::{Gazetteer, NotFound};
use crate::place_files::PlaceFiles;
use crate::projection::Projection;
use crate::rejection::{Reason, Shown};
use crate::spec::{FeedSpec, PointOrder, default_precision_m};

/// Finds the place of a row: its coordinate, else its address, else its area, else nowhere.
#[derive(Debug)]
pub(crate) struct Locator {
    longitude: Field,
    latitude: Field,
    point: Field,
    point_order: PointOrder,
    precision: Field,
    area: Field,
    areas: Option<Arc<AreaTable>>,
    address: Field,
    gazetteer: Option<Arc<Gazetteer>>,
    projection: Projection,
    decimal_comma: bool,
    source_precision: Precision,
    source_precision_m: f64,
    precisions: BTreeMap<String, Precision>,
    placeholder_points: Vec<[f64; 2]>,
    extent: Extent,
}

impl Locator {
    pub(crate) fn new(spec: &FeedSpec, names: &[String], places: &PlaceFiles, extent: &Extent) -> Self {
        let c = &spec.columns;
        Self {
            longitude: Field::new(c.longitude.as_ref(), None, names),
            latitude: Field::new(c.latitude.as_ref(), None, names),
            point: Field::new(c.point.as_ref(), None, names),
            point_order: spec.point_order,
            precision: Field::new(c.precision.as_ref(), None, names),
            area: Field::new(c.area.as_ref(), None, names),
            areas: places.areas.clone(),
            address: Field::new(c.address.as_ref(), None, names),
            gazetteer: places.gazetteer.clone(),
            projection: spec.projection.clone(),
            decimal_comma: spec.decimal_comma,
            source_precision: spec.precision,
            source_precision_m: spec.precision_m,
            precisions: spec.precisions.clone(),
            placeholder_points: spec.placeholder_points.clone(),
            extent: extent.clone(),
        }
    }

    /// The row's place.
    pub(crate) fn locate(&self, row: &Row) -> Result<Location, Reason> {
        match self.coordinate(row)? {
            Some((x, y)) if !self.is_placeholder(x, y) => self.at_coordinate(x, y, row),
            _ => self.at_address(row),
        }
    }

    /// Easting and northing, if the row has them.
    fn coordinate(&self, row: &Row) -> Result<Option<(f64, f64)>, Reason> {
        if row.point.is_some() {
            return Ok(row.point);
        }
        if let Some(text) = self.point.value(row) {
            let (first, second) = two_numbers(&text).ok_or_else(|| Reason::Number {
                column: self.point.label(),
                shown: Shown::of(&text),
            })?;
            return Ok(Some(match self.point_order {
                PointOrder::EastFirst => (first, second),
                PointOrder::NorthFirst => (second, first),
            }));
        }
        let missing = |field: &Field| Reason::Missing {
            column: field.label(),
        };
        match (self.longitude.value(row), self.latitude.value(row)) {
            (None, None) => Ok(None),
            (Some(x), Some(y)) => Ok(Some((
                self.longitude.number(&x, self.decimal_comma)?,
                self.latitude.number(&y, self.decimal_comma)?,
            ))),
            (None, Some(_)) => Err(missing(&self.longitude)),
            (Some(_), None) => Err(missing(&self.latitude)),
        }
    }

    /// A placeholder is the same number in each row, not one nearby.
    fn is_placeholder(&self, x: f64, y: f64) -> bool {
        self.placeholder_points.contains(&[x, y])
    }

    fn at_coordinate(&self, x: f64, y: f64, row: &Row) -> Result<Location, Reason> {
        let point = self.point(x, y)?;
        let precision = self.precision(row)?;
        let precision_m = if precision == self.source_precision {
            self.source_precision_m
        } else {
            default_precision_m(precision)
        };
        Ok(Location::At {
            point,
            precision,
            precision_m,
        })
    }

    /// By the address; a row whose address is not found may still have an area.
    fn at_address(&self, row: &Row) -> Result<Location, Reason> {
        let (Some(gazetteer), Some(address)) = (&self.gazetteer, self.address.value(row)) else {
            return self.in_area(row);
        };
        let column = || self.address.label();
        match gazetteer.find(&address) {
            Ok(found) => Ok(Location::At {
                point: self.inside(found.point)?,
                precision: found.precision,
                precision_m: found.precision_m,
            }),
            Err(not_found) => match (self.in_area(row)?, not_found) {
                (Location::Nowhere, NotFound::Street) => Err(Reason::UnknownAddress { column: column() }),
                (Location::Nowhere, NotFound::Several(places)) => Err(Reason::AmbiguousAddress {
                    column: column(),
                    places,
                }),
                (Location::Nowhere, NotFound::Crossing) => Err(Reason::NoCrossing { column: column() }),
                (area, _) => Ok(area),
            },
        }
    }

    fn in_area(&self, row: &Row) -> Result<Location, Reason> {
        let (Some(areas), Some(id)) = (&self.areas, self.area.value(row)) else {
            return Ok(Location::Nowhere);
        };
        let place = areas.place(&id).ok_or_else(|| Reason::UnknownArea {
            column: self.area.label(),
            shown: Shown::of(&id),
        })?;
        Ok(Location::At {
            point: self.inside(place.point)?,
            precision: Precision::Area,
            precision_m: place.precision_m,
        })
    }

    fn point(&self, x: f64, y: f64) -> Result<LatLng, Reason> {
        let shown = || Shown::of(&format!("{x}/{y}"));
        let swapped_fits = || {
            self.projection
                .to_lat_lng(y, x)
                .is_some_and(|p| self.extent.beyond_m(p).is_none())
        };
        let Some(point) = self.projection.to_lat_lng(x, y) else {
            return Err(if swapped_fits() {
                Reason::Swapped { shown: shown() }
            } else {
                Reason::Coordinate {
                    shown: shown(),
                    crs: self.projection.name(),
                }
            });
        };
        self.inside(point).map_err(|beyond| {
            if swapped_fits() {
                Reason::Swapped { shown: shown() }
            } else {
                beyond
            }
        })
    }

    /// The point, if it lies within the city's margin.
    fn inside(&self, point: LatLng) -> Result<LatLng, Reason> {
        match self.extent.beyond_m(point) {
            None => Ok(point),
            Some(beyond_m) => Err(Reason::BeyondMargin {
                beyond_km: beyond_m / 1_000.0,
            }),
        }
    }

    fn precision(&self, row: &Row) -> Result<Precision, Reason> {
        let Some(word) = self.precision.value(row) else {
            return Ok(self.source_precision);
        };
        self.precisions
            .get(word.as_ref())
            .copied()
            .ok_or_else(|| Reason::UnknownWord {
                column: self.precision.label(),
                table: "precisions",
            })
    }
}

/// The two numbers of `51.68 7.81`, `7.81,51.68` or `POINT (7.81 51.68)`.
fn two_numbers(text: &str) -> Option<(f64, f64)> {
    let start = text.find(|c: char| c.is_ascii_digit() || c == '-')?;
    let mut numbers = text[start..]
        .trim_end_matches(')')
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';'))
        .filter(|part| !part.is_empty())
        .map(|part| part.parse::<f64>().ok().filter(|number| number.is_finite()));
    let pair = (numbers.next()??, numbers.next()??);
    numbers.next().is_none().then_some(pair)
}

#[cfg(test)]
mod tests {
    use super::two_numbers;

    #[test]
    fn a_pair_is_read_however_it_is_written() {
        for text in [
            "7.81 51.68",
            "7.81,51.68",
            "7.81; 51.68",
            "POINT (7.81 51.68)",
            "(7.81, 51.68)",
        ] {
            assert_eq!(two_numbers(text), Some((7.81, 51.68)), "{text}");
        }
        for text in ["", "7.81", "7.81 51.68 3", "7.81 north", "POINT EMPTY", "nan 1"] {
            assert_eq!(two_numbers(text), None, "{text}");
        }
        assert_eq!(two_numbers("-0.5 51"), Some((-0.5, 51.0)));
    }
}
