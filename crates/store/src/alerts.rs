//! Alerts and what is decided about them.

use jiff::Timestamp;
use lagebild_domain::alert::{Alert, Bulletin, Decided, Known, Message, Silence, Subscription};
use lagebild_domain::review::Reviewer;
use lagebild_domain::{AlertId, OrganisationId, Revision};

use crate::database::{Row, Subject, Transaction};
use crate::error::StoreError;
use crate::numbers::next_number;
use crate::open::{Store, take_revisions};
use crate::outbox::post;
use crate::rows::{content, instant, micros};

/// What a decision is held against.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertBook {
    /// Alerts that go on, or that somebody has not closed.
    pub alerts: Vec<Alert>,
    /// Subscriptions that were made over the API.
    pub subscriptions: Vec<Subscription>,
    /// Silences that have not ended.
    pub silences: Vec<Silence>,
    /// The first free number.
    pub next_number: u64,
}

impl AlertBook {
    /// As the decision takes it, with other subscriptions than those of the book.
    pub fn known<'a>(&'a self, subscriptions: &'a [Subscription]) -> Known<'a> {
        Known {
            alerts: &self.alerts,
            subscriptions,
            silences: &self.silences,
            next_number: self.next_number,
        }
    }
}

/// A bulletin as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedBulletin {
    /// Its number.
    pub number: u64,
    /// When it was written.
    pub at: Timestamp,
    /// By whom.
    pub by: Reviewer,
    /// The alert that tells it.
    pub alert: AlertId,
    /// What it says.
    pub bulletin: Bulletin,
}

impl Store {
    /// What a decision at this moment is held against.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn alert_book(&self, now: Timestamp) -> Result<AlertBook, StoreError> {
        let mut transaction = self.database.begin_reading().await?;
        book(&mut transaction, now).await
    }

    /// Decides, and keeps alerts and messages in one transaction; tells how many alerts changed.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing of it is kept.
    pub async fn decide_alerts(
        &self,
        now: Timestamp,
        decide: impl FnOnce(&AlertBook) -> Decided + Send,
    ) -> Result<usize, StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Alerts).await?;
        let book = book(&mut transaction, now).await?;
        let decided = decide(&book);
        let last = keep(&mut transaction, &decided, now).await?;
        transaction.commit().await?;
        self.tell(last);
        Ok(decided.alerts.len())
    }

    /// Keeps a bulletin and what is decided about it in one transaction. `decide` gets the bulletin's number and says which of
    /// its alerts is the bulletin's: the first.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing of it is kept.
    pub async fn record_bulletin(
        &self,
        bulletin: &Bulletin,
        by: &Reviewer,
        now: Timestamp,
        decide: impl FnOnce(u64, &AlertBook) -> Decided + Send,
    ) -> Result<Option<RecordedBulletin>, StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Alerts).await?;
        let number = next_number(&mut transaction, "bulletin").await?;
        let book = book(&mut transaction, now).await?;
        let decided = decide(number.cast_unsigned(), &book);
        let Some(alert) = decided
            .alerts
            .iter()
            .map(|alert| alert.id)
            .find(|id| id.0 >= book.next_number)
        else {
            return Ok(None);
        };
        let last = keep(&mut transaction, &decided, now).await?;
        transaction
            .query("INSERT INTO bulletin (id, at, role, organisation, alert, body) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(number)
            .bind(micros(now))
            .bind(by.role.as_str())
            .bind(by.organisation.as_str())
            .bind(alert.0.cast_signed())
            .bind(serde_json::to_string(bulletin).map_err(content)?)
            .execute()
            .await?;
        transaction.commit().await?;
        self.tell(last);
        Ok(Some(RecordedBulletin {
            number: number.cast_unsigned(),
            at: now,
            by: by.clone(),
            alert,
            bulletin: bulletin.clone(),
        }))
    }

    /// The bulletins whose alert an organisation was told, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn bulletins(
        &self,
        told: &OrganisationId,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<RecordedBulletin>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query(
                "SELECT b.* FROM bulletin b JOIN alert_receiver r ON r.alert = b.alert AND r.organisation = $1 \
                 WHERE b.id < $2 ORDER BY b.id DESC LIMIT $3",
            )
            .bind(told.as_str())
            .bind(bound(before))
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all()
            .await?;
        rows.iter()
            .map(|row| {
                Ok(RecordedBulletin {
                    number: row.get::<i64>("id")?.cast_unsigned(),
                    at: instant(row.get("at")?)?,
                    by: Reviewer {
                        role: row.get::<String>("role")?.parse().map_err(content)?,
                        organisation: OrganisationId::new(row.get::<String>("organisation")?)
                            .map_err(content)?,
                    },
                    alert: AlertId(row.get::<i64>("alert")?.cast_unsigned()),
                    bulletin: serde_json::from_str(&row.get::<String>("body")?).map_err(content)?,
                })
            })
            .collect()
    }

    /// Changes an alert in a transaction; `None` when there is no such alert.
    ///
    /// # Errors
    /// [`StoreError`]; the inner error is that of `change`, and then nothing is changed.
    pub async fn change_alert<E: Send>(
        &self,
        id: AlertId,
        change: impl FnOnce(&Alert) -> Result<Alert, E> + Send,
    ) -> Result<Option<Result<Alert, E>>, StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Alerts).await?;
        let row = transaction
            .query("SELECT sequence, body FROM alert WHERE id = $1")
            .bind(id.0.cast_signed())
            .fetch_optional()
            .await?;
        let Some(before) = row.as_ref().map(alert_of).transpose()? else {
            return Ok(None);
        };
        let mut after = match change(&before) {
            Ok(after) => after,
            Err(refused) => return Ok(Some(Err(refused))),
        };
        let revision = Revision(take_revisions(&mut transaction, 1).await?.0 + 1);
        after.revision = revision;
        write(&mut transaction, &after).await?;
        transaction.commit().await?;
        self.recorded.send_replace(revision);
        Ok(Some(Ok(after)))
    }

    /// The alerts that an organisation was told of, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn alerts(
        &self,
        told: &OrganisationId,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Alert>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query(
                "SELECT a.sequence, a.body FROM alert_receiver r JOIN alert a ON a.id = r.alert \
                 WHERE r.organisation = $1 AND r.alert < $2 ORDER BY r.alert DESC LIMIT $3",
            )
            .bind(told.as_str())
            .bind(bound(before))
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all()
            .await?;
        rows.iter().map(alert_of).collect()
    }

    /// The alerts told to an organisation that changed after one revision and up to another, oldest change first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn alerts_changed(
        &self,
        told: &OrganisationId,
        after: Revision,
        up_to: Revision,
    ) -> Result<Vec<Alert>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query(
                "SELECT a.sequence, a.body FROM alert a JOIN alert_receiver r ON r.alert = a.id AND r.organisation = $1 \
                 WHERE a.sequence > $2 AND a.sequence <= $3 ORDER BY a.sequence",
            )
            .bind(told.as_str())
            .bind(after.0.cast_signed())
            .bind(i64::try_from(up_to.0).unwrap_or(i64::MAX))
            .fetch_all()
            .await?;
        rows.iter().map(alert_of).collect()
    }

    /// An alert, whole.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn alert(&self, id: AlertId) -> Result<Option<Alert>, StoreError> {
        let mut connection = self.database.reader().await?;
        let row = connection
            .query("SELECT sequence, body FROM alert WHERE id = $1")
            .bind(i64::try_from(id.0).unwrap_or(i64::MAX))
            .fetch_optional()
            .await?;
        row.as_ref().map(alert_of).transpose()
    }

    fn tell(&self, last: Option<Revision>) {
        if let Some(last) = last {
            self.recorded.send_replace(last);
        }
    }
}

