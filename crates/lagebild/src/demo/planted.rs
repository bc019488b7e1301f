//! The spots laid into the demo city on purpose: what the detectors should find, and what they should keep apart.

use jiff::Timestamp;

use super::event::Feed;
use super::plane::LatLng;

/// What sort of spot was planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlantKind {
    Beschwerdehotspot,
    Brennpunkt,
    Angstraum,
}

/// How the planted events lie between start and end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Course {
    /// More and more up to the end of the data.
    Emerging,
    /// Rises and ends again, as history.
    Episode,
}

/// A number of planted events of one word.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlantPart {
    pub(crate) feed: Feed,
    pub(crate) word: &'static str,
    pub(crate) category: &'static str,
    pub(crate) count: u32,
}

/// One planted spot.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Planted {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) kind: PlantKind,
    pub(crate) course: Course,
    /// Identifier of the Stadtbezirk.
    pub(crate) district: &'static str,
    pub(crate) centre: LatLng,
    /// Every planted event with a position lies within.
    pub(crate) radius_m: f64,
    /// Start and end of the occurrences in days before the end of the data.
    pub(crate) days_before_end: (f64, f64),
    pub(crate) parts: &'static [PlantPart],
}

impl Planted {
    /// When the spot begins, given the end of the data.
    pub(crate) fn from(&self, end: Timestamp) -> Timestamp {
        before(end, self.days_before_end.0)
    }

    /// When the spot ends, given the end of the data.
    pub(crate) fn to(&self, end: Timestamp) -> Timestamp {
        before(end, self.days_before_end.1)
    }

    /// How many events the spot has in all feeds.
    pub(crate) fn count(&self) -> u32 {
        self.parts.iter().map(|part| part.count).sum()
    }
}

fn before(end: Timestamp, days: f64) -> Timestamp {
    let microseconds = (days * 86_400e6) as i64;
    end.checked_sub(jiff::SignedDuration::from_micros(microseconds))
        .unwrap_or(Timestamp::MIN)
}

const fn complaint(word: &'static str, category: &'static str, count: u32) -> PlantPart {
    PlantPart {
        feed: Feed::Maengelmelder,
        word,
        category,
        count,
    }
}

const fn offence(word: &'static str, category: &'static str, count: u32) -> PlantPart {
    PlantPart {
        feed: Feed::Polizei,
        word,
        category,
        count,
    }
}

const fn perception(word: &'static str, category: &'static str, count: u32) -> PlantPart {
    PlantPart {
        feed: Feed::Wahrnehmung,
        word,
        category,
        count,
    }
}

