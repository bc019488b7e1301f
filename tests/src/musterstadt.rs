//! Musterstadt: two districts and 23 reports that everything can be reckoned from by hand.
//!
//! The week that most tests ask for runs from Monday, 5 October 2026 to Sunday, 11 October 2026. It holds `M1` to `M7`,
//! `V1` to `V7`, `W1` and `W2`: 16 reports. A report lies in the window that the middle of its time span lies in.
//!
//! | id | when | category | status | where |
//! |---|---|---|---|---|
//! | M1 | Mon 5 Oct 08:30 | `wilder_muell` | open | P1, West |
//! | M2 | Mon 5 Oct 22:15 | `laerm_nacht` | open | P1, West |
//! | M3 | Tue 6 Oct 06:59 | `wilder_muell` | `in_progress` | P2, West |
//! | M4 | Wed 7 Oct 07:00 | `beleuchtung_defekt` | closed | P3, Ost |
//! | M5 | Sat 10 Oct 23:30 | `laerm_nacht` | rejected | P3, Ost |
//! | M6 | Sun 11 Oct 00:00 | graffiti | open | P4, Ost |
//! | M7 | Sun 11 Oct 14:00 | `wilder_muell` | open | no place |
//! | M8 | Mon 12 Oct 12:00 | falschparken | open | outside the districts, within the margin |
//! | M9 | Sun 20 Sep 10:00 | `wilder_muell` | closed | P1 |
//! | M10 | Wed 30 Sep 10:00 | `wilder_muell` | closed | P2 |
//! | M11, M12 | 1 and 6 Oct 2025 10:00 | `wilder_muell` | closed | P1 |
//! | V1 | Mon 5 Oct 22:00 to Tue 06:00 | wohnungseinbruch | closed | P2, West |
//! | V2 | Tue 6 Oct 15:00 | fahrraddiebstahl | closed | P3, Ost |
//! | V3 | Thu 8 Oct 03:00 | koerperverletzung | closed | P4, Ost |
//! | V4 | Fri 9 Oct 20:00 | sexualdelikt (protected) | closed | P5, West |
//! | V5 | Sat 10 Oct 01:00 | `haeusliche_gewalt` (protected) | closed | P6, Ost |
//! | V6 | Sat 3 Oct 12:00 to Tue 13 Oct 12:00 | wohnungseinbruch | closed | P2, West |
//! | V7 | Wed 7 Oct 16:00 | `rauschgift_kontrolle` | closed | P4, Ost |
//! | V8 | Sun 4 Oct 23:59 | fahrraddiebstahl | closed | P4, Ost |
//! | W1 | Mon 5 Oct, no hour | `unsicher_dunkelheit` | open | P1, West |
//! | W2 | Fri 9 Oct 18:00 | `unsicher_stoerung` | open | P3, Ost |
//! | W3 | October, no day | `unsicher_verkehr` | open | known to the district Ost only |

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use crate::client::Client;
use crate::installation::Installation;
use crate::server::Server;
use crate::wait::until;

/// The week, as query words.
pub const WEEK: &str = "from=2026-10-05&to=2026-10-12";
/// More than all the data, as query words.
pub const EVER: &str = "from=2025-01-01&to=2027-01-01";

/// H3 cells of resolution 9 of P1 to P6, reckoned with h3-py 4.
pub const P1: &str = "891f121a407ffff";
/// See [`P1`].
pub const P2: &str = "891f12116cbffff";
/// See [`P1`].
pub const P3: &str = "891f121ad8bffff";
/// See [`P1`].
pub const P4: &str = "891f1211eafffff";
/// Place of the protected V4.
pub const P5: &str = "891f121a603ffff";
/// Place of the protected V5.
pub const P6: &str = "891f120368fffff";

