//! A detection profile: what is looked for, in which streams, how, and how often it may be wrong.

use std::collections::BTreeSet;

use lagebild_domain::{AlarmBudget, HotspotKind, Source, SourceId, Taxonomy};
use lagebild_ingest::FeedSpec;
use serde::Deserialize;

use super::stream::Stream;

pub(super) const DAYS_PER_YEAR: f64 = 365.25;
/// Fewest expressed fears that an Angstraum rests on, whatever the configuration says.
const LEAST_FEAR: u32 = 5;

/// Step in which time is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TimeUnit {
    #[default]
    Day,
    Month,
}

impl TimeUnit {
    /// Days of a step, on average.
    pub(crate) fn days(self) -> f64 {
        match self {
            Self::Day => 1.0,
            Self::Month => DAYS_PER_YEAR / 12.0,
        }
    }
}

/// How a profile looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Method {
    /// Evidence of all streams together, against a threshold calibrated on the own past: see
    /// `lagebild_hotspot::scan::Lookout`.
    Lookout,
    /// Prospective space-time permutation scan over all streams together, with a p value.
    Scan,
    /// So many within a radius and a window: the rule of the Unfallkommissionen.
    AccidentRule,
}

/// Which time of a report counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Clock {
    /// When it happened.
    #[default]
    Occurred,
    /// When its owner was told: late reports then thin out no last day.
    Reported,
}

/// When a profile looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Schedule {
    /// After new data, and every night.
    #[default]
    Live,
    /// Every night.
    Nightly,
}

/// A `[[detection.profile]]` section as it stands there; what is left out is a default of the kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    id: String,
    kind: HotspotKind,
    method: Option<Method>,
    #[serde(default)]
    time_unit: TimeUnit,
    #[serde(default)]
    clock: Clock,
    #[serde(default)]
    schedule: Option<Schedule>,
    max_window: Option<u32>,
    history: Option<u32>,
    max_radius_m: Option<f64>,
    min_reports: Option<u32>,
    false_alarms_per_year: Option<f64>,
    min_fear: Option<u32>,
    min_dark_share: Option<f64>,
    #[serde(default)]
    weekday_strata: bool,
    replicates: Option<u32>,
    seed: Option<u64>,
    #[serde(rename = "stream", default)]
    streams: Vec<Stream>,
}

/// What is looked for, with every default filled in.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "Section")]
pub(crate) struct Profile {
    /// Id; findings of one profile are matched with each other.
    pub(crate) id: String,
    /// What a finding is.
    pub(crate) kind: HotspotKind,
    /// How it looks.
    pub(crate) method: Method,
    /// Step in which time is counted.
    pub(crate) time_unit: TimeUnit,
    /// Which time of a report counts.
    pub(crate) clock: Clock,
    /// When it looks.
    pub(crate) schedule: Schedule,
    /// Longest window, in time units.
    pub(crate) max_window: u32,
    /// Time units of history that the present is held against, windows included.
    pub(crate) history: u32,
    /// Largest radius.
    pub(crate) max_radius_m: f64,
    /// Fewest reports that are a finding.
    pub(crate) min_reports: u32,
    /// How many findings a year chance alone may give, for one look a step.
    pub(crate) false_alarms_per_year: f64,
    /// Expressed fears that a finding needs; only an Angstraum needs any, and always does.
    min_fear: u32,
    /// Share of the reports with a known hour that must lie between dusk and dawn, 0 to 1.
    pub(crate) min_dark_share: f64,
    /// True to shuffle days among like weekdays only: for streams whose places differ in their weekends, such as
    /// nightlife. Takes several times as long.
    pub(crate) weekday_strata: bool,
    /// Monte Carlo replicates.
    pub(crate) replicates: u32,
    /// Seed of the random numbers.
    pub(crate) seed: u64,
    /// The streams that are looked at jointly.
    pub(crate) streams: Vec<Stream>,
}

/// Longest window, history, radius and fewest reports where a profile does not say.
///
/// The rule for accidents is that of the Unfallkommissionen in North Rhine-Westphalia for injuries: five accidents with
/// injured people in 36 months (Gem. Runderlass "Aufgaben der Unfallkommission in Nordrhein-Westfalen", 25 June 2017 and
/// 10 June 2021, `MBl. NRW. 2021 p. 445`; summed up by the Wissenschaftliche Dienste des Bundestages, WD 7 - 3000 -
/// 024/20). The radius of 50 m, a junction with its approaches, is ours. The Erlass also has a rule for one year and one
/// for severe injuries: give each a profile of its own.
fn defaults(kind: HotspotKind, method: Method, unit: TimeUnit) -> (u32, u32, f64, u32) {
    let (max_window, history) = match (method, unit) {
        (Method::AccidentRule, TimeUnit::Day) => (1096, 1097),
        (Method::AccidentRule, TimeUnit::Month) => (36, 37),
        // Four weeks to rise, and as long again at full height.
        (Method::Lookout, _) => (56, 730),
        (Method::Scan, TimeUnit::Day) => (28, 365),
        (Method::Scan, TimeUnit::Month) => (2, 12),
    };
    let (max_radius_m, min_reports) = match (kind, unit) {
        (HotspotKind::Unfallhaeufung, _) => (50.0, 5),
        (_, TimeUnit::Month) => (1000.0, 5),
        (HotspotKind::Angstraum, TimeUnit::Day) => (400.0, 8),
        (_, TimeUnit::Day) => (500.0, 5),
    };
    (max_window, history, max_radius_m, min_reports)
}

