//! What people do with an alert: answer it, put it right, take it back, release it.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use lagebild_domain::alert::{Act, InvalidAct, Outcome, act};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::alerts::{AlertDetail, detail, find, may_act, read, senders, sends};
use super::cap::Following;
use crate::app::App;
use crate::problem::Problem;
use crate::query::NoQuery;
use crate::seer::Seer;

/// Words that go along with an act.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Reply {
    /// A reply that both sides see; the reason of a recall; what is right, of a correction. No names of persons.
    text: Option<String>,
}

/// Who takes it on.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Assignment {
    /// The office; without one, none does any more.
    office: Option<String>,
    text: Option<String>,
}

/// How it ended.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Closing {
    /// measure, observed, `passed_on`, `no_action` or `false_alarm`.
    #[schema(value_type = String, example = "measure")]
    outcome: Outcome,
    text: Option<String>,
}

/// To whom it is released by itself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SingleRelease {
    organisation: String,
}

/// A body that may be missing, whatever its declared type.
fn read_or_none<T: Default + DeserializeOwned>(body: &Bytes, example: &str) -> Result<T, Problem> {
    if body.is_empty() {
        return Ok(T::default());
    }
    serde_json::from_slice(body).map_err(|error| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            format!("Send JSON such as {example}. ({error})"),
        )
    })
}

async fn do_act(
    app: &App,
    seer: &Seer,
    id: &str,
    of: Act,
    text: Option<String>,
) -> Result<Json<AlertDetail>, Problem> {
    may_act(seer)?;
    let found = find(app, seer, id).await?;
    let is_sender = sends(&senders(app), &found, &seer.viewer.organisation);
    let now = Timestamp::now();
    let changed = app
        .store
        .change_alert(found.id, |alert| {
            act(alert, &of, text.as_deref(), &seer.viewer, is_sender, now)
        })
        .await?
        .ok_or_else(|| Problem::not_found("There is no such alert."))?;
    let after = changed.map_err(refused)?;
    tracing::info!(alert = %after.id, organisation = %seer.viewer.organisation, "an alert was answered");
    detail(app, seer, &after).map(Json)
}

fn refused(invalid: InvalidAct) -> Problem {
    let status = match invalid {
        InvalidAct::NotTold | InvalidAct::Role | InvalidAct::NotTheSender => StatusCode::FORBIDDEN,
        InvalidAct::Over => StatusCode::CONFLICT,
        InvalidAct::NoReason | InvalidAct::Text => StatusCode::BAD_REQUEST,
    };
    Problem::new(status, format!("Not possible: {invalid}."))
}

/// Says that it was seen.
#[utoipa::path(post, path = "/api/v1/alerts/{id}/ack", params(("id" = String, Path)), request_body = Option<Reply>,
    responses((status = 200, body = AlertDetail),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn acknowledge(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
    body: Bytes,
) -> Result<Json<AlertDetail>, Problem> {
    let reply = read_or_none::<Reply>(&body, r#"{"text": "…"}"#)?;
    do_act(&app, &seer, &id, Act::Acknowledge, reply.text).await
}

/// Has an office of one's own take it on.
#[utoipa::path(post, path = "/api/v1/alerts/{id}/assign", params(("id" = String, Path)), request_body = Assignment,
    responses((status = 200, body = AlertDetail),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn assign(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
    body: Bytes,
) -> Result<Json<AlertDetail>, Problem> {
    let assignment = read_or_none::<Assignment>(&body, r#"{"office": "Ordnungsamt"}"#)?;
    let office = assignment.office.map(|office| office.trim().to_owned());
    let office = office.filter(|office| !office.is_empty());
    do_act(&app, &seer, &id, Act::Assign(office), assignment.text).await
}

/// Closes it for one's own organisation, with what came of it.
#[utoipa::path(post, path = "/api/v1/alerts/{id}/close", params(("id" = String, Path)), request_body = Closing,
    responses((status = 200, body = AlertDetail),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn close(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
    body: Result<Json<Closing>, JsonRejection>,
) -> Result<Json<AlertDetail>, Problem> {
    let closing = read(
        body,
        r#"{"outcome": "measure", "text": "…"}; outcomes are measure, observed, passed_on, no_action, false_alarm"#,
    )?;
    do_act(&app, &seer, &id, Act::Close(closing.outcome), closing.text).await
}

/// Puts right what was said wrongly: whoever was told is told so, by the same ways, and released documents get an update.
/// Senders only.
#[utoipa::path(post, path = "/api/v1/alerts/{id}/correct", params(("id" = String, Path)), request_body = Reply,
    responses((status = 200, body = AlertDetail),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn correct(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
    body: Bytes,
) -> Result<Json<AlertDetail>, Problem> {
    let reply = read_or_none::<Reply>(&body, r#"{"text": "Was richtig ist"}"#)?;
    let answer = do_act(&app, &seer, &id, Act::Correct, reply.text).await?;
    super::cap::follow(&app, &id, Following::Correction).await?;
    Ok(answer)
}

/// Takes it back: whoever was told is told so, by the same ways. Senders only.
#[utoipa::path(post, path = "/api/v1/alerts/{id}/recall", params(("id" = String, Path)), request_body = Reply,
    responses((status = 200, body = AlertDetail),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn recall(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
    body: Bytes,
) -> Result<Json<AlertDetail>, Problem> {
    let reply = read_or_none::<Reply>(&body, r#"{"text": "Grund"}"#)?;
    let answer = do_act(&app, &seer, &id, Act::Recall, reply.text).await?;
    super::cap::follow(&app, &id, Following::Recall).await?;
    Ok(answer)
}

/// Releases it to one partner by itself, such as a confirmed Angstraum. Senders only.
#[utoipa::path(post, path = "/api/v1/alerts/{id}/release", params(("id" = String, Path)), request_body = SingleRelease,
    responses((status = 200, body = AlertDetail),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn release(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
    body: Result<Json<SingleRelease>, JsonRejection>,
) -> Result<Json<AlertDetail>, Problem> {
    let wanted = read(body, r#"{"organisation": "bundespolizei"}"#)?.organisation;
    let known = app
        .partnership
        .organisations()
        .iter()
        .find(|known| known.id.as_str() == wanted);
    let known = known.ok_or_else(|| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "There is no such organisation (see /api/v1/partners).",
        )
    })?;
    do_act(&app, &seer, &id, Act::Release(known.id.clone()), None).await
}
