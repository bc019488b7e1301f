//! Columns, constants and conditions of a feed's configuration.

use serde::Deserialize;

/// One column, or several whose values are joined by a space.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum ColumnRef {
    One(String),
    Joined(Vec<String>),
}

impl ColumnRef {
    pub(crate) fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Joined(names) => names,
        }
    }
}

/// Which column holds what. A column that is not named here is neither read nor stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// The owner's id of a record.
    pub(crate) external_id: Option<ColumnRef>,
    /// When it happened: a time, a day, a month or a year.
    pub(crate) occurred: Option<ColumnRef>,
    /// Start of the span in which it happened, in place of `occurred`.
    pub(crate) occurred_from: Option<ColumnRef>,
    /// End of that span.
    pub(crate) occurred_to: Option<ColumnRef>,
    /// When the owner was told.
    pub(crate) reported_at: Option<ColumnRef>,
    /// The feed's word for what it is about.
    pub(crate) category: Option<ColumnRef>,
    /// The feed's word for how far the owner has come.
    pub(crate) status: Option<ColumnRef>,
    /// Longitude or easting.
    #[serde(alias = "easting", alias = "x")]
    pub(crate) longitude: Option<ColumnRef>,
    /// Latitude or northing.
    #[serde(alias = "northing", alias = "y")]
    pub(crate) latitude: Option<ColumnRef>,
    /// Both numbers of a coordinate in one column, in the order that `point_order` says, such as `51.68 7.81` or
    /// `POINT(7.81 51.68)`.
    pub(crate) point: Option<ColumnRef>,
    /// Id of the area, in place of a coordinate; `areas` names the file with the areas.
    pub(crate) area: Option<ColumnRef>,
    /// The address, in place of a coordinate: street and house number, with or without postal code and town, or two
    /// streets that cross. A list of columns is joined.
    pub(crate) address: Option<ColumnRef>,
    /// The feed's word for how well the coordinate is known.
    pub(crate) precision: Option<ColumnRef>,
    /// The place in words.
    pub(crate) place: Option<ColumnRef>,
    /// Free text.
    pub(crate) text: Option<ColumnRef>,
    /// How many happenings the record stands for.
    pub(crate) weight: Option<ColumnRef>,
}

impl Columns {
    /// Takes the names of Open311 GeoReport v2 where none are named. The description is free text: it is read only when it
    /// is asked for.
    pub(crate) fn fill_from_open311(&mut self) {
        let one = |name: &str| Some(ColumnRef::One(name.to_owned()));
        let is_placed =
            self.longitude.is_some() || self.point.is_some() || self.area.is_some() || self.address.is_some();
        if !is_placed {
            self.longitude = one("long");
            self.latitude = one("lat");
        }
        if self.occurred.is_none() && self.occurred_from.is_none() {
            self.occurred = one("requested_datetime");
        }
        for (column, name) in [
            (&mut self.external_id, "service_request_id"),
            (&mut self.reported_at, "requested_datetime"),
            (&mut self.category, "service_code"),
            (&mut self.status, "status"),
            (&mut self.place, "address"),
        ] {
            if column.is_none() {
                *column = one(name);
            }
        }
    }

    /// The columns that are named, in a fixed order: ids of rows without one depend on it.
    pub(crate) fn all(&self) -> impl Iterator<Item = &ColumnRef> {
        [
            &self.external_id,
            &self.occurred,
            &self.occurred_from,
            &self.occurred_to,
            &self.reported_at,
            &self.category,
            &self.status,
            &self.longitude,
            &self.latitude,
            &self.precision,
            &self.place,
            &self.text,
            &self.weight,
            &self.area,
            &self.point,
            &self.address,
        ]
        .into_iter()
        .flatten()
    }
}

/// Values that hold for every record, in place of a column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constants {
    /// A time, for example a year that only the file's name tells.
    pub(crate) occurred: Option<String>,
    /// The feed's word for the category.
    pub(crate) category: Option<String>,
    /// The feed's word for the status.
    pub(crate) status: Option<String>,
    /// The place in words.
    pub(crate) place: Option<String>,
}

/// A condition that a row must meet to be read at all; other rows are counted as excluded.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Where {
    /// The column that is looked at.
    pub(crate) column: String,
    /// The row is kept when the column holds one of these.
    #[serde(default)]
    pub(crate) equals: Vec<String>,
    /// The row is kept when the column holds none of these.
    #[serde(default)]
    pub(crate) not: Vec<String>,
}

impl Where {
    /// True when a row with this value in the column is kept.
    pub(crate) fn is_met_by(&self, value: &str) -> bool {
        if self.equals.is_empty() {
            !self.not.iter().any(|unwanted| unwanted == value)
        } else {
            self.equals.iter().any(|wanted| wanted == value)
        }
    }
}
