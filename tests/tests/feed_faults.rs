//! A feed whose server fails in every way again and again: nothing is lost, nothing doubled, and its health is told.
//!
//! A dozen faults here; `LAGEBILD_FEED_FAULTS` sets how many.

use std::collections::BTreeSet;
use std::time::Duration;

use lagebild_tests::database::number;
use lagebild_tests::dice::Dice;
use lagebild_tests::scripted::{Scripted, answer, ok};
use lagebild_tests::{Installation, Server, until};

const AT_MOST: Duration = Duration::from_mins(30);
const SEED: u64 = 7;
const HEAD: &str = "Nummer,Tag,Art,Laenge,Breite\n";

/// What can be wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Down,
    HalfAPage,
    SamePageTwice,
    ReorderedPage,
    ColumnGone,
    None,
}

const FAULTS: [Fault; 6] = [
    Fault::Down,
    Fault::HalfAPage,
    Fault::SamePageTwice,
    Fault::ReorderedPage,
    Fault::ColumnGone,
    Fault::None,
];

/// The page of a feed that shows its newest fifty records.
fn page(newest: u64) -> Vec<String> {
    (newest.saturating_sub(50)..newest)
        .map(|id| {
            format!(
                "{id},2026-10-{:02},Müll,7.8{},51.6{}\n",
                1 + id % 28,
                id % 10,
                id % 7
            )
        })
        .collect()
}

#[test]
fn a_feed_that_fails_in_every_way_loses_and_doubles_nothing() {
    let faults = std::env::var("LAGEBILD_FEED_FAULTS").map_or(12, |count| count.parse().expect("a number"));
    let mut dice = Dice(SEED);
    let mut newest = 20;
    let mut answers = Vec::new();
    let mut gave = Vec::new();
    for number in 0..faults {
        // Each of them at least once, then as the dice fall.
        let fault = FAULTS[if number < FAULTS.len() {
            number
        } else {
            dice.throw(FAULTS.len() as u64) as usize
        }];
        gave.push(fault);
        let rows = page(newest);
        let body = format!("{HEAD}{}", rows.concat());
        answers.push(match fault {
            Fault::Down => answer("503 Service Unavailable", "", 0, ""),
            Fault::HalfAPage => {
                let half = body.char_indices().nth(body.len() / 2).map_or(0, |(at, _)| at);
                answer("200 OK", "", body.len(), &body[..half])
            }
            Fault::SamePageTwice => ok("", &format!("{body}{}", rows.concat())),
            Fault::ReorderedPage => ok(
                "",
                &format!("{HEAD}{}", rows.into_iter().rev().collect::<String>()),
            ),
            Fault::ColumnGone => ok("", &body.replacen("Art", "Sorte", 1)),
            Fault::None => ok("", &body),
        });
        newest += dice.throw(10);
    }
    answers.push(ok("", &format!("{HEAD}{}", page(newest).concat())));
    // What many failures in a row keep back for longer than a page lasts is missed: so the truth is what came whole.
    let answer_count = answers.len();
    let web = Scripted::new(answers);
    let town = town(&web.address);
    let server = Server::serve(&town);
    until("all answers", AT_MOST, || {
        (web.asked().len() > answer_count).then_some(())
    });
    let shown = seen_by_a_whole_answer(&gave, newest);
    let count = |sql: &str| number(&town.database(), sql);
    let shown = i64::try_from(shown.len()).expect("few");
    assert_eq!(count("SELECT COUNT(*) FROM report"), shown, "{gave:?}");
    assert_eq!(count("SELECT COUNT(DISTINCT identity) FROM report"), shown);
    assert_eq!(
        count("SELECT COUNT(*) FROM report_version"),
        0,
        "nothing has changed"
    );
    let source = server.as_bearer("demo-city").items("/api/v1/sources").remove(0);
    assert_eq!(
        (&source["failures"], &source["problem"]),
        (&0.into(), &serde_json::Value::Null)
    );
    server.stop_after_trouble();
}

/// The records of every page that came whole, by the same dice.
fn seen_by_a_whole_answer(gave: &[Fault], last: u64) -> BTreeSet<u64> {
    let mut dice = Dice(SEED);
    let mut newest: u64 = 20;
    let mut seen = BTreeSet::new();
    for (number, fault) in gave.iter().enumerate() {
        if number >= FAULTS.len() {
            dice.throw(FAULTS.len() as u64);
        }
        if matches!(fault, Fault::SamePageTwice | Fault::ReorderedPage | Fault::None) {
            seen.extend(newest.saturating_sub(50)..newest);
        }
        newest += dice.throw(10);
    }
    assert_eq!(newest, last, "the same dice");
    seen.extend(last.saturating_sub(50)..last);
    seen
}

fn town(address: &str) -> Installation {
    Installation::new(&format!(
        r#"
demo = true
[server]
listen = "127.0.0.1:8311"
[area]
name = "Musterstadt"
bbox = [7.70, 51.60, 7.90, 51.70]
[[source]]
id = "maengel"
label = "Mängel"
owner = "stadt"
kind = "complaint"
controller = "Stadt"
regime = "dsgvo"
purpose = "Test"
legal_basis = "Test"
retention_days = 1000
format = "delimited"
[source.connector]
kind = "http"
url = "{address}/export"
every_seconds = 1
[source.columns]
external_id = "Nummer"
occurred = "Tag"
category = "Art"
longitude = "Laenge"
latitude = "Breite"
[source.categories]
"Müll" = "wilder_muell"
"#
    ))
}
