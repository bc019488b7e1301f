//! Cases, controls and population from `SaTScan`'s own files.

use std::path::Path;

use clap::ValueEnum;
use lagebild_hotspot::satscan::{self, Count, InvalidLine, Place};
use lagebild_hotspot::scan::{Case, Population};
use serde::Serialize;

use crate::failure::Failure;
use crate::output;

use super::calendar::{Clock, Step};
use super::events::{Event, Events, Places, Strata};
use super::frame::{Frame, is_same};

/// Largest file that is read: it is held in memory, with about five times its size for what is in it.
const LARGEST_FILE: u64 = 1 << 30;

/// What the times of `SaTScan`'s files are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Precision {
    /// There are no times: what follows the number of cases are covariates.
    None,
    /// Numbers of steps.
    Generic,
    Year,
    Month,
    Day,
}

/// What the coordinates of a `.geo` file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Coordinates {
    /// x and y in metres.
    Plane,
    /// Latitude and longitude in degrees.
    LatLon,
}

/// What is read and how.
pub(super) struct Files<'a> {
    pub(super) cases: &'a Path,
    pub(super) places: Option<&'a Path>,
    pub(super) crs: Option<&'a str>,
    pub(super) precision: Option<Precision>,
    pub(super) coordinates: Option<Coordinates>,
    /// Numbers without month and day are years.
    pub(super) years: bool,
    pub(super) time_needed: bool,
}

/// Whether a file is one of `SaTScan`'s, by the ending of its name.
pub(super) fn is(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case(ending))
}

/// The events of a `.cas` file, and what its steps are.
pub(super) fn events(files: &Files<'_>) -> Result<(Events, Precision), Failure> {
    let Some(geo) = files.places else {
        return Err(Failure::usage(format!(
            "{}: a .cas file names places; give their coordinates with --geo FILE.geo",
            files.cases.display()
        )));
    };
    let places = parsed(geo, satscan::read_places)?;
    let (frame, places) = located(geo, &places, files)?;
    let text = text(files.cases)?;
    let is_timed = files.precision.map_or_else(
        || {
            let first = text
                .lines()
                .find(|line| !line.trim().is_empty())
                .unwrap_or_default();
            files.time_needed || satscan::read_counts(first, true).is_ok()
        },
        |precision| precision != Precision::None,
    );
    let counts = satscan::read_counts(&text, is_timed).map_err(|error| bad(files.cases, &error))?;
    let precision = files
        .precision
        .unwrap_or_else(|| precision_of(&counts, files.years));
    let mut events = Events {
        frame,
        clock: match precision {
            Precision::None | Precision::Generic => Clock::Steps,
            _ => Clock::Dates,
        },
        is_timed: precision != Precision::None,
        places,
        rows: Vec::new(),
        streams: vec!["all".to_owned()],
        strata: Strata::default(),
    };
    for count in counts {
        let place = place_of(&events.places, &count.location, files.cases)?;
        let stratum = events.strata.number(count.covariates.clone());
        events.rows.push(Event {
            place,
            time: time(&count, precision),
            count: count.count,
            stream: 0,
            stratum,
            line: 0,
        });
    }
    if events.rows.is_empty() {
        return Err(Failure::failed(format!(
            "{}: there is no case in it",
            files.cases.display()
        )));
    }
    Ok((events, precision))
}

/// The controls of a `.ctl` file.
pub(super) fn controls(
    path: &Path,
    events: &Events,
    precision: Precision,
    step: Step,
) -> Result<Vec<Case>, Failure> {
    let is_timed = precision != Precision::None;
    let counts = parsed(path, |text| satscan::read_counts(text, is_timed))?;
    let of = |count: Count| {
        Ok(Case {
            location: place_of(&events.places, &count.location, path)?,
            time: step.of(time(&count, precision)),
            count: count.count,
        })
    };
    counts.into_iter().map(of).collect()
}

