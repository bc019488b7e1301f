//! What a measure did.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use jiff::civil::Date;
use lagebild_domain::filter::PARAMETERS;
use lagebild_domain::{Filter, Revision};
use lagebild_situation::effect::{
    BeforeAfter, ControlPlace, EffectQuestion, EffectWeek, Estimates, Span, Wdd,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::projects::{check_sees, rights};
use crate::app::App;
use crate::problem::Problem;
use crate::query::Query;
use crate::seer::Seer;

/// Width of the surroundings, where the query does not say.
const DEFAULT_RING_M: f64 = 250.0;

/// What a measure did, as far as the data carry it. All intervals hold 95 %.
#[derive(Serialize, ToSchema)]
pub(super) struct EvaluationItem {
    /// Id of the measure.
    measure: String,
    /// Id of its project.
    project: String,
    /// The verdict in plain German, or why there is none.
    verdict: String,
    /// False when the data do not carry a verdict; then there are no estimates.
    carries: bool,
    /// Where the figures could mislead, in German.
    cautions: Vec<String>,
    /// Days just before the measure, as many as it lasted.
    before: SpanItem,
    /// Days of the measure, as far as the data reach.
    after: SpanItem,
    /// Ids of the categories that are counted; empty for all.
    categories: Vec<String>,
    /// Width of the surroundings in metres.
    ring_m: f64,
    /// H3 resolution of the places compared with: cells about as large as the area.
    resolution: u8,
    /// Reports in the area.
    treated: CountsItem,
    /// Reports in its surroundings.
    ring: CountsItem,
    /// Places like the area, by their past.
    controls: Vec<ControlItem>,
    /// Places like the surroundings.
    ring_controls: Vec<ControlItem>,
    /// Week by week, counted from the measure's first day.
    weeks: Vec<WeekItem>,
    /// Weighted displacement difference; null without a verdict.
    #[schema(required = true)]
    wdd: Option<WddItem>,
    /// Change of the area over that of the places like it; null where a count is 0.
    #[schema(required = true)]
    ratio: Option<RatioItem>,
    /// Weighted displacement quotient; null where it has no meaning.
    #[schema(required = true)]
    wdq: Option<f64>,
    /// Variance over mean of the weekly counts before; above 1 the intervals are too narrow.
    #[schema(required = true)]
    dispersion: Option<f64>,
    #[schema(value_type = u64)]
    revision: Revision,
}

/// Days, both included.
#[derive(Serialize, ToSchema)]
struct SpanItem {
    #[schema(value_type = String, format = Date)]
    first: Date,
    #[schema(value_type = String, format = Date)]
    last: Date,
}

/// Reports before and while.
#[derive(Serialize, ToSchema)]
struct CountsItem {
    before: u32,
    after: u32,
}

/// A place compared with.
#[derive(Serialize, ToSchema)]
struct ControlItem {
    h3: String,
    before: u32,
    after: u32,
    /// Root mean square difference of the roots of four-weekly counts; 0.5 is what chance makes of places that are alike.
    unlikeness: f64,
}

/// A week.
#[derive(Serialize, ToSchema)]
struct WeekItem {
    #[schema(value_type = String, format = Date)]
    from: Date,
    treated: u32,
    /// Mean of the places compared with.
    control: f64,
    ring: u32,
}

/// Reports more or fewer than the places compared with lead one to expect: below 0, fewer.
#[derive(Serialize, ToSchema)]
struct WddItem {
    /// In the area.
    local: DifferenceItem,
    /// In its surroundings.
    displacement: DifferenceItem,
    /// Both together.
    total: DifferenceItem,
}

/// An estimate.
#[derive(Serialize, ToSchema)]
struct DifferenceItem {
    estimate: f64,
    standard_error: f64,
    low: f64,
    high: f64,
    p_value: f64,
}

/// A ratio of changes: 0.8 is a fall by a fifth beyond the places compared with.
#[derive(Serialize, ToSchema)]
struct RatioItem {
    ratio: f64,
    low: f64,
    high: f64,
    p_value: f64,
}

impl From<Span> for SpanItem {
    fn from(span: Span) -> Self {
        Self {
            first: span.first,
            last: span.last,
        }
    }
}

impl From<BeforeAfter> for CountsItem {
    fn from(counts: BeforeAfter) -> Self {
        Self {
            before: counts.before,
            after: counts.after,
        }
    }
}

impl From<ControlPlace> for ControlItem {
    fn from(place: ControlPlace) -> Self {
        Self {
            h3: place.h3,
            before: place.before,
            after: place.after,
            unlikeness: place.unlikeness,
        }
    }
}

impl From<EffectWeek> for WeekItem {
    fn from(week: EffectWeek) -> Self {
        Self {
            from: week.from,
            treated: week.treated,
            control: week.control,
            ring: week.ring,
        }
    }
}

impl From<&Wdd> for DifferenceItem {
    fn from(wdd: &Wdd) -> Self {
        Self {
            estimate: wdd.total,
            standard_error: wdd.total_error,
            low: wdd.interval[0],
            high: wdd.interval[1],
            p_value: wdd.p,
        }
    }
}

impl From<&Estimates> for WddItem {
    fn from(estimates: &Estimates) -> Self {
        Self {
            local: (&estimates.local).into(),
            displacement: (&estimates.displacement).into(),
            total: (&estimates.total).into(),
        }
    }
}

/// What a measure did: its area before and while it lasted, beside places whose past was like its own, and its surroundings,
/// where a displacement would show. Of the project's theme, unless the filter says otherwise. For viewers of records.
#[utoipa::path(get, path = "/api/v1/measures/{id}/evaluation",
    params(("id" = String, Path),
        ("control" = Option<String>, Query, description = "H3 indices of the places to compare the area with, by comma"),
        ("ring_control" = Option<String>, Query, description = "The same for its surroundings"),
        ("ring_m" = Option<f64>, Query, description = "Width of the surroundings, 50 to 2000 m; default 250"),
        ("kind" = Option<String>, Query, description = "Kinds, by comma"),
        ("source" = Option<String>, Query, description = "Source ids, by comma"),
        ("prevention" = Option<String>, Query, description = "Fields of prevention, by comma"),
        ("theme" = Option<String>, Query, description = "Theme ids, by comma; default: the project's"),
        ("category" = Option<String>, Query, description = "Category ids, by comma"),
        ("status" = Option<String>, Query, description = "States of work, by comma"),
        ("weekday" = Option<String>, Query, description = "Weekdays 1 (Monday) to 7"),
        ("hour" = Option<String>, Query, description = "Hours 0 to 23, by comma or as a range such as 22-6")),
    responses((status = 200, body = EvaluationItem),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn evaluation(
    State(app): State<App>,
    seer: Seer,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<EvaluationItem>, Problem> {
    let rights = rights(&app, &seer)?;
    let scope = seer.records()?;
    let projects = app.store.projects().await?;
    let (project, measure) = projects
        .iter()
        .find_map(|project| {
            let measure = project.measures.iter().find(|measure| measure.id == id)?;
            Some((project, measure))
        })
        .ok_or_else(|| Problem::not_found("There is no such measure."))?;
    check_sees(rights, project)?;
    let mut query = Query::parse(query.as_deref());
    let ring_m = query.read("ring_m")?.unwrap_or(DEFAULT_RING_M);
    if !(50.0..=2_000.0).contains(&ring_m) {
        return Err(Problem::parameter("ring_m", "give 50 to 2000 metres"));
    }
    let [controls, ring_controls] = ["control", "ring_control"].map(|name| cells(&mut query, name));
    let filter = filter_of(&app, &seer, query, project.plan.theme.as_str())?;
    let question = EffectQuestion {
        area: &measure.plan.area,
        first_day: measure.plan.from,
        last_day: measure.plan.to,
        filter: &filter,
        ring_m,
        controls: &controls,
        ring_controls: &ring_controls,
    };
    let revision = app.situation.revision();
    let effect = app
        .situation
        .effect(scope, &question)
        .map_err(|refusal| Problem::parameter("control", refusal.to_string()))?
        .ok_or_else(|| Problem::not_found("There are no reports yet."))?;
    let estimates = effect.estimates.as_ref().ok();
    Ok(Json(EvaluationItem {
        measure: measure.id.clone(),
        project: project.id.clone(),
        verdict: effect.verdict(),
        carries: estimates.is_some(),
        cautions: effect.cautions(project.hotspot.is_some()),
        before: effect.before.into(),
        after: effect.after.into(),
        categories: categories(&app, &filter),
        ring_m,
        resolution: effect.resolution,
        treated: effect.treated.into(),
        ring: effect.ring.into(),
        wdd: estimates.map(WddItem::from),
        ratio: estimates.and_then(ratio),
        wdq: estimates
            .and_then(|estimates| estimates.wdq.as_ref().ok())
            .map(|wdq| wdq.quotient),
        dispersion: estimates.map(|estimates| estimates.dispersion),
        controls: effect.controls.into_iter().map(ControlItem::from).collect(),
        ring_controls: effect.ring_controls.into_iter().map(ControlItem::from).collect(),
        weeks: effect.weeks.into_iter().map(WeekItem::from).collect(),
        revision,
    }))
}

fn cells(query: &mut Query, name: &str) -> Vec<String> {
    let text = query.take(name).unwrap_or_default();
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// The filter's words; a measure has its own days and its own place.
fn filter_of(app: &App, seer: &Seer, mut query: Query, theme: &str) -> Result<Filter, Problem> {
    for name in ["from", "to", "area", "bbox"] {
        if query.take(name).is_some() {
            return Err(Problem::parameter(
                name,
                "a measure has its own days and its own place",
            ));
        }
    }
    let words = query.split(PARAMETERS);
    query.finish()?;
    let vocabulary = app.situation.vocabulary();
    let mut filter = words.filter(vocabulary, seer.records()?)?;
    if filter.categories.is_none() {
        filter.narrow(vocabulary.taxonomy(), |category| category.theme.as_str() == theme);
    }
    Ok(filter)
}

fn categories(app: &App, filter: &Filter) -> Vec<String> {
    let known = app.situation.vocabulary().taxonomy().categories();
    let wanted = filter.categories.iter().flatten();
    wanted
        .filter_map(|index| Some(known.get(*index)?.id.to_string()))
        .collect()
}

fn ratio(estimates: &Estimates) -> Option<RatioItem> {
    let ratio = estimates.ratio.as_ref().ok()?;
    Some(RatioItem {
        ratio: ratio.ratio,
        low: ratio.interval[0],
        high: ratio.interval[1],
        p_value: ratio.p,
    })
}
