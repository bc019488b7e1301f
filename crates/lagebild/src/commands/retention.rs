//! `lagebild retention`.

use std::path::PathBuf;

use clap::Subcommand;
use jiff::Timestamp;
use lagebild_domain::{ExternalId, SourceId};

use crate::failure::Failure;
use crate::installation::Installation;
use crate::{output, own_deeds, retention};

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
        /// Why, for the audit log; no data of the report.
        #[arg(long, default_value = "")]
        reason: String,
    },
}

impl RetentionCommand {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Run { config } => {
                let installation = Installation::load(&config)?;
                let store = installation.open_store().await?;
                let terms = &installation.config.retention;
                let now = Timestamp::now();
                for source in installation.sources() {
                    if let Some(hold) = retention::held(&terms.holds, &source.id, now) {
                        output::note(&format!(
                            "\"{}\" is held until {} ({}, ordered by {}): nothing of it is deleted",
                            source.id, hold.until, hold.reason, hold.ordered_by
                        ));
                    }
                }
                let removed = retention::run(&store, &installation, now).await?;
                own_deeds::note(&store, "retention run", &removed.to_string()).await?;
                output::say(&removed.to_string());
            }
            Self::Erase {
                config,
                source,
                external_id,
                reason,
            } => {
                let installation = Installation::load(&config)?;
                let now = Timestamp::now();
                if let Some(hold) = retention::held(&installation.config.retention.holds, &source, now) {
                    return Err(Failure::failed(format!(
                        "\"{source}\" is held until {} ({}, ordered by {}); nothing of it is erased before",
                        hold.until, hold.reason, hold.ordered_by
                    )));
                }
                let store = installation.open_store().await?;
                let id = ExternalId::new(external_id);
                if !store.erase(&source, &id, now).await? {
                    return Err(Failure::failed(format!(
                        "{source} has no report with this id; see that the id is the one in the feed, or whether it was deleted before"
                    )));
                }
                let receivers: Vec<&str> = installation
                    .config
                    .releases
                    .iter()
                    .filter(|release| release.hands_over_records() && release.sources.contains(&source))
                    .map(|release| release.to.as_str())
                    .collect();
                let words = format!(
                    "source={source}&reason={reason}&receivers={}",
                    receivers.join(",")
                );
                own_deeds::note(&store, "retention erase", &words).await?;
                if !receivers.is_empty() {
                    output::note(&format!(
                        "tell those to whom records of \"{source}\" are or were released, so that they delete what they took along: {}",
                        receivers.join(", ")
                    ));
                }
                output::say("erased=1");
            }
        }
        Ok(())
    }
}
