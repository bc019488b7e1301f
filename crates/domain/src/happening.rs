//! Reports of one happening, linked across owners.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::report::ReportId;

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
    let mut groups: Vec<BTreeSet<ReportId>> = Vec::new();
    for link in links {
        let mut whole: BTreeSet<ReportId> = link.iter().copied().collect();
        groups.retain(|group| {
            let is_apart = group.is_disjoint(&whole);
            if !is_apart {
                whole.extend(group.iter().copied());
            }
            is_apart
        });
        groups.push(whole);
    }
    groups
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
    }
}
