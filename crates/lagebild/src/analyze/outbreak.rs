//! `lagebild analyze outbreak`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use lagebild_hotspot::outbreak::{
    CusumParams, EarsParams, FarringtonParams, FlexibleParams, InvalidRule, PowerTransform, RareCases,
    ThresholdMethod, Transformation, Watch, cusum, ears_c1, ears_c2, ears_c3, farrington,
    farrington_flexible,
};
use serde::Serialize;

use crate::failure::Failure;

use super::answer::{Body, Run, columns, figure};
use super::calendar::{Clock, Moment};
use super::events::{Time, TimeColumn};
use super::options::Output;
use super::table::Table;

/// Longest series: a few hundred bytes a step.
const MOST_STEPS: u64 = 1_000_000;

/// Watch a series of counts: is the present count higher than the past explains?
///
/// Columns: t (or date), count. Without a count, rows are counted and steps without rows are 0. Options are named as in R
/// surveillance, and its spelling is understood too (noPeriods).
///
/// Example: lagebild analyze outbreak --input wochen.csv --rule farrington-flexible --b 4 --no-periods 10 --threshold-method nb-plugin
#[derive(Args, Serialize)]
pub(crate) struct Outbreak {
    /// The file to analyse: CSV with a header.
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    #[command(flatten)]
    #[serde(skip)]
    output: Output,
    /// The rule.
    #[arg(long, value_enum, default_value_t = Rule::FarringtonFlexible)]
    rule: Rule,
    /// Steps watched, FIRST or FIRST:LAST, counted from 1. For cusum those before give the mean, and without it the
    /// first year or the first half is before.
    #[arg(long, value_name = "FIRST:LAST")]
    #[serde(skip)]
    range: Option<String>,
    /// Level; without it 0.001 for EARS C1 and C2, 0.025 for C3, 0.05 for Farrington. For cusum with --trans pearsonNegBin the
    /// dispersion, without it 0.1.
    #[arg(long)]
    #[serde(skip)]
    alpha: Option<f64>,
    /// EARS: number of past steps looked at.
    #[arg(long, value_name = "STEPS", default_value_t = 7)]
    baseline: usize,
    /// EARS C1, C2: a standard deviation below it counts as this much (0.5 or 1 for rare events).
    #[arg(long, alias = "minSigma", value_name = "DEVIATION", default_value_t = 0.0)]
    min_sigma: f64,
    /// Farrington: steps of a year.
    #[arg(long, value_name = "STEPS", default_value_t = 52)]
    freq: usize,
    /// Farrington: years back.
    #[arg(long, value_name = "YEARS", default_value_t = 5)]
    b: usize,
    /// Farrington: steps on either side of the same time of those years.
    #[arg(long, value_name = "STEPS", default_value_t = 3)]
    w: usize,
    /// Farrington: past outbreaks weigh less.
    #[arg(long, value_name = "BOOL", action = clap::ArgAction::Set, num_args = 0..=1, default_value_t = true, default_missing_value = "true")]
    reweight: bool,
    /// Farrington: look for a trend.
    #[arg(long, value_name = "BOOL", action = clap::ArgAction::Set, num_args = 0..=1, default_value_t = true, default_missing_value = "true")]
    trend: bool,
    /// Farrington flexible: seasons of the year (Noufaily 2013: 10).
    #[arg(long, alias = "noPeriods", value_name = "N", default_value_t = 1)]
    no_periods: usize,
    /// Farrington flexible: residuals above it weigh less (Noufaily 2013: 2.58).
    #[arg(long, alias = "weightsThreshold", default_value_t = 2.58)]
    weights_threshold: f64,
    /// Farrington flexible: latest steps left out; as many as --w when not given (Noufaily 2013: 26).
    #[arg(long, alias = "pastWeeksNotIncluded", value_name = "STEPS")]
    #[serde(skip)]
    past_weeks_not_included: Option<usize>,
    /// Farrington flexible: a trend stays when its p is below it (Noufaily 2013: 1, always).
    #[arg(long, alias = "pThresholdTrend", default_value_t = 0.05)]
    p_threshold_trend: f64,
    /// Farrington flexible: how the bound follows from the fit (Noufaily 2013: nb-plugin).
    #[arg(long, alias = "thresholdMethod", value_enum, default_value_t = Threshold::Delta)]
    threshold_method: Threshold,
    /// Farrington: scale of the bound, powers of 2/3, roots, or none.
    #[arg(long, value_enum, default_value_t = Power::TwoThirds)]
    powertrans: Power,
    /// Farrington: fewer cases in so many steps are no alarm.
    #[arg(
        long,
        value_name = "CASES,STEPS",
        value_delimiter = ',',
        num_args = 1,
        default_value = "5,4"
    )]
    limit54: Vec<u32>,
    /// CUSUM: reference value, standard deviations.
    #[arg(long, default_value_t = 1.04)]
    k: f64,
    /// CUSUM: decision value, standard deviations.
    #[arg(long, default_value_t = 2.26)]
    h: f64,
    /// CUSUM: known mean; that of the steps before the range when not given.
    #[arg(long)]
    m: Option<f64>,
    /// CUSUM: how counts are standardised.
    #[arg(long, value_enum, default_value_t = Trans::Standard)]
    trans: Trans,
    /// CUSUM: begin again from 0 after each alarm.
    #[arg(long)]
    reset: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Rule {
    EarsC1,
    EarsC2,
    EarsC3,
    Farrington,
    FarringtonFlexible,
    Cusum,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
enum Threshold {
    /// Quantile of the negative binomial distribution.
    #[serde(rename = "nbPlugin")]
    #[value(alias = "nbPlugin")]
    NbPlugin,
    /// Farrington's powers of 2/3.
    #[serde(rename = "delta")]
    Delta,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
enum Power {
    #[serde(rename = "2/3")]
    #[value(name = "2/3")]
    TwoThirds,
    #[serde(rename = "1/2")]
    #[value(name = "1/2")]
    Half,
    #[serde(rename = "none")]
    None,
}

/// As R surveillance spells them.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "camelCase")]
#[value(rename_all = "camelCase")]
enum Trans {
    /// (x − m) / √m.
    Standard,
    /// For small means.
    Rossi,
    /// Anscombe residuals.
    Anscombe,
    /// The same to second order.
    Anscombe2nd,
    /// Pearson residuals of a negative binomial variate.
    PearsonNegBin,
    /// Counts as they are.
    None,
}

/// The options as they work, those that depend on others resolved.
#[derive(Serialize)]
struct Parameters<'a> {
    #[serde(flatten)]
    options: &'a Outbreak,
    alpha: Option<f64>,
    past_weeks_not_included: usize,
    range: [usize; 2],
}

#[derive(Serialize)]
struct Answer {
    series: Vec<StepAnswer>,
}

#[derive(Serialize)]
struct StepAnswer {
    t: Moment,
    count: u32,
    upper_bound: Option<f64>,
    alarm: Option<bool>,
    expected: Option<f64>,
}

impl Outbreak {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let run = Run::start("outbreak", &self.output).without_map()?;
        let (times, counts, clock) = self.series()?;
        let (first, last) = self.watched(counts.len())?;
        let alpha = self.alpha.unwrap_or(match self.rule {
            Rule::EarsC1 | Rule::EarsC2 => 0.001,
            Rule::EarsC3 => 0.025,
            Rule::Cusum => 0.1,
            Rule::Farrington | Rule::FarringtonFlexible => 0.05,
        });
        let past_weeks_not_included = self.past_weeks_not_included.unwrap_or(self.w);
        let found = self
            .watch(&counts, first, alpha, past_weeks_not_included)
            .map_err(Failure::usage)?;
        let step = |i: usize| {
            let watch = found[i].filter(|_| (first..=last).contains(&i));
            StepAnswer {
                t: clock.moment(times[i]),
                count: counts[i],
                upper_bound: watch.map(|watch| watch.upper_bound),
                alarm: watch.map(|watch| watch.alarm),
                expected: watch.map(|watch| watch.expected),
            }
        };
        let answer = Answer {
            series: (0..counts.len()).map(step).collect(),
        };
        let parameters = Parameters {
            options: self,
            alpha: (self.rule != Rule::Cusum || self.trans == Trans::PearsonNegBin).then_some(alpha),
            past_weeks_not_included,
            range: [first + 1, last + 1],
        };
        run.print(counts.len() as u64, &parameters, answer)
    }

    fn watch(
        &self,
        counts: &[u32],
        first: usize,
        alpha: f64,
        past_weeks_not_included: usize,
    ) -> Result<Vec<Option<Watch>>, InvalidRule> {
        let ears = || EarsParams::new(self.baseline, alpha)?.with_least_deviation(self.min_sigma);
        let [cases, steps] = self.limit54[..] else {
            return Err(InvalidRule::Misfit(
                "--limit54 takes two numbers, cases and steps, such as 5,4",
            ));
        };
        let rare = RareCases::new(cases, steps as usize)?;
        let power = match self.powertrans {
            Power::TwoThirds => PowerTransform::TwoThirds,
            Power::Half => PowerTransform::Half,
            Power::None => PowerTransform::None,
        };
        Ok(match self.rule {
            Rule::EarsC1 => ears_c1(counts, ears()?),
            Rule::EarsC2 => ears_c2(counts, ears()?),
            Rule::EarsC3 => ears_c3(counts, ears()?),
            Rule::Farrington => {
                let mut params = FarringtonParams::new(self.freq, self.b, self.w, alpha)?
                    .with_power(power)
                    .with_rare(rare);
                if !self.reweight {
                    params = params.without_reweighting();
                }
                if !self.trend {
                    params = params.without_trend();
                }
                farrington(counts, params)
            }
            Rule::FarringtonFlexible => {
                let trend_p = if self.trend { self.p_threshold_trend } else { 0.0 };
                let threshold = if self.reweight {
                    self.weights_threshold
                } else {
                    f64::MAX
                };
                let params = FlexibleParams::noufaily(self.freq, self.b, self.w, alpha)?
                    .with_periods(self.no_periods)?
                    .with_weights_threshold(threshold)?
                    .with_past_not_included(past_weeks_not_included)
                    .with_power(power)
                    .with_rare(rare)
                    .with_trend_p(trend_p)?
                    .with_method(match self.threshold_method {
                        Threshold::NbPlugin => ThresholdMethod::NegativeBinomial,
                        Threshold::Delta => ThresholdMethod::Delta,
                    });
                farrington_flexible(counts, params)
            }
            Rule::Cusum => {
                let mut params = CusumParams::new(first.max(1), self.k, self.h)?.with_transformation(
                    match self.trans {
                        Trans::Standard => Transformation::Standard,
                        Trans::Rossi => Transformation::Rossi,
                        Trans::Anscombe => Transformation::Anscombe,
                        Trans::Anscombe2nd => Transformation::Anscombe2nd,
                        Trans::PearsonNegBin => Transformation::PearsonNegBin { alpha },
                        Trans::None => Transformation::None,
                    },
                )?;
                if self.reset {
                    params = params.with_reset();
                }
                if let Some(mean) = self.m {
                    params = params.with_mean(mean)?;
                }
                cusum(counts, params)
            }
        })
    }

    /// First and last step watched, from 0.
    fn watched(&self, steps: usize) -> Result<(usize, usize), Failure> {
        let Some(range) = &self.range else {
            let before = if self.rule == Rule::Cusum {
                self.freq.min(steps / 2).max(1)
            } else {
                0
            };
            return Ok((before.min(steps - 1), steps - 1));
        };
        let (first, last) = range.split_once(':').unwrap_or((range, ""));
        let parsed = |text: &str| {
            text.trim()
                .parse::<usize>()
                .ok()
                .filter(|step| (1..=steps).contains(step))
        };
        let last = if last.is_empty() {
            Some(steps)
        } else {
            parsed(last)
        };
        match (parsed(first), last) {
            (Some(first), Some(last)) if first <= last => Ok((first - 1, last - 1)),
            _ => Err(Failure::usage(format!(
                "--range {range}: write FIRST or FIRST:LAST, steps from 1 to {steps}"
            ))),
        }
    }

    /// Times and counts, the oldest first, one for each step.
    fn series(&self) -> Result<(Vec<i64>, Vec<u32>, Clock), Failure> {
        let mut table = Table::open(&self.input)?;
        let Some(time) = TimeColumn::of(&table, Time::Needed)? else {
            return Err(table.without_rows());
        };
        let count = table.column(&["count"]);
        // Count and line of each time.
        let mut sums: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
        while let Some(row) = table.next()? {
            let number = count.as_ref().map_or(Ok(1), |column| row.count(column))?;
            let sum = sums.entry(time.read(&row)?).or_insert((0, row.line));
            sum.0 += u64::from(number);
            if sums.len() as u64 > MOST_STEPS {
                break;
            }
        }
        let (Some((&first, _)), Some((&last, _))) = (sums.first_key_value(), sums.last_key_value()) else {
            return Err(table.without_rows());
        };
        let steps: Vec<i64> = sums.keys().zip(sums.keys().skip(1)).map(|(a, b)| b - a).collect();
        // Dates may be those of weeks; numbers go by one.
        let width = match time.clock() {
            Clock::Steps => 1,
            Clock::Dates => steps.iter().copied().min().unwrap_or(1),
        };
        if sums.len() as u64 > MOST_STEPS || last.abs_diff(first) / width.unsigned_abs() >= MOST_STEPS {
            return Err(Failure::failed(format!(
                "{}: more than {MOST_STEPS} steps from first to last; look for a wrong time",
                self.input.display()
            )));
        }
        let complain = |line: u64, problem: &str| {
            Failure::failed(format!(
                "{}, line {line}, column \"{}\": {problem}",
                self.input.display(),
                time.name()
            ))
        };
        let clock = time.clock();
        for (&t, &(_, line)) in sums.iter().skip(1) {
            let gap = t - sums.range(..t).next_back().map_or(t, |entry| *entry.0);
            if gap % width != 0 {
                return Err(complain(
                    line,
                    &format!("{} does not keep the step of {width} days", clock.moment(t)),
                ));
            }
            if gap != width && count.is_some() {
                let absent = clock.moment(t - gap + width);
                let problem = format!(
                    "{absent} before it is missing; add a row for it, with count 0 if nothing happened"
                );
                return Err(complain(line, &problem));
            }
        }
        let number = (last - first) / width + 1;
        let times: Vec<i64> = (0..number).map(|i| first + i * width).collect();
        let mut counts = Vec::with_capacity(times.len());
        for t in &times {
            let (sum, line) = sums.get(t).copied().unwrap_or((0, 0));
            counts.push(u32::try_from(sum).map_err(|_| complain(line, "more than 4294967295 in one step"))?);
        }
        Ok((times, counts, clock))
    }
}

impl Body for Answer {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let row = |step: &StepAnswer| {
            vec![
                step.t.to_string(),
                step.count.to_string(),
                figure(step.expected, 2),
                figure(step.upper_bound, 2),
                if step.alarm == Some(true) { "ALARM" } else { "" }.to_owned(),
            ]
        };
        let header = ["T", "COUNT", "EXPECTED", "UPPER_BOUND", "ALARM"];
        columns(out, &header, self.series.iter().map(row))
    }
}
