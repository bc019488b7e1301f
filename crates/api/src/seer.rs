//! Who asks: from a session cookie or a bearer token to a viewer and their view.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum_extra::extract::CookieJar;
use jiff::Timestamp;
use lagebild_domain::disclosure::Sight;
use lagebild_domain::{RecordScope, Revision, View, Viewer};
use lagebild_store::{Holder, Pass, StoreError};

use crate::app::{App, DemoRole};
use crate::audit::Witness;
use crate::problem::Problem;

/// Name of the session cookie.
pub(crate) const SESSION_COOKIE: &str = "lagebild_session";

/// A signed-in viewer with what they may see.
#[derive(Debug)]
pub(crate) struct Seer {
    pub(crate) viewer: Viewer,
    pub(crate) view: View,
    pub(crate) credential: Credential,
    /// True while the viewer is another than the one who has signed in.
    pub(crate) is_preview: bool,
}

/// What a request comes with. Not shown by `Debug`.
#[derive(Clone)]
pub(crate) enum Credential {
    /// A bearer token.
    Token(String),
    /// A session cookie.
    Session(String),
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credential(…)")
    }
}

impl Credential {
    fn of(headers: &HeaderMap) -> Option<Self> {
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        match bearer {
            Some(token) => Some(Self::Token(token.trim().to_owned())),
            None => CookieJar::from_headers(headers)
                .get(SESSION_COOKIE)
                .map(|cookie| Self::Session(cookie.value().to_owned())),
        }
    }

    /// Whom it stands for now.
    pub(crate) async fn viewer(&self, app: &App) -> Result<Option<Viewer>, StoreError> {
        if let Some(viewer) = self.demo_viewer(app) {
            return Ok(Some(viewer));
        }
        Ok(self.holder(app).await?.map(|holder| holder.viewer))
    }

    fn demo_viewer(&self, app: &App) -> Option<Viewer> {
        match self {
            Self::Token(token) => demo_viewer(app, token),
            Self::Session(_) => None,
        }
    }

    async fn holder(&self, app: &App) -> Result<Option<Holder>, StoreError> {
        match self {
            Self::Token(token) => app.store.holder_of(Pass::Token, token).await,
            Self::Session(session) => app.store.holder_of(Pass::Session, session).await,
        }
    }
}

impl Seer {
    /// The view, whichever sort it is.
    pub(crate) fn sight(&self) -> Result<Sight<'_>, Problem> {
        Ok(self.view.sight()?)
    }

    /// The number that answers carry: the revision for viewers of records, the number of the newest publication for
    /// viewers of counts, for whom nothing may move with hidden data.
    pub(crate) fn stamp(&self, app: &App) -> Revision {
        match self.view.sight() {
            Ok(Sight::Records(_)) => app.situation.revision(),
            Ok(Sight::Counts(scope)) => Revision(app.situation.publication_number(scope)),
            Err(_) => Revision::ZERO,
        }
    }

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
        let credential = Credential::of(&parts.headers).ok_or_else(Problem::unauthorized)?;
        let (viewer, is_preview) = if let Some(viewer) = credential.demo_viewer(app) {
            (viewer, false)
        } else {
            let holder = credential.holder(app).await?.ok_or_else(Problem::unauthorized)?;
            // A request of somebody, not a stream that is merely open.
            app.attendance.note(&holder);
            (holder.viewer, holder.is_preview)
        };
        if let Some(witness) = parts.extensions.get::<Witness>() {
            witness.recognise(&viewer);
        }
        let view = view_of(app, &viewer);
        Ok(Self {
            viewer,
            view,
            credential,
            is_preview,
        })
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

/// The viewer of a demo token, in demo mode.
pub(crate) fn demo_viewer(app: &App, token: &str) -> Option<Viewer> {
    if app.demo { DemoRole::viewer(token) } else { None }
}
