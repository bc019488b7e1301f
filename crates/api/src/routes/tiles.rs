//! Vector tiles and their TileJSON.

use std::io::Write;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use lagebild_domain::Withheld;
use lagebild_domain::disclosure::Sight;
use lagebild_situation::{Layer, TileCoord};
use serde_json::json;

use crate::app::App;
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
    let bytes = match seer.sight()? {
        Sight::Records(scope) => {
            let filter = query.filter(vocabulary, scope)?;
            app.situation.tile(scope, layer, coord, &filter)
        }
        Sight::Counts(_) if matches!(layer, Layer::Reports | Layer::Hotspots) => {
            return Err(Withheld::CountsOnly.into());
        }
        Sight::Counts(scope) => {
            let question = query.public_question(vocabulary)?;
            app.situation.public_tile(scope, layer, coord, &question)
        }
    };
    let plain = [(header::CACHE_CONTROL, CACHE_CONTROL), (header::VARY, VARY)];
    let Some(bytes) = bytes else {
        return Ok((StatusCode::NO_CONTENT, plain).into_response());
    };
    let gzip = accepts_gzip(&headers);
    let etag = format!(
        "\"{}{}\"",
        &blake3::hash(&bytes).to_hex()[..24],
        if gzip { "-gz" } else { "" }
    );
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| {
        known
            .split(',')
            .any(|tag| matches!(tag.trim(), "*") || tag.trim() == etag)
    }) {
        return Ok((StatusCode::NOT_MODIFIED, plain, [(header::ETAG, etag)]).into_response());
    }
    let typed = [(header::CONTENT_TYPE, MEDIA_TYPE)];
    if gzip {
        let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::fast());
        if encoder.write_all(&bytes).is_ok()
            && let Ok(packed) = encoder.finish()
        {
            let encoded = [(header::CONTENT_ENCODING, "gzip")];
            return Ok((plain, typed, encoded, [(header::ETAG, etag)], packed).into_response());
        }
    }
    Ok((plain, typed, [(header::ETAG, etag)], bytes).into_response())
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|offer| {
            let (coding, quality) = offer.split_once(';').unwrap_or((offer, ""));
            coding.trim().eq_ignore_ascii_case("gzip") && !matches!(quality.trim(), "q=0" | "q=0.0")
        })
}
