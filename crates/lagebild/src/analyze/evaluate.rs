//! `lagebild analyze evaluate`.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use lagebild_hotspot::evaluation::{
    BeforeAfter, WddInput, poisson_e_test, poisson_ratio, prediction_table, weighted_displacement_difference,
    weighted_displacement_quotient,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::failure::Failure;

use super::answer::{Body, Run, figure};
use super::evaluate_files::{self, Counts};
use super::options::Output;

/// Evaluation: did a measure work (wdd, wdq, poisson-ratio, e-test), did a forecast (pai, pei, rri)?
///
/// Counts before and after come as options, B,A each, or from --input with columns area,before,after whose areas are
/// treated, control, disp-treated, disp-control, buffer. A forecast comes from --input with columns predicted, observed
/// and optional area (size) and id. The e-test takes --counts K1,K2 or --input with column count.
///
/// Example: lagebild analyze evaluate --measure wdd --treated 20,10 --control 20,20 --format json
#[derive(Args, Serialize)]
pub(crate) struct Evaluate {
    /// What to compute.
    #[arg(long, value_enum)]
    measure: Measure,
    /// Counts, or the forecast: CSV with a header.
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    #[command(flatten)]
    #[serde(skip)]
    output: Output,
    /// Counts of the treated area before and after.
    #[arg(long, value_name = "B,A", value_delimiter = ',', num_args = 1)]
    treated: Vec<u32>,
    /// Counts of the control area.
    #[arg(long, value_name = "B,A", value_delimiter = ',', num_args = 1)]
    control: Vec<u32>,
    /// Counts of the area that displacement from the treated area would show in (wdd).
    #[arg(
        long,
        visible_alias = "displacement-treated",
        value_name = "B,A",
        value_delimiter = ',',
        num_args = 1
    )]
    disp_treated: Vec<u32>,
    /// Counts of the control of that area (wdd).
    #[arg(
        long,
        visible_alias = "displacement-control",
        value_name = "B,A",
        value_delimiter = ',',
        num_args = 1
    )]
    disp_control: Vec<u32>,
    /// Counts of the buffer about the treated area (wdq).
    #[arg(
        long,
        visible_alias = "displacement",
        value_name = "B,A",
        value_delimiter = ',',
        num_args = 1
    )]
    buffer: Vec<u32>,
    /// Lengths of the times before and after (wdd).
    #[arg(
        long,
        value_name = "B,A",
        value_delimiter = ',',
        num_args = 1,
        default_value = "1,1"
    )]
    time_weights: Vec<f64>,
    /// Sizes of control, treated, control of displacement, displacement (wdd).
    #[arg(
        long,
        value_name = "C,T,DC,DT",
        value_delimiter = ',',
        num_args = 1,
        default_value = "1,1,1,1"
    )]
    area_weights: Vec<f64>,
    /// 1 − level of the interval; 0.1 for wdd, 0.05 for poisson-ratio when not given.
    #[arg(long)]
    alpha: Option<f64>,
    /// The two counts (e-test).
    #[arg(
        long,
        visible_alias = "k",
        value_name = "K1,K2",
        value_delimiter = ',',
        num_args = 1
    )]
    counts: Vec<u32>,
    /// Time or population of each count (e-test).
    #[arg(
        long,
        value_name = "N1,N2",
        value_delimiter = ',',
        num_args = 1,
        default_value = "1,1"
    )]
    exposures: Vec<f64>,
    /// How many of the best places the estimate is of (pai, pei, rri).
    #[arg(long, value_name = "N", default_value_t = 1)]
    top: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Measure {
    /// Weighted displacement difference.
    Wdd,
    /// Weighted displacement quotient.
    Wdq,
    /// Ratio of the changes of treated and control area.
    PoissonRatio,
    /// Prediction accuracy index.
    Pai,
    /// Prediction efficiency index.
    Pei,
    /// Recapture rate index.
    Rri,
    /// Are two counts from equal rates?
    ETest,
}

#[derive(Serialize)]
struct Answer {
    estimate: Option<f64>,
    standard_error: Option<f64>,
    interval: Option<[f64; 2]>,
    p: Option<f64>,
    words: String,
    #[serde(flatten)]
    details: Map<String, Value>,
    /// Of a forecast: one for each number of places.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rows: Vec<Row>,
}

/// A row of a forecast's table.
#[derive(Serialize)]
struct Row {
    id: String,
    rank: usize,
    cumulative_observed: u64,
    cumulative_predicted: f64,
    share_observed: f64,
    share_area: f64,
    pai: f64,
    pei: Option<f64>,
    rri: Option<f64>,
}

