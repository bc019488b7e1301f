//! Who am I, and what can I see.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use lagebild_domain::disclosure::Sight;
use lagebild_domain::{Revision, Role, View, Viewer};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::problem::Problem;
use crate::query::NoQuery;
use crate::seer::Seer;

/// The signed-in viewer.
#[derive(Serialize, ToSchema)]
pub(super) struct Me {
    /// Name to show.
    name: String,
    /// Role.
    #[schema(value_type = String, example = "analyst")]
    role: Role,
    /// The role's name for people.
    role_label: &'static str,
    /// Organisation.
    organisation: String,
    /// Its name for people.
    organisation_name: String,
    /// True while the management looks at what this organisation sees.
    preview: bool,
    /// `record` for live records, `aggregate` for publications only, `none` when nothing is released to the viewer.
    #[schema(example = "record")]
    sight: &'static str,
    /// The city's name.
    city: String,
    /// True when all data are invented.
    demo: bool,
    /// State of the data; absent for viewers of aggregates.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>)]
    revision: Option<Revision>,
    /// Number of the newest publication for the organisation, 0 before the first; absent for viewers of records.
    #[serde(skip_serializing_if = "Option::is_none")]
    publication: Option<u64>,
    /// First and last moment of the reports in sight.
    #[schema(required = true)]
    data: Option<DataSpan>,
}

/// First and last moment.
#[derive(Serialize, ToSchema)]
pub(super) struct DataSpan {
    /// First moment.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// End, exclusive.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
}

pub(super) fn me_of(app: &App, viewer: &Viewer, view: &View, is_preview: bool) -> Me {
    let scope = view.records().ok();
    let sight = match view.sight() {
        Ok(Sight::Records(_)) => "record",
        Ok(Sight::Counts(_)) => "aggregate",
        Err(_) => "none",
    };
    Me {
        name: viewer.name.clone(),
        role: viewer.role,
        role_label: viewer.role.label(),
        organisation: viewer.organisation.to_string(),
        organisation_name: app
            .partnership
            .name_of(&viewer.organisation)
            .unwrap_or(viewer.organisation.as_str())
            .to_owned(),
        preview: is_preview,
        sight,
        publication: view
            .counts()
            .ok()
            .map(|scope| app.situation.publication_number(scope)),
        city: app.city.to_string(),
        demo: app.demo,
        revision: scope.map(|_| app.situation.revision()),
        data: scope
            .and_then(|scope| app.situation.span(scope))
            .map(|span| DataSpan {
                from: span.from,
                to: span.to,
            }),
    }
}

/// The signed-in viewer and what they can see.
#[utoipa::path(get, path = "/api/v1/me",
    responses((status = 200, body = Me), (status = 401, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn me(State(app): State<App>, seer: Seer, _: NoQuery) -> Result<Json<Me>, Problem> {
    Ok(Json(me_of(&app, &seer.viewer, &seer.view, seer.is_preview)))
}
