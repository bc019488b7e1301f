//! What analysts say of hotspots.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use lagebild_domain::{InvalidReview, Review, ReviewAction, Revision, Role};
use lagebild_store::RecordedReview;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::hotspots::{HotspotItem, find};
use super::list::{List, Page};
use crate::app::App;
use crate::problem::Problem;
use crate::query::{NoQuery, Query};
use crate::seer::Seer;

/// Reviews in one answer, where the query does not say.
const DEFAULT_LIMIT: usize = 100;

/// What an analyst does with a hotspot.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewReview {
    /// confirm, dismiss, reopen, rename, note or assign.
    #[schema(value_type = String, example = "dismiss")]
    action: ReviewAction,
    /// The reason of a dismissal, the new name, the note, or the office (none: no office any more). No names of persons.
    text: Option<String>,
}

/// A review. It tells who said it by role and organisation, not by person.
#[derive(Serialize, ToSchema)]
pub(super) struct ReviewItem {
    #[schema(value_type = String, example = "dismiss")]
    action: ReviewAction,
    #[schema(required = true)]
    text: Option<String>,
    #[schema(value_type = String, example = "analyst")]
    role: Role,
    organisation: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    #[schema(value_type = u64)]
    revision: Revision,
}

impl From<RecordedReview> for ReviewItem {
    fn from(recorded: RecordedReview) -> Self {
        let RecordedReview { review, revision } = recorded;
        Self {
            action: review.action,
            text: review.text,
            role: review.by.role,
            organisation: review.by.organisation.to_string(),
            at: review.at,
            revision,
        }
    }
}

/// Confirms, dismisses, reopens, renames or assigns a hotspot, or notes something beside it. Analysts only; it is kept
/// with role, organisation and time.
#[utoipa::path(post, path = "/api/v1/hotspots/{id}/review", params(("id" = String, Path)), request_body = NewReview,
    responses((status = 200, body = HotspotItem),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The hotspot is closed")))]
pub(super) async fn review(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
    body: Result<Json<NewReview>, JsonRejection>,
) -> Result<Json<HotspotItem>, Problem> {
    let hotspot = find(&app, &seer, id)?;
    let Json(NewReview { action, text }) = body.map_err(|_| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "Send JSON such as {\"action\": \"dismiss\", \"text\": \"…\"}; actions are confirm, dismiss, reopen, rename, note, assign.",
        )
    })?;
    let review = Review::new(&seer.viewer, action, text.as_deref(), Timestamp::now())
        .map_err(|invalid| refused(&invalid))?;
    let after = app
        .store
        .record_review(&hotspot.id, &review)
        .await?
        .ok_or_else(|| Problem::not_found("There is no such hotspot."))?
        .map_err(|invalid| refused(&invalid))?;
    tracing::info!(hotspot = %after.id, action = %action, organisation = %review.by.organisation, "a hotspot was reviewed");
    Ok(Json(HotspotItem::new(
        &after,
        app.situation.vocabulary().taxonomy(),
    )))
}

fn refused(invalid: &InvalidReview) -> Problem {
    let status = match invalid {
        InvalidReview::Role => StatusCode::FORBIDDEN,
        InvalidReview::Closed => StatusCode::CONFLICT,
        InvalidReview::NoText | InvalidReview::TooLong(_) | InvalidReview::ControlCharacter => {
            StatusCode::BAD_REQUEST
        }
    };
    let sentence = invalid.to_string();
    let mut letters = sentence.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    Problem::new(
        status,
        format!("{}{}.", first.collect::<String>(), letters.as_str()),
    )
}

/// The reviews of a hotspot, oldest first.
#[utoipa::path(get, path = "/api/v1/hotspots/{id}/reviews",
    params(("id" = String, Path),
        ("limit" = Option<u32>, Query, description = "1 to 1000, default 100"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<ReviewItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<List<ReviewItem>>, Problem> {
    let mut query = Query::parse(query.as_deref());
    let limit = query.limit()?.unwrap_or(DEFAULT_LIMIT);
    let after = Revision(query.read("next")?.unwrap_or(0));
    query.finish()?;
    let hotspot = find(&app, &seer, id)?;
    let revision = app.situation.revision();
    let reviews = app.store.reviews(&hotspot.id, after, limit + 1).await?;
    let page = Page::new(reviews, limit, |review| review.revision);
    Ok(Json(page.list(revision, ReviewItem::from)))
}
