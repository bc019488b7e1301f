//! Hotspots and their stories.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use geojson::Geometry;
use jiff::Timestamp;
use lagebild_domain::filter::PARAMETERS;
use lagebild_domain::{
    BoundingBox, Filter, Hotspot, HotspotId, HotspotKind, HotspotState, Kind, LatLng, RecordScope, Revision,
    StreamShare, Taxonomy, explanation,
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::list::{List, Page};
use super::reports::{self, ReportItem, point_geometry};
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
    /// Null where the method is a rule and says nothing of chance.
    #[schema(required = true)]
    p_value: Option<f64>,
    /// For one look a day with one profile; null as above.
    #[schema(required = true)]
    recurrence_interval_days: Option<f64>,
    /// True when the method cannot resolve a longer recurrence interval.
    recurrence_at_limit: bool,
    streams: Vec<StreamItem>,
    /// Leading categories, the commonest first.
    categories: Vec<CategoryPart>,
    /// When most of the reports happened, in German; null when nothing is typical or known.
    #[schema(required = true)]
    typical_time: Option<String>,
    /// Reports by hour of the day in Berlin, 24 numbers; empty when hours are not known.
    hours: Vec<f64>,
    /// Reports by weekday, Monday first, 7 numbers; empty when days are not known.
    weekdays: Vec<f64>,
    /// Share of the reports between sunset and sunrise, 0 to 1; null when hours are not known.
    #[schema(required = true)]
    dark_share: Option<f64>,
    /// True when a person has confirmed it.
    confirmed: bool,
    /// The office that has taken it on.
    #[schema(required = true)]
    assigned_to: Option<String>,
    /// The hotspot that it split off from.
    #[schema(required = true)]
    came_from: Option<String>,
    /// The hotspot that it became part of.
    #[schema(required = true)]
    merged_into: Option<String>,
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

/// How often a category stands behind a hotspot.
#[derive(Serialize, ToSchema)]
pub struct CategoryPart {
    category: String,
    count: u32,
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
    #[schema(required = true)]
    p_value: Option<f64>,
    #[schema(value_type = u64)]
    revision: Revision,
}

impl HotspotItem {
    /// The item of a hotspot, in the words of a taxonomy.
    pub fn new(hotspot: &Hotspot, taxonomy: &Taxonomy) -> Self {
        let mut finding = hotspot.finding.clone();
        hotspot.place().clone_into(&mut finding.place);
        let explanation = explanation::sentence(&finding, taxonomy);
        let story = &hotspot.story;
        Self {
            id: hotspot.id.to_string(),
            kind: finding.kind,
            state: hotspot.state,
            geometry: polygon(&finding.outline),
            center: point_geometry(finding.center),
            radius_m: finding.radius_m,
            place: finding.place,
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
            categories: finding
                .categories
                .iter()
                .map(|part| CategoryPart {
                    category: part.category.to_string(),
                    count: part.count,
                })
                .collect(),
            typical_time: explanation::typical_time(&finding.rhythm),
            hours: finding.rhythm.hours,
            weekdays: finding.rhythm.weekdays,
            dark_share: finding.rhythm.dark_share,
            confirmed: hotspot.is_confirmed(),
            assigned_to: story.assigned_to.clone(),
            came_from: story.came_from.as_ref().map(HotspotId::to_string),
            merged_into: story.merged_into.as_ref().map(HotspotId::to_string),
            method: finding.method,
            parameters: finding.parameters,
            seed: finding.seed,
            explanation,
            cautions: finding.cautions,
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

pub(super) fn polygon(outline: &[LatLng]) -> Geometry {
    let ring: Vec<[f64; 2]> = outline
        .iter()
        .map(|p| [p.lng_degrees(), p.lat_degrees()])
        .collect();
    Geometry::new(geojson::GeometryValue::new_polygon([ring]))
}

/// Hotspots, those first seen last first. A filter's word keeps those with a report behind them that it admits; `bbox`
/// goes by the centre.
#[utoipa::path(get, path = "/api/v1/hotspots",
    params(("limit" = Option<u32>, Query, description = "1 to 1000; without it, all"),
        ("next" = Option<String>, Query, description = "From an earlier answer"),
        ("kind" = Option<String>, Query, description = "Kinds of hotspots or of reports, by comma"),
        ("state" = Option<String>, Query, description = "States, by comma"),
        HotspotFilterWords),
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
    let wanted = Wanted::take(&app, scope, &mut query)?;
    let revision = app.situation.revision();
    let taxonomy = app.situation.vocabulary().taxonomy();
    let items = app
        .situation
        .hotspots(scope)
        .iter()
        .filter(|hotspot| hotspot.may_be_shown_to(seer.viewer.role))
        .filter(|hotspot| wanted.holds(&app, scope, hotspot))
        .map(|hotspot| HotspotItem::new(hotspot, taxonomy))
        .collect();
    let list = List::page(items, |hotspot: &HotspotItem| &hotspot.id, &mut query, revision)?;
    query.finish()?;
    Ok(Json(list))
}

/// The words of the common filter that go by the reports behind a hotspot, for the OpenAPI document only.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query for OpenAPI; Filter::parse reads it")]
struct HotspotFilterWords {
    /// Start, inclusive: a date or an RFC 3339 time.
    from: Option<String>,
    /// End, exclusive.
    to: Option<String>,
    /// Source ids, by comma.
    source: Option<String>,
    /// Fields of prevention, by comma.
    prevention: Option<String>,
    /// Theme ids, by comma.
    theme: Option<String>,
    /// Category ids, by comma.
    category: Option<String>,
    /// States of work, by comma.
    status: Option<String>,
    /// Weekdays 1 (Monday) to 7, by comma or as a range.
    weekday: Option<String>,
    /// Hours 0 to 23, by comma or as a range such as 22-6.
    hour: Option<String>,
    /// Area ids, by comma.
    area: Option<String>,
    /// west,south,east,north that the centre lies in.
    bbox: Option<String>,
}

/// Which hotspots are asked for.
struct Wanted {
    kinds: Vec<HotspotKind>,
    states: Vec<HotspotState>,
    bounds: Option<BoundingBox>,
    /// `None` when no word of the filter is given.
    filter: Option<Filter>,
}

impl Wanted {
    fn take(app: &App, scope: &RecordScope, query: &mut Query) -> Result<Self, Problem> {
        let states = words(query, "state")?;
        let bounds = query.take("bbox").map(|text| bounds(&text)).transpose()?;
        let mut words_left = query.split(PARAMETERS);
        // `kind` is a word of both: kinds of hotspots, and kinds of reports.
        let text = words_left.take("kind");
        let (mut kinds, mut report_kinds) = (Vec::new(), Vec::new());
        for word in text.iter().flat_map(|text| text.split(',')).map(str::trim) {
            if let Ok(kind) = word.parse::<HotspotKind>() {
                kinds.push(kind);
            } else {
                let kind = word.parse::<Kind>().map_err(|error| {
                    Problem::parameter(
                        "kind",
                        format!("{error} beschwerdehotspot brennpunkt angstraum unfallhaeufung"),
                    )
                })?;
                report_kinds.push(kind);
            }
        }
        let has_words = !words_left.is_empty() || !report_kinds.is_empty();
        let mut filter = words_left.filter(app.situation.vocabulary(), scope)?;
        filter.kinds = report_kinds;
        Ok(Self {
            kinds,
            states,
            bounds,
            filter: has_words.then_some(filter),
        })
    }

    fn holds(&self, app: &App, scope: &RecordScope, hotspot: &Hotspot) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&hotspot.finding.kind))
            && (self.states.is_empty() || self.states.contains(&hotspot.state))
            && self
                .bounds
                .is_none_or(|bounds| bounds.contains(hotspot.finding.center))
            && self
                .filter
                .as_ref()
                .is_none_or(|filter| app.situation.admits_any(scope, filter, &hotspot.finding.reports))
    }
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
    let hotspot = find(&app, &seer, id)?;
    Ok(Json(HotspotItem::new(
        &hotspot,
        app.situation.vocabulary().taxonomy(),
    )))
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
    let entries = app.store.hotspot_history(&hotspot.id, after, limit + 1).await?;
    let page = Page::new(entries, limit, |entry| entry.revision);
    Ok(Json(page.list(revision, |entry| HistoryItem {
        at: entry.at,
        state: entry.state,
        observed: entry.observed,
        expected: entry.expected,
        p_value: entry.p_value,
        revision: entry.revision,
    })))
}

