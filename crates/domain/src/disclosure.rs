//! The one gate: who may see what.
//!
//! A [`View`] is built only from a [`Viewer`] and the releases in force, and what it opens is opened nowhere else: the
//! queries of the picture and the store take a [`RecordScope`] or a [`CountScope`], which nothing but a `View` hands out.
//!
//! Analysts see records: their organisation's own whole, others' within what was released to them. Everyone else reads
//! publications ([`crate::publication`]), which were cut for their organisation.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, ToSpan};

use crate::german;
use crate::publication::{CellIndex, Cut, Priority, Released};
use crate::release::{Field, Finest, PublicResolution, Release, Terms};
use crate::report::Kind;
use crate::slug::{AreaId, CategoryId, OrganisationId, SourceId};
use crate::source::Source;
use crate::taxonomy::Category;
use crate::viewer::{Role, Viewer};

/// Why a viewer gets nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    /// Records are for analysts; this viewer reads publications.
    #[error("this role sees published counts only, not single records")]
    CountsOnly,
    /// Analysts have the records; publications are for the others.
    #[error("analysts see the records themselves; publications are for those who do not")]
    RecordsOnly,
    /// Nothing has been released to the viewer's organisation.
    #[error("nothing has been released to this organisation")]
    NothingReleased,
    /// The role has no part in the picture.
    #[error("this role keeps the installation or checks it; nothing of the picture is released to it")]
    NoPart,
}

/// What one viewer may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View(Opened);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Opened {
    Records(RecordScope),
    Counts(CountScope),
    Nothing(Withheld),
}

impl View {
    /// The view that a viewer has at a moment under the releases.
    pub fn of(viewer: &Viewer, sources: &[Source], releases: &[Release], now: Timestamp) -> Self {
        let to_it: Vec<&Release> = releases
            .iter()
            .filter(|release| release.to == viewer.organisation)
            .collect();
        Self(match viewer.role {
            Role::Analyst => {
                let today = now.to_zoned(german::zone()).date();
                let in_force = to_it.into_iter().filter(|release| release.is_in_force(today));
                let scope = RecordScope::of(&viewer.organisation, sources, in_force, now);
                if scope.sources.is_empty() {
                    Opened::Nothing(Withheld::NothingReleased)
                } else {
                    Opened::Records(scope)
                }
            }
            Role::Management | Role::Steering | Role::Press | Role::Partner | Role::Guest => {
                CountScope::of(&viewer.organisation, sources, &to_it, now)
                    .map_or(Opened::Nothing(Withheld::NothingReleased), Opened::Counts)
            }
            Role::Admin | Role::Auditor => Opened::Nothing(Withheld::NoPart),
        })
    }

    /// The view of the detection jobs: every source, as its owner sees it. What they find is shown only to viewers
    /// who see all the sources it rests on.
    pub fn for_detection(sources: &[Source]) -> Self {
        Self(Opened::Records(RecordScope {
            sources: sources
                .iter()
                .map(|source| (source.id.clone(), Access::Owner))
                .collect(),
        }))
    }

    /// Which sort of view it is.
    ///
    /// # Errors
    /// [`Withheld`] when the viewer sees nothing, with the reason to tell.
    pub fn sight(&self) -> Result<Sight<'_>, Withheld> {
        match &self.0 {
            Opened::Records(scope) => Ok(Sight::Records(scope)),
            Opened::Counts(scope) => Ok(Sight::Counts(scope)),
            Opened::Nothing(why) => Err(*why),
        }
    }

    /// The records.
    ///
    /// # Errors
    /// [`Withheld`] when the viewer sees none, with the reason to tell.
    pub fn records(&self) -> Result<&RecordScope, Withheld> {
        match &self.0 {
            Opened::Records(scope) => Ok(scope),
            Opened::Counts(_) => Err(Withheld::CountsOnly),
            Opened::Nothing(why) => Err(*why),
        }
    }

    /// The published counts.
    ///
    /// # Errors
    /// [`Withheld`] when the viewer reads none, with the reason to tell.
    pub fn counts(&self) -> Result<&CountScope, Withheld> {
        match &self.0 {
            Opened::Records(_) => Err(Withheld::RecordsOnly),
            Opened::Counts(scope) => Ok(scope),
            Opened::Nothing(why) => Err(*why),
        }
    }
}

