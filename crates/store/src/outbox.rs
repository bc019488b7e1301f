//! Messages on their way: in order for each receiver, each sent by one worker at a time.

use jiff::{SignedDuration, Timestamp};
use lagebild_domain::OrganisationId;
use lagebild_domain::alert::{Channel, Message, MessageKind};

use crate::alerts::bound;
use crate::database::{Row, Subject, Transaction};
use crate::dialect::Dialect;
use crate::error::StoreError;
use crate::numbers::next_number;
use crate::open::Store;
use crate::rows::{content, instant, micros};

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// On its way.
    Waiting,
    /// The receiver has taken it.
    Delivered,
    /// Given up.
    Failed,
}

impl DeliveryState {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    fn of(word: &str) -> Result<Self, StoreError> {
        [Self::Waiting, Self::Delivered, Self::Failed]
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or_else(|| content(format!("delivery state {word:?}")))
    }
}

/// A message with what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Its number.
    pub number: u64,
    /// The id that the receiver sees: the same at every try and every replay.
    pub id: String,
    /// What is sent.
    pub message: Message,
    /// When it was decided.
    pub created_at: Timestamp,
    /// Where it stands.
    pub state: DeliveryState,
    /// Tries so far.
    pub attempts: u32,
    /// When it was last tried.
    pub tried_at: Option<Timestamp>,
    /// When it was delivered or given up.
    pub done_at: Option<Timestamp>,
    /// Why the last try failed.
    pub problem: Option<String>,
}

/// The right of one worker to send what waits in one queue, until it is given back or runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The queue.
    pub queue: String,
    /// Its way.
    pub channel: Channel,
    /// The worker.
    pub holder: String,
    /// When it runs out.
    pub until: Timestamp,
}

/// How a claim is given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rest {
    /// What waits may be sent when it is due.
    Open,
    /// Nothing before this moment: the receiver failed.
    Until(Timestamp),
    /// Nothing at all, until a person switches it on again.
    Off(String),
}

/// A way that is switched off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OffChannel {
    /// The way.
    pub channel: Channel,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Since when.
    pub since: Timestamp,
    /// Why.
    pub problem: String,
}

