//! Projects of city and police: proposed, decided body by body, worked on.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use geojson::Geometry;
use jiff::Timestamp;
use jiff::civil::Date;
use lagebild_domain::project::{
    Goal, IllegalStep, InvalidPlan, Measure, Note, Plan, Project, ProjectRights, ProjectStatus, Step,
    StepAction, StepWish,
};
use lagebild_domain::{HotspotId, OrganisationId, ProjectArea, Reviewer, Role, ThemeId};
use lagebild_store::Store;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::alerts::read;
use super::hotspots::polygon;
use super::list::List;
use super::measures::{self, MeasureItem, NewMeasure};
use crate::app::App;
use crate::problem::Problem;
use crate::query::{NoQuery, Query};
use crate::seer::Seer;

/// A project.
#[derive(Serialize, ToSchema)]
pub(super) struct ProjectItem {
    id: String,
    title: String,
    /// Why: what has been seen.
    reason: String,
    /// Id of the Handlungsfeld.
    theme: String,
    /// Organisation that leads it (Federführung).
    lead: String,
    lead_label: String,
    /// Organisations that take part beside it.
    partners: Vec<String>,
    /// GeoJSON polygon.
    #[schema(value_type = Object)]
    geometry: Geometry,
    /// The area as it is entered: a circle or a polygon.
    #[schema(value_type = Object)]
    area: ProjectArea,
    goals: Vec<GoalItem>,
    #[schema(required = true, value_type = Option<String>, format = Date)]
    from: Option<Date>,
    #[schema(required = true, value_type = Option<String>, format = Date)]
    to: Option<Date>,
    /// The hotspot that it was proposed from, for those who see that hotspot.
    #[schema(required = true)]
    hotspot: Option<String>,
    /// proposed, `in_decision`, decided, running, finished or declined.
    #[schema(value_type = String, example = "proposed")]
    status: ProjectStatus,
    status_label: &'static str,
    /// The bodies that decide, in their order.
    path: Vec<StationItem>,
    proposed_by: String,
    #[schema(value_type = String, format = DateTime)]
    proposed_at: Timestamp,
    /// What bodies and lead have done with it, oldest first.
    steps: Vec<StepItem>,
    /// Verlaufsberichte, oldest first.
    notes: Vec<NoteItem>,
    measures: Vec<MeasureItem>,
    /// What the viewer could do with it now.
    possible_steps: Vec<PossibleStep>,
    /// True when the viewer may change its plan now.
    can_change: bool,
    /// True when the viewer may enter measures.
    can_add_measures: bool,
    /// True when the viewer may write a Verlaufsbericht.
    can_write_notes: bool,
}

/// What is to be reached, and what shows it.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GoalItem {
    /// What is to be reached.
    text: String,
    /// What shows it.
    indicator: String,
}

/// A body on the way.
#[derive(Serialize, ToSchema)]
struct StationItem {
    body: String,
    body_label: String,
    /// Sides that must each agree; empty where the body agrees as one.
    consent: Vec<String>,
    /// Sides that have agreed since the project came to this body.
    agreed: Vec<String>,
    /// True when it lies here.
    is_current: bool,
    /// True when this body has agreed.
    is_passed: bool,
}

