//! The OpenAPI document: served, printed and committed as one.

use std::fs;

use lagebild_tests::musterstadt::running;
use lagebild_tests::{run, workspace};
use serde_json::Value;

fn committed() -> String {
    fs::read_to_string(workspace().join("docs/openapi.json")).expect("docs/openapi.json")
}

#[test]
fn the_program_prints_the_committed_document() {
    let printed = run(workspace(), ["openapi"]).exits(0).stdout;
    assert!(
        printed == committed(),
        "docs/openapi.json is stale: lagebild openapi > docs/openapi.json"
    );
}

#[test]
fn the_server_serves_the_committed_document() {
    let town = running();
    let answer = town.server.client().get("/api/openapi.json").has_status(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert!(answer.text() == committed(), "docs/openapi.json is stale");
    let packed = town
        .server
        .client()
        .with("accept-encoding", "gzip")
        .get("/api/openapi.json");
    assert_eq!(packed.header("content-encoding"), "gzip");
}

/// The values of all `$ref` members.
fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn the_document_is_openapi_3_1_and_refers_to_nothing_outside_itself() {
    let document: Value = serde_json::from_str(&committed()).expect("JSON");
    assert!(
        document["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3.1."))
    );
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        let pointer = reference
            .strip_prefix('#')
            .unwrap_or_else(|| panic!("{reference} is remote"));
        assert!(
            document.pointer(pointer).is_some(),
            "{reference} points at nothing"
        );
    }
}

/// An address under `/api/v1` that answers but is not described would show here: the contract's addresses either are
/// in the document or are not there.
#[test]
fn every_address_of_the_contract_that_answers_is_described() {
    let town = running();
    let document: Value = serde_json::from_str(&committed()).expect("JSON");
    let described = document["paths"].as_object().expect("paths");
    for path in [
        "me",
        "taxonomy",
        "areas",
        "basemap",
        "session",
        "lage",
        "reports",
        "reports/{id}",
        "cells",
        "hotspots",
        "hotspots/{id}",
        "hotspots/{id}/history",
        "stream",
    ] {
        let path = format!("/api/v1/{path}");
        assert!(described.contains_key(&path), "{path} is not described");
    }
    for path in [
        "alerts",
        "silences",
        "subscriptions",
        "deliveries",
        "bulletins",
        "partners",
        "releases",
        "bodies",
        "meetings",
        "projects",
        "measures",
        "plan-checks",
        "publications",
        "briefings",
        "sources",
        "quarantine",
        "audit",
    ] {
        let path = format!("/api/v1/{path}");
        let answers = town.analyst().get(&path).status != 404;
        assert_eq!(answers, described.contains_key(&path), "{path}");
    }
}

/// Members that the document calls required are in the answers, and answers have no members beside the described.
#[test]
fn answers_have_the_members_that_the_document_describes() {
    let town = running();
    let document: Value = serde_json::from_str(&committed()).expect("JSON");
    let ever = "from=2025-01-01&to=2027-01-01";
    for (path, address) in [
        ("/api/v1/lage", format!("/api/v1/lage?{ever}")),
        ("/api/v1/reports", format!("/api/v1/reports?{ever}")),
        ("/api/v1/cells", format!("/api/v1/cells?{ever}")),
        ("/api/v1/me", "/api/v1/me".to_owned()),
        ("/api/v1/areas", "/api/v1/areas".to_owned()),
        ("/api/v1/taxonomy", "/api/v1/taxonomy".to_owned()),
        ("/api/v1/basemap", "/api/v1/basemap".to_owned()),
        ("/api/v1/session", "/api/v1/session".to_owned()),
        ("/api/v1/sources", "/api/v1/sources".to_owned()),
        ("/api/v1/quarantine", "/api/v1/quarantine".to_owned()),
    ] {
        let operation = &document["paths"][path]["get"];
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{path} has no schema");
        compare(&document, schema, &town.city().json(&address), path);
    }
}

fn compare(document: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document
            .pointer(reference.trim_start_matches('#'))
            .expect("a local reference");
        return compare(document, target, value, at);
    }
    if let Some(items) = schema.get("items") {
        for item in value.as_array().into_iter().flatten() {
            compare(document, items, item, &format!("{at}[]"));
        }
    }
    let (Some(properties), Some(members)) = (schema["properties"].as_object(), value.as_object()) else {
        return;
    };
    for name in schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        assert!(members.contains_key(name), "{at} has no {name}");
    }
    for (name, member) in members {
        let property = properties
            .get(name)
            .unwrap_or_else(|| panic!("{at}.{name} is not described"));
        compare(document, property, member, &format!("{at}.{name}"));
    }
}