const MAENGEL: &str = "\
Nr;Zeit;Art;Stand;Lon;Lat;Ort;Text
M1;2026-10-05 08:30;Müll;offen;7.730;51.640;Westplatz;Säcke neben der Bank
M2;2026-10-05 22:15;Lärm;offen;7.730;51.640;Westplatz;
M3;2026-10-06 06:59;Müll;in Arbeit;7.757;51.660;Westweg;
M4;2026-10-07 07:00;Licht;erledigt;7.840;51.640;Ostplatz;
M5;2026-10-10 23:30;Lärm;nicht zuständig;7.840;51.640;Ostplatz;
M6;2026-10-11 00:00;Graffiti;offen;7.870;51.660;Ostweg;
M7;2026-10-11 14:00;Müll;offen;;;;ohne Ort
M8;2026-10-12 12:00;Parken;offen;7.950;51.650;Landstraße;
M9;2026-09-20 10:00;Müll;erledigt;7.730;51.640;Westplatz;
M10;2026-09-30 10:00;Müll;erledigt;7.757;51.660;Westweg;
M11;2025-10-01 10:00;Müll;erledigt;7.730;51.640;Westplatz;
M12;2025-10-06 10:00;Müll;erledigt;7.730;51.640;Westplatz;
";

const VORGAENGE: &str = "\
Nr,Von,Bis,Delikt,Lon,Lat,Ort
V1,2026-10-05 22:00,2026-10-06 06:00,Einbruch,7.757,51.660,Westweg
V2,2026-10-06 15:00,,Fahrrad,7.840,51.640,Ostplatz
V3,2026-10-08 03:00,,KV,7.870,51.660,Ostweg
V4,2026-10-09 20:00,,Sexual,7.710,51.620,Schutzgasse
V5,2026-10-10 01:00,,Häuslich,7.880,51.610,Schutzgasse
V6,2026-10-03 12:00,2026-10-13 12:00,Einbruch,7.757,51.660,Westweg
V7,2026-10-07 16:00,,BtM-Kontrolle,7.870,51.660,Ostweg
V8,2026-10-04 23:59,,Fahrrad,7.870,51.660,Ostweg
";

const WAHRNEHMUNG: &str = "\
Nr,Wann,Was,Lon,Lat,Genau
W1,2026-10-05,dunkel,7.730,51.640,Punkt
W2,2026-10-09 18:00,Störung,7.840,51.640,Punkt
W3,2026-10,Verkehr,7.840,51.640,Bezirk
";

const DISTRICTS: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"id":"west","name":"West"},"geometry":{"type":"Polygon","coordinates":[[[7.70,51.60],[7.80,51.60],[7.80,51.70],[7.70,51.70],[7.70,51.60]]]}},
{"type":"Feature","properties":{"id":"ost","name":"Ost"},"geometry":{"type":"Polygon","coordinates":[[[7.80,51.60],[7.90,51.60],[7.90,51.70],[7.80,51.70],[7.80,51.60]]]}}
]}"#;

const BOUNDARY: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"id":"musterstadt","name":"Musterstadt"},"geometry":{"type":"Polygon","coordinates":[[[7.70,51.60],[7.90,51.60],[7.90,51.70],[7.70,51.70],[7.70,51.60]]]}}
]}"#;

/// Musterstadt with its reports and without the demo's tokens, behind a proxy on this machine: a client of the tests comes from
/// whatever address its `X-Forwarded-For` says.
pub fn closed() -> Installation {
    let town = installation();
    let config = CONFIG
        .replace("demo = true", "demo = false")
        .replace("[server]", "[server]\nproxies = [\"127.0.0.1\"]");
    town.write("lagebild.toml", config);
    town
}

/// Musterstadt without reports, in a database of a PostgreSQL server.
pub fn on_postgres(url: &str) -> Installation {
    let installation = empty();
    installation.write("lagebild.toml", format!("{CONFIG}\n[store]\nurl = \"{url}\"\n"));
    installation
}

/// The configuration. Demo mode opens the demo's tokens.
pub const CONFIG: &str = r#"
demo = true

[server]
listen = "127.0.0.1:8311"

[area]
name = "Musterstadt"
boundary = "boundary.geojson"
districts = "districts.geojson"
margin_km = 10

