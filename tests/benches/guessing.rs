//! What the others notice while somebody guesses passwords: ten wrong ones a second, for `LAGEBILD_BENCH_SECONDS` (20), all
//! for one account and from one address, then each for another account and from another address, while an analyst asks for
//! the figures of the town again and again and signs in now and then.

#![expect(clippy::print_stdout, reason = "the table is what the bench is for")]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use lagebild_tests::{Client, Server, musterstadt};
use serde_json::json;

const PASSWORD: &str = "zwölf Möwen im Regen";
const BETWEEN_GUESSES: Duration = Duration::from_millis(100);
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(20);

fn sign_in(client: &Client, user: &str, password: &str) -> u16 {
    let body = json!({ "user": user, "password": password }).to_string();
    client.send("POST", "/api/v1/session", Some(&body)).status
}

/// What the others waited for, in milliseconds, sorted.
struct Waited {
    figures: Vec<f64>,
    sign_ins: Vec<f64>,
}

fn ask_for(server: &Server, token: &str, time: Duration) -> Waited {
    let (analyst, office) = (
        server.as_bearer(token),
        server.client().with("x-forwarded-for", "192.0.2.1"),
    );
    let mut waited = Waited {
        figures: Vec::new(),
        sign_ins: Vec::new(),
    };
    let started = Instant::now();
    let timed = |work: &dyn Fn()| {
        let began = Instant::now();
        work();
        began.elapsed().as_secs_f64() * 1e3
    };
    while started.elapsed() < time {
        let path = format!("/api/v1/lage?{}", musterstadt::EVER);
        waited.figures.push(timed(&|| {
            analyst.get(&path).has_status(200);
        }));
        if waited.figures.len() % 100 == 1 {
            waited
                .sign_ins
                .push(timed(&|| assert_eq!(sign_in(&office, "anna", PASSWORD), 200)));
        }
        std::thread::sleep(BETWEEN_QUESTIONS);
    }
    waited.figures.sort_by(f64::total_cmp);
    waited.sign_ins.sort_by(f64::total_cmp);
    waited
}

fn say(what: &str, waited: &Waited, guesses: u64, let_through: u64) {
    let share = |of: &[f64], share: f64| of[((of.len() - 1) as f64 * share).round() as usize];
    println!(
        "{what:34} {:6} {:8.2} {:8.2} {:8.2} {:8.1} {guesses:8} {let_through:8}",
        waited.figures.len(),
        share(&waited.figures, 0.5),
        share(&waited.figures, 0.95),
        share(&waited.figures, 0.99),
        share(&waited.sign_ins, 0.5),
    );
}

fn main() {
    let seconds = std::env::var("LAGEBILD_BENCH_SECONDS")
        .ok()
        .and_then(|text| text.parse().ok());
    let time = Duration::from_secs(seconds.unwrap_or(20));
    let town = musterstadt::closed();
    town.account("anna", "analyst", PASSWORD);
    let token = town.token("analyst", "stadt");
    let server = Server::serve(&town);
    println!(
        "{:34} {:>6} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}",
        "", "asked", "p50 ms", "p95 ms", "p99 ms", "sign-in", "guesses", "hashed"
    );
    let quiet = ask_for(&server, &token, time);
    say("nobody guesses", &quiet, 0, 0);
    for is_spread in [false, true] {
        let (done, guesses, hashed) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
        let waited = std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let number = guesses.fetch_add(1, Ordering::Relaxed);
                    let (user, address) = if is_spread {
                        (
                            format!("a{number}"),
                            format!("203.0.{}.{}", number / 250 % 250, number % 250),
                        )
                    } else {
                        ("anna".to_owned(), "203.0.113.66".to_owned())
                    };
                    let thief = server.client().with("x-forwarded-for", &address);
                    let began = Instant::now();
                    if sign_in(&thief, &user, "falsch, aber lang genug") == 401 {
                        hashed.fetch_add(1, Ordering::Relaxed);
                    }
                    std::thread::sleep(BETWEEN_GUESSES.saturating_sub(began.elapsed()));
                }
            });
            let waited = ask_for(&server, &token, time);
            done.store(true, Ordering::Relaxed);
            waited
        });
        let what = if is_spread {
            "other account and address each time"
        } else {
            "one account from one address"
        };
        say(what, &waited, guesses.into_inner(), hashed.into_inner());
    }
}
