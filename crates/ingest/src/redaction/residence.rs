//! House numbers of people's homes: an address is a place of its own, until a sentence says who lives there.

use std::sync::LazyLock;

use regex::Regex;

use crate::redaction::{Found, Personal, pattern};

/// Words by which a sentence speaks of somebody at home.
static AT_HOME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:wohn(?:e|t|en|haft|ung|hung)?|nachbar(?:s|n|in|innen)?|mieter(?:in|s|n)?|vermieter(?:in)?|bewohner(?:in|n)?|mitbewohner(?:in)?|familie|fam\.|eheleute|herrn?|frau|lebt|zu hause|bei mir|meine anschrift|meine adresse|anschrift|adresse)",
    )
});
/// A street's name, by its ending or its first word, and a number.
static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?:[\p{L}-]*(?:straße|strasse|str\.|weg|allee|platz|gasse|ring|damm|ufer|stieg|pfad|kamp|hof|heide|winkel|busch|brink|berg|feld)|(?:Straße|Strasse|Str\.|Weg|Allee|Platz)|(?:Am|An der|Auf dem|Auf der|Im|In der|Zum|Zur)\s+\p{Lu}[\p{L}-]+)\s+(?:Nr\.?\s*)?(\d{1,4}\s?[a-hA-H]?)\b",
    )
});

pub(super) fn find(text: &str, found: &mut Vec<Found>) {
    let (Some(at_home), Some(address)) = (AT_HOME.as_ref(), ADDRESS.as_ref()) else {
        return;
    };
    if !at_home.is_match(text) {
        return;
    }
    for captures in address.captures_iter(text) {
        if let Some(number) = captures.get(1)
            && at_home.is_match(sentence_around(text, number.start()))
        {
            let written = number.as_str().trim_end();
            found.push(Found {
                personal: Personal::HouseNumber,
                at: number.start()..number.start() + written.len(),
            });
        }
    }
}

/// The sentence that the byte lies in; a full stop behind an abbreviation is not its end.
fn sentence_around(text: &str, at: usize) -> &str {
    let ends = |part: &str| part.ends_with(['!', '?', '\n']) || part.ends_with(". ");
    let mut start = 0;
    for (index, c) in text[..at].char_indices() {
        let next = index + c.len_utf8();
        let before = &text[..next];
        let is_abbreviation = ["Nr. ", "Str. ", "str. ", "Fam. ", "Hr. ", "Fr. ", "Dr. ", "geb. "]
            .iter()
            .any(|short| before.ends_with(short));
        if ends(before) && !is_abbreviation {
            start = next;
        }
    }
    let end = text[at..]
        .find(['!', '?', '\n'])
        .into_iter()
        .chain(text[at..].find(". "))
        .min()
        .map_or(text.len(), |length| at + length);
    &text[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one() {
        assert!(AT_HOME.is_some() && ADDRESS.is_some());
    }

    #[test]
    fn a_sentence_ends_at_its_mark() {
        let text = "Es ist laut. Er wohnt in der Goethestr. 5 links. Danke!";
        let at = text.find('5').unwrap();
        assert_eq!(sentence_around(text, at), "Er wohnt in der Goethestr. 5 links");
    }
}
