//! What the map draws under everything.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::app::App;
use crate::problem::Problem;
use crate::query::NoQuery;
use crate::seer::Seer;

/// What the map draws under everything.
#[derive(Serialize, ToSchema)]
pub(super) struct BasemapAnswer {
    /// URL of a style that the operator has set.
    #[schema(required = true)]
    style: Option<String>,
    /// Whom to name.
    attribution: String,
    /// True when the schematic geometry is invented.
    fictional: bool,
    /// Schematic geometry as a GeoJSON `FeatureCollection`; each feature's `class` says what it is.
    #[schema(value_type = Option<Object>, required = true)]
    features: Option<Box<RawValue>>,
}

/// What the map draws under everything.
#[utoipa::path(get, path = "/api/v1/basemap",
    responses((status = 200, body = BasemapAnswer), (status = 401, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn basemap(State(app): State<App>, _: Seer, _: NoQuery) -> Json<BasemapAnswer> {
    Json(BasemapAnswer {
        style: app.basemap.style,
        attribution: app.basemap.attribution,
        fictional: app.basemap.fictional,
        features: app
            .basemap
            .features
            .and_then(|text| RawValue::from_string(text.to_string()).ok()),
    })
}
