//! Why somebody was told, or was not.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::disclosure::Untold;
use crate::report::word;
use crate::slug::{OrganisationId, SubscriptionId};

word!(
    /// Why somebody was told, or was not.
    Why {
        /// Told.
        Told = "told",
        /// No release covers it.
        NotReleased = "not_released",
        /// Not confirmed by a person.
        NotConfirmed = "not_confirmed",
        /// An Angstraum, not released one by one.
        SinglyOnly = "singly_only",
        /// Somebody else's.
        NotTheirs = "not_theirs",
        /// The subscription wants other subjects.
        OtherSubject = "other_subject",
        /// … other kinds of hotspots.
        OtherKind = "other_kind",
        /// … other states.
        OtherState = "other_state",
        /// … other themes.
        OtherTheme = "other_theme",
        /// … other districts.
        OtherArea = "other_area",
        /// … stronger ones.
        TooWeak = "too_weak",
        /// The organisation has silenced it.
        Silenced = "silenced",
        /// A wider alert says it already.
        Inhibited = "inhibited",
        /// They have closed it, or it was recalled.
        Closed = "closed",
        /// It no longer goes on.
        Over = "over",
    }
);

impl Why {
    /// The reason in German, for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Told => "mitgeteilt",
            Self::NotReleased => "keine Freigabe deckt es ab",
            Self::NotConfirmed => "noch von niemandem bestätigt",
            Self::SinglyOnly => "ein Angstraum, der nicht einzeln freigegeben ist",
            Self::NotTheirs => "für andere bestimmt",
            Self::OtherSubject => "das Abonnement will andere Anlässe",
            Self::OtherKind => "das Abonnement will andere Arten von Hotspots",
            Self::OtherState => "das Abonnement will andere Zustände",
            Self::OtherTheme => "das Abonnement will andere Themen",
            Self::OtherArea => "das Abonnement will andere Stadtbezirke",
            Self::TooWeak => "schwächer, als das Abonnement verlangt",
            Self::Silenced => "stummgeschaltet",
            Self::Inhibited => "eine weitere Mitteilung sagt es schon für das ganze Gebiet",
            Self::Closed => "dort abgeschlossen oder zurückgezogen",
            Self::Over => "vorbei, bevor es mitzuteilen war",
        }
    }
}

impl From<Untold> for Why {
    fn from(untold: Untold) -> Self {
        match untold {
            Untold::NotReleased => Self::NotReleased,
            Untold::NotConfirmed => Self::NotConfirmed,
            Untold::SinglyOnly => Self::SinglyOnly,
            Untold::NotTheirs => Self::NotTheirs,
        }
    }
}

/// Why one organisation, or one subscription of it, was told or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Its subscription; none where it is about the organisation as a whole.
    pub subscription: Option<SubscriptionId>,
    /// The reason.
    pub why: Why,
    /// The silence or the alert that it was held back for.
    pub because_of: Option<String>,
}
