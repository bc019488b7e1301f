use super::*;
use crate::slug::CategoryId;
use crate::taxonomy::Taxonomy;

fn taxonomy() -> Taxonomy {
    Taxonomy::parse(include_str!("../../../data/taxonomy.toml")).unwrap()
}

fn account<'a>(source: &'a str, taxonomy: &'a Taxonomy, category: &str, minute: i64) -> Account<'a> {
    Account {
        source,
        point: LatLng::new(51.68, 7.82).unwrap(),
        precision_m: 10.0,
        occurred: Interval::instant(jiff::Timestamp::from_second(1_780_000_000 + 60 * minute).unwrap()),
        category: taxonomy.category(category).unwrap(),
        text: None,
    }
}

fn score(one: &Account<'_>, other: &Account<'_>) -> Option<f64> {
    likeness(one, other).map(|likeness| likeness.score)
}

/// By hand: 200² / (2 · 1100) = 18.182 for the place, 24 h / 2 h = 12 for the time, 8 for the category, 1/20 before.
#[test]
fn the_ratios_multiply() {
    let taxonomy = taxonomy();
    let one = account("a", &taxonomy, "laerm_nacht", 0);
    let close = |found: Option<f64>, odds: f64| (found.unwrap() - odds / (1.0 + odds)).abs() < 1e-4;
    assert!(close(
        score(&one, &account("b", &taxonomy, "laerm_nacht", 0)),
        87.273
    ));
    // Half an hour later: times e^-0.5.
    assert!(close(
        score(&one, &account("b", &taxonomy, "laerm_nacht", 30)),
        52.934
    ));
    // Of the theme only: 3 in place of 8.
    assert!(close(
        score(&one, &account("b", &taxonomy, "laerm_sonstige", 0)),
        32.727
    ));
}

#[test]
fn akin_categories_go_together_both_ways_and_others_do_not() {
    let taxonomy = taxonomy();
    let of = |category| account("a", &taxonomy, category, 0);
    let other = |category| account("b", &taxonomy, category, 0);
    let same = score(&of("graffiti"), &other("graffiti"));
    assert_eq!(score(&of("graffiti"), &other("sachbeschaedigung")), same);
    assert_eq!(score(&of("sachbeschaedigung"), &other("graffiti")), same);
    assert_eq!(score(&of("graffiti"), &other("tiere")), None);
}

#[test]
fn protected_offences_and_the_presence_of_people_are_never_linked() {
    let taxonomy = taxonomy();
    for category in taxonomy.categories() {
        let id: &CategoryId = &category.id;
        let found = score(
            &account("a", &taxonomy, id.as_str(), 0),
            &account("b", &taxonomy, id.as_str(), 0),
        );
        assert_eq!(
            found.is_none(),
            category.floor_stadtbezirk || category.presence,
            "{id}"
        );
    }
}

#[test]
fn words_count_for_and_against() {
    let taxonomy = taxonomy();
    let mut one = account("a", &taxonomy, "laerm_nacht", 0);
    let mut other = account("b", &taxonomy, "laerm_nacht", 40);
    let without = score(&one, &other).unwrap();
    one.text = Some("Laute Musik am Spielplatz");
    other.text = Some("Musik am Spielplatz, sehr laut, Anwohner");
    assert!(score(&one, &other).unwrap() > without);
    other.text = Some("Baumaschinen arbeiten auf der Kreuzung");
    assert!(score(&one, &other).unwrap() < without);
}

#[test]
fn within_a_source_only_duplicates_are_linked() {
    let taxonomy = taxonomy();
    let mut one = account("a", &taxonomy, "wilder_muell", 0);
    let mut other = account("a", &taxonomy, "wilder_muell", 3);
    assert_eq!(score(&one, &other), None);
    one.text = Some("Sperrmüll neben dem Glascontainer abgestellt");
    other.text = Some("Nochmals: Sperrmüll neben Glascontainer abgestellt");
    assert!(score(&one, &other).unwrap() >= LINKED_FROM);
    other.text = Some("Ölfleck auf dem Gehweg vor dem Kiosk");
    assert_eq!(score(&one, &other), None);
}

proptest::proptest! {
    /// Farther in space or time is never likelier, and the order of the two does not matter.
    #[test]
    fn nearer_is_likelier(north in 0.0_f64..0.0025, minutes in 0_i64..900, farther in 1.0_f64..1.5, later in 0_i64..100) {
        let taxonomy = taxonomy();
        let one = account("a", &taxonomy, "graffiti", 0);
        let at = |north: f64, minutes| Account {
            point: LatLng::new(51.68 + north, 7.82).unwrap(),
            ..account("b", &taxonomy, "graffiti", minutes)
        };
        let near = score(&one, &at(north, minutes)).unwrap_or(0.0);
        let far = score(&one, &at(north * farther, minutes + later)).unwrap_or(0.0);
        proptest::prop_assert!(near >= far);
        proptest::prop_assert_eq!(score(&one, &at(north, minutes)), score(&at(north, minutes), &one));
    }
}
