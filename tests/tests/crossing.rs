//! Ten thousand generated attempts to get at what was released to somebody else.

use std::collections::BTreeMap;
use std::time::Duration;

use lagebild_tests::dice::Dice;
use lagebild_tests::musterstadt::{Musterstadt, P2, P4, publishing};
use lagebild_tests::{Answer, Client, EventStream, Tile, until};
use serde_json::{Value, json};

const ATTEMPTS: usize = 10_000;
const SEED: u64 = 20_261_122;
/// No published count may be smaller.
const SMALLEST: u64 = 3;

/// Somebody and what is theirs.
struct Attacker {
    token: &'static str,
    /// Sources that were released to them as records.
    sources: &'static [&'static str],
    reads_counts: bool,
    reads_log: bool,
}

const ATTACKERS: &[Attacker] = &[
    records("demo-city", &["maengel", "wahrnehmung"]),
    records("demo-police", &["vorgaenge"]),
    Attacker {
        reads_counts: true,
        ..records("demo-partner", &[])
    },
    records("demo-guest", &[]),
    records("demo-management", &[]),
    records("demo-press", &[]),
    records("demo-admin", &[]),
    Attacker {
        reads_log: true,
        ..records("demo-auditor", &[])
    },
    records("demo-nobody", &[]),
];

