//! Lists of reports, newest first.

use std::fmt;
use std::str::FromStr;

use lagebild_domain::ReportId;

use crate::event::Event;

/// Where a list goes on: behind this event. Stable while reports come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    from_us: i64,
    id: u64,
}

impl Cursor {
    fn of(event: &Event) -> Self {
        Self {
            from_us: event.from_us,
            id: event.id,
        }
    }
}

/// A text that is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a value of `next` from an earlier answer")]
pub struct InvalidCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.from_us, self.id)
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;
    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let (from_us, id) = text.split_once('_').ok_or(InvalidCursor)?;
        Ok(Self {
            from_us: from_us.parse().map_err(|_| InvalidCursor)?,
            id: id.parse().map_err(|_| InvalidCursor)?,
        })
    }
}

/// Part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Numbers of the reports, newest first.
    pub ids: Vec<ReportId>,
    /// Where the list goes on; `None` at its end.
    pub next: Option<Cursor>,
}

/// The `limit` newest of the events behind `after`.
pub(crate) fn newest<'a>(
    events: impl Iterator<Item = &'a Event>,
    limit: usize,
    after: Option<Cursor>,
) -> Page {
    let mut kept: Vec<Cursor> = events
        .map(Cursor::of)
        .filter(|cursor| after.is_none_or(|after| *cursor < after))
        .collect();
    let is_last = kept.len() <= limit;
    if !is_last {
        kept.select_nth_unstable_by(limit, |a, b| b.cmp(a));
        kept.truncate(limit);
    }
    kept.sort_unstable_by(|a, b| b.cmp(a));
    Page {
        next: if is_last { None } else { kept.last().copied() },
        ids: kept.iter().map(|cursor| ReportId(cursor.id)).collect(),
    }
}
