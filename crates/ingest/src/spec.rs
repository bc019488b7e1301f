//! A feed's configuration: the `[[source]]` section of `lagebild.toml`.

use std::collections::BTreeMap;

use encoding_rs::Encoding;
use lagebild_domain::{
    CategoryId, Kind, OrganisationId, Precision, Regime, Source, SourceId, Status, Taxonomy,
};
use serde::Deserialize;

use crate::area_table::AreasFile;
use crate::columns::{ColumnRef, Columns, Constants, Where};
use crate::connector::Connector;
use crate::dates::{DateForms, zone_of};
use crate::format::form::Form;
use crate::kept_row::Holds;
use crate::projection::Projection;

/// Form of a feed's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Delimited text with a header line.
    Delimited,
    /// A GeoJSON `FeatureCollection` of points; columns are properties.
    Geojson,
    /// JSON with an array of objects, at the path `records`; columns are members or paths to them.
    Json,
    /// One JSON object or GeoJSON feature on each line.
    Ndjson,
    /// XML, also GeoRSS, Atom and GML: `records` names the element of one record; columns are paths below it.
    Xml,
    /// An office workbook (XLSX, XLS, ODS): `records` names the sheet; else the first with all columns.
    Workbook,
    /// A shapefile of points as a ZIP archive.
    Shapefile,
    /// A layer of points of a GeoPackage: `records` names it; else the first.
    Geopackage,
    /// Open311 GeoReport v2 in JSON or XML; the standard's names are the columns where none are named.
    Open311,
}

/// Order of the two numbers in `columns.point`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PointOrder {
    /// Longitude or easting first, as in GeoJSON and WKT.
    #[default]
    EastFirst,
    /// Latitude or northing first, as in GeoRSS and much GML.
    NorthFirst,
}

/// The section as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSpec {
    id: SourceId,
    label: String,
    owner: OrganisationId,
    kind: Kind,
    controller: String,
    regime: Regime,
    purpose: String,
    legal_basis: String,
    marking: Option<String>,
    retention_days: u32,
    #[serde(default)]
    retention_days_by_category: BTreeMap<CategoryId, u32>,
    #[serde(default)]
    keep_external_id: bool,
    format: Format,
    records: Option<String>,
    separator: Option<char>,
    encoding: Option<String>,
    decimal: Option<char>,
    time_zone: Option<String>,
    #[serde(default)]
    date_formats: Vec<String>,
    crs: Option<String>,
    #[serde(default)]
    point_order: PointOrder,
    precision: Option<Precision>,
    precision_m: Option<f64>,
    #[serde(default)]
    placeholder_points: Vec<[f64; 2]>,
    areas: Option<AreasFile>,
    #[serde(default, rename = "where")]
    conditions: Vec<Where>,
    #[serde(default)]
    columns: Columns,
    #[serde(default)]
    constants: Constants,
    #[serde(default)]
    categories: BTreeMap<String, CategoryId>,
    default_category: Option<CategoryId>,
    #[serde(default)]
    statuses: BTreeMap<String, Status>,
    default_status: Option<Status>,
    #[serde(default)]
    precisions: BTreeMap<String, Precision>,
    connector: Option<Connector>,
}

