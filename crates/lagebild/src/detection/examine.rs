//! One profile over one state of the data: from observations to findings. No I/O.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use lagebild_domain::{Category, Finding, LatLng, Notice, Place, SourceId, german, happening};
use lagebild_situation::{Observation, Situation};

use super::lookout::{self, Calibrations};
use super::point_mass::PointMasses;
use super::profile::{Method, Profile};
use super::steps::{self, midnight_of};
use super::stream::Wanted;
use super::{input, scan, volume};
use crate::linking::Links;

/// The data of one day and what is doubtful about them.
#[derive(Debug)]
pub(crate) struct Known {
    /// Reports with a point, by what was known at the end of the day.
    pub(crate) observations: Vec<Observation>,
    /// Coordinates that are not taken for places.
    pub(crate) masses: PointMasses,
    /// What the volume says.
    pub(crate) notices: Vec<Notice>,
}

/// What is found at one place.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) finding: Finding,
    /// False when no named place is near, and the finding is named after its district for want of better.
    pub(crate) is_named: bool,
}

/// Looks through observations; holds what does not change while the program runs.
#[derive(Debug, Clone)]
pub(crate) struct Examiner {
    pub(crate) situation: Arc<Situation>,
    pub(crate) places: Arc<[Place]>,
    /// Sources whose coordinates are moved to the street or coarser.
    pub(crate) rounded: Arc<BTreeSet<SourceId>>,
    /// Points that are places whatever lies on them.
    pub(crate) trusted: Arc<[LatLng]>,
    /// How many profiles look: chance has as many tries.
    pub(crate) profiles: usize,
    /// What the profiles' thresholds rest on.
    pub(crate) calibrations: Calibrations,
    /// Reports of one happening.
    pub(crate) links: Links,
}

impl Examiner {
    /// What is known at the end of `as_of` out of `all`: what happened by then and, where the feed says so, was told by
    /// then.
    pub(crate) fn known(&self, all: &[Observation], as_of: Date) -> Known {
        let end = midnight_of(as_of.tomorrow().unwrap_or(as_of));
        let is_allowed = |o: &Observation| {
            // Who may see a hotspot need not be allowed to know where such an offence was.
            !self.category(o).floor_stadtbezirk
        };
        let observations: Vec<Observation> = all
            .iter()
            .filter(|o| o.told_at <= end && middle(o) < end && is_allowed(o))
            .copied()
            .collect();
        let vocabulary = self.situation.vocabulary();
        let masses = PointMasses::find(&observations, vocabulary.sources(), &self.trusted);
        let mut notices = masses.notices.clone();
        notices.extend(volume::silences(&observations, vocabulary, as_of));
        Known {
            observations,
            masses,
            notices,
        }
    }

    /// The same, with what the weekly volume says: costs as much as a scan.
    pub(crate) fn known_with_volume(&self, all: &[Observation], as_of: Date) -> Known {
        let mut known = self.known(all, as_of);
        known.notices.extend(volume::weekly(
            &known.observations,
            self.situation.vocabulary(),
            as_of,
        ));
        known
    }

    /// Looks with a profile at the end of `as_of`.
    ///
    /// Linked reports are one happening, and each happening counts once.
    ///
    /// # Errors
    /// Why the profile cannot look at such data, for people.
    pub(crate) fn examine(
        &self,
        profile: &Profile,
        known: &Known,
        as_of: Date,
    ) -> Result<Vec<Found>, String> {
        let last = profile.time_unit.last_whole_step(as_of);
        let history = last - i64::from(profile.history) + 1..=last;
        let streams = self.streams(profile, known, &history)?;
        let input = input::usable(profile, streams, &history)?;
        let cylinders = match profile.method {
            Method::Lookout => {
                let areas = self.situation.vocabulary().areas();
                lookout::look(profile, &input, areas, &self.calibrations, last)?
            }
            Method::Scan => scan::scan(profile, &input, last)?,
            Method::AccidentRule => return Ok(self.accidents(profile, known, &input, last)),
        };
        Ok(cylinders
            .iter()
            .filter_map(|cylinder| self.of_cylinder(profile, known, &input, cylinder))
            .collect())
    }

    /// What is known that any stream of a profile wants, whenever it happened.
    pub(crate) fn of_profile(&self, profile: &Profile, known: &Known) -> Vec<Observation> {
        let vocabulary = self.situation.vocabulary();
        let wanted: Vec<Wanted> = profile
            .streams
            .iter()
            .filter_map(|stream| stream.wanted(vocabulary).ok())
            .collect();
        let is_wanted = |o: &Observation| wanted.iter().any(|wanted| wanted.holds(o));
        known
            .observations
            .iter()
            .filter(|o| is_wanted(o) && !known.masses.holds(o))
            .copied()
            .collect()
    }

    /// The day by which everything is known.
    pub(crate) fn last_day(all: &[Observation]) -> Date {
        let last = all.iter().map(|o| o.told_at.max(o.occurred.to())).max();
        german::day_of(last.unwrap_or(Timestamp::UNIX_EPOCH))
    }

    /// The observations of each stream that share time with the profile's history.
    fn streams(
        &self,
        profile: &Profile,
        known: &Known,
        history: &RangeInclusive<i64>,
    ) -> Result<Vec<Vec<Observation>>, String> {
        let vocabulary = self.situation.vocabulary();
        let mut streams = Vec::new();
        for stream in &profile.streams {
            let wanted = stream.wanted(vocabulary)?;
            // Its span, not its day: a feed of months would else look like one that says nothing.
            let is_in_history = |o: &Observation| {
                let (first, last) = steps::steps(profile, o);
                first <= *history.end() && last >= *history.start()
            };
            streams.push(
                known
                    .observations
                    .iter()
                    .filter(|o| is_in_history(o) && !known.masses.holds(o) && wanted.holds(o))
                    .copied()
                    .collect::<Vec<_>>(),
            );
        }
        let told = streams.iter().flatten().map(|o| (o.id, o.told_at));
        let repeated = happening::repeated(told, &self.links.known());
        for stream in &mut streams {
            stream.retain(|o| !repeated.contains(&o.id));
        }
        Ok(streams)
    }

    pub(super) fn category(&self, observation: &Observation) -> &Category {
        &self.situation.vocabulary().taxonomy().categories()[observation.category]
    }
}

/// The moment that decides which day an observation happened on.
fn middle(observation: &Observation) -> Timestamp {
    let occurred = observation.occurred;
    let middle = i64::midpoint(occurred.from().as_microsecond(), occurred.to().as_microsecond());
    Timestamp::from_microsecond(middle).unwrap_or(occurred.from())
}
