//! A filter and a scope, made ready to be held against many events.

use lagebild_domain::disclosure::Shown;
use lagebild_domain::release::Finest;
use lagebild_domain::{AreaId, BoundingBox, Filter, LatLng, RecordScope};

use crate::event::Event;
use crate::index::EventIndex;
use crate::mercator::Position;
use crate::spans::{Span, Spans};
use crate::vocabulary::Vocabulary;

/// Which events a question is about, and how much of their place is shown.
#[derive(Debug)]
pub(crate) struct Sieve {
    from_us: i64,
    to_us: i64,
    kinds: u8,
    statuses: u8,
    categories: Vec<bool>,
    sources: Vec<bool>,
    /// By source and category: what the scope shows of such events.
    access: Vec<Access>,
    weekdays: u32,
    hours: u32,
    /// `None` for all areas.
    areas: Option<Vec<bool>>,
    bounds: Option<Bounds>,
}

/// What a scope shows of the events of one source and category.
#[derive(Debug)]
enum Access {
    /// None of them.
    Hidden,
    /// All of them, to this place: nearly every analyst's case, decided without a look at the event.
    All(Finest),
    /// All that happened before a moment: one release with a delay, decided by one comparison.
    Until { before_us: i64, finest: Finest },
    /// Those that a release covers.
    Some(Vec<Covered>),
}

/// What one release shows.
#[derive(Debug)]
struct Covered {
    /// By area number; `None` for everywhere.
    areas: Option<Vec<bool>>,
    /// End of the times that are shown.
    before_us: i64,
    finest: Finest,
}

impl Access {
    fn of(shown: &[Shown<'_>], vocabulary: &Vocabulary) -> Self {
        if shown.is_empty() {
            return Self::Hidden;
        }
        if let [only] = shown
            && only.areas.is_none()
        {
            let finest = only.finest;
            return only.before.map_or(Self::All(finest), |before| Self::Until {
                before_us: before.as_microsecond(),
                finest,
            });
        }
        Self::Some(shown.iter().map(|shown| Covered::of(shown, vocabulary)).collect())
    }

    /// The finest place that is shown of the event; `None` when it is not shown at all.
    fn finest(&self, event: &Event) -> Option<Finest> {
        match self {
            Self::Hidden => None,
            Self::All(finest) => Some(*finest),
            Self::Until { before_us, finest } => (event.middle_us() < *before_us).then_some(*finest),
            Self::Some(covered) => covered
                .iter()
                .filter(|covered| covered.covers(event))
                .map(|covered| covered.finest)
                .min(),
        }
    }
}

impl Covered {
    fn of(shown: &Shown<'_>, vocabulary: &Vocabulary) -> Self {
        Self {
            areas: shown
                .areas
                .map(|wanted| flags(vocabulary, |area| wanted.contains(area))),
            before_us: shown.before.map_or(i64::MAX, jiff::Timestamp::as_microsecond),
            finest: shown.finest,
        }
    }

    fn covers(&self, event: &Event) -> bool {
        event.middle_us() < self.before_us
            && self.areas.as_ref().is_none_or(|areas| lies_in_one(areas, event))
    }
}

/// By area number: is it wanted?
fn flags(vocabulary: &Vocabulary, is_wanted: impl Fn(&AreaId) -> bool) -> Vec<bool> {
    let areas = vocabulary.areas.all().iter();
    areas.map(|area| is_wanted(&area.id)).collect()
}

fn lies_in_one(areas: &[bool], event: &Event) -> bool {
    let is_wanted = |number: u16| areas.get(usize::from(number)).copied().unwrap_or(false);
    is_wanted(event.area) || is_wanted(event.municipality)
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
        let access = vocabulary
            .sources
            .iter()
            .flat_map(|source| {
                let categories = vocabulary.taxonomy.categories().iter();
                categories.map(|category| Access::of(&scope.shown(source.id.as_str(), category), vocabulary))
            })
            .collect();
        let areas = (!filter.areas.is_empty()).then(|| flags(vocabulary, |area| filter.areas.contains(area)));
        Self {
            from_us: filter.from.map_or(i64::MIN, jiff::Timestamp::as_microsecond),
            to_us: filter.to.map_or(i64::MAX, jiff::Timestamp::as_microsecond),
            kinds: mask(&filter.kinds, |kind| kind as u8),
            statuses: mask(&filter.statuses, |status| status as u8),
            categories,
            sources,
            access,
            weekdays: filter.weekdays.bits(),
            hours: filter.hours.bits(),
            areas,
            bounds: filter.bbox.map(Bounds::of),
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
            && self.areas.as_ref().is_none_or(|areas| lies_in_one(areas, event))
            && self.finest(event).is_some()
            // An event whose point is not shown lies in no box: else a box could find it.
            && self
                .bounds
                .is_none_or(|bounds| self.shows_point(event) && bounds.hold(event))
    }

    /// True when the event's point may be shown to the viewer.
    pub(crate) fn shows_point(&self, event: &Event) -> bool {
        self.finest(event) == Some(Finest::Point)
    }

    /// From the first to the last moment of all events that the scope sees, whatever the filter.
    ///
    /// Where all of a source and category is seen, its span is known; parts of one are walked over.
    pub(crate) fn span(&self, spans: &Spans, events: &EventIndex) -> Option<Span> {
        let whole = spans
            .iter()
            .filter(|((source, category), _)| matches!(self.access(*source, *category), Access::All(_)))
            .map(|(_, span)| span);
        let shows_part = |source, category| {
            matches!(
                self.access(source, category),
                Access::Until { .. } | Access::Some(_)
            )
        };
        let has_parts = spans
            .iter()
            .any(|((source, category), _)| shows_part(source, category));
        let walked = has_parts.then(|| events.iter()).into_iter().flatten();
        let seen = walked
            .filter(|event| shows_part(event.source, event.category))
            .filter(|event| self.finest(event).is_some())
            .map(Span::of);
        whole.chain(seen).reduce(Span::with)
    }

    fn access(&self, source: u16, category: u16) -> &Access {
        &self.access[usize::from(source) * self.categories.len() + usize::from(category)]
    }

    /// The finest place that the viewer is shown of the event; `None` when it is not shown at all.
    fn finest(&self, event: &Event) -> Option<Finest> {
        self.access(event.source, event.category).finest(event)
    }

    /// True when the cell that the event lies in may be shown to the viewer.
    pub(crate) fn shows_cell(&self, event: &Event) -> bool {
        self.finest(event).is_some_and(|finest| finest <= Finest::Cell)
    }
}

/// A box that points lie in or not.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    north_west: Position,
    south_east: Position,
}

impl Bounds {
    fn of(bounds: BoundingBox) -> Self {
        let at = |lat, lng| LatLng::new(lat, lng).map_or(Position { x: 0, y: 0 }, Position::of);
        Self {
            north_west: at(bounds.north(), bounds.west()),
            south_east: at(bounds.south(), bounds.east()),
        }
    }

    fn hold(&self, event: &Event) -> bool {
        event.position().is_some_and(|at| {
            (self.north_west.x..=self.south_east.x).contains(&at.x)
                && (self.north_west.y..=self.south_east.y).contains(&at.y)
        })
    }
}
