//! Alerts on their way out: what is decided, and how it is sent.

mod config;
mod deciding;
mod mail;
mod sending;
mod signature;
mod webhook;

use std::sync::Arc;

use lagebild_domain::Revision;
use lagebild_situation::Situation;
use lagebild_store::Store;
use tokio::sync::watch;

use crate::failure::Failure;
use crate::installation::Installation;
pub(crate) use config::AlertsSection;
use deciding::Decider;
use sending::Sender;

/// Decides on the node that leads, and sends on every node, for ever.
///
/// # Errors
/// [`Failure`] when a rule, a key or an address of the configuration cannot be used.
pub(crate) fn run(
    installation: &Installation,
    store: &Store,
    situation: &Arc<Situation>,
    reached: &watch::Receiver<Option<Revision>>,
    leads: watch::Receiver<bool>,
) -> Result<impl Future<Output = ()> + use<>, Failure> {
    let decider = Decider::new(installation, store.clone(), Arc::clone(situation))?;
    let sender = Sender::new(installation, store.clone())?;
    let reached = reached.clone();
    Ok(async move {
        tokio::join!(decider.run(reached, leads), sender.run());
    })
}
