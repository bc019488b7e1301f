//! What bodies may do with a project where, and who sees it.

use super::*;
use crate::organisation::{Body, Organisation, Standing};
use crate::position::LatLng;
use crate::viewer::{Role, Viewer};

fn id(text: &str) -> OrganisationId {
    OrganisationId::new(text).unwrap()
}

fn viewer(role: Role, organisation: &str) -> Viewer {
    Viewer {
        name: organisation.to_owned(),
        role,
        organisation: id(organisation),
    }
}

fn point(lat: f64, lng: f64) -> LatLng {
    LatLng::new(lat, lng).unwrap()
}

fn plan() -> Plan {
    Plan {
        title: " Stadthafen am Abend ".to_owned(),
        reason: "Ruhestörungen an den Wochenenden".to_owned(),
        theme: ThemeId::new("laerm").unwrap(),
        lead: id("stadt"),
        partners: vec![id("polizei"), id("bundespolizei")],
        area: ProjectArea::circle(point(51.678, 7.789), 300.0).unwrap(),
        goals: vec![Goal {
            text: "weniger Lärm".to_owned(),
            indicator: "Beschwerden je Woche".to_owned(),
        }],
        from: None,
        to: None,
    }
}

fn proposal() -> Project {
    let by = Reviewer::from(&viewer(Role::Analyst, "stadt"));
    Project::proposed(
        "p-1".to_owned(),
        plan(),
        None,
        DecisionPath::default(),
        by,
        Timestamp::UNIX_EPOCH,
    )
}

/// Taken one after the other: `action side role organisation`, with a reason.
fn taken(steps: &[&str]) -> Result<Project, IllegalStep> {
    steps.iter().try_fold(proposal(), |project, step| {
        let words: Vec<&str> = step.split(' ').collect();
        let side = (words[1] != "-").then(|| id(words[1]));
        let wish = StepWish {
            action: words[0].parse().unwrap(),
            side: side.as_ref(),
            text: Some("weil es so ist"),
        };
        project.after(
            wish,
            &viewer(words[2].parse().unwrap(), words[3]),
            Timestamp::UNIX_EPOCH,
        )
    })
}

const COORDINATION: &str = "agree - analyst koordinationsebene";
const OFFICE: &str = "agree - management geschaeftsfuehrung";
const CITY: &str = "agree stadt management geschaeftsfuehrung";
const POLICE: &str = "agree polizei steering lenkungsgruppe";
const START: &str = "start - analyst stadt";
const FINISH: &str = "finish - analyst koordinationsebene";

#[test]
fn a_proposal_goes_from_body_to_body_and_needs_the_consent_of_both_sides() {
    for (steps, status, station) in [
        (&[][..], ProjectStatus::Proposed, 0),
        (&[COORDINATION], ProjectStatus::InDecision, 1),
        (&[COORDINATION, OFFICE], ProjectStatus::InDecision, 2),
        (&[COORDINATION, OFFICE, CITY], ProjectStatus::InDecision, 2),
        (&[COORDINATION, OFFICE, POLICE, CITY], ProjectStatus::Decided, 3),
        (
            &[COORDINATION, OFFICE, CITY, POLICE, START],
            ProjectStatus::Running,
            3,
        ),
        (
            &[COORDINATION, OFFICE, CITY, POLICE, START, FINISH],
            ProjectStatus::Finished,
            3,
        ),
        (
            &["decline - analyst koordinationsebene"],
            ProjectStatus::Declined,
            0,
        ),
        (
            &[COORDINATION, "send_back - management geschaeftsfuehrung"],
            ProjectStatus::Proposed,
            0,
        ),
        // What one side had agreed to counts no more when the other sends it back.
        (
            &[
                COORDINATION,
                OFFICE,
                CITY,
                "send_back - steering lenkungsgruppe",
                OFFICE,
                POLICE,
            ],
            ProjectStatus::InDecision,
            2,
        ),
    ] {
        let project = taken(steps).unwrap();
        assert_eq!((project.status, project.station), (status, station), "{steps:?}");
        assert_eq!(project.steps.len(), steps.len());
    }
}

