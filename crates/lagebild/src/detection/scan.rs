//! From observations to clusters: the plane, the time steps, the scan.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use lagebild_domain::{LatLng, german};
use lagebild_hotspot::Locations;
use lagebild_hotspot::scan::{Case, Cluster, ScanParams, permutation_scan};
use lagebild_situation::Observation;

use super::profile::{Clock, Profile, TimeUnit};

/// Share of reports known too coarsely for the time unit beyond which a look is refused.
const MAX_COARSE_SHARE: f64 = 0.5;
const SECONDS_PER_DAY: i64 = 86_400;

/// Parameters of the scan library for a profile.
pub(super) fn params(profile: &Profile) -> Result<ScanParams, String> {
    ScanParams::new(profile.max_radius_m, profile.max_window)
        .and_then(|params| params.with_min_cases(profile.min_reports))
        .and_then(|params| params.with_replicates(profile.replicates))
        .map_err(|error| error.to_string())
}

impl TimeUnit {
    /// Number of the step that a day lies in.
    pub(super) fn step(self, day: Date) -> i64 {
        match self {
            Self::Day => i64::from(
                day.since(Date::constant(1970, 1, 1))
                    .map_or(0, |span| span.get_days()),
            ),
            Self::Month => i64::from(day.year()) * 12 + i64::from(day.month()) - 1,
        }
    }

    /// Number of the last step that is over at the end of a day: of a month that has only begun nothing is said.
    pub(super) fn last_whole_step(self, day: Date) -> i64 {
        self.step(day.tomorrow().unwrap_or(day)) - 1
    }

    /// First day of a step.
    pub(super) fn first_day(self, step: i64) -> Date {
        let origin = Date::constant(1970, 1, 1);
        match self {
            Self::Day => origin.checked_add(step.days()).unwrap_or(origin),
            Self::Month => {
                let year = i16::try_from(step.div_euclid(12)).unwrap_or(1970);
                let month = i8::try_from(step.rem_euclid(12) + 1).unwrap_or(1);
                Date::new(year, month, 1).unwrap_or(origin)
            }
        }
    }

    fn longest_seconds(self) -> i64 {
        match self {
            // A night that a burglary lies in belongs to the day of its middle; a weekend does not.
            Self::Day => SECONDS_PER_DAY * 3 / 2,
            Self::Month => SECONDS_PER_DAY * 32,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
        }
    }
}

/// The observations of one profile, ready to be scanned.
#[derive(Debug)]
pub(super) struct Input {
    /// One list a stream.
    pub(super) streams: Vec<Vec<Observation>>,
    /// Reports left out because their time is known too coarsely.
    pub(super) coarse: usize,
}

/// Drops the observations whose time is known too coarsely for the profile's unit, unless it goes by the time of the
/// telling.
///
/// Refuses when they are most of them: windows finer than the data would see a jump on the first of each month that is
/// only the feed's way of writing dates.
pub(super) fn usable(
    profile: &Profile,
    mut streams: Vec<Vec<Observation>>,
    history: &RangeInclusive<i64>,
) -> Result<Input, String> {
    let total: usize = streams.iter().map(Vec::len).sum();
    let counts = |o: &Observation| history.contains(&profile.time_unit.step(counted_day(o, profile.clock)));
    if profile.clock == Clock::Reported {
        for stream in &mut streams {
            stream.retain(counts);
        }
        return Ok(Input { streams, coarse: 0 });
    }
    let longest = profile.time_unit.longest_seconds();
    for stream in &mut streams {
        stream.retain(|o| o.occurred.length_seconds() <= longest);
    }
    let coarse = total - streams.iter().map(Vec::len).sum::<usize>();
    if total > 0 && coarse as f64 > MAX_COARSE_SHARE * total as f64 {
        let offer = match profile.time_unit {
            TimeUnit::Day => "set time_unit = \"month\" (with max_window and history in months)",
            TimeUnit::Month => "these data are too coarse for this method",
        };
        return Err(format!(
            "profile \"{}\" looks at windows of whole {}s, but {coarse} of {total} reports are known only to a longer span \
             of time; a window finer than the data finds the calendar, not a hotspot: {offer}",
            profile.id,
            profile.time_unit.name()
        ));
    }
    for stream in &mut streams {
        stream.retain(counts);
    }
    Ok(Input { streams, coarse })
}

