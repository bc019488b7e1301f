//! `lagebild analyze aoristic`.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use lagebild_hotspot::aoristic::{Bins, Span, aoristic};
use serde::Serialize;

use crate::failure::Failure;

use super::answer::{Body, Run, columns, figure};
use super::calendar;
use super::options::Output;
use super::table::Table;

/// Spans that are kept before they are added up.
const SPANS_AT_ONCE: usize = 65_536;

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Aoristic weights: at what hours did it happen when only a span is known?
///
/// Columns: from, to (ISO date and time, local; with Z or an offset they are taken to Europe/Berlin). An empty to means
/// that the time is known.
///
/// Example: lagebild analyze aoristic --input einbrueche.csv --by hour-of-week
#[derive(Args, Serialize)]
pub(crate) struct Aoristic {
    /// The file to analyse: CSV with a header.
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    #[command(flatten)]
    #[serde(skip)]
    output: Output,
    /// What the bins are.
    #[arg(long, value_enum, default_value_t = By::Hour)]
    by: By,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
enum By {
    /// 24 hours of the day.
    Hour,
    /// 7 days of the week, Monday first.
    Weekday,
    /// 168 hours of the week, from Monday 0 h.
    HourOfWeek,
}

#[derive(Serialize)]
struct Answer {
    bins: Vec<Bin>,
}

#[derive(Serialize)]
struct Bin {
    #[serde(rename = "bin")]
    index: usize,
    label: String,
    weight: f64,
}

impl Aoristic {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let run = Run::start("aoristic", &self.output).without_map()?;
        let mut table = Table::open(&self.input)?;
        let (from, to) = (table.needed(&["from"])?, table.needed(&["to"])?);
        let bins = match self.by {
            By::Hour => Bins::Hour,
            By::Weekday => Bins::Weekday,
            By::HourOfWeek => Bins::HourOfWeek,
        };
        let mut weights = aoristic(&[], bins);
        let mut add = |spans: &mut Vec<Span>| {
            for (sum, weight) in weights.iter_mut().zip(aoristic(spans, bins)) {
                *sum += weight;
            }
            spans.clear();
        };
        let (mut spans, mut n) = (Vec::new(), 0);
        while let Some(row) = table.next()? {
            let start = calendar::second(&row.text(&from)).map_err(|problem| row.bad(&from, &problem))?;
            let end = row.text(&to);
            let end = if end.is_empty() {
                start
            } else {
                calendar::second(&end).map_err(|problem| row.bad(&to, &problem))?
            };
            let span = Span::new(start, end);
            spans.push(span.map_err(|_| row.bad(&to, "lies before \"from\"; swap the two"))?);
            n += 1;
            if spans.len() == SPANS_AT_ONCE {
                add(&mut spans);
            }
        }
        if n == 0 {
            return Err(table.without_rows());
        }
        add(&mut spans);
        let bins = weights.into_iter().enumerate();
        let answer = Answer {
            bins: bins
                .map(|(index, weight)| Bin {
                    index,
                    label: self.label(index),
                    weight,
                })
                .collect(),
        };
        run.print(n, self, answer)
    }

    fn label(&self, bin: usize) -> String {
        match self.by {
            By::Hour => format!("{bin:02}:00"),
            By::Weekday => WEEKDAYS[bin % 7].to_owned(),
            By::HourOfWeek => format!("{} {:02}:00", WEEKDAYS[bin / 24 % 7], bin % 24),
        }
    }
}

impl Body for Answer {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let row = |bin: &Bin| vec![bin.label.clone(), figure(Some(bin.weight), 3)];
        columns(out, &["BIN", "WEIGHT"], self.bins.iter().map(row))
    }
}
