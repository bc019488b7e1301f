#![doc = include_str!("../README.md")]

mod bytes;
mod dates;
mod delimited;
mod features;
mod import;
mod mapping;
mod projection;
mod rejection;
mod spec;

pub use bytes::FeedFault;
pub use import::{Batch, Import, ImportError, Outcome, Progress, Recorded, Sink, Summary};
pub use rejection::{Reason, Rejection};
pub use spec::{Columns, Constants, FeedSpec, Format, InvalidSpec, Where};

/// Longest line, record or feature that is read, in bytes; anything longer is skipped and quarantined.
pub const MAX_RECORD_BYTES: usize = 1 << 20;
