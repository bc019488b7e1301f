//! From configuration to the parts of a running installation.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use geo::{BooleanOps, MultiPolygon};
use jiff::SignedDuration;
use lagebild_api::{Basemap, Feed, Intake, SingleSignOn};
use lagebild_domain::area::{areas_from_geojson, places_from_geojson};
use lagebild_domain::{AlarmBudget, Area, AreaId, AreaKind, Areas, Extent, Place, Release, Source, Taxonomy};
use lagebild_situation::{Situation, Vocabulary};
use lagebild_store::{SessionTerms, Store};

use crate::config::Config;
use crate::failure::Failure;

const BUILT_IN_TAXONOMY: &str = include_str!("../../../data/taxonomy.toml");
const METRES_PER_KM: f64 = 1_000.0;

/// Everything that the configuration says, loaded and checked.
#[derive(Debug)]
pub(crate) struct Installation {
    pub(crate) config: Config,
    pub(crate) extent: Extent,
    pub(crate) places: Vec<Place>,
    taxonomy: Taxonomy,
    areas: Vec<Area>,
}

impl Installation {
    /// Reads the configuration and the files that it names.
    pub(crate) fn load(path: &Path) -> Result<Self, Failure> {
        let config = Config::load(path)?;
        let taxonomy = match &config.taxonomy {
            None => Taxonomy::parse(BUILT_IN_TAXONOMY).map_err(Failure::usage)?,
            Some(file) => {
                let text = read(&config, file, "taxonomy")?;
                Taxonomy::parse(&text)
                    .map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?
            }
        };
        for spec in &config.sources {
            spec.check_categories(&taxonomy)
                .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
        }
        for profile in &config.detection.profiles {
            profile
                .check(&taxonomy, &config.sources)
                .map_err(|problem| Failure::usage(format!("{}: {problem}", path.display())))?;
        }
        let mut areas = Vec::new();
        if let Some(file) = &config.area.boundary {
            let found = areas_of(&config, file, "area.boundary", AreaKind::Municipality)?;
            areas.extend(match &config.area.ags {
                None => found,
                Some(ags) => found
                    .into_iter()
                    .filter(|area| area.id.as_str() == ags.as_str())
                    .collect(),
            });
        }
        let extent = extent_of(&config, &areas)?;
        if areas.is_empty() {
            areas.push(box_of(&config, &extent)?);
        }
        if let Some(file) = &config.area.districts {
            areas.extend(areas_of(&config, file, "area.districts", AreaKind::District)?);
        }
        let places = match &config.area.places {
            None => Vec::new(),
            Some(file) => places_from_geojson(&read(&config, file, "area.places")?)
                .map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?,
        };
        Ok(Self {
            config,
            extent,
            places,
            taxonomy,
            areas,
        })
    }

    /// Opens the store.
    pub(crate) async fn open_store(&self) -> Result<Store, Failure> {
        let section = &self.config.store;
        Store::open(&section.url, &self.config.base, section.key.as_deref())
            .await
            .map_err(|error| Failure::failed(format!("[store] url = \"{}\": {error}", section.url)))
    }

    /// The file that the picture is written to.
    pub(crate) fn picture_file(&self) -> PathBuf {
        let section = &self.config.store;
        let file = section.picture.clone();
        self.config
            .base
            .join(file.unwrap_or_else(|| section.url.picture_file()))
    }

    /// An empty picture of the city.
    pub(crate) fn situation(&self) -> Situation {
        Situation::new(Vocabulary::new(
            self.taxonomy.clone(),
            self.sources(),
            Areas::new(self.areas.clone()),
            Some(self.extent.bounds()),
        ))
    }

    pub(crate) fn taxonomy(&self) -> &Taxonomy {
        &self.taxonomy
    }

    pub(crate) fn sources(&self) -> Vec<Source> {
        self.config
            .sources
            .iter()
            .map(|spec| spec.source.clone())
            .collect()
    }

