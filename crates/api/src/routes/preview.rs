//! The management looks at what an organisation sees, to know what it releases.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use lagebild_domain::OrganisationId;
use lagebild_domain::audit::Action;
use serde::Deserialize;
use utoipa::ToSchema;

use super::me::{Me, me_of};
use super::partnership::receives_counts;
use crate::app::App;
use crate::problem::Problem;
use crate::seer::{Credential, Seer, view_of};

/// As whom to look.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Preview {
    /// Id of an organisation that counts are released to; null to see one's own again.
    #[schema(required = true, value_type = Option<String>)]
    organisation: Option<OrganisationId>,
}

/// Lets a session of the management see everything as an organisation that counts are released to sees it, until it asks for
/// its own view again. What is seen so is in the audit log, as a preview.
#[utoipa::path(post, path = "/api/v1/session/preview", request_body = Preview,
    responses((status = 200, body = Me), (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn preview(
    State(app): State<App>,
    seer: Seer,
    body: Result<Json<Preview>, JsonRejection>,
) -> Result<Json<Me>, Problem> {
    let Json(Preview { organisation }) = body.map_err(|_| {
        let detail = "Send JSON such as {\"organisation\": \"bundespolizei\"}, or null to end the preview.";
        Problem::new(StatusCode::BAD_REQUEST, detail)
    })?;
    let not_yours = || {
        Problem::new(
            StatusCode::FORBIDDEN,
            "Previews are for signed-in sessions of the management.",
        )
    };
    let Credential::Session(session) = &seer.credential else {
        return Err(not_yours());
    };
    if let Some(organisation) = &organisation
        && !receives_counts(&app, organisation)
    {
        let detail = "No counts are released to an organisation of this id.";
        return Err(Problem::new(StatusCode::BAD_REQUEST, detail));
    }
    if !app.store.preview(session, organisation.as_ref()).await? {
        return Err(not_yours());
    }
    let words = organisation
        .as_ref()
        .map_or("end".to_owned(), |of| format!("as={of}"));
    app.audit.note(
        &seer.viewer,
        Action::Changed,
        "/api/v1/session/preview",
        &words,
        app.situation.revision(),
    );
    let viewer = seer
        .credential
        .viewer(&app)
        .await?
        .ok_or_else(Problem::unauthorized)?;
    let view = view_of(&app, &viewer);
    Ok(Json(me_of(&app, &viewer, &view, organisation.is_some())))
}
