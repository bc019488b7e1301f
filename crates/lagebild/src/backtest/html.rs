//! The report of a backtest as one HTML page that asks nothing of any server.

use std::fmt::Write;

use lagebild_domain::german;
use lagebild_situation::Observation;

use super::plot::{days, escaped, map, timeline};
use super::score::{ProfileScore, Scoring};
use crate::detection::Profile;

const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1b1f24; --quiet: #57606a; --line: #d0d7de; --ground: #fff; --week: #c3ccd6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --quiet: #9da7b3; --line: #3d444d; --ground: #14181d; --week: #4a535e; } }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; font: 15px/1.5 'Source Sans 3', 'Segoe UI', sans-serif; color: var(--ink); background: var(--ground); }
h1 { font-size: 1.6rem; margin-bottom: 0; } h2 { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: 1.5rem; }
p.quiet, figcaption, .note { color: var(--quiet); } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 4px 10px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: 400; }
thead th { color: var(--quiet); font-size: 0.85rem; } .number { text-align: right; } .scroll { overflow-x: auto; }
figure { margin: 1.2rem 0; } svg { width: 100%; height: auto; } svg text { font-size: 12px; fill: var(--quiet); }
.week { fill: var(--week); } .axis { stroke: var(--line); } .report { fill: var(--week); }
.alarm { fill: none; stroke: var(--ink); stroke-width: 1.5; } .went-on { fill: var(--ink); } .open { stroke-dasharray: 3 2; }
.spot { stroke-width: 2.5; fill: none; } .spot.beschwerdehotspot { stroke: #0072b2; } .spot.brennpunkt { stroke: #d55e00; }
.spot.angstraum { stroke: #aa4499; } .spot.unfallhaeufung { stroke: #009e73; } .planted { stroke: var(--ink); stroke-width: 2; }
";

/// The page.
pub(crate) fn page(
    city: &str,
    scoring: &Scoring,
    profiles: &[Profile],
    scores: &[ProfileScore],
    is_shuffled: bool,
) -> String {
    let span = german::date_span(scoring.from, scoring.to);
    let mut html = format!(
        "<!doctype html>\n<html lang=\"de\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Rückschau {city}</title><style>{STYLE}</style></head><body><main>\
         <h1>Hätte die Früherkennung recht gehabt?</h1><p class=\"quiet\">{city}, {span}; jeder Blick mit dem Wissen seines Tages</p>",
        city = escaped(city),
    );
    if is_shuffled {
        html.push_str(
            "<p><strong>Gemischte Zeiten:</strong> Die Zeiten der Meldungen sind je Quelle unter ihren Orten vertauscht. Alles, \
             was hier gefunden wird, ist Zufall.</p>",
        );
    }
    summary(&mut html, scores);
    write!(
        html,
        "<figure>{}<figcaption>Wo die Alarme lagen: Kreis je Alarm, Farbe nach Art, grau die Orte mit Meldungen{}.</figcaption></figure>",
        map(scoring.all, scores, scoring.planted),
        if scoring.planted.is_empty() { "" } else { ", Kreuze die gelegten Herde" }
    )
    .ok();
    for (profile, score) in profiles.iter().zip(scores) {
        section(&mut html, scoring, profile, score);
    }
    words(&mut html, scoring.horizon_days);
    html.push_str("</main></body></html>\n");
    html
}

fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or("–".to_owned(), |value| german::decimal(value, decimals))
}

fn percent(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), |value| {
        format!("{} %", german::decimal(value * 100.0, 0))
    })
}

fn summary(html: &mut String, scores: &[ProfileScore]) {
    html.push_str(
        "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Suchprofil</th><th scope=\"col\">Art</th>\
         <th scope=\"col\" class=\"number\">Blicke</th><th scope=\"col\" class=\"number\">Alarme</th>\
         <th scope=\"col\" class=\"number\">Alarme im Jahr</th><th scope=\"col\" class=\"number\">Fehlalarme im Jahr laut Einstellung</th>\
         <th scope=\"col\" class=\"number\">Treffer</th><th scope=\"col\" class=\"number\">PAI</th><th scope=\"col\" class=\"number\">PEI</th>\
         <th scope=\"col\" class=\"number\">Verzug, Tage</th></tr></thead><tbody>",
    );
    for score in scores {
        write!(
            html,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td>\
             <td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td>\
             <td class=\"number\">{}</td></tr>",
            escaped(&score.profile),
            score.kind.label(),
            score.looks,
            score.alarms.len(),
            german::decimal(score.alarms_per_year, 1),
            number(score.false_alarms_per_year_allowed, 1),
            percent(score.hit_rate),
            number(score.pai, 1),
            number(score.pei, 2),
            number(score.median_delay_days, 1),
        )
        .ok();
    }
    html.push_str("</tbody></table></div>");
}

