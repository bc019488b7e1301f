//! How likely it is that two reports tell of one happening.
//!
//! Fellegi and Sunter, A Theory for Record Linkage, JASA 64 (1969), <https://doi.org/10.1080/01621459.1969.10501049>: each thing
//! that is compared gives the ratio of how often it comes out so for one happening and for two; the ratios multiply. Here for
//! place, time, category and words; what two happenings look like is taken as even over the reach of [`REACH_M`] and
//! [`REACH_SECONDS`].
//!
//! Where it misleads: places with far more than their share (a stadium on match day) have pairs that agree by chance, and the
//! four are not independent there. What lasts for days (a broken lamp) and is told by the day of each call does not agree in
//! time. A happening that moves is not followed.

use crate::interval::Interval;
use crate::position::LatLng;
use crate::taxonomy::Category;
use crate::wording;

/// Reports farther apart are never of one happening.
pub const REACH_M: f64 = 200.0;
/// Nor are those with so much time between them.
pub const REACH_SECONDS: i64 = 12 * 3_600;
/// A report that knows its time no better says nothing of which happening it means.
pub const LONGEST_SPAN_SECONDS: i64 = 24 * 3_600;
/// From this score on two reports are linked.
pub const LINKED_FROM: f64 = 0.9;
/// From this score on a person is asked.
pub const PROPOSED_FROM: f64 = 0.5;

/// How often two reports within reach are of one happening, before anything is compared; as odds.
const PRIOR_ODDS: f64 = 1.0 / 20.0;
/// A happening has a size, and people stand at its edge.
const EXTENT_M: f64 = 30.0;
/// What lies between two clocks, and between seeing and calling.
const DELAY_SECONDS: f64 = 3_600.0;
/// Ratios of the categories: the same, ones that the taxonomy calls akin, ones of a theme.
const SAME_CATEGORY: f64 = 8.0;
const AKIN: f64 = 8.0;
const SAME_THEME: f64 = 3.0;
/// Ratio of texts that share no word, and how it grows with the share that they have in common, up to half.
const NO_WORD_IN_COMMON: f64 = 0.4;
const GROWTH_BY_WORDS: f64 = 6.0;
const ENOUGH_WORDS: f64 = 0.5;
/// Duplicates of one source agree in words at least by this share.
const WORDS_OF_DUPLICATES: f64 = 0.6;

/// What one report says that tells happenings apart.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a> {
    /// Feed that it came from.
    pub source: &'a str,
    /// Where.
    pub point: LatLng,
    /// By how much the point is off, in metres.
    pub precision_m: f64,
    /// When.
    pub occurred: Interval,
    /// What it is about.
    pub category: &'a Category,
    /// In words, where the feed has them.
    pub text: Option<&'a str>,
}

/// What the comparison of two reports came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Likeness {
    /// Probability that they tell of one happening, if the comparison's numbers hold; 0 to 1.
    pub score: f64,
    /// Metres between their points.
    pub distance_m: f64,
    /// Seconds between their spans; 0 where they overlap.
    pub gap_seconds: i64,
    /// Share of words in common; none where one has too few.
    pub words: Option<f64>,
}

