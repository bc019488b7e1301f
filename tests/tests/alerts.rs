//! Alerts from the stored report to the receiver's answer: the built program, a program that takes webhooks, a mail server.

use std::time::Duration;

use lagebild_tests::{HookReceiver, Installation, MailServer, Server, musterstadt, until};
use serde_json::{Value, json};

/// Longest wait for what must come.
const AT_MOST: Duration = Duration::from_mins(1);
/// 32 bytes of key.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
const OLD_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDC2FVsBQIhro=";

const RELEASE: &str = r#"
[[release]]
id = "stadt-an-bundespolizei-meldungen"
owner = "stadt"
to = "bundespolizei"
sources = ["maengel"]
as = "alerts"
kinds = ["beschwerdehotspot"]
fields = ["place"]
purpose = "Streifen"
until = "2099-12-31"
approved_by = "Geschäftsführung"
"#;

/// Musterstadt with a rule, a webhook of the city and a mailbox of the police.
fn town(hooks: &HookReceiver, mails: &MailServer, more: &str) -> Installation {
    let town = musterstadt::empty();
    town.write("new.key", SECRET);
    town.write("old.key", OLD_SECRET);
    let alerts = format!(
        r#"{RELEASE}
[alerts]
address = "https://lage.example"
sender = "lagebild@stadt.example"
retry_seconds = [0, 0, 0, 0]

[alerts.smtp]
host = "127.0.0.1"
port = {}
tls = "none"

[[alerts.mailbox]]
id = "stab"
organisation = "polizei"
address = "stab@polizei.example"

[[alerts.endpoint]]
id = "leitstelle"
organisation = "stadt"
url = "{}"
secret_file = "new.key"
old_secret_file = "old.key"
allow_private = true

[[alerts.subscription]]
id = "leitstelle"
organisation = "stadt"
channel = "webhook:leitstelle"

[[alerts.subscription]]
id = "stab"
organisation = "polizei"
channel = "mail:stab"

[[alerts.rule]]
id = "muell"
organisation = "stadt"
label = "Müll häuft sich"
reports = {{ category = "wilder_muell" }}
within_hours = 24
at_least = 3
{more}"#,
        mails.port,
        hooks.url()
    );
    let config = town.read("lagebild.toml");
    town.write("lagebild.toml", format!("{config}{alerts}"));
    town
}

/// So many complaints of the last minutes.
fn complaints(first: usize, count: usize) -> String {
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::get("Europe/Berlin").expect("a zone"));
    let time = (&now - jiff::ToSpan::minutes(5))
        .strftime("%Y-%m-%d %H:%M")
        .to_string();
    let rows = (first..first + count).map(|n| format!("N{n};{time};Müll;offen;7.730;51.640;Westplatz;\n"));
    format!("Nr;Zeit;Art;Stand;Lon;Lat;Ort;Text\n{}", rows.collect::<String>())
}

fn alert_of(server: &Server, token: &str, subject: &str) -> Option<Value> {
    let list = server.as_bearer(token).items("/api/v1/alerts");
    list.into_iter().find(|alert| alert["subject"] == subject)
}

