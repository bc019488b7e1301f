//! Who works together, and what is released to whom.

use axum::Json;
use axum::extract::{RawQuery, State};
use jiff::Timestamp;
use jiff::civil::Date;
use lagebild_domain::organisation::{Body, Contact, Organisation};
use lagebild_domain::release::{Finest, Release, Terms};
use lagebild_domain::{AreaId, CategoryId, OrganisationId, Role, SourceId, Viewer, german};
use serde::Serialize;
use utoipa::ToSchema;

use super::list::List;
use crate::app::App;
use crate::problem::Problem;
use crate::query::Query;
use crate::seer::Seer;

/// An organisation of the partnership.
#[derive(Serialize, ToSchema)]
pub(super) struct PartnerItem {
    id: String,
    name: String,
    /// `carrier`, `partner`, `associate` or `guest`.
    #[schema(example = "partner")]
    standing: &'static str,
    /// The standing's name for people.
    standing_label: &'static str,
    /// Day on which its Letter of Intent was signed; null for carriers.
    #[schema(required = true, value_type = Option<String>, format = Date)]
    signed: Option<Date>,
    /// Last day of its Letter of Intent; null where it has no end.
    #[schema(required = true, value_type = Option<String>, format = Date)]
    until: Option<Date>,
    /// True when nothing is released to it any more because its letter has ended.
    has_ended: bool,
    contacts: Vec<ContactItem>,
}

/// An office to turn to.
#[derive(Serialize, ToSchema)]
pub(super) struct ContactItem {
    office: String,
    reach: String,
}

/// A body (Gremium).
#[derive(Serialize, ToSchema)]
pub(super) struct BodyItem {
    id: String,
    name: String,
    task: String,
    meets: String,
    /// Ids of its members.
    members: Vec<String>,
}

/// What an owner hands over to an organisation.
#[derive(Serialize, ToSchema)]
pub(super) struct ReleaseItem {
    id: String,
    owner: String,
    /// Its receiver.
    to: String,
    /// The receiver's name.
    to_name: String,
    sources: Vec<String>,
    /// Categories; empty for all.
    categories: Vec<String>,
    /// Areas; empty for everywhere.
    areas: Vec<String>,
    /// Days after a happening before it is shown.
    delay_days: u16,
    /// `records`, `counts` or `alerts`.
    #[serde(rename = "as")]
    form: &'static str,
    /// The finest place of a record or an alert: `point`, `cell` or `district`; null for counts.
    #[schema(required = true)]
    precision: Option<&'static str>,
    /// Fields of a record or an alert that go along; null for counts.
    #[schema(required = true)]
    fields: Option<Vec<&'static str>>,
    /// Kinds of hotspots that alerts are about; null for records and counts.
    #[schema(required = true)]
    kinds: Option<Vec<&'static str>>,
    /// No smaller count can be worked out; null for records and alerts.
    #[schema(required = true)]
    smallest_count: Option<u32>,
    /// H3 resolution of the cells of counts; null for records, alerts and counts by district only.
    #[schema(required = true)]
    resolution: Option<u8>,
    purpose: String,
    /// First day in force; null from the start.
    #[schema(required = true, value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// Last day in force, no later than that of the receiver's Letter of Intent.
    #[schema(value_type = String, format = Date)]
    until: Date,
    in_force: bool,
    approved_by: String,
}

fn today() -> Date {
    german::day_of(Timestamp::now())
}

/// Whoever is only a partner or a guest is told of itself and of those it deals with.
fn sees_everybody(viewer: &Viewer) -> bool {
    !matches!(viewer.role, Role::Partner | Role::Guest)
}

/// Who coordinates, keeps or checks the installation sees every release; others those they are a side of.
fn sees_release(viewer: &Viewer, release: &Release) -> bool {
    matches!(viewer.role, Role::Management | Role::Auditor | Role::Admin)
        || [&release.owner, &release.to].contains(&&viewer.organisation)
}

impl PartnerItem {
    fn new(organisation: &Organisation, today: Date) -> Self {
        let letter = organisation.letter;
        Self {
            id: organisation.id.to_string(),
            name: organisation.name.clone(),
            standing: organisation.standing.as_str(),
            standing_label: organisation.standing.label(),
            signed: letter.map(|letter| letter.signed),
            until: letter.and_then(|letter| letter.until),
            has_ended: organisation.has_ended(today),
            contacts: organisation
                .contacts
                .iter()
                .map(|Contact { office, reach }| ContactItem {
                    office: office.clone(),
                    reach: reach.clone(),
                })
                .collect(),
        }
    }
}

impl BodyItem {
    fn new(body: &Body) -> Self {
        Self {
            id: body.id.to_string(),
            name: body.name.clone(),
            task: body.task.clone(),
            meets: body.meets.clone(),
            members: body.members.iter().map(ToString::to_string).collect(),
        }
    }
}