impl Evaluate {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let run = Run::start("evaluate", &self.output).without_map()?;
        let (n, answer) = match self.measure {
            Measure::Pai | Measure::Pei | Measure::Rri => self.forecast()?,
            Measure::ETest => self.e_test()?,
            Measure::Wdd => self.wdd()?,
            Measure::Wdq => self.wdq()?,
            Measure::PoissonRatio => self.poisson_ratio()?,
        };
        run.print(n, self, answer)
    }

    /// Counts of the options and of the file.
    fn counts(&self) -> Result<Counts, Failure> {
        let mut counts = match &self.input {
            Some(path) => evaluate_files::counts(path)?,
            None => Counts::new(),
        };
        let options = [
            ("treated", &self.treated),
            ("control", &self.control),
            ("disp-treated", &self.disp_treated),
            ("disp-control", &self.disp_control),
            ("buffer", &self.buffer),
        ];
        for (name, values) in options {
            match values[..] {
                [] => {}
                [before, after] => {
                    counts.insert(name.to_owned(), BeforeAfter { before, after });
                }
                _ => {
                    return Err(Failure::usage(format!(
                        "--{name} takes two counts, before and after, such as 20,10"
                    )));
                }
            }
        }
        Ok(counts)
    }

    fn needed(&self, counts: &Counts, name: &str) -> Result<BeforeAfter, Failure> {
        counts.get(name).copied().ok_or_else(|| match &self.input {
            Some(path) => Failure::failed(format!(
                "{}: there is no row whose area is \"{name}\"; add it, or give --{name} B,A",
                path.display()
            )),
            None => Failure::usage(format!(
                "the counts of the {name} area are missing; give --{name} B,A or --input FILE"
            )),
        })
    }

    fn wdd(&self) -> Result<(u64, Answer), Failure> {
        let counts = self.counts()?;
        let [treated, control] = [self.needed(&counts, "treated")?, self.needed(&counts, "control")?];
        let of = |name: &str| counts.get(name).copied().unwrap_or_default();
        let [before, after] = fixed(
            &self.time_weights,
            "--time-weights takes two lengths, before and after",
        )?;
        let sizes = fixed(
            &self.area_weights,
            "--area-weights takes four sizes: control, treated and those of displacement",
        )?;
        let input = WddInput::new(control, treated)
            .with_displacement(of("disp-control"), of("disp-treated"))
            .with_time_weights(before, after)
            .and_then(|input| input.with_area_weights(sizes))
            .and_then(|input| input.with_alpha(self.alpha.unwrap_or(0.1)))
            .map_err(Failure::usage)?;
        let found = weighted_displacement_difference(&input);
        let details = json!({
            "local": found.local, "local_standard_error": found.local_error, "displacement": found.displacement,
            "displacement_standard_error": found.displacement_error, "z": found.z,
        });
        let answer = Answer {
            estimate: Some(found.total),
            standard_error: Some(found.total_error),
            interval: Some(found.interval),
            p: Some(found.p),
            words: found.in_words(),
            details: object(details),
            rows: Vec::new(),
        };
        Ok((
            counts
                .values()
                .map(|c| u64::from(c.before) + u64::from(c.after))
                .sum(),
            answer,
        ))
    }

    fn wdq(&self) -> Result<(u64, Answer), Failure> {
        let counts = self.counts()?;
        let [treated, buffer, control] = [
            self.needed(&counts, "treated")?,
            self.needed(&counts, "buffer")?,
            self.needed(&counts, "control")?,
        ];
        let found = weighted_displacement_quotient(treated, buffer, control).map_err(|error| {
            Failure::failed(format!(
                "{error}; take --measure wdd, which is defined for any counts"
            ))
        })?;
        let details = json!({
            "success": found.success, "buffer": found.buffer, "total_net_effect": found.total_net_effect,
        });
        let answer = Answer {
            estimate: Some(found.quotient),
            standard_error: None,
            interval: None,
            p: None,
            words: found.in_words(),
            details: object(details),
            rows: Vec::new(),
        };
        Ok((total(&[treated, buffer, control]), answer))
    }

    fn poisson_ratio(&self) -> Result<(u64, Answer), Failure> {
        let counts = self.counts()?;
        let [treated, control] = [self.needed(&counts, "treated")?, self.needed(&counts, "control")?];
        let alpha = self.alpha.unwrap_or(0.05);
        if !(alpha > 0.0 && alpha < 1.0) {
            return Err(Failure::usage(format!(
                "--alpha must lie between 0 and 1, not {alpha}"
            )));
        }
        let found = poisson_ratio(treated, control, alpha).map_err(|error| {
            Failure::failed(format!(
                "{error}; take --measure wdd, which is defined for any counts"
            ))
        })?;
        let [low, high] = found.interval;
        let verdict = if high < 1.0 {
            "a fall beyond the control"
        } else if low > 1.0 {
            "a rise beyond the control"
        } else {
            "no change that chance does not explain"
        };
        let answer = Answer {
            estimate: Some(found.ratio),
            standard_error: Some(found.log_error),
            interval: Some(found.interval),
            p: Some(found.p),
            words: format!(
                "{verdict}: {:.2} times the control's change (from {low:.2} to {high:.2})",
                found.ratio
            ),
            details: object(json!({"standard_error_is_of": "natural logarithm of the estimate"})),
            rows: Vec::new(),
        };
        Ok((total(&[treated, control]), answer))
    }

    fn e_test(&self) -> Result<(u64, Answer), Failure> {
        let (counts, exposures) = if let Some(path) = &self.input {
            evaluate_files::rates(path)?
        } else {
            (
                fixed(&self.counts, "--counts takes the two counts, such as 20,10")?,
                fixed(&self.exposures, "--exposures takes two numbers")?,
            )
        };
        let found = poisson_e_test(counts, exposures).map_err(Failure::usage)?;
        let n = counts.map(u64::from).iter().sum();
        let verdict = if found.p <= 0.05 {
            "the rates differ"
        } else {
            "no difference that chance does not explain"
        };
        let answer = Answer {
            estimate: Some(found.difference),
            standard_error: None,
            interval: None,
            p: Some(found.p),
            words: format!("{verdict}: difference {:.2}, p {:.4}", found.difference, found.p),
            details: object(json!({"counts": counts, "exposures": exposures})),
            rows: Vec::new(),
        };
        Ok((n, answer))
    }

    fn forecast(&self) -> Result<(u64, Answer), Failure> {
        let Some(path) = &self.input else {
            return Err(Failure::usage(
                "give the forecast with --input FILE: columns predicted, observed, area",
            ));
        };
        let (names, areas) = evaluate_files::areas(path)?;
        let table = prediction_table(&areas).map_err(Failure::failed)?;
        if !(1..=table.len()).contains(&self.top) {
            return Err(Failure::usage(format!(
                "--top must be 1 to {}, the number of places",
                table.len()
            )));
        }
        let best = table[self.top - 1];
        let (name, estimate) = match self.measure {
            Measure::Pei => ("PEI", best.pei),
            Measure::Rri => ("RRI", best.rri),
            _ => ("PAI", Some(best.pai)),
        };
        let rows: Vec<Row> = (table.iter().enumerate())
            .map(|(rank, row)| Row {
                id: names[row.area].clone(),
                rank: rank + 1,
                cumulative_observed: row.cumulative_observed,
                cumulative_predicted: row.cumulative_predicted,
                share_observed: row.share_observed,
                share_area: row.share_size,
                pai: row.pai,
                pei: row.pei,
                rri: row.rri,
            })
            .collect();
        let words = format!(
            "the best {} of {} places held {:.1} % of the crimes on {:.1} % of the area: {name} {}",
            self.top,
            table.len(),
            100.0 * best.share_observed,
            100.0 * best.share_size,
            figure(estimate, 2)
        );
        let answer = Answer {
            estimate,
            standard_error: None,
            interval: None,
            p: None,
            words,
            details: Map::new(),
            rows,
        };
        Ok((areas.len() as u64, answer))
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

fn total(counts: &[BeforeAfter]) -> u64 {
    counts
        .iter()
        .map(|c| u64::from(c.before) + u64::from(c.after))
        .sum()
}

fn fixed<T: Copy, const N: usize>(values: &[T], problem: &str) -> Result<[T; N], Failure> {
    values.try_into().map_err(|_| Failure::usage(problem))
}

impl Body for Answer {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let interval = self
            .interval
            .map_or_else(|| "–".to_owned(), |[low, high]| format!("{low:.3} to {high:.3}"));
        writeln!(out, "estimate        {}", figure(self.estimate, 4))?;
        writeln!(out, "standard error  {}", figure(self.standard_error, 4))?;
        writeln!(out, "interval        {interval}")?;
        writeln!(out, "p               {}", figure(self.p, 4))?;
        writeln!(out, "{}", self.words)
    }
}