#[test]
fn steps_out_of_turn_are_refused_with_their_reason() {
    for (steps, says) in [
        (
            &["agree - analyst stadt"][..],
            "that is for koordinationsebene to do",
        ),
        (&["agree - management geschaeftsfuehrung"], "koordinationsebene"),
        (&["agree - partner koordinationsebene"], "koordinationsebene"),
        (&["agree stadt analyst koordinationsebene"], "not asked for"),
        (&["send_back - analyst koordinationsebene"], "no body before"),
        (&[START], "when all bodies have agreed"),
        (&[FINISH], "it is proposed"),
        (&[COORDINATION, COORDINATION], "geschaeftsfuehrung"),
        (
            &[COORDINATION, OFFICE, "agree - steering lenkungsgruppe"],
            "which side",
        ),
        (
            &[COORDINATION, OFFICE, "agree polizei analyst polizei"],
            "lenkungsgruppe",
        ),
        (&[COORDINATION, OFFICE, CITY, CITY], "agreed before"),
        (
            &[
                COORDINATION,
                OFFICE,
                CITY,
                "decline stadt steering lenkungsgruppe",
            ],
            "only an agreement",
        ),
        (&[COORDINATION, OFFICE, CITY, START], "in_decision"),
        (&[COORDINATION, OFFICE, CITY, POLICE, OFFICE], "decided"),
        (
            &[
                COORDINATION,
                OFFICE,
                CITY,
                POLICE,
                "start - partner bundespolizei",
            ],
            "for stadt",
        ),
        (
            &[COORDINATION, OFFICE, CITY, POLICE, "start stadt analyst stadt"],
            "no sides",
        ),
        (
            &["decline - analyst koordinationsebene", COORDINATION],
            "declined",
        ),
    ] {
        let refused = taken(steps).unwrap_err().to_string();
        assert!(refused.contains(says), "{steps:?}: {refused}");
    }
    let wish = StepWish {
        action: StepAction::Decline,
        side: None,
        text: Some("  "),
    };
    let of_body = viewer(Role::Analyst, "koordinationsebene");
    let refused = proposal().after(wish, &of_body, Timestamp::UNIX_EPOCH);
    assert_eq!(refused, Err(IllegalStep::Reason));
}

#[test]
fn each_is_offered_what_is_theirs_to_do() {
    let offered = |steps: &[&str], role, organisation| -> Vec<String> {
        let project = taken(steps).unwrap();
        let possible = project.possible_steps(&viewer(role, organisation), Timestamp::UNIX_EPOCH);
        let words = possible
            .into_iter()
            .map(|(action, side)| side.map_or_else(|| action.to_string(), |side| format!("{action} {side}")));
        words.collect()
    };
    assert_eq!(
        offered(&[], Role::Analyst, "koordinationsebene"),
        ["agree", "decline"]
    );
    assert!(offered(&[], Role::Analyst, "stadt").is_empty());
    assert_eq!(
        offered(&[COORDINATION, OFFICE, CITY], Role::Steering, "lenkungsgruppe"),
        ["agree polizei", "send_back", "decline"]
    );
    assert_eq!(
        offered(
            &[COORDINATION, OFFICE, CITY, POLICE],
            Role::Management,
            "geschaeftsfuehrung"
        ),
        ["start"]
    );
}

