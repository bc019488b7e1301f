//! Where the store is.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

/// The file beside the configuration that holds the key of a PostgreSQL store, where none is named.
const KEY_FILE: &str = "lagebild.key";
/// What a PostgreSQL URL may say behind its `?`.
const PARAMETERS: [&str; 8] = [
    "application_name",
    "dbname",
    "host",
    "options",
    "password",
    "port",
    "sslmode",
    "user",
];
/// Said where a URL, or `PGSSLMODE`, asks for what cannot be given.
const NO_TLS: &str = "it asks for TLS, which this build does not speak to a database: reach the server by a socket \
     (host=/run/postgresql) or through a tunnel, and leave sslmode and certificates out, PGSSLMODE too";

/// A `sqlite:` or `postgres:` URL. Shown without its password.
///
/// ```
/// use lagebild_store::StoreUrl;
/// let url: StoreUrl = "postgres://lagebild:geheim@db.stadt.example/lage".parse()?;
/// assert_eq!(url.to_string(), "postgres://lagebild:…@db.stadt.example/lage");
/// # Ok::<(), lagebild_store::InvalidStoreUrl>(())
/// ```
#[derive(Clone, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct StoreUrl {
    pub(crate) target: Target,
    shown: String,
}

/// What a URL names.
#[derive(Clone)]
pub(crate) enum Target {
    /// A file, perhaps relative.
    Sqlite(PathBuf),
    /// A database of a server.
    Postgres(Box<PgConnectOptions>),
}

/// The text is no URL of a store. Does not repeat a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{shown:?} is no store URL ({problem}); give sqlite:PATH, for example sqlite:lagebild.db, or postgres://USER@HOST/DATABASE"
)]
pub struct InvalidStoreUrl {
    shown: String,
    problem: String,
}

impl StoreUrl {
    /// Where the key of the identities lies, where the configuration names no file: beside a SQLite database, with the
    /// ending `key`; for PostgreSQL `lagebild.key`, relative to the configuration.
    pub fn key_file(&self) -> PathBuf {
        match &self.target {
            Target::Sqlite(path) => path.with_extension("key"),
            Target::Postgres(_) => PathBuf::from(KEY_FILE),
        }
    }

    /// Where the picture is written to for a fast start, where the configuration names no file: beside the key.
    pub fn picture_file(&self) -> PathBuf {
        self.key_file().with_extension("picture")
    }

    /// The file of a SQLite database, relative to `base`.
    pub fn sqlite_file(&self, base: &Path) -> Option<PathBuf> {
        match &self.target {
            Target::Sqlite(path) => Some(base.join(path)),
            Target::Postgres(_) => None,
        }
    }
}

/// A SQLite file `lagebild.db` beside the configuration.
impl Default for StoreUrl {
    fn default() -> Self {
        Self {
            target: Target::Sqlite(PathBuf::from("lagebild.db")),
            shown: "sqlite:lagebild.db".to_owned(),
        }
    }
}

impl TryFrom<String> for StoreUrl {
    type Error = InvalidStoreUrl;

    fn try_from(text: String) -> Result<Self, InvalidStoreUrl> {
        text.parse()
    }
}

impl FromStr for StoreUrl {
    type Err = InvalidStoreUrl;

    fn from_str(text: &str) -> Result<Self, InvalidStoreUrl> {
        let invalid = |problem: String| InvalidStoreUrl {
            shown: without_password(text),
            problem,
        };
        let target = match text.split_once(':') {
            Some(("sqlite", path)) => {
                let path = path.strip_prefix("//").unwrap_or(path);
                if path.is_empty() {
                    return Err(invalid("it names no file".to_owned()));
                }
                Target::Sqlite(PathBuf::from(path))
            }
            Some(("postgres" | "postgresql", _)) => {
                if parameters(text).any(|name| matches!(name, "sslcert" | "sslkey" | "sslrootcert")) {
                    return Err(invalid(NO_TLS.to_owned()));
                }
                // The driver would ignore an unknown word and log its value, which may be a misnamed password.
                if let Some(unknown) = parameters(text).find(|name| !PARAMETERS.contains(name)) {
                    return Err(invalid(format!("unknown parameter {unknown:?}")));
                }
                // The driver's own words may repeat the URL.
                let options = PgConnectOptions::from_str(text)
                    .map_err(|_| invalid("it cannot be read as a PostgreSQL URL".to_owned()))?;
                let asked = options.get_ssl_mode();
                if matches!(
                    asked,
                    PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull
                ) {
                    return Err(invalid(NO_TLS.to_owned()));
                }
                Target::Postgres(Box::new(options))
            }
            _ => return Err(invalid("it starts with neither sqlite: nor postgres:".to_owned())),
        };
        Ok(Self {
            target,
            shown: without_password(text),
        })
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreUrl({})", self.shown)
    }
}

