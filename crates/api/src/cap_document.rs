//! Documents of the Common Alerting Protocol 1.2 (OASIS, `urn:oasis:names:tc:emergency:cap:1.2`).

use std::fmt::Write as _;

use jiff::Timestamp;
use lagebild_domain::alert::{Content, Subject};
use lagebild_domain::{AlertId, HotspotKind, HotspotState, LatLng, german};
use lagebild_store::CapRecord;
use serde::{Deserialize, Serialize};

/// Days after which a document is no longer current.
const HOLDS_DAYS: i64 = 14;

/// Who may read a document that is addressed to nobody by name.
const RESTRICTION: &str = "Nur für Träger und Partner des Lagebilds, denen es mitgeteilt wurde.";

/// What a document says; it is kept as this, and written as XML when it is asked for.
///
/// `scope` is never `Public`, and there is no document that no person released.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CapDocument {
    /// Unique for the sender; no spaces, commas, `<` or `&`.
    pub identifier: String,
    /// Who sends it.
    pub sender: String,
    /// When it was released.
    pub sent: Timestamp,
    /// `Actual`, or `Exercise` where the data are invented.
    pub status: String,
    /// `Alert`, `Update` or `Cancel`.
    pub message_type: String,
    /// Whom it is addressed to; none for `Restricted`: everybody who was told the alert.
    pub addresses: Option<String>,
    /// Earlier documents, as `sender,identifier,sent` separated by spaces.
    pub references: Option<String>,
    /// Why it was taken back.
    pub note: Option<String>,
    /// Name of the sender for people.
    pub sender_name: String,
    /// What the receivers may know.
    pub content: Content,
    /// Name of the city, where no district is named.
    pub city: String,
    /// Where more is to be found.
    pub web: String,
}

/// What a person releases as a document.
#[derive(Debug, Clone, PartialEq)]
pub struct CapIssue {
    /// The alert.
    pub alert: AlertId,
    /// What the receivers may know of it.
    pub content: Content,
    /// The only receiver; none for everybody who was told.
    pub addresses: Option<String>,
    /// Name of the organisation that releases it.
    pub sender_name: String,
    /// When.
    pub sent: Timestamp,
    /// The reason, where it takes the earlier ones back.
    pub cancels: Option<String>,
    /// The sender's address.
    pub sender: String,
    /// The city.
    pub city: String,
    /// Where the server is reached.
    pub address: String,
    /// True for invented data.
    pub is_exercise: bool,
}

impl CapIssue {
    /// The document under its number, behind the earlier ones of the same alert.
    pub fn record(self, number: u64, earlier: &[CapRecord]) -> CapRecord {
        let references: Vec<String> = earlier
            .iter()
            .filter_map(CapDocument::of)
            .filter(|known| known.addresses == self.addresses)
            .map(|known| known.reference())
            .collect();
        let message_type = match (&self.cancels, references.is_empty()) {
            (Some(_), _) => "Cancel",
            (None, true) => "Alert",
            (None, false) => "Update",
        };
        let document = CapDocument {
            identifier: format!("lagebild-{}-{number}", self.alert),
            sender: self.sender,
            sent: self.sent,
            status: if self.is_exercise { "Exercise" } else { "Actual" }.to_owned(),
            message_type: message_type.to_owned(),
            addresses: self.addresses,
            references: (!references.is_empty()).then(|| references.join(" ")),
            note: self.cancels,
            sender_name: self.sender_name,
            content: self.content,
            city: self.city,
            web: format!("{}/#alert={}", self.address, self.alert),
        };
        CapRecord {
            id: document.identifier.clone(),
            alert: self.alert,
            sent_at: self.sent,
            body: serde_json::to_string(&document).unwrap_or_default(),
        }
    }
}

/// An instant as CAP has it: with its offset, without fractions or `Z`.
pub(crate) fn cap_time(at: Timestamp) -> String {
    let zoned = at.to_zoned(german::zone());
    let text = zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    // UTC is `-00:00`.
    text.strip_suffix("+00:00")
        .map_or(text.clone(), |time| format!("{time}-00:00"))
}

impl CapDocument {
    /// The document of a record; none where a later version wrote it.
    pub fn of(record: &CapRecord) -> Option<Self> {
        serde_json::from_str(&record.body).ok()
    }

    /// How others refer to it.
    pub fn reference(&self) -> String {
        format!("{},{},{}", self.sender, self.identifier, cap_time(self.sent))
    }

