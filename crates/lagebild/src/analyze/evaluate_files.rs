//! Counts and forecasts to be evaluated, from files.

use std::collections::HashMap;
use std::path::Path;

use lagebild_hotspot::evaluation::{Area, BeforeAfter};

use crate::failure::Failure;

use super::table::Table;

/// Counts by the name of the area.
pub(super) type Counts = HashMap<String, BeforeAfter>;

/// Counts of a file; dashes and underscores in the names of areas are alike.
pub(super) fn counts(path: &Path) -> Result<Counts, Failure> {
    let known = ["treated", "control", "disp-treated", "disp-control", "buffer"];
    let mut table = Table::open(path)?;
    let [area, before, after] = [
        table.needed(&["area"])?,
        table.needed(&["before"])?,
        table.needed(&["after"])?,
    ];
    let mut counts = Counts::new();
    while let Some(row) = table.next()? {
        let name = row.name(&area)?.to_ascii_lowercase().replace(['_', ' '], "-");
        if !known.contains(&name.as_str()) {
            return Err(row.bad(&area, &format!("is none of {}: \"{name}\"", known.join(", "))));
        }
        let (before, after) = (row.count(&before)?, row.count(&after)?);
        if counts
            .insert(name.clone(), BeforeAfter { before, after })
            .is_some()
        {
            return Err(row.bad(&area, &format!("\"{name}\" stands here again; add the rows up")));
        }
    }
    if counts.is_empty() {
        return Err(table.without_rows());
    }
    Ok(counts)
}

pub(super) fn rates(path: &Path) -> Result<([u32; 2], [f64; 2]), Failure> {
    let mut table = Table::open(path)?;
    let count = table.needed(&["count", "k"])?;
    let exposure = table.column(&["exposure", "n"]);
    let (mut counts, mut exposures) = (Vec::new(), Vec::new());
    while let Some(row) = table.next()? {
        counts.push(row.count(&count)?);
        exposures.push(exposure.as_ref().map_or(Ok(1.0), |column| row.number(column))?);
    }
    let problem = || {
        Failure::failed(format!(
            "{}: two rows are needed, {} found",
            path.display(),
            counts.len()
        ))
    };
    match (counts.as_slice().try_into(), exposures.as_slice().try_into()) {
        (Ok(counts), Ok(exposures)) => Ok((counts, exposures)),
        _ => Err(problem()),
    }
}

pub(super) fn areas(path: &Path) -> Result<(Vec<String>, Vec<Area>), Failure> {
    let mut table = Table::open(path)?;
    let predicted = table.needed(&["predicted", "pred"])?;
    let observed = table.needed(&["observed", "obs", "count"])?;
    let size = table.column(&["area", "size"]);
    let id = table.column(&["id", "location"]);
    let (mut names, mut areas) = (Vec::new(), Vec::new());
    while let Some(row) = table.next()? {
        let forecast = row.number(&predicted)?;
        if forecast < 0.0 {
            return Err(row.bad(&predicted, &format!("is negative: {forecast}")));
        }
        let size = match &size {
            None => 1.0,
            Some(column) => match row.number(column)? {
                size if size > 0.0 => size,
                size => return Err(row.bad(column, &format!("is not above 0: {size}"))),
            },
        };
        names.push(
            id.as_ref()
                .map_or_else(|| Ok((names.len() + 1).to_string()), |id| row.name(id))?,
        );
        areas.push(Area {
            predicted: forecast,
            observed: row.count(&observed)?,
            size,
        });
    }
    if areas.is_empty() {
        return Err(table.without_rows());
    }
    Ok((names, areas))
}
