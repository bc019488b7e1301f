//! How much comes in: silent sources, jumps, and rises that no single place explains.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use lagebild_domain::{Notice, NoticeKind, Source, SourceId, german};
use lagebild_hotspot::outbreak::{FlexibleParams, Watch, farrington_flexible};
use lagebild_situation::{Observation, Vocabulary};

use super::steps::{day_of, last_day_of, midnight_of};

/// A source is silent when chance would give a pause as long less than once in a thousand.
const SILENCE_P: f64 = 0.001;
/// No pause shorter than this is called silence: weekends are quiet in many offices.
const SHORTEST_SILENCE_DAYS: i64 = 4;
/// Days over which a source's usual pace is taken.
const PACE_DAYS: i64 = 182;
/// Level of a weekly alarm, by series; with some forty series about two false alarms a year.
const ALPHA: f64 = 0.001;
const WEEKS_PER_YEAR: usize = 52;
const DAYS_PER_WEEK: i64 = 7;
const SECONDS_PER_WEEK: i64 = 7 * 86_400;
/// Weeks before that a week is held against where there is no year of history.
const RECENT_WEEKS: usize = 8;

/// The sources that are silent at the end of `as_of`.
pub(crate) fn silences(observations: &[Observation], vocabulary: &Vocabulary, as_of: Date) -> Vec<Notice> {
    let mut ages: Vec<Vec<i64>> = vec![Vec::new(); vocabulary.sources().len()];
    for observation in observations {
        // A feed of whole months has spoken for each day of the last one.
        let age = days_before(as_of, last_day_of(observation));
        if age >= 0 {
            ages[observation.source].push(age);
        }
    }
    vocabulary
        .sources()
        .iter()
        .zip(&ages)
        .filter_map(|(source, ages)| silence(source, ages, as_of))
        .collect()
}

/// Says which of the sources are silent, for hotspots that are no longer found; `None` when none is.
pub(crate) fn silence_of<'a>(
    notices: &[Notice],
    sources: impl IntoIterator<Item = &'a SourceId>,
) -> Option<String> {
    let silent: Vec<String> = sources
        .into_iter()
        .flat_map(|source| notices.iter().filter(move |n| n.sources.contains(source)))
        .filter(|notice| notice.kind == NoticeKind::SilentSource)
        .map(|notice| notice.sentence.clone())
        .collect();
    (!silent.is_empty()).then(|| silent.join(" "))
}

fn days_before(as_of: Date, day: Date) -> i64 {
    day.until(as_of)
        .map_or(i64::MAX, |span| i64::from(span.get_days()))
}

/// `days`: age of each report of the source in days.
fn silence(source: &Source, days: &[i64], as_of: Date) -> Option<Notice> {
    let pause = *days.iter().min()?;
    let before = days
        .iter()
        .filter(|age| (pause..pause + PACE_DAYS).contains(age))
        .count();
    let oldest = days.iter().filter(|age| **age < pause + PACE_DAYS).max()?;
    let span = (oldest - pause + 1).max(1);
    let pace = before as f64 / span as f64;
    // The chance of no report on so many days at the usual pace.
    let p = (-pace * pause as f64).exp();
    if pause < SHORTEST_SILENCE_DAYS || p >= SILENCE_P || before < 5 {
        return None;
    }
    let last = as_of.checked_sub(pause.days()).ok()?;
    Some(Notice {
        kind: NoticeKind::SilentSource,
        sources: vec![source.id.clone()],
        sentence: format!(
            "Aus der Quelle „{}“ kommt seit dem {} nichts mehr (üblich sind {} Meldungen am Tag): Stille heißt nicht, dass es \
             ruhig ist.",
            source.label,
            german::date(last),
            german::decimal(pace, 1),
        ),
        point: None,
        since: midnight_of(last),
        observed: 0.0,
        usual: pace * pause as f64,
    })
}

/// What a weekly series counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Series {
    /// All reports of a source.
    Source(usize),
    /// Those in a Stadtbezirk.
    District(usize, usize),
    /// All reports of a theme, by its position.
    Theme(usize),
}

