//! What viewers of aggregates read: counts of one closed week, cut so that no count below the smallest can be worked out.
//!
//! A publication is a **partition** of the week's released reports into [`Atom`]s of at least `smallest_count` reports
//! each, labelled with as much as may be said of all of them: district, cell, kind, theme. Every answer to a viewer of
//! aggregates is a sum of whole atoms and of nothing else. So whatever sums and differences of answers somebody forms,
//! over zooms, filters, weeks or surfaces, what comes out is a sum of whole atoms again: zero, or no less than the
//! smallest count. Nothing has to be remembered about who asked what.
//!
//! # How the partition is made
//! 1. The week's reports are two groups: those that the receiver's own analysts see as records, and the others. Whoever
//!    holds both sorts of view could subtract what he knows, so the groups are never mixed. A group of fewer than the
//!    smallest count is withheld as a whole.
//! 2. A group is split by the next thing that can be said: district, cell, kind or theme. Parts that reach the smallest
//!    count stand on their own; the others form the rest.
//! 3. A rest that is neither empty nor large enough takes in the smallest part that stands, until it is (complementary
//!    suppression, as in Hundepool et al., *Statistical Disclosure Control*, Wiley 2012, ch. 4).
//! 4. Parts and rest are split by the level after that; the rest without saying anything of this one.
//!
//! # Where it misleads
//! - Sums over a theme or a cell leave out what lies in atoms that do not say it: [`Figure::withheld`] tells how much
//!   that could be. A suppressed count is not zero.
//! - The guarantee is about counts of reports and about one receiver. Two organisations that put their publications
//!   together, made under different releases, can learn more than each of them; releases have to be given with that in
//!   mind. Somebody who knows some of the reports otherwise can take them off.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::public_filter::{Figure, Holds, PublicFilter};
use crate::report::{Kind, word};
use crate::revision::Revision;
use crate::slug::{AreaId, OrganisationId, ThemeId};
use crate::week::Week;

/// The least smallest count that a release may state.
pub const LEAST_SMALLEST_COUNT: u32 = 3;

word!(
    /// What a publication tells first, where not everything can be told.
    Priority {
        /// Counts by cell as far as possible, themes where they still hold.
        Place = "place",
        /// Counts by theme as far as possible, cells where they still hold.
        Topic = "topic",
    }
);

/// Something that can be said of a report in a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    District,
    Cell,
    Kind,
    Theme,
}

impl Priority {
    /// The order in which a group is split.
    fn levels(self) -> &'static [Level] {
        match self {
            Self::Place => &[Level::District, Level::Cell, Level::Kind, Level::Theme],
            Self::Topic => &[Level::District, Level::Kind, Level::Theme, Level::Cell],
        }
    }
}

/// How a publication is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// No count below this can be worked out.
    pub smallest_count: SmallestCount,
    /// What is told first.
    pub priority: Priority,
}

/// A smallest count: at least [`LEAST_SMALLEST_COUNT`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct SmallestCount(NonZeroU32);

/// A smallest count that protects nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a smallest count of {0} protects nobody; give at least {LEAST_SMALLEST_COUNT}")]
pub struct SmallestCountTooSmall(pub u32);

impl TryFrom<u32> for SmallestCount {
    type Error = SmallestCountTooSmall;
    fn try_from(count: u32) -> Result<Self, SmallestCountTooSmall> {
        NonZeroU32::new(count)
            .filter(|count| count.get() >= LEAST_SMALLEST_COUNT)
            .map(Self)
            .ok_or(SmallestCountTooSmall(count))
    }
}

impl From<SmallestCount> for u32 {
    fn from(count: SmallestCount) -> Self {
        count.0.get()
    }
}

impl SmallestCount {
    /// The number.
    pub fn get(self) -> u32 {
        self.0.get()
    }
}

/// An H3 cell, as its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CellIndex(pub u64);

/// A released report, reduced to what a publication may say of it. What may not be said is absent here already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    /// Its district.
    pub district: Option<AreaId>,
    /// Its cell at the publication's resolution.
    pub cell: Option<CellIndex>,
    /// Its kind.
    pub kind: Kind,
    /// Its theme.
    pub theme: ThemeId,
    /// True when the receiver's analysts see the record itself.
    pub is_known: bool,
}

/// Reports of which the same is said.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Atom {
    /// The district that all lie in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<AreaId>,
    /// The cell that all lie in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<CellIndex>,
    /// The kind that all have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// The theme that all have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<ThemeId>,
    /// How many they are.
    pub count: u64,
}

/// The counts of one closed week for one receiver. Published once and not revised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    week: Week,
    cut: Cut,
    atoms: Vec<Atom>,
    /// True when there are reports in no atom, because they were too few to say anything of them.
    withheld: bool,
}

