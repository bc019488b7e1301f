//! `lagebild retention`.

use std::path::PathBuf;

use clap::Subcommand;
use jiff::Timestamp;
use lagebild_domain::{ExternalId, SourceId};

use crate::failure::Failure;
use crate::installation::Installation;
use crate::{output, retention};

/// Delete what may not be kept any longer.
#[derive(Subcommand)]
pub(crate) enum RetentionCommand {
    /// Delete what has reached its source's deadline (`retention_days`), as a running server does by itself.
    ///
    /// Example: lagebild retention run --config lagebild.toml
    Run {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
    },
    /// Delete one report with all its versions on its owner's instruction.
    ///
    /// Example: lagebild retention erase --config lagebild.toml --source maengelmelder --external-id 4711
    Erase {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// The source that it came from.
        #[arg(long)]
        source: SourceId,
        /// Its id at the source.
        #[arg(long)]
        external_id: String,
    },
}

impl RetentionCommand {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Run { config } => {
                let installation = Installation::load(&config)?;
                let store = installation.open_store().await?;
                let removed = retention::run(&store, &installation.sources(), Timestamp::now()).await?;
                output::say(&format!(
                    "reports={} quarantined={}",
                    removed.reports, removed.quarantined
                ));
            }
            Self::Erase {
                config,
                source,
                external_id,
            } => {
                let store = Installation::load(&config)?.open_store().await?;
                let id = ExternalId::new(external_id);
                if !store.erase(&source, &id, Timestamp::now()).await? {
                    return Err(Failure::failed(format!(
                        "{source} has no report with this id; see that the id is the one in the feed, or whether it was deleted before"
                    )));
                }
                output::say("erased=1");
            }
        }
        Ok(())
    }
}
