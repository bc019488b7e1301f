//! Alerts: what the viewer's organisation was told.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use geojson::Geometry;
use jiff::Timestamp;
use lagebild_domain::alert::{Alert, AlertState, Content, Outcome, Subject, Told};
use lagebild_domain::disclosure::{AlertShown, Side};
use lagebild_domain::{AlertId, AlertScope, HotspotKind, HotspotState, LatLng, OrganisationId, Role, Viewer};
use serde::Serialize;
use utoipa::ToSchema;

use super::list::{List, Page};
use super::reports::point_geometry;
use crate::app::App;
use crate::problem::Problem;
use crate::query::{NoQuery, Query};
use crate::seer::Seer;

/// Alerts in one answer, where the query does not say.
const DEFAULT_LIMIT: usize = 100;

/// An alert as the viewer's organisation was told it. What was not released is null.
#[derive(Serialize, ToSchema)]
pub struct AlertItem {
    #[schema(example = "al-17")]
    id: String,
    /// hotspot, fact, notice, bulletin, talk, channel or silence.
    #[schema(value_type = String, example = "hotspot")]
    subject: Subject,
    /// Where it stands for this organisation: open, acknowledged, closed or recalled.
    #[schema(value_type = String, example = "open")]
    state: AlertState,
    /// True while what it is about goes on.
    is_firing: bool,
    /// One German line.
    headline: String,
    /// German sentences, as far as released.
    text: String,
    /// What a person has put right since it was first told; the text says it too.
    #[schema(required = true)]
    correction: Option<String>,
    /// Id of the hotspot, for whoever sees it on the map.
    #[schema(required = true)]
    hotspot: Option<String>,
    /// Kind of the hotspot.
    #[schema(required = true, value_type = Option<String>)]
    kind: Option<HotspotKind>,
    /// State of the hotspot.
    #[schema(required = true, value_type = Option<String>)]
    hotspot_state: Option<HotspotState>,
    /// Id of the district.
    #[schema(required = true)]
    area: Option<String>,
    #[schema(required = true)]
    area_name: Option<String>,
    #[schema(required = true)]
    place: Option<String>,
    /// GeoJSON polygon of the outline, or point.
    #[schema(required = true, value_type = Option<Object>)]
    geometry: Option<Geometry>,
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    #[schema(required = true)]
    observed: Option<f64>,
    #[schema(required = true)]
    expected: Option<f64>,
    #[schema(value_type = String, format = DateTime)]
    raised_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    changed_at: Timestamp,
    /// When this organisation was told first.
    #[schema(value_type = String, format = DateTime)]
    told_at: Timestamp,
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    acknowledged_at: Option<Timestamp>,
    /// The office that has taken it on.
    #[schema(required = true)]
    assigned_to: Option<String>,
    /// measure, observed, `passed_on`, `no_action` or `false_alarm`.
    #[schema(required = true, value_type = Option<String>)]
    outcome: Option<Outcome>,
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    closed_at: Option<Timestamp>,
    /// True when this organisation is one of those who send it, and so may recall and release it.
    is_sender: bool,
    /// Names and values that silences match.
    labels: std::collections::BTreeMap<String, String>,
}

/// An alert with its story.
#[derive(Serialize, ToSchema)]
pub(super) struct AlertDetail {
    #[serde(flatten)]
    alert: AlertItem,
    /// What was done, oldest first: senders see all, others their own and what the program and the senders did.
    history: Vec<HistoryLine>,
    /// Who was told, and what they answered: senders see all, others themselves and the senders.
    receivers: Vec<ReceiverItem>,
    /// Why each was told or was not: senders see all, others their own.
    reasons: Vec<ReasonItem>,
}

/// A line of an alert's history.
#[derive(Serialize, ToSchema)]
pub(super) struct HistoryLine {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// raised, changed, resolved, escalated, ack, assign, close, correct, recall or release.
    what: String,
    #[schema(required = true)]
    text: Option<String>,
    /// The organisation that did it; null where the program did.
    #[schema(required = true)]
    organisation: Option<String>,
}

/// A receiver of an alert.
#[derive(Serialize, ToSchema)]
pub(super) struct ReceiverItem {
    organisation: String,
    name: String,
    #[schema(value_type = String, format = DateTime)]
    told_at: Timestamp,
    #[schema(value_type = String, example = "acknowledged")]
    state: AlertState,
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    acknowledged_at: Option<Timestamp>,
    #[schema(required = true)]
    assigned_to: Option<String>,
    #[schema(required = true, value_type = Option<String>)]
    outcome: Option<Outcome>,
}

