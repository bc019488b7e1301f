//! The feeds' own words for what they hold, with how often, when and where each is met.
//!
//! Police weights are case numbers of North Rhine-Westphalia in thousands (PKS 2023, Bundeskriminalamt,
//! dl-de/by-2-0), rounded and limited to what happens in public or at buildings; the rest is estimated.

use super::event::Feed;
use super::rhythm::{Rhythm, Season};

/// Where a sort of event is met: shares of the four spatial profiles of the city.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Whereabouts {
    pub(crate) home: f64,
    pub(crate) centre: f64,
    pub(crate) traffic: f64,
    pub(crate) green: f64,
}

/// One word of one feed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    pub(crate) feed: Feed,
    pub(crate) name: &'static str,
    pub(crate) category: &'static str,
    pub(crate) pks: Option<&'static str>,
    /// How often, in the feed's own scale.
    pub(crate) weight: f64,
    pub(crate) rhythm: Rhythm,
    pub(crate) season: Season,
    pub(crate) whereabouts: Whereabouts,
    /// Share of records that know only a span of time.
    pub(crate) span_share: f64,
    pub(crate) is_control: bool,
}

const fn at(home: f64, centre: f64, traffic: f64, green: f64) -> Whereabouts {
    Whereabouts {
        home,
        centre,
        traffic,
        green,
    }
}

const HOME: Whereabouts = at(0.88, 0.06, 0.04, 0.02);
const AROUND: Whereabouts = at(0.62, 0.2, 0.1, 0.08);
const CENTRE: Whereabouts = at(0.3, 0.58, 0.08, 0.04);
const SHOPS: Whereabouts = at(0.12, 0.82, 0.06, 0.0);
const ROADS: Whereabouts = at(0.28, 0.14, 0.57, 0.01);
const GREEN: Whereabouts = at(0.42, 0.06, 0.04, 0.48);

const fn complaint(
    name: &'static str,
    category: &'static str,
    weight: f64,
    rhythm: Rhythm,
    season: Season,
    whereabouts: Whereabouts,
) -> Word {
    let feed = Feed::Maengelmelder;
    Word {
        feed,
        name,
        category,
        pks: None,
        weight,
        rhythm,
        season,
        whereabouts,
        span_share: 0.0,
        is_control: false,
    }
}

const fn offence(
    (name, pks): (&'static str, &'static str),
    category: &'static str,
    weight: f64,
    (rhythm, season): (Rhythm, Season),
    whereabouts: Whereabouts,
    span_share: f64,
) -> Word {
    let pks = if pks.is_empty() { None } else { Some(pks) };
    Word {
        feed: Feed::Polizei,
        name,
        category,
        pks,
        weight,
        rhythm,
        season,
        whereabouts,
        span_share,
        is_control: false,
    }
}

const fn control(
    name: &'static str,
    category: &'static str,
    weight: f64,
    rhythm: Rhythm,
    whereabouts: Whereabouts,
) -> Word {
    let season = Season::Even;
    Word {
        is_control: true,
        ..offence((name, ""), category, weight, (rhythm, season), whereabouts, 0.0)
    }
}

const fn perception(
    name: &'static str,
    category: &'static str,
    weight: f64,
    rhythm: Rhythm,
    whereabouts: Whereabouts,
) -> Word {
    let season = Season::Winter;
    Word {
        feed: Feed::Wahrnehmung,
        ..complaint(name, category, weight, rhythm, season, whereabouts)
    }
}

use Rhythm::{Absence, Commute, Dark, Daytime, Evening, Night, Nightlife, Shopping};
use Season::{Even, Frost, Growth, Summer, Winter};

