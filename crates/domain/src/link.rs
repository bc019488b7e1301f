//! A link between two reports of one happening: what becomes of it.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::likeness::{LINKED_FROM, Likeness, PROPOSED_FROM};
use crate::report::{ReportId, word};
use crate::review::Reviewer;

word!(
    /// Where a link stands.
    LinkState {
        /// Likely; a person is asked.
        Proposed = "proposed",
        /// So likely that it holds until a person says otherwise.
        Linked = "linked",
        /// A person says that it is so.
        Confirmed = "confirmed",
        /// A person says that it is not so; it is never proposed again.
        Undone = "undone",
    }
);

impl LinkState {
    /// True when the two count as one happening.
    pub fn holds(self) -> bool {
        matches!(self, Self::Linked | Self::Confirmed)
    }
}

/// Two reports that may tell of one happening. Neither is changed by it: each keeps its owner, deadline and release.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The one with the smaller number.
    pub first: ReportId,
    /// The other.
    pub second: ReportId,
    /// Where it stands.
    pub state: LinkState,
    /// What the comparison came to.
    pub likeness: Likeness,
    /// When it was found.
    pub found_at: Timestamp,
    /// The person's decision, by role and organisation, where there is one.
    pub decided: Option<(Reviewer, Timestamp)>,
}

/// Two reports that were compared, each with the position of its source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Compared {
    /// One report and its source.
    pub one: (ReportId, usize),
    /// The other.
    pub other: (ReportId, usize),
    /// What the comparison came to.
    pub likeness: Likeness,
}

/// Which compared reports are linked and which only proposed; the rest is nothing.
///
/// The likeliest first, a report is linked to at most one of each source: what would be linked beyond that is proposed, because
/// of two neighbours of a report one is likely another happening. `taken` holds the sources to which a report is linked already.
pub fn settled(
    mut compared: Vec<Compared>,
    taken: impl IntoIterator<Item = (ReportId, usize)>,
    now: Timestamp,
) -> Vec<Link> {
    let mut taken: BTreeSet<(ReportId, usize)> = taken.into_iter().collect();
    compared.retain(|pair| pair.likeness.score >= PROPOSED_FROM);
    let ends = |pair: &Compared| (pair.one.0.min(pair.other.0), pair.one.0.max(pair.other.0));
    compared.sort_by(|a, b| {
        let by_score = b.likeness.score.total_cmp(&a.likeness.score);
        by_score.then_with(|| ends(a).cmp(&ends(b)))
    });
    compared
        .into_iter()
        .map(|pair| {
            let slots = [(pair.one.0, pair.other.1), (pair.other.0, pair.one.1)];
            let is_free = slots.iter().all(|slot| !taken.contains(slot));
            let state = if is_free && pair.likeness.score >= LINKED_FROM {
                taken.extend(slots);
                LinkState::Linked
            } else {
                LinkState::Proposed
            };
            let (first, second) = ends(&pair);
            Link {
                first,
                second,
                state,
                likeness: pair.likeness,
                found_at: now,
                decided: None,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(one: (u64, usize), other: (u64, usize), score: f64) -> Compared {
        Compared {
            one: (ReportId(one.0), one.1),
            other: (ReportId(other.0), other.1),
            likeness: Likeness {
                score,
                distance_m: 0.0,
                gap_seconds: 0,
                words: None,
            },
        }
    }

    #[test]
    fn the_likeliest_is_linked_and_the_next_is_proposed() {
        let pairs = vec![
            compared((1, 0), (2, 1), 0.92),
            compared((3, 1), (1, 0), 0.99),
            compared((1, 0), (4, 2), 0.95),
            compared((5, 0), (6, 1), 0.6),
            compared((5, 0), (7, 1), 0.4),
        ];
        let links = settled(pairs, [], Timestamp::UNIX_EPOCH);
        let told: Vec<(u64, u64, LinkState)> = links
            .iter()
            .map(|link| (link.first.0, link.second.0, link.state))
            .collect();
        assert_eq!(
            told,
            [
                (1, 3, LinkState::Linked),
                (1, 4, LinkState::Linked),
                (1, 2, LinkState::Proposed),
                (5, 6, LinkState::Proposed)
            ]
        );
    }

    #[test]
    fn what_is_linked_already_is_not_linked_to_another() {
        let pairs = vec![compared((1, 0), (2, 1), 0.99)];
        let links = settled(pairs, [(ReportId(1), 1)], Timestamp::UNIX_EPOCH);
        assert_eq!(links[0].state, LinkState::Proposed);
    }
}
