//! A live stream: Server-Sent Events as the HTML standard reads them.

use std::io::{BufRead, BufReader};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::client::Client;

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamEvent {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Its data.
    pub data: Value,
}

/// An open stream. Events are read on a thread that ends with the connection.
#[derive(Debug)]
pub struct EventStream {
    headers: ureq::http::HeaderMap,
    events: Receiver<StreamEvent>,
}

impl EventStream {
    /// Opens the stream and waits for its head.
    #[track_caller]
    pub fn open(client: &Client) -> Self {
        let response = client.open("/api/v1/stream");
        assert_eq!(response.status(), 200);
        let headers = response.headers().clone();
        let (sender, events) = channel();
        std::thread::spawn(move || {
            let (mut id, mut name, mut data) = (None, String::new(), String::new());
            for line in BufReader::new(response.into_body().into_reader()).lines() {
                let Ok(line) = line else { return };
                if line.is_empty() {
                    if let Some(id) = id.take() {
                        let event = StreamEvent {
                            id,
                            name: std::mem::take(&mut name),
                            data: serde_json::from_str(&data).expect("data are JSON"),
                        };
                        if sender.send(event).is_err() {
                            return;
                        }
                    }
                    data.clear();
                    continue;
                }
                // A line that starts with a colon is a comment.
                let (field, value) = line.split_once(':').unwrap_or((&line, ""));
                let value = value.strip_prefix(' ').unwrap_or(value);
                match field {
                    "id" => id = value.parse().ok(),
                    "event" => value.clone_into(&mut name),
                    "data" => data.push_str(value),
                    _ => {}
                }
            }
        });
        Self { headers, events }
    }

    /// Opens the stream behind an event that was seen before.
    #[track_caller]
    pub fn resume(client: &Client, last_event_id: u64) -> Self {
        Self::open(&client.with("last-event-id", &last_event_id.to_string()))
    }

    /// A header's value; empty without it.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The events up to and with the first that is wanted, which must come within `at_most`.
    #[track_caller]
    pub fn read_until(
        &self,
        at_most: Duration,
        mut wanted: impl FnMut(&StreamEvent) -> bool,
    ) -> Vec<StreamEvent> {
        let deadline = Instant::now() + at_most;
        let mut read = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left) {
                Ok(event) => {
                    let is_last = wanted(&event);
                    read.push(event);
                    if is_last {
                        return read;
                    }
                }
                Err(RecvTimeoutError::Timeout) => panic!("waited {at_most:?} in vain; came: {read:?}"),
                Err(RecvTimeoutError::Disconnected) => panic!("the stream ended; came: {read:?}"),
            }
        }
    }

    /// Waits until the server has ended the stream, which must be within `at_most`.
    #[track_caller]
    pub fn ends_within(&self, at_most: Duration) {
        let deadline = Instant::now() + at_most;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left) {
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => panic!("the stream is still open after {at_most:?}"),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }
}
