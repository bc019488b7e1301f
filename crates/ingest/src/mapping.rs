//! One row of declared columns to one report.

use lagebild_domain::{
    CategoryId, Extent, ExternalId, Interval, LatLng, Location, Precision, Report, Status,
};

use crate::dates::NotATime;
use crate::rejection::{Reason, Shown};
use crate::spec::{ColumnRef, FeedSpec, default_precision_m};

/// The values of a row's declared columns, in the order of [`FeedSpec::declared`]; absent values are empty.
#[derive(Debug, Default)]
pub(crate) struct Row {
    pub(crate) values: Vec<String>,
    /// The feature's point, for formats whose rows have a geometry: easting and northing.
    pub(crate) point: Option<(f64, f64)>,
}

impl Row {
    /// The bytes that tell one row without an id from another: all declared columns.
    pub(crate) fn fingerprint(&self) -> Vec<u8> {
        const UNIT_SEPARATOR: u8 = 0x1f;
        let mut bytes = Vec::new();
        for value in &self.values {
            bytes.extend_from_slice(value.as_bytes());
            bytes.push(UNIT_SEPARATOR);
        }
        if let Some((x, y)) = self.point {
            bytes.extend_from_slice(&x.to_bits().to_be_bytes());
            bytes.extend_from_slice(&y.to_bits().to_be_bytes());
        }
        bytes
    }
}

/// What a row turned out to be.
#[derive(Debug)]
pub(crate) enum Mapped {
    Report(Box<Report>),
    /// Left out by `where`.
    Excluded,
}

/// Where one field of a report comes from.
#[derive(Debug, Clone)]
enum From {
    Columns(Vec<usize>),
    Constant(String),
    Nowhere,
}

/// The mapping of one feed, with column names resolved to positions.
#[derive(Debug)]
pub(crate) struct Mapper {
    spec: FeedSpec,
    names: Vec<String>,
    external_id: From,
    occurred: From,
    occurred_from: From,
    occurred_to: From,
    reported_at: From,
    category: From,
    status: From,
    longitude: From,
    latitude: From,
    precision: From,
    place: From,
    text: From,
    weight: From,
    conditions: Vec<usize>,
}

impl Mapper {
    pub(crate) fn new(spec: &FeedSpec) -> Self {
        let names = spec.declared();
        let position = |name: &String| names.iter().position(|known| known == name).unwrap_or(usize::MAX);
        let from = |column: &Option<ColumnRef>, constant: Option<&String>| match (column, constant) {
            (Some(column), _) => From::Columns(column.names().iter().map(position).collect()),
            (None, Some(constant)) => From::Constant(constant.clone()),
            (None, None) => From::Nowhere,
        };
        let (c, k) = (&spec.columns, &spec.constants);
        Self {
            external_id: from(&c.external_id, None),
            occurred: from(&c.occurred, k.occurred.as_ref()),
            occurred_from: from(&c.occurred_from, None),
            occurred_to: from(&c.occurred_to, None),
            reported_at: from(&c.reported_at, None),
            category: from(&c.category, k.category.as_ref()),
            status: from(&c.status, k.status.as_ref()),
            longitude: from(&c.longitude, None),
            latitude: from(&c.latitude, None),
            precision: from(&c.precision, None),
            place: from(&c.place, k.place.as_ref()),
            text: from(&c.text, None),
            weight: from(&c.weight, None),
            conditions: spec
                .conditions
                .iter()
                .map(|condition| position(&condition.column))
                .collect(),
            spec: spec.clone(),
            names,
        }
    }

    /// The report that the row stands for, with the feed's own id; the id is empty where the feed has none.
    pub(crate) fn map(&self, row: &Row, extent: &Extent) -> Result<Mapped, Reason> {
        if !self.is_wanted(row) {
            return Ok(Mapped::Excluded);
        }
        let occurred = self.occurred(row)?;
        let reported_at = match value(&self.reported_at, row) {
            Some(text) => Some(self.time(&self.reported_at, &text)?.from()),
            None => None,
        };
        Ok(Mapped::Report(Box::new(Report {
            source: self.spec.source.id.clone(),
            external_id: self.external_id(row)?,
            kind: self.spec.source.kind,
            category: self.category(row)?,
            occurred,
            reported_at,
            status: self.status(row)?,
            location: self.location(row, extent)?,
            place: value(&self.place, row),
            text: value(&self.text, row),
            weight: match value(&self.weight, row) {
                Some(text) => self.number(&self.weight, &text)?,
                None => 1.0,
            },
        })))
    }

    fn is_wanted(&self, row: &Row) -> bool {
        self.spec
            .conditions
            .iter()
            .zip(&self.conditions)
            .all(|(condition, position)| {
                let value = row.values.get(*position).map_or("", |value| value.trim());
                if condition.equals.is_empty() {
                    !condition.not.iter().any(|unwanted| unwanted == value)
                } else {
                    condition.equals.iter().any(|wanted| wanted == value)
                }
            })
    }

    fn column(&self, from: &From) -> String {
        match from {
            From::Columns(positions) => positions
                .iter()
                .filter_map(|position| self.names.get(*position).map(String::as_str))
                .collect::<Vec<_>>()
                .join("\" + \""),
            From::Constant(_) | From::Nowhere => "constants".to_owned(),
        }
    }

