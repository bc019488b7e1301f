//! Feeds that the server fetches by itself, from a folder and from servers that misbehave.

use std::time::Duration;

use lagebild_tests::database::number;
use lagebild_tests::scripted::{Scripted, answer, ok};
use lagebild_tests::{Installation, Postgres, Server, until};

const AT_MOST: Duration = Duration::from_mins(1);

fn installation(connector: &str, format: &str) -> Installation {
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
default_category = "wilder_muell"
format = "{format}"
[source.connector]
{connector}
[source.columns]
external_id = "service_request_id"
occurred = "requested_datetime"
longitude = "long"
latitude = "lat"
"#
    ))
}

fn record(id: u32) -> String {
    format!(
        r#"{{"service_request_id":"{id}","requested_datetime":"2026-10-05T08:30:00Z","status":"open","service_code":"1","address":"Markt","long":7.73,"lat":51.64}}"#
    )
}

fn array(ids: std::ops::Range<u32>) -> String {
    format!("[{}]", ids.map(record).collect::<Vec<_>>().join(","))
}

fn reports(town: &Installation) -> i64 {
    number(&town.database(), "SELECT COUNT(*) FROM report")
}

#[test]
fn files_of_a_folder_are_read_once_they_are_whole() {
    let town = installation(
        "kind = \"folder\"\npath = \"incoming\"\nending = \".json\"\nevery_seconds = 1",
        "json",
    );
    std::fs::create_dir(town.path("incoming")).expect("a folder");
    town.write("incoming/first.json", array(0..3));
    town.write("incoming/notes.txt", "not for us");
    town.write("incoming/late.json.part", "[");
    let server = Server::serve(&town);
    until("the first file", AT_MOST, || (reports(&town) == 3).then_some(()));
    town.write("incoming/second.json", array(2..5));
    until("the second file", AT_MOST, || (reports(&town) == 5).then_some(()));
    town.write("incoming/first.json", array(0..7));
    until("the changed file", AT_MOST, || {
        (reports(&town) == 7).then_some(())
    });
    let sources = server.as_bearer("demo-city").items("/api/v1/sources");
    assert_eq!(sources[0]["failures"], 0);
    assert!(sources[0]["last_success"].is_string());
}

/// Down, half a page, an answer that is too large, then the whole twice, then "nothing has changed".
#[test]
fn a_server_that_fails_loses_and_doubles_nothing() {
    let whole = array(0..4);
    let half = &whole[..whole.len() / 2];
    let web = Scripted::new(vec![
        answer("503 Service Unavailable", "", 0, ""),
        answer("200 OK", "etag: \"half\"\r\n", whole.len(), half),
        answer("200 OK", "", 5 << 20, ""),
        ok("etag: \"one\"\r\n", &whole),
        ok("etag: \"two\"\r\n", &array(2..6)),
        answer("304 Not Modified", "", 0, ""),
    ]);
    let connector = format!(
        "kind = \"http\"\nurl = \"{}/export\"\nevery_seconds = 1\nmax_mb = 1",
        web.address
    );
    let town = installation(&connector, "json");
    let server = Server::serve(&town);
    let city = server.as_bearer("demo-city");
    let failed = until("a failure", AT_MOST, || {
        let source = city.items("/api/v1/sources").remove(0);
        source["problem"].as_str().map(str::to_owned)
    });
    assert!(!failed.contains("127.0.0.1"), "no address in {failed}");
    until("all answers", AT_MOST, || (web.asked().len() >= 7).then_some(()));
    assert_eq!(reports(&town), 6);
    let asked = web.asked();
    let says = |request: &str, text: &str| request.to_ascii_lowercase().contains(text);
    // Half an answer must come again whole.
    assert!(!says(&asked[2], "if-none-match") && !says(&asked[3], "if-none-match"));
    assert!(says(&asked[4], "if-none-match: \"one\"") && says(&asked[5], "if-none-match: \"two\""));
    let source = city.items("/api/v1/sources").remove(0);
    assert_eq!(
        (&source["failures"], &source["problem"]),
        (&0.into(), &serde_json::Value::Null)
    );
    server.stop_after_trouble();
}

