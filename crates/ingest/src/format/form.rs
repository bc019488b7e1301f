//! How bytes are cut into records and columns.

use encoding_rs::Encoding;

use crate::spec::Format;

/// The form of a feed, and the columns that are read of it.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) format: Format,
    /// Where the records lie: a path of JSON, an element of XML, a sheet, a layer.
    pub(crate) records: Option<String>,
    pub(crate) separator: Option<u8>,
    pub(crate) encoding: Option<&'static Encoding>,
    /// Names of the columns that are read, each once.
    pub(crate) columns: Vec<String>,
    /// What a message asks the reader to mend, such as `the columns of source "x"`.
    pub(crate) settings: String,
}
