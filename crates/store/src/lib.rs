#![doc = include_str!("../README.md")]

mod audit;
mod changes;
mod database;
mod dialect;
mod doubts;
mod error;
mod facts;
mod hotspots;
mod key;
mod leader;
mod many;
mod notices;
mod open;
mod pass;
mod past;
mod publications;
mod quarantine;
mod record;
mod removal;
mod reports;
mod reviews;
mod rows;
mod stamps;
mod url;

pub use audit::{AuditEntry, AuditQuestion, AuditState};
pub use error::StoreError;
pub use hotspots::{HistoryEntry, Look, Settled};
pub use leader::Leadership;
pub use notices::Notices;
pub use open::Store;
pub use pass::{Pass, Secret};
pub use past::PastHotspot;
pub use quarantine::Quarantined;
pub use removal::Removed;
pub use reviews::RecordedReview;
pub use url::{InvalidStoreUrl, StoreUrl};
