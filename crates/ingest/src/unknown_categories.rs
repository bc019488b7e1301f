//! Words that no category is known for, and when a message may repeat them.
//!
//! A shifted row or a wrong mapping can put a name or a whole complaint where a category should be. So a word is shown
//! only when it has the shape of a category and several rows hold the same: free text hardly ever repeats itself.

use std::collections::HashMap;

use crate::rejection::{Reason, digest};

/// Rows that must hold the same word before a message shows it.
pub const SHOWN_FROM_ROWS: u32 = 5;
/// Longest word that is shown, in characters.
const SHOWN_CHARACTERS: usize = 60;
/// Different words that are counted; beyond these the column is no category.
const COUNTED_WORDS: usize = 10_000;

/// The words met in one feed, counted by their digest.
#[derive(Debug, Default)]
pub(crate) struct UnknownCategories {
    rows: HashMap<[u8; 16], u32>,
}

impl UnknownCategories {
    /// Takes the word out of a reason unless it may be shown.
    pub(crate) fn guard(&mut self, reason: Reason) -> Reason {
        let Reason::UnknownCategory {
            column,
            word: Some(word),
        } = reason
        else {
            return reason;
        };
        let is_shown = self.count(&word) >= SHOWN_FROM_ROWS && looks_like_a_category(&word);
        Reason::UnknownCategory {
            column,
            word: is_shown.then_some(word),
        }
    }

    fn count(&mut self, word: &str) -> u32 {
        let digest = digest(word.as_bytes());
        if self.rows.len() >= COUNTED_WORDS && !self.rows.contains_key(&digest) {
            return 0;
        }
        let rows = self.rows.entry(digest).or_insert(0);
        *rows += 1;
        *rows
    }
}

/// Short, on one line, without digits (numbers, plates, dates) and without the marks of an address on the net.
pub fn looks_like_a_category(word: &str) -> bool {
    word.chars().count() <= SHOWN_CHARACTERS
        && !word
            .chars()
            .any(|c| c.is_ascii_digit() || c.is_control() || c == '@')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(guard: &mut UnknownCategories, word: &str) -> String {
        guard
            .guard(Reason::UnknownCategory {
                column: "Art".to_owned(),
                word: Some(word.to_owned()),
            })
            .to_string()
    }

    #[test]
    fn a_word_is_shown_from_the_fifth_row_on() {
        let mut guard = UnknownCategories::default();
        for _ in 0..4 {
            assert!(!shown(&mut guard, "Schlagloch").contains("Schlagloch"));
        }
        assert!(shown(&mut guard, "Schlagloch").contains("\"Schlagloch\""));
    }

    #[test]
    fn what_does_not_look_like_a_category_is_never_shown() {
        let long = "Frau Beispiel beschwert sich über ihren Nachbarn, der immer nachts laut ist";
        for text in ["Tel. 02381 17 0", "a.b@example.org", long] {
            let mut guard = UnknownCategories::default();
            for _ in 0..9 {
                assert!(!shown(&mut guard, text).contains(&text[..6]), "{text}");
            }
        }
    }
}