fn parameters(url: &str) -> impl Iterator<Item = &str> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| part.split('=').next().unwrap_or(part))
}

/// The URL with dots in place of a password, and without what stands behind the `?`.
fn without_password(url: &str) -> String {
    let shown = url.split('?').next().unwrap_or_default();
    let Some((scheme, rest)) = shown.split_once("://") else {
        // `postgres:user:password@host` is no URL, and yet may hold a password.
        return match shown.rsplit_once('@') {
            Some((_, host)) => format!("…@{host}"),
            None => shown.to_owned(),
        };
    };
    match rest.rsplit_once('@') {
        Some((user, host)) => {
            let name = user.split(':').next().unwrap_or_default();
            let dots = if user.contains(':') { ":…" } else { "" };
            format!("{scheme}://{name}{dots}@{host}")
        }
        None => shown.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_way_of_writing_a_password_shows_it() {
        for url in [
            "postgres://u:geheim@h/d",
            "postgres://u:ge@heim:geheim@h/d",
            "postgres://u@h/d?password=geheim",
            "postgres://u@h:port/d?password=geheim",
            "postgres://u@h/d?passwort=geheim",
            "postgres:u:geheim@h/d",
            "mysql://u:geheim@h/d",
        ] {
            let shown = match url.parse::<StoreUrl>() {
                Ok(url) => format!("{url} {url:?}"),
                Err(error) => format!("{error} {error:?}"),
            };
            assert!(!shown.contains("heim"), "{shown}");
            assert!(shown.contains("h/d") || shown.contains("h:port/d"), "{shown}");
        }
    }

    #[test]
    fn a_url_names_a_file_or_a_server() {
        let file = |text: &str| {
            text.parse::<StoreUrl>()
                .unwrap()
                .sqlite_file(Path::new("/etc/lage"))
        };
        assert_eq!(file("sqlite:a.db"), Some(PathBuf::from("/etc/lage/a.db")));
        assert_eq!(file("sqlite:///srv/a.db"), Some(PathBuf::from("/srv/a.db")));
        assert_eq!(file("sqlite://a.db"), Some(PathBuf::from("/etc/lage/a.db")));
        assert_eq!(file("postgresql:///lage?host=/run/postgresql"), None);
        for bad in ["", "sqlite:", "sqlite://", "lage.db", "postgres://h/d?passwort=x"] {
            assert!(bad.parse::<StoreUrl>().is_err(), "{bad}");
        }
    }

    /// Who asks for an encrypted connection is not to get one in the clear, nor a riddle when it is opened.
    #[test]
    fn what_asks_for_tls_is_refused_with_what_to_do() {
        for asks in [
            "sslmode=require",
            "sslmode=verify-full",
            "sslmode=verify-ca",
            "sslrootcert=/etc/ca.pem",
        ] {
            let error = format!("postgres://u@h/d?{asks}")
                .parse::<StoreUrl>()
                .unwrap_err();
            let said = error.to_string();
            assert!(said.contains("TLS") && said.contains("tunnel"), "{said}");
        }
        for fits in ["sslmode=disable", "sslmode=prefer"] {
            format!("postgres://u@h/d?{fits}").parse::<StoreUrl>().unwrap();
        }
    }

    #[test]
    fn the_key_lies_beside_the_file_or_beside_the_configuration() {
        let key = |text: &str| text.parse::<StoreUrl>().unwrap().key_file();
        assert_eq!(key("sqlite:lage.db"), PathBuf::from("lage.key"));
        assert_eq!(key("postgres://h/lage"), PathBuf::from("lagebild.key"));
    }
}
