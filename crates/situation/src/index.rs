//! Events in Morton order, with an unsorted tail for the newest.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use crate::event::Event;

/// All events. Those of a tile are one slice of `sorted`, and whatever of `tail` falls into it.
#[derive(Debug, Default)]
pub(crate) struct EventIndex {
    sorted: Vec<Event>,
    tail: Vec<Event>,
    /// Where each event is: below `sorted.len()` there, else in the tail.
    places: HashMap<u64, usize>,
    /// Places in `sorted` and `tail` whose event has moved or changed; ascending is not needed.
    dead: Vec<bool>,
    live: usize,
}

impl EventIndex {
    /// Number of events.
    pub(crate) fn len(&self) -> usize {
        self.live
    }

    pub(crate) fn by_id(&self, id: u64) -> Option<&Event> {
        self.places.get(&id).map(|place| self.at(*place))
    }

    /// Adds the event, or puts it in the place of its earlier version.
    pub(crate) fn put(&mut self, event: Event) {
        let place = self.sorted.len() + self.tail.len();
        match self.places.insert(event.id, place) {
            // In place when it has not moved.
            Some(old) if self.at(old).morton == event.morton => {
                self.places.insert(event.id, old);
                *self.at_mut(old) = event;
                return;
            }
            Some(old) => self.dead[old] = true,
            None => self.live += 1,
        }
        self.tail.push(event);
        self.dead.push(false);
        if self.tail.len() > (self.sorted.len() / 8).max(4_096) {
            self.settle();
        }
    }

    /// Sorts the tail into the rest.
    pub(crate) fn settle(&mut self) {
        if self.tail.is_empty() && !self.dead.contains(&true) {
            return;
        }
        let mut all: Vec<Event> = self.iter().copied().collect();
        all.sort_unstable_by_key(|event| (event.morton, event.id));
        self.places = all
            .iter()
            .enumerate()
            .map(|(place, event)| (event.id, place))
            .collect();
        self.dead = vec![false; all.len()];
        self.sorted = all;
        self.tail = Vec::new();
    }

    /// All events.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Event> {
        self.sorted
            .iter()
            .chain(&self.tail)
            .zip(&self.dead)
            .filter(|(_, dead)| !**dead)
            .map(|(event, _)| event)
    }

    /// The events with a Morton code in the range.
    pub(crate) fn in_range(&self, range: RangeInclusive<u64>) -> impl Iterator<Item = &Event> {
        let first = self.sorted.partition_point(|event| event.morton < *range.start());
        let end = self.sorted.partition_point(|event| event.morton <= *range.end());
        let sorted = self.sorted[first..end].iter().zip(&self.dead[first..end]);
        let tail = self.tail.iter().zip(&self.dead[self.sorted.len()..]);
        let tail = tail.filter(move |(event, _)| range.contains(&event.morton));
        sorted
            .chain(tail)
            .filter(|(_, dead)| !**dead)
            .map(|(event, _)| event)
    }

    fn at(&self, place: usize) -> &Event {
        match place.checked_sub(self.sorted.len()) {
            None => &self.sorted[place],
            Some(in_tail) => &self.tail[in_tail],
        }
    }

    fn at_mut(&mut self, place: usize) -> &mut Event {
        match place.checked_sub(self.sorted.len()) {
            None => &mut self.sorted[place],
            Some(in_tail) => &mut self.tail[in_tail],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::LocalSpan;
    use lagebild_domain::{Kind, Status};
    use proptest::prelude::*;

    fn event(id: u64, morton: u64) -> Event {
        Event {
            id,
            sequence: 0,
            morton,
            cells: None,
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
            category: 0,
            source: 0,
            area: 0,
            municipality: 0,
            kind: Kind::Complaint,
            status: Status::Open,
        }
    }

    proptest! {
        /// Whatever is put, moved and settled: a range holds what a plain list would hold.
        #[test]
        fn a_range_holds_what_a_list_would(
            steps in proptest::collection::vec((0_u64..40, 0_u64..1000, any::<bool>()), 0..200),
            first in 0_u64..1000, length in 0_u64..1000,
        ) {
            let mut index = EventIndex::default();
            let mut list = std::collections::BTreeMap::new();
            for (id, morton, settle) in steps {
                index.put(event(id, morton));
                list.insert(id, morton);
                if settle {
                    index.settle();
                }
            }
            let range = first..=first + length;
            let mut found: Vec<u64> = index.in_range(range.clone()).map(|e| e.id).collect();
            found.sort_unstable();
            let expected: Vec<u64> = list.iter().filter(|(_, m)| range.contains(m)).map(|(id, _)| *id).collect();
            prop_assert_eq!(found, expected);
            prop_assert_eq!(index.len(), list.len());
            for (id, morton) in list {
                prop_assert_eq!(index.by_id(id).map(|e| e.morton), Some(morton));
            }
        }
    }
}
