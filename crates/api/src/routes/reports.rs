//! Reports, one by one.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use geojson::Geometry;
use jiff::Timestamp;
use lagebild_domain::disclosure::Shown;
use lagebild_domain::release::Finest;
use lagebild_domain::{
    AreaId, Category, Kind, LatLng, Location, Precision, Prevention, RecordScope, RecordedReport, Report,
    ReportId, Status,
};
use lagebild_situation::Cursor;
use serde::Serialize;
use utoipa::ToSchema;

use super::links::linked_with;
use super::list::List;
use crate::app::App;
use crate::problem::Problem;
use crate::query::{FilterWords, NoQuery, Query};
use crate::seer::Seer;

/// Length of a page that the query does not say.
pub(super) const DEFAULT_LIMIT: usize = 100;

/// A report, as far as the viewer may see it: a field outside the viewer's release is absent.
#[derive(Serialize, ToSchema)]
pub(super) struct ReportItem {
    id: u64,
    source: String,
    /// The owner's own id, for the owner's viewers, where the source keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    #[schema(value_type = String, example = "complaint")]
    kind: Kind,
    category: String,
    theme: String,
    /// Null for perception.
    #[schema(value_type = Option<String>, required = true)]
    prevention: Option<Prevention>,
    #[schema(value_type = String, format = DateTime)]
    occurred_from: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    occurred_to: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    reported_at: Option<Timestamp>,
    #[schema(value_type = String, example = "open")]
    status: Status,
    /// GeoJSON point; null where the report has none that may be shown.
    #[schema(value_type = Option<Object>, required = true)]
    geometry: Option<Geometry>,
    /// point, street, cell, area or none.
    precision: &'static str,
    /// Estimated error in metres.
    #[serde(skip_serializing_if = "Option::is_none")]
    precision_m: Option<f64>,
    /// The place in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// Id of the district.
    #[serde(skip_serializing_if = "Option::is_none")]
    area: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    weight: f64,
    /// Reports of the same happening, as far as the viewer sees each at its point; see `/api/v1/links`.
    linked: Vec<u64>,
    /// Revision of this version.
    sequence: u64,
}

pub(super) fn point_geometry(point: LatLng) -> Geometry {
    Geometry::new(geojson::GeometryValue::new_point([
        point.lng_degrees(),
        point.lat_degrees(),
    ]))
}

fn precision_word(location: &Location) -> &'static str {
    match location {
        Location::Nowhere => "none",
        Location::At { precision, .. } => match precision {
            Precision::Point => "point",
            Precision::Street => "street",
            Precision::Cell => "cell",
            Precision::Area => "area",
        },
    }
}

/// What the viewer may see of a report, and the district that it lies in; `None` where they may not see it.
fn seen<'a>(
    app: &'a App,
    scope: &'a RecordScope,
    report: &Report,
) -> Option<(Shown<'a>, &'a Category, Option<&'a AreaId>)> {
    let vocabulary = app.situation.vocabulary();
    let category = vocabulary.taxonomy().category(report.category.as_str())?;
    let areas = vocabulary.areas();
    let inside = report.location.point_in_area();
    let area_at = |index: usize| &areas.all()[index].id;
    let district = inside.and_then(|point| areas.district_index(point)).map(area_at);
    let municipality = inside
        .and_then(|point| areas.municipality_index(point))
        .map(area_at);
    let lies_in: Vec<&AreaId> = district.into_iter().chain(municipality).collect();
    let shown = scope.shown_of(
        report.source.as_str(),
        category,
        &lies_in,
        report.occurred.middle(),
    )?;
    Some((shown, category, district))
}

/// True when the viewer may see the report at its point.
pub(super) fn is_shown_at_its_point(app: &App, scope: &RecordScope, report: &Report) -> bool {
    seen(app, scope, report).is_some_and(|(shown, _, _)| shown.finest == Finest::Point)
}

/// The reports as far as the viewer may see them, with what they are linked with.
pub(super) async fn items(
    app: &App,
    scope: &RecordScope,
    recorded: Vec<RecordedReport>,
) -> Result<Vec<ReportItem>, Problem> {
    let ids: Vec<ReportId> = recorded.iter().map(|recorded| recorded.id).collect();
    let mut linked = linked_with(app, scope, &ids).await?;
    Ok(recorded
        .into_iter()
        .filter_map(|recorded| {
            let linked = linked.remove(&recorded.id).unwrap_or_default();
            item(app, scope, recorded, linked)
        })
        .collect())
}

fn item(app: &App, scope: &RecordScope, recorded: RecordedReport, linked: Vec<u64>) -> Option<ReportItem> {
    let (shown, category, district) = seen(app, scope, &recorded.report)?;
    let report = recorded.report;
    let shows_point = shown.finest == Finest::Point;
    let point = report.location.point();
    let external_id = report.external_id.as_str();
    let precision_m = match report.location {
        Location::At { precision_m, .. } if shows_point => Some(precision_m),
        _ => None,
    };
    Some(ReportItem {
        id: recorded.id.0,
        external_id: (!external_id.is_empty()).then(|| external_id.to_owned()),
        source: report.source.to_string(),
        kind: report.kind,
        category: report.category.to_string(),
        theme: category.theme.to_string(),
        prevention: category.prevention,
        occurred_from: report.occurred.from(),
        occurred_to: report.occurred.to(),
        reported_at: report.reported_at,
        status: report.status,
        // The point of a coarser report stands for a cell or an area; drawn, it would look like a spot.
        geometry: point
            .filter(|_| shows_point && report.location.is_pointlike())
            .map(point_geometry),
        precision: match shown.finest {
            Finest::Cell if report.location.is_pointlike() => "cell",
            Finest::District if point.is_some() => "area",
            _ => precision_word(&report.location),
        },
        precision_m,
        place: report.place.filter(|_| shown.place),
        area: district.map(ToString::to_string),
        text: report.text.filter(|_| shown.text),
        weight: report.weight,
        linked,
        sequence: recorded.sequence.0,
    })
}

/// Reports, newest first.
#[utoipa::path(get, path = "/api/v1/reports",
    params(("limit" = Option<u32>, Query, description = "1 to 1000, default 100"),
        ("next" = Option<String>, Query, description = "From an earlier answer"), FilterWords),
    responses((status = 200, body = List<ReportItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<ReportItem>>, Problem> {
    let scope = seer.records()?;
    let mut query = Query::parse(query.as_deref());
    let limit = query.limit()?.unwrap_or(DEFAULT_LIMIT);
    let after: Option<Cursor> = query.read("next")?;
    let filter = query.filter(app.situation.vocabulary(), scope)?;
    let revision = app.situation.revision();
    let page = app.situation.page(scope, &filter, limit, after);
    let reports = app.store.reports(scope, &page.ids).await?;
    Ok(Json(List {
        items: items(&app, scope, reports).await?,
        next: page.next.map(|cursor| cursor.to_string()),
        revision,
    }))
}

/// One report.
#[utoipa::path(get, path = "/api/v1/reports/{id}", params(("id" = u64, Path)),
    responses((status = 200, body = ReportItem),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn one(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
) -> Result<Json<ReportItem>, Problem> {
    let scope = seer.records()?;
    let unknown = || Problem::not_found("There is no such report.");
    let id = ReportId(id.parse().map_err(|_| unknown())?);
    if !app.situation.holds(id) {
        return Err(unknown());
    }
    let found = app.store.reports(scope, &[id]).await?;
    items(&app, scope, found)
        .await?
        .pop()
        .map(Json)
        .ok_or_else(|| Problem::new(StatusCode::FORBIDDEN, "This report has not been released to you."))
}
