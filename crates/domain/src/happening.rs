//! Reports of one happening, linked across owners.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use crate::interval::Interval;
use crate::likeness::{LONGEST_SPAN_SECONDS, REACH_M, REACH_SECONDS, gap_seconds};
use crate::position::LatLng;
use crate::report::ReportId;

/// Length of a degree of a meridian, rounded down: squares come out a little too large, never too small.
const METRES_PER_DEGREE: f64 = 110_500.0;

/// The reports that a joint look leaves out, so that a happening that several owners were told of counts once.
///
/// Linked reports stay what they are: each keeps its owner, its deadline and its release. Only a look over several
/// streams must not take two calls about one broken window for two windows. The one that counts is the one that was
/// received first, in whichever stream it is; among equal times the smaller number. `received` gives the reports of the
/// look with the time that their owner was told; a link to a report outside it leaves nothing out.
///
/// ```
/// use lagebild_domain::{ReportId, happening};
/// let told = |second| jiff::Timestamp::from_second(second).unwrap();
/// let received = [(ReportId(1), told(20)), (ReportId(2), told(10)), (ReportId(3), told(30))];
/// let links = [vec![ReportId(1), ReportId(2)], vec![ReportId(3), ReportId(99)]];
/// assert_eq!(happening::repeated(received, &links), [ReportId(1)].into());
/// ```
pub fn repeated(
    received: impl IntoIterator<Item = (ReportId, Timestamp)>,
    links: &[Vec<ReportId>],
) -> BTreeSet<ReportId> {
    if links.is_empty() {
        return BTreeSet::new();
    }
    let received: BTreeMap<ReportId, Timestamp> = received.into_iter().collect();
    let mut left_out = BTreeSet::new();
    for group in joined(links) {
        let mut told: Vec<(Timestamp, ReportId)> = group
            .into_iter()
            .filter_map(|id| Some((*received.get(&id)?, id)))
            .collect();
        told.sort_unstable();
        left_out.extend(told.into_iter().skip(1).map(|(_, id)| id));
    }
    left_out
}