/// The persons of a `.pop` file.
pub(super) fn population(path: &Path, events: &mut Events) -> Result<Vec<Population>, Failure> {
    let rows = parsed(path, satscan::read_population)?;
    let mut population = Vec::with_capacity(rows.len());
    for row in rows {
        population.push(Population {
            location: place_of(&events.places, &row.location, path)?,
            stratum: events.strata.number(row.covariates),
            time: match events.clock {
                Clock::Dates => row.time.population_days() as f64,
                Clock::Steps => f64::from(row.time.step()),
            },
            persons: row.persons,
        });
    }
    Ok(population)
}

fn located(path: &Path, places: &[Place], files: &Files<'_>) -> Result<(Frame, Places), Failure> {
    let coordinates = files.coordinates.unwrap_or_else(|| {
        let is_degrees = |p: &Place| p.coordinates[0].abs() <= 90.0 && p.coordinates[1].abs() <= 180.0;
        if files.crs.is_none() && places.iter().all(is_degrees) {
            output::note(&format!(
                "{}: coordinates taken for latitude and longitude; if they are metres, say --geo-coordinates plane",
                path.display()
            ));
            Coordinates::LatLon
        } else {
            Coordinates::Plane
        }
    });
    let frame = match coordinates {
        Coordinates::Plane => Frame::of_crs(files.crs)?,
        Coordinates::LatLon => Frame::LonLat,
    };
    let mut located = Places::default();
    for place in places {
        let [first, second] = place.coordinates;
        let point = match coordinates {
            Coordinates::Plane => [first, second],
            Coordinates::LatLon => [second, first],
        };
        if place.further > 0 && coordinates == Coordinates::Plane {
            return Err(Failure::failed(format!(
                "{}, location \"{}\": more than two coordinates; only the plane is scanned, leave the others out",
                path.display(),
                place.location
            )));
        }
        let complaint = |problem: &str| {
            Failure::failed(format!(
                "{}, location \"{}\": {problem}",
                path.display(),
                place.location
            ))
        };
        if let Some((_, problem)) = frame.problem(point) {
            return Err(complaint(&format!("coordinate {problem}")));
        }
        match located.named(&place.location) {
            None => {
                located.add(place.location.clone(), point);
            }
            Some(known) if is_same(located.points[known], point) => {}
            Some(_) => return Err(complaint("has two different points; give one point to one name")),
        }
    }
    Ok((frame, located))
}

fn precision_of(counts: &[Count], years: bool) -> Precision {
    let mut precision = Precision::None;
    for time in counts.iter().filter_map(|count| count.time) {
        if time.day().is_some() {
            return Precision::Day;
        }
        if time.month().is_some() {
            precision = Precision::Month;
        } else if precision == Precision::None {
            precision = if years {
                Precision::Year
            } else {
                Precision::Generic
            };
        }
    }
    precision
}

fn time(count: &Count, precision: Precision) -> i64 {
    count.time.map_or(0, |time| match precision {
        Precision::None => 0,
        Precision::Generic => i64::from(time.step()),
        Precision::Year | Precision::Month | Precision::Day => time.days(),
    })
}

fn place_of(places: &Places, name: &str, path: &Path) -> Result<usize, Failure> {
    places.named(name).ok_or_else(|| {
        Failure::failed(format!(
            "{}: location \"{name}\" has no coordinates; add it to the .geo file",
            path.display()
        ))
    })
}

fn parsed<T>(path: &Path, read: impl Fn(&str) -> Result<T, InvalidLine>) -> Result<T, Failure> {
    read(&text(path)?).map_err(|error| bad(path, &error))
}

fn text(path: &Path) -> Result<String, Failure> {
    if std::fs::metadata(path).is_ok_and(|file| file.len() > LARGEST_FILE) {
        return Err(Failure::failed(format!(
            "{}: larger than {LARGEST_FILE} bytes; give the cases as CSV, which is read row by row",
            path.display()
        )));
    }
    let bytes = std::fs::read(path).map_err(|error| {
        Failure::failed(format!(
            "{}: cannot be read ({error}); check path and permissions",
            path.display()
        ))
    })?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| {
        let bytes = error.into_bytes();
        bytes.into_iter().map(char::from).collect()
    }))
}

fn bad(path: &Path, error: &InvalidLine) -> Failure {
    Failure::failed(format!("{}, {error}", path.display()))
}
