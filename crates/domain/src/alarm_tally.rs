//! How many alarms a detection profile really gave, beside how many chance may give.

use std::collections::BTreeSet;

use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use crate::hotspot::{Hotspot, HotspotKind};
use crate::slug::SourceId;

const DAYS_PER_YEAR: f64 = 365.25;
const SECONDS_PER_DAY: f64 = 86_400.0;
/// Days that are counted at most.
const DAYS: i64 = 365;
/// Days without which there is no rate.
const FEWEST_DAYS: f64 = 28.0;

/// How often a detection profile may be wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct AlarmBudget {
    /// Id of the profile.
    pub profile: String,
    /// What it looks for.
    pub kind: HotspotKind,
    /// False alarms a year that the setting allows.
    pub false_alarms_per_year: f64,
    /// Sources that it may draw from; only who sees them all may see what it found.
    pub sources: BTreeSet<SourceId>,
}

/// A rate with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rate {
    /// The estimate.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The alarms of a profile in the last 365 days, and what persons said of them.
///
/// Which alarms are false nobody knows but by looking: the rate is that of the alarms that a person has dismissed. Those that
/// nobody has judged may be false too.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlarmTally {
    /// Id of the profile.
    pub profile: String,
    /// What it looks for.
    pub kind: HotspotKind,
    /// False alarms a year that the setting allows.
    pub false_alarms_per_year: f64,
    /// Days counted: 365, or as long as the profile has been looking.
    pub days: f64,
    /// Hotspots first seen in these days. One that split off from another is no alarm of its own.
    pub alarms: usize,
    /// Those of them that a person has confirmed.
    pub confirmed: usize,
    /// Those of them that a person has dismissed.
    pub dismissed: usize,
    /// Dismissed alarms a year, with the exact interval of a Poisson count; none before four weeks of looks.
    pub realised: Option<Rate>,
}

impl AlarmTally {
    /// Of a profile that has looked since `first_look`, in the 365 days up to and with `until`.
    ///
    /// ```
    /// use lagebild_domain::{AlarmBudget, AlarmTally, HotspotKind};
    /// let budget = AlarmBudget { profile: "laerm".into(), kind: HotspotKind::Beschwerdehotspot,
    ///     false_alarms_per_year: 1.0, sources: [].into() };
    /// let day = |text: &str| text.parse().unwrap();
    /// let tally = AlarmTally::of(&budget, &[], day("2026-01-01T00:00:00Z"), day("2026-04-11T00:00:00Z"));
    /// assert_eq!((tally.days, tally.alarms), (100.0, 0));
    /// // No alarm in 100 days: up to 3.69 · 365.25 / 100 a year are not ruled out.
    /// assert!((tally.realised.unwrap().high - 13.47).abs() < 0.01);
    /// ```
    pub fn of(budget: &AlarmBudget, hotspots: &[Hotspot], first_look: Timestamp, until: Timestamp) -> Self {
        let year_before = until.checked_sub((DAYS * 24).hours()).unwrap_or(until);
        // What the first look finds has gathered before: it is no alarm of the days since.
        let from = year_before.max(first_look).min(until);
        let is_alarm = |hotspot: &&Hotspot| {
            hotspot.finding.profile == budget.profile
                && hotspot.story.came_from.is_none()
                && hotspot.first_seen > from
                && hotspot.first_seen <= until
        };
        let verdicts: Vec<Option<bool>> = (hotspots.iter())
            .filter(is_alarm)
            .map(|hotspot| hotspot.story.verdict.as_ref().map(|verdict| verdict.is_confirmed))
            .collect();
        let count = |wanted: bool| {
            verdicts
                .iter()
                .filter(|verdict| **verdict == Some(wanted))
                .count()
        };
        let days = (until.as_second() - from.as_second()) as f64 / SECONDS_PER_DAY;
        let dismissed = count(false);
        let a_year = |alarms: f64| alarms / days * DAYS_PER_YEAR;
        let (low, high) = poisson_interval(dismissed);
        Self {
            profile: budget.profile.clone(),
            kind: budget.kind,
            false_alarms_per_year: budget.false_alarms_per_year,
            days,
            alarms: verdicts.len(),
            confirmed: count(true),
            dismissed,
            realised: (days >= FEWEST_DAYS).then(|| Rate {
                value: a_year(dismissed as f64),
                low: a_year(low),
                high: a_year(high),
            }),
        }
    }

    /// Alarms that nobody has judged.
    pub fn unjudged(&self) -> usize {
        self.alarms - self.confirmed - self.dismissed
    }

    /// One line for people.
    pub fn line(&self) -> String {
        let rate = self.realised.map_or(String::new(), |rate| {
            format!(
                ": {:.1} false alarms a year as far as judged (95 %: {:.1} to {:.1})",
                rate.value, rate.low, rate.high
            )
        });
        format!(
            "{}: {} alarms in {:.0} days, {} confirmed, {} dismissed, {} not judged{rate}; the setting allows {} a year by chance",
            self.profile,
            self.alarms,
            self.days,
            self.confirmed,
            self.dismissed,
            self.unjudged(),
            self.false_alarms_per_year
        )
    }
}

