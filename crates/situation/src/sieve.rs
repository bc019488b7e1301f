//! A filter and a scope, made ready to be held against many events.

use lagebild_domain::{BoundingBox, Filter, LatLng, RecordScope};

use crate::event::Event;
use crate::mercator::Position;
use crate::vocabulary::Vocabulary;

/// Which events a question is about, and which of them show their point.
#[derive(Debug)]
pub(crate) struct Sieve {
    from_us: i64,
    to_us: i64,
    kinds: u8,
    statuses: u8,
    categories: Vec<bool>,
    sources: Vec<bool>,
    /// By source and category: may the point be shown?
    shows_point: Vec<bool>,
    weekdays: u32,
    hours: u32,
    /// `None` for all areas.
    areas: Option<Vec<bool>>,
    bounds: Option<(Position, Position)>,
}

fn mask<T: Copy>(wanted: &[T], number: impl Fn(T) -> u8) -> u8 {
    if wanted.is_empty() {
        return u8::MAX;
    }
    wanted.iter().fold(0, |bits, value| bits | 1 << number(*value))
}

impl Sieve {
    pub(crate) fn new(filter: &Filter, scope: &RecordScope, vocabulary: &Vocabulary) -> Self {
        let categories = match &filter.categories {
            None => vec![true; vocabulary.taxonomy.categories().len()],
            Some(wanted) => {
                let mut flags = vec![false; vocabulary.taxonomy.categories().len()];
                for index in wanted {
                    if let Some(flag) = flags.get_mut(*index) {
                        *flag = true;
                    }
                }
                flags
            }
        };
        let sources = vocabulary
            .sources
            .iter()
            .map(|source| {
                scope.sees(source.id.as_str())
                    && (filter.sources.is_empty() || filter.sources.contains(&source.id))
            })
            .collect();
        let shows_point = vocabulary
            .sources
            .iter()
            .flat_map(|source| {
                vocabulary
                    .taxonomy
                    .categories()
                    .iter()
                    .map(|category| scope.sees_point(source.id.as_str(), category))
            })
            .collect();
        let areas = (!filter.areas.is_empty()).then(|| {
            vocabulary
                .areas
                .all()
                .iter()
                .map(|area| filter.areas.contains(&area.id))
                .collect()
        });
        Self {
            from_us: filter.from.map_or(i64::MIN, jiff::Timestamp::as_microsecond),
            to_us: filter.to.map_or(i64::MAX, jiff::Timestamp::as_microsecond),
            kinds: mask(&filter.kinds, |kind| kind as u8),
            statuses: mask(&filter.statuses, |status| status as u8),
            categories,
            sources,
            shows_point,
            weekdays: filter.weekdays.bits(),
            hours: filter.hours.bits(),
            areas,
            bounds: filter.bbox.map(corners),
        }
    }

    /// True when the question is about this event.
    pub(crate) fn admits(&self, event: &Event) -> bool {
        let middle = event.middle_us();
        self.from_us <= middle
            && middle < self.to_us
            && self.sources[usize::from(event.source)]
            && self.categories[usize::from(event.category)]
            && self.kinds >> (event.kind as u8) & 1 == 1
            && self.statuses >> (event.status as u8) & 1 == 1
            && event.local.weekdays_touched() & !self.weekdays == 0
            && event.local.hours_touched() & !self.hours == 0
            && self.areas.as_ref().is_none_or(|areas| {
                let is_wanted = |number: u16| areas.get(usize::from(number)).copied().unwrap_or(false);
                is_wanted(event.area) || is_wanted(event.municipality)
            })
            && self.bounds.is_none_or(|bounds| self.lies_in(bounds, event))
    }

    /// True when the event's point may be shown to the viewer.
    pub(crate) fn shows_point(&self, event: &Event) -> bool {
        self.shows_point[usize::from(event.source) * self.categories.len() + usize::from(event.category)]
    }

    /// An event whose point is not shown lies in no box: else a box could find it.
    fn lies_in(&self, (north_west, south_east): (Position, Position), event: &Event) -> bool {
        self.shows_point(event)
            && event.position().is_some_and(|at| {
                (north_west.x..=south_east.x).contains(&at.x) && (north_west.y..=south_east.y).contains(&at.y)
            })
    }
}

fn corners(bounds: BoundingBox) -> (Position, Position) {
    let at = |lat, lng| LatLng::new(lat, lng).map_or(Position { x: 0, y: 0 }, Position::of);
    (
        at(bounds.north(), bounds.west()),
        at(bounds.south(), bounds.east()),
    )
}