/// The reports behind a hotspot, as far as the viewer may see each; newest first.
#[utoipa::path(get, path = "/api/v1/hotspots/{id}/reports",
    params(("id" = String, Path),
        ("limit" = Option<u32>, Query, description = "1 to 1000, default 100"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<ReportItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn reports_behind(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<List<ReportItem>>, Problem> {
    let mut query = Query::parse(query.as_deref());
    let limit = query.limit()?.unwrap_or(reports::DEFAULT_LIMIT);
    let before: Option<u64> = query.read("next")?;
    query.finish()?;
    let hotspot = find(&app, &seer, id)?;
    let scope = seer.records()?;
    let revision = app.situation.revision();
    let mut ids = hotspot.finding.reports;
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids.retain(|id| before.is_none_or(|before| id.0 < before));
    let Page { rows: ids, next } = Page::new(ids, limit, |id| id.0);
    let recorded = app.store.reports(scope, &ids).await?;
    Ok(Json(List {
        items: reports::items(&app, scope, recorded).await?,
        next,
        revision,
    }))
}

/// The hotspot, if the viewer may see it.
pub(super) fn find(app: &App, seer: &Seer, id: String) -> Result<Hotspot, Problem> {
    let scope = seer.records()?;
    let id = HotspotId(id);
    app.situation
        .hotspots(scope)
        .into_iter()
        .find(|hotspot| hotspot.id == id && hotspot.may_be_shown_to(seer.viewer.role))
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
