//! How well links find what belongs together, on invented happenings of which the truth is known.
//!
//! The invention knows nothing of the score: happenings crowd at forty places and at night, a part is told by both offices, each
//! with errors of its own in place and time, its own word for the category, and words of its own about the same facts.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::collections::HashSet;

use jiff::Timestamp;
use lagebild_domain::happening::{Neighbourhood, Sighting};
use lagebild_domain::likeness::{Account, go_together, likeness};
use lagebild_domain::link::{Compared, Link, settled};
use lagebild_domain::{Interval, LatLng, ReportId, Taxonomy};

/// `SplitMix64` (Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, count: usize) -> usize {
        ((self.unit() * count as f64) as usize).min(count - 1)
    }

    fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }

    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }
}

/// How the city files a happening, how the police do, and the words that are told of it.
const SORTS: [([&str; 2], &str); 10] = [
    (
        ["laerm_nacht", "stoerung_sonstige"],
        "laute Musik Gruppe Bässe Fenster Geschrei Party Terrasse Boxen Gesang Anwohner Ruhestörung Innenhof Feier",
    ),
    (
        ["graffiti", "sachbeschaedigung"],
        "Farbe Schriftzug Wand Unterführung besprüht Stromkasten Fassade silbern Buchstaben Sprühdosen Mauer Garage",
    ),
    (
        ["falschparken", "falschparken"],
        "Gehweg Radweg zugeparkt Transporter Einfahrt Feuerwehr Halteverbot Kreuzung Anhänger Ladezone Bordstein",
    ),
    (
        ["alkohol_poebelei", "koerperverletzung"],
        "Streit Flaschen betrunken Schlägerei Kiosk Bänke Geschrei geschubst Passanten Bierkisten Bahnsteig Rangelei",
    ),
    (
        ["wilder_muell", "wilder_muell"],
        "Sperrmüll Säcke Bauschutt Matratze Reifen Container Waldrand Kühlschrank Farbeimer Altöl Parkplatz Anhänger",
    ),
    (
        ["spritzen_scherben", "sachbeschaedigung"],
        "Scherben Scheibe Wartehalle eingeschlagen Glas Flaschen Schaufenster Bushaltestelle Radweg Splitter Vitrine",
    ),
    (
        ["raser", "raser"],
        "Rennen Motoren Ampel beschleunigt Sportwagen Kreuzung Reifen Tuning Auspuff Parkdeck Kolonne Drift",
    ),
    (
        ["ampel_schild", "unfall_sachschaden"],
        "Schild umgefahren Mast Ampel Verkehrsinsel angefahren Leitplanke Poller Blinklicht Trümmer Signal",
    ),
    (
        ["spielplatz", "sachbeschaedigung"],
        "Schaukel Rutsche angezündet Klettergerüst Bank zerstört Sandkasten Holz verkohlt Kette Zaun",
    ),
    (
        ["beleuchtung_defekt", "sachbeschaedigung"],
        "Laterne Lampe zerschlagen dunkel Mast Glaskörper Durchgang Kabel Leuchte herausgerissen Fußweg",
    ),
];

struct Told {
    /// Number of the happening.
    truth: usize,
    /// 0 for the city, 1 for the police.
    source: usize,
    point: LatLng,
    precision_m: f64,
    occurred: Interval,
    category: usize,
    text: Option<String>,
}

/// How hard it is to tell what belongs together.
#[derive(Clone, Copy)]
struct World {
    name: &'static str,
    happenings: usize,
    /// Share of happenings that both offices are told of.
    shared: f64,
    /// Factor on the errors in place and time.
    blur: f64,
    /// Share of reports with a text.
    texts: f64,
}

const USUAL: World = World {
    name: "usual",
    happenings: 20_000,
    shared: 0.08,
    blur: 1.0,
    texts: 0.6,
};

const DAYS: f64 = 90.0;
const SIDE_M: f64 = 10_000.0;
const METRES_PER_DEGREE: f64 = 111_195.0;

fn second(at: f64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + at as i64).unwrap()
}

