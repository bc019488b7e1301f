//! The command line: help, configuration, tokens.

use std::path::Path;

use lagebild_tests::{Installation, Server, musterstadt, run};

const COMMANDS: &[&[&str]] = &[
    &["demo"],
    &["serve"],
    &["ingest"],
    &["detect"],
    &["backtest"],
    &["briefing"],
    &["analyze"],
    &["analyze", "scan"],
    &["simulate"],
    &["openapi"],
    &["config", "check"],
    &["quarantine", "list"],
    &["quarantine", "replay"],
    &["quarantine", "discard"],
    &["source", "init"],
    &["gazetteer", "import"],
    &["gazetteer", "find"],
    &["token", "create"],
    &["token", "revoke"],
    &["user", "add"],
    &["user", "password"],
    &["user", "totp"],
    &["user", "disable"],
    &["user", "enable"],
    &["user", "list"],
    &["audit", "verify"],
    &["backup"],
    &["restore"],
    &["privacy", "report"],
    &["retention", "run"],
    &["retention", "erase"],
];

#[test]
fn every_command_has_a_help_with_an_example() {
    for command in COMMANDS {
        let done = run(Path::new("."), command.iter().chain(&["--help"])).exits(0);
        let example = format!("Example: lagebild {}", command.join(" "));
        assert!(done.stdout.contains(&example), "{command:?}:\n{}", done.stdout);
    }
}

/// A command that is added later must be added to the list above.
#[test]
fn the_list_of_commands_is_whole() {
    let listed = |arguments: &[&str]| -> Vec<String> {
        let help = run(Path::new("."), arguments).exits(0).stdout;
        let commands = help
            .lines()
            .skip_while(|line| !line.starts_with("Commands:"))
            .skip(1);
        commands
            .take_while(|line| line.starts_with("  "))
            .filter(|line| !line.starts_with("   "))
            .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
            .filter(|name| name != "help")
            .collect()
    };
    for name in listed(&["--help"]) {
        assert!(
            COMMANDS.iter().any(|command| command[0] == name),
            "{name} is not tested"
        );
    }
    for group in [
        "audit",
        "config",
        "gazetteer",
        "privacy",
        "quarantine",
        "retention",
        "source",
        "token",
        "user",
    ] {
        for name in listed(&[group, "--help"]) {
            assert!(
                COMMANDS.contains(&[group, &name].as_slice()),
                "{group} {name} is not tested"
            );
        }
    }
}

#[test]
fn wrong_usage_is_2_and_says_what_would_do() {
    for arguments in [
        &["serv"][..],
        &["serve"],
        &["ingest", "--config", "x.toml", "--source", "a"],
        &["demo", "--events", "5"],
        &["demo", "--end", "2026-02-30"],
        &["detect", "--config", "x.toml", "--format", "xml"],
        &[
            "token",
            "create",
            "--config",
            "x.toml",
            "--role",
            "boss",
            "--organisation",
            "a",
            "--name",
            "b",
        ],
    ] {
        let done = run(Path::new("."), arguments).exits(2);
        assert!(done.stderr.contains("error:"), "{arguments:?}: {}", done.stderr);
        assert_eq!(done.stdout, "");
    }
}

#[test]
fn a_configuration_that_is_not_there_is_wrong_usage() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [
        &["serve", "--config", "nope.toml"][..],
        &["config", "check", "nope.toml"],
    ] {
        let done = run(folder.path(), arguments).exits(2).says(&["nope.toml"]);
        assert_eq!(done.stdout, "");
    }
}

#[test]
fn config_check_reads_every_file_that_is_named() {
    let town = musterstadt::empty();
    let done = town.run(&["config", "check", "lagebild.toml"]).exits(0);
    assert!(
        done.stdout.contains("lagebild.toml: ok") && done.stdout.contains("3 sources"),
        "{}",
        done.stdout
    );
    assert!(!town.database().exists(), "a check makes no database");
    std::fs::remove_file(town.path("districts.geojson")).expect("a file of ours");
    town.run(&["config", "check", "lagebild.toml"])
        .exits(2)
        .says(&["area.districts", "districts.geojson"]);
    town.write(
        "districts.geojson",
        "{\"type\":\"FeatureCollection\",\"features\":[{}]}",
    );
    town.run(&["config", "check", "lagebild.toml"])
        .exits(2)
        .says(&["districts.geojson"]);
}

