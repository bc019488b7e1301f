//! What every command that looks with detection profiles begins with.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use lagebild_situation::Situation;
use lagebild_store::Store;

use crate::detection::Looker;
use crate::failure::Failure;
use crate::follow::catch_up;
use crate::installation::Installation;
use crate::picture_file;

/// The installation whose detection profiles look.
#[derive(Args)]
pub(super) struct Profiles {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
}

/// Profiles, and the whole picture before them.
pub(super) struct Before {
    pub(super) installation: Installation,
    pub(super) store: Store,
    pub(super) situation: Arc<Situation>,
    pub(super) looker: Looker,
}

impl Profiles {
    /// The installation, if it has any profile.
    pub(super) fn installation(&self) -> Result<Installation, Failure> {
        let installation = Installation::load(&self.config)?;
        if installation.config.detection.profiles.is_empty() {
            return Err(Failure::usage(format!(
                "{}: there is no [[detection.profile]] to look with",
                self.config.display()
            )));
        }
        Ok(installation)
    }
}

impl Before {
    /// Brings the whole picture of an installation before its profiles.
    pub(super) async fn of(installation: Installation) -> Result<Self, Failure> {
        let store = installation.open_store().await?;
        let situation = Arc::new(installation.situation());
        picture_file::load(&installation.picture_file(), &store, &situation).await;
        catch_up(&store, &situation).await?;
        let looker = Looker::new(&installation, store.clone(), Arc::clone(&situation));
        Ok(Self {
            installation,
            store,
            situation,
            looker,
        })
    }
}
