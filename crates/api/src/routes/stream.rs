//! What is new, as it comes: Server-Sent Events.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream, StreamExt};
use jiff::Timestamp;
use lagebild_domain::{Alert, Kind, RecordScope, Revision, Status, Taxonomy, Viewer};
use lagebild_situation::{Seen, SeenReport};
use lagebild_store::StoreError;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::Instant;

use super::alerts::{AlertItem, senders, sends};
use super::hotspots::HotspotItem;
use super::reports::point_geometry;
use crate::app::App;
use crate::problem::Problem;
use crate::query::Query;
use crate::seer::{Credential, Seer, view_of};

/// How often it is looked whether the viewer is still one: whoever signs out, or loses a right, is cut off within seconds.
const CHECK: Duration = Duration::from_secs(2);
/// Silence after which a comment keeps the connection open.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

#[derive(Serialize)]
struct ReportEvent {
    id: u64,
    source: String,
    kind: Kind,
    category: String,
    theme: String,
    status: Status,
    /// Id of the district.
    area: Option<String>,
    occurred_from: Timestamp,
    geometry: Option<geojson::Geometry>,
    sequence: Revision,
}

#[derive(Serialize)]
struct RevisionEvent {
    revision: Revision,
    /// True when changes were lost and everything must be loaded anew.
    reload: bool,
}

