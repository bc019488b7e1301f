//! Telephone numbers and e-mail addresses.

use std::sync::LazyLock;

use regex::Regex;

use crate::redaction::{Found, Personal, find_first_groups, pattern};

/// With `@`, or spelt around it as `(at)`.
static EMAIL: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(?i)([\p{L}0-9._%+-]+(?:@| ?[(\[]at[)\]] ?)[\p{L}0-9-]+(?:\.[\p{L}0-9-]+)+)"));
/// From the country's or the area's zero on, in groups.
static BY_PREFIX: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?:^|[^\p{L}\d.,/-])((?:\+|00)[1-9](?:[ /()-]{0,3}\d){6,14}|\(?0[ ]?[1-9](?:[ /()-]{0,3}\d){4,13})",
    )
});
/// Behind a word that announces it.
static BY_WORD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:\btel(?:efon(?:nummer)?)?|\bhandy(?:nummer)?|\bmobil|\bfax|\brufnummer|\bdurchwahl|\brückruf)\b[.:]*\s*(?:unter|nr\.?|nummer)?[:\s]*(\d(?:[ /()-]{0,3}\d){3,14})",
    )
});
/// A day, which has separators and a zero in front like a number.
static DAY: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"^(?:0?[1-9]|[12]\d|3[01])[/ -]\d{1,2}[/ -](?:\d{2}|\d{4})(?:\D|$)"));

pub(super) fn find_emails(text: &str, found: &mut Vec<Found>) {
    if text.bytes().any(|byte| matches!(byte, b'@' | b'(' | b'[')) {
        find_first_groups(EMAIL.as_ref(), text, Personal::Email, found);
    }
}

pub(super) fn find_telephones(text: &str, found: &mut Vec<Found>) {
    let mut numbers = Vec::new();
    find_first_groups(BY_WORD.as_ref(), text, Personal::Telephone, &mut numbers);
    find_first_groups(BY_PREFIX.as_ref(), text, Personal::Telephone, &mut numbers);
    numbers.retain(|number| {
        let written = &text[number.at.clone()];
        let digits = written.bytes().filter(u8::is_ascii_digit).count();
        let is_announced = digits >= 4 && !written.starts_with(['0', '+']);
        let is_day = DAY.as_ref().is_some_and(|day| day.is_match(written));
        (is_announced || digits >= 7) && !is_day
    });
    found.append(&mut numbers);
}
