//! The figures for a filter.

use axum::Json;
use axum::extract::{RawQuery, State};
use jiff::Timestamp;
use jiff::civil::Date;
use lagebild_domain::disclosure::Sight;
use lagebild_domain::{Kind, Revision};
use lagebild_situation::{Count, Lage, PublicLage};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::problem::Problem;
use crate::query::{FilterWords, Query};
use crate::seer::Seer;

/// The figures for a filter.
#[derive(Serialize, ToSchema)]
pub(super) struct LageAnswer {
    /// The window they speak of; null when there are no reports at all.
    #[schema(required = true)]
    window: Option<WindowAnswer>,
    /// Reports in the window.
    total: u64,
    /// Reports in the window of the same length just before.
    previous_total: u64,
    /// Reports in the same days a year before; null when the data do not reach back that far.
    #[schema(required = true)]
    year_before_total: Option<u64>,
    by_kind: Vec<KindCount>,
    by_theme: Vec<ThemeCount>,
    by_area: Vec<AreaCount>,
    /// Each day of the window; a report that touches several days counts on each by the time it shares with it. Empty for
    /// viewers of counts.
    by_day: Vec<DayCount>,
    /// Each published week, for viewers of counts; empty for viewers of records.
    by_week: Vec<WeekCount>,
    /// 168 weights, Monday 0:00 first, in Berlin; empty for viewers of counts.
    by_hour_of_week: Vec<f64>,
    /// Reports that say nothing about the hour.
    hours_unknown: u64,
    /// Reports of which it is not said whether they fit the filter; always 0 for viewers of records.
    suppressed: u64,
    /// State of the data; for viewers of counts, number of the newest publication.
    #[schema(value_type = u64)]
    revision: Revision,
}

/// A half-open span of time.
#[derive(Serialize, ToSchema)]
pub(super) struct WindowAnswer {
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
}

/// Reports of a kind.
#[derive(Serialize, ToSchema)]
pub(super) struct KindCount {
    kind: String,
    count: u64,
}

/// Reports of a theme.
#[derive(Serialize, ToSchema)]
pub(super) struct ThemeCount {
    theme: String,
    count: u64,
}

/// Reports of a district; null for those that lie in none or are not known to lie in one.
#[derive(Serialize, ToSchema)]
pub(super) struct AreaCount {
    #[schema(required = true)]
    area: Option<String>,
    name: String,
    count: u64,
}

/// Reports of a day by kind.
#[derive(Serialize, ToSchema)]
pub(super) struct DayCount {
    #[schema(value_type = String, format = Date)]
    day: Date,
    complaint: f64,
    incident: f64,
    perception: f64,
}

/// Published counts of a week by kind.
#[derive(Serialize, ToSchema)]
pub(super) struct WeekCount {
    /// The week of ISO 8601.
    #[schema(example = "2026-W46")]
    week: String,
    /// Its first day.
    #[schema(value_type = String, format = Date)]
    monday: Date,
    /// All of them, whether their kind is said or not.
    total: u64,
    complaint: u64,
    incident: u64,
    perception: u64,
}

