//! What the handlers share.

use std::net::IpAddr;
use std::sync::Arc;

use lagebild_domain::project::DecisionPath;
use lagebild_domain::{AlarmBudget, OrganisationId, Partnership, Release, Revision, Role, Viewer};
use lagebild_situation::Situation;
use lagebild_store::{SessionTerms, Store};
use tokio::sync::{Notify, watch};

use crate::alerting::Alerting;
use crate::attendance::Attendance;
use crate::audit::AuditTrail;
use crate::doorkeeper::Doorkeeper;
use crate::intake::Intake;
use crate::kept_tiles::KeptTiles;
use crate::single_sign_on::SingleSignOn;

/// What the map draws under everything.
#[derive(Debug, Clone, Default)]
pub struct Basemap {
    /// A style that the operator has set; then the browser asks its server for tiles.
    pub style: Option<String>,
    /// Whom to name.
    pub attribution: String,
    /// True when the schematic geometry is invented.
    pub fictional: bool,
    /// Schematic geometry as GeoJSON text, `{"type":"FeatureCollection",…}`.
    pub features: Option<Arc<str>>,
}

/// State of the server.
#[derive(Debug, Clone)]
pub struct App {
    /// The durable truth.
    pub store: Store,
    /// The picture.
    pub situation: Arc<Situation>,
    /// Tiles that are kept.
    pub tiles: KeptTiles,
    /// Releases, in force or not.
    pub releases: Arc<[Release]>,
    /// How often each detection profile may be wrong.
    pub alarm_budgets: Arc<[AlarmBudget]>,
    /// Alerts, as the configuration has them.
    pub alerting: Alerting,
    /// Who works together.
    pub partnership: Arc<Partnership>,
    /// The bodies that decide on projects.
    pub decision_path: Arc<DecisionPath>,
    /// Who saw and did what, on its way to the store.
    pub audit: AuditTrail,
    /// When passes were used last, on its way to the store.
    pub attendance: Attendance,
    /// Tells the job that writes briefings that there is an order.
    pub briefing_ordered: Arc<Notify>,
    /// Slows down whoever guesses passwords.
    pub doorkeeper: Doorkeeper,
    /// Where people sign in with an account of another system.
    pub single_sign_on: Option<SingleSignOn>,
    /// How long a session lasts.
    pub session_terms: SessionTerms,
    /// Proxies whose word on the client's address is believed.
    pub proxies: Arc<[IpAddr]>,
    /// The city's name.
    pub city: Arc<str>,
    /// True for invented data: the demo tokens work, and every surface says so.
    pub demo: bool,
    /// What the map draws under everything.
    pub basemap: Basemap,
    /// How reports are taken in.
    pub intake: Intake,
    /// Tells each revision that the picture has reached; none until all is loaded.
    pub picture_revision: watch::Receiver<Option<Revision>>,
    /// Turns true when the first load and the first look are done.
    pub ready: watch::Receiver<bool>,
    /// Turns true when the server is to stop: streams end.
    pub stopping: watch::Receiver<bool>,
}

/// A role that the demo's page offers.
#[derive(Debug)]
pub struct DemoRole {
    /// Its token.
    pub token: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// What it sees.
    pub description: &'static str,
    role: Role,
    organisation: &'static str,
}

/// The demo's roles: anyone may be any of them, because everything they could see is invented.
pub const DEMO_ROLES: &[DemoRole] = &[
    demo_role(
        "demo-analyst",
        "Analyse, Koordinationsebene",
        "Gemeinsame Stelle von Stadt und Polizei: sieht, was beide freigegeben haben.",
        Role::Analyst,
        "koordinationsebene",
    ),
    demo_role(
        "demo-city",
        "Analyse, Stadt",
        "Ämter der Stadt: Meldungen und Wahrnehmungen.",
        Role::Analyst,
        "stadt",
    ),
    demo_role(
        "demo-police",
        "Analyse, Polizei",
        "Stabsstelle der Polizei: eigene Vorfälle.",
        Role::Analyst,
        "polizei",
    ),
    demo_role(
        "demo-management",
        "Geschäftsführung",
        "Führt das Lagebild, gibt frei und berichtet.",
        Role::Management,
        "geschaeftsfuehrung",
    ),
    demo_role(
        "demo-steering",
        "Lenkungsgruppe",
        "Liest Lageberichte und Bewertungen.",
        Role::Steering,
        "lenkungsgruppe",
    ),
    demo_role(
        "demo-press",
        "Pressestellen",
        "Gemeinsame Stimme nach außen.",
        Role::Press,
        "pressestellen",
    ),
    demo_role(
        "demo-partner",
        "Partner: Bundespolizei",
        "Sieht nur, was ausdrücklich freigegeben wurde.",
        Role::Partner,
        "bundespolizei",
    ),
    demo_role(
        "demo-guest",
        "Gast",
        "Sieht nur, was ausdrücklich freigegeben wurde.",
        Role::Guest,
        "gast",
    ),
    demo_role(
        "demo-admin",
        "Betrieb",
        "Betreibt die Anlage, sieht keine Meldungen.",
        Role::Admin,
        "betrieb",
    ),
    demo_role(
        "demo-auditor",
        "Datenschutz und Revision",
        "Prüft, wer was gesehen hat.",
        Role::Auditor,
        "datenschutz",
    ),
];

const fn demo_role(
    token: &'static str,
    label: &'static str,
    description: &'static str,
    role: Role,
    organisation: &'static str,
) -> DemoRole {
    DemoRole {
        token,
        label,
        description,
        role,
        organisation,
    }
}

impl DemoRole {
    /// The viewer of a demo token.
    pub(crate) fn viewer(token: &str) -> Option<Viewer> {
        let role = DEMO_ROLES.iter().find(|role| role.token == token)?;
        Some(Viewer {
            name: role.label.to_owned(),
            role: role.role,
            organisation: OrganisationId::new(role.organisation).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_demo_token_stands_for_a_viewer() {
        for role in DEMO_ROLES {
            assert!(DemoRole::viewer(role.token).is_some(), "{}", role.token);
        }
        assert!(DemoRole::viewer("demo-nobody").is_none());
    }
}
