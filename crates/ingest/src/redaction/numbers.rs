//! Bank accounts, number plates and dates of birth.

use std::sync::LazyLock;

use regex::Regex;

use crate::redaction::{Found, Personal, find_first_groups, pattern};

static IBAN: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(?i)\b([A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30})"));
/// With a hyphen the first part may be any; with a space it must be one of [`PLATE_CODES`].
static PLATE: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"\b(([A-ZÄÖÜ]{1,3})([-–: ]) ?[A-Z]{1,2}[- ]?[1-9]\d{0,3}[EH]?)\b"));
static BIRTH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:\bgeb(?:oren|\.)?(?:\s+am)?|\bgeburtsdatum|\bgeburtstag|\bjahrgang|\*)[:\s]*(\d{1,2}\.\s?(?:\d{1,2}\.|[a-zä]{3,9})\s?(?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}|(?:19|20)\d{2})\b",
    )
});

/// Registration districts that are met around Hamm and in the large cities: for plates that are written with a space, where a
/// road or an abbreviation could be meant.
const PLATE_CODES: [&str; 76] = [
    "AC", "AH", "B", "BE", "BF", "BI", "BLB", "BM", "BN", "BO", "BOR", "BOT", "BRI", "BS", "BÜR", "CAS",
    "COE", "D", "DD", "DEL", "DN", "DO", "DU", "E", "EN", "ER", "F", "FR", "GE", "GL", "GLA", "GM", "GT",
    "GÜT", "H", "HA", "HAM", "HB", "HER", "HF", "HH", "HS", "HSK", "HX", "IS", "K", "KA", "KLE", "KR", "KS",
    "L", "LEV", "LH", "LIP", "LP", "LÜN", "M", "ME", "MG", "MH", "MI", "MK", "MS", "N", "NE", "OB", "OE",
    "OS", "PB", "RE", "S", "SO", "ST", "UN", "W", "WAF",
];

pub(super) fn find_ibans(text: &str, found: &mut Vec<Found>) {
    let Some(pattern) = IBAN.as_ref() else { return };
    for captures in pattern.captures_iter(text) {
        let Some(group) = captures.get(1) else { continue };
        if let Some(length) = valid_iban_length(group.as_str()) {
            found.push(Found {
                personal: Personal::Iban,
                at: group.start()..group.start() + length,
            });
        }
    }
}

/// Bytes of the shortest start of the text that is an IBAN by its checksum (ISO 7064, MOD 97-10); a word may follow it.
fn valid_iban_length(text: &str) -> Option<usize> {
    let signs: Vec<(usize, u32)> = text
        .char_indices()
        .filter_map(|(at, c)| Some((at, c.to_digit(36)?)))
        .collect();
    let is_german = text
        .get(..2)
        .is_some_and(|country| country.eq_ignore_ascii_case("de"));
    let lengths = if is_german { 22..=22 } else { 15..=34 };
    lengths.into_iter().find_map(|length| {
        let (last, _) = *signs.get(length - 1)?;
        let turned = signs[4..length].iter().chain(&signs[..4]);
        let rest = turned.fold(0, |rest, (_, digit)| {
            (rest * if *digit > 9 { 100 } else { 10 } + digit) % 97
        });
        (rest == 1).then_some(last + 1)
    })
}

pub(super) fn find_plates(text: &str, found: &mut Vec<Found>) {
    let Some(pattern) = PLATE.as_ref() else { return };
    for captures in pattern.captures_iter(text) {
        let (Some(plate), Some(code), Some(separator)) = (captures.get(1), captures.get(2), captures.get(3))
        else {
            continue;
        };
        if separator.as_str() != " " || PLATE_CODES.contains(&code.as_str()) {
            found.push(Found {
                personal: Personal::Plate,
                at: plate.range(),
            });
        }
    }
}

pub(super) fn find_births(text: &str, found: &mut Vec<Found>) {
    find_first_groups(BIRTH.as_ref(), text, Personal::Birth, found);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the SWIFT registry for Germany and the United Kingdom.
    #[test]
    fn ibans_are_known_by_their_checksum() {
        for text in [
            "DE89 3704 0044 0532 0130 00",
            "DE89370400440532013000",
            "GB29 NWBK 6016 1331 9268 19",
        ] {
            assert_eq!(valid_iban_length(text), Some(text.len()), "{text}");
        }
        assert_eq!(valid_iban_length("DE89 3704 0044 0532 0130 01"), None);
        assert_eq!(valid_iban_length("DE89370400440532013000 und"), Some(22));
        assert_eq!(valid_iban_length("DE89"), None);
    }

    #[test]
    fn every_pattern_is_one() {
        assert!(IBAN.is_some() && PLATE.is_some() && BIRTH.is_some());
        assert!(PLATE_CODES.is_sorted());
    }
}
