//! What an organisation is told of hotspots, unasked.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::RecordScope;
use crate::alert::Facts;
use crate::german;
use crate::hotspot::HotspotKind;
use crate::organisation::{Partnership, Standing};
use crate::release::{Field, Finest, Release, Terms};
use crate::report::word;
use crate::slug::{AreaId, OrganisationId, SourceId};
use crate::source::Source;

word!(
    /// On which side of the partnership an organisation stands.
    Side {
        /// One of the two who agreed.
        Carrier = "carrier",
        /// A body whose members are all carriers.
        Joint = "joint",
        /// Everybody else: partners, associates, guests.
        Partner = "partner",
    }
);

word!(
    /// Why an organisation is not told of something.
    Untold {
        /// No release covers it.
        NotReleased = "not_released",
        /// Partners are told only of what a person has confirmed.
        NotConfirmed = "not_confirmed",
        /// An Angstraum is a partner's only where it was released one by one.
        SinglyOnly = "singly_only",
        /// It is somebody else's.
        NotTheirs = "not_theirs",
    }
);

/// What may be told of one hotspot besides its kind, its state and its district.
#[expect(
    clippy::struct_excessive_bools,
    reason = "fields that are released each by itself"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlertShown {
    /// Everything: the receiver sees every record that it rests on.
    pub is_whole: bool,
    /// The outline.
    pub outline: bool,
    /// The name of the place.
    pub place: bool,
    /// The days that it is about.
    pub period: bool,
    /// The counts.
    pub figures: bool,
}

impl AlertShown {
    /// All of it.
    pub const WHOLE: Self = Self {
        is_whole: true,
        outline: true,
        place: true,
        period: true,
        figures: true,
    };
    /// Nothing but kind, state and district.
    pub const THIN: Self = Self {
        is_whole: false,
        outline: false,
        place: false,
        period: false,
        figures: false,
    };

    /// What one or the other release hands over.
    fn or(self, other: Self) -> Self {
        Self {
            is_whole: self.is_whole || other.is_whole,
            outline: self.outline || other.outline,
            place: self.place || other.place,
            period: self.period || other.period,
            figures: self.figures || other.figures,
        }
    }

    /// What both owners hand over.
    fn and(self, other: Self) -> Self {
        Self {
            is_whole: self.is_whole && other.is_whole,
            outline: self.outline && other.outline,
            place: self.place && other.place,
            period: self.period && other.period,
            figures: self.figures && other.figures,
        }
    }
}

/// One release of alerts.
#[derive(Debug, Clone)]
struct Grant {
    sources: BTreeSet<SourceId>,
    kinds: BTreeSet<HotspotKind>,
    areas: BTreeSet<AreaId>,
    shown: AlertShown,
}

impl Grant {
    fn of(release: &Release) -> Option<Self> {
        let Terms::Alerts {
            kinds,
            precision,
            fields,
        } = &release.terms
        else {
            return None;
        };
        Some(Self {
            sources: release.sources.clone(),
            kinds: kinds.clone(),
            areas: release.areas.clone(),
            shown: AlertShown {
                is_whole: false,
                outline: *precision == Finest::Point,
                place: fields.contains(&Field::Place),
                period: fields.contains(&Field::Period),
                figures: fields.contains(&Field::Figures),
            },
        })
    }

    fn covers(&self, source: &SourceId, kind: HotspotKind, district: Option<&AreaId>) -> bool {
        self.sources.contains(source)
            && self.kinds.contains(&kind)
            && (self.areas.is_empty() || district.is_some_and(|district| self.areas.contains(district)))
    }
}

/// What one organisation may be told.
///
/// - Whoever of the carriers and their joint bodies sees every record behind a hotspot is told all of it, as soon as it
///   emerges. A carrier that does not see all of them is told its kind, its state and its district, and more where the
///   other side releases alerts to it.
/// - Everybody else is told of what a person has confirmed, where every owner of the records behind it releases alerts of
///   this kind and district to them, and of that what all these owners release. Of an Angstraum only where it was released to
///   them one by one.
#[derive(Debug, Clone)]
pub struct AlertScope {
    organisation: OrganisationId,
    side: Side,
    /// Its letter has ended: it is told nothing any more.
    has_ended: bool,
    records: RecordScope,
    grants: Vec<Grant>,
}

