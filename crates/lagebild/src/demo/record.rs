//! From a happening to what a feed says about it: delay, exactness of time and place, status, text.

use jiff::{SignedDuration, Timestamp};

use super::calendar::{berlin, days};
use super::city::City;
use super::event::{Channel, DemoEvent, Feed, Precision, Status};
use super::texts::text;
use super::words::{WORDS, Word};
use crate::dice::Dice;

/// Categories that a feed never gives more exactly than the street.
const PROTECTED: [&str; 3] = ["sexualdelikt", "haeusliche_gewalt", "jugenddelikt"];

/// Writes happenings down as the feeds do.
pub(crate) struct Recorder<'a> {
    city: &'a City,
}

impl<'a> Recorder<'a> {
    pub(crate) fn new(city: &'a City) -> Self {
        Self { city }
    }

    /// What the feed says about a happening at an address, with all its inexactness.
    pub(crate) fn record(&self, word: usize, address: usize, at: Timestamp, dice: &mut Dice) -> DemoEvent {
        let entry = &WORDS[word];
        let precision = precision(entry, dice);
        let (from, to) = span(entry, at, dice);
        self.written(entry, address, precision, (from, to), dice)
    }

    /// The same with the exact place and the exact time.
    pub(crate) fn record_exactly(
        &self,
        word: usize,
        address: usize,
        at: Timestamp,
        dice: &mut Dice,
    ) -> DemoEvent {
        self.written(&WORDS[word], address, Precision::Point, (at, at), dice)
    }

    fn written(
        &self,
        entry: &Word,
        address: usize,
        precision: Precision,
        (from, to): (Timestamp, Timestamp),
        dice: &mut Dice,
    ) -> DemoEvent {
        let age = delay(entry.feed, dice);
        let reported_at = to.checked_add(age).unwrap_or(to);
        let (place, position) = match precision {
            Precision::Point => {
                let with_house = entry.feed == Feed::Maengelmelder;
                (
                    self.city.label(address, with_house),
                    Some(self.city.address(address).at),
                )
            }
            Precision::Street => (
                self.city.label(address, false),
                Some(self.city.street_middle(address)),
            ),
            Precision::None if PROTECTED.contains(&entry.category) => {
                (self.city.district(address).to_owned(), None)
            }
            Precision::None => (self.city.quarter(address).to_owned(), None),
        };
        DemoEvent {
            feed: entry.feed,
            number: String::new(),
            word: entry.name,
            category: entry.category,
            pks: entry.pks,
            is_control: entry.is_control,
            occurred_from: from,
            occurred_to: to,
            reported_at,
            status: status(dice),
            place,
            position: position.map(|at| at.lat_lng().rounded()),
            precision,
            text: if entry.feed == Feed::Polizei {
                None
            } else {
                text(entry.category, dice)
            },
            channel: (entry.feed == Feed::Wahrnehmung).then(|| channel(dice)),
            truth: None,
            plant: None,
        }
    }
}

/// Reporting takes half a day for complaints, two days for the police, three for perceptions (medians).
fn delay(feed: Feed, dice: &mut Dice) -> SignedDuration {
    let (median, sigma) = match feed {
        Feed::Maengelmelder => (0.5, 1.1),
        Feed::Polizei => (2.0, 1.0),
        Feed::Wahrnehmung => (3.0, 0.9),
    };
    days(dice.log_normal(median, sigma).min(60.0))
}

fn precision(entry: &Word, dice: &mut Dice) -> Precision {
    if PROTECTED.contains(&entry.category) {
        return if dice.chance(0.85) {
            Precision::Street
        } else {
            Precision::None
        };
    }
    let (street, none) = match entry.feed {
        Feed::Maengelmelder => (0.08, 0.03),
        Feed::Polizei => (0.12, 0.05),
        Feed::Wahrnehmung => (0.16, 0.10),
    };
    match dice.unit() {
        share if share < none => Precision::None,
        share if share < none + street => Precision::Street,
        _ => Precision::Point,
    }
}

/// The time as recorded: a moment (the police round it), or the span of a night or an absence around it.
fn span(entry: &Word, at: Timestamp, dice: &mut Dice) -> (Timestamp, Timestamp) {
    if entry.feed == Feed::Polizei {
        let rounded = five_minutes(at);
        if !dice.chance(entry.span_share) {
            return (rounded, rounded);
        }
        let from = rounded.checked_sub(hours(dice.between(1.0, 9.0)));
        let to = rounded.checked_add(hours(dice.between(0.5, 7.0)));
        return (
            from.map_or(rounded, five_minutes),
            to.map_or(rounded, five_minutes),
        );
    }
    (at, at)
}

fn hours(hours: f64) -> SignedDuration {
    days(hours / 24.0)
}

fn five_minutes(at: Timestamp) -> Timestamp {
    let second = at.as_second();
    Timestamp::from_second(second - second.rem_euclid(300)).unwrap_or(at)
}

/// Settled later by age, see [`settle`]; here only how it will end.
fn status(dice: &mut Dice) -> Status {
    if dice.chance(0.05) {
        Status::Rejected
    } else {
        Status::Closed
    }
}

/// The status that a complaint has at the end of the data: most are closed within three weeks.
pub(crate) fn settle(event: &mut DemoEvent, end: Timestamp, dice: &mut Dice) {
    let age_days = end.duration_since(event.reported_at).as_secs_f64() / 86_400.0;
    if dice.exponential(9.0) > age_days {
        event.status = if dice.chance((age_days / 8.0).min(0.6)) {
            Status::InProgress
        } else {
            Status::Open
        };
    }
}

fn channel(dice: &mut Dice) -> Channel {
    *dice.pick(&[
        Channel::Umfrage,
        Channel::OnlineKarte,
        Channel::OnlineKarte,
        Channel::Quartierslabor,
    ])
}

/// The part of the day in a perception's own words.
pub(crate) fn time_of_day(at: Timestamp) -> &'static str {
    match berlin().to_datetime(at).hour() {
        6..=9 => "morgens",
        10..=16 => "tagsüber",
        17..=21 => "abends",
        _ => "nachts",
    }
}
