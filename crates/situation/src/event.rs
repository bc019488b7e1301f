//! A report as the picture holds it: numbers only, no text.

use h3o::{CellIndex, LatLng as H3LatLng, Resolution};
use lagebild_domain::{Kind, Location, ReportFacts, Status};

use crate::calendar::{Calendar, LocalSpan};
use crate::mercator::Position;
use crate::vocabulary::Vocabulary;

/// Resolutions that cells are counted at, coarsest first.
pub(crate) const COUNTED: [Resolution; RESOLUTIONS] = [
    Resolution::Six,
    Resolution::Seven,
    Resolution::Eight,
    Resolution::Nine,
    Resolution::Ten,
];
/// How many those are.
pub(crate) const RESOLUTIONS: usize = 5;

/// Number of an area that an event does not have.
pub(crate) const NO_AREA: u16 = u16::MAX;

/// H3 cells of a point at the resolutions of [`COUNTED`].
pub(crate) type PointCells = [CellIndex; RESOLUTIONS];

/// Number of the cells of an event that may not be drawn as a point.
pub(crate) const NO_CELLS: u32 = u32::MAX;

/// One report, in as many bytes as a line of the processor's cache.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Event {
    pub(crate) id: u64,
    /// Morton code of its position; [`PLACELESS`] without one.
    pub(crate) morton: u64,
    pub(crate) from_us: i64,
    pub(crate) length_us: i64,
    /// Seconds from `from_us` until its owner was told; until its end where the feed does not say.
    pub(crate) told_after_s: u32,
    pub(crate) local: LocalSpan,
    /// Number of its cells in the table of the index; [`NO_CELLS`] unless it may be drawn as a point.
    pub(crate) cells: u32,
    pub(crate) category: u16,
    pub(crate) source: u16,
    /// District that it lies in, or [`NO_AREA`].
    pub(crate) area: u16,
    /// Municipality that it lies in, or [`NO_AREA`].
    pub(crate) municipality: u16,
    pub(crate) kind: Kind,
    pub(crate) status: Status,
}

const _: () = assert!(size_of::<Event>() == 64);

/// Morton code of events that no point is known for.
pub(crate) const PLACELESS: u64 = u64::MAX;

impl Event {
    /// The event of a report, and its cells, which the index numbers; `None` when its source or category is no longer
    /// configured.
    pub(crate) fn of(
        report: &ReportFacts,
        vocabulary: &Vocabulary,
        calendar: &Calendar,
    ) -> Option<(Self, Option<PointCells>)> {
        let category = vocabulary.taxonomy.index_of(report.category.as_str())?;
        let source = vocabulary.source_number(&report.source)?;
        let point = report.location.point();
        let is_pointlike =
            matches!(report.location, Location::At { precision, .. } if precision.is_pointlike());
        let drawn = point.filter(|_| is_pointlike);
        let in_area = report.location.point_in_area();
        let number = |index: Option<usize>| {
            index
                .and_then(|index| u16::try_from(index).ok())
                .unwrap_or(NO_AREA)
        };
        let area = in_area.and_then(|point| vocabulary.areas.district_index(point));
        let municipality = in_area.and_then(|point| vocabulary.areas.municipality_index(point));
        let cells = drawn.and_then(|point| {
            let at = H3LatLng::new(point.lat_degrees(), point.lng_degrees()).ok()?;
            Some(COUNTED.map(|resolution| at.to_cell(resolution)))
        });
        let event = Self {
            id: report.id.0,
            morton: drawn.map_or(PLACELESS, |point| Position::of(point).morton()),
            from_us: report.occurred.from().as_microsecond(),
            length_us: report.occurred.to().as_microsecond() - report.occurred.from().as_microsecond(),
            told_after_s: {
                let told = report
                    .reported_at
                    .map_or(report.occurred.to(), |at| at.max(report.occurred.from()));
                u32::try_from(told.as_second() - report.occurred.from().as_second()).unwrap_or(u32::MAX)
            },
            local: calendar.local_span(report.occurred),
            cells: NO_CELLS,
            category: u16::try_from(category).ok()?,
            source,
            area: number(area),
            municipality: number(municipality),
            kind: report.kind,
            status: report.status,
        };
        Some((event, cells))
    }

    /// Middle of its time span: the moment that decides which window it belongs to.
    pub(crate) fn middle_us(&self) -> i64 {
        self.from_us + self.length_us / 2
    }

    /// When its owner was told.
    pub(crate) fn told_us(&self) -> i64 {
        self.from_us + i64::from(self.told_after_s) * 1_000_000
    }

    pub(crate) fn position(&self) -> Option<Position> {
        (self.morton != PLACELESS).then(|| Position::of_morton(self.morton))
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// An event of which only number and place matter.
    pub(crate) fn event(id: u64, morton: u64) -> Event {
        Event {
            id,
            morton,
            from_us: 0,
            length_us: 0,
            local: LocalSpan {
                day: 0,
                days: 1,
                start_minute: 0,
                end_minute: 1,
                hour_of_week: 0,
                hours: 1,
            },
            told_after_s: 0,
            cells: NO_CELLS,
            category: 0,
            source: 0,
            area: 0,
            municipality: 0,
            kind: Kind::Complaint,
            status: Status::Open,
        }
    }
}
