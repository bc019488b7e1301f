//! Links between reports of one happening.

use std::collections::{BTreeMap, HashMap};

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use jiff::Timestamp;
use lagebild_domain::link::{Link, LinkState};
use lagebild_domain::{RecordScope, ReportId, Reviewer, Role};
use serde::Serialize;
use utoipa::ToSchema;

use super::list::List;
use super::reports;
use crate::app::App;
use crate::problem::Problem;
use crate::query::{NoQuery, Query};
use crate::seer::Seer;

/// Links in one answer, where the query does not say.
const DEFAULT_LIMIT: usize = 100;

/// Two reports that may tell of one happening. Each stays what it is, with its owner, deadline and release; a viewer sees the
/// link who sees both reports at their points.
#[derive(Serialize, ToSchema)]
pub(super) struct LinkItem {
    id: String,
    reports: Vec<LinkEnd>,
    /// proposed, linked, confirmed or undone.
    #[schema(value_type = String, example = "linked")]
    state: LinkState,
    /// How likely the two tell of one happening, 0 to 1, by place, time, category and words.
    score: f64,
    distance_m: f64,
    /// Seconds between their spans of time; 0 where they overlap.
    gap_s: i64,
    #[schema(value_type = String, format = DateTime)]
    found_at: Timestamp,
    /// Who decided, by role and organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided: Option<Decision>,
}

/// One report of a link: who said it, and when.
#[derive(Serialize, ToSchema)]
pub(super) struct LinkEnd {
    id: u64,
    source: String,
    owner: String,
    /// When its owner was told; when it was received here where the feed does not say.
    #[schema(value_type = String, format = DateTime)]
    told_at: Timestamp,
    /// True for the one that was told first: a joint look counts the happening once, there.
    is_first: bool,
}