/// What the week that ends with `as_of` says of each source, Stadtbezirk and theme.
pub(crate) fn weekly(observations: &[Observation], vocabulary: &Vocabulary, as_of: Date) -> Vec<Notice> {
    // What is known only to the month says nothing of a week.
    let observations = || {
        let is_fine = |o: &&Observation| o.occurred.length_seconds() <= SECONDS_PER_WEEK;
        observations.iter().filter(is_fine)
    };
    // Whole weeks that end with the day that is looked at.
    let week_of = |day: Date| days_before(as_of, day).div_euclid(DAYS_PER_WEEK);
    let Some(oldest) = observations()
        .map(|o| week_of(day_of(o)))
        .filter(|week| *week >= 0)
        .max()
    else {
        return Vec::new();
    };
    // The oldest week may be cut short by the beginning of the data.
    let weeks = usize::try_from(oldest).unwrap_or(0);
    if weeks <= RECENT_WEEKS {
        return Vec::new();
    }
    let taxonomy = vocabulary.taxonomy();
    let theme_of: Vec<usize> = taxonomy
        .categories()
        .iter()
        .map(|category| {
            let at = taxonomy
                .themes()
                .iter()
                .position(|theme| theme.id == category.theme);
            at.unwrap_or(usize::MAX)
        })
        .collect();
    let mut counts: BTreeMap<Series, Vec<u32>> = BTreeMap::new();
    let mut sources_of_theme: BTreeMap<usize, Vec<SourceId>> = BTreeMap::new();
    for observation in observations() {
        let week = week_of(day_of(observation));
        let Some(step) = usize::try_from(week)
            .ok()
            .and_then(|week| (weeks - 1).checked_sub(week))
        else {
            continue;
        };
        let theme = theme_of[observation.category];
        let source = &vocabulary.sources()[observation.source].id;
        let of_theme = sources_of_theme.entry(theme).or_default();
        if !of_theme.contains(source) {
            of_theme.push(source.clone());
        }
        let district = vocabulary.areas().district_index(observation.point);
        let series = [
            Some(Series::Source(observation.source)),
            district.map(|district| Series::District(observation.source, district)),
            Some(Series::Theme(theme)),
        ];
        for series in series.into_iter().flatten() {
            counts.entry(series).or_insert_with(|| vec![0; weeks])[step] += 1;
        }
    }
    let week_start = as_of.checked_sub((DAYS_PER_WEEK - 1).days()).unwrap_or(as_of);
    let told = Telling {
        vocabulary,
        since: midnight_of(week_start),
        week: german::date_span(week_start, as_of),
        sources_of_theme,
    };
    let watched: BTreeMap<&Series, (u32, Watch)> = counts
        .iter()
        .filter_map(|(series, counts)| Some((series, (*counts.last()?, watch(counts)?))))
        .collect();
    told.notices(&watched)
}

/// How the last week stands against the past: Farrington flexible where there is a year, else the weeks before.
fn watch(counts: &[u32]) -> Option<Watch> {
    let years = (counts.len().saturating_sub(4) / WEEKS_PER_YEAR).min(5);
    let by_farrington = (years >= 1)
        .then(|| FlexibleParams::noufaily(WEEKS_PER_YEAR, years, 3, ALPHA).ok())
        .flatten()
        .and_then(|params| farrington_flexible(counts, params).pop().flatten());
    by_farrington.or_else(|| {
        let (last, before) = counts.split_last()?;
        let mut recent: Vec<u32> = before[before.len().checked_sub(RECENT_WEEKS)?..].to_vec();
        recent.sort_unstable();
        let median = f64::from(recent[RECENT_WEEKS / 2]);
        // Twice the usual, and five standard deviations of a Poisson count.
        let upper_bound = (2.0 * median).max(median + 5.0 * median.max(1.0).sqrt());
        Some(Watch {
            upper_bound,
            alarm: f64::from(*last) > upper_bound,
            expected: median,
        })
    })
}

struct Telling<'a> {
    vocabulary: &'a Vocabulary,
    since: Timestamp,
    week: String,
    sources_of_theme: BTreeMap<usize, Vec<SourceId>>,
}

