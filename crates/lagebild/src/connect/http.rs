//! An address that answers with the feed.

use std::io::Read;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use lagebild_ingest::{Import, Requests};
use lagebild_store::Store;
use ureq::http::{HeaderMap, Response, StatusCode, header};
use ureq::{Agent, Body};

use super::{Trouble, read};

/// Makes requests as the configuration says.
#[derive(Clone)]
pub(super) struct Asker {
    agent: Agent,
    most_bytes: u64,
    token: Option<String>,
}

/// An answer with a body.
pub(super) struct Answer {
    pub(super) headers: HeaderMap,
    pub(super) body: Box<dyn Read + Send>,
}

impl Asker {
    pub(super) fn new(requests: &Requests) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(u64::from(requests.timeout_seconds))))
            .http_status_as_error(false)
            .user_agent("lagebild")
            .build();
        Self {
            agent: config.into(),
            most_bytes: u64::from(requests.max_mb) << 20,
            token: requests
                .token_env
                .as_ref()
                .and_then(|name| std::env::var(name).ok()),
        }
    }

    /// The answer; `None` where nothing has changed since the given headers.
    pub(super) async fn ask(
        &self,
        url: String,
        unless: &[(header::HeaderName, String)],
    ) -> Result<Option<Answer>, Trouble> {
        let asker = self.clone();
        let unless = unless.to_vec();
        let asked = tokio::task::spawn_blocking(move || asker.get(&url, &unless)).await;
        let response = asked.map_err(|_| Trouble::from("the request failed".to_owned()))??;
        let status = response.status();
        if status == StatusCode::NOT_MODIFIED {
            return Ok(None);
        }
        if !status.is_success() {
            return Err(Trouble {
                problem: format!("the server answered {status}"),
                retry_after: response
                    .headers()
                    .get(header::RETRY_AFTER)
                    .and_then(|value| value.to_str().ok()?.trim().parse().ok())
                    .map(Duration::from_secs),
            });
        }
        let headers = response.headers().clone();
        let stated: Option<u64> = headers
            .get(header::CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok()?.parse().ok());
        if stated.is_some_and(|bytes| bytes > self.most_bytes) {
            return Err(Trouble::from(format!(
                "the answer is larger than {} MiB; raise `max_mb`, or ask for less",
                self.most_bytes >> 20
            )));
        }
        let body = response
            .into_body()
            .into_with_config()
            .limit(self.most_bytes)
            .reader();
        Ok(Some(Answer {
            headers,
            body: Box::new(body),
        }))
    }

    fn get(&self, url: &str, unless: &[(header::HeaderName, String)]) -> Result<Response<Body>, Trouble> {
        let mut request = self.agent.get(url);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in unless {
            request = request.header(name, value);
        }
        // The error's own words may hold the address, and an address may hold a key.
        request.call().map_err(|error| {
            Trouble::from(match error {
                ureq::Error::Timeout(_) => "the server did not answer in time".to_owned(),
                ureq::Error::HostNotFound => "the server's name is not known".to_owned(),
                ureq::Error::Io(error) => format!("the server cannot be reached ({})", error.kind()),
                ureq::Error::Tls(_) | ureq::Error::Rustls(_) => {
                    "no secure connection to the server".to_owned()
                }
                _ => "the request failed".to_owned(),
            })
        })
    }
}

/// `at` less so many hours, as feeds' parameters have it.
pub(super) fn hours_before(at: Timestamp, hours: u32) -> Timestamp {
    at.checked_sub(SignedDuration::from_hours(i64::from(hours)))
        .unwrap_or(Timestamp::MIN)
}

/// An address, and what is known of its last answer.
pub(super) struct Address {
    url: String,
    asker: Asker,
    overlap_hours: u32,
    backfill_days: u32,
    /// Sent back so that the server can say that nothing has changed.
    unless: Vec<(header::HeaderName, String)>,
    last_success: Option<Timestamp>,
}

impl Address {
    pub(super) fn new(url: String, requests: &Requests) -> Self {
        Self {
            url,
            asker: Asker::new(requests),
            overlap_hours: requests.overlap_hours,
            backfill_days: requests.backfill_days,
            unless: Vec::new(),
            last_success: None,
        }
    }

    pub(super) async fn round(&mut self, import: &mut Import, store: &Store) -> Result<(), Trouble> {
        let started = Timestamp::now();
        let since = match self.last_success {
            Some(at) => hours_before(at, self.overlap_hours),
            None => hours_before(started, self.backfill_days.saturating_mul(24)),
        };
        // Whole seconds, as most servers read them; a colon may stand in a query.
        let since = since.round(jiff::Unit::Second).unwrap_or(since).to_string();
        let url = self.url.replace("{since}", &since);
        if let Some(answer) = self.asker.ask(url, &self.unless).await? {
            let unless = validators(&answer.headers);
            read(import, "answer", answer.body, store).await?;
            // Only an answer that was read to its end need not come again.
            self.unless = if self.url.contains("{since}") {
                Vec::new()
            } else {
                unless
            };
        }
        self.last_success = Some(started);
        Ok(())
    }
}

/// Headers for the next request, from those of this answer.
fn validators(headers: &HeaderMap) -> Vec<(header::HeaderName, String)> {
    [
        (header::ETAG, header::IF_NONE_MATCH),
        (header::LAST_MODIFIED, header::IF_MODIFIED_SINCE),
    ]
    .into_iter()
    .filter_map(|(said, asked)| Some((asked, headers.get(said)?.to_str().ok()?.to_owned())))
    .collect()
}
