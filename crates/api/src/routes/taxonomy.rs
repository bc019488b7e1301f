//! The words that reports and filters use.

use axum::Json;
use axum::extract::State;
use lagebild_domain::{Evidence, Kind, Origin, Prevention};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::problem::Problem;
use crate::query::NoQuery;
use crate::seer::Seer;

/// The taxonomy, and the sources that the viewer sees.
#[derive(Serialize, ToSchema)]
pub(super) struct TaxonomyAnswer {
    preventions: Vec<PreventionItem>,
    themes: Vec<ThemeItem>,
    categories: Vec<CategoryItem>,
    sources: Vec<SourceItem>,
}

/// A field of prevention.
#[derive(Serialize, ToSchema)]
pub(super) struct PreventionItem {
    #[schema(value_type = String)]
    id: Prevention,
    label: &'static str,
}

/// A theme.
#[derive(Serialize, ToSchema)]
pub(super) struct ThemeItem {
    id: String,
    label: String,
    /// Null for perception, which runs across the fields.
    #[schema(value_type = Option<String>, required = true)]
    prevention: Option<Prevention>,
}

/// A category.
#[derive(Serialize, ToSchema)]
pub(super) struct CategoryItem {
    id: String,
    label: String,
    theme: String,
    #[schema(value_type = Option<String>, required = true)]
    prevention: Option<Prevention>,
    /// `reported` or `control`; records of controls never feed a detection.
    #[schema(value_type = String, example = "reported")]
    origin: Origin,
    /// What it may speak for in an Angstraum: none, fear, disorder, offence.
    #[schema(value_type = String, example = "none")]
    evidence: Evidence,
}

/// A source that the viewer sees.
#[derive(Serialize, ToSchema)]
pub(super) struct SourceItem {
    id: String,
    label: String,
    owner: String,
    #[schema(value_type = String, example = "complaint")]
    kind: Kind,
    /// Authority that answers for the processing.
    controller: String,
    /// Law that the records stand under: dsgvo or ji.
    regime: &'static str,
    purpose: String,
    legal_basis: String,
}

/// The taxonomy, and the sources that the viewer sees.
#[utoipa::path(get, path = "/api/v1/taxonomy",
    responses((status = 200, body = TaxonomyAnswer), (status = 401, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn taxonomy(State(app): State<App>, seer: Seer, _: NoQuery) -> Json<TaxonomyAnswer> {
    let vocabulary = app.situation.vocabulary();
    let taxonomy = vocabulary.taxonomy();
    let scope = seer.view.records().ok();
    Json(TaxonomyAnswer {
        preventions: Prevention::ALL
            .iter()
            .map(|id| PreventionItem {
                id: *id,
                label: id.label(),
            })
            .collect(),
        themes: taxonomy
            .themes()
            .iter()
            .map(|theme| ThemeItem {
                id: theme.id.to_string(),
                label: theme.label.clone(),
                prevention: theme.prevention,
            })
            .collect(),
        categories: taxonomy
            .categories()
            .iter()
            .map(|category| CategoryItem {
                id: category.id.to_string(),
                label: category.label.clone(),
                theme: category.theme.to_string(),
                prevention: category.prevention,
                origin: category.origin,
                evidence: category.evidence,
            })
            .collect(),
        sources: vocabulary
            .sources()
            .iter()
            .filter(|source| scope.is_some_and(|scope| scope.sees(source.id.as_str())))
            .map(|source| SourceItem {
                id: source.id.to_string(),
                label: source.label.clone(),
                owner: source.owner.to_string(),
                kind: source.kind,
                controller: source.controller.clone(),
                regime: source.regime.as_str(),
                purpose: source.purpose.clone(),
                legal_basis: source.legal_basis.clone(),
            })
            .collect(),
    })
}