/// Groups that share a report are one happening.
fn joined(links: &[Vec<ReportId>]) -> Vec<BTreeSet<ReportId>> {
    let mut group_of: BTreeMap<ReportId, usize> = BTreeMap::new();
    let mut groups: Vec<BTreeSet<ReportId>> = Vec::new();
    for link in links {
        let known: BTreeSet<usize> = link.iter().filter_map(|id| group_of.get(id).copied()).collect();
        let mut whole: BTreeSet<ReportId> = link.iter().copied().collect();
        for index in known {
            whole.append(&mut groups[index]);
        }
        group_of.extend(whole.iter().map(|id| (*id, groups.len())));
        groups.push(whole);
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// A report as far as it matters for finding others near it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sighting {
    /// Its number.
    pub id: ReportId,
    /// Where.
    pub point: LatLng,
    /// When.
    pub occurred: Interval,
    /// Position of its category in the taxonomy.
    pub category: usize,
    /// Position of its source.
    pub source: usize,
}

/// New sightings, by the places and times that lie near them.
///
/// The others are shown to it one after the other and need not be held at once: a picture of ten million reports is looked
/// through for the neighbours of a hundred new ones.
#[derive(Debug)]
pub struct Neighbourhood {
    new: Vec<Sighting>,
    ids: HashSet<ReportId>,
    /// Edges of a square in degrees, north and east.
    high: f64,
    wide: f64,
    /// Positions of the new sightings in all squares that they reach into, in the order of their times.
    squares: HashMap<(i64, i64), Vec<usize>>,
}

impl Neighbourhood {
    /// Around these. Those that know their time worse than [`LONGEST_SPAN_SECONDS`] are near nothing.
    pub fn of(mut new: Vec<Sighting>) -> Self {
        new.retain(|sighting| sighting.occurred.length_seconds() <= LONGEST_SPAN_SECONDS);
        new.sort_by_key(|sighting| (sighting.occurred.from(), sighting.id));
        let northmost = new
            .iter()
            .map(|sighting| sighting.point.lat_degrees().abs())
            .fold(0.0, f64::max);
        // Squares are nowhere narrower than twice the reach: what a sighting reaches lies in those of its four corners.
        let high = 2.0 * REACH_M / METRES_PER_DEGREE;
        let wide = high / northmost.to_radians().cos().max(0.01);
        let mut around = Self {
            ids: new.iter().map(|sighting| sighting.id).collect(),
            new,
            high,
            wide,
            squares: HashMap::new(),
        };
        for (position, sighting) in around.new.iter().enumerate() {
            let (lat, lng) = (sighting.point.lat_degrees(), sighting.point.lng_degrees());
            let mut reached = [(-0.5, -0.5), (-0.5, 0.5), (0.5, -0.5), (0.5, 0.5)]
                .map(|(north, east)| around.square(lat + north * high, lng + east * wide));
            reached.sort_unstable();
            for (place, square) in reached.iter().enumerate() {
                if place == 0 || reached[place - 1] != *square {
                    around.squares.entry(*square).or_default().push(position);
                }
            }
        }
        around
    }

    /// From when until when something near one of them can have its middle; `None` when nothing can.
    pub fn period(&self) -> Option<(Timestamp, Timestamp)> {
        let margin = SignedDuration::from_secs(REACH_SECONDS + LONGEST_SPAN_SECONDS);
        let first = self.new.iter().map(|sighting| sighting.occurred.from()).min()?;
        let last = self.new.iter().map(|sighting| sighting.occurred.to()).max()?;
        Some((
            first.saturating_sub(margin).unwrap_or(Timestamp::MIN),
            last.saturating_add(margin).unwrap_or(Timestamp::MAX),
        ))
    }

    /// The new sightings within [`REACH_M`] and [`REACH_SECONDS`] of this one. Shown all sightings, the new ones among them, it
    /// tells each pair once.
    pub fn near(&self, other: &Sighting) -> impl Iterator<Item = &Sighting> {
        let (lat, lng) = (other.point.lat_degrees(), other.point.lng_degrees());
        let inside = match self.squares.get(&self.square(lat, lng)) {
            Some(inside) if other.occurred.length_seconds() <= LONGEST_SPAN_SECONDS => inside.as_slice(),
            _ => &[],
        };
        let from = |position: &usize| self.new[*position].occurred.from().as_second();
        let earliest = other.occurred.from().as_second() - REACH_SECONDS - LONGEST_SPAN_SECONDS;
        let latest = other.occurred.to().as_second() + REACH_SECONDS;
        let first = inside.partition_point(|position| from(position) < earliest);
        let is_new = self.ids.contains(&other.id);
        inside[first..]
            .iter()
            .take_while(move |position| from(position) <= latest)
            .map(|position| &self.new[*position])
            .filter(move |new| {
                // Of two new ones the pair is told once.
                (!is_new || new.id < other.id)
                    && gap_seconds(new.occurred, other.occurred) <= REACH_SECONDS
                    && new.point.distance_m(other.point) <= REACH_M
            })
    }

    fn square(&self, lat_degrees: f64, lng_degrees: f64) -> (i64, i64) {
        let number = |degrees: f64, size: f64| (degrees / size).floor() as i64;
        (number(lat_degrees, self.high), number(lng_degrees, self.wide))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn chained_links_are_one_happening() {
        let received = (1..=4).map(|id| (ReportId(id), at(100 - id.cast_signed())));
        let links = [
            vec![ReportId(1), ReportId(2)],
            vec![ReportId(3), ReportId(4)],
            vec![ReportId(2), ReportId(3)],
        ];
        // Number 4 was told first.
        let left_out: Vec<u64> = repeated(received, &links).into_iter().map(|id| id.0).collect();
        assert_eq!(left_out, [1, 2, 3]);
    }

    proptest! {
        /// Of each happening with any report in the look exactly one counts, whatever the order of the links.
        #[test]
        fn each_happening_counts_once(pairs in prop::collection::vec((0_u64..12, 0_u64..12), 0..10), reach in 0_u64..12) {
            let received: Vec<_> = (0..reach).map(|id| (ReportId(id), at((id * 7 % 5).cast_signed()))).collect();
            let links: Vec<Vec<ReportId>> = pairs.iter().map(|(a, b)| vec![ReportId(*a), ReportId(*b)]).collect();
            let left_out = repeated(received.clone(), &links);
            for group in joined(&links) {
                let here: Vec<_> = received.iter().filter(|(id, _)| group.contains(id)).collect();
                let counted = here.iter().filter(|(id, _)| !left_out.contains(id)).count();
                prop_assert_eq!(counted, usize::from(!here.is_empty()));
            }
            let mut backwards = links.clone();
            backwards.reverse();
            prop_assert_eq!(left_out, repeated(received, &backwards));
        }

        /// The squares find what comparing everything with everything finds.
        #[test]
        fn those_near_are_those_of_all_pairs(
            places in prop::collection::vec((0_i64..60, 0_i64..60, 0_i64..40, 0_i64..30), 0..25),
            old in 0_u64..25,
        ) {
            let sightings: Vec<Sighting> = (0_u64..)
                .zip(&places)
                .map(|(id, (north, east, hour, hours))| Sighting {
                    id: ReportId(id),
                    point: LatLng::new(51.6 + *north as f64 * 1e-4, -7.8 + *east as f64 * 1e-4).unwrap(),
                    occurred: Interval::new(at(hour * 3_600), at((hour + hours) * 3_600)).unwrap(),
                    category: 0,
                    source: 0,
                })
                .collect();
            let is_new = |id: ReportId| id.0 >= old;
            let mut expected = Vec::new();
            for (i, one) in sightings.iter().enumerate() {
                for (j, other) in sightings.iter().enumerate().skip(i + 1) {
                    let knows_time = [one, other].iter().all(|s| s.occurred.length_seconds() <= LONGEST_SPAN_SECONDS);
                    if knows_time
                        && (is_new(one.id) || is_new(other.id))
                        && gap_seconds(one.occurred, other.occurred) <= REACH_SECONDS
                        && one.point.distance_m(other.point) <= REACH_M
                    {
                        expected.push((i, j));
                    }
                }
            }
            let new: Vec<Sighting> = sightings.iter().copied().filter(|sighting| is_new(sighting.id)).collect();
            let around = Neighbourhood::of(new);
            let mut found: Vec<(usize, usize)> = Vec::new();
            for other in &sightings {
                for new in around.near(other) {
                    let (from, to) = around.period().unwrap();
                    prop_assert!(from <= other.occurred.middle() && other.occurred.middle() < to);
                    let (i, j) = (new.id.0 as usize, other.id.0 as usize);
                    found.push((i.min(j), i.max(j)));
                }
            }
            found.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