/// The two sorts of view.
#[derive(Debug, Clone, Copy)]
pub enum Sight<'a> {
    /// Live records.
    Records(&'a RecordScope),
    /// Published counts.
    Counts(&'a CountScope),
}

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
    fn of<'a>(
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
    fn of(
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

#[cfg(test)]
mod tests {
    use super::*;
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

    fn sources() -> [Source; 2] {
        [source("maengel", "stadt"), source("delikte", "polizei")]
    }

    fn viewer(role: Role, organisation: &str) -> Viewer {
        Viewer {
            name: "t".to_owned(),
            role,
            organisation: OrganisationId::new(organisation).unwrap(),
        }
    }

    /// A release of one source, with more or other keys.
    fn release(source: &str, owner: &str, to: &str, more: &str) -> Release {
        serde_json::from_str(&format!(
            r#"{{"id": "f", "owner": "{owner}", "to": "{to}", "sources": ["{source}"], "purpose": "Lagebild",
                "until": "2026-12-31", "approved_by": "Geschäftsführung", {more}}}"#
        ))
        .unwrap()
    }

    const RECORDS: &str = r#""as": "records", "fields": ["place", "text"]"#;
    const COUNTS: &str = r#""as": "counts", "smallest_count": 5, "priority": "place", "resolution": 8"#;

    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    fn taxonomy() -> Taxonomy {
        Taxonomy::parse(include_str!("../../../data/taxonomy.toml")).unwrap()
    }

    #[test]
    fn an_owner_sees_its_own_and_what_was_released_to_it() {
        let view_of = |organisation: &str, releases: &[Release]| {
            View::of(&viewer(Role::Analyst, organisation), &sources(), releases, now())
        };
        let city = view_of("stadt", &[]);
        let city = city.records().unwrap();
        assert!(city.sees("maengel") && city.owns("maengel") && !city.sees("delikte"));

        let joint = view_of(
            "koordination",
            &[
                release("maengel", "stadt", "koordination", RECORDS),
                release("delikte", "polizei", "koordination", RECORDS),
            ],
        );
        let joint = joint.records().unwrap();
        assert!(joint.sees("maengel") && joint.sees("delikte") && !joint.owns("delikte"));

        assert_eq!(view_of("zoll", &[]).records(), Err(Withheld::NothingReleased));
    }

    #[test]
    fn a_release_counts_from_its_first_day_to_its_last_in_berlin() {
        let releases = [release(
            "delikte",
            "polizei",
            "koordination",
            &format!(r#""from": "2026-12-01", {RECORDS}"#),
        )];
        let sees = |at: &str| {
            let viewer = viewer(Role::Analyst, "koordination");
            View::of(&viewer, &sources(), &releases, at.parse().unwrap())
                .records()
                .is_ok()
        };
        // Midnight in Berlin is 23:00 UTC in winter.
        assert!(!sees("2026-11-30T22:59:59Z") && sees("2026-11-30T23:00:00Z"));
        assert!(sees("2026-12-31T22:59:59Z") && !sees("2026-12-31T23:00:00Z"));
    }

    #[test]
    fn who_is_no_analyst_gets_no_records_even_from_their_own_organisation() {
        let releases = [
            release("maengel", "stadt", "stadt", RECORDS),
            release("maengel", "stadt", "stadt", COUNTS),
        ];
        for role in Role::ALL.iter().filter(|role| **role != Role::Analyst) {
            let view = View::of(&viewer(*role, "stadt"), &sources(), &releases, now());
            assert!(view.records().is_err(), "{role}");
            let reads_counts = !matches!(role, Role::Admin | Role::Auditor);
            assert_eq!(view.counts().is_ok(), reads_counts, "{role}");
        }
    }

    #[test]
    fn an_analyst_of_the_receiver_reads_no_publication() {
        let view = View::of(
            &viewer(Role::Analyst, "zoll"),
            &sources(),
            &[release("delikte", "polizei", "zoll", COUNTS)],
            now(),
        );
        assert_eq!(view.counts(), Err(Withheld::NothingReleased));
        assert_eq!(view.records(), Err(Withheld::NothingReleased));
    }

    #[test]
    fn protected_categories_lose_point_and_words_outside_the_owner() {
        let releases = [release("delikte", "polizei", "koordination", RECORDS)];
        let police = View::of(&viewer(Role::Analyst, "polizei"), &sources(), &releases, now());
        let joint = View::of(
            &viewer(Role::Analyst, "koordination"),
            &sources(),
            &releases,
            now(),
        );
        let taxonomy = taxonomy();
        let protected = taxonomy.category("sexualdelikt").unwrap();
        let plain = taxonomy.category("fahrraddiebstahl").unwrap();
        let of = |view: &View, category| {
            let shown = view.records().unwrap().shown("delikte", category);
            (shown[0].finest, shown[0].place, shown[0].text)
        };
        assert_eq!(of(&police, protected), (Finest::Point, true, true));
        assert_eq!(of(&joint, protected), (Finest::District, false, false));
        assert_eq!(of(&joint, plain), (Finest::Point, true, true));
    }

    /// Ten days before 22 November is 12 November, which begins in Berlin at 23:00 UTC of the day before.
    #[test]
    fn a_release_of_a_part_shows_that_part() {
        let part = r#""categories": ["fahrraddiebstahl"], "areas": ["mitte"], "delay_days": 10,
            "as": "records", "precision": "cell", "fields": ["place"]"#;
        let releases = [release("delikte", "polizei", "bundespolizei", part)];
        let view = View::of(
            &viewer(Role::Analyst, "bundespolizei"),
            &sources(),
            &releases,
            now(),
        );
        let scope = view.records().unwrap();
        let taxonomy = taxonomy();
        assert!(
            scope
                .shown("delikte", taxonomy.category("raub").unwrap())
                .is_empty()
        );
        let shown = scope.shown("delikte", taxonomy.category("fahrraddiebstahl").unwrap());
        assert_eq!(shown.len(), 1);
        assert_eq!(shown[0].finest, Finest::Cell);
        assert_eq!(shown[0].before, Some("2026-11-11T23:00:00Z".parse().unwrap()));
        assert!(shown[0].areas.unwrap().contains("mitte"));
        assert!(!shown[0].place && !shown[0].text, "words say more than the cell");
        let delikte = SourceId::new("delikte").unwrap();
        assert!(
            !scope.sees_all([&delikte].into_iter()),
            "a hotspot could tell what was not released"
        );
    }

    #[test]
    fn the_most_careful_of_several_rules_holds() {
        let careful =
            r#""delay_days": 14, "as": "counts", "smallest_count": 10, "priority": "topic", "resolution": 7"#;
        let releases = [
            release("maengel", "stadt", "zoll", COUNTS),
            release("delikte", "polizei", "zoll", careful),
        ];
        for releases in [
            releases.clone(),
            releases.into_iter().rev().collect::<Vec<_>>().try_into().unwrap(),
        ] {
            let view = View::of(&viewer(Role::Guest, "zoll"), &sources(), &releases, now());
            let scope = view.counts().unwrap();
            assert_eq!(scope.cut().smallest_count.get(), 10);
            assert_eq!(scope.cut().priority, Priority::Topic);
            assert_eq!(scope.resolution().map(u8::from), Some(7));
            assert_eq!(scope.delay_days(), 14);
            assert_eq!(
                CountScope::all(&sources(), &releases, now()),
                std::slice::from_ref(scope)
            );
        }
    }

    #[test]
    fn counts_tell_known_records_from_others_and_keep_the_floor() {
        let releases = [
            release("maengel", "stadt", "stadt", COUNTS),
            release("delikte", "polizei", "stadt", COUNTS),
        ];
        let view = View::of(&viewer(Role::Management, "stadt"), &sources(), &releases, now());
        let scope = view.counts().unwrap();
        let taxonomy = taxonomy();
        let reduce = |source: &str, category: &str| {
            scope.reduce(
                &SourceId::new(source).unwrap(),
                Kind::Incident,
                taxonomy.category(category).unwrap(),
                None,
                Some(CellIndex(1)),
            )
        };
        assert!(reduce("maengel", "wilder_muell").unwrap().is_known);
        assert!(!reduce("delikte", "raub").unwrap().is_known);
        assert_eq!(reduce("delikte", "raub").unwrap().cell, Some(CellIndex(1)));
        assert_eq!(reduce("delikte", "sexualdelikt").unwrap().cell, None);
        assert_eq!(reduce("umfrage", "raub"), None);
    }

    /// What analysts saw under a release that has ended, or will see under one that is to come, they can take off too.
    #[test]
    fn records_seen_before_or_later_are_known_as_well() {
        for dates in [r#""from": "2026-12-01""#, r#""from": "2026-01-01""#] {
            let mut records = release("delikte", "polizei", "zoll", &format!("{dates}, {RECORDS}"));
            if dates.contains("2026-01-01") {
                records.until = "2026-06-30".parse().unwrap();
            }
            let releases = [records, release("delikte", "polizei", "zoll", COUNTS)];
            let view = View::of(&viewer(Role::Partner, "zoll"), &sources(), &releases, now());
            let taxonomy = taxonomy();
            let raub = taxonomy.category("raub").unwrap();
            let source = SourceId::new("delikte").unwrap();
            let reduced = view
                .counts()
                .unwrap()
                .reduce(&source, Kind::Incident, raub, None, None);
            assert!(reduced.unwrap().is_known, "{dates}");
        }
    }

    #[test]
    fn a_release_must_come_from_the_owner() {
        use crate::release::InvalidRelease;
        assert_eq!(
            release("delikte", "polizei", "zoll", COUNTS).check(&sources()),
            Ok(())
        );
        assert!(matches!(
            release("delikte", "stadt", "zoll", COUNTS).check(&sources()),
            Err(InvalidRelease::NotTheOwner { .. })
        ));
        assert!(matches!(
            release("nichts", "stadt", "zoll", COUNTS).check(&sources()),
            Err(InvalidRelease::UnknownSource { .. })
        ));
    }

    #[test]
    fn a_release_says_what_is_wrong_with_it() {
        let read = |more: &str| {
            let text = format!(
                r#"{{"id": "f", "owner": "a", "to": "b", "sources": ["s"], "purpose": "p", "until": "2026-12-31",
                    "approved_by": "x", {more}}}"#
            );
            serde_json::from_str::<Release>(&text).map_err(|error| error.to_string())
        };
        assert!(read(COUNTS).is_ok() && read(RECORDS).is_ok());
        for (more, problem) in [
            (r#""as": "counts""#, "needs `smallest_count`"),
            (r#""as": "counts", "smallest_count": 2"#, "protects nobody"),
            (
                r#""as": "counts", "smallest_count": 5, "fields": ["text"]"#,
                "`fields` says nothing",
            ),
            (r#""as": "records", "resolution": 8"#, "`resolution` says nothing"),
            (
                r#""as": "records", "from": "2027-01-01""#,
                "ends before it begins",
            ),
            (r#""as": "records", "grain": 8"#, "unknown field `grain`"),
            (
                r#""as": "counts", "smallest_count": 5, "resolution": 10"#,
                "resolution 10",
            ),
        ] {
            let error = read(more).unwrap_err();
            assert!(error.contains(problem), "{more}: {error}");
        }
    }

    #[test]
    fn a_release_goes_to_json_and_back() {
        for more in [RECORDS, COUNTS] {
            let release = release("delikte", "polizei", "zoll", more);
            let text = serde_json::to_string(&release).unwrap();
            assert_eq!(serde_json::from_str::<Release>(&text).unwrap(), release);
        }
    }
}
