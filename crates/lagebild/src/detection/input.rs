//! The observations that a profile can use.

use std::ops::RangeInclusive;

use lagebild_situation::Observation;

use super::profile::{Clock, Profile, TimeUnit};
use super::steps::counted_day;

/// Share of reports known too coarsely for the time unit beyond which a look is refused.
const MAX_COARSE_SHARE: f64 = 0.5;

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
