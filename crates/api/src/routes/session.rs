//! Signing in and out.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, StatusCode};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use jiff::{Timestamp, ToSpan};
use lagebild_domain::audit::Action;
use lagebild_store::Pass;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::me::{Me, me_of};
use crate::app::{App, DEMO_ROLES, DemoRole};
use crate::problem::Problem;
use crate::query::NoQuery;
use crate::seer::{SESSION_COOKIE, Seer, view_of, viewer_of_token};

/// Hours after which one must sign in again.
const SESSION_HOURS: i64 = 12;

/// What the sign-in page needs to know.
#[derive(Serialize, ToSchema)]
pub(super) struct Offer {
    /// The city's name.
    city: String,
    /// True when all data are invented.
    demo: bool,
    /// Roles to choose from; empty unless `demo`.
    demo_roles: Vec<OfferedRole>,
    /// True when the request comes with a valid session.
    signed_in: bool,
}

/// A role of the demo.
#[derive(Serialize, ToSchema)]
pub(super) struct OfferedRole {
    token: &'static str,
    label: &'static str,
    description: &'static str,
}

/// A way to sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    /// An API token, or a demo token in demo mode.
    token: String,
}

/// What the sign-in page needs to know.
#[utoipa::path(get, path = "/api/v1/session", responses((status = 200, body = Offer)))]
pub(super) async fn offer(State(app): State<App>, seer: Result<Seer, Problem>, _: NoQuery) -> Json<Offer> {
    let roles = if app.demo { DEMO_ROLES } else { &[] };
    Json(Offer {
        city: app.city.to_string(),
        demo: app.demo,
        demo_roles: roles
            .iter()
            .map(|role| OfferedRole {
                token: role.token,
                label: role.label,
                description: role.description,
            })
            .collect(),
        signed_in: seer.is_ok(),
    })
}

/// Signs in; the answer sets a session cookie.
#[utoipa::path(post, path = "/api/v1/session", request_body = SignIn,
    responses((status = 200, body = Me), (status = 401, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    cookies: CookieJar,
    body: Result<Json<SignIn>, JsonRejection>,
) -> Result<(CookieJar, Json<Me>), Problem> {
    let Json(SignIn { token }) =
        body.map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "Send JSON such as {\"token\": \"…\"}."))?;
    let viewer = viewer_of_token(&app, &token).await?.ok_or_else(|| {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "This token is not known or has expired.",
        )
    })?;
    let expires = Timestamp::now()
        .checked_add(SESSION_HOURS.hours())
        .unwrap_or(Timestamp::MAX);
    // A demo token is no row of the store, and cannot be withdrawn.
    let known = !(app.demo && DemoRole::viewer(&token).is_some());
    let session = app
        .store
        .open_session(&viewer, known.then_some(token.as_str()), expires)
        .await?;
    app.audit.note(
        &viewer,
        Action::SignedIn,
        "/api/v1/session",
        "",
        app.situation.revision(),
    );
    let cookie = Cookie::build((SESSION_COOKIE, session.reveal().to_owned()))
        .path("/")
        .http_only(true)
        .secure(came_by_tls(&headers))
        .same_site(SameSite::Strict);
    let view = view_of(&app, &viewer);
    Ok((cookies.add(cookie), Json(me_of(&app, &viewer, &view))))
}

/// True when a proxy says that the client came by TLS: then its cookie stays with TLS.
fn came_by_tls(headers: &HeaderMap) -> bool {
    headers
        .get("x-forwarded-proto")
        .is_some_and(|scheme| scheme == "https")
}

/// Signs out.
#[utoipa::path(delete, path = "/api/v1/session", responses((status = 204)))]
pub(super) async fn sign_out(
    State(app): State<App>,
    cookies: CookieJar,
) -> Result<(CookieJar, StatusCode), Problem> {
    if let Some(cookie) = cookies.get(SESSION_COOKIE) {
        if let Some(viewer) = app.store.viewer_of(Pass::Session, cookie.value()).await? {
            app.audit.note(
                &viewer,
                Action::SignedOut,
                "/api/v1/session",
                "",
                app.situation.revision(),
            );
        }
        app.store.withdraw(Pass::Session, cookie.value()).await?;
    }
    Ok((
        cookies.remove(Cookie::build(SESSION_COOKIE).path("/")),
        StatusCode::NO_CONTENT,
    ))
}