impl AlertScope {
    /// The scope of every organisation of the partnership, and of every owner where there is none.
    pub fn all(
        partnership: &Partnership,
        sources: &[Source],
        releases: &[Release],
        now: Timestamp,
    ) -> Vec<Self> {
        let today = german::day_of(now);
        let mut sides: BTreeMap<&OrganisationId, Side> = BTreeMap::new();
        for organisation in partnership.organisations() {
            let side = if organisation.is_carrier() {
                Side::Carrier
            } else {
                Side::Partner
            };
            sides.insert(&organisation.id, side);
        }
        for body in partnership.bodies() {
            let is_joint = body.members.iter().all(|member| {
                let organisations = partnership.organisations();
                let of_member = organisations.iter().find(|known| known.id == *member);
                of_member.is_some_and(|known| known.standing == Standing::Carrier)
            });
            sides.insert(&body.id, if is_joint { Side::Joint } else { Side::Partner });
        }
        for source in sources {
            sides.entry(&source.owner).or_insert(Side::Carrier);
        }
        if partnership.organisations().is_empty() {
            // Where nobody is written down, who gets records works with them.
            for release in releases {
                let side = if release.hands_over_records() {
                    Side::Joint
                } else {
                    Side::Partner
                };
                let known = sides.entry(&release.to).or_insert(side);
                if side == Side::Joint && *known == Side::Partner {
                    *known = side;
                }
            }
        }
        let scope = |(organisation, side): (&OrganisationId, Side)| {
            let in_force = || {
                let to_it = releases.iter().filter(|release| release.to == *organisation);
                to_it.filter(|release| release.is_in_force(today))
            };
            Self {
                organisation: organisation.clone(),
                side,
                has_ended: partnership
                    .organisations()
                    .iter()
                    .any(|known| known.id == *organisation && known.has_ended(today)),
                records: RecordScope::of(organisation, sources, in_force(), now),
                grants: in_force().filter_map(Grant::of).collect(),
            }
        };
        sides.into_iter().map(scope).collect()
    }

    /// Whose it is.
    pub fn organisation(&self) -> &OrganisationId {
        &self.organisation
    }

    /// On which side it stands.
    pub fn side(&self) -> Side {
        self.side
    }

    /// The records that the organisation's analysts see: its rules on facts are held against these.
    pub fn records(&self) -> &RecordScope {
        &self.records
    }

    /// What may be told of something; `is_singly_released` says that it was released to this organisation by itself.
    ///
    /// # Errors
    /// [`Untold`] when nothing may, with the reason.
    pub fn shown(&self, facts: &Facts, is_singly_released: bool) -> Result<AlertShown, Untold> {
        if self.has_ended {
            return Err(Untold::NotReleased);
        }
        if !facts.addressees.is_empty() {
            let is_addressed = facts.addressees.contains(&self.organisation);
            return is_addressed.then_some(AlertShown::WHOLE).ok_or(Untold::NotTheirs);
        }
        let sees_all = !facts.sources.is_empty() && self.records.sees_all(facts.sources.iter());
        let Some(kind) = facts.kind else {
            let is_told = sees_all && self.side != Side::Partner;
            return is_told.then_some(AlertShown::WHOLE).ok_or(Untold::NotReleased);
        };
        if sees_all && self.side != Side::Partner {
            return Ok(AlertShown::WHOLE);
        }
        let of_others = facts
            .sources
            .iter()
            .filter(|source| !self.records.owns(source.as_str()));
        let granted = |source: &SourceId| {
            let covering = self
                .grants
                .iter()
                .filter(|grant| grant.covers(source, kind, facts.district.as_ref()));
            covering.map(|grant| grant.shown).reduce(AlertShown::or)
        };
        let released = of_others.map(granted).try_fold(
            AlertShown {
                is_whole: false,
                ..AlertShown::WHOLE
            },
            |all, one| Some(all.and(one?)),
        );
        match self.side {
            Side::Carrier => Ok(released.unwrap_or(AlertShown::THIN)),
            Side::Partner if kind == HotspotKind::Angstraum && !is_singly_released => Err(Untold::SinglyOnly),
            Side::Partner if !facts.is_confirmed => Err(Untold::NotConfirmed),
            Side::Partner if is_singly_released => Ok(released.unwrap_or(AlertShown::THIN)),
            Side::Joint | Side::Partner => released.ok_or(Untold::NotReleased),
        }
    }
}
