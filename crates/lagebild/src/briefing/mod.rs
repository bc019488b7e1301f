//! What briefings say: from the picture, through the audience's view, to a document.

use std::sync::Arc;

use jiff::Timestamp;
use lagebild_briefing::{Document, Section};
use lagebild_domain::disclosure::Sight;
use lagebild_domain::{BriefingKind, OrganisationId, Period, View, german};
use lagebild_situation::Situation;
use lagebild_store::{Store, StoreError};

use crate::installation::Installation;

mod ground;
mod numbers;
mod places;
mod sections;
mod sentences;
mod writing;

use ground::CityMap;
use numbers::Numbers;
use places::{Places, Told};
pub(crate) use writing::write_orders;

/// How often a document is begun anew because the picture moved. A feed that never pauses is not waited for.
const MOST_ATTEMPTS: usize = 8;

/// What is to be written, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) kind: BriefingKind,
    pub(crate) period: Period,
    pub(crate) audience: OrganisationId,
    /// Of a dossier: the hotspot's id.
    pub(crate) subject: Option<String>,
}

/// Why a briefing cannot be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoBriefing {
    /// The order does not fit the kind, the audience or the data.
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl NoBriefing {
    fn refused(reason: impl std::fmt::Display) -> Self {
        Self::Refused(reason.to_string())
    }
}

/// Writes briefings.
#[derive(Debug, Clone)]
pub(crate) struct Editor {
    installation: Arc<Installation>,
    store: Store,
    situation: Arc<Situation>,
}

impl Editor {
    pub(crate) fn new(installation: Arc<Installation>, store: Store, situation: Arc<Situation>) -> Self {
        Self {
            installation,
            store,
            situation,
        }
    }

    /// The document that was ordered, from the picture as it stands. One that the picture moved under is begun anew, so that
    /// all of its figures speak of the revision on its pages.
    pub(crate) async fn document(&self, order: &Order) -> Result<Document, NoBriefing> {
        let mut revision = self.situation.revision();
        let mut document = self.attempt(order).await?;
        for _ in 1..MOST_ATTEMPTS {
            if self.situation.revision() == revision {
                break;
            }
            revision = self.situation.revision();
            document = self.attempt(order).await?;
        }
        Ok(document)
    }

    async fn attempt(&self, order: &Order) -> Result<Document, NoBriefing> {
        let Order { kind, period, .. } = *order;
        if !kind.takes(period) {
            return Err(NoBriefing::refused(format!(
                "{kind} speaks of {}, not of {period}",
                kind.periods()
            )));
        }
        let view = View::of_audience(
            &order.audience,
            self.situation.vocabulary().sources(),
            &self.installation.releases(),
            Timestamp::now(),
        );
        let sight = view.sight().map_err(|why| {
            NoBriefing::refused(format!(
                "no briefing for the audience \"{}\": {why}",
                order.audience
            ))
        })?;
        let numbers = Numbers::of(&self.situation, sight, period).map_err(NoBriefing::Refused)?;
        let places = match sight {
            Sight::Records(scope) => Some(Places::of(&self.store, &self.situation, scope, period).await?),
            Sight::Counts(_) => None,
        };
        let map = CityMap::of(&self.installation, &self.situation);
        let sections = match kind {
            BriefingKind::Daily => sections::daily(&numbers, places.as_ref(), &map),
            BriefingKind::Weekly | BriefingKind::Monthly | BriefingKind::Controlling => {
                sections::weekly(&numbers, places.as_ref(), &map)
            }
            BriefingKind::Dossier => {
                let (told, places) = Self::told(order, places.as_ref())?;
                sections::dossier(told, &numbers, places, &map)
            }
            BriefingKind::Project | BriefingKind::Public => {
                return Err(NoBriefing::refused(format!(
                    "briefings of the kind {kind} cannot be written yet; daily, weekly, monthly, dossier and controlling can"
                )));
            }
        };
        Ok(self.bound(order, &numbers, places.as_ref(), sections))
    }

    /// The hotspot that a dossier is about, among those of the period.
    fn told<'a>(order: &Order, places: Option<&'a Places>) -> Result<(&'a Told, &'a Places), NoBriefing> {
        let places = places.ok_or_else(|| {
            NoBriefing::refused(
                "this audience reads published weeks; dossiers are for audiences that see records",
            )
        })?;
        let id = order.subject.as_deref().ok_or_else(|| {
            NoBriefing::refused("a dossier is about one hotspot: give its id as the subject")
        })?;
        let told = places
            .told
            .iter()
            .find(|told| told.hotspot.id.0 == id)
            .ok_or_else(|| {
                NoBriefing::refused(format!(
                    "there is no hotspot {id:?} in {} that this audience sees",
                    order.period
                ))
            })?;
        Ok((told, places))
    }

    /// Sections as a document, with what stands on every page.
    fn bound(
        &self,
        order: &Order,
        numbers: &Numbers,
        places: Option<&Places>,
        sections: Vec<Section>,
    ) -> Document {
        let config = &self.installation.config;
        let subject = Self::told(order, places).ok().map(|(told, _)| told);
        let audience = config
            .partnership
            .name_of(&order.audience)
            .map_or_else(|| order.audience.to_string(), str::to_owned);
        Document {
            title: match subject {
                Some(told) => format!("{}: {}", order.kind.label(), told.name()),
                None => order.kind.label().to_owned(),
            },
            period: order.period.label(),
            city: config.area.name.clone(),
            watermark: if config.demo { "Erfundene Daten" } else { &audience }.to_owned(),
            audience,
            mark: numbers.mark.clone(),
            stamp: format!("{} · Stand {}", numbers.stamp, german::date(numbers.as_of)),
            as_of: numbers.as_of,
            notice: config.demo.then(|| {
                "Demo: Alle Meldungen, Vorfälle, Straßen und Umrisse in diesem Dokument sind erfunden."
                    .to_owned()
            }),
            lead: match subject {
                Some(_) => Vec::new(),
                None => sentences::five(order.period, numbers, places),
            },
            sections,
            is_one_page: order.kind == BriefingKind::Daily,
        }
    }
}
