//! Writing batches of reports.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use lagebild_domain::{Identity, LatLng, Location, Precision, Report, Revision, SourceId};
use lagebild_ingest::{Batch, Recorded, Sink};

use crate::database::{Subject, Transaction};
use crate::error::StoreError;
use crate::many::{self, Column};
use crate::open::{Store, take_revisions};
use crate::quarantine::quarantine;
use crate::rows::{content, micros, precision_word};

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
        let subject = Subject::Source(batch.source.as_str());
        let mut transaction = self.database.begin_writing(subject).await?;
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
        quarantine(&mut transaction, &batch, &self.key, now).await?;
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

    async fn kept_out(&self, source: &SourceId) -> Result<HashSet<[u8; 16]>, StoreError> {
        self.quarantined_digests(source.as_str()).await
    }
}

async fn look_up(
    transaction: &mut Transaction,
    identities: &[(Identity, [u8; 16])],
) -> Result<HashMap<Identity, (Known, [u8; 16])>, StoreError> {
    let condition = transaction.dialect().bytes_are_one_of("identity", "$1");
    let keys: Vec<&[u8]> = identities
        .iter()
        .map(|(identity, _)| identity.0.as_slice())
        .collect();
    let rows = transaction
        .query_made(format!(
            "SELECT identity, digest, id, version, received_at FROM report WHERE {condition}"
        ))
        .bind_bytes(&keys)
        .fetch_all()
        .await?;
    let mut known = HashMap::with_capacity(rows.len());
    for row in rows {
        let identity = Identity(short(row.get("identity")?)?);
        let digest = short(row.get("digest")?)?;
        let row = Known {
            id: row.get("id")?,
            version: row.get("version")?,
            received_at: row.get("received_at")?,
        };
        known.insert(identity, (row, digest));
    }
    Ok(known)
}

fn short(bytes: Vec<u8>) -> Result<[u8; 16], StoreError> {
    bytes
        .try_into()
        .map_err(|bytes: Vec<u8>| content(format!("a digest of {} bytes", bytes.len())))
}

/// Copies the rows that are about to be replaced.
async fn keep_versions(
    transaction: &mut Transaction,
    writes: &[Write<'_>],
    now: Timestamp,
) -> Result<(), StoreError> {
    let replaced: Vec<i64> = writes
        .iter()
        .filter_map(|w| w.replaces.map(|known| known.id))
        .collect();
    if replaced.is_empty() {
        return Ok(());
    }
    let condition = transaction.dialect().number_is_one_of("id", "$2");
    transaction
        .query_made(format!(
            "INSERT INTO report_version (id, version, sequence, replaced_at, category, occurred_from, occurred_to, \
             reported_at, status, lat, lng, precision, precision_m, place, text, weight) \
             SELECT id, version, sequence, $1, category, occurred_from, occurred_to, reported_at, status, lat, lng, \
             precision, precision_m, place, text, weight FROM report WHERE {condition}"
        ))
        .bind(micros(now))
        .bind_numbers(&replaced)
        .execute()
        .await
}

async fn write(
    transaction: &mut Transaction,
    writes: &[Write<'_>],
    before: Revision,
    now: Timestamp,
    keep_external_id: bool,
) -> Result<(), StoreError> {
    let reports = || writes.iter().map(|write| write.report);
    let places: Vec<Option<(LatLng, Precision, f64)>> = reports()
        .map(|report| match report.location {
            Location::Nowhere => None,
            Location::At {
                point,
                precision,
                precision_m,
            } => Some((point, precision, precision_m)),
        })
        .collect();
    let places = || places.iter().copied();
    let sequence = before.0.cast_signed() + 1..;
    let version = |write: &Write<'_>| write.replaces.map_or(1, |known| known.version + 1);
    let received = |write: &Write<'_>| write.replaces.map_or(micros(now), |known| known.received_at);
    let columns = [
        (
            "identity",
            Column::bytes(writes.iter().map(|w| w.identity.0.as_slice())),
        ),
        (
            "digest",
            Column::bytes(writes.iter().map(|w| w.digest.as_slice())),
        ),
        ("version", Column::numbers(writes.iter().map(version))),
        ("sequence", Column::numbers(sequence.take(writes.len()))),
        ("received_at", Column::numbers(writes.iter().map(received))),
        ("source", Column::texts(reports().map(|r| r.source.as_str()))),
        (
            "external_id",
            Column::maybe_texts(reports().map(|r| keep_external_id.then(|| r.external_id.as_str()))),
        ),
        ("kind", Column::texts(reports().map(|r| r.kind.as_str()))),
        ("category", Column::texts(reports().map(|r| r.category.as_str()))),
        (
            "occurred_from",
            Column::numbers(reports().map(|r| micros(r.occurred.from()))),
        ),
        (
            "occurred_to",
            Column::numbers(reports().map(|r| micros(r.occurred.to()))),
        ),
        (
            "reported_at",
            Column::maybe_numbers(reports().map(|r| r.reported_at.map(micros))),
        ),
        ("status", Column::texts(reports().map(|r| r.status.as_str()))),
        (
            "lat",
            Column::maybe_reals(places().map(|p| p.map(|(point, _, _)| point.lat_degrees()))),
        ),
        (
            "lng",
            Column::maybe_reals(places().map(|p| p.map(|(point, _, _)| point.lng_degrees()))),
        ),
        (
            "precision",
            Column::maybe_texts(places().map(|p| p.map(|(_, p, _)| precision_word(p)))),
        ),
        (
            "precision_m",
            Column::maybe_reals(places().map(|p| p.map(|(_, _, m)| m))),
        ),
        (
            "place",
            Column::maybe_texts(reports().map(|r| r.place.as_deref())),
        ),
        ("text", Column::maybe_texts(reports().map(|r| r.text.as_deref()))),
        ("weight", Column::reals(reports().map(|r| r.weight))),
    ];
    let behind = "ON CONFLICT (identity) DO UPDATE SET digest = excluded.digest, version = excluded.version, \
                  sequence = excluded.sequence, external_id = excluded.external_id, kind = excluded.kind, \
                  category = excluded.category, occurred_from = excluded.occurred_from, \
                  occurred_to = excluded.occurred_to, reported_at = excluded.reported_at, \
                  status = excluded.status, lat = excluded.lat, lng = excluded.lng, \
                  precision = excluded.precision, precision_m = excluded.precision_m, place = excluded.place, \
                  text = excluded.text, weight = excluded.weight";
    many::insert(transaction, "report", &columns, behind).await
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
