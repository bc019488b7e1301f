//! The picture in five sentences.

use lagebild_briefing::{Change, usual_range};
use lagebild_domain::{Period, german};

use super::numbers::{Line, Numbers};
use super::places::{Move, Places};

fn whole(count: u64) -> String {
    german::decimal(count as f64, 0)
}

/// The picture in five sentences: how much, compared with before, whether that is unusual, what moved, and where.
pub(super) fn five(period: Period, numbers: &Numbers, places: Option<&Places>) -> Vec<String> {
    vec![
        how_much(period, numbers),
        compared(numbers),
        unusual(numbers),
        what_moved(numbers),
        places.map_or_else(|| districts(numbers), hotspots),
    ]
}

fn span_word(period: Period) -> (&'static str, &'static str) {
    match period {
        Period::Day(_) => ("Am Tag", "am Tag davor"),
        Period::Week(_) => ("In der Woche", "in der Woche davor"),
        Period::Month { .. } => ("Im Monat", "in der gleich langen Zeit davor"),
        Period::HalfYear { .. } => ("Im Halbjahr", "in der gleich langen Zeit davor"),
        Period::Year(_) => ("Im Jahr", "in der gleich langen Zeit davor"),
    }
}

fn how_much(period: Period, numbers: &Numbers) -> String {
    let kinds: Vec<String> = numbers
        .by_kind
        .iter()
        .map(|line| match (line.now, line.id.as_deref()) {
            (1, Some("complaint")) => "1 Beschwerde".to_owned(),
            (1, Some("incident")) => "1 Vorfall".to_owned(),
            (1, Some("perception")) => "1 Wahrnehmung".to_owned(),
            (count, _) => format!("{} {}", whole(count), line.label),
        })
        .collect();
    let as_far = if numbers.by_kind.iter().all(|line| line.is_complete) {
        ""
    } else {
        ", soweit gesagt,"
    };
    let of = if kinds.is_empty() {
        String::new()
    } else {
        format!(", davon{as_far} {}", german::list(&kinds))
    };
    let verb = if numbers.is_published { "wurden" } else { "gab es" };
    let end = if numbers.is_published {
        " veröffentlicht"
    } else {
        ""
    };
    format!(
        "{} {verb} {} Meldungen{end}{of}.",
        span_word(period).0,
        whole(numbers.total)
    )
}

fn compared(numbers: &Numbers) -> String {
    let year = match numbers
        .year_before
        .map(|before| (before, Change::between(before, numbers.total)))
    {
        None => String::new(),
        Some((before, None)) => format!("; ein Jahr zuvor waren es {}", whole(before)),
        Some((before, Some(change))) => {
            format!("; ein Jahr zuvor waren es {} ({})", whole(before), change.short())
        }
    };
    let before = span_word(numbers.period).1;
    match Change::between(numbers.previous, numbers.total) {
        None => format!(
            "{} waren es {}{year}.",
            upper_first(before),
            whole(numbers.previous)
        ),
        Some(change) => {
            let judged = if !change.is_certain() {
                "das liegt im Bereich des Zufalls"
            } else if change.percent() > 0.0 {
                "das ist mehr, als Zufall erklärt"
            } else {
                "das ist weniger, als Zufall erklärt"
            };
            format!(
                "{} waren es {}: eine Veränderung um {}, {judged}{year}.",
                upper_first(before),
                whole(numbers.previous),
                change.to_german()
            )
        }
    }
}

fn unusual(numbers: &Numbers) -> String {
    let before: Vec<u64> = numbers.bars.iter().rev().skip(1).map(|bar| bar.count).collect();
    let Some((low, high)) = usual_range(&before) else {
        return "Was üblich ist, lässt sich noch nicht sagen: Die Daten reichen nicht weit genug zurück."
            .to_owned();
    };
    let total = numbers.total as f64;
    let verdict = if total > high {
        "Der Wert liegt darüber"
    } else if total < low {
        "Der Wert liegt darunter"
    } else {
        "Der Wert ist also gewöhnlich"
    };
    let spans = match numbers.period {
        Period::Day(_) => "Tagen",
        Period::Week(_) => "Wochen",
        Period::Month { .. } => "Monaten",
        Period::HalfYear { .. } => "Halbjahren",
        Period::Year(_) => "Jahren",
    };
    format!(
        "Üblich wären nach den {} {spans} davor zwischen {} und {} Meldungen. {verdict}.",
        before.len(),
        german::decimal(low, 0),
        german::decimal(high, 0)
    )
}

/// Lines whose change is more than chance, the strongest first.
pub(super) fn certain_changes(lines: &[Line]) -> Vec<(&Line, Change)> {
    let mut changes: Vec<(&Line, Change)> = lines
        .iter()
        .filter(|line| line.id.is_some() && line.is_complete)
        .filter_map(|line| Some((line, Change::between(line.before, line.now)?)))
        .filter(|(_, change)| change.is_certain())
        .collect();
    let difference = |line: &Line| line.now.abs_diff(line.before);
    changes.sort_by(|(a, _), (b, _)| {
        difference(b)
            .cmp(&difference(a))
            .then_with(|| a.label.cmp(&b.label))
    });
    changes
}

fn what_moved(numbers: &Numbers) -> String {
    let changes = certain_changes(&numbers.by_theme);
    let of = |wanted: fn(f64) -> bool| -> Vec<String> {
        let picked = changes.iter().filter(|(_, change)| wanted(change.percent()));
        picked
            .take(2)
            .map(|(line, _)| {
                format!(
                    "„{}“ (von {} auf {})",
                    line.label,
                    whole(line.before),
                    whole(line.now)
                )
            })
            .collect()
    };
    let (up, down) = (of(|percent| percent > 0.0), of(|percent| percent < 0.0));
    match (up.is_empty(), down.is_empty()) {
        (true, true) => "Kein Thema hat sich stärker verändert, als Zufall erklärt.".to_owned(),
        (false, true) => format!("Mehr als zufällig gestiegen: {}.", german::list(&up)),
        (true, false) => format!("Mehr als zufällig gesunken: {}.", german::list(&down)),
        (false, false) => format!(
            "Mehr als zufällig gestiegen: {}; gesunken: {}.",
            german::list(&up),
            german::list(&down)
        ),
    }
}

fn hotspots(places: &Places) -> String {
    let number = |moved| places.moved(moved).count();
    let (new, grown, calmed) = (number(Move::New), number(Move::Grown), number(Move::Calmed));
    let all = places
        .told
        .iter()
        .filter(|told| told.moved != Move::Calmed)
        .count();
    if all == 0 && calmed == 0 {
        return "Kein Ort fällt durch eine Häufung auf.".to_owned();
    }
    let first = places
        .told
        .first()
        .filter(|told| told.moved != Move::Calmed)
        .map_or(String::new(), |told| format!("; voran: {}", told.name()));
    format!("Auffällig sind {all} Orte ({new} neu, {grown} gewachsen), {calmed} haben sich beruhigt{first}.")
}

/// Rates, not counts: a large district has more of everything.
fn districts(numbers: &Numbers) -> String {
    let changes = certain_changes(&numbers.by_area);
    if changes.is_empty() {
        return "In keinem Stadtbezirk hat sich die Zahl stärker verändert, als Zufall erklärt.".to_owned();
    }
    let words: Vec<String> = changes
        .iter()
        .take(3)
        .map(|(line, change)| format!("{} ({})", line.label, change.short()))
        .collect();
    format!(
        "Mehr als zufällig verändert hat sich die Zahl in {}.",
        german::list(&words)
    )
}

fn upper_first(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
