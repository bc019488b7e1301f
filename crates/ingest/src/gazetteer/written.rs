//! An address as a person writes it, taken apart.

use std::sync::LazyLock;

use regex::Regex;

use crate::gazetteer::words::HouseNumber;

/// Street, house number, postal code and town of an address, as far as it has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) street: String,
    pub(crate) number: Option<HouseNumber>,
    /// True for `12-14`: the first of several.
    pub(crate) is_range: bool,
    pub(crate) postcode: Option<String>,
    /// Town or part of it.
    pub(crate) place: Option<String>,
}

/// Street, number and what belongs to it, up to the end.
static NUMBERED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^ (?<street> .*? \p{L} [^\d]*? .*?) [\s,]* (?:\b (?:nr|no|hnr|hausnr)\.? \s*)?
        (?<number> \d{1,4} (?:\s? [a-z] \b)? (?:\s 1/2)?)
        (?<range> (?:\s* (?:[-–/+&,]|bis|und) \s* \d* \s* (?:[a-z]\b)?)*) \s* $",
    )
    .ok()
});
/// A German postal code and the town behind it.
static POSTCODE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:\bD[-\s])?\b(?<code>\d{5})\b\s*(?<place>\p{L}[\p{L}\s.()/-]*)?").ok());
/// What stands between two streets that cross.
static CROSSING: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\s*[;&|/]\s*|\s+(?:/|ecke|und|and|at|x)\s+|\s*[-,]\s*ecke\s+").ok());
static CROSSING_WORD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*(?:kreuzung(?:sbereich)?|einmündung|ecke|intersection\s+of)\s*:?\s+(?:von\s+)?").ok()
});
static PARENTHESES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\([^)]*\)").ok());

impl Written {
    /// Takes an address apart; `is_place` tells names of towns and their parts.
    pub(crate) fn parse(text: &str, is_place: impl Fn(&str) -> bool) -> Self {
        let mut written = Self::default();
        let mut text = text.to_owned();
        if let Some(postcode) = &*POSTCODE
            && let Some(found) = postcode.captures(&text)
        {
            written.postcode = Some(found["code"].to_owned());
            let place = found.name("place").map(|place| place.as_str().trim().to_owned());
            let range = found.get(0).map_or(0..0, |whole| whole.range());
            let behind = &text[range.end..];
            // "59065 Hamm Bahnhofstr. 5": the town ends where the street begins.
            let (place, street) = match place {
                Some(place)
                    if text[..range.start].trim().is_empty()
                        && !behind.trim_start().starts_with(',')
                        && !behind.trim().is_empty() =>
                {
                    match place.split_once(' ') {
                        Some((town, street)) => {
                            (Some(town.to_owned()), format!("{street} {}", behind.trim()))
                        }
                        None => (Some(place), String::new()),
                    }
                }
                other => (other, behind.to_owned()),
            };
            written.place = place.filter(|place| !place.is_empty());
            text = format!("{},{street}", &text[..range.start]);
        }
        if let Some(parentheses) = &*PARENTHESES {
            text = parentheses.replace_all(&text, " ").into_owned();
        }
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            if written.place.is_none() && is_place(part) {
                written.place = Some(part.to_owned());
            } else if written.street.is_empty() {
                written.take_street(part);
            } else if written.number.is_none() && part.starts_with(|c: char| c.is_ascii_digit()) {
                written.number = HouseNumber::parse(part);
            }
        }
        written
    }

    fn take_street(&mut self, part: &str) {
        let numbered = NUMBERED.as_ref().and_then(|numbered| numbered.captures(part));
        if let Some(found) = numbered {
            found["street"].trim().clone_into(&mut self.street);
            self.number = HouseNumber::parse(&found["number"]);
            self.is_range = found.name("range").is_some_and(|range| !range.is_empty());
        } else {
            part.clone_into(&mut self.street);
        }
    }
}

/// The two streets of a crossing: `A; B`, `A & B`, `A / B`, `A Ecke B`, `Kreuzung A und B`.
pub(crate) fn crossing(text: &str) -> Option<(String, String)> {
    let text = match &*CROSSING_WORD {
        Some(word) => word.replace(text, ""),
        None => text.into(),
    };
    let mut streets = CROSSING.as_ref()?.splitn(&text, 2).map(str::trim);
    let (first, second) = (streets.next()?, streets.next()?);
    let is_name = |name: &str| name.chars().filter(|c| c.is_alphabetic()).count() >= 3;
    (is_name(first) && is_name(second)).then(|| (first.to_owned(), second.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (String, String, String, String) {
        let written = Written::parse(text, |place| place == "Hamm");
        (
            written.street,
            written.number.map(|n| n.to_string()).unwrap_or_default(),
            written.postcode.unwrap_or_default(),
            written.place.unwrap_or_default(),
        )
    }

    #[test]
    fn addresses_are_taken_apart() {
        for (text, street, number, postcode, place) in [
            ("Bahnhofstr. 5", "Bahnhofstr.", "5", "", ""),
            ("Bahnhofstr.5a", "Bahnhofstr.", "5a", "", ""),
            ("Bahnhofstraße 12 - 14", "Bahnhofstraße", "12", "", ""),
            ("Bahnhofstraße Nr. 12 A", "Bahnhofstraße", "12a", "", ""),
            ("Straße des 17. Juni 135", "Straße des 17. Juni", "135", "", ""),
            ("Straße des 17. Juni", "Straße des 17. Juni", "", "", ""),
            ("59065 Hamm, Bahnhofstr. 5", "Bahnhofstr.", "5", "59065", "Hamm"),
            ("59065 Hamm Bahnhofstr. 5", "Bahnhofstr.", "5", "59065", "Hamm"),
            (
                "Bahnhofstr. 5 b, D-59065 Hamm (Westf.)",
                "Bahnhofstr.",
                "5b",
                "59065",
                "Hamm (Westf.)",
            ),
            ("Bahnhofstr. 5 59065 Hamm", "Bahnhofstr.", "5", "59065", "Hamm"),
            ("Hamm, Bahnhofstr. 5", "Bahnhofstr.", "5", "", "Hamm"),
            ("Bahnhofstr., 5, 2. OG", "Bahnhofstr.", "5", "", ""),
            ("Bahnhofstr. 5 (Hinterhof)", "Bahnhofstr.", "5", "", ""),
        ] {
            let expected = (
                street.to_owned(),
                number.to_owned(),
                postcode.to_owned(),
                place.to_owned(),
            );
            assert_eq!(parts(text), expected, "{text}");
        }
        assert!(Written::parse("Bahnhofstr. 12/14", |_| false).is_range);
    }

    #[test]
    fn crossings_are_told_from_house_numbers() {
        for text in [
            "Albersloher Weg; Paul-Engelhardt-Weg",
            "Albersloher Weg & Paul-Engelhardt-Weg",
            "Albersloher Weg/Paul-Engelhardt-Weg",
            "Albersloher Weg Ecke Paul-Engelhardt-Weg",
            "Kreuzung Albersloher Weg und Paul-Engelhardt-Weg",
            "INTERSECTION of Albersloher Weg & Paul-Engelhardt-Weg",
        ] {
            let expected = ("Albersloher Weg".to_owned(), "Paul-Engelhardt-Weg".to_owned());
            assert_eq!(crossing(text), Some(expected), "{text}");
        }
        assert_eq!(crossing("Bahnhofstr. 12/14"), None);
        assert_eq!(crossing("Bahnhofstr. 12 & 14a"), None);
    }
}
