//! What has been published for the viewer's organisation.

use axum::Json;
use axum::extract::{RawQuery, State};
use jiff::Timestamp;
use jiff::civil::Date;
use lagebild_domain::Revision;
use serde::Serialize;
use utoipa::ToSchema;

use super::list::List;
use crate::app::App;
use crate::problem::Problem;
use crate::query::Query;
use crate::seer::Seer;

/// The publication of a week.
#[derive(Serialize, ToSchema)]
pub(super) struct PublicationItem {
    /// The week of ISO 8601.
    #[schema(example = "2026-W46")]
    week: String,
    /// Its first day.
    #[schema(value_type = String, format = Date)]
    monday: Date,
    /// Counted from 1.
    number: u64,
    #[schema(value_type = String, format = DateTime)]
    issued_at: Timestamp,
    /// Reports in its counts.
    total: u64,
    /// True when there were reports that are in no count, because they were too few to say anything of them.
    withheld: bool,
    /// No smaller count can be worked out.
    smallest_count: u32,
}

/// Publications for the viewer's organisation, oldest first. They are issued once and not revised.
#[utoipa::path(get, path = "/api/v1/publications",
    params(("limit" = Option<u32>, Query, description = "1 to 1000; without it, all"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<PublicationItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn publications(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<PublicationItem>>, Problem> {
    let scope = seer.view.counts()?;
    let mut query = Query::parse(query.as_deref());
    let issues = app.situation.publications(scope);
    let number = issues.iter().map(|issue| issue.number).max().unwrap_or(0);
    let items = issues
        .into_iter()
        .map(|issue| PublicationItem {
            week: issue.publication.week().to_string(),
            monday: issue.publication.week().monday(),
            number: issue.number,
            issued_at: issue.issued_at,
            total: issue.publication.atoms().iter().map(|atom| atom.count).sum(),
            withheld: issue.publication.is_withheld(),
            smallest_count: issue.publication.rules().smallest_count.get(),
        })
        .collect();
    let list = List::page(
        items,
        |item: &PublicationItem| &item.week,
        &mut query,
        Revision(number),
    )?;
    query.finish()?;
    Ok(Json(list))
}
