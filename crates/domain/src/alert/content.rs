//! What one receiver gets of an alert.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Correction, Facts, Subject};
use crate::disclosure::AlertShown;
use crate::hotspot::{HotspotId, HotspotKind, HotspotState};
use crate::position::LatLng;
use crate::slug::AreaId;

/// Between a correction and what was said first.
const AT_FIRST: &str = " Zuerst hieß es: ";

/// What the gate let through. A field that was not released is absent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// What sort of thing it is about.
    pub subject: Subject,
    /// One German line: what, and where as far as released.
    pub headline: String,
    /// German sentences, as far as released.
    pub text: String,
    /// The hotspot, for whoever sees it on the map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hotspot: Option<HotspotId>,
    /// Its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<HotspotKind>,
    /// Its state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<HotspotState>,
    /// The district.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub district: Option<AreaId>,
    /// The district's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub district_name: Option<String>,
    /// Name of the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The centre.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub center: Option<LatLng>,
    /// The outline, a closed ring.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outline: Vec<LatLng>,
    /// Start of the days that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// End of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    /// Reports counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed: Option<f64>,
    /// Reports to be expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<f64>,
    /// What a person has put right since it was first told; the text says it too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<String>,
}

impl Content {
    /// With what a person has put right before all else; an earlier correction gives way to the last.
    #[must_use]
    pub fn corrected(self, correction: Option<&Correction>) -> Self {
        let Some(correction) = correction else { return self };
        let first = self.text.rsplit(AT_FIRST).next().unwrap_or_default();
        Self {
            text: format!("Berichtigung: {}{AT_FIRST}{first}", correction.text),
            correction: Some(correction.text.clone()),
            ..self
        }
    }

    /// The part of the facts that may be told.
    pub(super) fn of(facts: &Facts, shown: AlertShown) -> Self {
        let place = facts.place.clone().filter(|_| shown.place);
        let district = facts
            .district_name
            .as_ref()
            .map(|name| format!("Stadtbezirk {name}"));
        let whereabouts = place
            .clone()
            .map(|place| format!("„{place}“"))
            .or_else(|| district.clone());
        let headline = match &whereabouts {
            Some(whereabouts) => format!("{}: {whereabouts}", facts.title),
            None => facts.title.clone(),
        };
        let text = if shown.is_whole {
            facts.sentence.clone()
        } else {
            let place = match (&place, &district) {
                (Some(place), Some(district)) => format!("bei „{place}“, {district}"),
                (Some(place), None) => format!("bei „{place}“"),
                (None, Some(district)) => format!("im {district}"),
                (None, None) => "im Stadtgebiet".to_owned(),
            };
            format!(
                "{} {place}. Mehr ist Ihnen dazu nicht freigegeben; Auskunft gibt die Geschäftsführung des Lagebilds.",
                facts.title
            )
        };
        let period = facts.period.filter(|_| shown.period);
        Self {
            subject: facts.subject,
            headline,
            text,
            hotspot: facts.hotspot.clone().filter(|_| shown.is_whole),
            kind: facts.kind,
            state: facts.state,
            district: facts.district.clone(),
            district_name: facts.district_name.clone(),
            place,
            center: facts.center.filter(|_| shown.outline),
            outline: if shown.outline {
                facts.outline.clone()
            } else {
                Vec::new()
            },
            from: period.map(|period| period.from()),
            to: period.map(|period| period.to()),
            observed: facts.observed.filter(|_| shown.figures),
            expected: facts.expected.filter(|_| shown.figures),
            correction: None,
        }
    }
}
