//! What is done by command, for the audit log.

use std::env;

use jiff::Timestamp;
use lagebild_domain::audit::{Action, Deed};
use lagebild_domain::{OrganisationId, Role, Viewer};
use lagebild_store::Store;

use crate::failure::Failure;

/// Notes that a command changed something: `what` is the command, `words` what it was told, without data or secrets.
pub(crate) async fn note(store: &Store, what: &str, words: &str) -> Result<(), Failure> {
    let deed = Deed {
        at: Timestamp::now(),
        revision: store.revision().await?,
        action: Action::Changed,
        what: format!("lagebild {what}"),
        words: words.to_owned(),
        times: 1,
        by: Viewer {
            name: format!("Kommandozeile, {}", system_user()),
            role: Role::Admin,
            organisation: OrganisationId::new("betrieb").map_err(Failure::failed)?,
        },
    };
    store.append_deeds(&[deed]).await?;
    Ok(())
}

/// Whoever runs the command, as far as the system says; behind `sudo` the one before it.
fn system_user() -> String {
    ["SUDO_USER", "USER", "LOGNAME"]
        .iter()
        .find_map(|name| env::var(name).ok())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "unbekannt".to_owned())
}