/// The method of a kind where a profile does not say.
fn usual_method(kind: HotspotKind, unit: TimeUnit) -> Method {
    match (kind, unit) {
        (HotspotKind::Unfallhaeufung, _) => Method::AccidentRule,
        (HotspotKind::Angstraum, TimeUnit::Day) => Method::Lookout,
        _ => Method::Scan,
    }
}

impl From<Section> for Profile {
    fn from(section: Section) -> Self {
        let kind = section.kind;
        let unit = section.time_unit;
        let method = section.method.unwrap_or(usual_method(kind, unit));
        let (max_window, history, max_radius_m, min_reports) = defaults(kind, method, unit);
        let window = section.max_window.unwrap_or(max_window);
        Self {
            id: section.id,
            kind,
            method,
            time_unit: unit,
            clock: section.clock,
            schedule: section.schedule.unwrap_or(match method {
                Method::Lookout | Method::Scan => Schedule::Live,
                Method::AccidentRule => Schedule::Nightly,
            }),
            max_window: window,
            history: section.history.unwrap_or(match method {
                Method::Lookout | Method::Scan => history,
                Method::AccidentRule => window + 1,
            }),
            max_radius_m: section.max_radius_m.unwrap_or(max_radius_m),
            min_reports: section.min_reports.unwrap_or(min_reports),
            false_alarms_per_year: section.false_alarms_per_year.unwrap_or(1.0),
            min_fear: section.min_fear.unwrap_or(LEAST_FEAR),
            min_dark_share: section.min_dark_share.unwrap_or(0.0),
            weekday_strata: section.weekday_strata,
            replicates: section.replicates.unwrap_or(999),
            seed: section.seed.unwrap_or(1),
            streams: if section.streams.is_empty() {
                Stream::of_kind(kind)
            } else {
                section.streams
            },
        }
    }
}

impl Profile {
    /// The sources that any stream may draw from. What is expected rests on all of them, so only who sees them all may
    /// see a finding, whichever of them it happens to hold.
    pub(crate) fn sources(&self, all: &[Source]) -> BTreeSet<SourceId> {
        all.iter()
            .filter(|source| self.streams.iter().any(|stream| stream.draws_from(source)))
            .map(|source| source.id.clone())
            .collect()
    }

    /// Expressed fears that a finding needs.
    pub(crate) fn fear_needed(&self) -> u32 {
        if self.kind == HotspotKind::Angstraum {
            self.min_fear.max(LEAST_FEAR)
        } else {
            0
        }
    }

    /// True when its findings say how often chance alone gives them.
    pub(crate) fn has_chance(&self) -> bool {
        self.method != Method::AccidentRule
    }

    /// Steps of the past without which it does not look.
    pub(crate) fn past_needed(&self) -> i64 {
        match self.method {
            Method::Lookout => super::lookout::past_needed(self),
            Method::Scan | Method::AccidentRule => 2 * i64::from(self.max_window),
        }
    }

    /// How often it may be wrong; none for a rule, which says nothing of chance.
    pub(crate) fn alarm_budget(&self, all: &[Source]) -> Option<AlarmBudget> {
        self.has_chance().then(|| AlarmBudget {
            profile: self.id.clone(),
            kind: self.kind,
            false_alarms_per_year: self.false_alarms_per_year,
            sources: self.sources(all),
        })
    }

    /// A finding must be rarer than once in so many days by chance alone.
    pub(crate) fn min_recurrence_days(&self) -> f64 {
        DAYS_PER_YEAR / self.false_alarms_per_year
    }

