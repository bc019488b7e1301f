//! The detectors that are held against each other, and what they say of a world.

use std::sync::Arc;
use std::time::Instant;

use clap::ValueEnum;
use lagebild_hotspot::Locations;
use lagebild_hotspot::scan::{Calibration, Case, Ground, Lookout, LookoutParams, Sighting, Walks};
use serde::{Deserialize, Serialize};

use super::city::{COMPLAINTS, POLICE};
use super::injection::Injection;
use super::world::{Report, World};
use crate::failure::Failure;

/// Largest circle, metres.
pub(crate) const MAX_RADIUS_M: f64 = 500.0;
/// Longest window of the scans.
const MAX_DAYS: u32 = 28;
/// Longest window of the product's detector: a rise that takes four weeks, and as long again at full height.
const RISE_DAYS: u32 = 56;
const HISTORY_DAYS: u32 = 730;
const MIN_CASES: u32 = 5;
/// Cases that the city's pace weighs against a district's own.
const STRATUM_PRIOR: f64 = 20.0;
/// Days of the city's past in which the product looks for its threshold, and the budgets that it is asked for.
const WALKED_DAYS: i64 = 365;
const OWN_BUDGETS: [f64; 3] = [1.0, 4.0, 12.0];
/// A sighting hits when its centre lies in the planted zone's circle or the zone's centre in its own, widened by this.
const HIT_MARGIN_M: f64 = 100.0;

/// A way to look at the two streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Detector {
    /// Complaints alone.
    Complaints,
    /// Police alone.
    Police,
    /// Both streams as one.
    Pooled,
    /// Sum of the positive log-likelihood ratios.
    Sum,
    /// The product's: evidence averaged over radii, beginnings and strengths, both streams weighed together and alone.
    Joint,
    /// The product's way with complaints alone.
    JointComplaints,
    /// The product's way with police alone.
    JointPolice,
    /// The sum without districts and dispersion: the permutation scan as published.
    Plain,
}

/// A detector's word on one day, reduced to what the scores need.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Mark {
    pub(crate) day: i64,
    pub(crate) score: f64,
    pub(crate) center: [f64; 2],
    pub(crate) radius_m: f64,
}

/// The best hit so far on a day, with how well it fits what was planted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Hit {
    /// Days since the planting.
    pub(crate) day: i64,
    pub(crate) score: f64,
    pub(crate) events: Overlap,
    pub(crate) area: Overlap,
    pub(crate) center_error_m: f64,
}

/// Precision and recall.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Overlap {
    pub(crate) precision: f64,
    pub(crate) recall: f64,
}

impl Detector {
    /// Those that run unless others are asked for; Bonferroni is read from the first two.
    pub(crate) const USUAL: [Self; 7] = [
        Self::Complaints,
        Self::Police,
        Self::Pooled,
        Self::Sum,
        Self::Joint,
        Self::JointComplaints,
        Self::JointPolice,
    ];

    /// Scores below it are not kept: the threshold of every sensible budget lies above.
    pub(crate) fn floor(self) -> f64 {
        match self {
            Self::Complaints | Self::Pooled => 8.0,
            Self::Police => 7.0,
            Self::Sum | Self::Plain => 9.5,
            Self::Joint | Self::JointComplaints | Self::JointPolice => 5.0,
        }
    }

    /// The stream of the detector that a report belongs to.
    fn stream_of(self, stream: usize) -> Option<usize> {
        match self {
            Self::Complaints | Self::JointComplaints => (stream == COMPLAINTS).then_some(0),
            Self::Police | Self::JointPolice => (stream == POLICE).then_some(0),
            Self::Pooled => Some(0),
            Self::Sum | Self::Joint | Self::Plain => Some(stream),
        }
    }

    fn streams(self) -> usize {
        match self {
            Self::Complaints | Self::Police | Self::Pooled | Self::JointComplaints | Self::JointPolice => 1,
            Self::Sum | Self::Joint | Self::Plain => 2,
        }
    }

    /// True when the product sets its threshold on the city's own past.
    fn calibrates_itself(self) -> bool {
        matches!(self, Self::Joint | Self::JointComplaints | Self::JointPolice)
    }

    /// Its settings.
    pub(crate) fn params(self) -> Result<LookoutParams, Failure> {
        let longest = match self {
            Self::Joint | Self::JointComplaints | Self::JointPolice => RISE_DAYS,
            _ => MAX_DAYS,
        };
        let params = LookoutParams::new(longest, HISTORY_DAYS)
            .and_then(|params| params.with_min_cases(MIN_CASES))
            .map_err(Failure::failed)?;
        if self == Self::Plain {
            return Ok(params);
        }
        let params = params
            .with_stratum_prior(STRATUM_PRIOR)
            .map_err(Failure::failed)?
            .with_dispersion();
        Ok(if longest == RISE_DAYS {
            params.with_average()
        } else {
            params
        })
    }
}

/// A detector at work in one world.
pub(crate) struct Watcher {
    detector: Detector,
    lookout: Lookout,
    pub(crate) looking_s: f64,
}

