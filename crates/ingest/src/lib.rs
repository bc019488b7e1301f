#![doc = include_str!("../README.md")]

mod area_table;
mod bytes;
mod columns;
mod connector;
mod dates;
mod draft;
mod fields;
mod format;
mod gazetteer;
mod identities;
mod import;
mod kept_row;
mod locate;
mod mapping;
mod mojibake;
mod parser;
mod personal_columns;
mod place_files;
mod projection;
mod redaction;
mod rejection;
mod replay;
mod sink;
mod sniff;
mod spec;
mod sql_name;
mod unknown_categories;

pub use area_table::{AreasFile, InvalidAreaTable};
pub use bytes::FeedFault;
pub use columns::{Columns, Constants, Where};
pub use connector::{Connector, Requests};
pub use draft::{NoDraft, draft};
pub use gazetteer::{
    AddressBook, AddressFileFault, AddressSettings, AddressesRead, Found as FoundAddress, Gazetteer,
    InvalidGazetteer, NotFound,
};
pub use import::{Import, ImportError, Outcome};
pub use kept_row::KeptRow;
pub use place_files::{InvalidPlaceFile, PlaceFiles};
pub use projection::proj_definition;
pub use redaction::{Found, Personal, find_personal};
pub use rejection::{Reason, Rejection};
pub use replay::{HeldRow, replay};
pub use sink::{Batch, Progress, Recorded, Sink, Summary};
pub use spec::{FeedSpec, Format, InvalidSpec, PointOrder};
pub use sql_name::{InvalidSqlName, SqlName};
pub use unknown_categories::{SHOWN_FROM_ROWS, looks_like_a_category};

/// Longest line, record or feature that is read, in bytes; anything longer is skipped and quarantined.
pub const MAX_RECORD_BYTES: usize = 1 << 20;
