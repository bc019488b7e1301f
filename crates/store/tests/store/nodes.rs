//! Several nodes on one store: who is told what, and who leads.

use std::future::Future;
use std::time::Duration;

use lagebild_domain::Revision;
use lagebild_ingest::Sink;
use lagebild_store::{Notices, Store};
use tokio::time::timeout;

use crate::samples::{batch, report, reports_of};
use crate::site::{Site, on_both_stores};

/// Longest wait for what must come.
const AT_MOST: Duration = Duration::from_secs(30);

on_both_stores! {
    a_write_of_another_node_is_noticed,
    a_follower_with_a_broken_connection_catches_up,
    one_node_leads_until_it_is_gone,
}

async fn soon<T>(what: &str, coming: impl Future<Output = T>) -> T {
    timeout(AT_MOST, coming)
        .await
        .unwrap_or_else(|_| panic!("waited {AT_MOST:?} in vain for {what}"))
}

/// Follows as a server does, until this many reports have come.
async fn follow(store: &Store, notices: &mut Notices, from: Revision, reports: usize) -> Revision {
    let (mut at, mut met) = (from, 0);
    while met < reports {
        let changes = reports_of(&store.changes_since(at, 100).await.unwrap());
        if changes.is_empty() {
            notices.next().await;
        }
        for (_, revision) in changes {
            assert!(revision > at);
            at = revision;
            met += 1;
        }
    }
    at
}

async fn write(store: &Store, id: &str) {
    store
        .record(batch("m", vec![report("m", id, "x")]))
        .await
        .unwrap();
}

async fn a_write_of_another_node_is_noticed(site: Site) {
    let here = site.open().await;
    let there = site.other_node().open().await;
    let mut notices = here.notices();
    let mut at = Revision::ZERO;
    for number in 0..5 {
        write(&there, &number.to_string()).await;
        at = soon("another node's write", follow(&here, &mut notices, at, 1)).await;
    }
    write(&here, "own").await;
    soon("an own write", follow(&here, &mut notices, at, 1)).await;
}

async fn a_follower_with_a_broken_connection_catches_up(site: Site) {
    let here = site.open().await;
    let there = site.other_node().open().await;
    let mut notices = here.notices();
    write(&there, "before").await;
    let mut at = soon("the first", follow(&here, &mut notices, Revision::ZERO, 1)).await;
    for number in 0..3 {
        if let Some((server, url)) = &site.server {
            let all = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                       WHERE datname = current_database() AND pid <> pg_backend_pid()";
            assert_ne!(server.ask(url, all), "0", "connections are broken");
        }
        // A pool may hand out a broken connection once more; a writer then tries again, as an operator would.
        while there
            .record(batch("m", vec![report("m", &number.to_string(), "x")]))
            .await
            .is_err()
        {}
        at = loop {
            soon("what was written behind a broken connection", notices.next()).await;
            if let Ok(changes) = here.changes_since(at, 10).await
                && let Some((_, revision)) = reports_of(&changes).last()
            {
                break *revision;
            }
        };
    }
    assert_eq!(at, Revision(4));
}

async fn one_node_leads_until_it_is_gone(site: Site) {
    let here = site.open().await;
    let there = site.other_node().open().await;
    let mut leadership = here.lead().await.unwrap().expect("the first to ask leads");
    assert!(leadership.is_held().await);
    let Some((server, url)) = &site.server else {
        return;
    };
    assert!(there.lead().await.unwrap().is_none(), "there is one leader");
    drop(leadership);
    let mut taken = soon("leadership that was given back", until_leading(&there)).await;
    assert!(here.lead().await.unwrap().is_none());
    let leader = "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory' \
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    assert_eq!(server.ask(url, leader), "1");
    assert!(!taken.is_held().await, "a leader whose connection broke knows it");
    soon("leadership of a node that died", until_leading(&here)).await;
}

async fn until_leading(store: &Store) -> lagebild_store::Leadership {
    loop {
        if let Some(leadership) = store.lead().await.unwrap() {
            return leadership;
        }
        tokio::task::yield_now().await;
    }
}
