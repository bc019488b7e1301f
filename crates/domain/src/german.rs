//! German forms of numbers, dates and spans, for the sentences that the server writes itself.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The zone in which everything is shown: `Europe/Berlin`.
///
/// The zone's rules come with the program (jiff's bundled database) where the system has none; should both be missing,
/// times are shown in UTC.
pub fn zone() -> TimeZone {
    TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC)
}

/// The day in Berlin at an instant.
pub fn day_of(at: Timestamp) -> Date {
    at.to_zoned(zone()).date()
}

/// The sign, not the hyphen.
const MINUS: &str = "−";

/// A number with a decimal comma and the given number of decimals; trailing zeros are cut: `5,2`, `3`.
pub fn decimal(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let trimmed = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    let (sign, digits) = trimmed
        .strip_prefix('-')
        .map_or(("", trimmed), |rest| (MINUS, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut out = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            out.push('.');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(',');
        out.push_str(fraction);
    }
    out
}

/// A number with a decimal comma and always the given number of decimals, as numbers stand below each other: `5,20`, `3,0`.
pub fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let is_zero = text.bytes().all(|b| matches!(b, b'0' | b'.'));
    let sign = if value < 0.0 && !is_zero { MINUS } else { "" };
    let whole = decimal(whole.parse().unwrap_or_default(), 0);
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole},{fraction}")
    }
}

/// A day as `08.11.2026`.
pub fn date(day: Date) -> String {
    format!("{:02}.{:02}.{}", day.day(), day.month(), day.year())
}

/// Day and time of an instant in Berlin.
///
/// ```
/// let at = "2026-11-04T12:00:00Z".parse().unwrap();
/// assert_eq!(lagebild_domain::german::moment(at), "04.11.2026, 13:00 Uhr");
/// ```
pub fn moment(at: Timestamp) -> String {
    at.to_zoned(zone()).strftime("%d.%m.%Y, %H:%M Uhr").to_string()
}

/// Two days, both inclusive, as `18.10.–08.11.2026`, or `28.12.2025–08.01.2026` over the turn of a year.
pub fn date_span(first: Date, last: Date) -> String {
    if first == last {
        date(first)
    } else if first.year() == last.year() {
        format!("{:02}.{:02}.–{}", first.day(), first.month(), date(last))
    } else {
        format!("{}–{}", date(first), date(last))
    }
}

/// Words in a row: `Müll`, `Müll und Lärm`, `Müll, Lärm und Graffiti`.
pub fn list(words: &[String]) -> String {
    match words.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} und {last}", others.join(", ")),
    }
}

/// How rare something is: `etwa einmal in 3 Jahren`, `etwa einmal in 12 Tagen`.
///
/// `at_limit` says that the method cannot resolve anything rarer (with 999 replicates, 1000 looks): then the answer is
/// a bound, `seltener als einmal in 2,7 Jahren`.
pub fn recurrence(days: f64, at_limit: bool) -> String {
    let span = if days >= 365.25 {
        let years = days / 365.25;
        if decimal(years, 1) == "1" {
            "einem Jahr".to_owned()
        } else {
            format!("{} Jahren", decimal(years, usize::from(years < 10.0)))
        }
    } else if days >= 60.0 {
        format!("{} Monaten", decimal(days / 30.44, 0))
    } else if days >= 1.5 {
        format!("{} Tagen", decimal(days, 0))
    } else {
        "einem Tag".to_owned()
    };
    if at_limit {
        format!("seltener als einmal in {span}")
    } else {
        format!("etwa einmal in {span}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as day;

    #[test]
    fn numbers_are_german() {
        assert_eq!(decimal(5.24, 1), "5,2");
        assert_eq!(decimal(61_204.0, 0), "61.204");
        assert_eq!(decimal(1_000_000.0, 1), "1.000.000");
        assert_eq!(decimal(-1234.5, 1), "−1.234,5");
        assert_eq!(decimal(10.0, 0), "10");
        assert_eq!(fixed(1234.0, 1), "1.234,0");
        assert_eq!(fixed(-0.04, 1), "0,0");
        assert_eq!(fixed(-2.5, 2), "−2,50");
    }

    #[test]
    fn spans_repeat_the_year_only_when_it_turns() {
        assert_eq!(
            date_span(day(2026, 10, 18), day(2026, 11, 8)),
            "18.10.–08.11.2026"
        );
        assert_eq!(
            date_span(day(2025, 12, 28), day(2026, 1, 8)),
            "28.12.2025–08.01.2026"
        );
        assert_eq!(date_span(day(2026, 1, 8), day(2026, 1, 8)), "08.01.2026");
    }

    #[test]
    fn rarity_is_said_in_words() {
        assert_eq!(recurrence(1000.0, true), "seltener als einmal in 2,7 Jahren");
        assert_eq!(recurrence(365.25 * 3.0, false), "etwa einmal in 3 Jahren");
        assert_eq!(recurrence(12.2, false), "etwa einmal in 12 Tagen");
        assert_eq!(recurrence(1.0, false), "etwa einmal in einem Tag");
        assert_eq!(recurrence(200.0, false), "etwa einmal in 7 Monaten");
    }
}
