//! `lagebild serve`.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use lagebild_api::{App, Attendance, AuditTrail, Doorkeeper, KeptTiles, router};
use lagebild_domain::Role;
use lagebild_store::Store;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

use crate::alerts;
use crate::attendance;
use crate::auditing;
use crate::briefing::{Editor, write_orders};
use crate::connect;
use crate::failure::Failure;
use crate::follow;
use crate::installation::Installation;
use crate::jobs::Jobs;
use crate::picture_file::PictureFile;
use crate::publishing::publish_when_due;
use crate::retention;

/// How long open requests may take to end when the server stops.
const GRACE: Duration = Duration::from_secs(5);

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
        refuse_open_administrator(&store).await?;
        Box::pin(run(installation, store, std::future::pending())).await
    }
}

/// Whoever keeps the installation can let others in: a password alone does not guard that.
async fn refuse_open_administrator(store: &Store) -> Result<(), Failure> {
    let accounts = store.accounts().await?;
    let open = accounts.iter().find(|account| {
        account.viewer.role == Role::Admin && !account.is_disabled && !account.has_second_factor
    });
    match open {
        None => Ok(()),
        Some(account) => Err(Failure::usage(format!(
            "the administrator {name} has no second factor; give one with `lagebild user totp --name {name}`, or close the \
             account with `lagebild user disable --name {name}`",
            name = account.name
        ))),
    }
}

/// Serves an installation until the process is told to stop; `beside` runs along with it.
pub(crate) async fn run(
    installation: Installation,
    store: Store,
    beside: impl Future<Output = ()>,
) -> Result<(), Failure> {
    let installation = Arc::new(installation);
    let address = installation.config.server.listen;
    let listener = listen(address).await?;
    let situation = Arc::new(installation.situation());
    let (reached, picture_revision) = watch::channel(None);
    let (set_ready, ready) = watch::channel(false);
    let (stop, stopping) = watch::channel(false);
    let (lead, leads) = watch::channel(false);
    let intake = installation.intake();
    let fetching = connect::run(
        installation.connectors(&intake),
        intake.clone(),
        store.clone(),
        leads.clone(),
    );
    let trail = AuditTrail::default();
    let attendance = Attendance::default();
    let briefing_ordered = Arc::new(Notify::new());
    let app = App {
        store: store.clone(),
        situation: Arc::clone(&situation),
        tiles: KeptTiles::default(),
        releases: installation.releases(),
        alarm_budgets: installation.alarm_budgets(),
        alerting: installation.alerting(),
        partnership: Arc::new(installation.config.partnership.clone()),
        decision_path: Arc::new(installation.config.projects.path.clone().unwrap_or_default()),
        audit: trail.clone(),
        attendance: attendance.clone(),
        briefing_ordered: Arc::clone(&briefing_ordered),
        doorkeeper: Doorkeeper::default(),
        single_sign_on: installation.single_sign_on()?,
        session_terms: installation.session_terms(),
        proxies: Arc::from(installation.config.server.proxies.as_slice()),
        city: Arc::from(installation.config.area.name.as_str()),
        demo: installation.config.demo,
        basemap: installation.basemap()?,
        intake,
        picture_revision: picture_revision.clone(),
        ready,
        stopping: stopping.clone(),
    };
    tracing::info!("serving on http://{address}");
    let mut file = PictureFile::new(installation.picture_file(), store.clone(), Arc::clone(&situation));
    let following = async {
        file.begin().await;
        let following = follow::follow(store.clone(), Arc::clone(&situation), reached);
        tokio::join!(following, file.keep(picture_revision.clone()));
    };
    let looking = Jobs::new(&installation, store.clone(), Arc::clone(&situation)).run(
        picture_revision.clone(),
        set_ready,
        lead,
    );
    let alerting = alerts::run(&installation, &store, &situation, &picture_revision, leads)?;
    let log = store.clone();
    let auditing = auditing::keep(&log, &trail);
    let attending = attendance::keep(&log, &attendance);
    let deleting = async {
        // What is invented has no deadline, and a demo of long ago is to look the same again.
        if !installation.config.demo {
            retention::keep(&log, &installation).await;
        }
    };
    let publishing = publish_when_due(
        store.clone(),
        Arc::clone(&situation),
        installation.releases(),
        picture_revision.clone(),
    );
    let editor = Editor::new(Arc::clone(&installation), store.clone(), Arc::clone(&situation));
    let writing = write_orders(editor, store.clone(), briefing_ordered, picture_revision.clone());
    let mut told_to_stop = stopping;
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
        told_to_stop.wait_for(|stop| *stop).await.ok();
    });
    let serving = std::pin::pin!(serving.into_future());
    let jobs = async {
        tokio::join!(
            following, publishing, looking, alerting, fetching, auditing, attending, deleting, writing,
            beside
        )
    };
    let waiting = async {
        stop_signal().await;
        tracing::info!("stopping");
        stop.send_replace(true);
        tokio::time::sleep(GRACE).await;
    };
    let served = tokio::select! {
        served = serving => served.map_err(|error| Failure::failed(format!("the server failed: {error}"))),
        _ = jobs => Ok(()),
        () = waiting => Ok(()),
    };
    auditing::bring(&log, &trail, true).await;
    file.write().await;
    served
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::failed(format!(
            "cannot listen on {address} ({error}); choose another [server] listen, or --port for the demo"
        ))
    })
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
