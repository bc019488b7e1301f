//! How many reports of a stream a day brings, wherever they lie.

use std::f64::consts::TAU;

use super::city::{COMPLAINTS, STREAMS};
use crate::dice::Dice;

pub(crate) const YEAR: i64 = 365;
/// Growth a year.
const GROWTH: f64 = 1.08;

/// Mean reports a day when the evaluation begins.
pub(crate) const PER_DAY: [f64; STREAMS] = [20.0, 8.0];

/// Monday to Sunday.
const WEEKDAYS: [[f64; 7]; STREAMS] = [
    [1.20, 1.15, 1.10, 1.10, 1.10, 0.80, 0.55],
    [0.85, 0.85, 0.88, 0.92, 1.15, 1.35, 1.00],
];
/// Swing of the year, and the day of its top: complaints in summer, police in autumn.
const SEASONS: [(f64, f64); STREAMS] = [(0.20, 190.0), (0.12, 320.0)];
const HOLIDAY: [f64; STREAMS] = [0.5, 1.2];
const FOOTBALL: [f64; STREAMS] = [1.25, 1.6];

/// Holidays and football days of the city.
#[derive(Debug, Clone)]
pub(crate) struct Rhythm {
    /// Day of the year on which the evaluation begins.
    offset: i64,
    holidays: Vec<i64>,
    football: Vec<i64>,
}

impl Rhythm {
    /// Eleven holidays, the same days each year, and 17 home matches on Saturdays.
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed, "rhythm");
        let offset = dice.day(YEAR);
        let mut holidays: Vec<i64> = (0..11).map(|_| dice.day(YEAR)).collect();
        holidays.sort_unstable();
        let mut football: Vec<i64> = (0..17).map(|_| dice.day(52)).collect();
        football.sort_unstable();
        Self {
            offset,
            holidays,
            football,
        }
    }

    /// Day of the year.
    pub(crate) fn of_year(&self, day: i64) -> i64 {
        (day + self.offset).rem_euclid(YEAR)
    }

    /// Mean reports of a stream on a day; day 0 is the first of the evaluation.
    pub(crate) fn mean(&self, stream: usize, day: i64) -> f64 {
        let of_year = self.of_year(day);
        let weekday = day.rem_euclid(7) as usize;
        let (swing, top) = SEASONS[stream];
        let season = 1.0 + swing * (TAU * (of_year as f64 - top) / YEAR as f64).cos();
        let mut mean = PER_DAY[stream] * WEEKDAYS[stream][weekday] * season;
        mean *= GROWTH.powf(day as f64 / YEAR as f64);
        if self.holidays.binary_search(&of_year).is_ok() {
            mean *= HOLIDAY[stream];
        }
        if weekday == 5 && self.football.binary_search(&(of_year / 7)).is_ok() {
            mean *= FOOTBALL[stream];
        }
        mean
    }

    /// Median delay of the report in days, and the standard deviation of its logarithm.
    pub(crate) fn delay(stream: usize) -> (f64, f64) {
        if stream == COMPLAINTS {
            (0.5, 1.0)
        } else {
            (2.0, 0.9)
        }
    }
}
