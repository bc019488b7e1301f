//! A finding in one German sentence.

use crate::german;
use crate::hotspot::{Finding, HotspotKind};

/// Says where, when, how many, how many were expected, and how rare that is.
///
/// ```
/// # use lagebild_domain::{explanation, Finding, HotspotKind, Interval, LatLng};
/// # let finding = Finding { profile: "p".into(), kind: HotspotKind::Beschwerdehotspot,
/// #   center: LatLng::new(51.68, 7.8).unwrap(), radius_m: 250.0, outline: vec![],
/// #   window: Interval::new("2026-10-17T22:00:00Z".parse().unwrap(), "2026-11-08T23:00:00Z".parse().unwrap()).unwrap(),
/// #   observed: 14.0, expected: 5.2, relative_risk: 2.7, p_value: 0.001, recurrence_interval_days: 1095.75,
/// #   recurrence_at_limit: false, streams: vec![], sources: vec![], place: "Bahnhofsvorplatz".into(),
/// #   method: "m".into(), parameters: serde_json::Value::Null, seed: 1, cautions: vec![] };
/// assert_eq!(
///     explanation::sentence(&finding),
///     "Im Umkreis von 250 m um „Bahnhofsvorplatz“ gab es 14 Beschwerden, erwartet waren 5,2 (18.10.–08.11.2026); \
///      so auffällig etwa einmal in 3 Jahren durch Zufall."
/// );
/// ```
pub fn sentence(finding: &Finding) -> String {
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
    format!(
        "{place} gab es {} {}, erwartet waren {} ({}); so auffällig {} durch Zufall.",
        german::decimal(finding.observed, 0),
        counted(finding.kind, finding.observed),
        german::decimal(finding.expected, 1),
        german::date_span(first, last),
        german::recurrence(finding.recurrence_interval_days, finding.recurrence_at_limit),
    )
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
