//! What a report can be about.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::report::word;
use crate::slug::{CategoryId, ThemeId};

word!(
    /// The four fields of prevention of the agreement; perception runs across them.
    Prevention {
        /// Kriminalprävention.
        Kriminal = "kriminal",
        /// Verkehrsunfallprävention.
        Verkehr = "verkehr",
        /// Ordnungsrechtliche Prävention.
        Ordnung = "ordnung",
        /// Städtebauliche Prävention.
        Staedtebau = "staedtebau",
    }
);

impl Prevention {
    /// The field's name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Kriminal => "Kriminalprävention",
            Self::Verkehr => "Verkehrsunfallprävention",
            Self::Ordnung => "Ordnungsrechtliche Prävention",
            Self::Staedtebau => "Städtebauliche Prävention",
        }
    }
}

word!(
    /// Who brought a record about.
    Origin {
        /// Somebody reported it.
        Reported = "reported",
        /// A patrol or a focus operation produced it. Never part of a detection.
        Control = "control",
    }
);

word!(
    /// What a category may speak for when an Angstraum is assessed.
    Evidence {
        /// Nothing.
        None = "none",
        /// Expressed fear.
        Fear = "fear",
        /// Visible disorder.
        Disorder = "disorder",
        /// A visible offence.
        Offence = "offence",
    }
);

/// A group of categories that people filter by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Its id.
    pub id: ThemeId,
    /// Its name for people.
    pub label: String,
    /// Its field of prevention; none for perception.
    pub prevention: Option<Prevention>,
}

/// The finest word of the taxonomy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its id.
    pub id: CategoryId,
    /// Its name for people.
    pub label: String,
    /// The theme it belongs to.
    pub theme: ThemeId,
    /// Its theme's field of prevention.
    pub prevention: Option<Prevention>,
    /// Who brings such records about.
    pub origin: Origin,
    /// What it may speak for in an Angstraum.
    pub evidence: Evidence,
    /// True for complaints about the mere presence of people: kept, counted, never detected on.
    pub presence: bool,
    /// True when it is never shown finer than the Stadtbezirk outside its owner.
    pub floor_stadtbezirk: bool,
    /// Key prefixes of the Polizeiliche Kriminalstatistik.
    pub pks: Vec<String>,
    /// Categories of other themes under which another office may file the same happening; it holds both ways.
    pub akin: Vec<CategoryId>,
}

impl Category {
    /// True when records of this category may take part in a detection.
    ///
    /// What controls produce must not confirm itself, presence of people is evidence of nothing, and the outline of a
    /// hotspot must not show where a protected offence happened.
    pub fn is_detectable(&self) -> bool {
        self.origin == Origin::Reported && !self.presence && !self.floor_stadtbezirk
    }
}

/// All themes and categories, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taxonomy {
    themes: Vec<Theme>,
    categories: Vec<Category>,
    by_id: BTreeMap<CategoryId, usize>,
}