/// The figures for a filter.
#[utoipa::path(get, path = "/api/v1/lage", params(FilterWords),
    responses((status = 200, body = LageAnswer),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn lage(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<LageAnswer>, Problem> {
    let query = Query::parse(query.as_deref());
    let vocabulary = app.situation.vocabulary();
    let (answer, revision) = match seer.sight()? {
        Sight::Records(scope) => {
            let filter = query.filter(vocabulary, scope)?;
            let revision = app.situation.revision();
            let lage = app.situation.lage(scope, &filter);
            (lage.map(|lage| answer(&app, lage, revision)), revision)
        }
        Sight::Counts(scope) => {
            let question = query.public_question(vocabulary)?;
            let lage = app.situation.public_lage(scope, &question);
            (lage.map(|lage| published(&app, lage)), seer.stamp(&app))
        }
    };
    Ok(Json(answer.unwrap_or_else(|| nothing(revision))))
}

fn answer(app: &App, lage: Lage, revision: Revision) -> LageAnswer {
    let areas = app.situation.vocabulary().areas();
    let named = |Count { id, count }: Count| AreaCount {
        name: id
            .as_deref()
            .and_then(|id| areas.by_id(id))
            .map_or_else(|| "ohne Stadtbezirk".to_owned(), |area| area.name.clone()),
        area: id,
        count,
    };
    LageAnswer {
        window: Some(WindowAnswer {
            from: lage.window.from,
            to: lage.window.to,
        }),
        total: lage.total,
        previous_total: lage.previous_total,
        year_before_total: lage.year_before_total,
        by_kind: lage
            .by_kind
            .into_iter()
            .filter_map(|count| {
                Some(KindCount {
                    kind: count.id?,
                    count: count.count,
                })
            })
            .collect(),
        by_theme: lage
            .by_theme
            .into_iter()
            .filter_map(|count| {
                Some(ThemeCount {
                    theme: count.id?,
                    count: count.count,
                })
            })
            .collect(),
        by_area: lage.by_area.into_iter().map(named).collect(),
        by_day: lage
            .by_day
            .into_iter()
            .map(|day| {
                let of = |kind: Kind| rounded(day.by_kind[kind as usize]);
                DayCount {
                    day: day.day,
                    complaint: of(Kind::Complaint),
                    incident: of(Kind::Incident),
                    perception: of(Kind::Perception),
                }
            })
            .collect(),
        by_week: Vec::new(),
        by_hour_of_week: lage.by_hour_of_week.into_iter().map(rounded).collect(),
        hours_unknown: lage.hours_unknown,
        suppressed: 0,
        revision,
    }
}

/// What was published of some weeks. Counts leave out reports of which it is not said whether they fit; `suppressed` says
/// how many those could be.
fn published(app: &App, lage: PublicLage) -> LageAnswer {
    let areas = app.situation.vocabulary().areas();
    LageAnswer {
        window: lage
            .from
            .start()
            .zip(lage.to.start())
            .map(|(from, to)| WindowAnswer { from, to }),
        total: lage.total.count,
        previous_total: lage.previous.count,
        year_before_total: lage.year_before.map(|figure| figure.count),
        by_kind: lage
            .by_kind
            .into_iter()
            .map(|(kind, figure)| KindCount {
                kind: kind.to_string(),
                count: figure.count,
            })
            .collect(),
        by_theme: lage
            .by_theme
            .into_iter()
            .map(|(theme, figure)| ThemeCount {
                theme: theme.to_string(),
                count: figure.count,
            })
            .collect(),
        by_area: lage
            .by_area
            .into_iter()
            .map(|(area, figure)| AreaCount {
                name: areas
                    .by_id(area.as_str())
                    .map_or_else(|| area.to_string(), |area| area.name.clone()),
                area: Some(area.to_string()),
                count: figure.count,
            })
            .collect(),
        by_day: Vec::new(),
        by_week: lage
            .by_week
            .into_iter()
            .map(|(week, total, [complaint, incident, perception])| WeekCount {
                week: week.to_string(),
                monday: week.monday(),
                total: total.count,
                complaint: complaint.count,
                incident: incident.count,
                perception: perception.count,
            })
            .collect(),
        by_hour_of_week: Vec::new(),
        hours_unknown: 0,
        suppressed: lage.total.withheld,
        revision: Revision(lage.number),
    }
}

/// To a thousandth: finer is noise of the division.
fn rounded(weight: f64) -> f64 {
    (weight * 1_000.0).round() / 1_000.0
}

fn nothing(revision: Revision) -> LageAnswer {
    LageAnswer {
        window: None,
        total: 0,
        previous_total: 0,
        year_before_total: None,
        by_kind: Vec::new(),
        by_theme: Vec::new(),
        by_area: Vec::new(),
        by_day: Vec::new(),
        by_week: Vec::new(),
        by_hour_of_week: vec![0.0; 168],
        hours_unknown: 0,
        suppressed: 0,
        revision,
    }
}
