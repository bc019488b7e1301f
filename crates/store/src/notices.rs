//! When to look for changes.

use std::time::Duration;

use lagebild_domain::Revision;
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::database::Database;
use crate::open::Store;

/// How often a SQLite file is looked at for another process's writes.
const POLL: Duration = Duration::from_millis(200);
/// Longest time without a look at PostgreSQL, should a connection be dead and not know it.
const LONGEST: Duration = Duration::from_secs(5);
/// Pause before the server is tried again.
const RETRY: Duration = Duration::from_secs(1);
/// What the trigger on the table `revision` tells.
const CHANNEL: &str = "lagebild_revision";

/// Says when something may have been recorded, by whomever.
///
/// This process's own writes are told at once. Those of others: SQLite's file is looked at five times a second; PostgreSQL
/// tells them by `NOTIFY` as they are committed. A lost connection loses no change: when it is up again, there is a notice.
#[derive(Debug)]
pub struct Notices {
    recorded: watch::Receiver<Revision>,
    elsewhere: Elsewhere,
}

#[derive(Debug)]
enum Elsewhere {
    Polled,
    Told {
        pool: PgPool,
        listener: Option<Box<PgListener>>,
    },
}

impl Store {
    /// Notices from now on.
    pub fn notices(&self) -> Notices {
        Notices {
            recorded: self.recorded.subscribe(),
            elsewhere: match &self.database {
                Database::Sqlite(_) => Elsewhere::Polled,
                Database::Postgres(pool) => Elsewhere::Told {
                    pool: pool.clone(),
                    listener: None,
                },
            },
        }
    }
}

impl Notices {
    /// Waits until it is time to ask for changes. What was recorded since the last call is never missed; a notice for
    /// nothing may come.
    pub async fn next(&mut self) {
        match &mut self.elsewhere {
            Elsewhere::Polled => {
                timeout(POLL, self.recorded.changed()).await.ok();
            }
            Elsewhere::Told { pool, listener } => match listener {
                // What was told while nobody listened is asked for after this returns.
                None => match listen(pool).await {
                    Ok(new) => *listener = Some(Box::new(new)),
                    Err(error) => {
                        tracing::warn!(%error, "cannot listen to the database server; trying again");
                        sleep(RETRY).await;
                    }
                },
                Some(open) => {
                    let is_lost = tokio::select! {
                        _ = self.recorded.changed() => false,
                        told = open.try_recv() => !matches!(told, Ok(Some(_))),
                        () = sleep(LONGEST) => false,
                    };
                    if is_lost {
                        *listener = None;
                    }
                }
            },
        }
    }
}

async fn listen(pool: &PgPool) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    // A lost connection is a notice, not something to hide.
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    Ok(listener)
}
