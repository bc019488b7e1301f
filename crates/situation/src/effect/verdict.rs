//! The verdict in German, with the caution that it deserves.

use lagebild_domain::german::{date, decimal};
use lagebild_hotspot::evaluation::Wdd;

use super::{Effect, Estimates, Unfit};

/// Above this the weekly counts vary so much more than chance that the intervals are too narrow.
const DISPERSED: f64 = 1.5;
/// Above this, on average, the places compared with were not much like the area: twice what chance makes of places that are.
const UNLIKE: f64 = 1.0;
/// Above so many times the usual it was a peak, which falls by itself.
const PEAK: f64 = 2.0;

/// Which way an interval lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Fewer,
    More,
    Neither,
}

fn side(wdd: &Wdd) -> Side {
    match wdd.interval {
        [_, high] if high < 0.0 => Side::Fewer,
        [low, _] if low > 0.0 => Side::More,
        _ => Side::Neither,
    }
}

fn range(wdd: &Wdd) -> String {
    let [low, high] = wdd.interval;
    format!("95-%-Bereich {} bis {}", decimal(low, 1), decimal(high, 1))
}

impl Unfit {
    /// Why there is no verdict.
    pub fn sentence(&self) -> String {
        match self {
            Self::TooShort(days) if *days <= 0 => {
                "Keine Bewertung: Die Maßnahme hat noch nicht begonnen, oder die Daten reichen nicht bis zu ihr.".to_owned()
            }
            Self::TooShort(days) => format!(
                "Keine Bewertung: Erst {days} Tage der Maßnahme liegen in den Daten; unter 28 Tagen entscheidet der Zufall."
            ),
            Self::NoPast => "Keine Bewertung: Die Daten reichen nicht weit genug vor die Maßnahme zurück.".to_owned(),
            Self::TooFew(count) => format!(
                "Keine Bewertung: Vorher gab es im Gebiet {count} solche Meldungen; unter 10 lässt sich eine Veränderung nicht von \
                 Zufall unterscheiden."
            ),
            Self::TooFewControls(count) => {
                format!("Keine Bewertung: Die Vergleichsorte hatten vorher zusammen nur {count} solche Meldungen.")
            }
            Self::NoControls(count) => {
                format!("Keine Bewertung: Es gibt nur {count} Orte, die sich zum Vergleich eignen; nötig sind 3.")
            }
            Self::Outage(silence) => format!(
                "Keine Bewertung: Die Quelle {} schwieg in der Woche ab {}; ein Ausfall sähe aus wie eine Wirkung.",
                silence.source,
                date(silence.from)
            ),
        }
    }
}

impl Estimates {
    fn verdict(&self) -> String {
        let changed = decimal(self.local.total.abs(), 1);
        let within = range(&self.local);
        let in_area = match side(&self.local) {
            Side::Fewer => format!(
                "Während der Maßnahme gab es im Gebiet {changed} Meldungen weniger, als der Verlauf der Vergleichsorte erwarten \
                 lässt ({within})."
            ),
            Side::More => format!(
                "Während der Maßnahme gab es im Gebiet {changed} Meldungen mehr, als der Verlauf der Vergleichsorte erwarten \
                 lässt ({within})."
            ),
            Side::Neither => format!(
                "Der Unterschied zum Verlauf der Vergleichsorte ({} Meldungen, {within}) ist nicht größer, als es der Zufall \
                 erklärt.",
                decimal(self.local.total, 1)
            ),
        };
        let around = match (side(&self.local), side(&self.displacement)) {
            (_, Side::More) => format!(
                " Im Umfeld wurden es mehr ({}): Verdrängung ist möglich.",
                range(&self.displacement)
            ),
            (Side::Fewer, Side::Fewer) => format!(
                " Auch im Umfeld wurden es weniger ({}); für Verdrängung spricht nichts.",
                range(&self.displacement)
            ),
            (_, Side::Fewer) => format!(" Im Umfeld wurden es weniger ({}).", range(&self.displacement)),
            (_, Side::Neither) => format!(
                " Im Umfeld zeigt sich keine Veränderung, die der Zufall nicht erklärt ({}).",
                range(&self.displacement)
            ),
        };
        let meaning = match side(&self.local) {
            Side::Fewer => " Das spricht für eine Wirkung, beweist sie aber nicht.",
            Side::More => " Das kann an mehr Meldungen liegen statt an mehr Vorfällen.",
            Side::Neither => " Eine Wirkung ist damit weder gezeigt noch widerlegt.",
        };
        in_area + &around + meaning
    }
}

impl Effect {
    /// The verdict in plain German, or why there is none.
    pub fn verdict(&self) -> String {
        match &self.estimates {
            Ok(estimates) => estimates.verdict(),
            Err(unfit) => unfit.sentence(),
        }
    }

    /// Where the figures could mislead, in German sentences; `is_of_hotspot` when the project was proposed from a hotspot.
    pub fn cautions(&self, is_of_hotspot: bool) -> Vec<String> {
        let mut cautions = vec![
            "Gezählt werden Meldungen. Mehr Streifen oder mehr Aufmerksamkeit ändern auch, was gemeldet wird; was nur Kontrollen \
             finden, zählt deshalb nicht mit."
                .to_owned(),
            "Was sonst zur selben Zeit geschah, etwa Ferien, Baustellen oder andere Maßnahmen, trennt die Rechnung nicht ab."
                .to_owned(),
        ];
        match self.peak {
            Some(peak) if peak > PEAK => cautions.push(format!(
                "Unmittelbar vorher war im Gebiet das {}-Fache des dort Üblichen. Solche Spitzen gehen oft auch ohne Maßnahme zurück \
                 (Rückkehr zum Mittel).",
                decimal(peak, 1)
            )),
            _ if is_of_hotspot => cautions.push(
                "Der Ort wurde ausgewählt, als dort viel war. Solche Orte werden oft auch ohne Maßnahme ruhiger (Rückkehr zum \
                 Mittel)."
                    .to_owned(),
            ),
            _ => {}
        }
        let unlike: f64 = self.controls.iter().map(|control| control.unlikeness).sum();
        if unlike > UNLIKE * self.controls.len() as f64 {
            cautions.push(
                "Die Vergleichsorte waren dem Gebiet vorher nur mäßig ähnlich; ähnlichere gibt es nicht."
                    .to_owned(),
            );
        }
        if let Ok(estimates) = &self.estimates
            && estimates.dispersion > DISPERSED
        {
            cautions.push(format!(
                "Die Wochenzahlen schwankten vorher stärker als der Zufall ({}-fach): Die Bereiche sind eher zu eng.",
                decimal(estimates.dispersion, 1)
            ));
        }
        cautions
    }
}
