//! Places where much happens all the time: persistent, not emerging.

use super::plane::LatLng;

/// A persistent hotspot: it draws a share of all events of some categories.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PersistentHotspot {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) centre: LatLng,
    /// Most of its events lie within.
    pub(crate) radius_m: f64,
    /// Category and share of the city's events of that category.
    pub(crate) draws: &'static [(&'static str, f64)],
}

/// High for the whole two years.
pub(crate) static PERSISTENT: [PersistentHotspot; 3] = [
    PersistentHotspot {
        id: "bahnhofsumfeld",
        name: "Bahnhofsumfeld",
        centre: LatLng::new(51.678_20, 7.809_00),
        radius_m: 260.0,
        draws: &[
            ("koerperverletzung", 0.055),
            ("raub", 0.10),
            ("bedrohung", 0.05),
            ("taschendiebstahl", 0.17),
            ("fahrraddiebstahl", 0.09),
            ("rauschgift_angezeigt", 0.13),
            ("rauschgift_kontrolle", 0.30),
            ("ordnungswidrigkeit_kontrolle", 0.20),
            ("alkohol_poebelei", 0.12),
            ("spritzen_scherben", 0.10),
            ("ueberfuellter_behaelter", 0.035),
            ("wilder_muell", 0.012),
            ("aufenthalt_personen", 0.20),
            ("unsicher_stoerung", 0.12),
            ("unsicher_dunkelheit", 0.05),
        ],
    },
    PersistentHotspot {
        id: "innenstadt",
        name: "Innenstadt zwischen Allee-Center und Marktplatz",
        centre: LatLng::new(51.680_40, 7.817_00),
        radius_m: 320.0,
        draws: &[
            ("koerperverletzung", 0.08),
            ("raub", 0.07),
            ("taschendiebstahl", 0.13),
            ("ladendiebstahl", 0.20),
            ("laerm_nacht", 0.07),
            ("alkohol_poebelei", 0.09),
            ("sachbeschaedigung", 0.025),
            ("spritzen_scherben", 0.06),
            ("graffiti", 0.04),
            ("falschparken", 0.04),
            ("unsicher_stoerung", 0.05),
        ],
    },
    PersistentHotspot {
        id: "ebertpark",
        name: "Friedrich-Ebert-Park",
        centre: LatLng::new(51.665_20, 7.797_00),
        radius_m: 260.0,
        draws: &[
            ("rauschgift_angezeigt", 0.10),
            ("rauschgift_kontrolle", 0.12),
            ("alkohol_poebelei", 0.08),
            ("spritzen_scherben", 0.10),
            ("ueberfuellter_behaelter", 0.03),
            ("wilder_muell", 0.020),
            ("sachbeschaedigung", 0.012),
            ("gruenpflege", 0.02),
            ("spielplatz", 0.03),
            ("unsicher_dunkelheit", 0.06),
            ("unsicher_unuebersichtlich", 0.04),
        ],
    },
];

/// Stations where people have felt uneasy for long: mild, and no hotspot of its own. What is planted at the Haltepunkt
/// Heessen has to stand out from this, and no single stream does.
pub(crate) static UNEASY_STATIONS: [PersistentHotspot; 2] = [
    PersistentHotspot {
        id: "haltepunkt-heessen",
        name: "Haltepunkt Heessen",
        centre: LatLng::new(51.709_20, 7.831_55),
        radius_m: 240.0,
        draws: &[
            ("unsicher_dunkelheit", 0.05),
            ("unsicher_unuebersichtlich", 0.04),
            ("beleuchtung_defekt", 0.006),
            ("graffiti", 0.010),
            ("spritzen_scherben", 0.010),
        ],
    },
    PersistentHotspot {
        id: "bahnhof-bockum-hoevel",
        name: "Bahnhof Bockum-Hövel",
        centre: LatLng::new(51.704_81, 7.774_55),
        radius_m: 240.0,
        draws: &[
            ("unsicher_dunkelheit", 0.04),
            ("unsicher_unuebersichtlich", 0.03),
            ("graffiti", 0.008),
        ],
    },
];

/// All places that draw more than their surroundings.
pub(crate) fn attractors() -> impl Iterator<Item = &'static PersistentHotspot> {
    PERSISTENT.iter().chain(&UNEASY_STATIONS)
}