impl ReleaseItem {
    fn new(app: &App, release: &Release, today: Date) -> Self {
        let (precision, fields, smallest_count, resolution) = match &release.terms {
            Terms::Records { precision, fields }
            | Terms::Alerts {
                precision, fields, ..
            } => {
                let fields = fields.iter().map(|field| field.as_str()).collect();
                (Some(Finest::as_str(*precision)), Some(fields), None, None)
            }
            Terms::Counts { cut, resolution } => (
                None,
                None,
                Some(cut.smallest_count.get()),
                resolution.map(u8::from),
            ),
        };
        Self {
            id: release.id.to_string(),
            owner: release.owner.to_string(),
            to: release.to.to_string(),
            to_name: app
                .partnership
                .name_of(&release.to)
                .unwrap_or(release.to.as_str())
                .to_owned(),
            sources: release.sources.iter().map(SourceId::to_string).collect(),
            categories: release.categories.iter().map(CategoryId::to_string).collect(),
            areas: release.areas.iter().map(AreaId::to_string).collect(),
            delay_days: release.delay_days,
            form: match &release.terms {
                Terms::Records { .. } => "records",
                Terms::Counts { .. } => "counts",
                Terms::Alerts { .. } => "alerts",
            },
            kinds: match &release.terms {
                Terms::Alerts { kinds, .. } => Some(kinds.iter().map(|kind| kind.as_str()).collect()),
                _ => None,
            },
            precision,
            fields,
            smallest_count,
            resolution,
            purpose: release.purpose.clone(),
            from: release.from,
            until: release.until,
            in_force: release.is_in_force(today),
            approved_by: release.approved_by.clone(),
        }
    }
}

/// Organisations of the partnership, with their Letter of Intent and contacts. Partners and guests see themselves and the
/// carriers.
#[utoipa::path(get, path = "/api/v1/partners",
    params(("limit" = Option<u32>, Query, description = "1 to 1000; without it, all"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<PartnerItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn partners(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<PartnerItem>>, Problem> {
    let (viewer, today) = (&seer.viewer, today());
    let items = app
        .partnership
        .organisations()
        .iter()
        .filter(|organisation| {
            sees_everybody(viewer) || organisation.is_carrier() || organisation.id == viewer.organisation
        })
        .map(|organisation| PartnerItem::new(organisation, today))
        .collect();
    let mut query = Query::parse(query.as_deref());
    let list = List::page(items, |item: &PartnerItem| &item.id, &mut query, seer.stamp(&app))?;
    query.finish()?;
    Ok(Json(list))
}

/// Bodies of the partnership. Partners and guests see those that they belong to.
#[utoipa::path(get, path = "/api/v1/bodies",
    params(("limit" = Option<u32>, Query, description = "1 to 1000; without it, all"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<BodyItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn bodies(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<BodyItem>>, Problem> {
    let viewer = &seer.viewer;
    let items = app
        .partnership
        .bodies()
        .iter()
        .filter(|body| sees_everybody(viewer) || body.members.contains(&viewer.organisation))
        .map(BodyItem::new)
        .collect();
    let mut query = Query::parse(query.as_deref());
    let list = List::page(items, |item: &BodyItem| &item.id, &mut query, seer.stamp(&app))?;
    query.finish()?;
    Ok(Json(list))
}

/// Releases (Freigaben): all of them for management, administrators and auditors; for others those that their organisation
/// gives or receives.
#[utoipa::path(get, path = "/api/v1/releases",
    params(("limit" = Option<u32>, Query, description = "1 to 1000; without it, all"),
        ("next" = Option<String>, Query, description = "From an earlier answer")),
    responses((status = 200, body = List<ReleaseItem>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn releases(
    State(app): State<App>,
    seer: Seer,
    RawQuery(query): RawQuery,
) -> Result<Json<List<ReleaseItem>>, Problem> {
    let today = today();
    let items = app
        .releases
        .iter()
        .filter(|release| sees_release(&seer.viewer, release))
        .map(|release| ReleaseItem::new(&app, release, today))
        .collect();
    let mut query = Query::parse(query.as_deref());
    let list = List::page(items, |item: &ReleaseItem| &item.id, &mut query, seer.stamp(&app))?;
    query.finish()?;
    Ok(Json(list))
}

/// Whether counts are released to an organisation now.
pub(super) fn receives_counts(app: &App, organisation: &OrganisationId) -> bool {
    let today = today();
    app.releases.iter().any(|release| {
        release.to == *organisation
            && matches!(release.terms, Terms::Counts { .. })
            && release.is_in_force(today)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewer(role: Role, organisation: &str) -> Viewer {
        Viewer {
            name: "t".to_owned(),
            role,
            organisation: OrganisationId::new(organisation).unwrap(),
        }
    }

    #[test]
    fn a_release_is_shown_to_its_sides_and_to_those_who_answer_for_all() {
        let release: Release = serde_json::from_str(
            r#"{"id": "f", "owner": "stadt", "to": "zoll", "sources": ["m"], "as": "records", "purpose": "p",
                "until": "2026-12-31", "approved_by": "x"}"#,
        )
        .unwrap();
        for (role, organisation, is_shown) in [
            (Role::Analyst, "stadt", true),
            (Role::Partner, "zoll", true),
            (Role::Analyst, "polizei", false),
            (Role::Partner, "bundespolizei", false),
            (Role::Steering, "lenkungsgruppe", false),
            (Role::Management, "geschaeftsfuehrung", true),
            (Role::Auditor, "datenschutz", true),
        ] {
            let of = sees_release(&viewer(role, organisation), &release);
            assert_eq!(of, is_shown, "{role} of {organisation}");
        }
        assert!(sees_everybody(&viewer(Role::Analyst, "stadt")));
        assert!(!sees_everybody(&viewer(Role::Guest, "gast")));
    }
}
