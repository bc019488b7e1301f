//! `lagebild serve`.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use lagebild_api::{App, router};
use lagebild_domain::Revision;
use lagebild_store::{Leadership, Store, StoreError};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::detection::Looker;
use crate::failure::Failure;
use crate::follow;
use crate::installation::Installation;

/// How long open requests may take to end when the server stops.
const GRACE: Duration = Duration::from_secs(5);
/// How often a node that does not lead tries to.
const TAKE_OVER: Duration = Duration::from_secs(2);
const SECONDS_PER_MINUTE: u64 = 60;

/// Serve the picture: web map, API, tiles, live stream.
///
/// Example: lagebild serve --config lagebild.toml
#[derive(Args)]
pub(crate) struct Serve {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
}

impl Serve {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let installation = Installation::load(&self.config)?;
        let store = installation.open_store().await?;
        Box::pin(run(installation, store, std::future::pending())).await
    }
}

/// Serves an installation until the process is told to stop; `beside` runs along with it.
pub(crate) async fn run(
    installation: Installation,
    store: Store,
    beside: impl Future<Output = ()>,
) -> Result<(), Failure> {
    let address = installation.config.server.listen;
    let listener = TcpListener::bind(address).await.map_err(|error| {
        Failure::failed(format!(
            "cannot listen on {address} ({error}); choose another [server] listen, or --port for the demo"
        ))
    })?;
    let situation = Arc::new(installation.situation());
    let (reached, picture_revision) = watch::channel(None);
    let (set_ready, ready) = watch::channel(false);
    let (stop, stopping) = watch::channel(false);
    let app = App {
        store: store.clone(),
        situation: Arc::clone(&situation),
        releases: installation.releases(),
        city: Arc::from(installation.config.area.name.as_str()),
        demo: installation.config.demo,
        basemap: installation.basemap()?,
        picture_revision: picture_revision.clone(),
        ready,
        stopping: stopping.clone(),
    };
    tracing::info!("serving on http://{address}");
    let following = follow::follow(store.clone(), Arc::clone(&situation), reached);
    let looking = look_again_and_again(&installation, store, situation, picture_revision, set_ready);
    let mut told_to_stop = stopping;
    let serving = axum::serve(listener, router(app)).with_graceful_shutdown(async move {
        told_to_stop.wait_for(|stop| *stop).await.ok();
    });
    let serving = std::pin::pin!(serving.into_future());
    let jobs = async { tokio::join!(following, looking, beside) };
    let waiting = async {
        stop_signal().await;
        tracing::info!("stopping");
        stop.send_replace(true);
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = serving => served.map_err(|error| Failure::failed(format!("the server failed: {error}"))),
        _ = jobs => Ok(()),
        () = waiting => Ok(()),
    }
}

/// A look once the picture is loaded, then one every so many minutes if something is new. Of several nodes one looks;
/// when it dies, another takes over.
async fn look_again_and_again(
    installation: &Installation,
    store: Store,
    situation: Arc<lagebild_situation::Situation>,
    mut reached: watch::Receiver<Option<Revision>>,
    ready: watch::Sender<bool>,
) {
    let has_profiles = !installation.config.detection.profiles.is_empty();
    let interval = Duration::from_secs(
        SECONDS_PER_MINUTE * u64::from(installation.config.detection.every_minutes.max(1)),
    );
    let looker = Looker::new(installation, store.clone(), Arc::clone(&situation));
    reached.wait_for(Option::is_some).await.ok();
    let mut leadership = None;
    loop {
        match leads(&store, &mut leadership).await {
            Ok(true) => {}
            Ok(false) => {
                // The node that looks keeps what it finds where this one sees it.
                ready.send_replace(true);
                tokio::time::sleep(TAKE_OVER).await;
                continue;
            }
            Err(error) => {
                tracing::error!(%error, "cannot tell which node looks for hotspots; trying again");
                tokio::time::sleep(TAKE_OVER).await;
                continue;
            }
        }
        let looked_at = situation.reports_revision();
        if !has_profiles || look_once(&looker).await {
            ready.send_replace(true);
        }
        tokio::time::sleep(interval).await;
        reached
            .wait_for(|_| situation.reports_revision() > looked_at)
            .await
            .ok();
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

/// True when the look was made and kept.
async fn look_once(looker: &Looker) -> bool {
    match looker.look(None).await {
        Ok(looks) => {
            for refused in &looks.refused {
                tracing::warn!("{refused}");
            }
            tracing::info!(as_of = %looks.as_of, findings = looks.found.len(), elapsed_ms = looks.elapsed_ms, "looked for hotspots");
            true
        }
        Err(error) => {
            tracing::error!(%error, "the look for hotspots failed");
            false
        }
    }
}

async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    interrupt.await.ok();
}
