//! `lagebild audit verify`.

use std::path::PathBuf;

use clap::Subcommand;
use lagebild_domain::audit::Seal;
use lagebild_store::AuditState;

use crate::failure::Failure;
use crate::installation::Installation;
use crate::output;

/// Check the log of who saw and did what.
#[derive(Subcommand)]
pub(crate) enum AuditCommand {
    /// Walk along the chain of entries: tells the first that was changed, taken out or put in.
    ///
    /// Prints the number of entries, of those deleted at their deadline before them, and the last seal. Note that seal elsewhere; given back by --seal it shows that no entry
    /// is missing at the end.
    ///
    /// Example: lagebild audit verify --config lagebild.toml
    Verify {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// A last seal from before, which must still be in the chain.
        #[arg(long)]
        seal: Option<Seal>,
    },
}

impl AuditCommand {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let Self::Verify { config, seal: noted } = self;
        let store = Installation::load(&config)?.open_store().await?;
        match store.verify_audit(noted).await? {
            AuditState::Whole {
                entries,
                deleted,
                seal,
                holds_seal: true,
            } => {
                output::say(&format!("entries={entries} deleted={deleted} seal={seal}"));
                Ok(())
            }
            AuditState::Whole { entries, .. } => Err(Failure::failed(format!(
                "the {entries} entries of the audit log are whole, but the noted seal is not among theirs: entries are \
                 missing at the end, or all were made anew; compare with a backup from before"
            ))),
            AuditState::Broken { at, problem } => Err(Failure::failed(format!(
                "entry {at} of the audit log: {problem}. Keep the database as it is for whoever investigates, and compare \
                 with the last backup"
            ))),
        }
    }
}
