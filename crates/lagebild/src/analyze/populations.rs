//! People at risk, from a CSV file or from one of `SaTScan`.

use std::path::Path;

use lagebild_hotspot::scan::Population;

use crate::failure::Failure;

use super::calendar::Clock;
use super::events::{Events, Time, TimeColumn, covariate_columns};
use super::satscan_files;
use super::table::Table;

/// Reads the population of the places of `events`; places that only the population names are added when the file says
/// where they are.
pub(super) fn read(
    path: &Path,
    events: &mut Events,
    covariates: &[String],
) -> Result<Vec<Population>, Failure> {
    if satscan_files::is(path, "pop") {
        return satscan_files::population(path, events);
    }
    let mut table = Table::open(path)?;
    let name = table.column(&["location", "id"]);
    let persons = table.needed(&["population", "persons", "pop"])?;
    let covariates = covariate_columns(&table, covariates)?;
    let time = TimeColumn::of(&table, Time::Optional)?;
    if let Some(time) = &time
        && time.clock() != events.clock
    {
        let wanted = if events.clock == Clock::Dates { "date" } else { "t" };
        return Err(table.missing(&format!("column \"{wanted}\", as in the cases,")));
    }
    let point = super::frame::point_columns(&table);
    if point.is_none() && name.is_none() {
        return Err(table.missing("a place, column location or a point,"));
    }
    let mut population = Vec::new();
    while let Some(row) = table.next()? {
        let location = match (&point, &name) {
            (Some(point), _) => {
                let here = events.frame.point(&row, point)?;
                events.places.find_or_add(&row, name.as_ref(), here)?
            }
            (None, Some(column)) => {
                let name = row.name(column)?;
                events.places.named(&name).ok_or_else(|| {
                    row.bad(column, &format!(
                        "location \"{name}\" is not among the cases; add it there with count 0, or give its point here"
                    ))
                })?
            }
            (None, None) => 0,
        };
        let number = row.number(&persons)?;
        if number < 0.0 {
            return Err(row.bad(&persons, &format!("is negative: {number}")));
        }
        let values = covariates.iter().map(|c| row.text(c).into_owned()).collect();
        population.push(Population {
            location,
            stratum: events.strata.number(values),
            time: match &time {
                Some(time) => time.read(&row)? as f64,
                None => 0.0,
            },
            persons: number,
        });
    }
    if population.is_empty() {
        return Err(table.without_rows());
    }
    Ok(population)
}
