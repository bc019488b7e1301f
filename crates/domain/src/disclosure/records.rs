//! Record-level views: which records, and what of them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, ToSpan};

use crate::german;
use crate::release::{Field, Finest, Release, Terms};
use crate::slug::{AreaId, CategoryId, OrganisationId, SourceId};
use crate::source::Source;
use crate::taxonomy::Category;

/// Single records: which, and what of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RecordScope {
    sources: BTreeMap<SourceId, Access>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Access {
    /// The viewer's organisation owns the source.
    Owner,
    /// What was released of it.
    Released(Vec<Grant>),
}

/// One release's part of a scope.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Grant {
    categories: BTreeSet<CategoryId>,
    areas: BTreeSet<AreaId>,
    /// End of the times that are shown, where there is a delay.
    before: Option<Timestamp>,
    finest: Finest,
    fields: BTreeSet<Field>,
}

/// What a scope shows of the records of one category of one source, under one release or as their owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown<'a> {
    /// The districts that a record must lie in; `None` for everywhere.
    pub areas: Option<&'a BTreeSet<AreaId>>,
    /// Records that happened at this moment or later are not shown yet; `None` without a delay.
    pub before: Option<Timestamp>,
    /// The finest place shown.
    pub finest: Finest,
    /// True when the place in words is handed over.
    pub place: bool,
    /// True when the free text is handed over.
    pub text: bool,
}

impl Grant {
    fn shown(&self, category: &Category) -> Shown<'_> {
        let finest = if category.floor_stadtbezirk {
            Finest::District
        } else {
            self.finest
        };
        // The words of a place or a text can say a point.
        let may_say_a_point = finest == Finest::Point;
        Shown {
            areas: (!self.areas.is_empty()).then_some(&self.areas),
            before: self.before,
            finest,
            place: may_say_a_point && self.fields.contains(&Field::Place),
            text: may_say_a_point && self.fields.contains(&Field::Text),
        }
    }
}

impl RecordScope {
    /// Everything of every source, as its owner sees it.
    pub(super) fn of_owners(sources: &[Source]) -> Self {
        let owned = sources.iter().map(|source| (source.id.clone(), Access::Owner));
        Self {
            sources: owned.collect(),
        }
    }

    pub(super) fn of<'a>(
        organisation: &OrganisationId,
        sources: &[Source],
        releases: impl Iterator<Item = &'a Release>,
        now: Timestamp,
    ) -> Self {
        let mut granted: BTreeMap<&SourceId, Vec<Grant>> = BTreeMap::new();
        for release in releases {
            let Terms::Records { precision, fields } = &release.terms else {
                continue;
            };
            let grant = Grant {
                categories: release.categories.clone(),
                areas: release.areas.clone(),
                // Whole days: what is shown moves at midnight, and not with every second that passes.
                before: (release.delay_days > 0).then(|| {
                    let today = now.to_zoned(german::zone()).date();
                    let first_hidden = today.saturating_sub(i64::from(release.delay_days).days());
                    first_hidden
                        .to_zoned(german::zone())
                        .map_or(Timestamp::MIN, |midnight| midnight.timestamp())
                }),
                finest: *precision,
                fields: fields.clone(),
            };
            for source in &release.sources {
                granted.entry(source).or_default().push(grant.clone());
            }
        }
        let sources = sources
            .iter()
            .filter_map(|source| {
                let access = if source.owner == *organisation {
                    Access::Owner
                } else {
                    Access::Released(granted.remove(&source.id)?)
                };
                Some((source.id.clone(), access))
            })
            .collect();
        Self { sources }
    }

    /// True when some records of the source may be seen.
    pub fn sees(&self, source: &str) -> bool {
        self.sources.contains_key(source)
    }

    /// True when every record of each of the sources may be seen, at its point and at once: then a finding that rests on
    /// them tells nothing new.
    pub fn sees_all<'a>(&self, mut sources: impl Iterator<Item = &'a SourceId>) -> bool {
        sources.all(|source| match self.sources.get(source) {
            None => false,
            Some(Access::Owner) => true,
            Some(Access::Released(grants)) => grants.iter().any(|grant| {
                grant.categories.is_empty()
                    && grant.areas.is_empty()
                    && grant.before.is_none()
                    && grant.finest == Finest::Point
            }),
        })
    }

    /// True when the viewer's organisation owns the source, and so may see its external ids.
    pub fn owns(&self, source: &str) -> bool {
        matches!(self.sources.get(source), Some(Access::Owner))
    }

    /// What is shown of the records of this category of the source: one entry a release that covers it, none when
    /// nothing is. Categories with a floor are shown by district only outside their owner.
    pub fn shown(&self, source: &str, category: &Category) -> Vec<Shown<'_>> {
        match self.sources.get(source) {
            None => Vec::new(),
            Some(Access::Owner) => vec![Shown {
                areas: None,
                before: None,
                finest: Finest::Point,
                place: true,
                text: true,
            }],
            Some(Access::Released(grants)) => grants
                .iter()
                .filter(|grant| grant.categories.is_empty() || grant.categories.contains(&category.id))
                .map(|grant| grant.shown(category))
                .collect(),
        }
    }

    /// What is shown of one record, all releases that cover it taken together; `None` when it is not shown.
    ///
    /// `areas` are those that it lies in, `happened` is the middle of its time span.
    pub fn shown_of(
        &self,
        source: &str,
        category: &Category,
        areas: &[&AreaId],
        happened: Timestamp,
    ) -> Option<Shown<'_>> {
        self.shown(source, category)
            .into_iter()
            .filter(|shown| {
                shown.before.is_none_or(|before| happened < before)
                    && shown
                        .areas
                        .is_none_or(|wanted| areas.iter().any(|area| wanted.contains(*area)))
            })
            .reduce(|one, other| Shown {
                finest: one.finest.min(other.finest),
                place: one.place || other.place,
                text: one.text || other.text,
                ..one
            })
    }

    /// Ids of the sources of which something may be seen.
    pub fn sources(&self) -> impl Iterator<Item = &SourceId> {
        self.sources.keys()
    }
}
