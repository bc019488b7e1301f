//! The one filter: the same words in every query, tile and stream.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::german;
use crate::position::BoundingBox;
use crate::report::{Kind, Status};
use crate::slug::{AreaId, SourceId};
use crate::taxonomy::{Prevention, Taxonomy};

/// A set of small numbers, as a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BitSet(u32);

impl BitSet {
    /// True when the number is in the set.
    pub fn contains(self, number: u8) -> bool {
        self.0 >> number & 1 == 1
    }

    /// The set's bits, lowest number first.
    pub fn bits(self) -> u32 {
        self.0
    }
}

/// Which reports are meant. Empty lists and absent values mean "all".
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Start of the window, inclusive.
    pub from: Option<Timestamp>,
    /// End of the window, exclusive.
    pub to: Option<Timestamp>,
    /// Kinds.
    pub kinds: Vec<Kind>,
    /// Sources.
    pub sources: Vec<SourceId>,
    /// Category positions in [`Taxonomy::categories`]: the meet of `prevention`, `theme` and `category`; `None` is all.
    pub categories: Option<Vec<usize>>,
    /// States of work.
    pub statuses: Vec<Status>,
    /// Weekdays, 1 = Monday to 7 = Sunday, in Berlin.
    pub weekdays: BitSet,
    /// Hours 0 to 23 in Berlin.
    pub hours: BitSet,
    /// Areas.
    pub areas: Vec<AreaId>,
    /// Box that the point must lie in.
    pub bbox: Option<BoundingBox>,
}

/// A filter word that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}: {problem}")]
pub struct InvalidFilter {
    /// The parameter's name, cut to 40 characters.
    pub parameter: String,
    /// What is wrong, and what would do.
    pub problem: String,
}

/// All names of filter parameters, for messages.
pub const PARAMETERS: &[&str] = &[
    "from",
    "to",
    "kind",
    "source",
    "prevention",
    "theme",
    "category",
    "status",
    "weekday",
    "hour",
    "area",
    "bbox",
];

const ALL_WEEKDAYS: BitSet = BitSet(0b1111_1110);
const ALL_HOURS: BitSet = BitSet(0x00ff_ffff);

impl Default for Filter {
    fn default() -> Self {
        Self {
            from: None,
            to: None,
            kinds: Vec::new(),
            sources: Vec::new(),
            categories: None,
            statuses: Vec::new(),
            weekdays: ALL_WEEKDAYS,
            hours: ALL_HOURS,
            areas: Vec::new(),
            bbox: None,
        }
    }
}

impl Filter {
    /// Reads the contract's query words.
    ///
    /// # Errors
    /// [`InvalidFilter`] for an unknown parameter, one given twice, or a value that its list does not have.
    pub fn parse<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
        taxonomy: &Taxonomy,
    ) -> Result<Self, InvalidFilter> {
        let mut filter = Self::default();
        each_word(pairs, |name, value| {
            match name {
                "from" => filter.from = Some(instant(value)?),
                "to" => filter.to = Some(instant(value)?),
                "kind" => filter.kinds = list(value)?,
                "source" => filter.sources = list(value)?,
                "prevention" => {
                    let wanted: Vec<Prevention> = list(value)?;
                    filter.narrow(taxonomy, |category| {
                        category
                            .prevention
                            .is_some_and(|prevention| wanted.contains(&prevention))
                    });
                }
                "theme" => {
                    let wanted = known(value, |id| taxonomy.theme(id).is_some())?;
                    filter.narrow(taxonomy, |category| wanted.contains(&category.theme.as_str()));
                }
                "category" => {
                    let wanted = known(value, |id| taxonomy.category(id).is_some())?;
                    filter.narrow(taxonomy, |category| wanted.contains(&category.id.as_str()));
                }
                "status" => filter.statuses = list(value)?,
                "weekday" => filter.weekdays = ranges(value, 1, 7)?,
                "hour" => filter.hours = ranges(value, 0, 23)?,
                "area" => filter.areas = list(value)?,
                "bbox" => filter.bbox = Some(bbox(value)?),
                _ => {
                    return Err(format!(
                        "unknown parameter; filters are: {}",
                        PARAMETERS.join(", ")
                    ));
                }
            }
            Ok(())
        })?;
        check_order(filter.from, filter.to)?;
        Ok(filter)
    }

    /// Keeps only the categories that `wanted` holds for.
    pub fn narrow(&mut self, taxonomy: &Taxonomy, wanted: impl Fn(&crate::taxonomy::Category) -> bool) {
        let kept = taxonomy
            .categories()
            .iter()
            .enumerate()
            .filter(|(index, category)| {
                self.categories.as_ref().is_none_or(|known| known.contains(index)) && wanted(category)
            })
            .map(|(index, _)| index)
            .collect();
        self.categories = Some(kept);
    }
}

/// Reads query words one after the other, none twice; what is wrong with one is told with its name.
pub(crate) fn each_word<'a>(
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    mut read: impl FnMut(&'a str, &'a str) -> Result<(), String>,
) -> Result<(), InvalidFilter> {
    let mut seen: Vec<&str> = Vec::new();
    for (name, value) in pairs {
        let read = if seen.contains(&name) {
            Err("given twice; separate several values by commas".to_owned())
        } else {
            read(name, value)
        };
        read.map_err(|problem| InvalidFilter {
            parameter: name.chars().take(40).collect(),
            problem,
        })?;
        seen.push(name);
    }
    Ok(())
}

