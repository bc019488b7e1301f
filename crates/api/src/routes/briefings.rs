//! Briefings: ordered here, written by a job, read here.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use lagebild_domain::briefing::BriefingStatus;
use lagebild_domain::disclosure::Sight;
use lagebild_domain::{BriefingKind, HotspotId, OrganisationId, Period, Reviewer, Role, View, german};
use lagebild_store::{Briefing, BriefingOrder};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::list::List;
use crate::app::App;
use crate::problem::Problem;
use crate::query::{NoQuery, Query};
use crate::seer::Seer;

/// How long an issued document is kept.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(3 * 365 * 24);

/// What to write, and for whom.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBriefing {
    /// daily, weekly, monthly, dossier, project, controlling or public.
    #[schema(value_type = String, example = "weekly")]
    kind: BriefingKind,
    /// Id of the organisation or body that it is for: it says no more than has been released to them.
    #[schema(value_type = String, example = "lenkungsgruppe")]
    audience: OrganisationId,
    /// 2026-11-14, 2026-W46, 2026-10, 2026-H1 or 2025; without it, the last that is over.
    #[schema(value_type = Option<String>, example = "2026-W46")]
    period: Option<Period>,
    /// Of a dossier: the hotspot's id.
    subject: Option<String>,
}

/// A briefing, ordered or issued.
#[derive(Serialize, ToSchema)]
pub(super) struct BriefingItem {
    id: String,
    #[schema(value_type = String, example = "weekly")]
    kind: BriefingKind,
    /// The kind's name for people.
    label: &'static str,
    #[schema(value_type = String, example = "2026-W46")]
    period: Period,
    /// The period in German.
    period_label: String,
    audience: String,
    /// The audience's name.
    audience_label: String,
    /// Of a dossier: the hotspot's id.
    #[schema(required = true)]
    subject: Option<String>,
    /// queued, writing, ready or refused.
    #[schema(value_type = String, example = "ready")]
    status: BriefingStatus,
    /// Why it was refused.
    #[schema(required = true)]
    problem: Option<String>,
    /// State of the data that it speaks of, once it is ready.
    #[schema(required = true)]
    stamp: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    ordered_at: Timestamp,
    /// Organisation that ordered it.
    ordered_by: String,
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    finished_at: Option<Timestamp>,
    /// When it is deleted.
    #[schema(value_type = String, format = DateTime)]
    delete_at: Timestamp,
    /// Addresses of the files; empty until it is ready.
    files: Vec<String>,
}

