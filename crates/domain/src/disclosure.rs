//! The one gate: who may see what.
//!
//! A [`View`] is built only from a [`Viewer`] and the releases, and what it opens is opened nowhere else: the queries
//! of the picture and the store take a [`RecordScope`], which nothing but a `View` hands out.

use std::collections::{BTreeMap, BTreeSet};

use crate::slug::{OrganisationId, SourceId};
use crate::source::Source;
use crate::taxonomy::Category;
use crate::viewer::{Role, Viewer};

/// A Freigabe: the owner of a source lets an organisation's analysts see its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The source that is released.
    pub source: SourceId,
    /// The organisation whose analysts may see it.
    pub to: OrganisationId,
}

/// Why a viewer gets nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    /// The viewer's role sees aggregates only, and no publication for it exists.
    #[error("this role sees published aggregates only, and nothing has been published for it yet")]
    NotPublished,
    /// No source has been released to the viewer's organisation.
    #[error("no source has been released to this organisation")]
    NothingReleased,
}

/// What one viewer may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    records: Result<RecordScope, Withheld>,
}

/// The record-level part of a view: live records of stated sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordScope {
    /// Visible sources; true where the viewer's organisation owns the source.
    sources: BTreeMap<SourceId, bool>,
}

impl View {
    /// The view that a viewer has under the releases in force.
    pub fn of(viewer: &Viewer, sources: &[Source], releases: &[Release]) -> Self {
        if viewer.role != Role::Analyst {
            return Self {
                records: Err(Withheld::NotPublished),
            };
        }
        let released: BTreeSet<&SourceId> = releases
            .iter()
            .filter(|release| release.to == viewer.organisation)
            .map(|release| &release.source)
            .collect();
        let visible: BTreeMap<SourceId, bool> = sources
            .iter()
            .filter_map(|source| {
                let owned = source.owner == viewer.organisation;
                (owned || released.contains(&source.id)).then(|| (source.id.clone(), owned))
            })
            .collect();
        Self {
            records: if visible.is_empty() {
                Err(Withheld::NothingReleased)
            } else {
                Ok(RecordScope { sources: visible })
            },
        }
    }

    /// The view of the detection jobs: every source, as its owner sees it. What they find is shown only to viewers
    /// who see all the sources it rests on.
    pub fn for_detection(sources: &[Source]) -> Self {
        Self {
            records: Ok(RecordScope {
                sources: sources.iter().map(|source| (source.id.clone(), true)).collect(),
            }),
        }
    }

    /// The record-level part.
    ///
    /// # Errors
    /// [`Withheld`] when the viewer has none, with the reason to tell.
    pub fn records(&self) -> Result<&RecordScope, Withheld> {
        self.records.as_ref().map_err(|withheld| *withheld)
    }
}

impl RecordScope {
    /// True when records of the source may be seen.
    pub fn sees(&self, source: &str) -> bool {
        self.sources.contains_key(source)
    }

    /// True when every one of the sources may be seen.
    pub fn sees_all<'a>(&self, mut sources: impl Iterator<Item = &'a SourceId>) -> bool {
        sources.all(|source| self.sees(source.as_str()))
    }

    /// True when the viewer's organisation owns the source, and so may see its external ids.
    pub fn owns(&self, source: &str) -> bool {
        self.sources.get(source).copied().unwrap_or(false)
    }

    /// True when records of this category of the source may be shown at their point, rather than at their Stadtbezirk.
    pub fn sees_point(&self, source: &str, category: &Category) -> bool {
        self.sees(source) && (!category.floor_stadtbezirk || self.owns(source))
    }

    /// Ids of the visible sources.
    pub fn sources(&self) -> impl Iterator<Item = &SourceId> {
        self.sources.keys()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Kind;
    use crate::source::Regime;
    use crate::taxonomy::Taxonomy;

    fn source(id: &str, owner: &str) -> Source {
        Source {
            id: SourceId::new(id).unwrap(),
            label: id.to_owned(),
            owner: OrganisationId::new(owner).unwrap(),
            kind: Kind::Complaint,
            controller: owner.to_owned(),
            regime: Regime::Dsgvo,
            purpose: String::new(),
            legal_basis: String::new(),
            marking: None,
            retention_days: 365,
        }
    }

    fn viewer(role: Role, organisation: &str) -> Viewer {
        Viewer {
            name: "t".to_owned(),
            role,
            organisation: OrganisationId::new(organisation).unwrap(),
        }
    }

    fn release(source: &str, to: &str) -> Release {
        Release {
            source: SourceId::new(source).unwrap(),
            to: OrganisationId::new(to).unwrap(),
        }
    }

    #[test]
    fn an_owner_sees_its_own_and_what_was_released_to_it() {
        let sources = [source("maengel", "stadt"), source("delikte", "polizei")];
        let scope_of = |organisation: &str, releases: &[Release]| {
            View::of(&viewer(Role::Analyst, organisation), &sources, releases)
        };
        let city = scope_of("stadt", &[]);
        let city = city.records().unwrap();
        assert!(city.sees("maengel") && city.owns("maengel") && !city.sees("delikte"));

        let joint = scope_of(
            "koordination",
            &[
                release("maengel", "koordination"),
                release("delikte", "koordination"),
            ],
        );
        let joint = joint.records().unwrap();
        assert!(joint.sees("maengel") && joint.sees("delikte") && !joint.owns("delikte"));

        assert_eq!(scope_of("zoll", &[]).records(), Err(Withheld::NothingReleased));
    }

    #[test]
    fn roles_of_aggregates_get_no_records_even_from_their_own_organisation() {
        let sources = [source("maengel", "stadt")];
        for role in Role::ALL.iter().filter(|role| **role != Role::Analyst) {
            let view = View::of(&viewer(*role, "stadt"), &sources, &[release("maengel", "stadt")]);
            assert_eq!(view.records(), Err(Withheld::NotPublished), "{role}");
        }
    }

    #[test]
    fn protected_categories_lose_their_point_outside_the_owner() {
        let taxonomy = Taxonomy::parse(include_str!("../../../data/taxonomy.toml")).unwrap();
        let sources = [source("delikte", "polizei")];
        let releases = [release("delikte", "koordination")];
        let police = View::of(&viewer(Role::Analyst, "polizei"), &sources, &releases);
        let joint = View::of(&viewer(Role::Analyst, "koordination"), &sources, &releases);
        let protected = taxonomy.category("sexualdelikt").unwrap();
        let plain = taxonomy.category("fahrraddiebstahl").unwrap();
        assert!(police.records().unwrap().sees_point("delikte", protected));
        assert!(!joint.records().unwrap().sees_point("delikte", protected));
        assert!(joint.records().unwrap().sees_point("delikte", plain));
    }
}
