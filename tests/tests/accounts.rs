//! Signing in with a password.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lagebild_tests::{Answer, Client, Installation, Server, database, musterstadt, totp_code, until};
use serde_json::json;

const PASSWORD: &str = "zwölf Möwen im Regen";
const WRONG: &str = "zwölf Möwen im Regem";
/// Longest wait for what takes seconds.
const SOON: Duration = Duration::from_secs(20);

fn at(server: &Server, address: &str) -> Client {
    server.client().with("x-forwarded-for", address)
}

fn sign_in(client: &Client, user: &str, password: &str, code: Option<&str>) -> Answer {
    let mut body = json!({ "user": user, "password": password });
    if let Some(code) = code {
        body["code"] = json!(code);
    }
    client.send("POST", "/api/v1/session", Some(&body.to_string()))
}

/// The same client with the session that an answer opened.
fn signed_in(client: &Client, answer: &Answer) -> Client {
    let cookie = answer.header("set-cookie").split(';').next().expect("a cookie");
    client.with("cookie", cookie)
}

fn user(town: &Installation, command: &str, name: &str) -> lagebild_tests::Finished {
    town.run(&["user", command, "--config", "lagebild.toml", "--name", name])
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a clock")
        .as_secs()
}

#[test]
fn a_password_opens_the_account_and_is_nowhere_to_be_read() {
    let town = musterstadt::closed();
    assert_eq!(town.account("anna.muster", "analyst", PASSWORD), "");
    let server = Server::serve(&town);
    let office = at(&server, "192.0.2.1");
    let unknown = sign_in(&office, "berta", PASSWORD, None).problem(401);
    let wrong = sign_in(&office, "anna.muster", WRONG, None).problem(401);
    assert_eq!(
        unknown, wrong,
        "an answer does not tell whether there is such an account"
    );
    let answer = sign_in(&office, "Anna.Muster ", PASSWORD, None).has_status(200);
    let anna = signed_in(&office, &answer);
    let me = anna.json("/api/v1/me");
    assert_eq!(
        (
            me["name"].as_str(),
            me["role"].as_str(),
            me["organisation"].as_str()
        ),
        (Some("Ordnungsamt"), Some("analyst"), Some("stadt"))
    );
    assert_eq!(
        anna.items(&format!("/api/v1/reports?{}", musterstadt::EVER))
            .len(),
        15
    );
    for demo in ["demo-analyst", "demo-admin"] {
        server.as_bearer(demo).get("/api/v1/me").problem(401);
    }
    let auditor = server.as_bearer(&town.token("auditor", "datenschutz"));
    let failed = until("the failed sign-in in the log", SOON, || {
        let items = auditor.items("/api/v1/audit?action=sign_in_failed&organisation=stadt");
        items.into_iter().next()
    });
    assert_eq!(
        (failed["name"].as_str(), failed["words"].as_str()),
        (Some("Ordnungsamt"), Some("password"))
    );
    let stranger = auditor.items("/api/v1/audit?action=sign_in_failed&organisation=unbekannt");
    assert_eq!(stranger.len(), 1);
    assert_eq!(
        stranger[0]["name"], "",
        "what was typed for a name may be a password"
    );
    let log = server.log();
    drop(server);
    let kept = std::fs::read(town.database()).expect("the database");
    for secret in [PASSWORD, WRONG] {
        assert!(!log.contains(secret));
        assert!(!kept.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()));
    }
    let hash = database::texts(&town.database(), "SELECT password FROM account");
    assert!(
        hash[0].starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{}",
        hash[0]
    );
}

#[test]
fn whoever_guesses_must_wait_and_nobody_else() {
    let town = musterstadt::closed();
    town.account("anna", "analyst", PASSWORD);
    town.account("berta", "analyst", PASSWORD);
    let server = Server::serve(&town);
    let thief = at(&server, "203.0.113.66");
    let statuses: Vec<u16> = (0..12)
        .map(|_| sign_in(&thief, "anna", WRONG, None).status)
        .collect();
    // The sixth waits a second, which may be over by then; those after it wait longer and longer.
    assert_eq!(statuses[..5], [401; 5]);
    let refused = sign_in(&thief, "anna", PASSWORD, None);
    let waits: u64 = refused.header("retry-after").parse().expect("seconds");
    assert!((1..=900).contains(&waits), "{waits}");
    refused.problem(429);
    assert!(statuses[5..].contains(&429), "{statuses:?}");
    sign_in(&at(&server, "192.0.2.1"), "anna", PASSWORD, None).has_status(200);
    sign_in(&thief, "berta", PASSWORD, None).has_status(200);
    // An account that is not there is guarded like one that is.
    let ghost: Vec<u16> = (0..12)
        .map(|_| sign_in(&thief, "gespenst", WRONG, None).status)
        .collect();
    assert_eq!(ghost[..5], [401; 5]);
    assert!(ghost[5..].contains(&429), "{ghost:?}");
}

