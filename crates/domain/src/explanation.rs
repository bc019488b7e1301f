//! A finding in one German sentence.

use crate::german;
use crate::hotspot::{Finding, HotspotKind, Rhythm};
use crate::taxonomy::Taxonomy;

/// Fewest reports with a known time that a typical time is told of.
const FEWEST_FOR_RHYTHM: f64 = 8.0;
/// Share of the reports that a typical time holds.
const TYPICAL_SHARE: f64 = 0.6;
/// Longest span of hours, and most weekdays, that are still called typical.
const LONGEST_HOURS: usize = 9;
const MOST_WEEKDAYS: usize = 3;
/// Leading categories that the sentence names.
const NAMED_CATEGORIES: usize = 2;

/// Says where, when, how many, how many were expected, of what, at what time of day and week, and how rare that is.
///
/// ```
/// # use lagebild_domain::{explanation, CategoryCount, CategoryId, Finding, HotspotKind, Interval, LatLng, Rhythm, Taxonomy};
/// # let taxonomy = Taxonomy::parse(include_str!("../../../data/taxonomy.toml")).unwrap();
/// # let mut hours = vec![0.0; 24]; hours[21] = 8.0; hours[1] = 6.0;
/// # let finding = Finding { profile: "p".into(), kind: HotspotKind::Beschwerdehotspot,
/// #   center: LatLng::new(51.68, 7.8).unwrap(), radius_m: 250.0, outline: vec![],
/// #   window: Interval::new("2026-10-17T22:00:00Z".parse().unwrap(), "2026-11-08T23:00:00Z".parse().unwrap()).unwrap(),
/// #   observed: 14.0, expected: 5.2, relative_risk: 2.7, p_value: Some(0.001),
/// #   recurrence_interval_days: Some(1095.75), recurrence_at_limit: false, streams: vec![],
/// #   categories: vec![CategoryCount { category: CategoryId::new("laerm_nacht").unwrap(), count: 9 }],
/// #   rhythm: Rhythm { hours, weekdays: vec![], dark_share: None }, reports: vec![],
/// #   sources: vec![], place: "Bahnhofsvorplatz".into(),
/// #   method: "m".into(), parameters: serde_json::Value::Null, seed: 1, cautions: vec![] };
/// assert_eq!(
///     explanation::sentence(&finding, &taxonomy),
///     "Im Umkreis von 250 m um „Bahnhofsvorplatz“ gab es 14 Beschwerden, erwartet waren 5,2 (18.10.–08.11.2026), \
///      vor allem Nächtliche Ruhestörung (9), meist zwischen 21 und 2 Uhr; \
///      so auffällig etwa einmal in 3 Jahren durch Zufall."
/// );
/// ```
pub fn sentence(finding: &Finding, taxonomy: &Taxonomy) -> String {
    let first = german::day_of(finding.window.from());
    let last = german::day_of(finding.window.to())
        .yesterday()
        .unwrap_or(first)
        .max(first);
    let place = if finding.radius_m < 1.0 {
        format!("An einem Punkt bei „{}“", finding.place)
    } else {
        // Radii are stated as roughly as they are known: to 10 m.
        format!(
            "Im Umkreis von {} m um „{}“",
            german::decimal((finding.radius_m / 10.0).ceil() * 10.0, 0),
            finding.place
        )
    };
    let counted = counted(finding.kind, finding.observed);
    let observed = german::decimal(finding.observed, 0);
    let expected = german::decimal(finding.expected, 1);
    let span = german::date_span(first, last);
    let of_what = leading(finding, taxonomy).map_or(String::new(), |text| format!(", vor allem {text}"));
    let when = typical_time(&finding.rhythm).map_or(String::new(), |text| format!(", meist {text}"));
    let Some(days) = finding.recurrence_interval_days else {
        return format!(
            "{place} gab es {observed} {counted} ({span}){of_what}{when}; um einen Unfallort der Stadt sind es im Mittel \
             {expected}."
        );
    };
    format!(
        "{place} gab es {observed} {counted}, erwartet waren {expected} ({span}){streams}{of_what}{when}; so auffällig \
         {rare} durch Zufall.",
        streams = streams(finding),
        rare = german::recurrence(days, finding.recurrence_at_limit),
    )
}

/// `, nämlich Geäußerte Unsicherheit 7 statt 1,2 und Sichtbare Taten 5 statt 2,1`: the streams in excess, of several.
fn streams(finding: &Finding) -> String {
    if finding.streams.len() < 2 {
        return String::new();
    }
    let parts: Vec<String> = finding
        .streams
        .iter()
        .filter(|stream| stream.observed > stream.expected)
        .map(|stream| {
            format!(
                "{} {} statt {}",
                stream.stream,
                german::decimal(stream.observed, 0),
                german::decimal(stream.expected, 1)
            )
        })
        .collect();
    if parts.is_empty() {
        return String::new();
    }
    format!(", nämlich {}", german::list(&parts))
}