/// The exact 95 % interval of the mean of a Poisson count (Garwood 1936, <https://doi.org/10.1093/biomet/28.3-4.437>).
fn poisson_interval(count: usize) -> (f64, f64) {
    const TAIL: f64 = 0.025;
    /// The chance of at most `count` when `mean` are usual.
    fn at_most(count: usize, mean: f64) -> f64 {
        let (mut term, mut sum) = ((-mean).exp(), 0.0);
        for k in 0..=count {
            sum += term;
            term *= mean / (k + 1) as f64;
        }
        sum
    }
    // Where a falling chance crosses the tail, halving a span that holds the crossing for any count.
    let crossing = |chance: &dyn Fn(f64) -> f64, tail: f64| {
        let (mut low, mut high) = (0.0, 2.0 * count as f64 + 20.0);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if chance(middle) > tail {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    };
    let low = match count.checked_sub(1) {
        Some(fewer) => crossing(&|mean| at_most(fewer, mean), 1.0 - TAIL),
        None => 0.0,
    };
    (low, crossing(&|mean| at_most(count, mean), TAIL))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::{self, Looked};
    use crate::review::{Reviewer, Verdict};
    use crate::{Finding, Interval, LatLng, OrganisationId, Rhythm, Role};

    fn day(number: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + number * 86_400).unwrap()
    }

    fn first_seen(at: i64, profile: &str, number: u64, verdict: Option<bool>) -> Hotspot {
        let center = LatLng::new(51.68, 7.80).unwrap();
        let finding = Finding {
            profile: profile.to_owned(),
            kind: HotspotKind::Beschwerdehotspot,
            center,
            radius_m: 100.0,
            outline: vec![center],
            window: Interval::instant(day(at)),
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
            at: day(at),
            next_number: number,
            silence: None,
        };
        let mut hotspot = lifecycle::settle(&[], &[finding], &looked).remove(0);
        hotspot.story.verdict = verdict.map(|is_confirmed| Verdict {
            is_confirmed,
            at: day(at),
            by: Reviewer {
                role: Role::Analyst,
                organisation: OrganisationId::new("stadt").unwrap(),
            },
            observed: 9.0,
        });
        hotspot
    }

    fn budget(profile: &str) -> AlarmBudget {
        AlarmBudget {
            profile: profile.to_owned(),
            kind: HotspotKind::Beschwerdehotspot,
            false_alarms_per_year: 2.0,
            sources: BTreeSet::new(),
        }
    }

    /// Exact limits as printed in Garwood's table and in every one since: 0 (0 to 3.689), 1 (0.0253 to 5.572), 5 (1.623 to
    /// 11.668), 20 (12.217 to 30.888).
    #[test]
    fn the_interval_of_a_count_is_garwoods() {
        for (count, low, high) in [
            (0, 0.0, 3.689),
            (1, 0.0253, 5.572),
            (5, 1.623, 11.668),
            (20, 12.217, 30.888),
        ] {
            let interval = poisson_interval(count);
            assert!(
                (interval.0 - low).abs() < 1e-3 && (interval.1 - high).abs() < 1e-3,
                "{count}: {interval:?}"
            );
        }
    }

    #[test]
    fn a_year_of_alarms_is_counted_by_profile_with_what_was_said_of_them() {
        let mut split = first_seen(300, "a", 7, Some(false));
        split.story.came_from = Some(crate::HotspotId("1".to_owned()));
        let hotspots = [
            first_seen(1, "a", 1, Some(false)),
            first_seen(2, "a", 2, Some(true)),
            first_seen(200, "a", 3, Some(false)),
            first_seen(366, "a", 4, None),
            first_seen(367, "a", 5, None),
            first_seen(300, "b", 6, None),
            split,
        ];
        // The 365 days up to the end of day 366 begin after day 1.
        let tally = AlarmTally::of(&budget("a"), &hotspots, day(-400), day(366));
        assert_eq!(
            (tally.alarms, tally.confirmed, tally.dismissed, tally.unjudged()),
            (3, 1, 1, 1)
        );
        let rate = tally.realised.unwrap();
        assert!((rate.value - 365.25 / 365.0).abs() < 1e-9, "{rate:?}");
        assert_eq!(
            tally.line(),
            "a: 3 alarms in 365 days, 1 confirmed, 1 dismissed, 1 not judged: 1.0 false alarms a year as far as judged \
             (95 %: 0.0 to 5.6); the setting allows 2 a year by chance"
        );
        assert_eq!(
            AlarmTally::of(&budget("b"), &hotspots, day(-400), day(366)).alarms,
            1
        );
    }

    #[test]
    fn a_profile_that_has_looked_for_a_month_is_not_reckoned_by_the_year() {
        let hotspots = [
            first_seen(336, "a", 1, None),
            first_seen(337, "a", 3, Some(false)),
            first_seen(350, "a", 2, Some(false)),
        ];
        let tally = AlarmTally::of(&budget("a"), &hotspots, day(336), day(366));
        assert!((tally.days - 30.0).abs() < 1e-9);
        assert_eq!(tally.alarms, 2, "what the first look found is not counted");
        assert!((tally.realised.unwrap().value - 2.0 / 30.0 * 365.25).abs() < 1e-9);
        assert_eq!(
            AlarmTally::of(&budget("a"), &[], day(366), day(366)).realised,
            None
        );
    }
}
