//! Plots of a backtest as inline SVG.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::civil::Date;
use lagebild_domain::german;
use lagebild_situation::Observation;

use super::score::{Alarm, Planted, ProfileScore};
use crate::detection::day_of;

const WIDTH: f64 = 920.0;
const MARGIN: f64 = 46.0;

/// Text that stands in HTML or SVG.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Reports a week as columns, with the days of the alarms as marks above: filled where the excess went on.
pub(super) fn timeline(score: &ProfileScore, days: &[Date], from: Date, to: Date) -> String {
    const HEIGHT: f64 = 170.0;
    const BASE: f64 = 130.0;
    const TOP: f64 = 34.0;
    let span = f64::from(from.until(to).map_or(1, |span| span.get_days()).max(1));
    let x = |day: Date| {
        let since = f64::from(from.until(day).map_or(0, |span| span.get_days()));
        MARGIN + since / span * (WIDTH - 2.0 * MARGIN)
    };
    let mut weeks: BTreeMap<i32, u32> = BTreeMap::new();
    for day in days.iter().filter(|day| (from..=to).contains(*day)) {
        *weeks
            .entry(from.until(*day).map_or(0, |span| span.get_days()) / 7)
            .or_default() += 1;
    }
    let most = f64::from(weeks.values().copied().max().unwrap_or(1));
    let week_width = 7.0 / span * (WIDTH - 2.0 * MARGIN);
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{} Alarme von {} bis {}; Meldungen je Woche, höchstens {}\">",
        score.alarms.len(),
        german::date(from),
        german::date(to),
        german::decimal(most, 0)
    );
    for (week, count) in &weeks {
        let height = f64::from(*count) / most * (BASE - TOP);
        let left = MARGIN + f64::from(*week) * week_width;
        write!(
            svg,
            "<rect class=\"week\" x=\"{left:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"/>",
            BASE - height,
            (week_width - 1.0).max(0.5)
        )
        .ok();
    }
    write!(
        svg,
        "<line class=\"axis\" x1=\"{MARGIN}\" y1=\"{BASE}\" x2=\"{:.1}\" y2=\"{BASE}\"/>\
         <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text><text x=\"{:.1}\" y=\"{BASE}\" text-anchor=\"end\">0</text>",
        WIDTH - MARGIN,
        MARGIN - 6.0,
        TOP + 4.0,
        german::decimal(most, 0),
        MARGIN - 6.0
    )
    .ok();
    for part in 0..=4 {
        let day = from.saturating_add(jiff::Span::new().days((span * f64::from(part) / 4.0) as i64));
        write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            x(day),
            BASE + 18.0,
            german::date(day)
        )
        .ok();
    }
    for alarm in &score.alarms {
        write!(
            svg,
            "<path class=\"{}\" d=\"M {:.1} 28 l -6 -12 h 12 z\"><title>{}: {}</title></path>",
            class(alarm),
            x(alarm.day),
            german::date(alarm.day),
            escaped(&alarm.place)
        )
        .ok();
    }
    svg.push_str("</svg>");
    svg
}

fn class(alarm: &Alarm) -> &'static str {
    match alarm.went_on {
        Some(true) => "alarm went-on",
        Some(false) => "alarm",
        None => "alarm open",
    }
}

/// The city as points of its reports, with the alarms as circles and the planted spots as crosses.
pub(super) fn map(all: &[Observation], scores: &[ProfileScore], planted: &[Planted]) -> String {
    const HEIGHT: f64 = 560.0;
    let mut cells: BTreeMap<u64, (f64, f64)> = BTreeMap::new();
    for observation in all {
        cells
            .entry(observation.cell)
            .or_insert((observation.point.lng_degrees(), observation.point.lat_degrees()));
    }
    let fold = |pick: fn(&(f64, f64)) -> f64| {
        cells
            .values()
            .map(pick)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
                (low.min(v), high.max(v))
            })
    };
    let ((west, east), (south, north)) = (fold(|p| p.0), fold(|p| p.1));
    if cells.is_empty() || east <= west || north <= south {
        return String::new();
    }
    let shrink = f64::midpoint(south, north).to_radians().cos();
    let scale = ((WIDTH - 20.0) / ((east - west) * shrink)).min((HEIGHT - 20.0) / (north - south));
    let place = |lng: f64, lat: f64| (10.0 + (lng - west) * shrink * scale, 10.0 + (north - lat) * scale);
    let metre = scale / 111_195.0;
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"Karte der Alarme; dieselben Orte stehen in der Tabelle\">"
    );
    for (lng, lat) in cells.values() {
        let (x, y) = place(*lng, *lat);
        write!(
            svg,
            "<circle class=\"report\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"1.4\"/>"
        )
        .ok();
    }
    for spot in planted {
        let (x, y) = place(spot.lng, spot.lat);
        write!(
            svg,
            "<path class=\"planted\" d=\"M {:.1} {y:.1} h 16 M {x:.1} {:.1} v 16\"><title>{}</title></path>",
            x - 8.0,
            y - 8.0,
            escaped(&spot.id)
        )
        .ok();
    }
    for score in scores {
        for alarm in &score.alarms {
            let (x, y) = place(alarm.lng, alarm.lat);
            write!(
                svg,
                "<circle class=\"{} spot {}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{:.1}\"><title>{} ({}), {}</title></circle>",
                class(alarm),
                score.kind,
                (alarm.radius_m * metre).max(5.0),
                escaped(&alarm.place),
                german::date(alarm.day),
                score.kind.label()
            )
            .ok();
        }
    }
    svg.push_str("</svg>");
    svg
}

/// The days of the observations, for [`timeline`].
pub(super) fn days(observations: &[Observation]) -> Vec<Date> {
    observations.iter().map(day_of).collect()
}
