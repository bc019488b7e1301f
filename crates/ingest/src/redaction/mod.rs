//! Takes out of free text what points at a person, before anything is stored.
//!
//! Found are names after salutations, greetings and known first names, telephone numbers, e-mail addresses, IBANs whose
//! checksum holds, German number plates, dates of birth, and the house number where a sentence says that somebody lives there.
//! What is found is replaced by the word for it in brackets. How well that works on a labelled sample stands in
//! `docs/methods/redaction.md`; what no rule knows stays, so a feed's free text is read only when its configuration asks for it.

mod contact;
mod names;
mod numbers;
mod residence;

use std::ops::Range;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Personal {
    /// A person's name.
    Name,
    /// A telephone number.
    Telephone,
    /// An e-mail address.
    Email,
    /// A bank account.
    Iban,
    /// A vehicle's number plate.
    Plate,
    /// A date of birth.
    Birth,
    /// The house number of somebody's home.
    HouseNumber,
}

impl Personal {
    /// The word that stands in its place.
    fn placeholder(self) -> &'static str {
        match self {
            Self::Name => "[Name]",
            Self::Telephone => "[Telefon]",
            Self::Email => "[E-Mail]",
            Self::Iban => "[IBAN]",
            Self::Plate => "[Kennzeichen]",
            Self::Birth => "[Geburtsdatum]",
            Self::HouseNumber => "[Hausnummer]",
        }
    }
}

/// A stretch of the text, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub personal: Personal,
    /// Where it stands.
    pub at: Range<usize>,
}

/// What in the text points at a person, in its order and without overlaps.
///
/// ```
/// use lagebild_ingest::{Personal, find_personal};
/// let found = find_personal("Bitte Frau Beispiel anrufen: 02381 12345");
/// let kinds: Vec<Personal> = found.iter().map(|found| found.personal).collect();
/// assert_eq!(kinds, [Personal::Name, Personal::Telephone]);
/// ```
pub fn find_personal(text: &str) -> Vec<Found> {
    let mut found = find_in_place(text);
    residence::find(text, &mut found);
    names::find_full_names(text, &mut found);
    in_order(found)
}

/// The same for the name of a place: streets are called after people, and a house number is what an address is for.
fn find_in_place(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let has_digits = bytes.iter().any(u8::is_ascii_digit);
    contact::find_emails(text, &mut found);
    if has_digits {
        numbers::find_ibans(text, &mut found);
        numbers::find_births(text, &mut found);
        numbers::find_plates(text, &mut found);
        contact::find_telephones(text, &mut found);
    }
    names::find(text, &mut found);
    found
}

/// What was found, in the text's order and without overlaps.
fn in_order(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by_key(|one| (one.at.start, std::cmp::Reverse(one.at.end)));
    let mut end = 0;
    found.retain(|one| {
        let is_first = one.at.start >= end;
        if is_first {
            end = one.at.end;
        }
        is_first
    });
    found
}

/// The text without what points at a person; `None` where there is nothing to take out.
pub(crate) fn redacted(text: &str) -> Option<String> {
    without(text, find_personal(text))
}

/// The name of a place without what points at a person; `None` where there is nothing to take out.
pub(crate) fn redacted_place(text: &str) -> Option<String> {
    without(text, in_order(find_in_place(text)))
}

fn without(text: &str, found: Vec<Found>) -> Option<String> {
    if found.is_empty() {
        return None;
    }
    let mut clean = String::with_capacity(text.len());
    let mut from = 0;
    for one in found {
        clean.push_str(&text[from..one.at.start]);
        clean.push_str(one.personal.placeholder());
        from = one.at.end;
    }
    clean.push_str(&text[from..]);
    Some(clean)
}

/// A pattern of this module; they are constants, and each is compiled by a test.
///
/// Its word boundaries are those of ASCII: with Unicode's the regex engine leaves its fast path at the first umlaut.
fn pattern(text: &str) -> Option<regex::Regex> {
    regex::Regex::new(&text.replace(r"\b", r"(?-u:\b)")).ok()
}

/// Files each match's first group.
fn find_first_groups(pattern: Option<&regex::Regex>, text: &str, personal: Personal, found: &mut Vec<Found>) {
    let Some(pattern) = pattern else { return };
    for captures in pattern.captures_iter(text) {
        if let Some(group) = captures.get(1) {
            found.push(Found {
                personal,
                at: group.range(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        redacted(text).unwrap_or_else(|| text.to_owned())
    }

    #[test]
    fn what_points_at_a_person_is_replaced() {
        for (text, clean) in [
            (
                "Herr Dr. von Beispiel und Frau Muster-Schmidt streiten",
                "Herr Dr. von [Name] und Frau [Name] streiten",
            ),
            (
                "Rückruf: 0171/1234567 oder +49 (0)2381 17-0123",
                "Rückruf: [Telefon] oder [Telefon]",
            ),
            ("Mail an a.b-c@post.example.org, danke", "Mail an [E-Mail], danke"),
            ("Konto DE02 1203 0000 0000 2020 51.", "Konto [IBAN]."),
            ("Der Wagen HAM-AB 123 parkt", "Der Wagen [Kennzeichen] parkt"),
            ("geb. am 03.04.1980 in Hamm", "geb. am [Geburtsdatum] in Hamm"),
            (
                "Mein Nachbar, Ahornweg 12a, ist laut",
                "Mein Nachbar, Ahornweg [Hausnummer], ist laut",
            ),
            ("MfG\nErika Mustermann", "MfG\n[Name]"),
        ] {
            assert_eq!(shown(text), clean);
        }
    }

    #[test]
    fn what_does_not_stays() {
        for text in [
            "",
            "Am Bahnhof liegt seit dem 01.03.2026 Sperrmüll, 3 Säcke",
            "Auf der B 63 in Höhe Ahornweg 12 fehlt ein Schild",
            "Vorgang 2026-000123 vom 5.11., 22:30 Uhr",
            "Eine Frau am Spielplatz, ein Herr mit Hund",
            "Konto DE02 1203 0000 0000 2020 52",
            "Die Heinrich-Böll-Straße ist dunkel",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn a_place_keeps_its_street_and_number() {
        for place in [
            "INTERSECTION of Ida St & Ruth St",
            "Martin Luther Allee 3",
            "Neben Nachbar, Ahornweg 12",
        ] {
            assert_eq!(redacted_place(place), None, "{place}");
        }
        assert_eq!(
            redacted_place("Ahornweg 12, bei Frau Beispiel").as_deref(),
            Some("Ahornweg 12, bei Frau [Name]")
        );
    }

    proptest::proptest! {
        /// Whatever the text: stretches lie on characters, in order, and a second pass finds nothing that overlaps a placeholder.
        #[test]
        fn any_text_is_cut_on_characters(text in "(Frau |Tel\\. ?|[0-9 /+-]{1,8}|HAM-|[ -~äöüß€\u{1F600}]){0,12}") {
            let mut end = 0;
            for found in find_personal(&text) {
                proptest::prop_assert!(found.at.start >= end && found.at.end > found.at.start);
                proptest::prop_assert!(text.get(found.at.clone()).is_some());
                end = found.at.end;
            }
            redacted(&text);
        }
    }
}
