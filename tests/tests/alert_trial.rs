//! The workbench of rules: the past of a town, gone through by the built program.

use lagebild_tests::{Server, musterstadt};
use serde_json::json;

#[test]
fn a_rule_is_tried_on_the_past_before_it_goes_live() {
    let town = musterstadt::installation();
    let server = Server::serve(&town);
    let city = server.as_bearer("demo-city");
    let tried = |rule: serde_json::Value| {
        let body = json!({"rule": rule, "from": "2026-09-01T00:00:00Z", "to": "2026-10-20T00:00:00Z"});
        city.send("POST", "/api/v1/subscriptions/trial", Some(&body.to_string()))
            .has_status(200)
            .json()
    };
    // Wilder Müll in the west: 20 and 30 September, 5, 6 and 11 October; that of the 11th has no place, but a district is not
    // asked for. Within a week there are three from the 6th 06:59 on, and again from the 11th 14:00, after the 30th had gone.
    let answer = tried(json!({"reports": {"category": "wilder_muell"}, "within_hours": 168, "at_least": 3}));
    assert_eq!(
        (answer["count"].as_u64(), answer["confirmed"].as_u64()),
        (Some(2), Some(0)),
        "{answer}"
    );
    let alerts = answer["alerts"].as_array().expect("alerts");
    let of = |name: &str| -> Vec<&str> {
        alerts
            .iter()
            .map(|alert| alert[name].as_str().expect(name))
            .collect()
    };
    // Berlin is two hours ahead of UTC. The newest stands first.
    assert_eq!(
        of("told_at"),
        ["2026-10-11T12:00:00.000001Z", "2026-10-06T04:59:00.000001Z"]
    );
    assert_eq!(
        of("ended_at"),
        ["2026-10-12T06:30:00.000001Z", "2026-10-07T08:00:00.000001Z"]
    );
    assert_eq!(of("truth"), ["unsaid", "unsaid"]);
    let months: Vec<(&str, u64)> = answer["months"]
        .as_array()
        .expect("months")
        .iter()
        .map(|month| {
            (
                month["month"].as_str().expect("a month"),
                month["count"].as_u64().expect("a count"),
            )
        })
        .collect();
    assert_eq!(months, [("2026-09", 0), ("2026-10", 2)]);
    // Near P1 there are M1 and M9 only, weeks apart.
    let near = json!({"name": "Westplatz", "latitude": 51.640, "longitude": 7.730, "radius_m": 100.0});
    let answer = tried(
        json!({"reports": {"category": "wilder_muell"}, "near": near, "within_hours": 168, "at_least": 2}),
    );
    assert_eq!(answer["count"], 0);
    // Nothing was told to anybody.
    assert!(
        city.items("/api/v1/alerts")
            .iter()
            .all(|alert| alert["subject"] != "fact")
    );
    for (token, status) in [
        ("demo-partner", 403),
        ("demo-management", 403),
        ("demo-police", 200),
    ] {
        let body = json!({"rule": {"within_hours": 24, "at_least": 1}}).to_string();
        let answer = server
            .as_bearer(token)
            .send("POST", "/api/v1/subscriptions/trial", Some(&body));
        assert_eq!(answer.status, status, "{token}");
    }
    for body in [
        "{}",
        r#"{"rule": {"within_hours": 0, "at_least": 1}}"#,
        r#"{"rule": {"within_hours": 24, "at_least": 1, "reports": {"area": "nirgends"}}}"#,
        r#"{"rule": {"within_hours": 24, "at_least": 1, "reports": {"name": "x"}}}"#,
        r#"{"rule": {"within_hours": 24, "at_least": 1}, "from": "2026-10-20T00:00:00Z", "to": "2026-10-20T00:00:00Z"}"#,
    ] {
        city.send("POST", "/api/v1/subscriptions/trial", Some(body))
            .problem(400);
    }
}