    pub(crate) fn releases(&self) -> Arc<[Release]> {
        self.config.releases.iter().cloned().collect()
    }

    /// How often each detection profile that goes by chance may be wrong.
    pub(crate) fn alarm_budgets(&self) -> Arc<[AlarmBudget]> {
        let sources = self.sources();
        let profiles = self.config.detection.profiles.iter();
        profiles
            .filter_map(|profile| profile.alarm_budget(&sources))
            .collect()
    }

    /// How long a session lasts.
    pub(crate) fn session_terms(&self) -> SessionTerms {
        let auth = &self.config.auth;
        SessionTerms {
            longest: SignedDuration::from_hours(auth.session_hours.into()),
            idle: SignedDuration::from_mins(auth.idle_minutes.into()),
        }
    }

    /// Where people can sign in with an account of another system.
    pub(crate) fn single_sign_on(&self) -> Result<Option<SingleSignOn>, Failure> {
        let section = self.config.auth.oidc.as_ref();
        section
            .map(|oidc| oidc.provider(&self.config.server.address, &self.config.base))
            .transpose()
    }

    /// How the server takes reports in. A source whose place files cannot be read is served all the same; what it is sent is not.
    pub(crate) fn intake(&self) -> Intake {
        Intake::new(self.config.sources.iter().map(|spec| {
            Feed {
                spec: spec.clone(),
                places: self
                    .place_files(spec, &[])
                    .map_err(|error| {
                        if spec.connector.is_some() {
                            tracing::error!("{error}");
                        } else {
                            // It may lie beside the feeds, for imports; only what programs send cannot be located.
                            tracing::info!("{error}");
                        }
                    })
                    .ok(),
                extent: self.extent.clone(),
            }
        }))
    }

    pub(crate) fn basemap(&self) -> Result<Basemap, Failure> {
        let section = &self.config.basemap;
        let features = match &section.schematic {
            None => None,
            Some(file) => Some(Arc::from(read(&self.config, file, "basemap.schematic")?)),
        };
        Ok(Basemap {
            style: section.style.clone(),
            attribution: section.attribution.clone(),
            fictional: section.fictional,
            features,
        })
    }
}

fn read(config: &Config, file: &Path, key: &str) -> Result<String, Failure> {
    let path = config.base.join(file);
    fs::read_to_string(&path).map_err(|error| {
        Failure::usage(format!(
            "`{key}` names {}, which cannot be read: {error}",
            path.display()
        ))
    })
}

fn areas_of(config: &Config, file: &Path, key: &str, kind: AreaKind) -> Result<Vec<Area>, Failure> {
    areas_from_geojson(&read(config, file, key)?, kind)
        .map_err(|error| Failure::usage(format!("`{key}` names {}: {error}", file.display())))
}

/// Where the configuration gives a box only, the box is the city's outline.
fn box_of(config: &Config, extent: &Extent) -> Result<Area, Failure> {
    let bounds = extent.bounds();
    let rect = geo::Rect::new((bounds.west(), bounds.south()), (bounds.east(), bounds.north()));
    Ok(Area {
        id: AreaId::new("area").map_err(Failure::usage)?,
        name: config.area.name.clone(),
        kind: AreaKind::Municipality,
        outline: MultiPolygon::new(vec![rect.to_polygon()]),
        residents: None,
    })
}

fn extent_of(config: &Config, boundary: &[Area]) -> Result<Extent, Failure> {
    let margin_m = config.area.margin_km * METRES_PER_KM;
    if let Some(bounds) = config.area.bbox {
        return Ok(Extent::of_box(bounds, margin_m));
    }
    let outline = boundary
        .iter()
        .map(|area| area.outline.clone())
        .reduce(|whole, part| whole.union(&part))
        .unwrap_or_else(|| MultiPolygon::new(Vec::new()));
    Extent::of_outline(&outline, margin_m).ok_or_else(|| {
        Failure::usage("`area.boundary` has no outline of the city; check the file and `area.ags`")
    })
}