/// Why somebody was told or was not.
#[derive(Serialize, ToSchema)]
pub(super) struct ReasonItem {
    organisation: String,
    name: String,
    #[schema(required = true)]
    subscription: Option<String>,
    /// The reason as a word, such as `told`, `not_released`, `silenced`.
    why: &'static str,
    /// The reason in German.
    label: &'static str,
    /// The silence or the alert that it was held back for.
    #[schema(required = true)]
    because_of: Option<String>,
}

/// What of the content somebody of this role sees: the whole of a hotspot, and counts of reports, are the analysts'.
fn content_for(alert: &Alert, told: &Told, role: Role) -> Content {
    let content = &told.content;
    let is_of_records =
        content.hotspot.is_some() || matches!(content.subject, Subject::Fact | Subject::Notice);
    if role == Role::Analyst || !is_of_records {
        told.content.clone()
    } else {
        alert.content(AlertShown::THIN)
    }
}

fn outline_geometry(outline: &[LatLng]) -> Geometry {
    let ring: Vec<[f64; 2]> = outline
        .iter()
        .map(|at| [at.lng_degrees(), at.lat_degrees()])
        .collect();
    Geometry::new(geojson::GeometryValue::new_polygon([ring]))
}

impl AlertItem {
    pub(super) fn new(alert: &Alert, told: &Told, viewer: &Viewer, is_sender: bool) -> Self {
        let content = content_for(alert, told, viewer.role);
        let is_whole = content.hotspot.is_some() || content.kind.is_none();
        let geometry = if content.outline.len() > 3 {
            Some(outline_geometry(&content.outline))
        } else {
            content.center.map(point_geometry)
        };
        let is_told = |name: &str| is_whole || ["subject", "kind", "area"].contains(&name);
        let labels = alert.labels.0.iter().filter(|(name, _)| is_told(name));
        Self {
            id: alert.id.to_string(),
            subject: content.subject,
            state: told.state(),
            is_firing: alert.is_firing,
            headline: content.headline,
            text: content.text,
            correction: content.correction,
            hotspot: content.hotspot.map(|id| id.to_string()),
            kind: content.kind,
            hotspot_state: content.state,
            area: content.district.map(|id| id.to_string()),
            area_name: content.district_name,
            place: content.place,
            geometry,
            from: content.from,
            to: content.to,
            observed: content.observed,
            expected: content.expected,
            raised_at: alert.raised_at,
            changed_at: alert.changed_at,
            told_at: told.at,
            acknowledged_at: told.acknowledged_at,
            assigned_to: told.assigned_to.clone(),
            outcome: told.outcome,
            closed_at: told.closed_at,
            is_sender,
            labels: labels
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        }
    }
}

/// What every organisation may be told now.
pub(super) fn scopes(app: &App, now: Timestamp) -> Vec<AlertScope> {
    let sources = app.situation.vocabulary().sources();
    AlertScope::all(&app.partnership, sources, &app.releases, now)
}

/// Who sends alerts: the carriers and their bodies.
pub(super) fn senders(app: &App) -> Vec<OrganisationId> {
    let scopes = scopes(app, Timestamp::now());
    let sending = scopes.iter().filter(|scope| scope.side() != Side::Partner);
    sending.map(|scope| scope.organisation().clone()).collect()
}

/// Whether an organisation sent this alert; a bulletin is its writer's.
pub(super) fn sends(senders: &[OrganisationId], alert: &Alert, organisation: &OrganisationId) -> bool {
    match alert.labels.value("sender") {
        Some(sender) => sender == organisation.as_str(),
        None => senders.contains(organisation),
    }
}

/// Refuses those who have no part in alerts.
pub(super) fn takes_part(viewer: &Viewer) -> Result<(), Problem> {
    match viewer.role {
        Role::Analyst | Role::Management | Role::Partner | Role::Guest => Ok(()),
        Role::Steering | Role::Press | Role::Admin | Role::Auditor => Err(Problem::new(
            StatusCode::FORBIDDEN,
            "Alerts go to analysts, the management and partners; this role gets none.",
        )),
    }
}

/// Refuses those who may only look: who has no part, and who looks as another.
pub(super) fn may_act(seer: &Seer) -> Result<(), Problem> {
    takes_part(&seer.viewer)?;
    if seer.is_preview {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "Whoever looks as another organisation does nothing in its name.",
        ));
    }
    Ok(())
}

/// A request's body, or what would do.
pub(super) fn read<T>(body: Result<Json<T>, JsonRejection>, example: &str) -> Result<T, Problem> {
    body.map(|Json(body)| body).map_err(|rejection| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            format!("Send JSON such as {example}. ({})", rejection.body_text()),
        )
    })
}