#[test]
fn another_citys_bodies_are_data() {
    let read = serde_json::from_str::<DecisionPath>;
    let path = read(r#"[{"body": "lenkungskreis", "consent": ["stadt", "polizei", "bahn"]}]"#).unwrap();
    assert_eq!(path.stations().len(), 1);
    for (text, says) in [
        ("[]", "at least one body"),
        (r#"[{"body": "a"}, {"body": "a"}]"#, "twice"),
        (r#"[{"body": "a", "consent": ["b", "b"]}]"#, "twice"),
        (r#"[{"body": "a", "votes": 3}]"#, "unknown field"),
    ] {
        let refused = read(text).unwrap_err().to_string();
        assert!(refused.contains(says), "{text}: {refused}");
    }
}

fn partnership() -> Partnership {
    let organisation = |name: &str, standing| Organisation {
        id: id(name),
        name: name.to_uppercase(),
        standing,
        letter: (standing != Standing::Carrier).then(|| crate::organisation::Letter {
            signed: "2026-01-01".parse().unwrap(),
            until: None,
        }),
        contacts: Vec::new(),
    };
    let body = |name: &str| Body {
        id: id(name),
        name: name.to_uppercase(),
        task: String::new(),
        meets: String::new(),
        members: Vec::new(),
    };
    Partnership::new(
        vec![
            organisation("stadt", Standing::Carrier),
            organisation("polizei", Standing::Carrier),
            organisation("bundespolizei", Standing::Partner),
            organisation("zoll", Standing::Associate),
            organisation("gast", Standing::Guest),
        ],
        vec![
            body("koordinationsebene"),
            body("geschaeftsfuehrung"),
            body("lenkungsgruppe"),
        ],
    )
    .unwrap()
}

/// Sees any, sees a proposal, sees it in decision, changes it, writes reports of it.
#[test]
fn partners_see_what_they_take_part_in_and_guests_nothing() {
    let partnership = partnership();
    let (proposed, in_decision) = (proposal(), taken(&[COORDINATION]).unwrap());
    for (role, organisation, rights) in [
        (Role::Analyst, "stadt", [true, true, true, true, true]),
        (
            Role::Analyst,
            "koordinationsebene",
            [true, true, true, true, true],
        ),
        (
            Role::Management,
            "geschaeftsfuehrung",
            [true, true, true, false, false],
        ),
        (
            Role::Steering,
            "lenkungsgruppe",
            [true, false, true, false, false],
        ),
        (Role::Partner, "bundespolizei", [true, true, true, false, true]),
        // An analyst of a partner is no analyst of city or police.
        (Role::Analyst, "bundespolizei", [true, true, true, false, false]),
        (Role::Partner, "zoll", [true, false, false, false, false]),
        (Role::Analyst, "zoll", [true, false, false, false, false]),
        (Role::Press, "pressestellen", [false; 5]),
        (Role::Guest, "gast", [false; 5]),
        (Role::Admin, "stadt", [false; 5]),
        (Role::Auditor, "datenschutz", [false; 5]),
    ] {
        let viewer = viewer(role, organisation);
        let may = ProjectRights::of(&viewer, &partnership);
        let found = [
            may.sees_any(),
            may.sees(&proposed),
            may.sees(&in_decision),
            may.edits(&proposed),
            may.notes(&proposed),
        ];
        assert_eq!(found, rights, "{role} of {organisation}");
    }
}

#[test]
fn a_plan_is_held_against_what_there_is() {
    let taxonomy = Taxonomy::parse(include_str!("../../../../data/taxonomy.toml")).unwrap();
    let partnership = partnership();
    let checked = plan().checked(&taxonomy, &partnership).unwrap();
    assert_eq!(checked.title, "Stadthafen am Abend");
    let with = |change: &dyn Fn(&mut Plan)| {
        let mut changed = plan();
        change(&mut changed);
        changed.checked(&taxonomy, &partnership).unwrap_err().to_string()
    };
    assert!(with(&|plan| plan.title = "\n".to_owned()).contains("`title`"));
    assert!(with(&|plan| plan.reason = "x".repeat(2_001)).contains("1 to 2000"));
    assert!(with(&|plan| plan.theme = ThemeId::new("nichts").unwrap()).contains("taxonomy"));
    assert!(with(&|plan| plan.partners.push(id("niemand"))).contains("niemand"));
    assert!(with(&|plan| plan.partners.push(id("stadt"))).contains("once"));
    assert!(with(&|plan| plan.goals = vec![plan.goals[0].clone(); 11]).contains("10 goals"));
    assert!(
        with(&|plan| {
            plan.from = Some("2026-05-02".parse().unwrap());
            plan.to = Some("2026-05-01".parse().unwrap());
        })
        .contains("before")
    );
    let decided = taken(&[COORDINATION]).unwrap();
    assert_eq!(decided.changed(plan()), Err(InvalidPlan::NotOpen));
}

/// 0.01° of latitude is 1111.95 m; 0.01° of longitude at 51.65° is 689.9 m; their product 0.767 km².
#[test]
fn a_polygon_has_a_size_and_reaches_as_far_as_its_line() {
    let corners = [(51.645, 7.79), (51.645, 7.80), (51.655, 7.80), (51.655, 7.79)];
    let polygon = ProjectArea::polygon(corners.map(|(lat, lng)| point(lat, lng)).to_vec()).unwrap();
    assert!(
        (polygon.size_km2() - 0.767).abs() < 0.003,
        "{}",
        polygon.size_km2()
    );
    let reach = polygon.reach();
    assert!(reach.distance_m(point(51.65, 7.795)) < 1e-9);
    assert!((reach.distance_m(point(51.665, 7.795)) - 1_112.0).abs() < 3.0);
    let circle = ProjectArea::circle(point(51.65, 7.795), 100.0).unwrap();
    assert!((circle.size_km2() - 0.031_416).abs() < 1e-6);
    let outline = circle.outline();
    assert_eq!((outline.len(), outline.first()), (49, outline.last()));
    assert!(
        outline
            .iter()
            .all(|corner| (corner.distance_m(point(51.65, 7.795)) - 100.0).abs() < 0.2)
    );
}

#[test]
fn what_is_no_area_is_refused() {
    let read = |text: &str| serde_json::from_str::<ProjectArea>(text).unwrap_err().to_string();
    for (text, says) in [
        (
            r#"{"circle": {"center": {"lat": 51.6, "lng": 7.8}, "radius_m": 9000}}"#,
            "20 and 5000",
        ),
        (
            r#"{"circle": {"center": {"lat": 91, "lng": 7.8}, "radius_m": 90}}"#,
            "91",
        ),
        (
            r#"{"polygon": [{"lat": 51.6, "lng": 7.8}, {"lat": 51.7, "lng": 7.8}]}"#,
            "3 to 200",
        ),
        (
            r#"{"polygon": [{"lat": 51.60, "lng": 7.80}, {"lat": 51.61, "lng": 7.81}, {"lat": 51.61, "lng": 7.80}, {"lat": 51.60, "lng": 7.81}]}"#,
            "crosses itself",
        ),
        (
            r#"{"polygon": [{"lat": 51, "lng": 7}, {"lat": 52, "lng": 7}, {"lat": 52, "lng": 8}]}"#,
            "square kilometres",
        ),
    ] {
        let refused = read(text);
        assert!(refused.contains(says), "{text}: {refused}");
    }
}

#[test]
fn reports_and_measures_are_added_until_it_is_over() {
    let by = Reviewer::from(&viewer(Role::Analyst, "stadt"));
    let at = Timestamp::UNIX_EPOCH;
    let project = proposal().noted(" Begehung ", by.clone(), at).unwrap();
    assert_eq!(project.notes[0].text, "Begehung");
    assert!(proposal().noted("\u{7}", by.clone(), at).is_err());
    let measure = || MeasurePlan {
        kind: MeasureKind::JointPatrol,
        title: "Streifen".to_owned(),
        text: Some("  ".to_owned()),
        area: plan().area,
        from: "2026-05-01".parse().unwrap(),
        to: "2026-05-31".parse().unwrap(),
    };
    assert_eq!(measure().checked().unwrap().text, None);
    let backwards = MeasurePlan {
        to: "2026-04-01".parse().unwrap(),
        ..measure()
    };
    assert_eq!(backwards.checked(), Err(InvalidMeasure::Period));
    let entered = Measure {
        id: "m-1".to_owned(),
        plan: measure(),
        by,
        at,
    };
    assert_eq!(
        proposal().with_measure(entered.clone()).unwrap().measures.len(),
        1
    );
    let declined = taken(&["decline - analyst koordinationsebene"]).unwrap();
    assert_eq!(declined.with_measure(entered), Err(InvalidPlan::Over));
}
