//! Pages that a browser passes when it signs in at an OpenID Connect provider.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use lagebild_domain::audit::Action;
use lagebild_store::Opener;
use serde::Deserialize;

use super::session::{came_by_tls, session_cookie};
use crate::app::App;
use crate::client_address::ClientAddress;
use crate::doorkeeper::{Origin, Wait};
use crate::problem::Problem;
use crate::single_sign_on::{Begun, NotSignedIn, SingleSignOn};

/// Remembers the sign-in that has begun.
const COOKIE: &str = "lagebild_oidc";
/// Where that cookie is sent.
const PATH: &str = "/sign-in/oidc";

/// What the provider sends back with the browser.
#[derive(Deserialize)]
pub(super) struct Return {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

fn provider_of(app: &App) -> Result<&SingleSignOn, Problem> {
    app.single_sign_on
        .as_ref()
        .ok_or_else(|| Problem::not_found("This installation has no OpenID Connect provider."))
}

/// Sends the browser to the provider.
pub(super) async fn begin(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let provider = provider_of(&app)?;
    app.doorkeeper
        .admit_address(Origin::new(address))
        .map_err(|Wait(time)| Problem::wait(time))?;
    let (url, begun) = match provider.begin().await {
        Ok(begun) => begun,
        Err(reason) => return Ok(not_signed_in(&reason)),
    };
    let cookie = Cookie::build((COOKIE, begun.to_cookie()))
        .path(PATH)
        .http_only(true)
        .secure(came_by_tls(&headers))
        // The provider's page sends the browser back here: stricter, and it would come without.
        .same_site(SameSite::Lax);
    let cookies = CookieJar::new().add(cookie);
    Ok((cookies, Redirect::to(url.as_str())).into_response())
}

/// Takes the browser back from the provider, and signs in.
pub(super) async fn callback(
    State(app): State<App>,
    headers: HeaderMap,
    cookies: CookieJar,
    Query(back): Query<Return>,
) -> Result<Response, Problem> {
    let provider = provider_of(&app)?;
    let begun = cookies
        .get(COOKIE)
        .and_then(|cookie| Begun::from_cookie(cookie.value()));
    let cookies = cookies.remove(Cookie::build(COOKIE).path(PATH));
    let signed_in = match (begun, back) {
        (
            Some(begun),
            Return {
                code: Some(code),
                state: Some(state),
                error: None,
            },
        ) => provider.finish(begun, &state, code).await,
        _ => Err(NotSignedIn::Unbelievable(
            "no sign-in has begun in this browser".to_owned(),
        )),
    };
    let viewer = match signed_in {
        Ok(viewer) => viewer,
        Err(reason) => return Ok((cookies, not_signed_in(&reason)).into_response()),
    };
    let session = app
        .store
        .open_session(&viewer, Opener::Other, app.session_terms)
        .await?;
    app.audit
        .note(&viewer, Action::SignedIn, PATH, "", app.situation.revision());
    let cookies = cookies.add(session_cookie(&session, came_by_tls(&headers)));
    Ok((cookies, page("Angemeldet", "Einen Augenblick …", true)).into_response())
}

fn not_signed_in(reason: &NotSignedIn) -> Response {
    let (status, text) = match reason {
        NotSignedIn::Provider(_) => {
            tracing::error!(%reason, "a sign-in failed");
            (
                StatusCode::BAD_GATEWAY,
                "Der Anmeldedienst antwortet nicht wie erwartet. Bitte versuchen Sie es später noch einmal.",
            )
        }
        NotSignedIn::Unbelievable(_) => {
            tracing::info!(%reason, "somebody was not signed in");
            (
                StatusCode::UNAUTHORIZED,
                "Die Anmeldung passt zu keiner, die hier begonnen wurde, oder ist zu lange her.",
            )
        }
        NotSignedIn::NotMapped => (
            StatusCode::FORBIDDEN,
            "Ihr Konto ist für das Lagebild nicht freigeschaltet. Bitte wenden Sie sich an die Administration.",
        ),
    };
    (status, page("Nicht angemeldet", text, false)).into_response()
}

/// A page of one sentence. It goes on by itself where asked: a redirect would come from the provider's page, and browsers
/// would keep the strict session cookie back.
fn page(title: &str, text: &str, goes_on: bool) -> Html<String> {
    let refresh = if goes_on {
        "<meta http-equiv=\"refresh\" content=\"0; url=/\">"
    } else {
        ""
    };
    Html(format!(
        "<!doctype html><html lang=\"de\"><head><meta charset=\"utf-8\">{refresh}<title>{title}</title></head>\
         <body><main><h1>{title}</h1><p>{text}</p><p><a href=\"/\">Zum Lagebild</a></p></main></body></html>"
    ))
}
