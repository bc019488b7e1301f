//! Two invented years of the city: what is reported, by whom, when and where.

use jiff::{SignedDuration, Timestamp};

use super::calendar::{Calendar, berlin, days};
use super::city::City;
use super::event::{DemoEvent, Feed};
use super::hotspots::attractors;
use super::planted::{Course, PLANTED, PlantPart, Planted};
use super::record::{Recorder, settle};
use super::words::{SHARED_HAPPENINGS, WORDS, Word, word_index};
use crate::dice::{Dice, Weighted};

/// What decides the demo's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DemoParams {
    /// How many events there are in all three feeds together.
    pub(crate) events: u32,
    pub(crate) seed: u64,
    /// End of the data: nothing is reported later.
    pub(crate) end: Timestamp,
}

/// Happenings that both city and police report, per event of the whole (about two and a half a day of 60 000).
const SHARED_SHARE: f64 = 0.0304;
/// Of a hundred burglaries in homes, so many are followed by another nearby within days.
const NEAR_REPEAT_SHARE: f64 = 0.34;
/// Attempts before a planted event that does not fit in time is given up; never reached in practice.
const ATTEMPTS: usize = 400;

/// All events up to the end, in the order in which they were reported. The same parameters give the same events.
pub(crate) fn generate(params: &DemoParams, city: &City) -> Vec<DemoEvent> {
    let mut generator = Generator::new(params, city);
    let wanted = params.events as usize;
    generator.plant();
    generator.shared_happenings((f64::from(params.events) * SHARED_SHARE) as usize);
    generator.events.truncate(wanted);
    while generator.events.len() < wanted {
        generator.ordinary();
    }
    generator.events.truncate(wanted);
    for event in &mut generator.events {
        settle(event, params.end, &mut generator.dice);
    }
    numbered(generator.events)
}

struct Generator<'a> {
    city: &'a City,
    calendar: Calendar,
    recorder: Recorder<'a>,
    mix: Mix,
    dice: Dice,
    events: Vec<DemoEvent>,
}

impl<'a> Generator<'a> {
    fn new(params: &DemoParams, city: &'a City) -> Self {
        Self {
            city,
            calendar: Calendar::new(params.end),
            recorder: Recorder::new(city),
            mix: Mix::new(),
            dice: Dice::new(params.seed, "demo events"),
            events: Vec::with_capacity(params.events as usize + 8),
        }
    }

    /// Keeps an event that lies in the two years and was reported by their end.
    fn keep(&mut self, event: DemoEvent) -> bool {
        let fits = event.occurred_from >= self.calendar.begin && event.reported_at <= self.calendar.end;
        if fits {
            self.events.push(event);
        }
        fits
    }

    fn ordinary(&mut self) {
        let word = self.mix.draw(&mut self.dice);
        let address = self.address(word);
        let at = self.calendar.draw(word, &mut self.dice);
        let event = self.recorder.record(word, address, at, &mut self.dice);
        if self.keep(event) && WORDS[word].category == "wohnungseinbruch" {
            self.near_repeat(word, address, at);
        }
    }

    fn address(&mut self, word: usize) -> usize {
        self.mix.address(word, self.city, &mut self.dice)
    }

    fn near_repeat(&mut self, word: usize, address: usize, at: Timestamp) {
        if !self.dice.chance(NEAR_REPEAT_SHARE) {
            return;
        }
        let address = self.city.neighbour(address, &mut self.dice);
        let later = later(at, self.dice.exponential(3.2).min(10.0));
        let at = self.calendar.draw_on_day_of(later, word, &mut self.dice);
        let event = self.recorder.record(word, address, at, &mut self.dice);
        self.keep(event);
    }

    fn shared_happenings(&mut self, count: usize) {
        let kinds = Weighted::new(SHARED_HAPPENINGS.iter().map(|happening| happening.2));
        let mut truth = 0;
        while truth < count as u64 {
            let (complaint, record, _) = SHARED_HAPPENINGS[kinds.draw(&mut self.dice)];
            let complaint = word_index(Feed::Maengelmelder, complaint);
            let record = word_index(Feed::Polizei, record);
            let address = self.address(complaint);
            let at = self.calendar.draw(complaint, &mut self.dice);
            let offset = SignedDuration::from_secs((self.dice.normal() * 480.0) as i64);
            let seen = at.checked_add(offset).unwrap_or(at);
            let mut first = self
                .recorder
                .record_exactly(complaint, address, seen, &mut self.dice);
            let mut second = self.recorder.record_exactly(record, address, at, &mut self.dice);
            (first.truth, second.truth) = (Some(truth), Some(truth));
            let end = self.calendar.end;
            if first.reported_at <= end
                && second.reported_at <= end
                && first.occurred_from >= self.calendar.begin
            {
                self.keep(second);
                self.keep(first);
                truth += 1;
            }
        }
    }