impl Publication {
    /// Cuts a week's released reports.
    ///
    /// ```
    /// use lagebild_domain::public_filter::PublicFilter;
    /// use lagebild_domain::publication::{Cut, Priority, Publication, Released};
    /// use lagebild_domain::week::Week;
    /// use lagebild_domain::{AreaId, Kind, ThemeId};
    ///
    /// let of = |district: &str, theme: &str| Released {
    ///     district: AreaId::new(district).ok(),
    ///     cell: None,
    ///     kind: Kind::Complaint,
    ///     theme: ThemeId::new(theme).unwrap(),
    ///     is_known: false,
    /// };
    /// let mut reports = vec![of("mitte", "laerm"); 7];
    /// reports.extend(vec![of("mitte", "gewalt"); 2]);
    /// let cut = Cut { smallest_count: 5.try_into().unwrap(), priority: Priority::Topic };
    /// let week = Week::of("2026-11-11".parse().unwrap()).unwrap();
    /// let publication = Publication::cut(week, cut, &reports);
    /// // Seven reports of noise on their own would give the two others away by subtraction.
    /// assert_eq!(publication.atoms().len(), 1);
    /// assert_eq!(publication.figure(&PublicFilter::default()).count, 9);
    /// ```
    pub fn cut(week: Week, cut: Cut, reports: &[Released]) -> Self {
        let smallest = cut.smallest_count.get() as usize;
        let nothing_said = Atom {
            district: None,
            cell: None,
            kind: None,
            theme: None,
            count: 0,
        };
        let (known, others): (Vec<&Released>, Vec<&Released>) =
            reports.iter().partition(|report| report.is_known);
        let mut withheld = false;
        let mut atoms = Vec::new();
        for group in [known, others] {
            if group.len() >= smallest {
                split(group, cut.priority.levels(), smallest, &nothing_said, &mut atoms);
            } else {
                withheld |= !group.is_empty();
            }
        }
        atoms.sort();
        Self {
            week,
            cut,
            atoms,
            withheld,
        }
    }

    /// The week it speaks of.
    pub fn week(&self) -> Week {
        self.week
    }

    /// How it was cut.
    pub fn rules(&self) -> Cut {
        self.cut
    }

    /// Its atoms, in a fixed order.
    pub fn atoms(&self) -> &[Atom] {
        &self.atoms
    }

    /// True when there are reports that are in no count, because they were too few to say anything of them.
    pub fn is_withheld(&self) -> bool {
        self.withheld
    }

    /// The count for a filter.
    pub fn figure(&self, filter: &PublicFilter) -> Figure {
        let mut figure = Figure {
            is_complete: !self.withheld,
            ..Figure::default()
        };
        for atom in &self.atoms {
            match filter.holds_for(atom) {
                Holds::Whole => figure.count += atom.count,
                Holds::Perhaps => {
                    figure.withheld += atom.count;
                    figure.is_complete = false;
                }
                Holds::No => {}
            }
        }
        figure
    }
}

/// A publication as the store holds it: issued once, under its own number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Whose publication it is.
    pub organisation: OrganisationId,
    /// Counted from 1 for each organisation. Viewers of counts see it where others see the revision, which moves with
    /// hidden data.
    pub number: u64,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Revision at which it became visible.
    pub revision: Revision,
    /// What it says.
    pub publication: Publication,
}

/// Splits a group of at least `smallest` reports by the levels, as far as it goes.
fn split(group: Vec<&Released>, levels: &[Level], smallest: usize, said: &Atom, atoms: &mut Vec<Atom>) {
    let Some((level, deeper)) = levels.split_first() else {
        atoms.push(Atom {
            count: group.len() as u64,
            ..said.clone()
        });
        return;
    };
    let mut parts: BTreeMap<Atom, Vec<&Released>> = BTreeMap::new();
    let mut rest = Vec::new();
    for report in group {
        match say(said, *level, report) {
            Some(more) => parts.entry(more).or_default().push(report),
            None => rest.push(report),
        }
    }
    let (mut standing, small): (Vec<_>, Vec<_>) =
        parts.into_iter().partition(|(_, part)| part.len() >= smallest);
    rest.extend(small.into_iter().flat_map(|(_, part)| part));
    // The smallest last, and among equals the one whose label comes last: fixed, whatever the order of the input.
    standing.sort_by(|(a, x), (b, y)| y.len().cmp(&x.len()).then_with(|| a.cmp(b)));
    while !rest.is_empty()
        && rest.len() < smallest
        && let Some((_, part)) = standing.pop()
    {
        rest.extend(part);
    }
    for (more, part) in standing {
        split(part, deeper, smallest, &more, atoms);
    }
    if !rest.is_empty() {
        split(rest, deeper, smallest, said, atoms);
    }
}