impl Store {
    /// Claims the queues that have something due and that nobody holds, for one worker and so long.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim_queues(
        &self,
        holder: &str,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<Vec<Claim>, StoreError> {
        let free = "due_at <= $1 AND off_since IS NULL AND (lease_until IS NULL OR lease_until < $1)";
        let mut connection = self.database.reader().await?;
        let any = connection
            .query_made(format!("SELECT 1 FROM delivery_queue WHERE {free} LIMIT 1"))
            .bind(micros(now))
            .fetch_optional()
            .await?;
        drop(connection);
        if any.is_none() {
            return Ok(Vec::new());
        }
        let until = now.checked_add(lease).unwrap_or(now);
        let mut transaction = self.database.begin_writing(Subject::Alerts).await?;
        let rows = transaction
            .query_made(format!(
                "UPDATE delivery_queue SET holder = $2, lease_until = $3 WHERE {free} RETURNING queue, channel"
            ))
            .bind(micros(now))
            .bind(holder)
            .bind(micros(until))
            .fetch_all()
            .await?;
        let claims = rows
            .iter()
            .map(|row| {
                Ok(Claim {
                    queue: row.get("queue")?,
                    channel: row.get::<String>("channel")?.parse().map_err(content)?,
                    holder: holder.to_owned(),
                    until,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        transaction.commit().await?;
        Ok(claims)
    }

    /// Takes back the claims of a process that died, where there is one node: SQLite. With several nodes they run out.
    ///
    /// # Errors
    /// [`StoreError`]; then they run out too.
    pub async fn forget_claims(&self) -> Result<(), StoreError> {
        if self.database.dialect() == Dialect::Postgres {
            return Ok(());
        }
        let mut connection = self.database.writer().await?;
        connection
            .query("UPDATE delivery_queue SET holder = NULL, lease_until = NULL WHERE holder IS NOT NULL")
            .execute()
            .await
    }

    /// What is to be sent next in a claimed queue, in order, at most `limit`: up to the first that is not due yet.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn next_deliveries(
        &self,
        claim: &Claim,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query("SELECT * FROM delivery WHERE queue = $1 AND state = 'waiting' ORDER BY id LIMIT $2")
            .bind(claim.queue.as_str())
            .bind(i64::from(limit))
            .fetch_all()
            .await?;
        let mut deliveries: Vec<Delivery> = rows.iter().map(delivery_of).collect::<Result<_, _>>()?;
        let due = deliveries
            .iter()
            .position(|delivery| delivery.message.not_before > now)
            .unwrap_or(deliveries.len());
        deliveries.truncate(due);
        Ok(deliveries)
    }

    /// Notes a try, if the claim still holds; tells whether it does, and holds it so much longer.
    ///
    /// # Errors
    /// [`StoreError`]; then the try will be made again, under the same id.
    pub async fn note_attempt(
        &self,
        claim: &Claim,
        delivery: u64,
        state: DeliveryState,
        problem: Option<&str>,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Alerts).await?;
        let held = transaction
            .query(
                "UPDATE delivery_queue SET lease_until = $3 WHERE queue = $1 AND holder = $2 RETURNING queue",
            )
            .bind(claim.queue.as_str())
            .bind(claim.holder.as_str())
            .bind(micros(now.checked_add(lease).unwrap_or(now)))
            .fetch_optional()
            .await?;
        if held.is_none() {
            return Ok(false);
        }
        transaction
            .query(
                "UPDATE delivery SET state = $2, attempts = attempts + 1, tried_at = $3, done_at = $4, problem = $5 \
                 WHERE id = $1",
            )
            .bind(delivery.cast_signed())
            .bind(state.as_str())
            .bind(micros(now))
            .bind((state != DeliveryState::Waiting).then(|| micros(now)))
            .bind(problem)
            .execute()
            .await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Gives a claim back.
    ///
    /// # Errors
    /// [`StoreError`]; then the claim runs out by itself.
    pub async fn give_back(&self, claim: &Claim, rest: &Rest, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Alerts).await?;
        let head: Option<i64> = transaction
            .query(
                "SELECT not_before FROM delivery WHERE queue = $1 AND state = 'waiting' ORDER BY id LIMIT 1",
            )
            .bind(claim.queue.as_str())
            .fetch_optional()
            .await?
            .map(|row| row.get(0))
            .transpose()?;
        let (due_at, off_since, problem) = match rest {
            Rest::Open => (head, None, None),
            Rest::Until(at) => (head.map(|head| head.max(micros(*at))), None, None),
            Rest::Off(problem) => (head, Some(micros(now)), Some(problem.as_str())),
        };
        transaction
            .query(
                "UPDATE delivery_queue SET holder = NULL, lease_until = NULL, due_at = $3, off_since = $4, problem = $5 \
                 WHERE queue = $1 AND holder = $2",
            )
            .bind(claim.queue.as_str())
            .bind(claim.holder.as_str())
            .bind(due_at)
            .bind(off_since)
            .bind(problem)
            .execute()
            .await?;
        transaction.commit().await
    }

    /// Ways that are switched off.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn off_channels(&self) -> Result<Vec<OffChannel>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query("SELECT * FROM delivery_queue WHERE off_since IS NOT NULL ORDER BY queue")
            .fetch_all()
            .await?;
        rows.iter()
            .map(|row| {
                Ok(OffChannel {
                    channel: row.get::<String>("channel")?.parse().map_err(content)?,
                    organisation: organisation_of(row)?,
                    since: instant(row.get("off_since")?)?,
                    problem: row.get::<Option<String>>("problem")?.unwrap_or_default(),
                })
            })
            .collect()
    }

    /// The deliveries of an organisation, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn deliveries(
        &self,
        of: &OrganisationId,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query("SELECT * FROM delivery WHERE organisation = $1 AND id < $2 ORDER BY id DESC LIMIT $3")
            .bind(of.as_str())
            .bind(bound(before))
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all()
            .await?;
        rows.iter().map(delivery_of).collect()
    }

    /// Sends a delivery of an organisation once more, under the same id, behind what waits; a way that was switched off is
    /// switched on again. Gives the new delivery; `None` when the organisation has no such delivery.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn replay_delivery(
        &self,
        of: &OrganisationId,
        number: u64,
        now: Timestamp,
    ) -> Result<Option<Delivery>, StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Alerts).await?;
        let row = transaction
            .query("SELECT * FROM delivery WHERE organisation = $1 AND id = $2")
            .bind(of.as_str())
            .bind(i64::try_from(number).unwrap_or(i64::MAX))
            .fetch_optional()
            .await?;
        let Some(before) = row.as_ref().map(delivery_of).transpose()? else {
            return Ok(None);
        };
        let queue = queue_of(&before.message);
        let number = if before.state == DeliveryState::Waiting {
            before.number
        } else {
            let message = Message {
                not_before: now,
                ..before.message
            };
            let next = next_number(&mut transaction, "delivery").await?;
            insert(&mut transaction, next, &before.id, &message, now).await?;
            next.cast_unsigned()
        };
        transaction
            .query("UPDATE delivery_queue SET off_since = NULL, problem = NULL, due_at = $2 WHERE queue = $1")
            .bind(queue)
            .bind(micros(now))
            .execute()
            .await?;
        let row = transaction
            .query("SELECT * FROM delivery WHERE id = $1")
            .bind(number.cast_signed())
            .fetch_one()
            .await?;
        let delivery = delivery_of(&row)?;
        transaction.commit().await?;
        self.recorded.send_modify(|_| {});
        Ok(Some(delivery))
    }
}