#[test]
fn config_check_says_which_key_is_wrong_and_what_would_do() {
    for (right, wrong, says) in [
        (
            "margin_km = 10",
            "margin_kn = 10",
            &["lagebild.toml:11:", "Did you mean `margin_km`?"][..],
        ),
        ("margin_km = 10", "margin_km = -1", &["margin_km"]),
        ("boundary = \"boundary.geojson\"\n", "", &["boundary", "bbox"]),
        ("id = \"vorgaenge\"", "id = \"maengel\"", &["maengel", "twice"]),
        ("id = \"vorgaenge\"", "id = \"Vorgänge\"", &["lagebild.toml:"]),
        (
            "kind = \"incident\"",
            "kind = \"crime\"",
            &["lagebild.toml:", "incident"],
        ),
        (
            "= \"fahrraddiebstahl\"",
            "= \"fahraddiebstahl\"",
            &["vorgaenge", "fahrraddiebstahl"],
        ),
        ("separator = \";\"", "separator = \";;\"", &["lagebild.toml:"]),
        (
            "separator = \";\"",
            "encoding = \"utf-9\"",
            &["maengel", "encoding", "utf-9"],
        ),
        (
            "separator = \";\"",
            "time_zone = \"Europe/Hamm\"",
            &["maengel", "time_zone", "Europe/Hamm"],
        ),
        (
            "separator = \";\"",
            "crs = \"EPSG:1\"",
            &["maengel", "crs", "EPSG:1"],
        ),
        ("longitude = \"Lon\"\n", "", &["maengel", "longitude"]),
        (
            "to = \"koordinationsebene\"",
            "to = \"Koordination\"",
            &["lagebild.toml:"],
        ),
        (
            "sources = [\"vorgaenge\"]",
            "sources = [\"vorgang\"]",
            &["release", "vorgang", "vorgaenge"],
        ),
        (
            "owner = \"polizei\"\nto",
            "owner = \"stadt\"\nto",
            &["polizei-an-koordination", "vorgaenge", "polizei"],
        ),
        (
            "fields = [\"place\", \"text\"]",
            "feilds = [\"place\"]",
            &["feilds", "fields"],
        ),
        (
            "listen = \"127.0.0.1:8311\"",
            "listen = \"0.0.0.0:8311\"",
            &["loopback"],
        ),
    ] {
        assert!(musterstadt::CONFIG.contains(right), "{right}");
        let town = musterstadt::empty();
        town.write("lagebild.toml", musterstadt::CONFIG.replacen(right, wrong, 1));
        let done = town
            .run(&["config", "check", "lagebild.toml"])
            .exits(2)
            .says(&["lagebild.toml"])
            .says(says);
        assert_eq!(done.stdout, "");
    }
}

#[test]
fn a_made_token_opens_the_server_and_is_kept_only_as_a_hash() {
    let town = musterstadt::installation();
    let token = town.token("analyst", "stadt");
    assert!(
        token.len() >= 32 && !token.contains(char::is_whitespace),
        "a token of few characters"
    );
    let server = Server::serve(&town);
    let me = server.as_bearer(&token).json("/api/v1/me");
    assert_eq!(
        (&me["role"], &me["organisation"], &me["name"]),
        (&"analyst".into(), &"stadt".into(), &"Test".into())
    );
    assert_eq!(
        server
            .as_bearer(&token)
            .json("/api/v1/lage?from=2026-10-05&to=2026-10-12")["total"],
        9
    );
    let answer = server.client().send(
        "POST",
        "/api/v1/session",
        Some(&format!("{{\"token\":\"{token}\"}}")),
    );
    let cookie = answer
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap_or_default()
        .to_owned();
    let session = cookie
        .split_once('=')
        .map(|(_, value)| value.to_owned())
        .expect("a cookie");
    assert_eq!(
        server.client().with("cookie", &cookie).get("/api/v1/me").status,
        200
    );
    // A token made beside a running server works at once.
    let second = town.token("guest", "gast");
    assert_eq!(server.as_bearer(&second).json("/api/v1/me")["role"], "guest");
    let secrets = [token.as_bytes(), second.as_bytes(), session.as_bytes()];
    for name in ["lagebild.db", "lagebild.db-wal"] {
        let bytes = std::fs::read(town.path(name)).unwrap_or_default();
        for secret in secrets {
            assert!(
                !bytes.windows(secret.len()).any(|window| window == secret),
                "a secret stands in {name}"
            );
        }
    }
    assert!(!server.log().contains(&token), "a secret stands in the log");
}

#[test]
fn demo_tokens_work_in_demo_mode_only() {
    let town = musterstadt::installation();
    town.write(
        "lagebild.toml",
        musterstadt::CONFIG.replacen("demo = true", "demo = false", 1),
    );
    let server = Server::serve(&town);
    server.as_bearer("demo-analyst").get("/api/v1/me").problem(401);
    server.as_bearer("demo-admin").get("/api/v1/lage").problem(401);
    let offer = server.client().json("/api/v1/session");
    assert_eq!(offer["demo"], false);
    assert_eq!(offer["demo_roles"], serde_json::json!([]));
}

#[test]
fn an_organisation_that_nothing_is_released_to_is_told_so() {
    let town = musterstadt::installation();
    let token = town.token("analyst", "zoll");
    let server = Server::serve(&town);
    let problem = server.as_bearer(&token).get("/api/v1/lage").problem(403);
    assert!(
        problem["detail"]
            .as_str()
            .is_some_and(|detail| detail.contains("released")),
        "{problem}"
    );
}

#[test]
fn a_port_that_is_taken_is_said_plainly() {
    let town = musterstadt::empty();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    town.listen_on(port);
    town.run(&["serve", "--config", "lagebild.toml"])
        .exits(1)
        .says(&["cannot listen", &port.to_string()]);
}

#[test]
fn a_database_that_is_none_fails_with_its_url() {
    let town = musterstadt::empty();
    town.write(
        "lagebild.db",
        "this is no database, but a text of more than a few bytes",
    );
    town.feed("maengel", "a.csv", "Nr;Zeit;Art;Stand;Lon;Lat;Ort;Text\n")
        .exits(1)
        .says(&["lagebild.db"]);
}

#[test]
fn detect_without_a_profile_is_wrong_usage() {
    let town: Installation = musterstadt::installation();
    town.run(&["detect", "--config", "lagebild.toml"])
        .exits(2)
        .says(&["[[detection.profile]]"]);
}
