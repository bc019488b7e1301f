//! Counts by H3 cell.

use axum::Json;
use axum::extract::{RawQuery, State};
use lagebild_domain::CountScope;
use lagebild_domain::disclosure::Sight;
use lagebild_situation::Resolution;
use serde::Serialize;
use utoipa::ToSchema;

use super::list::List;
use crate::app::App;
use crate::problem::Problem;
use crate::query::{FilterWords, Query};
use crate::seer::Seer;

/// A cell and its count.
#[derive(Serialize, ToSchema)]
pub(super) struct CellItem {
    /// The H3 index.
    h3: String,
    /// Reports in it; absent when it is suppressed. Published counts are at least that many.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
    /// True when the count is too small to be shown.
    suppressed: bool,
}

/// Counts are published at one resolution; another would be a second way to cut the same reports.
fn refuse_other(asked: Option<Resolution>, scope: &CountScope) -> Result<(), Problem> {
    let published = scope
        .resolution()
        .and_then(|published| Resolution::new(published.into()));
    match (asked, published) {
        (Some(asked), Some(published)) if asked != published => Err(Problem::parameter(
            "resolution",
            format!("counts are published to you at resolution {published}"),
        )),
        (Some(_), None) => Err(Problem::parameter(
            "resolution",
            "counts are published to you by district, not by cell",
        )),
        _ => Ok(()),
    }
}

/// Counts by H3 cell. Only reports known to a point or street are in cells.
#[utoipa::path(get, path = "/api/v1/cells",
    params(("limit" = Option<u32>, Query, description = "1 to 1000; without it, all"),
        ("next" = Option<String>, Query, description = "From an earlier answer"),
        ("resolution" = Option<u8>, Query, description = "H3 resolution, 6 to 10; default 9"), FilterWords),
    responses((status = 200, body = List<CellItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn cells(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<CellItem>>, Problem> {
    let mut query = Query::parse(query.as_deref());
    let mut paging = query.split(&["limit", "next"]);
    let resolution: Option<Resolution> = query
        .take("resolution")
        .map(|number| {
            let resolution = number.parse().ok().and_then(Resolution::new);
            resolution.ok_or_else(|| Problem::parameter("resolution", "give an H3 resolution from 6 to 10"))
        })
        .transpose()?;
    let (cells, revision) = match seer.sight()? {
        Sight::Records(scope) => {
            let filter = query.filter(app.situation.vocabulary(), scope)?;
            let revision = app.situation.revision();
            let resolution = resolution.unwrap_or_default();
            (app.situation.cells(scope, &filter, resolution), revision)
        }
        Sight::Counts(scope) => {
            refuse_other(resolution, scope)?;
            let question = query.public_question(app.situation.vocabulary())?;
            (app.situation.public_cells(scope, &question), seer.stamp(&app))
        }
    };
    let after = paging.take("next");
    let items = cells
        .into_iter()
        // In the order of the index, which a cell keeps when others come and go.
        .filter(|cell| after.as_ref().is_none_or(|after| cell.h3() > *after))
        .map(|cell| CellItem {
            h3: cell.h3(),
            count: cell.count,
            suppressed: cell.count.is_none(),
        })
        .collect();
    Ok(Json(List::page(
        items,
        |cell: &CellItem| &cell.h3,
        &mut paging,
        revision,
    )?))
}
