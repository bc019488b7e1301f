//! How the server takes reports in: the feeds' configurations, and how each fares.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use jiff::Timestamp;
use lagebild_domain::{Extent, SourceId};
use lagebild_ingest::{FeedSpec, PlaceFiles};

use crate::problem::Problem;

/// What is needed to take in reports of each source. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Intake {
    feeds: Arc<HashMap<SourceId, Feed>>,
    health: Arc<Mutex<HashMap<SourceId, FeedHealth>>>,
}

/// A source's configuration with what locates its rows.
#[derive(Debug, Clone)]
pub struct Feed {
    /// Its section.
    pub spec: FeedSpec,
    /// The files by which its places are found; none where they cannot be read.
    pub places: Option<PlaceFiles>,
    /// The city.
    pub extent: Extent,
}

impl Feed {
    /// The files that locate its records.
    pub(crate) fn places(&self) -> Result<&PlaceFiles, Problem> {
        self.places.as_ref().ok_or_else(|| {
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "The files that locate this source's records cannot be read; the operator has a log entry.",
            )
        })
    }
}

/// How a feed has fared since the server started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedHealth {
    /// When it was last read or tried.
    pub tried_at: Option<Timestamp>,
    /// When it was last read to its end.
    pub succeeded_at: Option<Timestamp>,
    /// Failures since then.
    pub failures: u32,
    /// What failed last, until it succeeds. No personal data.
    pub problem: Option<String>,
}

impl Intake {
    /// Of these feeds.
    pub fn new(feeds: impl IntoIterator<Item = Feed>) -> Self {
        let by_id = feeds.into_iter().map(|feed| (feed.spec.source.id.clone(), feed));
        Self {
            feeds: Arc::new(by_id.collect()),
            health: Arc::default(),
        }
    }

    /// The feed of a source.
    pub fn feed(&self, source: &str) -> Option<&Feed> {
        self.feeds
            .iter()
            .find_map(|(id, feed)| (id.as_str() == source).then_some(feed))
    }

    /// How the source's feed has fared.
    pub fn health(&self, source: &SourceId) -> FeedHealth {
        let health = self.health.lock().map(|known| known.get(source).cloned());
        health.ok().flatten().unwrap_or_default()
    }

    /// Notes that a feed was read to its end, or why not.
    pub fn note(&self, source: &SourceId, at: Timestamp, problem: Option<String>) {
        let Ok(mut known) = self.health.lock() else { return };
        let health = known.entry(source.clone()).or_default();
        health.tried_at = Some(at);
        if problem.is_none() {
            health.succeeded_at = Some(at);
            health.failures = 0;
        } else {
            health.failures += 1;
        }
        health.problem = problem;
    }
}
