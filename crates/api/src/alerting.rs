//! What the configuration says of alerts, for handlers and for the job that decides.

use std::sync::Arc;

use lagebild_domain::OrganisationId;
use lagebild_domain::alert::{Channel, Rule, Subscription};

/// A way that an organisation may be reached by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelOf {
    /// Whose it is.
    pub organisation: OrganisationId,
    /// The way.
    pub channel: Channel,
}

/// Alerts as the configuration has them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Alerting {
    /// Subscriptions that the configuration makes.
    pub subscriptions: Arc<[Subscription]>,
    /// Rules on plain facts.
    pub rules: Arc<[Rule]>,
    /// Mailboxes and endpoints.
    pub channels: Arc<[ChannelOf]>,
    /// Where the server is reached from outside, for links; without a slash at the end.
    pub address: Arc<str>,
    /// Who sends CAP documents: a name without spaces, such as `lagebild@stadt.example`.
    pub cap_sender: Arc<str>,
}

impl Alerting {
    /// The subscriptions of the configuration, and those made over the API.
    pub fn all(&self, made: &[Subscription]) -> Vec<Subscription> {
        let of_configuration = self.subscriptions.iter();
        let made = made
            .iter()
            .filter(|made| self.subscriptions.iter().all(|known| known.id != made.id));
        of_configuration.chain(made).cloned().collect()
    }

    /// The ways of an organisation.
    pub(crate) fn channels_of<'a>(
        &'a self,
        organisation: &'a OrganisationId,
    ) -> impl Iterator<Item = &'a Channel> {
        let own = self
            .channels
            .iter()
            .filter(move |channel| channel.organisation == *organisation);
        own.map(|channel| &channel.channel)
    }
}
