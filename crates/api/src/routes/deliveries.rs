//! The log of what was sent.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use jiff::Timestamp;
use lagebild_domain::alert::MessageKind;
use lagebild_store::Delivery;
use serde::Serialize;
use utoipa::ToSchema;

use super::alerts::{may_act, takes_part};
use super::list::{List, Page};
use crate::app::App;
use crate::problem::Problem;
use crate::query::{NoQuery, Query};
use crate::seer::Seer;

/// Deliveries in one answer, where the query does not say.
const DEFAULT_LIMIT: usize = 100;

/// A message with what became of it.
#[derive(Serialize, ToSchema)]
pub(super) struct DeliveryItem {
    id: String,
    /// The id that the receiver sees (`webhook-id`, `Message-ID`): the same at every try and replay.
    message: String,
    channel: String,
    /// raised, changed, corrected, resolved, recalled, escalated or digest.
    #[schema(value_type = String, example = "raised")]
    kind: MessageKind,
    /// Ids of the alerts that it tells.
    alerts: Vec<String>,
    /// waiting, delivered or failed.
    state: &'static str,
    attempts: u32,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Not to be sent before: quiet hours, a digest.
    #[schema(value_type = String, format = DateTime)]
    not_before: Timestamp,
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    tried_at: Option<Timestamp>,
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    done_at: Option<Timestamp>,
    /// Why the last try failed.
    #[schema(required = true)]
    problem: Option<String>,
}

impl From<Delivery> for DeliveryItem {
    fn from(delivery: Delivery) -> Self {
        let items = delivery.message.items.iter();
        Self {
            id: delivery.number.to_string(),
            message: delivery.id,
            channel: delivery.message.channel.to_string(),
            kind: delivery.message.kind,
            alerts: items.map(|item| item.alert.to_string()).collect(),
            state: delivery.state.as_str(),
            attempts: delivery.attempts,
            created_at: delivery.created_at,
            not_before: delivery.message.not_before,
            tried_at: delivery.tried_at,
            done_at: delivery.done_at,
            problem: delivery.problem,
        }
    }
}

/// What was sent to the viewer's organisation, newest first.
#[utoipa::path(get, path = "/api/v1/deliveries",
    params(("limit" = Option<u32>, Query, description = "1 to 1000, default 100"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<DeliveryItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<DeliveryItem>>, Problem> {
    takes_part(&seer.viewer)?;
    let mut query = Query::parse(query.as_deref());
    let limit = query.limit()?.unwrap_or(DEFAULT_LIMIT);
    let before: Option<u64> = query.read("next")?;
    query.finish()?;
    let of = &seer.viewer.organisation;
    let rows = app.store.deliveries(of, before, limit + 1).await?;
    let page = Page::new(rows, limit, |delivery| delivery.number);
    Ok(Json(page.list(seer.stamp(&app), DeliveryItem::from)))
}

/// Sends a delivery once more, under the same id and behind what waits; a way that was switched off is switched on again.
#[utoipa::path(post, path = "/api/v1/deliveries/{id}/replay", params(("id" = String, Path)),
    responses((status = 202, body = DeliveryItem),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn replay(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
) -> Result<(axum::http::StatusCode, Json<DeliveryItem>), Problem> {
    may_act(&seer)?;
    let unknown = || Problem::not_found("There is no such delivery of your organisation.");
    let number = id.parse().map_err(|_| unknown())?;
    let of = &seer.viewer.organisation;
    let delivery = app.store.replay_delivery(of, number, Timestamp::now()).await?;
    let delivery = delivery.ok_or_else(unknown)?;
    Ok((
        axum::http::StatusCode::ACCEPTED,
        Json(DeliveryItem::from(delivery)),
    ))
}
