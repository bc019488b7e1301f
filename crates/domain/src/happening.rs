//! Reports of one happening, linked across owners.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

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

/// Pairs of sightings within [`REACH_M`] and [`REACH_SECONDS`] of each other, of which at least one is new, and which may be
/// one happening by `may_be_one`; as positions in `sightings`, each pair once.
///
/// Sightings that know their time worse than [`LONGEST_SPAN_SECONDS`] have no pairs. Takes time as the new ones times what
/// lies around each.
pub fn near_pairs(
    sightings: &[Sighting],
    is_new: impl Fn(ReportId) -> bool,
    may_be_one: impl Fn(&Sighting, &Sighting) -> bool,
) -> Vec<(usize, usize)> {
    let Some(northmost) = sightings
        .iter()
        .map(|sighting| sighting.point.lat_degrees().abs())
        .reduce(f64::max)
    else {
        return Vec::new();
    };
    // Squares that are nowhere narrower than the reach: what is near lies in the same or in one of the eight around it.
    let high = REACH_M / METRES_PER_DEGREE;
    let wide = high / northmost.to_radians().cos().max(0.01);
    let square = |point: LatLng| {
        let number = |degrees: f64, size: f64| (degrees / size).floor() as i64;
        (
            number(point.lat_degrees(), high),
            number(point.lng_degrees(), wide),
        )
    };
    let mut squares: HashMap<(i64, i64), Vec<usize>> = HashMap::new();
    for (index, sighting) in sightings.iter().enumerate() {
        if sighting.occurred.length_seconds() <= LONGEST_SPAN_SECONDS {
            squares.entry(square(sighting.point)).or_default().push(index);
        }
    }
    let from = |index: usize| sightings[index].occurred.from().as_second();
    for inside in squares.values_mut() {
        inside.sort_by_key(|index| from(*index));
    }
    let mut pairs = Vec::new();
    for (index, sighting) in sightings.iter().enumerate() {
        if !is_new(sighting.id) || sighting.occurred.length_seconds() > LONGEST_SPAN_SECONDS {
            continue;
        }
        let earliest = sighting.occurred.from().as_second() - REACH_SECONDS - LONGEST_SPAN_SECONDS;
        let latest = sighting.occurred.to().as_second() + REACH_SECONDS;
        let (row, column) = square(sighting.point);
        for around in (row - 1..=row + 1).flat_map(|row| (column - 1..=column + 1).map(move |c| (row, c))) {
            let inside = squares.get(&around).map_or(&[][..], Vec::as_slice);
            let first = inside.partition_point(|other| from(*other) < earliest);
            for &other in inside[first..].iter().take_while(|other| from(**other) <= latest) {
                let second = &sightings[other];
                // Of two new ones the pair is told once.
                let is_told = second.id == sighting.id || is_new(second.id) && other < index;
                if !is_told
                    && gap_seconds(sighting.occurred, second.occurred) <= REACH_SECONDS
                    && sighting.point.distance_m(second.point) <= REACH_M
                    && may_be_one(sighting, second)
                {
                    pairs.push((index, other));
                }
            }
        }
    }
    pairs
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
        fn near_pairs_are_those_of_all_pairs(
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
            let mut found: Vec<(usize, usize)> = near_pairs(&sightings, is_new, |_, _| true)
                .into_iter()
                .map(|(i, j)| (i.min(j), i.max(j)))
                .collect();
            found.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
