//! The tables of a simulation, for people and for programs.

use std::collections::BTreeMap;

use clap::ValueEnum;
use serde::Serialize;

use super::detector::Detector;
use super::gate::{Demand, demands};
use super::injection::Cell;
use super::scores::{Contestant, FalseAlarms, Power, Scores};
use super::thresholds::Estimate;
use super::world::{LOOKS, Null};

/// Everything that a simulation says.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) seed: u64,
    pub(crate) design: String,
    pub(crate) calibration_years: usize,
    pub(crate) null_years: Vec<(String, usize)>,
    pub(crate) gate: Vec<Demand>,
    pub(crate) false_alarms: Vec<FalseAlarms>,
    /// Detector, budget, and alarms a year by null world at thresholds that each city's own past sets.
    pub(crate) own_false_alarms: Vec<(String, f64, BTreeMap<String, Estimate>)>,
    pub(crate) power: Vec<Power>,
    pub(crate) false_rises_a_year: f64,
    pub(crate) look_ms: Vec<(String, f64)>,
}

impl Report {
    pub(crate) fn new(scores: &Scores, cells: &[Cell], budgets: &[f64], seed: u64, design: String) -> Self {
        let contestants = scores.contestants();
        let nulls = [
            Null::Separable,
            Null::Seasons,
            Null::Surge,
            Null::NearRepeat,
            Null::Portal,
        ];
        let of_budgets = |contestant: &Contestant| -> Vec<(Contestant, f64)> {
            budgets.iter().map(|budget| (*contestant, *budget)).collect()
        };
        Self {
            seed,
            design,
            calibration_years: scores.calibration_years(),
            null_years: nulls
                .iter()
                .map(|null| (null.name(), scores.null_years(*null)))
                .collect(),
            gate: budgets
                .iter()
                .flat_map(|budget| demands(scores, cells, *budget))
                .collect(),
            false_alarms: (contestants.iter().flat_map(of_budgets))
                .map(|(contestant, budget)| scores.false_alarms(contestant, budget))
                .collect(),
            own_false_alarms: (Detector::value_variants().iter())
                .flat_map(|detector| budgets.iter().map(move |budget| (*detector, *budget)))
                .map(|(detector, budget)| {
                    let name = Contestant::One(detector).name().to_owned();
                    (name, budget, scores.own_false_alarms(detector, budget))
                })
                .filter(|(_, _, rates)| !rates.is_empty())
                .collect(),
            power: (cells.iter())
                .flat_map(|cell| contestants.iter().flat_map(of_budgets).map(move |of| (*cell, of)))
                .map(|(cell, (contestant, budget))| scores.power(cell, contestant, budget))
                .collect(),
            false_rises_a_year: scores.false_rises(),
            look_ms: (Detector::value_variants().iter().copied())
                .map(|detector| {
                    (
                        Contestant::One(detector).name().to_owned(),
                        1000.0 * scores.look_s(detector),
                    )
                })
                .filter(|look| look.1 > 0.0)
                .collect(),
        }
    }

    /// The tables in Markdown, or aligned for a terminal.
    pub(crate) fn text(&self, is_markdown: bool) -> String {
        let mut text = Text {
            is_markdown,
            lines: Vec::new(),
        };
        let years: Vec<String> = self.null_years.iter().map(|(n, y)| format!("{n} {y}")).collect();
        text.line(&format!(
            "Seed {}, design {}. {} separable years to calibrate on; fresh years: {}.",
            self.seed,
            self.design,
            self.calibration_years,
            years.join(", ")
        ));
        self.gate_table(&mut text);
        self.false_alarm_table(&mut text);
        self.own_table(&mut text);
        self.power_tables(&mut text);
        let looks: Vec<String> = self
            .look_ms
            .iter()
            .map(|(d, ms)| format!("{d} {ms:.1} ms"))
            .collect();
        text.line(&format!("A look at the whole city: {}.", looks.join(", ")));
        text.lines.join("\n")
    }

    fn gate_table(&self, text: &mut Text) {
        text.title("Gate (joint)");
        let mut rows = vec![strings(&["budget", "demand", "measured", "worlds", "met"])];
        rows.extend(self.gate.iter().map(|demand| {
            vec![
                format!("{}", demand.budget),
                demand.what.clone(),
                interval(demand.measured, 2),
                demand.worlds.to_string(),
                if demand.is_met { "yes" } else { "NO" }.to_owned(),
            ]
        }));
        text.table(&rows);
    }