/// A window ends behind its start.
pub(crate) fn check_order<T: Ord>(from: Option<T>, to: Option<T>) -> Result<(), InvalidFilter> {
    match (from, to) {
        (Some(from), Some(to)) if to <= from => Err(InvalidFilter {
            parameter: "to".to_owned(),
            problem: "lies before or at \"from\"; \"to\" is exclusive".to_owned(),
        }),
        _ => Ok(()),
    }
}

/// Midnight in Berlin at the start of a day.
pub fn start_of_day(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp())
}

fn instant(text: &str) -> Result<Timestamp, String> {
    // A plus sign that was not percent-encoded arrives as a space.
    let repaired = text.replace(' ', "+");
    if let Ok(at) = repaired.parse::<Timestamp>() {
        return Ok(at);
    }
    text.parse::<Date>()
        .ok()
        .filter(|_| text.len() == 10)
        .and_then(|day| start_of_day(day, &german::zone()))
        .ok_or_else(|| {
            "not a date such as 2026-11-01 nor a time such as 2026-11-01T08:00:00+01:00".to_owned()
        })
}

pub(crate) fn parts(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim)
}

pub(crate) fn list<T>(value: &str) -> Result<Vec<T>, String>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    parts(value)
        .map(|part| part.parse().map_err(|error: T::Err| error.to_string()))
        .collect()
}

fn known(value: &str, exists: impl Fn(&str) -> bool) -> Result<Vec<&str>, String> {
    parts(value)
        .map(|part| {
            if exists(part) {
                Ok(part)
            } else {
                Err(format!(
                    "{:?} is not in the taxonomy (see /api/v1/taxonomy)",
                    part.chars().take(40).collect::<String>()
                ))
            }
        })
        .collect()
}

/// Numbers and ranges such as `1,3,5` or `22-6`; a range may run over the end.
fn ranges(value: &str, lowest: u8, highest: u8) -> Result<BitSet, String> {
    let problem =
        || format!("give numbers from {lowest} to {highest}, or a range such as {highest}-{lowest}");
    let number = |text: &str| {
        text.trim()
            .parse::<u8>()
            .ok()
            .filter(|n| (lowest..=highest).contains(n))
            .ok_or_else(problem)
    };
    let mut bits = 0;
    for part in parts(value) {
        let (first, last) = match part.split_once('-') {
            Some((first, last)) => (number(first)?, number(last)?),
            None => (number(part)?, number(part)?),
        };
        let mut at = first;
        loop {
            bits |= 1 << at;
            if at == last {
                break;
            }
            at = if at == highest { lowest } else { at + 1 };
        }
    }
    Ok(BitSet(bits))
}

fn bbox(value: &str) -> Result<BoundingBox, String> {
    let numbers: Vec<f64> = list(value).map_err(|_| "give west,south,east,north in degrees".to_owned())?;
    let corners: [f64; 4] = numbers
        .try_into()
        .map_err(|_| "give four numbers: west,south,east,north".to_owned())?;
    BoundingBox::try_from(corners).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taxonomy() -> Taxonomy {
        Taxonomy::parse(include_str!("../../../data/taxonomy.toml")).unwrap()
    }

    fn parse(pairs: &[(&str, &str)]) -> Result<Filter, InvalidFilter> {
        Filter::parse(pairs.iter().copied(), &taxonomy())
    }

    #[test]
    fn an_hour_range_may_cross_midnight() {
        let hours = parse(&[("hour", "22-6")]).unwrap().hours;
        let inside: Vec<u8> = (0..24).filter(|h| hours.contains(*h)).collect();
        assert_eq!(inside, [0, 1, 2, 3, 4, 5, 6, 22, 23]);
    }

    #[test]
    fn theme_and_prevention_meet() {
        let filter = parse(&[("prevention", "ordnung"), ("theme", "laerm,gewalt")]).unwrap();
        let taxonomy = taxonomy();
        let ids: Vec<&str> = filter
            .categories
            .unwrap()
            .into_iter()
            .map(|index| taxonomy.categories()[index].id.as_str())
            .collect();
        assert_eq!(ids, ["laerm_nacht", "laerm_sonstige"]);
    }

    /// 1 November 2026 is winter time in Berlin: midnight is 23:00 UTC of the day before.
    #[test]
    fn a_bare_date_is_midnight_in_berlin() {
        let filter = parse(&[("from", "2026-11-01"), ("to", "2026-11-02T08:00:00 01:00")]).unwrap();
        assert_eq!(filter.from.unwrap().to_string(), "2026-10-31T23:00:00Z");
        assert_eq!(filter.to.unwrap().to_string(), "2026-11-02T07:00:00Z");
    }

    #[test]
    fn every_fault_names_its_parameter() {
        for (name, value) in [
            ("frm", "2026-01-01"),
            ("from", "2026-02-30"),
            ("kind", "crime"),
            ("theme", "nope"),
            ("category", ""),
            ("weekday", "8"),
            ("hour", "24"),
            ("hour", "1-"),
            ("bbox", "8,51,7,52"),
            ("bbox", "NaN,51,7,52"),
            ("source", "Ä"),
        ] {
            let error = parse(&[(name, value)]).unwrap_err();
            assert_eq!(error.parameter, name, "{value}");
        }
        assert_eq!(
            parse(&[("from", "2026-01-02"), ("to", "2026-01-02")])
                .unwrap_err()
                .parameter,
            "to"
        );
        assert_eq!(
            parse(&[("kind", "complaint"), ("kind", "incident")])
                .unwrap_err()
                .parameter,
            "kind"
        );
    }
}