/// What a person decided about a link.
#[derive(Serialize, ToSchema)]
pub(super) struct Decision {
    #[schema(value_type = String, example = "analyst")]
    role: Role,
    organisation: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// `17-42`, the two reports' numbers.
fn id_of(link: &Link) -> String {
    format!("{}-{}", link.first.0, link.second.0)
}

fn parse(id: &str) -> Option<(ReportId, ReportId)> {
    let (first, second) = id.split_once('-')?;
    let number = |text: &str| text.parse::<u32>().ok().map(|number| ReportId(u64::from(number)));
    Some((number(first)?, number(second)?))
}

/// For each report the numbers of those that are linked with it, as far as the viewer may know of them.
pub(super) async fn linked_with(
    app: &App,
    scope: &RecordScope,
    ids: &[ReportId],
) -> Result<HashMap<ReportId, Vec<u64>>, Problem> {
    let mut links = app.store.links_of(ids).await?;
    links.retain(|link| link.state.holds());
    let mut linked: HashMap<ReportId, Vec<u64>> = HashMap::new();
    for item in shown(app, scope, links).await? {
        if let [one, other] = item.reports.as_slice() {
            linked.entry(ReportId(one.id)).or_default().push(other.id);
            linked.entry(ReportId(other.id)).or_default().push(one.id);
        }
    }
    Ok(linked)
}

/// The links of which the viewer sees both ends at their points: a report that is shown by its district only would else be
/// found by the point of the other.
async fn shown(app: &App, scope: &RecordScope, links: Vec<Link>) -> Result<Vec<LinkItem>, Problem> {
    let mut ids: Vec<ReportId> = links.iter().flat_map(|link| [link.first, link.second]).collect();
    ids.sort_unstable();
    ids.dedup();
    let sources = app.situation.vocabulary().sources();
    let ends: BTreeMap<ReportId, (String, String, Timestamp)> = app
        .store
        .reports(scope, &ids)
        .await?
        .into_iter()
        .filter(|recorded| reports::is_shown_at_its_point(app, scope, &recorded.report))
        .filter_map(|recorded| {
            let report = recorded.report;
            let owner = &sources.iter().find(|source| source.id == report.source)?.owner;
            let told_at = report.reported_at.unwrap_or(recorded.received_at);
            Some((
                recorded.id,
                (report.source.to_string(), owner.to_string(), told_at),
            ))
        })
        .collect();
    let end = |id: ReportId| {
        let (source, owner, told_at) = ends.get(&id)?;
        Some(LinkEnd {
            id: id.0,
            source: source.clone(),
            owner: owner.clone(),
            told_at: *told_at,
            is_first: false,
        })
    };
    Ok(links
        .into_iter()
        .filter_map(|link| {
            let mut reports = vec![end(link.first)?, end(link.second)?];
            let first = reports.iter_mut().min_by_key(|end| (end.told_at, end.id))?;
            first.is_first = true;
            Some(LinkItem {
                id: id_of(&link),
                reports,
                state: link.state,
                score: link.likeness.score,
                distance_m: link.likeness.distance_m,
                gap_s: link.likeness.gap_seconds,
                found_at: link.found_at,
                decided: link.decided.map(|(by, at)| Decision {
                    role: by.role,
                    organisation: by.organisation.to_string(),
                    at,
                }),
            })
        })
        .collect())
}

/// Links between reports that may tell of one happening, in the order of their reports.
#[utoipa::path(get, path = "/api/v1/links",
    params(("state" = Option<String>, Query, description = "By comma: proposed, linked, confirmed, undone; all without it"),
        ("limit" = Option<u32>, Query, description = "1 to 1000, default 100"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<LinkItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<LinkItem>>, Problem> {
    let scope = seer.records()?;
    let mut query = Query::parse(query.as_deref());
    let limit = query.limit()?.unwrap_or(DEFAULT_LIMIT);
    let states = match query.take("state") {
        None => LinkState::ALL.to_vec(),
        Some(words) => words
            .split(',')
            .map(|word| {
                word.parse()
                    .map_err(|error: lagebild_domain::report::UnknownWord| {
                        Problem::parameter("state", error.to_string())
                    })
            })
            .collect::<Result<Vec<LinkState>, _>>()?,
    };
    let mut after = match query.take("next") {
        None => (ReportId(0), ReportId(0)),
        Some(next) => parse(&next)
            .ok_or_else(|| Problem::parameter("next", "not a value of `next` from an earlier answer"))?,
    };
    query.finish()?;
    let revision = app.situation.revision();
    let mut items = Vec::new();
    let mut has_more = true;
    // Links that the viewer may not see are passed over, and leave no gap that could be counted.
    while has_more && items.len() <= limit {
        let links = app.store.links(&states, after, limit + 1).await?;
        has_more = links.len() > limit;
        if let Some(last) = links.last() {
            after = (last.first, last.second);
        }
        items.extend(shown(&app, scope, links).await?);
    }
    let has_more = items.len() > limit;
    items.truncate(limit);
    Ok(Json(List {
        next: items.last().filter(|_| has_more).map(|last| last.id.clone()),
        items,
        revision,
    }))
}

/// Confirms that two reports tell of one happening. Kept with role, organisation and time.
#[utoipa::path(post, path = "/api/v1/links/{id}/confirm", params(("id" = String, Path)),
    responses((status = 200, body = LinkItem),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn confirm(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
) -> Result<Json<LinkItem>, Problem> {
    decide(&app, &seer, &id, LinkState::Confirmed).await
}

/// Undoes a link: the two reports tell of two happenings. It is not proposed again. Kept with role, organisation and time.
#[utoipa::path(post, path = "/api/v1/links/{id}/undo", params(("id" = String, Path)),
    responses((status = 200, body = LinkItem),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn undo(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
) -> Result<Json<LinkItem>, Problem> {
    decide(&app, &seer, &id, LinkState::Undone).await
}

/// Who sees both reports may decide; for anyone else there is no such link.
async fn decide(app: &App, seer: &Seer, id: &str, state: LinkState) -> Result<Json<LinkItem>, Problem> {
    let scope = seer.records()?;
    let unknown = || Problem::not_found("There is no such link between reports that you see.");
    let (first, second) = parse(id).ok_or_else(unknown)?;
    let find = async || -> Result<LinkItem, Problem> {
        let mut links = app.store.links_of(&[first]).await?;
        links.retain(|link| (link.first, link.second) == (first, second));
        shown(app, scope, links).await?.pop().ok_or_else(unknown)
    };
    find().await?;
    let by = Reviewer::from(&seer.viewer);
    let at = Timestamp::now();
    if !app.store.decide_link((first, second), state, &by, at).await? {
        return Err(unknown());
    }
    tracing::info!(link = id, state = %state, organisation = %by.organisation, "a link was decided");
    Ok(Json(find().await?))
}
