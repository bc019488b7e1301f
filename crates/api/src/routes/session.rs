//! Signing in and out.

use std::time::Instant;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, StatusCode};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use jiff::Timestamp;
use lagebild_domain::audit::Action;
use lagebild_domain::{AccountName, OrganisationId, Password, Role, Viewer};
use lagebild_store::{Holder, Opener, Pass, Secret};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::me::{Me, me_of};
use crate::app::{App, DEMO_ROLES};
use crate::client_address::ClientAddress;
use crate::doorkeeper::{Origin, Wait};
use crate::problem::Problem;
use crate::query::NoQuery;
use crate::seer::{SESSION_COOKIE, Seer, demo_viewer, view_of};

/// As the audit log names it.
const ADDRESS: &str = "/api/v1/session";

/// What the sign-in page needs to know.
#[derive(Serialize, ToSchema)]
pub(super) struct Offer {
    /// The city's name.
    city: String,
    /// True when all data are invented.
    demo: bool,
    /// Roles to choose from; empty unless `demo`.
    demo_roles: Vec<OfferedRole>,
    /// Name of the OpenID Connect provider that people can sign in at, at `/sign-in/oidc`; none where there is none.
    #[schema(required = true)]
    single_sign_on: Option<String>,
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
#[serde(untagged)]
pub(super) enum SignIn {
    /// With a token.
    Token(TokenSignIn),
    /// With a local account.
    Password(PasswordSignIn),
}

/// With a token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenSignIn {
    /// An API token, or a demo token in demo mode.
    token: String,
}

/// With a local account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordSignIn {
    /// The account's name.
    user: String,
    /// Its password.
    password: String,
    /// The code of its second factor, where it has one.
    code: Option<String>,
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
        single_sign_on: app
            .single_sign_on
            .as_ref()
            .map(|provider| provider.label().to_owned()),
        signed_in: seer.is_ok(),
    })
}

/// Signs in; the answer sets a session cookie. 401 of the type `/problems/second-factor` asks for the same once more, with the
/// code; 429 to wait.
#[utoipa::path(post, path = "/api/v1/session", request_body = SignIn,
    responses((status = 200, body = Me), (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn sign_in(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    cookies: CookieJar,
    body: Result<Json<SignIn>, JsonRejection>,
) -> Result<(CookieJar, Json<Me>), Problem> {
    let Json(sign_in) = body.map_err(|_| {
        let detail = "Send JSON such as {\"token\": \"…\"} or {\"user\": \"…\", \"password\": \"…\"}.";
        Problem::new(StatusCode::BAD_REQUEST, detail)
    })?;
    let (viewer, session) = match sign_in {
        SignIn::Token(TokenSignIn { token }) => with_token(&app, &token).await?,
        SignIn::Password(given) => with_password(&app, given, Origin::new(address)).await?,
    };
    app.audit
        .note(&viewer, Action::SignedIn, ADDRESS, "", app.situation.revision());
    let view = view_of(&app, &viewer);
    let cookie = session_cookie(&session, came_by_tls(&headers));
    Ok((cookies.add(cookie), Json(me_of(&app, &viewer, &view, false))))
}

async fn with_token(app: &App, token: &str) -> Result<(Viewer, Secret), Problem> {
    // A demo token is no row of the store, and cannot be withdrawn.
    if let Some(viewer) = demo_viewer(app, token) {
        let session = app
            .store
            .open_session(&viewer, Opener::Other, app.session_terms)
            .await?;
        return Ok((viewer, session));
    }
    let Some(Holder { viewer, .. }) = app.store.holder_of(Pass::Token, token).await? else {
        note_failure(app, None, "token").await?;
        let detail = "This token is not known or has expired.";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, detail));
    };
    let opener = Opener::Token(token);
    let session = app.store.open_session(&viewer, opener, app.session_terms).await?;
    Ok((viewer, session))
}

/// The answer to a wrong password is the same whether there is such an account or not.
async fn with_password(
    app: &App,
    given: PasswordSignIn,
    origin: Origin,
) -> Result<(Viewer, Secret), Problem> {
    let PasswordSignIn { user, password, code } = given;
    let wrong = || Problem::new(StatusCode::UNAUTHORIZED, "Name or password is wrong.");
    let name = AccountName::new(user.trim().to_lowercase()).map_err(|_| wrong())?;
    let password = Password::given(password).ok_or_else(wrong)?;
    if let Err(Wait(time)) = app.doorkeeper.admit(&name, origin, Instant::now()) {
        note_failure(app, Some(&name), "too_many").await?;
        return Err(Problem::wait(time));
    }
    let checked = {
        let _place = app.doorkeeper.place().await;
        app.store.check_password(&name, password).await?
    };
    let Some(account) = checked else {
        note_failure(app, Some(&name), "password").await?;
        return Err(wrong());
    };
    if account.has_second_factor {
        let Some(code) = code else {
            let detail = "Send the code of the second factor too, as \"code\".";
            return Err(Problem::second_factor(detail));
        };
        if !app.store.take_code(&name, code.trim(), Timestamp::now()).await? {
            note_failure(app, Some(&name), "code").await?;
            return Err(Problem::second_factor("This code is wrong, or was used before."));
        }
    }
    app.doorkeeper.right(&name, origin, Instant::now());
    let opener = Opener::Account(&name);
    let session = app
        .store
        .open_session(&account.viewer, opener, app.session_terms)
        .await?;
    Ok((account.viewer, session))
}

/// Notes that somebody was not let in, under the account's viewer. What was typed for a name is not kept unless it is one:
/// it may be a password.
async fn note_failure(app: &App, name: Option<&AccountName>, why: &str) -> Result<(), Problem> {
    let account = match name {
        Some(name) => app.store.account(name).await?,
        None => None,
    };
    let by = match account {
        Some(account) => account.viewer,
        None => Viewer {
            name: String::new(),
            role: Role::Guest,
            organisation: OrganisationId::new("unbekannt").map_err(|_| Problem::unauthorized())?,
        },
    };
    app.audit
        .note(&by, Action::SignInFailed, ADDRESS, why, app.situation.revision());
    Ok(())
}

/// The cookie of a session: for this server and this site only, and out of scripts' reach.
pub(super) fn session_cookie(session: &Secret, by_tls: bool) -> Cookie<'static> {
    Cookie::build((SESSION_COOKIE, session.reveal().to_owned()))
        .path("/")
        .http_only(true)
        .secure(by_tls)
        .same_site(SameSite::Strict)
        .build()
}

/// True when a proxy says that the client came by TLS: then its cookie stays with TLS.
pub(super) fn came_by_tls(headers: &HeaderMap) -> bool {
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
        if let Some(holder) = app.store.holder_of(Pass::Session, cookie.value()).await? {
            let revision = app.situation.revision();
            app.audit
                .note(&holder.viewer, Action::SignedOut, ADDRESS, "", revision);
        }
        app.store.withdraw(Pass::Session, cookie.value()).await?;
    }
    Ok((
        cookies.remove(Cookie::build(SESSION_COOKIE).path("/")),
        StatusCode::NO_CONTENT,
    ))
}
