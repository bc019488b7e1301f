//! Looks and hotspots.

use jiff::Timestamp;
use lagebild_domain::{Finding, Hotspot, HotspotId, HotspotState, Revision, Story};

use crate::database::{Row, Subject, Transaction};
use crate::error::StoreError;
use crate::open::{Store, take_revisions};
use crate::rows::{content, instant, micros};

/// One look of a detection profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The profile that looked.
    pub profile: String,
    /// The time that it looked at.
    pub at: Timestamp,
    /// The clock's time when it looked; `None` for a look that was made up for later.
    pub made_at: Option<Timestamp>,
    /// State of the data that it saw.
    pub revision: Revision,
    /// How much it found.
    pub findings: u64,
}

/// What one look made of a hotspot.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEntry {
    /// Time of the look.
    pub at: Timestamp,
    /// Where the hotspot stood after it.
    pub state: HotspotState,
    /// Reports in the cylinder.
    pub observed: f64,
    /// Reports that the past would lead one to expect.
    pub expected: f64,
    /// Monte Carlo p value; `None` where the method has none.
    pub p_value: Option<f64>,
    /// Revision of the entry.
    pub revision: Revision,
}

/// What became of a look.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// What it found, as hotspots.
    pub found: Vec<Hotspot>,
    /// False for a look back, which changes nothing.
    pub is_kept: bool,
}

impl Store {
    /// Keeps a look and what it makes of the profile's hotspots, in one transaction.
    ///
    /// `settle` gets the hotspots that are not closed and the first free number, and says which are new or changed. A
    /// look at an earlier time than the last is settled and not kept: it changes no history.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing of the look is kept.
    pub async fn record_look(
        &self,
        look: &Look,
        settle: impl FnOnce(&[Hotspot], u64) -> Vec<Hotspot> + Send,
    ) -> Result<Settled, StoreError> {
        // Two lookers must not settle over the same state.
        let mut transaction = self.database.begin_writing(Subject::Looks).await?;
        let rows = transaction
            .query("SELECT * FROM hotspot WHERE profile = $1 AND state <> 'closed' ORDER BY number")
            .bind(&look.profile)
            .fetch_all()
            .await?;
        let known: Vec<Hotspot> = rows.iter().map(hotspot_of).collect::<Result<_, _>>()?;
        let next: i64 = transaction
            .query("SELECT COALESCE(MAX(number), 0) + 1 FROM hotspot")
            .fetch_one()
            .await?
            .get(0)?;
        let latest: Option<i64> = transaction
            .query("SELECT MAX(at) FROM look WHERE profile = $1")
            .bind(&look.profile)
            .fetch_one()
            .await?
            .get(0)?;
        let changed = settle(&known, next.cast_unsigned());
        let found = |changed: Vec<Hotspot>| -> Vec<Hotspot> {
            let unchanged = known
                .iter()
                .filter(|known| !changed.iter().any(|c| c.id == known.id));
            let mut found: Vec<Hotspot> = unchanged.cloned().collect();
            found.extend(changed);
            found.retain(|hotspot| hotspot.last_seen == look.at);
            found
        };
        if latest.is_some_and(|latest| micros(look.at) < latest) {
            return Ok(Settled {
                found: found(changed),
                is_kept: false,
            });
        }
        write_look(&mut transaction, look).await?;
        if changed.is_empty() {
            transaction.commit().await?;
        } else {
            let before = take_revisions(&mut transaction, changed.len() as u64).await?;
            for (sequence, hotspot) in (before.0 + 1..).zip(&changed) {
                write_hotspot(&mut transaction, hotspot, sequence, look.at).await?;
            }
            transaction.commit().await?;
            self.recorded
                .send_replace(Revision(before.0 + changed.len() as u64));
        }
        Ok(Settled {
            found: found(changed),
            is_kept: true,
        })
    }