const fn records(token: &'static str, sources: &'static [&'static str]) -> Attacker {
    Attacker {
        token,
        sources,
        reads_counts: false,
        reads_log: false,
    }
}

/// What others were given, to be tried by those it was not given to.
struct Loot {
    ids: Vec<u64>,
    nexts: Vec<String>,
    etags: Vec<(&'static str, String)>,
    /// Addresses of what only the police may open: an alert, a briefing and its files.
    of_police: Vec<String>,
}

fn loot(town: &Musterstadt) -> Loot {
    let ever = "from=2025-01-01&to=2027-01-01";
    let mut loot = Loot {
        ids: Vec::new(),
        nexts: Vec::new(),
        etags: Vec::new(),
        of_police: of_police(town),
    };
    for (token, owner) in [
        ("demo-analyst", town.analyst()),
        ("demo-city", town.city()),
        ("demo-police", town.police()),
    ] {
        let ids = owner.items(&format!("/api/v1/reports?{ever}"));
        loot.ids.extend(ids.iter().filter_map(|item| item["id"].as_u64()));
        let page = owner.json(&format!("/api/v1/reports?{ever}&limit=2"));
        loot.nexts.extend(page["next"].as_str().map(str::to_owned));
        let tile = owner.get(&format!("/tiles/cells/12/2137/1359?{ever}"));
        loot.etags.push((token, tile.header("etag").to_owned()));
    }
    loot
}

/// Has the police write to itself: a Sofortmeldung, and a briefing.
fn of_police(town: &Musterstadt) -> Vec<String> {
    let police = town.police();
    let ordered = |path: &str, body: &Value| police.send("POST", path, Some(&body.to_string())).json();
    let bulletin = json!({"event": "Nur für die Polizei", "receivers": ["polizei"]});
    let alert = ordered("/api/v1/bulletins", &bulletin)["alert"]
        .as_str()
        .map(|id| format!("/api/v1/alerts/{id}"))
        .expect("an alert");
    let order = json!({"kind": "weekly", "period": "2026-W41", "audience": "polizei"});
    let briefing = ordered("/api/v1/briefings", &order)["id"]
        .as_str()
        .map(|id| format!("/api/v1/briefings/{id}"))
        .expect("a briefing");
    until("a briefing that is written", Duration::from_mins(1), || {
        (police.json(&briefing)["status"] == "ready").then_some(())
    });
    let files = ["pdf", "html", "xlsx"].map(|form| format!("{briefing}/briefing.{form}"));
    let all = [vec![alert, briefing], files.to_vec()].concat();
    for address in &all {
        police.get(address).has_status(200);
    }
    all
}

fn words(dice: &mut Dice, loot: &Loot) -> String {
    let mut words = Vec::new();
    for _ in 0..dice.throw(4) {
        let next = usize::try_from(dice.throw(loot.nexts.len() as u64)).expect("a small number");
        words.push(match dice.throw(16) {
            0 => format!(
                "source={}",
                dice.of(&["vorgaenge", "maengel", "wahrnehmung", "vorgaenge,maengel"])
            ),
            1 => format!(
                "kind={}",
                dice.of(&["incident", "complaint", "perception", "incident,complaint"])
            ),
            2 => format!(
                "category={}",
                dice.of(&["sexualdelikt", "wohnungseinbruch", "wilder_muell"])
            ),
            3 => format!("area={}", dice.of(&["west", "ost", "musterstadt"])),
            4 => format!(
                "bbox=7.{:03},51.6{},7.9,51.7",
                700 + dice.throw(180),
                dice.throw(10)
            ),
            5 => format!("next={}", loot.nexts[next]),
            6 => format!("next={:x}", dice.throw(u64::MAX)),
            7 => format!("limit={}", dice.throw(1200)),
            8 => format!("resolution={}", dice.throw(12)),
            9 => format!("from=2026-{:02}-{:02}", 1 + dice.throw(12), 1 + dice.throw(28)),
            10 => format!(
                "from=2026-W{:02}&to=2026-W{:02}",
                30 + dice.throw(10),
                41 + dice.throw(3)
            ),
            11 => format!("hour={}", dice.throw(24)),
            12 => format!(
                "theme={}",
                dice.of(&["sauberkeit", "einbruch", "laerm", "sicherheit"])
            ),
            13 => format!(
                "{}=polizei",
                dice.of(&["audience", "organisation", "role", "as", "view", "scope"])
            ),
            14 => format!("v={}", dice.throw(u64::MAX)),
            _ => format!("status={}", dice.of(&["open", "closed"])),
        });
    }
    words.join("&")
}

fn path(dice: &mut Dice, loot: &Loot) -> String {
    let known = loot.ids[usize::try_from(dice.throw(loot.ids.len() as u64)).expect("a small number")];
    let query = words(dice, loot);
    let z = dice.throw(18);
    let (x, y) = match z {
        12 => (2135 + dice.throw(4), 1358 + dice.throw(3)),
        14 => (8540 + dice.throw(14), 5434 + dice.throw(6)),
        _ => (dice.throw(1 << z), dice.throw(1 << z)),
    };
    let tile = |layer: &str| format!("/tiles/{layer}/{z}/{x}/{y}?{query}");
    match dice.throw(18) {
        0 | 1 => format!("/api/v1/reports/{known}"),
        2 => format!("/api/v1/reports/{}", dice.throw(60)),
        3 | 4 => format!("/api/v1/reports?{query}"),
        5 | 6 => format!("/api/v1/lage?{query}"),
        7 | 8 => format!("/api/v1/cells?{query}"),
        9 => tile("reports"),
        10 => tile("cells"),
        11 => tile("hotspots"),
        12 => format!(
            "/api/v1/hotspots{}",
            dice.of(&["", "/hs-1", "/hs-1/reports", "/hs-1/history", "?area=ost"])
        ),
        13 => dice
            .of(&[
                "/api/v1/audit",
                "/api/v1/publications",
                "/api/v1/data-notices",
                "/api/v1/weekly-layers",
                "/api/v1/detection-profiles",
            ])
            .to_owned(),
        14 => loot.of_police
            [usize::try_from(dice.throw(loot.of_police.len() as u64)).expect("a small number")]
        .clone(),
        15 => dice
            .of(&[
                "/api/v1/alerts",
                "/api/v1/briefings",
                "/api/v1/bulletins",
                "/cap/alerts.atom",
            ])
            .to_owned(),
        16 => format!("/tiles/{}/14/8543/5438?{query}", dice.of(&["reports", "cells"])),
        _ => dice
            .of(&["/api/v1/me", "/api/v1/taxonomy", "/api/v1/areas"])
            .to_owned(),
    }
}

fn disguised(client: Client, attacker: &Attacker, dice: &mut Dice, loot: &Loot) -> Client {
    let foreign: Vec<&str> = loot
        .etags
        .iter()
        .filter(|(token, _)| *token != attacker.token)
        .map(|(_, etag)| etag.as_str())
        .collect();
    let etag = dice.of(&foreign);
    match dice.throw(8) {
        0 => client.with("if-none-match", etag),
        1 => client.with("cookie", "lagebild_session=demo-analyst"),
        2 => client.with("x-forwarded-user", "demo-analyst"),
        3 => client.with("x-organisation", "polizei"),
        4 => client.with("accept-encoding", "gzip, identity;q=0"),
        _ => client,
    }
}

/// What somebody got that is not theirs; `None` when nothing.
fn crossed(attacker: &Attacker, path: &str, answer: &Answer) -> Option<String> {
    let of = |what: &str| Some(format!("{what} ({})", answer.status));
    if answer.status >= 500 {
        return of("the server failed");
    }
    if attacker.token == "demo-nobody" {
        return (answer.status != 401).then(|| format!("an unknown token got {}", answer.status));
    }
    if answer.status == 304 {
        return of("another's ETag holds for the own answer");
    }
    if answer.status != 200 || answer.header("content-encoding") == "gzip" {
        return None;
    }
    let sees_records = !attacker.sources.is_empty();
    if path.starts_with("/tiles/") {
        return tile_crossed(attacker, path, answer);
    }
    // What the police wrote to itself, opened or found in a list of others.
    if attacker.token != "demo-police" && answer.text().contains("Nur für die Polizei") {
        return of("an alert for others");
    }
    if path.starts_with("/api/v1/briefings") || path.starts_with("/api/v1/alerts/") {
        let is_list = path == "/api/v1/briefings";
        let shows_it = || answer.text().contains(r#""audience":"polizei""#);
        let is_crossed = attacker.token != "demo-police" && (!is_list || shows_it());
        return is_crossed.then(|| format!("a document for others ({})", answer.status));
    }
    if path.starts_with("/cap/") || path == "/api/v1/alerts" || path == "/api/v1/bulletins" {
        return None;
    }
    let body = answer.json();
    let place = path.split('?').next().unwrap_or_default();
    match place {
        "/api/v1/lage" => lage_crossed(attacker, &body),
        "/api/v1/cells" if attacker.reads_counts => {
            let small = body["items"]
                .as_array()?
                .iter()
                .find(|cell| cell["count"].as_u64().is_some_and(|count| count < SMALLEST));
            small.map(|cell| format!("a published cell counts too few: {cell}"))
        }
        "/api/v1/cells" if sees_records => None,
        "/api/v1/publications" if attacker.reads_counts => None,
        "/api/v1/audit" if attacker.reads_log => None,
        "/api/v1/me" | "/api/v1/areas" => None,
        "/api/v1/taxonomy" => {
            let foreign = body["sources"]
                .as_array()?
                .iter()
                .find(|source| !is_own(attacker, &source["id"]));
            foreign.map(|source| format!("a foreign source: {source}"))
        }
        _ if !sees_records => of("a surface for others"),
        _ => {
            let one = std::slice::from_ref(&body);
            let items = body["items"].as_array().map_or(one, Vec::as_slice);
            let foreign = items
                .iter()
                .find(|item| item.get("source").is_some_and(|source| !is_own(attacker, source)));
            foreign.map(|item| format!("a foreign report: {item}"))
        }
    }
}

fn is_own(attacker: &Attacker, source: &Value) -> bool {
    source
        .as_str()
        .is_some_and(|source| attacker.sources.contains(&source))
}

fn kinds_of(attacker: &Attacker) -> &'static [&'static str] {
    match attacker.sources {
        ["vorgaenge"] => &["incident"],
        [] => &[],
        _ => &["complaint", "perception"],
    }
}

fn lage_crossed(attacker: &Attacker, lage: &Value) -> Option<String> {
    if attacker.reads_counts {
        let mut counts = vec![&lage["total"], &lage["previous_total"], &lage["suppressed"]];
        for list in ["by_kind", "by_theme", "by_area"] {
            counts.extend(lage[list].as_array()?.iter().map(|row| &row["count"]));
        }
        let small = counts
            .into_iter()
            .filter_map(Value::as_u64)
            .find(|count| (1..SMALLEST).contains(count));
        return small.map(|count| format!("a published figure of {count}"));
    }
    let kinds = lage["by_kind"].as_array()?;
    let foreign = kinds.iter().find(|row| {
        row["count"] != 0
            && row["kind"]
                .as_str()
                .is_none_or(|kind| !kinds_of(attacker).contains(&kind))
    });
    foreign.map(|row| format!("a foreign kind is counted: {row}"))
}

fn tile_crossed(attacker: &Attacker, path: &str, answer: &Answer) -> Option<String> {
    let tile = Tile::decode(&answer.body);
    match tile.layer.as_str() {
        "areas" => None,
        "cells" if attacker.reads_counts => tile.features.iter().find_map(|cell| {
            let count = cell.properties.get("count").and_then(Value::as_u64)?;
            (count < SMALLEST).then(|| format!("a published cell counts {count} in {path}"))
        }),
        "reports" | "cells" | "hotspots" if !attacker.sources.is_empty() => {
            tile.features.iter().find_map(|feature| {
                let kind = feature.properties.get("kind").and_then(Value::as_str)?;
                let is_report = ["complaint", "incident", "perception"].contains(&kind);
                (is_report && !kinds_of(attacker).contains(&kind)).then(|| format!("a foreign point: {kind}"))
            })
        }
        other => Some(format!("a tile of {other} for others")),
    }
}

#[test]
fn ten_thousand_attempts_to_cross_an_audience_get_nothing() {
    let town = publishing();
    let loot = loot(&town);
    let mut dice = Dice(SEED);
    let mut counts: BTreeMap<(&str, u16), u64> = BTreeMap::new();
    for attempt in 0..ATTEMPTS {
        let attacker = dice.of(&ATTACKERS.iter().collect::<Vec<_>>());
        let client = disguised(town.server.as_bearer(attacker.token), attacker, &mut dice, &loot);
        let path = path(&mut dice, &loot);
        let answer = client.get(&path);
        *counts.entry((attacker.token, answer.status)).or_default() += 1;
        if let Some(what) = crossed(attacker, &path, &answer) {
            panic!(
                "attempt {attempt}, {} at {path}: {what}\n{}",
                attacker.token,
                answer.text()
            );
        }
    }
    for ((token, status), count) in &counts {
        println!("{token} {status}: {count}");
    }
    assert_eq!(counts.values().sum::<u64>(), ATTEMPTS as u64);
    // The attempts were not all refused at the door: those who see something were also answered.
    for token in ["demo-city", "demo-police", "demo-partner"] {
        assert!(
            counts.get(&(token, 200)).is_some_and(|answered| *answered > 100),
            "{token}"
        );
    }
}

/// Resuming anywhere, even before the first revision, brings only the own.
#[test]
fn a_resumed_stream_brings_only_what_is_released() {
    let town = publishing();
    let now = town.analyst().json("/api/v1/me")["revision"]
        .as_u64()
        .expect("a revision");
    for (token, foreign) in [
        ("demo-city", &["incident"][..]),
        ("demo-police", &["complaint", "perception"][..]),
    ] {
        for from in [0, 1, now / 2, now - 1] {
            let stream = EventStream::resume(&town.server.as_bearer(token), from);
            let events = stream.read_until(Duration::from_secs(20), |event| event.name == "revision");
            for event in events.iter().filter(|event| event.name == "report") {
                let kind = event.data["kind"].as_str().expect("a kind");
                assert!(!foreign.contains(&kind), "{token} from {from}: {event:?}");
            }
        }
    }
    for token in ["demo-partner", "demo-guest", "demo-admin", "demo-auditor"] {
        let client = town.server.as_bearer(token).with("last-event-id", "0");
        assert_eq!(client.open("/api/v1/stream").status(), 403, "{token}");
    }
}

/// What is published of the week are atoms of 4, 4, 3 and 4 reports (see `http_publications`): whatever is asked, the answer
/// is a sum of some of them.
#[test]
fn every_answer_to_a_partner_is_a_sum_of_whole_atoms() {
    const SUMS: [u64; 8] = [0, 3, 4, 7, 8, 11, 12, 15];
    let town = publishing();
    let partner = town.server.as_bearer("demo-partner");
    let week = "from=2026-W41&to=2026-W42";
    for kind in [
        "",
        "&kind=complaint",
        "&kind=incident",
        "&kind=perception",
        "&kind=complaint,incident",
    ] {
        for area in ["", "&area=west", "&area=ost", "&area=west,ost"] {
            let lage = partner.json(&format!("/api/v1/lage?{week}{kind}{area}"));
            let cells = partner.items(&format!("/api/v1/cells?{week}{kind}{area}"));
            let of = |name: &str| lage[name].as_u64().expect("a number");
            let in_cells = cells.iter().filter_map(|cell| cell["count"].as_u64()).sum();
            for sum in [
                of("total"),
                of("suppressed"),
                of("total") + of("suppressed"),
                in_cells,
            ] {
                assert!(SUMS.contains(&sum), "{sum} for{kind}{area}");
            }
            for hidden in [P2, P4] {
                let cell = cells.iter().find(|cell| cell["h3"] == hidden);
                assert!(
                    cell.is_none_or(|cell| cell.get("count").is_none()),
                    "{hidden}{kind}{area}"
                );
            }
        }
    }
}
