//! Freigaben: what the owner of data lets another organisation see.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::hotspot::HotspotKind;
use crate::publication::{Cut, LEAST_SMALLEST_COUNT, Priority, SmallestCount};
use crate::report::word;
use crate::slug::{AreaId, CategoryId, OrganisationId, ReleaseId, SourceId};
use crate::source::Source;

word!(
    /// The finest place that is shown of a released record. The order is from fine to coarse.
    Finest {
        /// Its point, as the owner sees it.
        Point = "point",
        /// The cell of about 130 m (H3 resolution 10) that it lies in; never drawn as a point.
        Cell = "cell",
        /// Its district.
        District = "district",
    }
);

word!(
    /// A field that a release may hand over: of a record besides kind, category, time and status, of an alert besides kind and
    /// district.
    Field {
        /// The place in words.
        Place = "place",
        /// The free text.
        Text = "text",
        /// Of an alert: the days that it is about.
        Period = "period",
        /// Of an alert: how many reports there are, and how many were to be expected.
        Figures = "figures",
    }
);

/// Resolution of the cells of a publication: H3 6 (36 km²) to 9 (0.1 km²).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct PublicResolution(u8);

/// A resolution that is too fine or too coarse to publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("resolution {0} is not one that counts are published at; give 6, 7, 8 or 9")]
pub struct InvalidPublicResolution(pub u8);

impl TryFrom<u8> for PublicResolution {
    type Error = InvalidPublicResolution;
    fn try_from(resolution: u8) -> Result<Self, InvalidPublicResolution> {
        (6..=9)
            .contains(&resolution)
            .then_some(Self(resolution))
            .ok_or(InvalidPublicResolution(resolution))
    }
}

impl From<PublicResolution> for u8 {
    fn from(resolution: PublicResolution) -> Self {
        resolution.0
    }
}

/// In which form a release hands data over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Terms {
    /// Single records, to the receiver's analysts.
    Records {
        /// The finest place shown.
        precision: Finest,
        /// Fields handed over besides kind, category, time and status.
        fields: BTreeSet<Field>,
    },
    /// Alerts about hotspots that a person has confirmed.
    Alerts {
        /// What sorts of hotspots.
        kinds: BTreeSet<HotspotKind>,
        /// [`Finest::Point`] for the outline, else the district only.
        precision: Finest,
        /// Fields handed over besides kind, state and district.
        fields: BTreeSet<Field>,
    },
    /// Counts of closed weeks, to everyone of the receiver who is no analyst.
    Counts {
        /// How they are cut.
        cut: Cut,
        /// Resolution of the cells; without one, counts are by district only.
        resolution: Option<PublicResolution>,
    },
}

/// A Freigabe: the owner of sources lets an organisation see a part of them, for a purpose and until a day.
///
/// ```
/// use lagebild_domain::Release;
///
/// let release: Release = serde_json::from_str(
///     r#"{"id": "f-7", "owner": "polizei", "to": "bundespolizei", "sources": ["delikte"], "areas": ["mitte"],
///         "as": "counts", "smallest_count": 5, "priority": "place", "resolution": 8,
///         "purpose": "Gemeinsame Streifen am Bahnhof", "until": "2027-06-30", "approved_by": "Geschäftsführung"}"#,
/// )
/// .unwrap();
/// assert!(release.is_in_force("2027-06-30".parse().unwrap()));
/// assert!(!release.is_in_force("2027-07-01".parse().unwrap()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Words", into = "Words")]
pub struct Release {
    /// Its id.
    pub id: ReleaseId,
    /// The organisation that owns the sources.
    pub owner: OrganisationId,
    /// The organisation that may see.
    pub to: OrganisationId,
    /// What is released.
    pub sources: BTreeSet<SourceId>,
    /// Categories; empty for all.
    pub categories: BTreeSet<CategoryId>,
    /// Areas; empty for everywhere, records without a place included.
    pub areas: BTreeSet<AreaId>,
    /// Days after a happening before it is shown.
    pub delay_days: u16,
    /// In which form.
    pub terms: Terms,
    /// What the receiver may use it for.
    pub purpose: String,
    /// First day in force; from the start without one.
    pub from: Option<Date>,
    /// Last day in force.
    pub until: Date,
    /// Who decided it.
    pub approved_by: String,
}