const FORMS: [(&str, &str); 3] = [
    ("pdf", "application/pdf"),
    ("html", "text/html; charset=utf-8"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
];

impl BriefingItem {
    fn new(app: &App, briefing: Briefing) -> Self {
        let order = briefing.order;
        let name = app.partnership.name_of(&order.audience).map(str::to_owned);
        let files = if briefing.status == BriefingStatus::Ready {
            let address =
                |(form, _): &(&str, &str)| format!("/api/v1/briefings/{}/briefing.{form}", briefing.id);
            FORMS.iter().map(address).collect()
        } else {
            Vec::new()
        };
        Self {
            kind: order.kind,
            label: order.kind.label(),
            period: order.period,
            period_label: order.period.label(),
            audience_label: name.unwrap_or_else(|| order.audience.to_string()),
            audience: order.audience.to_string(),
            subject: order.subject,
            status: briefing.status,
            problem: briefing.problem,
            stamp: briefing.stamp,
            ordered_at: briefing.ordered_at,
            ordered_by: order.by.organisation.to_string(),
            finished_at: briefing.finished_at,
            delete_at: briefing.delete_at,
            files,
            id: briefing.id,
        }
    }
}

/// The view that documents for an audience are made with.
fn view_of_audience(app: &App, audience: &OrganisationId) -> View {
    let sources = app.situation.vocabulary().sources();
    View::of_audience(audience, sources, &app.releases, Timestamp::now())
}

/// True when a document for the audience tells the viewer nothing new: it is made with their own view; or they are the
/// management, which sees what counts are released by looking as their receivers; or they see every record whole.
fn may_read(app: &App, seer: &Seer, audience: &OrganisationId) -> bool {
    let view = view_of_audience(app, audience);
    let sources = app.situation.vocabulary().sources();
    view == seer.view
        || (seer.viewer.role == Role::Management && matches!(view.sight(), Ok(Sight::Counts(_))))
        || seer
            .view
            .records()
            .is_ok_and(|scope| scope.sees_all(sources.iter().map(|source| &source.id)))
}

/// Orders a briefing. It is written after those that were ordered before; `GET` its address to see how far it is.
#[utoipa::path(post, path = "/api/v1/briefings", request_body = NewBriefing,
    responses((status = 202, body = BriefingItem),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too many are waiting")))]
pub(super) async fn order(
    State(app): State<App>,
    seer: Seer,
    _: NoQuery,
    body: Result<Json<NewBriefing>, JsonRejection>,
) -> Result<(StatusCode, Json<BriefingItem>), Problem> {
    let Json(new) = body.map_err(|_| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "Send JSON such as {\"kind\": \"weekly\", \"audience\": \"lenkungsgruppe\", \"period\": \"2026-W46\"}; kinds are \
             daily, weekly, monthly, dossier, project, controlling, public.",
        )
    })?;
    seer.sight()?;
    if !may_read(&app, &seer, &new.audience) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "A briefing for this audience would tell you what is not released to you; order one for your own organisation.",
        ));
    }
    if let Err(why) = view_of_audience(&app, &new.audience).sight() {
        return Err(Problem::parameter("audience", format!("{why}")));
    }
    let period = match new.period {
        Some(period) => period,
        None => new
            .kind
            .last_closed(german::day_of(Timestamp::now()))
            .ok_or_else(|| Problem::parameter("period", "give a period"))?,
    };
    if !new.kind.takes(period) {
        let detail = format!("{} speaks of {}", new.kind, new.kind.periods());
        return Err(Problem::parameter("period", detail));
    }
    if new.kind == BriefingKind::Dossier {
        check_hotspot(&app, &seer, new.subject.as_deref())?;
    } else if new.subject.is_some() {
        return Err(Problem::parameter("subject", "only a dossier is about a hotspot"));
    }
    let order = BriefingOrder {
        kind: new.kind,
        period,
        audience: new.audience,
        subject: new.subject,
        by: Reviewer::from(&seer.viewer),
    };
    let ordered = app
        .store
        .order_briefing(&order, Timestamp::now(), KEPT_FOR)
        .await?
        .ok_or_else(|| {
            Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "Too many briefings of your organisation are waiting to be written; wait for those.",
            )
        })?;
    app.briefing_ordered.notify_one();
    Ok((StatusCode::ACCEPTED, Json(BriefingItem::new(&app, ordered))))
}

fn check_hotspot(app: &App, seer: &Seer, id: Option<&str>) -> Result<(), Problem> {
    let id = id.ok_or_else(|| Problem::parameter("subject", "a dossier needs the id of a hotspot"))?;
    let scope = seer.records()?;
    let wanted = HotspotId(id.to_owned());
    let is_seen = app
        .situation
        .hotspots(scope)
        .iter()
        .any(|hotspot| hotspot.id == wanted);
    if is_seen {
        Ok(())
    } else {
        Err(Problem::parameter(
            "subject",
            "there is no such hotspot, or it is not released to you",
        ))
    }
}