    fn false_alarm_table(&self, text: &mut Text) {
        text.title("False alarms a year");
        let names: Vec<&String> = (self.null_years.iter())
            .filter(|(_, years)| *years > 0)
            .map(|(name, _)| name)
            .collect();
        let mut head = strings(&["detector", "budget", "threshold"]);
        head.extend(names.iter().map(|name| (*name).clone()));
        let mut rows = vec![head];
        for of in &self.false_alarms {
            let thresholds: Vec<String> = of.thresholds.iter().map(|h| format!("{h:.2}")).collect();
            let mut row = vec![
                of.contestant.to_owned(),
                format!("{}", of.budget),
                thresholds.join("/"),
            ];
            row.extend(names.iter().map(|name| {
                of.realised
                    .get(*name)
                    .map_or_else(String::new, |rate| interval(*rate, 1))
            }));
            rows.push(row);
        }
        text.table(&rows);
        text.line(&format!(
            "Weeks a year that are wrongly reported as a city-wide rise: {:.2}.",
            self.false_rises_a_year
        ));
    }

    fn own_table(&self, text: &mut Text) {
        if self.own_false_alarms.is_empty() {
            return;
        }
        text.title("False alarms a year, thresholds set on each city's own past (as in the product)");
        let names: Vec<&String> = (self.null_years.iter())
            .filter(|(_, years)| *years > 0)
            .map(|(name, _)| name)
            .collect();
        let mut head = strings(&["detector", "budget"]);
        head.extend(names.iter().map(|name| (*name).clone()));
        let mut rows = vec![head];
        for (detector, budget, rates) in &self.own_false_alarms {
            let mut row = vec![detector.clone(), format!("{budget}")];
            let of_null = |name: &&String| {
                rates
                    .get(*name)
                    .map_or_else(String::new, |rate| interval(*rate, 1))
            };
            row.extend(names.iter().map(of_null));
            rows.push(row);
        }
        text.table(&rows);
    }

    fn power_tables(&self, text: &mut Text) {
        let mut budgets: Vec<f64> = self.power.iter().map(|power| power.budget).collect();
        budgets.sort_by(f64::total_cmp);
        budgets.dedup();
        for budget in budgets {
            text.title(&format!("Planted hotspots, {budget} false alarms a year"));
            let mut rows = vec![strings(&[
                "cell",
                "detector",
                "worlds",
                "day 7",
                "day 14",
                "day 28",
                "day 60",
                "delay",
                "events P/R/F1",
                "area P/R/F1",
                "off m",
            ])];
            for power in self
                .power
                .iter()
                .filter(|p| (p.budget - budget).abs() < 1e-9 && p.worlds > 0)
            {
                let by = |day: i64| power.found_by.get(&day).map_or_else(String::new, |p| percent(*p));
                let triple = |p: f64, r: f64, f: f64| format!("{p:.2}/{r:.2}/{f:.2}");
                let fit = power.fit.map_or_else(
                    || vec![String::new(); 3],
                    |fit| {
                        vec![
                            triple(fit.event_precision, fit.event_recall, fit.event_f1),
                            triple(fit.area_precision, fit.area_recall, fit.area_f1),
                            format!("{:.0}", fit.center_error_m),
                        ]
                    },
                );
                let mut row = vec![
                    power.cell.clone(),
                    power.contestant.to_owned(),
                    power.worlds.to_string(),
                ];
                row.extend([by(7), by(14), by(28), by(LOOKS), interval(power.delay_days, 1)]);
                row.extend(fit);
                rows.push(row);
            }
            text.table(&rows);
        }
    }
}

struct Text {
    is_markdown: bool,
    lines: Vec<String>,
}

impl Text {
    fn line(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }

    fn title(&mut self, title: &str) {
        let mark = if self.is_markdown { "### " } else { "" };
        self.lines
            .extend([String::new(), format!("{mark}{title}"), String::new()]);
    }

    fn table(&mut self, rows: &[Vec<String>]) {
        let columns = rows.first().map_or(0, Vec::len);
        let width = |column: usize| {
            let lengths = rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count());
            lengths.max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for (index, row) in rows.iter().enumerate() {
            if self.is_markdown {
                self.lines.push(format!("| {} |", row.join(" | ")));
                if index == 0 {
                    self.lines.push(format!("|{}", "---|".repeat(columns)));
                }
                continue;
            }
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .map(|(cell, width)| format!("{cell:<width$}"))
                .collect();
            self.lines.push(cells.join("  ").trim_end().to_owned());
        }
        self.lines.push(String::new());
    }
}

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn interval(estimate: Estimate, digits: usize) -> String {
    let Estimate { value, low, high } = estimate;
    format!("{value:.digits$} ({low:.digits$} to {high:.digits$})")
}

fn percent(estimate: Estimate) -> String {
    let [value, low, high] = [estimate.value, estimate.low, estimate.high].map(|share| 100.0 * share);
    format!("{value:.0} % ({low:.0} to {high:.0})")
}
