//! First and last moment of each source's reports, kept as they come.

use crate::event::Event;
use crate::index::EventIndex;

/// Start and end in microseconds since 1970; the end is exclusive, so an instant ends a microsecond after itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from_us: i64,
    pub(crate) to_us: i64,
}

impl Span {
    fn of(event: &Event) -> Self {
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

/// The spans by source, so that "the last 28 days" is known without walking over all events.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spans(Vec<Option<Span>>);

impl Spans {
    /// Takes in that the index holds `event` now, in place of `before`.
    pub(crate) fn put(&mut self, event: &Event, before: Option<&Event>, index: &EventIndex) {
        if let Some(before) = before
            && self.may_shrink(before, event)
        {
            // What was first or last is so no more: rare enough for a walk.
            let of_source = index.iter().filter(|other| other.source == before.source);
            let walked = of_source.map(Span::of).reduce(Span::with);
            self.set(before.source, walked);
        }
        let span = self
            .of(event.source)
            .map_or(Span::of(event), |span| span.with(Span::of(event)));
        self.set(event.source, Some(span));
    }

    /// The span of a source's events; `None` when it has none.
    pub(crate) fn of(&self, source: u16) -> Option<Span> {
        self.0.get(usize::from(source)).copied().flatten()
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
        let now = (before.source == event.source).then(|| Span::of(event));
        self.of(before.source).is_some_and(|span| {
            let was_first = was.from_us == span.from_us;
            let was_last = was.to_us == span.to_us;
            was_first && now.is_none_or(|now| now.from_us > was.from_us)
                || was_last && now.is_none_or(|now| now.to_us < was.to_us)
        })
    }

    fn set(&mut self, source: u16, span: Option<Span>) {
        let at = usize::from(source);
        if self.0.len() <= at {
            self.0.resize(at + 1, None);
        }
        self.0[at] = span;
    }
}
