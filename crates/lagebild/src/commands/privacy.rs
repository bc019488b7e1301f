//! `lagebild privacy report`.

use std::path::PathBuf;

use clap::Subcommand;
use jiff::Timestamp;
use lagebild_domain::german;

use crate::failure::Failure;
use crate::installation::Installation;
use crate::output;
use crate::privacy_report::Facts;

/// Document the data protection of an installation.
#[derive(Subcommand)]
pub(crate) enum PrivacyCommand {
    /// Print the record of processing activities and what an impact assessment starts from, in German, as Markdown, from the
    /// configuration as it is.
    ///
    /// Example: lagebild privacy report --config lagebild.toml > verzeichnis.md
    Report {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
    },
}

impl PrivacyCommand {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let Self::Report { config } = self;
        let installation = Installation::load(&config)?;
        let facts = Facts {
            city: &installation.config.area.name,
            demo: installation.config.demo,
            sources: &installation.config.sources,
            releases: &installation.config.releases,
            taxonomy: installation.taxonomy(),
            today: german::day_of(Timestamp::now()),
        };
        let report = facts.report().map_err(Failure::failed)?;
        output::say(report.trim_end());
        Ok(())
    }
}
