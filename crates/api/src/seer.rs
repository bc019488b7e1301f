//! Who asks: from a session cookie or a bearer token to a viewer and their view.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum_extra::extract::CookieJar;
use jiff::Timestamp;
use lagebild_domain::{RecordScope, View, Viewer};
use lagebild_store::{Pass, StoreError};

use crate::app::{App, DemoRole};
use crate::problem::Problem;

/// Name of the session cookie.
pub(crate) const SESSION_COOKIE: &str = "lagebild_session";

/// A signed-in viewer with what they may see.
#[derive(Debug)]
pub(crate) struct Seer {
    pub(crate) viewer: Viewer,
    pub(crate) view: View,
}

impl Seer {
    /// The record-level part of the view.
    pub(crate) fn records(&self) -> Result<&RecordScope, Problem> {
        Ok(self.view.records()?)
    }
}

impl FromRequestParts<App> for Seer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        if app.picture_revision.borrow().is_none() {
            // Part of the picture would be taken for the whole.
            let detail = "The picture is still being loaded; try again in a few seconds.";
            return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail));
        }
        let bearer = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        let viewer = match bearer {
            Some(token) => viewer_of_token(app, token.trim()).await?,
            None => match CookieJar::from_headers(&parts.headers).get(SESSION_COOKIE) {
                Some(cookie) => app.store.viewer_of(Pass::Session, cookie.value()).await?,
                None => None,
            },
        };
        let viewer = viewer.ok_or_else(Problem::unauthorized)?;
        let view = view_of(app, &viewer);
        Ok(Self { viewer, view })
    }
}

/// What the viewer may see now.
pub(crate) fn view_of(app: &App, viewer: &Viewer) -> View {
    View::of(
        viewer,
        app.situation.vocabulary().sources(),
        &app.releases,
        Timestamp::now(),
    )
}

/// The viewer of an API token, or of a demo token in demo mode.
pub(crate) async fn viewer_of_token(app: &App, token: &str) -> Result<Option<Viewer>, StoreError> {
    if app.demo
        && let Some(viewer) = DemoRole::viewer(token)
    {
        return Ok(Some(viewer));
    }
    app.store.viewer_of(Pass::Token, token).await
}
