//! Names of streets and places, and house numbers, in the one form in which they are compared.

/// A street's name as it is compared: small letters, digits and nothing else; umlauts and ß spelt out, `straße` and `str.` the
/// same, `St.` spelt out.
pub(crate) fn street_key(name: &str) -> String {
    let words: Vec<String> = words(name)
        .into_iter()
        .map(|word| match word.as_str() {
            "st" => "sankt".to_owned(),
            "pl" => "platz".to_owned(),
            _ => word,
        })
        .collect();
    words.concat().replace("strasse", "str")
}

/// The words of a name: small letters and digits, umlauts and ß spelt out, accents left out.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for character in name.chars().flat_map(char::to_lowercase) {
        let spelt = match character {
            'ä' => "ae",
            'ö' => "oe",
            'ü' => "ue",
            'ß' => "ss",
            'à' | 'á' | 'â' => "a",
            'ç' => "c",
            // The mark: an umlaut of two characters, as macOS writes it.
            'è' | 'é' | 'ê' | 'ë' | '\u{308}' => "e",
            _ => "",
        };
        let last = words.len() - 1;
        if !spelt.is_empty() {
            words[last].push_str(spelt);
        } else if character.is_alphanumeric() {
            words[last].push(character);
        } else if !matches!(character, '\'' | '’' | '`' | '´') && !words[last].is_empty() {
            words.push(String::new());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The part of a key that tells a street from others: without `str`, `weg` and the like at its end.
pub(crate) fn stem(key: &str) -> &str {
    ["str", "weg", "platz", "allee", "gasse", "ring", "damm", "ufer"]
        .into_iter()
        .find_map(|ending| key.strip_suffix(ending))
        .unwrap_or(key)
}

/// Wrong, missing, additional or exchanged letters that a stem of this length may have.
///
/// Short names differ from others by a letter (Oststraße, Poststraße): there every letter must be right.
pub(crate) fn allowed_errors(stem: &str) -> usize {
    match stem.chars().count() {
        0..=4 => 0,
        5..=8 => 1,
        _ => 2,
    }
}

/// A house number with what stands behind it: `12`, `12a`, `12 1/2`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct HouseNumber {
    pub(crate) number: u32,
    /// Small letters without spaces; empty for none.
    pub(crate) addition: String,
}

impl HouseNumber {
    /// From digits and what follows; `None` where it does not begin with a digit.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number = text[..digits].parse().ok().filter(|number| *number > 0)?;
        let addition = text[digits..]
            .chars()
            .filter(|c| c.is_alphanumeric() || *c == '/')
            .flat_map(char::to_lowercase)
            .collect();
        Some(Self { number, addition })
    }
}

impl std::fmt::Display for HouseNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.number, self.addition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_street_are_one() {
        for spelling in [
            "Bahnhofstraße",
            "BAHNHOFSTRASSE",
            "Bahnhofstr.",
            "Bahnhof-Straße",
            "Bahnhof Str",
        ] {
            assert_eq!(street_key(spelling), "bahnhofstr", "{spelling}");
        }
        assert_eq!(street_key("Grünstraße"), street_key("GRUENSTR."));
        assert_eq!(street_key("Gru\u{308}nstr."), street_key("Grünstr."));
        assert_eq!(street_key("St.-Georgs-Platz"), street_key("Sankt Georgs Pl."));
        assert_eq!(street_key("Auf'm Berg"), street_key("Aufm Berg"));
        assert_eq!(street_key("Straße des 17. Juni"), "strdes17juni");
        assert_ne!(street_key("Oststraße"), street_key("Ostweg"));
    }

    #[test]
    fn house_numbers_are_read_however_they_are_written() {
        let read = |text: &str| HouseNumber::parse(text).map(|n| n.to_string());
        assert_eq!(read(" 12 A "), Some("12a".to_owned()));
        assert_eq!(read("12a"), Some("12a".to_owned()));
        assert_eq!(read("7 1/2"), Some("71/2".to_owned()));
        for text in ["", "*", "a12", "0", "99999999999"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
