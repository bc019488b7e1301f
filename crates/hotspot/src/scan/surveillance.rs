//! The streaming form of the scan.

use super::{
    Case, Scan, ScanError, ScanParams,
    circles::Circles,
    permutation::{permutation_scan, scan_to_the_end},
    study::Study,
};
use crate::{InvalidLocations, Locations, Metric, sites::Sites};

/// A scan that is asked again as cases come in.
///
/// It keeps the cases and, as long as no location is added, the neighbours of every location. Each look gives the same
/// answer as [`permutation_scan`] from scratch on the same cases. Papers, steps and caveats are those of
/// [`permutation_scan`]; it was checked against it.
///
/// # Example
/// ```
/// use lagebild_hotspot::{Locations, scan::{Case, ScanParams, Surveillance}};
///
/// let locations = Locations::plane(vec![[0.0, 0.0], [300.0, 0.0], [5000.0, 0.0]])?;
/// let mut surveillance = Surveillance::new(locations, 1, ScanParams::new(1000.0, 7)?);
/// for day in 0..30 {
///     surveillance.add(0, &[Case { location: (day % 3) as usize, time: day, count: 1 }])?;
///     let scan = surveillance.look(day, 42)?;
///     assert_eq!(scan.end, day);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Surveillance {
    locations: Locations,
    params: ScanParams,
    streams: Vec<Vec<Case>>,
    ground: Option<(Sites, Circles)>,
}

impl Surveillance {
    /// Without cases, for a number of streams.
    pub fn new(locations: Locations, streams: usize, params: ScanParams) -> Self {
        Self {
            locations,
            params,
            streams: vec![Vec::new(); streams],
            ground: None,
        }
    }

    /// The locations.
    pub fn locations(&self) -> &Locations {
        &self.locations
    }

    /// Adds locations behind those there are; the next look sorts all neighbours anew.
    ///
    /// # Errors
    /// When a coordinate is not finite or out of range; nothing is added then.
    pub fn add_locations(&mut self, points: &[[f64; 2]]) -> Result<(), InvalidLocations> {
        let all = [self.locations.points(), points].concat();
        self.locations = match self.locations.metric() {
            Metric::Plane => Locations::plane(all)?,
            Metric::GreatCircle => Locations::great_circle(all)?,
        };
        self.ground = None;
        Ok(())
    }

    /// Adds cases of a stream, in any order, late ones too.
    ///
    /// # Errors
    /// When there is no such stream or location; nothing is added then.
    pub fn add(&mut self, stream: usize, cases: &[Case]) -> Result<(), ScanError> {
        let known = self.streams.get_mut(stream).ok_or(ScanError::NoStream)?;
        for (row, case) in cases.iter().enumerate() {
            if case.location >= self.locations.len() {
                return Err(ScanError::UnknownLocation {
                    stream,
                    row,
                    location: case.location,
                });
            }
        }
        known.extend(cases.iter().filter(|case| case.count > 0));
        Ok(())
    }

    /// Forgets the cases before a time step, so that the study does not grow without end.
    pub fn forget_before(&mut self, time: i64) {
        for cases in &mut self.streams {
            cases.retain(|case| case.time >= time);
        }
    }

    /// Scans what is known up to `end`, whatever end the parameters name.
    ///
    /// # Errors
    /// As [`permutation_scan`].
    pub fn look(&mut self, end: i64, seed: u64) -> Result<Scan, ScanError> {
        let params = self.params.clone().with_end(end);
        let streams: Vec<&[Case]> = self.streams.iter().map(Vec::as_slice).collect();
        if params.is_retrospective() {
            return permutation_scan(&self.locations, &streams, &params, seed);
        }
        let (sites, circles) = if let Some(ground) = self.ground.take() {
            ground
        } else {
            let sites = Sites::new(&self.locations, params.max_radius_m());
            let circles = Circles::over_all(&sites, params.max_radius_m())?;
            (sites, circles)
        };
        let study = Study::new(&self.locations, &sites, &streams, &params)?;
        let scan = scan_to_the_end(&study, &circles, &self.locations, &params, seed);
        self.ground = Some((sites, circles));
        scan
    }
}
