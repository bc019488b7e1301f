//! What a person tells others at once: a Sofortmeldung, or a request to talk.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Facts, Firing, Labels, Occurrence, Subject};
use crate::area::Area;
use crate::german;
use crate::report::word;
use crate::slug::OrganisationId;

word!(
    /// Phenomena that offices talk about. No place finer than a Stadtbezirk, no words of one's own, no detection: it is the
    /// talk that has the content.
    TalkTopic {
        /// A theme forms or concentrates.
        ThemeForming = "theme_forming",
        /// Social tension.
        SocialTension = "social_tension",
        /// Tension between groups of young people, at schools or in the open.
        YouthTension = "youth_tension",
        /// Something planned that may bring both sides on the scene.
        Event = "event",
        /// Conflicts about how a public space is used.
        PublicSpace = "public_space",
    }
);

impl TalkTopic {
    /// The topic for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::ThemeForming => "Ein Thema bildet oder verdichtet sich",
            Self::SocialTension => "Soziale Spannungen",
            Self::YouthTension => "Spannungen unter Jugendlichen",
            Self::Event => "Anstehende Veranstaltung oder Versammlung",
            Self::PublicSpace => "Nutzungskonflikt im öffentlichen Raum",
        }
    }
}

/// Longest text of a Sofortmeldung in characters.
const LONGEST_EVENT: usize = 600;
/// Longest name of a contact in characters.
const LONGEST_CONTACT: usize = 120;

/// What a person tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Bulletin {
    /// A Sofortmeldung: what, where, to whom.
    Immediate {
        /// What happens. No names of persons.
        event: String,
        /// Id of the district; without one, the whole city.
        area: Option<String>,
        /// Who is told.
        receivers: BTreeSet<OrganisationId>,
    },
    /// A request to talk.
    Talk {
        /// About what.
        topic: TalkTopic,
        /// Id of the district.
        area: String,
        /// The office to call; not a person.
        contact: String,
        /// When it is to be talked about again.
        review_on: Date,
        /// Who is asked.
        receivers: BTreeSet<OrganisationId>,
    },
}

/// What is wrong with a bulletin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBulletin {
    /// Nothing said, or too much.
    #[error("`event` says what happens in 1 to 600 characters")]
    Event,
    /// Nobody to call.
    #[error("`contact` names an office in 1 to 120 characters")]
    Contact,
    /// To nobody.
    #[error("`receivers` names at least one organisation")]
    Receivers,
    /// No such district.
    #[error("`area` is no district of the city (see /api/v1/areas)")]
    Area,
    /// The day of review has passed.
    #[error("`review_on` lies in the past")]
    ReviewOn,
}

impl Bulletin {
    /// Who is told.
    pub fn receivers(&self) -> &BTreeSet<OrganisationId> {
        match self {
            Self::Immediate { receivers, .. } | Self::Talk { receivers, .. } => receivers,
        }
    }

    /// Id of the district, where it names one.
    pub fn area(&self) -> Option<&str> {
        match self {
            Self::Immediate { area, .. } => area.as_deref(),
            Self::Talk { area, .. } => Some(area),
        }
    }

    /// Holds it against what a bulletin must be; `district` is the area that it names, if there is one.
    ///
    /// # Errors
    /// [`InvalidBulletin`].
    pub fn check(&self, district: Option<&Area>, today: Date) -> Result<(), InvalidBulletin> {
        let is_said = |text: &str, longest: usize| {
            let text = text.trim();
            let is_plain = |c: char| !c.is_control() || c == '\n';
            !text.is_empty() && text.chars().count() <= longest && text.chars().all(is_plain)
        };
        if self.receivers().is_empty() {
            return Err(InvalidBulletin::Receivers);
        }
        if self.area().is_some() && district.is_none() {
            return Err(InvalidBulletin::Area);
        }
        match self {
            Self::Immediate { event, .. } if !is_said(event, LONGEST_EVENT) => Err(InvalidBulletin::Event),
            Self::Talk { contact, .. } if !is_said(contact, LONGEST_CONTACT) => Err(InvalidBulletin::Contact),
            Self::Talk { review_on, .. } if *review_on < today => Err(InvalidBulletin::ReviewOn),
            _ => Ok(()),
        }
    }

    /// The bulletin as something that an alert can be about; `sender` knows of it too.
    pub fn occurrence(
        &self,
        number: u64,
        sender: &OrganisationId,
        sender_name: &str,
        district: Option<&Area>,
    ) -> Occurrence {
        let (subject, title, sentence) = match self {
            Self::Immediate { event, .. } => (
                Subject::Bulletin,
                format!("Sofortmeldung von {sender_name}"),
                event.trim().to_owned(),
            ),
            Self::Talk {
                topic,
                contact,
                review_on,
                ..
            } => (
                Subject::Talk,
                format!("Gesprächsbitte von {sender_name}"),
                format!(
                    "{}. Bitte melden bei: {}. Wiedervorlage am {}.",
                    topic.label(),
                    contact.trim(),
                    german::date(*review_on)
                ),
            ),
        };
        let mut addressees: Vec<OrganisationId> = self.receivers().iter().cloned().collect();
        if !addressees.contains(sender) {
            addressees.push(sender.clone());
        }
        let mut labels = vec![
            ("subject", subject.to_string()),
            ("bulletin", number.to_string()),
            ("sender", sender.to_string()),
        ];
        labels.extend(district.map(|area| ("area", area.id.to_string())));
        Occurrence {
            labels: Labels::of(labels),
            firing: Firing::Yes,
            facts: Facts {
                district: district.map(|area| area.id.clone()),
                district_name: district.map(|area| area.name.clone()),
                addressees,
                ..Facts::bare(subject, title, sentence)
            },
        }
    }
}