fn leading(finding: &Finding, taxonomy: &Taxonomy) -> Option<String> {
    let parts: Vec<String> = finding
        .categories
        .iter()
        .take(NAMED_CATEGORIES)
        .filter(|leading| f64::from(leading.count) * 5.0 >= finding.observed)
        .filter_map(|leading| {
            let label = &taxonomy.category(leading.category.as_str())?.label;
            Some(format!("{label} ({})", leading.count))
        })
        .collect();
    (!parts.is_empty()).then(|| german::list(&parts))
}

/// When most of the reports happened, `freitags und samstags, zwischen 21 und 2 Uhr`; `None` when they are too few or too
/// scattered, or their times are not known.
///
/// It speaks of the reports alone: most complaints are made in the afternoon everywhere.
pub fn typical_time(rhythm: &Rhythm) -> Option<String> {
    let parts: Vec<String> = [typical_weekdays(&rhythm.weekdays), typical_hours(&rhythm.hours)]
        .into_iter()
        .flatten()
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn typical_weekdays(counts: &[f64]) -> Option<String> {
    const NAMES: [&str; 7] = [
        "montags",
        "dienstags",
        "mittwochs",
        "donnerstags",
        "freitags",
        "samstags",
        "sonntags",
    ];
    let total: f64 = counts.iter().sum();
    if counts.len() != NAMES.len() || total < FEWEST_FOR_RHYTHM {
        return None;
    }
    let mut days: Vec<usize> = (0..NAMES.len()).collect();
    days.sort_by(|a, b| counts[*b].total_cmp(&counts[*a]));
    let held = |number: usize| days[..number].iter().map(|day| counts[*day]).sum::<f64>();
    let number = (1..=MOST_WEEKDAYS).find(|number| held(*number) >= TYPICAL_SHARE * total)?;
    let mut chosen = days[..number].to_vec();
    chosen.sort_unstable();
    let names: Vec<String> = chosen.into_iter().map(|day| NAMES[day].to_owned()).collect();
    Some(german::list(&names))
}

fn typical_hours(counts: &[f64]) -> Option<String> {
    let total: f64 = counts.iter().sum();
    if counts.len() != 24 || total < FEWEST_FOR_RHYTHM {
        return None;
    }
    let held =
        |start: usize, length: usize| (start..start + length).map(|hour| counts[hour % 24]).sum::<f64>();
    (1..=LONGEST_HOURS).find_map(|length| {
        (0..24)
            .max_by(|a, b| held(*a, length).total_cmp(&held(*b, length)).then(b.cmp(a)))
            .filter(|start| held(*start, length) >= TYPICAL_SHARE * total)
            .map(|start| format!("zwischen {start} und {} Uhr", (start + length) % 24))
    })
}

/// What a hotspot of this kind counts, in the right number.
fn counted(kind: HotspotKind, count: f64) -> &'static str {
    let one = (count - 1.0).abs() < f64::EPSILON;
    match (kind, one) {
        (HotspotKind::Beschwerdehotspot, true) => "Beschwerde",
        (HotspotKind::Beschwerdehotspot, false) => "Beschwerden",
        (HotspotKind::Brennpunkt, true) => "Vorfall",
        (HotspotKind::Brennpunkt, false) => "Vorfälle",
        (HotspotKind::Angstraum, true) => "Hinweis",
        (HotspotKind::Angstraum, false) => "Hinweise",
        (HotspotKind::Unfallhaeufung, true) => "Unfall",
        (HotspotKind::Unfallhaeufung, false) => "Unfälle",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rhythm(hours: &[(usize, f64)], weekdays: [f64; 7]) -> Rhythm {
        let mut all = vec![0.0; 24];
        for (hour, count) in hours {
            all[*hour] = *count;
        }
        Rhythm {
            hours: all,
            weekdays: weekdays.to_vec(),
            dark_share: None,
        }
    }

    #[test]
    fn a_typical_time_may_cross_midnight_and_needs_enough_reports() {
        let nights = rhythm(
            &[(23, 4.0), (0, 4.0), (12, 3.0)],
            [0.0, 0.0, 0.0, 1.0, 5.0, 5.0, 0.0],
        );
        assert_eq!(
            typical_time(&nights).as_deref(),
            Some("freitags und samstags, zwischen 23 und 1 Uhr")
        );
        let few = rhythm(&[(23, 7.0)], [0.0, 0.0, 0.0, 0.0, 7.0, 0.0, 0.0]);
        assert_eq!(typical_time(&few), None);
        let scattered = Rhythm {
            hours: vec![1.0; 24],
            weekdays: vec![4.0; 7],
            dark_share: None,
        };
        assert_eq!(typical_time(&scattered), None);
        assert_eq!(typical_time(&Rhythm::default()), None);
    }
}
