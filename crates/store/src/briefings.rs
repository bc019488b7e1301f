//! Briefings: orders, and the documents that were issued. A document stays as it was issued, with the hash of its bytes,
//! until its own deadline.

use jiff::{SignedDuration, Timestamp};
use lagebild_domain::briefing::BriefingStatus;
use lagebild_domain::{BriefingKind, OrganisationId, Period, Reviewer};

use crate::database::{Row, Subject};
use crate::error::StoreError;
use crate::open::Store;
use crate::rows::{content, instant, micros};

/// A writer that has not finished after so long has died.
const LONGEST_WRITING: SignedDuration = SignedDuration::from_mins(10);
/// Orders of one organisation that may wait at a time.
pub const MOST_WAITING: u64 = 50;

/// What is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BriefingOrder {
    /// What sort of document.
    pub kind: BriefingKind,
    /// What it speaks of.
    pub period: Period,
    /// For whom.
    pub audience: OrganisationId,
    /// The hotspot or project that it is about.
    pub subject: Option<String>,
    /// Who ordered it: a role in an organisation.
    pub by: Reviewer,
}

/// A briefing, ordered or issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Briefing {
    /// Its id.
    pub id: String,
    /// What was ordered.
    pub order: BriefingOrder,
    /// When.
    pub ordered_at: Timestamp,
    /// Where it stands.
    pub status: BriefingStatus,
    /// Why it was refused.
    pub problem: Option<String>,
    /// State of the data that it speaks of, once it is ready.
    pub stamp: Option<String>,
    /// When it was issued or refused.
    pub finished_at: Option<Timestamp>,
    /// When it is to be deleted.
    pub delete_at: Timestamp,
}

/// A file of an issued briefing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BriefingFile {
    /// `pdf`, `html` or `xlsx`.
    pub form: String,
    /// Its bytes.
    pub content: Vec<u8>,
    /// BLAKE3 hash of the bytes, reckoned when it was issued.
    pub hash: [u8; 32],
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// The files, by form, and the state of the data.
    Ready {
        /// State of the data.
        stamp: String,
        /// Form and bytes.
        files: Vec<(&'static str, Vec<u8>)>,
    },
    /// Why it cannot be written.
    Refused(String),
}

