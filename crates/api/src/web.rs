//! The web app, embedded in the binary.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::problem::Problem;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Assets;

const NOT_BUILT: &str = "<!doctype html><html lang=\"de\"><meta charset=\"utf-8\"><title>Lagebild</title>\
     <p>Die Webanwendung ist nicht eingebaut. Bauen: <code>make web</code>, dann das Programm neu bauen.</p>\
     <p>The web app is not built in. Build it with <code>make web</code>, then build the program again.</p></html>";

pub(crate) async fn index(headers: HeaderMap) -> Response {
    serve("index.html", &headers).unwrap_or_else(|| (StatusCode::OK, Html(NOT_BUILT)).into_response())
}

pub(crate) async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    serve(&path, &headers)
        .unwrap_or_else(|| Problem::not_found("There is nothing at this address.").into_response())
}

/// The file, packed as the build packed it where the client takes that.
fn serve(path: &str, headers: &HeaderMap) -> Option<Response> {
    let plain = Assets::get(path)?;
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let (encoding, file) = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(coding, _)| accepted.contains(coding))
        .find_map(|(coding, ending)| Assets::get(&format!("{path}{ending}")).map(|file| (Some(coding), file)))
        .unwrap_or((None, plain));
    let etag = format!("\"{}\"", &blake3::hash(&file.data).to_hex()[..24]);
    // The build puts a hash into the names under assets/: those never change.
    let cache = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let common = [
        (header::ETAG, etag.clone()),
        (header::CACHE_CONTROL, cache.to_owned()),
        (header::VARY, "Accept-Encoding".to_owned()),
    ];
    if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == etag.as_bytes())
    {
        return Some((StatusCode::NOT_MODIFIED, common).into_response());
    }
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let mut response = (
        common,
        [(header::CONTENT_TYPE, kind.to_string())],
        file.data.into_owned(),
    )
        .into_response();
    if let Some(value) = encoding.and_then(|coding| coding.parse().ok()) {
        response.headers_mut().insert(header::CONTENT_ENCODING, value);
    }
    Some(response)
}