/// Puts messages into the outbox: those of a digest into the one that waits.
pub(crate) async fn post(
    transaction: &mut Transaction,
    messages: &[Message],
    now: Timestamp,
) -> Result<(), StoreError> {
    for message in messages {
        let Some(message) = into_digest(transaction, message.clone(), now).await? else {
            continue;
        };
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(content)?;
        let id = random
            .iter()
            .fold(String::from("msg_"), |id, byte| format!("{id}{byte:02x}"));
        let number = next_number(transaction, "delivery").await?;
        insert(transaction, number, &id, &message, now).await?;
    }
    Ok(())
}

/// Puts what it can of a message into the digest that waits for its hour; gives what is to be sent by itself.
async fn into_digest(
    transaction: &mut Transaction,
    message: Message,
    now: Timestamp,
) -> Result<Option<Message>, StoreError> {
    if !message.is_digest {
        return Ok(Some(message));
    }
    // Before its hour nobody has tried it, and nobody does while this transaction writes.
    let row = transaction
        .query(
            "SELECT * FROM delivery WHERE queue = $1 AND state = 'waiting' AND attempts = 0 AND not_before > $2 \
             ORDER BY id DESC LIMIT 1",
        )
        .bind(queue_of(&message))
        .bind(micros(now))
        .fetch_optional()
        .await?;
    let left = if let Some(waiting) = row.as_ref().map(delivery_of).transpose()? {
        let mut digest = waiting.message;
        let left = digest.take_in(message);
        if digest.items.is_empty() {
            transaction
                .query("DELETE FROM delivery WHERE id = $1")
                .bind(waiting.number.cast_signed())
                .execute()
                .await?;
        } else {
            transaction
                .query("UPDATE delivery SET body = $2 WHERE id = $1")
                .bind(waiting.number.cast_signed())
                .bind(serde_json::to_string(&digest).map_err(content)?)
                .execute()
                .await?;
        }
        left
    } else {
        Some(message)
    };
    // What was sent before is taken back at once, not behind a digest that waits for its hour.
    Ok(left.map(|left| Message {
        is_digest: left.is_digest && left.kind != MessageKind::Recalled,
        ..left
    }))
}

async fn insert(
    transaction: &mut Transaction,
    number: i64,
    id: &str,
    message: &Message,
    now: Timestamp,
) -> Result<(), StoreError> {
    let queue = queue_of(message);
    transaction
        .query(
            "INSERT INTO delivery (id, message, queue, organisation, channel, kind, created_at, not_before, state, attempts, \
             body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', 0, $9)",
        )
        .bind(number)
        .bind(id)
        .bind(queue.as_str())
        .bind(message.organisation.as_str())
        .bind(message.channel.to_string())
        .bind(message.kind.as_str())
        .bind(micros(now))
        .bind(micros(message.not_before))
        .bind(serde_json::to_string(message).map_err(content)?)
        .execute()
        .await?;
    // What waits already says when the queue is due: nothing overtakes.
    transaction
        .query(
            "INSERT INTO delivery_queue (queue, organisation, channel, due_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (queue) DO UPDATE SET due_at = COALESCE(delivery_queue.due_at, excluded.due_at)",
        )
        .bind(queue)
        .bind(message.organisation.as_str())
        .bind(message.channel.to_string())
        .bind(micros(message.not_before))
        .execute()
        .await
}

/// The queue that a message waits in. A digest does not hold up what is sent at once.
fn queue_of(message: &Message) -> String {
    let digest = if message.is_digest { "#digest" } else { "" };
    format!("{} {}{digest}", message.organisation, message.channel)
}

fn organisation_of(row: &Row) -> Result<OrganisationId, StoreError> {
    OrganisationId::new(row.get::<String>("organisation")?).map_err(content)
}

fn delivery_of(row: &Row) -> Result<Delivery, StoreError> {
    let moment = |column: &str| row.get::<Option<i64>>(column)?.map(instant).transpose();
    Ok(Delivery {
        number: row.get::<i64>("id")?.cast_unsigned(),
        id: row.get("message")?,
        message: serde_json::from_str(&row.get::<String>("body")?).map_err(content)?,
        created_at: instant(row.get("created_at")?)?,
        state: DeliveryState::of(&row.get::<String>("state")?)?,
        attempts: u32::try_from(row.get::<i64>("attempts")?).map_err(content)?,
        tried_at: moment("tried_at")?,
        done_at: moment("done_at")?,
        problem: row.get("problem")?,
    })
}
