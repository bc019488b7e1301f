//! What a running server does by itself: looks, the weekly layers, the past.

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use lagebild_domain::{Revision, german};
use lagebild_situation::Situation;
use lagebild_store::{Leadership, Store, StoreError};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::detection::{LookAt, Looker};
use crate::failure::Failure;
use crate::installation::Installation;

/// How often a node that does not lead tries to.
const TAKE_OVER: Duration = Duration::from_secs(2);
/// New data are waited for until none came for so long …
const QUIET: Duration = Duration::from_secs(10);
/// … but no longer than this.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// Hour in Berlin of the full look.
const NIGHT_HOUR: i8 = 3;
const DAYS_BETWEEN_LAYERS: i64 = 7;
const SECONDS_PER_MINUTE: u64 = 60;
/// Pause after a failure.
const RETRY: Duration = Duration::from_mins(1);

/// The jobs of an installation.
#[derive(Debug)]
pub(crate) struct Jobs {
    looker: Looker,
    store: Store,
    situation: Arc<Situation>,
    /// Shortest time between two looks.
    interval: Duration,
    /// Weeks of the past that are filled in.
    history_weeks: u32,
    has_profiles: bool,
}

impl Jobs {
    pub(crate) fn new(installation: &Installation, store: Store, situation: Arc<Situation>) -> Self {
        let detection = &installation.config.detection;
        Self {
            looker: Looker::new(installation, store.clone(), Arc::clone(&situation)),
            store,
            situation,
            interval: Duration::from_secs(SECONDS_PER_MINUTE * u64::from(detection.every_minutes.max(1))),
            history_weeks: detection.history_weeks,
            has_profiles: !detection.profiles.is_empty(),
        }
    }

    /// Runs for ever: a full look once the picture is loaded, then looks after new data and a full one every night; the
    /// past and the weekly layers beside them. Of several nodes one does it; when it dies, another takes over.
    pub(crate) async fn run(
        self,
        mut reached: watch::Receiver<Option<Revision>>,
        ready: watch::Sender<bool>,
        lead: watch::Sender<bool>,
    ) {
        reached.wait_for(Option::is_some).await.ok();
        let leads = lead.subscribe();
        let leading = self.keep_leading(&lead, &ready);
        if !self.has_profiles {
            ready.send_replace(true);
            tokio::join!(leading, self.link_again_and_again(reached, leads));
            return;
        }
        let looking = self.look_again_and_again(reached, leads.clone(), &ready);
        let slowly = self.fill_in(leads, ready.subscribe());
        tokio::join!(leading, looking, slowly);
    }

    async fn keep_leading(&self, lead: &watch::Sender<bool>, ready: &watch::Sender<bool>) {
        let mut leadership = None;
        loop {
            match leads(&self.store, &mut leadership).await {
                Ok(is_leading) => {
                    lead.send_if_modified(|known| std::mem::replace(known, is_leading) != is_leading);
                    if !is_leading {
                        // The node that looks keeps what it finds where this one sees it.
                        ready.send_replace(true);
                    }
                }
                Err(error) => {
                    tracing::error!(%error, "cannot tell which node looks for hotspots; trying again");
                }
            }
            sleep(TAKE_OVER).await;
        }
    }

    async fn look_again_and_again(
        &self,
        mut reached: watch::Receiver<Option<Revision>>,
        mut leads: watch::Receiver<bool>,
        ready: &watch::Sender<bool>,
    ) {
        let mut full = true;
        loop {
            leads.wait_for(|leads| *leads).await.ok();
            let looked_at = self.situation.reports_revision();
            let wanted = if full {
                LookAt::Everything
            } else {
                LookAt::WhatIsNew
            };
            if self.look(wanted).await {
                ready.send_replace(true);
            }
            let new_data = async {
                sleep(self.interval).await;
                reached
                    .wait_for(|_| self.situation.reports_revision() > looked_at)
                    .await
                    .ok();
                self.until_quiet().await;
            };
            full = timeout(until_night(Timestamp::now()), new_data).await.is_err();
        }
    }

