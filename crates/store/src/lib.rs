#![doc = include_str!("../README.md")]

mod access;
mod changes;
mod error;
mod hotspots;
mod open;
mod quarantine;
mod record;
mod reports;
mod rows;

pub use access::Secret;
pub use error::StoreError;
pub use hotspots::{HistoryEntry, Look, Settled};
pub use open::Store;