/// A step, told by role and organisation, not by person.
#[derive(Serialize, ToSchema)]
struct StepItem {
    /// agree, `send_back`, decline, start or finish.
    #[schema(value_type = String, example = "agree")]
    action: StepAction,
    label: &'static str,
    /// The body that it lay with.
    #[schema(required = true)]
    body: Option<String>,
    #[schema(required = true)]
    body_label: Option<String>,
    /// The side that agreed.
    #[schema(required = true)]
    side: Option<String>,
    #[schema(required = true)]
    side_label: Option<String>,
    #[schema(required = true)]
    text: Option<String>,
    #[schema(value_type = String, example = "analyst")]
    role: Role,
    organisation: String,
    organisation_label: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// A Verlaufsbericht.
#[derive(Serialize, ToSchema)]
struct NoteItem {
    text: String,
    #[schema(value_type = String, example = "analyst")]
    role: Role,
    organisation: String,
    organisation_label: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// A step that could be taken.
#[derive(Serialize, ToSchema)]
struct PossibleStep {
    #[schema(value_type = String, example = "agree")]
    action: StepAction,
    /// The side whose consent it would be.
    #[schema(required = true)]
    side: Option<String>,
    #[schema(required = true)]
    side_label: Option<String>,
}

/// A project to be proposed, or another plan for one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewProject {
    title: String,
    /// Why: what has been seen. No names of persons.
    reason: String,
    /// Id of a theme of the taxonomy.
    #[schema(value_type = String)]
    theme: ThemeId,
    /// Organisation that leads it.
    #[schema(value_type = String)]
    lead: OrganisationId,
    /// Organisations that take part beside it.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    partners: Vec<OrganisationId>,
    /// `{"circle": {"center": {"lat": 51.68, "lng": 7.81}, "radius_m": 300}}` or `{"polygon": [{"lat": …, "lng": …}, …]}`.
    #[schema(value_type = Object)]
    area: ProjectArea,
    #[serde(default)]
    goals: Vec<GoalItem>,
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    #[schema(value_type = Option<String>, format = Date)]
    to: Option<Date>,
    /// Id of the hotspot that it is proposed from; not in a change.
    hotspot: Option<String>,
}

impl NewProject {
    /// The plan, held against what there is, and the hotspot.
    fn checked(self, app: &App) -> Result<(Plan, Option<String>), Problem> {
        let goal = |goal: GoalItem| Goal {
            text: goal.text,
            indicator: goal.indicator,
        };
        let plan = Plan {
            title: self.title,
            reason: self.reason,
            theme: self.theme,
            lead: self.lead,
            partners: self.partners,
            area: self.area,
            goals: self.goals.into_iter().map(goal).collect(),
            from: self.from,
            to: self.to,
        };
        let plan = plan
            .checked(app.situation.vocabulary().taxonomy(), &app.partnership)
            .map_err(|refusal| of_plan(&refusal))?;
        Ok((plan, self.hotspot))
    }
}

/// A step to take.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewStep {
    /// agree, `send_back`, decline, start or finish.
    #[schema(value_type = String, example = "agree")]
    action: StepAction,
    /// The side that agrees, where each has to.
    #[schema(value_type = Option<String>)]
    side: Option<OrganisationId>,
    /// The reason; `send_back` and decline need one.
    text: Option<String>,
}

/// A Verlaufsbericht to be written.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewNote {
    /// What was done and seen. No names of persons.
    text: String,
}

const EXAMPLE: &str = r#"{"title": "…", "reason": "…", "theme": "laerm", "lead": "stadt", "partners": ["polizei"], "area": {"circle": {"center": {"lat": 51.68, "lng": 7.81}, "radius_m": 300}}, "goals": [{"text": "…", "indicator": "…"}]}"#;
const STEP_EXAMPLE: &str =
    r#"{"action": "agree", "side": "stadt"}; actions are agree, send_back, decline, start, finish"#;

pub(super) fn rights<'a>(app: &App, seer: &'a Seer) -> Result<ProjectRights<'a>, Problem> {
    let rights = ProjectRights::of(&seer.viewer, &app.partnership);
    if rights.sees_any() && !seer.is_preview {
        Ok(rights)
    } else {
        Err(Problem::new(
            StatusCode::FORBIDDEN,
            "Projects are for the analysts of city and police, the bodies that decide, and partners that take part.",
        ))
    }
}

pub(super) fn forbidden(detail: &str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, detail)
}

fn no_such_project() -> Problem {
    Problem::not_found("There is no such project.")
}

pub(super) fn invalid(detail: impl std::fmt::Display) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, format!("Not possible: {detail}."))
}

