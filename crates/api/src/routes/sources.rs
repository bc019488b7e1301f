//! Sources: how each fares, and reports that programs send.

use std::collections::HashSet;
use std::io::Cursor;
use std::sync::Mutex;

use axum::Json;
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use lagebild_domain::{Filter, Kind, RecordScope, Source, SourceId};
use lagebild_ingest::{Batch, Format, Import, ImportError, Recorded, Sink, Summary};
use lagebild_store::{Store, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

use super::list::List;
use super::mending::present_spec;
use crate::app::App;
use crate::problem::Problem;
use crate::query::{NoQuery, Query};
use crate::seer::Seer;

/// Largest body that is taken.
const MOST_BYTES: usize = 16 << 20;
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Weeks before the last whose mean is what a week should bring.
const USUAL_WEEKS: i32 = 8;

/// A source, and how its feed fares.
#[derive(Serialize, ToSchema)]
pub(super) struct SourceHealth {
    id: String,
    label: String,
    owner: String,
    #[schema(value_type = String, example = "complaint")]
    kind: Kind,
    controller: String,
    /// dsgvo or ji.
    regime: &'static str,
    purpose: String,
    legal_basis: String,
    #[schema(required = true)]
    marking: Option<String>,
    retention_days: u32,
    /// Reports that happened in the last seven days.
    reports_7d: u64,
    /// Mean of seven days in the eight weeks before; absent where those brought none.
    #[serde(skip_serializing_if = "Option::is_none")]
    usual_7d: Option<f64>,
    /// When the feed was last read to its end, or since the server started has not been: when a new report last came. Owner only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    last_success: Option<Timestamp>,
    /// Seconds since then. Owner only.
    #[serde(skip_serializing_if = "Option::is_none")]
    lag_s: Option<i64>,
    /// Failures since the last success, and what failed. Owner only.
    #[serde(skip_serializing_if = "Option::is_none")]
    failures: Option<u32>,
    /// What failed last. Owner only.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// Rows in quarantine by reason. Owner only.
    #[serde(skip_serializing_if = "Option::is_none")]
    quarantined: Option<Vec<QuarantinedCount>>,
}

/// Rows in quarantine with one reason.
#[derive(Serialize, ToSchema)]
pub(super) struct QuarantinedCount {
    code: String,
    rows: u64,
}

/// The sources that the viewer sees, and how their feeds fare.
#[utoipa::path(get, path = "/api/v1/sources",
    params(("limit" = Option<u32>, Query, description = "1 to 1000; without it, all"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<SourceHealth>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<SourceHealth>>, Problem> {
    let scope = seer.records()?;
    let mut query = Query::parse(query.as_deref());
    let revision = app.situation.revision();
    let now = Timestamp::now();
    let mut items = Vec::new();
    for source in app.situation.vocabulary().sources() {
        if scope.sees(source.id.as_str()) {
            items.push(health_of(&app, scope, source, now).await?);
        }
    }
    let list = List::page(items, |item: &SourceHealth| &item.id, &mut query, revision)?;
    query.finish()?;
    Ok(Json(list))
}

async fn health_of(
    app: &App,
    scope: &RecordScope,
    source: &Source,
    now: Timestamp,
) -> Result<SourceHealth, Problem> {
    let id = source.id.as_str();
    let count = |from: Timestamp, to: Timestamp| -> Result<u64, Problem> {
        let (from, to) = (from.to_string(), to.to_string());
        let words = [("source", id), ("from", from.as_str()), ("to", to.as_str())];
        let filter = Filter::parse(words, app.situation.vocabulary().taxonomy())?;
        Ok(app.situation.lage(scope, &filter).map_or(0, |lage| lage.total))
    };
    let back = |weeks: i32| now.checked_sub(WEEK * weeks).unwrap_or(Timestamp::MIN);
    let before = count(back(1 + USUAL_WEEKS), back(1))?;
    let is_own = scope.owns(id);
    let health = app.intake.health(&source.id);
    let last_success = match health.succeeded_at {
        _ if !is_own => None,
        Some(at) => Some(at),
        None => app.store.last_received(id).await?,
    };
    let quarantined = if is_own {
        let counts = app.store.quarantined(id).await?.into_iter();
        Some(
            counts
                .map(|(code, rows)| QuarantinedCount { code, rows })
                .collect(),
        )
    } else {
        None
    };
    Ok(SourceHealth {
        id: source.id.to_string(),
        label: source.label.clone(),
        owner: source.owner.to_string(),
        kind: source.kind,
        controller: source.controller.clone(),
        regime: source.regime.as_str(),
        purpose: source.purpose.clone(),
        legal_basis: source.legal_basis.clone(),
        marking: source.marking.clone(),
        retention_days: source.retention_days,
        reports_7d: count(back(1), now)?,
        usual_7d: (before > 0).then(|| before as f64 / f64::from(USUAL_WEEKS)),
        last_success,
        lag_s: last_success.map(|at| now.duration_since(at).as_secs()),
        failures: is_own.then_some(health.failures),
        problem: health.problem.filter(|_| is_own),
        quarantined,
    })
}

/// What became of the records sent. `read` is the sum of the next six.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TakenIn {
    read: u64,
    accepted: u64,
    updated: u64,
    unchanged: u64,
    merged: u64,
    excluded: u64,
    quarantined: u64,
    /// Why records are in quarantine, at most 1000.
    reasons: Vec<RecordReason>,
    /// Set when the body could not be read to its end: what came before is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
}

/// Why a record is in quarantine.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RecordReason {
    /// Line of the body on which it starts, counted from 1.
    line: u64,
    code: &'static str,
    reason: String,
}

/// Takes in records of a source, in the form that `Content-Type` names: `application/json` (an array, or one object),
/// `application/x-ndjson`, `application/geo+json` or `text/csv` with a header; at most 16 MiB. They are read by the source's
/// configuration, as a file would be. The owner's analysts only. Sending the same again changes nothing.
#[utoipa::path(post, path = "/api/v1/sources/{id}/reports", params(("id" = String, Path)),
    request_body(content = String, content_type = "application/json", description = "Also NDJSON, GeoJSON and CSV"),
    responses((status = 200, body = TakenIn),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn push(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
    request: Request,
) -> Result<Json<TakenIn>, Problem> {
    let scope = seer.records()?;
    owned(scope, &id)?;
    let feed = app
        .intake
        .feed(&id)
        .ok_or_else(|| Problem::not_found("There is no such source."))?;
    let places = feed.places()?.clone();
    let format = format_of(request.headers())?;
    let mut body = axum::body::to_bytes(request.into_body(), MOST_BYTES)
        .await
        .map_err(|_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "Send at most 16 MiB at once."))?
        .to_vec();
    // One object is an array of one.
    if format == Format::Json && body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{') {
        body.insert(0, b'[');
        body.push(b']');
    }
    let sink = Noting {
        store: &app.store,
        reasons: Mutex::default(),
    };
    let mut import = Import::new(
        present_spec(&app, feed).await?.sent_as(format),
        places,
        feed.extent.clone(),
    );
    let outcome = import
        .feed("push", Box::new(Cursor::new(body)), &sink, &())
        .await
        .map_err(|error| match error {
            ImportError::Sink(error) => Problem::from(error),
            ImportError::Parser => {
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "The records cannot be read.")
            }
        })?;
    let fault = outcome.fault.map(|fault| fault.to_string());
    let summary = import.summary();
    if let Some(fault) = &fault
        && summary.read == 0
    {
        return Err(Problem::new(StatusCode::BAD_REQUEST, fault.clone()));
    }
    app.intake
        .note(&feed.spec.source.id, Timestamp::now(), fault.clone());
    Ok(Json(TakenIn::new(
        &summary,
        sink.reasons.into_inner().unwrap_or_default(),
        fault,
    )))
}

