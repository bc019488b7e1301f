//! Hotspots and their stories.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use geojson::Geometry;
use jiff::Timestamp;
use lagebild_domain::{
    BoundingBox, Hotspot, HotspotId, HotspotKind, HotspotState, LatLng, Revision, StreamShare, explanation,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::list::List;
use super::reports::point_geometry;
use crate::app::App;
use crate::problem::Problem;
use crate::query::{NoQuery, Query};
use crate::seer::Seer;

/// Entries of a history in one answer, where the query does not say.
const HISTORY_LIMIT: usize = 1_000;

/// A hotspot with its evidence.
#[derive(Serialize, ToSchema)]
pub struct HotspotItem {
    id: String,
    /// beschwerdehotspot, brennpunkt, angstraum or unfallhaeufung.
    #[schema(value_type = String, example = "beschwerdehotspot")]
    kind: HotspotKind,
    /// emerging, confirmed, persistent, cooling, closed or dismissed.
    #[schema(value_type = String, example = "emerging")]
    state: HotspotState,
    /// GeoJSON polygon of the outline.
    #[schema(value_type = Object)]
    geometry: Geometry,
    /// GeoJSON point of the centre.
    #[schema(value_type = Object)]
    center: Geometry,
    radius_m: f64,
    /// Nearest named place.
    place: String,
    #[schema(value_type = String, format = DateTime)]
    first_seen: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    last_seen: Timestamp,
    /// Start of the window of the excess.
    #[schema(value_type = String, format = DateTime)]
    window_from: Timestamp,
    /// End of it, exclusive.
    #[schema(value_type = String, format = DateTime)]
    window_to: Timestamp,
    observed: f64,
    expected: f64,
    relative_risk: f64,
    p_value: f64,
    recurrence_interval_days: f64,
    /// True when the method cannot resolve a longer recurrence interval.
    recurrence_at_limit: bool,
    streams: Vec<StreamItem>,
    method: String,
    #[schema(value_type = Object)]
    parameters: serde_json::Value,
    seed: u64,
    /// One German sentence that says it all.
    explanation: String,
    /// Where it could mislead, in German.
    cautions: Vec<String>,
    /// Revision at which it last changed.
    #[schema(value_type = u64)]
    revision: Revision,
}

/// One stream's part.
#[derive(Serialize, ToSchema)]
pub struct StreamItem {
    stream: String,
    observed: f64,
    expected: f64,
    /// Part of all observed reports, 0 to 1.
    share: f64,
}

/// What one look made of a hotspot.
#[derive(Serialize, ToSchema)]
pub(super) struct HistoryItem {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    #[schema(value_type = String, example = "emerging")]
    state: HotspotState,
    observed: f64,
    expected: f64,
    p_value: f64,
    #[schema(value_type = u64)]
    revision: Revision,
}

impl From<&Hotspot> for HotspotItem {
    fn from(hotspot: &Hotspot) -> Self {
        let finding = &hotspot.finding;
        Self {
            id: hotspot.id.to_string(),
            kind: finding.kind,
            state: hotspot.state,
            geometry: polygon(&finding.outline),
            center: point_geometry(finding.center),
            radius_m: finding.radius_m,
            place: finding.place.clone(),
            first_seen: hotspot.first_seen,
            last_seen: hotspot.last_seen,
            window_from: finding.window.from(),
            window_to: finding.window.to(),
            observed: finding.observed,
            expected: finding.expected,
            relative_risk: finding.relative_risk,
            p_value: finding.p_value,
            recurrence_interval_days: finding.recurrence_interval_days,
            recurrence_at_limit: finding.recurrence_at_limit,
            streams: finding.streams.iter().map(StreamItem::from).collect(),
            method: finding.method.clone(),
            parameters: finding.parameters.clone(),
            seed: finding.seed,
            explanation: explanation::sentence(finding),
            cautions: finding.cautions.clone(),
            revision: hotspot.revision,
        }
    }
}

impl From<&StreamShare> for StreamItem {
    fn from(share: &StreamShare) -> Self {
        Self {
            stream: share.stream.clone(),
            observed: share.observed,
            expected: share.expected,
            share: share.share,
        }
    }
}

fn polygon(outline: &[LatLng]) -> Geometry {
    let ring: Vec<[f64; 2]> = outline
        .iter()
        .map(|p| [p.lng_degrees(), p.lat_degrees()])
        .collect();
    Geometry::new(geojson::GeometryValue::new_polygon([ring]))
}

/// Hotspots, those first seen last first.
#[utoipa::path(get, path = "/api/v1/hotspots",
    params(("limit" = Option<u32>, Query, description = "1 to 1000; without it, all"),
        ("next" = Option<String>, Query, description = "From an earlier answer"),
        ("kind" = Option<String>, Query, description = "Kinds, by comma"),
        ("state" = Option<String>, Query, description = "States, by comma"),
        ("bbox" = Option<String>, Query, description = "west,south,east,north that the centre lies in")),
    responses((status = 200, body = List<HotspotItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<HotspotItem>>, Problem> {
    let scope = seer.records()?;
    let mut query = Query::parse(query.as_deref());
    let kinds: Vec<HotspotKind> = words(&mut query, "kind")?;
    let states: Vec<HotspotState> = words(&mut query, "state")?;
    let bounds = query.take("bbox").map(|text| bounds(&text)).transpose()?;
    let revision = app.situation.revision();
    let items = app
        .situation
        .hotspots(scope)
        .iter()
        .filter(|hotspot| kinds.is_empty() || kinds.contains(&hotspot.finding.kind))
        .filter(|hotspot| states.is_empty() || states.contains(&hotspot.state))
        .filter(|hotspot| bounds.is_none_or(|bounds| bounds.contains(hotspot.finding.center)))
        .map(HotspotItem::from)
        .collect();
    let list = List::page(items, |hotspot: &HotspotItem| &hotspot.id, &mut query, revision)?;
    query.finish()?;
    Ok(Json(list))
}

fn words<T>(query: &mut Query, name: &str) -> Result<Vec<T>, Problem>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let Some(text) = query.take(name) else {
        return Ok(Vec::new());
    };
    text.split(',')
        .map(|word| {
            word.trim()
                .parse()
                .map_err(|error: T::Err| Problem::parameter(name, error.to_string()))
        })
        .collect()
}

fn bounds(text: &str) -> Result<BoundingBox, Problem> {
    let numbers: Result<Vec<f64>, _> = text.split(',').map(|part| part.trim().parse()).collect();
    numbers
        .ok()
        .and_then(|numbers| <[f64; 4]>::try_from(numbers).ok())
        .and_then(|corners| BoundingBox::try_from(corners).ok())
        .ok_or_else(|| Problem::parameter("bbox", "give west,south,east,north in degrees"))
}

/// One hotspot.
#[utoipa::path(get, path = "/api/v1/hotspots/{id}", params(("id" = String, Path)),
    responses((status = 200, body = HotspotItem),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn one(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
) -> Result<Json<HotspotItem>, Problem> {
    Ok(Json(HotspotItem::from(&find(&app, &seer, id)?)))
}

/// What the looks made of a hotspot, oldest first.
#[utoipa::path(get, path = "/api/v1/hotspots/{id}/history",
    params(("id" = String, Path),
        ("limit" = Option<u32>, Query, description = "1 to 1000, default 1000"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<HistoryItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn history(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<List<HistoryItem>>, Problem> {
    let mut query = Query::parse(query.as_deref());
    let limit = query.limit()?.unwrap_or(HISTORY_LIMIT);
    let after = Revision(query.read("next")?.unwrap_or(0));
    query.finish()?;
    let hotspot = find(&app, &seer, id)?;
    let revision = app.situation.revision();
    // One more than asked for tells whether there is more.
    let mut entries = app.store.hotspot_history(&hotspot.id, after, limit + 1).await?;
    let has_more = entries.len() > limit;
    entries.truncate(limit);
    let next = entries
        .last()
        .filter(|_| has_more)
        .map(|last| last.revision.0.to_string());
    let items = entries
        .into_iter()
        .map(|entry| HistoryItem {
            at: entry.at,
            state: entry.state,
            observed: entry.observed,
            expected: entry.expected,
            p_value: entry.p_value,
            revision: entry.revision,
        })
        .collect();
    Ok(Json(List {
        items,
        next,
        revision,
    }))
}

fn find(app: &App, seer: &Seer, id: String) -> Result<Hotspot, Problem> {
    let scope = seer.records()?;
    let id = HotspotId(id);
    app.situation
        .hotspots(scope)
        .into_iter()
        .find(|hotspot| hotspot.id == id)
        .ok_or_else(|| {
            if app.situation.holds_hotspot(&id) {
                Problem::new(
                    StatusCode::FORBIDDEN,
                    "This hotspot has not been released to you.",
                )
            } else {
                Problem::not_found("There is no such hotspot.")
            }
        })
}