impl Watcher {
    pub(crate) fn new(detector: Detector, grounds: &Grounds) -> Result<Self, Failure> {
        let ground = if detector == Detector::Plain {
            &grounds.plain
        } else {
            &grounds.districts
        };
        Ok(Self {
            detector,
            lookout: Lookout::new(Arc::clone(ground), detector.streams(), detector.params()?),
            looking_s: 0.0,
        })
    }

    /// Learns of reports.
    pub(crate) fn learn(&mut self, news: &[Report]) -> Result<(), Failure> {
        for report in news {
            let Some(stream) = self.detector.stream_of(report.stream) else {
                continue;
            };
            let case = Case {
                location: report.site,
                time: report.day,
                count: 1,
            };
            self.lookout.add(stream, &[case]).map_err(Failure::failed)?;
        }
        Ok(())
    }

    /// Looks at the end of a day, at the whole city or where a planted hotspot could be hit.
    pub(crate) fn look(&mut self, day: i64, injection: Option<&Injection>) -> Vec<Sighting> {
        let begun = Instant::now();
        let sightings = match injection {
            None => self.lookout.look(day, self.detector.floor()),
            Some(injection) => {
                let reach_m = MAX_RADIUS_M.max(injection.radius_m()) + HIT_MARGIN_M;
                self.lookout
                    .look_near(day, self.detector.floor(), injection.center, reach_m)
            }
        };
        self.looking_s += begun.elapsed().as_secs_f64();
        sightings
    }
}

/// Budgets, and the thresholds that the product would set for them on what is known at the end of the day `last`; none for
/// detectors that it does not have.
pub(crate) fn own_thresholds(
    detector: Detector,
    grounds: &Grounds,
    known: &[Report],
    last: i64,
) -> Result<Vec<(f64, f64)>, Failure> {
    if !detector.calibrates_itself() {
        return Ok(Vec::new());
    }
    let mut streams = vec![Vec::new(); detector.streams()];
    for report in known {
        if let Some(stream) = detector.stream_of(report.stream)
            && (last - i64::from(HISTORY_DAYS) + 1..=last).contains(&report.day)
        {
            streams[stream].push(Case {
                location: report.site,
                time: report.day,
                count: 1,
            });
        }
    }
    let streams: Vec<&[Case]> = streams.iter().map(Vec::as_slice).collect();
    let walks = Walks::of_days(last - WALKED_DAYS + 1, last, 1);
    let largest = OWN_BUDGETS.iter().copied().fold(0.0, f64::max) / 365.0;
    let calibration = Calibration::new(&grounds.districts, &detector.params()?, &streams, walks, largest)
        .map_err(Failure::failed)?;
    Ok(OWN_BUDGETS
        .map(|budget| (budget, calibration.threshold(budget / 365.0)))
        .to_vec())
}

/// The places of a world, with its districts as strata and without.
pub(crate) struct Grounds {
    districts: Arc<Ground>,
    plain: Arc<Ground>,
}

impl Grounds {
    pub(crate) fn new(world: &World) -> Result<Self, Failure> {
        let points = world.city.sites.iter().map(|site| site.point).collect();
        let locations = Locations::plane(points).map_err(Failure::failed)?;
        let districts: Vec<u32> = world.city.sites.iter().map(|site| site.district).collect();
        let ground = |strata: &[u32]| Ground::new(locations.clone(), strata, MAX_RADIUS_M).map(Arc::new);
        Ok(Self {
            districts: ground(&districts).map_err(Failure::failed)?,
            plain: ground(&vec![0; locations.len()]).map_err(Failure::failed)?,
        })
    }
}

/// How a sighting fits what was planted, if it hits it.
pub(crate) fn hit(
    detector: Detector,
    sighting: &Sighting,
    injection: &Injection,
    known: &[Report],
) -> Option<Hit> {
    let distance = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
    let center_error_m = distance(sighting.center_point, injection.center);
    if center_error_m > sighting.radius_m.max(injection.radius_m()) + HIT_MARGIN_M {
        return None;
    }
    let mut members = sighting.locations.clone();
    members.sort_unstable();
    let is_member = |site: usize| members.binary_search(&site).is_ok();
    let planted: Vec<&Report> = known
        .iter()
        .filter(|report| report.is_injected && detector.stream_of(report.stream).is_some())
        .collect();
    let inside = planted
        .iter()
        .filter(|report| is_member(report.site) && (sighting.start..=sighting.end).contains(&report.day))
        .count();
    let addresses = members
        .iter()
        .filter(|&&site| site < super::city::ADDRESSES)
        .count();
    let shared = injection.zone.iter().filter(|&&site| is_member(site)).count();
    let share = |part: usize, of: usize| part as f64 / (of as f64).max(1.0);
    Some(Hit {
        day: sighting.end,
        score: sighting.score,
        events: Overlap {
            precision: share(inside, sighting.observed() as usize),
            recall: share(inside, planted.len()),
        },
        area: Overlap {
            precision: share(shared, addresses),
            recall: share(shared, injection.zone.len()),
        },
        center_error_m,
    })
}