word!(
    /// The word for the form of a release.
    Form {
        /// [`Terms::Records`].
        Records = "records",
        /// [`Terms::Counts`].
        Counts = "counts",
        /// [`Terms::Alerts`].
        Alerts = "alerts",
    }
);

/// A release as it is written down, in configuration and JSON: flat.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    id: ReleaseId,
    owner: OrganisationId,
    to: OrganisationId,
    sources: BTreeSet<SourceId>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    categories: BTreeSet<CategoryId>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    areas: BTreeSet<AreaId>,
    #[serde(default)]
    delay_days: u16,
    #[serde(rename = "as")]
    form: Form,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    precision: Option<Finest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fields: Option<BTreeSet<Field>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kinds: Option<BTreeSet<HotspotKind>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    smallest_count: Option<SmallestCount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    priority: Option<Priority>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resolution: Option<PublicResolution>,
    purpose: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<Date>,
    until: Date,
    approved_by: String,
}

impl TryFrom<Words> for Release {
    type Error = InvalidRelease;
    fn try_from(words: Words) -> Result<Self, InvalidRelease> {
        let id = &words.id;
        let terms = match words.form {
            Form::Records => {
                let foreign = [
                    ("kinds", words.kinds.is_some()),
                    ("smallest_count", words.smallest_count.is_some()),
                    ("priority", words.priority.is_some()),
                    ("resolution", words.resolution.is_some()),
                ];
                refuse(id, words.form, &foreign)?;
                Terms::Records {
                    precision: words.precision.unwrap_or(Finest::Point),
                    fields: fields(id, words.form, words.fields, &[Field::Place, Field::Text])?,
                }
            }
            Form::Alerts => {
                let foreign = [
                    ("smallest_count", words.smallest_count.is_some()),
                    ("priority", words.priority.is_some()),
                    ("resolution", words.resolution.is_some()),
                    ("categories", !words.categories.is_empty()),
                    ("delay_days", words.delay_days > 0),
                    ("precision = \"cell\"", words.precision == Some(Finest::Cell)),
                ];
                refuse(id, words.form, &foreign)?;
                let possible = [Field::Place, Field::Period, Field::Figures];
                Terms::Alerts {
                    kinds: words
                        .kinds
                        .filter(|kinds| !kinds.is_empty())
                        .ok_or_else(|| InvalidRelease::NoKind(id.clone()))?,
                    precision: words.precision.unwrap_or(Finest::District),
                    fields: fields(id, words.form, words.fields, &possible)?,
                }
            }
            Form::Counts => {
                let foreign = [
                    ("kinds", words.kinds.is_some()),
                    ("precision", words.precision.is_some()),
                    ("fields", words.fields.is_some()),
                ];
                refuse(id, words.form, &foreign)?;
                Terms::Counts {
                    cut: Cut {
                        smallest_count: words
                            .smallest_count
                            .ok_or_else(|| InvalidRelease::NoSmallestCount(id.clone()))?,
                        priority: words.priority.unwrap_or(Priority::Place),
                    },
                    resolution: words.resolution,
                }
            }
        };
        if words.sources.is_empty() {
            return Err(InvalidRelease::NoSource(id.clone()));
        }
        if words.from.is_some_and(|from| words.until < from) {
            return Err(InvalidRelease::EndsBeforeItBegins(id.clone()));
        }
        if words.purpose.trim().is_empty() || words.approved_by.trim().is_empty() {
            return Err(InvalidRelease::Unfounded(id.clone()));
        }
        Ok(Self {
            id: words.id,
            owner: words.owner,
            to: words.to,
            sources: words.sources,
            categories: words.categories,
            areas: words.areas,
            delay_days: words.delay_days,
            terms,
            purpose: words.purpose,
            from: words.from,
            until: words.until,
            approved_by: words.approved_by,
        })
    }
}

