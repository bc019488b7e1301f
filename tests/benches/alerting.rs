//! How long an alert takes from the stored report to the program that takes webhooks, at `LAGEBILD_BENCH_RATE` (200) reports a
//! second by the push API for `LAGEBILD_BENCH_SECONDS` (60): alone, beside a receiver that hangs, and beside one that answers a
//! byte a second. Then how fast `LAGEBILD_BENCH_QUEUED` (100000) messages that wait are sent, and in how much memory.

#![expect(clippy::print_stdout, reason = "the table is what the bench is for")]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use lagebild_tests::{HookReceiver, Installation, Server, database, musterstadt, until};
use serde_json::json;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
/// Rules of each sort: counts in a district, counts near an object.
const RULES: u64 = 50;
/// Programs that push at the same time.
const PUSHERS: u64 = 4;
/// Receivers that the waiting messages are for.
const QUEUES: u64 = 5;
/// Longest wait for what must come.
const AT_MOST: Duration = Duration::from_mins(30);

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}

/// An endpoint of the city that wants everything.
fn endpoint(id: &str, url: &str) -> String {
    format!(
        r#"
[[alerts.endpoint]]
id = "{id}"
organisation = "stadt"
url = "{url}"
secret_file = "hook.key"
allow_private = true

[[alerts.subscription]]
id = "{id}"
organisation = "stadt"
channel = "webhook:{id}"
"#
    )
}

fn town(alerts: &str) -> Installation {
    let town = musterstadt::empty();
    town.write("hook.key", SECRET);
    let config = town.read("lagebild.toml");
    town.write("lagebild.toml", format!("{config}\n[alerts]\n{alerts}"));
    town
}

/// Rules that fire one after the other while the reports come: `w1` at the first part of those in the west, and so on.
fn rules(of_each: u64) -> String {
    let mut rules = String::new();
    for rule in 1..=RULES {
        let at_least = (rule * of_each / RULES).max(1);
        let _ = write!(
            rules,
            r#"
[[alerts.rule]]
id = "w{rule}"
organisation = "stadt"
label = "w{rule}"
reports = {{ category = "wilder_muell", area = "west" }}
within_hours = 24
at_least = {at_least}

[[alerts.rule]]
id = "o{rule}"
organisation = "stadt"
label = "o{rule}"
reports = {{ category = "laerm_nacht" }}
near = {{ name = "Ostplatz", point = {{ lat = 51.640, lng = 7.840 }}, radius_m = 200.0 }}
within_hours = 24
at_least = {at_least}
"#
        );
    }
    rules
}

/// Pushes so many reports a second, alternately of the west and of the east; the moments at which each push began, by side.
fn push(server: &Server, rate: u64, seconds: u64) -> [Vec<Instant>; 2] {
    let began = Instant::now();
    let of_one = |pusher: u64| {
        let city = server.as_bearer("demo-city");
        let mut begun = [Vec::new(), Vec::new()];
        for number in (pusher..rate * seconds).step_by(PUSHERS as usize) {
            let due = Duration::from_secs_f64(number as f64 / rate as f64);
            std::thread::sleep(due.saturating_sub(began.elapsed()));
            let side = usize::from(number / PUSHERS % 2 == 1);
            let (category, longitude) = [("Müll", 7.730), ("Lärm", 7.840)][side];
            let now =
                jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::get("Europe/Berlin").expect("a zone"));
            let report = json!({"Nr": format!("N{number}"), "Zeit": now.strftime("%Y-%m-%d %H:%M").to_string(),
                "Art": category, "Stand": "offen", "Lon": longitude, "Lat": 51.640, "Ort": "Platz", "Text": ""});
            begun[side].push(Instant::now());
            city.send(
                "POST",
                "/api/v1/sources/maengel/reports",
                Some(&report.to_string()),
            )
            .has_status(200);
        }
        begun
    };
    let mut all = [Vec::new(), Vec::new()];
    std::thread::scope(|scope| {
        let pushers: Vec<_> = (0..PUSHERS)
            .map(|pusher| scope.spawn(move || of_one(pusher)))
            .collect();
        for pusher in pushers {
            let begun = pusher.join().expect("a pusher that ends");
            for (all, begun) in all.iter_mut().zip(begun) {
                all.extend(begun);
            }
        }
    });
    let brought = (rate * seconds) as f64 / began.elapsed().as_secs_f64();
    println!("    {brought:.0} reports a second were pushed");
    for side in &mut all {
        side.sort_unstable();
    }
    all
}

