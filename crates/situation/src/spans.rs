//! First and last moment of the reports of each source and category, kept as they come.

use std::collections::BTreeMap;

use crate::event::Event;
use crate::index::EventIndex;

/// Start and end in microseconds since 1970; the end is exclusive, so an instant ends a microsecond after itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from_us: i64,
    pub(crate) to_us: i64,
}

impl Span {
    pub(crate) fn of(event: &Event) -> Self {
        Self {
            from_us: event.from_us,
            to_us: event.from_us + event.length_us.max(1),
        }
    }

    /// The span from the earlier start to the later end.
    pub(crate) fn with(self, other: Self) -> Self {
        Self {
            from_us: self.from_us.min(other.from_us),
            to_us: self.to_us.max(other.to_us),
        }
    }
}

/// The spans by source and category, so that "the last 28 days" is known without walking over all events.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spans(BTreeMap<Stream, Span>);

/// Source and category by their numbers.
type Stream = (u16, u16);

fn stream(event: &Event) -> Stream {
    (event.source, event.category)
}

impl Spans {
    /// Takes in that the index holds `event` now, in place of `before`.
    pub(crate) fn put(&mut self, event: &Event, before: Option<&Event>, index: &EventIndex) {
        if let Some(before) = before
            && self.may_shrink(before, event)
        {
            self.walk(stream(before), index);
        }
        let now = Span::of(event);
        self.0
            .entry(stream(event))
            .and_modify(|span| *span = span.with(now))
            .or_insert(now);
    }

    /// Takes in that the index holds the event no longer.
    pub(crate) fn remove(&mut self, event: &Event, index: &EventIndex) {
        let was = Span::of(event);
        let span = self.0.get(&stream(event));
        if span.is_some_and(|span| was.from_us == span.from_us || was.to_us == span.to_us) {
            self.walk(stream(event), index);
        }
    }

    /// What was first or last is so no more: rare enough for a walk.
    fn walk(&mut self, of: Stream, index: &EventIndex) {
        let of_stream = index.iter().filter(|event| stream(event) == of);
        match of_stream.map(Span::of).reduce(Span::with) {
            Some(walked) => self.0.insert(of, walked),
            None => self.0.remove(&of),
        };
    }

    /// The spans by number of source and category.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Stream, Span)> {
        self.0.iter().map(|(stream, span)| (*stream, *span))
    }

    /// The spans of an index.
    pub(crate) fn of_index(index: &EventIndex) -> Self {
        let mut spans = Self::default();
        for event in index.iter() {
            spans.put(event, None, index);
        }
        spans
    }

    /// True when the event was the first or the last of its source, and is so no longer.
    fn may_shrink(&self, before: &Event, event: &Event) -> bool {
        let was = Span::of(before);
        let now = (stream(before) == stream(event)).then(|| Span::of(event));
        self.0.get(&stream(before)).is_some_and(|span| {
            let was_first = was.from_us == span.from_us;
            let was_last = was.to_us == span.to_us;
            was_first && now.is_none_or(|now| now.from_us > was.from_us)
                || was_last && now.is_none_or(|now| now.to_us < was.to_us)
        })
    }
}
