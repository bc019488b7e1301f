//! Writing batches of reports.

use std::collections::HashMap;

use jiff::Timestamp;
use lagebild_domain::{Identity, Location, Report, Revision};
use lagebild_ingest::{Batch, Recorded, Sink};
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use crate::error::StoreError;
use crate::open::{Store, take_revisions};
use crate::quarantine::quarantine;
use crate::rows::{micros, precision_word};

/// Rows a statement writes: 20 values each stay under SQLite's limit of 32 766.
const ROWS_PER_STATEMENT: usize = 1_500;
/// Identities a statement looks up.
const LOOKUPS_PER_STATEMENT: usize = 10_000;

/// A report that is new or changed.
struct Write<'a> {
    report: &'a Report,
    identity: Identity,
    digest: [u8; 16],
    /// The present row that it replaces.
    replaces: Option<Known>,
}

#[derive(Clone, Copy)]
struct Known {
    id: i64,
    version: i64,
    received_at: i64,
}

impl Sink for Store {
    type Error = StoreError;

    async fn record(&self, batch: Batch) -> Result<Recorded, StoreError> {
        let now = Timestamp::now();
        let identities: Vec<(Identity, [u8; 16])> = batch
            .reports
            .iter()
            .map(|report| {
                (
                    Identity::new(&self.key, &report.source, &report.external_id),
                    digest(report, batch.keep_external_id),
                )
            })
            .collect();
        // The lock is taken first, so that what is looked up still holds when it is written.
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        let known = look_up(&mut transaction, &identities).await?;
        let mut recorded = Recorded::default();
        let mut writes = Vec::new();
        for (report, (identity, digest)) in batch.reports.iter().zip(identities) {
            let replaces = match known.get(&identity) {
                Some((_, stored)) if *stored == digest => {
                    recorded.unchanged += 1;
                    continue;
                }
                Some((known, _)) => {
                    recorded.updated += 1;
                    Some(*known)
                }
                None => {
                    recorded.accepted += 1;
                    None
                }
            };
            writes.push(Write {
                report,
                identity,
                digest,
                replaces,
            });
        }
        quarantine(&mut transaction, &batch, now).await?;
        if writes.is_empty() {
            transaction.commit().await?;
            return Ok(recorded);
        }
        keep_versions(&mut transaction, &writes, now).await?;
        let before = take_revisions(&mut transaction, writes.len() as u64).await?;
        write(&mut transaction, &writes, before, now, batch.keep_external_id).await?;
        transaction.commit().await?;
        self.recorded
            .send_replace(Revision(before.0 + writes.len() as u64));
        Ok(recorded)
    }
}

async fn look_up(
    transaction: &mut SqliteConnection,
    identities: &[(Identity, [u8; 16])],
) -> Result<HashMap<Identity, (Known, [u8; 16])>, StoreError> {
    let mut known = HashMap::new();
    for chunk in identities.chunks(LOOKUPS_PER_STATEMENT) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT identity, digest, id, version, received_at FROM report WHERE identity IN (",
        );
        let mut list = query.separated(", ");
        for (identity, _) in chunk {
            list.push_bind(identity.0.to_vec());
        }
        query.push(")");
        for row in query.build().fetch_all(&mut *transaction).await? {
            let identity = Identity(short(&row.try_get::<Vec<u8>, _>("identity")?)?);
            let digest = short(&row.try_get::<Vec<u8>, _>("digest")?)?;
            let row = Known {
                id: row.try_get("id")?,
                version: row.try_get("version")?,
                received_at: row.try_get("received_at")?,
            };
            known.insert(identity, (row, digest));
        }
    }
    Ok(known)
}

fn short(bytes: &[u8]) -> Result<[u8; 16], StoreError> {
    bytes.try_into().map_err(crate::rows::content)
}

/// Copies the rows that are about to be replaced.
async fn keep_versions(
    transaction: &mut SqliteConnection,
    writes: &[Write<'_>],
    now: Timestamp,
) -> Result<(), StoreError> {
    let replaced: Vec<i64> = writes
        .iter()
        .filter_map(|w| w.replaces.map(|known| known.id))
        .collect();
    for chunk in replaced.chunks(LOOKUPS_PER_STATEMENT) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO report_version (id, version, sequence, replaced_at, category, occurred_from, occurred_to, \
             reported_at, status, lat, lng, precision, precision_m, place, text, weight) \
             SELECT id, version, sequence, ",
        );
        query.push_bind(micros(now));
        query.push(
            ", category, occurred_from, occurred_to, reported_at, status, lat, lng, precision, precision_m, place, \
             text, weight FROM report WHERE id IN (",
        );
        let mut list = query.separated(", ");
        for id in chunk {
            list.push_bind(*id);
        }
        query.push(")");
        query.build().execute(&mut *transaction).await?;
    }
    Ok(())
}

