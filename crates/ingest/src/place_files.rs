//! The files by which a source's places are found where its rows hold no coordinates.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::area_table::{AreaTable, InvalidAreaTable};
use crate::gazetteer::Gazetteer;
use crate::spec::FeedSpec;

/// The place files of a source, read.
#[derive(Debug, Clone, Default)]
pub struct PlaceFiles {
    pub(crate) areas: Option<Arc<AreaTable>>,
    pub(crate) gazetteer: Option<Arc<Gazetteer>>,
}

/// A place file that cannot be used: the key that names it, its path, and why.
#[derive(Debug, thiserror::Error)]
#[error("source \"{source_id}\": `{key}` names {}: {problem}", path.display())]
pub struct InvalidPlaceFile {
    /// Id of the source.
    pub source_id: String,
    /// The key that names the file.
    pub key: &'static str,
    /// The file as the configuration names it.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: InvalidAreaTable,
}

impl PlaceFiles {
    /// Reads the files that the source names; `open` finds a path of the configuration.
    ///
    /// # Errors
    /// [`InvalidPlaceFile`] for the first that cannot be used.
    pub fn read(
        spec: &FeedSpec,
        open: impl Fn(&Path) -> io::Result<Box<dyn Read + Send>>,
    ) -> Result<Self, InvalidPlaceFile> {
        let areas = match &spec.areas {
            None => None,
            Some(section) => {
                let table = open(&section.file)
                    .map_err(InvalidAreaTable::from)
                    .and_then(|input| AreaTable::read(section, input));
                Some(Arc::new(table.map_err(|problem| InvalidPlaceFile {
                    source_id: spec.source.id.to_string(),
                    key: "areas.file",
                    path: section.file.clone(),
                    problem,
                })?))
            }
        };
        Ok(Self {
            areas,
            gazetteer: None,
        })
    }

    /// With the gazetteer by which addresses are found.
    #[must_use]
    pub fn with_gazetteer(self, gazetteer: Arc<Gazetteer>) -> Self {
        Self {
            gazetteer: Some(gazetteer),
            ..self
        }
    }
}
