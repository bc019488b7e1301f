//! `lagebild.toml`.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use lagebild_domain::organisation::{Body, InvalidPartnership, Organisation, Partnership};
use lagebild_domain::project::DecisionPath;
use lagebild_domain::{BoundingBox, LatLng, Release, Source};
use lagebild_ingest::FeedSpec;
use lagebild_store::StoreUrl;
use serde::Deserialize;

use crate::alerts::AlertsSection;
use crate::backups::BackupSection;
use crate::detection::Profile;
use crate::failure::Failure;
use crate::retention::RetentionSection;
use crate::single_sign_on::OidcSection;

/// The whole configuration of an installation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// True for invented data: the demo's tokens work, and every surface says so.
    #[serde(default)]
    pub(crate) demo: bool,
    /// Taxonomy file; the built-in one where none is named.
    pub(crate) taxonomy: Option<PathBuf>,
    #[serde(default)]
    pub(crate) server: ServerSection,
    #[serde(default)]
    pub(crate) auth: AuthSection,
    #[serde(default)]
    pub(crate) store: StoreSection,
    pub(crate) area: AreaSection,
    #[serde(default)]
    pub(crate) gazetteer: GazetteerSection,
    #[serde(default)]
    pub(crate) basemap: BasemapSection,
    #[serde(rename = "source", default)]
    pub(crate) sources: Vec<FeedSpec>,
    #[serde(rename = "release", default)]
    pub(crate) releases: Vec<Release>,
    /// Who works together, where it is written down.
    #[serde(rename = "organisation", default)]
    organisations: Vec<Organisation>,
    #[serde(rename = "body", default)]
    bodies: Vec<Body>,
    #[serde(skip)]
    pub(crate) partnership: Partnership,
    #[serde(default)]
    pub(crate) projects: ProjectsSection,
    #[serde(default)]
    pub(crate) retention: RetentionSection,
    #[serde(default)]
    pub(crate) backup: BackupSection,
    #[serde(default)]
    pub(crate) detection: DetectionSection,
    #[serde(default)]
    pub(crate) alerts: AlertsSection,
    /// Folder of the file; relative paths start there.
    #[serde(skip)]
    pub(crate) base: PathBuf,
}

/// Where the server listens.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ServerSection {
    pub(crate) listen: SocketAddr,
    /// Its address for browsers, such as `https://lage.stadt.example`; sign-in at a provider needs it.
    pub(crate) address: String,
    /// Proxies before it, whose `X-Forwarded-For` tells where a request comes from.
    pub(crate) proxies: Vec<IpAddr>,
}

impl Default for ServerSection {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8311)),
            address: String::new(),
            proxies: Vec::new(),
        }
    }
}

/// Projects of city and police.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProjectsSection {
    /// The bodies that decide on a project, in their order; Hamm's where none are named.
    pub(crate) path: Option<DecisionPath>,
}

/// How people sign in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AuthSection {
    /// Hours after which one signs in again.
    pub(crate) session_hours: u32,
    /// Minutes without a request after which one does so too.
    pub(crate) idle_minutes: u32,
    /// An OpenID Connect provider where people can sign in.
    pub(crate) oidc: Option<OidcSection>,
}

impl Default for AuthSection {
    fn default() -> Self {
        Self {
            session_hours: 12,
            idle_minutes: 60,
            oidc: None,
        }
    }
}

/// Where the data are.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoreSection {
    /// `sqlite:` and a file, or `postgres://user:password@host/database`.
    #[serde(default)]
    pub(crate) url: StoreUrl,
    /// File with the key of the identities, the same on every node; beside a SQLite database where none is named, for
    /// PostgreSQL `lagebild.key`.
    pub(crate) key: Option<PathBuf>,
    /// File that the picture is written to for a fast start, one a node; beside a SQLite database where none is named, for
    /// PostgreSQL `lagebild.picture`.
    pub(crate) picture: Option<PathBuf>,
}

