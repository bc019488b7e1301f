//! What is asked of published counts, and what comes back.

use std::collections::BTreeSet;

use crate::publication::{Atom, CellIndex};
use crate::report::Kind;
use crate::slug::{AreaId, ThemeId};

/// What is asked of publications. Empty lists mean "all".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublicFilter {
    /// Kinds.
    pub kinds: BTreeSet<Kind>,
    /// Themes.
    pub themes: BTreeSet<ThemeId>,
    /// Districts.
    pub districts: BTreeSet<AreaId>,
    /// Cells.
    pub cells: BTreeSet<CellIndex>,
}

/// A count that is a sum of whole atoms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figure {
    /// Reports that are known to fit.
    pub count: u64,
    /// Reports of which it is not said whether they fit.
    pub withheld: u64,
    /// True when nothing is held back: then a count of 0 is a zero.
    pub is_complete: bool,
}

impl std::ops::Add for Figure {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            count: self.count + other.count,
            withheld: self.withheld + other.withheld,
            is_complete: self.is_complete && other.is_complete,
        }
    }
}

/// Whether an atom's reports fit.
pub(crate) enum Holds {
    Whole,
    Perhaps,
    No,
}

impl PublicFilter {
    /// True when all reports of the atom are known to fit.
    pub fn admits(&self, atom: &Atom) -> bool {
        matches!(self.holds_for(atom), Holds::Whole)
    }

    pub(crate) fn holds_for(&self, atom: &Atom) -> Holds {
        let sides = [
            held(&self.kinds, atom.kind.as_ref()),
            held(&self.themes, atom.theme.as_ref()),
            held(&self.districts, atom.district.as_ref()),
            held(&self.cells, atom.cell.as_ref()),
        ];
        if sides.contains(&Some(false)) {
            Holds::No
        } else if sides.contains(&None) {
            Holds::Perhaps
        } else {
            Holds::Whole
        }
    }
}

/// Whether what is said fits what is wanted; `None` when nothing is said.
pub(crate) fn held<T: Ord>(wanted: &BTreeSet<T>, said: Option<&T>) -> Option<bool> {
    if wanted.is_empty() {
        return Some(true);
    }
    said.map(|said| wanted.contains(said))
}
