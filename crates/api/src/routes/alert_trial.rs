//! The workbench of rules: what a subscription or a rule would have told in the past.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use jiff::{Timestamp, ToSpan};
use lagebild_domain::alert::{Alert, Near, Rule, Subject, Subscription, Truth, Turn, rehearse, truth};
use lagebild_domain::{
    AreaId, Hotspot, LatLng, OrganisationId, Revision, Role, RuleId, SubscriptionId, german,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::alert_wishes::{NewSubscription, bad};
use super::alerts::{read, scopes};
use crate::alert_facts::{HeldRule, district, hotspot_turns, hotspots};
use crate::app::App;
use crate::problem::Problem;
use crate::query::NoQuery;
use crate::seer::Seer;

/// Alerts that are told one by one; all are counted.
const MOST_ALERTS: usize = 200;
/// Longest time that is gone through, in days.
const LONGEST_DAYS: i64 = 1_100;

/// An object of a rule, and how near is near.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewNear {
    name: String,
    latitude: f64,
    longitude: f64,
    radius_m: f64,
}

/// A rule that is tried before the operator sets it up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TriedRule {
    /// What it is called.
    #[serde(default)]
    label: String,
    /// Which reports count: words of the filter, such as theme, category, area, source, kind.
    #[serde(default)]
    reports: BTreeMap<String, String>,
    /// Only those near an object.
    near: Option<NewNear>,
    /// Only those that followed one another within so many metres (near repeats).
    near_repeat_m: Option<f64>,
    /// In so many hours up to now.
    within_hours: u32,
    /// From this many on it fires.
    at_least: u64,
}

/// What is tried: a subscription on the hotspots and the rules that there are, a rule, or a subscription on one rule.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTrial {
    subscription: Option<NewSubscription>,
    rule: Option<TriedRule>,
    /// A year ago where it says nothing.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Now where it says nothing.
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
}

/// What would have been told.
#[derive(Serialize, ToSchema)]
pub(super) struct TrialAnswer {
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// Alerts in all.
    count: u64,
    /// Of those, where a person confirmed the hotspot, or one at the place of the rule then or in the four weeks after.
    confirmed: u64,
    /// … dismissed it.
    dismissed: u64,
    /// By month in Berlin, oldest first, those without an alert too.
    months: Vec<TrialMonth>,
    /// Newest first, at most 200.
    alerts: Vec<TrialAlert>,
    #[schema(value_type = u64)]
    revision: Revision,
}

/// One month of a trial.
#[derive(Serialize, ToSchema)]
pub(super) struct TrialMonth {
    #[schema(example = "2026-11")]
    month: String,
    count: u64,
    confirmed: u64,
}

/// An alert that would have been told.
#[derive(Serialize, ToSchema)]
pub(super) struct TrialAlert {
    #[schema(value_type = String, format = DateTime)]
    told_at: Timestamp,
    /// Null where it still goes on.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    #[schema(value_type = String, example = "hotspot")]
    subject: Subject,
    /// One German line, as it would have been told.
    headline: String,
    /// What a person made of it later: confirmed, dismissed or unsaid.
    #[schema(value_type = String, example = "confirmed")]
    truth: Truth,
    /// The hotspot that the person's word is about, for whoever sees it on the map.
    #[schema(required = true)]
    hotspot: Option<String>,
}

impl TriedRule {
    fn read(self, organisation: &OrganisationId) -> Result<Rule, Problem> {
        let near = |near: NewNear| -> Result<Near, Problem> {
            Ok(Near {
                name: near.name,
                point: LatLng::new(near.latitude, near.longitude).map_err(bad)?,
                radius_m: near.radius_m,
            })
        };
        let rule = Rule {
            id: RuleId::new("probe").map_err(bad)?,
            organisation: organisation.clone(),
            label: if self.label.trim().is_empty() {
                "Probelauf".to_owned()
            } else {
                self.label
            },
            reports: self.reports,
            near: self.near.map(near).transpose()?,
            near_repeat_m: self.near_repeat_m,
            within_hours: self.within_hours,
            at_least: self.at_least,
            from: None,
            until: None,
        };
        rule.check().map_err(bad)?;
        Ok(rule)
    }
}

/// One that wants everything, on the page.
fn everything(organisation: &OrganisationId) -> Result<Subscription, Problem> {
    let id = SubscriptionId::new("probe").map_err(bad)?;
    serde_json::from_value(serde_json::json!({"id": id, "organisation": organisation, "channel": "inbox"}))
        .map_err(bad)
}