impl Store {
    /// Keeps an order; `None` when too many of the organisation are waiting.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn order_briefing(
        &self,
        order: &BriefingOrder,
        now: Timestamp,
        kept_for: SignedDuration,
    ) -> Result<Option<Briefing>, StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Briefings).await?;
        let waiting: i64 = transaction
            .query(
                "SELECT COUNT(*) FROM briefing WHERE organisation = $1 AND status IN ('queued', 'writing')",
            )
            .bind(order.by.organisation.as_str())
            .fetch_one()
            .await?
            .get(0)?;
        if waiting.cast_unsigned() >= MOST_WAITING {
            return Ok(None);
        }
        let mut bytes = [0_u8; 8];
        getrandom::fill(&mut bytes).map_err(content)?;
        let briefing = Briefing {
            id: format!("b-{:016x}", u64::from_be_bytes(bytes)),
            order: order.clone(),
            ordered_at: now,
            status: BriefingStatus::Queued,
            problem: None,
            stamp: None,
            finished_at: None,
            delete_at: now.checked_add(kept_for).map_err(content)?,
        };
        transaction
            .query(
                "INSERT INTO briefing (id, kind, period, audience, subject, role, organisation, ordered_at, status, \
                 delete_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            )
            .bind(briefing.id.clone())
            .bind(order.kind.as_str())
            .bind(order.period.to_string())
            .bind(order.audience.as_str())
            .bind(order.subject.clone())
            .bind(order.by.role.as_str())
            .bind(order.by.organisation.as_str())
            .bind(micros(now))
            .bind(BriefingStatus::Queued.as_str())
            .bind(micros(briefing.delete_at))
            .execute()
            .await?;
        transaction.commit().await?;
        Ok(Some(briefing))
    }

    /// Takes the oldest order that nobody is writing; `None` when there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_briefing_order(&self, now: Timestamp) -> Result<Option<Briefing>, StoreError> {
        let dead_since = now.checked_sub(LONGEST_WRITING).map_err(content)?;
        // Mostly there is none, and nobody is to wait for that to be found out.
        let mut reader = self.database.reader().await?;
        let any = reader.query("SELECT 1 FROM briefing WHERE status IN ('queued', 'writing') LIMIT 1");
        if any.fetch_optional().await?.is_none() {
            return Ok(None);
        }
        let mut transaction = self.database.begin_writing(Subject::Briefings).await?;
        let row = transaction
            .query(
                "SELECT * FROM briefing WHERE status = 'queued' OR (status = 'writing' AND started_at < $1) \
                 ORDER BY ordered_at, id LIMIT 1",
            )
            .bind(micros(dead_since))
            .fetch_optional()
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let mut briefing = briefing_of(&row)?;
        transaction
            .query("UPDATE briefing SET status = 'writing', started_at = $2 WHERE id = $1")
            .bind(briefing.id.clone())
            .bind(micros(now))
            .execute()
            .await?;
        transaction.commit().await?;
        briefing.status = BriefingStatus::Writing;
        Ok(Some(briefing))
    }

    /// Issues a briefing, or keeps why it cannot be written. What was issued before stays as it was.
    ///
    /// # Errors
    /// [`StoreError`]; then the order is taken up again later.
    pub async fn issue_briefing(
        &self,
        id: &str,
        written: &Written,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Briefings).await?;
        let is_writing = transaction
            .query("SELECT 1 FROM briefing WHERE id = $1 AND status = 'writing'")
            .bind(id)
            .fetch_optional()
            .await?
            .is_some();
        if !is_writing {
            return Ok(());
        }
        let (status, stamp, problem) = match written {
            Written::Ready { stamp, files } => {
                for (form, bytes) in files {
                    transaction
                        .query("INSERT INTO briefing_file (briefing, form, hash, content) VALUES ($1, $2, $3, $4)")
                        .bind(id)
                        .bind(*form)
                        .bind(blake3::hash(bytes).as_bytes().to_vec())
                        .bind(bytes.clone())
                        .execute()
                        .await?;
                }
                (BriefingStatus::Ready, Some(stamp.clone()), None)
            }
            Written::Refused(problem) => (BriefingStatus::Refused, None, Some(problem.clone())),
        };
        transaction
            .query(
                "UPDATE briefing SET status = $2, stamp = $3, problem = $4, finished_at = $5 WHERE id = $1",
            )
            .bind(id)
            .bind(status.as_str())
            .bind(stamp)
            .bind(problem)
            .bind(micros(now))
            .execute()
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// A briefing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn briefing(&self, id: &str) -> Result<Option<Briefing>, StoreError> {
        let mut connection = self.database.reader().await?;
        let row = connection
            .query("SELECT * FROM briefing WHERE id = $1")
            .bind(id)
            .fetch_optional()
            .await?;
        row.as_ref().map(briefing_of).transpose()
    }

    /// All briefings, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn briefings(&self) -> Result<Vec<Briefing>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query("SELECT * FROM briefing ORDER BY ordered_at DESC, id")
            .fetch_all()
            .await?;
        rows.iter().map(briefing_of).collect()
    }

    /// A file of an issued briefing; `None` while there is none.
    ///
    /// # Errors
    /// [`StoreError`], also when the bytes are no longer those that were issued.
    pub async fn briefing_file(&self, id: &str, form: &str) -> Result<Option<BriefingFile>, StoreError> {
        let mut connection = self.database.reader().await?;
        let row = connection
            .query("SELECT hash, content FROM briefing_file WHERE briefing = $1 AND form = $2")
            .bind(id)
            .bind(form)
            .fetch_optional()
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let bytes: Vec<u8> = row.get("content")?;
        let hash = blake3::hash(&bytes);
        if hash.as_bytes()[..] != row.get::<Vec<u8>>("hash")?[..] {
            return Err(content(format!(
                "briefing {id}: the {form} file is not the one that was issued"
            )));
        }
        Ok(Some(BriefingFile {
            form: form.to_owned(),
            content: bytes,
            hash: *hash.as_bytes(),
        }))
    }

    /// Deletes briefings that have reached their deadline; tells how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_expired_briefings(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Briefings).await?;
        let rows = transaction
            .query("SELECT id FROM briefing WHERE delete_at <= $1")
            .bind(micros(now))
            .fetch_all()
            .await?;
        for row in &rows {
            for statement in [
                "DELETE FROM briefing_file WHERE briefing = $1",
                "DELETE FROM briefing WHERE id = $1",
            ] {
                transaction
                    .query(statement)
                    .bind(row.get::<String>(0)?)
                    .execute()
                    .await?;
            }
        }
        transaction.commit().await?;
        Ok(rows.len() as u64)
    }
}

fn briefing_of(row: &Row) -> Result<Briefing, StoreError> {
    let text = |column: &str| row.get::<String>(column);
    Ok(Briefing {
        id: text("id")?,
        order: BriefingOrder {
            kind: text("kind")?.parse().map_err(content)?,
            period: text("period")?.parse().map_err(content)?,
            audience: text("audience")?.parse().map_err(content)?,
            subject: row.get("subject")?,
            by: Reviewer {
                role: text("role")?.parse().map_err(content)?,
                organisation: text("organisation")?.parse().map_err(content)?,
            },
        },
        ordered_at: instant(row.get("ordered_at")?)?,
        status: text("status")?.parse().map_err(content)?,
        problem: row.get("problem")?,
        stamp: row.get("stamp")?,
        finished_at: row.get::<Option<i64>>("finished_at")?.map(instant).transpose()?,
        delete_at: instant(row.get("delete_at")?)?,
    })
}
