//! `lagebild backtest`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::ToSpan;
use jiff::civil::Date;
use lagebild_domain::Filter;
use lagebild_situation::Observation;
use rand::RngExt;
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::Deserialize;
use serde_json::json;

use super::profiles::{Before, Profiles};
use crate::backtest::{Planted, ProfileScore, Scoring, page, score};
use crate::detection::{Looker, replay};
use crate::failure::Failure;
use crate::output;

/// Walk through history with the knowledge of each day: would the detection have been right?
///
/// Example: lagebild backtest --config lagebild.toml --from 2026-01-01 --to 2026-11-01 --format html > rueckschau.html
#[derive(Args)]
pub(crate) struct Backtest {
    #[command(flatten)]
    profiles: Profiles,
    /// First day to look at.
    #[arg(long, value_name = "DATE")]
    from: Date,
    /// Last day to look at.
    #[arg(long, value_name = "DATE")]
    to: Date,
    /// Days from look to look.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=366))]
    every_days: u16,
    /// Days after a look in which its hotspots should hold reports.
    #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u16).range(1..=366))]
    horizon_days: u16,
    /// Deal the times anew among the reports of each source first: what is found then is chance alone.
    #[arg(long, value_name = "SEED")]
    shuffle: Option<u64>,
    /// File that says what was laid into the data, such as a demo's `feeds/geplant.json`.
    #[arg(long, value_name = "FILE")]
    planted: Option<PathBuf>,
    /// Form of the output.
    #[arg(long, value_enum, default_value_t = Form::Table)]
    format: Form,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Table,
    Json,
    Html,
}

#[derive(Deserialize)]
struct PlantedFile {
    planted: Vec<Planted>,
}

impl Backtest {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let installation = self.profiles.installation()?;
        if self.to < self.from {
            return Err(Failure::usage("--to lies before --from"));
        }
        let planted = self.planted()?;
        let Before {
            installation, looker, ..
        } = Before::of(installation).await?;
        let city = installation.config.area.name.clone();
        looker.link().await?;
        let walked = tokio::task::spawn_blocking(move || self.walk(&looker, &planted, &city));
        output::say(walked.await.map_err(Failure::failed)??.trim_end());
        Ok(())
    }

    fn planted(&self) -> Result<Vec<Planted>, Failure> {
        let Some(path) = &self.planted else {
            return Ok(Vec::new());
        };
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::failed(format!("{}: cannot be read ({error})", path.display())))?;
        let file: PlantedFile = serde_json::from_str(&text)
            .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
        Ok(file.planted)
    }

    fn walk(&self, looker: &Looker, planted: &[Planted], city: &str) -> Result<String, Failure> {
        let mut all = looker.observations(&Filter::default())?;
        if let Some(seed) = self.shuffle {
            deal_times_anew(&mut all, seed);
        }
        let days: Vec<Date> = self
            .from
            .series(i64::from(self.every_days).days())
            .take_while(|day| *day <= self.to)
            .collect();
        let progress = ProgressBar::new(days.len() as u64);
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} days, {eta} left") {
            progress.set_style(style);
        }
        let replays = replay(looker.examiner(), looker.profiles(), &all, &days, 1, |_| {
            progress.inc(1);
            true
        });
        progress.finish_and_clear();
        let scoring = Scoring {
            examiner: looker.examiner(),
            all: &all,
            from: self.from,
            to: self.to,
            horizon_days: i64::from(self.horizon_days),
            planted,
        };
        let scores: Vec<ProfileScore> = looker
            .profiles()
            .iter()
            .zip(&replays)
            .map(|(profile, replay)| score(&scoring, profile, replay))
            .collect();
        if scores.iter().all(|score| score.refused.is_some()) {
            let reasons: Vec<&str> = scores
                .iter()
                .filter_map(|score| score.refused.as_deref())
                .collect();
            return Err(Failure::usage(reasons.join("\n")));
        }
        Ok(match self.format {
            Form::Table => table(&scores),
            Form::Json => format!(
                "{:#}",
                json!({"from": self.from, "to": self.to, "every_days": self.every_days,
                    "horizon_days": self.horizon_days, "shuffle": self.shuffle, "profiles": scores})
            ),
            Form::Html => page(city, &scoring, looker.profiles(), &scores, self.shuffle.is_some()),
        })
    }
}

/// Deals the times anew among the reports of each source: places and times keep how many reports they have, and nothing
/// is left of what places and times have to do with each other.
fn deal_times_anew(all: &mut [Observation], seed: u64) {
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed);
    let sources = all.iter().map(|o| o.source).max().map_or(0, |source| source + 1);
    for source in 0..sources {
        let of_source: Vec<usize> = (0..all.len())
            .filter(|index| all[*index].source == source)
            .collect();
        for last in (1..of_source.len()).rev() {
            let (a, b) = (of_source[last], of_source[dice.random_range(0..=last)]);
            let (of_a, of_b) = (
                (all[a].occurred, all[a].told_at),
                (all[b].occurred, all[b].told_at),
            );
            (all[a].occurred, all[a].told_at) = of_b;
            (all[b].occurred, all[b].told_at) = of_a;
        }
    }
}

fn table(scores: &[ProfileScore]) -> String {
    let number = |value: Option<f64>, decimals: usize| {
        value.map_or("-".to_owned(), |value| format!("{value:.decimals$}"))
    };
    let mut lines = vec![format!(
        "{:<20} {:<17} {:>6} {:>7} {:>9} {:>9} {:>9} {:>6} {:>6} {:>6}",
        "PROFILE", "KIND", "LOOKS", "ALARMS", "PER_YEAR", "ALLOWED", "HIT_RATE", "PAI", "PEI", "DELAY"
    )];
    for score in scores {
        lines.push(format!(
            "{:<20} {:<17} {:>6} {:>7} {:>9.2} {:>9} {:>9} {:>6} {:>6} {:>6}",
            score.profile,
            score.kind.as_str(),
            score.looks,
            score.alarms.len(),
            score.alarms_per_year,
            number(score.false_alarms_per_year_allowed, 2),
            number(score.hit_rate, 2),
            number(score.pai, 1),
            number(score.pei, 2),
            number(score.median_delay_days, 1),
        ));
    }
    for score in scores {
        if let Some(refused) = &score.refused {
            lines.push(format!("\n{}: {refused}", score.profile));
        }
        for catch in &score.planted {
            let word = catch
                .delay_days
                .map_or("not found".to_owned(), |days| format!("found after {days} days"));
            lines.push(format!(
                "\n{}: planted {} from {}: {word}",
                score.profile, catch.id, catch.begins
            ));
        }
        if let Some(unplanted) = score.unplanted_per_year {
            lines.push(format!(
                "{}: {unplanted:.2} alarms a year at no planted spot",
                score.profile
            ));
        }
        for alarm in &score.alarms {
            lines.push(format!("{}  {}  {}", alarm.day, score.profile, alarm.sentence));
        }
    }
    lines.join("\n")
}
