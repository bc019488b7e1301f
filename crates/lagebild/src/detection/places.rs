//! The places of observations, as the statistics take them.

use std::collections::BTreeMap;

use lagebild_domain::LatLng;
use lagebild_hotspot::Locations;
use lagebild_hotspot::scan::Case;
use lagebild_situation::Observation;

use super::plane::Plane;
use super::profile::Profile;
use super::steps::counted_day;

/// Places of observations: a place is the mean point of an H3 cell's observations, so that reports a few doors apart are
/// neighbours, and the work stays small.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) plane: Plane,
    /// H3 cell of each place, ascending.
    pub(super) cells: Vec<u64>,
    /// Mean point of each.
    pub(super) points: Vec<LatLng>,
    /// The same in metres of the plane.
    pub(super) locations: Locations,
}

impl Places {
    /// The places of the observations; none where there are none.
    pub(super) fn of(streams: &[Vec<Observation>]) -> Result<Option<Self>, String> {
        let mut sums: BTreeMap<u64, (f64, f64, f64)> = BTreeMap::new();
        for observation in streams.iter().flatten() {
            let sum = sums.entry(observation.cell).or_default();
            sum.0 += observation.point.lat_degrees();
            sum.1 += observation.point.lng_degrees();
            sum.2 += 1.0;
        }
        let points: Vec<LatLng> = sums
            .values()
            .filter_map(|(lat, lng, count)| LatLng::new(lat / count, lng / count).ok())
            .collect();
        let Some(first) = points.first() else {
            return Ok(None);
        };
        let count = points.len() as f64;
        let middle = points.iter().fold((0.0, 0.0), |sum, point| {
            (
                sum.0 + point.lat_degrees() / count,
                sum.1 + point.lng_degrees() / count,
            )
        });
        let plane = Plane::around(LatLng::new(middle.0, middle.1).unwrap_or(*first));
        let locations = Locations::plane(points.iter().map(|point| plane.metres(*point)).collect())
            .map_err(|error| error.to_string())?;
        Ok(Some(Self {
            plane,
            cells: sums.into_keys().collect(),
            points,
            locations,
        }))
    }

    /// The observations of each stream as cases at these places; those at none of them are left out.
    pub(super) fn cases(&self, profile: &Profile, streams: &[Vec<Observation>]) -> Vec<Vec<Case>> {
        let case = |observation: &Observation| {
            Some(Case {
                location: self.cells.binary_search(&observation.cell).ok()?,
                time: profile.time_unit.step(counted_day(observation, profile.clock)),
                count: 1,
            })
        };
        (streams.iter())
            .map(|observations| observations.iter().filter_map(case).collect())
            .collect()
    }
}
