//! The Common Alerting Protocol: documents that a person released, and their feed.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use jiff::Timestamp;
use lagebild_domain::alert::{Alert, Content, Subject};
use lagebild_domain::disclosure::AlertShown;
use lagebild_domain::{AlertId, OrganisationId, Role};
use lagebild_store::CapRecord;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::alerts::{find, may_act, read, senders, sends, takes_part};
use crate::app::App;
use crate::cap_document::{CapDocument, CapIssue, Xml, cap_time, escaped};
use crate::problem::Problem;
use crate::query::NoQuery;
use crate::seer::Seer;

/// Documents that the feed looks through.
const MOST_DOCUMENTS: usize = 500;

/// What is released as a document.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CapRelease {
    /// `restricted`: thin, to everybody who was told the alert; `private`: to one of them, with what it was told.
    #[schema(example = "restricted")]
    scope: String,
    /// The receiver of a private one.
    organisation: Option<String>,
}

/// A released document.
#[derive(Serialize, ToSchema)]
pub(super) struct CapItem {
    id: String,
    /// Alert, Update or Cancel.
    message_type: String,
    #[schema(value_type = String, format = DateTime)]
    sent: Timestamp,
    /// Where it is.
    href: String,
}

impl From<&CapDocument> for CapItem {
    fn from(document: &CapDocument) -> Self {
        Self {
            id: document.identifier.clone(),
            message_type: document.message_type.clone(),
            sent: document.sent,
            href: format!("/cap/{}.xml", document.identifier),
        }
    }
}

/// A document about an alert, to be written under its number.
fn issue(
    app: &App,
    alert: AlertId,
    content: Content,
    addresses: Option<String>,
    sender_name: String,
) -> CapIssue {
    CapIssue {
        alert,
        content,
        addresses,
        sender_name,
        sent: Timestamp::now(),
        cancels: None,
        sender: app.alerting.cap_sender.to_string(),
        city: app.city.to_string(),
        address: app.alerting.address.to_string(),
        is_exercise: app.demo,
    }
}

/// Releases an alert as a CAP document: a person's act, of those who send it. Again for the same receivers, it is an update.
#[utoipa::path(post, path = "/api/v1/alerts/{id}/cap", params(("id" = String, Path)), request_body = CapRelease,
    responses((status = 201, body = CapItem),
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
    body: Result<Json<CapRelease>, JsonRejection>,
) -> Result<(StatusCode, Json<CapItem>), Problem> {
    may_act(&seer)?;
    let alert = find(&app, &seer, &id).await?;
    let organisation = &seer.viewer.organisation;
    let may_release = matches!(seer.viewer.role, Role::Analyst | Role::Management);
    if !may_release || !sends(&senders(&app), &alert, organisation) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "Only those who send an alert release it.",
        ));
    }
    if alert.is_recalled || alert.facts.subject == Subject::Talk {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "What was recalled, and a request to talk, is not released as a document.",
        ));
    }
    let wanted = read(body, r#"{"scope": "restricted"}"#)?;
    let (addresses, content) = match (wanted.scope.as_str(), wanted.organisation) {
        ("restricted", None) => (None, for_all(&alert)),
        ("private", Some(to)) => {
            let told = alert.told.iter().find(|(told, _)| told.as_str() == to);
            let (to, told) = told.filter(|(_, told)| !told.is_withdrawn).ok_or_else(|| {
                Problem::new(
                    StatusCode::BAD_REQUEST,
                    "This organisation was not told the alert.",
                )
            })?;
            (Some(to.to_string()), told.content.clone())
        }
        _ => {
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "Send {\"scope\": \"restricted\"}, or {\"scope\": \"private\", \"organisation\": \"…\"}.",
            ));
        }
    };
    let name = app
        .partnership
        .name_of(organisation)
        .unwrap_or(organisation.as_str())
        .to_owned();
    let issue = issue(&app, alert.id, content, addresses, name);
    let make = |number, earlier: &[CapRecord]| issue.record(number, earlier);
    let record = app.store.add_cap_document(alert.id, make).await?;
    let document =
        CapDocument::of(&record).ok_or_else(|| Problem::not_found("There is no such document."))?;
    tracing::info!(alert = %alert.id, document = %document.identifier, organisation = %organisation,
        "an alert was released as a CAP document");
    Ok((StatusCode::CREATED, Json(CapItem::from(&document))))
}

/// What everybody who was told may know: what a person wrote, and of all else what any receiver gets.
fn for_all(alert: &Alert) -> Content {
    let is_written = matches!(alert.facts.subject, Subject::Bulletin);
    alert.content(if is_written {
        AlertShown::WHOLE
    } else {
        AlertShown::THIN
    })
}

/// What becomes of the documents that were released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Following {
    /// They are put right: an update each.
    Correction,
    /// They are taken back: a cancel each.
    Recall,
}