#[test]
fn a_rule_on_facts_reaches_the_webhook_signed_and_once() {
    // The first try fails: the second comes under the same id.
    let hooks = HookReceiver::start(|number| if number == 0 { 500 } else { 204 });
    let mails = MailServer::start();
    let town = town(&hooks, &mails, "");
    let server = Server::serve(&town);
    town.feed("maengel", "zwei.csv", complaints(0, 2)).exits(0);
    town.feed("maengel", "drei.csv", complaints(2, 1)).exits(0);
    let hook = until("a webhook that was taken", AT_MOST, || {
        hooks.hooks().into_iter().find(|hook| hook.answered == 204)
    });
    let first = &hooks.hooks()[0];
    assert_eq!(first.header("webhook-id"), hook.header("webhook-id"));
    assert_eq!(first.body, hook.body);
    let timestamp: i64 = hook.header("webhook-timestamp").parse().expect("seconds");
    assert!((jiff::Timestamp::now().as_second() - timestamp).abs() < 300);
    // The reference library of the standard makes the same signatures.
    let signatures: Vec<&str> = hook.header("webhook-signature").split(' ').collect();
    let by = |secret: &str| {
        let library = standardwebhooks::Webhook::new(secret).expect("a key");
        library
            .sign(hook.header("webhook-id"), timestamp, &hook.body)
            .expect("a signature")
    };
    assert_eq!(signatures, [by(SECRET), by(OLD_SECRET)]);
    let body = hook.json();
    assert_eq!(body["type"], "alert.raised");
    assert!(hook.body.len() < 20_000);
    let alert = &body["data"]["alerts"][0];
    assert_eq!(alert["subject"], "fact");
    assert_eq!(alert["headline"], "Müll häuft sich");
    assert_eq!(body["data"]["alerts"].as_array().expect("alerts").len(), 1);
    // It is the city's alone; it says why; it is answered.
    let id = alert["id"].as_str().expect("an id");
    let city = server.as_bearer("demo-city");
    let seen = city.json(&format!("/api/v1/alerts/{id}"));
    assert_eq!(
        (seen["state"].as_str(), seen["observed"].as_f64()),
        (Some("open"), Some(3.0))
    );
    let reasons = seen["reasons"].as_array().expect("reasons");
    let of = |organisation: &str| {
        let reason = reasons
            .iter()
            .find(|reason| reason["organisation"] == organisation)
            .expect("a reason");
        (
            reason["why"].as_str().unwrap_or(""),
            reason["subscription"].as_str(),
        )
    };
    assert_eq!(of("stadt"), ("told", Some("leitstelle")));
    assert_eq!(of("polizei"), ("not_theirs", None));
    server
        .as_bearer("demo-police")
        .get(&format!("/api/v1/alerts/{id}"))
        .problem(403);
    let acknowledged = city
        .send("POST", &format!("/api/v1/alerts/{id}/ack"), None)
        .has_status(200)
        .json();
    assert_eq!(acknowledged["state"], "acknowledged");
    let closed = city
        .send(
            "POST",
            &format!("/api/v1/alerts/{id}/close"),
            Some(r#"{"outcome": "measure", "text": "Leerung bestellt"}"#),
        )
        .has_status(200)
        .json();
    assert_eq!(closed["state"], "closed");
    let last = closed["history"]
        .as_array()
        .expect("a history")
        .last()
        .expect("a line")
        .clone();
    assert_eq!(last["text"], "Maßnahme ergriffen: Leerung bestellt");
    city.send("POST", &format!("/api/v1/alerts/{id}/ack"), None)
        .problem(409);
    // The log of deliveries; a replay comes under the same id.
    let deliveries = city.items("/api/v1/deliveries");
    assert_eq!(deliveries.len(), 1);
    assert_eq!(
        (
            deliveries[0]["state"].as_str(),
            deliveries[0]["attempts"].as_u64()
        ),
        (Some("delivered"), Some(2))
    );
    assert_eq!(deliveries[0]["message"], hook.header("webhook-id"));
    let number = deliveries[0]["id"].as_str().expect("an id");
    city.send("POST", &format!("/api/v1/deliveries/{number}/replay"), None)
        .has_status(202);
    let again = until("the replay", AT_MOST, || hooks.hooks().into_iter().nth(2));
    assert_eq!(again.header("webhook-id"), hook.header("webhook-id"));
    server
        .as_bearer("demo-police")
        .send("POST", &format!("/api/v1/deliveries/{number}/replay"), None)
        .problem(404);
}

#[test]
fn a_sofortmeldung_reaches_the_mailbox_the_inbox_and_the_feed_and_is_taken_back_everywhere() {
    let hooks = HookReceiver::start(|_| 204);
    let mails = MailServer::start();
    let town = town(&hooks, &mails, "");
    let server = Server::serve(&town);
    let city = server.as_bearer("demo-city");
    let bulletin = json!({"event": "Bühne am Ostplatz <umgestürzt> & abgesperrt", "area": "ost", "receivers": ["polizei"]});
    let written = city
        .send("POST", "/api/v1/bulletins", Some(&bulletin.to_string()))
        .has_status(201)
        .json();
    let id = written["alert"].as_str().expect("an alert").to_owned();
    let mail = until("a mail", AT_MOST, || mails.mails().into_iter().next());
    assert!(mail.starts_with("RCPT TO:<stab@polizei.example>"), "{mail}");
    assert!(
        mail.contains("multipart/alternative") && mail.contains("text/plain") && mail.contains("text/html")
    );
    assert!(
        mail.contains(&format!("https://lage.example/#alert=3D{id}"))
            || mail.contains(&format!("https://lage.example/#alert={id}")),
        "{mail}"
    );
    assert!(
        !mail.contains("image/") && !mail.contains("umgest"),
        "thin, without the words and without a picture: {mail}"
    );
    let police = server.as_bearer("demo-police");
    let seen = police.json(&format!("/api/v1/alerts/{id}"));
    assert_eq!(seen["text"], "Bühne am Ostplatz <umgestürzt> & abgesperrt");
    assert_eq!(seen["is_sender"], false);
    // Both sides see the answer.
    police
        .send(
            "POST",
            &format!("/api/v1/alerts/{id}/ack"),
            Some(r#"{"text": "Streife unterwegs"}"#),
        )
        .has_status(200);
    let of_city = city.json(&format!("/api/v1/alerts/{id}"));
    let states: Vec<(&str, &str)> = of_city["receivers"]
        .as_array()
        .expect("receivers")
        .iter()
        .map(|one| {
            (
                one["organisation"].as_str().unwrap_or(""),
                one["state"].as_str().unwrap_or(""),
            )
        })
        .collect();
    assert_eq!(states, [("polizei", "acknowledged"), ("stadt", "open")]);
    assert!(of_city["history"].to_string().contains("Streife unterwegs"));
    a_document_is_released_and_cancelled(&server, &id, &mails);
}

fn a_document_is_released_and_cancelled(server: &Server, id: &str, mails: &MailServer) {
    let (city, police) = (server.as_bearer("demo-city"), server.as_bearer("demo-police"));
    // Nothing is a document before a person releases it; the receiver cannot.
    assert!(
        !police
            .get("/cap/alerts.atom")
            .has_status(200)
            .text()
            .contains("<entry>")
    );
    let release = format!("/api/v1/alerts/{id}/cap");
    police
        .send("POST", &release, Some(r#"{"scope": "restricted"}"#))
        .problem(403);
    let document = city
        .send("POST", &release, Some(r#"{"scope": "restricted"}"#))
        .has_status(201)
        .json();
    let href = document["href"].as_str().expect("an address");
    let xml = police.get(href).has_status(200).text();
    assert!(
        xml.contains("<scope>Restricted</scope>") && xml.contains("<status>Exercise</status>"),
        "{xml}"
    );
    assert!(xml.contains("&lt;umgestürzt&gt; &amp; abgesperrt"), "{xml}");
    let feed = police.get("/cap/alerts.atom").has_status(200).text();
    assert!(feed.contains(&format!("{}{href}", server.base())), "{feed}");
    server.as_bearer("demo-partner").get(href).problem(403);
    assert!(
        !server
            .as_bearer("demo-partner")
            .get("/cap/alerts.atom")
            .has_status(200)
            .text()
            .contains("<entry>")
    );
    it_is_put_right_and_taken_back(server, id, mails, href);
}

fn it_is_put_right_and_taken_back(server: &Server, id: &str, mails: &MailServer, href: &str) {
    let (city, police) = (server.as_bearer("demo-city"), server.as_bearer("demo-police"));
    // Put right: the mailbox is told, and the document gets an update with a reference to the first.
    let correct = format!("/api/v1/alerts/{id}/correct");
    police
        .send("POST", &correct, Some(r#"{"text": "Westweg"}"#))
        .problem(403);
    city.send("POST", &correct, None).problem(400);
    let corrected = city
        .send("POST", &correct, Some(r#"{"text": "Es ist der Westweg."}"#))
        .has_status(200)
        .json();
    assert_eq!(
        corrected["history"]
            .as_array()
            .expect("lines")
            .last()
            .expect("one")["what"],
        "correct"
    );
    let mail = until("the correction", AT_MOST, || mails.mails().into_iter().nth(1));
    assert!(mail.contains("Berichtigt"), "{mail}");
    until("the correction on the page", AT_MOST, || {
        let alert = police.json(&format!("/api/v1/alerts/{id}"));
        (alert["correction"] == "Es ist der Westweg.").then_some(())
    });
    let feed = police.get("/cap/alerts.atom").has_status(200).text();
    let first = href.trim_start_matches("/cap/").trim_end_matches(".xml");
    let update = feed
        .split("/cap/")
        .filter_map(|part| part.split(".xml").next())
        .find(|name| name.starts_with("lagebild-") && *name != first)
        .expect("a second document");
    let update = police.get(&format!("/cap/{update}.xml")).has_status(200).text();
    assert!(
        update.contains("<msgType>Update</msgType>")
            && update.contains("Berichtigung: Es ist der Westweg.")
            && update.contains(&format!("<references>lagebild@stadt.example,{first},")),
        "{update}"
    );
    // Taken back: the mailbox is told, and the document is cancelled with a reference to the first.
    city.send("POST", &format!("/api/v1/alerts/{id}/recall"), None)
        .problem(400);
    city.send(
        "POST",
        &format!("/api/v1/alerts/{id}/recall"),
        Some(r#"{"text": "Verwechslung"}"#),
    )
    .has_status(200);
    let recall = until("the recall", AT_MOST, || mails.mails().into_iter().nth(2));
    assert!(
        recall.contains("Subject: ") && recall.contains("zogen"),
        "{recall}"
    );
    until("the recall on the page", AT_MOST, || {
        (police.json(&format!("/api/v1/alerts/{id}"))["state"] == "recalled").then_some(())
    });
    let feed = police.get("/cap/alerts.atom").has_status(200).text();
    // The newest stands first.
    let cancel = feed
        .split("/cap/")
        .filter_map(|part| part.split(".xml").next())
        .find(|name| name.starts_with("lagebild-"))
        .expect("a third document");
    let cancel = police.get(&format!("/cap/{cancel}.xml")).has_status(200).text();
    assert!(
        cancel.contains("<msgType>Cancel</msgType>") && cancel.contains("<note>Verwechslung</note>"),
        "{cancel}"
    );
    assert!(
        cancel.contains(&format!("<references>lagebild@stadt.example,{first},")),
        "{cancel}"
    );
}

#[test]
fn a_receiver_that_hangs_holds_up_nobody_else_and_a_way_that_is_gone_is_switched_off_with_notice() {
    let hooks = HookReceiver::start(|number| if number == 0 { 0 } else { 410 });
    let mails = MailServer::start();
    let town = town(&hooks, &mails, "");
    let server = Server::serve(&town);
    let city = server.as_bearer("demo-city");
    let write = |event: &str| {
        let body = json!({"event": event, "receivers": ["polizei"]});
        city.send("POST", "/api/v1/bulletins", Some(&body.to_string()))
            .has_status(201);
    };
    write("eins");
    until("a webhook that hangs", AT_MOST, || {
        (!hooks.hooks().is_empty()).then_some(())
    });
    write("zwei");
    until("both mails", AT_MOST, || (mails.mails().len() == 2).then_some(()));
    assert_eq!(hooks.hooks().len(), 1, "what waits behind it keeps its order");
    // After its time the try is made again, and the receiver says that it wants nothing more.
    until("a channel that is switched off", AT_MOST, || {
        let channels = city.items("/api/v1/channels");
        channels
            .iter()
            .any(|channel| !channel["off_since"].is_null())
            .then_some(())
    });
    let notice = until("a notice on the page", AT_MOST, || {
        alert_of(&server, "demo-city", "channel")
    });
    assert!(
        notice["text"]
            .as_str()
            .unwrap_or("")
            .contains("webhook:leitstelle")
    );
    server.stop_after_trouble();
}

#[test]
fn what_an_organisation_wishes_is_its_own() {
    let hooks = HookReceiver::start(|_| 204);
    let mails = MailServer::start();
    let town = town(&hooks, &mails, "");
    let server = Server::serve(&town);
    let (city, police) = (server.as_bearer("demo-city"), server.as_bearer("demo-police"));
    // A subscription goes by the organisation's own ways only.
    let wish = |channel: &str| json!({"id": "mehr", "channel": channel, "quiet_hours": "22-6"}).to_string();
    city.send("POST", "/api/v1/subscriptions", Some(&wish("mail:stab")))
        .problem(400);
    city.send("POST", "/api/v1/subscriptions", Some(&wish("inbox")))
        .has_status(200);
    police
        .send("POST", "/api/v1/subscriptions", Some(&wish("inbox")))
        .problem(409);
    assert_eq!(city.items("/api/v1/subscriptions").len(), 2);
    assert_eq!(police.items("/api/v1/subscriptions").len(), 1);
    police
        .send("DELETE", "/api/v1/subscriptions/mehr", None)
        .problem(404);
    city.send("DELETE", "/api/v1/subscriptions/mehr", None)
        .has_status(204);
    city.send("DELETE", "/api/v1/subscriptions/leitstelle", None)
        .problem(404);
    // A silence holds back the rule's alert from those who silenced it, and it is told when the silence ends.
    let silence = json!({"matchers": [{"name": "rule", "value": "muell"}], "reason": "Sperrmülltag",
        "ends_at": (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1)).to_string()});
    let made = city
        .send("POST", "/api/v1/silences", Some(&silence.to_string()))
        .has_status(200)
        .json();
    assert_eq!(made["state"], "active");
    town.feed("maengel", "drei.csv", complaints(0, 3)).exits(0);
    until("the picture with the reports", AT_MOST, || {
        (city.json("/api/v1/lage?category=wilder_muell")["total"] == 3).then_some(())
    });
    let body = json!({"event": "danach", "receivers": ["stadt"]});
    police
        .send("POST", "/api/v1/bulletins", Some(&body.to_string()))
        .has_status(201);
    until("the bulletin", AT_MOST, || {
        alert_of(&server, "demo-city", "bulletin")
    });
    assert_eq!(alert_of(&server, "demo-city", "fact"), None);
    let number = made["id"].as_str().expect("an id");
    police
        .send("DELETE", &format!("/api/v1/silences/{number}"), None)
        .problem(404);
    city.send("DELETE", &format!("/api/v1/silences/{number}"), None)
        .has_status(200);
    until("the alert after the silence", AT_MOST, || {
        alert_of(&server, "demo-city", "fact")
    });
    for (path, body) in [
        (
            "/api/v1/silences",
            r#"{"matchers": [], "reason": "x", "ends_at": "2099-01-01T00:00:00Z"}"#,
        ),
        ("/api/v1/bulletins", r#"{"event": "", "receivers": ["polizei"]}"#),
        ("/api/v1/bulletins", r#"{"event": "x", "receivers": []}"#),
        (
            "/api/v1/bulletins",
            r#"{"event": "x", "area": "nirgends", "receivers": ["polizei"]}"#,
        ),
        (
            "/api/v1/bulletins",
            r#"{"type": "talk", "event": "frei", "topic": "event", "area": "ost", "contact": "Amt", "review_on": "2099-01-01", "receivers": ["polizei"]}"#,
        ),
        ("/api/v1/bulletins", "nichts"),
    ] {
        city.send("POST", path, Some(body)).problem(400);
    }
    let talk = r#"{"type": "talk", "topic": "social_tension", "area": "ost", "contact": "Jugendamt", "review_on": "2099-01-01", "receivers": ["polizei"]}"#;
    city.send("POST", "/api/v1/bulletins", Some(talk)).has_status(201);
    let asked = until("the request to talk", AT_MOST, || {
        alert_of(&server, "demo-police", "talk")
    });
    assert_eq!(
        asked["text"],
        "Soziale Spannungen. Bitte melden bei: Jugendamt. Wiedervorlage am 01.01.2099."
    );
    assert_eq!(
        (&asked["geometry"], &asked["place"]),
        (&Value::Null, &Value::Null)
    );
    for token in ["demo-admin", "demo-auditor", "demo-press", "demo-steering"] {
        server.as_bearer(token).get("/api/v1/alerts").problem(403);
    }
}
