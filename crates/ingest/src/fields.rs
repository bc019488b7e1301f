//! Where one field of a report comes from: columns, a constant, or nowhere.

use std::borrow::Cow;

use crate::columns::ColumnRef;
use crate::format::Row;
use crate::rejection::{Reason, Shown};

/// One field, with its columns resolved to positions in a [`Row`].
#[derive(Debug, Clone)]
pub(crate) struct Field {
    from: From,
    /// The columns as messages name them.
    label: String,
}

#[derive(Debug, Clone)]
enum From {
    Columns(Vec<usize>),
    Constant(String),
    Nowhere,
}

impl Field {
    /// A column where one is named, else the constant; `names` are the declared columns in their order.
    pub(crate) fn new(column: Option<&ColumnRef>, constant: Option<&String>, names: &[String]) -> Self {
        let position = |name: &String| names.iter().position(|known| known == name);
        match (column, constant) {
            (Some(column), _) => Self {
                from: From::Columns(column.names().iter().filter_map(position).collect()),
                label: column.names().join("\" + \""),
            },
            (None, Some(constant)) => Self {
                from: From::Constant(constant.clone()),
                label: "constants".to_owned(),
            },
            (None, None) => Self {
                from: From::Nowhere,
                label: "constants".to_owned(),
            },
        }
    }

    /// True when the configuration says where it comes from.
    pub(crate) fn is_configured(&self) -> bool {
        !matches!(self.from, From::Nowhere)
    }

    /// The columns' names for a message.
    pub(crate) fn label(&self) -> String {
        self.label.clone()
    }

    /// The trimmed value; `None` when it is empty or not configured.
    pub(crate) fn value<'a>(&'a self, row: &'a Row) -> Option<Cow<'a, str>> {
        let text = match &self.from {
            From::Nowhere => return None,
            From::Constant(text) => Cow::Borrowed(text.trim()),
            From::Columns(positions) => match positions.as_slice() {
                [position] => Cow::Borrowed(row.values.get(*position)?.trim()),
                positions => Cow::Owned(joined(positions, row)),
            },
        };
        (!text.is_empty()).then_some(text)
    }

    /// The value, which must be there.
    pub(crate) fn required<'a>(&'a self, row: &'a Row) -> Result<Cow<'a, str>, Reason> {
        self.value(row)
            .ok_or_else(|| Reason::Missing { column: self.label() })
    }

    /// A value of this field as a finite number.
    pub(crate) fn number(&self, text: &str, decimal_comma: bool) -> Result<f64, Reason> {
        let plain = if decimal_comma && text.contains(',') {
            Cow::Owned(text.replace('.', "").replace(',', "."))
        } else {
            Cow::Borrowed(text)
        };
        plain
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .ok_or_else(|| Reason::Number {
                column: self.label(),
                shown: Shown::of(text),
            })
    }
}

/// The values of several columns, a space between those that say something.
fn joined(positions: &[usize], row: &Row) -> String {
    let parts = positions
        .iter()
        .filter_map(|position| row.values.get(*position))
        .map(|value| value.trim())
        .filter(|value| !value.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}