[[source]]
id = "maengel"
label = "Mängel"
owner = "stadt"
kind = "complaint"
controller = "Stadt Musterstadt"
regime = "dsgvo"
purpose = "Gefahrenabwehr"
legal_basis = "Art. 6 DSGVO"
retention_days = 1000
keep_external_id = true
format = "delimited"
separator = ";"
[source.columns]
external_id = "Nr"
occurred = "Zeit"
category = "Art"
status = "Stand"
longitude = "Lon"
latitude = "Lat"
place = "Ort"
text = "Text"
[source.categories]
"Müll" = "wilder_muell"
"Lärm" = "laerm_nacht"
"Licht" = "beleuchtung_defekt"
"Graffiti" = "graffiti"
"Parken" = "falschparken"
[source.statuses]
"offen" = "open"
"in Arbeit" = "in_progress"
"erledigt" = "closed"
"nicht zuständig" = "rejected"

[[source]]
id = "vorgaenge"
label = "Vorgänge"
owner = "polizei"
kind = "incident"
controller = "Polizei Musterstadt"
regime = "ji"
purpose = "Gefahrenabwehr"
legal_basis = "PolG NRW"
retention_days = 1000
keep_external_id = true
default_status = "closed"
format = "delimited"
[source.columns]
external_id = "Nr"
occurred_from = "Von"
occurred_to = "Bis"
category = "Delikt"
longitude = "Lon"
latitude = "Lat"
place = "Ort"
[source.categories]
"Einbruch" = "wohnungseinbruch"
"Fahrrad" = "fahrraddiebstahl"
"KV" = "koerperverletzung"
"Sexual" = "sexualdelikt"
"Häuslich" = "haeusliche_gewalt"
"BtM-Kontrolle" = "rauschgift_kontrolle"

[[source]]
id = "wahrnehmung"
label = "Wahrnehmung"
owner = "stadt"
kind = "perception"
controller = "Stadt Musterstadt"
regime = "dsgvo"
purpose = "Städtebauliche Prävention"
legal_basis = "Art. 6 DSGVO"
retention_days = 1000
format = "delimited"
date_formats = ["%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y-%m"]
[source.columns]
external_id = "Nr"
occurred = "Wann"
category = "Was"
longitude = "Lon"
latitude = "Lat"
precision = "Genau"
[source.categories]
"dunkel" = "unsicher_dunkelheit"
"Störung" = "unsicher_stoerung"
"Verkehr" = "unsicher_verkehr"
[source.precisions]
"Punkt" = "point"
"Bezirk" = "area"

[[release]]
id = "stadt-an-koordination"
owner = "stadt"
to = "koordinationsebene"
sources = ["maengel", "wahrnehmung"]
as = "records"
fields = ["place", "text"]
purpose = "Gemeinsames Lagebild"
until = "2099-12-31"
approved_by = "Geschäftsführung"

[[release]]
id = "polizei-an-koordination"
owner = "polizei"
to = "koordinationsebene"
sources = ["vorgaenge"]
as = "records"
fields = ["place", "text"]
purpose = "Gemeinsames Lagebild"
until = "2099-12-31"
approved_by = "Geschäftsführung"

[[release]]
id = "polizei-an-bahnpolizei"
owner = "polizei"
to = "bahnpolizei"
sources = ["vorgaenge"]
categories = ["fahrraddiebstahl", "koerperverletzung", "sexualdelikt"]
areas = ["ost"]
as = "records"
precision = "cell"
fields = ["place"]
purpose = "Streifen am Bahnhof"
until = "2099-12-31"
approved_by = "Geschäftsführung"
"#;

/// Releases of counts to the Bundespolizei.
const COUNTS: &str = r#"
[[release]]
id = "stadt-an-bundespolizei"
owner = "stadt"
to = "bundespolizei"
sources = ["maengel", "wahrnehmung"]
as = "counts"
smallest_count = 3
priority = "place"
resolution = 9
purpose = "Streifen am Bahnhof"
until = "2099-12-31"
approved_by = "Geschäftsführung"

