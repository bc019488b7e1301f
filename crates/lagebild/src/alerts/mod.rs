//! Alerts on their way out: what is decided, and how it is sent.

mod config;
mod deciding;
mod mail;
mod sending;
mod signature;
mod webhook;

pub(crate) use config::AlertsSection;
pub(crate) use deciding::Decider;
pub(crate) use sending::Sender;
