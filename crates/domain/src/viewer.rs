//! Who asks.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::report::word;
use crate::slug::OrganisationId;

word!(
    /// What a person is here for; it decides which sort of view they get.
    Role {
        /// Analyst of an office, a police staff unit or the Koordinationsebene.
        Analyst = "analyst",
        /// Geschäftsführung.
        Management = "management",
        /// Lenkungsgruppe: briefings only.
        Steering = "steering",
        /// Press office.
        Press = "press",
        /// Kooperationspartner or assoziierter Partner.
        Partner = "partner",
        /// Guest by Letter of Intent.
        Guest = "guest",
        /// Operator.
        Admin = "admin",
        /// Data protection officer or auditor.
        Auditor = "auditor",
    }
);

impl Role {
    /// The role's name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Analyst => "Analyse",
            Self::Management => "Geschäftsführung",
            Self::Steering => "Lenkungsgruppe",
            Self::Press => "Pressestelle",
            Self::Partner => "Partner",
            Self::Guest => "Gast",
            Self::Admin => "Betrieb",
            Self::Auditor => "Datenschutz und Revision",
        }
    }
}

/// A signed-in person or program: a role in an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Viewer {
    /// Name shown on the page, such as an office; not a key to anything.
    pub name: String,
    /// What they are here for.
    pub role: Role,
    /// Whom they act for.
    pub organisation: OrganisationId,
}