fn section(html: &mut String, scoring: &Scoring, profile: &Profile, score: &ProfileScore) {
    write!(
        html,
        "<h2>{} ({})</h2>",
        escaped(&score.profile),
        score.kind.label()
    )
    .ok();
    if let Some(refused) = &score.refused {
        write!(html, "<p>{}</p>", escaped(refused)).ok();
        return;
    }
    let observations: Vec<Observation> = scoring
        .examiner
        .of_profile(profile, &scoring.examiner.known(scoring.all, scoring.to));
    write!(
        html,
        "<figure>{}<figcaption>Meldungen je Woche und Tage der Alarme: ausgefüllt, wo die Häufung danach anhielt; gestrichelt, wo \
         die Daten vorher enden.</figcaption></figure>",
        timeline(score, &days(&observations), scoring.from, scoring.to)
    )
    .ok();
    for catch in &score.planted {
        let word = match catch.delay_days {
            Some(days) => format!("nach {days} Tagen gefunden"),
            None => "nicht gefunden".to_owned(),
        };
        write!(
            html,
            "<p>Gelegter Herd „{}“ ab {}: {word}.</p>",
            escaped(&catch.id),
            german::date(catch.begins)
        )
        .ok();
    }
    if score.alarms.is_empty() {
        html.push_str("<p>Kein Alarm.</p>");
        return;
    }
    html.push_str(
        "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Tag</th><th scope=\"col\">Was</th>\
         <th scope=\"col\" class=\"number\">Verzug</th><th scope=\"col\" class=\"number\">danach</th>\
         <th scope=\"col\" class=\"number\">üblich</th></tr></thead><tbody>",
    );
    for alarm in &score.alarms {
        write!(
            html,
            "<tr><td>{}</td><td>{}{}</td><td class=\"number\">{}</td><td class=\"number\">{}{}</td><td class=\"number\">{}</td></tr>",
            german::date(alarm.day),
            escaped(&alarm.sentence),
            alarm
                .planted
                .as_ref()
                .map_or(String::new(), |id| format!(" <span class=\"note\">gelegt: {}</span>", escaped(id))),
            alarm.delay_days,
            alarm.after,
            if alarm.went_on.is_none() { "+" } else { "" },
            german::decimal(alarm.usual, 1),
        )
        .ok();
    }
    html.push_str("</tbody></table></div>");
}

fn words(html: &mut String, horizon_days: i64) {
    write!(
        html,
        "<h2>Was die Zahlen heißen</h2><dl>\
         <dt>Alarm</dt><dd>Ein Hotspot, der zum ersten Mal gefunden wird. Wer binnen 28 Tagen wiedergefunden wird, ist kein neuer; was von \
         einem anderen abbricht, auch nicht.</dd>\
         <dt>Treffer</dt><dd>In den {horizon_days} Tagen nach dem Alarm kamen am Ort mehr Meldungen als in den zwölf Monaten vor der \
         Häufung üblich (Poisson, 5 %). Ein Alarm ohne Fortsetzung muss nicht falsch sein: Die Häufung kann vorüber oder behoben sein.</dd>\
         <dt>PAI, PEI</dt><dd>Anteil der Meldungen der nächsten {horizon_days} Tage in den Hotspots, geteilt durch ihren Anteil an der \
         Fläche (Chainey u. a. 2008); und verglichen mit der besten Wahl ebenso vieler Waben (Hunt 2016). Fläche sind die Waben, in \
         denen je etwas gemeldet wurde. Ein Hotspot ist keine Vorhersage: Dauerhaft belastete Orte findet diese Suche nicht.</dd>\
         <dt>Verzug</dt><dd>Tage vom Beginn der gefundenen Häufung bis zum Alarm, Median.</dd>\
         <dt>Wissen des Tages</dt><dd>Was nach dem Eingang der Quelle erst später bekannt war, zählt erst dann. Wo eine Quelle keinen \
         Eingang nennt, gilt die Meldung als sofort bekannt: Das schönt. Spätere Korrekturen gelten von Anfang an.</dd></dl>"
    )
    .ok();
}
