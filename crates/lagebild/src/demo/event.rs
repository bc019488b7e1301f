//! One invented entry of a feed, before it is written as a row.

use jiff::Timestamp;

use super::plane::LatLng;

/// The three feeds of the demo city.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Feed {
    /// Complaints to the city.
    Maengelmelder,
    /// Recorded offences, accidents and results of controls.
    Polizei,
    /// Perceived safety: surveys, Quartierslabore, an online map.
    Wahrnehmung,
}

impl Feed {
    pub(crate) const ALL: [Self; 3] = [Self::Maengelmelder, Self::Polizei, Self::Wahrnehmung];

    /// Id of its source in the demo's configuration.
    pub(crate) fn source_id(self) -> &'static str {
        match self {
            Self::Maengelmelder => "maengelmelder",
            Self::Polizei => "polizei",
            Self::Wahrnehmung => "wahrnehmung",
        }
    }

    /// The feed's file name; the part before the dot is its table in `data/demo/categories.toml`.
    pub(crate) fn file_name(self) -> &'static str {
        match self {
            Self::Maengelmelder => "maengelmelder.csv",
            Self::Polizei => "polizei.csv",
            Self::Wahrnehmung => "wahrnehmung.geojson",
        }
    }

    /// How the feed's numbers begin; "DEMO" marks each as invented.
    pub(crate) fn number_prefix(self) -> &'static str {
        match self {
            Self::Maengelmelder => "DEMO-MM",
            Self::Polizei => "DEMO-PV",
            Self::Wahrnehmung => "DEMO-WN",
        }
    }
}

/// How far a complaint has been dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Open,
    InProgress,
    Closed,
    Rejected,
}

impl Status {
    /// The feed's own word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Open => "offen",
            Self::InProgress => "in Bearbeitung",
            Self::Closed => "erledigt",
            Self::Rejected => "nicht zuständig",
        }
    }
}

/// How exactly the place is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Precision {
    Point,
    Street,
    None,
}

impl Precision {
    /// The feed's own word; none where there is no coordinate.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Point => "Adresse",
            Self::Street => "Straße",
            Self::None => "",
        }
    }
}

/// Where a perception was gathered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    Umfrage,
    Quartierslabor,
    OnlineKarte,
}

impl Channel {
    /// The feed's own word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Umfrage => "Umfrage",
            Self::Quartierslabor => "Quartierslabor",
            Self::OnlineKarte => "Online-Karte",
        }
    }
}

/// One entry of one feed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DemoEvent {
    pub(crate) feed: Feed,
    /// The feed's own number, unique within it.
    pub(crate) number: String,
    /// The feed's own word for what it is about.
    pub(crate) word: &'static str,
    /// The category of the taxonomy that the word is mapped to.
    pub(crate) category: &'static str,
    /// PKS key, where the police record has one.
    pub(crate) pks: Option<&'static str>,
    /// Found by a control rather than reported.
    pub(crate) is_control: bool,
    pub(crate) occurred_from: Timestamp,
    /// Equal to the start unless only a span is known.
    pub(crate) occurred_to: Timestamp,
    pub(crate) reported_at: Timestamp,
    pub(crate) status: Status,
    pub(crate) place: String,
    pub(crate) position: Option<LatLng>,
    pub(crate) precision: Precision,
    pub(crate) text: Option<String>,
    /// Of perceptions only.
    pub(crate) channel: Option<Channel>,
    /// Hidden truth, never exported: events with one number are one happening.
    pub(crate) truth: Option<u64>,
    /// Hidden truth, never exported: the planted spot that the event belongs to.
    pub(crate) plant: Option<&'static str>,
}