impl Telling<'_> {
    fn notices(&self, watched: &BTreeMap<&Series, (u32, Watch)>) -> Vec<Notice> {
        let mut notices = Vec::new();
        for (series, (count, watch)) in watched {
            let has_collapsed = f64::from(*count) < 0.4 * watch.expected
                && f64::from(*count) < watch.expected - 5.0 * watch.expected.max(1.0).sqrt();
            match series {
                Series::Source(source) if watch.alarm => notices.push(self.jump(*source, *count, watch)),
                Series::Source(source) if has_collapsed => notices.push(self.drop(*source, *count, watch)),
                Series::Theme(theme) if watch.alarm => notices.extend(self.theme(*theme, *count, watch)),
                Series::District(source, district) if watch.alarm => {
                    // The whole city's rise is told once.
                    let city = watched.get(&Series::Source(*source));
                    if !city.is_some_and(|(_, watch)| watch.alarm) {
                        notices.push(self.district(*source, *district, *count, watch));
                    }
                }
                _ => {}
            }
        }
        notices
    }

    fn notice(
        &self,
        kind: NoticeKind,
        sources: Vec<SourceId>,
        sentence: String,
        count: u32,
        usual: f64,
    ) -> Notice {
        Notice {
            kind,
            sources,
            sentence,
            point: None,
            since: self.since,
            observed: f64::from(count),
            usual,
        }
    }

    fn counted(&self, count: u32, watch: &Watch) -> String {
        format!(
            "{} Meldungen vom {}, zu erwarten waren {}, ungewöhnlich ist es ab {}",
            german::decimal(f64::from(count), 0),
            self.week,
            german::decimal(watch.expected, 0),
            german::decimal(watch.upper_bound.floor() + 1.0, 0),
        )
    }

    fn jump(&self, source: usize, count: u32, watch: &Watch) -> Notice {
        let source = &self.vocabulary.sources()[source];
        let sentence = format!(
            "Aus der Quelle „{}“ kommt stadtweit mehr als üblich ({}): Das kann an einem neuen Meldeweg liegen oder die ganze \
             Stadt betreffen; ein einzelner Ort ist damit nicht gemeint.",
            source.label,
            self.counted(count, watch)
        );
        self.notice(
            NoticeKind::VolumeChange,
            vec![source.id.clone()],
            sentence,
            count,
            watch.upper_bound,
        )
    }

    fn drop(&self, source: usize, count: u32, watch: &Watch) -> Notice {
        let source = &self.vocabulary.sources()[source];
        let sentence = format!(
            "Aus der Quelle „{}“ kommt viel weniger als üblich ({} Meldungen vom {}, zu erwarten waren {}): Das kann ein Ausfall \
             sein. Was fehlt, ist nicht vorbei.",
            source.label,
            german::decimal(f64::from(count), 0),
            self.week,
            german::decimal(watch.expected, 0),
        );
        self.notice(
            NoticeKind::VolumeChange,
            vec![source.id.clone()],
            sentence,
            count,
            watch.expected,
        )
    }

    fn theme(&self, theme: usize, count: u32, watch: &Watch) -> Option<Notice> {
        let label = &self.vocabulary.taxonomy().themes().get(theme)?.label;
        let sentence = format!(
            "Stadtweiter Anstieg beim Thema „{label}“ ({}): Er trifft die Stadt als Ganzes; die Suche nach Orten sieht ihn nicht.",
            self.counted(count, watch)
        );
        let sources = self.sources_of_theme.get(&theme)?.clone();
        Some(self.notice(NoticeKind::CityRise, sources, sentence, count, watch.upper_bound))
    }

    fn district(&self, source: usize, district: usize, count: u32, watch: &Watch) -> Notice {
        let source = &self.vocabulary.sources()[source];
        let sentence = format!(
            "Im Stadtbezirk {} kommt aus der Quelle „{}“ mehr als üblich ({}).",
            self.vocabulary.areas().all()[district].name,
            source.label,
            self.counted(count, watch)
        );
        self.notice(
            NoticeKind::DistrictRise,
            vec![source.id.clone()],
            sentence,
            count,
            watch.upper_bound,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{START, observation, source};
    use super::*;
    use lagebild_domain::{Areas, Taxonomy};

    fn vocabulary() -> Vocabulary {
        let taxonomy = Taxonomy::parse(include_str!("../../../../data/taxonomy.toml")).unwrap();
        Vocabulary::new(taxonomy, vec![source("a")], Areas::new(Vec::new()), None)
    }

    /// `pace` reports on each of the days.
    fn daily(days: std::ops::Range<i64>, pace: u64) -> Vec<Observation> {
        days.flat_map(|day| (0..pace).map(move |i| observation(day.cast_unsigned() * 1000 + i, day, 0.0)))
            .collect()
    }

    fn notices(observations: &[Observation], as_of: i64) -> Vec<Notice> {
        let as_of = START.checked_add(as_of.days()).unwrap();
        let mut notices = silences(observations, &vocabulary(), as_of);
        notices.extend(weekly(observations, &vocabulary(), as_of));
        notices
    }

    fn kinds(observations: &[Observation], as_of: i64) -> Vec<NoticeKind> {
        notices(observations, as_of).iter().map(|n| n.kind).collect()
    }

    /// At three a day, four days of silence have the chance e⁻¹², at one a week e⁻⁰·⁵⁷.
    #[test]
    fn a_dead_feed_is_told_apart_from_a_slow_one() {
        let busy = daily(0..100, 3);
        assert_eq!(kinds(&busy, 102), []);
        assert!(kinds(&busy, 103).contains(&NoticeKind::SilentSource));
        let slow: Vec<Observation> = (0..30_i64)
            .map(|week| observation(week.cast_unsigned(), week * 7, 0.0))
            .collect();
        assert!(!kinds(&slow, 29 * 7 + 10).contains(&NoticeKind::SilentSource));
        let notices = notices(&busy, 110);
        let silence = silence_of(&notices, [&SourceId::new("a").unwrap()]).unwrap();
        assert!(
            silence.contains("seit dem 09.04.2024 nichts mehr (üblich sind 3 Meldungen am Tag)"),
            "{silence}"
        );
        assert_eq!(silence_of(&notices, [&SourceId::new("b").unwrap()]), None);
    }

    /// A feed of months speaks once a month, and for all of it.
    #[test]
    fn a_feed_of_months_is_neither_silent_nor_changing_at_the_end_of_a_month() {
        let months: Vec<Observation> = (0..14_i64)
            .flat_map(|month| (0..900).map(move |report| (month, report)))
            .map(|(month, report)| {
                let first = START.checked_add(month.months()).unwrap();
                let end = first.checked_add(1.month()).unwrap();
                let mut of_month = observation((month * 900 + report).cast_unsigned(), 0, 0.0);
                of_month.occurred =
                    lagebild_domain::Interval::new(midnight_of(first), midnight_of(end)).unwrap();
                of_month
            })
            .collect();
        // 1 March 2025 is the day after fourteen months, day 425 from 1 January 2024.
        assert_eq!(kinds(&months, 425), []);
        assert_eq!(kinds(&months, 424), []);
        assert!(kinds(&months, 460).contains(&NoticeKind::SilentSource));
    }

    #[test]
    fn a_new_portal_is_a_change_of_volume_and_a_steady_feed_is_none() {
        assert_eq!(kinds(&daily(0..800, 3), 799), []);
        let mut portal = daily(0..793, 3);
        portal.extend(daily(793..800, 12));
        assert_eq!(
            kinds(&portal, 799),
            [NoticeKind::VolumeChange, NoticeKind::CityRise]
        );
        let mut outage = daily(0..793, 6);
        outage.extend(daily(799..800, 6));
        assert_eq!(kinds(&outage, 799), [NoticeKind::VolumeChange]);
        // Without a year of history the weeks before must do.
        let mut young = daily(0..93, 3);
        young.extend(daily(93..100, 12));
        assert!(kinds(&young, 99).contains(&NoticeKind::VolumeChange));
    }
}
