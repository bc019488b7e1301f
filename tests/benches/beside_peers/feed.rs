//! The feed that everything reads: twelve columns, one of them a text of eighty characters, the same for the same seed.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Header of the file, and the columns of the peers' tables.
pub(crate) const COLUMNS: [&str; 12] = [
    "id",
    "created",
    "category",
    "status",
    "lon",
    "lat",
    "street",
    "house_number",
    "text",
    "channel",
    "updated",
    "priority",
];

const CATEGORIES: [&str; 12] = [
    "wilder_muell",
    "ueberfuellter_behaelter",
    "graffiti",
    "laerm_nacht",
    "laerm_sonstige",
    "falschparken",
    "strassenschaden",
    "beleuchtung_defekt",
    "gruenpflege",
    "ampel_schild",
    "stoerung_sonstige",
    "tiere",
];
const STATUSES: [&str; 4] = ["open", "in_progress", "closed", "rejected"];
const CHANNELS: [&str; 4] = ["app", "web", "phone", "mail"];
const STREETS: [&str; 8] = [
    "Lindenallee",
    "Marktplatz",
    "Am Kanal",
    "Bahnhofstraße",
    "Ostring",
    "Schulweg",
    "Kirchgasse",
    "Uferpark",
];
const WORDS: &str =
    "Seit mehreren Tagen liegt hier wieder Sperrmüll am Weg, bitte bald abholen lassen, danke sehr. ";
const SEED: u64 = 1;
/// West, south, width and height of the city in degrees.
const CITY: [f64; 4] = [7.68, 51.58, 0.32, 0.16];

/// splitmix64 (Steele, Lea, Flood 2014, doi:10.1145/2660193.2660195).
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn below(&mut self, end: u64) -> u64 {
        self.throw() % end
    }

    fn part(&mut self) -> f64 {
        (self.throw() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len() as u64) as usize]
    }
}

/// Writes `rows` rows with a header.
pub(crate) fn write(path: &Path, rows: u64) -> std::io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    writeln!(out, "{}", COLUMNS.join(","))?;
    let mut dice = Dice(SEED);
    let text: Vec<char> = WORDS.chars().cycle().take(200).collect();
    for row in 0..rows {
        let day = dice.below(730);
        let (year, day) = (2024 + day / 365, day % 365);
        let (month, day) = (day / 31 + 1, day % 28 + 1);
        // No hour that summer time skips.
        let (hour, minute) = (3 + dice.below(21), dice.below(60));
        let (lon, lat) = place(&mut dice);
        let begin = dice.below(100) as usize;
        let words: String = text[begin..begin + 80]
            .iter()
            .map(|c| if *c == ',' { ';' } else { *c })
            .collect();
        writeln!(
            out,
            "{:08x},{year}-{month:02}-{day:02} {hour:02}:{minute:02},{},{},{lon:.6},{lat:.6},{},{},{words},{},{year}-{month:02}-{day:02} 23:59,{}",
            // Each number once and in no order, as numbers of real files come.
            (row as u32).wrapping_mul(0x9e37_79b1),
            dice.one_of(&CATEGORIES),
            dice.one_of(&STATUSES),
            dice.one_of(&STREETS),
            dice.below(200) + 1,
            dice.one_of(&CHANNELS),
            dice.below(5) + 1,
        )?;
    }
    out.flush()
}

/// Half of the reports around the city's middle, the rest anywhere.
fn place(dice: &mut Dice) -> (f64, f64) {
    let [west, south, width, height] = CITY;
    let mut along = || {
        let near_middle = (dice.part() + dice.part() + dice.part() + dice.part()) / 4.0;
        let anywhere = dice.part();
        if dice.part() < 0.5 { near_middle } else { anywhere }
    };
    let (x, y) = (along(), along());
    (west + x * width, south + y * height)
}

/// Seven districts side by side, each with an outline of some hundred corners, as real ones have.
pub(crate) fn districts() -> String {
    let [west, south, width, height] = CITY;
    let border = |number: f64, up: f64| {
        let wave = 0.004 * (up * 40.0 + number).sin();
        format!(
            "[{:.6},{:.6}]",
            west + width * number / 7.0 + wave,
            south + height * up
        )
    };
    let features: Vec<String> = (0..7_u8)
        .map(|number| {
            let number = f64::from(number);
            let steps = (0..=200_u8).map(|step| f64::from(step) / 200.0);
            let mut ring: Vec<String> = steps.clone().map(|up| border(number, up)).collect();
            ring.extend(steps.rev().map(|up| border(number + 1.0, up)));
            ring.push(ring[0].clone());
            format!(
                r#"{{"type":"Feature","properties":{{"name":"Bezirk {number}"}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
                ring.join(",")
            )
        })
        .collect();
    format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.join(",")
    )
}

/// The configuration that reads it.
pub(crate) fn config() -> String {
    let categories: Vec<String> = CATEGORIES.iter().map(|c| format!("{c} = \"{c}\"\n")).collect();
    let categories = categories.concat();
    format!(
        r#"[server]
listen = "127.0.0.1:8311"
[store]
url = "sqlite:lagebild.db"
[area]
name = "Hamm"
bbox = [7.68, 51.58, 8.0, 51.74]
districts = "districts.geojson"
[[source]]
id = "bench"
label = "Bench"
owner = "stadt"
kind = "complaint"
controller = "Stadt"
regime = "dsgvo"
purpose = "Bench"
legal_basis = "none"
retention_days = 3650
format = "delimited"
time_zone = "Europe/Berlin"
[source.columns]
external_id = "id"
occurred = "created"
reported_at = "updated"
category = "category"
status = "status"
longitude = "lon"
latitude = "lat"
place = ["street", "house_number"]
text = "text"
[source.categories]
{categories}"#
    )
}