/// First and last step of an observation's time span by the clock of a profile.
pub(super) fn steps(profile: &Profile, observation: &Observation) -> (i64, i64) {
    let (unit, clock) = (profile.time_unit, profile.clock);
    match clock {
        Clock::Reported => {
            let step = unit.step(counted_day(observation, clock));
            (step, step)
        }
        Clock::Occurred => (
            unit.step(german::day_of(observation.occurred.from())),
            unit.step(last_day_of(observation)),
        ),
    }
}

/// Midnight in Berlin at the start of a day.
pub(super) fn midnight_of(day: Date) -> Timestamp {
    day.to_zoned(german::zone())
        .map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

/// The day that an observation counts on by the clock of a profile.
pub(super) fn counted_day(observation: &Observation, clock: Clock) -> Date {
    match clock {
        Clock::Occurred => day_of(observation),
        Clock::Reported => german::day_of(observation.told_at),
    }
}

/// The last day in Berlin of an observation's time span.
pub(super) fn last_day_of(observation: &Observation) -> Date {
    let occurred = observation.occurred;
    // The end of a span is no longer part of it.
    let last = (occurred.to().as_microsecond() - 1).max(occurred.from().as_microsecond());
    german::day_of(Timestamp::from_microsecond(last).unwrap_or(occurred.from()))
}

/// The day in Berlin that an observation happened on: that of the middle of its span.
pub(crate) fn day_of(observation: &Observation) -> Date {
    let occurred = observation.occurred;
    let middle = i64::midpoint(occurred.from().as_microsecond(), occurred.to().as_microsecond());
    german::day_of(Timestamp::from_microsecond(middle).unwrap_or(occurred.from()))
}

/// A plane that touches the earth in the middle of the observations: metres east and north.
///
/// Ten kilometres north or south of the middle, eastings are off by about 0.2 % at the latitude of Hamm: one metre in the
/// 500 m of a circle.
#[derive(Debug)]
pub(super) struct Plane {
    origin: LatLng,
    metres_per_degree_lng: f64,
}

const METRES_PER_DEGREE: f64 = 111_195.08;

impl Plane {
    pub(super) fn around(origin: LatLng) -> Self {
        Self {
            origin,
            metres_per_degree_lng: METRES_PER_DEGREE * origin.lat_degrees().to_radians().cos(),
        }
    }

    pub(super) fn metres(&self, point: LatLng) -> [f64; 2] {
        [
            (point.lng_degrees() - self.origin.lng_degrees()) * self.metres_per_degree_lng,
            (point.lat_degrees() - self.origin.lat_degrees()) * METRES_PER_DEGREE,
        ]
    }

    pub(super) fn point(&self, [x, y]: [f64; 2]) -> Option<LatLng> {
        LatLng::new(
            self.origin.lat_degrees() + y / METRES_PER_DEGREE,
            self.origin.lng_degrees() + x / self.metres_per_degree_lng,
        )
        .ok()
    }
}

/// Clusters, with the observations that each location stands for.
#[derive(Debug)]
pub(super) struct Scanned {
    pub(super) clusters: Vec<Cluster>,
    pub(super) plane: Plane,
    /// H3 cell of each location.
    pub(super) cells: Vec<u64>,
}

/// Scans the streams up to and with the step `end`.
///
/// A location is the mean point of an H3 cell's observations: reports a few doors apart are neighbours, and the work
/// stays small.
pub(super) fn scan(profile: &Profile, input: &Input, end: i64) -> Result<Scanned, String> {
    let unit = profile.time_unit;
    let mut sums: BTreeMap<u64, (f64, f64, f64)> = BTreeMap::new();
    for observation in input.streams.iter().flatten() {
        let sum = sums.entry(observation.cell).or_default();
        sum.0 += observation.point.lat_degrees();
        sum.1 += observation.point.lng_degrees();
        sum.2 += 1.0;
    }
    let means: Vec<LatLng> = sums
        .values()
        .filter_map(|(lat, lng, count)| LatLng::new(lat / count, lng / count).ok())
        .collect();
    let cells: Vec<u64> = sums.keys().copied().collect();
    let Some(origin) = means.first() else {
        return Ok(Scanned {
            clusters: Vec::new(),
            plane: Plane::around(LatLng::new(0.0, 0.0).map_err(|error| error.to_string())?),
            cells,
        });
    };
    let count = means.len() as f64;
    let middle = means.iter().fold((0.0, 0.0), |sum, point| {
        (
            sum.0 + point.lat_degrees() / count,
            sum.1 + point.lng_degrees() / count,
        )
    });
    let plane = Plane::around(LatLng::new(middle.0, middle.1).unwrap_or(*origin));
    let locations = Locations::plane(means.iter().map(|point| plane.metres(*point)).collect())
        .map_err(|error| error.to_string())?;
    let place: BTreeMap<u64, usize> = cells
        .iter()
        .enumerate()
        .map(|(index, cell)| (*cell, index))
        .collect();
    let cases: Vec<Vec<Case>> = input
        .streams
        .iter()
        .map(|observations| {
            observations
                .iter()
                .map(|observation| Case {
                    location: place[&observation.cell],
                    time: unit.step(counted_day(observation, profile.clock)),
                    count: 1,
                })
                .collect()
        })
        .collect();
    let streams: Vec<&[Case]> = cases.iter().map(Vec::as_slice).collect();
    let mut params = params(profile)?.with_end(end);
    if profile.weekday_strata {
        params = params.with_cycle(7).map_err(|error| error.to_string())?;
    }
    let scan =
        permutation_scan(&locations, &streams, &params, profile.seed).map_err(|error| error.to_string())?;
    Ok(Scanned {
        clusters: scan.clusters,
        plane,
        cells,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn steps_go_there_and_back() {
        for day in [date(1970, 1, 1), date(2018, 10, 1), date(2026, 11, 22)] {
            assert_eq!(TimeUnit::Day.first_day(TimeUnit::Day.step(day)), day);
        }
        assert_eq!(TimeUnit::Day.step(date(1970, 2, 1)), 31);
        assert_eq!(
            TimeUnit::Month.first_day(TimeUnit::Month.step(date(2019, 2, 28))),
            date(2019, 2, 1)
        );
        assert_eq!(TimeUnit::Day.last_whole_step(date(1970, 2, 1)), 31);
        let months_begun = [date(2019, 2, 27), date(2019, 2, 28), date(2019, 3, 1)].map(|day| {
            let step = TimeUnit::Month.last_whole_step(day);
            TimeUnit::Month.first_day(step)
        });
        assert_eq!(
            months_begun,
            [date(2019, 1, 1), date(2019, 2, 1), date(2019, 2, 1)]
        );
        assert_eq!(
            TimeUnit::Month.step(date(2019, 1, 1)) - TimeUnit::Month.step(date(2018, 12, 31)),
            1
        );
    }

    /// At 51.68 degrees north a degree of longitude is 111 195 m × cos 51.68° = 68 948 m.
    #[test]
    fn the_plane_is_metric() {
        let plane = Plane::around(LatLng::new(51.68, 7.80).unwrap());
        let [x, y] = plane.metres(LatLng::new(51.69, 7.81).unwrap());
        assert!((x - 689.48).abs() < 0.1 && (y - 1_111.95).abs() < 0.01, "{x} {y}");
    }
}
