//! `lagebild source`.

use std::fs::File;
use std::path::PathBuf;

use clap::Subcommand;

use crate::failure::Failure;
use crate::output;

/// Connect a feed.
#[derive(Subcommand)]
pub(crate) enum SourceCommand {
    /// Guess the section of a feed of unknown layout from its first rows and print it, with comments, for a person to finish.
    ///
    /// CSV, JSON, NDJSON, GeoJSON, XML, Open311 and workbooks, plain, gzip or in a ZIP archive.
    ///
    /// Example: lagebild source init meldungen.csv >> lagebild.toml
    Init {
        /// Id of the source; from the file's name where it is not given.
        #[arg(long)]
        id: Option<String>,
        /// A file of the feed.
        file: PathBuf,
    },
}

impl SourceCommand {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let Self::Init { id, file } = self;
        let fail = |problem: String| Failure::failed(format!("{}: {problem}", file.display()));
        let input = File::open(&file).map_err(|error| fail(format!("cannot be read ({error})")))?;
        let id = id.unwrap_or_else(|| {
            let name = file.file_name().map(|name| name.to_string_lossy().to_lowercase());
            id_of(
                name.as_deref()
                    .and_then(|name| name.split('.').next())
                    .unwrap_or_default(),
            )
        });
        let draft = lagebild_ingest::draft(&id, Box::new(input)).map_err(|error| fail(error.to_string()))?;
        output::say(draft.trim_end());
        Ok(())
    }
}

/// Small letters, digits and hyphens, as ids are.
fn id_of(name: &str) -> String {
    let slug: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .take(40)
        .collect();
    let slug = slug.trim_matches('-');
    if slug.is_empty() {
        "feed".to_owned()
    } else {
        slug.to_owned()
    }
}
