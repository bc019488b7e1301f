//! The files by which a source's places are found.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lagebild_ingest::{AddressBook, FeedSpec, Gazetteer, InvalidGazetteer, PlaceFiles};

use crate::failure::Failure;
use crate::installation::Installation;

impl Installation {
    /// Reads the place files of a source. Each is looked for in the configuration's folder, then beside the feeds: open
    /// data often comes with its areas.
    pub(crate) fn place_files(&self, spec: &FeedSpec, feeds: &[PathBuf]) -> Result<PlaceFiles, Failure> {
        let places = PlaceFiles::read(spec, |path| self.open_place_file(path, feeds)).map_err(|error| {
            Failure::usage(format!(
                "{error}. It is looked for in the folder of the configuration, then in that of the feed"
            ))
        })?;
        Ok(if spec.has_addresses() {
            places.with_gazetteer(Arc::new(self.gazetteer()?))
        } else {
            places
        })
    }

    /// The gazetteer that the configuration names.
    pub(crate) fn gazetteer(&self) -> Result<Gazetteer, Failure> {
        let path = self.config.base.join(&self.config.gazetteer.file);
        File::open(&path)
            .map_err(InvalidGazetteer::from)
            .and_then(|file| AddressBook::read(Box::new(file)))
            .map(Gazetteer::new)
            .map_err(|error| {
                Failure::usage(format!(
                    "the gazetteer {} cannot be used: {error}. Feeds with addresses need it; make it with `lagebild gazetteer import`",
                    path.display()
                ))
            })
    }

    fn open_place_file(&self, path: &Path, feeds: &[PathBuf]) -> io::Result<Box<dyn Read + Send>> {
        let beside_feeds = feeds
            .iter()
            .filter_map(|feed| feed.parent())
            .map(|folder| folder.join(path));
        let mut missing = None;
        for candidate in std::iter::once(self.config.base.join(path)).chain(beside_feeds) {
            match File::open(candidate) {
                Ok(file) => return Ok(Box::new(file)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => missing = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(missing.unwrap_or_else(|| io::ErrorKind::NotFound.into()))
    }
}