fn refuse(id: &ReleaseId, form: Form, foreign: &[(&'static str, bool)]) -> Result<(), InvalidRelease> {
    match foreign.iter().find(|(_, is_given)| *is_given) {
        None => Ok(()),
        Some((key, _)) => Err(InvalidRelease::ForeignKey {
            release: id.clone(),
            key,
            form: form.as_str(),
        }),
    }
}

/// The fields of a release, all of which its form knows.
fn fields(
    id: &ReleaseId,
    form: Form,
    given: Option<BTreeSet<Field>>,
    possible: &[Field],
) -> Result<BTreeSet<Field>, InvalidRelease> {
    let given = given.unwrap_or_default();
    match given.iter().find(|field| !possible.contains(field)) {
        None => Ok(given),
        Some(field) => Err(InvalidRelease::ForeignField {
            release: id.clone(),
            field: *field,
            form: form.as_str(),
        }),
    }
}

impl From<Release> for Words {
    fn from(release: Release) -> Self {
        let mut words = Self {
            id: release.id,
            owner: release.owner,
            to: release.to,
            sources: release.sources,
            categories: release.categories,
            areas: release.areas,
            delay_days: release.delay_days,
            form: Form::Records,
            precision: None,
            fields: None,
            kinds: None,
            smallest_count: None,
            priority: None,
            resolution: None,
            purpose: release.purpose,
            from: release.from,
            until: release.until,
            approved_by: release.approved_by,
        };
        match release.terms {
            Terms::Records { precision, fields } => {
                words.precision = Some(precision);
                words.fields = Some(fields);
            }
            Terms::Alerts {
                kinds,
                precision,
                fields,
            } => {
                words.form = Form::Alerts;
                words.kinds = Some(kinds);
                words.precision = Some(precision);
                words.fields = Some(fields);
            }
            Terms::Counts { cut, resolution } => {
                words.form = Form::Counts;
                words.smallest_count = Some(cut.smallest_count);
                words.priority = Some(cut.priority);
                words.resolution = resolution;
            }
        }
        words
    }
}

/// A release that cannot be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRelease {
    /// A source that is not configured.
    #[error("release {release}: there is no source \"{source_id}\"; there are: {known}")]
    UnknownSource {
        /// The release.
        release: ReleaseId,
        /// The source that it names.
        source_id: SourceId,
        /// Those that there are.
        known: String,
    },
    /// A source of somebody else.
    #[error("release {release}: {source_id} belongs to {owner}, and only its owner releases it")]
    NotTheOwner {
        /// The release.
        release: ReleaseId,
        /// The source that it names.
        source_id: SourceId,
        /// Who owns it.
        owner: OrganisationId,
    },
    /// A key that says nothing in this form.
    #[error("release {release}: `{key}` says nothing with as = \"{form}\"")]
    ForeignKey {
        /// The release.
        release: ReleaseId,
        /// The key.
        key: &'static str,
        /// The form's word.
        form: &'static str,
    },
    /// A field that this form does not have.
    #[error("release {release}: the field \"{field}\" says nothing with as = \"{form}\"")]
    ForeignField {
        /// The release.
        release: ReleaseId,
        /// The field.
        field: Field,
        /// The form's word.
        form: &'static str,
    },
    /// Alerts about nothing.
    #[error("release {0}: as = \"alerts\" needs `kinds`, such as [\"brennpunkt\"]")]
    NoKind(ReleaseId),
    /// Counts without a smallest one.
    #[error("release {0}: as = \"counts\" needs `smallest_count`, at least {LEAST_SMALLEST_COUNT}")]
    NoSmallestCount(ReleaseId),
    /// No source at all.
    #[error("release {0}: names no source")]
    NoSource(ReleaseId),
    /// The last day lies before the first.
    #[error("release {0}: ends before it begins")]
    EndsBeforeItBegins(ReleaseId),
    /// No purpose or nobody who decided it.
    #[error("release {0}: `purpose` and `approved_by` must say something")]
    Unfounded(ReleaseId),
}

impl Release {
    /// True on the days from its first to its last.
    pub fn is_in_force(&self, today: Date) -> bool {
        self.from.is_none_or(|from| from <= today) && today <= self.until
    }

    /// True when single records go along, not counts.
    pub fn hands_over_records(&self) -> bool {
        matches!(self.terms, Terms::Records { .. })
    }

    /// Holds the release against the configured sources.
    ///
    /// # Errors
    /// [`InvalidRelease`] with what is wrong.
    pub fn check(&self, sources: &[Source]) -> Result<(), InvalidRelease> {
        for id in &self.sources {
            let source = sources.iter().find(|source| source.id == *id).ok_or_else(|| {
                InvalidRelease::UnknownSource {
                    release: self.id.clone(),
                    source_id: id.clone(),
                    known: sources
                        .iter()
                        .map(|source| source.id.as_str())
                        .collect::<Vec<_>>()
                        .join(", "),
                }
            })?;
            if source.owner != self.owner {
                return Err(InvalidRelease::NotTheOwner {
                    release: self.id.clone(),
                    source_id: id.clone(),
                    owner: source.owner.clone(),
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Kind;
    use crate::source::Regime;

    const RECORDS: &str = r#""as": "records", "fields": ["place", "text"]"#;
    const COUNTS: &str = r#""as": "counts", "smallest_count": 5, "priority": "place", "resolution": 8"#;

    const ALERTS: &str =
        r#""as": "alerts", "kinds": ["brennpunkt"], "areas": ["mitte"], "fields": ["place", "period"]"#;

    fn source(id: &str, owner: &str) -> Source {
        Source {
            id: SourceId::new(id).unwrap(),
            label: id.to_owned(),
            owner: OrganisationId::new(owner).unwrap(),
            kind: Kind::Complaint,
            controller: owner.to_owned(),
            regime: Regime::Dsgvo,
            purpose: String::new(),
            legal_basis: String::new(),
            marking: None,
            retention_days: 365,
            retention_days_by_category: std::collections::BTreeMap::new(),
        }
    }

    fn sources() -> [Source; 2] {
        [source("maengel", "stadt"), source("delikte", "polizei")]
    }

    /// A release of one source, with more or other keys.
    fn release(source: &str, owner: &str, to: &str, more: &str) -> Release {
        serde_json::from_str(&format!(
            r#"{{"id": "f", "owner": "{owner}", "to": "{to}", "sources": ["{source}"], "purpose": "Lagebild",
                "until": "2026-12-31", "approved_by": "Geschäftsführung", {more}}}"#
        ))
        .unwrap()
    }

    #[test]
    fn a_release_must_come_from_the_owner() {
        assert_eq!(
            release("delikte", "polizei", "zoll", COUNTS).check(&sources()),
            Ok(())
        );
        assert!(matches!(
            release("delikte", "stadt", "zoll", COUNTS).check(&sources()),
            Err(InvalidRelease::NotTheOwner { .. })
        ));
        assert!(matches!(
            release("nichts", "stadt", "zoll", COUNTS).check(&sources()),
            Err(InvalidRelease::UnknownSource { .. })
        ));
    }

    #[test]
    fn a_release_says_what_is_wrong_with_it() {
        let read = |more: &str| {
            let text = format!(
                r#"{{"id": "f", "owner": "a", "to": "b", "sources": ["s"], "purpose": "p", "until": "2026-12-31",
                    "approved_by": "x", {more}}}"#
            );
            serde_json::from_str::<Release>(&text).map_err(|error| error.to_string())
        };
        assert!(read(COUNTS).is_ok() && read(RECORDS).is_ok());
        for (more, problem) in [
            (r#""as": "counts""#, "needs `smallest_count`"),
            (r#""as": "counts", "smallest_count": 2"#, "protects nobody"),
            (
                r#""as": "counts", "smallest_count": 5, "fields": ["text"]"#,
                "`fields` says nothing",
            ),
            (r#""as": "records", "resolution": 8"#, "`resolution` says nothing"),
            (
                r#""as": "records", "from": "2027-01-01""#,
                "ends before it begins",
            ),
            (r#""as": "alerts""#, "needs `kinds`"),
            (
                r#""as": "alerts", "kinds": ["brennpunkt"], "fields": ["text"]"#,
                "\"text\" says nothing",
            ),
            (
                r#""as": "alerts", "kinds": ["brennpunkt"], "precision": "cell""#,
                "says nothing",
            ),
            (r#""as": "records", "grain": 8"#, "unknown field `grain`"),
            (
                r#""as": "counts", "smallest_count": 5, "resolution": 10"#,
                "resolution 10",
            ),
        ] {
            let error = read(more).unwrap_err();
            assert!(error.contains(problem), "{more}: {error}");
        }
    }

    #[test]
    fn a_release_goes_to_json_and_back() {
        for more in [RECORDS, COUNTS, ALERTS] {
            let release = release("delikte", "polizei", "zoll", more);
            let text = serde_json::to_string(&release).unwrap();
            assert_eq!(serde_json::from_str::<Release>(&text).unwrap(), release);
        }
    }
}
