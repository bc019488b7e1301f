//! GeoPackage: the points of one layer (a table of features) with their attributes.
//!
//! A GeoPackage is an SQLite file; it is written to a temporary file and opened for reading only.

use std::io::{self, Read};

use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Row as _, SqliteConnection};
use tempfile::NamedTempFile;
use tokio::runtime::Handle;

use crate::format::form::Form;
use crate::format::{Found, Records, Row, Stop, header};
use crate::rejection::Reason;

/// Largest file that is read.
const MOST_BYTES: u64 = 4 << 30;
/// Features read at once.
const AT_ONCE: i64 = 1_000;

/// The features of a layer.
pub(crate) struct GeoPackage {
    connection: SqliteConnection,
    runtime: Handle,
    select: String,
    batch: std::vec::IntoIter<SqliteRow>,
    /// Row id of the last feature read.
    last: i64,
    number: u64,
    raw: Vec<u8>,
    /// Deleted with the reader.
    _file: NamedTempFile,
}

fn unreadable(_: sqlx::Error) -> Stop {
    Stop::unreadable(
        None,
        "it is no GeoPackage that can be read",
        "Export it again, or as GeoJSON",
    )
}

/// A name as SQL quotes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl GeoPackage {
    /// Opens the layer that `records` names, else the first; must be called on a thread of a runtime that may block.
    pub(crate) fn open(form: &Form, input: impl Read) -> Result<Self, Stop> {
        let io = |error: io::Error| Stop::Io { line: None, error };
        let runtime = Handle::try_current().map_err(|error| io(io::Error::other(error)))?;
        let mut file = NamedTempFile::new().map_err(io)?;
        let copied = io::copy(&mut input.take(MOST_BYTES + 1), &mut file).map_err(io)?;
        if copied > MOST_BYTES {
            return Err(Stop::unreadable(
                None,
                "the GeoPackage is larger than 4 GiB",
                "Export the layer as CSV or NDJSON",
            ));
        }
        let options = SqliteConnectOptions::new()
            .filename(file.path())
            .read_only(true)
            .immutable(true)
            .pragma("trusted_schema", "OFF");
        let mut connection = runtime.block_on(options.connect()).map_err(unreadable)?;
        let layers = runtime
            .block_on(
                sqlx::query("SELECT table_name, column_name FROM gpkg_geometry_columns ORDER BY table_name")
                    .fetch_all(&mut connection),
            )
            .map_err(unreadable)?;
        let mut names = Vec::new();
        for layer in &layers {
            let text = |column: &str| layer.try_get::<String, _>(column).map_err(unreadable);
            names.push((text("table_name")?, text("column_name")?));
        }
        let wanted = names
            .iter()
            .find(|(name, _)| form.records.as_ref().is_none_or(|wanted| wanted == name));
        let (layer, geometry) = wanted.cloned().ok_or_else(|| {
            let known: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
            Stop::unreadable(
                None,
                "the GeoPackage has no such layer",
                format!("It has: {}. Mend `records`", known.join(", ")),
            )
        })?;
        let columns = runtime
            .block_on(
                sqlx::query("SELECT name FROM pragma_table_info($1)")
                    .bind(&layer)
                    .fetch_all(&mut connection),
            )
            .map_err(unreadable)?;
        let known: Vec<String> = columns
            .iter()
            .map(|row| row.try_get::<String, _>(0).map_err(unreadable))
            .collect::<Result<_, _>>()?;
        header::positions(form, 1, &known)?;
        let values: Vec<String> = form
            .columns
            .iter()
            .map(|name| format!("CAST({} AS TEXT)", quoted(name)))
            .collect();
        let select = format!(
            "SELECT rowid, CAST({} AS BLOB){}{} FROM {} WHERE rowid > $1 ORDER BY rowid LIMIT {AT_ONCE}",
            quoted(&geometry),
            if values.is_empty() { "" } else { ", " },
            values.join(", "),
            quoted(&layer)
        );
        Ok(Self {
            connection,
            runtime,
            select,
            batch: Vec::new().into_iter(),
            last: i64::MIN,
            number: 0,
            raw: Vec::new(),
            _file: file,
        })
    }

    fn next_feature(&mut self) -> Result<Option<SqliteRow>, sqlx::Error> {
        if let Some(feature) = self.batch.next() {
            return Ok(Some(feature));
        }
        let query = sqlx::query(AssertSqlSafe(self.select.clone())).bind(self.last);
        self.batch = self
            .runtime
            .block_on(query.fetch_all(&mut self.connection))?
            .into_iter();
        Ok(self.batch.next())
    }
}

