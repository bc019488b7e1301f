//! `lagebild demo`.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use lagebild_domain::german;
use lagebild_ingest::Import;
use lagebild_store::Store;
use serde::{Deserialize, Serialize};

use crate::commands::serve;
use crate::demo::event::Feed;
use crate::demo::{
    City, DemoParams, LiveSimulator, document, generate, propose, tell, write_feeds, write_planted,
};
use crate::failure::Failure;
use crate::installation::Installation;
use crate::output;

const CONFIG: &str = include_str!("../../../../data/demo/lagebild.toml");
/// Says what the folder holds; written when it is complete.
const MARKER: &str = "demo.json";
/// Mean time between two simulated reports.
const LIVE_INTERVAL: Duration = Duration::from_secs(4);

/// Run the demo city: two invented years, a map, and new reports coming in.
///
/// Example: lagebild demo --port 8311 --dir ./lagebild-demo
#[derive(Args)]
pub(crate) struct Demo {
    /// Port on 127.0.0.1.
    #[arg(long, default_value_t = 8311)]
    port: u16,
    /// Folder of the demo; used again when it is there.
    #[arg(long, default_value = "./lagebild-demo")]
    dir: PathBuf,
    /// Number of invented reports.
    #[arg(long, default_value_t = 60_000, value_parser = clap::value_parser!(u32).range(1_000..=10_000_000))]
    events: u32,
    /// Seed: the same seed and end give the same reports.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Last day of the data; without it they end now.
    #[arg(long, value_name = "DATE")]
    end: Option<Date>,
    /// No new reports while it runs.
    #[arg(long)]
    no_live: bool,
}

/// What a demo folder holds.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Marker {
    note: String,
    events: u32,
    seed: u64,
    end: Timestamp,
}

impl Demo {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let started = Instant::now();
        let wanted_end = self.end.map(end_of_day).transpose()?;
        let config_path = self.dir.join("lagebild.toml");
        let marker = self.marker()?;
        let city = Arc::new(City::new());
        let is_new = match &marker {
            Some(marker) => {
                self.check_same(marker, wanted_end)?;
                false
            }
            None => true,
        };
        let end = marker
            .as_ref()
            .map_or(wanted_end.unwrap_or_else(Timestamp::now), |marker| marker.end);
        if is_new {
            self.lay_out(end, &city)?;
        }
        let mut installation = Installation::load(&config_path)?;
        installation.config.server.listen = SocketAddr::from(([127, 0, 0, 1], self.port));
        let store = installation.open_store().await?;
        if is_new {
            self.fill(&installation, &store).await?;
            tell(&installation, &store, end.min(Timestamp::now())).await?;
            propose(&installation, &store, end).await?;
            self.write_marker(end)?;
        }
        output::note(&format!(
            "Demo city in {}: invented data, {} in {:.1} s. Open http://127.0.0.1:{}",
            self.dir.display(),
            if is_new { "made and loaded" } else { "found" },
            started.elapsed().as_secs_f64(),
            self.port
        ));
        if self.no_live {
            return Box::pin(serve::run(installation, store, std::future::pending())).await;
        }
        let feeds = live_imports(&installation)?;
        let live = simulate(
            LiveSimulator::new(city, self.seed, LIVE_INTERVAL),
            feeds,
            store.clone(),
        );
        Box::pin(serve::run(installation, store, live)).await
    }

    /// What the folder holds, if it is a complete demo.
    fn marker(&self) -> Result<Option<Marker>, Failure> {
        let path = self.dir.join(MARKER);
        match fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text).map(Some).map_err(|error| {
                Failure::usage(format!(
                    "{}: {error}; remove the folder or choose another --dir",
                    path.display()
                ))
            }),
            Err(_) if self.dir.join("lagebild.toml").exists() && !self.holds_unfinished_demo() => {
                Err(Failure::usage(format!(
                    "{} holds an installation that is no demo; choose another --dir",
                    self.dir.display()
                )))
            }
            Err(_) => Ok(None),
        }
    }

    /// A demo whose making was interrupted has our configuration, and no marker.
    fn holds_unfinished_demo(&self) -> bool {
        fs::read_to_string(self.dir.join("lagebild.toml")).is_ok_and(|text| text == CONFIG)
    }

    fn check_same(&self, marker: &Marker, wanted_end: Option<Timestamp>) -> Result<(), Failure> {
        let same_end = wanted_end.is_none_or(|end| end == marker.end);
        if marker.events == self.events && marker.seed == self.seed && same_end {
            return Ok(());
        }
        Err(Failure::usage(format!(
            "{} holds another demo (--events {} --seed {} --end {}); remove the folder or choose another --dir",
            self.dir.display(),
            marker.events,
            marker.seed,
            german_day(marker.end)
        )))
    }

    fn lay_out(&self, end: Timestamp, city: &City) -> Result<(), Failure> {
        let feeds = self.dir.join("feeds");
        fs::create_dir_all(&feeds).map_err(|error| cannot_write(&feeds, &error))?;
        remove_unfinished(&self.dir);
        let geometry = city.geometry();
        let files = [
            ("base.geojson", geometry.base_geojson()),
            ("districts.geojson", geometry.districts_geojson()),
            ("boundary.geojson", geometry.boundary_geojson()),
            ("lagebild.toml", CONFIG.to_owned()),
        ];
        for (name, text) in files {
            let path = self.dir.join(name);
            fs::write(&path, text).map_err(|error| cannot_write(&path, &error))?;
        }
        let params = DemoParams {
            events: self.events,
            seed: self.seed,
            end,
        };
        write_feeds(&generate(&params, city), &feeds).map_err(Failure::failed)?;
        write_planted(end, &feeds).map_err(Failure::failed)?;
        Ok(())
    }

    /// Reads the feeds in, by the same way as any city's.
    async fn fill(&self, installation: &Installation, store: &Store) -> Result<(), Failure> {
        for feed in Feed::ALL {
            let path = self.dir.join("feeds").join(feed.file_name());
            let file = fs::File::open(&path).map_err(|error| cannot_write(&path, &error))?;
            let mut import = import_of(installation, feed)?;
            let outcome = import
                .feed(feed.file_name(), Box::new(file), store, &())
                .await
                .map_err(Failure::failed)?;
            if let Some(fault) = outcome.fault {
                return Err(Failure::failed(fault));
            }
            tracing::info!(feed = feed.file_name(), summary = ?import.summary(), "read");
        }
        Ok(())
    }

    fn write_marker(&self, end: Timestamp) -> Result<(), Failure> {
        let marker = Marker {
            note: "Erfundene Daten: alle Meldungen, Vorfälle, Straßen und Grenzen".to_owned(),
            events: self.events,
            seed: self.seed,
            end,
        };
        let path = self.dir.join(MARKER);
        let text = serde_json::to_string_pretty(&marker).map_err(Failure::failed)?;
        fs::write(&path, text).map_err(|error| cannot_write(&path, &error))
    }
}

