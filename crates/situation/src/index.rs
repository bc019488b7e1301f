//! Events in Morton order, and where each is.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use h3o::CellIndex;

use crate::blocks::{Blocks, Keyed};
use crate::cells::Resolution;
use crate::event::{Event, NO_CELLS, PointCells, RESOLUTIONS};

/// All events.
///
/// Bytes an event: 64 for the event (asserted in `event.rs`) and 16 for its place by number, in full blocks. Blocks of
/// events that came in any order are 69 % full on average and half full at worst: 109 and 144 bytes. The cells of a city
/// are a few megabytes, however many events lie in them. There is no tail to be merged: a change touches one block of each
/// list, whatever their length.
#[derive(Debug, Clone, Default)]
pub(crate) struct EventIndex {
    /// By Morton code: the events of a tile follow one another.
    events: Blocks<Event>,
    /// By number.
    places: Blocks<Place>,
    cells: CellTable,
}

/// Where in the Morton order an event is.
#[derive(Debug, Clone, Copy)]
struct Place {
    id: u64,
    morton: u64,
}

impl Place {
    fn of(event: &Event) -> Self {
        Self {
            id: event.id,
            morton: event.morton,
        }
    }
}

impl Keyed for Place {
    type Key = u64;
    fn key(&self) -> u64 {
        self.id
    }
}

impl Keyed for Event {
    type Key = (u64, u64);
    fn key(&self) -> (u64, u64) {
        (self.morton, self.id)
    }
}

impl EventIndex {
    /// Number of events.
    pub(crate) fn len(&self) -> usize {
        self.events.len()
    }

    pub(crate) fn by_id(&self, id: u64) -> Option<&Event> {
        let place = self.places.get(id)?;
        self.events.get((place.morton, id))
    }

    /// Adds the event of a point with these cells, or puts it in the place of its earlier version, which it gives back.
    pub(crate) fn put(&mut self, mut event: Event, cells: Option<PointCells>) -> Option<Event> {
        event.cells = cells.map_or(NO_CELLS, |cells| self.cells.number_of(cells));
        let moved_from = self
            .places
            .insert(Place::of(&event))
            .filter(|before| before.morton != event.morton)
            .and_then(|before| self.events.remove((before.morton, before.id)));
        self.events.insert(event).or(moved_from)
    }

    /// Takes an event out, and gives it back.
    pub(crate) fn remove(&mut self, id: u64) -> Option<Event> {
        let place = self.places.remove(id)?;
        self.events.remove((place.morton, id))
    }

    /// All events, in Morton order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Event> {
        self.events.iter()
    }

    /// The events with a Morton code in the range.
    pub(crate) fn in_range(&self, range: RangeInclusive<u64>) -> impl Iterator<Item = &Event> {
        self.events.range((*range.start(), 0)..=(*range.end(), u64::MAX))
    }

    /// The cells that events lie in.
    pub(crate) fn cells(&self) -> &CellTable {
        &self.cells
    }
}

/// Puts an index together from events that are in Morton order already, and carry their numbers in the table.
#[derive(Debug)]
pub(crate) struct IndexBuilder {
    events: Blocks<Event>,
    places: Vec<Place>,
    cells: CellTable,
}

impl IndexBuilder {
    pub(crate) fn new(cells: CellTable) -> Self {
        Self {
            events: Blocks::default(),
            places: Vec::new(),
            cells,
        }
    }

    /// Takes the next event; false when it is out of order or its cells are not in the table.
    pub(crate) fn push(&mut self, event: Event) -> bool {
        let has_known_cells = event.cells == NO_CELLS || (event.cells as usize) < self.cells.rows.len();
        self.places.push(Place::of(&event));
        has_known_cells && self.events.push(event)
    }

    /// The index; `None` when two events have the same number.
    pub(crate) fn finish(mut self) -> Option<EventIndex> {
        self.places.sort_unstable_by_key(Place::key);
        let mut places = Blocks::default();
        let are_distinct = self.places.into_iter().all(|place| places.push(place));
        are_distinct.then_some(EventIndex {
            events: self.events,
            places,
            cells: self.cells,
        })
    }
}

/// The cells of points, each combination once.
///
/// Each resolution's cell is kept, because cells do not lie wholly inside their parents: the parent of a point's cell need
/// not hold the point. All points of a cell of the finest resolution have few combinations between them, so the table
/// grows with the area, not with the events.
#[derive(Debug, Clone, Default)]
pub(crate) struct CellTable {
    rows: Vec<PointCells>,
    numbers: HashMap<PointCells, u32>,
}

impl CellTable {
    /// The number of a combination, new or known.
    pub(crate) fn number_of(&mut self, cells: PointCells) -> u32 {
        *self.numbers.entry(cells).or_insert_with(|| {
            self.rows.push(cells);
            (self.rows.len() - 1) as u32
        })
    }

    /// The combinations by number.
    pub(crate) fn rows(&self) -> &[PointCells] {
        &self.rows
    }

    /// The event's cell at a resolution; `None` unless it may be drawn as a point.
    pub(crate) fn at(&self, event: &Event, resolution: Resolution) -> Option<u64> {
        let row = self.rows.get(event.cells as usize)?;
        Some(row[resolution.place()].into())
    }

    /// The cell of the finest resolution.
    pub(crate) fn finest(&self, event: &Event) -> Option<CellIndex> {
        let row = self.rows.get(event.cells as usize)?;
        Some(row[RESOLUTIONS - 1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::testing::event;
    use proptest::prelude::*;

    proptest! {
        /// Whatever is put and moved: a range holds what a plain list would hold.
        #[test]
        fn a_range_holds_what_a_list_would(
            steps in proptest::collection::vec((0_u64..600, 0_u64..1000), 0..2_000),
            first in 0_u64..1000, length in 0_u64..1000,
        ) {
            let mut index = EventIndex::default();
            let mut list = std::collections::BTreeMap::new();
            for (id, morton) in steps {
                let before = index.put(event(id, morton), None);
                prop_assert_eq!(before.map(|event| event.morton), list.insert(id, morton));
            }
            let range = first..=first + length;
            let mut found: Vec<u64> = index.in_range(range.clone()).map(|e| e.id).collect();
            found.sort_unstable();
            let expected: Vec<u64> = list.iter().filter(|(_, m)| range.contains(m)).map(|(id, _)| *id).collect();
            prop_assert_eq!(found, expected);
            prop_assert_eq!(index.len(), list.len());
            for (id, morton) in &list {
                prop_assert_eq!(index.by_id(*id).map(|e| e.morton), Some(*morton));
            }
            let mut builder = IndexBuilder::new(CellTable::default());
            prop_assert!(index.iter().all(|event| builder.push(*event)));
            let again = builder.finish();
            prop_assert!(again.is_some_and(|again| again.iter().eq(index.iter())));
        }
    }
}
