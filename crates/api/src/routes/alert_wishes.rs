//! What the viewer's organisation wants to be told, by which ways, and what not for a while.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use lagebild_domain::alert::{Channel, Matcher, Silence, Subscription};
use lagebild_domain::review::Reviewer;
use lagebild_domain::{OrganisationId, Role, SubscriptionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::alerts::{may_act, read, takes_part};
use super::list::List;
use crate::app::App;
use crate::problem::Problem;
use crate::query::{NoQuery, Query};
use crate::seer::Seer;

/// A subscription. Empty lists want everything.
#[derive(Serialize, ToSchema)]
pub(super) struct SubscriptionItem {
    id: String,
    organisation: String,
    /// The office, or another name.
    label: String,
    /// `inbox`, `mail:NAME` or `webhook:NAME`.
    #[schema(example = "mail:leitstelle")]
    channel: String,
    /// hotspot, fact, notice, bulletin, talk, channel.
    subjects: Vec<String>,
    kinds: Vec<String>,
    states: Vec<String>,
    themes: Vec<String>,
    areas: Vec<String>,
    least_relative_risk: f64,
    /// Hours in Berlin such as `22-6`.
    #[schema(required = true)]
    quiet_hours: Option<String>,
    /// Hour of a daily message with everything new; null for at once.
    #[schema(required = true)]
    digest_hour: Option<u8>,
    #[schema(required = true)]
    escalate_after_minutes: Option<u32>,
    #[schema(required = true)]
    escalate_to: Option<String>,
    /// True when the configuration makes it: it is changed there.
    is_fixed: bool,
}

/// A new subscription, or one to be changed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSubscription {
    /// a-z, 0-9, `-`; the same id again changes it.
    id: String,
    #[serde(default)]
    label: String,
    channel: String,
    #[serde(default)]
    subjects: Vec<String>,
    #[serde(default)]
    kinds: Vec<String>,
    #[serde(default)]
    states: Vec<String>,
    #[serde(default)]
    themes: Vec<String>,
    #[serde(default)]
    areas: Vec<String>,
    #[serde(default)]
    least_relative_risk: f64,
    quiet_hours: Option<String>,
    digest_hour: Option<u8>,
    escalate_after_minutes: Option<u32>,
    escalate_to: Option<String>,
}

/// A way that the organisation may be reached by.
#[derive(Serialize, ToSchema)]
pub(super) struct ChannelItem {
    /// What subscriptions name.
    id: String,
    /// When it was switched off because nothing arrived for long; null while it works.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    off_since: Option<Timestamp>,
    #[schema(required = true)]
    problem: Option<String>,
}

/// A silence.
#[derive(Serialize, ToSchema)]
pub(super) struct SilenceItem {
    id: String,
    matchers: Vec<MatcherItem>,
    reason: String,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    /// pending, active or expired.
    state: &'static str,
    #[schema(value_type = String)]
    role: Role,
    organisation: String,
}

/// A label must have a value, or must not.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MatcherItem {
    #[schema(example = "area")]
    name: String,
    #[schema(example = "mitte")]
    value: String,
    /// False to match every other value.
    #[serde(default = "yes")]
    is_equal: bool,
}

fn yes() -> bool {
    true
}

/// A new silence.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSilence {
    matchers: Vec<MatcherItem>,
    reason: String,
    /// From now on where it says nothing.
    #[schema(value_type = Option<String>, format = DateTime)]
    starts_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
}

impl SubscriptionItem {
    fn new(subscription: &Subscription, is_fixed: bool) -> Self {
        fn words<T: ToString>(of: impl IntoIterator<Item = T>) -> Vec<String> {
            of.into_iter().map(|word| word.to_string()).collect()
        }
        Self {
            id: subscription.id.to_string(),
            organisation: subscription.organisation.to_string(),
            label: subscription.label.clone(),
            channel: subscription.channel.to_string(),
            subjects: words(&subscription.subjects),
            kinds: words(&subscription.kinds),
            states: words(&subscription.states),
            themes: words(&subscription.themes),
            areas: words(&subscription.areas),
            least_relative_risk: subscription.least_relative_risk,
            quiet_hours: subscription.quiet_hours.map(String::from),
            digest_hour: subscription.digest_hour,
            escalate_after_minutes: subscription.escalate_after_minutes,
            escalate_to: subscription.escalate_to.as_ref().map(ToString::to_string),
            is_fixed,
        }
    }
}