/// Every word that the feeds use.
#[rustfmt::skip]
pub(crate) const WORDS: [Word; 63] = [
    complaint("Müllablagerung", "wilder_muell", 25.0, Daytime, Even, at(0.5, 0.34, 0.08, 0.08)),
    complaint("Überfüllter Abfallbehälter", "ueberfuellter_behaelter", 8.0, Daytime, Summer, at(0.34, 0.36, 0.06, 0.24)),
    complaint("Scherben / Glasbruch", "spritzen_scherben", 3.2, Daytime, Summer, at(0.36, 0.3, 0.1, 0.24)),
    complaint("Spritzenfund", "spritzen_scherben", 0.8, Daytime, Even, at(0.14, 0.5, 0.02, 0.34)),
    complaint("Graffiti / Aufkleber", "graffiti", 5.0, Daytime, Even, at(0.42, 0.4, 0.1, 0.08)),
    complaint("Straßenbeleuchtung defekt", "beleuchtung_defekt", 9.0, Dark, Winter, at(0.7, 0.1, 0.14, 0.06)),
    complaint("Schlagloch / Straßenschaden", "strassenschaden", 12.0, Daytime, Frost, at(0.5, 0.06, 0.43, 0.01)),
    complaint("Geh- oder Radwegschaden", "strassenschaden", 6.0, Daytime, Frost, at(0.56, 0.16, 0.22, 0.06)),
    complaint("Ampel oder Verkehrszeichen defekt", "ampel_schild", 4.0, Commute, Even, ROADS),
    complaint("Hindernis für Fuß, Rad, Rollstuhl", "barriere", 2.2, Daytime, Even, AROUND),
    complaint("Wildwuchs / Grünpflege", "gruenpflege", 8.0, Daytime, Growth, GREEN),
    complaint("Spielplatz beschädigt", "spielplatz", 2.0, Daytime, Summer, at(0.5, 0.02, 0.0, 0.48)),
    complaint("Ruhestörung nachts", "laerm_nacht", 5.0, Nightlife, Summer, at(0.56, 0.36, 0.04, 0.04)),
    complaint("Lärm tagsüber", "laerm_sonstige", 2.2, Daytime, Summer, HOME),
    complaint("Pöbelei / Trinken mit Störung", "alkohol_poebelei", 2.4, Evening, Summer, CENTRE),
    complaint("Sonstige Störung", "stoerung_sonstige", 1.8, Evening, Even, AROUND),
    complaint("Hinweis auf Aufenthalt von Personen", "aufenthalt_personen", 0.5, Evening, Summer, CENTRE),
    complaint("Hundekot / Ratten / Tiere", "tiere", 4.2, Daytime, Even, at(0.62, 0.12, 0.04, 0.22)),
    complaint("Falschparker", "falschparken", 10.0, Daytime, Even, at(0.52, 0.34, 0.14, 0.0)),
    complaint("Raser / Lärm durch Fahrzeuge", "raser", 3.0, Evening, Summer, ROADS),
    complaint("Verwahrlostes Grundstück", "leerstand", 1.2, Daytime, Even, HOME),
    complaint("Sonstiges Anliegen", "sonstiges_anliegen", 5.0, Daytime, Even, AROUND),
    offence(("Gefährliche Körperverletzung", "222000"), "koerperverletzung", 39.0, (Nightlife, Summer), CENTRE,
        0.02),
    offence(("Körperverletzung", "224000"), "koerperverletzung", 104.0, (Nightlife, Summer), CENTRE, 0.02),
    offence(("Raub auf Straßen, Wegen oder Plätzen", "217000"), "raub", 5.3, (Nightlife, Even), CENTRE, 0.0),
    offence(("Raub, räuberische Erpressung", "210000"), "raub", 7.3, (Evening, Winter), CENTRE, 0.0),
    offence(("Nötigung", "232200"), "bedrohung", 15.7, (Commute, Even), ROADS, 0.0),
    offence(("Bedrohung", "232300"), "bedrohung", 41.0, (Evening, Even), AROUND, 0.03),
    offence(("Verstoß gegen das Waffengesetz", "726200"), "waffen", 6.0, (Evening, Even), CENTRE, 0.0),
    offence(("Straftat gegen die sexuelle Selbstbestimmung", "100000"), "sexualdelikt", 9.0, (Evening, Summer),
        AROUND, 0.1),
    offence(("Häusliche Gewalt", ""), "haeusliche_gewalt", 12.0, (Evening, Even), HOME, 0.05),
    offence(("Jugenddelikt", ""), "jugenddelikt", 6.0, (Evening, Summer), AROUND, 0.0),
    offence(("Wohnungseinbruchdiebstahl", "435000"), "wohnungseinbruch", 26.6, (Absence, Winter), HOME, 0.5),
    offence(("Einbruch in Büro oder Werkstatt", "410000"), "einbruch_sonstige", 10.8, (Night, Winter), at(0.4, 0.3, 0.3, 0.0), 0.7),
    offence(("Einbruch in Kiosk oder Geschäft", "425000"), "einbruch_sonstige", 5.2, (Night, Winter), SHOPS,
        0.6),
    offence(("Kellereinbruch", "440000"), "einbruch_sonstige", 18.6, (Night, Even), HOME, 0.65),
    offence(("Fahrraddiebstahl", "300300"), "fahrraddiebstahl", 8.3, (Daytime, Summer), CENTRE, 0.35),
    offence(("Schwerer Fahrraddiebstahl", "400300"), "fahrraddiebstahl", 47.0, (Daytime, Summer), at(0.42, 0.5, 0.04, 0.04), 0.42),
    offence(("Diebstahl an/aus Kraftfahrzeugen", "350000"), "kfz_delikt", 37.0, (Night, Even), HOME, 0.42),
    offence(("Schwerer Diebstahl an/aus Kraftfahrzeugen", "450000"), "kfz_delikt", 36.0, (Night, Winter), HOME,
        0.5),
    offence(("Taschendiebstahl", "390000"), "taschendiebstahl", 20.0, (Shopping, Winter), SHOPS, 0.2),
    offence(("Ladendiebstahl", "326000"), "ladendiebstahl", 99.0, (Shopping, Even), SHOPS, 0.01),
    offence(("Sonstiger Diebstahl", "300000"), "diebstahl_sonstige", 77.0, (Daytime, Even), AROUND, 0.24),
    offence(("Sachbeschädigung", "674000"), "sachbeschaedigung", 122.0, (Night, Summer), at(0.56, 0.3, 0.08, 0.06), 0.3),
    offence(("Brandstiftung", "640000"), "brandstiftung", 4.1, (Night, Summer), AROUND, 0.1),
    offence(("Rauschgiftdelikt (Anzeige)", "730000"), "rauschgift_angezeigt", 21.0, (Evening, Even), at(0.26, 0.5, 0.04, 0.2), 0.0),
    offence(("Hausfriedensbruch", ""), "sonstige_straftat", 16.0, (Evening, Even), CENTRE, 0.05),
    offence(("Beleidigung", ""), "sonstige_straftat", 34.0, (Evening, Even), AROUND, 0.0),
    offence(("Verkehrsunfall mit Personenschaden", ""), "unfall_personenschaden", 45.0, (Commute, Summer),
        ROADS, 0.0),
    offence(("Verkehrsunfall mit Sachschaden", ""), "unfall_sachschaden", 190.0, (Commute, Even), at(0.34, 0.22, 0.44, 0.0), 0.18),
    offence(("Verbotenes Kraftfahrzeugrennen", ""), "raser", 5.0, (Nightlife, Summer), ROADS, 0.0),
    offence(("Verkehrsbehinderndes Parken", ""), "falschparken", 18.0, (Daytime, Even), CENTRE, 0.0),
    offence(("Ruhestörung", ""), "laerm_nacht", 56.0, (Nightlife, Summer), at(0.6, 0.34, 0.02, 0.04), 0.0),
    offence(("Streitigkeiten im öffentlichen Raum", ""), "alkohol_poebelei", 38.0, (Evening, Summer), CENTRE,
        0.0),
    offence(("Unerlaubte Abfallentsorgung", ""), "wilder_muell", 5.0, (Evening, Even), AROUND, 0.1),
    control("Rauschgiftfund bei Kontrolle", "rauschgift_kontrolle", 13.0, Evening, CENTRE),
    control("Geschwindigkeitsverstoß", "geschwindigkeit_kontrolle", 14.0, Commute, ROADS),
    control("Ordnungswidrigkeit bei Streife", "ordnungswidrigkeit_kontrolle", 9.0, Evening, CENTRE),
    perception("Angst bei Dunkelheit", "unsicher_dunkelheit", 34.0, Dark, at(0.46, 0.26, 0.08, 0.2)),
    perception("Unübersichtlicher Ort", "unsicher_unuebersichtlich", 22.0, Evening, at(0.44, 0.22, 0.12, 0.22)),
    perception("Unwohlsein wegen Störungen", "unsicher_stoerung", 22.0, Evening, CENTRE),
    perception("Unwohlsein wegen Verschmutzung", "unsicher_stoerung", 6.0, Daytime, AROUND),
    perception("Gefährlicher Verkehr", "unsicher_verkehr", 16.0, Commute, ROADS),
];

