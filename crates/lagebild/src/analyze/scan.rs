//! `lagebild analyze scan`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use lagebild_hotspot::scan::{
    Baseline, Case, InvalidBaseline, PValue, Population, Scan as Found, ScanError, ScanParams, StratumCase,
    bernoulli_scan, permutation_scan, poisson_scan,
};
use serde::Serialize;

use crate::failure::Failure;
use crate::output;

use super::answer::Run;
use super::calendar::{Clock, Moment, Step};
use super::events::{Event, Events, Time, Wanted};
use super::options::Common;
use super::populations;
use super::satscan_files::{self, Coordinates, Files, Precision};
use super::scan_answer::Answer;

/// Space-time scan: where have more cases come in lately than chance explains?
///
/// Columns: x,y or lon,lat; date or t; optional count (0 declares a place), location or id, stream. SaTScan's files are
/// read too: --input cases.cas --geo places.geo [--controls controls.ctl] [--population people.pop].
///
/// Example: lagebild analyze scan --input faelle.csv --crs EPSG:25832 --max-radius-m 1000 --max-days 28 --format geojson
#[derive(Args, Serialize)]
pub(crate) struct Scan {
    #[command(flatten)]
    #[serde(flatten)]
    common: Common,
    /// What cases are compared with: their own places and times, a population, or controls.
    #[arg(long, value_enum, default_value_t = Model::Permutation)]
    model: Model,
    /// Largest radius of a circle, metres; inf for none.
    #[arg(long, value_name = "M", default_value_t = 1000.0)]
    #[serde(serialize_with = "super::options::number_or_inf")]
    max_radius_m: f64,
    /// Longest window, days (or steps of column t).
    #[arg(long, value_name = "DAYS", default_value_t = 28)]
    max_days: u32,
    /// Largest share of all cases (or people) in a circle.
    #[arg(long, value_name = "SHARE", default_value_t = 0.5)]
    max_share: f64,
    /// Fewest cases of a cluster.
    #[arg(long, value_name = "N", default_value_t = 2)]
    min_cases: u32,
    /// Random replicates.
    #[arg(long, value_name = "N", default_value_t = 999)]
    replicates: u32,
    /// First day of the study (poisson); without it, that of the first case.
    #[arg(long, value_name = "DATE")]
    start: Option<String>,
    /// Last day of the study; later cases are not looked at. Without it, that of the last case.
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    end: Option<String>,
    /// Windows may end at any time, not only at the end.
    #[arg(long)]
    retrospective: bool,
    /// Days that are counted together, back from the end.
    #[arg(long, value_name = "DAYS", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=36500))]
    aggregate_days: u32,
    /// Compare weekdays with the same weekday only (permutation).
    #[arg(long)]
    weekday_strata: bool,
    /// How p is read from the replicates: rank, or a fitted Gumbel tail that goes beyond.
    #[arg(long, value_enum, default_value_t = PValueForm::MonteCarlo)]
    p_value: PValueForm,
    /// People at risk (poisson): CSV with location or point, population, optional date or t; or .pop.
    #[arg(long, visible_alias = "pop", value_name = "FILE")]
    population: Option<PathBuf>,
    /// Controls (bernoulli): CSV as the cases; or .ctl.
    #[arg(long, visible_alias = "ctl", value_name = "FILE")]
    controls: Option<PathBuf>,
    /// Columns of cases and population that make strata with a rate each (poisson).
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    covariates: Vec<String>,
    /// Coordinates of the places of a .cas file.
    #[arg(long, value_name = "FILE")]
    geo: Option<PathBuf>,
    /// What the coordinates of the .geo file are; guessed when not given.
    #[arg(long, value_enum)]
    geo_coordinates: Option<Coordinates>,
    /// What the times of a .cas file are; guessed when not given.
    #[arg(long, value_enum)]
    time_precision: Option<Precision>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Model {
    Permutation,
    Poisson,
    Bernoulli,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
enum PValueForm {
    MonteCarlo,
    Gumbel,
}

/// Cases with the steps that they are counted in.
pub(super) struct Study {
    pub(super) events: Events,
    pub(super) step: Step,
    precision: Precision,
    last: i64,
}

impl Study {
    /// A time as it is printed; none when the file has no times.
    pub(super) fn moment(&self, time: i64) -> Option<Moment> {
        self.events.is_timed.then(|| self.events.clock.moment(time))
    }
}

impl Scan {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let run = Run::start("scan", &self.common.output);
        self.check()?;
        let mut study = self.study()?;
        study.events.frame.check(self.common.output.format)?;
        let params = self.params(&study)?;
        run.announce(study.events.number(), self.replicates, "--replicates");
        let found = match self.model {
            Model::Permutation => self.permutation(&study, &params)?,
            Model::Poisson => self.poisson(&mut study, &params)?,
            Model::Bernoulli => self.bernoulli(&mut study, &params)?,
        };
        let n = found.total_cases.iter().sum();
        run.print(n, self, Answer::of(&study, &found, self.replicates))
    }

    /// Options that do not fit each other.
    fn check(&self) -> Result<(), Failure> {
        let refuse = |problem: &str| Err(Failure::usage(problem));
        match self.model {
            Model::Poisson if self.population.is_none() => {
                return refuse(
                    "--model poisson compares with people at risk; give them with --population FILE",
                );
            }
            Model::Bernoulli if self.controls.is_none() => {
                return refuse("--model bernoulli compares with controls; give them with --controls FILE");
            }
            _ => {}
        }
        if self.population.is_some() && self.model != Model::Poisson {
            return refuse("--population is for --model poisson");
        }
        if self.controls.is_some() && self.model != Model::Bernoulli {
            return refuse("--controls is for --model bernoulli");
        }
        if !self.covariates.is_empty() && self.model != Model::Poisson {
            return refuse("--covariates is for --model poisson");
        }
        if self.weekday_strata && (self.model != Model::Permutation || self.aggregate_days != 1) {
            return refuse("--weekday-strata is for --model permutation with --aggregate-days 1");
        }
        if self.start.is_some() && self.model != Model::Poisson {
            return refuse("--start is for --model poisson; the others begin with the first case");
        }
        Ok(())
    }

    fn study(&self) -> Result<Study, Failure> {
        let input = &self.common.input;
        let crs = self.common.crs.as_deref();
        let is_permutation = self.model == Model::Permutation;
        let (events, precision) = if satscan_files::is(input, "cas") {
            satscan_files::events(&Files {
                cases: input,
                places: self.geo.as_deref(),
                crs,
                precision: self.time_precision,
                coordinates: self.geo_coordinates,
                years: self.model == Model::Poisson,
                time_needed: is_permutation,
            })?
        } else {
            let time = if is_permutation {
                Time::Needed
            } else {
                Time::Optional
            };
            let events = Events::read(
                input,
                &Wanted {
                    crs,
                    time,
                    covariates: &self.covariates,
                },
            )?;
            let precision = match events.clock {
                _ if !events.is_timed => Precision::None,
                Clock::Dates => Precision::Day,
                Clock::Steps => Precision::Generic,
            };
            (events, precision)
        };
        if self.model != Model::Poisson && events.strata.is_of_covariates() {
            output::note(&format!(
                "{}: covariates are left out; only --model poisson adjusts for them",
                input.display()
            ));
        }
        if !is_permutation && events.streams.len() > 1 {
            return Err(Failure::usage(
                "a column stream is for --model permutation; scan one stream at a time",
            ));
        }
        let Some((first, newest)) = events.span() else {
            return Err(Failure::failed(format!(
                "{}: every count is 0; at least one case is needed",
                input.display()
            )));
        };
        let last = match &self.end {
            None => newest,
            Some(end) => {
                (events.clock.parse(end)).map_err(|problem| Failure::usage(format!("--end {problem}")))?
            }
        };
        if last < first {
            return Err(Failure::usage(format!(
                "--end {} lies before the first case ({})",
                events.clock.moment(last),
                events.clock.moment(first)
            )));
        }
        let length = i64::from(self.aggregate_days);
        let step = match precision {
            Precision::Year => Step::Years,
            Precision::Month => Step::Months,
            _ if length == 1 => Step::EACH,
            _ => Step::Length { length, end: last },
        };
        if !events.is_timed && (self.start.is_some() || self.end.is_some()) {
            return Err(Failure::usage("--start and --end need a column date or t"));
        }
        Ok(Study {
            events,
            step,
            precision,
            last,
        })
    }

    fn params(&self, study: &Study) -> Result<ScanParams, Failure> {
        let steps = study.step.steps_in(self.max_days);
        let steps = if self.max_days == 0 { 0 } else { steps };
        let params = ScanParams::new(self.max_radius_m, steps)
            .and_then(|p| p.with_max_share(self.max_share))
            .and_then(|p| p.with_min_cases(self.min_cases))
            .and_then(|p| p.with_replicates(self.replicates))
            .and_then(|p| {
                if self.weekday_strata {
                    p.with_cycle(7)
                } else {
                    Ok(p)
                }
            })
            .map_err(Failure::usage)?;
        let params = params
            .with_end(study.step.of(study.last))
            .with_p_value(match self.p_value {
                PValueForm::MonteCarlo => PValue::MonteCarlo,
                PValueForm::Gumbel => PValue::Gumbel,
            });
        // Without times there is nothing that could recur.
        Ok(if self.retrospective || !study.events.is_timed {
            params.retrospective()
        } else {
            params
        })
    }

    fn permutation(&self, study: &Study, params: &ScanParams) -> Result<Found, Failure> {
        let events = &study.events;
        let streams: Vec<Vec<Case>> = (0..events.streams.len())
            .map(|stream| events.cases(study.step, |row| row.stream == stream))
            .collect();
        let streams: Vec<&[Case]> = streams.iter().map(Vec::as_slice).collect();
        permutation_scan(&events.locations()?, &streams, params, self.common.output.seed)
            .map_err(Failure::failed)
    }

    fn bernoulli(&self, study: &mut Study, params: &ScanParams) -> Result<Found, Failure> {
        let Some(path) = &self.controls else {
            return Err(Failure::usage("--controls FILE is missing"));
        };
        let controls = if satscan_files::is(path, "ctl") {
            satscan_files::controls(path, &study.events, study.precision, study.step)?
        } else {
            self.csv_controls(path, study)?
        };
        let cases = study.events.cases(study.step, |_| true);
        let locations = study.events.locations()?;
        bernoulli_scan(&locations, &cases, &controls, params, self.common.output.seed)
            .map_err(Failure::failed)
    }

    /// Controls of a CSV file, at places of the cases or at others.
    fn csv_controls(&self, path: &std::path::Path, study: &mut Study) -> Result<Vec<Case>, Failure> {
        let wanted = Wanted {
            crs: self.common.crs.as_deref(),
            time: if study.events.is_timed {
                Time::Needed
            } else {
                Time::Optional
            },
            covariates: &[],
        };
        let controls = Events::read(path, &wanted)?;
        if controls.clock != study.events.clock && study.events.is_timed {
            return Err(Failure::failed(format!(
                "{}: cases and controls must both have a column date, or both t",
                path.display()
            )));
        }
        let places: Vec<usize> = (0..controls.places.len())
            .map(|place| study.events.places.merge(&controls.places, place))
            .collect::<Result<_, String>>()
            .map_err(|problem| Failure::failed(format!("{}: {problem}", path.display())))?;
        let case = |row: &Event| Case {
            location: places[row.place],
            time: study.step.of(row.time),
            count: row.count,
        };
        Ok(controls.rows.iter().map(case).collect())
    }

    fn poisson(&self, study: &mut Study, params: &ScanParams) -> Result<Found, Failure> {
        let Some(path) = &self.population else {
            return Err(Failure::usage("--population FILE is missing"));
        };
        let population: Vec<Population> = populations::read(path, &mut study.events, &self.covariates)?;
        let events = &study.events;
        let (oldest, _) = events.span().unwrap_or((study.last, study.last));
        let first = match &self.start {
            None => oldest,
            Some(start) => {
                (events.clock.parse(start)).map_err(|problem| Failure::usage(format!("--start {problem}")))?
            }
        };
        let (first, last) = (study.step.of(first), study.step.of(study.last));
        if first > last {
            return Err(Failure::usage("--start lies after the end of the study"));
        }
        let too_long = ScanError::TooManySteps {
            steps: last.abs_diff(first),
            limit: 65_536,
        };
        if last.abs_diff(first) >= 65_536 {
            return Err(Failure::failed(too_long));
        }
        let mut boundaries: Vec<f64> = (first..=last)
            .map(|step| study.step.span(step).0 as f64)
            .collect();
        boundaries.push(study.step.span(last).1 as f64 + 1.0);
        let in_study = |row: &&Event| (first..=last).contains(&study.step.of(row.time)) && row.count > 0;
        let rows: Vec<&Event> = events.rows.iter().filter(in_study).collect();
        let cases: Vec<StratumCase> = rows
            .iter()
            .map(|row| StratumCase {
                case: Case {
                    location: row.place,
                    time: study.step.of(row.time),
                    count: row.count,
                },
                stratum: row.stratum,
            })
            .collect();
        let locations = events.locations()?;
        let baseline = Baseline::standardised(events.places.len(), first, &boundaries, &population, &cases).map_err(
            |error| match error {
                InvalidBaseline::NoPopulation { stratum } => Failure::failed(format!(
                    "{}: there are cases but no population of covariates \"{}\"; add the rows, or take --covariates away",
                    path.display(),
                    events.strata.words(stratum)
                )),
                other => Failure::failed(other),
            },
        )?;
        let plain: Vec<Case> = cases.iter().map(|case| case.case).collect();
        poisson_scan(&locations, &plain, &baseline, params, self.common.output.seed).map_err(|error| {
            match error {
                ScanError::NothingExpected { row } => {
                    let event = rows[row];
                    let place = events.places.name(event.place);
                    Failure::failed(format!(
                        "{}, line {}: a case at location \"{place}\" where the population is 0; correct {}",
                        self.common.input.display(),
                        event.line,
                        path.display()
                    ))
                }
                other => Failure::failed(other),
            }
        })
    }
}
