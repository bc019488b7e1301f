#![doc = include_str!("../README.md")]

mod blocks;
mod calendar;
mod cells;
mod clip;
pub mod effect;
mod event;
mod index;
mod lage;
mod mercator;
mod page;
mod patches;
mod published;
mod sieve;
mod situation;
mod snapshot;
mod spans;
mod tile;
mod vocabulary;

pub use cells::{Cell, Resolution};
pub use lage::{Count, Day, Lage, Window};
pub use mercator::{InvalidTile, TileCoord};
pub use page::{Cursor, InvalidCursor, Page};
pub use published::PublicLage;
pub use situation::{Observation, OutOfLog, Seen, SeenReport, Situation};
pub use snapshot::{Snapshot, UnusableSnapshot};
pub use tile::{Layer, UnknownLayer};
pub use vocabulary::Vocabulary;
