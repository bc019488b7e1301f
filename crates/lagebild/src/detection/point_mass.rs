//! Suspicious point masses: a coordinate that stands for "place unknown".

use std::collections::{BTreeSet, HashMap};

use lagebild_domain::{LatLng, Notice, NoticeKind, Source, german};
use lagebild_situation::Observation;

use super::steps::midnight_of;

/// Fewest reports at one coordinate that are looked into.
const FEWEST: usize = 50;
/// Least share of all reports of the source.
const LEAST_SHARE: f64 = 0.01;
/// Fewest categories, as far as the source has as many: a real place has its own trouble, a default has everyone's.
const FEWEST_CATEGORIES: usize = 5;
/// How far the surroundings reach.
const SURROUNDINGS_M: f64 = 500.0;
/// A point that the configuration trusts is recognised within this distance.
const SAME_POINT_M: f64 = 25.0;

/// A coordinate as it is stored, to the bit.
type Spot = (u64, u64);

fn spot(point: LatLng) -> Spot {
    (point.lat_degrees().to_bits(), point.lng_degrees().to_bits())
}

/// Coordinates that are not taken for places.
#[derive(Debug, Clone, Default)]
pub(crate) struct PointMasses {
    spots: BTreeSet<(usize, Spot)>,
    pub(crate) notices: Vec<Notice>,
}

impl PointMasses {
    /// Looks through the reports of every source.
    ///
    /// A coordinate is suspicious when at least fifty reports and one in a hundred of the source lie on it to the bit, of
    /// five categories or more, and more than on all other coordinates within 500 m together. Town halls that a geocoder
    /// falls back on are like that; busy squares are not, because their surroundings are busy too. A source that snaps
    /// every report to a few points passes as well: its points have neighbours.
    pub(crate) fn find(observations: &[Observation], sources: &[Source], trusted: &[LatLng]) -> Self {
        let mut masses = Self::default();
        for (number, source) in sources.iter().enumerate() {
            let of_source: Vec<&Observation> = observations.iter().filter(|o| o.source == number).collect();
            let mut at: HashMap<Spot, (LatLng, Vec<&Observation>)> = HashMap::new();
            for observation in &of_source {
                let (_, here) = at
                    .entry(spot(observation.point))
                    .or_insert((observation.point, Vec::new()));
                here.push(observation);
            }
            let categories: BTreeSet<usize> = of_source.iter().map(|o| o.category).collect();
            let fewest_categories = FEWEST_CATEGORIES.min(categories.len());
            let fewest = FEWEST.max((of_source.len() as f64 * LEAST_SHARE).ceil() as usize);
            let mut suspects: Vec<&(LatLng, Vec<&Observation>)> = at
                .values()
                .filter(|(_, here)| here.len() >= fewest)
                .filter(|(_, here)| {
                    here.iter().map(|o| o.category).collect::<BTreeSet<_>>().len() >= fewest_categories
                })
                .collect();
            suspects.sort_by_key(|(_, here)| std::cmp::Reverse(here.len()));
            for (point, here) in suspects {
                let around: usize = at
                    .values()
                    .filter(|(other, _)| other != point && other.distance_m(*point) <= SURROUNDINGS_M)
                    .map(|(_, there)| there.len())
                    .sum();
                let is_trusted = trusted
                    .iter()
                    .any(|known| known.distance_m(*point) <= SAME_POINT_M);
                if is_trusted || here.len() <= around {
                    continue;
                }
                masses.spots.insert((number, spot(*point)));
                masses.notices.push(notice(source, *point, here, around));
            }
        }
        masses
    }

    /// True when the observation lies on one.
    pub(crate) fn holds(&self, observation: &Observation) -> bool {
        !self.spots.is_empty()
            && self
                .spots
                .contains(&(observation.source, spot(observation.point)))
    }
}

fn notice(source: &Source, point: LatLng, here: &[&Observation], around: usize) -> Notice {
    let count = german::decimal(here.len() as f64, 0);
    let first = here.iter().map(|o| o.occurred.from()).min();
    Notice {
        kind: NoticeKind::PointMass,
        sources: vec![source.id.clone()],
        sentence: format!(
            "{count} Meldungen der Quelle „{}“ liegen auf ein und demselben Punkt ({:.4}, {:.4}), im Umkreis von 500 m sonst \
             {}: vermutlich ein Ersatzort der Quelle für Unbekanntes, kein Hotspot. Die Früherkennung lässt sie außer \
             Betracht, bis der Punkt in der Konfiguration als echter Ort steht (`trusted_points`).",
            source.label,
            point.lat_degrees(),
            point.lng_degrees(),
            german::decimal(around as f64, 0),
        ),
        point: Some(point),
        since: first.unwrap_or(midnight_of(jiff::civil::Date::ZERO)),
        observed: here.len() as f64,
        usual: around as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{observation, source};
    use super::*;

    /// `n` reports of `categories` categories in turn at a point `east_m` metres east.
    fn pile(n: u64, categories: usize, east_m: f64) -> Vec<Observation> {
        (0..n)
            .map(|i| Observation {
                category: i as usize % categories,
                ..observation(i, (i % 90).cast_signed(), east_m)
            })
            .collect()
    }

    fn found(observations: &[Observation], trusted: &[LatLng]) -> Vec<f64> {
        let masses = PointMasses::find(observations, &[source("a")], trusted);
        masses.notices.iter().map(|notice| notice.observed).collect()
    }

    #[test]
    fn a_default_geocode_is_flagged_and_a_busy_square_is_not() {
        let mut town_hall = pile(60, 8, 0.0);
        town_hall.extend((0..20).flat_map(|i| pile(3, 3, 100.0 + 20.0 * f64::from(i))));
        assert_eq!(
            found(&town_hall, &[]),
            [] as [f64; 0],
            "60 among 60 others are a busy square"
        );
        town_hall.extend(pile(1, 1, 0.0));
        assert_eq!(found(&town_hall, &[]), [61.0]);
        let masses = PointMasses::find(&town_hall, &[source("a")], &[]);
        assert!(masses.holds(&town_hall[0]) && !masses.holds(&town_hall[70]));
        let trusted = observation(0, 0, 10.0).point;
        assert_eq!(
            found(&town_hall, &[trusted]),
            [] as [f64; 0],
            "the configuration says otherwise"
        );
    }

    #[test]
    fn one_trouble_at_one_place_is_a_place() {
        let mut school = pile(80, 2, 0.0);
        school.extend(pile(30, 9, 3000.0));
        assert_eq!(found(&school, &[]), [] as [f64; 0]);
        assert_eq!(found(&pile(49, 9, 0.0), &[]), [] as [f64; 0], "too few to say");
    }
}