/// Server-Sent Events `report`, `hotspot`, `alert` and `revision`. The event id is the revision; `Last-Event-ID` resumes without
/// loss or repeat, or, when too much has happened since, with a `revision` event that says `reload`.
#[utoipa::path(get, path = "/api/v1/stream",
    params(("Last-Event-ID" = Option<u64>, Header, description = "Revision to go on from")),
    responses((status = 200, content_type = "text/event-stream", body = String),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn stream(
    State(app): State<App>,
    seer: Seer,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<impl IntoResponse, Problem> {
    Query::parse(query.as_deref()).finish()?;
    let scope = seer.records()?.clone();
    let (viewer, credential) = (seer.viewer, seer.credential);
    let resumed = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.trim().parse().ok())
        .map(Revision);
    let events = events(app, credential, viewer, scope, resumed).map(Ok::<_, Infallible>);
    let sse = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    Ok((
        [
            (header::CACHE_CONTROL, "no-store"),
            (header::HeaderName::from_static("x-accel-buffering"), "no"),
        ],
        sse,
    ))
}

struct Follower {
    app: App,
    credential: Credential,
    viewer: Viewer,
    scope: RecordScope,
    check_at: Instant,
    last: Revision,
    /// True until the first event has told the client where it stands.
    is_new: bool,
    moved: watch::Receiver<Option<Revision>>,
    stopping: watch::Receiver<bool>,
}

fn events(
    app: App,
    credential: Credential,
    viewer: Viewer,
    scope: RecordScope,
    resumed: Option<Revision>,
) -> impl Stream<Item = Event> {
    let follower = Follower {
        moved: app.picture_revision.clone(),
        stopping: app.stopping.clone(),
        last: resumed.unwrap_or_else(|| app.situation.revision()),
        is_new: true,
        check_at: Instant::now() + CHECK,
        app,
        credential,
        viewer,
        scope,
    };
    stream::unfold(follower, |mut follower| async move {
        let batch = follower.next_batch().await?;
        Some((stream::iter(batch), follower))
    })
    .flatten()
}

impl Follower {
    /// The next events; `None` when the server stops, or the viewer has lost a right.
    async fn next_batch(&mut self) -> Option<Vec<Event>> {
        loop {
            let is_stopping = *self.stopping.borrow();
            if is_stopping || !self.is_still_allowed().await {
                return None;
            }
            self.moved.borrow_and_update();
            let batch = self.changes().await;
            self.is_new &= batch.is_empty();
            if !batch.is_empty() {
                return Some(batch);
            }
            tokio::select! {
                moved = self.moved.changed() => moved.ok()?,
                stopping = self.stopping.changed() => stopping.ok()?,
                () = tokio::time::sleep_until(self.check_at) => {}
            }
        }
    }

    /// What came since the last event, in the order in which it became visible.
    async fn changes(&mut self) -> Vec<Event> {
        match self.app.situation.changes_since(&self.scope, self.last) {
            Ok((seen, revision)) if revision > self.last || self.is_new => {
                // Nothing is lost while the store is out of reach: it is asked again from the same place.
                let Ok(alerts) = self.alerts(revision).await else {
                    return Vec::new();
                };
                self.last = self.last.max(revision);
                let taxonomy = self.app.situation.vocabulary().taxonomy();
                let mut batch: Vec<(Revision, Event)> = seen
                    .iter()
                    .filter_map(|seen| Some((revision_of(seen), event_of(seen, taxonomy)?)))
                    .collect();
                batch.extend(alerts);
                batch.sort_by_key(|(at, _)| *at);
                let mut batch: Vec<Event> = batch.into_iter().map(|(_, event)| event).collect();
                batch.extend(revision_event(self.last, false));
                batch
            }
            Ok(_) => Vec::new(),
            Err(_) => {
                self.last = self.app.situation.revision();
                revision_event(self.last, true).into_iter().collect()
            }
        }
    }

    /// The alerts of the viewer's organisation that changed since the last event.
    async fn alerts(&self, up_to: Revision) -> Result<Vec<(Revision, Event)>, StoreError> {
        let organisation = &self.viewer.organisation;
        let changed = self
            .app
            .store
            .alerts_changed(organisation, self.last, up_to)
            .await?;
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let senders = senders(&self.app);
        let told = |alert: &Alert| {
            let told = alert.told.get(organisation)?;
            let is_sender = sends(&senders, alert, organisation);
            let item = AlertItem::new(alert, told, &self.viewer, is_sender);
            Some((alert.revision, event("alert", alert.revision, &item)?))
        };
        Ok(changed.iter().filter_map(told).collect())
    }

    /// False when the sign-in has ended or sources have been given or taken: the client asks anew and sees what it may.
    async fn is_still_allowed(&mut self) -> bool {
        if Instant::now() < self.check_at {
            return true;
        }
        self.check_at = Instant::now() + CHECK;
        match self.credential.viewer(&self.app).await {
            Ok(Some(viewer)) => match view_of(&self.app, &viewer).records() {
                Ok(scope) if scope.sources().eq(self.scope.sources()) => {
                    self.scope = scope.clone();
                    true
                }
                _ => false,
            },
            Ok(None) => false,
            // Nothing new comes while the store is out of reach; it is asked again soon.
            Err(_) => true,
        }
    }
}

fn event_of(seen: &Seen, taxonomy: &Taxonomy) -> Option<Event> {
    match seen {
        Seen::Report(report) => event("report", report.sequence, &report_event(report)),
        Seen::Hotspot(hotspot) => event("hotspot", hotspot.revision, &HotspotItem::new(hotspot, taxonomy)),
    }
}

fn revision_of(seen: &Seen) -> Revision {
    match seen {
        Seen::Report(report) => report.sequence,
        Seen::Hotspot(hotspot) => hotspot.revision,
    }
}

fn report_event(report: &SeenReport) -> ReportEvent {
    ReportEvent {
        id: report.id.0,
        source: report.source.to_string(),
        kind: report.kind,
        category: report.category.to_string(),
        theme: report.theme.to_string(),
        status: report.status,
        area: report.area.as_ref().map(ToString::to_string),
        occurred_from: report.occurred_from,
        geometry: report.point.map(point_geometry),
        sequence: report.sequence,
    }
}

fn revision_event(revision: Revision, reload: bool) -> Option<Event> {
    event("revision", revision, &RevisionEvent { revision, reload })
}

fn event(name: &str, revision: Revision, data: &impl Serialize) -> Option<Event> {
    Event::default()
        .event(name)
        .id(revision.to_string())
        .json_data(data)
        .ok()
}
