//! Near repeats: where something happened, the same is likelier near by for a while.
//!
//! Townsley, Homel and Chaseling (2003), *Infectious burglaries*, British Journal of Criminology 43(3), doi:10.1093/bjc/43.3.615.
//! How far and how long is the rule's to say; Knox' test (`lagebild analyze knox`) tells what the own data bear out. It misleads
//! where reports lie close for another reason, such as a block of flats that reports everything.

use jiff::Timestamp;

use super::{Firing, Labels, Occurrence, Rule, Sighting};
use crate::area::Area;
use crate::german;
use crate::position::LatLng;
use crate::slug::SourceId;

/// How many times its hours a rule looks back for where a zone began: one that goes on for longer gets another name.
pub(super) const LOOKS_BACK: i32 = 4;

/// Reports of a rule that followed one another close by.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone {
    /// Where the first of them happened: the centre.
    pub center: LatLng,
    /// When they happened, oldest first.
    pub times: Vec<Timestamp>,
}

impl Zone {
    /// The same for the same zone, and without its place.
    fn name(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for degrees in [self.center.lat_degrees(), self.center.lng_degrees()] {
            hasher.update(&degrees.to_le_bytes());
        }
        let first = self.times.first().map_or(0, |at| at.as_microsecond());
        hasher.update(&first.to_le_bytes());
        hasher.finalize().to_hex()[..16].to_owned()
    }
}

impl Rule {
    /// The zones of its reports, which are oldest first: each report belongs to the nearest zone whose first report is within
    /// the radius and whose last is not longer ago than the rule's hours; else it begins one.
    pub fn zones(&self, sightings: &[Sighting]) -> Vec<Zone> {
        let Some(radius_m) = self.near_repeat_m else {
            return Vec::new();
        };
        let mut zones: Vec<Zone> = Vec::new();
        for sighting in self.counted(sightings) {
            let Some(point) = sighting.point else { continue };
            let near = zones
                .iter_mut()
                .filter(|zone| sighting.at <= self.lasts_until(zone))
                .map(|zone| (zone.center.distance_m(point), zone))
                .filter(|(distance_m, _)| *distance_m <= radius_m)
                .min_by(|(one, _), (other, _)| one.total_cmp(other));
            match near {
                Some((_, zone)) => zone.times.push(sighting.at),
                None => zones.push(Zone {
                    center: point,
                    times: vec![sighting.at],
                }),
            }
        }
        zones
    }

    /// When nothing has followed for the rule's hours.
    fn lasts_until(&self, zone: &Zone) -> Timestamp {
        let last = zone.times.last().copied().unwrap_or(Timestamp::MIN);
        last.checked_add(self.look_back()).unwrap_or(Timestamp::MAX)
    }

    /// When a zone opens and when it ends; none that has too few reports.
    pub fn open_span(&self, zone: &Zone) -> Option<(Timestamp, Timestamp)> {
        let at_least = usize::try_from(self.at_least).ok()?;
        let opened = *zone.times.get(at_least.checked_sub(1)?)?;
        Some((opened, self.lasts_until(zone)))
    }

    /// What a zone makes of it. `district` is the one that its centre lies in.
    pub fn zone_occurrence(
        &self,
        zone: &Zone,
        district: Option<&Area>,
        sources: Vec<SourceId>,
        now: Timestamp,
    ) -> Occurrence {
        let count = zone.times.len();
        let of_count = self.occurrence(count as u64, district, sources, now);
        let is_open = self
            .open_span(zone)
            .is_some_and(|(from, to)| from < now && now < to && self.holds_at(now));
        let Labels(mut labels) = of_count.labels;
        labels.insert("zone".to_owned(), zone.name());
        labels.insert("level".to_owned(), "place".to_owned());
        let mut facts = of_count.facts;
        facts.center = Some(zone.center);
        facts.sentence = format!(
            "{} Meldungen folgten einander im Umkreis von {} m; erfahrungsgemäß folgen dort in der nächsten Zeit eher weitere. \
             Kommt nichts hinzu, endet die Zone am {}. Die Regel „{}“ teilt Zonen ab {} mit.",
            german::decimal(count as f64, 0),
            german::decimal(self.near_repeat_m.unwrap_or_default(), 0),
            german::moment(self.lasts_until(zone)),
            self.label,
            self.at_least
        );
        Occurrence {
            labels: Labels(labels),
            firing: if is_open { Firing::Yes } else { Firing::No },
            facts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> Rule {
        serde_json::from_str(
            r#"{"id": "r", "organisation": "polizei", "label": "Einbrüche", "within_hours": 24, "at_least": 2,
                "near_repeat_m": 200}"#,
        )
        .unwrap()
    }

    /// A thousandth of a degree of latitude is 111 m.
    fn seen(day: u32, latitude: f64) -> Sighting {
        Sighting {
            at: format!("2026-11-{day:02}T12:00:00Z").parse().unwrap(),
            point: LatLng::new(latitude, 7.82).ok(),
        }
    }

    #[test]
    fn what_follows_near_by_in_time_opens_a_zone_that_lasts_until_nothing_follows() {
        let rule = rule();
        assert_eq!(rule.check(), Ok(()));
        let sightings = [
            seen(1, 51.68),
            seen(1, 51.70),
            seen(2, 51.681),
            seen(3, 51.6815),
            // Too late for the first zone, 24 hours after its last.
            seen(5, 51.68),
        ];
        let zones = rule.zones(&sightings);
        let counts: Vec<usize> = zones.iter().map(|zone| zone.times.len()).collect();
        assert_eq!(counts, [3, 1, 1]);
        let spans: Vec<Option<String>> = zones
            .iter()
            .map(|zone| {
                let (from, to) = rule.open_span(zone)?;
                Some(format!("{from} {to}"))
            })
            .collect();
        assert_eq!(
            spans,
            [
                Some("2026-11-02T12:00:00Z 2026-11-04T12:00:00Z".to_owned()),
                None,
                None
            ]
        );
        let at = |text: &str| rule.zone_occurrence(&zones[0], None, Vec::new(), text.parse().unwrap());
        let opened = at("2026-11-02T12:00:01Z");
        assert_eq!(opened.firing, Firing::Yes);
        assert_eq!(at("2026-11-04T12:00:00Z").firing, Firing::No);
        assert!(
            opened
                .facts
                .sentence
                .starts_with("3 Meldungen folgten einander im Umkreis von 200 m;")
        );
        // The zone stays the same alert when reports follow, and is another's than its neighbour's.
        let of_two = rule.zones(&sightings[..3]);
        let labels = |zone: &Zone| {
            let now = "2026-11-02T12:00:01Z".parse().unwrap();
            rule.zone_occurrence(zone, None, Vec::new(), now)
                .labels
                .fingerprint()
        };
        assert_eq!(labels(&of_two[0]), labels(&zones[0]));
        assert_ne!(labels(&zones[0]), labels(&zones[1]));
    }
}