/// A feed's configuration, checked.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "RawSpec")]
pub struct FeedSpec {
    /// The source and its data-protection facts.
    pub source: Source,
    /// Form of the bytes.
    pub format: Format,
    /// True when the owner's own ids are kept for the owner's viewers.
    pub keep_external_id: bool,
    /// Where the records lie: a path of JSON, or an element of XML.
    pub(crate) records: Option<String>,
    pub(crate) separator: Option<u8>,
    pub(crate) encoding: Option<&'static Encoding>,
    pub(crate) decimal_comma: bool,
    pub(crate) dates: DateForms,
    pub(crate) projection: Projection,
    pub(crate) point_order: PointOrder,
    /// What a coordinate of the feed stands for, where its rows do not say otherwise.
    pub precision: Precision,
    pub(crate) precision_m: f64,
    /// Easting and northing that the feed writes where it knows no place.
    pub(crate) placeholder_points: Vec<[f64; 2]>,
    /// The file with the areas that the feed names by their ids.
    pub areas: Option<AreasFile>,
    pub(crate) conditions: Vec<Where>,
    pub(crate) columns: Columns,
    pub(crate) constants: Constants,
    pub(crate) categories: BTreeMap<String, CategoryId>,
    pub(crate) default_category: Option<CategoryId>,
    pub(crate) statuses: BTreeMap<String, Status>,
    pub(crate) default_status: Option<Status>,
    pub(crate) precisions: BTreeMap<String, Precision>,
    /// Where a server fetches the feed by itself.
    pub connector: Option<Connector>,
}

/// A `[[source]]` section that does not hold together: the key, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("source \"{source_id}\", key `{key}`: {problem}")]
pub struct InvalidSpec {
    /// The section's id.
    pub source_id: String,
    /// The key at fault.
    pub key: &'static str,
    /// What is wrong, and what would do.
    pub problem: String,
}

impl TryFrom<RawSpec> for FeedSpec {
    type Error = InvalidSpec;

    fn try_from(mut raw: RawSpec) -> Result<Self, InvalidSpec> {
        if raw.format == Format::Open311 {
            raw.columns.fill_from_open311();
        }
        let source_id = raw.id.to_string();
        let fail = |key: &'static str, problem: String| InvalidSpec {
            source_id: source_id.clone(),
            key,
            problem,
        };
        let separator = raw.separator.map(separator_of).transpose();
        let separator = separator.map_err(|problem| fail("separator", problem))?;
        let encoding = raw.encoding.as_deref().map(encoding_of).transpose();
        let encoding = encoding.map_err(|problem| fail("encoding", problem))?;
        let decimal_comma = match raw.decimal {
            None | Some('.') => false,
            Some(',') => true,
            Some(other) => return Err(fail("decimal", format!("{other:?} is neither \".\" nor \",\""))),
        };
        let zone_name = raw.time_zone.as_deref().unwrap_or("Europe/Berlin");
        let zone = zone_of(zone_name).ok_or_else(|| {
            fail(
                "time_zone",
                format!(
                    "{zone_name:?} is no zone such as \"Europe/Berlin\", and no offset such as \"+01:00\""
                ),
            )
        })?;
        let dates = DateForms::new(raw.date_formats.clone(), zone).map_err(|form| {
            fail(
                "date_formats",
                format!(
                    "{form:?} does not say when: give year, month, day and so on from the coarsest to the finest that is known, such as \"%d.%m.%Y %H:%M\""
                ),
            )
        })?;
        let dates = if raw.format == Format::Workbook {
            dates.with_iso()
        } else {
            dates
        };
        let crs = raw.crs.as_deref().unwrap_or("EPSG:4326");
        let projection = Projection::new(crs).ok_or_else(|| {
            fail(
                "crs",
                format!(
                    "{crs:?} is not known, or its shift to WGS 84 is not; give a code such as \"EPSG:25832\""
                ),
            )
        })?;
        let precision = raw.precision.unwrap_or(Precision::Point);
        let precision_m = raw.precision_m.unwrap_or(default_precision_m(precision));
        if !(precision_m.is_finite() && precision_m >= 0.0) {
            return Err(fail(
                "precision_m",
                "give the error in metres, 0 or more".to_owned(),
            ));
        }
        raw.check_mapping().map_err(|(key, problem)| fail(key, problem))?;
        Ok(Self {
            source: Source {
                id: raw.id,
                label: raw.label,
                owner: raw.owner,
                kind: raw.kind,
                controller: raw.controller,
                regime: raw.regime,
                purpose: raw.purpose,
                legal_basis: raw.legal_basis,
                marking: raw.marking,
                retention_days: raw.retention_days,
                retention_days_by_category: raw.retention_days_by_category,
            },
            format: raw.format,
            keep_external_id: raw.keep_external_id,
            records: raw.records,
            separator,
            encoding,
            decimal_comma,
            dates,
            projection,
            point_order: raw.point_order,
            precision,
            precision_m,
            placeholder_points: raw.placeholder_points,
            areas: raw.areas,
            conditions: raw.conditions,
            columns: raw.columns,
            constants: raw.constants,
            categories: raw.categories,
            default_category: raw.default_category,
            statuses: raw.statuses,
            default_status: raw.default_status,
            precisions: raw.precisions,
            connector: raw.connector,
        })
    }
}

