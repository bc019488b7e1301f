//! What viewers of counts may ask: whole weeks, kinds, themes, districts.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::area::{AreaKind, Areas};
use crate::filter::{InvalidFilter, check_order, each_word, list, parts};
use crate::german;
use crate::public_filter::PublicFilter;
use crate::report::Kind;
use crate::taxonomy::Taxonomy;
use crate::week::Week;

/// Names of the parameters, for messages.
pub const PARAMETERS: &[&str] = &["from", "to", "kind", "theme", "area"];

/// A question about publications.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublicQuestion {
    /// First week.
    pub from: Option<Week>,
    /// First week after the last.
    pub to: Option<Week>,
    /// Which reports.
    pub filter: PublicFilter,
}

impl PublicQuestion {
    /// Reads the contract's query words, as far as counts are published by them.
    ///
    /// # Errors
    /// [`InvalidFilter`] for another parameter, one given twice, or a value that lies between what is published, with
    /// what would do.
    pub fn parse<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
        taxonomy: &Taxonomy,
        areas: &Areas,
    ) -> Result<Self, InvalidFilter> {
        let mut question = Self::default();
        each_word(pairs, |name, value| {
            match name {
                "from" => question.from = Some(week(value)?),
                "to" => question.to = Some(week(value)?),
                "kind" => question.filter.kinds.extend(list::<Kind>(value)?),
                "theme" => {
                    for part in parts(value) {
                        let theme = taxonomy.theme(part).ok_or("not a theme (see /api/v1/taxonomy)")?;
                        question.filter.themes.insert(theme.id.clone());
                    }
                }
                "area" => {
                    for part in parts(value) {
                        let area = areas
                            .by_id(part)
                            .filter(|area| area.kind == AreaKind::District)
                            .ok_or("not a district (see /api/v1/areas)")?;
                        question.filter.districts.insert(area.id.clone());
                    }
                }
                _ => {
                    return Err(format!(
                        "counts are published by {}; other filters are for viewers of records",
                        PARAMETERS.join(", ")
                    ));
                }
            }
            Ok(())
        })?;
        check_order(question.from, question.to)?;
        Ok(question)
    }
}

/// A week's first moment: as a week, a Monday, or a time that is midnight of one in Berlin.
fn week(text: &str) -> Result<Week, String> {
    if let Ok(week) = text.parse() {
        return Ok(week);
    }
    let between = || {
        "counts are published by whole weeks: give a week such as 2026-W46 or a Monday such as 2026-11-09"
            .to_owned()
    };
    let date = match text.parse::<Date>() {
        Ok(date) if text.len() == 10 => date,
        // A plus sign that was not percent-encoded arrives as a space.
        _ => {
            let moment: Timestamp = text.replace(' ', "+").parse().map_err(|_| between())?;
            let date = german::day_of(moment);
            if crate::filter::start_of_day(date, &german::zone()) != Some(moment) {
                return Err(between());
            }
            date
        }
    };
    Week::try_from(date).map_err(|_| between())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> Result<PublicQuestion, InvalidFilter> {
        let taxonomy = Taxonomy::parse(include_str!("../../../data/taxonomy.toml")).unwrap();
        let square = r#"{"type":"FeatureCollection","features":[{"type":"Feature",
            "properties":{"id":"mitte","name":"Mitte"},
            "geometry":{"type":"Polygon","coordinates":[[[7.7,51.6],[7.8,51.6],[7.8,51.7],[7.7,51.6]]]}}]}"#;
        let areas = Areas::new(crate::area::areas_from_geojson(square, AreaKind::District).unwrap());
        PublicQuestion::parse(pairs.iter().copied(), &taxonomy, &areas)
    }

    #[test]
    fn a_week_is_said_in_three_ways() {
        let of = |text| parse(&[("from", text)]).unwrap().from.unwrap().to_string();
        assert_eq!(of("2026-W46"), "2026-W46");
        assert_eq!(of("2026-11-09"), "2026-W46");
        assert_eq!(of("2026-11-08T23:00:00Z"), "2026-W46");
        assert_eq!(of("2026-11-09T00:00:00 01:00"), "2026-W46");
    }

    #[test]
    fn what_lies_between_the_published_is_refused_with_its_parameter() {
        for (name, value) in [
            ("from", "2026-11-10"),
            ("to", "2026-11-09T08:00:00Z"),
            ("from", "gestern"),
            ("kind", "crime"),
            ("theme", "nope"),
            ("area", "nirgends"),
            ("hour", "22-6"),
            ("bbox", "7,51,8,52"),
            ("source", "polizei"),
        ] {
            assert_eq!(parse(&[(name, value)]).unwrap_err().parameter, name, "{value}");
        }
        assert_eq!(
            parse(&[("from", "2026-W46"), ("to", "2026-W46")])
                .unwrap_err()
                .parameter,
            "to"
        );
        assert_eq!(
            parse(&[("area", "mitte"), ("area", "mitte")])
                .unwrap_err()
                .parameter,
            "area"
        );
        assert!(parse(&[("area", "mitte"), ("kind", "complaint"), ("theme", "laerm")]).is_ok());
    }
}