/// What is said of a report when the level is said too; `None` when it has nothing to say there.
fn say(said: &Atom, level: Level, report: &Released) -> Option<Atom> {
    let mut more = said.clone();
    match level {
        Level::District => more.district = Some(report.district.clone()?),
        Level::Cell => more.cell = Some(report.cell?),
        Level::Kind => more.kind = Some(report.kind),
        Level::Theme => more.theme = Some(report.theme.clone()),
    }
    Some(more)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    use crate::public_filter::held;
    use proptest::prelude::*;

    fn released(district: u8, cell: u8, kind: u8, theme: u8) -> Released {
        Released {
            district: (district > 0).then(|| AreaId::new(format!("d{district}")).unwrap()),
            // A cell lies in one district here; 0 is a report that is known by its district only.
            cell: (cell > 0).then(|| CellIndex(u64::from(district) * 10 + u64::from(cell))),
            kind: Kind::ALL[usize::from(kind)],
            theme: ThemeId::new(format!("t{theme}")).unwrap(),
            is_known: false,
        }
    }

    fn week() -> Week {
        "2026-W46".parse().unwrap()
    }

    fn cut(smallest: u32, priority: Priority) -> Cut {
        Cut {
            smallest_count: smallest.try_into().unwrap(),
            priority,
        }
    }

    #[test]
    fn a_smallest_count_of_two_is_refused() {
        assert_eq!(SmallestCount::try_from(2), Err(SmallestCountTooSmall(2)));
        assert!(SmallestCount::try_from(3).is_ok());
    }

    #[test]
    fn too_few_reports_of_a_week_say_nothing_and_none_is_a_zero() {
        let few = Publication::cut(week(), cut(5, Priority::Place), &vec![released(1, 1, 0, 1); 4]);
        assert!(few.is_withheld() && few.atoms().is_empty());
        assert!(!few.figure(&PublicFilter::default()).is_complete);
        let none = Publication::cut(week(), cut(5, Priority::Place), &[]);
        assert!(!none.is_withheld());
        assert!(none.figure(&PublicFilter::default()).is_complete);
    }

    /// District 1: 12 in cell 11 and 6 in cell 12; district 2: 3. By hand: the 3 take in district 1 (the only one that
    /// stands), so nothing is said of districts, but cells of the whole city are: 12, and 9 that are not told apart.
    #[test]
    fn a_district_with_few_hides_behind_another() {
        let mut reports = vec![released(1, 1, 0, 1); 12];
        reports.extend(vec![released(1, 2, 0, 1); 6]);
        reports.extend(vec![released(2, 1, 0, 1); 3]);
        let publication = Publication::cut(week(), cut(5, Priority::Place), &reports);
        let counts: Vec<(Option<u64>, u64)> = publication
            .atoms()
            .iter()
            .map(|atom| (atom.cell.map(|cell| cell.0), atom.count))
            .collect();
        assert_eq!(counts, [(None, 9), (Some(11), 12)]);
        let in_district_2 = PublicFilter {
            districts: [AreaId::new("d2").unwrap()].into(),
            ..PublicFilter::default()
        };
        let figure = publication.figure(&in_district_2);
        assert_eq!(
            (figure.count, figure.withheld, figure.is_complete),
            (0, 21, false)
        );
    }

    #[test]
    fn a_publication_goes_to_json_and_back() {
        let reports = vec![released(1, 1, 0, 1); 9];
        let publication = Publication::cut(week(), cut(5, Priority::Topic), &reports);
        let json = serde_json::to_string(&publication).unwrap();
        assert_eq!(serde_json::from_str::<Publication>(&json).unwrap(), publication);
    }

    fn tables() -> impl Strategy<Value = Vec<Released>> {
        let rows = (0..3_u8, 0..4_u8, 0..3_u8, 0..3_u8, any::<bool>());
        proptest::collection::vec(rows, 0..120).prop_map(|rows| {
            rows.into_iter()
                .map(|(district, cell, kind, theme, is_known)| Released {
                    is_known,
                    ..released(district, if district == 0 { 0 } else { cell }, kind, theme)
                })
                .collect()
        })
    }

    fn cuts() -> impl Strategy<Value = Cut> {
        (
            3..8_u32,
            prop_oneof![Just(Priority::Place), Just(Priority::Topic)],
        )
            .prop_map(|(smallest, priority)| cut(smallest, priority))
    }

    fn matches(filter: &PublicFilter, report: &Released) -> bool {
        held(&filter.kinds, Some(&report.kind)) == Some(true)
            && held(&filter.themes, Some(&report.theme)) == Some(true)
            && held(&filter.districts, report.district.as_ref()).unwrap_or(false)
            && held(&filter.cells, report.cell.as_ref()).unwrap_or(false)
    }

    fn subsets<T: Ord + Clone>(all: &[T]) -> Vec<BTreeSet<T>> {
        (0..1_usize << all.len())
            .map(|bits| {
                let chosen = all.iter().enumerate().filter(|(i, _)| bits >> i & 1 == 1);
                chosen.map(|(_, value)| value.clone()).collect()
            })
            .collect()
    }

    /// Every filter over two districts, one cell or none, and all subsets of kinds and of two themes.
    fn filters() -> Vec<PublicFilter> {
        let districts = [AreaId::new("d1").unwrap(), AreaId::new("d2").unwrap()];
        let themes = [ThemeId::new("t0").unwrap(), ThemeId::new("t1").unwrap()];
        let cells = [CellIndex(11), CellIndex(22)];
        let mut filters = Vec::new();
        for kinds in subsets(Kind::ALL) {
            for themes in subsets(&themes) {
                for districts in subsets(&districts) {
                    for cells in subsets(&cells) {
                        filters.push(PublicFilter {
                            kinds: kinds.clone(),
                            themes: themes.clone(),
                            districts: districts.clone(),
                            cells,
                        });
                    }
                }
            }
        }
        filters
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_report_is_in_one_atom_and_every_atom_is_large_enough(reports in tables(), cut in cuts()) {
            let publication = Publication::cut(week(), cut, &reports);
            let smallest = u64::from(cut.smallest_count.get());
            prop_assert!(publication.atoms().iter().all(|atom| atom.count >= smallest));
            let told: u64 = publication.atoms().iter().map(|atom| atom.count).sum();
            let known = reports.iter().filter(|report| report.is_known).count() as u64;
            let groups = [known, reports.len() as u64 - known];
            prop_assert_eq!(told, groups.iter().filter(|size| **size >= smallest).sum::<u64>());
            prop_assert_eq!(publication.is_withheld(), groups.iter().any(|size| (1..smallest).contains(size)));
        }

        /// Whoever sees the known records and the counts can take the ones off the others: what is left is cut as if
        /// the known ones did not exist.
        #[test]
        fn what_the_receiver_knows_does_not_help(reports in tables(), cut in cuts()) {
            let others: Vec<Released> = reports.iter().filter(|report| !report.is_known).cloned().collect();
            let known: Vec<Released> = reports.iter().filter(|report| report.is_known).cloned().collect();
            let mut apart = Publication::cut(week(), cut, &others).atoms().to_vec();
            apart.extend(Publication::cut(week(), cut, &known).atoms().iter().cloned());
            apart.sort();
            let together = Publication::cut(week(), cut, &reports);
            prop_assert_eq!(together.atoms(), &apart[..]);
        }

        #[test]
        fn the_order_of_the_reports_does_not_matter(mut reports in tables(), cut in cuts(), turn in 0..120_usize) {
            let publication = Publication::cut(week(), cut, &reports);
            let turn = turn % reports.len().max(1);
            reports.rotate_left(turn);
            reports.reverse();
            prop_assert_eq!(Publication::cut(week(), cut, &reports), publication);
        }

        /// A figure never says more than there is, never less than it claims, and a complete one is the truth.
        #[test]
        fn figures_are_true(reports in tables(), cut in cuts()) {
            let publication = Publication::cut(week(), cut, &reports);
            for filter in filters() {
                let truth = reports.iter().filter(|report| matches(&filter, report)).count() as u64;
                let figure = publication.figure(&filter);
                prop_assert!(figure.count <= truth);
                if !publication.is_withheld() {
                    prop_assert!(truth <= figure.count + figure.withheld);
                }
                if figure.is_complete {
                    prop_assert_eq!(figure.count, truth);
                }
            }
        }

        /// The differencing attack: of any two answers, to whatever filters, sums and differences of counts and of
        /// withheld counts are zero or no less than the smallest count.
        #[test]
        fn no_difference_of_two_answers_falls_under_the_smallest_count(reports in tables(), cut in cuts()) {
            let publication = Publication::cut(week(), cut, &reports);
            let answers: BTreeSet<(Vec<bool>, u64)> = filters()
                .iter()
                .flat_map(|filter| {
                    let whole: Vec<bool> = publication
                        .atoms()
                        .iter()
                        .map(|atom| matches!(filter.holds_for(atom), Holds::Whole))
                        .collect();
                    let perhaps: Vec<bool> = publication
                        .atoms()
                        .iter()
                        .map(|atom| matches!(filter.holds_for(atom), Holds::Perhaps))
                        .collect();
                    let figure = publication.figure(filter);
                    [(whole, figure.count), (perhaps, figure.withheld)]
                })
                .collect();
            let smallest = u64::from(cut.smallest_count.get());
            for (a, x) in &answers {
                for (b, y) in &answers {
                    // Only the difference of a set and a part of it is a count of reports.
                    if b.iter().zip(a).all(|(part, whole)| !part || *whole) {
                        let difference = x - y;
                        prop_assert!(difference == 0 || difference >= smallest);
                    }
                }
            }
        }
    }
}