/// The end of a page that begins below a number.
pub(crate) fn bound(before: Option<u64>) -> i64 {
    before.map_or(i64::MAX, |before| i64::try_from(before).unwrap_or(i64::MAX))
}

pub(crate) async fn book(transaction: &mut Transaction, now: Timestamp) -> Result<AlertBook, StoreError> {
    let alerts = transaction
        .query("SELECT sequence, body FROM alert WHERE is_open = 1 ORDER BY id")
        .fetch_all()
        .await?;
    let next = next_number(transaction, "alert").await?;
    let subscriptions = transaction
        .query("SELECT body FROM subscription ORDER BY created_at, id")
        .fetch_all()
        .await?;
    let silences = transaction
        .query("SELECT body FROM silence WHERE ends_at > $1 ORDER BY id")
        .bind(micros(now))
        .fetch_all()
        .await?;
    let body = |row: &Row| row.get::<String>("body");
    Ok(AlertBook {
        alerts: alerts.iter().map(alert_of).collect::<Result<_, _>>()?,
        subscriptions: subscriptions
            .iter()
            .map(|row| serde_json::from_str(&body(row)?).map_err(content))
            .collect::<Result<_, _>>()?,
        silences: silences
            .iter()
            .map(|row| serde_json::from_str(&body(row)?).map_err(content))
            .collect::<Result<_, _>>()?,
        next_number: next.cast_unsigned(),
    })
}

/// Keeps what was decided; gives the last revision that it took.
async fn keep(
    transaction: &mut Transaction,
    decided: &Decided,
    now: Timestamp,
) -> Result<Option<Revision>, StoreError> {
    let messages: &[Message] = &decided.messages;
    post(transaction, messages, now).await?;
    if decided.alerts.is_empty() {
        return Ok(None);
    }
    let count = decided.alerts.len() as u64;
    let before = take_revisions(transaction, count).await?;
    for (sequence, alert) in (before.0 + 1..).zip(&decided.alerts) {
        let alert = Alert {
            revision: Revision(sequence),
            ..alert.clone()
        };
        write(transaction, &alert).await?;
    }
    Ok(Some(Revision(before.0 + count)))
}

async fn write(transaction: &mut Transaction, alert: &Alert) -> Result<(), StoreError> {
    transaction
        .query(
            "INSERT INTO alert (id, fingerprint, is_open, sequence, touched_at, body) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (id) DO UPDATE SET is_open = excluded.is_open, sequence = excluded.sequence, \
             touched_at = excluded.touched_at, body = excluded.body",
        )
        .bind(alert.id.0.cast_signed())
        .bind(alert.labels.fingerprint())
        .bind(i64::from(alert.is_open()))
        .bind(alert.revision.0.cast_signed())
        .bind(micros(alert.touched_at()))
        .bind(serde_json::to_string(alert).map_err(content)?)
        .execute()
        .await?;
    for organisation in alert.told.keys() {
        transaction
            .query("INSERT INTO alert_receiver (organisation, alert) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(organisation.as_str())
            .bind(alert.id.0.cast_signed())
            .execute()
            .await?;
    }
    Ok(())
}

fn alert_of(row: &Row) -> Result<Alert, StoreError> {
    let mut alert: Alert = serde_json::from_str(&row.get::<String>("body")?).map_err(content)?;
    alert.revision = Revision(row.get::<i64>("sequence")?.cast_unsigned());
    Ok(alert)
}