impl RawSpec {
    /// Checks that the mapping says when, what and where; else the key at fault and what is wrong.
    fn check_mapping(&self) -> Result<(), (&'static str, String)> {
        let columns = &self.columns;
        let is_wanted = matches!(
            self.format,
            Format::Json | Format::Xml | Format::Workbook | Format::Geopackage
        );
        if self.format == Format::Xml && self.records.is_none() {
            let problem = "name the element of one record, such as \"item\" (RSS), \"entry\" (Atom) or the feature's name (GML)";
            return Err(("records", problem.to_owned()));
        }
        if !is_wanted && self.records.is_some() {
            let problem = "only the formats \"json\", \"xml\", \"workbook\" and \"geopackage\" have it";
            return Err(("records", problem.to_owned()));
        }
        let says_when = columns.occurred.is_some()
            || self.constants.occurred.is_some()
            || columns.occurred_from.is_some();
        let says_what = columns.category.is_some()
            || self.constants.category.is_some()
            || self.default_category.is_some();
        if !says_when {
            let problem =
                "one of `occurred`, `occurred_from` or `constants.occurred` must say when it happened";
            return Err(("columns", problem.to_owned()));
        }
        if !says_what {
            let problem =
                "one of `category`, `constants.category` or `default_category` must say what it is about";
            return Err(("columns", problem.to_owned()));
        }
        if columns.longitude.is_some() != columns.latitude.is_some() {
            return Err(("columns", "`longitude` and `latitude` go together".to_owned()));
        }
        if columns.area.is_some() != self.areas.is_some() {
            let problem = "`columns.area` (the column with an area's id) and `areas` (the file with the areas, and the property that holds the id) go together";
            return Err(("areas", problem.to_owned()));
        }
        if matches!(self.connector, Some(Connector::Postgres { .. })) && self.format != Format::Ndjson {
            let problem =
                "the rows of a view come as \"ndjson\": one JSON object each, with the view's columns";
            return Err(("format", problem.to_owned()));
        }
        match self
            .conditions
            .iter()
            .find(|c| c.equals.is_empty() == c.not.is_empty())
        {
            Some(c) => {
                let problem = format!("the condition on {:?} needs either `equals` or `not`", c.column);
                Err(("where", problem))
            }
            None => Ok(()),
        }
    }
}