    /// The look at the latest time, of any profile.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn latest_look(&self) -> Result<Option<Look>, StoreError> {
        let mut connection = self.database.reader().await?;
        let row = connection
            .query("SELECT * FROM look ORDER BY at DESC, made_at DESC LIMIT 1")
            .fetch_optional()
            .await?;
        row.map(|row| {
            let made_at: i64 = row.get("made_at")?;
            Ok(Look {
                profile: row.get("profile")?,
                at: instant(row.get("at")?)?,
                made_at: (made_at > 0).then(|| instant(made_at)).transpose()?,
                revision: Revision(row.get::<i64>("revision")?.cast_unsigned()),
                findings: row.get::<i64>("findings")?.cast_unsigned(),
            })
        })
        .transpose()
    }

    /// All hotspots, for the picture.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn hotspots(&self) -> Result<Vec<Hotspot>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query("SELECT * FROM hotspot ORDER BY number")
            .fetch_all()
            .await?;
        rows.iter().map(hotspot_of).collect()
    }

    /// What the looks made of a hotspot after a revision, oldest first, at most `limit` entries.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn hotspot_history(
        &self,
        id: &HotspotId,
        after: Revision,
        limit: usize,
    ) -> Result<Vec<HistoryEntry>, StoreError> {
        let mut connection = self.database.reader().await?;
        let rows = connection
            .query("SELECT * FROM hotspot_history WHERE hotspot = $1 AND sequence > $2 ORDER BY sequence LIMIT $3")
            .bind(&id.0)
            .bind(i64::try_from(after.0).unwrap_or(i64::MAX))
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all()
            .await?;
        rows.iter()
            .map(|row| {
                Ok(HistoryEntry {
                    at: instant(row.get("at")?)?,
                    state: row.get::<String>("state")?.parse().map_err(content)?,
                    observed: row.get("observed")?,
                    expected: row.get("expected")?,
                    p_value: row.get("p_value")?,
                    revision: Revision(row.get::<i64>("sequence")?.cast_unsigned()),
                })
            })
            .collect()
    }
}

/// Keeps a look; made again at the same time, it takes the place of the first.
pub(crate) async fn write_look(transaction: &mut Transaction, look: &Look) -> Result<(), StoreError> {
    transaction
        .query(
            "INSERT INTO look (profile, at, made_at, revision, findings) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (profile, at) DO UPDATE SET made_at = excluded.made_at, revision = excluded.revision, \
             findings = excluded.findings",
        )
        .bind(&look.profile)
        .bind(micros(look.at))
        .bind(look.made_at.map_or(0, micros))
        .bind(look.revision.0.cast_signed())
        .bind(look.findings.cast_signed())
        .execute()
        .await
}

/// Keeps a hotspot and its entry in the history.
pub(crate) async fn write_hotspot(
    transaction: &mut Transaction,
    hotspot: &Hotspot,
    sequence: u64,
    at: Timestamp,
) -> Result<(), StoreError> {
    write_hotspot_row(transaction, hotspot, sequence).await?;
    write_history(transaction, hotspot, sequence, at).await
}

pub(crate) async fn write_hotspot_row(
    transaction: &mut Transaction,
    hotspot: &Hotspot,
    sequence: u64,
) -> Result<(), StoreError> {
    let number: i64 = hotspot
        .id
        .0
        .strip_prefix("hs-")
        .and_then(|number| number.parse().ok())
        .ok_or_else(|| content(format!("hotspot id {:?}", hotspot.id.0)))?;
    let finding = &hotspot.finding;
    transaction
        .query(
            "INSERT INTO hotspot (id, number, profile, kind, state, first_seen, last_seen, sequence, finding, story) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
             ON CONFLICT (id) DO UPDATE SET state = excluded.state, first_seen = excluded.first_seen, \
             last_seen = excluded.last_seen, sequence = excluded.sequence, finding = excluded.finding, \
             story = excluded.story",
        )
        .bind(&hotspot.id.0)
        .bind(number)
        .bind(&finding.profile)
        .bind(finding.kind.as_str())
        .bind(hotspot.state.as_str())
        .bind(micros(hotspot.first_seen))
        .bind(micros(hotspot.last_seen))
        .bind(sequence.cast_signed())
        .bind(serde_json::to_string(finding).map_err(content)?)
        .bind(serde_json::to_string(&hotspot.story).map_err(content)?)
        .execute()
        .await
}

pub(crate) async fn write_history(
    transaction: &mut Transaction,
    hotspot: &Hotspot,
    sequence: u64,
    at: Timestamp,
) -> Result<(), StoreError> {
    let finding = &hotspot.finding;
    transaction
        .query(
            "INSERT INTO hotspot_history (hotspot, sequence, at, state, observed, expected, p_value) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&hotspot.id.0)
        .bind(sequence.cast_signed())
        .bind(micros(at))
        .bind(hotspot.state.as_str())
        .bind(finding.observed)
        .bind(finding.expected)
        .bind(finding.p_value)
        .execute()
        .await
}

pub(crate) fn hotspot_of(row: &Row) -> Result<Hotspot, StoreError> {
    let finding: Finding = serde_json::from_str(&row.get::<String>("finding")?).map_err(content)?;
    let story: Story = serde_json::from_str(&row.get::<String>("story")?).map_err(content)?;
    Ok(Hotspot {
        id: HotspotId(row.get("id")?),
        state: row.get::<String>("state")?.parse().map_err(content)?,
        first_seen: instant(row.get("first_seen")?)?,
        last_seen: instant(row.get("last_seen")?)?,
        finding,
        story,
        revision: Revision(row.get::<i64>("sequence")?.cast_unsigned()),
    })
}
