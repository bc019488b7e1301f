//! Whatever is asked: problem details, and never 500.

use lagebild_tests::musterstadt::running;
use lagebild_tests::{Server, musterstadt};

const QUERIED: &[&str] = &[
    "/api/v1/lage",
    "/api/v1/reports",
    "/api/v1/cells",
    "/api/v1/hotspots",
    "/api/v1/stream",
    "/tiles/cells",
    "/tiles/cells/12/2136/1359",
];

#[test]
fn an_unknown_parameter_is_400_and_named() {
    let town = running();
    for path in QUERIED {
        let problem = town.analyst().get(&format!("{path}?frm=2026-10-05")).problem(400);
        assert_eq!(problem["parameter"], "frm", "{path}");
    }
}

#[test]
fn a_parameter_given_twice_is_400() {
    let town = running();
    let problem = town
        .analyst()
        .get("/api/v1/lage?kind=complaint&kind=incident")
        .problem(400);
    assert_eq!(problem["parameter"], "kind");
    town.analyst().get("/api/v1/reports?limit=5&limit=6").problem(400);
}

#[test]
fn a_bad_value_is_400_and_names_its_parameter() {
    let town = running();
    let analyst = town.analyst();
    for (name, values) in [
        (
            "from",
            &[
                "2026-02-30",
                "heute",
                "",
                "2026-10",
                "2026-10-05T25:00:00Z",
                "%ff",
            ][..],
        ),
        ("to", &["2026-13-01", "1759615200"][..]),
        ("kind", &["crime", "complaint,", "Complaint", ","][..]),
        ("source", &["keine", "%C3%84", ""][..]),
        ("prevention", &["alles"][..]),
        ("theme", &["nope", "laerm,nope"][..]),
        ("category", &["clan", ""][..]),
        ("status", &["done"][..]),
        ("weekday", &["0", "8", "mo", "1-", "-1"][..]),
        ("hour", &["24", "-1", "22-", "6-24", "1.5"][..]),
        ("area", &["nord", "%00"][..]),
        (
            "bbox",
            &[
                "7,51,8",
                "8,51,7,52",
                "7,51,8,52,9",
                "NaN,51,8,52",
                "inf,51,8,52",
                "7,-91,8,52",
                "",
            ][..],
        ),
    ] {
        for value in values {
            for path in [
                "/api/v1/lage",
                "/api/v1/reports",
                "/api/v1/cells",
                "/tiles/cells/12/2136/1359",
            ] {
                let problem = analyst.get(&format!("{path}?{name}={value}")).problem(400);
                assert_eq!(problem["parameter"], name, "{path}?{name}={value}");
            }
        }
    }
    for (query, name) in [
        ("reports?limit=0", "limit"),
        ("reports?limit=1001", "limit"),
        ("reports?limit=-1", "limit"),
        ("reports?limit=ten", "limit"),
        ("reports?next=abc", "next"),
        ("reports?next=1_", "next"),
        ("reports?next=99999999999999999999_1", "next"),
        ("cells?resolution=5", "resolution"),
        ("cells?resolution=11", "resolution"),
        ("cells?resolution=", "resolution"),
        ("lage?from=2026-10-05&to=2026-10-05", "to"),
        ("lage?from=2026-10-06&to=2026-10-05", "to"),
    ] {
        let problem = analyst.get(&format!("/api/v1/{query}")).problem(400);
        assert_eq!(problem["parameter"], name, "{query}");
    }
}

#[test]
fn the_far_ends_of_time_are_answered_and_never_500() {
    let town = running();
    for window in [
        "from=-009999-01-02T01:59:59Z",
        "to=9999-12-30T22:00:00Z",
        "from=-009999-01-02T01:59:59Z&to=9999-12-30T22:00:00Z",
        "from=9999-12-29&to=9999-12-30",
        "from=0001-01-01",
        "to=0001-01-01",
        "from=9999-12-01",
        "from=2026-10-05T00:00:00Z&to=2026-10-05T00:00:00.000001Z",
    ] {
        for path in [
            "/api/v1/lage",
            "/api/v1/reports",
            "/api/v1/cells",
            "/tiles/cells/12/2136/1359",
        ] {
            let answer = town.analyst().get(&format!("{path}?{window}"));
            assert!(
                answer.status < 500,
                "{path}?{window}: {} {}",
                answer.status,
                answer.text()
            );
        }
    }
}

#[test]
fn an_unknown_address_is_404() {
    let town = running();
    for path in [
        "/api/v1/nope",
        "/api/v2/lage",
        "/api/v1/reports/0",
        "/api/v1/reports/999999",
        "/api/v1/reports/-1",
        "/api/v1/reports/18446744073709551616",
        "/api/v1/reports/abc",
        "/api/v1/hotspots/hs-99",
        "/api/v1/hotspots/x/history",
        "/tiles/nope",
        "/tiles/nope/1/0/0",
        "/nope.js",
        "/../Cargo.toml",
        "/..%2f..%2fCargo.toml",
    ] {
        town.analyst().get(path).problem(404);
    }
}

#[test]
fn a_wrong_method_is_405() {
    let town = running();
    for (method, path) in [
        ("POST", "/api/v1/lage"),
        ("DELETE", "/api/v1/reports"),
        ("PUT", "/api/v1/session"),
        ("POST", "/tiles/cells/12/2136/1359"),
        ("POST", "/readyz"),
    ] {
        let answer = town
            .analyst()
            .send(method, path, (method != "DELETE").then_some("{}"));
        answer.problem(405);
    }
}

#[test]
fn a_town_without_reports_answers_with_nothing() {
    let installation = musterstadt::empty();
    let server = Server::serve(&installation);
    let analyst = server.as_bearer("demo-analyst");
    let lage = analyst.json("/api/v1/lage");
    assert_eq!(lage["total"], 0);
    assert_eq!(lage["by_hour_of_week"].as_array().map(Vec::len), Some(168));
    assert!(analyst.items("/api/v1/reports").is_empty());
    assert!(analyst.items("/api/v1/cells").is_empty());
    assert!(analyst.items("/api/v1/hotspots").is_empty());
    assert_eq!(analyst.get("/tiles/cells/12/2136/1359").status, 204);
}

#[test]
fn health_readiness_and_metrics_need_no_sign_in() {
    let town = running();
    let anyone = town.server.client();
    assert_eq!(anyone.get("/healthz").has_status(200).text(), "ok\n");
    assert_eq!(anyone.get("/readyz").has_status(200).text(), "ready\n");
    let metrics = anyone.get("/metrics").has_status(200).text();
    assert!(metrics.contains("# TYPE lagebild_"), "{metrics}");
    assert!(anyone.get("/").has_status(200).text().contains("Lagebild"));
}

#[test]
fn an_address_that_is_no_utf_8_is_answered_with_problem_details_too() {
    let town = running();
    for path in [
        "/api/v1/reports/%ff",
        "/api/v1/hotspots/%ff",
        "/api/v1/hotspots/%ff/history",
        "/tiles/%ff",
        "/tiles/cells/1/0/%ff",
        "/%ff",
    ] {
        let answer = town.analyst().get(path);
        let status = answer.status;
        assert!(matches!(status, 400 | 404), "{path}: {status}");
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{path}: {}",
            answer.text()
        );
        answer.problem(status);
    }
}
