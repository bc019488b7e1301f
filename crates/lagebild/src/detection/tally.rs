//! How many alarms each profile really gave, beside how many chance may give.

use jiff::ToSpan;
use jiff::civil::Date;
use lagebild_domain::{Hotspot, HotspotState};
use serde::Serialize;

use super::profile::Profile;
use super::scan::midnight_of;

const DAYS: i64 = 365;

/// The alarms of a profile in the last 365 days.
///
/// No count of false alarms, which nobody knows: an upper bound of them, and those that a person has judged false.
/// `lagebild backtest --shuffle` gives what chance alone brings on the same places and days.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Tally {
    /// Id of the profile.
    pub(crate) profile: String,
    /// False alarms a year that the setting allows.
    pub(crate) false_alarms_per_year: f64,
    /// Hotspots first seen in the last 365 days.
    pub(crate) alarms: usize,
    /// Those of them that a person has dismissed.
    pub(crate) dismissed: usize,
}

impl Tally {
    /// Of each profile that goes by chance, up to and with `as_of`.
    pub(crate) fn of(profiles: &[Profile], hotspots: &[Hotspot], as_of: Date) -> Vec<Self> {
        let until = midnight_of(as_of.tomorrow().unwrap_or(as_of));
        let from = midnight_of(as_of.saturating_sub((DAYS - 1).days()));
        let of_profile = |profile: &Profile| {
            let is_counted = |hotspot: &&Hotspot| {
                hotspot.finding.profile == profile.id
                    && hotspot.first_seen > from
                    && hotspot.first_seen <= until
            };
            let counted: Vec<&Hotspot> = hotspots.iter().filter(is_counted).collect();
            Self {
                profile: profile.id.clone(),
                false_alarms_per_year: profile.false_alarms_per_year,
                alarms: counted.len(),
                dismissed: (counted.iter())
                    .filter(|hotspot| hotspot.state == HotspotState::Dismissed)
                    .count(),
            }
        };
        let by_chance = profiles.iter().filter(|profile| profile.has_chance());
        by_chance.map(of_profile).collect()
    }

    /// One line for people.
    pub(crate) fn line(&self) -> String {
        format!(
            "{}: {} alarms in 365 days, {} of them dismissed; the setting allows {} a year by chance",
            self.profile, self.alarms, self.dismissed, self.false_alarms_per_year
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::START;
    use super::*;
    use lagebild_domain::lifecycle::{self, Looked};
    use lagebild_domain::{Finding, HotspotKind, Interval, LatLng, Rhythm};

    fn first_seen(day: i64, profile: &str, number: u64) -> Hotspot {
        let at = midnight_of(START.checked_add(day.days()).unwrap());
        let center = LatLng::new(51.68, 7.80).unwrap();
        let finding = Finding {
            profile: profile.to_owned(),
            kind: HotspotKind::Beschwerdehotspot,
            center,
            radius_m: 100.0,
            outline: vec![center],
            window: Interval::instant(at),
            observed: 9.0,
            expected: 2.0,
            relative_risk: 4.5,
            p_value: None,
            recurrence_interval_days: None,
            recurrence_at_limit: false,
            streams: Vec::new(),
            categories: Vec::new(),
            rhythm: Rhythm::default(),
            reports: Vec::new(),
            sources: Vec::new(),
            place: String::new(),
            method: String::new(),
            parameters: serde_json::Value::Null,
            seed: 1,
            cautions: Vec::new(),
        };
        let looked = Looked {
            at,
            next_number: number,
            silence: None,
        };
        lifecycle::settle(&[], &[finding], &looked).remove(0)
    }

    /// A look speaks of the midnight that ends its day: for the 365 days up to day 365 those of the days 2 to 366.
    #[test]
    fn a_year_of_alarms_is_counted_by_profile_and_says_how_many_were_dismissed() {
        let profiles: Vec<Profile> = ["a", "b"]
            .iter()
            .map(|id| {
                toml::from_str(&format!(
                    "id = \"{id}\"\nkind = \"beschwerdehotspot\"\nfalse_alarms_per_year = 2"
                ))
                .unwrap()
            })
            .collect();
        let mut dismissed = first_seen(200, "a", 2);
        dismissed.state = HotspotState::Dismissed;
        let hotspots = [
            first_seen(1, "a", 1),
            first_seen(2, "a", 3),
            dismissed,
            first_seen(366, "a", 4),
            first_seen(367, "a", 5),
        ];
        let as_of = START.checked_add(365.days()).unwrap();
        let tallies = Tally::of(&profiles, &hotspots, as_of);
        assert_eq!((tallies[0].alarms, tallies[0].dismissed), (3, 1));
        assert_eq!((tallies[1].alarms, tallies[1].dismissed), (0, 0));
        assert_eq!(
            tallies[0].line(),
            "a: 3 alarms in 365 days, 1 of them dismissed; the setting allows 2 a year by chance"
        );
    }
}