#[test]
fn a_second_factor_is_asked_for_after_the_password_and_a_code_opens_once() {
    let town = musterstadt::closed();
    let url = town.account("chef", "admin", PASSWORD);
    assert!(url.starts_with("otpauth://totp/Lagebild:chef?secret="), "{url}");
    let server = Server::serve(&town);
    let office = at(&server, "192.0.2.1");
    let asked = sign_in(&office, "chef", PASSWORD, None).problem(401);
    assert_eq!(asked["type"], "/problems/second-factor");
    let wrong = sign_in(&office, "chef", WRONG, Some(&totp_code(&url, now()))).problem(401);
    assert_eq!(
        wrong["type"], "about:blank",
        "without the password the code helps nobody"
    );
    assert_eq!(
        sign_in(&office, "chef", PASSWORD, Some("12345")).problem(401)["type"],
        "/problems/second-factor"
    );
    let code = totp_code(&url, now());
    let answer = sign_in(&office, "chef", PASSWORD, Some(&code)).has_status(200);
    assert_eq!(signed_in(&office, &answer).json("/api/v1/me")["role"], "admin");
    sign_in(&office, "chef", PASSWORD, Some(&code)).problem(401);

    let other = user(&town, "totp", "chef").exits(0).stdout;
    assert_ne!(other, url);
    signed_in(&office, &answer).get("/api/v1/me").problem(401);
}

#[test]
fn a_disabled_account_loses_its_session_and_its_open_stream() {
    let town = musterstadt::closed();
    town.account("anna", "analyst", PASSWORD);
    let server = Server::serve(&town);
    let office = at(&server, "192.0.2.1");
    let answer = sign_in(&office, "anna", PASSWORD, None).has_status(200);
    let anna = signed_in(&office, &answer);
    let mut stream = anna.open("/api/v1/stream").into_body();
    user(&town, "disable", "anna").exits(0);
    anna.get("/api/v1/me").problem(401);
    // Ends by itself: the server sends nothing more.
    stream.read_to_string().expect("a stream that ends");
    sign_in(&office, "anna", PASSWORD, None).problem(401);
    user(&town, "enable", "anna").exits(0);
    anna.get("/api/v1/me").problem(401);
    sign_in(&office, "anna", PASSWORD, None).has_status(200);
    let list = town
        .run(&["user", "list", "--config", "lagebild.toml", "--format", "json"])
        .exits(0);
    let entry: serde_json::Value = serde_json::from_str(list.stdout.trim()).expect("a line of JSON");
    assert_eq!(
        (entry["name"].as_str(), entry["disabled"].as_bool()),
        (Some("anna"), Some(false))
    );
    assert!(!list.stdout.contains("argon2"));
}

#[test]
fn bad_passwords_and_unknown_names_change_nothing() {
    let town = musterstadt::closed();
    let add = |input: &str| {
        let command = [
            "user",
            "add",
            "--config",
            "lagebild.toml",
            "--name",
            "anna",
            "--label",
            "A",
            "--role",
            "analyst",
            "--organisation",
            "stadt",
        ];
        town.run_telling(&command, input)
    };
    add("kurz\n")
        .exits(1)
        .says(&["at least 12", "nothing was changed"]);
    add("").exits(1).says(&["at least 12"]);
    add("meine anna 2026\n").exits(1).says(&["guessed first"]);
    add(&format!("{PASSWORD}\n")).exits(0);
    add(&format!("{PASSWORD}\n"))
        .exits(1)
        .says(&["there is an account anna already"]);
    for command in ["totp", "disable", "enable"] {
        user(&town, command, "berta")
            .exits(1)
            .says(&["there is no account berta"]);
    }
}

#[test]
fn an_administrator_without_a_second_factor_is_not_served() {
    let town = musterstadt::closed();
    town.account("chef", "admin", PASSWORD);
    database::write(&town.database(), "UPDATE account SET totp_salt = NULL");
    let serve = ["serve", "--config", "lagebild.toml"];
    town.run(&serve)
        .exits(2)
        .says(&["administrator chef", "lagebild user totp --name chef"]);
    user(&town, "disable", "chef").exits(0);
    drop(Server::serve(&town));
}

#[test]
fn another_sites_page_cannot_sign_anybody_in_or_out() {
    let town = musterstadt::closed();
    town.account("anna", "analyst", PASSWORD);
    let server = Server::serve(&town);
    let office = at(&server, "192.0.2.1");
    for (header, value) in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let lured = office.with(header, value);
        sign_in(&lured, "anna", PASSWORD, None).problem(403);
        lured.send("DELETE", "/api/v1/session", None).problem(403);
    }
    let own = office.with("origin", server.base());
    sign_in(&own, "anna", PASSWORD, None).has_status(200);
}