/// The alert, if the viewer's organisation was told it.
pub(super) async fn find(app: &App, seer: &Seer, id: &str) -> Result<Alert, Problem> {
    takes_part(&seer.viewer)?;
    let unknown = || Problem::not_found("There is no such alert.");
    let id: AlertId = id.parse().map_err(|_| unknown())?;
    let alert = app.store.alert(id).await?.ok_or_else(unknown)?;
    if alert.told.contains_key(&seer.viewer.organisation) {
        Ok(alert)
    } else {
        Err(Problem::new(
            StatusCode::FORBIDDEN,
            "This alert was not told to your organisation.",
        ))
    }
}

/// Alerts that the viewer's organisation was told, newest first.
#[utoipa::path(get, path = "/api/v1/alerts",
    params(("state" = Option<String>, Query, description = "open, acknowledged, closed or recalled"),
        ("limit" = Option<u32>, Query, description = "1 to 1000, default 100"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<AlertItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<AlertItem>>, Problem> {
    takes_part(&seer.viewer)?;
    let mut query = Query::parse(query.as_deref());
    let limit = query.limit()?.unwrap_or(DEFAULT_LIMIT);
    let before: Option<u64> = query.read("next")?;
    let state: Option<AlertState> = query.read("state")?;
    query.finish()?;
    let organisation = &seer.viewer.organisation;
    let senders = senders(&app);
    let mut rows = Vec::new();
    let mut from = before;
    // A page of those in this state may lie far back.
    while rows.len() <= limit {
        let some = app.store.alerts(organisation, from, limit + 1).await?;
        from = some.last().map(|alert| alert.id.0);
        let is_end = some.len() <= limit;
        let is_wanted = |alert: &Alert| {
            let told = alert.told.get(organisation);
            told.is_some_and(|told| state.is_none_or(|state| told.state() == state))
        };
        rows.extend(some.into_iter().filter(is_wanted));
        if is_end {
            break;
        }
    }
    rows.truncate(limit + 1);
    let page = Page::new(rows, limit, |alert| alert.id.0);
    let items = page.rows.iter().filter_map(|alert| {
        let told = alert.told.get(organisation)?;
        let is_sender = sends(&senders, alert, organisation);
        Some(AlertItem::new(alert, told, &seer.viewer, is_sender))
    });
    Ok(Json(List {
        items: items.collect(),
        next: page.next,
        revision: seer.stamp(&app),
    }))
}

/// One alert, with what was done about it, who was told, and why.
#[utoipa::path(get, path = "/api/v1/alerts/{id}", params(("id" = String, Path)),
    responses((status = 200, body = AlertDetail),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn one(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
) -> Result<Json<AlertDetail>, Problem> {
    let alert = find(&app, &seer, &id).await?;
    detail(&app, &seer, &alert).map(Json)
}

pub(super) fn detail(app: &App, seer: &Seer, alert: &Alert) -> Result<AlertDetail, Problem> {
    let organisation = &seer.viewer.organisation;
    let told = alert
        .told
        .get(organisation)
        .ok_or_else(|| Problem::not_found("There is no such alert."))?;
    let senders = senders(app);
    let is_sender = sends(&senders, alert, organisation);
    let sees = |other: &OrganisationId| is_sender || other == organisation || sends(&senders, alert, other);
    let name_of = |id: &OrganisationId| app.partnership.name_of(id).unwrap_or(id.as_str()).to_owned();
    let history = alert.history.iter().filter(|entry| match &entry.by {
        Some(by) => sees(&by.organisation) && (is_sender || entry.what != "release"),
        // The words of what the program notes may name the place or other offices.
        None => is_sender || entry.what != "escalated",
    });
    let receivers = alert.told.iter().filter(|(receiver, _)| sees(receiver));
    let reasons = alert
        .reasons
        .iter()
        .filter(|reason| is_sender || reason.organisation == *organisation);
    Ok(AlertDetail {
        alert: AlertItem::new(alert, told, &seer.viewer, is_sender),
        history: history
            .map(|entry| HistoryLine {
                at: entry.at,
                what: entry.what.clone(),
                text: entry.text.clone(),
                organisation: entry.by.as_ref().map(|by| by.organisation.to_string()),
            })
            .collect(),
        receivers: receivers
            .map(|(receiver, told)| ReceiverItem {
                organisation: receiver.to_string(),
                name: name_of(receiver),
                told_at: told.at,
                state: told.state(),
                acknowledged_at: told.acknowledged_at,
                assigned_to: told.assigned_to.clone(),
                outcome: told.outcome,
            })
            .collect(),
        reasons: reasons
            .map(|reason| ReasonItem {
                organisation: reason.organisation.to_string(),
                name: name_of(&reason.organisation),
                subscription: reason.subscription.as_ref().map(ToString::to_string),
                why: reason.why.as_str(),
                label: reason.why.label(),
                because_of: reason.because_of.clone(),
            })
            .collect(),
    })
}
