//! One row of declared columns to one report.

use lagebild_domain::{CategoryId, Extent, ExternalId, Interval, Report, Status};

use crate::dates::NotATime;
use crate::fields::Field;
use crate::format::Row;
use crate::locate::Locator;
use crate::place_files::PlaceFiles;
use crate::redaction::{redacted, redacted_place};
use crate::rejection::{Reason, Shown};
use crate::spec::FeedSpec;

/// What a row turned out to be.
#[derive(Debug)]
pub(crate) enum Mapped {
    Report(Box<Report>),
    /// Left out by `where`.
    Excluded,
}

/// The mapping of one feed, with column names resolved to positions.
#[derive(Debug)]
pub(crate) struct Mapper {
    spec: FeedSpec,
    external_id: Field,
    occurred: Field,
    occurred_from: Field,
    occurred_to: Field,
    reported_at: Field,
    category: Field,
    status: Field,
    place: Field,
    text: Field,
    weight: Field,
    /// Positions of the columns that `where` looks at.
    conditions: Vec<usize>,
    locator: Locator,
}

impl Mapper {
    pub(crate) fn new(spec: &FeedSpec, places: &PlaceFiles, extent: &Extent) -> Self {
        let names = spec.declared();
        let (c, k) = (&spec.columns, &spec.constants);
        let field = |column, constant| Field::new(column, constant, &names);
        Self {
            external_id: field(c.external_id.as_ref(), None),
            occurred: field(c.occurred.as_ref(), k.occurred.as_ref()),
            occurred_from: field(c.occurred_from.as_ref(), None),
            occurred_to: field(c.occurred_to.as_ref(), None),
            reported_at: field(c.reported_at.as_ref(), None),
            category: field(c.category.as_ref(), k.category.as_ref()),
            status: field(c.status.as_ref(), k.status.as_ref()),
            place: field(c.place.as_ref(), k.place.as_ref()),
            text: field(c.text.as_ref(), None),
            weight: field(c.weight.as_ref(), None),
            conditions: spec
                .conditions
                .iter()
                .filter_map(|condition| names.iter().position(|name| *name == condition.column))
                .collect(),
            locator: Locator::new(spec, &names, places, extent),
            spec: spec.clone(),
        }
    }

    /// The report that the row stands for, with the feed's own id; the id is empty where the feed has none.
    pub(crate) fn map(&self, row: &Row) -> Result<Mapped, Reason> {
        if !self.is_wanted(row) {
            return Ok(Mapped::Excluded);
        }
        let occurred = self.occurred(row)?;
        let reported_at = match self.reported_at.value(row) {
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
            location: self.locator.locate(row)?,
            place: without_persons(&self.place, row, redacted_place),
            text: without_persons(&self.text, row, redacted),
            weight: match self.weight.value(row) {
                Some(text) => self.weight.number(&text, self.spec.decimal_comma)?,
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
                condition.is_met_by(value)
            })
    }

    fn external_id(&self, row: &Row) -> Result<ExternalId, Reason> {
        if self.external_id.is_configured() {
            Ok(ExternalId::new(self.external_id.required(row)?))
        } else {
            Ok(ExternalId::new(""))
        }
    }

    fn time(&self, field: &Field, text: &str) -> Result<Interval, Reason> {
        let read = self.spec.dates.interval(text);
        read.map_err(|problem| self.not_a_time(field, text, problem))
    }

    fn not_a_time(&self, field: &Field, text: &str, problem: NotATime) -> Reason {
        let (column, shown) = (field.label(), Shown::of(text));
        let dates = &self.spec.dates;
        match problem {
            NotATime::Form => Reason::Date {
                column,
                shown,
                expected: dates.expected(),
            },
            NotATime::Skipped(_) => Reason::SkippedTime {
                column,
                shown,
                zone: dates.zone_name(),
            },
            NotATime::Placeholder => Reason::PlaceholderTime { column, shown },
        }
    }

    /// The span in which it happened: one column's, or from the start of the first to the end of the second.
    fn occurred(&self, row: &Row) -> Result<Interval, Reason> {
        if !self.occurred_from.is_configured() {
            return self.time(&self.occurred, &self.occurred.required(row)?);
        }
        let from = self.occurred_from.required(row)?;
        let Some(to) = self.occurred_to.value(row) else {
            return self.time(&self.occurred_from, &from);
        };
        let bound = |field: &Field, text: &str| {
            let read = self.spec.dates.bound(text);
            read.map_err(|problem| self.not_a_time(field, text, problem))
        };
        let first = bound(&self.occurred_from, &from)?;
        let last = bound(&self.occurred_to, &to)?;
        Interval::new(first.from(), last.to()).map_err(|_| Reason::TurnedInterval)
    }

    fn category(&self, row: &Row) -> Result<CategoryId, Reason> {
        let word = self.category.value(row);
        word.as_ref()
            .and_then(|word| self.spec.categories.get(word.as_ref()))
            .or(self.spec.default_category.as_ref())
            .cloned()
            .ok_or_else(|| match word {
                Some(word) => Reason::UnknownCategory {
                    column: self.category.label(),
                    word: Some(word.into_owned()),
                },
                None => Reason::Missing {
                    column: self.category.label(),
                },
            })
    }

    fn status(&self, row: &Row) -> Result<Status, Reason> {
        let fallback = self.spec.default_status.unwrap_or(Status::Open);
        let Some(word) = self.status.value(row) else {
            return Ok(fallback);
        };
        let mapped = self.spec.statuses.get(word.as_ref()).copied();
        mapped
            .or_else(|| word.parse().ok())
            .or(self.spec.default_status)
            .ok_or_else(|| Reason::UnknownWord {
                column: self.status.label(),
                table: "statuses",
            })
    }
}

/// A field's text without what points at a person.
fn without_persons(field: &Field, row: &Row, redacted: fn(&str) -> Option<String>) -> Option<String> {
    let text = field.value(row)?;
    Some(redacted(&text).unwrap_or_else(|| text.into_owned()))
}