impl From<&Silence> for SilenceItem {
    fn from(silence: &Silence) -> Self {
        Self {
            id: silence.id.to_string(),
            matchers: silence
                .matchers
                .iter()
                .map(|matcher| MatcherItem {
                    name: matcher.name.clone(),
                    value: matcher.value.clone(),
                    is_equal: matcher.is_equal,
                })
                .collect(),
            reason: silence.reason.clone(),
            starts_at: silence.starts_at,
            ends_at: silence.ends_at,
            state: silence.state(Timestamp::now()),
            role: silence.by.role,
            organisation: silence.by.organisation.to_string(),
        }
    }
}

pub(super) fn bad(detail: impl std::fmt::Display) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, format!("Not possible: {detail}."))
}

/// Guests read what they are told, and set nothing.
fn may_wish(seer: &Seer) -> Result<(), Problem> {
    may_act(seer)?;
    if seer.viewer.role == Role::Guest {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "Guests set no subscriptions or silences.",
        ));
    }
    Ok(())
}

impl NewSubscription {
    pub(super) fn read(self, organisation: &OrganisationId) -> Result<Subscription, Problem> {
        fn words<T>(of: &[String]) -> Result<std::collections::BTreeSet<T>, Problem>
        where
            T: std::str::FromStr + Ord,
            T::Err: std::fmt::Display,
        {
            of.iter().map(|word| word.parse().map_err(bad)).collect()
        }
        let subscription = Subscription {
            id: SubscriptionId::new(&self.id).map_err(bad)?,
            organisation: organisation.clone(),
            label: self.label,
            channel: self.channel.parse().map_err(bad)?,
            subjects: words(&self.subjects)?,
            kinds: words(&self.kinds)?,
            states: words(&self.states)?,
            themes: words(&self.themes)?,
            areas: words(&self.areas)?,
            least_relative_risk: self.least_relative_risk,
            quiet_hours: self
                .quiet_hours
                .map(|hours| hours.try_into().map_err(bad))
                .transpose()?,
            digest_hour: self.digest_hour,
            escalate_after_minutes: self.escalate_after_minutes,
            escalate_to: self
                .escalate_to
                .map(|channel| channel.parse().map_err(bad))
                .transpose()?,
        };
        subscription.check().map_err(bad)?;
        Ok(subscription)
    }
}