/// The index of a feed's word in [`WORDS`].
///
/// # Panics
/// When the feed does not use the word; the words named in this module's tables are all tested.
pub(crate) fn word_index(feed: Feed, name: &str) -> usize {
    WORDS
        .iter()
        .position(|entry| entry.feed == feed && entry.name == name)
        .unwrap_or_else(|| panic!("{feed:?} has no word {name}"))
}

/// Reports that city and police may both make of one happening: the complaint, the police record, how often.
pub(crate) const SHARED_HAPPENINGS: [(&str, &str, f64); 9] = [
    ("Ruhestörung nachts", "Ruhestörung", 5.0),
    ("Graffiti / Aufkleber", "Sachbeschädigung", 4.0),
    ("Falschparker", "Verkehrsbehinderndes Parken", 3.0),
    (
        "Pöbelei / Trinken mit Störung",
        "Streitigkeiten im öffentlichen Raum",
        3.0,
    ),
    ("Müllablagerung", "Unerlaubte Abfallentsorgung", 2.0),
    ("Scherben / Glasbruch", "Sachbeschädigung", 2.0),
    (
        "Raser / Lärm durch Fahrzeuge",
        "Verbotenes Kraftfahrzeugrennen",
        2.0,
    ),
    (
        "Ampel oder Verkehrszeichen defekt",
        "Verkehrsunfall mit Sachschaden",
        2.0,
    ),
    ("Spielplatz beschädigt", "Sachbeschädigung", 1.0),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    const CATEGORIES: &str = include_str!("../../../../data/demo/categories.toml");
    const TAXONOMY: &str = include_str!("../../../../data/taxonomy.toml");

    fn taxonomy_origins() -> HashMap<String, String> {
        let taxonomy: toml::Table = toml::from_str(TAXONOMY).unwrap();
        let mut origins = HashMap::new();
        for theme in taxonomy["theme"].as_array().unwrap() {
            for category in theme["category"].as_array().unwrap() {
                let origin = category
                    .get("origin")
                    .and_then(toml::Value::as_str)
                    .unwrap_or("reported");
                origins.insert(category["id"].as_str().unwrap().to_owned(), origin.to_owned());
            }
        }
        origins
    }

    #[test]
    fn every_word_is_mapped_to_its_category() {
        let mapping: toml::Table = toml::from_str(CATEGORIES).unwrap();
        let origins = taxonomy_origins();
        for word in &WORDS {
            let table = word.feed.file_name().split('.').next().unwrap();
            let mapped = mapping[table].get(word.name).and_then(toml::Value::as_str);
            assert_eq!(mapped, Some(word.category), "{}", word.name);
            let origin = origins
                .get(word.category)
                .unwrap_or_else(|| panic!("{} is no category", word.category));
            assert_eq!(origin == "control", word.is_control, "{}", word.name);
        }
    }

    #[test]
    fn every_mapped_word_is_in_use() {
        let mapping: toml::Table = toml::from_str(CATEGORIES).unwrap();
        for feed in Feed::ALL {
            let table = feed.file_name().split('.').next().unwrap();
            for word in mapping[table].as_table().unwrap().keys() {
                word_index(feed, word);
            }
        }
    }

    #[test]
    fn shared_happenings_use_known_words() {
        for (complaint, record, _) in SHARED_HAPPENINGS {
            word_index(Feed::Maengelmelder, complaint);
            word_index(Feed::Polizei, record);
        }
    }
}
