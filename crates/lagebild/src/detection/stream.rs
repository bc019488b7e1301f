//! A stream of a detection profile: which reports are counted together.

use lagebild_domain::filter::BitSet;
use lagebild_domain::{
    CategoryId, Evidence, Filter, HotspotKind, Kind, Prevention, SourceId, Taxonomy, ThemeId,
};
use lagebild_ingest::FeedSpec;
use lagebild_situation::{Observation, Vocabulary};
use serde::Deserialize;

use super::rhythm::weekday_hours;

/// Reports that are counted together. Lists that are left out mean "all".
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stream {
    /// Name for people.
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) kinds: Vec<Kind>,
    #[serde(default)]
    pub(crate) sources: Vec<SourceId>,
    #[serde(default)]
    pub(crate) prevention: Vec<Prevention>,
    #[serde(default)]
    pub(crate) themes: Vec<ThemeId>,
    #[serde(default)]
    pub(crate) categories: Vec<CategoryId>,
    /// Categories that may speak for an Angstraum in this way.
    pub(crate) evidence: Option<Evidence>,
    /// Hours in Berlin that a report must lie in wholly, as in a filter: `22-6`.
    pub(crate) hours: Option<String>,
    /// Weekdays in Berlin, 1 is Monday, as in a filter: `5-7`.
    pub(crate) weekdays: Option<String>,
}

impl Stream {
    /// A stream of one kind of report.
    fn of(name: &str, kind: Kind, evidence: Option<Evidence>) -> Self {
        Self {
            name: name.to_owned(),
            kinds: vec![kind],
            evidence,
            ..Self::default()
        }
    }

    /// What is looked at where the configuration names no stream.
    pub(crate) fn of_kind(kind: HotspotKind) -> Vec<Self> {
        match kind {
            HotspotKind::Beschwerdehotspot => vec![Self::of("Beschwerden", Kind::Complaint, None)],
            HotspotKind::Brennpunkt => vec![Self::of("Vorfälle", Kind::Incident, None)],
            HotspotKind::Angstraum => vec![
                Self::of("Geäußerte Unsicherheit", Kind::Perception, Some(Evidence::Fear)),
                Self::of("Sichtbare Unordnung", Kind::Complaint, Some(Evidence::Disorder)),
                Self::of("Sichtbare Taten", Kind::Incident, Some(Evidence::Offence)),
            ],
            HotspotKind::Unfallhaeufung => vec![Self {
                categories: CategoryId::new("unfall_personenschaden").into_iter().collect(),
                ..Self::of("Unfälle mit Personenschaden", Kind::Incident, None)
            }],
        }
    }

    /// The stream made ready to be held against many observations.
    ///
    /// # Errors
    /// When `hours` or `weekdays` are no such numbers or ranges.
    pub(crate) fn wanted(&self, vocabulary: &Vocabulary) -> Result<Wanted, String> {
        let taxonomy = vocabulary.taxonomy();
        let filter = self.filter(taxonomy)?;
        let categories = (0..taxonomy.categories().len())
            .map(|index| {
                filter
                    .categories
                    .as_ref()
                    .is_none_or(|wanted| wanted.contains(&index))
            })
            .collect();
        let sources = vocabulary
            .sources()
            .iter()
            .map(|source| self.draws_from(source))
            .collect();
        let asks_for_time = self.hours.is_some() || self.weekdays.is_some();
        Ok(Wanted {
            categories,
            sources,
            times: asks_for_time.then_some((filter.weekdays, filter.hours)),
        })
    }

    /// The stream as a filter, without a window.
    ///
    /// # Errors
    /// When `hours` or `weekdays` are no such numbers or ranges.
    fn filter(&self, taxonomy: &Taxonomy) -> Result<Filter, String> {
        let words = [("hour", &self.hours), ("weekday", &self.weekdays)];
        let pairs = words
            .iter()
            .filter_map(|(name, value)| Some((*name, value.as_deref()?)));
        let mut filter = Filter::parse(pairs, taxonomy).map_err(|error| error.to_string())?;
        filter.kinds.clone_from(&self.kinds);
        filter.sources.clone_from(&self.sources);
        filter.narrow(taxonomy, |category| {
            (self.themes.is_empty() || self.themes.contains(&category.theme))
                && (self.categories.is_empty() || self.categories.contains(&category.id))
                && (self.prevention.is_empty()
                    || category
                        .prevention
                        .is_some_and(|field| self.prevention.contains(&field)))
                && self.evidence.is_none_or(|evidence| category.evidence == evidence)
        });
        Ok(filter)
    }

    /// True when the stream may hold reports of the source.
    pub(crate) fn draws_from(&self, source: &lagebild_domain::Source) -> bool {
        (self.sources.is_empty() || self.sources.contains(&source.id))
            && (self.kinds.is_empty() || self.kinds.contains(&source.kind))
    }

    /// Checks the stream against the taxonomy and the sources; gives the key and what is wrong with it.
    pub(crate) fn check(
        &self,
        taxonomy: &Taxonomy,
        sources: &[FeedSpec],
    ) -> Result<(), (&'static str, String)> {
        let not_in_taxonomy = |id: &dyn std::fmt::Display| format!("\"{id}\" is not in the taxonomy");
        if let Some(id) = self
            .themes
            .iter()
            .find(|id| taxonomy.theme(id.as_str()).is_none())
        {
            return Err(("themes", not_in_taxonomy(id)));
        }
        if let Some(id) = self
            .categories
            .iter()
            .find(|id| taxonomy.category(id.as_str()).is_none())
        {
            return Err(("categories", not_in_taxonomy(id)));
        }
        let is_source = |id: &&SourceId| sources.iter().any(|spec| spec.source.id == **id);
        if let Some(id) = self.sources.iter().find(|id| !is_source(id)) {
            return Err(("sources", format!("there is no source \"{id}\"")));
        }
        let filter = self
            .filter(taxonomy)
            .map_err(|problem| ("hours, weekdays", problem))?;
        let is_looked_at = |index: &usize| taxonomy.categories()[*index].is_detectable();
        if !filter.categories.iter().flatten().any(is_looked_at) {
            return Err((
                "categories",
                "no category is left that may be looked at: controls and the mere presence of people never are".to_owned(),
            ));
        }
        Ok(())
    }
}

/// Which observations belong to a stream.
#[derive(Debug)]
pub(crate) struct Wanted {
    categories: Vec<bool>,
    sources: Vec<bool>,
    /// Weekdays and hours that the whole span must lie in.
    times: Option<(BitSet, BitSet)>,
}

impl Wanted {
    /// True when the observation belongs to the stream.
    pub(crate) fn holds(&self, observation: &Observation) -> bool {
        self.categories[observation.category]
            && self.sources[observation.source]
            && self.times.is_none_or(|(weekdays, hours)| {
                weekday_hours(observation)
                    .all(|(weekday, hour)| weekdays.contains(weekday) && hours.contains(hour))
            })
    }
}
