//! `lagebild analyze knox`.

use std::io::{self, Write};

use clap::{Args, ValueEnum};
use lagebild_hotspot::knox::{InvalidKnox, KnoxMetric, KnoxParams, knox};
use serde::Serialize;

use crate::failure::Failure;

use super::answer::{Body, Run, columns, figure};
use super::calendar::Clock;
use super::events::{Events, Time, Wanted};
use super::frame::Frame;
use super::options::{Common, numbers_or_inf};

/// Share of false alarms and excess from which a band is called a near repeat.
const ALPHA: f64 = 0.05;
const LEAST_RATIO: f64 = 1.2;

/// Knox test: are events near in space also near in time, more often than chance lets expect (near repeats)?
///
/// Columns: x,y or lon,lat; date or t; optional count. Bands are [a,b) between the edges; a last edge inf leaves the last
/// band open.
///
/// Example: lagebild analyze knox --input einbrueche.csv --bands-m 0,1,200,400,600 --bands-days 0,1,2,3 --metric manhattan
#[derive(Args, Serialize)]
pub(crate) struct Knox {
    #[command(flatten)]
    #[serde(flatten)]
    common: Common,
    /// Edges of the distance bands, metres.
    #[arg(
        long,
        value_name = "M,M,…",
        value_delimiter = ',',
        default_value = "0,1,200,400,600"
    )]
    #[serde(serialize_with = "numbers_or_inf")]
    bands_m: Vec<f64>,
    /// Edges of the time bands, days (or steps of column t).
    #[arg(
        long,
        value_name = "DAYS,DAYS,…",
        value_delimiter = ',',
        default_value = "0,1,2,3"
    )]
    #[serde(serialize_with = "numbers_or_inf")]
    bands_days: Vec<f64>,
    /// How distances are measured.
    #[arg(long, value_enum, default_value_t = Metric::Euclidean)]
    metric: Metric,
    /// Permutations of the times.
    #[arg(long, value_name = "N", default_value_t = 999)]
    permutations: u32,
    /// Bands (a,b] instead of [a,b).
    #[arg(long)]
    inclusive: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Metric {
    Euclidean,
    Manhattan,
}

#[derive(Serialize)]
struct Answer {
    #[serde(serialize_with = "numbers_or_inf")]
    bands_m: Vec<f64>,
    #[serde(serialize_with = "numbers_or_inf")]
    bands_days: Vec<f64>,
    interval: &'static str,
    observed: Vec<Vec<u64>>,
    expected: Vec<Vec<f64>>,
    ratio: Vec<Vec<Option<f64>>>,
    p: Vec<Vec<Option<f64>>>,
    near_repeats: Vec<Band>,
    near_repeat: String,
}

/// A significant band.
#[derive(Serialize)]
struct Band {
    from_m: f64,
    to_m: Option<f64>,
    from_days: f64,
    to_days: Option<f64>,
    observed: u64,
    expected: f64,
    ratio: Option<f64>,
    p: f64,
}

impl Knox {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let run = Run::start("knox", &self.common.output).without_map()?;
        let mut params = KnoxParams::new(self.bands_m.clone(), self.bands_days.clone())
            .map_err(Failure::usage)?
            .with_permutations(self.permutations)
            .with_metric(match self.metric {
                Metric::Euclidean => KnoxMetric::Euclidean,
                Metric::Manhattan => KnoxMetric::Manhattan,
            });
        if self.inclusive {
            params = params.inclusive();
        }
        let wanted = Wanted {
            crs: self.common.crs.as_deref(),
            time: Time::Needed,
            covariates: &[],
        };
        let events = Events::read(&self.common.input, &wanted)?;
        if self.metric == Metric::Manhattan && matches!(events.frame, Frame::LonLat) {
            return Err(Failure::usage(
                "--metric manhattan needs columns x,y in metres; take --metric euclidean for degrees",
            ));
        }
        let single = events.single()?;
        let points = single
            .iter()
            .map(|&row| events.places.points[events.rows[row].place])
            .collect();
        let times: Vec<i64> = single.iter().map(|&row| events.rows[row].time).collect();
        let locations = events.frame.locations(points).map_err(Failure::failed)?;
        run.announce(events.number(), self.permutations, "--permutations");
        let found =
            knox(&locations, &times, &params, self.common.output.seed).map_err(|error| match error {
                InvalidKnox::Bands | InvalidKnox::Metric => Failure::usage(error),
                other => Failure::failed(other),
            })?;
        let finite = |edge: f64| edge.is_finite().then_some(edge);
        let near = if self.permutations > 0 {
            found.near_repeats(ALPHA, LEAST_RATIO)
        } else {
            Vec::new()
        };
        let near_repeats = near
            .into_iter()
            .map(|(row, column)| Band {
                from_m: found.bands_m[row],
                to_m: finite(found.bands_m[row + 1]),
                from_days: found.bands_steps[column],
                to_days: finite(found.bands_steps[column + 1]),
                observed: found.observed[row][column],
                expected: found.expected[row][column],
                ratio: found.ratio[row][column],
                p: found.p[row][column],
            })
            .collect();
        let words = if self.permutations > 0 {
            found.in_words(ALPHA, LEAST_RATIO)
        } else {
            "not tested: no permutations".to_owned()
        };
        let unit = if events.clock == Clock::Dates {
            "days"
        } else {
            "steps"
        };
        let answer = Answer {
            bands_m: found.bands_m,
            bands_days: found.bands_steps,
            interval: if self.inclusive { "(a,b]" } else { "[a,b)" },
            observed: found.observed,
            expected: found.expected,
            ratio: found.ratio,
            p: (found.p.into_iter())
                .map(|row| {
                    row.into_iter()
                        .map(|p| (self.permutations > 0).then_some(p))
                        .collect()
                })
                .collect(),
            near_repeats,
            near_repeat: words.replace("steps", unit),
        };
        run.print(times.len() as u64, self, answer)
    }
}

impl Body for Answer {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut rows = Vec::new();
        for row in 0..self.observed.len() {
            for column in 0..self.observed[row].len() {
                rows.push(vec![
                    format!("{}–{}", self.bands_m[row], self.bands_m[row + 1]),
                    format!("{}–{}", self.bands_days[column], self.bands_days[column + 1]),
                    self.observed[row][column].to_string(),
                    figure(Some(self.expected[row][column]), 2),
                    figure(self.ratio[row][column], 2),
                    figure(self.p[row][column], 4),
                ]);
            }
        }
        let header = ["DISTANCE_M", "DAYS", "OBSERVED", "EXPECTED", "RATIO", "P"];
        columns(out, &header, rows.into_iter())?;
        writeln!(out, "\n{}", self.near_repeat)
    }
}