/// A taxonomy file that does not hold together.
#[derive(Debug, thiserror::Error)]
pub enum InvalidTaxonomy {
    /// Not TOML, or keys and values of the wrong shape.
    #[error("the taxonomy cannot be read: {0}")]
    Syntax(#[from] toml::de::Error),
    /// Two themes or categories share an id.
    #[error("the id {0:?} is used twice")]
    Twice(String),
    /// A category is akin to one that there is not.
    #[error("{0:?} is akin to {1:?}, which is no category")]
    UnknownAkin(String, String),
    /// A word that would sort reports by who people are.
    #[error("{0:?} cannot be a category: origin, religion, family or \"Clan\" say nothing about a place")]
    AboutPersons(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTaxonomy {
    theme: Vec<RawTheme>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTheme {
    id: ThemeId,
    label: String,
    prevention: Option<Prevention>,
    category: Vec<RawCategory>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawFloor {
    Stadtbezirk,
}

fn reported() -> Origin {
    Origin::Reported
}

fn no_evidence() -> Evidence {
    Evidence::None
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCategory {
    id: CategoryId,
    label: String,
    #[serde(default = "reported")]
    origin: Origin,
    #[serde(default = "no_evidence")]
    evidence: Evidence,
    #[serde(default)]
    presence: bool,
    floor: Option<RawFloor>,
    #[serde(default)]
    pks: Vec<String>,
    #[serde(default)]
    akin: Vec<CategoryId>,
}

/// Stems that would make a category about who people are; compared with the lower-cased id and label.
const ABOUT_PERSONS: &[&str] = &[
    "clan",
    "ausländer",
    "auslaender",
    "migrant",
    "migration",
    "flüchtling",
    "fluechtling",
    "asyl",
    "nationalität",
    "nationalitaet",
    "herkunft der",
    "roma",
    "sinti",
    "muslim",
    "islam",
    "jüdisch",
    "juedisch",
    "religion",
    "ethni",
    "großfamilie",
    "grossfamilie",
];

impl Taxonomy {
    /// Reads the TOML form (see `data/taxonomy.toml`, which explains each key).
    ///
    /// # Errors
    /// [`InvalidTaxonomy`] for unknown keys, doubled ids, or a category about who people are.
    pub fn parse(text: &str) -> Result<Self, InvalidTaxonomy> {
        let raw: RawTaxonomy = toml::from_str(text)?;
        let mut themes: Vec<Theme> = Vec::new();
        let mut categories = Vec::new();
        let mut by_id = BTreeMap::new();
        for theme in raw.theme {
            refuse_persons(theme.id.as_str(), &theme.label)?;
            if themes.iter().any(|known| known.id == theme.id) {
                return Err(InvalidTaxonomy::Twice(theme.id.into()));
            }
            for category in theme.category {
                refuse_persons(category.id.as_str(), &category.label)?;
                if by_id.insert(category.id.clone(), categories.len()).is_some() {
                    return Err(InvalidTaxonomy::Twice(category.id.into()));
                }
                categories.push(Category {
                    id: category.id,
                    label: category.label,
                    theme: theme.id.clone(),
                    prevention: theme.prevention,
                    origin: category.origin,
                    evidence: category.evidence,
                    presence: category.presence,
                    floor_stadtbezirk: category.floor.is_some(),
                    pks: category.pks,
                    akin: category.akin,
                });
            }
            themes.push(Theme {
                id: theme.id,
                label: theme.label,
                prevention: theme.prevention,
            });
        }
        for category in &categories {
            if let Some(unknown) = category.akin.iter().find(|akin| !by_id.contains_key(*akin)) {
                return Err(InvalidTaxonomy::UnknownAkin(
                    category.id.to_string(),
                    unknown.to_string(),
                ));
            }
        }
        Ok(Self {
            themes,
            categories,
            by_id,
        })
    }

    /// All themes, in the order of the file.
    pub fn themes(&self) -> &[Theme] {
        &self.themes
    }

    /// All categories, in the order of the file.
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// The category with this id.
    pub fn category(&self, id: &str) -> Option<&Category> {
        self.index_of(id).map(|index| &self.categories[index])
    }

    /// Position of a category in [`Taxonomy::categories`].
    pub fn index_of(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The theme with this id.
    pub fn theme(&self, id: &str) -> Option<&Theme> {
        self.themes.iter().find(|theme| theme.id.as_str() == id)
    }
}

fn refuse_persons(id: &str, label: &str) -> Result<(), InvalidTaxonomy> {
    let text = format!("{id} {label}").to_lowercase();
    match ABOUT_PERSONS.iter().find(|stem| text.contains(*stem)) {
        Some(_) => Err(InvalidTaxonomy::AboutPersons(label.to_owned())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../../data/taxonomy.toml");

    #[test]
    fn the_shipped_taxonomy_holds_together() {
        let taxonomy = Taxonomy::parse(SHIPPED).unwrap();
        let patrol = taxonomy.category("rauschgift_kontrolle").unwrap();
        assert!(
            !patrol.is_detectable(),
            "a patrol must not confirm its own hotspot"
        );
        let presence = taxonomy.category("aufenthalt_personen").unwrap();
        assert!(!presence.is_detectable() && presence.evidence == Evidence::None);
        for protected in ["sexualdelikt", "haeusliche_gewalt", "jugenddelikt"] {
            let category = taxonomy.category(protected).unwrap();
            assert!(category.floor_stadtbezirk && !category.is_detectable());
        }
        for category in taxonomy.categories() {
            let is_fear = category.evidence == Evidence::Fear;
            assert_eq!(
                is_fear,
                category.prevention.is_none(),
                "{}: perception runs across",
                category.id
            );
        }
    }

    #[test]
    fn categories_about_people_are_refused() {
        let with = |label: &str| {
            Taxonomy::parse(&format!(
                "[[theme]]\nid='t'\nlabel='T'\n[[theme.category]]\nid='c'\nlabel='{label}'"
            ))
        };
        assert!(matches!(
            with("Clankriminalität"),
            Err(InvalidTaxonomy::AboutPersons(_))
        ));
        assert!(matches!(
            with("Asylbewerber"),
            Err(InvalidTaxonomy::AboutPersons(_))
        ));
        assert!(with("Lärm").is_ok());
    }

    #[test]
    fn an_unknown_key_is_an_error() {
        let text = "[[theme]]\nid='t'\nlabel='T'\nprevetion='ordnung'\ncategory=[]";
        assert!(Taxonomy::parse(text).is_err());
    }
}
