//! Following what is written.

use std::collections::BTreeSet;

use lagebild_domain::Revision;
use lagebild_ingest::Sink;

use crate::samples::{batch, report, reports_of};
use crate::site::{Site, on_both_stores};

on_both_stores! {
    a_follower_skips_nothing_under_concurrent_writers,
}

/// Two processes write at once; a follower that pages by three meets every report, in rising order, none twice.
async fn a_follower_skips_nothing_under_concurrent_writers(site: Site) {
    const WRITERS: usize = 3;
    const BATCHES: usize = 20;
    let follower = site.open().await;
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        let store = site.open().await;
        writers.push(tokio::spawn(async move {
            for number in 0..BATCHES {
                let ids = (0..4)
                    .map(|row| report("m", &format!("{writer}-{number}-{row}"), "x"))
                    .collect();
                store.record(batch("m", ids)).await.unwrap();
            }
        }));
    }
    let mut met = BTreeSet::new();
    let mut at = Revision::ZERO;
    while met.len() < WRITERS * BATCHES * 4 {
        let changes = reports_of(&follower.changes_since(at, 3).await.unwrap());
        for (id, revision) in changes {
            assert!(revision > at, "revisions rise");
            assert!(met.insert(id), "no report comes twice");
            at = revision;
        }
        tokio::task::yield_now().await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(
        at,
        Revision((WRITERS * BATCHES * 4) as u64),
        "no number is left out"
    );
}
