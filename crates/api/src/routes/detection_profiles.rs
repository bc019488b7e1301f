//! How often each detection profile may be wrong, and how often it was.

use axum::Json;
use axum::extract::{RawQuery, State};
use lagebild_domain::{AlarmTally, HotspotKind, Rate};
use serde::Serialize;
use utoipa::ToSchema;

use super::list::List;
use crate::app::App;
use crate::problem::Problem;
use crate::query::Query;
use crate::seer::Seer;

/// The alarms of a profile in the last 365 days, and what persons said of them.
#[derive(Serialize, ToSchema)]
pub(super) struct ProfileItem {
    id: String,
    /// beschwerdehotspot, brennpunkt or angstraum.
    #[schema(value_type = String, example = "angstraum")]
    kind: HotspotKind,
    /// False alarms a year that the setting allows.
    false_alarms_per_year: f64,
    /// Days counted: 365, or as long as the profile has been looking.
    days: f64,
    /// Hotspots first seen in these days.
    alarms: usize,
    /// Those of them that a person has confirmed.
    confirmed: usize,
    /// Those of them that a person has dismissed.
    dismissed: usize,
    /// Those of them that nobody has judged.
    unjudged: usize,
    /// Dismissed alarms a year; null before four weeks of looks.
    #[schema(required = true)]
    realised: Option<RateItem>,
}

/// A rate with its 95 % interval.
#[derive(Serialize, ToSchema)]
pub(super) struct RateItem {
    value: f64,
    low: f64,
    high: f64,
}

impl From<AlarmTally> for ProfileItem {
    fn from(tally: AlarmTally) -> Self {
        Self {
            unjudged: tally.unjudged(),
            id: tally.profile,
            kind: tally.kind,
            false_alarms_per_year: tally.false_alarms_per_year,
            days: tally.days,
            alarms: tally.alarms,
            confirmed: tally.confirmed,
            dismissed: tally.dismissed,
            realised: tally
                .realised
                .map(|Rate { value, low, high }| RateItem { value, low, high }),
        }
    }
}

/// For each detection profile that goes by chance: false alarms that its setting allows, alarms of the last 365 days, and
/// how many of them persons confirmed or dismissed. Only profiles all of whose sources the viewer sees.
#[utoipa::path(get, path = "/api/v1/detection-profiles",
    params(("limit" = Option<u32>, Query, description = "1 to 1000; without it, all"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<ProfileItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn profiles(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<ProfileItem>>, Problem> {
    let scope = seer.records()?;
    let mut query = Query::parse(query.as_deref());
    let revision = app.situation.revision();
    let hotspots = app.situation.hotspots(scope);
    let latest = app.store.latest_look().await?;
    let mut items = Vec::new();
    for budget in app
        .alarm_budgets
        .iter()
        .filter(|budget| scope.sees_all(budget.sources.iter()))
    {
        // A profile that has never looked has no alarms to count.
        let (Some(latest), Some(first)) = (&latest, app.store.first_look(&budget.profile).await?) else {
            continue;
        };
        items.push(AlarmTally::of(budget, &hotspots, first, latest.at).into());
    }
    let list = List::page(items, |item: &ProfileItem| &item.id, &mut query, revision)?;
    query.finish()?;
    Ok(Json(list))
}
