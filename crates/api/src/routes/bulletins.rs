//! What people tell each other at once: Sofortmeldungen and requests to talk.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use jiff::civil::Date;
use lagebild_domain::alert::{Bulletin, Known, TalkTopic, decide};
use lagebild_domain::review::Reviewer;
use lagebild_domain::{OrganisationId, Role, german};
use lagebild_store::RecordedBulletin;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::alerts::{may_act, read, scopes, takes_part};
use super::list::{List, Page};
use crate::app::App;
use crate::problem::Problem;
use crate::query::{NoQuery, Query};
use crate::seer::Seer;

/// Bulletins in one answer, where the query does not say.
const DEFAULT_LIMIT: usize = 100;

/// A bulletin as it was written.
#[derive(Serialize, ToSchema)]
pub(super) struct BulletinItem {
    id: String,
    /// `immediate` for a Sofortmeldung, `talk` for a request to talk.
    #[serde(rename = "type")]
    form: &'static str,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The organisation that wrote it.
    organisation: String,
    /// The alert that tells it.
    alert: String,
    /// What happens, of a Sofortmeldung.
    #[schema(required = true)]
    event: Option<String>,
    /// Topic of a request to talk.
    #[schema(required = true, value_type = Option<String>)]
    topic: Option<TalkTopic>,
    /// The topic for people.
    #[schema(required = true)]
    topic_label: Option<&'static str>,
    /// Id of the district; null for the whole city.
    #[schema(required = true)]
    area: Option<String>,
    /// The office to call.
    #[schema(required = true)]
    contact: Option<String>,
    #[schema(required = true, value_type = Option<String>, format = Date)]
    review_on: Option<Date>,
    receivers: Vec<String>,
}

impl From<RecordedBulletin> for BulletinItem {
    fn from(recorded: RecordedBulletin) -> Self {
        let receivers = recorded
            .bulletin
            .receivers()
            .iter()
            .map(ToString::to_string)
            .collect();
        let area = recorded.bulletin.area().map(str::to_owned);
        let (form, event, topic, contact, review_on) = match recorded.bulletin {
            Bulletin::Immediate { event, .. } => ("immediate", Some(event), None, None, None),
            Bulletin::Talk {
                topic,
                contact,
                review_on,
                ..
            } => ("talk", None, Some(topic), Some(contact), Some(review_on)),
        };
        Self {
            id: recorded.number.to_string(),
            form,
            at: recorded.at,
            organisation: recorded.by.organisation.to_string(),
            alert: recorded.alert.to_string(),
            event,
            topic,
            topic_label: topic.map(TalkTopic::label),
            area,
            contact,
            review_on,
            receivers,
        }
    }
}

/// A new bulletin: a Sofortmeldung says what, where and to whom; a request to talk names a topic of the list, a district, an
/// office and a day, and has no words of its own.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBulletin {
    /// `immediate` or `talk`.
    #[serde(rename = "type", default)]
    form: Option<String>,
    /// What happens. No names of persons.
    event: Option<String>,
    /// `theme_forming`, `social_tension`, `youth_tension`, event or `public_space`.
    topic: Option<String>,
    /// Id of a district.
    area: Option<String>,
    contact: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    review_on: Option<Date>,
    /// Ids of organisations.
    receivers: Vec<String>,
}

const EXAMPLE: &str = r#"{"event": "…", "area": "mitte", "receivers": ["polizei"]} or {"type": "talk", "topic": "social_tension", "area": "mitte", "contact": "Jugendamt", "review_on": "2026-12-01", "receivers": ["polizei"]}"#;

fn bad(detail: impl std::fmt::Display) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, format!("Not possible: {detail}."))
}

