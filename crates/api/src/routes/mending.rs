//! Mending the quarantine without the feed: words that no category is known for, and reading kept rows again.

use std::collections::HashMap;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use lagebild_domain::{CategoryId, Reviewer};
use lagebild_ingest::{FeedSpec, HeldRow, SHOWN_FROM_ROWS, looks_like_a_category, replay};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::list::List;
use super::sources::{TakenIn, owned};
use crate::app::App;
use crate::intake::Feed;
use crate::problem::Problem;
use crate::query::{NoQuery, Query};
use crate::seer::Seer;

/// Rows that are read from the store at once.
const AT_ONCE: usize = 1_000;
/// Rows that one request reads again or counts.
const MOST_ROWS: usize = 100_000;
const UNKNOWN_CATEGORY: &str = "unknown_category";

/// A word of a feed that no category is known for.
#[derive(Serialize, ToSchema)]
pub(super) struct UnknownWord {
    id: String,
    source: String,
    /// Name of the column.
    column: String,
    word: String,
    /// Rows in quarantine that hold it.
    rows: u64,
}

/// Words of the viewer's own feeds that no category is known for, the most frequent first. A word is told when at least five
/// rows hold it and it looks like a category: a single one may be a name.
#[utoipa::path(get, path = "/api/v1/unknown-categories",
    params(("limit" = Option<u32>, Query, description = "1 to 1000; without it, all"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<UnknownWord>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn unknown_words(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<UnknownWord>>, Problem> {
    let scope = seer.records()?;
    let mut query = Query::parse(query.as_deref());
    let mut items = Vec::new();
    for source in scope.sources().filter(|source| scope.owns(source.as_str())) {
        let Some(feed) = app.intake.feed(source.as_str()) else {
            continue;
        };
        let Some(column) = feed.spec.category_column() else {
            continue;
        };
        let mut words: HashMap<String, u64> = HashMap::new();
        for held in held_rows(&app, source.as_str(), Some(UNKNOWN_CATEGORY)).await? {
            if let Some(word) = held.row.values().get(column) {
                *words.entry(word.clone()).or_default() += 1;
            }
        }
        items.extend(
            words
                .into_iter()
                .filter(|(word, rows)| *rows >= u64::from(SHOWN_FROM_ROWS) && looks_like_a_category(word))
                .map(|(word, rows)| UnknownWord {
                    id: format!("{source}:{word}"),
                    source: source.to_string(),
                    column: column.to_owned(),
                    word,
                    rows,
                }),
        );
    }
    items.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.id.cmp(&b.id)));
    let list = List::page(
        items,
        |item: &UnknownWord| &item.id,
        &mut query,
        app.situation.revision(),
    )?;
    query.finish()?;
    Ok(Json(list))
}

/// A word and its category.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMapping {
    /// The feed's word, as `/api/v1/unknown-categories` tells it.
    word: String,
    /// Id of a category of the taxonomy.
    #[schema(value_type = String, example = "wilder_muell")]
    category: String,
}

/// Maps a word of a feed to a category, from now on and for the rows in quarantine, which are read again at once. What the
/// configuration maps stays as it is. The owner's analysts only; kept with role, organisation and time.
#[utoipa::path(post, path = "/api/v1/sources/{id}/categories", params(("id" = String, Path)), request_body = NewMapping,
    responses((status = 200, body = TakenIn),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn map_category(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
    body: Result<Json<NewMapping>, JsonRejection>,
) -> Result<Json<TakenIn>, Problem> {
    owned(seer.records()?, &id)?;
    let bad = |detail: &str| Problem::new(StatusCode::BAD_REQUEST, detail);
    let Json(NewMapping { word, category }) = body
        .map_err(|_| bad("Send JSON such as {\"word\": \"Sperrmüll\", \"category\": \"wilder_muell\"}."))?;
    let word = word.trim();
    if word.is_empty() || !looks_like_a_category(word) {
        return Err(bad("Give a word of 1 to 60 characters without digits."));
    }
    let category = app
        .situation
        .vocabulary()
        .taxonomy()
        .category(&category)
        .ok_or_else(|| bad("There is no such category (see /api/v1/taxonomy)."))?
        .id
        .clone();
    let feed = feed_of(&app, &id)?;
    if feed.spec.maps(word) {
        return Err(bad("The configuration maps this word already; change it there."));
    }
    let by = Reviewer::from(&seer.viewer);
    let source = &feed.spec.source.id;
    app.store
        .map_category(source, word, &category, &by, Timestamp::now())
        .await?;
    tracing::info!(source = %source, category = %category, organisation = %by.organisation, "a word of a feed was mapped");
    read_again(&app, feed, Some(UNKNOWN_CATEGORY)).await.map(Json)
}

/// Reads the rows of a source that are in quarantine again by its present section, without the feed: those that can be read
/// leave it. Rows that could not be cut into columns must come from their feed. The owner's analysts only.
#[utoipa::path(post, path = "/api/v1/sources/{id}/replay", params(("id" = String, Path)),
    responses((status = 200, body = TakenIn),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn replay_source(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    _: NoQuery,
) -> Result<Json<TakenIn>, Problem> {
    owned(seer.records()?, &id)?;
    read_again(&app, feed_of(&app, &id)?, None).await.map(Json)
}

fn feed_of<'a>(app: &'a App, source: &str) -> Result<&'a Feed, Problem> {
    app.intake
        .feed(source)
        .ok_or_else(|| Problem::not_found("There is no such source."))
}

/// The feed's section with the words that were mapped since.
pub(super) async fn present_spec(app: &App, feed: &Feed) -> Result<FeedSpec, Problem> {
    let words: Vec<(String, CategoryId)> = app.store.category_mappings(&feed.spec.source.id).await?;
    Ok(feed.spec.clone().with_categories(words))
}

async fn read_again(app: &App, feed: &Feed, code: Option<&str>) -> Result<TakenIn, Problem> {
    let places = feed.places()?;
    let spec = present_spec(app, feed).await?;
    let rows = held_rows(app, spec.source.id.as_str(), code).await?;
    let summary = replay(&spec, places, &feed.extent, rows, &app.store).await?;
    Ok(TakenIn::of(&summary))
}

/// Rows of the source in quarantine whose content is kept.
async fn held_rows(app: &App, source: &str, code: Option<&str>) -> Result<Vec<HeldRow>, Problem> {
    let mut held = Vec::new();
    let mut after = None;
    while held.len() < MOST_ROWS {
        let rows = app.store.quarantine(source, code, after, AT_ONCE).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.digest);
        held.extend(rows.into_iter().filter_map(|row| {
            Some(HeldRow {
                row: row.content?,
                file: row.file,
                line: row.line,
                digest: row.digest,
            })
        }));
    }
    Ok(held)
}
