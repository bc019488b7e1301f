//! A detection profile: what is looked for, in which streams, with which windows.

use std::collections::BTreeSet;

use lagebild_domain::{CategoryId, Evidence, Filter, HotspotKind, Kind, Source, SourceId, Taxonomy, ThemeId};
use lagebild_ingest::FeedSpec;
use serde::Deserialize;

/// Step in which time is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TimeUnit {
    Day,
    Month,
}

impl TimeUnit {
    /// Days of a step, on average.
    pub(crate) fn days(self) -> f64 {
        match self {
            Self::Day => 1.0,
            Self::Month => 30.44,
        }
    }
}

/// A `[[detection.profile]]` section.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    /// Id; findings of one profile are matched with each other.
    pub(crate) id: String,
    /// What a finding is.
    pub(crate) kind: HotspotKind,
    /// Step in which time is counted.
    #[serde(default = "day")]
    pub(crate) time_unit: TimeUnit,
    /// Longest window, in time units.
    pub(crate) max_window: u32,
    /// Time units of history that the present is held against, windows included.
    pub(crate) history: u32,
    /// Largest radius.
    pub(crate) max_radius_m: f64,
    /// Fewest reports that are a finding.
    #[serde(default = "five")]
    pub(crate) min_reports: u32,
    /// A finding must be rarer than once in so many days by chance alone.
    pub(crate) min_recurrence_days: f64,
    /// Expressed fears that a finding needs; only an Angstraum needs any, and always does.
    #[serde(default)]
    pub(crate) min_fear: u32,
    /// True to shuffle days among like weekdays only: for streams whose places differ in their weekends, such as
    /// nightlife. Takes several times as long.
    #[serde(default)]
    pub(crate) weekday_strata: bool,
    /// Monte Carlo replicates.
    #[serde(default = "replicates")]
    pub(crate) replicates: u32,
    /// Seed of the random numbers.
    #[serde(default = "seed")]
    pub(crate) seed: u64,
    /// The streams that are looked at jointly.
    #[serde(rename = "stream")]
    pub(crate) streams: Vec<Stream>,
}

fn day() -> TimeUnit {
    TimeUnit::Day
}

fn five() -> u32 {
    5
}

fn replicates() -> u32 {
    999
}

fn seed() -> u64 {
    1
}

/// Fewest expressed fears that an Angstraum rests on, whatever the configuration says.
const LEAST_FEAR: u32 = 5;

/// Reports that are counted together. Lists that are left out mean "all".
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stream {
    /// Name for people.
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) kinds: Vec<Kind>,
    #[serde(default)]
    pub(crate) sources: Vec<SourceId>,
    #[serde(default)]
    pub(crate) themes: Vec<ThemeId>,
    #[serde(default)]
    pub(crate) categories: Vec<CategoryId>,
    /// Categories that may speak for an Angstraum in this way.
    pub(crate) evidence: Option<Evidence>,
}

impl Stream {
    /// The stream as a filter, without a window.
    pub(crate) fn filter(&self, taxonomy: &Taxonomy) -> Filter {
        let mut filter = Filter {
            kinds: self.kinds.clone(),
            sources: self.sources.clone(),
            ..Filter::default()
        };
        filter.narrow(taxonomy, |category| {
            (self.themes.is_empty() || self.themes.contains(&category.theme))
                && (self.categories.is_empty() || self.categories.contains(&category.id))
                && self.evidence.is_none_or(|evidence| category.evidence == evidence)
        });
        filter
    }
}

impl Profile {
    /// The sources that any stream may draw from. What is expected rests on all of them, so only who sees them all may
    /// see a finding, whichever of them it happens to hold.
    pub(crate) fn sources(&self, all: &[Source]) -> BTreeSet<SourceId> {
        all.iter()
            .filter(|source| {
                self.streams.iter().any(|stream| {
                    (stream.sources.is_empty() || stream.sources.contains(&source.id))
                        && (stream.kinds.is_empty() || stream.kinds.contains(&source.kind))
                })
            })
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
        if self.streams.is_empty() {
            return fail(
                "stream",
                "there is none; a profile needs at least one [[detection.profile.stream]]".to_owned(),
            );
        }
        if self.history <= self.max_window {
            return fail(
                "history",
                format!("must be longer than `max_window` ({})", self.max_window),
            );
        }
        if let Err(error) = super::scan::params(self) {
            return fail("max_radius_m, max_window, replicates", error);
        }
        let rarest_days = f64::from(self.replicates + 1) * self.time_unit.days();
        if !(0.0..=rarest_days).contains(&self.min_recurrence_days) {
            return fail(
                "min_recurrence_days",
                format!(
                    "must be 0 to {rarest_days:.0}: {} replicates resolve nothing rarer",
                    self.replicates
                ),
            );
        }
        for stream in &self.streams {
            if let Some(unknown) = stream
                .themes
                .iter()
                .find(|id| taxonomy.theme(id.as_str()).is_none())
            {
                return fail("themes", format!("\"{unknown}\" is not in the taxonomy"));
            }
            if let Some(unknown) = stream
                .categories
                .iter()
                .find(|id| taxonomy.category(id.as_str()).is_none())
            {
                return fail("categories", format!("\"{unknown}\" is not in the taxonomy"));
            }
            let is_source = |id: &&SourceId| sources.iter().any(|spec| spec.source.id == **id);
            if let Some(unknown) = stream.sources.iter().find(|id| !is_source(id)) {
                return fail("sources", format!("there is no source \"{unknown}\""));
            }
        }
        Ok(())
    }
}