/// Follows every document of an alert with an update or a cancel, for the same receivers.
pub(super) async fn follow(app: &App, id: &str, following: Following) -> Result<(), Problem> {
    let Ok(id) = id.parse::<AlertId>() else {
        return Ok(());
    };
    let Some(alert) = app.store.alert(id).await? else {
        return Ok(());
    };
    let documents: Vec<CapDocument> = app
        .store
        .cap_documents_of(id)
        .await?
        .iter()
        .filter_map(CapDocument::of)
        .collect();
    let mut addressed: Vec<&Option<String>> = documents.iter().map(|document| &document.addresses).collect();
    addressed.sort();
    addressed.dedup();
    let reason = alert.history.iter().rev().find(|entry| entry.what == "recall");
    let reason = reason.and_then(|entry| entry.text.clone()).unwrap_or_default();
    for addresses in addressed {
        let Some(latest) = documents
            .iter()
            .rev()
            .find(|document| document.addresses == *addresses)
        else {
            continue;
        };
        let content = match following {
            Following::Recall => latest.content.clone(),
            Following::Correction => latest.content.clone().corrected(alert.corrections.last()),
        };
        let name = latest.sender_name.clone();
        let issue = CapIssue {
            cancels: (following == Following::Recall).then(|| reason.clone()),
            ..issue(app, id, content, addresses.clone(), name)
        };
        let make = |number, earlier: &[CapRecord]| issue.record(number, earlier);
        app.store.add_cap_document(id, make).await?;
    }
    Ok(())
}

/// True when the document is for this organisation.
async fn is_for(
    app: &App,
    document: &CapDocument,
    alert: AlertId,
    organisation: &OrganisationId,
) -> Result<bool, Problem> {
    if let Some(addresses) = &document.addresses {
        return Ok(addresses == organisation.as_str());
    }
    let alert = app.store.alert(alert).await?;
    Ok(alert.is_some_and(|alert| alert.told.contains_key(organisation)))
}

/// The feed (Atom) of the documents for the viewer's organisation, newest first.
pub(crate) async fn feed(
    State(app): State<App>,
    seer: Seer,
    headers: HeaderMap,
    _: NoQuery,
) -> Result<impl IntoResponse, Problem> {
    takes_part(&seer.viewer)?;
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("localhost");
    let scheme = headers
        .get("x-forwarded-proto")
        .and_then(|scheme| scheme.to_str().ok())
        .filter(|scheme| *scheme == "https")
        .unwrap_or("http");
    let base = escaped(&format!("{scheme}://{host}"));
    let mut entries = Xml(String::new());
    let mut updated = Timestamp::UNIX_EPOCH;
    for record in app.store.cap_documents(MOST_DOCUMENTS).await? {
        let Some(document) = CapDocument::of(&record) else {
            continue;
        };
        if !is_for(&app, &document, record.alert, &seer.viewer.organisation).await? {
            continue;
        }
        updated = updated.max(document.sent);
        entries.open("entry");
        entries.leaf(
            "id",
            &format!("{scheme}://{host}/cap/{}.xml", document.identifier),
        );
        entries.leaf(
            "title",
            &format!("{}: {}", document.message_type, document.content.headline),
        );
        entries.leaf("updated", &cap_time(document.sent));
        entries.leaf("summary", &document.content.text);
        let href = format!("{base}/cap/{}.xml", escaped(&document.identifier));
        entries.empty(&format!(
            "link rel=\"alternate\" type=\"application/cap+xml\" href=\"{href}\""
        ));
        entries.close("entry");
    }
    let mut feed = Xml::default();
    feed.open("feed xmlns=\"http://www.w3.org/2005/Atom\"");
    feed.leaf("id", &format!("{scheme}://{host}/cap/alerts.atom"));
    feed.leaf(
        "title",
        &format!("Lagebild {}: freigegebene Mitteilungen", app.city),
    );
    feed.leaf("updated", &cap_time(updated));
    feed.open("author");
    feed.leaf("name", &app.alerting.cap_sender);
    feed.close("author");
    feed.empty(&format!(
        "link rel=\"self\" type=\"application/atom+xml\" href=\"{base}/cap/alerts.atom\""
    ));
    feed.0.push_str(&entries.0);
    feed.close("feed");
    let kind = "application/atom+xml; charset=utf-8";
    Ok((
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "private, no-cache"),
        ],
        feed.0,
    ))
}

/// One document.
pub(crate) async fn document(
    State(app): State<App>,
    seer: Seer,
    Path(file): Path<String>,
    _: NoQuery,
) -> Result<impl IntoResponse, Problem> {
    takes_part(&seer.viewer)?;
    let unknown = || Problem::not_found("There is no such document.");
    let id = file.strip_suffix(".xml").ok_or_else(unknown)?;
    let record = app.store.cap_document(id).await?.ok_or_else(unknown)?;
    let document = CapDocument::of(&record).ok_or_else(unknown)?;
    if !is_for(&app, &document, record.alert, &seer.viewer.organisation).await? {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "This document is not addressed to your organisation.",
        ));
    }
    let kind = "application/cap+xml; charset=utf-8";
    Ok((
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "private, no-cache"),
        ],
        document.xml(),
    ))
}
