//! Vector tiles and their TileJSON.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lagebild_domain::Withheld;
use lagebild_domain::disclosure::Sight;
use lagebild_situation::{Layer, TileCoord};
use serde_json::json;

use crate::app::App;
use crate::coding::Coding;
use crate::kept_tiles::WantedTile;
use crate::problem::Problem;
use crate::query::Query;
use crate::seer::Seer;

const MEDIA_TYPE: &str = "application/vnd.mapbox-vector-tile";
/// Zoom beyond which nothing becomes finer; clients draw it larger.
const MAX_ZOOM: u8 = 16;
/// Tiles depend on who asks; they may be kept, and must be asked for again each time.
const CACHE_CONTROL: &str = "private, no-cache";
const VARY: &str = "Accept-Encoding, Authorization, Cookie";

fn layer_of(name: &str) -> Result<Layer, Problem> {
    name.parse()
        .map_err(|error: lagebild_situation::UnknownLayer| Problem::not_found(error.to_string()))
}

pub(super) async fn tile_json(
    State(app): State<App>,
    seer: Seer,
    Path(layer): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<impl IntoResponse, Problem> {
    let layer = layer_of(&layer)?;
    seer.sight()?;
    Query::parse(query.as_deref()).finish()?;
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("localhost");
    let scheme = headers
        .get("x-forwarded-proto")
        .and_then(|scheme| scheme.to_str().ok())
        .filter(|scheme| *scheme == "https")
        .unwrap_or("http");
    let fields: serde_json::Map<String, serde_json::Value> = layer
        .fields()
        .iter()
        .map(|(name, kind)| ((*name).to_owned(), json!(kind)))
        .collect();
    let mut document = json!({
        "tilejson": "3.0.0",
        "name": layer.name(),
        "tiles": [format!("{scheme}://{host}/tiles/{layer}/{{z}}/{{x}}/{{y}}")],
        "vector_layers": [{"id": layer.name(), "fields": fields, "minzoom": layer.min_zoom(), "maxzoom": MAX_ZOOM}],
        "minzoom": layer.min_zoom(),
        "maxzoom": MAX_ZOOM,
        "attribution": app.basemap.attribution,
    });
    if let Some(bounds) = app.situation.vocabulary().bounds() {
        let corners: [f64; 4] = bounds.into();
        document["bounds"] = json!(corners);
    }
    Ok(([(header::CACHE_CONTROL, CACHE_CONTROL)], Json(document)))
}

pub(super) async fn tile(
    State(app): State<App>,
    seer: Seer,
    Path((layer, z, x, y)): Path<(String, String, String, String)>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let layer = layer_of(&layer)?;
    let no_tile = || Problem::not_found("There is no such tile: zoom is 0 to 22, x and y are below 2^zoom.");
    let coord = match (z.parse(), x.parse(), y.parse()) {
        (Ok(z), Ok(x), Ok(y)) => TileCoord::new(z, x, y).map_err(|_| no_tile())?,
        _ => return Err(no_tile()),
    };
    let mut query = Query::parse(query.as_deref());
    // Clients put the revision there to get past their own caches.
    query.take("v");
    let vocabulary = app.situation.vocabulary();
    let coding = Coding::accepted(&headers);
    let packed = match seer.sight()? {
        Sight::Records(scope) => {
            let filter = query.filter(vocabulary, scope)?;
            let wanted = WantedTile {
                filter: app.situation.windowed(scope, &filter),
                scope: scope.clone(),
                layer,
                tile: coord,
                coding,
            };
            app.tiles.get(&app.situation, wanted).await
        }
        Sight::Counts(_) if matches!(layer, Layer::Reports | Layer::Hotspots) => {
            return Err(Withheld::CountsOnly.into());
        }
        Sight::Counts(scope) => {
            let question = query.public_question(vocabulary)?;
            let bytes = app.situation.public_tile(scope, layer, coord, &question);
            bytes.map(|bytes| coding.pack(bytes))
        }
    };
    let plain = [(header::CACHE_CONTROL, CACHE_CONTROL), (header::VARY, VARY)];
    let Some(packed) = packed else {
        return Ok((StatusCode::NO_CONTENT, plain).into_response());
    };
    let etag = [(header::ETAG, packed.etag.to_string())];
    if is_known(&headers, &packed.etag) {
        return Ok((StatusCode::NOT_MODIFIED, plain, etag).into_response());
    }
    let typed = [(header::CONTENT_TYPE, MEDIA_TYPE)];
    let mut response = (plain, typed, etag, packed.bytes).into_response();
    if let Some(name) = packed.coding.name() {
        let coded = HeaderValue::from_static(name);
        response.headers_mut().insert(header::CONTENT_ENCODING, coded);
    }
    Ok(response)
}

/// True when the client has the bytes with this tag already.
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| {
            known
                .split(',')
                .any(|tag| matches!(tag.trim(), "*") || tag.trim() == etag)
        })
}
