//! The audit log: entries are added, and nothing else.

use lagebild_domain::audit::{Action, Deed, Seal, Sealer};
use lagebild_domain::{OrganisationId, Revision, Viewer};

use crate::database::{Row, Subject};
use crate::error::StoreError;
use crate::open::Store;
use crate::rows::{content, instant, micros};

/// Entries that are read at once when the chain is walked.
const BATCH: i64 = 10_000;

/// A deed with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Counted from 1, without gaps.
    pub number: u64,
    /// What was done.
    pub deed: Deed,
    /// Seal of it and of all before it.
    pub seal: Seal,
}

/// What to look for in the log. Empty words mean "all".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuestion {
    /// Only of this organisation.
    pub organisation: String,
    /// Only such deeds.
    pub action: Option<Action>,
    /// Only entries that have this in address, words or name, whatever its case.
    pub text: String,
    /// Only entries before this number.
    pub before: Option<u64>,
}

/// What a walk along the chain has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditState {
    /// Every entry is as it was written, and none is missing in between.
    Whole {
        /// How many there are.
        entries: u64,
        /// How many were deleted before them when they reached their deadline, month by month.
        deleted: u64,
        /// The last seal: whoever notes it can tell later that none is missing at the end.
        seal: Seal,
        /// Whether the seal that was asked for is one of the chain.
        holds_seal: bool,
    },
    /// The chain breaks.
    Broken {
        /// The number that should stand here.
        at: u64,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl Store {
    pub(crate) fn sealer(&self) -> Sealer {
        Sealer::new(&self.key)
    }

    /// Adds deeds to the log.
    ///
    /// # Errors
    /// [`StoreError`]; then none is added.
    pub async fn append_deeds(&self, deeds: &[Deed]) -> Result<(), StoreError> {
        let sealer = self.sealer();
        let mut transaction = self.database.begin_writing(Subject::Audit).await?;
        let last = transaction
            .query("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1")
            .fetch_optional()
            .await?;
        let (mut number, mut seal) = match last {
            Some(row) => (row.get::<i64>("number")?.cast_unsigned(), seal_of(&row)?),
            // All entries may have reached their deadline.
            None => match transaction.audit_months().await?.last() {
                Some(month) => (month.closed.last, month.closed.end),
                None => (0, Seal::START),
            },
        };
        for deed in deeds {
            number += 1;
            seal = sealer.seal(seal, number, deed);
            transaction
                .query(
                    "INSERT INTO audit (number, at, revision, action, what, words, times, name, role, organisation, hash) \
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                )
                .bind(number.cast_signed())
                .bind(micros(deed.at))
                .bind(deed.revision.0.cast_signed())
                .bind(deed.action.as_str())
                .bind(deed.what.as_str())
                .bind(deed.words.as_str())
                .bind(deed.times.cast_signed())
                .bind(deed.by.name.as_str())
                .bind(deed.by.role.as_str())
                .bind(deed.by.organisation.as_str())
                .bind(seal.0.to_vec())
                .execute()
                .await?;
        }
        transaction.commit().await
    }

    /// Entries of the log, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn audit_entries(
        &self,
        question: &AuditQuestion,
        limit: usize,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query(
                "SELECT * FROM audit WHERE number < $1 AND ($2 = '' OR organisation = $2) AND ($3 = '' OR action = $3) \
                 AND ($4 = '' OR LOWER(what || ' ' || words || ' ' || name) LIKE $5 ESCAPE '!') \
                 ORDER BY number DESC LIMIT $6",
            )
            .bind(question.before.map_or(i64::MAX, |before| i64::try_from(before).unwrap_or(i64::MAX)))
            .bind(question.organisation.as_str())
            .bind(question.action.map_or("", Action::as_str))
            .bind(question.text.as_str())
            .bind(pattern(&question.text))
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all()
            .await?;
        rows.iter().map(entry_of).collect()
    }

    /// Walks along the whole chain; with a seal that was noted before, also looks for that.
    ///
    /// # Errors
    /// [`StoreError`] when the log cannot be read.
    pub async fn verify_audit(&self, noted: Option<Seal>) -> Result<AuditState, StoreError> {
        let sealer = self.sealer();
        let (mut number, mut seal) = (0_u64, Seal::START);
        let mut holds_seal = noted.is_none();
        let months = self.database.begin_reading().await?.audit_months().await?;
        for month in months.iter().filter(|month| month.deleted_at.is_some()) {
            let at = number + 1;
            if month.closed.first != at || month.seal != sealer.seal_month(&month.closed) {
                return Ok(AuditState::Broken {
                    at,
                    problem: "its month is said to be deleted, and that is not under a seal",
                });
            }
            (number, seal) = (month.closed.last, month.closed.end);
            holds_seal |= noted == Some(seal);
        }
        let deleted = number;
        loop {
            let mut connection = self.database.reader().await?;
            let rows = connection
                .query("SELECT * FROM audit WHERE number > $1 ORDER BY number LIMIT $2")
                .bind(number.cast_signed())
                .bind(BATCH)
                .fetch_all()
                .await?;
            if rows.is_empty() {
                return Ok(AuditState::Whole {
                    entries: number - deleted,
                    deleted,
                    seal,
                    holds_seal,
                });
            }
            for row in &rows {
                let at = number + 1;
                let broken = |problem| Ok(AuditState::Broken { at, problem });
                let Ok(entry) = entry_of(row) else {
                    return broken("it cannot be read");
                };
                if entry.number != at {
                    return broken("it is missing");
                }
                if entry.seal != sealer.seal(seal, at, &entry.deed) {
                    return broken("it is not as it was written");
                }
                (number, seal) = (at, entry.seal);
                holds_seal |= noted == Some(seal);
            }
        }
    }
}

/// Holds for a text that contains the words, which may hold any sign.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

fn seal_of(row: &Row) -> Result<Seal, StoreError> {
    let bytes: Vec<u8> = row.get("hash")?;
    let bytes = bytes.try_into().map_err(|_| content("a seal has 32 bytes"))?;
    Ok(Seal(bytes))
}

fn entry_of(row: &Row) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry {
        number: row.get::<i64>("number")?.cast_unsigned(),
        deed: Deed {
            at: instant(row.get("at")?)?,
            revision: Revision(row.get::<i64>("revision")?.cast_unsigned()),
            action: row.get::<String>("action")?.parse().map_err(content)?,
            what: row.get("what")?,
            words: row.get("words")?,
            times: row.get::<i64>("times")?.cast_unsigned(),
            by: Viewer {
                name: row.get("name")?,
                role: row.get::<String>("role")?.parse().map_err(content)?,
                organisation: OrganisationId::new(row.get::<String>("organisation")?).map_err(content)?,
            },
        },
        seal: seal_of(row)?,
    })
}
