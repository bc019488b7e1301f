//! The patterns of emerging hot spot analysis.

use std::fmt;

/// One of `ArcGIS`'s seventeen patterns of a place over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// None of those below.
    NoPatternDetected,
    /// A hot or cold place with a history.
    Spot(Temperature, History),
}

/// Whether high or low values gather.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Temperature {
    /// High values.
    Hot,
    /// Low values.
    Cold,
}

/// How it came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum History {
    /// Significant in the last slice, and never before.
    New,
    /// Significant in an uninterrupted run of at least two last slices, never before it, and in less than 90 % of all.
    Consecutive,
    /// Significant in at least 90 % of the slices and in the last, and significantly more so over time.
    Intensifying,
    /// Significant in at least 90 % of the slices and in the last, without a trend.
    Persistent,
    /// Significant in at least 90 % of the slices and in the last, and significantly less so over time.
    Diminishing,
    /// Significant in the last slice and on and off before, in less than 90 %, and never of the other sign.
    Sporadic,
    /// Significant in the last slice, in less than 90 %, and of the other sign at some time before.
    Oscillating,
    /// Significant in at least 90 % of the slices, but not in the last.
    Historical,
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPatternDetected => write!(f, "No Pattern Detected"),
            Self::Spot(temperature, history) => write!(f, "{history:?} {temperature:?} Spot"),
        }
    }
}

/// The pattern of a place: `significant` holds for each slice 1 (hot), −1 (cold) or 0, `trend` the significant trend of
/// the scores, 1, −1 or 0.
///
/// Definitions: Esri, How Emerging Hot Spot Analysis works, `ArcGIS` Pro 3.2
/// (<https://pro.arcgis.com/en/pro-app/3.2/tool-reference/space-time-pattern-mining/learnmoreemerging.htm>). They are tried
/// in the order in which Esri lists them, hot before cold, so a place that is hot for the first time is new even if it was cold before, and
/// a first run of hot slices is consecutive. Where the words leave two open, this is read into them:
/// * Persistent asks for 90 % without a word about the last slice, Historical for 90 % and a last slice that is not hot:
///   a last slice that is not hot makes it historical, else few places ever were.
/// * Up to version 2.8 a sporadic place need not be hot in the last slice (so in R sfdep); since then it must.
/// * Intensifying cold means colder: the scores fall.
pub(crate) fn pattern(significant: &[i8], trend: i8) -> Pattern {
    let of_sign = |temperature: Temperature, sign: i8| -> Option<Pattern> {
        let (&last, before) = significant.split_last()?;
        let slices = significant.len();
        let number = significant.iter().filter(|&&s| s == sign).count();
        // At least 90 % in whole numbers.
        let is_usual = number * 10 >= slices * 9;
        let run = significant.iter().rev().take_while(|&&s| s == sign).count();
        let history = if last == sign {
            if number == 1 {
                History::New
            } else if run == number && !is_usual {
                History::Consecutive
            } else if is_usual && trend == sign {
                History::Intensifying
            } else if is_usual && trend == -sign {
                History::Diminishing
            } else if is_usual {
                History::Persistent
            } else if before.contains(&-sign) {
                History::Oscillating
            } else {
                History::Sporadic
            }
        } else if is_usual {
            History::Historical
        } else {
            return None;
        };
        Some(Pattern::Spot(temperature, history))
    };
    of_sign(Temperature::Hot, 1)
        .or_else(|| of_sign(Temperature::Cold, -1))
        .unwrap_or(Pattern::NoPatternDetected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(significant: &[i8], trend: i8) -> String {
        pattern(significant, trend).to_string()
    }

    #[test]
    fn each_definition_gives_its_word_hot_and_cold() {
        let cases: [(&[i8], i8, &str); 17] = [
            (&[0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 0, "New"),
            (&[0, 0, 0, 0, 0, 0, 0, 1, 1, 1], 1, "Consecutive"),
            (&[0, 1, 1, 1, 1, 1, 1, 1, 1, 1], 1, "Intensifying"),
            (&[1, 1, 1, 1, 0, 1, 1, 1, 1, 1], 0, "Persistent"),
            (&[1, 1, 1, 1, 0, 1, 1, 1, 1, 1], -1, "Diminishing"),
            (&[0, 1, 0, 0, 1, 0, 0, 0, 0, 1], 0, "Sporadic"),
            (&[0, 1, 0, -1, 1, 0, 0, 0, 0, 1], 0, "Oscillating"),
            (&[1, 1, 1, 1, 1, 1, 1, 1, 1, 0], -1, "Historical"),
            // Nine of ten at the end are a run, but too many to be consecutive.
            (&[0, 1, 1, 1, 1, 1, 1, 1, 1, 1], 0, "Persistent"),
            // Eight of nine are 89 %: a run is consecutive whatever the trend.
            (&[0, 1, 1, 1, 1, 1, 1, 1, 1], 1, "Consecutive"),
            // … and with an interruption sporadic.
            (&[1, 1, 1, 1, 0, 1, 1, 1, 1], 1, "Sporadic"),
            // Never hot before, though cold: new and consecutive come before oscillating.
            (&[-1, 0, 0, 0, 0, 0, 0, 0, 0, 1], 0, "New"),
            (&[-1, -1, 0, 0, 0, 0, 0, 0, 1, 1], 1, "Consecutive"),
            // Cold once, yet hot in 90 %: oscillating asks for less.
            (&[-1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 0, "Persistent"),
            (&[-1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 1, "Intensifying"),
            // Not hot in the end: historical without a trend too.
            (&[1, 1, 1, 1, 1, 1, 1, 1, 1, 0], 0, "Historical"),
            // All slices: 100 %.
            (&[1, 1], 0, "Persistent"),
        ];
        for (significant, trend, word) in cases {
            assert_eq!(words(significant, trend), format!("{word} Hot Spot"));
            let cold: Vec<i8> = significant.iter().map(|s| -s).collect();
            assert_eq!(words(&cold, -trend), format!("{word} Cold Spot"));
        }
    }

    #[test]
    fn hot_definitions_are_tried_before_cold_ones() {
        assert_eq!(words(&[1, 1, 1, 1, 1, 1, 1, 1, 1, -1], 0), "Historical Hot Spot");
        assert_eq!(words(&[-1, -1, -1, -1, -1, -1, -1, -1, -1, 1], 0), "New Hot Spot");
    }

    #[test]
    fn quiet_places_and_no_slices_have_no_pattern() {
        assert_eq!(words(&[0, 1, 0, 1, 0, 0, 0, 0, 0, 0], 0), "No Pattern Detected");
        assert_eq!(words(&[], 0), "No Pattern Detected");
    }
}
