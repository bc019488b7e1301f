//! The audit log, for auditors.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use lagebild_domain::Revision;
use lagebild_domain::Role;
use lagebild_domain::audit::Action;
use lagebild_store::{AuditEntry, AuditQuestion};
use serde::Serialize;
use utoipa::ToSchema;

use super::list::{List, Page};
use crate::app::App;
use crate::problem::Problem;
use crate::query::Query;
use crate::seer::Seer;

const DEFAULT_LIMIT: usize = 100;

/// What somebody did. It says where they looked and with what words, not what was there.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditItem {
    /// Counted from 1, without gaps.
    number: u64,
    /// When, the last time.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// State of the data.
    #[schema(value_type = u64)]
    revision: Revision,
    #[schema(value_type = String, example = "saw")]
    action: Action,
    /// The address.
    #[schema(example = "/api/v1/reports")]
    what: String,
    /// What was asked there.
    #[schema(example = "kind=complaint")]
    words: String,
    /// How often in a row.
    times: u64,
    name: String,
    #[schema(value_type = String, example = "analyst")]
    role: Role,
    organisation: String,
    /// Seal of this entry and all before it.
    seal: String,
}

impl AuditItem {
    fn new(AuditEntry { number, deed, seal }: AuditEntry) -> Self {
        Self {
            number,
            at: deed.at,
            revision: deed.revision,
            action: deed.action,
            what: deed.what,
            words: deed.words,
            times: deed.times,
            name: deed.by.name,
            role: deed.by.role,
            organisation: deed.by.organisation.to_string(),
            seal: seal.to_string(),
        }
    }
}

/// Who saw, changed or was refused what, newest first. For auditors only.
#[utoipa::path(get, path = "/api/v1/audit",
    params(("organisation" = Option<String>, Query, description = "Only of this organisation"),
        ("action" = Option<String>, Query, description = "saw, refused, changed, sign_in_failed, signed_in or signed_out"),
        ("text" = Option<String>, Query, description = "Only entries with this in address, words or name"),
        ("limit" = Option<u32>, Query, description = "1 to 1000, default 100"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<AuditItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn audit(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<AuditItem>>, Problem> {
    if seer.viewer.role != Role::Auditor {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "The audit log is released to auditors only.",
        ));
    }
    let mut query = Query::parse(query.as_deref());
    let limit = query.limit()?.unwrap_or(DEFAULT_LIMIT);
    let action = query.take("action").map(|word| {
        word.parse()
            .map_err(|error: lagebild_domain::report::UnknownWord| {
                Problem::parameter("action", error.to_string())
            })
    });
    let before = query.take("next").map(|next| {
        next.parse()
            .map_err(|_| Problem::parameter("next", "not a value of `next` from an earlier answer"))
    });
    let question = AuditQuestion {
        organisation: query.take("organisation").unwrap_or_default(),
        action: action.transpose()?,
        text: query.take("text").unwrap_or_default(),
        before: before.transpose()?,
    };
    query.finish()?;
    let entries = app.store.audit_entries(&question, limit + 1).await?;
    let page = Page::new(entries, limit, |entry| entry.number);
    Ok(Json(page.list(Revision::ZERO, AuditItem::new)))
}