async fn write(
    transaction: &mut SqliteConnection,
    writes: &[Write<'_>],
    before: Revision,
    now: Timestamp,
    keep_external_id: bool,
) -> Result<(), StoreError> {
    let mut sequence = before.0.cast_signed();
    for chunk in writes.chunks(ROWS_PER_STATEMENT) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO report (identity, digest, version, sequence, received_at, source, external_id, kind, category, \
             occurred_from, occurred_to, reported_at, status, lat, lng, precision, precision_m, place, text, weight) ",
        );
        query.push_values(chunk, |mut row, write| {
            sequence += 1;
            let report = write.report;
            let (point, precision, precision_m) = match report.location {
                Location::Nowhere => (None, None, None),
                Location::At {
                    point,
                    precision,
                    precision_m,
                } => (Some(point), Some(precision_word(precision)), Some(precision_m)),
            };
            row.push_bind(write.identity.0.to_vec())
                .push_bind(write.digest.to_vec())
                .push_bind(write.replaces.map_or(1, |known| known.version + 1))
                .push_bind(sequence)
                .push_bind(write.replaces.map_or(micros(now), |known| known.received_at))
                .push_bind(report.source.as_str())
                .push_bind(keep_external_id.then(|| report.external_id.as_str()))
                .push_bind(report.kind.as_str())
                .push_bind(report.category.as_str())
                .push_bind(micros(report.occurred.from()))
                .push_bind(micros(report.occurred.to()))
                .push_bind(report.reported_at.map(micros))
                .push_bind(report.status.as_str())
                .push_bind(point.map(lagebild_domain::LatLng::lat_degrees))
                .push_bind(point.map(lagebild_domain::LatLng::lng_degrees))
                .push_bind(precision)
                .push_bind(precision_m)
                .push_bind(report.place.as_deref())
                .push_bind(report.text.as_deref())
                .push_bind(report.weight);
        });
        query.push(
            " ON CONFLICT (identity) DO UPDATE SET digest = excluded.digest, version = excluded.version, \
             sequence = excluded.sequence, external_id = excluded.external_id, kind = excluded.kind, \
             category = excluded.category, occurred_from = excluded.occurred_from, occurred_to = excluded.occurred_to, \
             reported_at = excluded.reported_at, status = excluded.status, lat = excluded.lat, lng = excluded.lng, \
             precision = excluded.precision, precision_m = excluded.precision_m, place = excluded.place, \
             text = excluded.text, weight = excluded.weight",
        );
        query.build().execute(&mut *transaction).await?;
    }
    Ok(())
}

/// Digest of what a report says.
fn digest(report: &Report, keeps_external_id: bool) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    // So that a source that no longer keeps its ids loses those that are there at the next import.
    hasher.update(&[u8::from(keeps_external_id)]);
    let mut text = |value: Option<&str>| {
        match value {
            // A length before each text keeps ("ab", "c") apart from ("a", "bc").
            Some(value) => {
                hasher.update(&(value.len() as u64 + 1).to_le_bytes());
                hasher.update(value.as_bytes())
            }
            None => hasher.update(&0_u64.to_le_bytes()),
        };
    };
    text(Some(report.kind.as_str()));
    text(Some(report.category.as_str()));
    text(Some(report.status.as_str()));
    text(report.place.as_deref());
    text(report.text.as_deref());
    hasher.update(&micros(report.occurred.from()).to_le_bytes());
    hasher.update(&micros(report.occurred.to()).to_le_bytes());
    hasher.update(&report.reported_at.map_or(i64::MIN, micros).to_le_bytes());
    hasher.update(&report.weight.to_le_bytes());
    if let Location::At {
        point,
        precision,
        precision_m,
    } = report.location
    {
        hasher.update(&point.lat_degrees().to_le_bytes());
        hasher.update(&point.lng_degrees().to_le_bytes());
        hasher.update(&precision_m.to_le_bytes());
        hasher.update(precision_word(precision).as_bytes());
    }
    let mut short = [0; 16];
    short.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    short
}
