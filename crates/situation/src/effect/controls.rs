//! Places to compare with: those whose past was most like that of the measure's area, or those that somebody names.

use h3o::CellIndex;

use super::CONTROLS;
use super::tracks::{Track, Tracks};

/// A place that the measure's area, or its surroundings, is compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct ControlPlace {
    /// Its H3 index.
    pub h3: String,
    /// Reports before.
    pub before: u32,
    /// Reports while the measure lasted.
    pub after: u32,
    /// How unlike its past was; 0.5 is what chance makes of two places that are alike.
    pub unlikeness: f64,
}

/// Why a named place cannot be compared with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidControl {
    /// No H3 index of the resolution.
    #[error("{0:?} is no H3 index of resolution {1}, whose cells are about as large as the measure's area")]
    NoCell(String, u8),
    /// It lies in the area or its surroundings, or has no reports.
    #[error("{0} touches the measure's area or its surroundings, or has no reports at all")]
    Unfit(String),
    /// Too many.
    #[error("name at most 50 places")]
    TooMany,
}

/// Most places that can be named.
const MOST_NAMED: usize = 50;

impl Tracks {
    /// The named places, or else those most like `place` that are not among the `taken`.
    pub(super) fn controls<'a>(
        &'a self,
        place: &Track,
        named: &[String],
        taken: &[(ControlPlace, &Track)],
    ) -> Result<Vec<(ControlPlace, &'a Track)>, InvalidControl> {
        if named.len() > MOST_NAMED {
            return Err(InvalidControl::TooMany);
        }
        let of = |cell: CellIndex, track: &'a Track| {
            let counts = track.before_after();
            let control = ControlPlace {
                h3: cell.to_string(),
                before: counts.before,
                after: counts.after,
                unlikeness: place.unlikeness(track),
            };
            (control, track)
        };
        if !named.is_empty() {
            let number = self.resolution as u8;
            return named
                .iter()
                .map(|name| {
                    let cell: CellIndex = name
                        .parse()
                        .ok()
                        .filter(|cell: &CellIndex| cell.resolution() == self.resolution)
                        .ok_or_else(|| InvalidControl::NoCell(name.chars().take(20).collect(), number))?;
                    let track = self.elsewhere.get(&cell);
                    Ok(of(
                        cell,
                        track.ok_or_else(|| InvalidControl::Unfit(cell.to_string()))?,
                    ))
                })
                .collect();
        }
        let mut candidates: Vec<(ControlPlace, &Track)> = self
            .elsewhere
            .iter()
            .map(|(cell, track)| of(*cell, track))
            .filter(|(control, _)| taken.iter().all(|(known, _)| known.h3 != control.h3))
            .collect();
        // Equally like ones go by their index, so that the same data give the same places.
        candidates.sort_by(|(a, _), (b, _)| {
            let by_likeness = a.unlikeness.total_cmp(&b.unlikeness);
            by_likeness.then_with(|| a.h3.cmp(&b.h3))
        });
        candidates.truncate(CONTROLS);
        Ok(candidates)
    }
}