/// The city.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AreaSection {
    pub(crate) name: String,
    /// Amtlicher Gemeindeschlüssel: picks the city out of a boundary file with several.
    pub(crate) ags: Option<String>,
    /// GeoJSON file with the city's outline.
    pub(crate) boundary: Option<PathBuf>,
    /// GeoJSON file with the Stadtbezirke.
    pub(crate) districts: Option<PathBuf>,
    /// GeoJSON file with named points.
    pub(crate) places: Option<PathBuf>,
    /// West, south, east, north in degrees, in place of `boundary`.
    pub(crate) bbox: Option<BoundingBox>,
    /// Reports farther beyond the outline than this are quarantined.
    #[serde(default = "default_margin_km")]
    pub(crate) margin_km: f64,
}

fn default_margin_km() -> f64 {
    10.0
}

/// The city's addresses.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct GazetteerSection {
    /// File that `lagebild gazetteer import` writes.
    pub(crate) file: PathBuf,
}

impl Default for GazetteerSection {
    fn default() -> Self {
        Self {
            file: PathBuf::from("gazetteer.csv"),
        }
    }
}

/// What the map draws under everything.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct BasemapSection {
    /// URL of a map style; then browsers ask that server.
    pub(crate) style: Option<String>,
    /// GeoJSON file with schematic geometry.
    pub(crate) schematic: Option<PathBuf>,
    pub(crate) attribution: String,
    /// True when the schematic geometry is invented.
    pub(crate) fictional: bool,
}

/// What is looked for, and how often.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct DetectionSection {
    /// Minutes between two looks of a running server.
    pub(crate) every_minutes: u32,
    /// Weeks before the first look that are looked back at, once, behind the running server.
    pub(crate) history_weeks: u32,
    /// Points that are real places, however many reports lie on them.
    pub(crate) trusted_points: Vec<LatLng>,
    #[serde(rename = "profile")]
    pub(crate) profiles: Vec<Profile>,
}

impl Default for DetectionSection {
    fn default() -> Self {
        Self {
            every_minutes: 60,
            history_weeks: 0,
            trusted_points: Vec::new(),
            profiles: Vec::new(),
        }
    }
}

impl Config {
    /// Reads and checks the file.
    pub(crate) fn load(path: &Path) -> Result<Self, Failure> {
        let text = fs::read_to_string(path).map_err(|error| {
            Failure::usage(format!(
                "{}: cannot be read ({error}). Name the configuration with --config FILE",
                path.display()
            ))
        })?;
        let mut config: Self = toml::from_str(&text).map_err(|error| explain(path, &text, &error))?;
        config.base = path.parent().map(Path::to_path_buf).unwrap_or_default();
        config.check(path)?;
        config.join(path)?;
        Ok(config)
    }

    /// The source with this id.
    pub(crate) fn source(&self, id: &str) -> Result<&FeedSpec, Failure> {
        self.sources
            .iter()
            .find(|spec| spec.source.id.as_str() == id)
            .ok_or_else(|| {
                let known: Vec<&str> = self.sources.iter().map(|spec| spec.source.id.as_str()).collect();
                Failure::usage(format!(
                    "there is no source \"{id}\"; the configuration has: {}{}",
                    known.join(", "),
                    did_you_mean(id, known.iter().copied())
                ))
            })
    }

    /// Brings organisations, bodies and releases together: no release outlives its receiver's Letter of Intent.
    fn join(&mut self, path: &Path) -> Result<(), Failure> {
        let fail = |problem: InvalidPartnership| Failure::usage(format!("{}: {problem}", path.display()));
        let (organisations, bodies) = (
            std::mem::take(&mut self.organisations),
            std::mem::take(&mut self.bodies),
        );
        self.partnership = Partnership::new(organisations, bodies).map_err(fail)?;
        if let Some(path_of_projects) = &self.projects.path {
            self.partnership.check_path(path_of_projects).map_err(fail)?;
        }
        self.releases = self
            .partnership
            .bind(std::mem::take(&mut self.releases))
            .map_err(fail)?;
        Ok(())
    }

