//! Where a server fetches a feed by itself: the `[source.connector]` section.

use std::path::PathBuf;

use jiff::civil::Date;
use serde::Deserialize;

use crate::sql_name::SqlName;

/// Seconds between two looks at a folder.
const FOLDER_SECONDS: u32 = 10;
/// Seconds between two rounds of requests.
const HTTP_SECONDS: u32 = 900;

/// Where a feed is fetched.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RawConnector")]
pub enum Connector {
    /// Files that are put into a folder.
    Folder {
        /// The folder; relative to the configuration.
        path: PathBuf,
        /// Ending of the files that are read, such as `.csv`; all without it.
        ending: Option<String>,
        /// Seconds between two looks.
        every_seconds: u32,
    },
    /// An address that answers with the feed.
    Http {
        /// The address; `{since}` in it stands for the time of the last success, less the overlap.
        url: String,
        /// How it is asked.
        requests: Requests,
    },
    /// A view of a PostgreSQL database.
    Postgres {
        /// File with the database's address, which holds a password; relative to the configuration.
        url_file: PathBuf,
        /// The view, with its schema where it is not on the path.
        view: SqlName,
        /// Column of the time of a row's last change, so that only what is new is read.
        cursor: Option<SqlName>,
        /// How it is asked.
        requests: Requests,
    },
    /// `requests.json` or `requests.xml` of an Open311 server.
    Open311 {
        /// The address, with `jurisdiction_id` where the server wants one.
        url: String,
        /// First day that is asked for.
        from: Option<Date>,
        /// Records of a page, for servers that give pages.
        page_size: Option<u32>,
        /// How it is asked.
        requests: Requests,
    },
}

/// How requests are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requests {
    /// Seconds between two rounds.
    pub every_seconds: u32,
    /// Seconds after which a request is given up.
    pub timeout_seconds: u32,
    /// Largest answer in MiB.
    pub max_mb: u32,
    /// Hours before the last success that are asked for again: feeds are late, and their clocks differ.
    pub overlap_hours: u32,
    /// Days before the first round that it asks for.
    pub backfill_days: u32,
    /// Environment variable with a bearer token; tokens do not belong into the configuration.
    pub token_env: Option<String>,
}

impl Default for Requests {
    fn default() -> Self {
        Self {
            every_seconds: HTTP_SECONDS,
            timeout_seconds: 60,
            max_mb: 64,
            overlap_hours: 48,
            backfill_days: 90,
            token_env: None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ConnectorKind {
    Folder,
    Http,
    Open311,
    Postgres,
}

/// The section as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConnector {
    kind: ConnectorKind,
    path: Option<PathBuf>,
    ending: Option<String>,
    url: Option<String>,
    url_file: Option<PathBuf>,
    view: Option<SqlName>,
    cursor: Option<SqlName>,
    from: Option<Date>,
    page_size: Option<u32>,
    every_seconds: Option<u32>,
    timeout_seconds: Option<u32>,
    max_mb: Option<u32>,
    overlap_hours: Option<u32>,
    backfill_days: Option<u32>,
    token_env: Option<String>,
}

impl TryFrom<RawConnector> for Connector {
    type Error = String;

    fn try_from(raw: RawConnector) -> Result<Self, String> {
        let usual = Requests::default();
        let requests = Requests {
            every_seconds: raw.every_seconds.unwrap_or(usual.every_seconds),
            timeout_seconds: raw.timeout_seconds.unwrap_or(usual.timeout_seconds),
            max_mb: raw.max_mb.unwrap_or(usual.max_mb),
            overlap_hours: raw.overlap_hours.unwrap_or(usual.overlap_hours),
            backfill_days: raw.backfill_days.unwrap_or(usual.backfill_days),
            token_env: raw.token_env,
        };
        if [requests.every_seconds, requests.timeout_seconds, requests.max_mb].contains(&0) {
            return Err(
                "connector: `every_seconds`, `timeout_seconds` and `max_mb` must be 1 or more".to_owned(),
            );
        }
        if raw.kind == ConnectorKind::Folder {
            let path = raw
                .path
                .ok_or("connector: kind \"folder\" needs `path`, the folder that is watched")?;
            return Ok(Self::Folder {
                path,
                ending: raw.ending,
                every_seconds: raw.every_seconds.unwrap_or(FOLDER_SECONDS),
            });
        }
        if raw.kind == ConnectorKind::Postgres {
            return Ok(Self::Postgres {
                url_file: raw.url_file.ok_or(
                    "connector: kind \"postgres\" needs `url_file`, a file that holds the database's address: it has a password, which does not belong here",
                )?,
                view: raw
                    .view
                    .ok_or("connector: kind \"postgres\" needs `view`, the view that is read")?,
                cursor: raw.cursor,
                requests,
            });
        }
        let url = raw
            .url
            .filter(|url| url.starts_with("https://") || url.starts_with("http://"))
            .ok_or("connector: give `url`, an address that begins with https:// or http://")?;
        Ok(if raw.kind == ConnectorKind::Http {
            Self::Http { url, requests }
        } else {
            Self::Open311 {
                url,
                from: raw.from,
                page_size: raw.page_size,
                requests,
            }
        })
    }
}

impl Connector {
    /// Seconds between two rounds.
    pub fn every_seconds(&self) -> u32 {
        match self {
            Self::Folder { every_seconds, .. } => *every_seconds,
            Self::Http { requests, .. }
            | Self::Open311 { requests, .. }
            | Self::Postgres { requests, .. } => requests.every_seconds,
        }
    }
}