/// Compares two reports; `None` where they cannot be of one happening: out of reach, or about things that do not go together.
///
/// Within one source only duplicates count: the same category, and mostly the same words.
///
/// ```
/// use lagebild_domain::likeness::{Account, likeness};
/// use lagebild_domain::{Interval, LatLng, Taxonomy};
/// let taxonomy = Taxonomy::parse(
///     "[[theme]]\nid = \"laerm\"\nlabel = \"Lärm\"\nprevention = \"ordnung\"\n[[theme.category]]\nid = \"laerm_nacht\"\nlabel = \"Ruhestörung\"",
/// ).unwrap();
/// let told = |source, lng, at: &str| Account {
///     source,
///     point: LatLng::new(51.68, lng).unwrap(),
///     precision_m: 10.0,
///     occurred: Interval::instant(at.parse().unwrap()),
///     category: &taxonomy.categories()[0],
///     text: None,
/// };
/// let call = told("maengelmelder", 7.8200, "2026-11-06T23:10:00Z");
/// let patrol = told("polizei", 7.8202, "2026-11-06T23:20:00Z");
/// let next_day = told("polizei", 7.8202, "2026-11-07T10:20:00Z");
/// assert!(likeness(&call, &patrol).unwrap().score > 0.9);
/// assert!(likeness(&call, &next_day).unwrap().score < 0.1);
/// ```
pub fn likeness(one: &Account<'_>, other: &Account<'_>) -> Option<Likeness> {
    let distance_m = one.point.distance_m(other.point);
    let gap_seconds = gap_seconds(one.occurred, other.occurred);
    if distance_m > REACH_M || gap_seconds > REACH_SECONDS {
        return None;
    }
    let by_category = by_category(one.category, other.category)?;
    let words = match (one.text, other.text) {
        (Some(one), Some(other)) => wording::likeness(one, other),
        _ => None,
    };
    let is_duplicate =
        one.category.id == other.category.id && words.is_some_and(|share| share >= WORDS_OF_DUPLICATES);
    if one.source == other.source && !is_duplicate {
        return None;
    }
    let odds = PRIOR_ODDS
        * by_distance(distance_m, one.precision_m, other.precision_m)
        * by_time(gap_seconds, one.occurred, other.occurred)
        * by_category
        * by_words(words);
    Some(Likeness {
        score: odds / (1.0 + odds),
        distance_m,
        gap_seconds,
        words,
    })
}

/// True when reports of these categories can be of one happening at all.
///
/// Offences that are shown by district only are never linked, nor is the mere presence of people.
pub fn go_together(one: &Category, other: &Category) -> bool {
    by_category(one, other).is_some()
}

/// Seconds between two spans; 0 where they overlap.
pub fn gap_seconds(one: Interval, other: Interval) -> i64 {
    let between = |first: Interval, second: Interval| second.from().as_second() - first.to().as_second();
    between(one, other).max(between(other, one)).max(0)
}

fn by_category(one: &Category, other: &Category) -> Option<f64> {
    let is_left_out = |category: &Category| category.floor_stadtbezirk || category.presence;
    if is_left_out(one) || is_left_out(other) {
        None
    } else if one.id == other.id {
        Some(SAME_CATEGORY)
    } else if one.akin.contains(&other.id) || other.akin.contains(&one.id) {
        Some(AKIN)
    } else {
        (one.theme == other.theme).then_some(SAME_THEME)
    }
}

/// Normal errors about one spot against an even spread over the disc of reach.
fn by_distance(distance_m: f64, one_precision_m: f64, other_precision_m: f64) -> f64 {
    let variance = one_precision_m.powi(2) + other_precision_m.powi(2) + EXTENT_M.powi(2);
    REACH_M.powi(2) / (2.0 * variance) * (-distance_m.powi(2) / (2.0 * variance)).exp()
}

/// An exponential delay about one moment, smeared over the two spans, against an even spread over the reach.
fn by_time(gap_seconds: i64, one: Interval, other: Interval) -> f64 {
    let smeared = (one.length_seconds() + other.length_seconds()) as f64;
    let window = 2.0 * REACH_SECONDS as f64 + smeared;
    window / (2.0 * DELAY_SECONDS + smeared) * (-(gap_seconds as f64) / DELAY_SECONDS).exp()
}

fn by_words(words: Option<f64>) -> f64 {
    words.map_or(1.0, |share| {
        NO_WORD_IN_COMMON * (GROWTH_BY_WORDS * share.min(ENOUGH_WORDS)).exp()
    })
}

#[cfg(test)]
#[path = "likeness_tests.rs"]
mod tests;
