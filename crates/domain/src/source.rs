//! A feed and the data-protection facts that travel with its records.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::report::{Kind, word};
use crate::slug::{CategoryId, OrganisationId, SourceId};

word!(
    /// The law that a source's records stand under.
    Regime {
        /// General Data Protection Regulation.
        Dsgvo = "dsgvo",
        /// Directive (EU) 2016/680 for police and justice, in its national form.
        Ji = "ji",
    }
);

/// One feed of one owner.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Its id.
    pub id: SourceId,
    /// Its name for people.
    pub label: String,
    /// Organisation that owns the records and alone releases them.
    pub owner: OrganisationId,
    /// What sort of statement its records are.
    pub kind: Kind,
    /// Authority that answers for the processing (Verantwortlicher).
    pub controller: String,
    /// The law that the records stand under.
    pub regime: Regime,
    /// What the records may be used for.
    pub purpose: String,
    /// The provision that permits it.
    pub legal_basis: String,
    /// Marking that travels with each record, such as "VS-NfD" or "nur für den Dienstgebrauch".
    pub marking: Option<String>,
    /// Days after which a record must be deleted.
    pub retention_days: u32,
    /// The same for categories that have a deadline of their own.
    pub retention_days_by_category: BTreeMap<CategoryId, u32>,
}
