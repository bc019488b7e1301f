//! The sending path, killed at random points, with a receiver that fails half the time.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use lagebild_tests::dice::random;
use lagebild_tests::{HookReceiver, Server, musterstadt, until};
use serde_json::json;

/// Longest wait for what must come.
const AT_MOST: Duration = Duration::from_mins(2);
/// Points, where `LAGEBILD_KILL_POINTS` does not say.
const FEW: u32 = 3;
/// Messages written before each kill.
const MESSAGES: u32 = 4;

#[test]
fn every_alert_arrives_in_order_after_a_kill_at_any_point_though_the_receiver_fails_half_the_time() {
    let points = std::env::var("LAGEBILD_KILL_POINTS").map_or(FEW, |text| text.parse().expect("a number"));
    let hooks = HookReceiver::start(|number| {
        if random(number as u64).is_multiple_of(2) {
            500
        } else {
            204
        }
    });
    let town = musterstadt::empty();
    town.write("hook.key", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let pauses = vec!["0"; 200].join(", ");
    let alerts = format!(
        r#"
[alerts]
retry_seconds = [{pauses}]

[[alerts.endpoint]]
id = "leitstelle"
organisation = "polizei"
url = "{}"
secret_file = "hook.key"
allow_private = true

[[alerts.subscription]]
id = "leitstelle"
organisation = "polizei"
channel = "webhook:leitstelle"
"#,
        hooks.url()
    );
    let config = town.read("lagebild.toml");
    town.write("lagebild.toml", format!("{config}{alerts}"));
    // What was acknowledged as written, by its alert: all of it must arrive.
    let mut written: Vec<String> = Vec::new();
    for point in 0..points {
        let server = Server::serve(&town);
        let city = server.as_bearer("demo-city");
        for number in 0..MESSAGES {
            let body = json!({"event": format!("{point}-{number}"), "receivers": ["polizei"]}).to_string();
            let answer = city
                .send("POST", "/api/v1/bulletins", Some(&body))
                .has_status(201);
            written.push(answer.json()["alert"].as_str().expect("an alert").to_owned());
        }
        // A moment that the receiver tells: after so many more requests, the next is on its way or about to be.
        let more = usize::try_from(random(u64::from(point) + 1_000) % 5).expect("a small number");
        let before = hooks.hooks().len();
        until("requests on their way", AT_MOST, || {
            let arrived = hooks.hooks();
            let is_all = arrived.iter().filter(|hook| hook.answered == 204).count() >= written.len();
            (arrived.len() >= before + more || is_all).then_some(())
        });
        server.kill();
    }
    let server = Server::serve(&town);
    let taken = until("every alert", AT_MOST, || {
        let hooks = hooks.hooks();
        let taken: Vec<_> = hooks.into_iter().filter(|hook| hook.answered == 204).collect();
        let arrived: BTreeSet<String> = taken.iter().map(alert_of).collect();
        written
            .iter()
            .all(|alert| arrived.contains(alert))
            .then_some(taken)
    });
    // Each for the first time in the order in which they were written; again only under the same id.
    let mut first = Vec::new();
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    for hook in &taken {
        let alert = alert_of(hook);
        let id = hook.header("webhook-id").to_owned();
        if let Some(known) = ids.get(&alert) {
            assert_eq!(*known, id, "{alert} came again under another id");
        } else {
            ids.insert(alert.clone(), id);
            first.push(alert);
        }
    }
    assert_eq!(first, written);
    println!(
        "{points} kills: {} alerts written, all taken in order; {} requests, {} of them failed by the receiver, {} taken twice",
        written.len(),
        hooks.hooks().len(),
        hooks.hooks().iter().filter(|hook| hook.answered != 204).count(),
        taken.len() - first.len()
    );
    drop(server);
}

fn alert_of(hook: &lagebild_tests::Hook) -> String {
    let body = hook.json();
    body["data"]["alerts"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned()
}
