//! `lagebild token`.

use std::path::PathBuf;

use clap::Subcommand;
use jiff::{Timestamp, ToSpan};
use lagebild_domain::{OrganisationId, Role, Viewer};

use crate::failure::Failure;
use crate::installation::Installation;
use crate::{output, own_deeds};

/// Manage API tokens.
#[derive(Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token and print it, once; the store keeps only its hash.
    ///
    /// Example: lagebild token create --config lagebild.toml --role analyst --organisation stadt --name "Ordnungsamt"
    Create {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// analyst, management, steering, press, partner, guest, admin or auditor.
        #[arg(long)]
        role: Role,
        /// Organisation that the bearer acts for.
        #[arg(long)]
        organisation: OrganisationId,
        /// Name to show, such as an office.
        #[arg(long)]
        name: String,
        /// Days until it expires.
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(i64).range(1..=3650))]
        days: i64,
    },
    /// Withdraw the tokens of an organisation that have a name. Sessions opened with them end, and open streams within
    /// seconds.
    ///
    /// Example: lagebild token revoke --config lagebild.toml --organisation stadt --name "Ordnungsamt"
    Revoke {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Organisation that the bearer acts for.
        #[arg(long)]
        organisation: OrganisationId,
        /// Name that the token was made with.
        #[arg(long)]
        name: String,
    },
}

impl TokenCommand {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Create {
                config,
                role,
                organisation,
                name,
                days,
            } => {
                let store = Installation::load(&config)?.open_store().await?;
                let expires = Timestamp::now()
                    .checked_add((days * 24).hours())
                    .map_err(Failure::failed)?;
                let viewer = Viewer {
                    name,
                    role,
                    organisation,
                };
                let secret = store.issue_token(&viewer, expires).await?;
                let words = format!(
                    "name={}&role={role}&organisation={}",
                    viewer.name, viewer.organisation
                );
                own_deeds::note(&store, "token create", &words).await?;
                output::say(secret.reveal());
            }
            Self::Revoke {
                config,
                organisation,
                name,
            } => {
                let store = Installation::load(&config)?.open_store().await?;
                let revoked = store.revoke_tokens(&organisation, &name).await?;
                if revoked == 0 {
                    return Err(Failure::failed(format!(
                        "{organisation} has no token named {name:?}; it may have been withdrawn before, or have another name"
                    )));
                }
                let words = format!("name={name}&organisation={organisation}");
                own_deeds::note(&store, "token revoke", &words).await?;
                output::say(&format!("revoked={revoked}"));
            }
        }
        Ok(())
    }
}