    /// What a look does first, for installations that look for nothing.
    async fn link_again_and_again(
        &self,
        mut reached: watch::Receiver<Option<Revision>>,
        mut leads: watch::Receiver<bool>,
    ) {
        loop {
            leads.wait_for(|leads| *leads).await.ok();
            let linked = self.situation.reports_revision();
            if let Err(error) = self.looker.link().await {
                tracing::error!(%error, "reports of one happening could not be linked");
            }
            sleep(self.interval).await;
            reached
                .wait_for(|_| self.situation.reports_revision() > linked)
                .await
                .ok();
            self.until_quiet().await;
        }
    }

    /// Waits until a while has passed without new reports: a feed that comes in is looked at once, when it is in.
    async fn until_quiet(&self) {
        let quiet = async {
            loop {
                let before = self.situation.reports_revision();
                sleep(QUIET).await;
                if self.situation.reports_revision() == before {
                    return;
                }
            }
        };
        timeout(LONGEST_WAIT, quiet).await.ok();
    }

    /// True when the look was made and kept.
    async fn look(&self, wanted: LookAt) -> bool {
        match self.looker.look(wanted).await {
            Ok(looks) => {
                for refused in &looks.refused {
                    tracing::warn!("{refused}");
                }
                tracing::info!(as_of = %looks.as_of, findings = looks.found.len(), skipped = looks.unchanged,
                    elapsed_ms = looks.elapsed_ms, "looked for hotspots");
                true
            }
            Err(error) => {
                tracing::error!(%error, "the look for hotspots failed");
                false
            }
        }
    }

    /// What may take its time: the past once, the layers every week.
    async fn fill_in(&self, mut leads: watch::Receiver<bool>, mut ready: watch::Receiver<bool>) {
        ready.wait_for(|ready| *ready).await.ok();
        loop {
            leads.wait_for(|leads| *leads).await.ok();
            match self.fill_in_once().await {
                Ok(()) => sleep(until_night(Timestamp::now())).await,
                Err(error) => {
                    tracing::error!(%error, "the weekly layers or the past could not be made; trying again");
                    sleep(RETRY).await;
                }
            }
        }
    }

    async fn fill_in_once(&self) -> Result<(), Failure> {
        let made_at = self.store.layers_made_at().await?;
        let is_due = made_at.is_none_or(|made_at| {
            let next = made_at.checked_add((DAYS_BETWEEN_LAYERS * 24).hours());
            next.is_ok_and(|next| next <= Timestamp::now())
        });
        if is_due {
            let layers = self.looker.weekly_layers().await?;
            self.store.replace_layers(&layers, Timestamp::now()).await?;
            tracing::info!(layers = layers.len(), "made the weekly layers");
        }
        if self.history_weeks > 0 {
            self.looker.fill_in_the_past(self.history_weeks).await?;
        }
        Ok(())
    }
}

/// A stopping server does not wait for the past.
impl Drop for Jobs {
    fn drop(&mut self) {
        self.looker.abandon();
    }
}

/// True when this node does the jobs that are done once.
async fn leads(store: &Store, leadership: &mut Option<Leadership>) -> Result<bool, StoreError> {
    if let Some(held) = leadership
        && held.is_held().await
    {
        return Ok(true);
    }
    let was_leading = leadership.take().is_some();
    *leadership = store.lead().await?;
    if was_leading || leadership.is_some() {
        tracing::info!(
            leads = leadership.is_some(),
            "one node of the store looks for hotspots"
        );
    }
    Ok(leadership.is_some())
}

/// Time until the next night's full look.
fn until_night(now: Timestamp) -> Duration {
    let local = now.to_zoned(german::zone());
    let at = |day: Date| {
        day.at(NIGHT_HOUR, 0, 0, 0)
            .to_zoned(german::zone())
            .map_or(now, |zoned| zoned.timestamp())
    };
    let tonight = at(local.date());
    let next = if tonight > now {
        tonight
    } else {
        at(local.date().saturating_add(1.days()))
    };
    Duration::from_secs(
        u64::try_from(next.as_second() - now.as_second())
            .unwrap_or(0)
            .max(1),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_night_begins_at_three_in_berlin() {
        let hours = |now: &str| until_night(now.parse().unwrap()).as_secs_f64() / 3600.0;
        assert!((hours("2026-11-22T01:00:00Z") - 1.0).abs() < 1e-9);
        assert!((hours("2026-11-22T02:00:00Z") - 24.0).abs() < 1e-9);
        // The night of 29 March 2026 has no hour from two to three.
        assert!((hours("2026-03-28T23:00:00Z") - 2.0).abs() < 1e-9);
    }
}
