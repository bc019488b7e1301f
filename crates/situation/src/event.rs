//! A report as the picture holds it: numbers only, no text.

use h3o::{CellIndex, LatLng as H3LatLng, Resolution};
use lagebild_domain::{Kind, Location, Precision, RecordedReport, Status};

use crate::calendar::{Calendar, LocalSpan};
use crate::mercator::Position;
use crate::vocabulary::Vocabulary;

/// Finest resolution that cells are counted at.
pub(crate) const FINEST: Resolution = Resolution::Ten;

/// Area number of an event outside all districts.
pub(crate) const NO_AREA: u16 = u16::MAX;

/// One report.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Event {
    pub(crate) id: u64,
    pub(crate) sequence: u64,
    /// Morton code of its position; `u64::MAX` without one.
    pub(crate) morton: u64,
    /// H3 cell at [`FINEST`]; `None` unless it may be drawn as a point.
    pub(crate) cell: Option<CellIndex>,
    pub(crate) from_us: i64,
    pub(crate) length_us: i64,
    pub(crate) local: LocalSpan,
    pub(crate) category: u16,
    pub(crate) source: u16,
    pub(crate) area: u16,
    pub(crate) kind: Kind,
    pub(crate) status: Status,
}

/// Morton code of events that no point is known for.
pub(crate) const PLACELESS: u64 = u64::MAX;

impl Event {
    /// The event of a report; `None` when its source or category is no longer configured.
    pub(crate) fn of(
        recorded: &RecordedReport,
        vocabulary: &Vocabulary,
        calendar: &Calendar,
    ) -> Option<Self> {
        let report = &recorded.report;
        let category = vocabulary.taxonomy.index_of(report.category.as_str())?;
        let source = vocabulary.source_number(&report.source)?;
        let point = report.location.point();
        let is_pointlike =
            matches!(report.location, Location::At { precision, .. } if precision.is_pointlike());
        let drawn = point.filter(|_| is_pointlike);
        // A report known to its district only is still one of that district; of a coarser cell that is not known.
        let in_area = point.filter(|_| {
            !matches!(
                report.location,
                Location::At {
                    precision: Precision::Cell,
                    ..
                }
            )
        });
        let area = in_area.and_then(|point| vocabulary.areas.district_index(point));
        Some(Self {
            id: recorded.id.0,
            sequence: recorded.sequence.0,
            morton: drawn.map_or(PLACELESS, |point| Position::of(point).morton()),
            cell: drawn.and_then(|point| {
                let at = H3LatLng::new(point.lat_degrees(), point.lng_degrees()).ok()?;
                Some(at.to_cell(FINEST))
            }),
            from_us: report.occurred.from().as_microsecond(),
            length_us: report.occurred.to().as_microsecond() - report.occurred.from().as_microsecond(),
            local: calendar.local_span(report.occurred),
            category: u16::try_from(category).ok()?,
            source,
            area: area
                .and_then(|index| u16::try_from(index).ok())
                .unwrap_or(NO_AREA),
            kind: report.kind,
            status: report.status,
        })
    }

    /// Middle of its time span: the moment that decides which window it belongs to.
    pub(crate) fn middle_us(&self) -> i64 {
        self.from_us + self.length_us / 2
    }

    pub(crate) fn position(&self) -> Option<Position> {
        (self.morton != PLACELESS).then(|| Position::of_morton(self.morton))
    }
}