    fn external_id(&self, row: &Row) -> Result<ExternalId, Reason> {
        match (&self.external_id, value(&self.external_id, row)) {
            (From::Nowhere, _) => Ok(ExternalId::new("")),
            (_, Some(id)) => Ok(ExternalId::new(id)),
            (from, None) => Err(Reason::Missing {
                column: self.column(from),
            }),
        }
    }

    fn time(&self, from: &From, text: &str) -> Result<Interval, Reason> {
        self.spec.dates.interval(text).map_err(|error| match error {
            NotATime::Form => Reason::Date {
                column: self.column(from),
                shown: Shown::of(text),
                expected: self.spec.dates.expected(),
            },
            NotATime::Skipped => Reason::SkippedTime {
                column: self.column(from),
                shown: Shown::of(text),
                zone: self.spec.dates.zone.iana_name().unwrap_or("its zone").to_owned(),
            },
        })
    }

    fn occurred(&self, row: &Row) -> Result<Interval, Reason> {
        let needed = |from: &From| {
            let text = value(from, row).ok_or_else(|| Reason::Missing {
                column: self.column(from),
            })?;
            self.time(from, &text)
        };
        if matches!(self.occurred_from, From::Nowhere) {
            return needed(&self.occurred);
        }
        let first = needed(&self.occurred_from)?;
        match value(&self.occurred_to, row) {
            None => Ok(first),
            Some(text) => {
                let last = self.time(&self.occurred_to, &text)?;
                Interval::new(first.from(), last.to()).map_err(|_| Reason::TurnedInterval)
            }
        }
    }

    fn category(&self, row: &Row) -> Result<CategoryId, Reason> {
        let word = value(&self.category, row);
        word.as_ref()
            .and_then(|word| self.spec.categories.get(word))
            .or(self.spec.default_category.as_ref())
            .cloned()
            .ok_or_else(|| match word {
                Some(word) => Reason::UnknownCategory {
                    category: word.chars().take(60).collect(),
                },
                None => Reason::Missing {
                    column: self.column(&self.category),
                },
            })
    }

    fn status(&self, row: &Row) -> Result<Status, Reason> {
        let fallback = self.spec.default_status.unwrap_or(Status::Open);
        let Some(word) = value(&self.status, row) else {
            return Ok(fallback);
        };
        let mapped = self.spec.statuses.get(&word).copied();
        mapped
            .or_else(|| word.parse().ok())
            .or(self.spec.default_status)
            .ok_or_else(|| Reason::UnknownWord {
                column: self.column(&self.status),
                table: "statuses",
            })
    }

    fn location(&self, row: &Row, extent: &Extent) -> Result<Location, Reason> {
        let (x, y) = match row.point {
            Some(point) => point,
            None => match (value(&self.longitude, row), value(&self.latitude, row)) {
                (None, None) => return Ok(Location::Nowhere),
                (Some(x), Some(y)) => (
                    self.number(&self.longitude, &x)?,
                    self.number(&self.latitude, &y)?,
                ),
                (None, Some(_)) => {
                    return Err(Reason::Missing {
                        column: self.column(&self.longitude),
                    });
                }
                (Some(_), None) => {
                    return Err(Reason::Missing {
                        column: self.column(&self.latitude),
                    });
                }
            },
        };
        let point = self.point(x, y, extent)?;
        let precision = self.precision(row)?;
        let precision_m = if precision == self.spec.precision {
            self.spec.precision_m
        } else {
            default_precision_m(precision)
        };
        Ok(Location::At {
            point,
            precision,
            precision_m,
        })
    }

    fn point(&self, x: f64, y: f64, extent: &Extent) -> Result<LatLng, Reason> {
        let projection = &self.spec.projection;
        let swapped_fits = || {
            projection
                .to_lat_lng(y, x)
                .is_some_and(|p| extent.beyond_m(p).is_none())
        };
        let shown = || Shown::of(&format!("{x}/{y}"));
        match projection.to_lat_lng(x, y) {
            Some(point) => match extent.beyond_m(point) {
                None => Ok(point),
                Some(_) if swapped_fits() => Err(Reason::Swapped { shown: shown() }),
                Some(beyond_m) => Err(Reason::BeyondMargin {
                    beyond_km: beyond_m / 1_000.0,
                }),
            },
            None if swapped_fits() => Err(Reason::Swapped { shown: shown() }),
            None => Err(Reason::Coordinate {
                shown: shown(),
                crs: projection.name(),
            }),
        }
    }

    fn precision(&self, row: &Row) -> Result<Precision, Reason> {
        let Some(word) = value(&self.precision, row) else {
            return Ok(self.spec.precision);
        };
        self.spec
            .precisions
            .get(&word)
            .copied()
            .ok_or_else(|| Reason::UnknownWord {
                column: self.column(&self.precision),
                table: "precisions",
            })
    }

    fn number(&self, from: &From, text: &str) -> Result<f64, Reason> {
        let plain = if self.spec.decimal_comma && text.contains(',') {
            text.replace('.', "").replace(',', ".")
        } else {
            text.to_owned()
        };
        plain
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .ok_or_else(|| Reason::Number {
                column: self.column(from),
                shown: Shown::of(text),
            })
    }
}

/// The trimmed value of a field; `None` when it is empty or not configured.
fn value(from: &From, row: &Row) -> Option<String> {
    let text = match from {
        From::Nowhere => return None,
        From::Constant(text) => text.clone(),
        From::Columns(positions) => {
            let mut text = String::new();
            for part in positions.iter().filter_map(|position| row.values.get(*position)) {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(part.trim());
            }
            text
        }
    };
    let trimmed = text.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}