/// From the beginning of the push that makes a rule fire to its webhook, beside another receiver.
fn latency(what: &str, rate: u64, seconds: u64, beside: Option<&HookReceiver>) {
    let of_each = rate * seconds / 2;
    let hooks = HookReceiver::start(|_| 204);
    let other = beside.map_or(String::new(), |other| endpoint("anderer", &other.url()));
    let town = town(&format!(
        "{}{other}{}",
        endpoint("guter", &hooks.url()),
        rules(of_each)
    ));
    let server = Server::serve(&town);
    println!("{what}");
    let begun = push(&server, rate, seconds);
    let arrived = until("every alert", AT_MOST, || {
        let mut arrived: HashMap<String, Instant> = HashMap::new();
        for hook in hooks.hooks() {
            let body = hook.json();
            for alert in body["data"]["alerts"].as_array().expect("alerts") {
                let headline = alert["headline"].as_str().expect("a headline");
                let rule = headline.split(':').next().unwrap_or_default();
                arrived.entry(rule.to_owned()).or_insert(hook.at);
            }
        }
        (arrived.len() as u64 == 2 * RULES).then_some(arrived)
    });
    for (side, letter, name) in [
        (0, 'w', "count in a district"),
        (1, 'o', "category near an object"),
    ] {
        let mut waited: Vec<f64> = (1..=RULES)
            .map(|rule| {
                let at_least = (rule * of_each / RULES).max(1) as usize;
                let stored = begun[side][at_least - 1];
                arrived[&format!("{letter}{rule}")]
                    .duration_since(stored)
                    .as_secs_f64()
            })
            .collect();
        waited.sort_by(f64::total_cmp);
        let share = |share: f64| waited[((waited.len() - 1) as f64 * share).round() as usize];
        println!(
            "    {name:24} {:4} alerts   p50 {:.2} s   p99 {:.2} s   max {:.2} s",
            waited.len(),
            share(0.5),
            share(0.99),
            share(1.0)
        );
    }
    // What the other receiver was not told makes a log that is not clean.
    server.kill();
}

/// A receiver that takes everything at once over connections that stay open, and counts.
fn counting() -> (String, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/hooks", listener.local_addr().expect("an address"));
    let count = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&count);
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let counted = Arc::clone(&counted);
            std::thread::spawn(move || take_all(&stream, &counted));
        }
    });
    (url, count)
}

fn take_all(stream: &TcpStream, counted: &AtomicU64) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut writer = stream;
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                if line.trim_end().is_empty() {
                    break;
                }
                continue;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.parse().ok()?;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        counted.fetch_add(1, Ordering::Relaxed);
        writer
            .write_all(b"HTTP/1.1 204 x\r\ncontent-length: 0\r\n\r\n")
            .ok()?;
    }
}

/// Resident memory of a process in MB.
fn resident_mb(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("Linux");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .expect("a size");
    let kilobytes: f64 = line
        .split_whitespace()
        .nth(1)
        .and_then(|kb| kb.parse().ok())
        .expect("a number");
    kilobytes / 1024.0
}

/// Sends what waits after a long outage of all receivers.
fn drain(queued: u64) {
    let receivers: Vec<_> = (0..QUEUES).map(|_| counting()).collect();
    let endpoints = receivers
        .iter()
        .enumerate()
        .map(|(number, (url, _))| endpoint(&format!("e{number}"), url));
    let town = town(&endpoints.collect::<String>());
    let arrived = || {
        receivers
            .iter()
            .map(|(_, count)| count.load(Ordering::Relaxed))
            .sum::<u64>()
    };
    let server = Server::serve(&town);
    let body = json!({"event": "Sperrung", "receivers": ["stadt"]}).to_string();
    server
        .as_bearer("demo-police")
        .send("POST", "/api/v1/bulletins", Some(&body))
        .has_status(201);
    let city = server.as_bearer("demo-city");
    until("one message in each queue", AT_MOST, || {
        let deliveries = city.items("/api/v1/deliveries");
        let is_there = |delivery: &serde_json::Value| delivery["state"] == "delivered";
        (deliveries.len() as u64 == QUEUES && deliveries.iter().all(is_there)).then_some(())
    });
    drop(server);
    let each = queued / QUEUES;
    database::write(
        &town.database(),
        &format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {each}) \
             INSERT INTO delivery (id, message, queue, organisation, channel, kind, created_at, not_before, state, attempts, body) \
             SELECT d.id + n.i * {QUEUES}, 'msg_' || lower(hex(randomblob(16))), queue, organisation, channel, kind, created_at, \
             not_before, 'waiting', 0, body FROM n CROSS JOIN (SELECT * FROM delivery) d; \
             UPDATE delivery_queue SET due_at = 0;"
        ),
    );
    let before = arrived();
    let server = Server::serve(&town);
    let began = Instant::now();
    let first = resident_mb(server.pid());
    let mut most = first;
    let mut at_a_tenth = None;
    until("an empty outbox", AT_MOST, || {
        let now = resident_mb(server.pid());
        most = most.max(now);
        let done = arrived() - before;
        if done * 10 >= queued {
            at_a_tenth.get_or_insert(now);
        }
        (done >= each * QUEUES).then_some(())
    });
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{queued} messages that wait for {QUEUES} receivers\n    sent in {seconds:.0} s, {:.0} a second; memory {first:.0} MB at the \
         start, {:.0} MB after a tenth, {:.0} MB at the end, at most {most:.0} MB",
        queued as f64 / seconds,
        at_a_tenth.unwrap_or(first),
        resident_mb(server.pid())
    );
}

fn main() {
    let seconds = number("LAGEBILD_BENCH_SECONDS", 60);
    let rate = number("LAGEBILD_BENCH_RATE", 200);
    latency("one receiver that answers at once", rate, seconds, None);
    latency(
        "beside one that hangs",
        rate,
        seconds,
        Some(&HookReceiver::start(|_| 0)),
    );
    latency(
        "beside one that answers a byte a second",
        rate,
        seconds,
        Some(&HookReceiver::dripping()),
    );
    drain(number("LAGEBILD_BENCH_QUEUED", 100_000));
}
