//! The section `alerts` of the configuration.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lagebild_api::{Alerting, ChannelOf};
use lagebild_domain::alert::{Channel, Rule, Subscription};
use lagebild_domain::{ChannelId, OrganisationId};
use serde::Deserialize;

use super::signature::Secret;
use crate::failure::Failure;
use crate::installation::Installation;

/// Pauses between the tries of a message, in seconds: 5 s to a day, three days in all.
const RETRY_SECONDS: [u32; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// Who is told by which way.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AlertsSection {
    /// Where people reach the server, for the links in messages.
    pub(crate) address: String,
    /// Sender of mails and of CAP documents.
    pub(crate) sender: String,
    /// Pauses between the tries of a message; after the last, the way is switched off.
    pub(crate) retry_seconds: Vec<u32>,
    pub(crate) smtp: Option<SmtpSection>,
    #[serde(rename = "mailbox")]
    pub(crate) mailboxes: Vec<Mailbox>,
    #[serde(rename = "endpoint")]
    pub(crate) endpoints: Vec<Endpoint>,
    #[serde(rename = "subscription")]
    pub(crate) subscriptions: Vec<Subscription>,
    #[serde(rename = "rule")]
    pub(crate) rules: Vec<Rule>,
}

impl Default for AlertsSection {
    fn default() -> Self {
        Self {
            address: "http://127.0.0.1:8311".to_owned(),
            sender: "lagebild@localhost".to_owned(),
            retry_seconds: RETRY_SECONDS.to_vec(),
            smtp: None,
            mailboxes: Vec::new(),
            endpoints: Vec::new(),
            subscriptions: Vec::new(),
            rules: Vec::new(),
        }
    }
}

/// The mail server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SmtpSection {
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    #[serde(default)]
    pub(crate) tls: Security,
    pub(crate) user: Option<String>,
    /// File with the password.
    pub(crate) password_file: Option<PathBuf>,
}

/// How the connection to the mail server is secured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Security {
    /// Secured once it is open; not without.
    #[default]
    Starttls,
    /// From the start.
    Tls,
    /// Not at all: for a mail server on this machine.
    None,
}

/// A mailbox of an organisation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mailbox {
    pub(crate) id: ChannelId,
    pub(crate) organisation: OrganisationId,
    pub(crate) address: String,
}

/// A program of an organisation that takes webhooks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Endpoint {
    pub(crate) id: ChannelId,
    pub(crate) organisation: OrganisationId,
    pub(crate) url: String,
    /// File with the key, `whsec_` and base64.
    pub(crate) secret_file: PathBuf,
    /// The key before, while the receiver changes over: both sign.
    pub(crate) old_secret_file: Option<PathBuf>,
    /// Addresses of the machine and of private networks are refused without this.
    #[serde(default)]
    pub(crate) allow_private: bool,
}

impl Endpoint {
    /// Its keys, the present one first.
    pub(crate) fn secrets(&self, base: &Path) -> Result<Vec<Secret>, Failure> {
        let files = std::iter::once(&self.secret_file).chain(&self.old_secret_file);
        files
            .map(|file| {
                let path = base.join(file);
                let text = fs::read_to_string(&path).map_err(|error| {
                    Failure::usage(format!(
                        "the key of the endpoint \"{}\" cannot be read from {} ({error})",
                        self.id,
                        path.display()
                    ))
                })?;
                text.trim().parse().map_err(|problem| {
                    Failure::usage(format!(
                        "{}: {problem}; make one with: printf 'whsec_%s\\n' \"$(head -c 32 /dev/urandom | base64)\"",
                        path.display()
                    ))
                })
            })
            .collect()
    }
}

impl AlertsSection {
    /// What is wrong with it.
    pub(crate) fn check(&self) -> Result<(), String> {
        let channels = self.channels();
        for (index, channel) in channels.iter().enumerate() {
            if channels[..index]
                .iter()
                .any(|other| other.channel == channel.channel)
            {
                return Err(format!("[alerts] has \"{}\" twice", channel.channel));
            }
        }
        if !self.mailboxes.is_empty() && self.smtp.is_none() {
            return Err("[[alerts.mailbox]] needs [alerts.smtp] with `host`".to_owned());
        }
        if self.retry_seconds.is_empty() {
            return Err("[alerts] `retry_seconds` needs at least one pause, such as [5, 300]".to_owned());
        }
        if self.sender.contains([' ', ',', '<', '&']) || self.sender.is_empty() {
            return Err("[alerts] `sender` is an address such as lagebild@stadt.example".to_owned());
        }
        for endpoint in &self.endpoints {
            let is_secure = endpoint.url.starts_with("https://");
            let is_near = endpoint.allow_private && endpoint.url.starts_with("http://");
            if !is_secure && !is_near {
                return Err(format!(
                    "the endpoint \"{}\" needs an https:// address; http:// goes with allow_private = true only",
                    endpoint.id
                ));
            }
        }
        for (index, subscription) in self.subscriptions.iter().enumerate() {
            let id = &subscription.id;
            let problem = |problem: &str| Err(format!("[[alerts.subscription]] \"{id}\": {problem}"));
            subscription.check().or_else(problem)?;
            if self.subscriptions[..index].iter().any(|other| other.id == *id) {
                return problem("stands there twice");
            }
            for channel in [Some(&subscription.channel), subscription.escalate_to.as_ref()]
                .into_iter()
                .flatten()
            {
                let is_own = |known: &ChannelOf| {
                    known.channel == *channel && known.organisation == subscription.organisation
                };
                if *channel != Channel::Inbox && !channels.iter().any(is_own) {
                    return problem(&format!("its organisation has no {channel}"));
                }
            }
        }
        for (index, rule) in self.rules.iter().enumerate() {
            let problem = |problem: &str| Err(format!("[[alerts.rule]] \"{}\": {problem}", rule.id));
            rule.check().or_else(problem)?;
            if self.rules[..index].iter().any(|other| other.id == rule.id) {
                return problem("stands there twice");
            }
        }
        Ok(())
    }

    fn channels(&self) -> Vec<ChannelOf> {
        let mailboxes = self.mailboxes.iter().map(|mailbox| ChannelOf {
            organisation: mailbox.organisation.clone(),
            channel: Channel::Mail(mailbox.id.clone()),
        });
        let endpoints = self.endpoints.iter().map(|endpoint| ChannelOf {
            organisation: endpoint.organisation.clone(),
            channel: Channel::Webhook(endpoint.id.clone()),
        });
        mailboxes.chain(endpoints).collect()
    }
}

impl Installation {
    /// Alerts as the handlers and the deciding job need them.
    pub(crate) fn alerting(&self) -> Alerting {
        let section = &self.config.alerts;
        Alerting {
            subscriptions: Arc::from(section.subscriptions.as_slice()),
            rules: Arc::from(section.rules.as_slice()),
            channels: Arc::from(section.channels()),
            address: Arc::from(section.address.trim_end_matches('/')),
            cap_sender: Arc::from(section.sender.as_str()),
        }
    }
}
