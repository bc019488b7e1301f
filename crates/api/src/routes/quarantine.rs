//! Rows that are not in the picture, and why.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use lagebild_ingest::find_personal;
use lagebild_store::Quarantined;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::list::{List, Page};
use super::sources::owned;
use crate::app::App;
use crate::problem::Problem;
use crate::query::{NoQuery, Query};
use crate::seer::Seer;

/// Rows in one answer, where the query does not say.
const DEFAULT_LIMIT: usize = 100;
/// Longest reason of a discard, in characters.
const REASON_CHARACTERS: usize = 500;

/// A row in quarantine: where it stands in its feed, what is wrong with it and, for its owner's analysts, what it says in its
/// declared columns, without what points at a person.
#[derive(Serialize, ToSchema)]
pub(super) struct QuarantineItem {
    id: String,
    source: String,
    /// Name of the feed's file; `push` for what a program sent.
    file: String,
    /// First line of the row, counted from 1.
    line: u64,
    /// Name of the reason; `discarded` for rows that were discarded.
    code: String,
    /// What is wrong and what would mend it, or why it was discarded.
    reason: String,
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
    /// Values by column; absent where the row could not be cut into columns or was discarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<BTreeMap<String, String>>,
}

impl QuarantineItem {
    fn new(source: &str, row: Quarantined) -> Self {
        let mut id = format!("{source}-");
        for byte in row.digest {
            // Writing to a text cannot fail.
            let _ = write!(id, "{byte:02x}");
        }
        Self {
            id,
            source: source.to_owned(),
            file: row.file,
            line: row.line,
            code: row.code,
            reason: row.reason,
            received_at: row.received_at,
            values: row.content.map(|content| content.values().clone()),
        }
    }
}

/// Source and digest of an item's id.
fn parse(id: &str) -> Option<(&str, [u8; 16])> {
    let (source, hex) = id.rsplit_once('-')?;
    let is_hex = hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    let digest = is_hex.then(|| u128::from_str_radix(hex, 16).ok())??;
    Some((source, digest.to_be_bytes()))
}

/// Rows of the viewer's own sources that are not in the picture.
///
/// Mend the source's mapping or its feed, then import the feed again: rows that can be read leave the quarantine.
#[utoipa::path(get, path = "/api/v1/quarantine",
    params(("source" = Option<String>, Query, description = "Id of one source; all own sources without it"),
        ("code" = Option<String>, Query, description = "One reason; `discarded` for rows that were discarded"),
        ("limit" = Option<u32>, Query, description = "1 to 1000, default 100"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<QuarantineItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<QuarantineItem>>, Problem> {
    let scope = seer.records()?;
    let mut query = Query::parse(query.as_deref());
    let limit = query.limit()?.unwrap_or(DEFAULT_LIMIT);
    let code = query.take("code");
    let wanted = query.take("source");
    if let Some(wanted) = &wanted
        && !scope.owns(wanted)
    {
        return Err(Problem::parameter("source", "not a source of your organisation"));
    }
    let next = query.take("next");
    let after = match next.as_deref() {
        None => None,
        Some(next) => Some(
            parse(next)
                .ok_or_else(|| Problem::parameter("next", "not a value of `next` from an earlier answer"))?,
        ),
    };
    query.finish()?;
    let mut sources: Vec<&str> = scope
        .sources()
        .map(lagebild_domain::SourceId::as_str)
        .filter(|id| scope.owns(id) && wanted.as_deref().is_none_or(|wanted| wanted == *id))
        .collect();
    sources.sort_unstable();
    let mut items = Vec::new();
    for source in sources {
        let from = match after {
            Some((reached, _)) if source < reached => continue,
            Some((reached, digest)) if source == reached => Some(digest),
            _ => None,
        };
        // One more than asked for tells whether there is more.
        let rows = app
            .store
            .quarantine(source, code.as_deref(), from, limit + 1 - items.len())
            .await?;
        items.extend(rows.into_iter().map(|row| QuarantineItem::new(source, row)));
        if items.len() > limit {
            break;
        }
    }
    let page = Page::new(items, limit, |item| item.id.clone());
    Ok(Json(page.list(app.situation.revision(), |item| item)))
}

/// Why a row is discarded.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Discard {
    /// In a few words, without names of persons; at most 500 characters.
    reason: String,
}

/// Discards a row, with a reason that is kept: it is no longer listed among those to mend, and the same row read again stays
/// discarded unless it can be read. The owner's analysts only.
#[utoipa::path(post, path = "/api/v1/quarantine/{id}/discard", params(("id" = String, Path)), request_body = Discard,
    responses((status = 204),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn discard(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
    body: Result<Json<Discard>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    let scope = seer.records()?;
    let no_such_row = || Problem::not_found("There is no such row in quarantine.");
    let (source, digest) = parse(&id).ok_or_else(no_such_row)?;
    owned(scope, source)?;
    let bad = |detail: &str| Problem::new(StatusCode::BAD_REQUEST, detail);
    let Json(Discard { reason }) =
        body.map_err(|_| bad("Send JSON such as {\"reason\": \"test entry\"}."))?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_CHARACTERS || reason.chars().any(char::is_control)
    {
        return Err(bad("Give a reason of 1 to 500 characters on one line."));
    }
    if !find_personal(reason).is_empty() {
        return Err(bad(
            "The reason names a person, a number or an address; say it without.",
        ));
    }
    if app.store.discard(source, digest, reason).await? {
        tracing::info!(source, organisation = %seer.viewer.organisation, "a row in quarantine was discarded");
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(no_such_row())
    }
}
