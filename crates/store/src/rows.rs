//! Rows to values of the domain and back.

use jiff::Timestamp;
use lagebild_domain::{
    CategoryId, ExternalId, Interval, LatLng, Location, Precision, RecordedReport, Report, ReportId,
    Revision, SourceId,
};

use crate::database::Row;
use crate::error::StoreError;

/// Columns of `report` that [`report_of`] reads.
pub(crate) const REPORT_COLUMNS: &str = "id, version, sequence, received_at, source, external_id, kind, category, \
     occurred_from, occurred_to, reported_at, status, lat, lng, precision, precision_m, place, text, weight";

pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

pub(crate) fn instant(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(content)
}

pub(crate) fn content(error: impl std::fmt::Display) -> StoreError {
    StoreError::Content(error.to_string())
}

/// The word for a precision in the database.
pub(crate) fn precision_word(precision: Precision) -> &'static str {
    match precision {
        Precision::Point => "point",
        Precision::Street => "street",
        Precision::Cell => "cell",
        Precision::Area => "area",
    }
}

pub(crate) fn precision_of(word: &str) -> Result<Precision, StoreError> {
    match word {
        "point" => Ok(Precision::Point),
        "street" => Ok(Precision::Street),
        "cell" => Ok(Precision::Cell),
        "area" => Ok(Precision::Area),
        other => Err(content(format!("precision {other:?}"))),
    }
}

pub(crate) fn report_of(row: &Row) -> Result<RecordedReport, StoreError> {
    let text = |column: &str| row.get::<String>(column);
    let at = |column: &str| instant(row.get::<i64>(column)?);
    let location = match (row.get::<Option<f64>>("lat")?, row.get::<Option<f64>>("lng")?) {
        (Some(lat), Some(lng)) => Location::At {
            point: LatLng::new(lat, lng).map_err(content)?,
            precision: precision_of(&text("precision")?)?,
            precision_m: row.get("precision_m")?,
        },
        _ => Location::Nowhere,
    };
    let number = |column: &str| row.get::<i64>(column).map(i64::cast_unsigned);
    Ok(RecordedReport {
        id: ReportId(number("id")?),
        sequence: Revision(number("sequence")?),
        version: u32::try_from(number("version")?).map_err(content)?,
        received_at: at("received_at")?,
        report: Report {
            source: SourceId::new(text("source")?).map_err(content)?,
            external_id: ExternalId::new(row.get::<Option<String>>("external_id")?.unwrap_or_default()),
            kind: text("kind")?.parse().map_err(content)?,
            category: CategoryId::new(text("category")?).map_err(content)?,
            occurred: Interval::new(at("occurred_from")?, at("occurred_to")?).map_err(content)?,
            reported_at: row.get::<Option<i64>>("reported_at")?.map(instant).transpose()?,
            status: text("status")?.parse().map_err(content)?,
            location,
            place: row.get("place")?,
            text: row.get("text")?,
            weight: row.get("weight")?,
        },
    })
}