/// Briefings that the viewer may read, the newest first.
#[utoipa::path(get, path = "/api/v1/briefings",
    params(("limit" = Option<u32>, Query, description = "1 to 1000; without it, all"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<BriefingItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<BriefingItem>>, Problem> {
    seer.sight()?;
    let mut query = Query::parse(query.as_deref());
    let revision = seer.stamp(&app);
    let items = app
        .store
        .briefings()
        .await?
        .into_iter()
        .filter(|briefing| may_read(&app, &seer, &briefing.order.audience))
        .map(|briefing| BriefingItem::new(&app, briefing))
        .collect();
    let list = List::page(items, |item: &BriefingItem| &item.id, &mut query, revision)?;
    query.finish()?;
    Ok(Json(list))
}

/// An audience that the viewer may order briefings for.
#[derive(Serialize, ToSchema)]
pub(super) struct AudienceItem {
    id: String,
    name: String,
    /// True when its briefings are made of live records, and can speak of single days and hotspots; else of published weeks.
    records: bool,
}

/// Audiences that the viewer may order briefings for.
#[utoipa::path(get, path = "/api/v1/briefing-audiences",
    params(("limit" = Option<u32>, Query, description = "1 to 1000; without it, all"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<AudienceItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn audiences(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<AudienceItem>>, Problem> {
    seer.sight()?;
    let mut query = Query::parse(query.as_deref());
    let owners = app
        .situation
        .vocabulary()
        .sources()
        .iter()
        .map(|source| &source.owner);
    let receivers = app.releases.iter().map(|release| &release.to);
    let known: BTreeSet<&OrganisationId> = owners.chain(receivers).collect();
    let items = known
        .into_iter()
        .filter(|audience| may_read(&app, &seer, audience))
        .filter_map(|audience| {
            let view = view_of_audience(&app, audience);
            let records = matches!(view.sight().ok()?, Sight::Records(_));
            let name = app.partnership.name_of(audience);
            Some(AudienceItem {
                id: audience.to_string(),
                name: name.map_or_else(|| audience.to_string(), str::to_owned),
                records,
            })
        })
        .collect();
    let list = List::page(
        items,
        |item: &AudienceItem| &item.id,
        &mut query,
        seer.stamp(&app),
    )?;
    query.finish()?;
    Ok(Json(list))
}

async fn find(app: &App, seer: &Seer, id: &str) -> Result<Briefing, Problem> {
    seer.sight()?;
    let briefing = app.store.briefing(id).await?;
    let briefing = briefing.ok_or_else(|| Problem::not_found("There is no such briefing."))?;
    if may_read(app, seer, &briefing.order.audience) {
        Ok(briefing)
    } else {
        Err(Problem::new(
            StatusCode::FORBIDDEN,
            "This briefing was made for another audience.",
        ))
    }
}

/// How far a briefing is.
#[utoipa::path(get, path = "/api/v1/briefings/{id}", params(("id" = String, Path)),
    responses((status = 200, body = BriefingItem),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn one(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
) -> Result<Json<BriefingItem>, Problem> {
    let briefing = find(&app, &seer, &id).await?;
    Ok(Json(BriefingItem::new(&app, briefing)))
}

/// A file of a briefing: `briefing.pdf`, `briefing.html` or `briefing.xlsx`. 404 until it is ready. The `ETag` is the hash of
/// the bytes that was kept when it was issued.
#[utoipa::path(get, path = "/api/v1/briefings/{id}/{file}", params(("id" = String, Path), ("file" = String, Path)),
    responses((status = 200, description = "The file", content_type = "application/pdf"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn file(
    State(app): State<App>,
    seer: Seer,
    Path((id, file)): Path<(String, String)>,
    _: NoQuery,
) -> Result<Response, Problem> {
    let briefing = find(&app, &seer, &id).await?;
    let form = file.strip_prefix("briefing.").unwrap_or_default();
    let (form, media_type) = FORMS
        .iter()
        .find(|(name, _)| *name == form)
        .ok_or_else(|| Problem::not_found("The files are briefing.pdf, briefing.html and briefing.xlsx."))?;
    let file = app.store.briefing_file(&briefing.id, form).await?;
    let file = file.ok_or_else(|| Problem::not_found("This briefing is not ready."))?;
    let order = &briefing.order;
    let name = format!(
        "lagebild-{}-{}-{}.{form}",
        order.kind, order.period, order.audience
    );
    let hash = blake3::Hash::from_bytes(file.hash).to_hex();
    let headers = [
        (header::CONTENT_TYPE, (*media_type).to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("inline; filename=\"{name}\""),
        ),
        (header::ETAG, format!("\"{hash}\"")),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    Ok((headers, file.content).into_response())
}