impl NewBulletin {
    fn read(self, app: &App) -> Result<Bulletin, Problem> {
        let receivers = self
            .receivers
            .iter()
            .map(|receiver| {
                let id = OrganisationId::new(receiver).map_err(bad)?;
                if app.partnership.name_of(&id).is_none() && !app.partnership.organisations().is_empty() {
                    return Err(bad(format!(
                        "there is no organisation or body {id} (see /api/v1/partners)"
                    )));
                }
                Ok(id)
            })
            .collect::<Result<_, Problem>>()?;
        match self.form.as_deref() {
            None | Some("immediate") => {
                if self.topic.is_some() || self.contact.is_some() || self.review_on.is_some() {
                    return Err(bad("a Sofortmeldung has `event`, `area` and `receivers`"));
                }
                Ok(Bulletin::Immediate {
                    event: self.event.unwrap_or_default(),
                    area: self.area,
                    receivers,
                })
            }
            Some("talk") => {
                if self.event.is_some() {
                    return Err(bad(
                        "a request to talk has no words of its own: leave `event` out",
                    ));
                }
                Ok(Bulletin::Talk {
                    topic: self.topic.as_deref().unwrap_or_default().parse().map_err(bad)?,
                    area: self.area.unwrap_or_default(),
                    contact: self.contact.unwrap_or_default(),
                    review_on: self.review_on.ok_or_else(|| bad("give `review_on`, a date"))?,
                    receivers,
                })
            }
            Some(_) => Err(bad("`type` is immediate or talk")),
        }
    }
}

/// Bulletins that the viewer's organisation wrote or got, newest first.
#[utoipa::path(get, path = "/api/v1/bulletins",
    params(("limit" = Option<u32>, Query, description = "1 to 1000, default 100"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<BulletinItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<BulletinItem>>, Problem> {
    takes_part(&seer.viewer)?;
    let mut query = Query::parse(query.as_deref());
    let limit = query.limit()?.unwrap_or(DEFAULT_LIMIT);
    let before: Option<u64> = query.read("next")?;
    query.finish()?;
    let rows = app
        .store
        .bulletins(&seer.viewer.organisation, before, limit + 1)
        .await?;
    let page = Page::new(rows, limit, |bulletin| bulletin.number);
    Ok(Json(page.list(seer.stamp(&app), BulletinItem::from)))
}

/// Writes a bulletin: it is told at once, by the same ways as alerts. Analysts, the management and partners.
#[utoipa::path(post, path = "/api/v1/bulletins", request_body = NewBulletin,
    responses((status = 201, body = BulletinItem),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn write(
    State(app): State<App>,
    seer: Seer,
    _: NoQuery,
    body: Result<Json<NewBulletin>, JsonRejection>,
) -> Result<(StatusCode, Json<BulletinItem>), Problem> {
    may_act(&seer)?;
    if seer.viewer.role == Role::Guest {
        return Err(Problem::new(StatusCode::FORBIDDEN, "Guests write no bulletins."));
    }
    let bulletin = read(body, EXAMPLE)?.read(&app)?;
    let now = Timestamp::now();
    let areas = app.situation.vocabulary().areas();
    let district = bulletin.area().and_then(|id| areas.by_id(id)).cloned();
    bulletin
        .check(district.as_ref(), german::day_of(now))
        .map_err(bad)?;
    let sender = &seer.viewer.organisation;
    let sender_name = app
        .partnership
        .name_of(sender)
        .unwrap_or(sender.as_str())
        .to_owned();
    let scopes = scopes(&app, now);
    if scopes.iter().all(|scope| scope.organisation() != sender) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "Your organisation is not part of the partnership.",
        ));
    }
    let alerting = app.alerting.clone();
    let recorded = app
        .store
        .record_bulletin(&bulletin, &Reviewer::from(&seer.viewer), now, |number, book| {
            let occurrence = bulletin.occurrence(number, sender, &sender_name, district.as_ref());
            let subscriptions = alerting.all(&book.subscriptions);
            // Only of this: the job looks after all others.
            let known = Known {
                alerts: &[],
                ..book.known(&subscriptions)
            };
            decide(&[occurrence], &known, &scopes, now)
        })
        .await?
        .ok_or_else(|| bad("nobody may be told"))?;
    tracing::info!(alert = %recorded.alert, organisation = %sender, "a bulletin was written");
    Ok((StatusCode::CREATED, Json(BulletinItem::from(recorded))))
}
