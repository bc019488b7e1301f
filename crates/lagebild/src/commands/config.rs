//! `lagebild config check`.

use std::path::PathBuf;

use clap::Subcommand;

use crate::failure::Failure;
use crate::installation::Installation;
use crate::output;

/// Check a configuration file.
#[derive(Subcommand)]
pub(crate) enum ConfigCommand {
    /// Read a configuration and every file that it names, and say what is wrong.
    ///
    /// Example: lagebild config check lagebild.toml
    Check {
        /// The configuration file.
        file: PathBuf,
    },
}

impl ConfigCommand {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let Self::Check { file } = self;
        let installation = Installation::load(&file)?;
        installation.basemap()?;
        let config = &installation.config;
        for spec in &config.sources {
            for column in spec.personal_columns() {
                output::warn(&format!(
                    "source \"{}\" reads the column \"{column}\", which sounds like a person's data; leave it out unless the purpose needs it",
                    spec.source.id
                ));
            }
        }
        output::say(&format!(
            "{}: ok: {}, {} sources, {} releases, {} detection profiles",
            file.display(),
            config.area.name,
            config.sources.len(),
            config.releases.len(),
            config.detection.profiles.len()
        ));
        Ok(())
    }
}
