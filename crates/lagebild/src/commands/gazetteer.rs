//! `lagebild gazetteer`.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use lagebild_domain::Precision;
use lagebild_ingest::{AddressBook, AddressSettings, AddressesRead, Gazetteer, NotFound};
use serde_json::json;

use crate::failure::Failure;
use crate::installation::Installation;
use crate::output;

/// The city's addresses, by which feeds without coordinates are located.
#[derive(Subcommand)]
pub(crate) enum GazetteerCommand {
    Import(Import),
    Find(Find),
}

/// Read files of addresses and write the gazetteer anew.
///
/// Hauskoordinaten as CSV, GeoJSON or GML and NRW's gebref.txt (both layouts), plain, gzip or in a ZIP archive. The last line
/// of the output says what became of the rows.
///
/// Example: lagebild gazetteer import --config lagebild.toml --municipality 05915000 gebref.txt
#[derive(Args)]
pub(crate) struct Import {
    /// The configuration file; the gazetteer that it names is written.
    #[arg(long)]
    config: PathBuf,
    /// Coordinate system such as EPSG:25832; by the numbers where it is not given.
    #[arg(long)]
    crs: Option<String>,
    /// Amtlicher Gemeindeschlüssel: of a gebref.txt only this municipality.
    #[arg(long)]
    municipality: Option<String>,
    /// The town of rows that name none.
    #[arg(long)]
    town: Option<String>,
    /// The files.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
}

/// Say where addresses lie, to try the gazetteer.
///
/// Example: lagebild gazetteer find --config lagebild.toml "Bahnhofstr. 5"
#[derive(Args)]
pub(crate) struct Find {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// Form of the answers.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
    /// The addresses, or crossings such as "Albersloher Weg; Paul-Engelhardt-Weg".
    #[arg(required = true)]
    addresses: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    Text,
    Json,
}

impl GazetteerCommand {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Import(import) => import.run(),
            Self::Find(find) => find.run(),
        }
    }
}

impl Import {
    fn run(self) -> Result<(), Failure> {
        let installation = Installation::load(&self.config)?;
        let settings = AddressSettings {
            crs: self.crs,
            municipality: self.municipality,
            town: self.town,
        };
        let mut book = AddressBook::default();
        let mut all = AddressesRead::default();
        for path in &self.paths {
            let file = File::open(path)
                .map_err(|error| Failure::failed(format!("{}: cannot be read ({error})", path.display())))?;
            let read = book
                .add(&path.display().to_string(), Box::new(file), &settings)
                .map_err(|fault| {
                    Failure::failed(format!("{fault}. The gazetteer that was there is unchanged"))
                })?;
            all.read += read.read;
            all.houses += read.houses;
            all.without_number += read.without_number;
            all.elsewhere += read.elsewhere;
            for (reason, rows) in read.refused {
                *all.refused.entry(reason).or_default() += rows;
            }
        }
        if book.is_empty() {
            return Err(Failure::failed(
                "the files have no address; the gazetteer that was there is unchanged. Look at --municipality and --crs",
            ));
        }
        let target = installation.config.base.join(&installation.config.gazetteer.file);
        write(&mut book, &target)
            .map_err(|error| Failure::failed(format!("{}: cannot be written ({error})", target.display())))?;
        for (reason, rows) in &all.refused {
            output::note(&format!("{rows} rows are no addresses: {reason}"));
        }
        output::say(&format!(
            "read={} houses={} without_number={} elsewhere={} refused={} addresses={} streets={}",
            all.read,
            all.houses,
            all.without_number,
            all.elsewhere,
            all.refused.values().sum::<u64>(),
            book.len(),
            book.streets()
        ));
        Ok(())
    }
}

/// Writes beside the target and puts it in its place: an import that is killed leaves the old gazetteer.
fn write(book: &mut AddressBook, target: &Path) -> std::io::Result<()> {
    let beside = target.with_extension("csv.new");
    let file = File::create(&beside)?;
    book.write(BufWriter::new(&file))?;
    file.sync_all()?;
    fs::rename(beside, target)
}

impl Find {
    fn run(self) -> Result<(), Failure> {
        let gazetteer = Installation::load(&self.config)?.gazetteer()?;
        for address in &self.addresses {
            output::say(&match self.format {
                Form::Text => in_words(&gazetteer, address),
                Form::Json => in_json(&gazetteer, address).to_string(),
            });
        }
        Ok(())
    }
}

fn reason(not_found: NotFound) -> String {
    match not_found {
        NotFound::Street => "no street fits".to_owned(),
        NotFound::Several(places) => format!("{places} places fit"),
        NotFound::Crossing => "the streets do not meet".to_owned(),
    }
}

fn in_words(gazetteer: &Gazetteer, address: &str) -> String {
    match gazetteer.find(address) {
        Ok(found) => format!(
            "{address}: {:.7} {:.7} {} within {:.0} m",
            found.point.lat_degrees(),
            found.point.lng_degrees(),
            if found.precision == Precision::Point {
                "point"
            } else {
                "street"
            },
            found.precision_m
        ),
        Err(not_found) => format!("{address}: not found, {}", reason(not_found)),
    }
}

fn in_json(gazetteer: &Gazetteer, address: &str) -> serde_json::Value {
    match gazetteer.find(address) {
        Ok(found) => json!({
            "address": address, "latitude": found.point.lat_degrees(), "longitude": found.point.lng_degrees(),
            "precision": found.precision, "precision_m": found.precision_m,
        }),
        Err(not_found) => json!({ "address": address, "not_found": reason(not_found) }),
    }
}