fn import_of(installation: &Installation, feed: Feed) -> Result<Import, Failure> {
    let spec = installation.config.source(feed.source_id())?.clone();
    let places = installation.place_files(&spec, &[])?;
    Ok(Import::new(spec, places, installation.extent.clone()))
}

fn live_imports(installation: &Installation) -> Result<Vec<(Feed, Import)>, Failure> {
    Feed::ALL
        .into_iter()
        .map(|feed| Ok((feed, import_of(installation, feed)?)))
        .collect()
}

/// Lets the city go on: each new report is a feed of one row.
async fn simulate(simulator: LiveSimulator, mut imports: Vec<(Feed, Import)>, store: Store) {
    for next in simulator {
        tokio::time::sleep(next.wait).await;
        let event = next.at(Timestamp::now());
        let Ok(text) = document(event.feed, [&event]) else {
            continue;
        };
        let Some((_, import)) = imports.iter_mut().find(|(feed, _)| *feed == event.feed) else {
            continue;
        };
        let bytes = Box::new(std::io::Cursor::new(text.into_bytes()));
        if let Err(error) = import.feed("live", bytes, &store, &()).await {
            tracing::error!(%error, "a simulated report was not recorded");
        }
    }
}

fn end_of_day(day: Date) -> Result<Timestamp, Failure> {
    day.checked_add(1.day())
        .and_then(|next| next.to_zoned(german::zone()))
        .map(|midnight| midnight.timestamp())
        .map_err(Failure::usage)
}

fn german_day(end: Timestamp) -> Date {
    // An end given as a day is the midnight behind it.
    german::day_of(Timestamp::from_microsecond(end.as_microsecond() - 1).unwrap_or(end))
}

/// Clears away the database of an interrupted making, so that the demo is what its marker will say.
fn remove_unfinished(dir: &Path) {
    for name in ["lagebild.db", "lagebild.db-wal", "lagebild.db-shm"] {
        fs::remove_file(dir.join(name)).ok();
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::failed(format!("{}: {error}", path.display()))
}
