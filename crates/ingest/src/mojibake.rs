//! Umlauts that were encoded twice: `MÃ¼ll` for `Müll`.

use encoding_rs::WINDOWS_1252;

/// The value as it was meant, where it is certain that UTF-8 was read as Windows-1252 and written as UTF-8 again.
///
/// Certain means: all of it can be written in Windows-1252, and the bytes are UTF-8 that is not ASCII. Of texts that people
/// write, only those that speak of the fault itself are of that form.
pub(crate) fn repaired(value: &str) -> Option<String> {
    // The first bytes of what German texts hold, as Windows-1252 shows them.
    let is_suspicious = !value.is_ascii() && value.contains(['Ã', 'Â', 'â', 'Å', 'Ä']);
    if !is_suspicious {
        return None;
    }
    let (bytes, _, has_unmappable) = WINDOWS_1252.encode(value);
    if has_unmappable {
        return None;
    }
    String::from_utf8(bytes.into_owned()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_twice_is_repaired_and_nothing_else() {
        for (broken, meant) in [
            ("MÃ¼ll an der StraÃŸe", "Müll an der Straße"),
            ("Ã„rger wegen â€žLÃ¤rmâ€œ", "Ärger wegen „Lärm“"),
            ("10Â°C, 5 â‚¬", "10°C, 5 €"),
        ] {
            assert_eq!(repaired(broken).as_deref(), Some(meant));
        }
        for right in [
            "Müll an der Straße",
            "SÃO PAULO",
            "Âge",
            "Ärger",
            "plain",
            "MÃ¼ll und 漢字",
        ] {
            assert_eq!(repaired(right), None, "{right}");
        }
    }

    proptest::proptest! {
        /// What is encoded twice comes back; what is repaired once is not repaired again.
        #[test]
        fn twice_encoded_text_comes_back(text in "[a-z äöüßÄÖÜ€„“]{1,30}[üöä]") {
            let (twice, _, _) = WINDOWS_1252.decode(text.as_bytes());
            proptest::prop_assert_eq!(repaired(&twice), Some(text.clone()));
            proptest::prop_assert_eq!(repaired(&text), None);
        }
    }
}
