//! One profile over one state of the data: from observations to findings. No I/O.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use lagebild_domain::{
    Category, CategoryCount, Evidence, Finding, Interval, LatLng, Notice, Place, ReportId, SourceId,
    StreamShare, german, happening,
};
use lagebild_hotspot::scan::Cluster;
use lagebild_situation::{Observation, Situation};
use serde_json::json;

use super::accident::{Accumulation, accumulations};
use super::caution;
use super::point_mass::PointMasses;
use super::profile::{Clock, Method, Profile, TimeUnit};
use super::rhythm::rhythm;
use super::scan::{self, Input, Plane, Scanned, counted_day, midnight_of};
use super::stream::Wanted;
use super::volume;

/// A named place gives a finding its name when it lies in its circle, or at most this far from its centre.
const NAMED_WITHIN_M: f64 = 100.0;
/// Leading categories that are kept.
const LEADING: usize = 5;

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
    /// `links` are reports of one happening: each happening counts once.
    ///
    /// # Errors
    /// Why the profile cannot look at such data, for people.
    pub(crate) fn examine(
        &self,
        profile: &Profile,
        known: &Known,
        links: &[Vec<ReportId>],
        as_of: Date,
    ) -> Result<Vec<Found>, String> {
        let last = profile.time_unit.last_whole_step(as_of);
        let history = last - i64::from(profile.history) + 1..=last;
        let streams = self.streams(profile, known, links, &history)?;
        let input = scan::usable(profile, streams, &history)?;
        match profile.method {
            Method::Scan => {
                let scanned = scan::scan(profile, &input, last)?;
                Ok(scanned
                    .clusters
                    .iter()
                    .filter_map(|cluster| self.of_cluster(profile, known, &scanned, &input, cluster))
                    .collect())
            }
            Method::AccidentRule => Ok(self.accidents(profile, known, &input, last)),
        }
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
        links: &[Vec<ReportId>],
        history: &RangeInclusive<i64>,
    ) -> Result<Vec<Vec<Observation>>, String> {
        let vocabulary = self.situation.vocabulary();
        let mut streams = Vec::new();
        for stream in &profile.streams {
            let wanted = stream.wanted(vocabulary)?;
            // Its span, not its day: a feed of months would else look like one that says nothing.
            let is_in_history = |o: &Observation| {
                let (first, last) = scan::steps(profile, o);
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
        let repeated = happening::repeated(told, links);
        for stream in &mut streams {
            stream.retain(|o| !repeated.contains(&o.id));
        }
        Ok(streams)
    }

    /// What a cluster says, if it is rare enough and rests on what its kind needs.
    fn of_cluster(
        &self,
        profile: &Profile,
        known: &Known,
        scanned: &Scanned,
        input: &Input,
        cluster: &Cluster,
    ) -> Option<Found> {
        let unit = profile.time_unit;
        let recurrence_days = cluster.recurrence_interval.unwrap_or(0.0) * unit.days();
        let cells: BTreeSet<u64> = cluster
            .locations
            .iter()
            .map(|index| scanned.cells[*index])
            .collect();
        let is_member = |o: &Observation| {
            let step = unit.step(counted_day(o, profile.clock));
            cells.contains(&o.cell) && (cluster.start..=cluster.end).contains(&step)
        };
        let members: Vec<Observation> = input
            .streams
            .iter()
            .flatten()
            .filter(|o| is_member(o))
            .copied()
            .collect();
        let fears = members
            .iter()
            .filter(|o| self.category(o).evidence == Evidence::Fear)
            .count();
        let rhythm = rhythm(&members);
        let is_dark_enough = profile.min_dark_share <= 0.0
            || rhythm
                .dark_share
                .is_some_and(|share| share >= profile.min_dark_share);
        if recurrence_days < profile.min_recurrence_days()
            || (fears as u64) < u64::from(profile.fear_needed())
            || !is_dark_enough
        {
            return None;
        }
        let center = scanned.plane.point(cluster.center_point)?;
        let window = Interval::new(
            midnight_of(unit.first_day(cluster.start)),
            midnight_of(unit.first_day(cluster.end + 1)),
        )
        .ok()?;
        let observed = cluster.observed as f64;
        let (place, is_named) = self.place_name(center, cluster.radius_m);
        let sources = profile.sources(self.situation.vocabulary().sources());
        let finding = Finding {
            profile: profile.id.clone(),
            kind: profile.kind,
            center,
            radius_m: cluster.radius_m,
            outline: outline(&scanned.plane, &cluster.polygon, center),
            window,
            observed,
            expected: cluster.expected,
            relative_risk: cluster
                .relative_risk
                .unwrap_or(observed / cluster.expected.max(f64::MIN_POSITIVE)),
            p_value: Some(cluster.p_value),
            recurrence_interval_days: Some(recurrence_days),
            recurrence_at_limit: cluster.p_value <= 1.0 / f64::from(profile.replicates + 1),
            streams: shares(profile, cluster, observed),
            categories: self.leading(&members),
            cautions: caution::cautions(self, profile, known, input, &members),
            rhythm,
            reports: members.iter().map(|o| o.id).collect(),
            sources: sources.into_iter().collect(),
            place,
            method: "space-time permutation scan (prospective)".to_owned(),
            parameters: json!({
                "max_radius_m": profile.max_radius_m, "max_window": profile.max_window, "history": profile.history,
                "min_reports": profile.min_reports, "replicates": profile.replicates,
                "weekday_strata": profile.weekday_strata,
                "clock": match profile.clock { Clock::Occurred => "occurred", Clock::Reported => "reported" },
                "time_unit": match unit { TimeUnit::Day => "day", TimeUnit::Month => "month" },
                "false_alarms_per_year": profile.false_alarms_per_year, "profiles": self.profiles,
                "log_likelihood_ratio": cluster.llr,
            }),
            seed: profile.seed,
        };
        Some(Found { finding, is_named })
    }

    fn accidents(&self, profile: &Profile, known: &Known, input: &Input, last: i64) -> Vec<Found> {
        let observations: Vec<Observation> = input.streams.iter().flatten().copied().collect();
        let Some(first) = observations.first() else {
            return Vec::new();
        };
        let plane = Plane::around(first.point);
        let (places, usual) = accumulations(profile, &observations, &plane, last);
        places
            .iter()
            .filter_map(|place| {
                self.of_accumulation(profile, known, input, &observations, &plane, place, usual)
            })
            .collect()
    }

    #[expect(clippy::too_many_arguments, reason = "what an accumulation was found in")]
    fn of_accumulation(
        &self,
        profile: &Profile,
        known: &Known,
        input: &Input,
        observations: &[Observation],
        plane: &Plane,
        found: &Accumulation,
        usual: f64,
    ) -> Option<Found> {
        let members: Vec<Observation> = found.members.iter().map(|index| observations[*index]).collect();
        let center = plane.point(found.center)?;
        let observed = members.len() as f64;
        let days = members.iter().map(|o| counted_day(o, profile.clock));
        let (place, is_named) = self.place_name(center, profile.max_radius_m);
        let window = Interval::new(
            midnight_of(days.clone().min()?),
            midnight_of(days.max()?.tomorrow().ok()?),
        )
        .ok()?;
        let finding = Finding {
            profile: profile.id.clone(),
            kind: profile.kind,
            center,
            radius_m: profile.max_radius_m,
            outline: outline(plane, &[], center),
            window,
            observed,
            expected: usual,
            relative_risk: observed / usual.max(f64::MIN_POSITIVE),
            p_value: None,
            recurrence_interval_days: None,
            recurrence_at_limit: false,
            streams: vec![StreamShare {
                stream: profile
                    .streams
                    .iter()
                    .map(|s| s.name.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
                observed,
                expected: usual,
                share: 1.0,
            }],
            categories: self.leading(&members),
            rhythm: rhythm(&members),
            cautions: caution::cautions(self, profile, known, input, &members),
            reports: members.iter().map(|o| o.id).collect(),
            sources: profile
                .sources(self.situation.vocabulary().sources())
                .into_iter()
                .collect(),
            place,
            method: "rule of the Unfallkommissionen".to_owned(),
            parameters: json!({
                "max_radius_m": profile.max_radius_m, "max_window": profile.max_window,
                "min_reports": profile.min_reports,
                "time_unit": match profile.time_unit { TimeUnit::Day => "day", TimeUnit::Month => "month" },
            }),
            seed: profile.seed,
        };
        Some(Found { finding, is_named })
    }

    pub(super) fn category(&self, observation: &Observation) -> &Category {
        &self.situation.vocabulary().taxonomy().categories()[observation.category]
    }

    fn leading(&self, members: &[Observation]) -> Vec<CategoryCount> {
        let mut counts: BTreeMap<usize, u32> = BTreeMap::new();
        for member in members {
            *counts.entry(member.category).or_default() += 1;
        }
        let categories = self.situation.vocabulary().taxonomy().categories();
        let mut leading: Vec<CategoryCount> = counts
            .into_iter()
            .map(|(category, count)| CategoryCount {
                category: categories[category].id.clone(),
                count,
            })
            .collect();
        leading.sort_by_key(|leading| std::cmp::Reverse(leading.count));
        leading.truncate(LEADING);
        leading
    }

    /// True when a named place is near.
    pub(crate) fn is_named(&self, finding: &Finding) -> bool {
        self.place_name(finding.center, finding.radius_m).1
    }

    /// The nearest named place in the circle, and true; else the district, and false.
    fn place_name(&self, center: LatLng, radius_m: f64) -> (String, bool) {
        let nearest = self
            .places
            .iter()
            .map(|place| (place.point.distance_m(center), place))
            .min_by(|(a, _), (b, _)| a.total_cmp(b))
            .filter(|(distance_m, _)| *distance_m <= radius_m.max(NAMED_WITHIN_M));
        if let Some((_, place)) = nearest {
            return (place.name.clone(), true);
        }
        let areas = self.situation.vocabulary().areas();
        let district = areas
            .district_index(center)
            .map_or("ohne Ortsnamen", |index| areas.all()[index].name.as_str());
        (district.to_owned(), false)
    }
}

/// The moment that decides which day an observation happened on.
fn middle(observation: &Observation) -> Timestamp {
    let occurred = observation.occurred;
    let middle = i64::midpoint(occurred.from().as_microsecond(), occurred.to().as_microsecond());
    Timestamp::from_microsecond(middle).unwrap_or(occurred.from())
}

/// The polygon as a closed ring; a square of 60 m where there is none.
fn outline(plane: &Plane, polygon: &[[f64; 2]], center: LatLng) -> Vec<LatLng> {
    const HALF_M: f64 = 30.0;
    let mut corners: Vec<[f64; 2]> = polygon.to_vec();
    if corners.len() < 3 {
        let [x, y] = plane.metres(center);
        corners = [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]
            .map(|[dx, dy]| [x + dx * HALF_M, y + dy * HALF_M])
            .to_vec();
    }
    if corners.first() != corners.last() {
        corners.extend(corners.first().copied());
    }
    corners
        .into_iter()
        .filter_map(|corner| plane.point(corner))
        .collect()
}

fn shares(profile: &Profile, cluster: &Cluster, observed: f64) -> Vec<StreamShare> {
    profile
        .streams
        .iter()
        .zip(&cluster.streams)
        .map(|(stream, part)| StreamShare {
            stream: stream.name.clone(),
            observed: part.observed as f64,
            expected: part.expected,
            share: part.observed as f64 / observed.max(1.0),
        })
        .collect()
}