    fn check(&self, path: &Path) -> Result<(), Failure> {
        let fail = |problem: String| Failure::usage(format!("{}: {problem}", path.display()));
        for (index, spec) in self.sources.iter().enumerate() {
            if self.sources[..index]
                .iter()
                .any(|other| other.source.id == spec.source.id)
            {
                return Err(fail(format!(
                    "the source \"{}\" stands there twice",
                    spec.source.id
                )));
            }
        }
        let sources: Vec<Source> = self.sources.iter().map(|spec| spec.source.clone()).collect();
        for (index, release) in self.releases.iter().enumerate() {
            release
                .check(&sources)
                .map_err(|problem| fail(problem.to_string()))?;
            if self.releases[..index].iter().any(|other| other.id == release.id) {
                return Err(fail(format!("the release \"{}\" stands there twice", release.id)));
            }
        }
        if let Some(hold) = self
            .retention
            .holds
            .iter()
            .find(|hold| sources.iter().all(|source| source.id != hold.source))
        {
            return Err(fail(format!(
                "[[retention.hold]] names the source \"{}\", which is not configured",
                hold.source
            )));
        }
        self.alerts.check().map_err(fail)?;
        if self.area.bbox.is_none() && self.area.boundary.is_none() {
            return Err(fail(
                "[area] needs `boundary` (a GeoJSON file) or `bbox` (west, south, east, north)".to_owned(),
            ));
        }
        if !(self.area.margin_km.is_finite() && self.area.margin_km >= 0.0) {
            return Err(fail("[area] `margin_km` must be 0 or more".to_owned()));
        }
        if self.auth.session_hours == 0 || self.auth.idle_minutes == 0 {
            return Err(fail(
                "[auth] `session_hours` and `idle_minutes` must be 1 or more, else nobody stays signed in"
                    .to_owned(),
            ));
        }
        if self.demo && !self.server.listen.ip().is_loopback() {
            return Err(fail(
                "`demo = true` opens every role to anyone, so [server] `listen` must be a loopback address such as 127.0.0.1:8311"
                    .to_owned(),
            ));
        }
        Ok(())
    }
}

/// A TOML error with its line, and the nearest key where one is misspelt.
fn explain(path: &Path, text: &str, error: &toml::de::Error) -> Failure {
    let at = error
        .span()
        .map(|span| {
            let before = &text[..span.start.min(text.len())];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
            format!(":{line}:{column}")
        })
        .unwrap_or_default();
    let message = error.message();
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let hint = match quoted.split_first() {
        Some((unknown, known)) if message.starts_with("unknown field") => {
            did_you_mean(unknown, known.iter().copied())
        }
        _ => String::new(),
    };
    Failure::usage(format!("{}{at}: {message}{hint}", path.display()))
}

fn did_you_mean<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> String {
    known
        .map(|word| (strsim::jaro_winkler(word, given), word))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, word)| format!(". Did you mean `{word}`?"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Config, Failure> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lagebild.toml");
        fs::write(&path, text).unwrap();
        Config::load(&path)
    }

    #[test]
    fn a_misspelt_key_is_named_with_its_line_and_the_right_one() {
        let error = load("[area]\nname = \"Hamm\"\nmargin_kn = 3\n")
            .unwrap_err()
            .to_string();
        assert!(error.contains("lagebild.toml:3:1"), "{error}");
        assert!(error.contains("Did you mean `margin_km`?"), "{error}");
    }

    #[test]
    fn the_demo_is_not_opened_to_a_network() {
        let text = "demo = true\n[server]\nlisten = \"0.0.0.0:8311\"\n[area]\nname = \"Hamm\"\nbbox = [7.6, 51.5, 8.0, 51.8]\n";
        assert!(load(text).unwrap_err().to_string().contains("loopback"));
    }

    #[test]
    fn an_area_needs_an_extent() {
        assert!(
            load("[area]\nname = \"Hamm\"\n")
                .unwrap_err()
                .to_string()
                .contains("boundary")
        );
    }
}
