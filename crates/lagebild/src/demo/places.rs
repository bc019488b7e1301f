//! Named places of the city. Names and coordinates are facts; what is said to happen there is invented.

use super::plane::LatLng;

/// A label of the schematic map.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) name: &'static str,
    pub(crate) at: LatLng,
    /// How early it shows: 1 Stadtbezirke and the station, 2 quarters, 3 single places.
    pub(crate) rank: u8,
}

const fn place(name: &'static str, lat: f64, lng: f64, rank: u8) -> Place {
    Place {
        name,
        at: LatLng::new(lat, lng),
        rank,
    }
}

pub(crate) const PLACES: [Place; 34] = [
    place("Hauptbahnhof", 51.678_08, 7.807_82, 1),
    place("Marktplatz", 51.680_80, 7.819_50, 1),
    place("Bockum-Hövel", 51.697_00, 7.762_00, 1),
    place("Heessen", 51.706_00, 7.835_60, 1),
    place("Herringen", 51.661_00, 7.743_00, 1),
    place("Pelkum", 51.637_20, 7.745_00, 1),
    place("Rhynern", 51.628_50, 7.855_00, 1),
    place("Uentrop", 51.674_00, 7.970_00, 1),
    place("Mark", 51.683_35, 7.854_90, 2),
    place("Werries", 51.688_50, 7.893_50, 2),
    place("Braam-Ostwennemar", 51.674_60, 7.884_70, 2),
    place("Berge", 51.649_00, 7.829_70, 2),
    place("Westtünnen", 51.656_00, 7.855_50, 2),
    place("Wiescherhöfen", 51.638_10, 7.777_40, 2),
    place("Norddinker", 51.660_00, 7.928_00, 2),
    place("Hammer Norden", 51.692_20, 7.803_90, 2),
    place("Hammer Westen", 51.670_50, 7.799_00, 2),
    place("Hammer Süden", 51.668_50, 7.822_00, 2),
    place("Allee-Center", 51.680_00, 7.813_50, 3),
    place("Platz der Deutschen Einheit", 51.678_30, 7.809_30, 3),
    place("Technisches Rathaus", 51.679_94, 7.810_79, 3),
    place("Kurpark", 51.683_50, 7.840_50, 3),
    place("Maximilianpark", 51.684_06, 7.884_66, 3),
    place("Parkplatz Ostwennemarstraße", 51.686_91, 7.884_52, 3),
    place("Maximare", 51.687_05, 7.834_41, 3),
    place("Stadthafen", 51.680_00, 7.789_00, 3),
    place("Bahnhof Bockum-Hövel", 51.704_81, 7.774_55, 3),
    place("Haltepunkt Heessen", 51.709_20, 7.831_55, 3),
    place("Öko-Zentrum", 51.704_57, 7.821_46, 3),
    place("Wehr Heessen", 51.698_13, 7.846_60, 3),
    place("Schloss Oberwerries", 51.698_00, 7.912_00, 3),
    place("Kraftwerk Westfalen", 51.680_00, 7.970_60, 3),
    place("Rastanlage Rhynern", 51.631_00, 7.873_50, 3),
    place("Am Ebertpark", 51.665_54, 7.796_06, 3),
];
