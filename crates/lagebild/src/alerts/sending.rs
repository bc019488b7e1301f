//! Brings what waits to its receivers: each in order, none held up by another.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use lagebild_domain::alert::Channel;
use lagebild_store::{Claim, Delivery, DeliveryState, Rest, Store, StoreError};
use lettre::message::Mailbox;
use rand::RngExt as _;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::mail::Mailer;
use super::webhook::Webhook;
use crate::failure::Failure;
use crate::installation::Installation;

/// How long a worker holds a queue without a word: longer than any try.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How often it is looked what is due when nothing else happens.
const LOOK: Duration = Duration::from_millis(500);
/// Deliveries read at once: what waits in thousands does not come into memory.
const BATCH: u32 = 20;
/// Part of a pause that chance adds, so that receivers are not all tried at one moment.
const JITTER: f64 = 0.2;

/// What became of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The receiver has it.
    Taken,
    /// It has not; to be tried again.
    Failed {
        /// Why, without addresses.
        problem: String,
        /// When the receiver says to come back.
        retry_after: Option<Duration>,
    },
    /// It wants nothing more.
    Gone(String),
}

/// By which way a message goes.
#[derive(Debug, Clone)]
enum Way {
    Webhook(Webhook),
    Mail(Box<(Mailer, Mailbox)>),
}

/// Sends what is due. Several nodes may do so: a queue is claimed by one.
#[derive(Debug)]
pub(crate) struct Sender {
    store: Store,
    ways: Arc<HashMap<Channel, Way>>,
    pauses: Arc<[u32]>,
    /// Name of this node's claims.
    holder: String,
}

impl Sender {
    /// # Errors
    /// [`Failure`] when a key, a password or an address cannot be used.
    pub(crate) fn new(installation: &Installation, store: Store) -> Result<Self, Failure> {
        let config = &installation.config;
        let section = &config.alerts;
        let address = section.address.trim_end_matches('/');
        let mut ways = HashMap::new();
        for endpoint in &section.endpoints {
            let secrets = endpoint.secrets(&config.base)?;
            let webhook = Webhook::new(
                endpoint.url.clone(),
                secrets,
                endpoint.allow_private,
                address.to_owned(),
            );
            ways.insert(Channel::Webhook(endpoint.id.clone()), Way::Webhook(webhook));
        }
        if let Some(smtp) = &section.smtp {
            let city = config.area.name.clone();
            let mailer = Mailer::new(smtp, &config.base, &section.sender, address.to_owned(), city)?;
            for mailbox in &section.mailboxes {
                let to = mailbox.address.parse().map_err(|_| {
                    Failure::usage(format!("[[alerts.mailbox]] \"{}\": no mail address", mailbox.id))
                })?;
                ways.insert(
                    Channel::Mail(mailbox.id.clone()),
                    Way::Mail(Box::new((mailer.clone(), to))),
                );
            }
        }
        Ok(Self {
            store,
            ways: Arc::new(ways),
            pauses: Arc::from(section.retry_seconds.as_slice()),
            holder: format!("{:032x}", rand::rng().random::<u128>()),
        })
    }

    /// Sends for ever.
    pub(crate) async fn run(self) {
        if let Err(error) = self.store.forget_claims().await {
            tracing::error!(%error, "what was being sent when the last server ended waits for a minute");
        }
        let mut notices = self.store.notices();
        let mut workers: JoinSet<()> = JoinSet::new();
        loop {
            match self
                .store
                .claim_queues(&self.holder, Timestamp::now(), LEASE)
                .await
            {
                Ok(claims) => {
                    for claim in claims {
                        let worker = Worker {
                            store: self.store.clone(),
                            ways: Arc::clone(&self.ways),
                            pauses: Arc::clone(&self.pauses),
                            claim,
                        };
                        workers.spawn(worker.work());
                    }
                }
                Err(error) => tracing::error!(%error, "what waits to be sent cannot be read; trying again"),
            }
            while workers.try_join_next().is_some() {}
            timeout(LOOK, notices.next()).await.ok();
        }
    }
}

/// One queue, while it is claimed.
struct Worker {
    store: Store,
    ways: Arc<HashMap<Channel, Way>>,
    pauses: Arc<[u32]>,
    claim: Claim,
}

impl Worker {
    async fn work(self) {
        let rest = match self.send_all().await {
            Ok(Some(rest)) => rest,
            // Another has it.
            Ok(None) => return,
            Err(error) => {
                tracing::error!(%error, "what was sent could not be noted; it is sent again under the same id");
                return;
            }
        };
        if let Rest::Off(problem) = &rest {
            tracing::warn!(channel = %self.claim.channel, problem, "a channel is switched off: nothing arrived for long");
        }
        if let Err(error) = self.store.give_back(&self.claim, &rest, Timestamp::now()).await {
            tracing::error!(%error, "a queue could not be given back; it is free again in minutes");
        }
    }

    /// Sends what is due, in order; says how the queue is left, or `None` when the claim was lost.
    async fn send_all(&self) -> Result<Option<Rest>, StoreError> {
        loop {
            let next = self
                .store
                .next_deliveries(&self.claim, Timestamp::now(), BATCH)
                .await?;
            if next.is_empty() {
                return Ok(Some(Rest::Open));
            }
            for delivery in next {
                let (number, attempts) = (delivery.number, delivery.attempts);
                let outcome = self.send(delivery).await;
                let pause = usize::try_from(attempts)
                    .ok()
                    .and_then(|tries| self.pauses.get(tries));
                let (state, problem, rest) = match (outcome, pause) {
                    (Outcome::Taken, _) => (DeliveryState::Delivered, None, None),
                    (Outcome::Gone(problem), _) | (Outcome::Failed { problem, .. }, None) => (
                        DeliveryState::Failed,
                        Some(problem.clone()),
                        Some(Rest::Off(problem)),
                    ),
                    (Outcome::Failed { problem, retry_after }, Some(seconds)) => {
                        let pause = Duration::from_secs(u64::from(*seconds));
                        let pause = pause.mul_f64(1.0 + JITTER * rand::rng().random::<f64>());
                        let pause = pause.max(retry_after.unwrap_or_default());
                        let at = Timestamp::now().checked_add(pause).unwrap_or(Timestamp::MAX);
                        (DeliveryState::Waiting, Some(problem), Some(Rest::Until(at)))
                    }
                };
                let is_held = self
                    .store
                    .note_attempt(
                        &self.claim,
                        number,
                        state,
                        problem.as_deref(),
                        Timestamp::now(),
                        LEASE,
                    )
                    .await?;
                if !is_held {
                    return Ok(None);
                }
                if rest.is_some() {
                    return Ok(rest);
                }
            }
        }
    }

    async fn send(&self, delivery: Delivery) -> Outcome {
        let failed = |problem: &str| Outcome::Failed {
            problem: problem.to_owned(),
            retry_after: None,
        };
        let Some(way) = self.ways.get(&self.claim.channel).cloned() else {
            return Outcome::Gone("the configuration no longer has this channel".to_owned());
        };
        let sending = tokio::task::spawn_blocking(move || match way {
            Way::Webhook(webhook) => webhook.send(&delivery, Timestamp::now()),
            Way::Mail(mail) => mail.0.send(&mail.1, &delivery),
        });
        sending.await.unwrap_or_else(|_| failed("sending failed"))
    }
}
