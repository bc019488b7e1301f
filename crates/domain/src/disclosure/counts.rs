//! Aggregate views: what goes into the publications of an organisation, and how they are cut.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::RecordScope;
use crate::german;
use crate::publication::{CellIndex, Cut, Priority, Released};
use crate::release::{PublicResolution, Release, Terms};
use crate::report::Kind;
use crate::slug::{AreaId, CategoryId, OrganisationId, SourceId};
use crate::source::Source;
use crate::taxonomy::Category;

/// Published counts: what goes into them, and how they are cut.
///
/// An organisation has one sort of publication, whoever of it reads: two sorts, laid beside each other, could tell more
/// than each. So where several releases hand counts to it, the most careful of their rules holds for all: the largest
/// smallest count, the coarsest cells, the longest delay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountScope {
    organisation: OrganisationId,
    cut: Cut,
    resolution: Option<PublicResolution>,
    delay_days: u16,
    covered: Vec<Covered>,
    /// What the organisation's analysts see as records, saw, or are to see by a release that is already written down.
    known: RecordScope,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Covered {
    sources: BTreeSet<SourceId>,
    categories: BTreeSet<CategoryId>,
    areas: BTreeSet<AreaId>,
}

impl CountScope {
    pub(super) fn of(
        organisation: &OrganisationId,
        sources: &[Source],
        to_it: &[&Release],
        now: Timestamp,
    ) -> Option<Self> {
        let today = now.to_zoned(german::zone()).date();
        // Whatever their dates: who saw a record once can take it off a count for ever.
        let known = RecordScope::of(organisation, sources, to_it.iter().copied(), now);
        let mut scope: Option<Self> = None;
        for release in to_it.iter().filter(|release| release.is_in_force(today)) {
            let Terms::Counts { cut, resolution } = &release.terms else {
                continue;
            };
            let covered = Covered {
                sources: release.sources.clone(),
                categories: release.categories.clone(),
                areas: release.areas.clone(),
            };
            scope = Some(match scope {
                None => Self {
                    organisation: organisation.clone(),
                    cut: *cut,
                    resolution: *resolution,
                    delay_days: release.delay_days,
                    covered: vec![covered],
                    known: known.clone(),
                },
                Some(mut scope) => {
                    scope.cut.smallest_count = scope.cut.smallest_count.max(cut.smallest_count);
                    if cut.priority == Priority::Topic {
                        scope.cut.priority = Priority::Topic;
                    }
                    // No resolution is the coarsest of all.
                    scope.resolution = scope.resolution.min(*resolution);
                    scope.delay_days = scope.delay_days.max(release.delay_days);
                    scope.covered.push(covered);
                    scope
                }
            });
        }
        scope
    }

    /// The scope of every organisation that counts are released to, for the job that publishes them.
    pub fn all(sources: &[Source], releases: &[Release], now: Timestamp) -> Vec<Self> {
        let receivers: BTreeSet<&OrganisationId> = releases.iter().map(|release| &release.to).collect();
        receivers
            .into_iter()
            .filter_map(|receiver| {
                let to_it: Vec<&Release> = releases
                    .iter()
                    .filter(|release| release.to == *receiver)
                    .collect();
                Self::of(receiver, sources, &to_it, now)
            })
            .collect()
    }

    /// Whose publications these are.
    pub fn organisation(&self) -> &OrganisationId {
        &self.organisation
    }

    /// How they are cut.
    pub fn cut(&self) -> Cut {
        self.cut
    }

    /// Resolution of their cells; without one, they know districts only.
    pub fn resolution(&self) -> Option<PublicResolution> {
        self.resolution
    }

    /// Days after a week's end before it is published.
    pub fn delay_days(&self) -> u16 {
        self.delay_days
    }

    /// What a publication may say of a report; `None` when it was not released.
    pub fn reduce(
        &self,
        source: &SourceId,
        kind: Kind,
        category: &Category,
        district: Option<&AreaId>,
        cell: Option<CellIndex>,
    ) -> Option<Released> {
        let is_covered = self.covered.iter().any(|covered| {
            covered.sources.contains(source)
                && (covered.categories.is_empty() || covered.categories.contains(&category.id))
                && (covered.areas.is_empty()
                    || district.is_some_and(|district| covered.areas.contains(district)))
        });
        is_covered.then(|| Released {
            district: district.cloned(),
            cell: cell.filter(|_| self.resolution.is_some() && !category.floor_stadtbezirk),
            kind,
            theme: category.theme.clone(),
            // A delay only puts off what its analysts will see.
            is_known: self.known.shown(source.as_str(), category).iter().any(|shown| {
                shown
                    .areas
                    .is_none_or(|areas| district.is_some_and(|d| areas.contains(d)))
            }),
        })
    }
}