/// Goes through the past as if the subscription or the rule had been there: how many alerts, when, and which a person confirmed.
/// Nothing is sent or kept. Analysts only.
#[utoipa::path(post, path = "/api/v1/subscriptions/trial", request_body = NewTrial,
    responses((status = 200, body = TrialAnswer),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn trial(
    State(app): State<App>,
    seer: Seer,
    _: NoQuery,
    body: Result<Json<NewTrial>, JsonRejection>,
) -> Result<Json<TrialAnswer>, Problem> {
    if seer.viewer.role != Role::Analyst {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "A trial goes through what was reported; that is the analysts'.",
        ));
    }
    let wanted = read(
        body,
        r#"{"rule": {"reports": {"category": "wilder_muell"}, "within_hours": 24, "at_least": 5}}"#,
    )?;
    let organisation = seer.viewer.organisation.clone();
    if wanted.subscription.is_none() && wanted.rule.is_none() {
        return Err(bad("give a `subscription`, a `rule`, or both"));
    }
    let subscription = match wanted.subscription {
        Some(subscription) => subscription.read(&organisation)?,
        None => everything(&organisation)?,
    };
    let rule = wanted.rule.map(|rule| rule.read(&organisation)).transpose()?;
    let to = wanted.to.unwrap_or_else(Timestamp::now).min(Timestamp::now());
    let a_year_ago = || to.to_zoned(german::zone()).saturating_sub(1.year()).timestamp();
    let from = wanted.from.unwrap_or_else(a_year_ago);
    let days = to.duration_since(from).as_hours() / 24;
    if from >= to || days > LONGEST_DAYS {
        return Err(bad("`from` lies before `to`, at most three years"));
    }
    let scope = scopes(&app, to)
        .into_iter()
        .find(|scope| *scope.organisation() == organisation)
        .ok_or_else(|| {
            Problem::new(
                StatusCode::FORBIDDEN,
                "Your organisation is not part of the partnership.",
            )
        })?;
    let known = hotspots(&app.situation);
    let mut turns = if rule.is_some() {
        Vec::new()
    } else {
        hotspot_turns(&app.store, &app.situation, &known, from, to).await?
    };
    let rules: Vec<Rule> = match rule {
        Some(rule) => vec![rule],
        None => app
            .alerting
            .rules
            .iter()
            .filter(|rule| rule.organisation == organisation)
            .cloned()
            .collect(),
    };
    let situation = app.situation.clone();
    // Reports of years are gone through: not on the threads that answer requests.
    let worked = tokio::task::spawn_blocking(move || -> Result<_, String> {
        for rule in &rules {
            turns.extend(HeldRule::new(rule, &situation, scope.records())?.turns(from, to));
        }
        turns.sort_by_key(|turn: &Turn| turn.at);
        let told = rehearse(&turns, &subscription, &scope);
        let judged: Vec<TrialAlert> = told
            .iter()
            .map(|alert| judge(alert, &rules, &known, &situation, &organisation))
            .collect();
        Ok(judged)
    });
    let judged = worked
        .await
        .map_err(|_| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "The trial broke off."))?
        .map_err(bad)?;
    Ok(Json(answer(judged, from, to, seer.stamp(&app))))
}

fn judge(
    alert: &Alert,
    rules: &[Rule],
    hotspots: &[Hotspot],
    situation: &lagebild_situation::Situation,
    organisation: &OrganisationId,
) -> TrialAlert {
    let of_rule = |rule: &&Rule| alert.labels.value("rule") == Some(rule.id.as_str());
    let districts: Vec<Option<AreaId>> = hotspots
        .iter()
        .map(|hotspot| district(situation, hotspot.finding.center).map(|area| area.id.clone()))
        .collect();
    let placed = hotspots.iter().zip(districts.iter().map(Option::as_ref));
    let (truth, of) = truth(alert, rules.iter().find(of_rule), placed);
    let told = alert.told.get(organisation);
    let content = told.map(|told| &told.content);
    // Another's hotspot is named only where the alert itself would have named it.
    let is_whole = alert.facts.hotspot.is_none() || content.is_some_and(|content| content.hotspot.is_some());
    let ended = alert.history.iter().rev().find(|entry| entry.what == "resolved");
    TrialAlert {
        told_at: told.map_or(alert.raised_at, |told| told.at),
        ended_at: ended.filter(|_| !alert.is_firing).map(|entry| entry.at),
        subject: alert.facts.subject,
        headline: content
            .map(|content| content.headline.clone())
            .unwrap_or_default(),
        truth,
        hotspot: of.filter(|_| is_whole).map(|hotspot| hotspot.id.to_string()),
    }
}

fn answer(mut alerts: Vec<TrialAlert>, from: Timestamp, to: Timestamp, revision: Revision) -> TrialAnswer {
    let month_of = |at: Timestamp| german::day_of(at).strftime("%Y-%m").to_string();
    let is = |wanted: Truth| move |alert: &&TrialAlert| alert.truth == wanted;
    let mut months = Vec::new();
    let mut day = german::day_of(from).first_of_month();
    while day <= german::day_of(to) {
        let month = day.strftime("%Y-%m").to_string();
        let of_month: Vec<&TrialAlert> = alerts
            .iter()
            .filter(|alert| month_of(alert.told_at) == month)
            .collect();
        months.push(TrialMonth {
            count: of_month.len() as u64,
            confirmed: of_month
                .iter()
                .filter(|alert| alert.truth == Truth::Confirmed)
                .count() as u64,
            month,
        });
        day = day.saturating_add(1.month());
    }
    let count = alerts.len() as u64;
    let confirmed = alerts.iter().filter(is(Truth::Confirmed)).count() as u64;
    let dismissed = alerts.iter().filter(is(Truth::Dismissed)).count() as u64;
    alerts.reverse();
    alerts.truncate(MOST_ALERTS);
    TrialAnswer {
        from,
        to,
        count,
        confirmed,
        dismissed,
        months,
        alerts,
        revision,
    }
}