/// A refusal of the domain as an answer.
fn of_plan(refusal: &InvalidPlan) -> Problem {
    let status = match refusal {
        InvalidPlan::NotOpen | InvalidPlan::Over | InvalidPlan::Full => StatusCode::CONFLICT,
        _ => StatusCode::BAD_REQUEST,
    };
    Problem::new(status, format!("Not possible: {refusal}."))
}

fn of_step(refusal: &IllegalStep) -> Problem {
    let status = match refusal {
        IllegalStep::NotYours(_) => StatusCode::FORBIDDEN,
        IllegalStep::Reason | IllegalStep::Side(_) => StatusCode::BAD_REQUEST,
        _ => StatusCode::CONFLICT,
    };
    Problem::new(status, format!("Not possible: {refusal}."))
}

fn name_of(app: &App, id: &OrganisationId) -> String {
    app.partnership.name_of(id).unwrap_or(id.as_str()).to_owned()
}

impl ProjectItem {
    fn new(app: &App, seer: &Seer, rights: ProjectRights<'_>, project: Project) -> Self {
        let now = Timestamp::now();
        let possible_steps = project.possible_steps(&seer.viewer, now).into_iter();
        let sees_hotspot = |id: &&HotspotId| super::hotspots::find(app, seer, id.0.clone()).is_ok();
        Self {
            title: project.plan.title.clone(),
            reason: project.plan.reason.clone(),
            theme: project.plan.theme.to_string(),
            lead: project.plan.lead.to_string(),
            lead_label: name_of(app, &project.plan.lead),
            partners: project.plan.partners.iter().map(ToString::to_string).collect(),
            geometry: polygon(&project.plan.area.outline()),
            area: project.plan.area.clone(),
            goals: project
                .plan
                .goals
                .iter()
                .map(|goal| GoalItem {
                    text: goal.text.clone(),
                    indicator: goal.indicator.clone(),
                })
                .collect(),
            from: project.plan.from,
            to: project.plan.to,
            hotspot: project
                .hotspot
                .as_ref()
                .filter(sees_hotspot)
                .map(ToString::to_string),
            status: project.status,
            status_label: project.status.label(),
            path: stations(app, &project),
            proposed_by: project.proposed_by.organisation.to_string(),
            proposed_at: project.proposed_at,
            possible_steps: possible_steps
                .map(|(action, side)| PossibleStep {
                    action,
                    side_label: side.as_ref().map(|side| name_of(app, side)),
                    side: side.map(|side| side.to_string()),
                })
                .collect(),
            can_change: rights.edits(&project) && project.status == ProjectStatus::Proposed,
            can_add_measures: rights.edits(&project) && !project.is_over(),
            can_write_notes: rights.notes(&project) && project.status != ProjectStatus::Declined,
            measures: project
                .measures
                .iter()
                .map(|measure| MeasureItem::new(&project, measure))
                .collect(),
            steps: project.steps.iter().map(|step| step_item(app, step)).collect(),
            notes: project.notes.iter().map(|note| note_item(app, note)).collect(),
            id: project.id,
        }
    }
}

fn stations(app: &App, project: &Project) -> Vec<StationItem> {
    let stations = project.path.stations().iter().enumerate();
    stations
        .map(|(number, station)| {
            let is_current = project.current_station() == Some(station);
            let agreed = if is_current { &project.agreed[..] } else { &[] };
            StationItem {
                body: station.body.to_string(),
                body_label: name_of(app, &station.body),
                consent: station.consent.iter().map(ToString::to_string).collect(),
                agreed: agreed.iter().map(ToString::to_string).collect(),
                is_current,
                is_passed: number < project.station,
            }
        })
        .collect()
}

fn step_item(app: &App, step: &Step) -> StepItem {
    StepItem {
        action: step.action,
        label: step.action.label(),
        body: step.body.as_ref().map(ToString::to_string),
        body_label: step.body.as_ref().map(|body| name_of(app, body)),
        side: step.side.as_ref().map(ToString::to_string),
        side_label: step.side.as_ref().map(|side| name_of(app, side)),
        text: step.text.clone(),
        role: step.by.role,
        organisation: step.by.organisation.to_string(),
        organisation_label: name_of(app, &step.by.organisation),
        at: step.at,
    }
}

