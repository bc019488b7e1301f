//! When the reports behind a finding happened.

use jiff::{Timestamp, ToSpan};
use lagebild_domain::{Rhythm, german, sun};
use lagebild_situation::Observation;

use super::steps::day_of;

const SECONDS_PER_HOUR: i64 = 3_600;
/// A longer span says nothing about the hour.
const LONGEST_FOR_HOURS: i64 = 12 * SECONDS_PER_HOUR;
/// A longer span says nothing about the weekday.
const LONGEST_FOR_WEEKDAY: i64 = 36 * SECONDS_PER_HOUR;
/// A longer span says nothing about daylight.
const LONGEST_FOR_LIGHT: i64 = 4 * SECONDS_PER_HOUR;
/// Share of the reports whose time must be known well enough to speak of it.
const KNOWN_SHARE: f64 = 0.5;

/// Hours, weekdays and darkness of the reports.
pub(super) fn rhythm(members: &[Observation]) -> Rhythm {
    let known_to = |longest: i64| -> Vec<&Observation> {
        let known: Vec<&Observation> = members
            .iter()
            .filter(|o| o.occurred.length_seconds() <= longest)
            .collect();
        let is_enough = !known.is_empty() && known.len() as f64 >= KNOWN_SHARE * members.len() as f64;
        if is_enough { known } else { Vec::new() }
    };
    let mut hours = vec![0.0; 24];
    let to_the_hour = known_to(LONGEST_FOR_HOURS);
    for observation in &to_the_hour {
        let spread = hours_of(observation);
        for hour in &spread {
            hours[*hour] += 1.0 / spread.len() as f64;
        }
    }
    let mut weekdays = vec![0.0; 7];
    let to_the_day = known_to(LONGEST_FOR_WEEKDAY);
    for observation in &to_the_day {
        let weekday = day_of(observation).weekday().to_monday_zero_offset();
        weekdays[usize::from(weekday.unsigned_abs())] += 1.0;
    }
    let lit = known_to(LONGEST_FOR_LIGHT);
    let dark = lit
        .iter()
        .filter(|o| {
            let half = o.occurred.length_seconds() / 2;
            let middle = o.occurred.from().checked_add(half.seconds());
            sun::is_dark(middle.unwrap_or(o.occurred.from()), o.point)
        })
        .count();
    Rhythm {
        hours: if to_the_hour.is_empty() { Vec::new() } else { hours },
        weekdays: if to_the_day.is_empty() {
            Vec::new()
        } else {
            weekdays
        },
        dark_share: (!lit.is_empty()).then(|| dark as f64 / lit.len() as f64),
    }
}

/// The hours in Berlin that an observation's span touches, each once an hour.
fn hours_of(observation: &Observation) -> Vec<usize> {
    weekday_hours(observation)
        .map(|(_, hour)| usize::from(hour))
        .collect()
}

/// Weekday (1 is Monday) and hour in Berlin of each hour that an observation's span touches, at most two weeks of them.
pub(super) fn weekday_hours(observation: &Observation) -> impl Iterator<Item = (u8, u8)> {
    const MOST: i64 = 14 * 24;
    let occurred = observation.occurred;
    let steps = (occurred.length_seconds() / SECONDS_PER_HOUR).min(MOST);
    (0..=steps)
        .filter_map(move |step| {
            Timestamp::from_second(occurred.from().as_second() + step * SECONDS_PER_HOUR).ok()
        })
        .filter(move |at| *at < occurred.to() || occurred.length_seconds() == 0)
        .map(|at| {
            let local = at.to_zoned(german::zone());
            let weekday = local.weekday().to_monday_one_offset();
            (weekday.unsigned_abs(), local.hour().unsigned_abs())
        })
}

#[cfg(test)]
mod tests {
    use super::super::testing::observation;
    use super::*;
    use lagebild_domain::Interval;

    fn at(from: &str, to: &str) -> Observation {
        let mut observation = observation(0, 0, 0.0);
        observation.occurred = Interval::new(from.parse().unwrap(), to.parse().unwrap()).unwrap();
        observation
    }

    #[test]
    fn a_span_counts_with_a_part_of_each_hour() {
        // Friday 13 December 2024, 22 to 24 Uhr in Berlin, and Saturday at noon.
        let night = at("2024-12-13T21:00:00Z", "2024-12-13T23:00:00Z");
        let noon = at("2024-12-14T11:00:00Z", "2024-12-14T11:00:00Z");
        let rhythm = rhythm(&[night, noon]);
        assert_eq!(
            (rhythm.hours[22], rhythm.hours[23], rhythm.hours[12]),
            (0.5, 0.5, 1.0)
        );
        assert_eq!((rhythm.weekdays[4], rhythm.weekdays[5]), (1.0, 1.0));
        assert_eq!(rhythm.dark_share, Some(0.5));
    }

    #[test]
    fn a_month_says_nothing() {
        let month = at("2024-12-01T00:00:00Z", "2025-01-01T00:00:00Z");
        assert_eq!(rhythm(&[month]), Rhythm::default());
    }
}
