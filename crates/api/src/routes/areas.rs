//! The city's areas.

use axum::Json;
use axum::extract::State;
use geojson::Geometry;
use lagebild_domain::AreaKind;
use serde::Serialize;
use utoipa::ToSchema;

use super::list::List;
use crate::app::App;
use crate::problem::Problem;
use crate::seer::Seer;

/// An area.
#[derive(Serialize, ToSchema)]
pub(super) struct AreaItem {
    id: String,
    name: String,
    #[schema(value_type = String, example = "district")]
    kind: AreaKind,
    /// GeoJSON polygon or multi-polygon.
    #[schema(value_type = Object)]
    geometry: Geometry,
}

/// The city's areas with their outlines.
#[utoipa::path(get, path = "/api/v1/areas",
    responses((status = 200, body = List<AreaItem>), (status = 401, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn areas(State(app): State<App>, _: Seer) -> Json<List<AreaItem>> {
    let items = app
        .situation
        .vocabulary()
        .areas()
        .all()
        .iter()
        .map(|area| AreaItem {
            id: area.id.to_string(),
            name: area.name.clone(),
            kind: area.kind,
            geometry: Geometry::from(&area.outline),
        })
        .collect();
    Json(List::whole(items, app.situation.revision()))
}
