//! Invented names for the invented streets.

use super::plane::length;
use super::streets::Street;
use crate::dice::Dice;

const STEMS: [&str; 44] = [
    "Erlen",
    "Kolk",
    "Wiesen",
    "Hasel",
    "Dohlen",
    "Kiebitz",
    "Lerchen",
    "Ginster",
    "Holunder",
    "Schlehen",
    "Weiden",
    "Birken",
    "Ahorn",
    "Buchen",
    "Eschen",
    "Linden",
    "Quitten",
    "Mispel",
    "Rain",
    "Brunnen",
    "Mühlen",
    "Ziegel",
    "Lehm",
    "Sand",
    "Kreide",
    "Glocken",
    "Spindel",
    "Weber",
    "Färber",
    "Küfer",
    "Stellmacher",
    "Steiger",
    "Kohlen",
    "Flöz",
    "Schacht",
    "Reh",
    "Fuchs",
    "Dachs",
    "Otter",
    "Biber",
    "Schilf",
    "Binsen",
    "Kalmus",
    "Minze",
];
const TOWN: [&str; 10] = [
    "straße", "weg", "gasse", "ring", "hof", "pfad", "winkel", "platz", "zeile", "bogen",
];
const COUNTRY: [&str; 8] = [
    "kamp", "brink", "feldweg", "heide", "esch", "busch", "damm", "grund",
];

/// A name for each street; pieces of what was one street keep one name.
pub(crate) fn street_names(streets: &[Street]) -> Vec<String> {
    let mut dice = Dice::new(0, "street names");
    let mut pool = [pool(&TOWN, &COUNTRY, &mut dice), pool(&COUNTRY, &[], &mut dice)];
    let mut names: Vec<String> = Vec::with_capacity(streets.len());
    for (index, street) in streets.iter().enumerate() {
        if index > 0 && continues(&streets[index - 1], street) {
            names.push(names[index - 1].clone());
            continue;
        }
        let pool = &mut pool[usize::from(street.is_rural)];
        names.push(pool.next(length(&street.line)));
    }
    names
}

/// Two pieces of one traced line: the gap between them is short and they point the same way.
fn continues(before: &Street, street: &Street) -> bool {
    let (end, start) = (before.line[before.line.len() - 1], street.line[0]);
    let gap = end.distance(start);
    before.is_rural == street.is_rural && gap > 1.0 && gap < 260.0 && {
        let last = before.line[before.line.len() - 2];
        let ahead = end.plus(
            (end.x - last.x) * gap / end.distance(last),
            (end.y - last.y) * gap / end.distance(last),
        );
        ahead.distance(start) < gap * 0.45
    }
}

/// Names in shuffled order; when all are used they come again with "Am" or "Alter" before them.
struct Pool {
    names: Vec<String>,
    used: usize,
}

impl Pool {
    fn next(&mut self, length_m: f64) -> String {
        const ROUNDS: [&str; 6] = ["", "Am ", "Alter ", "Kleiner ", "Neuer ", "Zum "];
        let count = self.names.len();
        let (round, at) = (self.used / count, self.used % count);
        self.used += 1;
        let name = &self.names[at];
        if length_m < 90.0 && round == 0 && name.ends_with("straße") {
            return name.replace("straße", "stiege");
        }
        // German grammar is kept by taking the stem alone behind a preposition.
        let stem = STEMS
            .iter()
            .find(|stem| name.starts_with(**stem))
            .unwrap_or(&"Linden");
        match ROUNDS[round % ROUNDS.len()] {
            "" => name.clone(),
            "Am " => format!("Am {stem}{}", COUNTRY[at % 2]),
            "Zum " => format!("Zum {stem}{}", ["grund", "kamp"][at % 2]),
            adjective => format!("{adjective}{stem}{}", ["weg", "kamp", "hof", "damm"][at % 4]),
        }
    }
}

fn pool(common: &[&str], rare: &[&str], dice: &mut Dice) -> Pool {
    let mut names = Vec::new();
    for stem in STEMS {
        for ending in common.iter().chain(rare) {
            names.push(format!("{stem}{ending}"));
        }
    }
    for index in (1..names.len()).rev() {
        names.swap(index, dice.index(index + 1));
    }
    Pool { names, used: 0 }
}
