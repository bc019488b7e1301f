//! Feeds that the server fetches by itself: folders, addresses, Open311 servers, views of databases.
//!
//! Each source has a round of its own. What a round brings is idempotent, so that a round that failed half way, a page that
//! comes twice and an overlap with the last round do no harm; nothing has to be remembered over a restart.

mod folder;
mod http;
mod open311;
mod postgres;

use std::time::Duration;

use jiff::Timestamp;
use lagebild_api::{Feed, Intake};
use lagebild_ingest::{Connector, Import, ImportError, PlaceFiles, Summary};
use lagebild_store::Store;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::installation::Installation;
use folder::Folder;
use http::Address;
use open311::GeoReport;
use postgres::View;

/// Longest wait between two rounds of a feed that fails, unless its own interval is longer.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// What went wrong in a round, for people: no address, no content.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Trouble {
    problem: String,
    /// When the server says to come back.
    retry_after: Option<Duration>,
}

impl From<String> for Trouble {
    fn from(problem: String) -> Self {
        Self {
            problem,
            retry_after: None,
        }
    }
}

/// Where rounds fetch from.
enum Fetcher {
    Folder(Folder),
    Http(Address),
    Open311(GeoReport),
    Postgres(View),
}

/// One source and where it is fetched.
struct Round {
    feed: Feed,
    places: PlaceFiles,
    fetcher: Fetcher,
    every: Duration,
    store: Store,
}

/// Runs the connectors of an installation for ever, on the node that leads.
pub(crate) async fn run(
    installation_feeds: Vec<(Feed, Connector)>,
    intake: Intake,
    store: Store,
    leads: watch::Receiver<bool>,
) {
    let mut rounds = tokio::task::JoinSet::new();
    for (feed, connector) in installation_feeds {
        let Some(places) = feed.places.clone() else {
            continue;
        };
        let every = Duration::from_secs(u64::from(connector.every_seconds()));
        let fetcher = match connector {
            Connector::Folder { path, ending, .. } => Fetcher::Folder(Folder::new(path, ending)),
            Connector::Http { url, requests } => Fetcher::Http(Address::new(url, &requests)),
            Connector::Open311 {
                url,
                from,
                page_size,
                requests,
            } => Fetcher::Open311(GeoReport::new(url, from, page_size, &requests)),
            Connector::Postgres {
                url_file,
                view,
                cursor,
                requests,
            } => Fetcher::Postgres(View::new(url_file, view, cursor, requests)),
        };
        let round = Round {
            feed,
            places,
            fetcher,
            every,
            store: store.clone(),
        };
        rounds.spawn(round.again_and_again(intake.clone(), leads.clone()));
    }
    // A server without connectors waits here with the other jobs.
    while rounds.join_next().await.is_some() {}
    std::future::pending::<()>().await;
}

impl Installation {
    /// Sources that the server fetches by itself, with their folders' paths made whole.
    pub(crate) fn connectors(&self, intake: &Intake) -> Vec<(Feed, Connector)> {
        let sources = self.config.sources.iter();
        sources
            .filter_map(|spec| {
                let feed = intake.feed(spec.source.id.as_str())?.clone();
                let connector = match spec.connector.clone()? {
                    Connector::Folder {
                        path,
                        ending,
                        every_seconds,
                    } => Connector::Folder {
                        path: self.config.base.join(path),
                        ending,
                        every_seconds,
                    },
                    Connector::Postgres {
                        url_file,
                        view,
                        cursor,
                        requests,
                    } => Connector::Postgres {
                        url_file: self.config.base.join(url_file),
                        view,
                        cursor,
                        requests,
                    },
                    other => other,
                };
                Some((feed, connector))
            })
            .collect()
    }
}

impl Round {
    /// Fetches what there is; gives what became of it.
    async fn round(&mut self) -> Result<Summary, Trouble> {
        let words = self.store.category_mappings(&self.feed.spec.source.id).await;
        let words = words.map_err(|error| Trouble::from(error.to_string()))?;
        let mut import = Import::new(
            self.feed.spec.clone().with_categories(words),
            self.places.clone(),
            self.feed.extent.clone(),
        );
        match &mut self.fetcher {
            Fetcher::Folder(folder) => folder.round(&mut import, &self.store).await?,
            Fetcher::Http(address) => address.round(&mut import, &self.store).await?,
            Fetcher::Open311(server) => server.round(&mut import, &self.store).await?,
            Fetcher::Postgres(view) => view.round(&mut import, &self.store).await?,
        }
        Ok(import.summary())
    }

    async fn again_and_again(mut self, intake: Intake, mut leads: watch::Receiver<bool>) {
        let source = self.feed.spec.source.id.clone();
        let mut failures = 0_u32;
        loop {
            leads.wait_for(|leads| *leads).await.ok();
            let wait = match self.round().await {
                Ok(summary) => {
                    failures = 0;
                    intake.note(&source, Timestamp::now(), None);
                    if summary.read > 0 {
                        told(source.as_str(), &summary);
                    }
                    self.every
                }
                Err(trouble) => {
                    failures = failures.saturating_add(1);
                    tracing::warn!(source = %source, failures, problem = %trouble.problem, "a feed could not be fetched; trying again");
                    intake.note(&source, Timestamp::now(), Some(trouble.problem.clone()));
                    backed_off(self.every, failures, trouble.retry_after)
                }
            };
            sleep(wait).await;
        }
    }
}

fn told(source: &str, s: &Summary) {
    tracing::info!(
        source,
        read = s.read,
        accepted = s.accepted,
        updated = s.updated,
        unchanged = s.unchanged,
        merged = s.merged,
        excluded = s.excluded,
        quarantined = s.quarantined,
        "fetched a feed"
    );
}

/// Twice as long after each failure, up to an hour or the feed's own interval; what the server asks for counts up to a day.
fn backed_off(every: Duration, failures: u32, retry_after: Option<Duration>) -> Duration {
    const LONGEST_ASKED_FOR: Duration = Duration::from_hours(24);
    let doubled = every.saturating_mul(1 << failures.min(10).saturating_sub(1));
    let wait = doubled.min(LONGEST_WAIT.max(every));
    wait.max(retry_after.unwrap_or_default().min(LONGEST_ASKED_FOR))
}

/// Reads one feed of a round; a fault of the feed is trouble.
async fn read(
    import: &mut Import,
    name: &str,
    input: Box<dyn std::io::Read + Send>,
    store: &Store,
) -> Result<(), Trouble> {
    let outcome = import
        .feed(name, input, store, &())
        .await
        .map_err(|error| match error {
            ImportError::Sink(error) => error.to_string(),
            ImportError::Parser => error.to_string(),
        })?;
    for warning in outcome.warnings {
        tracing::info!("{warning}");
    }
    match outcome.fault {
        None => Ok(()),
        Some(fault) => Err(Trouble::from(fault.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_that_fails_is_asked_less_and_less_often() {
        let seconds = |failures| backed_off(Duration::from_mins(1), failures, None).as_secs();
        assert_eq!([1, 2, 3, 7, 99].map(seconds), [60, 120, 240, 3600, 3600]);
        assert_eq!(
            backed_off(Duration::from_hours(2), 5, None),
            Duration::from_hours(2)
        );
        let asked = backed_off(Duration::from_mins(1), 1, Some(Duration::from_mins(10)));
        assert_eq!(asked, Duration::from_mins(10));
    }
}
