//! The facts of many reports in one value.
//!
//! SQLite's rows are copied column by column and handed over from its thread one by one, which takes several times as long
//! as reading them. A start that reads a million reports so asks for them as text, thousands to a value.

use std::str::{FromStr, Split};

use lagebild_domain::{CategoryId, Interval, LatLng, Location, ReportFacts, ReportId, Revision, SourceId};

use crate::dialect::Dialect;
use crate::error::StoreError;
use crate::rows::{content, instant, precision_of};

/// Parts one field of a line from the next. Every field is a number or a word of a list, so none holds it.
const FIELDS: char = '|';
/// Parts one line from the next.
const LINES: char = '\n';

/// Asks for one value: the facts of the first `$2` reports after revision `$1`, in no order. None is NULL.
pub(crate) fn facts_since(dialect: Dialect) -> String {
    let [lat, lng, precision_m] = ["lat", "lng", "precision_m"].map(|column| dialect.exact_text(column));
    let fields = [
        "CAST(id AS TEXT)",
        "CAST(sequence AS TEXT)",
        "source",
        "kind",
        "category",
        "CAST(occurred_from AS TEXT)",
        "CAST(occurred_to AS TEXT)",
        "coalesce(CAST(reported_at AS TEXT), '')",
        "status",
        &format!("coalesce({lat}, '')"),
        &format!("coalesce({lng}, '')"),
        "coalesce(precision, '')",
        &format!("coalesce({precision_m}, '')"),
    ];
    let line = fields.join(&format!(" || '{FIELDS}' || "));
    format!(
        "SELECT string_agg(line, '{LINES}') FROM \
         (SELECT {line} AS line FROM report WHERE sequence > $1 ORDER BY sequence LIMIT $2) AS lines"
    )
}

/// Reads the value.
///
/// # Errors
/// [`StoreError::Content`] where a line is not what was asked for.
pub(crate) fn facts_of(lines: &str) -> impl Iterator<Item = Result<ReportFacts, StoreError>> {
    lines.split(LINES).map(facts_of_line)
}

fn facts_of_line(line: &str) -> Result<ReportFacts, StoreError> {
    let mut fields = line.split(FIELDS);
    let (id, sequence) = (parsed(&mut fields)?, parsed(&mut fields)?);
    let source = SourceId::new(next(&mut fields)?).map_err(content)?;
    let kind = parsed(&mut fields)?;
    let category = CategoryId::new(next(&mut fields)?).map_err(content)?;
    let (from, to) = (parsed(&mut fields)?, parsed(&mut fields)?);
    let occurred = Interval::new(instant(from)?, instant(to)?).map_err(content)?;
    let reported_at = match next(&mut fields)? {
        "" => None,
        micros => Some(instant(micros.parse().map_err(content)?)?),
    };
    let status = parsed(&mut fields)?;
    let location = match next(&mut fields)? {
        "" => Location::Nowhere,
        lat => Location::At {
            point: LatLng::new(lat.parse().map_err(content)?, parsed(&mut fields)?).map_err(content)?,
            precision: precision_of(next(&mut fields)?)?,
            precision_m: parsed(&mut fields)?,
        },
    };
    Ok(ReportFacts {
        id: ReportId(id),
        sequence: Revision(sequence),
        source,
        kind,
        category,
        occurred,
        reported_at,
        status,
        location,
    })
}

fn next<'a>(fields: &mut Split<'a, char>) -> Result<&'a str, StoreError> {
    fields.next().ok_or_else(|| content("a report lacks a field"))
}

fn parsed<T: FromStr<Err: std::fmt::Display>>(fields: &mut Split<'_, char>) -> Result<T, StoreError> {
    next(fields)?.parse().map_err(content)
}
