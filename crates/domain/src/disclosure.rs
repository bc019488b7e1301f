//! The one gate: who may see what.
//!
//! A [`View`] is built only from a [`Viewer`] and the releases in force, and what it opens is opened nowhere else: the
//! queries of the picture and the store take a [`RecordScope`] or a [`CountScope`], which nothing but a `View` hands out.
//!
//! Analysts see records: their organisation's own whole, others' within what was released to them. Everyone else reads
//! publications ([`crate::publication`]), which were cut for their organisation.
//!
//! What the two sorts of view hold stands in `disclosure/records.rs` and `disclosure/counts.rs`; what an organisation is told
//! of hotspots, unasked, in `disclosure/alerts.rs`.

use jiff::Timestamp;

use crate::german;
use crate::release::Release;
use crate::slug::OrganisationId;
use crate::source::Source;
use crate::viewer::{Role, Viewer};

mod alerts;
mod counts;
mod records;
#[cfg(test)]
mod tests;

pub use alerts::{AlertScope, AlertShown, Side, Untold};
pub use counts::CountScope;
pub use records::{RecordScope, Shown};

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
                if scope.sources().next().is_none() {
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

    /// The view that documents for an organisation are made with: its analysts' records where they have any, else what is
    /// published for it.
    pub fn of_audience(
        audience: &OrganisationId,
        sources: &[Source],
        releases: &[Release],
        now: Timestamp,
    ) -> Self {
        let reader = |role| Viewer {
            name: audience.to_string(),
            role,
            organisation: audience.clone(),
        };
        let view = Self::of(&reader(Role::Analyst), sources, releases, now);
        match view.0 {
            Opened::Records(_) => view,
            _ => Self::of(&reader(Role::Steering), sources, releases, now),
        }
    }

    /// The view of the detection jobs: every source, as its owner sees it. What they find is shown only to viewers
    /// who see all the sources it rests on.
    pub fn for_detection(sources: &[Source]) -> Self {
        Self(Opened::Records(RecordScope::of_owners(sources)))
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