/// Subscriptions of the viewer's organisation: those of the configuration first.
#[utoipa::path(get, path = "/api/v1/subscriptions",
    params(("limit" = Option<u32>, Query, description = "1 to 1000; without it, all"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<SubscriptionItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn subscriptions(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<SubscriptionItem>>, Problem> {
    takes_part(&seer.viewer)?;
    let organisation = &seer.viewer.organisation;
    let fixed = app.alerting.subscriptions.iter();
    let mut items: Vec<SubscriptionItem> = fixed
        .filter(|subscription| subscription.organisation == *organisation)
        .map(|subscription| SubscriptionItem::new(subscription, true))
        .collect();
    let made = app.store.subscriptions(organisation).await?;
    items.extend(
        made.iter()
            .map(|subscription| SubscriptionItem::new(subscription, false)),
    );
    let mut query = Query::parse(query.as_deref());
    let list = List::page(
        items,
        |item: &SubscriptionItem| &item.id,
        &mut query,
        seer.stamp(&app),
    )?;
    query.finish()?;
    Ok(Json(list))
}

/// Makes a subscription of the viewer's organisation, or changes the one of this id.
#[utoipa::path(post, path = "/api/v1/subscriptions", request_body = NewSubscription,
    responses((status = 200, body = SubscriptionItem),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn subscribe(
    State(app): State<App>,
    seer: Seer,
    _: NoQuery,
    body: Result<Json<NewSubscription>, JsonRejection>,
) -> Result<Json<SubscriptionItem>, Problem> {
    may_wish(&seer)?;
    let organisation = &seer.viewer.organisation;
    let subscription = read(
        body,
        r#"{"id": "leitstelle", "channel": "inbox", "kinds": ["brennpunkt"]}"#,
    )?
    .read(organisation)?;
    for channel in [Some(&subscription.channel), subscription.escalate_to.as_ref()]
        .into_iter()
        .flatten()
    {
        let is_own = app.alerting.channels_of(organisation).any(|own| own == channel);
        if *channel != Channel::Inbox && !is_own {
            return Err(bad(format!(
                "{channel} is no channel of your organisation (see /api/v1/channels); the operator sets them up"
            )));
        }
    }
    let is_fixed = app
        .alerting
        .subscriptions
        .iter()
        .any(|known| known.id == subscription.id);
    if is_fixed
        || !app
            .store
            .put_subscription(&subscription, Timestamp::now())
            .await?
    {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "This id is taken; choose another.",
        ));
    }
    Ok(Json(SubscriptionItem::new(&subscription, false)))
}

/// Deletes a subscription of the viewer's organisation.
#[utoipa::path(delete, path = "/api/v1/subscriptions/{id}", params(("id" = String, Path)),
    responses((status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn unsubscribe(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
) -> Result<StatusCode, Problem> {
    may_wish(&seer)?;
    let unknown = || Problem::not_found("Your organisation has made no such subscription.");
    let id = SubscriptionId::new(id).map_err(|_| unknown())?;
    let is_gone = app
        .store
        .delete_subscription(&seer.viewer.organisation, &id)
        .await?;
    is_gone.then_some(StatusCode::NO_CONTENT).ok_or_else(unknown)
}

/// Ways that the viewer's organisation may be reached by, as the operator has set them up.
#[utoipa::path(get, path = "/api/v1/channels",
    params(("limit" = Option<u32>, Query, description = "1 to 1000; without it, all"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<ChannelItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn channels(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<ChannelItem>>, Problem> {
    takes_part(&seer.viewer)?;
    let organisation = &seer.viewer.organisation;
    let off = app.store.off_channels().await?;
    let ways = std::iter::once(&Channel::Inbox).chain(app.alerting.channels_of(organisation));
    let items = ways
        .map(|channel| {
            let off = off
                .iter()
                .find(|off| off.channel == *channel && off.organisation == *organisation);
            ChannelItem {
                id: channel.to_string(),
                off_since: off.map(|off| off.since),
                problem: off.map(|off| off.problem.clone()),
            }
        })
        .collect();
    let mut query = Query::parse(query.as_deref());
    let list = List::page(items, |item: &ChannelItem| &item.id, &mut query, seer.stamp(&app))?;
    query.finish()?;
    Ok(Json(list))
}

/// Silences of the viewer's organisation, newest first.
#[utoipa::path(get, path = "/api/v1/silences",
    params(("limit" = Option<u32>, Query, description = "1 to 1000; without it, all"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<SilenceItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn silences(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<SilenceItem>>, Problem> {
    takes_part(&seer.viewer)?;
    let silences = app.store.silences(&seer.viewer.organisation).await?;
    let items = silences.iter().map(SilenceItem::from).collect();
    let mut query = Query::parse(query.as_deref());
    let list = List::page(items, |item: &SilenceItem| &item.id, &mut query, seer.stamp(&app))?;
    query.finish()?;
    Ok(Json(list))
}

/// Silences what all matchers match, for the viewer's organisation alone and at most 90 days.
#[utoipa::path(post, path = "/api/v1/silences", request_body = NewSilence,
    responses((status = 200, body = SilenceItem),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn silence(
    State(app): State<App>,
    seer: Seer,
    _: NoQuery,
    body: Result<Json<NewSilence>, JsonRejection>,
) -> Result<Json<SilenceItem>, Problem> {
    may_wish(&seer)?;
    let example = r#"{"matchers": [{"name": "area", "value": "mitte"}], "reason": "…", "ends_at": "2026-12-01T00:00:00Z"}"#;
    let wanted = read(body, example)?;
    let silence = Silence {
        id: 0,
        matchers: wanted
            .matchers
            .into_iter()
            .map(|matcher| Matcher {
                name: matcher.name,
                value: matcher.value,
                is_equal: matcher.is_equal,
            })
            .collect(),
        reason: wanted.reason.trim().to_owned(),
        starts_at: wanted.starts_at.unwrap_or_else(Timestamp::now),
        ends_at: wanted.ends_at,
        by: Reviewer::from(&seer.viewer),
    };
    silence.check().map_err(bad)?;
    let kept = app.store.add_silence(silence).await?;
    Ok(Json(SilenceItem::from(&kept)))
}

/// Ends a silence now.
#[utoipa::path(delete, path = "/api/v1/silences/{id}", params(("id" = String, Path)),
    responses((status = 200, body = SilenceItem),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn end_silence(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
) -> Result<Json<SilenceItem>, Problem> {
    may_wish(&seer)?;
    let unknown = || Problem::not_found("Your organisation has made no such silence.");
    let number = id.parse().map_err(|_| unknown())?;
    let ended = app
        .store
        .end_silence(&seer.viewer.organisation, number, Timestamp::now())
        .await?;
    ended
        .as_ref()
        .map(|silence| Json(SilenceItem::from(silence)))
        .ok_or_else(unknown)
}