[[release]]
id = "polizei-an-bundespolizei"
owner = "polizei"
to = "bundespolizei"
sources = ["vorgaenge"]
as = "counts"
smallest_count = 3
priority = "place"
resolution = 9
purpose = "Streifen am Bahnhof"
until = "2099-12-31"
approved_by = "Geschäftsführung"
"#;

/// The town's folder without any report.
pub fn empty() -> Installation {
    let installation = Installation::new(CONFIG);
    installation.write("boundary.geojson", BOUNDARY);
    installation.write("districts.geojson", DISTRICTS);
    installation
}

/// A feed of so many complaints, numbered from 0 in the order of the file.
pub fn many(rows: u64) -> String {
    let mut text = String::from("Nr;Zeit;Art;Stand;Lon;Lat;Ort;Text\n");
    for number in 0..rows {
        let (day, hour, minute) = (1 + number % 28, number / 60 % 24, number % 60);
        let (east, north) = (number % 200, number / 200 % 100);
        writeln!(
            text,
            "{number};2026-09-{day:02} {hour:02}:{minute:02};Müll;offen;7.{};51.{};Westplatz;Säcke neben der Bank",
            700 + east,
            600 + north
        )
        .expect("a text takes a line");
    }
    text
}

/// The town's folder with its 23 reports.
pub fn installation() -> Installation {
    let installation = empty();
    for (source, file, text, reports) in [
        ("maengel", "maengel.csv", MAENGEL, 12),
        ("vorgaenge", "vorgaenge.csv", VORGAENGE, 8),
        ("wahrnehmung", "wahrnehmung.csv", WAHRNEHMUNG, 3),
    ] {
        let counts = installation.feed(source, file, text).exits(0).counts();
        assert_eq!((counts.accepted, counts.read()), (reports, reports), "{file}");
    }
    installation
}

/// The running town. Tests only read from it.
#[derive(Debug)]
pub struct Musterstadt {
    /// Its server; stopped before the folder goes.
    pub server: Server,
    _installation: Installation,
}

/// The running town, shared by the tests that run at the same time.
pub fn running() -> Arc<Musterstadt> {
    static SHARED: Shared = Mutex::new(Weak::new());
    shared(&SHARED, installation)
}

/// The running town where counts are published to the Bundespolizei, with what is published so far.
pub fn publishing() -> Arc<Musterstadt> {
    static SHARED: Shared = Mutex::new(Weak::new());
    let town = shared(&SHARED, with_counts);
    until_published(&town.server);
    town
}

/// The town's folder with its reports, where counts are released to the Bundespolizei.
pub fn with_counts() -> Installation {
    let installation = installation();
    installation.write("lagebild.toml", format!("{CONFIG}{COUNTS}"));
    installation
}

/// Waits until the closed weeks are published.
pub fn until_published(server: &Server) {
    let partner = server.as_bearer("demo-partner");
    until("publications", Duration::from_mins(1), || {
        let published = partner.items("/api/v1/publications");
        (!published.is_empty()).then_some(())
    });
}

type Shared = Mutex<Weak<Musterstadt>>;

fn shared(shared: &Shared, make: fn() -> Installation) -> Arc<Musterstadt> {
    let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(town) = shared.upgrade() {
        return town;
    }
    let installation = make();
    let town = Arc::new(Musterstadt {
        server: Server::serve(&installation),
        _installation: installation,
    });
    *shared = Arc::downgrade(&town);
    town
}

impl Musterstadt {
    /// The joint staff, to whom everything is released.
    pub fn analyst(&self) -> Client {
        self.server.as_bearer("demo-analyst")
    }

    /// An analyst of the city: owns complaints and perceptions.
    pub fn city(&self) -> Client {
        self.server.as_bearer("demo-city")
    }

    /// An analyst of the police: owns the incidents.
    pub fn police(&self) -> Client {
        self.server.as_bearer("demo-police")
    }
}