/// The planted spots: three that emerge at the end of the data, five that rose and ended.
pub(crate) const PLANTED: [Planted; 8] = [
    Planted {
        id: "muell-bockum",
        name: "Ortskern Bockum",
        kind: PlantKind::Beschwerdehotspot,
        course: Course::Emerging,
        district: "bockum-hoevel",
        centre: LatLng::new(51.696_60, 7.766_60),
        radius_m: 190.0,
        days_before_end: (21.0, 0.0),
        parts: &[
            complaint("Müllablagerung", "wilder_muell", 21),
            complaint("Überfüllter Abfallbehälter", "ueberfuellter_behaelter", 8),
        ],
    },
    Planted {
        id: "kfz-maximilianpark",
        name: "Parkplatz Ostwennemarstraße",
        kind: PlantKind::Brennpunkt,
        course: Course::Emerging,
        district: "uentrop",
        centre: LatLng::new(51.686_91, 7.884_52),
        radius_m: 210.0,
        days_before_end: (18.0, 0.0),
        parts: &[
            offence("Diebstahl an/aus Kraftfahrzeugen", "kfz_delikt", 5),
            offence("Schwerer Diebstahl an/aus Kraftfahrzeugen", "kfz_delikt", 9),
        ],
    },
    Planted {
        id: "angst-haltepunkt-heessen",
        name: "Haltepunkt Heessen",
        kind: PlantKind::Angstraum,
        course: Course::Emerging,
        district: "heessen",
        centre: LatLng::new(51.709_20, 7.831_55),
        radius_m: 240.0,
        days_before_end: (16.0, 0.0),
        parts: &[
            perception("Angst bei Dunkelheit", "unsicher_dunkelheit", 7),
            perception("Unübersichtlicher Ort", "unsicher_unuebersichtlich", 1),
            complaint("Straßenbeleuchtung defekt", "beleuchtung_defekt", 2),
            complaint("Graffiti / Aufkleber", "graffiti", 2),
            complaint("Scherben / Glasbruch", "spritzen_scherben", 1),
            offence("Sachbeschädigung", "sachbeschaedigung", 2),
            offence("Bedrohung", "bedrohung", 2),
        ],
    },
    Planted {
        id: "fahrrad-bahnhof-bockum-hoevel",
        name: "Bahnhof Bockum-Hövel",
        kind: PlantKind::Brennpunkt,
        course: Course::Episode,
        district: "bockum-hoevel",
        centre: LatLng::new(51.704_81, 7.774_55),
        radius_m: 240.0,
        days_before_end: (452.0, 414.0),
        parts: &[offence("Schwerer Fahrraddiebstahl", "fahrraddiebstahl", 26)],
    },
    Planted {
        id: "einbruch-westtuennen",
        name: "Westtünnen",
        kind: PlantKind::Brennpunkt,
        course: Course::Episode,
        district: "rhynern",
        centre: LatLng::new(51.655_50, 7.859_00),
        radius_m: 380.0,
        days_before_end: (336.0, 312.0),
        parts: &[offence("Wohnungseinbruchdiebstahl", "wohnungseinbruch", 19)],
    },
    Planted {
        id: "graffiti-wiescherhoefen",
        name: "Wiescherhöfen",
        kind: PlantKind::Beschwerdehotspot,
        course: Course::Episode,
        district: "pelkum",
        centre: LatLng::new(51.641_00, 7.776_00),
        radius_m: 240.0,
        days_before_end: (268.0, 236.0),
        parts: &[
            complaint("Graffiti / Aufkleber", "graffiti", 22),
            complaint("Scherben / Glasbruch", "spritzen_scherben", 9),
        ],
    },
    Planted {
        id: "laerm-stadthafen",
        name: "Stadthafen",
        kind: PlantKind::Beschwerdehotspot,
        course: Course::Episode,
        district: "mitte",
        centre: LatLng::new(51.678_20, 7.789_50),
        radius_m: 300.0,
        days_before_end: (150.0, 104.0),
        parts: &[
            complaint("Ruhestörung nachts", "laerm_nacht", 27),
            complaint("Überfüllter Abfallbehälter", "ueberfuellter_behaelter", 11),
        ],
    },
    Planted {
        id: "angst-lippepark",
        name: "Lippepark Herringen",
        kind: PlantKind::Angstraum,
        course: Course::Episode,
        district: "herringen",
        centre: LatLng::new(51.667_00, 7.750_50),
        radius_m: 250.0,
        days_before_end: (398.0, 352.0),
        parts: &[
            perception("Angst bei Dunkelheit", "unsicher_dunkelheit", 9),
            perception("Unübersichtlicher Ort", "unsicher_unuebersichtlich", 4),
            complaint("Straßenbeleuchtung defekt", "beleuchtung_defekt", 7),
            complaint("Wildwuchs / Grünpflege", "gruenpflege", 5),
            offence("Sachbeschädigung", "sachbeschaedigung", 5),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::outline::{DISTRICTS, Outline};
    use crate::demo::waters::Lippe;
    use crate::demo::words::{WORDS, word_index};

    #[test]
    fn the_emerging_spots_have_the_stated_numbers() {
        // 21 + 8, 5 + 9 and 7 + 1 + 2 + 2 + 1 + 2 + 2.
        assert_eq!(PLANTED.map(|spot| spot.count())[..3], [29, 14, 17]);
    }

    #[test]
    fn every_spot_lies_in_its_district() {
        let outline = Outline::new(&Lippe::new());
        for spot in &PLANTED {
            let district = outline
                .district_at(spot.centre.metres())
                .map(|index| DISTRICTS[index].0);
            assert_eq!(district, Some(spot.district), "{}", spot.id);
        }
    }

    #[test]
    fn every_part_names_a_word_and_its_category() {
        for part in PLANTED.iter().flat_map(|spot| spot.parts) {
            assert_eq!(WORDS[word_index(part.feed, part.word)].category, part.category);
        }
    }
}
