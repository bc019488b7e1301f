//! The demo's projects: one with a measure in the past, whose effect is planted, and one just proposed. Both invented.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use lagebild_domain::project::{
    Goal, Measure, MeasureKind, MeasurePlan, Plan, Project, ProjectArea, StepAction, StepWish,
};
use lagebild_domain::review::Reviewer;
use lagebild_domain::{LatLng, OrganisationId, Role, ThemeId, Viewer, german};
use lagebild_store::Store;

use super::planted::{PLANTED, Planted};
use crate::failure::Failure;
use crate::installation::Installation;

/// Said in each, because everything in it is.
const INVENTED: &str = "(Erfundenes Projekt der Demo.)";

/// Writes both projects, as of a moment.
pub(crate) async fn propose(
    installation: &Installation,
    store: &Store,
    end: Timestamp,
) -> Result<(), Failure> {
    let path = installation.config.projects.path.clone().unwrap_or_default();
    let proposed = |plan: Plan, by: &Viewer, at: Timestamp| -> Result<Project, Failure> {
        let id = Store::fresh_id("p").map_err(Failure::failed)?;
        Ok(Project::proposed(
            id,
            plan,
            None,
            path.clone(),
            Reviewer::from(by),
            at,
        ))
    };
    let city = viewer(Role::Analyst, "stadt")?;
    let new = proposed(rubbish()?, &city, days_before(end, 2))?;
    store.add_project(&new).await?;
    let harbour = harbour()?;
    let first = harbour.ended(end);
    let at = |days: i64| days_before(first, days);
    let project = proposed(harbour.plan()?, &city, at(20))?;
    store.add_project(&worked_on(project, &harbour, first)?).await?;
    Ok(())
}

/// The project after its bodies, with its measure and its reports.
fn worked_on(project: Project, harbour: &Harbour, first: Timestamp) -> Result<Project, Failure> {
    let coordination = viewer(Role::Analyst, "koordinationsebene")?;
    let management = viewer(Role::Management, "geschaeftsfuehrung")?;
    let steering = viewer(Role::Steering, "lenkungsgruppe")?;
    let sides = [organisation("stadt")?, organisation("polizei")?];
    let agree = StepAction::Agree;
    let steps = [
        (agree, None, &coordination, 16),
        (agree, None, &management, 12),
        (agree, Some(&sides[0]), &steering, 7),
        (agree, Some(&sides[1]), &management, 7),
        (StepAction::Start, None, &coordination, 1),
    ];
    let mut project = project;
    for (action, side, by, days) in steps {
        let wish = StepWish {
            action,
            side,
            text: None,
        };
        project = project
            .after(wish, by, days_before(first, days))
            .map_err(Failure::failed)?;
    }
    let by = Reviewer::from(&coordination);
    let measure = Measure {
        id: Store::fresh_id("m").map_err(Failure::failed)?,
        plan: harbour.measure(german::day_of(first))?,
        by: by.clone(),
        at: days_before(first, 1),
    };
    project = project.with_measure(measure).map_err(Failure::failed)?;
    for (text, days) in [
        (
            "Erste gemeinsame Streifen an beiden Wochenendabenden; zusätzliche Abfallbehälter am Kai.",
            -10,
        ),
        (
            "Abends ruhiger. Die Streifen gehen weiter, eine Auswertung folgt nach sechs Wochen.",
            -30,
        ),
    ] {
        let text = format!("{text} {INVENTED}");
        project = project
            .noted(&text, by.clone(), days_before(first, days))
            .map_err(Failure::failed)?;
    }
    Ok(project)
}

fn viewer(role: Role, id: &str) -> Result<Viewer, Failure> {
    Ok(Viewer {
        name: "Demo".to_owned(),
        role,
        organisation: organisation(id)?,
    })
}

fn organisation(id: &str) -> Result<OrganisationId, Failure> {
    OrganisationId::new(id).map_err(Failure::failed)
}

fn days_before(at: Timestamp, days: i64) -> Timestamp {
    at.checked_sub((days * 24).hours()).unwrap_or(at)
}

fn circle(spot: &Planted) -> Result<ProjectArea, Failure> {
    let center = LatLng::new(spot.centre.lat, spot.centre.lng).map_err(Failure::failed)?;
    ProjectArea::circle(center, spot.radius_m).map_err(Failure::failed)
}

fn planted(id: &str) -> Result<&'static Planted, Failure> {
    let spot = PLANTED.iter().find(|spot| spot.id == id);
    spot.ok_or_else(|| Failure::failed(format!("the demo has no spot {id}")))
}

/// The Stadthafen: what was planted there ends when the measure begins.
struct Harbour(&'static Planted);

fn harbour() -> Result<Harbour, Failure> {
    planted("laerm-stadthafen").map(Harbour)
}

impl Harbour {
    fn ended(&self, end: Timestamp) -> Timestamp {
        self.0.to(end)
    }

    fn plan(&self) -> Result<Plan, Failure> {
        Ok(Plan {
            title: "Stadthafen am Abend".to_owned(),
            reason: format!(
                "Seit Wochen häufen sich am Stadthafen nächtliche Ruhestörungen und überfüllte Abfallbehälter. {INVENTED}"
            ),
            theme: ThemeId::new("laerm").map_err(Failure::failed)?,
            lead: organisation("stadt")?,
            partners: vec![organisation("polizei")?, organisation("bundespolizei")?],
            area: circle(self.0)?,
            goals: vec![Goal {
                text: "Weniger Ruhestörungen nachts".to_owned(),
                indicator: "Beschwerden über Lärm je Woche".to_owned(),
            }],
            from: None,
            to: None,
        })
    }

    fn measure(&self, first: Date) -> Result<MeasurePlan, Failure> {
        let to = first.checked_add(45.days()).map_err(Failure::failed)?;
        Ok(MeasurePlan {
            kind: MeasureKind::JointPatrol,
            title: "Gemeinsame Streifen am Wochenende".to_owned(),
            text: Some(format!(
                "Ordnungsdienst und Polizei, Freitag und Samstag ab 21 Uhr. {INVENTED}"
            )),
            area: circle(self.0)?,
            from: first,
            to,
        })
    }
}

fn rubbish() -> Result<Plan, Failure> {
    Ok(Plan {
        title: "Sauberer Ortskern Bockum".to_owned(),
        reason: format!("Im Ortskern nehmen Müllablagerungen seit drei Wochen zu. {INVENTED}"),
        theme: ThemeId::new("sauberkeit").map_err(Failure::failed)?,
        lead: organisation("stadt")?,
        partners: vec![organisation("polizei")?],
        area: circle(planted("muell-bockum")?)?,
        goals: vec![Goal {
            text: "Weniger wilder Müll".to_owned(),
            indicator: "Meldungen je Woche".to_owned(),
        }],
        from: None,
        to: None,
    })
}