impl Records for GeoPackage {
    fn next(&mut self, row: &mut Row) -> Result<Option<Found<'_>>, Stop> {
        let damaged = |_: sqlx::Error| {
            Stop::unreadable(
                None,
                "the GeoPackage is damaged",
                "What came before is kept; export it again",
            )
        };
        let Some(feature) = self.next_feature().map_err(damaged)? else {
            return Ok(None);
        };
        self.last = feature.try_get(0).map_err(damaged)?;
        self.number += 1;
        self.raw.clear();
        let geometry: Option<Vec<u8>> = feature.try_get(1).map_err(damaged)?;
        self.raw
            .extend_from_slice(geometry.as_deref().unwrap_or_default());
        let mut content = Ok(());
        for (index, value) in row.values.iter_mut().enumerate() {
            // Text that is not UTF-8 is the row's fault.
            match feature.try_get::<Option<String>, _>(index + 2) {
                Ok(text) => *value = text.unwrap_or_default(),
                Err(_) => content = Err(broken("a value is not text in UTF-8")),
            }
            self.raw.extend_from_slice(value.as_bytes());
            self.raw.push(0x1f);
        }
        if let Some(geometry) = geometry {
            match point_of(&geometry) {
                Ok(point) => row.point = point,
                Err(problem) => content = Err(broken(problem)),
            }
        }
        Ok(Some(Found {
            line: self.number,
            raw: &self.raw,
            content,
        }))
    }
}

fn broken(problem: &str) -> Reason {
    Reason::BrokenRecord {
        problem: problem.to_owned(),
    }
}

/// The point in a GeoPackage's geometry (OGC 12-128r17, 2.1.3: a header, then WKB); `None` for an empty one.
fn point_of(blob: &[u8]) -> Result<Option<(f64, f64)>, &'static str> {
    const DAMAGED: &str = "its geometry is damaged";
    const ENVELOPE_BYTES: [usize; 5] = [0, 32, 48, 48, 64];
    let flags = match blob {
        [b'G', b'P', _, flags, ..] => *flags,
        _ => return Err(DAMAGED),
    };
    if flags & 0b1_0000 != 0 {
        return Ok(None);
    }
    let envelope = ENVELOPE_BYTES
        .get(usize::from(flags >> 1 & 0b111))
        .ok_or(DAMAGED)?;
    let wkb = blob.get(8 + envelope..).ok_or(DAMAGED)?;
    let is_little = match wkb.first() {
        Some(0) => false,
        Some(1) => true,
        _ => return Err(DAMAGED),
    };
    let kind: [u8; 4] = wkb.get(1..5).and_then(|b| b.try_into().ok()).ok_or(DAMAGED)?;
    let kind = if is_little {
        u32::from_le_bytes(kind)
    } else {
        u32::from_be_bytes(kind)
    };
    // Point, PointZ, PointM, PointZM.
    if kind % 1000 != 1 || kind > 3001 {
        return Err("its geometry is not a point");
    }
    let number = |at: usize| -> Result<f64, &'static str> {
        let bytes: [u8; 8] = wkb
            .get(at..at + 8)
            .and_then(|b| b.try_into().ok())
            .ok_or(DAMAGED)?;
        Ok(if is_little {
            f64::from_le_bytes(bytes)
        } else {
            f64::from_be_bytes(bytes)
        })
    };
    let (x, y) = (number(5)?, number(13)?);
    // An empty point is two NaN.
    Ok((!x.is_nan() && !y.is_nan()).then_some((x, y)))
}