/// The viewer must own the source.
pub(super) fn owned(scope: &RecordScope, source: &str) -> Result<(), Problem> {
    if scope.owns(source) {
        Ok(())
    } else if scope.sees(source) {
        let detail = "Only the organisation that owns the source may do this.";
        Err(Problem::new(StatusCode::FORBIDDEN, detail))
    } else {
        Err(Problem::not_found("There is no such source."))
    }
}

fn format_of(headers: &HeaderMap) -> Result<Format, Problem> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let kind = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => Ok(Format::Json),
        "application/geo+json" => Ok(Format::Geojson),
        "application/x-ndjson"
        | "application/jsonl"
        | "application/json-seq"
        | "application/geo+json-seq" => Ok(Format::Ndjson),
        "text/csv" => Ok(Format::Delimited),
        _ => Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Send application/json, application/x-ndjson, application/geo+json or text/csv.",
        )),
    }
}

/// Reasons that an answer lists.
const MOST_REASONS: usize = 1000;

impl TakenIn {
    /// Of rows that were read again.
    pub(super) fn of(summary: &Summary) -> Self {
        Self::new(summary, Vec::new(), None)
    }

    fn new(s: &Summary, reasons: Vec<RecordReason>, fault: Option<String>) -> Self {
        Self {
            read: s.read,
            accepted: s.accepted,
            updated: s.updated,
            unchanged: s.unchanged,
            merged: s.merged,
            excluded: s.excluded,
            quarantined: s.quarantined,
            reasons,
            fault,
        }
    }
}

/// The store, with the reasons noted for the sender.
struct Noting<'a> {
    store: &'a Store,
    reasons: Mutex<Vec<RecordReason>>,
}

impl Sink for Noting<'_> {
    type Error = StoreError;

    async fn record(&self, batch: Batch) -> Result<Recorded, StoreError> {
        if let Ok(mut reasons) = self.reasons.lock() {
            let left = MOST_REASONS.saturating_sub(reasons.len());
            reasons.extend(batch.rejections.iter().take(left).map(|rejection| RecordReason {
                line: rejection.line,
                code: rejection.reason.code(),
                reason: rejection.reason.to_string(),
            }));
        }
        self.store.record(batch).await
    }

    async fn kept_out(&self, source: &SourceId) -> Result<HashSet<[u8; 16]>, StoreError> {
        self.store.kept_out(source).await
    }
}
