//! What is doubtful about the data, and the weekly layers.

use axum::Json;
use axum::extract::{RawQuery, State};
use geojson::Geometry;
use jiff::Timestamp;
use lagebild_domain::{LayerItem, LayerKind, Notice, NoticeKind, WeeklyLayer};
use serde::Serialize;
use utoipa::ToSchema;

use super::hotspots::polygon;
use super::list::List;
use super::reports::point_geometry;
use crate::app::App;
use crate::problem::Problem;
use crate::query::Query;
use crate::seer::Seer;

/// A notice of the latest look about the data.
#[derive(Serialize, ToSchema)]
pub(super) struct NoticeItem {
    id: String,
    /// `point_mass`, `silent_source`, `volume_change`, `city_rise` or `district_rise`.
    #[schema(value_type = String, example = "silent_source")]
    kind: NoticeKind,
    sources: Vec<String>,
    /// One German sentence.
    sentence: String,
    /// GeoJSON point, where it is about one.
    #[schema(value_type = Option<Object>, required = true)]
    geometry: Option<Geometry>,
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// Reports counted.
    observed: f64,
    /// What would be usual; for a rise, the most that would be.
    usual: f64,
}

fn notice_item(number: usize, notice: Notice) -> NoticeItem {
    NoticeItem {
        id: format!("{}-{number}", notice.kind),
        kind: notice.kind,
        sources: notice.sources.iter().map(ToString::to_string).collect(),
        sentence: notice.sentence,
        geometry: notice.point.map(point_geometry),
        since: notice.since,
        observed: notice.observed,
        usual: notice.usual,
    }
}

/// What the data themselves make doubtful: default coordinates, silent sources, jumps, rises without a place.
#[utoipa::path(get, path = "/api/v1/data-notices",
    params(("limit" = Option<u32>, Query, description = "1 to 1000; without it, all"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<NoticeItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn notices(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<NoticeItem>>, Problem> {
    let scope = seer.records()?;
    let mut query = Query::parse(query.as_deref());
    let revision = app.situation.revision();
    let items = app
        .store
        .data_notices()
        .await?
        .into_iter()
        .enumerate()
        .filter(|(_, notice)| scope.sees_all(notice.sources.iter()))
        .map(|(number, notice)| notice_item(number, notice))
        .collect();
    let list = List::page(items, |item: &NoticeItem| &item.id, &mut query, revision)?;
    query.finish()?;
    Ok(Json(list))
}

/// A weekly layer: what has been high for long, how places went, where repeats are likely. Nothing in it is new.
#[derive(Serialize, ToSchema)]
pub(super) struct WeeklyLayerItem {
    id: String,
    /// `persistent`, `trend` or `near_repeat`.
    #[schema(value_type = String, example = "persistent")]
    kind: LayerKind,
    label: String,
    /// First day of the reports that it rests on.
    from: String,
    /// Last day.
    to: String,
    /// German sentence: what was found, and how to read it.
    sentence: String,
    method: String,
    #[schema(value_type = Object)]
    parameters: serde_json::Value,
    places: Vec<LayerPlace>,
}

/// A cell or zone that stands out.
#[derive(Serialize, ToSchema)]
pub(super) struct LayerPlace {
    /// H3 index of a cell.
    #[schema(required = true)]
    h3: Option<String>,
    /// GeoJSON polygon.
    #[schema(value_type = Object)]
    geometry: Geometry,
    /// What it is, in German.
    word: String,
    count: f64,
    #[schema(required = true)]
    z: Option<f64>,
    #[schema(required = true)]
    p_value: Option<f64>,
    /// Last day of a zone.
    #[schema(required = true)]
    until: Option<String>,
}

impl From<LayerItem> for LayerPlace {
    fn from(item: LayerItem) -> Self {
        Self {
            h3: item.h3,
            geometry: polygon(&item.outline),
            word: item.word,
            count: item.count,
            z: item.z,
            p_value: item.p_value,
            until: item.until.map(|day| day.to_string()),
        }
    }
}

impl From<WeeklyLayer> for WeeklyLayerItem {
    fn from(layer: WeeklyLayer) -> Self {
        Self {
            id: layer.id,
            kind: layer.kind,
            label: layer.label,
            from: layer.from.to_string(),
            to: layer.to.to_string(),
            sentence: layer.sentence,
            method: layer.method,
            parameters: layer.parameters,
            places: layer.items.into_iter().map(LayerPlace::from).collect(),
        }
    }
}

/// The weekly layers.
#[utoipa::path(get, path = "/api/v1/weekly-layers",
    params(("limit" = Option<u32>, Query, description = "1 to 1000; without it, all"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<WeeklyLayerItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn weekly_layers(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<WeeklyLayerItem>>, Problem> {
    let scope = seer.records()?;
    let mut query = Query::parse(query.as_deref());
    let revision = app.situation.revision();
    let items = app
        .store
        .weekly_layers()
        .await?
        .into_iter()
        .filter(|layer| scope.sees_all(layer.sources.iter()))
        .map(WeeklyLayerItem::from)
        .collect();
    let list = List::page(items, |item: &WeeklyLayerItem| &item.id, &mut query, revision)?;
    query.finish()?;
    Ok(Json(list))
}