fn invented(taxonomy: &Taxonomy, world: World, seed: u64) -> Vec<Told> {
    let mut dice = Dice(seed);
    let crowds: Vec<(f64, f64)> = (0..40)
        .map(|_| (SIDE_M * dice.unit(), SIDE_M * dice.unit()))
        .collect();
    let mut told = Vec::new();
    for truth in 0..world.happenings {
        let (x, y) = if dice.chance(0.5) {
            let (x, y) = crowds[dice.below(crowds.len())];
            (x + 150.0 * dice.normal(), y + 150.0 * dice.normal())
        } else {
            (SIDE_M * dice.unit(), SIDE_M * dice.unit())
        };
        let hour = if dice.chance(0.6) {
            20.0 + 6.0 * dice.unit()
        } else {
            24.0 * dice.unit()
        };
        let at = 86_400.0 * (DAYS * dice.unit()).floor() + 3_600.0 * hour;
        let sort = dice.below(SORTS.len());
        let words: Vec<&str> = SORTS[sort].1.split(' ').collect();
        let facts: Vec<&str> = (0..5).map(|_| words[dice.below(words.len())]).collect();
        let only = dice.below(2);
        let is_shared = dice.chance(world.shared);
        for source in (0..2).filter(|source| is_shared || *source == only) {
            // Callers point at a map or name a house; the police name a house.
            let precision_m = if source == 1 || dice.chance(0.6) {
                10.0
            } else {
                30.0
            };
            let error_m = world.blur * (precision_m + 8.0);
            let (x, y) = (x + error_m * dice.normal(), y + error_m * dice.normal());
            let occurred = if source == 0 {
                Interval::instant(second(at + world.blur * dice.exponential(1_200.0)))
            } else {
                let noted = ((at + world.blur * 480.0 * dice.normal()) / 300.0).round() * 300.0;
                let (before, after) = if dice.chance(0.2) {
                    (dice.exponential(5_400.0), dice.exponential(3_600.0))
                } else {
                    (0.0, 0.0)
                };
                Interval::new(second(noted - before), second(noted + after)).unwrap()
            };
            let filed_as = if dice.chance(0.03) {
                dice.below(SORTS.len())
            } else {
                sort
            };
            let text = dice.chance(world.texts).then(|| {
                let mut said: Vec<&str> = facts.iter().copied().filter(|_| dice.chance(0.7)).collect();
                said.extend((0..3).map(|_| words[dice.below(words.len())]));
                said.join(" ")
            });
            let lat = 51.6 + y / METRES_PER_DEGREE;
            let lng = 7.7 + x / (METRES_PER_DEGREE * 51.6_f64.to_radians().cos());
            told.push(Told {
                truth,
                source,
                point: LatLng::new(lat, lng).unwrap(),
                precision_m,
                occurred,
                category: taxonomy.index_of(SORTS[filed_as].0[source]).unwrap(),
                text,
            });
        }
    }
    told
}

/// Share of the links that are true, and share of the truth that is linked.
fn quality(world: World, seed: u64) -> (f64, f64) {
    let taxonomy = Taxonomy::parse(include_str!("../../../data/taxonomy.toml")).unwrap();
    let category = |index: usize| &taxonomy.categories()[index];
    let told = invented(&taxonomy, world, seed);
    let sightings: Vec<Sighting> = (0_u64..)
        .zip(&told)
        .map(|(id, told)| Sighting {
            id: ReportId(id),
            point: told.point,
            occurred: told.occurred,
            category: told.category,
            source: told.source,
        })
        .collect();
    let around = Neighbourhood::of(sightings.clone());
    let pairs = sightings.iter().flat_map(|other| {
        around
            .near(other)
            .filter(|one| {
                one.source != other.source && go_together(category(one.category), category(other.category))
            })
            .map(|one| (one.id.0 as usize, other.id.0 as usize))
    });
    let account = |index: usize| Account {
        source: ["city", "police"][told[index].source],
        point: told[index].point,
        precision_m: told[index].precision_m,
        occurred: told[index].occurred,
        category: category(told[index].category),
        text: told[index].text.as_deref(),
    };
    let end = |index: usize| (ReportId(index as u64), told[index].source);
    let compared = pairs.filter_map(|(one, other)| {
        Some(Compared {
            one: end(one),
            other: end(other),
            likeness: likeness(&account(one), &account(other))?,
        })
    });
    let links = settled(compared.collect(), [], Timestamp::UNIX_EPOCH);
    let truth = |id: ReportId| told[id.0 as usize].truth;
    let linked: Vec<&Link> = links.iter().filter(|link| link.state.holds()).collect();
    let right = linked
        .iter()
        .filter(|link| truth(link.first) == truth(link.second))
        .count();
    let mut seen = HashSet::new();
    let shared = told.iter().filter(|told| !seen.insert(told.truth)).count();
    (right as f64 / linked.len() as f64, right as f64 / shared as f64)
}

/// The table of `docs/methods/links.md`; `--nocapture` shows it.
#[test]
fn links_are_right_and_find_most_of_what_belongs_together() {
    let worlds = [
        USUAL,
        World {
            name: "no texts",
            texts: 0.0,
            ..USUAL
        },
        World {
            name: "twice as many happenings",
            happenings: 40_000,
            ..USUAL
        },
        World {
            name: "errors half as large again",
            blur: 1.5,
            ..USUAL
        },
        World {
            name: "a fiftieth is shared",
            shared: 0.02,
            ..USUAL
        },
    ];
    for world in worlds {
        // The numbers of the score were set on these worlds too.
        let seeds = [1, 2, 3];
        let runs = seeds.map(|seed| quality(world, seed));
        let mean = |of: fn(&(f64, f64)) -> f64| runs.iter().map(of).sum::<f64>() / runs.len() as f64;
        let (precision, recall) = (mean(|run| run.0), mean(|run| run.1));
        println!("{}: precision {precision:.3}, recall {recall:.3}", world.name);
        if world.name == USUAL.name {
            assert!(precision >= 0.97, "precision {precision}");
            assert!(recall >= 0.85, "recall {recall}");
        }
    }
}
