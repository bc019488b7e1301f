//! The city goes on: an endless stream of further events.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::city::City;
use super::event::{DemoEvent, Status};
use super::generator::Mix;
use super::planted::{Course, PLANTED};
use super::record::Recorder;
use super::words::{WORDS, word_index};
use crate::dice::{Dice, Weighted};

/// One of so many live events lies in a planted emerging spot.
const PLANTED_SHARE: f64 = 0.12;

/// Draws the next events without end; the same seed draws the same sequence.
#[derive(Debug, Clone)]
pub(crate) struct LiveSimulator {
    city: Arc<City>,
    mix: Mix,
    dice: Dice,
    mean_interval: Duration,
    emerging: Vec<usize>,
    drawn: u64,
}

/// What comes next: how long to wait for it and what it is about. Its time is given when it happens.
#[derive(Debug, Clone)]
pub(crate) struct LiveEvent {
    /// Time to wait after the event before.
    pub(crate) wait: Duration,
    event: DemoEvent,
    serial: u64,
}

impl LiveSimulator {
    /// A simulator that draws an event every `mean_interval` on average.
    pub(crate) fn new(city: Arc<City>, seed: u64, mean_interval: Duration) -> Self {
        let emerging = (0..PLANTED.len())
            .filter(|&spot| PLANTED[spot].course == Course::Emerging)
            .collect();
        Self {
            city,
            mix: Mix::new(),
            dice: Dice::new(seed, "live events"),
            mean_interval,
            emerging,
            drawn: 0,
        }
    }

    fn draw(&mut self) -> LiveEvent {
        let dice = &mut self.dice;
        // Never a burst and never a long silence: half to three times the mean interval.
        let wait = self.mean_interval.mul_f64((0.5 + dice.exponential(0.5)).min(3.0));
        let recorder = Recorder::new(&self.city);
        let now = Timestamp::UNIX_EPOCH;
        let event = if dice.chance(PLANTED_SHARE) {
            let spot = *dice.pick(&self.emerging);
            let parts = PLANTED[spot].parts;
            let part = &parts[Weighted::new(parts.iter().map(|part| f64::from(part.count))).draw(dice)];
            let address = self.city.draw_planted(spot, dice);
            let mut event = recorder.record_exactly(word_index(part.feed, part.word), address, now, dice);
            event.plant = Some(PLANTED[spot].id);
            event
        } else {
            let word = self.mix.draw(dice);
            let address = self.mix.address(word, &self.city, dice);
            recorder.record(word, address, now, dice)
        };
        debug_assert!(WORDS.iter().any(|word| word.name == event.word));
        self.drawn += 1;
        LiveEvent {
            wait,
            event,
            serial: self.drawn,
        }
    }
}

impl Iterator for LiveSimulator {
    type Item = LiveEvent;

    fn next(&mut self) -> Option<LiveEvent> {
        Some(self.draw())
    }
}

impl LiveEvent {
    /// The event as it happens and is reported now. Its number holds the time, so that it stays unique when the
    /// simulator starts anew on the same data.
    pub(crate) fn at(self, now: Timestamp) -> DemoEvent {
        let number = format!(
            "{}-LIVE-{}-{:04}",
            self.event.feed.number_prefix(),
            now.as_millisecond(),
            self.serial
        );
        DemoEvent {
            number,
            occurred_from: now,
            occurred_to: now,
            reported_at: now,
            status: Status::Open,
            ..self.event
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::event::Feed;
    use crate::demo::feeds::document;

    fn simulator(seed: u64) -> LiveSimulator {
        LiveSimulator::new(Arc::new(City::new()), seed, Duration::from_secs(5))
    }

    #[test]
    fn the_same_seed_draws_the_same_stream() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let stream = |seed| {
            simulator(seed)
                .take(50)
                .map(|next| next.at(now))
                .collect::<Vec<_>>()
        };
        assert_eq!(stream(3), stream(3));
        assert_ne!(stream(3), stream(4));
    }

    #[test]
    fn waits_average_to_about_the_interval() {
        let waited: Duration = simulator(1).take(1000).map(|next| next.wait).sum();
        let mean = waited.as_secs_f64() / 1000.0;
        assert!((4.4..5.6).contains(&mean), "{mean}");
    }

    #[test]
    fn some_events_lie_in_planted_spots_and_each_makes_a_document() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let events: Vec<DemoEvent> = simulator(1).take(400).map(|next| next.at(now)).collect();
        let planted = events.iter().filter(|event| event.plant.is_some()).count();
        // 12 % of 400 are 48.
        assert!((30..70).contains(&planted), "{planted}");
        for event in &events {
            assert!(document(event.feed, [event]).unwrap().contains(&event.number));
        }
        assert!(events.iter().any(|event| event.feed == Feed::Wahrnehmung));
    }
}
