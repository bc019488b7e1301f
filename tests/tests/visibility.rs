//! `migrations/visibility.toml` against the live schema. That both databases have the same columns is tested by `upgrade`.

use std::collections::BTreeMap;

use lagebild_tests::{database, musterstadt, workspace};

const AUDIENCES: [&str; 6] = ["nobody", "operator", "auditor", "owner", "analyst", "counts"];

/// Columns as `table.column` with their audience, from a file of tables and of lines `column = "audience"`.
fn declared() -> BTreeMap<String, String> {
    let file = workspace().join("migrations/visibility.toml");
    let text = std::fs::read_to_string(file).expect("the declaration");
    let mut table = "";
    let mut columns = BTreeMap::new();
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            table = name;
            continue;
        }
        let (column, audience) = line.split_once(" = ").expect("column = \"audience\"");
        let twice = columns.insert(format!("{table}.{column}"), audience.trim_matches('"').to_owned());
        assert_eq!(twice, None, "{table}.{column} is declared twice");
    }
    columns
}

#[test]
fn every_column_of_the_schema_has_an_audience_and_no_other_is_declared() {
    let town = musterstadt::installation();
    let of_schema = database::texts(
        &town.database(),
        "SELECT t.name || '.' || c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c \
         WHERE t.type = 'table' AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\'",
    );
    let declared = declared();
    let undecided: Vec<&String> = of_schema
        .iter()
        .filter(|column| !declared.contains_key(*column))
        .collect();
    assert!(
        undecided.is_empty(),
        "who may see {undecided:?}? Say so in migrations/visibility.toml"
    );
    let gone: Vec<&String> = declared
        .keys()
        .filter(|column| !of_schema.contains(column))
        .collect();
    assert!(
        gone.is_empty(),
        "migrations/visibility.toml speaks of {gone:?}, which the schema has not"
    );
    for (column, audience) in &declared {
        assert!(AUDIENCES.contains(&audience.as_str()), "{column}: {audience}");
    }
}

/// What never leaves the database is named by no field that the server describes, and secrets are never more than that.
#[test]
fn what_is_for_nobody_is_in_no_answer() {
    let document = std::fs::read_to_string(workspace().join("docs/openapi.json")).expect("the document");
    let declared = declared();
    for secret in [
        "report.identity",
        "report.digest",
        "pass.hash",
        "pass.opened_by",
        "account.totp_salt",
        "account.totp_step",
        "identity_key.fingerprint",
    ] {
        assert_eq!(declared[secret], "nobody", "{secret}");
        let (_, column) = secret.split_once('.').expect("a column");
        assert!(!document.contains(&format!("\"{column}\": {{")), "{secret}");
    }
    assert_eq!(declared["report.external_id"], "owner");
}
