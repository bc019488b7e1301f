//! What an alert is about.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Labels;
use crate::area::Area;
use crate::explanation;
use crate::hotspot::{Hotspot, HotspotId, HotspotKind, HotspotState};
use crate::interval::Interval;
use crate::notice::{Notice, NoticeKind};
use crate::position::LatLng;
use crate::report::word;
use crate::slug::{AreaId, OrganisationId, SourceId, ThemeId};
use crate::taxonomy::Taxonomy;

word!(
    /// What sort of thing an alert is about.
    Subject {
        /// A hotspot.
        Hotspot = "hotspot",
        /// A rule on plain facts.
        Fact = "fact",
        /// What makes the data doubtful: a silent source, a rise in the whole city.
        Notice = "notice",
        /// A Sofortmeldung that a person wrote.
        Bulletin = "bulletin",
        /// A request to talk about a phenomenon.
        Talk = "talk",
        /// A way that messages are sent by, which no longer works.
        Channel = "channel",
        /// A silence that ends soon.
        Silence = "silence",
    }
);

/// Everything that is known; a receiver gets a part of it as its content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// What sort of thing it is about.
    pub subject: Subject,
    /// What it is called, in German, without a place.
    pub title: String,
    /// The whole sentence that says it.
    pub sentence: String,
    /// The hotspot.
    pub hotspot: Option<HotspotId>,
    /// Its kind.
    pub kind: Option<HotspotKind>,
    /// Its state.
    pub state: Option<HotspotState>,
    /// True when a person has confirmed it.
    #[serde(default)]
    pub is_confirmed: bool,
    /// Nearest named place.
    pub place: Option<String>,
    /// The district.
    pub district: Option<AreaId>,
    /// The district's name.
    pub district_name: Option<String>,
    /// The centre.
    pub center: Option<LatLng>,
    /// The outline, a closed ring.
    #[serde(default)]
    pub outline: Vec<LatLng>,
    /// The days that it is about.
    pub period: Option<Interval>,
    /// Reports counted.
    pub observed: Option<f64>,
    /// Reports to be expected.
    pub expected: Option<f64>,
    /// Observed over expected.
    pub relative_risk: Option<f64>,
    /// Themes, the leading one first.
    #[serde(default)]
    pub themes: Vec<ThemeId>,
    /// Sources that it rests on.
    #[serde(default)]
    pub sources: Vec<SourceId>,
    /// The only ones who may be told, where it is not the gate that says who.
    #[serde(default)]
    pub addressees: Vec<OrganisationId>,
}

impl Facts {
    /// Of something with nothing but a title and a sentence.
    pub fn bare(subject: Subject, title: String, sentence: String) -> Self {
        Self {
            subject,
            title,
            sentence,
            hotspot: None,
            kind: None,
            state: None,
            is_confirmed: false,
            place: None,
            district: None,
            district_name: None,
            center: None,
            outline: Vec::new(),
            period: None,
            observed: None,
            expected: None,
            relative_risk: None,
            themes: Vec::new(),
            sources: Vec::new(),
            addressees: Vec::new(),
        }
    }
}

/// Whether something goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Firing {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// As before: what was not told is not worth beginning with.
    AsBefore,
}

/// Something that there is now, seen from the outside.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrence {
    /// Its identity.
    pub labels: Labels,
    /// Whether it goes on.
    pub firing: Firing,
    /// What is known.
    pub facts: Facts,
}

/// How a hotspot's state is put in an alert.
fn state_words(state: HotspotState) -> &'static str {
    match state {
        HotspotState::Emerging => "neu erkannt",
        HotspotState::Confirmed => "bestätigt",
        HotspotState::Persistent => "anhaltend",
        HotspotState::Cooling => "abklingend",
        HotspotState::Closed => "beendet",
        HotspotState::Dismissed => "verworfen",
    }
}

impl Occurrence {
    /// A hotspot; one that cools, is over or was dismissed begins no alert.
    pub fn of_hotspot(hotspot: &Hotspot, district: Option<&Area>, taxonomy: &Taxonomy) -> Self {
        let finding = &hotspot.finding;
        let firing = match hotspot.state {
            HotspotState::Emerging | HotspotState::Confirmed | HotspotState::Persistent => Firing::Yes,
            HotspotState::Cooling => Firing::AsBefore,
            HotspotState::Closed | HotspotState::Dismissed => Firing::No,
        };
        let mut themes: Vec<ThemeId> = Vec::new();
        for counted in &finding.categories {
            if let Some(category) = taxonomy.category(counted.category.as_str())
                && !themes.contains(&category.theme)
            {
                themes.push(category.theme.clone());
            }
        }
        let title = format!("{} {}", finding.kind.label(), state_words(hotspot.state));
        let facts = Facts {
            hotspot: Some(hotspot.id.clone()),
            kind: Some(finding.kind),
            state: Some(hotspot.state),
            is_confirmed: hotspot.is_confirmed(),
            place: Some(hotspot.place().to_owned()),
            district: district.map(|area| area.id.clone()),
            district_name: district.map(|area| area.name.clone()),
            center: Some(finding.center),
            outline: finding.outline.clone(),
            period: Some(finding.window),
            observed: Some(finding.observed),
            expected: Some(finding.expected),
            relative_risk: Some(finding.relative_risk),
            themes,
            sources: finding.sources.clone(),
            ..Facts::bare(Subject::Hotspot, title, explanation::sentence(finding, taxonomy))
        };
        let mut labels = vec![
            ("subject", Subject::Hotspot.to_string()),
            ("hotspot", hotspot.id.to_string()),
            ("kind", finding.kind.to_string()),
        ];
        labels.extend(district.map(|area| ("area", area.id.to_string())));
        Self {
            labels: Labels::of(labels),
            firing,
            facts,
        }
    }

    /// A notice about the data, if it is one that somebody is to be told of.
    pub fn of_notice(notice: &Notice) -> Option<Self> {
        let title = match notice.kind {
            NoticeKind::SilentSource => "Quelle meldet nichts mehr",
            NoticeKind::CityRise => "Anstieg in der ganzen Stadt",
            NoticeKind::DistrictRise => "Anstieg in einem Stadtbezirk",
            NoticeKind::PointMass | NoticeKind::VolumeChange => return None,
        };
        let sources: Vec<String> = notice.sources.iter().map(ToString::to_string).collect();
        Some(Self {
            labels: Labels::of([
                ("subject", Subject::Notice.to_string()),
                ("notice", notice.kind.to_string()),
                ("source", sources.join(",")),
                ("since", notice.since.to_string()),
            ]),
            firing: Firing::Yes,
            facts: Facts {
                observed: Some(notice.observed),
                expected: Some(notice.usual),
                sources: notice.sources.clone(),
                ..Facts::bare(Subject::Notice, title.to_owned(), notice.sentence.clone())
            },
        })
    }

    /// A way of sending that was switched off because nothing arrived by it any more.
    pub fn of_channel(channel: &str, owner: OrganisationId, since: Timestamp) -> Self {
        let sentence = format!(
            "Über „{channel}“ kam seit längerem nichts an. Es wird dort nichts mehr zugestellt, bis der Betrieb den Weg wieder \
             einschaltet; die Mitteilungen warten."
        );
        Self {
            labels: Labels::of([
                ("subject", Subject::Channel.to_string()),
                ("channel", channel.to_owned()),
                ("since", since.to_string()),
            ]),
            firing: Firing::Yes,
            facts: Facts {
                addressees: vec![owner],
                ..Facts::bare(Subject::Channel, "Zustellweg abgeschaltet".to_owned(), sentence)
            },
        }
    }
}
