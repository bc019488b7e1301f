//! Filling in the past: hotspots as looks would have found them before the first look was made.

use jiff::Timestamp;
use lagebild_domain::{Hotspot, HotspotId, HotspotState, Revision, lifecycle};

use crate::database::{Subject, Transaction};
use crate::error::StoreError;
use crate::hotspots::{Look, hotspot_of, write_history, write_hotspot_row, write_look};
use crate::open::{Store, take_revisions};
use crate::rows::{content, instant};

/// A hotspot of the past with every change of it, oldest first; never empty.
#[derive(Debug, Clone)]
pub struct PastHotspot {
    /// Time of each look that changed it, and what it was after.
    pub moments: Vec<(Timestamp, Hotspot)>,
}

impl Store {
    /// Time of the first look of a profile.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn first_look(&self, profile: &str) -> Result<Option<Timestamp>, StoreError> {
        let mut connection = self.database.reader().await?;
        let row = connection
            .query("SELECT MIN(at) FROM look WHERE profile = $1")
            .bind(profile)
            .fetch_one()
            .await?;
        row.get::<Option<i64>>(0)?.map(instant).transpose()
    }

    /// True when looks of a profile have been made up for.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn has_past(&self, profile: &str) -> Result<bool, StoreError> {
        let mut connection = self.database.reader().await?;
        let row = connection
            .query("SELECT at FROM look WHERE profile = $1 AND made_at = 0 LIMIT 1")
            .bind(profile)
            .fetch_optional()
            .await?;
        Ok(row.is_some())
    }

    /// Keeps looks that were made up for after the first look, all of them before it, with the hotspots that they would
    /// have found. A hotspot of the past that goes on as a known one gives it its history and its first sight; the others
    /// get ids of their own.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing is kept.
    pub async fn record_past(
        &self,
        profile: &str,
        looks: &[Look],
        past: Vec<PastHotspot>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_writing(Subject::Looks).await?;
        let rows = transaction
            .query("SELECT * FROM hotspot WHERE profile = $1 ORDER BY number")
            .bind(profile)
            .fetch_all()
            .await?;
        let known: Vec<Hotspot> = rows.iter().map(hotspot_of).collect::<Result<_, _>>()?;
        let next: i64 = transaction
            .query("SELECT COALESCE(MAX(number), 0) + 1 FROM hotspot")
            .fetch_one()
            .await?
            .get(0)?;
        let ended: Vec<Hotspot> = past
            .iter()
            .filter_map(|past| past.moments.last().map(|(_, hotspot)| hotspot.clone()))
            .collect();
        let goes_on_as = lifecycle::continued(&ended, &known);
        let mut ids: Vec<HotspotId> = Vec::with_capacity(past.len());
        let mut number = next;
        for known_index in &goes_on_as {
            if let Some(index) = known_index {
                ids.push(known[*index].id.clone());
            } else {
                ids.push(HotspotId(format!("hs-{number}")));
                number += 1;
            }
        }
        let renamed = |old: &HotspotId| -> Option<HotspotId> {
            let at = ended.iter().position(|hotspot| hotspot.id == *old)?;
            ids.get(at).cloned()
        };
        for look in looks {
            write_look(&mut transaction, look).await?;
        }
        for ((past, id), known_index) in past.iter().zip(&ids).zip(&goes_on_as) {
            let Some((_, first)) = past.moments.first() else {
                continue;
            };
            let Some((_, last)) = past.moments.last() else {
                continue;
            };
            let mut entries = past.moments.clone();
            let mut hotspot = match known_index {
                Some(index) => {
                    entries.extend(taken_out(&mut transaction, &known[*index]).await?);
                    Hotspot {
                        first_seen: first.first_seen,
                        ..known[*index].clone()
                    }
                }
                None => Hotspot {
                    id: id.clone(),
                    // What nobody looked at since is over.
                    state: match last.state {
                        HotspotState::Cooling => HotspotState::Closed,
                        state => state,
                    },
                    ..last.clone()
                },
            };
            for link in [&mut hotspot.story.came_from, &mut hotspot.story.merged_into] {
                if known_index.is_none() {
                    *link = link.as_ref().and_then(&renamed);
                }
            }
            let before = take_revisions(&mut transaction, entries.len() as u64).await?;
            hotspot.revision = Revision(before.0 + entries.len() as u64);
            for (sequence, (at, moment)) in (before.0 + 1..).zip(&entries) {
                let moment = Hotspot {
                    id: id.clone(),
                    ..moment.clone()
                };
                write_history(&mut transaction, &moment, sequence, *at).await?;
            }
            write_hotspot_row(&mut transaction, &hotspot, hotspot.revision.0).await?;
        }
        let last = take_revisions(&mut transaction, 0).await?;
        transaction.commit().await?;
        self.recorded.send_replace(last);
        Ok(())
    }
}

/// Takes the history of a hotspot out, so that it can be written again behind an earlier one.
async fn taken_out(
    transaction: &mut Transaction,
    hotspot: &Hotspot,
) -> Result<Vec<(Timestamp, Hotspot)>, StoreError> {
    let rows = transaction
        .query("SELECT * FROM hotspot_history WHERE hotspot = $1 ORDER BY sequence")
        .bind(&hotspot.id.0)
        .fetch_all()
        .await?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut moment = hotspot.clone();
        moment.state = row.get::<String>("state")?.parse().map_err(content)?;
        moment.finding.observed = row.get("observed")?;
        moment.finding.expected = row.get("expected")?;
        moment.finding.p_value = row.get("p_value")?;
        entries.push((instant(row.get("at")?)?, moment));
    }
    transaction
        .query("DELETE FROM hotspot_history WHERE hotspot = $1")
        .bind(&hotspot.id.0)
        .execute()
        .await?;
    Ok(entries)
}