fn note_item(app: &App, note: &Note) -> NoteItem {
    NoteItem {
        text: note.text.clone(),
        role: note.by.role,
        organisation: note.by.organisation.to_string(),
        organisation_label: name_of(app, &note.by.organisation),
        at: note.at,
    }
}

/// Projects that the viewer sees, those proposed last first. Analysts of city and police and the management see all, the
/// Lenkungsgruppe what the first body has passed on, partners what they take part in.
#[utoipa::path(get, path = "/api/v1/projects",
    params(("limit" = Option<u32>, Query, description = "1 to 1000; without it, all"),
        ("next" = Option<String>, Query, description = "From an earlier answer"),
        ("status" = Option<String>, Query, description = "One of the statuses")),
    responses((status = 200, body = List<ProjectItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<ProjectItem>>, Problem> {
    let rights = rights(&app, &seer)?;
    let mut query = Query::parse(query.as_deref());
    let status: Option<ProjectStatus> = query.read("status")?;
    let items = app
        .store
        .projects()
        .await?
        .into_iter()
        .filter(|project| rights.sees(project) && status.is_none_or(|status| project.status == status))
        .map(|project| ProjectItem::new(&app, &seer, rights, project))
        .collect();
    let list = List::page(items, |item: &ProjectItem| &item.id, &mut query, seer.stamp(&app))?;
    query.finish()?;
    Ok(Json(list))
}

/// One project.
#[utoipa::path(get, path = "/api/v1/projects/{id}", params(("id" = String, Path)),
    responses((status = 200, body = ProjectItem),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn one(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
) -> Result<Json<ProjectItem>, Problem> {
    let rights = rights(&app, &seer)?;
    let project = app.store.project(&id).await?.ok_or_else(no_such_project)?;
    check_sees(rights, &project)?;
    Ok(Json(ProjectItem::new(&app, &seer, rights, project)))
}

pub(super) fn check_sees(rights: ProjectRights<'_>, project: &Project) -> Result<(), Problem> {
    if rights.sees(project) {
        Ok(())
    } else {
        Err(forbidden("Your organisation does not take part in this project."))
    }
}

/// Proposes a project, which then lies with the first body. Analysts of city and police.
#[utoipa::path(post, path = "/api/v1/projects", request_body = NewProject,
    responses((status = 201, body = ProjectItem),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn propose(
    State(app): State<App>,
    seer: Seer,
    _: NoQuery,
    body: Result<Json<NewProject>, JsonRejection>,
) -> Result<(StatusCode, Json<ProjectItem>), Problem> {
    let rights = rights(&app, &seer)?;
    if !rights.proposes() {
        return Err(forbidden("Analysts of city and police propose projects."));
    }
    let (plan, hotspot) = read(body, EXAMPLE)?.checked(&app)?;
    let hotspot = match hotspot {
        Some(id) => Some(
            super::hotspots::find(&app, &seer, id)
                .map_err(|_| invalid("`hotspot` is none that you see"))?
                .id,
        ),
        None => None,
    };
    let project = Project::proposed(
        Store::fresh_id("p")?,
        plan,
        hotspot,
        app.decision_path.as_ref().clone(),
        Reviewer::from(&seer.viewer),
        Timestamp::now(),
    );
    app.store.add_project(&project).await?;
    tracing::info!(project = %project.id, organisation = %seer.viewer.organisation, "a project was proposed");
    let item = ProjectItem::new(&app, &seer, rights, project);
    Ok((StatusCode::CREATED, Json(item)))
}

/// Changes one project of those that the viewer sees.
async fn change(
    app: &App,
    seer: &Seer,
    id: &str,
    change: impl FnOnce(Project) -> Result<Project, Problem> + Send,
) -> Result<Json<ProjectItem>, Problem> {
    let rights = rights(app, seer)?;
    let after = app
        .store
        .change_project(id, |project| {
            check_sees(rights, &project)?;
            change(project)
        })
        .await?
        .ok_or_else(no_such_project)??;
    tracing::info!(project = %after.id, organisation = %seer.viewer.organisation, "a project was changed");
    Ok(Json(ProjectItem::new(app, seer, rights, after)))
}

/// Gives a project another plan, while it lies with the first body. Analysts of city and police.
#[utoipa::path(put, path = "/api/v1/projects/{id}", params(("id" = String, Path)), request_body = NewProject,
    responses((status = 200, body = ProjectItem),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Bodies decide on it")))]
pub(super) async fn replan(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
    body: Result<Json<NewProject>, JsonRejection>,
) -> Result<Json<ProjectItem>, Problem> {
    let rights = rights(&app, &seer)?;
    let (plan, hotspot) = read(body, EXAMPLE)?.checked(&app)?;
    if hotspot.is_some() {
        return Err(invalid("`hotspot` stays as it was proposed; leave it out"));
    }
    change(&app, &seer, &id, |project| {
        if !rights.edits(&project) {
            return Err(forbidden("Analysts of city and police change plans."));
        }
        project.changed(plan).map_err(|refusal| of_plan(&refusal))
    })
    .await
}

/// Takes a step: a body agrees, one side of it agrees, it sends back or declines; work is begun or finished.
#[utoipa::path(post, path = "/api/v1/projects/{id}/steps", params(("id" = String, Path)), request_body = NewStep,
    responses((status = 200, body = ProjectItem),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Somebody else decides"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Not at this point")))]
pub(super) async fn step(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
    body: Result<Json<NewStep>, JsonRejection>,
) -> Result<Json<ProjectItem>, Problem> {
    let new = read(body, STEP_EXAMPLE)?;
    change(&app, &seer, &id, |project| {
        let wish = StepWish {
            action: new.action,
            side: new.side.as_ref(),
            text: new.text.as_deref(),
        };
        project
            .after(wish, &seer.viewer, Timestamp::now())
            .map_err(|refusal| of_step(&refusal))
    })
    .await
}

/// Writes a Verlaufsbericht. Analysts of city and police, and partners that take part.
#[utoipa::path(post, path = "/api/v1/projects/{id}/notes", params(("id" = String, Path)), request_body = NewNote,
    responses((status = 200, body = ProjectItem),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn note(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
    body: Result<Json<NewNote>, JsonRejection>,
) -> Result<Json<ProjectItem>, Problem> {
    let rights = rights(&app, &seer)?;
    let new = read(body, r#"{"text": "…"}"#)?;
    change(&app, &seer, &id, |project| {
        if !rights.notes(&project) {
            return Err(forbidden("Who works on a project writes its reports."));
        }
        let by = Reviewer::from(&seer.viewer);
        project
            .noted(&new.text, by, Timestamp::now())
            .map_err(|refusal| of_plan(&refusal))
    })
    .await
}

/// Enters a measure. Analysts of city and police.
#[utoipa::path(post, path = "/api/v1/projects/{id}/measures", params(("id" = String, Path)),
    request_body = NewMeasure,
    responses((status = 200, body = ProjectItem),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn add_measure(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
    body: Result<Json<NewMeasure>, JsonRejection>,
) -> Result<Json<ProjectItem>, Problem> {
    let rights = rights(&app, &seer)?;
    let plan = read(body, measures::EXAMPLE)?.checked()?;
    let measure = Measure {
        id: Store::fresh_id("m")?,
        plan,
        by: Reviewer::from(&seer.viewer),
        at: Timestamp::now(),
    };
    change(&app, &seer, &id, |project| {
        if !rights.edits(&project) {
            return Err(forbidden("Analysts of city and police enter measures."));
        }
        project.with_measure(measure).map_err(|refusal| of_plan(&refusal))
    })
    .await
}