    fn category(&self) -> &'static str {
        match (self.content.subject, self.content.kind) {
            (Subject::Bulletin, _) | (_, Some(HotspotKind::Brennpunkt)) => "Security",
            (_, Some(HotspotKind::Angstraum)) => "Safety",
            (_, Some(HotspotKind::Unfallhaeufung)) => "Transport",
            _ => "Other",
        }
    }

    fn certainty(&self) -> &'static str {
        match (self.content.subject, self.content.state) {
            (Subject::Bulletin | Subject::Fact, _) | (_, Some(HotspotState::Confirmed)) => "Observed",
            (_, Some(_)) => "Likely",
            _ => "Unknown",
        }
    }

    fn event(&self) -> &'static str {
        match (self.content.subject, self.content.kind) {
            (_, Some(kind)) => kind.label(),
            (Subject::Bulletin, _) => "Sofortmeldung",
            (Subject::Talk, _) => "Gesprächsbitte",
            (Subject::Fact, _) => "Regel",
            _ => "Hinweis",
        }
    }

    /// The document as XML, its elements in the order of the schema.
    pub fn xml(&self) -> String {
        let mut xml = Xml::default();
        xml.open("alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"");
        xml.leaf("identifier", &self.identifier);
        xml.leaf("sender", &self.sender);
        xml.leaf("sent", &cap_time(self.sent));
        xml.leaf("status", &self.status);
        xml.leaf("msgType", &self.message_type);
        if let Some(addresses) = &self.addresses {
            xml.leaf("scope", "Private");
            xml.leaf("addresses", addresses);
        } else {
            xml.leaf("scope", "Restricted");
            xml.leaf("restriction", RESTRICTION);
        }
        if let Some(note) = &self.note {
            xml.leaf("note", note);
        }
        if let Some(references) = &self.references {
            xml.leaf("references", references);
        }
        let content = &self.content;
        xml.open("info");
        xml.leaf("language", "de-DE");
        xml.leaf("category", self.category());
        xml.leaf("event", self.event());
        xml.leaf(
            "urgency",
            if self.message_type == "Cancel" {
                "Past"
            } else {
                "Expected"
            },
        );
        xml.leaf("severity", "Minor");
        xml.leaf("certainty", self.certainty());
        let expires = self
            .sent
            .checked_add(jiff::SignedDuration::from_hours(24 * HOLDS_DAYS));
        xml.leaf("expires", &cap_time(expires.unwrap_or(self.sent)));
        xml.leaf("senderName", &self.sender_name);
        xml.leaf("headline", &content.headline);
        xml.leaf("description", &content.text);
        xml.leaf("web", &self.web);
        xml.open("area");
        let district = content
            .district_name
            .as_ref()
            .map(|name| format!("Stadtbezirk {name}"));
        let place = content
            .place
            .clone()
            .or(district)
            .unwrap_or_else(|| self.city.clone());
        xml.leaf("areaDesc", &place);
        if content.outline.len() > 3 {
            xml.leaf("polygon", &ring(&content.outline));
        }
        xml.close("area");
        xml.close("info");
        xml.close("alert");
        xml.0
    }
}

/// `lat,lng lat,lng …`, closed: latitude first, unlike GeoJSON.
fn ring(outline: &[LatLng]) -> String {
    let mut pairs: Vec<String> = outline
        .iter()
        .map(|at| format!("{:.6},{:.6}", at.lat_degrees(), at.lng_degrees()))
        .collect();
    if pairs.first() != pairs.last() {
        pairs.extend(pairs.first().cloned());
    }
    pairs.join(" ")
}

/// XML as it is written here: elements with text, nothing else.
#[derive(Debug)]
pub(crate) struct Xml(pub(crate) String);

impl Default for Xml {
    fn default() -> Self {
        Self("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned())
    }
}

impl Xml {
    /// An element with what stands in its tag.
    pub(crate) fn open(&mut self, tag: &str) {
        self.0.push('<');
        self.0.push_str(tag);
        self.0.push_str(">\n");
    }

    pub(crate) fn close(&mut self, name: &str) {
        // Writing to a text cannot fail.
        let _ = writeln!(self.0, "</{name}>");
    }

    pub(crate) fn leaf(&mut self, name: &str, text: &str) {
        let _ = writeln!(self.0, "<{name}>{}</{name}>", escaped(text));
    }

    /// An element without content.
    pub(crate) fn empty(&mut self, tag: &str) {
        let _ = writeln!(self.0, "<{tag}/>");
    }
}

/// Text for an element or an attribute; what XML 1.0 cannot hold is left out.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(letter),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_carry_their_offset_and_latitude_comes_first() {
        // Hand-reckoned from the standard: summer time is two hours ahead of UTC.
        assert_eq!(
            cap_time("2026-07-01T10:00:00.5Z".parse().unwrap()),
            "2026-07-01T12:00:00+02:00"
        );
        assert_eq!(
            cap_time("2026-11-22T10:00:00Z".parse().unwrap()),
            "2026-11-22T11:00:00+01:00"
        );
        let at = |lat, lng| LatLng::new(lat, lng).unwrap();
        assert_eq!(
            ring(&[at(51.0, 7.0), at(51.0, 8.0), at(52.0, 8.0)]),
            "51.000000,7.000000 51.000000,8.000000 52.000000,8.000000 51.000000,7.000000"
        );
        assert_eq!(escaped("a<b>&\u{1}\"c\""), "a&lt;b&gt;&amp;&quot;c&quot;");
    }
}
