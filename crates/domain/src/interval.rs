//! When something happened: an instant or a span that nobody can narrow down.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A half-open span of time `[from, to)`, or an instant when both ends are equal.
///
/// A feed that knows only the month of an offence gives the whole month; a burglary during the owner's absence gives
/// the absence. Nothing in the Lagebild narrows such a span to a made-up point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawInterval")]
pub struct Interval {
    from: Timestamp,
    to: Timestamp,
}

/// The end of a span lies before its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the time span ends ({to}) before it starts ({from})")]
pub struct InvalidInterval {
    /// Given start.
    pub from: Timestamp,
    /// Given end.
    pub to: Timestamp,
}

#[derive(Deserialize)]
struct RawInterval {
    from: Timestamp,
    to: Timestamp,
}

impl TryFrom<RawInterval> for Interval {
    type Error = InvalidInterval;
    fn try_from(raw: RawInterval) -> Result<Self, InvalidInterval> {
        Self::new(raw.from, raw.to)
    }
}

impl Interval {
    /// The span from `from` up to, not including, `to`.
    ///
    /// # Errors
    /// [`InvalidInterval`] when `to` lies before `from`.
    pub fn new(from: Timestamp, to: Timestamp) -> Result<Self, InvalidInterval> {
        if to < from {
            return Err(InvalidInterval { from, to });
        }
        Ok(Self { from, to })
    }

    /// One point in time.
    pub fn instant(at: Timestamp) -> Self {
        Self { from: at, to: at }
    }

    /// Start of the span.
    pub fn from(&self) -> Timestamp {
        self.from
    }

    /// End of the span, exclusive; equal to the start for an instant.
    pub fn to(&self) -> Timestamp {
        self.to
    }

    /// Middle of the span: the moment that decides which window it belongs to.
    pub fn middle(&self) -> Timestamp {
        let (from, to) = (self.from.as_microsecond(), self.to.as_microsecond());
        Timestamp::from_microsecond(from + (to - from) / 2).unwrap_or(self.from)
    }

    /// Length in whole seconds; 0 for an instant.
    pub fn length_seconds(&self) -> i64 {
        self.to.as_second() - self.from.as_second()
    }
}
