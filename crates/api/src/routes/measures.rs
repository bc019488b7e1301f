//! Measures of projects.

use axum::Json;
use axum::extract::{RawQuery, State};
use geojson::Geometry;
use jiff::civil::Date;
use lagebild_domain::ProjectArea;
use lagebild_domain::project::{Measure, MeasureKind, MeasurePlan, Project};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::hotspots::polygon;
use super::list::List;
use super::projects::{invalid, rights};
use crate::app::App;
use crate::problem::Problem;
use crate::query::Query;
use crate::seer::Seer;

pub(super) const EXAMPLE: &str = r#"{"kind": "joint_patrol", "title": "…", "area": {"circle": {"center": {"lat": 51.68, "lng": 7.81}, "radius_m": 300}}, "from": "2026-05-01", "to": "2026-05-31"}; kinds are joint_patrol, focused_operation, lighting, cleaning, social_work, planning_change, event"#;

/// A measure.
#[derive(Serialize, ToSchema)]
pub(super) struct MeasureItem {
    id: String,
    /// Id of its project.
    project: String,
    /// `joint_patrol`, `focused_operation`, lighting, cleaning, `social_work`, `planning_change` or event.
    #[schema(value_type = String, example = "joint_patrol")]
    kind: MeasureKind,
    /// The kind for people.
    label: &'static str,
    title: String,
    #[schema(required = true)]
    text: Option<String>,
    /// GeoJSON polygon.
    #[schema(value_type = Object)]
    geometry: Geometry,
    /// The area as it is entered.
    #[schema(value_type = Object)]
    area: ProjectArea,
    /// First day.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// Last day.
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// Organisation that entered it.
    organisation: String,
}

/// A measure to be entered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMeasure {
    /// `joint_patrol`, `focused_operation`, lighting, cleaning, `social_work`, `planning_change` or event.
    #[schema(value_type = String, example = "joint_patrol")]
    kind: MeasureKind,
    title: String,
    /// More about it. No names of persons.
    text: Option<String>,
    /// `{"circle": {"center": {"lat": 51.68, "lng": 7.81}, "radius_m": 300}}` or `{"polygon": [{"lat": …, "lng": …}, …]}`.
    #[schema(value_type = Object)]
    area: ProjectArea,
    /// First day.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// Last day.
    #[schema(value_type = String, format = Date)]
    to: Date,
}

impl NewMeasure {
    pub(super) fn checked(self) -> Result<MeasurePlan, Problem> {
        let plan = MeasurePlan {
            kind: self.kind,
            title: self.title,
            text: self.text,
            area: self.area,
            from: self.from,
            to: self.to,
        };
        plan.checked().map_err(invalid)
    }
}

impl MeasureItem {
    pub(super) fn new(project: &Project, measure: &Measure) -> Self {
        let plan = &measure.plan;
        Self {
            id: measure.id.clone(),
            project: project.id.clone(),
            kind: plan.kind,
            label: plan.kind.label(),
            title: plan.title.clone(),
            text: plan.text.clone(),
            geometry: polygon(&plan.area.outline()),
            area: plan.area.clone(),
            from: plan.from,
            to: plan.to,
            organisation: measure.by.organisation.to_string(),
        }
    }
}

/// Measures of the projects that the viewer sees, those that begin last first.
#[utoipa::path(get, path = "/api/v1/measures",
    params(("limit" = Option<u32>, Query, description = "1 to 1000; without it, all"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<MeasureItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<MeasureItem>>, Problem> {
    let rights = rights(&app, &seer)?;
    let mut query = Query::parse(query.as_deref());
    let projects = app.store.projects().await?;
    let mut items: Vec<MeasureItem> = projects
        .iter()
        .filter(|project| rights.sees(project))
        .flat_map(|project| {
            let measures = project.measures.iter();
            measures.map(move |measure| MeasureItem::new(project, measure))
        })
        .collect();
    items.sort_by(|a, b| b.from.cmp(&a.from).then_with(|| a.id.cmp(&b.id)));
    let list = List::page(items, |item: &MeasureItem| &item.id, &mut query, seer.stamp(&app))?;
    query.finish()?;
    Ok(Json(list))
}