/// Two pages, the second short; both states; no window over 90 days.
#[test]
fn an_open311_server_is_read_window_by_window_and_page_by_page() {
    let web = Scripted::new(vec![ok("", &array(0..3)), ok("", &array(3..4)), ok("", "[]")]);
    let from = jiff::Timestamp::now()
        .checked_sub(jiff::SignedDuration::from_hours(24 * 100))
        .expect("a day");
    let day = from.strftime("%Y-%m-%d");
    let connector = format!(
        "kind = \"open311\"\nurl = \"{}/requests.json\"\nfrom = \"{day}\"\npage_size = 3\nevery_seconds = 3600",
        web.address
    );
    let town = installation(&connector, "open311");
    let _server = Server::serve(&town);
    until("both windows", AT_MOST, || (web.asked().len() == 3).then_some(()));
    until("the reports", AT_MOST, || (reports(&town) == 4).then_some(()));
    let asked = web.asked();
    assert!(
        asked[0].contains(&format!("start_date={day}T00:00:00Z")) && asked[0].contains("page=1&page_size=3")
    );
    assert!(
        asked[1].contains(&format!("start_date={day}T00:00:00Z")) && asked[1].contains("page=2&page_size=3")
    );
    assert!(!asked[2].contains(&format!("start_date={day}")) && asked[2].contains("page=1"));
    assert!(asked.iter().all(|request| request.contains("status=open,closed")));
}

/// More rows than one fetch brings; then a new one, a changed one, and a view that is gone.
#[test]
fn rows_of_a_database_view_are_read_and_changed_ones_come_again() {
    let Some(postgres) = Postgres::shared() else {
        return;
    };
    let url = postgres.database();
    postgres.ask(
        &url,
        "CREATE TABLE faelle (nr INT, zeit TIMESTAMPTZ, lon FLOAT8, lat FLOAT8, melder TEXT, geaendert TIMESTAMPTZ DEFAULT now()); \
         CREATE VIEW meldungen AS SELECT nr AS service_request_id, zeit AS requested_datetime, lon AS long, lat, geaendert FROM faelle; \
         INSERT INTO faelle SELECT n, '2026-10-05 08:30+02', 7.73, 51.64, 'Beispiel' FROM generate_series(1, 7000) n",
    );
    let town = installation(
        "kind = \"postgres\"\nurl_file = \"feed.url\"\nview = \"public.meldungen\"\ncursor = \"geaendert\"\nevery_seconds = 1",
        "ndjson",
    );
    town.write("feed.url", format!("{url}\n"));
    let server = Server::serve(&town);
    until("the rows", AT_MOST, || (reports(&town) == 7_000).then_some(()));
    postgres.ask(
        &url,
        "INSERT INTO faelle VALUES (7001, '2026-10-06 08:30+02', 7.74, 51.65, 'Beispiel'); \
         UPDATE faelle SET lon = 7.75, geaendert = now() WHERE nr = 1",
    );
    until("the new row", AT_MOST, || (reports(&town) == 7_001).then_some(()));
    let changed = || {
        number(
            &town.database(),
            "SELECT COUNT(*) FROM report WHERE version = 2 AND lng = 7.75",
        )
    };
    until("the changed row", AT_MOST, || (changed() == 1).then_some(()));
    postgres.ask(&url, "ALTER VIEW meldungen RENAME TO andere");
    let city = server.as_bearer("demo-city");
    let problem = until("the trouble", AT_MOST, || {
        let sources = city.items("/api/v1/sources");
        sources[0]["problem"].as_str().map(str::to_owned)
    });
    assert_eq!(problem, "there is no such view (SQLSTATE 42P01)");
    server.stop_after_trouble();
}
