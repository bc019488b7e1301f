//! The two years of the demo city, hour by hour in local time.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::event::Feed;
use super::rhythm::{Rhythm, Season};
use super::words::WORDS;
use crate::dice::{Dice, Weighted};

/// The zone in which the city lives. Compiled in, so that it is known everywhere.
pub(crate) fn berlin() -> TimeZone {
    TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC)
}

/// When the data begin and end, and when each word's events happen in between.
#[derive(Debug, Clone)]
pub(crate) struct Calendar {
    pub(crate) begin: Timestamp,
    pub(crate) end: Timestamp,
    days: Vec<Day>,
    /// For each of [`WORDS`], its weights of the days.
    word_days: Vec<Weighted>,
    /// For each rhythm and weekday, the weights of the hours.
    hours: Vec<[Weighted; 7]>,
}

#[derive(Debug, Clone)]
struct Day {
    date: Date,
    weekday: usize,
    /// Where each local hour begins, in seconds since 1970.
    hour_starts: [i64; 24],
}

impl Calendar {
    /// The two years up to `end`.
    pub(crate) fn new(end: Timestamp) -> Self {
        let zone = berlin();
        let last = end.to_zoned(zone.clone());
        let first = last.checked_sub(2.years()).unwrap_or_else(|_| last.clone());
        let days: Vec<Day> = first
            .date()
            .series(1.day())
            .take_while(|&date| date <= last.date())
            .map(|date| Day::new(date, &zone))
            .collect();
        let word_days = WORDS
            .iter()
            .map(|word| {
                let count = days.len() as f64;
                Weighted::new(days.iter().enumerate().map(|(index, day)| {
                    let years = 2.0 * index as f64 / count;
                    day.weight(word.rhythm, word.season) * yearly_growth(word.feed).powf(years)
                }))
            })
            .collect();
        let hours = Rhythm::ALL
            .iter()
            .map(|rhythm| {
                std::array::from_fn(|weekday| Weighted::new((0..24).map(|hour| rhythm.weight(weekday, hour))))
            })
            .collect();
        Self {
            begin: first.timestamp(),
            end,
            days,
            word_days,
            hours,
        }
    }

    /// A moment for an event of one of [`WORDS`]; it may lie a little outside the two years.
    pub(crate) fn draw(&self, word: usize, dice: &mut Dice) -> Timestamp {
        let day = self.word_days[word].draw(dice);
        self.draw_on(day, WORDS[word].rhythm, dice)
    }

    /// A moment on the day of `about`, in the word's rhythm.
    pub(crate) fn draw_on_day_of(&self, about: Timestamp, word: usize, dice: &mut Dice) -> Timestamp {
        let second = about.as_second();
        let after = self.days.partition_point(|day| day.hour_starts[0] <= second);
        self.draw_on(after.saturating_sub(1), WORDS[word].rhythm, dice)
    }

    fn draw_on(&self, day: usize, rhythm: Rhythm, dice: &mut Dice) -> Timestamp {
        let day = &self.days[day];
        let hour = self.hours[rhythm as usize][day.weekday].draw(dice);
        let second = day.hour_starts[hour] + (dice.unit() * 3600.0) as i64;
        Timestamp::from_second(second).unwrap_or(self.end)
    }
}

impl Day {
    fn new(date: Date, zone: &TimeZone) -> Self {
        let weekday = date.weekday().to_monday_zero_offset().unsigned_abs() as usize;
        let hour_starts = std::array::from_fn(|hour| {
            let local = date.at(hour as i8, 0, 0, 0);
            zone.to_ambiguous_zoned(local)
                .compatible()
                .map_or(0, |start| start.timestamp().as_second())
        });
        Self {
            date,
            weekday,
            hour_starts,
        }
    }

    fn weight(&self, rhythm: Rhythm, season: Season) -> f64 {
        let month = self.date.month().unsigned_abs() as usize;
        let is_new_year = self.date.month() == 1 && self.date.day() == 1;
        let is_loud = matches!(rhythm, Rhythm::Night | Rhythm::Nightlife);
        let feast = if is_new_year && is_loud { 2.4 } else { 1.0 };
        rhythm.day_weight(self.weekday) * season.weight(month) * feast
    }
}

/// Complaints grow as the app gets known; recorded offences hardly do.
fn yearly_growth(feed: Feed) -> f64 {
    match feed {
        Feed::Maengelmelder => 1.09,
        Feed::Polizei => 1.02,
        Feed::Wahrnehmung => 1.12,
    }
}

/// A duration of some days.
pub(crate) fn days(days: f64) -> SignedDuration {
    SignedDuration::from_secs((days * 86_400.0) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_years_begin_two_years_before_their_end() {
        let end: Timestamp = "2026-11-22T04:30:00Z".parse().unwrap();
        let calendar = Calendar::new(end);
        assert_eq!(calendar.begin, "2024-11-22T04:30:00Z".parse().unwrap());
        assert_eq!(calendar.days.len(), 731);
    }

    #[test]
    fn a_day_without_two_o_clock_has_all_its_other_hours() {
        let day = Day::new(Date::constant(2026, 3, 29), &berlin());
        assert_eq!(day.hour_starts[23] - day.hour_starts[0], 22 * 3600);
        assert_eq!(day.hour_starts[2], day.hour_starts[3]);
    }
}