    /// Checks the profile against the taxonomy and the sources.
    pub(crate) fn check(&self, taxonomy: &Taxonomy, sources: &[FeedSpec]) -> Result<(), String> {
        let fail = |key: &str, problem: String| {
            Err(format!(
                "[[detection.profile]] \"{}\", key `{key}`: {problem}",
                self.id
            ))
        };
        if self.weekday_strata && self.time_unit == TimeUnit::Month {
            return fail("weekday_strata", "months have no weekdays".to_owned());
        }
        if self.history <= self.max_window {
            return fail(
                "history",
                format!("must be longer than `max_window` ({})", self.max_window),
            );
        }
        if !(0.0..=1.0).contains(&self.min_dark_share) {
            return fail("min_dark_share", "must be 0 to 1".to_owned());
        }
        let fewest = match self.method {
            Method::Lookout if self.time_unit == TimeUnit::Month => {
                return fail(
                    "method",
                    "\"lookout\" counts days, not months; set \"scan\"".to_owned(),
                );
            }
            Method::Lookout => {
                if let Err(error) = super::lookout::params(self) {
                    return fail("max_window, history, min_reports", error);
                }
                // Fewer are not seen in the walks that set the threshold, only carried on.
                Some((0.1, "fewer cannot be told from the past of a city".to_owned()))
            }
            Method::Scan => {
                let rarest_days = f64::from(self.replicates + 1) * self.time_unit.days();
                let reason = format!("{} replicates resolve nothing rarer", self.replicates);
                Some((DAYS_PER_YEAR / rarest_days, reason))
            }
            Method::AccidentRule => None,
        };
        if let Err(error) = super::scan::params(self) {
            return fail("max_radius_m, max_window, min_reports, replicates", error);
        }
        if let Some((fewest, reason)) = fewest
            && !(self.false_alarms_per_year.is_finite() && self.false_alarms_per_year >= fewest)
        {
            return fail(
                "false_alarms_per_year",
                format!("must be {fewest:.2} or more: {reason}"),
            );
        }
        for stream in &self.streams {
            if let Err((key, problem)) = stream.check(taxonomy, sources) {
                return fail(&format!("{key}` of stream `{}", stream.name), problem);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(text: &str) -> Result<Profile, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    fn taxonomy() -> Taxonomy {
        Taxonomy::parse(include_str!("../../../../data/taxonomy.toml")).unwrap()
    }

    #[test]
    fn an_id_and_a_kind_are_a_whole_profile() {
        for kind in HotspotKind::ALL {
            let profile = profile(&format!("id = \"p\"\nkind = \"{kind}\"")).unwrap();
            profile.check(&taxonomy(), &[]).unwrap();
            assert!((profile.min_recurrence_days() - 365.25).abs() < 1e-9);
        }
        let angstraum = profile("id = \"p\"\nkind = \"angstraum\"").unwrap();
        assert_eq!((angstraum.streams.len(), angstraum.fear_needed()), (3, 5));
        let accidents = profile("id = \"p\"\nkind = \"unfallhaeufung\"").unwrap();
        assert_eq!(
            (accidents.method, accidents.min_reports, accidents.max_window),
            (Method::AccidentRule, 5, 1096)
        );
    }

    #[test]
    fn the_kind_that_joins_streams_looks_by_calibrated_evidence() {
        let angstraum = profile("id = \"p\"\nkind = \"angstraum\"").unwrap();
        assert_eq!(
            (angstraum.method, angstraum.max_window, angstraum.history),
            (Method::Lookout, 56, 730)
        );
        let scanned = profile("id = \"p\"\nkind = \"angstraum\"\nmethod = \"scan\"").unwrap();
        assert_eq!(
            (scanned.method, scanned.max_window, scanned.history),
            (Method::Scan, 28, 365)
        );
        let months = "id = \"p\"\nkind = \"brennpunkt\"\nmethod = \"lookout\"\ntime_unit = \"month\"";
        let error = profile(months).unwrap().check(&taxonomy(), &[]).unwrap_err();
        assert!(error.contains("key `method`"), "{error}");
    }

    #[test]
    fn fewer_fears_than_five_are_never_enough() {
        let text = "id = \"p\"\nkind = \"angstraum\"\nmin_fear = ";
        assert_eq!(profile(&format!("{text}1")).unwrap().fear_needed(), 5);
        assert_eq!(profile(&format!("{text}8")).unwrap().fear_needed(), 8);
    }

    #[test]
    fn what_cannot_be_kept_is_refused_with_its_key() {
        for (line, key) in [
            ("false_alarms_per_year = 0.1", "false_alarms_per_year"),
            ("false_alarms_per_year = 0", "false_alarms_per_year"),
            ("min_dark_share = 2", "min_dark_share"),
            ("history = 28", "history"),
            ("max_radius_m = -1", "max_radius_m"),
            ("[[stream]]\nname = \"s\"\nhours = \"25\"", "hours"),
            ("[[stream]]\nname = \"s\"\nthemes = [\"nix\"]", "themes"),
            ("[[stream]]\nname = \"s\"\nsources = [\"nix\"]", "sources"),
            (
                "[[stream]]\nname = \"s\"\ncategories = [\"aufenthalt_personen\"]",
                "categories",
            ),
        ] {
            let error = profile(&format!("id = \"p\"\nkind = \"brennpunkt\"\n{line}"))
                .unwrap()
                .check(&taxonomy(), &[])
                .unwrap_err();
            assert!(error.contains(key), "{line}: {error}");
        }
        let unknown = profile("id = \"p\"\nkind = \"brennpunkt\"\nmax_radius = 3").unwrap_err();
        assert!(unknown.contains("unknown field `max_radius`"), "{unknown}");
    }
}