fn separator_of(given: char) -> Result<u8, String> {
    u8::try_from(given)
        .ok()
        .filter(|byte| byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r'))
        .ok_or_else(|| "give one ASCII character such as \";\"".to_owned())
}

fn encoding_of(label: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label(label.as_bytes())
        .ok_or_else(|| format!("{label:?} is not known; try \"utf-8\" or \"windows-1252\""))
}

/// What a coordinate of this precision is commonly off by, where the source does not say.
pub(crate) fn default_precision_m(precision: Precision) -> f64 {
    match precision {
        Precision::Point => 10.0,
        Precision::Street => 100.0,
        Precision::Cell => 500.0,
        Precision::Area => 2_000.0,
    }
}

impl FeedSpec {
    /// How the feed is cut into records and the declared columns.
    pub(crate) fn form(&self) -> Form {
        Form {
            format: self.format,
            records: self.records.clone(),
            separator: self.separator,
            encoding: self.encoding,
            columns: self.declared(),
            settings: format!("the `columns` of source \"{}\"", self.source.id),
        }
    }

    /// The same section for records that a program sends in this form, in UTF-8.
    #[must_use]
    pub fn sent_as(self, format: Format) -> Self {
        let is_delimited = format == Format::Delimited;
        Self {
            records: None,
            separator: self
                .separator
                .filter(|_| is_delimited && self.format == Format::Delimited),
            encoding: None,
            format,
            ..self
        }
    }

    /// True when the section has rows located by their address.
    pub fn has_addresses(&self) -> bool {
        self.columns.address.is_some()
    }

    /// True when the section reads free text.
    pub fn has_text(&self) -> bool {
        self.columns.text.is_some()
    }

    /// Checks that every category of the section is in the taxonomy.
    ///
    /// # Errors
    /// [`InvalidSpec`] with the nearest category that there is.
    pub fn check_categories(&self, taxonomy: &Taxonomy) -> Result<(), InvalidSpec> {
        let mapped = self.categories.values().chain(&self.default_category);
        let mapped = mapped.map(|category| ("categories", category));
        let own_deadlines = self.source.retention_days_by_category.keys();
        let own_deadlines = own_deadlines.map(|category| ("retention_days_by_category", category));
        for (key, category) in mapped.chain(own_deadlines) {
            if taxonomy.category(category.as_str()).is_none() {
                let nearest = taxonomy
                    .categories()
                    .iter()
                    .map(|known| known.id.as_str())
                    .max_by(|a, b| {
                        let likeness = |id: &str| strsim::jaro_winkler(id, category.as_str());
                        likeness(a).total_cmp(&likeness(b))
                    })
                    .unwrap_or_default();
                return Err(InvalidSpec {
                    source_id: self.source.id.to_string(),
                    key,
                    problem: format!("\"{category}\" is not in the taxonomy; did you mean \"{nearest}\"?"),
                });
            }
        }
        Ok(())
    }

    /// The declared columns in their order, and what each is meant to hold.
    pub(crate) fn declared_with_holds(&self) -> Vec<(String, Holds)> {
        let c = &self.columns;
        let are_in = |columns: &[&Option<ColumnRef>], name: &String| {
            let mut named = columns.iter().filter_map(|column| column.as_ref());
            named.any(|column| column.names().contains(name))
        };
        let holds = |name: &String| {
            if are_in(&[&c.place, &c.address], name) {
                Holds::Place
            } else if are_in(
                &[
                    &c.external_id,
                    &c.occurred,
                    &c.occurred_from,
                    &c.occurred_to,
                    &c.reported_at,
                    &c.longitude,
                    &c.latitude,
                    &c.point,
                    &c.area,
                    &c.weight,
                ],
                name,
            ) {
                Holds::Number
            } else {
                Holds::Words
            }
        };
        let names = self.declared().into_iter();
        names.map(|name| (name.clone(), holds(&name))).collect()
    }

    /// The same section with further words for categories; those of the section win.
    #[must_use]
    pub fn with_categories(mut self, words: impl IntoIterator<Item = (String, CategoryId)>) -> Self {
        for (word, category) in words {
            self.categories.entry(word).or_insert(category);
        }
        self
    }

    /// The column of the feed's words for categories, where it is a single one.
    pub fn category_column(&self) -> Option<&str> {
        match self.columns.category.as_ref()?.names() {
            [name] => Some(name),
            _ => None,
        }
    }

    /// True when the section has a category for the word.
    pub fn maps(&self, word: &str) -> bool {
        self.categories.contains_key(word)
    }

    /// Names of the declared columns, each once, in a fixed order: what is read of a row, and nothing else.
    pub(crate) fn declared(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let all = self
            .columns
            .all()
            .flat_map(ColumnRef::names)
            .chain(self.conditions.iter().map(|condition| &condition.column));
        for name in all {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }
}
