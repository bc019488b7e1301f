#![doc = include_str!("../README.md")]

mod changes;
mod database;
mod dialect;
mod error;
mod hotspots;
mod key;
mod leader;
mod many;
mod notices;
mod open;
mod pass;
mod quarantine;
mod record;
mod reports;
mod rows;
mod url;

pub use error::StoreError;
pub use hotspots::{HistoryEntry, Look, Settled};
pub use leader::Leadership;
pub use notices::Notices;
pub use open::Store;
pub use pass::{Pass, Secret};
pub use url::{InvalidStoreUrl, StoreUrl};
