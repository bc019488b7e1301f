//! All routes, so that the API can be read from top to bottom.

use axum::Router;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::audit::witness;
use crate::problem::{self, Problem};
use crate::web;

mod alert_acts;
mod alert_trial;
mod alert_wishes;
mod alerts;
mod areas;
mod audit;
mod basemap;
mod briefings;
mod bulletins;
mod cap;
mod cells;
mod data_notices;
mod deliveries;
mod detection_profiles;
mod evaluation;
mod health;
mod hotspots;
mod lage;
mod links;
mod list;
mod me;
mod measures;
mod mending;
mod partnership;
mod preview;
mod projects;
mod publications;
mod quarantine;
mod reports;
mod reviews;
mod session;
mod single_sign_on;
mod sources;
mod stream;
mod taxonomy;
mod tiles;

pub use alerts::AlertItem;
pub use hotspots::{CategoryPart, HotspotItem, StreamItem};

#[derive(OpenApi)]
#[openapi(info(
    title = "Lagebild",
    description = "Shared situation picture of a city and its police. Errors are problem details (RFC 9457).",
    license(name = "EUPL-1.2", identifier = "EUPL-1.2")
))]
struct Document;

fn described() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(session::offer, session::sign_in, session::sign_out))
        .routes(routes!(me::me))
        .routes(routes!(taxonomy::taxonomy))
        .routes(routes!(areas::areas))
        .routes(routes!(basemap::basemap))
        .routes(routes!(lage::lage))
        .routes(routes!(reports::list))
        .routes(routes!(reports::one))
        .routes(routes!(links::list))
        .routes(routes!(links::confirm))
        .routes(routes!(links::undo))
        .routes(routes!(cells::cells))
        .routes(routes!(publications::publications))
        .routes(routes!(partnership::partners))
        .routes(routes!(partnership::bodies))
        .routes(routes!(partnership::releases))
        .routes(routes!(preview::preview))
        .routes(routes!(hotspots::list))
        .routes(routes!(hotspots::one))
        .routes(routes!(hotspots::history))
        .routes(routes!(hotspots::reports_behind))
        .routes(routes!(reviews::review))
        .routes(routes!(reviews::list))
        .routes(routes!(alerts::list))
        .routes(routes!(alerts::one))
        .routes(routes!(alert_acts::acknowledge))
        .routes(routes!(alert_acts::assign))
        .routes(routes!(alert_acts::close))
        .routes(routes!(alert_acts::correct))
        .routes(routes!(alert_acts::recall))
        .routes(routes!(alert_acts::release))
        .routes(routes!(cap::release))
        .routes(routes!(alert_wishes::subscriptions, alert_wishes::subscribe))
        .routes(routes!(alert_trial::trial))
        .routes(routes!(alert_wishes::unsubscribe))
        .routes(routes!(alert_wishes::silences, alert_wishes::silence))
        .routes(routes!(alert_wishes::end_silence))
        .routes(routes!(alert_wishes::channels))
        .routes(routes!(deliveries::list))
        .routes(routes!(deliveries::replay))
        .routes(routes!(bulletins::list, bulletins::write))
        .routes(routes!(data_notices::notices))
        .routes(routes!(data_notices::weekly_layers))
        .routes(routes!(detection_profiles::profiles))
        .routes(routes!(sources::list))
        .routes(routes!(sources::push))
        .routes(routes!(quarantine::list))
        .routes(routes!(quarantine::discard))
        .routes(routes!(mending::unknown_words))
        .routes(routes!(mending::map_category))
        .routes(routes!(mending::replay_source))
        .routes(routes!(stream::stream))
        .routes(routes!(briefings::order, briefings::list))
        .routes(routes!(briefings::one))
        .routes(routes!(briefings::audiences))
        .routes(routes!(briefings::file))
        .routes(routes!(projects::propose, projects::list))
        .routes(routes!(projects::one, projects::replan))
        .routes(routes!(projects::step))
        .routes(routes!(projects::note))
        .routes(routes!(projects::add_measure))
        .routes(routes!(measures::list))
        .routes(routes!(evaluation::evaluation))
        .routes(routes!(audit::audit))
}

/// The OpenAPI 3.1 document of every `/api/v1` route, as JSON text that ends with a line break.
pub fn openapi() -> String {
    let mut json = described().into_openapi().to_pretty_json().unwrap_or_default();
    json.push('\n');
    json
}

/// Scripts, styles and pictures from here only; the map's worker is a blob in some browsers.
///
/// A map style that the operator has set opens its own server, and no other.
fn content_security_policy(style: Option<&str>) -> HeaderValue {
    let map_server = style.and_then(origin).unwrap_or_default();
    let policy = format!(
        "default-src 'self'; worker-src 'self' blob:; img-src 'self' data: blob: {map_server}; \
         style-src 'self' 'unsafe-inline'; connect-src 'self' {map_server}; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'self'"))
}

/// Scheme, host and port of an absolute URL.
fn origin(url: &str) -> Option<&str> {
    let host = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    let host_length = host.find(['/', '?', '#']).unwrap_or(host.len());
    Some(&url[..url.len() - host.len() + host_length])
}

/// The whole server as a service.
pub fn router(app: App) -> Router {
    let (api, _) = described().split_for_parts();
    let witnessed = axum::middleware::from_fn_with_state(app.clone(), witness);
    let document = openapi();
    let policy = content_security_policy(app.basemap.style.as_deref());
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    // Tiles compress themselves: their ETag must name the encoding.
    let compressed = api
        .route(
            "/api/openapi.json",
            get(move || async move { ([(header::CONTENT_TYPE, "application/json")], document) }),
        )
        .layer(CompressionLayer::new());
    compressed
        .route("/cap/alerts.atom", get(cap::feed))
        .route("/cap/{file}", get(cap::document))
        .route("/tiles/{layer}", get(tiles::tile_json))
        .route("/tiles/{layer}/{z}/{x}/{y}", get(tiles::tile))
        .layer(witnessed)
        // Not witnessed: what a provider sends back in the address is a secret. The sign-in itself is noted.
        .route("/sign-in/oidc", get(single_sign_on::begin))
        .route("/sign-in/oidc/callback", get(single_sign_on::callback))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .route("/", get(web::index))
        .route("/{*path}", get(web::asset))
        .fallback(|| async { Problem::not_found("There is nothing at this address.") })
        .method_not_allowed_fallback(|| async {
            Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "This address does not take that method.",
            )
        })
        // Another site's page cannot make a browser change anything here; the cookie stays at home too.
        .layer(CsrfLayer::new())
        .layer(axum::middleware::map_response(problem::dress))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            use axum::response::IntoResponse;
            tracing::error!("a handler panicked");
            Problem::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The server failed to answer; the operator has a log entry.",
            )
            .into_response()
        }))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CONTENT_SECURITY_POLICY,
            policy,
        ))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"))
        .with_state(app)
}
