//! How alike two short texts are.

use std::collections::BTreeSet;

/// Letters by which a word is told from another: German endings and compounds differ behind them.
const STEM_LETTERS: usize = 6;
/// Shorter words are articles and the like.
const SHORTEST_WORD: usize = 4;
/// A text of fewer different words says too little to be compared.
const FEWEST_STEMS: usize = 3;
/// Words that stand in any report.
const EVERYWHERE: &[&str] = &[
    "aber", "auch", "bitte", "dass", "dies", "dort", "durch", "eine", "einem", "einen", "einer", "gegen",
    "gibt", "haben", "heute", "hier", "immer", "liegt", "mehr", "nach", "nicht", "noch", "oder", "schon",
    "sehr", "sich", "sind", "steht", "ueber", "wieder", "wird", "wurde", "seit", "sowie", "unter", "name",
];

/// Share of the shorter text's words that the other text has too, 0 to 1; `None` where one says too little.
///
/// Words are compared by their first letters, without case, umlauts and what stands in any report. Who means the same in other
/// words ("Krach", "laute Musik") is not seen; two texts from one form are alike whatever they are about.
///
/// ```
/// use lagebild_domain::wording::likeness;
/// let alike = likeness("Laute Musik aus dem Park am Bahnhof", "Ruhestörung, laute Musik im Park").unwrap();
/// assert!((alike - 0.75).abs() < 1e-9);
/// assert_eq!(likeness("Müll", "Laute Musik im Park"), None);
/// ```
pub fn likeness(one: &str, other: &str) -> Option<f64> {
    let (one, other) = (stems(one), stems(other));
    let fewest = one.len().min(other.len());
    if fewest < FEWEST_STEMS {
        return None;
    }
    Some(one.intersection(&other).count() as f64 / fewest as f64)
}

fn stems(text: &str) -> BTreeSet<String> {
    let plain: String = text.to_lowercase().chars().fold(String::new(), |mut plain, c| {
        match c {
            'ä' => plain.push_str("ae"),
            'ö' => plain.push_str("oe"),
            'ü' => plain.push_str("ue"),
            'ß' => plain.push_str("ss"),
            c => plain.push(c),
        }
        plain
    });
    plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= SHORTEST_WORD && !EVERYWHERE.contains(word))
        .map(|word| word.chars().take(STEM_LETTERS).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn endings_and_umlauts_do_not_matter() {
        let alike = likeness(
            "Graffiti an der Unterführung besprüht",
            "GRAFFITIS: Unterfuehrungen, besprueht",
        );
        assert_eq!(alike, Some(1.0));
        assert_eq!(likeness("Schlagloch auf dem Radweg", "Laute Musik im Park"), None);
        assert_eq!(
            likeness("Tiefes Schlagloch, Radweg gesperrt", "Laute Musik im Park"),
            Some(0.0)
        );
    }

    proptest! {
        #[test]
        fn it_is_symmetric_and_a_share(one in "(Müll |Park |laute |Musik |Container |Scherben ){0,6}", other in ".{0,60}") {
            let alike = likeness(&one, &other);
            prop_assert_eq!(alike, likeness(&other, &one));
            prop_assert!(alike.is_none_or(|alike| (0.0..=1.0).contains(&alike)));
            prop_assert!(likeness(&one, &one).is_none_or(|alike| alike >= 1.0));
        }
    }
}