    fn plant(&mut self) {
        for (number, spot) in PLANTED.iter().enumerate() {
            for part in spot.parts {
                for _ in 0..part.count {
                    self.plant_one(number, spot, part);
                }
            }
        }
    }

    fn plant_one(&mut self, number: usize, spot: &Planted, part: &PlantPart) {
        let word = word_index(part.feed, part.word);
        let end = self.calendar.end;
        let (from, to) = (spot.from(end), spot.to(end));
        for _ in 0..ATTEMPTS {
            let about = moment(spot.course, from, to, &mut self.dice);
            let at = self.calendar.draw_on_day_of(about, word, &mut self.dice);
            let address = self.city.draw_planted(number, &mut self.dice);
            let mut event = self.recorder.record_exactly(word, address, at, &mut self.dice);
            event.plant = Some(spot.id);
            if event.occurred_from >= from && event.occurred_to <= to && self.keep(event) {
                return;
            }
        }
    }
}

/// A moment of a planted course: rising to its end, or rising and ending.
fn moment(course: Course, from: Timestamp, to: Timestamp, dice: &mut Dice) -> Timestamp {
    let share = match course {
        Course::Emerging => dice.unit().powf(0.62),
        Course::Episode => f64::midpoint(dice.unit(), dice.unit()),
    };
    let span = (to.as_second() - from.as_second()) as f64;
    Timestamp::from_second(from.as_second() + (span * share) as i64).unwrap_or(to)
}

fn later(at: Timestamp, by_days: f64) -> Timestamp {
    at.checked_add(days(by_days)).unwrap_or(at)
}

/// Sorts by receipt and gives each event its feed's next number of the year.
fn numbered(mut events: Vec<DemoEvent>) -> Vec<DemoEvent> {
    let zone = berlin();
    events.sort_by_key(|event| event.reported_at);
    let mut counters = [(0_i16, 0_u32); 3];
    for event in &mut events {
        let year = zone.to_datetime(event.reported_at).year();
        let counter = &mut counters[event.feed as usize];
        *counter = if counter.0 == year {
            (year, counter.1 + 1)
        } else {
            (year, 1)
        };
        event.number = format!("{}-{year}-{:06}", event.feed.number_prefix(), counter.1);
    }
    events
}

/// How often each word is met and where.
#[derive(Debug, Clone)]
pub(crate) struct Mix {
    words: Weighted,
    /// For each word, the attractors and the shares that they draw.
    attracted: Vec<Vec<(usize, f64)>>,
}

impl Mix {
    pub(crate) fn new() -> Self {
        let total = |feed: Feed| -> f64 {
            WORDS
                .iter()
                .filter(|word| word.feed == feed)
                .map(|word| word.weight)
                .sum()
        };
        let totals = Feed::ALL.map(total);
        let share = |word: &Word| word.weight / totals[word.feed as usize] * feed_share(word.feed);
        let attracted = WORDS
            .iter()
            .map(|word| {
                let of_category = |draws: &[(&str, f64)]| {
                    draws
                        .iter()
                        .find(|(category, _)| *category == word.category)
                        .map(|&(_, share)| share)
                };
                attractors()
                    .enumerate()
                    .filter_map(|(number, hotspot)| Some((number, of_category(hotspot.draws)?)))
                    .collect()
            })
            .collect();
        Self {
            words: Weighted::new(WORDS.iter().map(share)),
            attracted,
        }
    }

    /// The index of a word.
    pub(crate) fn draw(&self, dice: &mut Dice) -> usize {
        self.words.draw(dice)
    }

    /// An address for an event of the word.
    pub(crate) fn address(&self, word: usize, city: &City, dice: &mut Dice) -> usize {
        let mut share = dice.unit();
        for &(attractor, part) in &self.attracted[word] {
            if share < part {
                return city.draw_attractor(attractor, dice);
            }
            share -= part;
        }
        city.draw(WORDS[word].whereabouts, dice)
    }
}

fn feed_share(feed: Feed) -> f64 {
    match feed {
        Feed::Maengelmelder => 0.414,
        Feed::Polizei => 0.564,
        Feed::Wahrnehmung => 0.022,
    }
}
